/* SPDX-License-Identifier: ISC */
#include "lib/plan/sample.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/hash.h"
#include "lib/base/language.h"
#include "lib/base/memory.h"
#include "lib/base/number.h"
#include "lib/catalog/catalog.h"
#include "lib/levels/standing.h"
#include "lib/levels/standing_reader.h"
#include "lib/stats/sampling.h"
#include "lib/store/batch.h"
#include "lib/store/query.h"
#include "lib/users/enrolment.h"
#include "lib/users/groups.h"
#include "lib/users/keylist.h"
#include "lib/users/population.h"

/* In thousandths of a percent. */
enum { HUNDRED_PERCENT = 100 * 1000 };

#define HALF 0.5

/* Fewer users of a selection are not shown, nor are fewer than twice as many who are all alike: the
 * default of fil-report --min-group. */
enum { LEAST_SHOWN = 5 };

/* The columns of a drawn user. */
enum { USER, PHASE, ENROLLED, STRATUM, WEIGHT };

const struct fil_output_column fil_sample_columns[FIL_SAMPLE_CELLS] = {
	[USER] = { "user", FIL_CELL_TEXT },
	[PHASE] = { "phase", FIL_CELL_TEXT },
	[ENROLLED] = { "enrolled", FIL_CELL_DAY },
	[STRATUM] = { "stratum", FIL_CELL_TEXT },
	[WEIGHT] = { "weight", FIL_CELL_NUMBER },
};

/* A user of the frame. */
struct member {
	uint32_t stratum;
	bool enrolled; /* enrolled in the phase */
};

/* The frame. Its users are in the order of their keys, its strata in the order of their names. The
 * name of a stratum is its values joined by " | ", with "(none)" for an empty one. Without columns
 * it is "all". Memory: 25 bytes a user and the keys. */
struct frame {
	size_t n, n_strata;
	struct member *users;
	struct fil_batch *keys; /* of the users, in one column */
	const char **strata;
	struct fil_intern *names; /* owns the names of the strata */
	size_t excepted; /* number of users in the file except */
	size_t declined; /* number of users of the population who have declined the phase */
};

