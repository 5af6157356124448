/* SPDX-License-Identifier: ISC */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "lib/base/hash.h"
#include "lib/base/memory.h"
#include "lib/plan/sample.h"
#include "lib/stats/sampling.h"
#include "tests/unit/stage.h"

enum { ROUNDS = 20, MOST_USERS = 120, UNITS = 5, TODAY = 19800 };

static const struct fil_selection everybody = { 0 };

/* What a test knows of its users: u000, u001 … */
struct world {
	uint32_t seed;
	size_t n;
	size_t unit[MOST_USERS];
	bool enrolled[MOST_USERS], drawn[MOST_USERS];
};

static uint32_t
draw(struct world *world, uint32_t below)
{
	world->seed = world->seed * 1664525U + 1013904223U;
	return (uint32_t)((uint64_t)(world->seed >> 8) * below >> 24);
}

__attribute__((format(printf, 3, 4))) static void
put(struct stage *stage, const char *table, const char *format, ...)
{
	va_list arguments;
	char *row;

	va_start(arguments, format);
	row = fil_format_list(format, arguments);
	va_end(arguments);
	stage_put(stage, table, row);
	free(row);
}

static void
commit(struct stage *stage)
{
	assert_int_equal(fil_store_commit(stage->store, &stage->fault), FIL_COMMITTED);
}

static struct fil_sample *
sample_of(struct stage *stage, const struct fil_sample_request *request)
{
	struct fil_sample *sample = fil_sample_new(stage->store, request, &stage->fault);

	if (!sample)
		fail_msg("%s", stage->fault.text);
	return sample;
}

static struct fil_sample_request
request_of(size_t users, const char *by)
{
	return (struct fil_sample_request){
		.phase = "p", .users = users, .by = by, .selection = &everybody, .today = TODAY
	};
}

/* Puts users into units of uneven size, some of them enrolled already. */
static void
put_world(struct stage *stage, struct world *world, uint32_t enrolled_of_ten)
{
	world->n = 1 + draw(world, MOST_USERS);
	stage_put(stage, "phases", "p|P|pilot|2024-01-01");
	for (size_t i = 0; i < world->n; i++) {
		world->unit[i] = draw(world, 1 + draw(world, UNITS));
		put(stage, "users", "u%03zu|U||unit %zu|||user", i, world->unit[i]);
		world->enrolled[i] = draw(world, 10) < enrolled_of_ten;
		if (world->enrolled[i])
			put(stage, "enrolments", "u%03zu|p|2024-01-01", i);
	}
	commit(stage);
}

static void
take_drawn(struct fil_sample *sample, struct world *world)
{
	const char *const *cells;
	size_t last = 0;

	memset(world->drawn, 0, sizeof world->drawn);
	while (fil_sample_step(sample, &cells) == 1) {
		size_t i = strtoul(cells[0] + 1, NULL, 10);

		assert_true(i < world->n && !world->enrolled[i] && (last == 0 || i > last));
		assert_string_equal(cells[1], "p");
		assert_int_equal(cells[3][5] - '0', world->unit[i]);
		world->drawn[i] = true;
		last = i;
	}
}

/* Of the users of one unit who could be drawn, those who were have the smallest numbers. */
static void
check_numbers(const struct world *world, const char *seed)
{
	const struct fil_sampling_seed key = fil_sampling_seed(seed);
	uint64_t largest[UNITS] = { 0 };
	uint64_t numbers[MOST_USERS];

	for (size_t i = 0; i < world->n; i++) {
		char *user = fil_format("u%03zu", i);

		numbers[i] = fil_sampling_number(&key, user);
		free(user);
		if (world->drawn[i] && numbers[i] > largest[world->unit[i]])
			largest[world->unit[i]] = numbers[i];
	}
	for (size_t i = 0; i < world->n; i++)
		if (!world->drawn[i] && !world->enrolled[i])
			assert_true(numbers[i] > largest[world->unit[i]]);
}

