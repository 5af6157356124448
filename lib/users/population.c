/* SPDX-License-Identifier: ISC */
#include "lib/users/population.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/choices.h"
#include "lib/base/hash.h"
#include "lib/base/intern.h"
#include "lib/base/memory.h"
#include "lib/catalog/catalog.h"
#include "lib/users/enrolment.h"

/* A tuple holds a user's group on each day; few distinct ones stand for all users, however many
 * days there are. */
struct fil_population {
	size_t n_days, n_users;
	struct fil_hash *users; /* to the number of a tuple */
	struct fil_intern *tuples;
	size_t *counts, room; /* users of each tuple */
	struct fil_intern *groups;
	size_t *sizes; /* sizes[day * n_groups + group] */
};

/* One reading of the users. columns are numbers of the users table's. */
struct survey {
	struct fil_population *population;
	const struct fil_population_request *request;
	const struct fil_table *table;
	struct fil_enrolments *enrolments; /* NULL where no phase matters */
	unsigned roles;
	size_t role, arrived, left,
	    by; /* by: FIL_NOWHERE where users are not grouped by a column */
	const char **cells; /* as many as the table has columns */
	uint32_t *places; /* the tuple of the user at hand */
	char (*days)[FIL_DATE_SIZE]; /* dates are compared as text: no cell is parsed */
};

static bool
by_enrolment(enum fil_by by)
{
	return by == FIL_BY_PHASE || by == FIL_BY_KIND;
}

/* Returns the group of the user at hand; enrolled is the user's enrolment on the day, or NULL. */
static uint32_t
group_on(const struct survey *survey, const struct fil_enrolled *enrolled)
{
	const struct fil_population_request *request = survey->request;
	const char *value = NULL;
	size_t n;

	if (request->by == FIL_BY_NONE)
		return 0;
	if (survey->by != FIL_NOWHERE)
		value = survey->cells[survey->by];
	else if (enrolled && enrolled->phase != FIL_NO_PHASE)
		value = request->by == FIL_BY_KIND
		    ? fil_enrolments_kind(survey->enrolments, enrolled->phase)
		    : fil_enrolments_phase(survey->enrolments, enrolled->phase);
	if (!value || *value == '\0')
		value = FIL_GROUP_NONE;
	n = request->by == FIL_BY_UNIT && request->depth > 0 ? fil_group_cut(value, request->depth)
							     : strlen(value);
	return fil_intern_add(survey->population->groups, value, n);
}

/* Returns whether the user at hand, in a role that counts, counts on the day. */
static bool
counts_on(const struct survey *survey, size_t day, const struct fil_enrolled *enrolled)
{
	const struct fil_selection *selection = survey->request->selection;
	const char *arrived = survey->cells[survey->arrived], *left = survey->cells[survey->left];

	if (selection->active && arrived && strcmp(arrived, survey->days[day]) > 0)
		return false;
	if (selection->active && left && strcmp(left, survey->days[day]) <= 0)
		return false;
	if (!selection->phase)
		return true;
	if (*selection->phase == '\0')
		return !enrolled || enrolled->phase == FIL_NO_PHASE;
	return enrolled && enrolled->inside;
}

static bool
has_role(const struct survey *survey)
{
	const char *const *roles = survey->table->columns[survey->role].choices;
	const char *role = survey->cells[survey->role];

	for (size_t i = 0; role && roles[i]; i++)
		if (strcmp(roles[i], role) == 0)
			return survey->roles >> i & 1;
	return false;
}

/* Puts the user at hand into the population, if it is of it on some day. */
static void
count_user(struct survey *survey)
{
	struct fil_population *population = survey->population;
	const struct fil_selection *selection = survey->request->selection;
	const struct fil_enrolled *enrolled = NULL;
	const char *user = survey->cells[0];
	size_t n = strlen(user), days = 0;
	uint32_t tuple;

	if (selection->active && !has_role(survey))
		return;
	if (selection->filter && !fil_filter_holds(selection->filter, survey->cells))
		return;
	if (survey->enrolments)
		enrolled = fil_enrolments_find(survey->enrolments, user, n);
	for (size_t day = 0; day < population->n_days; day++) {
		const struct fil_enrolled *then = !enrolled ? NULL : &enrolled[day];
		bool counts = counts_on(survey, day, then);

		survey->places[day] = counts ? group_on(survey, then) : FIL_ABSENT;
		days += counts;
	}
	if (days == 0)
		return;
	tuple = fil_intern_add(
	    population->tuples, survey->places, population->n_days * sizeof *survey->places);
	if (tuple >= population->room) {
		size_t room = 2 * (size_t)tuple + 16;

		population->counts =
		    fil_resize(population->counts, room, sizeof *population->counts);
		memset(population->counts + population->room, 0,
		    (room - population->room) * sizeof(size_t));
		population->room = room;
	}
	population->counts[tuple]++;
	population->n_users++;
	fil_hash_give_later(population->users, user, n, tuple);
}

