/* SPDX-License-Identifier: ISC */
#include "lib/users/user_versions.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/hash.h"
#include "lib/base/memory.h"
#include "lib/base/text.h"
#include "lib/catalog/catalog.h"
#include "lib/store/image.h"
#include "lib/store/query.h"
#include "lib/users/holders.h"

/* The columns that change with time. */
enum { UNIT, JOB, MANAGER, ROLE, LEFT, DATED };
static const char *const names[DATED] = { "unit", "job", "manager", "role", "left" };

/* No change. */
#define NONE UINT32_MAX

/* A change of a user. */
struct change {
	uint32_t run; /* number in days */
	uint32_t was_run;
	uint32_t cells[DATED]; /* before the change, as texts; none before a removal */
	uint32_t previous; /* the change before, or NONE */
	bool returned; /* the user had left, and was there again */
	bool removed; /* a user of the same key who comes later is another one */
};

struct fil_user_versions {
	size_t columns[DATED]; /* of the table users */
	char (*days)[FIL_DATE_SIZE]; /* of the runs, by their numbers */
	size_t n_days;
	struct fil_intern *texts;
	struct fil_intern *users; /* today's key of each */
	uint32_t *newest; /* of each user */
	struct change *changes;
	size_t n, room;
};

/* Reads the days of the runs. Returns the first run later than the day, 0 for none, or -1. */
static int64_t
read_days(struct fil_user_versions *versions, struct fil_store *store, const char *since,
    struct fil_fault *fault)
{
	struct fil_query *query = fil_query_new(store, "SELECT run, today FROM runs ORDER BY run");
	size_t room = 0;
	int64_t first = 0;
	int step;

	while ((step = fil_query_step(query, fault)) == 1) {
		size_t run = (size_t)fil_query_number(query, 0);
		const char *today = fil_query_text(query, 1);

		if (run >= room) {
			size_t more = run + run / 2 + 256;

			versions->days = fil_resize(versions->days, more, sizeof *versions->days);
			memset(versions->days + room, 0, (more - room) * sizeof *versions->days);
			room = more;
		}
		snprintf(versions->days[run], FIL_DATE_SIZE, "%s", today ? today : "");
		versions->n_days = run + 1;
		if (first == 0 && strcmp(versions->days[run], since) > 0)
			first = (int64_t)run;
	}
	fil_query_free(query);
	return step < 0 ? -1 : first;
}

/* Returns the day of a run, "" for one that is not in the log. */
static const char *
day_of(const struct fil_user_versions *versions, int64_t run)
{
	return run > 0 && (uint64_t)run < versions->n_days ? versions->days[run] : "";
}

/* Adds a change to those of its user. */
static void
add_change(struct fil_user_versions *versions, const char *user, const struct change *change)
{
	size_t known = fil_intern_count(versions->users);
	uint32_t number = fil_intern_add_text(versions->users, user);

	if (number == known) {
		versions->newest =
		    fil_resize(versions->newest, known + 1, sizeof *versions->newest);
		versions->newest[number] = NONE;
	}
	versions->changes =
	    fil_grow(versions->changes, versions->n, &versions->room, sizeof *versions->changes);
	versions->changes[versions->n] = *change;
	versions->changes[versions->n].previous = versions->newest[number];
	versions->newest[number] = (uint32_t)versions->n++;
}

/* Returns the newest change of a user, or NONE. */
static uint32_t
newest_of(const struct fil_user_versions *versions, const char *user)
{
	size_t number = fil_intern_find(versions->users, user, strlen(user));

	return number == FIL_NOWHERE ? NONE : versions->newest[number];
}

static const char select_changes[] =
    "SELECT run, number, subject, action, was_run, was FROM history"
    " WHERE run >= CAST($1 AS INTEGER) AND relation = 'users' AND subject IS NOT NULL"
    " ORDER BY run, number";
enum { RUN, NUMBER, SUBJECT, ACTION, WAS_RUN, WAS };

/* Takes the change at which the query stands. One that cannot be read, since its person was erased,
 * says nothing. */
