-- What a store in PostgreSQL has besides the tables of the schema: one row that tells what it is,
-- and that writers lock, one at a time.
CREATE TABLE filrouge (
	version INTEGER NOT NULL,	-- of the schema
	fingerprint TEXT NOT NULL,	-- of its columns and keys as they were made
	turn INTEGER NOT NULL		-- 0: locking a row takes the right to update a column of it
);
INSERT INTO filrouge (version, fingerprint, turn) VALUES (0, '', 0);
