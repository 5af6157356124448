/* SPDX-License-Identifier: ISC */
#include "lib/users/enrolment.h"

#include <stdlib.h>

#include "lib/base/memory.h"
#include "lib/base/text.h"
#include "lib/store/query.h"
#include "lib/store/store.h"

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

struct list {
	struct fil_enrolment *rows;
	size_t n, room;
};

struct fil_enrolments {
	const struct fil_lookup_table *phases;
	struct fil_cursor *cursor;
	fil_day day;
	struct list standing, declined; /* of the current user; declined: by the day */
};

struct fil_enrolments *
fil_enrolments_new(struct fil_store *store, const struct fil_lookup_table *phases, fil_day day)
{
	struct fil_enrolments *enrolments = fil_alloc(1, sizeof *enrolments);
	char date[FIL_DATE_SIZE];

	enrolments->phases = phases;
	enrolments->day = day;
	enrolments->cursor = fil_cursor_ahead(fil_query_new(store,
	    "SELECT \"user\", phase, enrolled, declined FROM enrolments WHERE enrolled <= $1"
	    " ORDER BY \"user\", phase"));
	fil_date_write(day, date);
	fil_query_bind(fil_cursor_query(enrolments->cursor), 1, date);
	return enrolments;
}

static void
append(struct list *list, const struct fil_enrolment *row)
{
	list->rows = fil_grow(list->rows, list->n, &list->room, sizeof *list->rows);
	list->rows[list->n++] = *row;
}

/* Reads the current row. Returns 0, or -1 where it is damaged. */
static int
read_row(struct fil_enrolments *enrolments, size_t *phase)
{
	struct fil_query *query = fil_cursor_query(enrolments->cursor);
	const char *text = fil_query_text(query, 3);
	struct fil_enrolment row = { .declined = FIL_NEVER };
	bool declined;

	if (enrolments->phases)
		*phase =
		    fil_lookup_table_find(enrolments->phases, fil_query_text(query, 1), *phase);
	row.phase = *phase;
	if (*phase == FIL_NOWHERE || fil_date_parse(fil_query_text(query, 2), &row.date) < 0 ||
	    (text && fil_date_parse(text, &row.declined) < 0))
		return -1;
	declined = row.declined != FIL_NEVER && row.declined <= enrolments->day;
	append(declined ? &enrolments->declined : &enrolments->standing, &row);
	return 0;
}

/* Reads the enrolments of the current user. Returns 1, or -1 with a fault. */
static int
read_user(struct fil_enrolments *enrolments, struct fil_fault *fault)
{
	size_t phase = 0;
	int got;

	do
		if (read_row(enrolments, &phase) < 0)
			return fil_store_damaged_user(
			    fault, "enrolments", fil_cursor_user(enrolments->cursor, NULL));
	while ((got = fil_cursor_row(enrolments->cursor, fault)) == 1);
	return got < 0 ? -1 : 1;
}

int
fil_enrolments_next(struct fil_enrolments *enrolments, struct fil_fault *fault)
{
	int got = fil_cursor_next(enrolments->cursor, fault);

	enrolments->standing.n = enrolments->declined.n = 0;
	return got == 1 ? read_user(enrolments, fault) : got;
}

int
fil_enrolments_seek(struct fil_enrolments *enrolments, const char *user, struct fil_fault *fault)
{
	int got = fil_cursor_seek(enrolments->cursor, user, fault);

	enrolments->standing.n = enrolments->declined.n = 0;
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
	*n = enrolments->standing.n;
	return enrolments->standing.rows;
}

const struct fil_enrolment *
fil_enrolments_declined(const struct fil_enrolments *enrolments, size_t *n)
{
	*n = enrolments->declined.n;
	return enrolments->declined.rows;
}

/* Returns the newest enrolment of a list up to the day that was not declined by then, or `newest` if
 * that is newer. */
