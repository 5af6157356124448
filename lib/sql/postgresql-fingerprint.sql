-- The fingerprint of the tables with these names: columns with types and collations, and primary
-- keys. An administrator may add indexes, triggers, other tables, or placement on other nodes. They
-- are left out, since the program does not depend on them. The origins name the columns of results:
-- table and column by number, then by name. The extension Citus has a table of the tables that it
-- distributes.
WITH tables AS (
	SELECT c.oid, c.relname
	FROM pg_class AS c
	WHERE c.relname = ANY (CAST($1 AS TEXT[])) AND c.relkind IN ('r', 'p')
		AND c.relnamespace = (SELECT f.relnamespace FROM pg_class AS f WHERE f.oid = CAST('filrouge' AS REGCLASS))
), facts AS (
	SELECT t.relname || ' ' || a.attname || ' ' || a.atttypid || ' ' || a.attnotnull || ' ' || coalesce(l.collname, '') AS fact
	FROM tables AS t
	JOIN pg_attribute AS a ON a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped
	LEFT JOIN pg_collation AS l ON l.oid = a.attcollation
	UNION ALL
	SELECT t.relname || ' ' || CAST(i.indkey AS TEXT)
	FROM tables AS t
	JOIN pg_index AS i ON i.indrelid = t.oid AND i.indisprimary
)
SELECT f.version, f.fingerprint, (SELECT md5(string_agg(fact, ',' ORDER BY fact COLLATE "C")) FROM facts) AS found,
	(SELECT string_agg(t.oid || ' ' || a.attnum || ' ' || t.relname || ' ' || a.attname, ',')
		FROM tables AS t
		JOIN pg_attribute AS a ON a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped) AS origins,
	to_regclass('pg_catalog.pg_dist_partition') IS NOT NULL AS distributes
FROM filrouge AS f
