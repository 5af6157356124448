-- Open assignments: modules without a completion on or after the day of assignment.
SELECT a."user", a.module FROM assignments AS a
WHERE a."user" IN ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
	AND NOT EXISTS (SELECT 1 FROM completions AS c
		WHERE c."user" = a."user" AND c.module = a.module AND c.outcome = 'completed' AND c.date >= a.assigned)
