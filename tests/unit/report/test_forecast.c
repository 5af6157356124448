/* SPDX-License-Identifier: ISC */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "lib/levels/standing.h"
#include "lib/report/subjects/forecast.h"
#include "tests/unit/stage.h"

enum { USERS = 60, DAYS = 80, NEVER = 1000 };

/* A random project, all of one group, as it was put into the store. Days count from `start`. */
struct project {
	struct stage *stage;
	fil_day start;
	uint32_t seed;
	int enrolled[USERS], autonomous[USERS], left[USERS];
};

static int
draw(struct project *project, int n)
{
	project->seed = project->seed * 1664525U + 1013904223U;
	return (int)((project->seed >> 8) % (uint32_t)n);
}

/* Returns a day as SQL. */
static char *
day_of(const struct project *project, int day)
{
	char date[FIL_DATE_SIZE];

	if (day == NEVER)
		return fil_copy("NULL");
	fil_date_write(project->start + day, date);
	return fil_format("'%s'", date);
}

static void
put_user(const struct project *project, int u)
{
	char *enrolled = day_of(project, project->enrolled[u]);
	char *autonomous = day_of(project, project->autonomous[u]);
	char *left = day_of(project, project->left[u]);
	char *user = fil_format("INSERT INTO users (\"user\", name, unit, role, \"left\", run)"
				" VALUES ('u%02d', 'N', '%s', 'user', %s, 1)",
	    u, u % 3 == 0 ? "A" : "B", left);
	char *enrolment = fil_format("INSERT INTO enrolments (\"user\", phase, enrolled, run)"
				     " VALUES ('u%02d', 'p', %s, 1)",
	    u, enrolled);
	char *standing =
	    fil_format("INSERT INTO standings (\"user\", autonomous, run) VALUES ('u%02d', %s, 1)",
		u, autonomous);

	stage_run(project->stage, user);
	stage_run(project->stage, enrolment);
	stage_run(project->stage, standing);
	free(enrolled);
	free(autonomous);
	free(left);
	free(user);
	free(enrolment);
	free(standing);
}

static struct project *
new_project(struct stage *stage, uint32_t seed)
{
	struct project *project = fil_alloc(1, sizeof *project);

	project->stage = stage;
	project->seed = seed;
	assert_int_equal(fil_date_parse("2024-01-01", &project->start), 0);
	stage_put(stage, "phases", "p|P|pilot|2024-01-01");
	for (int u = 0; u < USERS; u++) {
		project->enrolled[u] = draw(project, DAYS / 3);
		project->autonomous[u] = draw(project, 5) == 0
		    ? NEVER
		    : draw(project, 2 * DAYS / 3) + draw(project, DAYS / 3);
		project->left[u] = draw(project, 4) == 0 ? draw(project, DAYS) : NEVER;
		put_user(project, u);
	}
	return project;
}

static struct fil_forecasts *
make(const struct project *project, int day, int as_of, unsigned target)
{
	const struct fil_selection all = { 0 };
	const struct fil_journeys_request whom = { .selection = &all,
		.as_of = project->start + as_of };
	const struct fil_forecasts_request what = { FIL_BY_NONE, 5, target, project->start + day,
		project->start + as_of };
	struct fil_journeys *journeys =
	    fil_journeys_new(project->stage->store, &whom, &project->stage->fault);
	struct fil_forecasts *forecasts;

	assert_non_null(journeys);
	forecasts = fil_forecasts_new(journeys, &what);
	fil_journeys_free(journeys);
	return forecasts;
}

/* Counts the users who were there on `day`, and of them, as of `then`, those who were autonomous
 * while here, less those who left before. */
static void
count(const struct project *project, int day, int then, int *users, int *reached)
{
	*users = *reached = 0;
	for (int u = 0; u < USERS; u++) {
		int autonomous = project->autonomous[u], left = project->left[u];

		if (project->enrolled[u] > day || left <= day)
			continue;
		if (autonomous <= then && autonomous <= left)
			++*reached;
		if (left > then || autonomous <= left)
			++*users;
	}
}

