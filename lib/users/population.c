/* SPDX-License-Identifier: ISC */
#include "lib/users/population.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/hash.h"
#include "lib/base/memory.h"
#include "lib/users/enrolment.h"
#include "lib/users/users.h"

/* The tuple of a user is the cell of the user on each day; the former one, while users are read, is
 * a struct enrolled for each day. */
struct fil_population {
	size_t n_days;
	struct fil_users *users;
	struct fil_intern *groups[FIL_TABLES]; /* NULL: users are not grouped in the table */
	struct fil_intern *cells; /* groups in each table; NULL: a cell is one of the request */
	size_t *sizes; /* sizes[day * n_cells + cell] */
	bool all; /* all users count; no other field is set */
};

/* A user's enrolments on one day. */
struct enrolled {
	uint32_t phase; /* of the newest, or NO_PHASE */
	uint32_t inside; /* 1: enrolled by then in a phase that the selection matches */
};

#define NO_PHASE UINT32_MAX

/* One reading of the users. */
struct reading {
	struct fil_population *population;
	const struct fil_population_request *request;
	struct fil_lookup_table *phases; /* NULL where no phase is needed */
	bool *inside; /* for each phase: the selection matches it; NULL: it has no glob */
	/* The group of each phase in each table, and of the current user otherwise; FIL_ABSENT: not set
	 * yet. */
	uint32_t *phase_groups[FIL_TABLES], group[FIL_TABLES];
	uint32_t *places; /* the tuple of the current user */
	char (*days)[FIL_DATE_SIZE];
};

/* Returns how users are grouped in a table; FIL_BY_NONE: they are not. */
static enum fil_by
by_of(const struct fil_population_request *request, enum fil_population_table table)
{
	if (table == FIL_BY_REQUEST)
		return request->by;
	if (!request->crossed[table])
		return FIL_BY_NONE;
	return table == FIL_BY_WHOLE_UNIT ? FIL_BY_UNIT : FIL_BY_PHASE;
}

/* Returns the group of users in a table, by the value by which they are grouped. */
static uint32_t
group_of_value(struct fil_population *population, const struct fil_population_request *request,
    enum fil_population_table table, const char *value)
{
	bool cut = table == FIL_BY_REQUEST && request->by == FIL_BY_UNIT;
	size_t n = fil_group_value(&value, cut ? request->depth : 0);

	return fil_intern_add(population->groups[table], value, n);
}

/* Returns whether the phase of a user on each day is needed. */
static bool
needs_phases(const struct fil_population_request *request)
{
	return fil_by_enrolment(request->by) || request->crossed[FIL_BY_NEWEST_PHASE];
}

/* Adds the enrolments of the current user on each day. */
static void
add_enrolled(
    const struct reading *reading, const struct fil_enrolments *enrolments, struct enrolled *tuple)
{
	const fil_day *days = reading->request->days;
	size_t n_days = reading->request->n_days, length;
	const char *user = fil_enrolments_user(enrolments, &length);

	for (size_t i = 0; i < n_days; i++) {
		const struct fil_enrolment *newest =
		    fil_enrolments_newest(enrolments, days[i], NULL);

		tuple[i].phase = !newest ? NO_PHASE : (uint32_t)newest->phase;
		tuple[i].inside =
		    reading->inside && fil_enrolments_newest(enrolments, days[i], reading->inside);
	}
	fil_users_add(reading->population->users, user, length, tuple);
}

/* Returns a list of n FIL_ABSENT; the caller frees it. */
static uint32_t *
absent_groups(size_t n)
{
	uint32_t *groups = fil_alloc(n, sizeof *groups);

	for (size_t i = 0; i < n; i++)
		groups[i] = FIL_ABSENT;
	return groups;
}

