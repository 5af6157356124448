-- From version 1 to 2. The row of a run gets a mark: after a commit with unknown outcome it
-- distinguishes a stored run from a later one with the same number. Earlier runs need no mark: their
-- outcome is known. An index finds the run that read the same bytes.
-- The table is copied and created again. Altering or renaming it would leave a schema text that
-- differs from that of a new store.
CREATE TABLE runs_before AS SELECT * FROM runs;
DROP TABLE runs;
CREATE TABLE runs (
	run INTEGER PRIMARY KEY,
	started TEXT NOT NULL,
	who TEXT NOT NULL,
	command TEXT NOT NULL,
	input TEXT,
	hash TEXT,
	read INTEGER NOT NULL,
	added INTEGER NOT NULL,
	changed INTEGER NOT NULL,
	departed INTEGER NOT NULL,
	returned INTEGER NOT NULL,
	removed INTEGER NOT NULL,
	unchanged INTEGER NOT NULL,
	rejected INTEGER NOT NULL,
	mark TEXT NOT NULL
) {STRICT};
INSERT INTO runs SELECT run, started, who, command, input, hash, read, added, changed, departed,
	returned, removed, unchanged, rejected, '' FROM runs_before;
DROP TABLE runs_before;
CREATE INDEX runs_hash ON runs (hash) WHERE hash IS NOT NULL;
