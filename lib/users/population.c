/* SPDX-License-Identifier: ISC */
#include "lib/users/population.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/intern.h"
#include "lib/base/memory.h"
#include "lib/users/enrolment.h"
#include "lib/users/users.h"

/* The tuple of a user is the user's group on each day. */
struct fil_population {
	size_t n_days, n_users;
	struct fil_users *users;
	struct fil_intern *groups;
	size_t *sizes; /* sizes[day * n_groups + group] */
	bool everybody; /* nothing else is set */
};

/* A user's enrolments on one day. */
struct enrolled {
	uint32_t phase; /* of the newest, or NO_PHASE */
	uint32_t inside; /* 1: enrolled by then in a phase that the selection asks for */
};

#define NO_PHASE UINT32_MAX

/* One reading of the users. */
struct survey {
	struct fil_population *population;
	const struct fil_population_request *request;
	struct fil_lookup_table *phases; /* NULL where no phase matters */
	bool *inside; /* for each phase: the selection asks for it; NULL: it asks for none */
	struct fil_users *enrolled; /* with a struct enrolled for each day; NULL likewise */
	uint32_t *phase_groups; /* of each phase, where these are groups; FIL_ABSENT: not met yet */
	uint32_t group; /* of the user at hand, unless by phase; FIL_ABSENT: not met yet */
	uint32_t *places; /* the tuple of the user at hand */
	char (*days)[FIL_DATE_SIZE];
};

/* Adds the enrolments of the user at hand, unless there are none by the last day. */
static void
add_enrolled(
    const struct survey *survey, const struct fil_enrolments *enrolments, struct enrolled *tuple)
{
	const fil_day *days = survey->request->days;
	size_t n_days = survey->request->n_days, length;
	const char *user = fil_enrolments_user(enrolments, &length);

	for (size_t i = 0; i < n_days; i++) {
		const struct fil_enrolment *newest =
		    fil_enrolments_newest(enrolments, days[i], NULL);

		tuple[i].phase = !newest ? NO_PHASE : (uint32_t)newest->phase;
		tuple[i].inside =
		    survey->inside && fil_enrolments_newest(enrolments, days[i], survey->inside);
	}
	fil_users_add(survey->enrolled, user, length, tuple);
}

/* Returns that many groups that were not met yet; the caller frees them. */
static uint32_t *
absent_groups(size_t n)
{
	uint32_t *groups = fil_alloc(n, sizeof *groups);

	for (size_t i = 0; i < n; i++)
		groups[i] = FIL_ABSENT;
	return groups;
}

/* Reads where users are enrolled on each of the days. Returns 0 or -1. */
static int
read_enrolled(struct fil_store *store, struct survey *survey, struct fil_fault *fault)
{
	size_t n_days = survey->request->n_days;
	struct fil_enrolments *enrolments;
	struct enrolled *tuple;
	int got;

	if (!(survey->phases = fil_phases_read(store, fault)))
		return -1;
	if (survey->request->selection->phase)
		survey->inside =
		    fil_phases_match(survey->phases, survey->request->selection->phase);
	if (fil_by_enrolment(survey->request->by))
		survey->phase_groups = absent_groups(fil_lookup_table_rows(survey->phases));
	survey->enrolled = fil_users_new(n_days * sizeof *tuple);
	tuple = fil_alloc(n_days, sizeof *tuple);
	/* The last day knows of every enrolment that an earlier one does. */
	enrolments = fil_enrolments_new(store, survey->phases, survey->request->days[n_days - 1]);
	while ((got = fil_enrolments_next(enrolments, fault)) == 1)
		add_enrolled(survey, enrolments, tuple);
	fil_users_settle(survey->enrolled);
	fil_enrolments_free(enrolments);
	free(tuple);
	return got;
}

/* Returns a user's enrolments for each day, or NULL for a user without. */
static const struct enrolled *
find_enrolled(const struct survey *survey, const char *user, size_t n)
{
	size_t i = !survey->enrolled
	    ? FIL_NOWHERE
	    : fil_users_found(survey->enrolled, fil_users_seek(survey->enrolled, user, n));

	return i == FIL_NOWHERE ? NULL : fil_users_tuple(survey->enrolled, i, NULL);
}

/* Returns the group of a user; enrolled is the user's enrolments on the day, or NULL. */
static uint32_t
group_on(struct survey *survey, const struct fil_user_row *row, const struct enrolled *enrolled)
{
	const struct fil_population_request *request = survey->request;
	bool by_phase = survey->phase_groups && enrolled && enrolled->phase != NO_PHASE;
	uint32_t *group = by_phase ? &survey->phase_groups[enrolled->phase] : &survey->group;
	const char *value = row->group;
	size_t n;

	if (request->by == FIL_BY_NONE)
		return 0;
	if (*group != FIL_ABSENT)
		return *group;
	if (by_phase)
		value = fil_lookup_table_cell(survey->phases, enrolled->phase,
		    request->by == FIL_BY_KIND ? FIL_PHASE_KIND : FIL_PHASE_KEY);
	n = fil_group_value(&value, request->by == FIL_BY_UNIT ? request->depth : 0);
	*group = fil_intern_add(survey->population->groups, value, n);
	return *group;
}