/* Counts what the sample says of its strata against the users themselves. */
static void
check_strata(const struct fil_sample *sample, const struct world *world, size_t wanted)
{
	const struct fil_sample_outcome *outcome = fil_sample_outcome(sample);
	struct fil_stratum all = outcome->total;
	size_t enrolled = 0;

	for (size_t s = 0; s < outcome->n_strata; s++) {
		struct fil_stratum stratum = outcome->strata[s];
		size_t unit = (size_t)(stratum.name[5] - '0'), users = 0, in = 0;

		assert_true(s == 0 || strcmp(outcome->strata[s - 1].name, stratum.name) < 0);
		for (size_t i = 0; i < world->n; i++) {
			users += world->unit[i] == unit;
			in += world->unit[i] == unit && (world->drawn[i] || world->enrolled[i]);
		}
		assert_int_equal(stratum.users, users);
		assert_int_equal(stratum.sample, in);
		enrolled += stratum.enrolled;
	}
	assert_int_equal(all.users, world->n);
	assert_int_equal(all.enrolled, enrolled);
	if (wanted > world->n)
		wanted = world->n;
	assert_int_equal(all.sample, wanted > enrolled ? wanted : enrolled);
}

/* No stratum is off its share by a whole user, unless it has the one that it must have. */
static void
check_proportions(const struct fil_sample *sample, const struct world *world, size_t wanted)
{
	const struct fil_sample_outcome *outcome = fil_sample_outcome(sample);

	for (size_t s = 0; s < outcome->n_strata && wanted <= world->n; s++) {
		struct fil_stratum stratum = outcome->strata[s];
		size_t exact = wanted * stratum.users;

		if (exact / world->n == 0)
			assert_true(stratum.sample <= 1);
		else
			assert_true(stratum.sample * world->n < exact + world->n);
	}
}

static void
run_round(struct stage *stage, uint32_t seed, uint32_t enrolled_of_ten)
{
	struct world *world = fil_alloc(1, sizeof *world);
	struct fil_sample_request request = request_of(0, "unit");
	struct fil_sample *sample;

	world->seed = seed;
	put_world(stage, world, enrolled_of_ten);
	request.users = 1 + draw(world, (uint32_t)world->n + 10);
	request.seed = draw(world, 2) == 0 ? NULL : "other";
	sample = sample_of(stage, &request);
	take_drawn(sample, world);
	check_strata(sample, world, request.users);
	check_numbers(world, !request.seed ? "p" : request.seed);
	if (enrolled_of_ten == 0)
		check_proportions(sample, world, request.users);
	fil_sample_free(sample);
	assert_int_equal(fil_store_begin(stage->store, 1, &stage->fault), 0);
	for (size_t i = 0; i < world->n; i++)
		if (world->drawn[i])
			put(stage, "enrolments", "u%03zu|p|2024-01-01", i);
	commit(stage);
	sample = sample_of(stage, &request);
	assert_int_equal(fil_sample_step(sample, &(const char *const *){ NULL }), 0);
	fil_sample_free(sample);
	free(world);
}

static void
sample__random_worlds__have_their_shares_and_smallest_numbers(void **state)
{
	(void)state;
	for (uint32_t round = 0; round < ROUNDS; round++) {
		void *stage = NULL;

		assert_int_equal(stage_set_up(&stage), 0);
		run_round(stage, round, round % 2 == 0 ? 0 : 3);
		stage_tear_down(&stage);
	}
}

static void
expect_size(struct stage *stage, long long share, size_t wanted)
{
	struct fil_sample_request request = request_of(0, NULL);
	struct fil_sample *sample;

	request.share = share;
	sample = sample_of(stage, &request);
	assert_int_equal(fil_sample_outcome(sample)->wanted, wanted);
	assert_int_equal(fil_sample_outcome(sample)->total.sample, wanted);
	fil_sample_free(sample);
}

static void
sample__share__is_rounded_half_away_from_zero(void **state)
{
	struct stage *stage = *state;

	stage_put(stage, "phases", "p|P|pilot|2024-01-01");
	for (size_t i = 0; i < 25; i++)
		put(stage, "users", "u%03zu|U|||||user", i);
	commit(stage);
	expect_size(stage, 100000, 25);
	expect_size(stage, 10000, 3);
	expect_size(stage, 9999, 2);
	expect_size(stage, 1999, 0);
	expect_size(stage, 2000, 1);
	expect_size(stage, 1, 0);
}

