/* SPDX-License-Identifier: ISC */
#include "lib/users/selection.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/hash.h"
#include "lib/base/memory.h"
#include "lib/base/options.h"
#include "lib/catalog/catalog.h"
#include "lib/catalog/filter.h"
#include "lib/users/enrolment.h"
#include "lib/users/user_versions.h"

bool
fil_selection_has_conditions(const struct fil_selection *selection)
{
	return selection->filter && fil_filter_count(selection->filter) > 0;
}

bool
fil_selection_narrows(const struct fil_selection *selection)
{
	return selection->active || selection->phase || fil_selection_has_conditions(selection);
}

/* Returns 1 when a phase matches the pattern, 0 when none does, or -1 with a fault. */
static int
match_phases(const char *pattern, struct fil_store *store, struct fil_fault *fault)
{
	struct fil_lookup_table *phases = fil_phases_read(store, fault);
	bool *matches, any = false;

	if (!phases)
		return -1;
	matches = fil_phases_match(phases, pattern);
	for (size_t i = 0; i < fil_lookup_table_rows(phases); i++)
		any |= matches[i];
	free(matches);
	fil_lookup_table_free(phases);
	return any;
}

int
fil_selection_check(
    const struct fil_selection *selection, struct fil_store *store, struct fil_fault *fault)
{
	const char *phase = selection->phase;

	if (!phase || *phase == '\0')
		return 1;
	if (strpbrk(phase, "*?[\\"))
		return match_phases(phase, store, fault);
	return fil_name_check(store, fil_catalog_table("phases"), "--phase", phase, fault) < 0 ? -1
											       : 1;
}

static void
refuse_role(const char *name, struct fil_fault *fault)
{
	fil_fault_set(fault, FIL_USAGE, "'%s' is not a role", name);
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
	return fil_choices_read(list, roles->names, n, refuse_role, &roles->set, fault);
}

bool
fil_roles_have(const struct fil_roles *roles, const char *role)
{
	for (size_t i = 0; role && roles->names[i]; i++)
		if (strcmp(roles->names[i], role) == 0)
			return roles->set >> i & 1;
	return false;
}

/* Adds the condition that users had arrived by a day. */
static void
add_arrived(struct fil_statement *statement, fil_day day)
{
	fil_statement_add(statement, " AND (u.arrived IS NULL OR u.arrived <= ");
	fil_statement_add_day(statement, day);
	fil_statement_add(statement, ")");
}

/* Adds the condition that users had not left by a day. */
static void
add_not_left(struct fil_statement *statement, fil_day day)
{
	fil_statement_add(statement, " AND (u.\"left\" IS NULL OR u.\"left\" > ");
	fil_statement_add_day(statement, day);
	fil_statement_add(statement, ")");
}

/* Adds the condition that users have one of the roles. */
static void
add_roles(struct fil_statement *statement, const struct fil_roles *roles)
{
	const char *before = " AND u.role IN (";

	for (size_t i = 0; roles->names[i]; i++) {
		if (!(roles->set >> i & 1))
			continue;
		fil_statement_add(statement, "%s", before);
		fil_statement_add_value(statement, roles->names[i]);
		before = ", ";
	}
	fil_statement_add(statement, ")");
}

/* The order has a planner merge what is known of users with them. A join by hashes takes a fifth longer,
 * and memory for all users. */
void
fil_counted_users_join(const struct fil_counted_users *users, struct fil_statement *statement)
{
	fil_statement_add(statement, " FROM (SELECT * FROM users ORDER BY \"user\") AS u%s",
	    users->past ? " LEFT JOIN v ON v.who = u.\"user\"" : "");
}

void
fil_counted_users_where(const struct fil_counted_users *users, struct fil_statement *statement)
{
	const struct fil_selection *selection = users->selection;

	fil_statement_add(
	    statement, " WHERE %s(1 = 1", users->past ? "(v.past IS NOT NULL OR " : "");
	if (users->roles)
		add_roles(statement, users->roles);
	if (selection->active) {
		add_arrived(statement, users->last);
		add_not_left(statement, users->first);
	}
	if (fil_selection_has_conditions(selection))
		fil_filter_add_to(selection->filter, "u", statement);
	fil_statement_add(statement, users->past ? "))" : ")");
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
	size_t role, arrived, left, by, unit; /* FIL_NOWHERE where they are not read */
	bool filtered;
	size_t *read, n; /* the columns of the query, and their number */
	const char **cells; /* one for each column of the table */
	struct fil_query *query;
	char *sql;
	struct fil_user_versions *versions; /* NULL: all days have the rows as they stand */
	char (*days)[FIL_DATE_SIZE];
	size_t n_days;
};

