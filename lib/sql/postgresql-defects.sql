-- What is wrong with the tables of these names, as far as the server's catalogue says: the kind, the
-- table, and one phrase. $2 names the columns that refer to other tables, each behind its table.
WITH tables AS (
	SELECT c.oid, c.relname, c.relacl, c.relowner
	FROM pg_class AS c
	WHERE c.relname = ANY (CAST($1 AS TEXT[])) AND c.relkind IN ('r', 'p')
		AND c.relnamespace = (SELECT f.relnamespace FROM pg_class AS f WHERE f.oid = CAST('filrouge' AS REGCLASS))
)
SELECT 'engine' AS kind, t.relname AS name, 'the index ' || c.relname || ' is not valid' AS phrase
FROM tables AS t
JOIN pg_index AS i ON i.indrelid = t.oid AND NOT i.indisvalid
JOIN pg_class AS c ON c.oid = i.indexrelid
UNION ALL
SELECT 'engine', t.relname, 'the constraint ' || c.conname || ' is not validated'
FROM tables AS t
JOIN pg_constraint AS c ON c.conrelid = t.oid AND NOT c.convalidated
UNION ALL
SELECT DISTINCT 'engine', t.relname, 'the constraint ' || c.conname || ' is switched off'
FROM tables AS t
JOIN pg_trigger AS g ON g.tgrelid = t.oid AND g.tgisinternal AND g.tgenabled <> 'O'
JOIN pg_constraint AS c ON c.oid = g.tgconstraint
UNION ALL
SELECT 'engine', split_part(r.pair, ' ', 1), 'the foreign key of ' || split_part(r.pair, ' ', 2) || ' is not there'
FROM unnest(CAST($2 AS TEXT[])) AS r (pair)
WHERE r.pair NOT IN (
	SELECT t.relname || ' ' || a.attname
	FROM tables AS t
	JOIN pg_constraint AS c ON c.conrelid = t.oid AND c.contype = 'f'
	JOIN pg_attribute AS a ON a.attrelid = t.oid AND a.attnum = ANY (c.conkey))
	-- Foreign keys to users are dropped before tables are placed on several nodes.
	AND NOT EXISTS (SELECT 1 FROM pg_extension WHERE extname = 'citus')
UNION ALL
SELECT DISTINCT 'mode', t.relname, 'every role of the server has access'
FROM tables AS t
CROSS JOIN LATERAL aclexplode(t.relacl) AS a
WHERE a.grantee = 0
ORDER BY 1, 2, 3