static void
take_change(struct fil_user_versions *versions, const struct fil_holders *holders,
    struct fil_query *query, struct fil_bytes *text, const char **cells)
{
	const struct fil_table *users = fil_catalog_table("users");
	struct fil_moment moment = { fil_query_number(query, RUN),
		fil_query_number(query, NUMBER) };
	const char *action = fil_query_text(query, ACTION);
	const char *user =
	    fil_holders_key(holders, fil_query_text(query, SUBJECT), moment, FIL_NOW);
	struct change change = { .run = (uint32_t)moment.run,
		.was_run = (uint32_t)fil_query_number(query, WAS_RUN),
		.returned = strcmp(action, "returned") == 0,
		.removed = strcmp(action, "removed") == 0 };

	if (strcmp(action, "added") == 0 ||
	    (!change.removed &&
		(fil_image_read(&users->relation, fil_query_text(query, WAS), text, cells) < 0 ||
		    !cells[0])))
		return;
	for (size_t c = 0; c < DATED; c++) {
		const char *cell = change.removed ? NULL : cells[versions->columns[c]];

		if (c == MANAGER && cell)
			cell = fil_holders_key(holders, cell, moment, FIL_NOW);
		change.cells[c] = fil_intern_add_text(versions->texts, cell);
	}
	add_change(versions, user, &change);
}

/* Reads the changes of users from a run on. Returns 0 or -1. */
static int
read_changes(struct fil_user_versions *versions, struct fil_store *store, int64_t first,
    struct fil_fault *fault)
{
	struct fil_undoings *undoings = fil_undoings_new(store, fault);
	struct fil_holders *holders = undoings ? fil_holders_new(store, undoings, fault) : NULL;
	const char **cells = fil_alloc(fil_catalog_widest(), sizeof *cells);
	struct fil_query *query = fil_query_new(store, select_changes);
	struct fil_bytes text = { 0 };
	int step = holders ? 0 : -1;

	fil_query_bind_number(query, 1, first);
	while (holders && (step = fil_query_step(query, fault)) == 1)
		take_change(versions, holders, query, &text, cells);
	fil_query_free(query);
	fil_holders_free(holders);
	fil_undoings_free(undoings);
	fil_bytes_release(&text);
	free(cells);
	return step;
}

int
fil_user_versions_read(struct fil_store *store, fil_day since, struct fil_user_versions **versions,
    struct fil_fault *fault)
{
	struct fil_user_versions *read = fil_alloc(1, sizeof *read);
	const struct fil_table *users = fil_catalog_table("users");
	char day[FIL_DATE_SIZE];
	int64_t first;

	*versions = NULL;
	fil_date_write(since, day);
	read->texts = fil_intern_new(0);
	read->users = fil_intern_new(0);
	for (size_t c = 0; c < DATED; c++)
		read->columns[c] = fil_table_column(users, names[c]);
	first = read_days(read, store, day, fault);
	if (first <= 0 || read_changes(read, store, first, fault) < 0) {
		fil_user_versions_free(read);
		return first == 0 ? 0 : -1;
	}
	*versions = read;
	return 0;
}

size_t
fil_user_versions_users(const struct fil_user_versions *versions)
{
	return fil_intern_count(versions->users);
}

const char *
fil_user_versions_user(const struct fil_user_versions *versions, size_t i)
{
	return fil_intern_get(versions->users, (uint32_t)i);
}

bool
fil_user_versions_has(const struct fil_user_versions *versions, const char *user)
{
	return versions->n > 0 && newest_of(versions, user) != NONE;
}

bool
fil_user_versions_had_left(const struct fil_user_versions *versions, const char *user)
{
	uint32_t i = newest_of(versions, user);

	while (i != NONE && !fil_intern_text(versions->texts, versions->changes[i].cells[LEFT]))
		i = versions->changes[i].previous;
	return i != NONE;
}

/* Returns the change that led to the version of a run, from a change on backwards, or NONE. Newer
 * changes than the version were taken back, or took others back: they never happened. */
static uint32_t
leading_to(const struct fil_user_versions *versions, uint32_t i, int64_t run)
{
	while (i != NONE && versions->changes[i].run > run)
		i = versions->changes[i].previous;
	return i == NONE || versions->changes[i].removed ? NONE : i;
}