static const struct fil_enrolment *
find_newest(
    const struct list *list, fil_day day, const bool *phases, const struct fil_enrolment *newest)
{
	for (size_t i = 0; i < list->n; i++) {
		const struct fil_enrolment *row = &list->rows[i];

		if (row->date > day || (phases && !phases[row->phase]) ||
		    (row->declined != FIL_NEVER && row->declined <= day))
			continue;
		if (!newest || row->date > newest->date ||
		    (row->date == newest->date && row->phase >= newest->phase))
			newest = row;
	}
	return newest;
}

const struct fil_enrolment *
fil_enrolments_newest(const struct fil_enrolments *enrolments, fil_day day, const bool *phases)
{
	return find_newest(&enrolments->declined, day, phases,
	    find_newest(&enrolments->standing, day, phases, NULL));
}

int
fil_enrolments_any_declined(
    struct fil_store *store, fil_day first, fil_day last, struct fil_fault *fault)
{
	struct fil_query *query = fil_query_new(
	    store, "SELECT 1 FROM enrolments WHERE declined > $1 AND declined <= $2 LIMIT 1");
	char after[FIL_DATE_SIZE], until[FIL_DATE_SIZE];
	int got;

	fil_date_write(first, after);
	fil_date_write(last, until);
	fil_query_bind(query, 1, after);
	fil_query_bind(query, 2, until);
	got = fil_query_step(query, fault);
	fil_query_free(query);
	return got;
}

void
fil_enrolments_free(struct fil_enrolments *enrolments)
{
	if (!enrolments)
		return;
	fil_cursor_free(enrolments->cursor);
	free(enrolments->standing.rows);
	free(enrolments->declined.rows);
	free(enrolments);
}

void
fil_enrolment_request_condition(struct fil_statement *statement, fil_day day)
{
	fil_statement_add(statement, "n.enrolled <= ");
	fil_statement_add_day(statement, day);
	fil_statement_add(statement, " AND (n.declined IS NULL OR n.declined > ");
	fil_statement_add_day(statement, day);
	fil_statement_add(statement, ")");
}

/* Adds the newest enrolment that holds on a day. Its first ten characters are its own day. */
static void
add_newest(struct fil_statement *statement, fil_day day)
{
	fil_statement_add(statement, "max(CASE WHEN ");
	fil_enrolment_request_condition(statement, day);
	fil_statement_add(statement, " THEN n.enrolled || n.phase END)");
}

/* Adds whether an enrolment in a phase that is sought holds on a day. */
static void
add_fit(const struct fil_enrolment_request *request, struct fil_statement *statement, fil_day day)
{
	const char *before = " AND n.phase IN (";

	fil_statement_add(statement, "max(CASE WHEN ");
	fil_enrolment_request_condition(statement, day);
	for (size_t i = 0; i < fil_lookup_table_rows(request->phases); i++) {
		if (!request->selected[i])
			continue;
		fil_statement_add(statement, "%s", before);
		fil_statement_add_value(
		    statement, fil_lookup_table_cell(request->phases, i, FIL_PHASE_KEY));
		before = ", ";
	}
	fil_statement_add(statement, "%s THEN 1 ELSE 0 END)", *before == ',' ? ")" : " AND 1 = 0");
}

void
fil_enrolment_request_join(
    const struct fil_enrolment_request *request, struct fil_statement *statement)
{
	fil_statement_add(statement, " LEFT JOIN (SELECT n.\"user\" AS who");
	for (size_t day = 0; day < request->n_days; day++) {
		fil_statement_add(statement, ", substr(");
		add_newest(statement, request->days[day]);
		fil_statement_add(statement, ", 11) AS phase%zu", day);
		if (!request->selected)
			continue;
		fil_statement_add(statement, ", ");
		add_fit(request, statement, request->days[day]);
		fil_statement_add(statement, " AS fits%zu", day);
	}
	fil_statement_add(
	    statement, " FROM enrolments AS n GROUP BY n.\"user\") AS e ON e.who = u.\"user\"");
}
