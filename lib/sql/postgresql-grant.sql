-- The roles. A reader reads. A recorder also records events, the derived tables, the history and the
-- run. A recorder cannot remove events, change users, plans or reference tables, or alter the log.
-- {SCHEMA} is the schema of the store.
GRANT USAGE ON SCHEMA {SCHEMA} TO filrouge_reader, filrouge_recorder;
GRANT SELECT ON filrouge, {TABLES} TO filrouge_reader, filrouge_recorder;
GRANT INSERT, UPDATE ON autonomy, needs, completions, practices, verdicts, efforts TO filrouge_recorder;
GRANT INSERT, UPDATE, DELETE ON standing, standings TO filrouge_recorder;
GRANT INSERT ON runs, history TO filrouge_recorder;
GRANT UPDATE (turn) ON filrouge TO filrouge_recorder;
