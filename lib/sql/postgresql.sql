-- The table that a store in PostgreSQL has besides those of the schema. It has one row, which
-- identifies the store, and which writers lock in turn.
CREATE TABLE filrouge (
	version INTEGER NOT NULL,	-- of the schema
	fingerprint TEXT NOT NULL,	-- of its columns and keys as they were made
	turn INTEGER NOT NULL		-- 0; locking the row requires the right to update a column
);
INSERT INTO filrouge (version, fingerprint, turn) VALUES (0, '', 0);
