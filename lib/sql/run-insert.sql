-- The row of a run: the cells that its seal covers, its texts, and the seal.
INSERT INTO runs (run, started, today, hash, undid, read, added, changed, departed, returned, removed,
	unchanged, rejected, mark, salt, who, command, input, seal)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)
