/* SPDX-License-Identifier: ISC */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "lib/levels/level_request.h"
#include "lib/levels/standing_reader.h"
#include "lib/levels/standing_update.h"
#include "tests/unit/stage.h"

/* The counts are held against those that the reader of standings gives, user by user. */

enum { USERS = 60, DAYS = 30, MOST_DAYS = 65, STATES = FIL_LEVEL_STATES, MOST = 64 };

static const char *const dimension_names[] = { "process", "tool" };

static int
draw(uint32_t *seed, int n)
{
	*seed = *seed * 1664525U + 1013904223U;
	return (int)((*seed >> 8) % (uint32_t)n);
}

static fil_day
start(void)
{
	fil_day day = 0;

	assert_int_equal(fil_date_parse("2024-03-01", &day), 0);
	return day;
}

/* Puts users with random levels into the store. */
static void
put_users(struct stage *stage)
{
	struct fil_standing_update *update = fil_standing_update_new(stage->store);
	uint32_t seed = 17;

	stage_run(stage, "DELETE FROM dimensions");
	stage_put(stage, "dimensions", "process|P|2");
	stage_put(stage, "dimensions", "tool|T|3");
	for (int u = 0; u < USERS; u++) {
		int rarely = 3 + draw(&seed, 60);
		char *user = fil_format("u%02d|N|||||user", u);

		stage_put(stage, "users", user);
		free(user);
		for (int i = 0; i < 2 * DAYS * FIL_SOURCES && u % 7 > 0; i++) {
			char date[FIL_DATE_SIZE], *row;

			if (draw(&seed, rarely) > 0)
				continue;
			fil_date_write(start() + i / FIL_SOURCES % DAYS, date);
			row = fil_format("u%02d|%s|%s|%s|%d", u,
			    dimension_names[i / FIL_SOURCES / DAYS], date,
			    fil_source_name(i % FIL_SOURCES), draw(&seed, FIL_LEVELS));
			stage_put(stage, "autonomy", row);
			free(row);
		}
	}
	fil_standing_update_note(update, "dimensions", "");
	assert_int_equal(fil_standing_update_write(update, 1, &stage->fault), 0);
	fil_standing_update_free(update);
}

/* Adds a user with these standings to the counts of a day. */
static void
count_user(const struct fil_level_request *request, size_t day,
    const struct fil_standing *standings, size_t *counts)
{
	size_t known = 0, asked = 0, met = 0;
	bool stale = false, self = false;

	for (size_t d = 0; d < request->dimensions->n; d++) {
		const struct fil_standing *standing = &standings[d];
		int least = fil_dimension_threshold(request->dimensions, d, request->days[day]),
		    level = day + 1 == request->n_days ? standing->level
		    : standing->level >= least         ? least
						       : 0;

		if (standing->level >= 0)
			counts[STATES + d * FIL_LEVELS + (size_t)level]++;
		if (request->only != FIL_NOWHERE && request->only != d)
			continue;
		asked++;
		if (standing->level < 0)
			continue;
		known++;
		stale |= request->days[day] - standing->date > request->stale_days;
		self |= standing->source == FIL_SELF;
		met += standing->level >= least;
	}
	if (known < asked)
		return;
	counts[0]++;
	counts[1] += stale;
	counts[2] += met == asked;
	counts[3] += met == asked && self;
}

/* Counts all users one by one. */
static void
count_users(struct stage *stage, const struct fil_level_request *request, const char *sources,
    size_t counts[][MOST])
{
	struct fil_standing_request what = { request->dimensions, request->days, request->n_days,
		request->newest ? request->days[0] : start() + 2 * DAYS, sources, false };
	struct fil_standing_reader *reader =
	    fil_standing_reader_new(stage->store, &what, &stage->fault);
	struct fil_standing_user user;

	while (fil_standing_reader_next(reader, &user, &stage->fault) == 1)
		for (size_t day = 0; day < request->n_days; day++)
			count_user(request, day, user.standings + day * request->dimensions->n,
			    counts[day]);
	fil_standing_reader_free(reader);
}

