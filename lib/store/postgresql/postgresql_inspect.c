/* SPDX-License-Identifier: ISC */
#include "lib/store/postgresql/postgresql_inspect.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/memory.h"
#include "lib/store/postgresql/postgresql_schema.h"

static const char defects[] =
#include "sql/postgresql-defects.inc"
    ;
static const char page_checks[] =
#include "sql/postgresql-amcheck.inc"
    ;

/* Asks about the tables of the schema. Returns the result, or NULL with a fault. */
static PGresult *
ask_tables(struct fil_postgresql *store, const char *sql, struct fil_fault *fault)
{
	char *names = fil_postgresql_tables(), *array = fil_format("{%s}", names);
	const char *const values[] = { array };
	PGresult *rows = fil_postgresql_ask(
	    store, sql, &(struct fil_postgresql_values){ .n = 1, .values = values }, fault);

	free(array);
	free(names);
	return rows;
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

	if (check_all_pages(store, take, context, fault) < 0 ||
	    !(rows = ask_tables(store, defects, fault)))
		return -1;
	tell(store, rows, "engine", FIL_DEFECT_ENGINE, take, context);
	if (fil_postgresql_compare(store, &altered) < 0)
		take(context, FIL_DEFECT_SCHEMA, NULL, altered.text + strlen(store->name) + 2);
	tell(store, rows, "mode", FIL_DEFECT_MODE, take, context);
	store->pq.clear(rows);
	return 0;
}
