/* SPDX-License-Identifier: ISC */
#include "lib/rename.h"

#include <stdlib.h>
#include <string.h>

#include "lib/batch.h"
#include "lib/memory.h"

/* Facts follow the user by themselves; what refers to a user without a foreign key does not. */
static const char *const statements[] = {
	"UPDATE users SET \"user\" = $1 WHERE \"user\" = $2",
	"UPDATE users SET manager = $1 WHERE manager = $2",
	"UPDATE standing SET \"user\" = $1 WHERE \"user\" = $2",
	"UPDATE standings SET \"user\" = $1 WHERE \"user\" = $2",
	"UPDATE history SET subject = $1 WHERE subject = $2",
};

static int
update(struct fil_store *store, const char *sql, const char *new, const char *old,
    struct fil_fault *fault)
{
	struct fil_query *query = fil_query_new(store, sql);
	int step;

	fil_query_bind(query, 1, new);
	fil_query_bind(query, 2, old);
	while ((step = fil_query_step(query, fault)) == 1)
		continue;
	fil_query_free(query);
	return step;
}

/* Notes the run as the one that wrote the row. */
static int
sign(struct fil_run *run, const char *key, struct fil_fault *fault)
{
	struct fil_query *query =
	    fil_query_new(fil_run_store(run), "UPDATE users SET run = $1 WHERE \"user\" = $2");
	int step;

	fil_query_bind_number(query, 1, fil_run_number(run));
	fil_query_bind(query, 2, key);
	step = fil_query_step(query, fault);
	fil_query_free(query);
	return step;
}

/* The renamed row, for the answer. */
struct renamed {
	const struct fil_batch *found;
	const char *key;
};

static const char *
renamed_cell(const void *context, size_t c)
{
	const struct renamed *renamed = context;

	return c == 0 ? renamed->key : fil_batch_cell(renamed->found, 0, c, NULL);
}

/* Renames a user who was found. */
static int
rename_found(struct fil_run *run, const struct fil_batch *found, const char *new,
    struct fil_changes *changes, struct fil_fault *fault)
{
	const struct fil_table *users = fil_catalog_table("users");
	const char *old = fil_batch_cell(found, 0, 0, NULL);
	struct renamed renamed = { found, new };

	if (fil_run_keep(run, &users->relation, found, FIL_CHANGED, fault) < 0)
		return -1;
	for (size_t i = 0; i < sizeof statements / sizeof *statements; i++)
		if (update(fil_run_store(run), statements[i], new, old, fault) < 0)
			return -1;
	fil_changes_row(changes, FIL_CHANGED, renamed_cell, &renamed);
	return sign(run, new, fault);
}

/* Returns 1 when the history shows that `new` was `old` once, 0 when it does not, -1 with a fault.
 */
static int
was_renamed(struct fil_store *store, const char *old, const char *new, struct fil_fault *fault)
{
	static const char sql[] = "SELECT 1 FROM history WHERE subject = $1 AND relation = 'users'"
				  " AND substr(was, 1, length($2)) = $2 LIMIT 1";
	struct fil_query *query;
	char *image;
	int step;

	/* Such keys are written otherwise in the history. */
	if (strpbrk(old, "\"\\"))
		return 0;
	query = fil_query_new(store, sql);
	image = fil_format("{\"user\":\"%s\"", old);
	fil_query_bind(query, 1, new);
	fil_query_bind(query, 2, image);
	step = fil_query_step(query, fault);
	fil_query_free(query);
	free(image);
	return step;
}

/* Judges a renaming of nobody. */
static enum fil_renamed
judge_absent(struct fil_run *run, const char *old, const char *new, struct fil_fault *fault)
{
	int before = was_renamed(fil_run_store(run), old, new, fault);

	if (before == 1)
		return FIL_RENAMED_BEFORE;
	if (before == 0)
		fil_fault_data(fault, "reference-error", "--rename: '%s' is not in users", old);
	return FIL_RENAME_FAILED;
}

enum fil_renamed
fil_rename_user(struct fil_run *run, const char *old, const char *new, struct fil_changes *changes,
    struct fil_fault *fault)
{
	const struct fil_table *users = fil_catalog_table("users");
	struct fil_batch *keys = fil_batch_new(1), *found = fil_batch_new(users->n_columns + 1);
	enum fil_renamed result = FIL_RENAME_FAILED;
	size_t places[2];

	fil_batch_add(keys, &old);
	fil_batch_add(keys, &new);
	if (fil_store_fetch(fil_run_store(run), &users->relation, keys, found, places, fault) < 0)
		goto out;
	if (places[0] == FIL_NOWHERE)
		result = judge_absent(run, old, new, fault);
	else if (places[1] != FIL_NOWHERE)
		fil_fault_data(fault, "unique-error",
		    "--rename: '%s' is somebody already, so '%s' cannot become it", new, old);
	else if (rename_found(run, found, new, changes, fault) == 0)
		result = FIL_RENAMED;
out:
	fil_batch_free(keys);
	fil_batch_free(found);
	return result;
}