/* Returns the counts of the engine, a row. The caller frees the query, and releases the statement. */
static struct fil_query *
count_by_engine(
    struct stage *stage, const struct fil_level_request *request, struct fil_statement *statement)
{
	struct fil_query *query;

	fil_statement_add(statement, "WITH l AS (SELECT count(*) AS users");
	fil_level_request_keys(request, statement);
	fil_statement_add(statement, " FROM users AS u");
	fil_level_request_join(request, statement);
	fil_statement_add(statement, " GROUP BY 2");
	for (size_t key = 1; key < fil_level_request_n_keys(request); key++)
		fil_statement_add(statement, ", %zu", key + 2);
	fil_statement_add(statement, ") SELECT sum(users)");
	fil_level_request_count(request, statement);
	fil_statement_add(statement, " FROM l");
	query = fil_statement_query(statement, stage->store);
	assert_int_equal(fil_query_step(query, &stage->fault), 1);
	return query;
}

/* Compares the users of whom the condition of each state holds on a day. */
static void
check_states(struct stage *stage, const struct fil_level_request *request, size_t day,
    const size_t *expected)
{
	struct fil_statement statement = { 0 };
	struct fil_query *query;

	fil_statement_add(&statement, "SELECT count(*)");
	for (enum fil_level_state state = 0; state < FIL_LEVEL_STATES; state++) {
		fil_statement_add(&statement, ", count(CASE WHEN ");
		fil_level_request_state(request, &statement, day, state);
		fil_statement_add(&statement, " THEN 1 END)");
	}
	fil_statement_add(&statement, " FROM users AS u");
	fil_level_request_join(request, &statement);
	query = fil_statement_query(&statement, stage->store);
	assert_int_equal(fil_query_step(query, &stage->fault), 1);
	for (int state = 0; state < FIL_LEVEL_STATES; state++)
		assert_int_equal(fil_query_number(query, 1 + state), expected[state]);
	fil_query_free(query);
	fil_statement_release(&statement);
}

/* Has the engine count, and compares. */
static void
check(struct stage *stage, const struct fil_level_request *request, const char *sources)
{
	size_t expected[MOST_DAYS][MOST] = { { 0 } }, found[MOST_DAYS][MOST] = { { 0 } };
	int column = 1;
	struct fil_statement statement = { 0 };
	struct fil_query *query;

	count_users(stage, request, sources, expected);
	assert_true(fil_level_request_fits(request));
	query = count_by_engine(stage, request, &statement);
	assert_int_equal(fil_query_number(query, 0), USERS);
	for (size_t day = 0; day < request->n_days; day++)
		for (size_t i = 0; i < fil_level_request_width(request, day); i++)
			found[day][fil_level_request_place(request, day, i)] +=
			    (size_t)fil_query_number(query, column++);
	assert_int_equal(fil_query_number(query, column), 0);
	assert_memory_equal(found, expected, sizeof found);
	fil_query_free(query);
	fil_statement_release(&statement);
	check_states(stage, request, request->n_days - 1, expected[request->n_days - 1]);
}

/* Compares the states on more days than a number has bits. */
static void
check_many_days(struct stage *stage, const struct fil_dimensions *dimensions)
{
	size_t expected[MOST_DAYS][MOST] = { { 0 } };
	fil_day days[MOST_DAYS];
	struct fil_level_request request = { dimensions, FIL_NOWHERE, days, MOST_DAYS, 9,
		FIL_ANY_SOURCE, false };

	for (int i = 0; i < MOST_DAYS; i++)
		days[i] = start() - 5 + i;
	count_users(stage, &request, NULL, expected);
	for (size_t day = 0; day < MOST_DAYS; day += 7)
		check_states(stage, &request, day, expected[day]);
	check_states(stage, &request, MOST_DAYS - 1, expected[MOST_DAYS - 1]);
}

