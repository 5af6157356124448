-- The roles. A reader reads; a recorder also records events (and what is derived from them, kept in
-- the history and noted of the run), which neither takes an event away, nor changes a person, a plan
-- or a reference, nor alters what the log says. {SCHEMA} is where the store is.
GRANT USAGE ON SCHEMA {SCHEMA} TO filrouge_reader, filrouge_recorder;
GRANT SELECT ON filrouge, {TABLES} TO filrouge_reader, filrouge_recorder;
GRANT INSERT, UPDATE ON autonomy, needs, completions, practices, verdicts, efforts TO filrouge_recorder;
GRANT INSERT, UPDATE, DELETE ON standing, standings TO filrouge_recorder;
GRANT INSERT ON runs, history TO filrouge_recorder;
GRANT UPDATE (turn) ON filrouge TO filrouge_recorder;