/* Chooses the columns to read. A filter may need any column, so all are read then. */
static void
choose_columns(struct fil_user_reader *reader)
{
	reader->filtered = fil_selection_has_conditions(reader->selection);
	reader->read = fil_alloc(reader->table->n_columns, sizeof *reader->read);
	for (size_t c = 0; c < reader->table->n_columns; c++)
		if (reader->filtered || c == 0 || c == reader->role || c == reader->arrived ||
		    c == reader->left || c == reader->by || c == reader->unit)
			reader->read[reader->n++] = c;
}

/* Opens the query of all users, or only of those of the versions. The run of a row is read for versions
 * alone. */
static void
open_query(struct fil_user_reader *reader, struct fil_store *store, bool only_changed)
{
	const char **names = fil_alloc(reader->n, sizeof *names);
	struct fil_relation relation = { reader->table->relation.name, names, reader->n, 1 };
	struct fil_bytes sql = { 0 };

	for (size_t i = 0; i < reader->n; i++)
		names[i] = reader->table->columns[reader->read[i]].name;
	fil_bytes_add_text(&sql, "SELECT ");
	fil_relation_add_columns(&sql, &relation, NULL, 0, reader->n);
	fil_bytes_add_text(&sql, reader->versions ? ", run FROM " : " FROM ");
	fil_relation_add_name(&sql, relation.name);
	if (only_changed)
		fil_relation_add_any_of(&sql, names[0], fil_user_versions_users(reader->versions));
	reader->sql = sql.data;
	reader->query = fil_query_new(store, reader->sql);
	if (!only_changed)
		fil_query_read_ahead(reader->query, 0);
	for (size_t i = 0; only_changed && i < fil_user_versions_users(reader->versions); i++)
		fil_query_bind(
		    reader->query, (int)i + 1, fil_user_versions_user(reader->versions, i));
	free(names);
}

/* Reads the changes of users since the first day, if it is past. Returns 0 or -1. */
static int
read_versions(struct fil_user_reader *reader, struct fil_store *store,
    const struct fil_user_request *request, struct fil_fault *fault)
{
	fil_day today;

	if (reader->selection->later)
		*reader->selection->later = 0;
	if (fil_date_today(&today, fault) < 0)
		return -1;
	if (request->n_days == 0 || request->days[0] >= today)
		return 0;
	reader->n_days = request->n_days;
	reader->days = fil_alloc(request->n_days, sizeof *reader->days);
	for (size_t i = 0; i < request->n_days; i++)
		fil_date_write(request->days[i], reader->days[i]);
	return fil_user_versions_read(store, request->days[0], &reader->versions, fault);
}

/* Returns a reader whose query is not open yet. */
static struct fil_user_reader *
new_reader(struct fil_store *store, const struct fil_user_request *request, struct fil_fault *fault)
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
	reader->unit = request->unit ? fil_table_column(reader->table, "unit") : FIL_NOWHERE;
	reader->cells = fil_alloc(reader->table->n_columns, sizeof *reader->cells);
	if (read_versions(reader, store, request, fault) < 0) {
		fil_user_reader_free(reader);
		return NULL;
	}
	choose_columns(reader);
	return reader;
}

struct fil_user_reader *
fil_user_reader_new(
    struct fil_store *store, const struct fil_user_request *request, struct fil_fault *fault)
{
	struct fil_user_reader *reader = new_reader(store, request, fault);

	if (reader)
		open_query(reader, store, false);
	return reader;
}

/* Takes the cells of the row at which the query stands, as it stands. */
static void
take_cells(struct fil_user_reader *reader)
{
	for (size_t i = 0; i < reader->n; i++)
		reader->cells[reader->read[i]] = fil_query_text(reader->query, (int)i);
}

/* Fills the row from the cells. */
static void
fill_row(const struct fil_user_reader *reader, struct fil_user_row *row)
{
	row->user = reader->cells[0];
	row->arrived = reader->arrived == FIL_NOWHERE ? NULL : reader->cells[reader->arrived];
	row->left = reader->cells[reader->left];
	row->group = reader->by == FIL_NOWHERE ? NULL : reader->cells[reader->by];
	row->unit = reader->unit == FIL_NOWHERE ? NULL : reader->cells[reader->unit];
	row->has_role = fil_roles_have(&reader->roles, reader->cells[reader->role]);
}