/* Reads the phases in which users are enrolled on each of the days. Returns 0 or -1. */
static int
read_enrolled(struct fil_store *store, struct reading *reading, struct fil_fault *fault)
{
	size_t n_days = reading->request->n_days;
	struct fil_users *users = reading->population->users;
	struct fil_enrolments *enrolments;
	struct enrolled *tuple;
	int got;

	if (!(reading->phases = fil_phases_read(store, fault)))
		return -1;
	if (reading->request->selection->phase)
		reading->inside =
		    fil_phases_match(reading->phases, reading->request->selection->phase);
	for (enum fil_population_table table = 0; table < FIL_TABLES; table++)
		if (fil_by_enrolment(by_of(reading->request, table)))
			reading->phase_groups[table] =
			    absent_groups(fil_lookup_table_rows(reading->phases));
	fil_users_renew(users, n_days * sizeof *tuple);
	tuple = fil_alloc(n_days, sizeof *tuple);
	/* Enrolments up to the last day include those up to earlier days. */
	enrolments = fil_enrolments_new(store, reading->phases, reading->request->days[n_days - 1]);
	while ((got = fil_enrolments_next(enrolments, fault)) == 1)
		add_enrolled(reading, enrolments, tuple);
	fil_users_settle(users);
	fil_users_renew(users, n_days * sizeof *reading->places);
	fil_enrolments_free(enrolments);
	free(tuple);
	return got;
}

/* Returns the group of a user in a table. enrolled: the enrolments of the user on the day, or NULL. */
static uint32_t
group_in(struct reading *reading, enum fil_population_table table, const struct fil_user_row *row,
    const struct enrolled *enrolled)
{
	const struct fil_population_request *request = reading->request;
	uint32_t *phase_groups = reading->phase_groups[table];
	bool by_phase = phase_groups && enrolled && enrolled->phase != NO_PHASE;
	uint32_t *group = by_phase ? &phase_groups[enrolled->phase] : &reading->group[table];
	enum fil_by by = by_of(request, table);
	const char *value = NULL;

	if (by == FIL_BY_NONE)
		return 0;
	if (*group != FIL_ABSENT)
		return *group;
	if (by_phase)
		value = fil_lookup_table_cell(reading->phases, enrolled->phase,
		    by == FIL_BY_KIND ? FIL_PHASE_KIND : FIL_PHASE_KEY);
	else if (!fil_by_enrolment(by))
		value = table == FIL_BY_WHOLE_UNIT ? row->unit : row->group;
	*group = group_of_value(reading->population, request, table, value);
	return *group;
}

/* Returns the cell of a user. */
static uint32_t
cell_of(struct reading *reading, const struct fil_user_row *row, const struct enrolled *enrolled)
{
	const struct fil_population *population = reading->population;
	uint32_t groups[FIL_TABLES] = { group_in(reading, FIL_BY_REQUEST, row, enrolled) };

	if (!population->cells)
		return groups[FIL_BY_REQUEST];
	for (enum fil_population_table table = FIL_BY_REQUEST + 1; table < FIL_TABLES; table++)
		if (population->groups[table])
			groups[table] = group_in(reading, table, row, enrolled);
	return fil_intern_add(population->cells, groups, sizeof groups);
}

/* Forgets the groups of the user before. */
static void
clear_groups(struct reading *reading)
{
	for (enum fil_population_table table = 0; table < FIL_TABLES; table++)
		reading->group[table] = FIL_ABSENT;
}

/* Returns whether the phase of the selection, if any, lets a user count. */
static bool
phase_fits(const struct reading *reading, const struct enrolled *enrolled)
{
	const char *phase = reading->request->selection->phase;

	if (!phase)
		return true;
	if (*phase == '\0')
		return !enrolled || enrolled->phase == NO_PHASE;
	return enrolled && enrolled->inside;
}

/* Finds the days on which a user is here: from number *first until before number *end. */
static void
find_presence(
    const struct reading *reading, const struct fil_user_row *row, size_t *first, size_t *end)
{
	size_t n = reading->population->n_days;

	*first = 0;
	*end = n;
	if (!reading->request->selection->active)
		return;
	while (*first < n && row->arrived && strcmp(row->arrived, reading->days[*first]) > 0)
		++*first;
	while (*end > 0 && row->left && strcmp(row->left, reading->days[*end - 1]) <= 0)
		--*end;
}