/* Returns the first day after `day` on which the target was reached, up to as_of, or NEVER. */
static int
actual_of(const struct project *project, int day, int as_of, int target)
{
	int users, reached;

	for (int then = day + 1; then <= as_of; then++) {
		count(project, day, then, &users, &reached);
		if (users > 0 && 100 * reached >= target * users)
			return then;
	}
	return NEVER;
}

/* Returns the day on which those who are there now were enough. */
static int
reached_on(const struct project *project, int day, int target)
{
	int users, reached, then = -1, n;

	count(project, day, day, &users, &reached);
	do {
		then++;
		n = 0;
		for (int u = 0; u < USERS; u++)
			n += project->enrolled[u] <= day && project->left[u] > day &&
			    project->autonomous[u] <= then;
	} while (100 * n < target * users);
	return then;
}

static void
forecasts__random_projects__tell_what_came(void **state)
{
	struct project *project = new_project(*state, 4);

	for (int day = 0; day <= DAYS; day += 7)
		for (int as_of = day; as_of <= DAYS; as_of += 9)
			for (int target = 20; target <= 100; target += 20) {
				struct fil_forecasts *forecasts =
				    make(project, day, as_of, (unsigned)target);
				size_t n;
				const struct fil_forecast *row = fil_forecasts_list(forecasts, &n);
				int users, reached, actual;

				count(project, day, day, &users, &reached);
				assert_int_equal(n, 1);
				assert_int_equal(row->users, users);
				assert_int_equal(row->reached, reached);
				actual = actual_of(project, day, as_of, target);
				if (users > 0 && 100 * reached >= target * users) {
					assert_int_equal(row->basis, FIL_BASIS_REACHED);
					assert_int_equal(row->date - project->start,
					    reached_on(project, day, target));
				} else if (actual == NEVER) {
					assert_int_equal(row->actual, FIL_NEVER);
				} else {
					assert_int_equal(row->actual - project->start, actual);
				}
				fil_forecasts_free(forecasts);
			}
	free(project);
}

/* What came later changes nothing of a forecast. */
static void
forecasts__as_of_later__are_the_same(void **state)
{
	struct project *project = new_project(*state, 12);
	size_t n, dates = 0;

	for (int day = 7; day < DAYS; day += 7) {
		struct fil_forecasts *then = make(project, day, day, 80);
		struct fil_forecasts *now = make(project, day, DAYS, 80);
		const struct fil_forecast *a = fil_forecasts_list(then, &n);
		const struct fil_forecast *b = fil_forecasts_list(now, &n);

		assert_int_equal(a->date, b->date);
		assert_int_equal(a->low, b->low);
		assert_int_equal(a->high, b->high);
		assert_int_equal(a->basis, b->basis);
		assert_int_equal(a->actual, FIL_NEVER);
		dates += a->low != FIL_NEVER;
		fil_forecasts_free(then);
		fil_forecasts_free(now);
	}
	assert_true(dates > 2);
	free(project);
}

/* A group that everybody has left has no row, whatever was learnt from it. */
static void
forecasts__group_that_left__has_no_row(void **state)
{
	struct project *project = new_project(*state, 1);
	const struct fil_selection all = { 0 };
	const struct fil_journeys_request whom = {
		.selection = &all, .by = FIL_BY_UNIT, .as_of = project->start + DAYS
	};
	const struct fil_forecasts_request what = { FIL_BY_UNIT, 5, 80, project->start + DAYS,
		project->start + DAYS };
	struct fil_journeys *journeys;
	struct fil_forecasts *forecasts;
	const struct fil_forecast *row;
	size_t n;

	stage_run(project->stage, "UPDATE users SET \"left\" = '2024-02-01' WHERE unit = 'A'");
	journeys = fil_journeys_new(project->stage->store, &whom, &project->stage->fault);
	assert_non_null(journeys);
	forecasts = fil_forecasts_new(journeys, &what);
	row = fil_forecasts_list(forecasts, &n);
	assert_int_equal(n, 1);
	assert_string_equal(row->group, "B");
	fil_forecasts_free(forecasts);
	fil_journeys_free(journeys);
	free(project);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		ON_STAGE(forecasts__random_projects__tell_what_came),
		ON_STAGE(forecasts__as_of_later__are_the_same),
		ON_STAGE(forecasts__group_that_left__has_no_row),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
