-- The indexes and tables of these names, and the statement that checks the pages of each: where the
-- extension amcheck is installed and this role may call its functions.
WITH functions AS (
	SELECT p.proname, quote_ident(n.nspname) || '.' || p.proname AS call
	FROM pg_extension AS e
	JOIN pg_depend AS d ON d.refclassid = CAST('pg_extension' AS REGCLASS) AND d.refobjid = e.oid
	JOIN pg_proc AS p ON d.classid = CAST('pg_proc' AS REGCLASS) AND p.oid = d.objid
	JOIN pg_namespace AS n ON n.oid = p.pronamespace
	WHERE e.extname = 'amcheck' AND has_function_privilege(p.oid, 'EXECUTE')
		AND (p.proname = 'verify_heapam' OR (p.proname = 'bt_index_check' AND p.pronargs = 1))
), tables AS (
	SELECT c.oid, c.relname
	FROM pg_class AS c
	WHERE c.relname = ANY (CAST($1 AS TEXT[])) AND c.relkind = 'r'
		AND c.relnamespace = (SELECT f.relnamespace FROM pg_class AS f WHERE f.oid = CAST('filrouge' AS REGCLASS))
)
SELECT t.relname, 'SELECT msg FROM ' || f.call || '(' || t.oid || ')'
FROM tables AS t
JOIN functions AS f ON f.proname = 'verify_heapam'
UNION ALL
SELECT t.relname, 'SELECT CAST(NULL AS TEXT) FROM ' || f.call || '(' || i.indexrelid || ')'
FROM tables AS t
JOIN pg_index AS i ON i.indrelid = t.oid AND i.indisvalid
JOIN pg_class AS c ON c.oid = i.indexrelid
JOIN pg_am AS a ON a.oid = c.relam AND a.amname = 'btree'
JOIN functions AS f ON f.proname = 'bt_index_check'
ORDER BY 1, 2