/* Returns the cell of a user on a day, or FIL_ABSENT. */
static uint32_t
place_on(struct reading *reading, const struct fil_user_row *row, bool here,
    const struct enrolled *enrolled)
{
	return here && phase_fits(reading, enrolled) ? cell_of(reading, row, enrolled) : FIL_ABSENT;
}

/* Finds the places of a user whose row changes from day to day. Returns on how many days the user
 * counts. */
static size_t
place_changing(
    struct reading *reading, struct fil_user_reader *reader, const struct enrolled *enrolled)
{
	bool active = reading->request->selection->active;
	struct fil_user_row row = { .changes = true };
	size_t days = 0;

	for (size_t day = 0; day < reading->population->n_days; day++) {
		bool here = fil_user_reader_on(reader, day, &row) &&
		    (!active || (row.has_role && fil_user_is_here(&row, reading->days[day])));

		clear_groups(reading);
		reading->places[day] =
		    place_on(reading, &row, here, enrolled ? &enrolled[day] : NULL);
		days += reading->places[day] != FIL_ABSENT;
	}
	return days;
}

/* Finds the places of a user whose row is the same on all days. Returns on how many days the user
 * counts. */
static size_t
place_constant(
    struct reading *reading, const struct fil_user_row *row, const struct enrolled *enrolled)
{
	size_t days = 0, first, end;

	if (reading->request->selection->active && !row->has_role)
		return 0;
	clear_groups(reading);
	find_presence(reading, row, &first, &end);
	for (size_t day = 0; day < reading->population->n_days; day++) {
		reading->places[day] = place_on(
		    reading, row, day >= first && day < end, enrolled ? &enrolled[day] : NULL);
		days += reading->places[day] != FIL_ABSENT;
	}
	return days;
}

/* Adds a user who counts on at least one day. */
static void
count_user(struct reading *reading, struct fil_user_reader *reader, const struct fil_user_row *row)
{
	size_t n = strlen(row->user);
	struct fil_users *users = reading->population->users;
	uint64_t sought = reading->phases ? fil_users_seek(users, row->user, n) : 0;
	const struct enrolled *enrolled = reading->phases ? fil_users_former(users, sought) : NULL;

	if ((row->changes ? place_changing(reading, reader, enrolled)
			  : place_constant(reading, row, enrolled)) == 0)
		return;
	if (enrolled)
		fil_users_change(users, sought, reading->places);
	else
		fil_users_add(users, row->user, n, reading->places);
}

/* Adds up the cells' sizes on each day. */
static void
measure_cells(struct fil_population *population)
{
	size_t n = fil_population_cells(population);

	population->sizes = fil_alloc(population->n_days * n, sizeof *population->sizes);
	for (size_t t = 0; t < fil_users_tuples(population->users); t++) {
		size_t users;
		const uint32_t *places = fil_users_tuple(population->users, t, &users);

		for (size_t day = 0; day < population->n_days; day++)
			if (places[day] != FIL_ABSENT)
				population->sizes[day * n + places[day]] += users;
	}
}

/* Reads all users. Returns 0 or -1. */
static int
read_users(struct reading *reading, struct fil_user_reader *reader, struct fil_fault *fault)
{
	struct fil_user_row row;
	int got;

	while ((got = fil_user_reader_next(reader, &row, fault)) == 1)
		count_user(reading, reader, &row);
	fil_users_settle(reading->population->users);
	return got;
}

/* Returns the request for the rows of the users. */
static struct fil_user_request
user_request_of(const struct fil_population_request *request)
{
	return (struct fil_user_request){ request->selection, request->by, true,
		request->crossed[FIL_BY_WHOLE_UNIT], request->days, request->n_days };
}

