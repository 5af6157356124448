/* SPDX-License-Identifier: ISC */
#include "lib/plan/sample.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/hash.h"
#include "lib/base/memory.h"
#include "lib/base/number.h"
#include "lib/base/text.h"
#include "lib/catalog/catalog.h"
#include "lib/catalog/name.h"
#include "lib/plan/sample_frame.h"
#include "lib/stats/sampling.h"
#include "lib/users/enrolment.h"
#include "lib/users/keylist.h"

enum { HUNDRED_PERCENT = 100 * 1000 };

/* The columns of a drawn user. */
enum { USER, PHASE, ENROLLED, STRATUM, WEIGHT };

const struct fil_output_column fil_sample_columns[FIL_SAMPLE_CELLS] = {
	[USER] = { "user", FIL_CELL_TEXT },
	[PHASE] = { "phase", FIL_CELL_TEXT },
	[ENROLLED] = { "enrolled", FIL_CELL_DAY },
	[STRATUM] = { "stratum", FIL_CELL_TEXT },
	[WEIGHT] = { "weight", FIL_CELL_NUMBER },
};

/* A user who can be drawn. */
struct ticket {
	uint64_t number;
	uint32_t stratum, user;
};

struct fil_sample {
	const struct fil_sample_request *request;
	struct fil_hash *except;
	struct fil_sample_frame frame;
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
	const struct fil_sample_frame *frame = &sample->frame;
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
		const struct fil_sample_frame_user *user = &sample->frame.users[i];
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
	const struct fil_sample_request *asked = sample->request;
	struct fil_sample_frame_request request = { asked->phase, asked->selection, asked->by,
		asked->depth, NULL, asked->today };
	int got;

	/* The list is read first: it may come down a pipe, from a command that reads the store. */
	if (asked->except && read_except(store, sample, fault) < 0)
		return -1;
	request.except = sample->except;
	if (fil_store_snapshot(store, fault) != 0)
		return -1;
	got = read_phase(store, sample, fault);
	if (got == 0)
		got = fil_sample_frame_read(store, &request, &sample->frame, fault);
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

void
fil_sample_free(struct fil_sample *sample)
{
	if (!sample)
		return;
	fil_sample_frame_release(&sample->frame);
	free(sample->strata);
	free(sample->drawn);
	fil_hash_free(sample->except);
	free(sample);
}