static void
sample__nothing_wanted__draws_nobody(void **state)
{
	struct stage *stage = *state;
	struct fil_sample_request request = request_of(0, "unit,job");
	struct fil_sample *sample;
	const char *const *cells;

	stage_put(stage, "phases", "p|P|pilot|2024-01-01");
	stage_put(stage, "users", "u|U|||||user");
	commit(stage);
	sample = sample_of(stage, &request);
	assert_int_equal(fil_sample_step(sample, &cells), 0);
	assert_string_equal(fil_sample_outcome(sample)->strata[0].name, "(none) | (none)");
	fil_sample_free(sample);
	fil_sample_free(NULL);
}

static void
sample__enrolled__is_the_later_of_begin_and_today(void **state)
{
	struct stage *stage = *state;
	struct fil_sample_request request = request_of(1, NULL);
	const char *const *cells;
	struct fil_sample *sample;

	/* Day 19800 is 2024-03-18. */
	stage_put(stage, "phases", "p|P|pilot|2024-03-19|2024-03-20");
	stage_put(stage, "phases", "q|Q|pilot|2024-03-17|2024-03-17");
	stage_put(stage, "users", "u|U|||||user");
	commit(stage);
	sample = sample_of(stage, &request);
	assert_int_equal(fil_sample_step(sample, &cells), 1);
	assert_string_equal(cells[2], "2024-03-19");
	assert_string_equal(cells[3], "all");
	assert_null(fil_sample_outcome(sample)->ended);
	fil_sample_free(sample);
	request.phase = "q";
	sample = sample_of(stage, &request);
	assert_int_equal(fil_sample_step(sample, &cells), 1);
	assert_string_equal(cells[2], "2024-03-18");
	assert_string_equal(fil_sample_outcome(sample)->ended, "2024-03-17");
	fil_sample_free(sample);
}

static void
expect_fault(struct stage *stage, const struct fil_sample_request *request, enum fil_status status,
    const char *text)
{
	assert_null(fil_sample_new(stage->store, request, &stage->fault));
	assert_int_equal(stage->fault.status, status);
	assert_string_equal(stage->fault.text, text);
}

static void
sample__unknown_names__are_faults(void **state)
{
	struct stage *stage = *state;
	struct fil_sample_request request = request_of(1, NULL);

	commit(stage);
	expect_fault(stage, &request, FIL_BAD_DATA, "PHASE: 'p' is not in phases");
	assert_int_equal(fil_store_begin(stage->store, 1, &stage->fault), 0);
	stage_put(stage, "phases", "pilot|P|pilot|2024-01-01");
	commit(stage);
	request.phase = "pilott";
	expect_fault(stage, &request, FIL_BAD_DATA,
	    "PHASE: 'pilott' is not in phases; the nearest is 'pilot'");
	request.phase = "pilot";
	request.by = "unit,";
	expect_fault(stage, &request, FIL_USAGE, "'' is not a column of users");
	request.by = "jobs";
	expect_fault(
	    stage, &request, FIL_USAGE, "'jobs' is not a column of users; the nearest is 'job'");
}

static void
sample__excepted__are_counted_whoever_they_are(void **state)
{
	struct stage *stage = *state;
	struct fil_sample_request request = request_of(2, NULL);
	struct fil_sample *sample;
	char *path = fil_format("%s/list", stage->folder);
	FILE *file = fopen(path, "we");

	stage_put(stage, "phases", "p|P|pilot|2024-01-01");
	stage_put(stage, "users", "u|U|||||user");
	stage_put(stage, "users", "v|V|||||user");
	stage_put(stage, "users", "w|W|||||trainer");
	commit(stage);
	fputs("u\nw\nx\nu\n", file);
	fclose(file);
	request.except = path;
	sample = sample_of(stage, &request);
	assert_int_equal(fil_sample_outcome(sample)->except_keys, 3);
	assert_int_equal(fil_sample_outcome(sample)->except_users, 2);
	assert_int_equal(fil_sample_outcome(sample)->total.users, 1);
	fil_sample_free(sample);
	unlink(path);
	free(path);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sample__random_worlds__have_their_shares_and_smallest_numbers),
		ON_STAGE(sample__share__is_rounded_half_away_from_zero),
		ON_STAGE(sample__nothing_wanted__draws_nobody),
		ON_STAGE(sample__enrolled__is_the_later_of_begin_and_today),
		ON_STAGE(sample__unknown_names__are_faults),
		ON_STAGE(sample__excepted__are_counted_whoever_they_are),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
