-- From version 1 to 2: a run's row carries a mark, so that after a commit in doubt a stored run is
-- told from a later one that took its number, and an index finds the run that has read the same
-- bytes. Runs stored before need none: their outcome is known. A table is copied aside and made
-- afresh: altering or renaming it would leave another text in the schema than a new store has.
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
