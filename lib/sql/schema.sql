-- The schema, version 4, for every engine. The engine replaces three tokens. {STRICT} enforces the
-- types of a table. {CLUSTERED} also stores its rows in the order of the key. {KEY} is the type of a
-- key: text compared byte by byte. The store keeps the statements without comments, so that a better
-- comment is not a new version.
-- The tables of the catalogue have the catalogue's columns in its order, and `run`, the run that last
-- wrote the row. The key columns come first and are the primary key. A test compares both.
-- Keys are natural: all rows about a user carry the user's key, so that a distributed engine can
-- store them together. Texts, dates (YYYY-MM-DD) and amounts (canonical decimals) are TEXT. The
-- catalogue checks choices. `run` is no foreign key to `runs`: a run writes its row last.
-- "user" and "left" are reserved words in PostgreSQL, and "set" in SQLite, hence the quotes.

CREATE TABLE runs (
	run INTEGER PRIMARY KEY,	-- from 1, without gaps
	started TEXT NOT NULL,		-- UTC, 2024-03-01T07:00:00.123456Z
	today TEXT NOT NULL,		-- the day of its changes: FILROUGE_TODAY, or the local day
	who TEXT NOT NULL,		-- the account that ran it
	command TEXT NOT NULL,		-- the command line, as a shell would read it
	input TEXT,			-- the names of its inputs, NULL without
	hash TEXT,			-- BLAKE2b-256 of their bytes; of an erasure, what it sealed: see lib/store/seal.h
	read INTEGER NOT NULL,		-- rows
	added INTEGER NOT NULL,		-- rows
	changed INTEGER NOT NULL,	-- rows
	departed INTEGER NOT NULL,	-- rows marked as left
	returned INTEGER NOT NULL,	-- rows whose mark was removed
	removed INTEGER NOT NULL,	-- rows
	unchanged INTEGER NOT NULL,	-- rows
	rejected INTEGER NOT NULL,	-- rows
	mark TEXT NOT NULL,		-- random: distinguishes runs that took the same number
	undid TEXT,			-- the runs that it took back, ascending, a space between; NULL: none
	salt TEXT,			-- of the digest of who, command and input; NULL once one is erased
	digest TEXT,			-- of their texts before an erasure, else NULL
	seal TEXT NOT NULL		-- of the log up to this run: see lib/store/seal.h
) {STRICT};
CREATE INDEX runs_hash ON runs (hash) WHERE hash IS NOT NULL;
CREATE INDEX runs_undid ON runs (run) WHERE undid IS NOT NULL;

-- The values that a run overwrote or removed.
CREATE TABLE history (
	run INTEGER NOT NULL,		-- the run that overwrote or removed them
	number INTEGER NOT NULL,	-- from 1 within the run
	relation TEXT NOT NULL,		-- the table
	subject {KEY},			-- the user of the row, by the key of that time; NULL: none, or erased
	action TEXT NOT NULL,		-- changed, left, returned, removed, renamed; added: by taking back
	was_run INTEGER NOT NULL,	-- the run that wrote the old values
	became {KEY},			-- the key that this user got (renamed), or of the user joined (removed)
	-- The manager, trainer or owner in the old row, by the key of that time, whom the row no longer
	-- names after the run; NULL: none, or it still does. A row without a subject always has it. It
	-- follows from `was`, and no seal covers it.
	named {KEY},
	was TEXT NOT NULL,		-- the old row: a JSON object of its values that are not NULL
	salt TEXT,			-- of the digest of the row; NULL once the row is erased
	digest TEXT,			-- of the row before its erasure, else NULL
	PRIMARY KEY (run, number)
) {CLUSTERED};
CREATE INDEX history_subject ON history (subject) WHERE subject IS NOT NULL;
CREATE INDEX history_named ON history (named) WHERE named IS NOT NULL;
CREATE INDEX history_became ON history (run, number) WHERE became IS NOT NULL;

-- The keys of users who were erased, so that a list does not bring them back silently. And marks of texts
-- that still mention one, while they stand: see lib/write/people/redacted.h.
CREATE TABLE erased (
	hash TEXT NOT NULL,		-- of the key, by a secret that is not in the store; or of a text
	run INTEGER NOT NULL,		-- that erased the user, or wrote the text again; 0: the hash of no key marks the secret
	pending INTEGER NOT NULL,	-- 1 while the erasure is not finished, else 0; -1: of a text
	PRIMARY KEY (hash)
) {CLUSTERED};

