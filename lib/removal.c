/* SPDX-License-Identifier: ISC */
#include "lib/removal.h"

#include <stdlib.h>
#include <string.h>

#include "lib/memory.h"

/* A row that was found, for the answer. */
struct found_row {
	const struct fil_batch *rows;
	size_t i;
};

static const char *
found_cell(const void *context, size_t c)
{
	const struct found_row *row = context;

	return fil_batch_cell(row->rows, row->i, c, NULL);
}

/* The engine sees that nothing names a row that goes, but for managers, whom no foreign key names.
 */
static int
check_staff(struct fil_store *store, const char *user, struct fil_fault *fault)
{
	static const char sql[] = "SELECT \"user\" FROM users WHERE manager = $1"
				  " AND \"user\" <> $1 ORDER BY \"user\" LIMIT 1";
	struct fil_query *query = fil_query_new(store, sql);
	int step;

	fil_query_bind(query, 1, user);
	step = fil_query_step(query, fault);
	if (step == 1)
		step = fil_fault_data(fault, "reference-error",
		    "user: '%s' cannot be removed: still the manager of '%s'", user,
		    fil_query_text(query, 0));
	fil_query_free(query);
	return step;
}

/* Tells of the rows found. */
static int
note_found(struct fil_removal *removal, const struct fil_batch *found, struct fil_fault *fault)
{
	bool users = strcmp(removal->table->name, "users") == 0;

	for (size_t i = 0; i < fil_batch_rows(found); i++) {
		struct found_row row = { found, i };

		if (users &&
		    check_staff(fil_run_store(removal->run), found_cell(&row, 0), fault) < 0)
			return -1;
		fil_standing_note(removal->keeper, removal->table->name, found_cell(&row, 0));
		fil_changes_row(removal->changes, FIL_REMOVED, found_cell, &row);
		removal->removed++;
	}
	return 0;
}

int
fil_removal_rows(struct fil_removal *removal, const struct fil_batch *keys, struct fil_fault *fault)
{
	const struct fil_relation *relation = &removal->table->relation;
	struct fil_batch *found = fil_batch_new(removal->table->n_columns + 1);
	struct fil_store *store = fil_run_store(removal->run);
	size_t *places = fil_alloc(fil_batch_rows(keys) + 1, sizeof *places);
	int result = fil_store_fetch(store, relation, keys, found, places, fault);

	if (result == 0)
		result = fil_run_keep(removal->run, relation, found, FIL_REMOVED, fault);
	if (result == 0)
		result = note_found(removal, found, fault);
	if (result == 0)
		result = fil_store_delete(store, relation, found, fault);
	free(places);
	fil_batch_free(found);
	return result;
}
