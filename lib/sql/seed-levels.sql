-- What fil-init puts into `levels`: $1 is the run. 1 to 5 after the first levels of DigComp 2.1's
-- wording of autonomy.
INSERT INTO levels (level, title, run) VALUES
	(0, 'not started', CAST($1 AS INTEGER)),
	(1, 'with guidance', CAST($1 AS INTEGER)),
	(2, 'alone, help when stuck', CAST($1 AS INTEGER)),
	(3, 'on my own', CAST($1 AS INTEGER)),
	(4, 'independent, adapts it to own needs', CAST($1 AS INTEGER)),
	(5, 'helps others', CAST($1 AS INTEGER))
