/* SPDX-License-Identifier: ISC */
#include "lib/plan/sample.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/hash.h"
#include "lib/base/memory.h"
#include "lib/base/text.h"
#include "lib/catalog/catalog.h"
#include "lib/plan/sample_frame.h"
#include "lib/stats/sampling.h"
#include "lib/users/enrolment.h"

enum { HUNDRED_PERCENT = 100 * 1000 };

/* The columns of enrolments. */
enum { USER, PHASE, ENROLLED, STRATUM, COLUMNS };

/* A user who can be drawn. */
struct ticket {
	uint64_t number;
	uint32_t stratum, user;
};

struct fil_sample {
	const struct fil_sample_request *request;
	struct fil_keyset *except;
	struct fil_sample_frame *frame;
	size_t wanted, n_strata;
	size_t *users, *enrolled, *shares; /* for each stratum; shares: in the sample */
	uint32_t *drawn; /* in the order of keys */
	size_t n_drawn, next;
	char day[FIL_DATE_SIZE]; /* of enrolment */
	char ended[FIL_DATE_SIZE]; /* "" while it has not */
	size_t place[COLUMNS]; /* of the columns among the catalogue's */
	const char *cells[COLUMNS];
};

/* Tells that there is no such phase, and the nearest. Returns -1. */
static int
unknown_phase(const struct fil_lookup_table *phases, const char *phase, struct fil_fault *fault)
{
	size_t n = fil_lookup_table_rows(phases);
	const char **names = fil_alloc(n, sizeof *names), *nearest;

	for (size_t i = 0; i < n; i++)
		names[i] = fil_lookup_table_cell(phases, i, FIL_PHASE_KEY);
	nearest = fil_text_nearest(phase, names, n);
	if (!nearest)
		fil_fault_set(fault, FIL_USAGE, "'%s' is not a phase", phase);
	else
		fil_fault_set(
		    fault, FIL_USAGE, "'%s' is not a phase; the nearest is '%s'", phase, nearest);
	free(names);
	return -1;
}

/* Takes over when a phase begins and ends. */
static void
take_phase(struct fil_sample *sample, const char *begins, const char *ends)
{
	fil_date_write(sample->request->today, sample->day);
	if (ends && strcmp(ends, sample->day) < 0)
		stpncpy(sample->ended, ends, FIL_DATE_SIZE - 1);
	if (strcmp(begins, sample->day) > 0)
		stpncpy(sample->day, begins, FIL_DATE_SIZE - 1);
}

/* Reads when the phase begins and ends. Returns 0 or -1. */
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
		got = unknown_phase(phases, sample->request->phase, fault);
	else
		take_phase(sample, fil_lookup_table_cell(phases, i, FIL_PHASE_BEGINS),
		    fil_lookup_table_cell(phases, i, FIL_PHASE_ENDS));
	fil_lookup_table_free(phases);
	return got;
}

/* Returns how many of n users are wanted. */
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
	size_t n = fil_sample_frame_users(sample->frame);

	sample->n_strata = fil_sample_frame_strata(sample->frame);
	sample->users = fil_alloc(sample->n_strata, sizeof *sample->users);
	sample->enrolled = fil_alloc(sample->n_strata, sizeof *sample->enrolled);
	sample->shares = fil_alloc(sample->n_strata, sizeof *sample->shares);
	for (size_t i = 0; i < n; i++) {
		const struct fil_sample_frame_user *user = fil_sample_frame_user(sample->frame, i);

		sample->users[user->stratum]++;
		sample->enrolled[user->stratum] += user->enrolled;
	}
	sample->wanted = size_wanted(sample->request, n);
	fil_allocation_share(
	    sample->wanted, sample->users, sample->enrolled, sample->n_strata, sample->shares);
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

/* Fills in who can be drawn, and returns how many. */
static size_t
give_tickets(const struct fil_sample *sample, struct ticket *tickets)
{
	const char *seed = sample->request->seed;
	const struct fil_sample_seed key = fil_sample_seed(!seed ? sample->request->phase : seed);
	size_t n = 0;

	for (size_t i = 0; i < fil_sample_frame_users(sample->frame); i++) {
		const struct fil_sample_frame_user *user = fil_sample_frame_user(sample->frame, i);
		size_t s = user->stratum;

		if (!user->enrolled && sample->shares[s] > sample->enrolled[s])
			tickets[n++] = (struct ticket){ fil_sample_number(&key,
							    fil_sample_frame_key(sample->frame, i)),
				user->stratum, (uint32_t)i };
	}
	return n;
}