/* Reads all that the request needs. Returns 0 or -1. */
static int
read_all(struct fil_store *store, struct reading *reading, struct fil_fault *fault)
{
	const struct fil_population_request *request = reading->request;
	const struct fil_user_request whom = user_request_of(request);
	struct fil_user_reader *reader = fil_user_reader_new(store, &whom, fault);
	int got = !reader ? -1 : 0;

	for (size_t day = 0; day < request->n_days; day++)
		fil_date_write(request->days[day], reading->days[day]);
	if (got == 0 && (needs_phases(request) || request->selection->phase))
		got = read_enrolled(store, reading, fault);
	if (got == 0)
		got = read_users(reading, reader, fault);
	fil_user_reader_free(reader);
	return got;
}

/* Returns a population without users. */
static struct fil_population *
new_population(const struct fil_population_request *request)
{
	struct fil_population *population = fil_alloc(1, sizeof *population);

	population->n_days = request->n_days;
	population->users = fil_users_new(request->n_days * sizeof(uint32_t));
	population->groups[FIL_BY_REQUEST] = fil_intern_new(0);
	for (enum fil_population_table table = FIL_BY_REQUEST + 1; table < FIL_TABLES; table++)
		if (request->crossed[table])
			population->groups[table] = fil_intern_new(0);
	if (population->groups[FIL_BY_WHOLE_UNIT] || population->groups[FIL_BY_NEWEST_PHASE])
		population->cells = fil_intern_new(FIL_TABLES * sizeof(uint32_t));
	if (request->by == FIL_BY_NONE)
		fil_intern_add(
		    population->groups[FIL_BY_REQUEST], FIL_GROUP_ALL, strlen(FIL_GROUP_ALL));
	return population;
}

struct fil_population *
fil_population_over(
    struct fil_store *store, const struct fil_population_request *request, struct fil_fault *fault)
{
	struct fil_population *population = new_population(request);
	struct reading reading = { .population = population, .request = request };
	int got;

	reading.places = fil_alloc(request->n_days, sizeof *reading.places);
	reading.days = fil_alloc(request->n_days, sizeof *reading.days);
	got = read_all(store, &reading, fault);
	fil_lookup_table_free(reading.phases);
	free(reading.inside);
	for (enum fil_population_table table = 0; table < FIL_TABLES; table++)
		free(reading.phase_groups[table]);
	free(reading.places);
	free(reading.days);
	if (got < 0) {
		fil_population_free(population);
		return NULL;
	}
	measure_cells(population);
	return population;
}

/* A count of users by the engine. */
struct counting {
	struct fil_population *population;
	const struct fil_population_request *request;
	const struct fil_population_sums *sums;
	struct fil_lookup_table *phases; /* NULL where no phase is needed */
	bool *inside; /* for each phase: the selection matches it */
	struct fil_past_users *past; /* NULL: none has changed */
	struct fil_statement statement;
	/* Columns of groups: that of the phase on the first day, and of the number of a past user. */
	int value_at, unit_at, phase_at, past_at;
	int n_groups; /* columns by which users are counted */
};

/* Adds the number of the first day on which a user counts, having arrived. */
static void
add_arrival(struct fil_statement *statement, const struct fil_population_request *request)
{
	fil_statement_add(statement, "CASE WHEN u.arrived IS NULL");
	for (size_t day = 0; day < request->n_days; day++) {
		fil_statement_add(
		    statement, day == 0 ? " OR u.arrived <= " : " WHEN u.arrived <= ");
		fil_statement_add_day(statement, request->days[day]);
		fil_statement_add(statement, " THEN %zu", day);
	}
	fil_statement_add(statement, " ELSE %zu END", request->n_days);
}

