/* SPDX-License-Identifier: ISC */
#include "lib/users/enrolment.h"

#include <stdlib.h>
#include <string.h>

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

/* A user whose enrolments are kept: the places of the key and of the first enrolment. */
struct kept_user {
	size_t key, first;
};

struct fil_kept_enrolments {
	bool read;
	fil_day day; /* up to which they are */
	struct fil_bytes keys; /* each ends with a NUL */
	struct kept_user *users;
	size_t n, room;
	struct list rows;
};

struct fil_enrolments {
	const struct fil_lookup_table *phases;
	struct fil_cursor *cursor; /* NULL where they are kept */
	const struct fil_kept_enrolments *kept;
	size_t next,
	    now; /* the numbers of the next kept user and of the current one, or FIL_NOWHERE */
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

/* Adds an enrolment of the current user. */
static void
add(struct fil_enrolments *enrolments, const struct fil_enrolment *row)
{
	bool declined = row->declined != FIL_NEVER && row->declined <= enrolments->day;

	append(declined ? &enrolments->declined : &enrolments->standing, row);
}

/* Reads the current row. Returns 0, or -1 where it is damaged. */
static int
read_row(struct fil_enrolments *enrolments, size_t *phase)
{
	struct fil_query *query = fil_cursor_query(enrolments->cursor);
	const char *text = fil_query_text(query, 3);
	struct fil_enrolment row = { .declined = FIL_NEVER };

	if (enrolments->phases)
		*phase =
		    fil_lookup_table_find(enrolments->phases, fil_query_text(query, 1), *phase);
	row.phase = *phase;
	if (*phase == FIL_NOWHERE || fil_date_parse(fil_query_text(query, 2), &row.date) < 0 ||
	    (text && fil_date_parse(text, &row.declined) < 0))
		return -1;
	add(enrolments, &row);
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

/* Takes the kept enrolments of the next user. Returns 1, or 0 if none is dated up to the day. */
static int
take_user(struct fil_enrolments *enrolments)
{
	const struct fil_kept_enrolments *kept = enrolments->kept;
	size_t user = enrolments->now = enrolments->next++;
	size_t end = user + 1 < kept->n ? kept->users[user + 1].first : kept->rows.n;

	for (size_t i = kept->users[user].first; i < end; i++)
		if (kept->rows.rows[i].date <= enrolments->day)
			add(enrolments, &kept->rows.rows[i]);
	return enrolments->standing.n + enrolments->declined.n > 0;
}

/* Moves to the next kept user. Returns 1, or 0 at the end. */
static int
next_kept(struct fil_enrolments *enrolments)
{
	while (enrolments->next < enrolments->kept->n)
		if (take_user(enrolments) == 1)
			return 1;
	enrolments->now = FIL_NOWHERE;
	return 0;
}

/* Moves to a kept user. Returns 1, or 0 where there is none. */
static int
seek_kept(struct fil_enrolments *enrolments, const char *user)
{
	const struct fil_kept_enrolments *kept = enrolments->kept;
	int order = -1;

	while (enrolments->next < kept->n &&
	    (order = strcmp(kept->keys.data + kept->users[enrolments->next].key, user)) < 0)
		enrolments->next++;
	return order == 0 && enrolments->next < kept->n ? take_user(enrolments) : 0;
}

int
fil_enrolments_next(struct fil_enrolments *enrolments, struct fil_fault *fault)
{
	int got;

	enrolments->standing.n = enrolments->declined.n = 0;
	if (enrolments->kept)
		return next_kept(enrolments);
	got = fil_cursor_next(enrolments->cursor, fault);
	return got == 1 ? read_user(enrolments, fault) : got;
}

int
fil_enrolments_seek(struct fil_enrolments *enrolments, const char *user, struct fil_fault *fault)
{
	int got;

	enrolments->standing.n = enrolments->declined.n = 0;
	if (enrolments->kept)
		return seek_kept(enrolments, user);
	got = fil_cursor_seek(enrolments->cursor, user, fault);
	return got == 1 ? read_user(enrolments, fault) : got;
}

const char *
fil_enrolments_user(const struct fil_enrolments *enrolments, size_t *length)
{
	const struct fil_kept_enrolments *kept = enrolments->kept;
	size_t user = enrolments->now;

	if (!kept)
		return fil_cursor_user(enrolments->cursor, length);
	if (user == FIL_NOWHERE)
		return NULL;
	*length = (user + 1 < kept->n ? kept->users[user + 1].key : kept->keys.length) -
	    kept->users[user].key - 1;
	return kept->keys.data + kept->users[user].key;
}

struct fil_kept_enrolments *
fil_kept_enrolments_new(void)
{
	return fil_alloc(1, sizeof(struct fil_kept_enrolments));
}

void
fil_kept_enrolments_free(struct fil_kept_enrolments *kept)
{
	if (!kept)
		return;
	fil_bytes_release(&kept->keys);
	free(kept->users);
	free(kept->rows.rows);
	free(kept);
}

/* Keeps the current enrolments of a user. */
static void
keep_user(struct fil_kept_enrolments *kept, const struct fil_enrolments *enrolments)
{
	size_t length;
	const char *user = fil_enrolments_user(enrolments, &length);

	kept->users = fil_grow(kept->users, kept->n, &kept->room, sizeof *kept->users);
	kept->users[kept->n++] = (struct kept_user){ kept->keys.length, kept->rows.n };
	fil_bytes_add(&kept->keys, user, length + 1);
	for (size_t i = 0; i < enrolments->standing.n; i++)
		append(&kept->rows, &enrolments->standing.rows[i]);
}

/* Reads the enrolments of all users up to the day. Returns 0, or -1 with a fault. */
static int
keep_all(
    struct fil_store *store, fil_day day, struct fil_kept_enrolments *kept, struct fil_fault *fault)
{
	struct fil_lookup_table *phases = fil_phases_read(store, fault);
	struct fil_enrolments *enrolments;
	int got;

	if (!phases)
		return -1;
	enrolments = fil_enrolments_new(store, phases, day);
	enrolments->day = FIL_NEVER; /* none is declined yet: all stay in their order */
	while ((got = fil_enrolments_next(enrolments, fault)) == 1)
		keep_user(kept, enrolments);
	fil_enrolments_free(enrolments);
	fil_lookup_table_free(phases);
	kept->read = true;
	kept->day = day;
	return got;
}

struct fil_enrolments *
fil_enrolments_over(struct fil_store *store, const struct fil_lookup_table *phases, fil_day day,
    struct fil_kept_enrolments *kept, struct fil_fault *fault)
{
	struct fil_enrolments *enrolments;

	if (kept && !kept->read && keep_all(store, day, kept, fault) < 0)
		return NULL;
	if (!kept || kept->day < day)
		return fil_enrolments_new(store, phases, day);
	enrolments = fil_alloc(1, sizeof *enrolments);
	enrolments->kept = kept;
	enrolments->now = FIL_NOWHERE;
	enrolments->day = day;
	return enrolments;
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

void
fil_phase_flags_add(
    struct fil_statement *statement, const struct fil_lookup_table *phases, const char *column)
{
	for (size_t i = 0; i < fil_lookup_table_rows(phases); i++) {
		fil_statement_add(statement, ", max(CASE %s WHEN ", column);
		fil_statement_add_value(statement, fil_lookup_table_cell(phases, i, FIL_PHASE_KEY));
		fil_statement_add(statement, " THEN 1 ELSE 0 END) AS in%zu", i);
	}
}

void
fil_phase_flags_select(struct fil_statement *statement, const char *subquery, size_t n)
{
	for (size_t i = 0; i < n; i++)
		fil_statement_add(statement, ", %s.in%zu", subquery, i);
}

bool
fil_phase_flags_take(struct fil_query *query, int column, size_t n, bool *flags)
{
	bool any = false;

	for (size_t i = 0; i < n; i++)
		any |= flags[i] = fil_query_number(query, column + (int)i) == 1;
	return any;
}

void
fil_enrolment_request_join_inside(
    struct fil_statement *statement, const struct fil_lookup_table *phases, fil_day day)
{
	fil_statement_add(statement, " LEFT JOIN (SELECT n.\"user\" AS who");
	fil_phase_flags_add(statement, phases, "n.phase");
	fil_statement_add(statement, " FROM enrolments AS n WHERE ");
	fil_enrolment_request_condition(statement, day);
	fil_statement_add(statement, " GROUP BY n.\"user\") AS m ON m.who = u.\"user\"");
}

void
fil_enrolment_request_join_days(struct fil_statement *statement, fil_day day)
{
	fil_statement_add(statement,
	    " LEFT JOIN (SELECT n.\"user\" AS who, min(n.enrolled) AS enrolled,"
	    " max(n.enrolled) AS newest FROM enrolments AS n WHERE ");
	fil_enrolment_request_condition(statement, day);
	fil_statement_add(statement, " GROUP BY 1) AS e ON e.who = w.\"user\"");
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
