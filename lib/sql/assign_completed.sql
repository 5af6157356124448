SELECT c."user", c.module FROM completions AS c
WHERE c.outcome = 'completed'
	AND c."user" IN ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
