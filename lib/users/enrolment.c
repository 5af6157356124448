/* SPDX-License-Identifier: ISC */
#include "lib/users/enrolment.h"

#include <stdlib.h>

#include "lib/base/memory.h"
#include "lib/base/text.h"
#include "lib/store/cursor.h"

struct fil_lookup_table *
fil_phases_read(struct fil_store *store, struct fil_fault *fault)
{
	return fil_lookup_table_new(
	    fil_query_new(
		store, "SELECT phase, title, kind, begins, ends FROM phases ORDER BY phase"),
	    FIL_PHASE_CELLS, fault);
}

bool *
fil_phases_match(const struct fil_lookup_table *phases, const char *glob)
{
	size_t n = fil_lookup_table_rows(phases);
	bool *matches = fil_alloc(n, sizeof *matches);

	for (size_t i = 0; glob && i < n; i++)
		matches[i] = fil_text_glob(glob, fil_lookup_table_cell(phases, i, FIL_PHASE_KEY));
	return matches;
}

struct fil_enrolments {
	const struct fil_lookup_table *phases;
	struct fil_cursor *cursor;
	struct fil_enrolment *list; /* of the current user */
	size_t n, room;
};

struct fil_enrolments *
fil_enrolments_new(struct fil_store *store, const struct fil_lookup_table *phases, fil_day day)
{
	struct fil_enrolments *enrolments = fil_alloc(1, sizeof *enrolments);
	char date[FIL_DATE_SIZE];

	enrolments->phases = phases;
	enrolments->cursor = fil_cursor_new(fil_query_new(store,
	    "SELECT \"user\", phase, enrolled FROM enrolments WHERE enrolled <= $1"
	    " ORDER BY \"user\", phase"));
	fil_date_write(day, date);
	fil_query_bind(fil_cursor_query(enrolments->cursor), 1, date);
	return enrolments;
}

/* Reads the enrolments of the current user. Returns 1, or -1 with a fault. */
static int
read_user(struct fil_enrolments *enrolments, struct fil_fault *fault)
{
	struct fil_query *query = fil_cursor_query(enrolments->cursor);
	struct fil_enrolment row = { 0 };
	int got;

	do {
		if (enrolments->phases)
			row.phase = fil_lookup_table_find(
			    enrolments->phases, fil_query_text(query, 1), row.phase);
		if (row.phase == FIL_NOWHERE ||
		    fil_date_parse(fil_query_text(query, 2), &row.date) < 0)
			return fil_store_damaged_user(
			    fault, "enrolments", fil_cursor_user(enrolments->cursor, NULL));
		if (enrolments->n == enrolments->room) {
			enrolments->room = 2 * enrolments->room + 8;
			enrolments->list = fil_resize(
			    enrolments->list, enrolments->room, sizeof *enrolments->list);
		}
		enrolments->list[enrolments->n++] = row;
	} while ((got = fil_cursor_row(enrolments->cursor, fault)) == 1);
	return got < 0 ? -1 : 1;
}

int
fil_enrolments_next(struct fil_enrolments *enrolments, struct fil_fault *fault)
{
	int got = fil_cursor_next(enrolments->cursor, fault);

	enrolments->n = 0;
	return got == 1 ? read_user(enrolments, fault) : got;
}

int
fil_enrolments_seek(struct fil_enrolments *enrolments, const char *user, struct fil_fault *fault)
{
	int got = fil_cursor_seek(enrolments->cursor, user, fault);

	enrolments->n = 0;
	return got == 1 ? read_user(enrolments, fault) : got;
}

const char *
fil_enrolments_user(const struct fil_enrolments *enrolments, size_t *length)
{
	return fil_cursor_user(enrolments->cursor, length);
}

const struct fil_enrolment *
fil_enrolments_list(const struct fil_enrolments *enrolments, size_t *n)
{
	*n = enrolments->n;
	return enrolments->list;
}

const struct fil_enrolment *
fil_enrolments_newest(const struct fil_enrolments *enrolments, fil_day day, const bool *phases)
{
	const struct fil_enrolment *newest = NULL;

	for (size_t i = 0; i < enrolments->n; i++) {
		const struct fil_enrolment *row = &enrolments->list[i];

		if (row->date > day || (phases && !phases[row->phase]))
			continue;
		/* Rows come by phase, so that of equal dates the last key wins. */
		if (!newest || row->date >= newest->date)
			newest = row;
	}
	return newest;
}

void
fil_enrolments_free(struct fil_enrolments *enrolments)
{
	if (!enrolments)
		return;
	fil_cursor_free(enrolments->cursor);
	free(enrolments->list);
	free(enrolments);
}