-- Reference.

-- Not clustered: an import in any order of keys appends the rows. Only the small index of keys is
-- accessed at random.
CREATE TABLE users (
	"user" {KEY} NOT NULL,		-- the staff number, as the organisation writes it
	name TEXT NOT NULL,		-- for people
	email TEXT,			-- address
	unit TEXT,			-- a path, Direction/Service/Team
	job TEXT,			-- occupation
	-- A user, but no foreign key: in a file, managers may follow their staff, and not every engine
	-- defers checks to the commit. The load checks it at the end.
	manager {KEY},
	role TEXT,			-- user, initiator, trainer, sponsor
	arrived TEXT,			-- first day
	"left" TEXT,			-- last day
	feed TEXT,			-- the list that owns the row
	run INTEGER NOT NULL,		-- the last run that wrote the row
	PRIMARY KEY ("user")
) {STRICT};

CREATE TABLE phases (
	phase {KEY} NOT NULL,		-- short name
	title TEXT NOT NULL,		-- for people
	kind TEXT NOT NULL,		-- pilot, rollout
	begins TEXT NOT NULL,		-- first day
	ends TEXT,			-- last day
	run INTEGER NOT NULL,		-- the last run that wrote the row
	PRIMARY KEY (phase)
) {CLUSTERED};

CREATE TABLE dimensions (
	dimension {KEY} NOT NULL,	-- tool, process
	title TEXT NOT NULL,		-- for people
	threshold INTEGER NOT NULL,	-- the level from which a user is autonomous in it: the newest of thresholds
	begins TEXT,			-- first day on which it counts, NULL: always
	ends TEXT,			-- last day on which it counts, NULL: still
	run INTEGER NOT NULL,		-- the last run that wrote the row
	PRIMARY KEY (dimension)
) {CLUSTERED};

-- The threshold of each dimension by time. The first row of a dimension holds before its day too.
CREATE TABLE thresholds (
	dimension {KEY} NOT NULL REFERENCES dimensions (dimension),	-- the dimension
	begins TEXT NOT NULL,		-- the day from which it holds
	threshold INTEGER NOT NULL,	-- the level from which a user is autonomous in it
	run INTEGER NOT NULL,		-- the last run that wrote the row
	PRIMARY KEY (dimension, begins)
) {CLUSTERED};

CREATE TABLE levels (
	level INTEGER NOT NULL,		-- 0 to 5
	title TEXT NOT NULL,		-- for people
	description TEXT,		-- how to recognise it
	run INTEGER NOT NULL,		-- the last run that wrote the row
	PRIMARY KEY (level)
) {CLUSTERED};

CREATE TABLE modules (
	module {KEY} NOT NULL,		-- short name
	title TEXT NOT NULL,		-- for people
	kind TEXT NOT NULL,		-- course, workshop, tutoring, guide, hotline …
	dimension {KEY} REFERENCES dimensions (dimension),	-- the dimension that it raises; NULL: any
	level INTEGER,			-- the level after it
	minutes TEXT,			-- duration
	url TEXT,			-- address
	run INTEGER NOT NULL,		-- the last run that wrote the row
	PRIMARY KEY (module)
) {CLUSTERED};

CREATE TABLE rules (
	rule {KEY} NOT NULL,		-- short name; rules apply in the order of their keys
	module {KEY} NOT NULL REFERENCES modules (module),	-- the module to propose
	phase TEXT,			-- condition: glob for a phase of the user
	dimension {KEY} REFERENCES dimensions (dimension),	-- condition, with below
	below INTEGER,			-- condition: the level in it is lower or unknown
	need TEXT,			-- condition: the user has this need, not covered yet
	unit TEXT,			-- condition: glob
	job TEXT,			-- condition: glob
	due INTEGER,			-- days from the proposal
	run INTEGER NOT NULL,		-- the last run that wrote the row
	PRIMARY KEY (rule)
) {CLUSTERED};

CREATE TABLE routines (
	routine {KEY} NOT NULL,		-- short name
	title TEXT NOT NULL,		-- for people
	old TEXT,			-- the old method
	new TEXT,			-- the new method
	result TEXT,			-- the result, the same with both methods
	owner {KEY} REFERENCES users ("user") ON UPDATE CASCADE,	-- the user responsible
	run INTEGER NOT NULL,		-- the last run that wrote the row
	PRIMARY KEY (routine)
) {CLUSTERED};

