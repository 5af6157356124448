/* SPDX-License-Identifier: ISC */
#include "lib/store/postgresql/postgresql_schema.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/fault.h"
#include "lib/base/memory.h"
#include "lib/base/text.h"
#include "lib/store/relation.h"
#include "lib/store/schema.h"

/* Seconds to wait for other writers before the upgrade of a store, by the first command of a new
 * version of the program. */
enum { MIGRATION_PATIENCE = 30 };

/* Rows of a batch for several nodes, and of new rows: a COPY begins and ends on each part of a table, in
 * the time of 20,000 rows. */
enum { DISTRIBUTED_ROWS = 16384, DISTRIBUTED_NEW_ROWS = 81920 };

static const char turn_table[] =
#include "sql/postgresql.inc"
    ;
static const char emptiness[] =
#include "sql/postgresql-empty.inc"
    ;
static const char fingerprint[] =
#include "sql/postgresql-fingerprint.inc"
    ;
static const char grants[] =
#include "sql/postgresql-grant.inc"
    ;
static const char defects[] =
#include "sql/postgresql-defects.inc"
    ;
static const char page_checks[] =
#include "sql/postgresql-amcheck.inc"
    ;

static const struct fil_token tokens[] = {
	{ "STRICT", "" },
	{ "CLUSTERED", "" },
	{ "KEY", "TEXT" },
	{ "SALT", "replace(gen_random_uuid()::text, '-', '')" },
	{ "SQLITE", "--" },
	{ "POSTGRESQL", "" },
	{ NULL, NULL },
};

/* Returns the statements with text compared byte by byte, whatever the database's collation; the
 * caller frees them. */
static char *
collate(const char *sql)
{
	static const char type[] = " TEXT";
	struct fil_bytes text = { 0 };
	const char *place;

	for (; (place = strstr(sql, type)); sql = place) {
		place += strlen(type);
		fil_bytes_add(&text, sql, (size_t)(place - sql));
		if (strchr(" ,;\n", *place))
			fil_bytes_add_text(&text, " COLLATE \"C\"");
	}
	fil_bytes_add_text(&text, sql);
	return text.data;
}

/* Returns the names of the schema's tables, separated by ", "; the caller frees them. */
static char *
table_names(void)
{
	struct fil_schema_tables *tables = fil_schema_tables();
	struct fil_bytes names = { 0 };

	for (size_t i = 0; i < tables->n; i++)
		fil_bytes_add_format(&names, "%s%s", i ? ", " : "", tables->all[i].name);
	fil_schema_tables_free(tables);
	return names.data;
}

/* Asks about the tables of the schema: $1 is an array of their names. Returns the result, or NULL
 * with a fault. */
static PGresult *
ask_tables(struct fil_postgresql *store, const char *sql, struct fil_fault *fault)
{
	char *names = table_names(), *array = fil_format("{%s}", names);
	const char *const values[] = { array };
	PGresult *rows = fil_postgresql_ask(
	    store, sql, &(struct fil_postgresql_values){ .n = 1, .values = values }, fault);

	free(array);
	free(names);
	return rows;
}

/* Reads the version, the stored fingerprint and the current one. Returns the row, or NULL with a
 * fault. */
static PGresult *
identify(struct fil_postgresql *store, struct fil_fault *fault)
{
	PGresult *row = ask_tables(store, fingerprint, fault);

	if (row && store->pq.ntuples(row) == 1)
		return row;
	if (row)
		fil_fault_set(fault, FIL_UNAVAILABLE,
		    "%s: the database is damaged: its table filrouge has not one row", store->name);
	store->pq.clear(row);
	return NULL;
}

/* Stores version and fingerprint, in the transaction that changes them. Returns 0 or -1. */
static int
note_identity(struct fil_postgresql *store, struct fil_fault *fault)
{
	PGresult *row = identify(store, fault);
	char *sql;
	int failed;

	if (!row)
		return -1;
	sql = fil_format("UPDATE filrouge SET version = %d, fingerprint = '%s'", FIL_SCHEMA_VERSION,
	    store->pq.getvalue(row, 0, 2));
	failed = fil_postgresql_run(store, sql, fault);
	free(sql);
	store->pq.clear(row);
	return failed;
}

