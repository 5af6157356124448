-- The rows that fil-init inserts into `dimensions`; $1 is the run, then the titles follow.
INSERT INTO dimensions (run, dimension, title, threshold) VALUES
	(CAST($1 AS INTEGER), 'process', CAST($2 AS TEXT), 3),
	(CAST($1 AS INTEGER), 'tool', CAST($3 AS TEXT), 3)