/* Draws those with the smallest numbers of each stratum. */
static void
draw(struct fil_sample *sample)
{
	struct ticket *tickets =
	    fil_alloc(fil_sample_frame_users(sample->frame), sizeof(struct ticket));
	size_t n = give_tickets(sample, tickets), taken = 0;

	qsort(tickets, n, sizeof *tickets, by_number);
	sample->drawn = fil_alloc(n, sizeof *sample->drawn);
	for (size_t i = 0; i < n; i++) {
		size_t s = tickets[i].stratum;

		taken = i > 0 && tickets[i - 1].stratum == s ? taken : 0;
		if (taken++ < sample->shares[s] - sample->enrolled[s])
			sample->drawn[sample->n_drawn++] = tickets[i].user;
	}
	free(tickets);
	qsort(sample->drawn, sample->n_drawn, sizeof *sample->drawn, by_user);
}

static void
place_columns(struct fil_sample *sample)
{
	static const char *const names[COLUMNS] = { "user", "phase", "enrolled", "stratum" };
	const struct fil_table *table = fil_catalog_table("enrolments");

	for (size_t c = 0; c < COLUMNS; c++)
		sample->place[c] = fil_table_column(table, names[c]);
}

/* Reads the frame. Returns 0 or -1. */
static int
read_frame(struct fil_store *store, struct fil_sample *sample, struct fil_fault *fault)
{
	const struct fil_sample_request *asked = sample->request;
	struct fil_sample_frame_request request = { .phase = asked->phase,
		.depth = asked->depth,
		.selection = asked->selection,
		.except = sample->except,
		.today = asked->today };
	size_t *by = NULL;

	if (asked->by && fil_sample_frame_by(asked->by, &by, &request.n_by, fault) < 0)
		return -1;
	request.by = by;
	sample->frame = fil_sample_frame_new(store, &request, fault);
	free(by);
	return !sample->frame ? -1 : 0;
}

/* Reads all that there is to be drawn from, on one state of the store. Returns 0 or -1. */
static int
read_all(struct fil_store *store, struct fil_sample *sample, struct fil_fault *fault)
{
	const char *except = sample->request->except;
	int got;

	/* The list first: it may come down a pipe, from a command that reads the store. */
	if (except) {
		sample->except = fil_keyset_new(0);
		if (fil_keylist_read(except, fil_store_folder(store), sample->except, fault) < 0)
			return -1;
	}
	if (fil_store_snapshot(store, fault) != 0)
		return -1;
	got = read_phase(store, sample, fault);
	if (got == 0)
		got = read_frame(store, sample, fault);
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
	place_columns(sample);
	allocate(sample);
	draw(sample);
	return sample;
}

const struct fil_sample_request *
fil_sample_request(const struct fil_sample *sample)
{
	return sample->request;
}

int
fil_sample_step(struct fil_sample *sample, const char *const **cells)
{
	size_t i;

	if (sample->next == sample->n_drawn)
		return 0;
	i = sample->drawn[sample->next++];
	sample->cells[sample->place[USER]] = fil_sample_frame_key(sample->frame, i);
	sample->cells[sample->place[PHASE]] = sample->request->phase;
	sample->cells[sample->place[ENROLLED]] = sample->day;
	sample->cells[sample->place[STRATUM]] = fil_sample_frame_stratum(
	    sample->frame, fil_sample_frame_user(sample->frame, i)->stratum);
	*cells = sample->cells;
	return 1;
}

size_t
fil_sample_strata(const struct fil_sample *sample)
{
	return sample->n_strata;
}

struct fil_stratum
fil_sample_stratum(const struct fil_sample *sample, size_t s)
{
	return (struct fil_stratum){ fil_sample_frame_stratum(sample->frame, s), sample->users[s],
		sample->enrolled[s], sample->shares[s] };
}

struct fil_stratum
fil_sample_total(const struct fil_sample *sample)
{
	struct fil_stratum total = { .name = "all" };

	for (size_t s = 0; s < sample->n_strata; s++) {
		total.users += sample->users[s];
		total.enrolled += sample->enrolled[s];
		total.sample += sample->shares[s];
	}
	return total;
}

size_t
fil_sample_wanted(const struct fil_sample *sample)
{
	return sample->wanted;
}

size_t
fil_sample_excepted(const struct fil_sample *sample, size_t *users)
{
	*users = fil_sample_frame_excepted(sample->frame);
	return !sample->except ? 0 : fil_keyset_count(sample->except);
}

const char *
fil_sample_ended(const struct fil_sample *sample)
{
	return *sample->ended == '\0' ? NULL : sample->ended;
}

void
fil_sample_free(struct fil_sample *sample)
{
	if (!sample)
		return;
	fil_sample_frame_free(sample->frame);
	free(sample->users);
	free(sample->enrolled);
	free(sample->shares);
	free(sample->drawn);
	fil_keyset_free(sample->except);
	free(sample);
}