/* Adds the number of the first day by which a user has left. */
static void
add_departure(struct fil_statement *statement, const struct fil_population_request *request)
{
	size_t n = request->n_days;

	fil_statement_add(statement, "CASE WHEN u.\"left\" IS NULL");
	for (size_t day = n; day-- > 0;) {
		fil_statement_add(
		    statement, day == n - 1 ? " OR u.\"left\" > " : " WHEN u.\"left\" > ");
		fil_statement_add_day(statement, request->days[day]);
		fil_statement_add(statement, " THEN %zu", day + 1);
	}
	fil_statement_add(statement, " ELSE 0 END");
}

/* Ends a column by which users are counted. */
static void
end_group(struct counting *counting)
{
	fil_statement_add(&counting->statement, " AS g%d, ", counting->n_groups++);
}

/* Adds the days on which users are present. Those who are not on the only day are not selected. */
static void
add_presence(struct counting *counting)
{
	const struct fil_population_request *request = counting->request;
	bool changes = request->selection->active && request->n_days > 1;

	if (changes)
		add_arrival(&counting->statement, request);
	else
		fil_statement_add(&counting->statement, "0");
	end_group(counting);
	if (changes)
		add_departure(&counting->statement, request);
	else
		fil_statement_add(&counting->statement, "%zu", request->n_days);
	end_group(counting);
}

/* Adds the columns by which users are counted: presence, whether the phase fits on each day, the
 * columns of groups, and the phase on each day. */
static void
add_groups(struct counting *counting)
{
	const struct fil_population_request *request = counting->request;
	struct fil_statement *statement = &counting->statement;
	const char *column = fil_by_column(request->by), *phase = request->selection->phase;

	add_presence(counting);
	for (size_t day = 0; phase && day < request->n_days; day++) {
		fil_statement_add(statement,
		    *phase ? "e.fits%zu" : "CASE WHEN e.phase%zu IS NULL THEN 1 ELSE 0 END", day);
		end_group(counting);
	}
	counting->value_at = counting->n_groups;
	if (column) {
		fil_statement_add(statement, "u.");
		fil_relation_add_name(&statement->sql, column);
		end_group(counting);
	}
	counting->unit_at = counting->n_groups;
	if (request->crossed[FIL_BY_WHOLE_UNIT]) {
		fil_statement_add(statement, "u.unit");
		end_group(counting);
	}
	counting->phase_at = counting->n_groups;
	for (size_t day = 0; needs_phases(request) && day < request->n_days; day++) {
		fil_statement_add(statement, "e.phase%zu", day);
		end_group(counting);
	}
	counting->past_at = counting->n_groups;
	if (counting->past) {
		fil_statement_add(statement, "v.past");
		end_group(counting);
	}
}

/* Adds the enrolments of each user, where they are needed. */
static void
add_enrolments(struct counting *counting)
{
	const struct fil_population_request *request = counting->request;
	const char *phase = request->selection->phase;
	const struct fil_enrolment_request what = { counting->phases,
		phase && *phase ? counting->inside : NULL, request->days, request->n_days };

	if (counting->phases)
		fil_enrolment_request_join(&what, &counting->statement);
}

/* Adds the conditions on users, and by what they are counted. */
static void
add_conditions(struct counting *counting, const struct fil_counted_users *users)
{
	struct fil_statement *statement = &counting->statement;

	fil_counted_users_where(users, statement);
	fil_statement_add(statement, " GROUP BY 1");
	for (int column = 2; column <= counting->n_groups; column++)
		fil_statement_add(statement, ", %d", column);
	for (int key = 0; key < counting->sums->n_keys; key++)
		fil_statement_add(statement, ", %d", counting->n_groups + 2 + key);
	if (counting->sums->order)
		fil_statement_add(statement, " ORDER BY %s", counting->sums->order);
}

/* Fills the cells of the counted users of the current row on a day. Returns whether they are
 * present. */
static bool
fill_counted(
    struct counting *counting, struct fil_query *query, size_t day, struct fil_user_row *row)
{
	const struct fil_population_request *request = counting->request;
	const char *past = counting->past ? fil_query_text(query, counting->past_at) : NULL;
	char date[FIL_DATE_SIZE];