CREATE TABLE promises (
	promise {KEY} NOT NULL,		-- short name
	kind TEXT NOT NULL,		-- promise, limit, surprise
	statement TEXT NOT NULL,	-- the words of the promise
	routine {KEY} REFERENCES routines (routine),	-- its subject
	owner {KEY} REFERENCES users ("user") ON UPDATE CASCADE,	-- its author
	made TEXT NOT NULL,		-- day of the statement
	due TEXT,			-- the day by which it holds
	run INTEGER NOT NULL,		-- the last run that wrote the row
	PRIMARY KEY (promise)
) {CLUSTERED};

CREATE TABLE lessons (
	lesson {KEY} NOT NULL,		-- short name
	phase {KEY} REFERENCES phases (phase),	-- its origin
	observed TEXT NOT NULL,		-- the observation
	change TEXT NOT NULL,		-- the change for the next phase
	module {KEY} REFERENCES modules (module),	-- the module that was added or altered
	date TEXT NOT NULL,		-- day
	run INTEGER NOT NULL,		-- the last run that wrote the row
	PRIMARY KEY (lesson)
) {CLUSTERED};

-- What must hold before a phase is judged a success, said in advance.
CREATE TABLE criteria (
	criterion {KEY} NOT NULL,	-- short name
	title TEXT NOT NULL,		-- for people
	report TEXT NOT NULL,		-- the arguments of fil-report that give the figure
	require TEXT NOT NULL,		-- the condition that every row of it satisfies
	phase {KEY} REFERENCES phases (phase),	-- the phase that it judges
	"set" TEXT NOT NULL,		-- the day on which it was chosen
	why TEXT,			-- reason
	run INTEGER NOT NULL,		-- the last run that wrote the row
	PRIMARY KEY (criterion)
) {CLUSTERED};

-- The names of users in other sources: a row of such a source finds its user by them.
CREATE TABLE aliases (
	alias {KEY} NOT NULL,		-- the name of the user there
	source {KEY} NOT NULL,		-- where it is used
	"user" {KEY} NOT NULL REFERENCES users ("user") ON UPDATE CASCADE,	-- the user meant
	run INTEGER NOT NULL,		-- the last run that wrote the row
	PRIMARY KEY (alias, source)
) {CLUSTERED};
CREATE INDEX aliases_user ON aliases ("user");

-- Plan. From here on the rows of one user lie side by side.

CREATE TABLE enrolments (
	"user" {KEY} NOT NULL REFERENCES users ("user") ON UPDATE CASCADE,	-- the user enrolled
	phase {KEY} NOT NULL REFERENCES phases (phase),	-- the phase
	enrolled TEXT NOT NULL,		-- day of enrolment
	stratum TEXT,			-- the stratum of the sample
	declined TEXT,			-- the day on which the user declined to take part
	run INTEGER NOT NULL,		-- the last run that wrote the row
	PRIMARY KEY ("user", phase)
) {CLUSTERED};

CREATE TABLE assignments (
	"user" {KEY} NOT NULL REFERENCES users ("user") ON UPDATE CASCADE,	-- the trainee
	module {KEY} NOT NULL REFERENCES modules (module),	-- the module to take
	assigned TEXT NOT NULL,		-- day of the decision
	phase {KEY} REFERENCES phases (phase),	-- the phase of the decision
	trainer {KEY} REFERENCES users ("user") ON UPDATE CASCADE,	-- the trainer
	due TEXT,			-- last day
	reason TEXT,			-- reason, free text
	run INTEGER NOT NULL,		-- the last run that wrote the row
	PRIMARY KEY ("user", module, assigned)
) {CLUSTERED};
CREATE INDEX assignments_trainer ON assignments (trainer) WHERE trainer IS NOT NULL;

CREATE TABLE commitments (
	"user" {KEY} NOT NULL REFERENCES users ("user") ON UPDATE CASCADE,	-- the user who commits time
	phase {KEY} NOT NULL REFERENCES phases (phase),	-- the phase
	activity {KEY} NOT NULL,	-- the activity
	minutes TEXT NOT NULL,		-- duration
	run INTEGER NOT NULL,		-- the last run that wrote the row
	PRIMARY KEY ("user", phase, activity)
) {CLUSTERED};

-- Events.