static int
refuse_place(struct fil_postgresql *store, const PGresult *place, struct fil_fault *fault)
{
	const char *table = store->pq.getvalue(place, 0, 2),
		   *encoding = store->pq.getvalue(place, 0, 1);

	if (store->pq.getisnull(place, 0, 0))
		return fil_fault_set(fault, FIL_CANT_CREATE,
		    "%s: the role has no schema to make tables in: none of its search_path exists",
		    store->name);
	if (strcmp(encoding, "UTF8") != 0)
		return fil_fault_set(fault, FIL_CANT_CREATE,
		    "%s: the database is in %s: make one in UTF8", store->name, encoding);
	if (*table == '\0')
		return 0;
	if (strcmp(table, "filrouge") == 0)
		return fil_fault_set(fault, FIL_CANT_CREATE, "%s: exists already", store->name);
	return fil_fault_set(fault, FIL_CANT_CREATE,
	    "%s: holds a table '%s', which is not filrouge's: make a database for the store, or a "
	    "schema that comes first in the search_path",
	    store->name, table);
}

static int
check_place(struct fil_postgresql *store, struct fil_fault *fault)
{
	PGresult *place = fil_postgresql_exec(store, emptiness, fault);
	int refused = place ? refuse_place(store, place, fault) : -1;

	store->pq.clear(place);
	return refused;
}

static int
create_tables(struct fil_postgresql *store, struct fil_fault *fault)
{
	char *schema = fil_schema_text(tokens), *own = fil_schema_fill(turn_table, tokens),
	     *all = fil_format("%s%s", own, schema), *sql = collate(all);
	int failed = fil_postgresql_run(store, sql, fault);

	free(sql);
	free(all);
	free(own);
	free(schema);
	return failed;
}

int
fil_postgresql_create(struct fil_postgresql *store, struct fil_fault *fault)
{
	if (fil_postgresql_run(store, "BEGIN", fault) < 0 || check_place(store, fault) < 0 ||
	    create_tables(store, fault) < 0 || note_identity(store, fault) < 0) {
		fil_postgresql_rollback(store);
		return -1;
	}
	store->unmade = true;
	return 0;
}

/* Runs the statements from one version to the next. */
static int
migrate_from(struct fil_postgresql *store, int version, struct fil_fault *fault)
{
	char *migration = fil_schema_migration(version, tokens), *sql = collate(migration);
	int failed = fil_postgresql_run(store, sql, fault);

	free(sql);
	free(migration);
	return failed;
}

/* Returns whether the roles exist. Then the tables of an upgrade need grants. */
static bool
has_roles(struct fil_postgresql *store)
{
	struct fil_fault ignored;
	PGresult *roles = fil_postgresql_exec(store,
	    "SELECT 1 FROM information_schema.column_privileges WHERE table_name = 'filrouge' AND "
	    "grantee = 'filrouge_recorder'",
	    &ignored);
	bool any = roles && store->pq.ntuples(roles) > 0;

	store->pq.clear(roles);
	return any;
}

static int
grant_all(struct fil_postgresql *store, struct fil_fault *fault)
{
	PGresult *schema =
	    fil_postgresql_exec(store, "SELECT quote_ident(current_schema())", fault);
	char *tables, *sql;
	int failed;

	if (!schema)
		return -1;
	tables = table_names();
	sql = fil_schema_fill(grants,
	    (const struct fil_token[]){ { "SCHEMA", store->pq.getvalue(schema, 0, 0) },
		{ "TABLES", tables }, { NULL, NULL } });
	failed = fil_postgresql_run(store, sql, fault);
	free(sql);
	free(tables);
	store->pq.clear(schema);
	return failed;
}

/* Requires the writers' lock. Another command may have upgraded the store meanwhile. */
static int
migrate_all(struct fil_postgresql *store, struct fil_fault *fault)
{
	PGresult *row = identify(store, fault);
	int version;

	if (!row)
		return -1;
	version = (int)strtol(store->pq.getvalue(row, 0, 0), NULL, 10);
	store->pq.clear(row);
	if (fil_schema_check(store->name, version, fault) < 0)
		return -1;
	/* A cursor stays open until the transaction ends, and its table may not be altered until
	 * then. */
	for (; version < FIL_SCHEMA_VERSION; version++)
		if (migrate_from(store, version, fault) < 0 ||
		    fil_upgrade_from(&store->base, version, fault) < 0 ||
		    fil_postgresql_run(store, "CLOSE ALL", fault) < 0)
			return -1;
	if (note_identity(store, fault) < 0 || (has_roles(store) && grant_all(store, fault) < 0))
		return -1;
	return fil_postgresql_run(store, "COMMIT", fault);
}