/* Fills in which columns are read, in `read` by their numbers, and returns how many. A filter may
 * ask for any column. */
static size_t
choose_columns(const struct survey *survey, size_t *read)
{
	const struct fil_filter *filter = survey->request->selection->filter;
	bool filtered = filter && fil_filter_count(filter) > 0;
	size_t n = 0;

	for (size_t c = 0; c < survey->table->n_columns; c++)
		if (filtered || c == 0 || c == survey->role || c == survey->arrived ||
		    c == survey->left || c == survey->by)
			read[n++] = c;
	return n;
}

static int
read_users(struct fil_store *store, struct survey *survey, struct fil_fault *fault)
{
	size_t *read = fil_alloc(survey->table->n_columns, sizeof *read),
	       n = choose_columns(survey, read);
	const char **names = fil_alloc(n, sizeof *names);
	struct fil_relation relation = { survey->table->relation.name, names, n, 1 };
	struct fil_query *query;
	char *sql;
	int got;

	for (size_t i = 0; i < n; i++)
		names[i] = survey->table->columns[read[i]].name;
	sql = fil_relation_select(&relation, false);
	query = fil_query_new(store, sql);
	while ((got = fil_query_step(query, fault)) == 1) {
		for (size_t i = 0; i < n; i++)
			survey->cells[read[i]] = fil_query_text(query, (int)i);
		count_user(survey);
	}
	fil_hash_settle(survey->population->users);
	fil_query_free(query);
	free(sql);
	free(names);
	free(read);
	return got;
}

/* Adds up the groups' sizes on each day. */
static void
measure_groups(struct fil_population *population)
{
	size_t n = fil_intern_count(population->groups);

	population->sizes = fil_alloc(population->n_days * n, sizeof *population->sizes);
	for (uint32_t t = 0; t < fil_intern_count(population->tuples); t++) {
		const uint32_t *places = fil_intern_get(population->tuples, t);

		for (size_t day = 0; day < population->n_days; day++)
			if (places[day] != FIL_ABSENT)
				population->sizes[day * n + places[day]] += population->counts[t];
	}
}

static int
read_roles(struct survey *survey, struct fil_fault *fault)
{
	const char *const *roles = survey->table->columns[survey->role].choices;
	const char *list = survey->request->selection->roles;
	size_t n = 0;

	while (roles[n])
		n++;
	return fil_choices_read(!list ? "user" : list, roles, n, "role", &survey->roles, fault);
}

/* Reads all that the request asks for. Returns 0 or -1. */
static int
make_survey(struct fil_store *store, struct survey *survey, struct fil_fault *fault)
{
	const struct fil_population_request *request = survey->request;

	survey->role = fil_table_column(survey->table, "role");
	survey->arrived = fil_table_column(survey->table, "arrived");
	survey->left = fil_table_column(survey->table, "left");
	survey->by = FIL_NOWHERE;
	if (request->by != FIL_BY_NONE && !by_enrolment(request->by))
		survey->by = fil_table_column(survey->table, fil_by_names[request->by]);
	if (read_roles(survey, fault) < 0)
		return -1;
	for (size_t day = 0; day < request->n_days; day++)
		fil_date_write(request->days[day], survey->days[day]);
	if (by_enrolment(request->by) || request->selection->phase) {
		survey->enrolments = fil_enrolments_new(
		    store, request->selection->phase, request->days, request->n_days, fault);
		if (!survey->enrolments)
			return -1;
	}
	if (request->by == FIL_BY_NONE)
		fil_intern_add(survey->population->groups, FIL_GROUP_ALL, strlen(FIL_GROUP_ALL));
	return read_users(store, survey, fault);
}

