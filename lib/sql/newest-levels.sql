-- Beside each level up to the day {1}, the newest by the user and the newest by a trainer or a test on
-- its day: sixteen times the day, a number of eight digits, and the level. A test comes before a
-- trainer on one day, by 8. doubt is 1 for a row that is damaged.
SELECT who, dimension, doubt,
	max(CASE WHEN source = 'self' THEN 16 * day + level END)
		OVER (PARTITION BY who, dimension ORDER BY date) AS own,
	max(CASE source WHEN 'trainer' THEN 16 * day + level WHEN 'test' THEN 16 * day + 8 + level END)
		OVER (PARTITION BY who, dimension ORDER BY date) AS other
FROM (
	SELECT "user" AS who, dimension, date, source, level,
		CAST(replace(date, '-', '') AS INTEGER) AS day,
		CASE WHEN level BETWEEN 0 AND 5
			AND source IN ('self', 'trainer', 'manager', 'test', 'system')
			AND dimension IN (SELECT dimension FROM dimensions) THEN 0 ELSE 1 END AS doubt
	FROM autonomy
	WHERE date <= {1}
) AS a