static void
counts__random_levels__are_those_of_the_reader(void **state)
{
	static const char *const sources[] = { NULL, "self,test" };
	struct fil_dimensions dimensions;
	struct stage *stage = *state;

	put_users(stage);
	assert_int_equal(fil_dimensions_read(stage->store, start(), &dimensions, &stage->fault), 0);
	check_many_days(stage, &dimensions);
	for (int first = -1; first < DAYS; first += 4) {
		const fil_day days[] = { start() + first, start() + first + 3, start() + first + 4,
			start() + first + 12 };

		for (size_t i = 0; i < 12; i++) {
			size_t only = i / 4 == 2 ? FIL_NOWHERE : i / 4;
			struct fil_level_request request = { &dimensions, only, days,
				i % 2 == 0 ? 1 : 4, 9, FIL_ANY_SOURCE, false };

			if (i / 2 % 2 == 1)
				request.sources = 1U << FIL_SELF | 1U << FIL_TEST;
			check(stage, &request, sources[i / 2 % 2]);
		}
	}
	fil_dimensions_release(&dimensions);
}

/* Returns the number of users with a row that must not be counted, on the only day. */
static int64_t
count_doubtful(struct stage *stage, const struct fil_level_request *request)
{
	struct fil_statement statement = { 0 };
	struct fil_query *query = count_by_engine(stage, request, &statement);
	int64_t doubtful = fil_query_number(query, 1 + (int)fil_level_request_width(request, 0));

	fil_query_free(query);
	fil_statement_release(&statement);
	return doubtful;
}

/* Returns a request for the newest levels on one day. */
static struct fil_level_request
newest_on(const fil_day *day)
{
	return (struct fil_level_request){ .only = FIL_NOWHERE,
		.days = day,
		.n_days = 1,
		.stale_days = 9,
		.sources = FIL_ANY_SOURCE,
		.newest = true };
}

static void
newest__today__is_read_alone_unless_it_is_newer(void **state)
{
	const fil_day days[] = { start() + DAYS, start() + 3 };
	struct fil_level_request request = newest_on(days);
	struct fil_dimensions dimensions;
	struct stage *stage = *state;

	put_users(stage);
	assert_int_equal(fil_dimensions_read(stage->store, start(), &dimensions, &stage->fault), 0);
	request.dimensions = &dimensions;
	check(stage, &request, NULL);
	request.days = days + 1;
	assert_true(count_doubtful(stage, &request) > 0);
	fil_dimensions_release(&dimensions);
}

static void
newest__damaged__is_doubtful(void **state)
{
	static const char *const damages[] = {
		"dimension = 'd'",
		"dimension = 'd' || dimension",
		"level = 6",
		"level = -1",
		"source = 'hearsay'",
	};
	const fil_day days[] = { start() + DAYS };
	struct fil_level_request request = newest_on(days);
	struct fil_dimensions dimensions;
	struct stage *stage = *state;

	put_users(stage);
	assert_int_equal(fil_dimensions_read(stage->store, start(), &dimensions, &stage->fault), 0);
	request.dimensions = &dimensions;
	assert_int_equal(count_doubtful(stage, &request), 0);
	for (size_t i = 0; i < sizeof damages / sizeof *damages; i++) {
		char *sql =
		    fil_format("UPDATE standing SET %s WHERE \"user\" = (SELECT max(\"user\") "
			       "FROM standing) AND dimension = 'tool'",
			damages[i]);

		stage_run(stage, "SAVEPOINT intact");
		stage_run(stage, sql);
		assert_int_equal(count_doubtful(stage, &request), 1);
		stage_run(stage, "ROLLBACK TO SAVEPOINT intact");
		free(sql);
	}
	fil_dimensions_release(&dimensions);
}

static void
fits__many_days_or_no_dimension__does_not(void **state)
{
	struct fil_dimensions dimensions = { .n = 2 };
	struct fil_level_request request = { .dimensions = &dimensions, .n_days = 159 };

	(void)state;
	assert_true(fil_level_request_fits(&request));
	request.n_days = 160;
	assert_false(fil_level_request_fits(&request));
	request.n_days = 1;
	dimensions.n = 0;
	assert_false(fil_level_request_fits(&request));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		ON_STAGE(counts__random_levels__are_those_of_the_reader),
		ON_STAGE(newest__today__is_read_alone_unless_it_is_newer),
		ON_STAGE(newest__damaged__is_doubtful),
		cmocka_unit_test(fits__many_days_or_no_dimension__does_not),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