/* Returns whether a change cleared a departure that held on the day. after: what it was changed to. */
static bool
cleared(const struct fil_user_versions *versions, const struct change *change, const char *after,
    const char *day)
{
	const char *left = fil_intern_text(versions->texts, change->cells[LEFT]);

	return left && (!after || change->returned) && strcmp(left, day) <= 0 &&
	    strcmp(day, day_of(versions, change->run)) < 0;
}

/* Returns the day on which a user was recorded, "" where it is before the versions. */
static const char *
day_recorded(const struct fil_user_versions *versions, const char *user, int64_t run)
{
	uint32_t i = versions->n > 0 ? newest_of(versions, user) : NONE;

	while ((i = leading_to(versions, i, run)) != NONE) {
		run = versions->changes[i].was_run;
		i = versions->changes[i].previous;
	}
	return day_of(versions, run);
}

bool
fil_user_versions_knows(
    const struct fil_user_versions *versions, const char *user, int64_t run, const char *day)
{
	return strcmp(day_recorded(versions, user, run), day) <= 0;
}

void
fil_user_versions_apply(const struct fil_user_versions *versions, const char *user, int64_t run,
    const char *day, const char **cells)
{
	const char *recorded = day_recorded(versions, user, run), *after[DATED];
	const char *written = cells[versions->columns[LEFT]], *left = NULL;
	/* The other cells of a user who was recorded later are those of the day of the record. */
	const char *of = strcmp(recorded, day) > 0 ? recorded : day;
	bool fixed[DATED] = { [LEFT] = true };
	uint32_t i = newest_of(versions, user);

	for (size_t c = 0; c < DATED; c++)
		after[c] = cells[versions->columns[c]];
	for (; (i = leading_to(versions, i, run)) != NONE; i = versions->changes[i].previous) {
		const struct change *change = &versions->changes[i];
		bool later = strcmp(day_of(versions, change->run), of) > 0;

		if (!left && cleared(versions, change, after[LEFT], day))
			left = fil_intern_text(versions->texts, change->cells[LEFT]);
		for (size_t c = 0; c < DATED; c++) {
			const char *before = fil_intern_text(versions->texts, change->cells[c]);
			bool same = fil_text_is_same(before, after[c]);

			after[c] = before;
			fixed[c] |= !same && !later;
			if (!fixed[c])
				cells[versions->columns[c]] = before;
		}
		run = change->was_run;
	}
	/* A departure that holds on the day as it is written now is the last word on it. */
	if (left && !(written && strcmp(written, day) <= 0))
		cells[versions->columns[LEFT]] = left;
}

void
fil_user_versions_free(struct fil_user_versions *versions)
{
	if (!versions)
		return;
	fil_intern_free(versions->users);
	fil_intern_free(versions->texts);
	free(versions->days);
	free(versions->newest);
	free(versions->changes);
	free(versions);
}

struct fil_dated_users {
	struct fil_cursor *cursor;
	char *sql;
	struct fil_user_versions *versions; /* NULL: the query has the columns alone */
	size_t *columns, n; /* of the table users */
	const char **row; /* one cell for each column of the table */
	char day[FIL_DATE_SIZE];
};

/* Returns the statement that selects the columns, or with versions whole rows. */
static char *
select_users(const struct fil_dated_users *users, const char *const *columns)
{
	const struct fil_relation *relation = &fil_catalog_table("users")->relation;
	struct fil_bytes sql = { 0 };

	if (users->versions)
		return fil_relation_select(relation, true);
	fil_bytes_add_text(&sql, "SELECT \"user\"");
	for (size_t i = 0; i < users->n; i++) {
		fil_bytes_add_text(&sql, ", ");
		fil_relation_add_name(&sql, columns[i]);
	}
	fil_bytes_add_text(&sql, " FROM users ORDER BY \"user\"");
	return sql.data;
}

struct fil_dated_users *
fil_dated_users_new(struct fil_store *store, const char *const *columns, size_t n, fil_day day,
    struct fil_fault *fault)
{
	struct fil_dated_users *users = fil_alloc(1, sizeof *users);
	const struct fil_table *table = fil_catalog_table("users");
	fil_day today;

