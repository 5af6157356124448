/* SPDX-License-Identifier: ISC */
#include "lib/plan/sample_words.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "lib/base/language.h"
#include "lib/base/memory.h"
#include "lib/levels/standing.h"
#include "lib/levels/standing_reader.h"
#include "lib/stats/sampling.h"
#include "lib/users/population.h"

#define HALF 0.5

/* Thousandths of a percent in the whole. */
#define WHOLE 100000.0

/* Fewer users of a selection are not shown, nor are fewer than twice as many who are all alike: the
 * default of fil-report --min-group. */
enum { LEAST_SHOWN = 5 };

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
	double difference = (double)comparison->detection->points / WHOLE;

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
	double difference = (double)comparison->detection->points / WHOLE;
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
fil_sample_words_detection(struct fil_store *store, const struct fil_sample *sample,
    const struct fil_detection *detection, struct fil_fault *fault)
{
	const struct fil_sample_outcome *outcome = fil_sample_outcome(sample);
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
		if (stratum->sample == stratum->users)
			fil_bytes_add_format(
			    &text, _("%s: all are drawn for certain\n"), stratum->name);
	}
	return text.data;
}
