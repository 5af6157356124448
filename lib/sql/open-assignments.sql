-- The number of open assignments of each user on the day $1, and of overdue ones among them. An
-- assignment is open without a completion of the module from the day of assignment to the day $1.
SELECT a."user", COUNT(*), SUM(CASE WHEN a.due < $1 THEN 1 ELSE 0 END)
FROM assignments a
WHERE a.assigned <= $1
	AND NOT EXISTS (
		SELECT 1
		FROM completions c
		WHERE c."user" = a."user" AND c.module = a.module
			AND c.outcome = 'completed' AND c.date >= a.assigned AND c.date <= $1)
GROUP BY a."user"
ORDER BY a."user"
