-- The practices of each user in each routine up to the day {1}, in one row. Minutes are in thousandths;
-- minutes_old and minutes_new are twice a median, the sum of the two middle ones. Days are numbers of
-- eight digits: the first and the last practice by the new method that says its minutes, and the first
-- one that is as fast as the median of the old. An answer, such as acceptance, is the newest one, the
-- last digit of its text. No item has the byte {2}, which so comes before any longer item.
-- fresh is 1 for the new method.
SELECT who, routine,
	CASE WHEN max(CASE WHEN fresh = 1 THEN date END) = max(date) THEN 1 ELSE 0 END AS adopted,
	sum(CASE WHEN fresh = 0 THEN uses ELSE 0 END) AS uses_old,
	sum(CASE WHEN fresh = 1 THEN uses ELSE 0 END) AS uses_new,
	count(CASE WHEN fresh = 0 THEN result END) AS results_old,
	count(CASE WHEN fresh = 1 THEN result END) AS results_new,
	count(CASE WHEN fresh = 0 AND result IN ('better', 'equivalent') THEN 1 END) AS equivalent_old,
	count(CASE WHEN fresh = 1 AND result IN ('better', 'equivalent') THEN 1 END) AS equivalent_new,
	count(CASE WHEN fresh = 1 AND result = 'better' THEN 1 END) AS better,
	max(CASE WHEN fresh = 1 AND acceptance > 0 THEN date || item || {2} || acceptance END) AS acceptance,
	max(CASE WHEN fresh = 1 AND power > 0 THEN date || item || {2} || power END) AS power,
	max(minutes_old) AS minutes_old,
	min(CASE WHEN fresh = 1 THEN middle END) + max(CASE WHEN fresh = 1 THEN middle END) AS minutes_new,
	CAST(replace(min(CASE WHEN fresh = 1 AND minutes IS NOT NULL THEN date END), '-', '') AS INTEGER)
		AS begun,
	CAST(replace(max(CASE WHEN fresh = 1 AND minutes IS NOT NULL THEN date END), '-', '') AS INTEGER)
		AS ended,
	CAST(replace(min(CASE WHEN fresh = 1 AND 2 * minutes <= minutes_old THEN date END), '-', '')
		AS INTEGER) AS back
FROM (
	SELECT p.*,
		min(CASE WHEN fresh = 0 THEN middle END) OVER (PARTITION BY who, routine)
			+ max(CASE WHEN fresh = 0 THEN middle END) OVER (PARTITION BY who, routine)
			AS minutes_old
	FROM (
		SELECT p.*, CASE WHEN place IN ((n + 1) / 2, (n + 2) / 2) THEN minutes END AS middle
		FROM (
			SELECT p.*, row_number() OVER timed AS place, count(minutes) OVER timed AS n
			FROM (
				SELECT "user" AS who, routine, date, item,
					CASE method WHEN 'new' THEN 1 ELSE 0 END AS fresh,
					coalesce(uses, 1) AS uses,
					CAST(trunc(CAST(minutes AS NUMERIC) * 1000) AS BIGINT) AS minutes,
					result, acceptance, power
				FROM practices
				WHERE date <= {1}
			) AS p
			WINDOW timed AS (PARTITION BY who, routine, fresh ORDER BY minutes NULLS LAST
				ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)
		) AS p
	) AS p
) AS p
GROUP BY who, routine
