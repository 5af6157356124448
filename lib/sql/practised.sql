-- The practices of each user in each routine up to the day {1}, in one row. Minutes are in thousandths;
-- minutes_old and minutes_new are twice a median, the sum of the two middle ones. Days are numbers of
-- eight digits: the first and the last practice by the new method that says its minutes, and the first
-- one that is as fast as the median of the old. An answer, such as acceptance, is the newest one, the
-- last digit of its text. No item has the byte {2}, which so comes before any longer item.
SELECT who, routine,
	CASE WHEN max(CASE WHEN method = 'new' THEN date END) = max(date) THEN 1 ELSE 0 END AS adopted,
	sum(CASE WHEN method = 'new' THEN 0 ELSE uses END) AS uses_old,
	sum(CASE WHEN method = 'new' THEN uses ELSE 0 END) AS uses_new,
	count(CASE WHEN method = 'new' THEN NULL ELSE result END) AS results_old,
	count(CASE WHEN method = 'new' THEN result END) AS results_new,
	count(CASE WHEN method <> 'new' AND result IN ('better', 'equivalent') THEN 1 END) AS equivalent_old,
	count(CASE WHEN method = 'new' AND result IN ('better', 'equivalent') THEN 1 END) AS equivalent_new,
	count(CASE WHEN method = 'new' AND result = 'better' THEN 1 END) AS better,
	max(CASE WHEN method = 'new' AND acceptance > 0 THEN date || item || {2} || acceptance END) AS acceptance,
	max(CASE WHEN method = 'new' AND power > 0 THEN date || item || {2} || power END) AS power,
	max(minutes_old) AS minutes_old,
	sum(CASE WHEN method = 'new' THEN middle END) AS minutes_new,
	CAST(replace(min(CASE WHEN method = 'new' AND minutes IS NOT NULL THEN date END), '-', '') AS INTEGER)
		AS begun,
	CAST(replace(max(CASE WHEN method = 'new' AND minutes IS NOT NULL THEN date END), '-', '') AS INTEGER)
		AS ended,
	CAST(replace(min(CASE WHEN method = 'new' AND 2 * minutes <= minutes_old THEN date END), '-', '')
		AS INTEGER) AS back
FROM (
	SELECT p.*,
		sum(CASE WHEN method = 'new' THEN NULL ELSE middle END) OVER (PARTITION BY who, routine)
			AS minutes_old
	FROM (
		SELECT p.*,
			CASE WHEN place IN ((n + 1) / 2, (n + 2) / 2) THEN minutes * (1 + n % 2) END AS middle
		FROM (
			SELECT p.*,
				row_number() OVER (PARTITION BY who, routine, method ORDER BY minutes NULLS LAST)
					AS place,
				count(minutes) OVER (PARTITION BY who, routine, method) AS n
			FROM (
				SELECT "user" AS who, routine, date, method, item, coalesce(uses, 1) AS uses,
					CAST(trunc(CAST(minutes AS NUMERIC) * 1000) AS BIGINT) AS minutes,
					result, acceptance, power
				FROM practices
				WHERE date <= {1}
			) AS p
		) AS p
	) AS p
) AS p
GROUP BY who, routine