/* Returns whether the filter, if there is one, lets the cells through. */
static bool
filter_holds(const struct fil_user_reader *reader)
{
	return !reader->filtered || fil_filter_holds(reader->selection->filter, reader->cells);
}

/* Returns the run of the row, which is read with versions. */
static int64_t
run_of(const struct fil_user_reader *reader)
{
	return fil_query_number(reader->query, (int)reader->n);
}

bool
fil_user_reader_on(struct fil_user_reader *reader, size_t day, struct fil_user_row *row)
{
	take_cells(reader);
	if (row->changes)
		fil_user_versions_apply(reader->versions, reader->cells[0], run_of(reader),
		    reader->days[day], reader->cells);
	fill_row(reader, row);
	return filter_holds(reader);
}

/* Counts the user at hand among those who count on the last day without being known then. */
static void
note_later(struct fil_user_reader *reader, struct fil_user_row row)
{
	const struct fil_selection *selection = reader->selection;
	size_t last = reader->n_days - 1;

	if (!fil_user_versions_knows(
		reader->versions, row.user, run_of(reader), reader->days[last]) &&
	    fil_user_reader_on(reader, last, &row) && (!selection->active || row.has_role) &&
	    fil_user_is_here(&row, reader->days[last]))
		++*selection->later;
}

/* Reads the row of the user at hand. Returns whether it is handed over. */
static bool
read_row(struct fil_user_reader *reader, struct fil_user_row *row)
{
	bool holds;

	row->user = fil_query_text(reader->query, 0);
	row->changes = reader->versions && fil_user_versions_has(reader->versions, row->user);
	if (reader->versions && reader->selection->later)
		note_later(reader, *row);
	holds = fil_user_reader_on(reader, 0, row);
	row->changes &= reader->n_days > 1;
	row->had_left = row->changes && fil_user_versions_had_left(reader->versions, row->user);
	return holds || row->changes;
}

int
fil_user_reader_next(
    struct fil_user_reader *reader, struct fil_user_row *row, struct fil_fault *fault)
{
	int got;

	while ((got = fil_query_step(reader->query, fault)) == 1 && !read_row(reader, row))
		continue;
	return got;
}

void
fil_user_reader_free(struct fil_user_reader *reader)
{
	if (!reader)
		return;
	fil_query_free(reader->query);
	fil_user_versions_free(reader->versions);
	free(reader->days);
	free(reader->sql);
	free(reader->read);
	free(reader->cells);
	free(reader);
}

/* A past row on a day; cells are numbers of texts. */
struct past_day {
	uint32_t holds, has_role;
	uint32_t arrived, left, group, unit;
};

struct fil_past_users {
	struct fil_intern *users; /* the keys */
	uint32_t *numbers; /* of the rows of each user */
	struct fil_intern *rows; /* a struct past_day for each day */
	struct fil_intern *texts;
};

/* The most users whose past rows are sent to a server, which allows 65,535 values. */
enum { MOST_PAST_USERS = 5000 };

/* Keeps the rows of the user at hand. */
static void
keep_user(struct fil_past_users *past, struct fil_user_reader *reader, struct past_day *days)
{
	const char *user = fil_query_text(reader->query, 0);
	struct fil_user_row row = { .user = user, .changes = true };
	uint32_t number;

	if (reader->selection->later)
		note_later(reader, row);
	for (size_t day = 0; day < reader->n_days; day++) {
		bool holds = fil_user_reader_on(reader, day, &row);

		days[day] = (struct past_day){ holds, row.has_role,
			fil_intern_add_text(past->texts, row.arrived),
			fil_intern_add_text(past->texts, row.left),
			fil_intern_add_text(past->texts, row.group),
			fil_intern_add_text(past->texts, row.unit) };
	}
	number = fil_intern_add_text(past->users, user);
	past->numbers = fil_resize(past->numbers, number + (size_t)1, sizeof *past->numbers);
	past->numbers[number] = fil_intern_add(past->rows, days, reader->n_days * sizeof *days);
}

/* Reads the users of the versions, but those who were removed. Returns 0, or -1 with a fault. Sets *past,
 * unless there are none. */
static int
read_past_users(struct fil_user_reader *reader, struct fil_store *store,
    struct fil_past_users **past, struct fil_fault *fault)
{
	struct fil_past_users *read = fil_alloc(1, sizeof *read);
	struct past_day *days = fil_alloc(reader->n_days, sizeof *days);
	int got;

	read->users = fil_intern_new(0);
	read->rows = fil_intern_new(reader->n_days * sizeof *days);
	read->texts = fil_intern_new(0);
	open_query(reader, store, true);
	while ((got = fil_query_step(reader->query, fault)) == 1)
		keep_user(read, reader, days);
	free(days);
	if (got == 0 && fil_intern_count(read->users) > 0)
		*past = read;
	else
		fil_past_users_free(read);
	return got;
}