/* One reading of the users. */
struct reading {
	struct frame *frame;
	const struct fil_sample_request *request;
	const struct fil_hash *except; /* left out unless enrolled in the phase; or NULL */
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
is_among_phases(const struct fil_sample_request *request)
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
	const struct fil_sample_request *request = reading->request;
	struct frame *frame = reading->frame;
	struct places places;
	size_t length;
	const char *user = fil_cursor_user(reading->people, &length);
	bool excepted = reading->except && fil_hash_has(reading->except, user, length);

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
	frame->users = fil_grow(frame->users, frame->n, &reading->room, sizeof *frame->users);
	frame->users[frame->n++] = (struct member){ stratum_of(reading), places.here };
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
sort_strata(struct frame *frame)
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

/* Reads the frame in one pass. Returns 0, or -1 with a fault. The caller releases the frame in both
 * cases. */
static int
read_frame(struct fil_store *store, const struct fil_sample_request *request,
    const struct fil_hash *except, struct frame *frame, struct fil_fault *fault)
{
	struct reading reading = { .frame = frame, .request = request, .except = except };
	int got;

	fil_date_write(request->today, reading.today);
	*frame = (struct frame){ .keys = fil_batch_new(1), .names = fil_intern_new(0) };
	got = read_users(store, &reading, fault);
	fil_population_free(reading.population);
	fil_bytes_release(&reading.stratum);
	free(reading.by);
	if (got == 0)
		sort_strata(frame);
	return got;
}

static void
release_frame(struct frame *frame)
{
	fil_batch_free(frame->keys);
	fil_intern_free(frame->names);
	free(frame->users);
	free(frame->strata);
}

/* A user who can be drawn. */
struct ticket {
	uint64_t number;
	uint32_t stratum, user;
};

struct fil_sample {
	const struct fil_sample_request *request;
	struct fil_hash *except;
	struct frame frame;
	struct fil_stratum *strata;
	struct fil_sample_outcome outcome;
	uint32_t *drawn; /* in the order of keys */
	size_t n_drawn, next;
	char day[FIL_DATE_SIZE]; /* of enrolment */
	char ended[FIL_DATE_SIZE]; /* "" while the phase has not ended */
	const char *cells[FIL_SAMPLE_CELLS];
	char weight[FIL_AMOUNT_SIZE];
};

/* Sets the day of enrolment, and the end of a phase that is over. */
static void
take_phase(struct fil_sample *sample, const char *begins, const char *ends)
{
	fil_date_write(sample->request->today, sample->day);
	if (ends && strcmp(ends, sample->day) < 0)
		stpncpy(sample->ended, ends, FIL_DATE_SIZE - 1);
	if (strcmp(begins, sample->day) > 0)
		stpncpy(sample->day, begins, FIL_DATE_SIZE - 1);
}

/* Reads the first and the last day of the phase. Returns 0 or -1. */
static int
read_phase(struct fil_store *store, struct fil_sample *sample, struct fil_fault *fault)
{
	struct fil_lookup_table *phases = fil_phases_read(store, fault);
	int got = 0;
	size_t i;

	if (!phases)
		return -1;
	i = fil_lookup_table_find(phases, sample->request->phase, 0);
	if (i == FIL_NOWHERE)
		got = fil_name_check(
		    store, fil_catalog_table("phases"), "PHASE", sample->request->phase, fault);
	else
		take_phase(sample, fil_lookup_table_cell(phases, i, FIL_PHASE_BEGINS),
		    fil_lookup_table_cell(phases, i, FIL_PHASE_ENDS));
	fil_lookup_table_free(phases);
	return got;
}

/* Returns the number of users wanted out of n. */
static size_t
size_wanted(const struct fil_sample_request *request, size_t n)
{
	if (request->users > 0)
		return request->users;
	return (2 * n * (size_t)request->share + HUNDRED_PERCENT) / (2 * HUNDRED_PERCENT);
}

/* Shares the sample among the strata. */
static void
allocate(struct fil_sample *sample)
{
	const struct frame *frame = &sample->frame;
	size_t n = frame->n_strata, *users = fil_alloc(n, sizeof *users);
	size_t *enrolled = fil_alloc(n, sizeof *enrolled), *shares = fil_alloc(n, sizeof *shares);

	for (size_t i = 0; i < frame->n; i++) {
		users[frame->users[i].stratum]++;
		enrolled[frame->users[i].stratum] += frame->users[i].enrolled;
	}
	sample->outcome.wanted = size_wanted(sample->request, frame->n);
	fil_sampling_shares(sample->outcome.wanted, users, enrolled, n, shares);
	sample->strata = fil_alloc(n, sizeof *sample->strata);
	for (size_t s = 0; s < n; s++)
		sample->strata[s] =
		    (struct fil_stratum){ frame->strata[s], users[s], enrolled[s], shares[s] };
	free(users);
	free(enrolled);
	free(shares);
}

/* Fills in the outcome. */
static void
sum_up(struct fil_sample *sample)
{
	struct fil_sample_outcome *outcome = &sample->outcome;

	outcome->request = sample->request;
	outcome->strata = sample->strata;
	outcome->n_strata = sample->frame.n_strata;
	outcome->total.name = "all";
	for (size_t s = 0; s < outcome->n_strata; s++) {
		outcome->total.users += sample->strata[s].users;
		outcome->total.enrolled += sample->strata[s].enrolled;
		outcome->total.sample += sample->strata[s].sample;
	}
	outcome->except_keys = !sample->except ? 0 : fil_hash_count(sample->except);
	outcome->except_users = sample->frame.excepted;
	outcome->declined = sample->frame.declined;
	outcome->ended = *sample->ended == '\0' ? NULL : sample->ended;
}

static int
by_number(const void *left, const void *right)
{
	const struct ticket *a = left, *b = right;

	if (a->stratum != b->stratum)
		return a->stratum < b->stratum ? -1 : 1;
	if (a->number != b->number)
		return a->number < b->number ? -1 : 1;
	return a->user < b->user ? -1 : 1;
}

static int
by_user(const void *left, const void *right)
{
	const uint32_t *a = left, *b = right;

	return *a < *b ? -1 : *a > *b;
}

static const char *
key_of(const struct fil_sample *sample, size_t i)
{
	return fil_batch_cell(sample->frame.keys, i, 0, NULL);
}

/* Fills in the users who can be drawn. Returns their number. */
static size_t
give_tickets(const struct fil_sample *sample, struct ticket *tickets)
{
	const char *seed = sample->request->seed;
	const struct fil_sampling_seed key =
	    fil_sampling_seed(!seed ? sample->request->phase : seed);
	size_t n = 0;

	for (size_t i = 0; i < sample->frame.n; i++) {
		const struct member *user = &sample->frame.users[i];
		const struct fil_stratum *stratum = &sample->strata[user->stratum];

		if (!user->enrolled && stratum->sample > stratum->enrolled)
			tickets[n++] =
			    (struct ticket){ fil_sampling_number(&key, key_of(sample, i)),
				    user->stratum, (uint32_t)i };
	}
	return n;
}

/* Draws the users with the smallest numbers in each stratum. */
static void
draw(struct fil_sample *sample)
{
	struct ticket *tickets = fil_alloc(sample->frame.n, sizeof(struct ticket));
	size_t n = give_tickets(sample, tickets), taken = 0;

	qsort(tickets, n, sizeof *tickets, by_number);
	sample->drawn = fil_alloc(n, sizeof *sample->drawn);
	for (size_t i = 0; i < n; i++) {
		const struct fil_stratum *stratum = &sample->strata[tickets[i].stratum];

		taken = i > 0 && tickets[i - 1].stratum == tickets[i].stratum ? taken : 0;
		if (taken++ < stratum->sample - stratum->enrolled)
			sample->drawn[sample->n_drawn++] = tickets[i].user;
	}
	free(tickets);
	qsort(sample->drawn, sample->n_drawn, sizeof *sample->drawn, by_user);
}

/* Reads the users to leave out. Returns 0 or -1. */
static int
read_except(struct fil_store *store, struct fil_sample *sample, struct fil_fault *fault)
{
	struct fil_batch *keys = fil_batch_new(1);
	int got =
	    fil_keylist_read(sample->request->except, fil_store_folder(store), 0, keys, fault);

	sample->except = fil_hash_new_set();
	for (size_t i = 0; i < fil_batch_rows(keys); i++) {
		size_t length;
		const char *key = fil_batch_cell(keys, i, 0, &length);

		fil_hash_put(sample->except, key, length);
	}
	fil_batch_free(keys);
	return got;
}

/* Reads the frame on one state of the store. Returns 0 or -1. */
static int
read_all(struct fil_store *store, struct fil_sample *sample, struct fil_fault *fault)
{
	int got;

	/* The list is read first: it may come down a pipe, from a command that reads the store. */
	if (sample->request->except && read_except(store, sample, fault) < 0)
		return -1;
	if (fil_store_snapshot(store, fault) != 0)
		return -1;
	got = read_phase(store, sample, fault);
	if (got == 0)
		got = read_frame(store, sample->request, sample->except, &sample->frame, fault);
	fil_store_rollback(store);
	return got;
}

struct fil_sample *
fil_sample_new(
    struct fil_store *store, const struct fil_sample_request *request, struct fil_fault *fault)
{
	struct fil_sample *sample = fil_alloc(1, sizeof *sample);