static int
migrate(struct fil_postgresql *store, int version, struct fil_fault *fault)
{
	if (fil_postgresql_lock(store, MIGRATION_PATIENCE, fault) == 0 &&
	    migrate_all(store, fault) == 0)
		return 0;
	fil_postgresql_rollback(store);
	if (fault->status == FIL_NOT_PERMITTED)
		return fil_fault_set(fault, FIL_UNAVAILABLE,
		    "%s: made by an older filrouge (schema %d; this one works with %d), and this "
		    "role may not bring it up to date: run any command as the owner of its tables",
		    store->name, version, FIL_SCHEMA_VERSION);
	return -1;
}

/* Compares the stored fingerprint with the current one. Returns 0 or -1. */
static int
compare(struct fil_postgresql *store, const PGresult *row, struct fil_fault *fault)
{
	if (strcmp(store->pq.getvalue(row, 0, 1), store->pq.getvalue(row, 0, 2)) == 0)
		return 0;
	return fil_fault_set(fault, FIL_UNAVAILABLE,
	    "%s: the schema was altered: its columns or keys are not those that filrouge made",
	    store->name);
}

static int
refuse_identity(struct fil_postgresql *store, const PGresult *row, struct fil_fault *fault)
{
	int64_t version = strtoll(store->pq.getvalue(row, 0, 0), NULL, 10);

	if (fil_schema_check(store->name, version, fault) < 0)
		return -1;
	return store->mode == FIL_STORE_INSPECT ? 0 : compare(store, row, fault);
}

/* Checks that the columns and keys are those that filrouge made. Returns 0, or -1 with a fault:
 * "STORE: the schema was altered: …". */
static int
verify_columns(struct fil_postgresql *store, struct fil_fault *fault)
{
	PGresult *row = identify(store, fault);
	int differs = row ? compare(store, row, fault) : -1;

	store->pq.clear(row);
	return differs;
}

/* Notes the origins of columns in results: "16385 1 users user,16385 2 users name". */
static void
note_columns(struct fil_postgresql *store, const char *origins)
{
	char *rest = fil_copy(origins), *line;

	store->names_of_columns = rest;
	while ((line = strsep(&rest, ","))) {
		struct fil_postgresql_column column = { .table = (Oid)strtoul(line, &line, 10) };

		column.number = (int)strtol(line, &line, 10);
		if (*line == '\0')
			continue;
		line++;
		column.table_name = strsep(&line, " ");
		column.name = line;
		store->columns =
		    fil_resize(store->columns, store->n_columns + 1, sizeof *store->columns);
		store->columns[store->n_columns++] = column;
	}
}

/* Batches are large where each is sent to several nodes, and waits for all of them. */
static void
note_engine(struct fil_postgresql *store, bool distributes)
{
	store->distributes = distributes;
	if (!distributes)
		return;
	store->base.batch_rows = DISTRIBUTED_ROWS;
	store->base.new_rows = DISTRIBUTED_NEW_ROWS;
}

void
fil_postgresql_origin(const struct fil_postgresql *store, const PGresult *rows, int n,
    const char **table, const char **column)
{
	Oid of = store->pq.ftable(rows, n);
	int number = store->pq.ftablecol(rows, n);

	*table = *column = NULL;
	for (size_t i = 0; of != InvalidOid && i < store->n_columns; i++)
		if (store->columns[i].table == of && store->columns[i].number == number) {
			*table = store->columns[i].table_name;
			*column = store->columns[i].name;
			return;
		}
}

int
fil_postgresql_verify(struct fil_postgresql *store, struct fil_fault *fault)
{
	PGresult *row = identify(store, fault);
	int version, refused;

	if (!row)
		return -1;
	version = (int)strtol(store->pq.getvalue(row, 0, 0), NULL, 10);
	refused = refuse_identity(store, row, fault);
	note_columns(store, store->pq.getvalue(row, 0, 3));
	note_engine(store, *store->pq.getvalue(row, 0, 4) == 't');
	store->pq.clear(row);
	if (refused)
		return -1;
	return version < FIL_SCHEMA_VERSION ? migrate(store, version, fault) : 0;
}

/* Creates the role unless it exists. */
static int
make_role(struct fil_postgresql *store, const char *name, struct fil_fault *fault)
{
	char *ask = fil_format("SELECT 1 FROM pg_roles WHERE rolname = '%s'", name),
	     *make = fil_format("CREATE ROLE %s", name);
	PGresult *found = fil_postgresql_exec(store, ask, fault);
	int failed = found ? 0 : -1;

	if (found && store->pq.ntuples(found) == 0)
		failed = fil_postgresql_run(store, make, fault);
	store->pq.clear(found);
	free(ask);
	free(make);
	return failed;
}

