/* SPDX-License-Identifier: ISC */
#include "lib/plan/sample_frame.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/memory.h"
#include "lib/base/text.h"
#include "lib/catalog/catalog.h"
#include "lib/store/cursor.h"
#include "lib/users/groups.h"
#include "lib/users/population.h"

/* One reading of the users. */
struct reading {
	struct fil_sample_frame *frame;
	const struct fil_sample_frame_request *request;
	struct fil_population *population;
	struct fil_cursor *people, *enrolments;
	char today[FIL_DATE_SIZE];
	size_t *by, n_by; /* columns of users whose values make the strata */
	size_t unit; /* index of the unit in by, or FIL_NOWHERE */
	size_t room; /* of the frame's users */
	struct fil_bytes stratum;
};

/* The phases of a user, on any day: this one, another one. */
struct places {
	bool here, elsewhere;
	bool declined; /* here, by the day: to be drawn no more */
};

/* Returns the number of the column of that name, or FIL_NOWHERE with a usage fault. */
static size_t
find_column(const struct fil_table *table, const char *name, struct fil_fault *fault)
{
	size_t column = fil_table_column(table, name);

	if (column != FIL_NOWHERE)
		return column;
	fil_fault_set(fault, FIL_USAGE, "'%s' is not a column of users", name);
	fil_fault_suggest(fault, name, table->relation.columns, table->n_columns);
	return FIL_NOWHERE;
}

/* Adds a column that makes the strata. Returns 0, or -1 with a usage fault. */
static int
add_by(struct reading *reading, const char *name, struct fil_fault *fault)
{
	size_t column = find_column(fil_catalog_table("users"), name, fault);

	if (column == FIL_NOWHERE)
		return -1;
	for (size_t i = 0; i < reading->n_by; i++)
		if (reading->by[i] == column)
			return fil_fault_set(fault, FIL_USAGE, "--by: '%s' is given twice", name);
	reading->by = fil_resize(reading->by, reading->n_by + 1, sizeof *reading->by);
	reading->by[reading->n_by++] = column;
	return 0;
}

/* Reads the columns that make the strata. Returns 0, or -1 with a usage fault. */
static int
read_by(struct reading *reading, struct fil_fault *fault)
{
	char *copy, *rest, *name;
	int result = 0;

	if (!reading->request->by)
		return 0;
	rest = copy = fil_copy(reading->request->by);
	while (result == 0 && (name = strsep(&rest, ",")))
		result = add_by(reading, name, fault);
	free(copy);
	return result;
}

static bool
is_among_phases(const struct fil_sample_frame_request *request)
{
	const char *glob = request->selection->phase;

	return glob && *glob != '\0';
}

static int
open_population(struct fil_store *store, struct reading *reading, struct fil_fault *fault)
{
	struct fil_selection selection = *reading->request->selection;

	selection.active = true;
	/* An enrolment with a later date excludes a user too, so find_places judges it. */
	if (!is_among_phases(reading->request))
		selection.phase = NULL;
	reading->population =
	    fil_population_new(store, &selection, FIL_BY_NONE, 0, reading->request->today, fault);
	return !reading->population ? -1 : 0;
}

/* Returns a query of the keys of the users and the columns of the strata. The caller frees *sql
 * after the query. */
static struct fil_query *
ask_people(struct fil_store *store, struct reading *reading, char **sql)
{
	const struct fil_table *table = fil_catalog_table("users");
	const char **names = fil_alloc(reading->n_by + 1, sizeof *names);
	struct fil_relation relation = { table->relation.name, names, reading->n_by + 1, 1 };

	names[0] = table->columns[0].name;
	reading->unit = FIL_NOWHERE;
	for (size_t i = 0; i < reading->n_by; i++) {
		names[i + 1] = table->columns[reading->by[i]].name;
		if (reading->by[i] == fil_table_column(table, "unit"))
			reading->unit = i;
	}
	*sql = fil_relation_select(&relation, true);
	free(names);
	return fil_query_new(store, *sql);
}

/* Returns the stratum of the current user. */
static uint32_t
stratum_of(struct reading *reading)
{
	struct fil_query *query = fil_cursor_query(reading->people);
	struct fil_bytes *name = &reading->stratum;

	fil_bytes_clear(name);
	for (size_t i = 0; i < reading->n_by; i++) {
		const char *value = fil_query_text(query, (int)i + 1);
		size_t n =
		    fil_group_value(&value, i == reading->unit ? reading->request->depth : 0);

		if (i > 0)
			fil_bytes_add_text(name, " | ");
		fil_bytes_add(name, value, n);
	}
	if (reading->n_by == 0)
		fil_bytes_add_text(name, FIL_GROUP_ALL);
	return fil_intern_add(reading->frame->names, name->data, name->length);
}