	sample->request = request;
	if (read_all(store, sample, fault) < 0) {
		fil_sample_free(sample);
		return NULL;
	}
	allocate(sample);
	sum_up(sample);
	draw(sample);
	return sample;
}

int
fil_sample_step(struct fil_sample *sample, const char *const **cells)
{
	const struct fil_stratum *stratum;
	size_t i;

	if (sample->next == sample->n_drawn)
		return 0;
	i = sample->drawn[sample->next++];
	sample->cells[USER] = key_of(sample, i);
	sample->cells[PHASE] = sample->request->phase;
	sample->cells[ENROLLED] = sample->day;
	stratum = &sample->strata[sample->frame.users[i].stratum];
	sample->cells[STRATUM] = stratum->name;
	fil_amount_write(
	    (long long)((2000 * stratum->users + stratum->sample) / (2 * stratum->sample)),
	    sample->weight);
	sample->cells[WEIGHT] = sample->weight;
	*cells = sample->cells;
	return 1;
}

const struct fil_sample_outcome *
fil_sample_outcome(const struct fil_sample *sample)
{
	return &sample->outcome;
}

/* The users of a population, and those of them who are autonomous in every dimension. */
struct today {
	size_t users, autonomous;
};

static int
count(struct fil_store *store, const struct fil_standing_request *request,
    const struct fil_population *population, struct today *today, struct fil_fault *fault)
{
	struct fil_standing_reader *reader = fil_standing_reader_new(store, request, fault);
	struct fil_standing_user user;
	int got = -1;

	while (reader && (got = fil_standing_reader_next(reader, &user, fault)) == 1)
		if (fil_stance_of(request->dimensions, user.standings).autonomous &&
		    fil_population_has(population, user.user, user.length))
			today->autonomous++;
	fil_standing_reader_free(reader);
	return got;
}

/* Counts on the snapshot. Returns 0 or -1. */
static int
read_snapshot(struct fil_store *store, const struct fil_sample_request *request,
    struct today *today, struct fil_fault *fault)
{
	struct fil_selection active = *request->selection;
	struct fil_dimensions dimensions;
	struct fil_standing_request what = { &dimensions, &request->today, 1, request->today, NULL,
		false };
	struct fil_population *population;
	int got;

