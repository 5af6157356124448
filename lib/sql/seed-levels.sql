-- The rows that fil-init inserts into `levels`; $1 is the run, then the titles follow.
INSERT INTO levels (run, level, title) VALUES
	(CAST($1 AS INTEGER), 0, CAST($2 AS TEXT)),
	(CAST($1 AS INTEGER), 1, CAST($3 AS TEXT)),
	(CAST($1 AS INTEGER), 2, CAST($4 AS TEXT)),
	(CAST($1 AS INTEGER), 3, CAST($5 AS TEXT)),
	(CAST($1 AS INTEGER), 4, CAST($6 AS TEXT)),
	(CAST($1 AS INTEGER), 5, CAST($7 AS TEXT))
