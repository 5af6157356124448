-- The schema, version 1. Written once for every engine; the store fills in {STRICT}, {KEY} (the type of a key column: text
-- compared byte for byte) and {TEXT}. The tables of the catalogue hold the catalogue's columns in its order, keys
-- first as the primary key, and `run`, the run that last wrote the row; a test compares both.
-- Keys are natural: a person's facts carry the person's key, so that an engine that distributes can keep them together.

CREATE TABLE runs (
	run INTEGER PRIMARY KEY,	-- from 1, without gaps
	started TEXT NOT NULL,		-- UTC, 2024-03-01T07:00:00.123456Z
	who TEXT NOT NULL,		-- the account that ran it
	command TEXT NOT NULL,		-- the command line, as a shell would read it
	input TEXT,			-- the names of its inputs, NULL without
	hash TEXT,			-- BLAKE2b-256 of their bytes
	read INTEGER NOT NULL,		-- rows
	added INTEGER NOT NULL,
	changed INTEGER NOT NULL,
	departed INTEGER NOT NULL,	-- marked as left
	returned INTEGER NOT NULL,
	removed INTEGER NOT NULL,
	unchanged INTEGER NOT NULL,
	rejected INTEGER NOT NULL,
	mark TEXT NOT NULL		-- random: tells a stored run from a later one that took its number
) {STRICT};

-- The values that a run overwrote or removed.
CREATE TABLE history (
	run INTEGER NOT NULL,		-- the run that did
	number INTEGER NOT NULL,	-- from 1 within the run
	relation TEXT NOT NULL,		-- the table
	subject TEXT,			-- the user whom the row is about, NULL if none: what erasure looks for
	action TEXT NOT NULL,		-- changed, left, returned, removed
	was_run INTEGER NOT NULL,	-- the run that had written the old values
	was TEXT NOT NULL,		-- the whole row before, a JSON object of the columns that held something
	PRIMARY KEY (run, number)
) {STRICT};
CREATE INDEX history_subject ON history (subject);