	active.active = true;
	population = fil_population_new(store, &active, FIL_BY_NONE, 0, request->today, fault);
	if (!population)
		return -1;
	today->users = fil_population_size(population, 0, 0);
	if ((got = fil_dimensions_read(store, request->today, &dimensions, fault)) == 0) {
		got = count(store, &what, population, today, fault);
		fil_dimensions_release(&dimensions);
	}
	fil_population_free(population);
	return got;
}

/* Counts the users of the selection, as of today. Returns 0, or -1 with a fault. */
static int
read_today(struct fil_store *store, const struct fil_sample_request *request, struct today *today,
    struct fil_fault *fault)
{
	int got = fil_store_snapshot(store, fault);

	*today = (struct today){ 0 };
	if (got == 0)
		got = read_snapshot(store, request, today, fault);
	fil_store_rollback(store);
	return got;
}

/* The comparison of a phase with the users of the frame who are not in it. */
struct comparison {
	const struct fil_detection *detection;
	size_t users; /* of the frame */
	size_t strata;
};

/* Returns the smallest number in the phase that shows a rise above base, or 0. */
static size_t
find_size(const struct comparison *comparison, double base)
{
	double difference = (double)comparison->detection->points / HUNDRED_PERCENT;

	for (size_t n = 1; n < comparison->users; n++) {
		double effect =
		    fil_sampling_effect(n, comparison->strata, comparison->detection->rho);

		if (fil_sampling_shows(base, difference, (double)n / effect,
			(double)(comparison->users - n) / effect))
			return n;
	}
	return 0;
}

/* Adds the size that shows a rise above base. */
static void
add_needs(struct fil_bytes *text, const struct comparison *comparison, double base)
{
	double difference = (double)comparison->detection->points / HUNDRED_PERCENT;
	size_t equal = fil_sampling_users(base, difference), n = find_size(comparison, base);

	if (equal == 0)
		fil_bytes_add_format(text,
		    _("above %.1f %% there is no room for %.1f points more\n"), 100 * base,
		    100 * difference);
	else if (n > 0)
		fil_bytes_add_format(text,
		    _("to tell %.1f %% of autonomous users from %.1f %% takes %zu in the phase, "
		      "with the other %zu to compare with (power 80 %%, two-sided test at 5 %%)\n"),
		    100 * (base + difference), 100 * base, n, comparison->users - n);
	else
		fil_bytes_add_format(text,
		    _("to tell %.1f %% of autonomous users from %.1f %% takes %zu in the phase and "
		      "%zu to compare with, more than there are (%zu; power 80 %%, two-sided test "
		      "at 5 %%)\n"),
		    100 * (base + difference), 100 * base, equal, equal, comparison->users);
}

/* Adds the rise above one half that this sample can show. */
static void
add_sees(struct fil_bytes *text, const struct comparison *comparison, size_t n)
{
	size_t others = comparison->users - n;
	double effect = fil_sampling_effect(n, comparison->strata, comparison->detection->rho);
	double difference =
	    fil_sampling_difference(HALF, (double)n / effect, (double)others / effect);

	if (others == 0)
		fil_bytes_add_format(
		    text, _("%zu in the phase: no user is left to compare with\n"), n);
	else if (isnan(difference))
		fil_bytes_add_format(text,
		    _("%zu in the phase, and the other %zu to compare with, are too few to tell "
		      "any "
		      "share from %.1f %%\n"),
		    n, others, 100 * HALF);
	else
		/* Rounded up: the test must see the rise that the text names. */
		fil_bytes_add_format(text,
		    _("%zu in the phase, and the other %zu to compare with, can tell %.1f %% from "
		      "%.1f %%\n"),
		    n, others, ceil(1000 * (HALF + difference)) / 10, 100 * HALF);
	if (effect > 1)
		fil_bytes_add_format(text,
		    _("design effect %.2f: %.1f users of each stratum in the phase, alike by "
		      "%.2f\n"),
		    effect, (double)n / (double)comparison->strata, comparison->detection->rho);
}

/* Returns whether the share of today would tell of single users. That of all users is no selection. */
static bool
tells_of_few(const struct fil_selection *selection, const struct today *today)
{
	bool alike = today->autonomous == 0 || today->autonomous == today->users;

	return (selection->phase || fil_selection_has_conditions(selection)) &&
	    today->users < (alike ? 2 * LEAST_SHOWN : LEAST_SHOWN);
}

/* Adds the share of today, and the size that shows a rise above it. */
static void
add_today(struct fil_bytes *text, const struct comparison *comparison,
    const struct fil_selection *selection, const struct today *today)
{
	double share = (double)today->autonomous / (double)today->users;

	if (today->users == 0)
		return;
	if (tells_of_few(selection, today)) {
		fil_bytes_add_format(text,
		    _("today's share is not shown: the users selected are fewer than %d, or fewer "
		      "than %d and all alike; select more users\n"),
		    LEAST_SHOWN, 2 * LEAST_SHOWN);
		return;
	}
	fil_bytes_add_format(text, _("today %.1f %% of the users are autonomous (%zu of %zu)\n"),
	    100 * share, today->autonomous, today->users);
	add_needs(text, comparison, share);
}

char *
fil_sample_detection(struct fil_store *store, const struct fil_sample *sample,
    const struct fil_detection *detection, struct fil_fault *fault)
{
	const struct fil_sample_outcome *outcome = &sample->outcome;
	const struct comparison comparison = { detection, outcome->total.users, outcome->n_strata };
	struct today today;
	struct fil_bytes text = { 0 };

	if (read_today(store, outcome->request, &today, fault) < 0)
		return NULL;
	/* One half needs about the most users of all shares. */
	add_needs(&text, &comparison, HALF);
	add_today(&text, &comparison, outcome->request->selection, &today);
	if (outcome->total.sample > 0)
		add_sees(&text, &comparison, outcome->total.sample);
	return text.data;
}

static void
add_doubts(struct fil_bytes *text, const struct fil_sample_outcome *outcome)
{
	const struct fil_sample_request *request = outcome->request;

	if (outcome->ended)
		fil_bytes_add_format(text, _("%s ended on %s\n"), request->phase, outcome->ended);
	if (outcome->except_keys > outcome->except_users)
		fil_bytes_add_format(text, _("%s: %zu of %zu keys are not users\n"),
		    request->except, outcome->except_keys - outcome->except_users,
		    outcome->except_keys);
	if (outcome->declined > 0)
		fil_bytes_add_format(text,
		    ngettext("%zu user has declined and is not drawn\n",
			"%zu users have declined and are not drawn\n",
			(unsigned long)outcome->declined),
		    outcome->declined);
}

static void
add_size(struct fil_bytes *text, const struct fil_sample_outcome *outcome)
{
	const struct fil_stratum *all = &outcome->total;

	fil_bytes_add_format(text,
	    all->sample < outcome->wanted
		? _("%s: %zu wanted, %zu enrolled already, %zu drawn of %zu others: there are no "
		    "more\n")
		: _("%s: %zu wanted, %zu enrolled already, %zu drawn of %zu others\n"),
	    outcome->request->phase, outcome->wanted, all->enrolled, all->sample - all->enrolled,
	    all->users - all->enrolled);
}

static void
add_rule(struct fil_bytes *text, const struct fil_sample_request *request)
{
	const char *seed = !request->seed ? request->phase : request->seed;

	if (!request->by)
		fil_bytes_add_format(text,
		    _("one stratum, in proportion to their users by largest remainders; the "
		      "smallest hashes under the seed '%s'\n"),
		    seed);
	else if (request->depth == 0)
		fil_bytes_add_format(text,
		    _("strata by %s, in proportion to their users by largest remainders; the "
		      "smallest hashes under the seed '%s'\n"),
		    request->by, seed);
	else
		fil_bytes_add_format(text,
		    _("strata by %s to a depth of %u, in proportion to their users by largest "
		      "remainders; the smallest hashes under the seed '%s'\n"),
		    request->by, request->depth, seed);
}

char *
fil_sample_words(const struct fil_sample *sample)
{
	const struct fil_sample_outcome *outcome = &sample->outcome;
	struct fil_bytes text = { 0 };

	add_doubts(&text, outcome);
	add_size(&text, outcome);
	add_rule(&text, outcome->request);
	for (size_t s = 0; s < outcome->n_strata; s++) {
		const struct fil_stratum *stratum = &outcome->strata[s];

		fil_bytes_add_format(&text,
		    _("%s: %zu users, %zu in the sample, %zu of them drawn now\n"), stratum->name,
		    stratum->users, stratum->sample, stratum->sample - stratum->enrolled);
		if (stratum->sample == stratum->users)
			fil_bytes_add_format(
			    &text, _("%s: all are drawn for certain\n"), stratum->name);
	}
	return text.data;
}

void
fil_sample_free(struct fil_sample *sample)
{
	if (!sample)
		return;
	release_frame(&sample->frame);
	free(sample->strata);
	free(sample->drawn);
	fil_hash_free(sample->except);
	free(sample);
}
