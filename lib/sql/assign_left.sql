SELECT u."user" FROM users AS u
WHERE u."left" <= $1
	AND u."user" IN ($2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