/* Reads the phases of the current user. Returns 0 or -1. */
static int
find_places(
    struct reading *reading, const char *user, struct places *places, struct fil_fault *fault)
{
	int got = fil_cursor_seek(reading->enrolments, user, fault);

	*places = (struct places){ 0 };
	for (; got == 1; got = fil_cursor_row(reading->enrolments, fault)) {
		struct fil_query *query = fil_cursor_query(reading->enrolments);
		bool here = strcmp(fil_query_text(query, 1), reading->request->phase) == 0;
		const char *day = fil_query_text(query, 2);
		bool declined = day && strcmp(day, reading->today) <= 0;

		places->here |= here && !declined;
		places->declined |= here && declined;
		places->elsewhere |= !here && !declined;
	}
	return got;
}

/* Adds the current user to the frame, if the user belongs to it. Returns 0 or -1. */
static int
take_user(struct reading *reading, struct fil_fault *fault)
{
	const struct fil_sample_frame_request *request = reading->request;
	struct fil_sample_frame *frame = reading->frame;
	struct places places;
	size_t length;
	const char *user = fil_cursor_user(reading->people, &length);
	bool excepted = request->except && fil_hash_has(request->except, user, length);

	frame->excepted += excepted;
	if (!fil_population_has(reading->population, user, length))
		return 0;
	if (find_places(reading, user, &places, fault) < 0)
		return -1;
	frame->declined += places.declined;
	if (places.declined)
		return 0;
	if (!places.here && (excepted || (places.elsewhere && !is_among_phases(request))))
		return 0;
	if (frame->n == reading->room) {
		reading->room += reading->room / 2 + 64;
		frame->users = fil_resize(frame->users, reading->room, sizeof *frame->users);
	}
	frame->users[frame->n++] =
	    (struct fil_sample_frame_user){ stratum_of(reading), places.here };
	fil_batch_add(frame->keys, &user);
	return 0;
}

static int
compare_names(const void *left, const void *right, void *names)
{
	return strcmp(fil_intern_get(names, *(const uint32_t *)left),
	    fil_intern_get(names, *(const uint32_t *)right));
}

/* Numbers the strata in the order of their names. So the sample does not depend on the order of the
 * rows. */
static void
sort_strata(struct fil_sample_frame *frame)
{
	size_t n = fil_intern_count(frame->names);
	uint32_t *place = fil_alloc(n, sizeof *place), *order = fil_alloc(n, sizeof *order);

	for (uint32_t s = 0; s < n; s++)
		order[s] = s;
	qsort_r(order, n, sizeof *order, compare_names, frame->names);
	frame->n_strata = n;
	frame->strata = fil_alloc(n, sizeof *frame->strata);
	for (uint32_t s = 0; s < n; s++) {
		place[order[s]] = s;
		frame->strata[s] = fil_intern_get(frame->names, order[s]);
	}
	for (size_t i = 0; i < frame->n; i++)
		frame->users[i].stratum = place[frame->users[i].stratum];
	free(place);
	free(order);
}

static int
read_users(struct fil_store *store, struct reading *reading, struct fil_fault *fault)
{
	char *sql = NULL;
	int got;

	if (read_by(reading, fault) < 0 || open_population(store, reading, fault) < 0)
		return -1;
	reading->people = fil_cursor_new(ask_people(store, reading, &sql));
	reading->enrolments = fil_cursor_new(fil_query_new(
	    store, "SELECT \"user\", phase, declined FROM enrolments ORDER BY \"user\", phase"));
	while ((got = fil_cursor_next(reading->people, fault)) == 1)
		if ((got = take_user(reading, fault)) < 0)
			break;
	fil_cursor_free(reading->people);
	fil_cursor_free(reading->enrolments);
	free(sql);
	return got;
}

int
fil_sample_frame_read(struct fil_store *store, const struct fil_sample_frame_request *request,
    struct fil_sample_frame *frame, struct fil_fault *fault)
{
	struct reading reading = { .frame = frame, .request = request };
	int got;

	fil_date_write(request->today, reading.today);
	*frame = (struct fil_sample_frame){ .keys = fil_batch_new(1), .names = fil_intern_new(0) };
	got = read_users(store, &reading, fault);
	fil_population_free(reading.population);
	fil_bytes_release(&reading.stratum);
	free(reading.by);
	if (got == 0)
		sort_strata(frame);
	return got;
}

void
fil_sample_frame_release(struct fil_sample_frame *frame)
{
	fil_batch_free(frame->keys);
	fil_intern_free(frame->names);
	free(frame->users);
	free(frame->strata);
}
