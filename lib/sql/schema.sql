-- The schema, version 2. Written once for every engine; the store fills in {STRICT} and {CLUSTERED}
-- (how a table is kept: types enforced; rows in the order of the key) and {KEY} (the type of a key:
-- text compared byte for byte). It keeps the statements without these comments, so that a better
-- comment is not a new version.
-- The tables of the catalogue hold the catalogue's columns in its order, keys first as the primary
-- key, and `run`, the run that last wrote the row; a test compares both.
-- Keys are natural: a person's facts carry the person's key, so that an engine that distributes can
-- keep them together. Texts, dates (YYYY-MM-DD) and amounts (canonical decimals) are TEXT. Choices
-- are checked by the catalogue. `run` names no row of `runs` as a foreign key: a run writes its row
-- last, and erasure may take runs away.
-- "user" and "left" are reserved words in PostgreSQL, hence the quotes.

CREATE TABLE runs (
	run INTEGER PRIMARY KEY,	-- from 1, without gaps
	started TEXT NOT NULL,		-- UTC, 2024-03-01T07:00:00.123456Z
	who TEXT NOT NULL,		-- the account that ran it
	command TEXT NOT NULL,		-- the command line, as a shell would read it
	input TEXT,			-- the names of its inputs, NULL without
	hash TEXT,			-- BLAKE2b-256 of their bytes
	read INTEGER NOT NULL,		-- rows
	added INTEGER NOT NULL,		-- rows
	changed INTEGER NOT NULL,	-- rows
	departed INTEGER NOT NULL,	-- rows marked as left
	returned INTEGER NOT NULL,	-- rows whose mark was taken away
	removed INTEGER NOT NULL,	-- rows
	unchanged INTEGER NOT NULL,	-- rows
	rejected INTEGER NOT NULL,	-- rows
	mark TEXT NOT NULL		-- random: tells a run from another that took its number
) {STRICT};
CREATE INDEX runs_hash ON runs (hash) WHERE hash IS NOT NULL;

-- The values that a run overwrote or removed.
CREATE TABLE history (
	run INTEGER NOT NULL,		-- the run that did
	number INTEGER NOT NULL,	-- from 1 within the run
	relation TEXT NOT NULL,		-- the table
	subject {KEY},			-- the user whom the row is about: what erasure looks for
	action TEXT NOT NULL,		-- changed, left, returned, removed
	was_run INTEGER NOT NULL,	-- the run that had written the old values
	was TEXT NOT NULL,		-- the row before, a JSON object of what held something
	PRIMARY KEY (run, number)
) {CLUSTERED};
CREATE INDEX history_subject ON history (subject) WHERE subject IS NOT NULL;

-- Reference.

-- Not clustered: at an import in any order of keys the rows are appended, and only the small index
-- of keys is jumped about in.
CREATE TABLE users (
	"user" {KEY} NOT NULL,		-- the staff number, as the organisation writes it
	name TEXT NOT NULL,		-- for people
	email TEXT,			-- address
	unit TEXT,			-- a path, Direction/Service/Team
	job TEXT,			-- what the person does
	-- A user, but no foreign key: within one file managers may come after their staff, and checks
	-- that wait for the commit are not on every engine. The load checks it at the end.
	manager {KEY},
	role TEXT,			-- user, initiator, trainer, sponsor
	arrived TEXT,			-- first day
	"left" TEXT,			-- last day
	feed TEXT,			-- the list that owns the row
	run INTEGER NOT NULL,		-- that last wrote the row
	PRIMARY KEY ("user")
) {STRICT};

CREATE TABLE phases (
	phase {KEY} NOT NULL,		-- short name
	title TEXT NOT NULL,		-- for people
	kind TEXT NOT NULL,		-- pilot, rollout
	begins TEXT NOT NULL,		-- first day
	ends TEXT,			-- last day
	run INTEGER NOT NULL,		-- that last wrote the row
	PRIMARY KEY (phase)
) {CLUSTERED};

CREATE TABLE dimensions (
	dimension {KEY} NOT NULL,	-- tool, process
	title TEXT NOT NULL,		-- for people
	threshold INTEGER NOT NULL,	-- the level from which a user is autonomous in it
	run INTEGER NOT NULL,		-- that last wrote the row
	PRIMARY KEY (dimension)
) {CLUSTERED};

CREATE TABLE levels (
	level INTEGER NOT NULL,		-- 0 to 5
	title TEXT NOT NULL,		-- for people
	description TEXT,		-- how to tell
	run INTEGER NOT NULL,		-- that last wrote the row
	PRIMARY KEY (level)
) {CLUSTERED};

