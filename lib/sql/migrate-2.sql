-- From version 2 to 3. A run keeps its day, the runs that it took back, and the seal of the log. A row
-- of the history keeps the key of its user at that time, the key that a user got, and the user whom
-- it no longer names. The program then restores these keys, and seals the runs (lib/store/schema.h).
-- {SALT} is a random salt for each row. A table remembers the keys of users who were erased.
-- The tables are copied and created again. Altering or renaming one would leave a schema text that
-- differs from that of a new store.
CREATE TABLE runs_before AS SELECT * FROM runs;
DROP TABLE runs;
CREATE TABLE runs (
	run INTEGER PRIMARY KEY,
	started TEXT NOT NULL,
	today TEXT NOT NULL,
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
	mark TEXT NOT NULL,
	undid TEXT,
	salt TEXT,
	digest TEXT,
	seal TEXT NOT NULL
) {STRICT};
INSERT INTO runs SELECT run, started, substr(started, 1, 10), who, command, input, hash, read, added,
	changed, departed, returned, removed, unchanged, rejected, mark, NULL, {SALT}, NULL, '' FROM runs_before;
DROP TABLE runs_before;
CREATE INDEX runs_hash ON runs (hash) WHERE hash IS NOT NULL;
CREATE TABLE history_before AS SELECT * FROM history;
DROP TABLE history;
CREATE TABLE history (
	run INTEGER NOT NULL,
	number INTEGER NOT NULL,
	relation TEXT NOT NULL,
	subject {KEY},
	action TEXT NOT NULL,
	was_run INTEGER NOT NULL,
	became {KEY},
	named {KEY},
	was TEXT NOT NULL,
	salt TEXT,
	digest TEXT,
	PRIMARY KEY (run, number)
) {CLUSTERED};
INSERT INTO history SELECT run, number, relation, subject, action, was_run, NULL, NULL, was, {SALT}, NULL
	FROM history_before;
DROP TABLE history_before;
CREATE INDEX history_subject ON history (subject) WHERE subject IS NOT NULL;
CREATE INDEX history_named ON history (named) WHERE named IS NOT NULL;
CREATE INDEX history_became ON history (run, number) WHERE became IS NOT NULL;
CREATE TABLE erased (
	hash TEXT NOT NULL,
	run INTEGER NOT NULL,
	pending INTEGER NOT NULL,
	PRIMARY KEY (hash)
) {CLUSTERED};
