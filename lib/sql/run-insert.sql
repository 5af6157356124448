-- The row of a run.
INSERT INTO runs (run, started, who, command, input, hash, read, added, changed, departed, returned,
	removed, unchanged, rejected, mark)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