CREATE TABLE modules (
	module {KEY} NOT NULL,		-- short name
	title TEXT NOT NULL,		-- for people
	kind TEXT NOT NULL,		-- course, workshop, tutoring, guide, hotline …
	dimension {KEY} REFERENCES dimensions (dimension),	-- that it should raise, NULL: any
	level INTEGER,			-- that it leads to
	minutes TEXT,			-- that it takes
	url TEXT,			-- where it is
	run INTEGER NOT NULL,		-- that last wrote the row
	PRIMARY KEY (module)
) {CLUSTERED};

CREATE TABLE rules (
	rule {KEY} NOT NULL,		-- short name; rules apply in the order of their keys
	module {KEY} NOT NULL REFERENCES modules (module),	-- that it proposes
	phase TEXT,			-- condition: enrolled in a phase that this glob matches
	dimension {KEY} REFERENCES dimensions (dimension),	-- condition, with below
	below INTEGER,			-- condition: the level in it is lower or unknown
	need TEXT,			-- condition: this need was expressed and is not covered
	unit TEXT,			-- condition: glob
	job TEXT,			-- condition: glob
	due INTEGER,			-- days from the proposal
	run INTEGER NOT NULL,		-- that last wrote the row
	PRIMARY KEY (rule)
) {CLUSTERED};

CREATE TABLE routines (
	routine {KEY} NOT NULL,		-- short name
	title TEXT NOT NULL,		-- for people
	old TEXT,			-- the old method
	new TEXT,			-- the new method
	result TEXT,			-- what must come out equivalent
	owner {KEY} REFERENCES users ("user") ON UPDATE CASCADE,	-- who answers for it
	run INTEGER NOT NULL,		-- that last wrote the row
	PRIMARY KEY (routine)
) {CLUSTERED};

CREATE TABLE promises (
	promise {KEY} NOT NULL,		-- short name
	kind TEXT NOT NULL,		-- promise, limit, surprise
	statement TEXT NOT NULL,	-- what was said
	routine {KEY} REFERENCES routines (routine),	-- that it is about
	owner {KEY} REFERENCES users ("user") ON UPDATE CASCADE,	-- who said it
	made TEXT NOT NULL,		-- the day it was said
	due TEXT,			-- the day by which it should hold
	run INTEGER NOT NULL,		-- that last wrote the row
	PRIMARY KEY (promise)
) {CLUSTERED};

CREATE TABLE lessons (
	lesson {KEY} NOT NULL,		-- short name
	phase {KEY} REFERENCES phases (phase),	-- that taught it
	observed TEXT NOT NULL,		-- what was seen
	change TEXT NOT NULL,		-- what was changed for the next
	module {KEY} REFERENCES modules (module),	-- that the change made or altered
	date TEXT NOT NULL,		-- day
	run INTEGER NOT NULL,		-- that last wrote the row
	PRIMARY KEY (lesson)
) {CLUSTERED};

-- Plan. From here on the rows of one user lie side by side.

CREATE TABLE enrolments (
	"user" {KEY} NOT NULL REFERENCES users ("user") ON UPDATE CASCADE,	-- who
	phase {KEY} NOT NULL REFERENCES phases (phase),	-- in what
	enrolled TEXT NOT NULL,		-- since
	stratum TEXT,			-- from which the sample drew the user
	run INTEGER NOT NULL,		-- that last wrote the row
	PRIMARY KEY ("user", phase)
) {CLUSTERED};

CREATE TABLE assignments (
	"user" {KEY} NOT NULL REFERENCES users ("user") ON UPDATE CASCADE,	-- who
	module {KEY} NOT NULL REFERENCES modules (module),	-- should take what
	assigned TEXT NOT NULL,		-- day of the decision
	phase {KEY} REFERENCES phases (phase),	-- within which
	trainer {KEY} REFERENCES users ("user") ON UPDATE CASCADE,	-- who accompanies
	due TEXT,			-- by when
	reason TEXT,			-- why
	run INTEGER NOT NULL,		-- that last wrote the row
	PRIMARY KEY ("user", module, assigned)
) {CLUSTERED};
CREATE INDEX assignments_trainer ON assignments (trainer) WHERE trainer IS NOT NULL;

CREATE TABLE commitments (
	"user" {KEY} NOT NULL REFERENCES users ("user") ON UPDATE CASCADE,	-- who promised
	phase {KEY} NOT NULL REFERENCES phases (phase),	-- for what
	activity {KEY} NOT NULL,	-- doing what
	minutes TEXT NOT NULL,		-- how long
	run INTEGER NOT NULL,		-- that last wrote the row
	PRIMARY KEY ("user", phase, activity)
) {CLUSTERED};