/* Has the engine count the users who are present on the last day, though their rows are newer, but
 * the past users. Returns 0 or -1. */
static int
count_later(struct fil_store *store, const struct fil_user_request *request,
    const struct fil_past_users *past, struct fil_fault *fault)
{
	const struct fil_selection *selection = request->selection;
	fil_day day = request->days[request->n_days - 1];
	struct fil_statement statement = { 0 };
	struct fil_query *query;
	struct fil_roles roles;
	int got;

	if (fil_selection_roles(selection, &roles, fault) < 0)
		return -1;
	fil_statement_add(&statement,
	    "SELECT count(*) FROM users AS u JOIN runs AS r ON r.run = u.run WHERE r.today > ");
	fil_statement_add_day(&statement, day);
	if (selection->active)
		add_roles(&statement, &roles);
	if (request->arrived)
		add_arrived(&statement, day);
	add_not_left(&statement, day);
	if (fil_selection_has_conditions(selection))
		fil_filter_add_to(selection->filter, "u", &statement);
	for (size_t i = 0; past && i < fil_intern_count(past->users); i++) {
		fil_statement_add(&statement, i == 0 ? " AND u.\"user\" NOT IN (" : ", ");
		fil_statement_add_value(&statement, fil_intern_get(past->users, (uint32_t)i));
	}
	if (past)
		fil_statement_add(&statement, ")");
	query = fil_statement_query(&statement, store);
	if ((got = fil_query_step(query, fault)) == 1)
		*selection->later += (size_t)fil_query_number(query, 0);
	fil_query_free(query);
	fil_statement_release(&statement);
	return got < 0 ? -1 : 0;
}

/* As fil_selection_counted, for a past day; the reader has the versions. */
static int
count_past(struct fil_store *store, const struct fil_user_request *request,
    struct fil_user_reader *reader, struct fil_past_users **past, struct fil_fault *fault)
{
	size_t users = fil_user_versions_users(reader->versions);

	if (users > MOST_PAST_USERS)
		return 0;
	if (users > 0 && read_past_users(reader, store, past, fault) < 0)
		return -1;
	return request->selection->later && count_later(store, request, *past, fault) < 0 ? -1 : 1;
}

int
fil_selection_counted(struct fil_store *store, const struct fil_user_request *request,
    struct fil_past_users **past, struct fil_fault *fault)
{
	const struct fil_selection *selection = request->selection;
	struct fil_user_reader *reader;
	int got = 1;

	*past = NULL;
	if (!fil_store_counts(store) || request->n_days == 0 ||
	    (fil_selection_has_conditions(selection) &&
		!fil_filter_add_to(selection->filter, "u", NULL)))
		return 0;
	if (!(reader = new_reader(store, request, fault)))
		return -1;
	if (reader->versions)
		got = count_past(store, request, reader, past, fault);
	fil_user_reader_free(reader);
	if (got == 1)
		return 1;
	fil_past_users_free(*past);
	*past = NULL;
	return got;
}

void
fil_past_users_add(const struct fil_past_users *past, struct fil_statement *statement)
{
	fil_statement_add(statement, "v (who, past) AS (VALUES ");
	for (uint32_t i = 0; i < fil_intern_count(past->users); i++) {
		fil_statement_add(statement, i == 0 ? "(" : ", (");
		fil_statement_add_value(statement, fil_intern_get(past->users, i));
		fil_statement_add(statement, ", %u)", past->numbers[i]);
	}
	fil_statement_add(statement, ")");
}

bool
fil_past_users_on(
    const struct fil_past_users *past, size_t number, size_t day, struct fil_user_row *row)
{
	const struct past_day *days = fil_intern_get(past->rows, (uint32_t)number);

	*row = (struct fil_user_row){ .arrived = fil_intern_text(past->texts, days[day].arrived),
		.left = fil_intern_text(past->texts, days[day].left),
		.group = fil_intern_text(past->texts, days[day].group),
		.unit = fil_intern_text(past->texts, days[day].unit),
		.has_role = days[day].has_role,
		.changes = true,
		.had_left = true };
	return days[day].holds;
}

void
fil_past_users_free(struct fil_past_users *past)
{
	if (!past)
		return;
	fil_intern_free(past->users);
	fil_intern_free(past->rows);
	fil_intern_free(past->texts);
	free(past->numbers);
	free(past);
}
