-- From version 3 to 4. A dimension counts from and up to a day, and keeps its thresholds by time: the
-- one of today becomes the first, which holds on all days, so that no figure changes. An enrolment keeps
-- the day of a refusal. Criteria are chosen in advance. Aliases name users in other sources.
-- {SQLITE} and {POSTGRESQL} leave a statement to one engine. PostgreSQL adds columns to a table in
-- place, and the references to it stay. In SQLite the tables are copied and created again, since
-- altering one would leave a schema text that differs from that of a new store.
{POSTGRESQL} ALTER TABLE dimensions ADD COLUMN begins TEXT, ADD COLUMN ends TEXT;
{POSTGRESQL} ALTER TABLE enrolments ADD COLUMN declined TEXT;
{SQLITE} CREATE TABLE dimensions_before AS SELECT * FROM dimensions;
{SQLITE} DROP TABLE dimensions;
{SQLITE} CREATE TABLE dimensions (
	dimension {KEY} NOT NULL,
	title TEXT NOT NULL,
	threshold INTEGER NOT NULL,
	begins TEXT,
	ends TEXT,
	run INTEGER NOT NULL,
	PRIMARY KEY (dimension)
) {CLUSTERED};
{SQLITE} INSERT INTO dimensions SELECT dimension, title, threshold, NULL, NULL, run FROM dimensions_before;
{SQLITE} DROP TABLE dimensions_before;
{SQLITE} CREATE TABLE enrolments_before AS SELECT * FROM enrolments;
{SQLITE} DROP TABLE enrolments;
{SQLITE} CREATE TABLE enrolments (
	"user" {KEY} NOT NULL REFERENCES users ("user") ON UPDATE CASCADE,
	phase {KEY} NOT NULL REFERENCES phases (phase),
	enrolled TEXT NOT NULL,
	stratum TEXT,
	declined TEXT,
	run INTEGER NOT NULL,
	PRIMARY KEY ("user", phase)
) {CLUSTERED};
{SQLITE} INSERT INTO enrolments SELECT "user", phase, enrolled, stratum, NULL, run FROM enrolments_before;
{SQLITE} DROP TABLE enrolments_before;
CREATE TABLE thresholds (
	dimension {KEY} NOT NULL REFERENCES dimensions (dimension),
	begins TEXT NOT NULL,
	threshold INTEGER NOT NULL,
	run INTEGER NOT NULL,
	PRIMARY KEY (dimension, begins)
) {CLUSTERED};
INSERT INTO thresholds SELECT dimension, coalesce((SELECT min(today) FROM runs), '1970-01-01'), threshold, run
	FROM dimensions;
CREATE TABLE criteria (
	criterion {KEY} NOT NULL,
	title TEXT NOT NULL,
	report TEXT NOT NULL,
	require TEXT NOT NULL,
	phase {KEY} REFERENCES phases (phase),
	"set" TEXT NOT NULL,
	why TEXT,
	run INTEGER NOT NULL,
	PRIMARY KEY (criterion)
) {CLUSTERED};
CREATE TABLE aliases (
	alias {KEY} NOT NULL,
	source {KEY} NOT NULL,
	"user" {KEY} NOT NULL REFERENCES users ("user") ON UPDATE CASCADE,
	run INTEGER NOT NULL,
	PRIMARY KEY (alias, source)
) {CLUSTERED};
CREATE INDEX aliases_user ON aliases ("user");