-- Events.

CREATE TABLE autonomy (
	"user" {KEY} NOT NULL REFERENCES users ("user") ON UPDATE CASCADE,	-- whose
	dimension {KEY} NOT NULL REFERENCES dimensions (dimension),	-- in what
	date TEXT NOT NULL,		-- on this day
	source TEXT NOT NULL,		-- self, trainer, manager, test, system: who says so
	level INTEGER NOT NULL,		-- 0 to 5
	note TEXT,			-- free text
	run INTEGER NOT NULL,		-- that last wrote the row
	PRIMARY KEY ("user", dimension, date, source)
) {CLUSTERED};

CREATE TABLE needs (
	"user" {KEY} NOT NULL REFERENCES users ("user") ON UPDATE CASCADE,	-- who
	need {KEY} NOT NULL,		-- asks for or lacks what
	date TEXT NOT NULL,		-- since
	note TEXT,			-- free text
	run INTEGER NOT NULL,		-- that last wrote the row
	PRIMARY KEY ("user", need, date)
) {CLUSTERED};

CREATE TABLE completions (
	"user" {KEY} NOT NULL REFERENCES users ("user") ON UPDATE CASCADE,	-- who
	module {KEY} NOT NULL REFERENCES modules (module),	-- took what
	date TEXT NOT NULL,		-- when
	outcome TEXT,			-- completed, partial, absent
	note TEXT,			-- free text
	run INTEGER NOT NULL,		-- that last wrote the row
	PRIMARY KEY ("user", module, date)
) {CLUSTERED};

CREATE TABLE practices (
	"user" {KEY} NOT NULL REFERENCES users ("user") ON UPDATE CASCADE,	-- who
	routine {KEY} NOT NULL REFERENCES routines (routine),	-- did what
	date TEXT NOT NULL,		-- when
	method TEXT NOT NULL,		-- old, new
	item {KEY} NOT NULL,		-- the occasion, '' where it has no name
	uses INTEGER,			-- how often
	minutes TEXT,			-- per use
	result TEXT,			-- better, equivalent, worse, failed
	acceptance INTEGER,		-- of the change, 1 to 5
	power INTEGER,			-- "I can do more than before", 1 to 5
	note TEXT,			-- free text
	run INTEGER NOT NULL,		-- that last wrote the row
	PRIMARY KEY ("user", routine, date, method, item)
) {CLUSTERED};

CREATE TABLE verdicts (
	promise {KEY} NOT NULL REFERENCES promises (promise),	-- on what
	"user" {KEY} NOT NULL REFERENCES users ("user") ON UPDATE CASCADE,	-- who judges
	date TEXT NOT NULL,		-- when
	verdict TEXT NOT NULL,		-- kept, partly, broken
	note TEXT,			-- free text
	run INTEGER NOT NULL,		-- that last wrote the row
	PRIMARY KEY (promise, "user", date)
) {CLUSTERED};
CREATE INDEX verdicts_user ON verdicts ("user");

CREATE TABLE efforts (
	"user" {KEY} NOT NULL REFERENCES users ("user") ON UPDATE CASCADE,	-- who spent
	date TEXT NOT NULL,		-- when
	activity {KEY} NOT NULL,	-- doing what
	item {KEY} NOT NULL,		-- the occasion, '' where it has no name
	phase {KEY} REFERENCES phases (phase),	-- for which
	minutes TEXT NOT NULL,		-- how long
	run INTEGER NOT NULL,		-- that last wrote the row
	PRIMARY KEY ("user", date, activity, item)
) {CLUSTERED};

-- Derived from autonomy in the transaction that records, verified by recomputation: that is their
-- integrity, so the upkeep of millions of rows pays for no foreign keys.

CREATE TABLE standing (
	"user" {KEY} NOT NULL,		-- whose
	dimension {KEY} NOT NULL,	-- in what
	level INTEGER NOT NULL,		-- the newest
	date TEXT NOT NULL,		-- of the newest level
	source TEXT NOT NULL,		-- of the newest level, the strongest of its day
	previous INTEGER,		-- the level of the day before it, NULL if none
	risen TEXT NOT NULL,		-- day of the last rise; the first record counts as one
	first TEXT,			-- first day at or above the threshold, NULL: never
	run INTEGER NOT NULL,		-- that last wrote the row
	PRIMARY KEY ("user", dimension)
) {CLUSTERED};

CREATE TABLE standings (
	"user" {KEY} NOT NULL,		-- whose
	autonomous TEXT,		-- first day autonomous in all of them, NULL: never
	run INTEGER NOT NULL,		-- that last wrote the row
	PRIMARY KEY ("user")
) {CLUSTERED};
