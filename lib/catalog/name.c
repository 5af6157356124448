/* SPDX-License-Identifier: ISC */
#include "lib/catalog/name.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/memory.h"
#include "lib/store/lookup_table.h"
#include "lib/store/relation.h"

/* Every reference but that to users names a row of a small table that people make by hand. */
const struct fil_table *
fil_name_table(const struct fil_column *column)
{
	if (!column->references || fil_column_refers_to_user(column))
		return NULL;
	return fil_catalog_table(column->references);
}

/* Adds the nearest stored name to the fault, if one is near. */
static void
suggest(struct fil_store *store, const struct fil_table *table, const char *name,
    struct fil_fault *fault)
{
	char *sql = fil_relation_select(&table->relation, true);
	struct fil_fault unread;
	struct fil_lookup_table *rows = fil_lookup_table_new(fil_query_new(store, sql), 1, &unread);
	const char **names;
	size_t n;

	free(sql);
	if (!rows)
		return;
	n = fil_lookup_table_rows(rows);
	names = fil_alloc(n, sizeof *names);
	for (size_t i = 0; i < n; i++)
		names[i] = fil_lookup_table_cell(rows, i, 0);
	fil_fault_suggest(fault, name, names, n);
	free(names);
	fil_lookup_table_free(rows);
}

int
fil_name_check(struct fil_store *store, const struct fil_table *table, const char *place,
    const char *name, struct fil_fault *fault)
{
	char *sql = fil_relation_named(&table->relation, 0, 1);
	struct fil_query *query = fil_query_new(store, sql);
	int found;

	fil_query_bind(query, 1, name);
	found = fil_query_step(query, fault);
	fil_query_free(query);
	free(sql);
	if (found != 0)
		return found < 0 ? -1 : 0;
	fil_fault_set(fault, FIL_BAD_DATA, "%s: '%s' is not in %s", place, name, table->name);
	suggest(store, table, name, fault);
	return -1;
}
