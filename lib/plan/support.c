/* SPDX-License-Identifier: ISC */
#include "lib/plan/support.h"

#include <stdlib.h>
#include <string.h>

#include "lib/store/cursor.h"
#include "lib/base/memory.h"
#include "lib/base/names.h"

/* The columns of both queries. */
enum { USER, MODULE, DAY, DUE, WITH };

/* A completion. */
struct completed {
	uint32_t module;
	fil_day day;
};

struct fil_support {
	const struct fil_shelf *modules;
	fil_day as_of;
	enum fil_support_with with;
	struct fil_cursor *assignments, *completions;
	struct fil_names *names;
	struct fil_assigned *list;
	size_t n, room;
	struct completed *completed;
	size_t n_completed, completed_room;
};

struct fil_support *
fil_support_new(struct fil_store *store, const struct fil_shelf *modules, fil_day as_of,
    enum fil_support_with with)
{
	static const char *const assignments[] = {
		[FIL_WITH_NOTHING] = "SELECT \"user\", module, assigned, due FROM assignments"
				     " ORDER BY \"user\", module, assigned",
		[FIL_WITH_PHASE] = "SELECT \"user\", module, assigned, due, phase FROM assignments"
				   " ORDER BY \"user\", module, assigned",
		[FIL_WITH_TRAINER] = "SELECT \"user\", module, assigned, due, trainer"
				     " FROM assignments ORDER BY \"user\", module, assigned",
	};
	struct fil_support *support = fil_alloc(1, sizeof(*support));

	support->modules = modules;
	support->as_of = as_of;
	support->with = with;
	support->assignments = fil_cursor_new(fil_query_new(store, assignments[with]));
	support->completions = fil_cursor_new(fil_query_new(store,
	    "SELECT \"user\", module, date FROM completions WHERE outcome = 'completed'"
	    " ORDER BY \"user\", module, date"));
	support->names = fil_names_new();
	return support;
}

static int
damaged(const struct fil_cursor *cursor, const char *table, struct fil_fault *fault)
{
	return fil_fault_set(fault, FIL_UNAVAILABLE,
	    "the store is damaged: %s of '%s' is not as it was written", table,
	    fil_cursor_user(cursor, NULL));
}

/* Reads a row's module, near the one before, and its day. Returns 0, or -1 when they are none. */
static int
read_row(const struct fil_support *support, struct fil_query *query, uint32_t *module, fil_day *day)
{
	size_t found = fil_shelf_find(support->modules, fil_query_text(query, MODULE), *module);

	if (found == FIL_NOWHERE || fil_date_parse(fil_query_text(query, DAY), day) < 0)
		return -1;
	*module = (uint32_t)found;
	return 0;
}

/* Returns the number of the row's phase or trainer. */
static uint32_t
read_with(const struct fil_support *support, struct fil_query *query)
{
	const char *name;

	if (support->with == FIL_WITH_NOTHING || (name = fil_query_text(query, WITH)) == NULL)
		return FIL_WITH_NONE;
	return fil_names_add(support->names, name, fil_query_length(query, WITH));
}

/* Takes the assignments of the user at hand. Returns 0 or -1. */
static int
take_assignments(struct fil_support *support, struct fil_fault *fault)
{
	struct fil_query *query = fil_cursor_query(support->assignments);
	struct fil_assigned row = { .module = 0 };
	int got;

	support->n = 0;
	do {
		const char *due = fil_query_text(query, DUE);

		row.due = row.completed = FIL_NEVER;
		if (read_row(support, query, &row.module, &row.assigned) < 0 ||
		    (due != NULL && fil_date_parse(due, &row.due) < 0))
			return damaged(support->assignments, "assignments", fault);
		if (row.assigned > support->as_of)
			continue;
		row.with = read_with(support, query);
		if (support->n == support->room) {
			support->room = 2 * support->room + 16;
			support->list =
			    fil_resize(support->list, support->room, sizeof(*support->list));
		}
		support->list[support->n++] = row;
	} while ((got = fil_cursor_row(support->assignments, fault)) == 1);
	return got;
}

/* Takes the completions of the user at hand. Returns 0 or -1. */
static int
take_completions(struct fil_support *support, struct fil_fault *fault)
{
	struct fil_query *query = fil_cursor_query(support->completions);
	struct completed row = { 0, 0 };
	int got;

	do {
		if (read_row(support, query, &row.module, &row.day) < 0)
			return damaged(support->completions, "completions", fault);
		if (row.day > support->as_of)
			continue;
		if (support->n_completed == support->completed_room) {
			support->completed_room = 2 * support->completed_room + 16;
			support->completed = fil_resize(support->completed, support->completed_room,
			    sizeof(*support->completed));
		}
		support->completed[support->n_completed++] = row;
	} while ((got = fil_cursor_row(support->completions, fault)) == 1);
	return got;
}

/* Finds the completion of each assignment: both lists are by module, then by day. */
static void
match(struct fil_support *support)
{
	const struct completed *row = support->completed, *end = row + support->n_completed;

	for (size_t i = 0; i < support->n; i++) {
		struct fil_assigned *assigned = &support->list[i];

		while (row < end && (row->module < assigned->module ||
			(row->module == assigned->module && row->day < assigned->assigned)))
			row++;
		if (row < end && row->module == assigned->module)
			assigned->completed = row->day;
	}
}

/* Takes all of the user at hand. Returns 1, 0 when nothing was assigned by the day, or -1. */
static int
take_user(struct fil_support *support, struct fil_fault *fault)
{
	int got;

	if (take_assignments(support, fault) < 0)
		return -1;
	if (support->n == 0)
		return 0;
	support->n_completed = 0;
	got = fil_cursor_seek(
	    support->completions, fil_cursor_user(support->assignments, NULL), fault);
	if (got < 0 || (got == 1 && take_completions(support, fault) < 0))
		return -1;
	match(support);
	return 1;
}

int
fil_support_next(struct fil_support *support, struct fil_fault *fault)
{
	int got;

	while ((got = fil_cursor_next(support->assignments, fault)) == 1)
		if ((got = take_user(support, fault)) != 0)
			return got;
	return got;
}

int
fil_support_seek(struct fil_support *support, const char *user, struct fil_fault *fault)
{
	int got = fil_cursor_seek(support->assignments, user, fault);

	return got == 1 ? take_user(support, fault) : got;
}

const char *
fil_support_user(const struct fil_support *support, size_t *length)
{
	return fil_cursor_user(support->assignments, length);
}

const struct fil_assigned *
fil_support_list(const struct fil_support *support, size_t *n)
{
	*n = support->n;
	return support->list;
}

const char *
fil_support_name(const struct fil_support *support, uint32_t with)
{
	return fil_names_get(support->names, with);
}

void
fil_support_free(struct fil_support *support)
{
	if (support == NULL)
		return;
	fil_cursor_free(support->assignments);
	fil_cursor_free(support->completions);
	fil_names_free(support->names);
	free(support->list);
	free(support->completed);
	free(support);
}