	if (past) {
		size_t number = (size_t)fil_query_number(query, counting->past_at);

		fil_date_write(request->days[day], date);
		return fil_past_users_on(counting->past, number, day, row) &&
		    (!request->selection->active || (row->has_role && fil_user_is_here(row, date)));
	}
	row->group = fil_by_column(request->by) ? fil_query_text(query, counting->value_at) : NULL;
	row->unit =
	    request->crossed[FIL_BY_WHOLE_UNIT] ? fil_query_text(query, counting->unit_at) : NULL;
	return (int64_t)day >= fil_query_number(query, 0) &&
	    (int64_t)day < fil_query_number(query, 1);
}

/* Returns the group of a counted user in a table on a day. */
static uint32_t
counted_group(struct counting *counting, struct fil_query *query, enum fil_population_table table,
    size_t day, const struct fil_user_row *row)
{
	const struct fil_population_request *request = counting->request;
	enum fil_by by = by_of(request, table);
	const char *value = table == FIL_BY_WHOLE_UNIT ? row->unit : row->group;
	size_t n;

	if (by == FIL_BY_NONE)
		return 0;
	if (fil_by_enrolment(by)) {
		value = fil_query_text(query, counting->phase_at + (int)day);
		n = value ? fil_lookup_table_find(counting->phases, value, 0) : FIL_NOWHERE;
		if (n != FIL_NOWHERE && by == FIL_BY_KIND)
			value = fil_lookup_table_cell(counting->phases, n, FIL_PHASE_KIND);
	}
	return group_of_value(counting->population, request, table, value);
}

/* Returns the cell of the counted users of the current row on a day, or FIL_ABSENT. */
static uint32_t
counted_cell(struct counting *counting, struct fil_query *query, size_t day)
{
	const struct fil_population *population = counting->population;
	uint32_t groups[FIL_TABLES] = { 0 };
	struct fil_user_row row;

	if (!fill_counted(counting, query, day, &row) ||
	    (counting->request->selection->phase && fil_query_number(query, 2 + (int)day) == 0))
		return FIL_ABSENT;
	for (enum fil_population_table table = 0; table < FIL_TABLES; table++)
		if (population->groups[table])
			groups[table] = counted_group(counting, query, table, day, &row);
	return population->cells ? fil_intern_add(population->cells, groups, sizeof groups)
				 : groups[FIL_BY_REQUEST];
}

/* Takes the rows of the statement. Returns 0 or -1. */
static int
take_counts(struct counting *counting, struct fil_store *store, struct fil_fault *fault)
{
	struct fil_population *population = counting->population;
	struct fil_query *query = fil_statement_query(&counting->statement, store);
	uint32_t *cells = fil_alloc(population->n_days, sizeof *cells);
	int number = counting->n_groups, got;

	while ((got = fil_query_step(query, fault)) == 1) {
		size_t days = 0;

		for (size_t day = 0; day < population->n_days; day++) {
			cells[day] = counted_cell(counting, query, day);
			days += cells[day] != FIL_ABSENT;
		}
		if (days > 0)
			fil_users_count(
			    population->users, cells, (size_t)fil_query_number(query, number));
		if (days > 0)
			counting->sums->take(counting->sums->context, cells, query, number + 1);
	}
	fil_query_free(query);
	free(cells);
	return got;
}

/* Sums up the users with equal keys. */
static void
sum_users(struct counting *counting)
{
	struct fil_statement *statement = &counting->statement;

	fil_statement_add(statement, ") SELECT ");
	for (int group = 0; group < counting->n_groups; group++)
		fil_statement_add(statement, "g%d, ", group);
	fil_statement_add(statement, "sum(users)");
	counting->sums->sum(counting->sums->context, statement);
	fil_statement_add(statement, " FROM l GROUP BY g0");
	for (int group = 1; group < counting->n_groups; group++)
		fil_statement_add(statement, ", g%d", group);
}

