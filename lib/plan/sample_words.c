/* SPDX-License-Identifier: ISC */
#include "lib/plan/sample_words.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "lib/base/bytes.h"
#include "lib/base/language.h"
#include "lib/base/memory.h"
#include "lib/levels/standing.h"
#include "lib/levels/standing_reader.h"
#include "lib/stats/sampling.h"
#include "lib/users/population.h"

#define HALF 0.5

/* Thousandths of a percent in the whole. */
#define WHOLE 100000.0

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

/* Adds the number of users needed to see a rise by points, in thousandths of a point, above one half. */
static void
add_needs(struct fil_bytes *text, long long points)
{
	double difference = (double)points / WHOLE;
	size_t users = fil_sampling_users(HALF, difference);

	if (users == 0)
		fil_bytes_add_format(text,
		    _("above %.1f %% there is no room for %.1f points more\n"), 100 * HALF,
		    100 * difference);
	else
		fil_bytes_add_format(text,
		    _("to tell %.1f %% of autonomous users from %.1f %% takes %zu in the pilot, "
		      "and %zu to compare with (power 80 %%, two-sided test at 5 %%)\n"),
		    100 * (HALF + difference), 100 * HALF, users, users);
}

/* Adds the number of users needed above the share of today. */
static void
add_needs_today(struct fil_bytes *text, const struct today *today, long long points)
{
	double base = (double)today->autonomous / (double)today->users;
	double difference = (double)points / WHOLE;
	size_t users = fil_sampling_users(base, difference);

	if (users == 0)
		fil_bytes_add_format(text,
		    _("above today's %.1f %% (%zu of %zu) there is no room for %.1f points "
		      "more\n"),
		    100 * base, today->autonomous, today->users, 100 * difference);
	else
		fil_bytes_add_format(text,
		    _("to tell %.1f %% of autonomous users from today's %.1f %% (%zu of %zu) "
		      "takes %zu in the pilot, and %zu to compare with (power 80 %%, two-sided "
		      "test at 5 %%)\n"),
		    100 * (base + difference), 100 * base, today->autonomous, today->users, users,
		    users);
}

/* Adds the rise above one half that a pilot of that many users can show. */
static void
add_sees(struct fil_bytes *text, size_t users)
{
	double difference = fil_sampling_difference(HALF, users);

	if (isnan(difference))
		fil_bytes_add_format(text,
		    _("%zu in the pilot, and %zu to compare with, are too few to tell "
		      "any share from %.1f %%\n"),
		    users, users, 100 * HALF);
	else
		/* Rounded up: the test must see the rise that the text names. */
		fil_bytes_add_format(text,
		    _("%zu in the pilot, and %zu to compare with, can tell %.1f %% from %.1f %%\n"),
		    users, users, ceil(1000 * (HALF + difference)) / 10, 100 * HALF);
}

char *
fil_sample_words_detection(struct fil_store *store, const struct fil_sample *sample,
    long long points, struct fil_fault *fault)
{
	const struct fil_sample_outcome *outcome = fil_sample_outcome(sample);
	struct today today;
	struct fil_bytes text = { 0 };

	if (read_today(store, outcome->request, &today, fault) < 0)
		return NULL;
	/* One half needs about the most users of all shares. */
	add_needs(&text, points);
	if (today.users > 0)
		add_needs_today(&text, &today, points);
	if (outcome->wanted > 0)
		add_sees(&text, outcome->wanted);
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
fil_sample_words_sample(const struct fil_sample *sample)
{
	const struct fil_sample_outcome *outcome = fil_sample_outcome(sample);
	struct fil_bytes text = { 0 };

	add_doubts(&text, outcome);
	add_size(&text, outcome);
	add_rule(&text, outcome->request);
	for (size_t s = 0; s < outcome->n_strata; s++) {
		const struct fil_stratum *stratum = &outcome->strata[s];

		fil_bytes_add_format(&text,
		    _("%s: %zu users, %zu in the sample, %zu of them drawn now\n"), stratum->name,
		    stratum->users, stratum->sample, stratum->sample - stratum->enrolled);
	}
	return text.data;
}
