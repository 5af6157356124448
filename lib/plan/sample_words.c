/* SPDX-License-Identifier: ISC */
#include "lib/plan/sample_words.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "lib/base/bytes.h"
#include "lib/base/memory.h"
#include "lib/levels/standing.h"
#include "lib/levels/standing_reader.h"
#include "lib/stats/sampling.h"
#include "lib/users/population.h"

#define HALF 0.5

/* Thousandths of a point in the whole. */
#define WHOLE 100000.0

static int
count(struct fil_store *store, const struct fil_standing_request *request,
    const struct fil_population *population, struct fil_detection *detection,
    struct fil_fault *fault)
{
	struct fil_standing_reader *reader = fil_standing_reader_new(store, request, fault);
	struct fil_standing_user user;
	int got = -1;

	while (reader && (got = fil_standing_reader_next(reader, &user, fault)) == 1)
		if (fil_stance_of(request->dimensions, user.standings).autonomous &&
		    fil_population_has(population, user.user, user.length))
			detection->autonomous++;
	fil_standing_reader_free(reader);
	return got;
}

/* Reads on the snapshot. Returns 0 or -1. */
static int
read_today(struct fil_store *store, const struct fil_selection *selection, fil_day today,
    struct fil_detection *detection, struct fil_fault *fault)
{
	struct fil_dimensions dimensions;
	struct fil_standing_request request = { &dimensions, &today, 1, today, NULL, false };
	struct fil_population *population =
	    fil_population_new(store, selection, FIL_BY_NONE, 0, today, fault);
	int got;

	if (!population)
		return -1;
	detection->users = fil_population_users(population);
	if ((got = fil_dimensions_read(store, &dimensions, fault)) == 0) {
		got = count(store, &request, population, detection, fault);
		fil_dimensions_release(&dimensions);
	}
	fil_population_free(population);
	return got;
}

int
fil_detection_read(struct fil_store *store, const struct fil_selection *selection, fil_day today,
    struct fil_detection *detection, struct fil_fault *fault)
{
	struct fil_selection active = *selection;
	int got = fil_store_snapshot(store, fault);

	active.active = true;
	*detection = (struct fil_detection){ 0 };
	if (got == 0)
		got = read_today(store, &active, today, detection, fault);
	fil_store_rollback(store);
	return got;
}

/* Returns the words for a share: "today's 22.5 % (18 of 80)", "50.0 %". The caller frees it. */
static char *
name_base(const struct fil_detection *today, double base)
{
	return !today ? fil_format("%.1f %%", 100 * base)
		      : fil_format("today's %.1f %% (%zu of %zu)", 100 * base, today->autonomous,
			    today->users);
}

char *
fil_detection_needs(const struct fil_detection *today, long long points)
{
	double base = !today    ? HALF
	    : today->users == 0 ? 0
				: (double)today->autonomous / (double)today->users;
	double difference = (double)points / WHOLE;
	size_t users = fil_power_users(base, difference);
	char *name = name_base(today, base), *text;

	if (users == 0)
		text = fil_format(
		    "above %s there is no room for %.1f points more", name, 100 * difference);
	else
		text = fil_format(
		    "to tell %.1f %% of autonomous users from %s takes %zu in the "
		    "pilot, and %zu to compare with (power 80 %%, two-sided test at 5 %%)",
		    100 * (base + difference), name, users, users);
	free(name);
	return text;
}

char *
fil_detection_sees(size_t users)
{
	double difference = fil_power_difference(HALF, users);

	if (isnan(difference))
		return fil_format("%zu in the pilot, and %zu to compare with, are too few to tell "
				  "any share from %.1f %%",
		    users, users, 100 * HALF);
	/* Rounded up: what is said to be seen must be seen. */
	return fil_format(
	    "%zu in the pilot, and %zu to compare with, can tell %.1f %% from %.1f %%", users,
	    users, ceil(1000 * (HALF + difference)) / 10, 100 * HALF);
}

static void
add_doubts(struct fil_bytes *text, const struct fil_sample *sample)
{
	const struct fil_sample_request *request = fil_sample_request(sample);
	const char *ended = fil_sample_ended(sample);
	size_t users, keys = fil_sample_excepted(sample, &users);

	if (ended)
		fil_bytes_add_format(text, "%s ended on %s\n", request->phase, ended);
	if (keys > users)
		fil_bytes_add_format(text, "%s: %zu of %zu keys are no users\n", request->except,
		    keys - users, keys);
}

static void
add_size(struct fil_bytes *text, const struct fil_sample *sample)
{
	struct fil_stratum all = fil_sample_total(sample);
	size_t wanted = fil_sample_wanted(sample);

	fil_bytes_add_format(text,
	    "%s: %zu wanted, %zu enrolled already, %zu drawn of %zu others%s\n",
	    fil_sample_request(sample)->phase, wanted, all.enrolled, all.sample - all.enrolled,
	    all.users - all.enrolled, all.sample < wanted ? ": there are no more" : "");
}

static void
add_rule(struct fil_bytes *text, const struct fil_sample *sample)
{
	const struct fil_sample_request *request = fil_sample_request(sample);

	if (!request->by)
		fil_bytes_add_text(text, "one stratum");
	else
		fil_bytes_add_format(text, "strata by %s", request->by);
	if (request->depth > 0)
		fil_bytes_add_format(text, " to a depth of %u", request->depth);
	fil_bytes_add_format(text,
	    ", in proportion to their users by largest remainders; the "
	    "smallest hashes under the seed '%s'\n",
	    !request->seed ? request->phase : request->seed);
}

char *
fil_sample_words_sample(const struct fil_sample *sample)
{
	struct fil_bytes text = { 0 };

	add_doubts(&text, sample);
	add_size(&text, sample);
	add_rule(&text, sample);
	for (size_t s = 0; s < fil_sample_strata(sample); s++) {
		struct fil_stratum stratum = fil_sample_stratum(sample, s);

		fil_bytes_add_format(&text,
		    "%s: %zu users, %zu in the sample, %zu of them drawn now\n", stratum.name,
		    stratum.users, stratum.sample, stratum.sample - stratum.enrolled);
	}
	return text.data;
}

/* Adds a line, which is freed. */
static void
add_line(struct fil_bytes *text, char *line)
{
	fil_bytes_add_format(text, "%s\n", line);
	free(line);
}

char *
fil_sample_words_detection(struct fil_store *store, const struct fil_sample *sample,
    long long points, struct fil_fault *fault)
{
	const struct fil_sample_request *request = fil_sample_request(sample);
	struct fil_detection today;
	struct fil_bytes text = { 0 };

	if (fil_detection_read(store, request->selection, request->today, &today, fault) < 0)
		return NULL;
	add_line(&text, fil_detection_needs(NULL, points));
	if (today.users > 0)
		add_line(&text, fil_detection_needs(&today, points));
	if (fil_sample_wanted(sample) > 0)
		add_line(&text, fil_detection_sees(fil_sample_wanted(sample)));
	return text.data;
}
