-- The place of a new store: the schema (NULL if the role has none), its encoding, and one of its
-- tables and views, `filrouge` before all others. Tables of extensions do not count.
SELECT current_schema(), current_setting('server_encoding'), (
	SELECT c.relname
	FROM pg_class AS c
	JOIN pg_namespace AS n ON n.oid = c.relnamespace AND n.nspname = current_schema()
	WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm')
		AND NOT EXISTS (SELECT 1 FROM pg_depend AS d
			WHERE d.classid = CAST('pg_class' AS REGCLASS) AND d.objid = c.oid AND d.deptype = 'e')
	ORDER BY c.relname <> 'filrouge', c.relname COLLATE "C"
	LIMIT 1)