	fil_date_write(day, users->day);
	users->n = n;
	users->columns = fil_alloc(n, sizeof *users->columns);
	for (size_t i = 0; i < n; i++)
		users->columns[i] = fil_table_column(table, columns[i]);
	users->row = fil_alloc(table->n_columns, sizeof *users->row);
	if (fil_date_today(&today, fault) < 0 ||
	    (day < today && fil_user_versions_read(store, day, &users->versions, fault) < 0)) {
		fil_dated_users_free(users);
		return NULL;
	}
	users->sql = select_users(users, columns);
	users->cursor = fil_cursor_ahead(fil_query_new(store, users->sql));
	return users;
}

void
fil_dated_users_add(const struct fil_dated_users *users, struct fil_statement *statement)
{
	const struct fil_relation *relation = &fil_catalog_table("users")->relation;

	fil_statement_add(statement, ", ");
	if (users->versions) {
		fil_relation_add_columns(&statement->sql, relation, "u", 0, relation->n_columns);
		fil_statement_add(statement, ", u.run");
		return;
	}
	fil_relation_add_columns(&statement->sql, relation, "u", 0, 1);
	for (size_t i = 0; i < users->n; i++) {
		fil_statement_add(statement, ", ");
		fil_relation_add_columns(
		    &statement->sql, relation, "u", users->columns[i], users->columns[i] + 1);
	}
}

int
fil_dated_users_width(const struct fil_dated_users *users)
{
	const struct fil_relation *relation = &fil_catalog_table("users")->relation;

	return (int)(users->versions ? relation->n_columns : users->n) + 1;
}

/* Fills the cells from the row at hand. */
static void
fill_from_row(struct fil_dated_users *users, int64_t run, const char **cells)
{
	if (users->versions && fil_user_versions_has(users->versions, users->row[0]))
		fil_user_versions_apply(
		    users->versions, users->row[0], run, users->day, users->row);
	for (size_t i = 0; i < users->n; i++)
		cells[i] = users->row[users->columns[i]];
}

void
fil_dated_users_take(
    struct fil_dated_users *users, struct fil_query *query, int column, const char **cells)
{
	const struct fil_table *table = fil_catalog_table("users");
	int run = column + (int)table->n_columns;

	if (!users->versions) {
		for (size_t i = 0; i < users->n; i++)
			cells[i] = fil_query_text(query, column + 1 + (int)i);
		return;
	}
	for (size_t c = 0; c < table->n_columns; c++)
		users->row[c] = fil_query_text(query, column + (int)c);
	fill_from_row(users, fil_query_number(query, run), cells);
}

void
fil_dated_users_found(
    struct fil_dated_users *users, const struct fil_batch *found, size_t row, const char **cells)
{
	size_t n = fil_catalog_table("users")->n_columns;

	for (size_t c = 0; c < n; c++)
		users->row[c] = fil_batch_cell(found, row, c, NULL);
	fill_from_row(users, strtoll(fil_batch_cell(found, row, n, NULL), NULL, 10), cells);
}

/* Fills the cells of the user at hand. */
static void
fill_cells(struct fil_dated_users *users, const char **cells)
{
	fil_dated_users_take(users, fil_cursor_query(users->cursor), 0, cells);
}

int
fil_dated_users_next(struct fil_dated_users *users, const char **cells, struct fil_fault *fault)
{
	int got = fil_cursor_next(users->cursor, fault);

	if (got == 1)
		fill_cells(users, cells);
	return got;
}

int
fil_dated_users_seek(
    struct fil_dated_users *users, const char *user, const char **cells, struct fil_fault *fault)
{
	int got = fil_cursor_seek(users->cursor, user, fault);

	if (got == 1)
		fill_cells(users, cells);
	return got;
}

const char *
fil_dated_users_key(const struct fil_dated_users *users, size_t *length)
{
	return fil_cursor_user(users->cursor, length);
}

void
fil_dated_users_free(struct fil_dated_users *users)
{
	if (!users)
		return;
	fil_cursor_free(users->cursor);
	fil_user_versions_free(users->versions);
	free(users->sql);
	free(users->columns);
	free(users->row);
	free(users);
}
