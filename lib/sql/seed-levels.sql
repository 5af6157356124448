-- The rows that fil-init inserts into `levels`; $1 is the run. Levels 1 to 5 follow the wording of
-- autonomy in DigComp 2.1.
INSERT INTO levels (level, title, run) VALUES
	(0, 'not started', CAST($1 AS INTEGER)),
	(1, 'with guidance', CAST($1 AS INTEGER)),
	(2, 'alone, help when stuck', CAST($1 AS INTEGER)),
	(3, 'on my own', CAST($1 AS INTEGER)),
	(4, 'independent, adapts it to own needs', CAST($1 AS INTEGER)),
	(5, 'helps others', CAST($1 AS INTEGER))
