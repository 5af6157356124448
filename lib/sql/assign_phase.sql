-- Enrolments, the newest first.
SELECT e."user", e.enrolled, e.phase, e.declined FROM enrolments AS e
WHERE e."user" IN ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
ORDER BY e.enrolled DESC, e.phase DESC
