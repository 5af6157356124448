-- All that a store on a server holds: columns, indexes, references, rows. pg_dump takes ten times as long.
SELECT attrelid::regclass, attname, format_type(atttypid, atttypmod), attcollation::regcollation, attnotnull
FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
WHERE relnamespace = 'public'::regnamespace AND attnum > 0 AND NOT attisdropped
ORDER BY relname, attnum;
SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY indexname;
SELECT conrelid::regclass, pg_get_constraintdef(oid) FROM pg_constraint
WHERE connamespace = 'public'::regnamespace ORDER BY conrelid::regclass::text, conname;
SELECT relname, query_to_xml(format('SELECT t::text FROM %I AS t ORDER BY 1', relname), true, true, '') FROM pg_class
WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace ORDER BY relname;
