/* SPDX-License-Identifier: ISC */
#include "lib/audit/check/derived_runs.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "lib/audit/history.h"
#include "lib/base/hash.h"
#include "lib/base/memory.h"
#include "lib/base/number.h"
#include "lib/levels/standing_update.h"

/* Derived rows that are looked up in the log at once, and in all: of more, the first are enough to tell
 * that rows were altered. */
enum { LOOKED_UP = 500, MOST = 200000 };

/* A user, and the runs of the user's levels. */
struct levels {
	struct fil_bytes user;
	int64_t *runs;
	size_t n, room;
};

/* A derived row of a user whose levels are not all given. */
struct waiting {
	struct fil_bytes user, dimension;
	bool total; /* of standings */
	int64_t run;
};

/* The cells of an odd row. */
enum { USER, DIMENSION, RUN, CELLS };

struct fil_derived_runs {
	struct fil_store *store;
	struct fil_findings *findings;
	struct fil_history *history; /* NULL: not read, as no row is odd until the end */
	struct fil_hash *all; /* runs that may concern each user, besides those of the log */
	const struct fil_hash *wide; /* those of the log */
	int64_t asked; /* the run that was looked for last in both, INT64_MIN before the first */
	bool answer; /* it was found */
	struct levels done, current; /* all levels of `done` were given */
	struct waiting *waiting;
	size_t n_waiting, waiting_room;
	struct fil_batch *odd; /* rows of a run that wrote none of the user's levels that stand */
	struct fil_bytes key;
};

/* The runs that wrote a dimension or a threshold that stands, or rebuilt rows. */
static const char select_all[] =
    "SELECT run FROM dimensions UNION SELECT run FROM thresholds "
    "UNION SELECT run FROM runs WHERE command LIKE '%fil-check%' OR command LIKE '%fil-forget%'";

struct fil_derived_runs *
fil_derived_runs_new(struct fil_store *store, const struct fil_checked_log *log,
    struct fil_findings *findings, struct fil_fault *fault)
{
	struct fil_derived_runs *check;
	struct fil_query *query;
	int step;

	if (!log->wide)
		return NULL;
	check = fil_alloc(1, sizeof *check);
	query = fil_query_new(store, select_all);
	check->store = store;
	check->wide = log->wide;
	check->asked = INT64_MIN;
	check->findings = findings;
	check->all = fil_hash_new_set();
	check->odd = fil_batch_new(CELLS);
	while ((step = fil_query_step(query, fault)) == 1)
		fil_hash_put(check->all, &(int64_t){ fil_query_number(query, 0) }, sizeof(int64_t));
	fil_query_free(query);
	if (step == 0)
		return check;
	fil_derived_runs_free(check);
	return NULL;
}

static bool
is_user(const struct levels *levels, const char *user)
{
	return levels->user.length > 0 && strcmp(levels->user.data, user) == 0;
}

static bool
have_run(const struct levels *levels, int64_t run)
{
	for (size_t i = 0; i < levels->n; i++)
		if (levels->runs[i] == run)
			return true;
	return false;
}

/* Writes a user's key of a time and a run as one key. */
static void
write_key(struct fil_bytes *key, const char *user, int64_t run)
{
	fil_bytes_clear(key);
	fil_bytes_add_format(key, "%lld %s", (long long)run, user);
}

/* Reads the runs that wrote or overwrote levels of users, by their keys of any time. Returns 0 or
 * -1. */
static int
read_overwritten(struct fil_derived_runs *check, const struct fil_batch *keys,
    struct fil_hash *found, struct fil_fault *fault)
{
	size_t n = fil_batch_rows(keys);
	struct fil_bytes sql = { 0 };
	struct fil_query *query;
	int step;

	fil_bytes_add_text(&sql, "SELECT subject, run, was_run FROM history");
	fil_relation_add_any_of(&sql, "subject", n);
	fil_bytes_add_text(&sql, " AND relation = 'autonomy'");
	query = fil_query_new(check->store, sql.data);
	for (size_t i = 0; i < n; i++)
		fil_query_bind(query, (int)i + 1, fil_batch_cell(keys, i, 0, NULL));
	while ((step = fil_query_step(query, fault)) == 1)
		for (int c = 1; c <= 2; c++) {
			write_key(
			    &check->key, fil_query_text(query, 0), fil_query_number(query, c));
			fil_hash_put(found, check->key.data, check->key.length);
		}
	fil_query_free(query);
	fil_bytes_release(&sql);
	return step;
}

/* Adds an error for an odd row, unless the log says that its run wrote levels of the user. */
static void
judge_odd(struct fil_derived_runs *check, const char *const *cells, const struct fil_hash *found)
{
	const struct fil_relation *table =
	    cells[DIMENSION] ? &fil_standing_table : &fil_standings_table;
	size_t n;
	const char **keys = fil_holders_keys(fil_history_holders(check->history), cells[USER], &n);
	bool known = false;

	for (size_t i = 0; i < n && !known; i++) {
		write_key(&check->key, keys[i], strtoll(cells[RUN], NULL, 10));
		known = fil_hash_has(found, check->key.data, check->key.length);
	}
	free(keys);
	if (known)
		return;
	fil_bytes_clear(&check->key);
	fil_relation_words(table, cells, &check->key);
	fil_findings_add(check->findings, FIL_FINDING_LOG, table->name, check->key.data, "run",
	    "is not a run that wrote levels of this user");
}

