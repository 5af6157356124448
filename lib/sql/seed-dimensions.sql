-- The rows that fil-init inserts into `dimensions`; $1 is the run.
INSERT INTO dimensions (dimension, title, threshold, run) VALUES
	('process', 'Digitised process', 3, CAST($1 AS INTEGER)),
	('tool', 'New tool', 3, CAST($1 AS INTEGER))