/* A grant by a role that does not own the tables grants nothing, and the server only warns. */
static int
check_owner(struct fil_postgresql *store, struct fil_fault *fault)
{
	PGresult *owns = fil_postgresql_exec(store,
	    "SELECT pg_has_role(relowner, 'USAGE') FROM pg_class WHERE oid = "
	    "CAST('filrouge' AS REGCLASS)",
	    fault);
	bool may = owns && *store->pq.getvalue(owns, 0, 0) == 't';

	if (owns && !may)
		fil_fault_set(fault, FIL_NOT_PERMITTED,
		    "%s: this role may not do that (it does not own the tables)", store->name);
	store->pq.clear(owns);
	return may ? 0 : -1;
}

int
fil_postgresql_grant(struct fil_postgresql *store, struct fil_fault *fault)
{
	/* One connection to each node: another one would not see the new roles. */
	static const char begin[] =
	    "BEGIN; SELECT set_config(name, 'sequential', true) FROM pg_settings "
	    "WHERE name = 'citus.multi_shard_modify_mode'";

	if (fil_postgresql_run(store, begin, fault) < 0 || check_owner(store, fault) < 0 ||
	    make_role(store, "filrouge_reader", fault) < 0 ||
	    make_role(store, "filrouge_recorder", fault) < 0 || grant_all(store, fault) < 0 ||
	    fil_postgresql_run(store, "COMMIT", fault) < 0) {
		fil_postgresql_rollback(store);
		return -1;
	}
	return 0;
}

/* Tells what one check of pages says. An index that is damaged is an error of the server. */
static int
check_pages(struct fil_postgresql *store, const char *table, const char *sql, fil_defect_take *take,
    void *context, struct fil_fault *fault)
{
	PGresult *rows = store->pq.exec(store->connection, sql);

	if (store->pq.resultStatus(rows) != PGRES_TUPLES_OK) {
		const char *text = store->pq.resultErrorField(rows, PG_DIAG_MESSAGE_PRIMARY);

		if (!text) {
			fil_postgresql_check(store, rows, sql, fault);
			return -1;
		}
		take(context, FIL_DEFECT_ENGINE, table, text);
	} else {
		for (int i = 0; i < store->pq.ntuples(rows); i++)
			if (!store->pq.getisnull(rows, i, 0))
				take(context, FIL_DEFECT_ENGINE, table,
				    store->pq.getvalue(rows, i, 0));
	}
	store->pq.clear(rows);
	return 0;
}

static int
check_all_pages(
    struct fil_postgresql *store, fil_defect_take *take, void *context, struct fil_fault *fault)
{
	PGresult *checks = ask_tables(store, page_checks, fault);
	int n = checks ? store->pq.ntuples(checks) : 0, result = checks ? 0 : -1;

	for (int i = 0; result == 0 && i < n; i++)
		result = check_pages(store, store->pq.getvalue(checks, i, 0),
		    store->pq.getvalue(checks, i, 1), take, context, fault);
	store->pq.clear(checks);
	return result;
}

/* Asks what is wrong with the tables. Returns the result, or NULL with a fault. */
static PGresult *
ask_defects(struct fil_postgresql *store, struct fil_fault *fault)
{
	char *names = table_names(), *references = fil_schema_references();
	char *tables = fil_format("{%s}", names), *columns = fil_format("{%s}", references);
	const char *const values[] = { tables, columns };
	PGresult *rows = fil_postgresql_ask(
	    store, defects, &(struct fil_postgresql_values){ .n = 2, .values = values }, fault);

	free(columns);
	free(tables);
	free(references);
	free(names);
	return rows;
}

/* Tells the defects of one kind. */
static void
tell(struct fil_postgresql *store, const PGresult *rows, const char *kind, enum fil_defect defect,
    fil_defect_take *take, void *context)
{
	for (int i = 0; i < store->pq.ntuples(rows); i++)
		if (strcmp(store->pq.getvalue(rows, i, 0), kind) == 0)
			take(context, defect, store->pq.getvalue(rows, i, 1),
			    store->pq.getvalue(rows, i, 2));
}

int
fil_postgresql_inspect(
    struct fil_postgresql *store, fil_defect_take *take, void *context, struct fil_fault *fault)
{
	PGresult *rows;
	struct fil_fault altered;

	if (check_all_pages(store, take, context, fault) < 0 || !(rows = ask_defects(store, fault)))
		return -1;
	tell(store, rows, "engine", FIL_DEFECT_ENGINE, take, context);
	if (verify_columns(store, &altered) < 0)
		take(context, FIL_DEFECT_SCHEMA, NULL, altered.text + strlen(store->name) + 2);
	tell(store, rows, "mode", FIL_DEFECT_MODE, take, context);
	store->pq.clear(rows);
	return 0;
}