/* Looks odd rows up in the log, from one to before another. Returns 0 or -1. */
static int
look_up(struct fil_derived_runs *check, size_t first, size_t end, struct fil_fault *fault)
{
	struct fil_hash *found = fil_hash_new_set();
	struct fil_batch *subjects = fil_batch_new(1);
	const char *cells[CELLS], **keys;
	int result;
	size_t n;

	for (size_t i = first; i < end; i++) {
		fil_batch_row(check->odd, i, cells, NULL);
		keys = fil_holders_keys(fil_history_holders(check->history), cells[USER], &n);
		for (size_t k = 0; k < n; k++)
			fil_batch_add(subjects, &keys[k]);
		free(keys);
	}
	result = read_overwritten(check, subjects, found, fault);
	for (size_t i = first; i < end && result == 0; i++) {
		fil_batch_row(check->odd, i, cells, NULL);
		judge_odd(check, cells, found);
	}
	fil_batch_free(subjects);
	fil_hash_free(found);
	return result;
}

/* Judges a row of the user whose levels are all given. */
static void
judge(struct fil_derived_runs *check, const char *user, const char *dimension, int64_t run)
{
	char number[FIL_NUMBER_SIZE];

	if (have_run(&check->done, run))
		return;
	fil_number_write(run, number);
	/* They are looked up in the end, when all rows have been read. */
	if (fil_batch_rows(check->odd) < MOST)
		fil_batch_add(check->odd, (const char *const[]){ user, dimension, number });
}

/* Ends the levels of the current user, and judges the rows that waited for them. Another
 * check reports a row of a user without a level. */
static void
end_user(struct fil_derived_runs *check)
{
	struct levels done = check->current;
	size_t left = 0;

	check->current = check->done;
	check->done = done;
	check->current.n = 0;
	fil_bytes_clear(&check->current.user);
	for (size_t i = 0; i < check->n_waiting; i++) {
		struct waiting row = check->waiting[i];
		int order = strcmp(row.user.data, done.user.data);

		if (order == 0)
			judge(check, row.user.data, row.total ? NULL : row.dimension.data, row.run);
		else if (order > 0) {
			check->waiting[i] = check->waiting[left];
			check->waiting[left++] = row;
		}
	}
	check->n_waiting = left;
}

void
fil_derived_runs_level(struct fil_derived_runs *check, const char *user, int64_t run)
{
	struct levels *current = &check->current;

	if (!is_user(current, user)) {
		if (current->user.length > 0)
			end_user(check);
		fil_bytes_add_text(&current->user, user);
	}
	if (have_run(current, run))
		return;
	if (current->n == current->room) {
		current->room += current->room / 2 + 8;
		current->runs = fil_resize(current->runs, current->room, sizeof *current->runs);
	}
	current->runs[current->n++] = run;
}

/* Returns whether a run may concern each user. Most rows have the run of the row before. */
static bool
concerns_all(struct fil_derived_runs *check, int64_t run)
{
	if (run != check->asked)
		check->answer = fil_hash_has(check->all, &run, sizeof run) ||
		    fil_hash_has(check->wide, &run, sizeof run);
	check->asked = run;
	return check->answer;
}

bool
fil_derived_runs_known(struct fil_derived_runs *check, const char *user, int64_t run)
{
	return (is_user(&check->done, user) && have_run(&check->done, run)) ||
	    concerns_all(check, run);
}

void
fil_derived_runs_row(
    struct fil_derived_runs *check, const char *user, const char *dimension, int64_t run)
{
	struct waiting *row;

	if (is_user(&check->done, user)) {
		judge(check, user, dimension, run);
		return;
	}
	if (check->n_waiting == check->waiting_room) {
		check->waiting_room += check->waiting_room / 2 + 8;
		check->waiting =
		    fil_resize(check->waiting, check->waiting_room, sizeof *check->waiting);
		memset(&check->waiting[check->n_waiting], 0,
		    (check->waiting_room - check->n_waiting) * sizeof *check->waiting);
	}
	row = &check->waiting[check->n_waiting++];
	fil_bytes_clear(&row->user);
	fil_bytes_add_text(&row->user, user);
	fil_bytes_clear(&row->dimension);
	fil_bytes_add_text(&row->dimension, dimension ? dimension : "");
	row->total = !dimension;
	row->run = run;
}

int
fil_derived_runs_end(struct fil_derived_runs *check, struct fil_fault *fault)
{
	size_t n, end;
	int result = 0;

	if (check->current.user.length > 0)
		end_user(check);
	n = fil_batch_rows(check->odd);
	if (n == 0)
		return 0;
	/* Another check reports why the log cannot be read. */
	check->history = fil_history_new(check->store, fault);
	if (!check->history)
		return 0;
	for (size_t first = 0; first < n && result == 0; first = end) {
		end = n - first < LOOKED_UP ? n : first + LOOKED_UP;
		result = look_up(check, first, end, fault);
	}
	return result;
}

void
fil_derived_runs_free(struct fil_derived_runs *check)
{
	if (!check)
		return;
	fil_history_free(check->history);
	fil_hash_free(check->all);
	for (size_t i = 0; i < check->waiting_room; i++) {
		fil_bytes_release(&check->waiting[i].user);
		fil_bytes_release(&check->waiting[i].dimension);
	}
	free(check->waiting);
	fil_batch_free(check->odd);
	fil_bytes_release(&check->done.user);
	fil_bytes_release(&check->current.user);
	fil_bytes_release(&check->key);
	free(check->done.runs);
	free(check->current.runs);
	free(check);
}
