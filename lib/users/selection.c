/* SPDX-License-Identifier: ISC */
#include "lib/users/selection.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/choices.h"
#include "lib/base/memory.h"
#include "lib/catalog/catalog.h"

bool
fil_selection_has_conditions(const struct fil_selection *selection)
{
	return selection->filter && fil_filter_count(selection->filter) > 0;
}

int
fil_selection_roles(
    const struct fil_selection *selection, struct fil_roles *roles, struct fil_fault *fault)
{
	const struct fil_table *users = fil_catalog_table("users");
	const char *list = !selection->roles ? "user" : selection->roles;
	size_t n = 0;

	roles->names = users->columns[fil_table_column(users, "role")].choices;
	while (roles->names[n])
		n++;
	return fil_choices_read(list, roles->names, n, "role", &roles->set, fault);
}

bool
fil_roles_have(const struct fil_roles *roles, const char *role)
{
	for (size_t i = 0; role && roles->names[i]; i++)
		if (strcmp(roles->names[i], role) == 0)
			return roles->set >> i & 1;
	return false;
}

bool
fil_user_is_here(const struct fil_user_row *row, const char *day)
{
	return !(row->arrived && strcmp(row->arrived, day) > 0) &&
	    !(row->left && strcmp(row->left, day) <= 0);
}

/* Columns are numbers in the table. */
struct fil_user_reader {
	const struct fil_selection *selection;
	const struct fil_table *table;
	struct fil_roles roles;
	size_t role, arrived, left, by; /* arrived, by: FIL_NOWHERE where they are not read */
	size_t *read, n; /* the columns of the query, and their number */
	const char **cells; /* one for each column of the table */
	struct fil_query *query;
	char *sql;
};

/* Chooses the columns to read. A filter may need any column, so all are read then. */
static void
choose_columns(struct fil_user_reader *reader)
{
	bool filtered = fil_selection_has_conditions(reader->selection);

	reader->read = fil_alloc(reader->table->n_columns, sizeof *reader->read);
	for (size_t c = 0; c < reader->table->n_columns; c++)
		if (filtered || c == 0 || c == reader->role || c == reader->arrived ||
		    c == reader->left || c == reader->by)
			reader->read[reader->n++] = c;
}

static void
open_query(struct fil_user_reader *reader, struct fil_store *store)
{
	const char **names = fil_alloc(reader->n, sizeof *names);
	struct fil_relation relation = { reader->table->relation.name, names, reader->n, 1 };

	for (size_t i = 0; i < reader->n; i++)
		names[i] = reader->table->columns[reader->read[i]].name;
	reader->sql = fil_relation_select(&relation, false);
	reader->query = fil_query_new(store, reader->sql);
	free(names);
}

struct fil_user_reader *
fil_user_reader_new(
    struct fil_store *store, const struct fil_user_request *request, struct fil_fault *fault)
{
	const char *by = fil_by_column(request->by);
	struct fil_user_reader *reader;
	struct fil_roles roles;

	if (fil_selection_roles(request->selection, &roles, fault) < 0)
		return NULL;
	reader = fil_alloc(1, sizeof *reader);
	reader->selection = request->selection;
	reader->table = fil_catalog_table("users");
	reader->roles = roles;
	reader->role = fil_table_column(reader->table, "role");
	reader->arrived =
	    request->arrived ? fil_table_column(reader->table, "arrived") : FIL_NOWHERE;
	reader->left = fil_table_column(reader->table, "left");
	reader->by = !by ? FIL_NOWHERE : fil_table_column(reader->table, by);
	reader->cells = fil_alloc(reader->table->n_columns, sizeof *reader->cells);
	choose_columns(reader);
	open_query(reader, store);
	return reader;
}

int
fil_user_reader_next(
    struct fil_user_reader *reader, struct fil_user_row *row, struct fil_fault *fault)
{
	const struct fil_filter *filter = reader->selection->filter;
	struct fil_query *query = reader->query;
	const size_t *read = reader->read, n = reader->n;
	const char **cells = reader->cells;
	int got;

	while ((got = fil_query_step(query, fault)) == 1) {
		for (size_t i = 0; i < n; i++)
			cells[read[i]] = fil_query_text(query, (int)i);
		if (filter && !fil_filter_holds(filter, cells))
			continue;
		row->user = cells[0];
		row->arrived = reader->arrived == FIL_NOWHERE ? NULL : cells[reader->arrived];
		row->left = cells[reader->left];
		row->group = reader->by == FIL_NOWHERE ? NULL : cells[reader->by];
		row->has_role = fil_roles_have(&reader->roles, cells[reader->role]);
		return 1;
	}
	return got;
}

void
fil_user_reader_free(struct fil_user_reader *reader)
{
	if (!reader)
		return;
	fil_query_free(reader->query);
	free(reader->sql);
	free(reader->read);
	free(reader->cells);
	free(reader);
}