/* Returns whether the phase of the selection, if any, lets a user count. */
static bool
phase_fits(const struct survey *survey, const struct enrolled *enrolled)
{
	const char *phase = survey->request->selection->phase;

	if (!phase)
		return true;
	if (*phase == '\0')
		return !enrolled || enrolled->phase == NO_PHASE;
	return enrolled && enrolled->inside;
}

/* Finds the days on which a user is here: from number *first until before number *end. */
static void
find_presence(
    const struct survey *survey, const struct fil_user_row *row, size_t *first, size_t *end)
{
	size_t n = survey->population->n_days;

	*first = 0;
	*end = n;
	if (!survey->request->selection->active)
		return;
	while (*first < n && row->arrived && strcmp(row->arrived, survey->days[*first]) > 0)
		++*first;
	while (*end > 0 && row->left && strcmp(row->left, survey->days[*end - 1]) <= 0)
		--*end;
}

/* Puts a user into the population, if it is of it on some day. */
static void
count_user(struct survey *survey, const struct fil_user_row *row)
{
	struct fil_population *population = survey->population;
	size_t n = strlen(row->user), days = 0, first, end;
	const struct enrolled *enrolled;

	if (survey->request->selection->active && !row->has_role)
		return;
	survey->group = FIL_ABSENT;
	enrolled = find_enrolled(survey, row->user, n);
	find_presence(survey, row, &first, &end);
	for (size_t day = 0; day < population->n_days; day++) {
		const struct enrolled *then = !enrolled ? NULL : &enrolled[day];
		bool counts = day >= first && day < end && phase_fits(survey, then);

		survey->places[day] = counts ? group_on(survey, row, then) : FIL_ABSENT;
		days += counts;
	}
	if (days == 0)
		return;
	population->n_users++;
	fil_users_add(population->users, row->user, n, survey->places);
}

/* Adds up the groups' sizes on each day. */
static void
measure_groups(struct fil_population *population)
{
	size_t n = fil_intern_count(population->groups);

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
read_users(struct survey *survey, struct fil_user_reader *reader, struct fil_fault *fault)
{
	struct fil_user_row row;
	int got;

	while ((got = fil_user_reader_next(reader, &row, fault)) == 1)
		count_user(survey, &row);
	fil_users_settle(survey->population->users);
	return got;
}

/* Reads all that the request asks for. Returns 0 or -1. */
static int
make_survey(struct fil_store *store, struct survey *survey, struct fil_fault *fault)
{
	const struct fil_population_request *request = survey->request;
	const struct fil_user_request whom = { request->selection, request->by, true };
	struct fil_user_reader *reader = fil_user_reader_new(store, &whom, fault);
	int got = !reader ? -1 : 0;

	for (size_t day = 0; day < request->n_days; day++)
		fil_date_write(request->days[day], survey->days[day]);
	if (request->by == FIL_BY_NONE)
		fil_intern_add(survey->population->groups, FIL_GROUP_ALL, strlen(FIL_GROUP_ALL));
	if (got == 0 && (fil_by_enrolment(request->by) || request->selection->phase))
		got = read_enrolled(store, survey, fault);
	if (got == 0)
		got = read_users(survey, reader, fault);
	fil_user_reader_free(reader);
	return got;
}

struct fil_population *
fil_population_over(
    struct fil_store *store, const struct fil_population_request *request, struct fil_fault *fault)
{
	struct fil_population *population = fil_alloc(1, sizeof *population);
	struct survey survey = { .population = population, .request = request };
	int got;

	population->n_days = request->n_days;
	population->users = fil_users_new(request->n_days * sizeof *survey.places);
	population->groups = fil_intern_new(0);
	survey.places = fil_alloc(request->n_days, sizeof *survey.places);
	survey.days = fil_alloc(request->n_days, sizeof *survey.days);
	got = make_survey(store, &survey, fault);
	fil_lookup_table_free(survey.phases);
	fil_users_free(survey.enrolled);
	free(survey.inside);
	free(survey.phase_groups);
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

struct fil_population *
fil_population_audience(struct fil_store *store, const struct fil_selection *selection, fil_day day,
    struct fil_fault *fault)
{
	struct fil_population *everybody;

	if (selection->active || selection->phase || fil_selection_has_conditions(selection))
		return fil_population_new(store, selection, FIL_BY_NONE, 0, day, fault);
	everybody = fil_alloc(1, sizeof *everybody);
	everybody->everybody = true;
	return everybody;
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
	const uint32_t *places =
	    fil_population_found(population, fil_population_seek(population, user, n));

	return !places || places[0] == FIL_ABSENT ? FIL_NOWHERE : places[0];
}

bool
fil_population_has(const struct fil_population *population, const char *user, size_t n)
{
	return population->everybody || fil_population_find(population, user, n) != FIL_NOWHERE;
}

void
fil_population_free(struct fil_population *population)
{
	if (!population)
		return;
	fil_intern_free(population->groups);
	fil_users_free(population->users);
	free(population->sizes);
	free(population);
}