/* Has the engine count. Returns 0 or -1. */
static int
count_by_engine(struct counting *counting, struct fil_store *store, struct fil_fault *fault)
{
	const struct fil_population_request *request = counting->request;
	struct fil_statement *statement = &counting->statement;
	struct fil_roles roles;
	const struct fil_counted_users users = { request->selection,
		request->selection->active ? &roles : NULL, counting->past, request->days[0],
		request->days[request->n_days - 1] };

	if (fil_selection_roles(request->selection, &roles, fault) < 0)
		return -1;
	if ((needs_phases(request) || request->selection->phase) &&
	    !(counting->phases = fil_phases_read(store, fault)))
		return -1;
	if (counting->phases)
		counting->inside = fil_phases_match(counting->phases, request->selection->phase);
	if (counting->past || counting->sums->sum)
		fil_statement_add(statement, "WITH ");
	if (counting->past)
		fil_past_users_add(counting->past, statement);
	if (counting->sums->sum)
		fil_statement_add(statement, counting->past ? ", l AS (" : "l AS (");
	fil_statement_add(statement, " SELECT ");
	add_groups(counting);
	fil_statement_add(statement, "CAST(count(*) AS INTEGER) AS users");
	counting->sums->add(counting->sums->context, statement);
	fil_counted_users_join(&users, statement);
	add_enrolments(counting);
	counting->sums->join(counting->sums->context, statement);
	add_conditions(counting, &users);
	if (counting->sums->sum)
		sum_users(counting);
	return take_counts(counting, store, fault);
}

int
fil_population_counted(struct fil_store *store, const struct fil_population_request *request,
    const struct fil_population_sums *sums, struct fil_population **population,
    struct fil_fault *fault)
{
	struct counting counting = { .request = request, .sums = sums };
	const struct fil_user_request whom = user_request_of(request);
	int got;

	*population = NULL;
	/* Where all count on any day, no past row of a user matters. */
	got = request->by == FIL_BY_NONE && !fil_selection_narrows(request->selection)
	    ? fil_store_counts(store)
	    : fil_selection_counted(store, &whom, &counting.past, fault);
	if (got <= 0)
		return got;
	counting.population = new_population(request);
	got = count_by_engine(&counting, store, fault);
	fil_lookup_table_free(counting.phases);
	free(counting.inside);
	fil_past_users_free(counting.past);
	fil_statement_release(&counting.statement);
	if (got < 0) {
		fil_population_free(counting.population);
		return -1;
	}
	fil_users_settle(counting.population->users);
	measure_cells(counting.population);
	*population = counting.population;
	return 0;
}

int
fil_population_summed(struct fil_store *store, const struct fil_selection *selection, fil_day day,
    const struct fil_population_sums *sums, struct fil_fault *fault)
{
	const struct fil_population_request request = { selection, FIL_BY_NONE, 0, &day, 1,
		{ false } };
	struct fil_population *population;
	int got = fil_population_counted(store, &request, sums, &population, fault);

	if (got == 0)
		got = population != NULL;
	fil_population_free(population);
	return got;
}

struct fil_population *
fil_population_new(struct fil_store *store, const struct fil_selection *selection, enum fil_by by,
    unsigned depth, fil_day as_of, struct fil_fault *fault)
{
	struct fil_population_request request = { selection, by, depth, &as_of, 1, { false } };

	return fil_population_over(store, &request, fault);
}

struct fil_population *
fil_population_selected(struct fil_store *store, const struct fil_selection *selection, fil_day day,
    struct fil_fault *fault)
{
	struct fil_population *population;

	if (fil_selection_narrows(selection))
		return fil_population_new(store, selection, FIL_BY_NONE, 0, day, fault);
	population = fil_alloc(1, sizeof *population);
	population->all = true;
	population->groups[FIL_BY_REQUEST] = fil_intern_new(0);
	fil_intern_add(population->groups[FIL_BY_REQUEST], FIL_GROUP_ALL, strlen(FIL_GROUP_ALL));
	return population;
}