CREATE TABLE autonomy (
	"user" {KEY} NOT NULL REFERENCES users ("user") ON UPDATE CASCADE,	-- the user rated
	dimension {KEY} NOT NULL REFERENCES dimensions (dimension),	-- the dimension rated
	date TEXT NOT NULL,		-- day
	source TEXT NOT NULL,		-- self, trainer, manager, test, system
	level INTEGER NOT NULL,		-- 0 to 5
	note TEXT,			-- free text
	run INTEGER NOT NULL,		-- the last run that wrote the row
	PRIMARY KEY ("user", dimension, date, source)
) {CLUSTERED};

CREATE TABLE needs (
	"user" {KEY} NOT NULL REFERENCES users ("user") ON UPDATE CASCADE,	-- the user in need
	need {KEY} NOT NULL,		-- the need
	date TEXT NOT NULL,		-- first day
	note TEXT,			-- free text
	run INTEGER NOT NULL,		-- the last run that wrote the row
	PRIMARY KEY ("user", need, date)
) {CLUSTERED};

CREATE TABLE completions (
	"user" {KEY} NOT NULL REFERENCES users ("user") ON UPDATE CASCADE,	-- the trainee
	module {KEY} NOT NULL REFERENCES modules (module),	-- the module taken
	date TEXT NOT NULL,		-- day
	outcome TEXT,			-- completed, partial, absent
	note TEXT,			-- free text
	run INTEGER NOT NULL,		-- the last run that wrote the row
	PRIMARY KEY ("user", module, date)
) {CLUSTERED};

CREATE TABLE practices (
	"user" {KEY} NOT NULL REFERENCES users ("user") ON UPDATE CASCADE,	-- the user at work
	routine {KEY} NOT NULL REFERENCES routines (routine),	-- the routine performed
	date TEXT NOT NULL,		-- day
	method TEXT NOT NULL,		-- old, new
	item {KEY} NOT NULL,		-- the occasion, '' without a name
	uses INTEGER,			-- number of uses
	minutes TEXT,			-- per use
	result TEXT,			-- better, equivalent, worse, failed
	acceptance INTEGER,		-- of the change, 1 to 5
	power INTEGER,			-- "I can do more than before", 1 to 5
	note TEXT,			-- free text
	run INTEGER NOT NULL,		-- the last run that wrote the row
	PRIMARY KEY ("user", routine, date, method, item)
) {CLUSTERED};

CREATE TABLE verdicts (
	promise {KEY} NOT NULL REFERENCES promises (promise),	-- the promise judged
	"user" {KEY} NOT NULL REFERENCES users ("user") ON UPDATE CASCADE,	-- the judge
	date TEXT NOT NULL,		-- day
	verdict TEXT NOT NULL,		-- kept, partly, broken
	note TEXT,			-- free text
	run INTEGER NOT NULL,		-- the last run that wrote the row
	PRIMARY KEY (promise, "user", date)
) {CLUSTERED};
CREATE INDEX verdicts_user ON verdicts ("user");

CREATE TABLE efforts (
	"user" {KEY} NOT NULL REFERENCES users ("user") ON UPDATE CASCADE,	-- the user who spent time
	date TEXT NOT NULL,		-- day
	activity {KEY} NOT NULL,	-- the activity
	item {KEY} NOT NULL,		-- the occasion, '' without a name
	phase {KEY} REFERENCES phases (phase),	-- the phase
	minutes TEXT NOT NULL,		-- duration
	run INTEGER NOT NULL,		-- the last run that wrote the row
	PRIMARY KEY ("user", date, activity, item)
) {CLUSTERED};

-- Derived tables, computed from autonomy in the transaction that records, and verified by
-- recomputation. They need no foreign keys, which would slow down millions of rows.

CREATE TABLE standing (
	"user" {KEY} NOT NULL,		-- the user rated
	dimension {KEY} NOT NULL,	-- the dimension rated
	level INTEGER NOT NULL,		-- the newest level
	date TEXT NOT NULL,		-- of the newest level
	source TEXT NOT NULL,		-- of the newest level: the strongest source of its day
	previous INTEGER,		-- the level of the previous day with one, or NULL
	risen TEXT NOT NULL,		-- day of the last rise; the first level counts as a rise
	first TEXT,			-- first day at or above the threshold, NULL: never
	run INTEGER NOT NULL,		-- the last run that wrote the row
	PRIMARY KEY ("user", dimension)
) {CLUSTERED};

CREATE TABLE standings (
	"user" {KEY} NOT NULL,		-- the user
	autonomous TEXT,		-- first day autonomous in all dimensions, NULL: never
	run INTEGER NOT NULL,		-- the last run that wrote the row
	PRIMARY KEY ("user")
) {CLUSTERED};
