-- The statements that remove the server's samples of values of tables that are empty now, which ANALYZE
-- leaves (NULL: none), and whether all samples can be written again: this role may vacuum their table,
-- and no view or trigger keeps a column as it is.
WITH samples AS (
	SELECT a.attrelid, a.attname, EXISTS (
		SELECT 1
		FROM pg_depend AS d
		WHERE d.refclassid = CAST('pg_class' AS REGCLASS) AND d.refobjid = a.attrelid AND d.refobjsubid = a.attnum
			AND d.classid NOT IN (CAST('pg_class' AS REGCLASS), CAST('pg_constraint' AS REGCLASS))) AS kept
	FROM pg_stats AS s
	JOIN pg_namespace AS n ON n.nspname = s.schemaname
	JOIN pg_class AS c ON c.relname = s.tablename AND c.relnamespace = n.oid AND c.reltuples = 0
	JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attname = s.attname AND a.atttypid = CAST('text' AS REGTYPE)
	WHERE n.oid = (SELECT r.relnamespace FROM pg_class AS r WHERE r.oid = CAST('runs' AS REGCLASS))
)
SELECT (
	SELECT string_agg(format('ALTER TABLE %s ALTER COLUMN %I TYPE TEXT COLLATE "C"', CAST(attrelid AS REGCLASS), attname), '; ')
	FROM samples
	WHERE NOT kept),
	pg_has_role(datdba, 'USAGE') AND NOT EXISTS (SELECT 1 FROM samples WHERE kept)
FROM pg_database
WHERE datname = current_database()