struct fil_population *
fil_population_grouped(struct fil_store *store, const struct fil_selection *selection,
    enum fil_by by, unsigned depth, fil_day day, struct fil_fault *fault)
{
	return by == FIL_BY_NONE ? fil_population_selected(store, selection, day, fault)
				 : fil_population_new(store, selection, by, depth, day, fault);
}

size_t
fil_population_groups(const struct fil_population *population)
{
	return fil_population_groups_in(population, FIL_BY_REQUEST);
}

const char *
fil_population_group(const struct fil_population *population, size_t g)
{
	return fil_population_group_in(population, FIL_BY_REQUEST, g);
}

size_t
fil_population_groups_in(const struct fil_population *population, enum fil_population_table table)
{
	return fil_intern_count(population->groups[table]);
}

const char *
fil_population_group_in(
    const struct fil_population *population, enum fil_population_table table, size_t g)
{
	return fil_intern_get(population->groups[table], (uint32_t)g);
}

size_t
fil_population_cells(const struct fil_population *population)
{
	return fil_intern_count(
	    population->cells ? population->cells : population->groups[FIL_BY_REQUEST]);
}

size_t
fil_population_group_of(
    const struct fil_population *population, size_t cell, enum fil_population_table table)
{
	const uint32_t *groups;

	if (!population->cells)
		return cell;
	groups = fil_intern_get(population->cells, (uint32_t)cell);
	return groups[table];
}

size_t
fil_population_size(const struct fil_population *population, size_t day, size_t cell)
{
	return population->sizes[day * fil_population_cells(population) + cell];
}

size_t
fil_population_users(const struct fil_population *population, size_t day)
{
	size_t users = 0;

	for (size_t cell = 0; cell < fil_population_cells(population); cell++)
		users += fil_population_size(population, day, cell);
	return users;
}

/* Returns whether two cells of a user, who may be absent, differ. groups: or their groups. */
static bool
differ(const struct fil_population *population, uint32_t a, uint32_t b, bool groups)
{
	if (a == b || a == FIL_ABSENT || b == FIL_ABSENT)
		return a != b;
	return groups &&
	    fil_population_group_of(population, a, FIL_BY_REQUEST) !=
	    fil_population_group_of(population, b, FIL_BY_REQUEST);
}

size_t
fil_population_differing(const struct fil_population *population, size_t a, size_t b, bool groups)
{
	size_t differing = 0;

	for (size_t t = 0; t < fil_users_tuples(population->users); t++) {
		size_t users;
		const uint32_t *places = fil_users_tuple(population->users, t, &users);

		if (differ(population, places[a], places[b], groups))
			differing += users;
	}
	return differing;
}

uint64_t
fil_population_seek(const struct fil_population *population, const char *user, size_t n)
{
	return fil_users_seek(population->users, user, n);
}

const uint32_t *
fil_population_found(const struct fil_population *population, uint64_t sought)
{
	size_t tuple = fil_users_found(population->users, sought);

	return tuple == FIL_NOWHERE ? NULL : fil_users_tuple(population->users, tuple, NULL);
}

size_t
fil_population_find(const struct fil_population *population, const char *user, size_t n)
{
	const uint32_t *places;

	if (population->all)
		return 0;
	places = fil_population_found(population, fil_population_seek(population, user, n));
	return !places || places[0] == FIL_ABSENT ? FIL_NOWHERE : places[0];
}

bool
fil_population_has(const struct fil_population *population, const char *user, size_t n)
{
	return fil_population_find(population, user, n) != FIL_NOWHERE;
}

void
fil_population_free(struct fil_population *population)
{
	if (!population)
		return;
	for (enum fil_population_table table = 0; table < FIL_TABLES; table++)
		fil_intern_free(population->groups[table]);
	fil_intern_free(population->cells);
	fil_users_free(population->users);
	free(population->sizes);
	free(population);
}