struct fil_population *
fil_population_over(
    struct fil_store *store, const struct fil_population_request *request, struct fil_fault *fault)
{
	struct fil_population *population = fil_alloc(1, sizeof *population);
	struct survey survey = {
		.population = population, .request = request, .table = fil_catalog_table("users")
	};
	int got;

	population->n_days = request->n_days;
	population->users = fil_hash_new_map();
	population->groups = fil_intern_new(0);
	population->tuples = fil_intern_new(request->n_days * sizeof(uint32_t));
	survey.cells = fil_alloc(survey.table->n_columns, sizeof *survey.cells);
	survey.places = fil_alloc(request->n_days, sizeof *survey.places);
	survey.days = fil_alloc(request->n_days, sizeof *survey.days);
	got = make_survey(store, &survey, fault);
	fil_enrolments_free(survey.enrolments);
	free(survey.cells);
	free(survey.places);
	free(survey.days);
	if (got < 0) {
		fil_population_free(population);
		return NULL;
	}
	measure_groups(population);
	return population;
}

struct fil_population *
fil_population_new(struct fil_store *store, const struct fil_selection *selection, enum fil_by by,
    unsigned depth, fil_day as_of, struct fil_fault *fault)
{
	struct fil_population_request request = { selection, by, depth, &as_of, 1 };

	return fil_population_over(store, &request, fault);
}

size_t
fil_population_users(const struct fil_population *population)
{
	return population->n_users;
}

size_t
fil_population_groups(const struct fil_population *population)
{
	return fil_intern_count(population->groups);
}

const char *
fil_population_group(const struct fil_population *population, size_t g)
{
	return fil_intern_get(population->groups, (uint32_t)g);
}

size_t
fil_population_size_on(const struct fil_population *population, size_t day, size_t g)
{
	return population->sizes[day * fil_intern_count(population->groups) + g];
}

size_t
fil_population_size(const struct fil_population *population, size_t g)
{
	return fil_population_size_on(population, 0, g);
}

uint64_t
fil_population_seek(const struct fil_population *population, const char *user, size_t n)
{
	return fil_hash_seek(population->users, user, n);
}

const uint32_t *
fil_population_found(const struct fil_population *population, uint64_t sought)
{
	size_t tuple = fil_hash_found(population->users, sought);

	return tuple == FIL_NOWHERE ? NULL : fil_intern_get(population->tuples, (uint32_t)tuple);
}

const uint32_t *
fil_population_places(const struct fil_population *population, const char *user, size_t n)
{
	return fil_population_found(population, fil_population_seek(population, user, n));
}

size_t
fil_population_find(const struct fil_population *population, const char *user, size_t n)
{
	const uint32_t *places = fil_population_places(population, user, n);

	return !places || places[0] == FIL_ABSENT ? FIL_NOWHERE : places[0];
}

void
fil_population_free(struct fil_population *population)
{
	if (!population)
		return;
	fil_intern_free(population->groups);
	fil_hash_free(population->users);
	fil_intern_free(population->tuples);
	free(population->counts);
	free(population->sizes);
	free(population);
}

struct fil_audience {
	struct fil_population *population; /* NULL: everybody */
};

struct fil_audience *
fil_audience_new(struct fil_store *store, const struct fil_selection *selection, fil_day day,
    struct fil_fault *fault)
{
	bool chooses = selection->active || selection->phase ||
	    (selection->filter && fil_filter_count(selection->filter) > 0);
	struct fil_audience *audience = fil_alloc(1, sizeof *audience);

	if (!chooses)
		return audience;
	audience->population = fil_population_new(store, selection, FIL_BY_NONE, 0, day, fault);
	if (!audience->population) {
		free(audience);
		return NULL;
	}
	return audience;
}

bool
fil_audience_has(const struct fil_audience *audience, const char *user, size_t n)
{
	return !audience->population ||
	    fil_population_find(audience->population, user, n) != FIL_NOWHERE;
}

void
fil_audience_free(struct fil_audience *audience)
{
	if (!audience)
		return;
	fil_population_free(audience->population);
	free(audience);
}
