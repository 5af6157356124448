/* SPDX-License-Identifier: ISC */
#include "lib/write/rename.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/memory.h"
#include "lib/base/text.h"
#include "lib/store/batch.h"

/* Foreign keys follow users."user"; the other columns here have none. */
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

/* Renames the user found. */
static int
rename_found(struct fil_run *run, struct fil_changes *changes, const struct fil_batch *found,
    const char *new, struct fil_fault *fault)
{
	const struct fil_table *users = fil_catalog_table("users");
	const char *old = fil_batch_cell(found, 0, 0, NULL);
	const char **cells;

	if (fil_run_keep(run, &users->relation, found, FIL_CHANGED, fault) < 0)
		return -1;
	for (size_t i = 0; i < sizeof statements / sizeof *statements; i++)
		if (update(fil_run_store(run), statements[i], new, old, fault) < 0)
			return -1;
	cells = fil_alloc(fil_batch_columns(found), sizeof *cells);
	fil_batch_row(found, 0, cells, NULL);
	cells[0] = new;
	fil_changes_row(changes, FIL_CHANGED, cells);
	free(cells);
	return 0;
}

/* Finds in the history the present key of the user who was `old`, or NULL. Returns 0 or -1. */
static int
find_renamed(struct fil_store *store, const char *old, char **now, struct fil_fault *fault)
{
	static const char sql[] = "SELECT subject FROM history WHERE relation = 'users'"
				  " AND subject IS NOT NULL AND subject <> $1"
				  " AND substr(was, 1, length($2)) = $2 ORDER BY run DESC LIMIT 1";
	struct fil_query *query;
	char *image;
	int step;

	*now = NULL;
	/* The history escapes such keys. */
	if (strpbrk(old, "\"\\"))
		return 0;
	query = fil_query_new(store, sql);
	image = fil_format("{\"user\":\"%s\"", old);
	fil_query_bind(query, 1, old);
	fil_query_bind(query, 2, image);
	step = fil_query_step(query, fault);
	if (step == 1)
		*now = fil_copy(fil_query_text(query, 0));
	fil_query_free(query);
	free(image);
	return step < 0 ? -1 : 0;
}

/* Judges the renaming of a key that no user has. It was done before when the user who was `old` is
 * `new` now, or what `new` has become since. */
static enum fil_renamed
judge_absent(
    struct fil_store *store, const char *old, const char *new, bool is_new, struct fil_fault *fault)
{
	enum fil_renamed result = FIL_RENAME_FAILED;
	char *now, *new_now = NULL;

	if (find_renamed(store, old, &now, fault) < 0)
		return FIL_RENAME_FAILED;
	if (now && !is_new && find_renamed(store, new, &new_now, fault) < 0)
		goto out;
	if (now && strcmp(now, is_new || !new_now ? new : new_now) == 0)
		result = FIL_RENAMED_BEFORE;
	else
		fil_fault_data(fault, "reference-error", "--rename: '%s' is not in users", old);
out:
	free(now);
	free(new_now);
	return result;
}

/* Returns whether a key is written as keys are stored. */
static bool
is_spelt(const char *key)
{
	struct fil_bytes spelt = { 0 };
	bool same;

	fil_text_spell(key, strlen(key), FIL_SPELL_KEY, &spelt);
	same = strcmp(spelt.data, key) == 0;
	fil_bytes_release(&spelt);
	return same;
}

/* Renames the user whose key is `old` in the stored spelling, since no user has it as typed. */
static enum fil_renamed
rename_spelt(struct fil_run *run, struct fil_changes *changes, const char *old, const char *new,
    const struct fil_join_options *options, size_t *moved, struct fil_fault *fault)
{
	struct fil_bytes spelt = { 0 };
	enum fil_renamed result;

	fil_text_spell(old, strlen(old), FIL_SPELL_KEY, &spelt);
	result = fil_rename_user(run, changes, spelt.data, new, options, moved, fault);
	fil_bytes_release(&spelt);
	return result;
}

/* Joins a user who was found to the user `new`. */
static enum fil_renamed
join_found(struct fil_run *run, struct fil_changes *changes, const struct fil_batch *found,
    size_t row, const char *new, const struct fil_join_options *options, size_t *moved,
    struct fil_fault *fault)
{
	const char **cells = fil_alloc(fil_batch_columns(found), sizeof *cells);
	int result;

	fil_batch_row(found, row, cells, NULL);
	result = fil_join_users(run, cells[0], new, options, moved, fault);
	if (result == 0)
		fil_changes_row(changes, FIL_REMOVED, cells);
	free(cells);
	return result < 0 ? FIL_RENAME_FAILED : FIL_JOINED;
}

enum fil_renamed
fil_rename_user(struct fil_run *run, struct fil_changes *changes, const char *old, const char *new,
    const struct fil_join_options *options, size_t *moved, struct fil_fault *fault)
{
	const struct fil_table *users = fil_catalog_table("users");
	struct fil_batch *keys = fil_batch_new(1), *found = fil_batch_new(users->n_columns + 1);
	struct fil_store *store = fil_run_store(run);
	enum fil_renamed result = FIL_RENAME_FAILED;
	size_t places[2];

	fil_batch_add(keys, &old);
	fil_batch_add(keys, &new);
	if (fil_store_fetch(store, &users->relation, keys, found, places, fault) < 0)
		goto out;
	if (places[0] == FIL_NOWHERE && !is_spelt(old))
		result = rename_spelt(run, changes, old, new, options, moved, fault);
	else if (places[0] == FIL_NOWHERE)
		result = judge_absent(store, old, new, places[1] != FIL_NOWHERE, fault);
	else if (places[1] != FIL_NOWHERE)
		result = join_found(run, changes, found, places[0], new, options, moved, fault);
	else if (rename_found(run, changes, found, new, fault) == 0)
		result = FIL_RENAMED;
out:
	fil_batch_free(keys);
	fil_batch_free(found);
	return result;
}

int
fil_rename_sign(struct fil_run *run, const char *new, struct fil_fault *fault)
{
	struct fil_query *query =
	    fil_query_new(fil_run_store(run), "UPDATE users SET run = $1 WHERE \"user\" = $2");
	int step;

	fil_query_bind_number(query, 1, fil_run_number(run));
	fil_query_bind(query, 2, new);
	step = fil_query_step(query, fault);
	fil_query_free(query);
	return step;
}
