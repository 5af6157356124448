/* SPDX-License-Identifier: ISC */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "lib/levels/standing.h"
#include "lib/report/report.h"
#include "tests/unit/stage.h"

enum { USERS = 60, DAYS = 80, NEVER = 1000 };

/* The columns of the report with --score; without it, those from GROUP to BASIS. */
enum {
	AS_OF,
	GROUP,
	N_USERS,
	REACHED,
	SHARE,
	NOW,
	TARGET,
	DATE,
	LOW,
	HIGH,
	BASIS,
	ACTUAL,
	COLUMNS
};

enum { MOST_ROWS = 12 };

/* The rows of a report; days count from the project's start, NEVER: the cell is empty. */
struct forecast {
	int day, users, reached, date, low, high, actual;
	char group[16], basis[16];
};

struct forecasts {
	fil_day start;
	size_t first; /* the column that the cells begin with */
	struct forecast rows[MOST_ROWS];
	size_t n;
};

/* A random project, all of one group, as it was put into the store. Days count from `start`. */
struct project {
	struct stage *stage;
	fil_day start;
	uint32_t seed;
	int arrived[USERS], enrolled[USERS], autonomous[USERS], left[USERS];
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
	char *arrived = day_of(project, project->arrived[u]);
	char *left = day_of(project, project->left[u]);
	char *user =
	    fil_format("INSERT INTO users (\"user\", name, unit, role, arrived, \"left\", run)"
		       " VALUES ('u%02d', 'N', '%s', 'user', %s, %s, 1)",
		u, u % 3 == 0 ? "A" : "B", arrived, left);
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
	free(arrived);
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
		project->arrived[u] = draw(project, 3) == 0 ? draw(project, DAYS) : NEVER;
		put_user(project, u);
	}
	return project;
}

static void
note_columns(void *context, const struct fil_output_column *columns, size_t n)
{
	struct forecasts *forecasts = context;

	(void)n;
	forecasts->first = strcmp(columns[0].name, "as_of") == 0 ? AS_OF : GROUP;
}

static int
day_in(const char *cell, fil_day start)
{
	fil_day day;

	if (!cell)
		return NEVER;
	assert_int_equal(fil_date_parse(cell, &day), 0);
	return day - start;
}

static void
note_row(void *context, const char *const *cells)
{
	struct forecasts *forecasts = context;
	struct forecast *row = &forecasts->rows[forecasts->n++];
	fil_day start = forecasts->start;
	bool score = forecasts->first == AS_OF;

	assert_true(forecasts->n <= MOST_ROWS);
	cells -= forecasts->first;
	row->day = score ? day_in(cells[AS_OF], start) : NEVER;
	row->users = atoi(cells[N_USERS]);
	row->reached = atoi(cells[REACHED]);
	row->date = day_in(cells[DATE], start);
	row->low = day_in(cells[LOW], start);
	row->high = day_in(cells[HIGH], start);
	row->actual = score ? day_in(cells[ACTUAL], start) : NEVER;
	snprintf(row->group, sizeof row->group, "%s", cells[GROUP]);
	snprintf(row->basis, sizeof row->basis, "%s", cells[BASIS]);
}

/* Returns the report as of a day: the forecasts of that day, or with `score` those of the last twelve
 * Sundays before. */
static struct forecasts
make(const struct project *project, int as_of, unsigned target, enum fil_by by, bool score)
{
	struct forecasts forecasts = { .start = project->start };
	struct fil_report_request request = fil_report_request(project->start + as_of);
	const struct fil_report_sink sink = {
		.columns = note_columns, .row = note_row, .context = &forecasts
	};
	struct fil_fault *fault = &project->stage->fault;

	request.by = by;
	request.target = target;
	request.score = score;
	request.min_group = 0; /* all Sundays are shown */
	if (fil_report_give(fil_report_choose("forecast", &request, fault), project->stage->store,
		&request, &sink, fault) < 0)
		fail_msg("%s", fault->text);
	return forecasts;
}

/* Counts the users who are enrolled and present on `day`, and of them those who were autonomous by
 * it. Who arrived on an unknown day has always been present. */
static void
count(const struct project *project, int day, int *users, int *reached)
{
	*users = *reached = 0;
	for (int u = 0; u < USERS; u++) {
		if (project->enrolled[u] > day || project->left[u] <= day ||
		    (project->arrived[u] != NEVER && project->arrived[u] > day))
			continue;
		++*users;
		*reached += project->autonomous[u] <= day;
	}
}

/* Returns the first day up to as_of on which the target was reached, or NEVER. */
static int
reached_on(const struct project *project, int as_of, int target)
{
	int users, reached;

	for (int day = 0; day <= as_of; day++) {
		count(project, day, &users, &reached);
		if (users > 0 && 100 * reached >= target * users)
			return day;
	}
	return NEVER;
}

/* Checks a forecast of a past day against what came, as it is known as of a later one. */
static void
check(const struct project *project, const struct forecast *row, int as_of, int target)
{
	int users, reached, actual = reached_on(project, as_of, target);

	count(project, row->day, &users, &reached);
	assert_int_equal(row->users, users);
	assert_int_equal(row->reached, reached);
	assert_int_equal(strcmp(row->basis, "reached") == 0, actual <= row->day);
	if (actual <= row->day)
		assert_int_equal(row->date, actual);
	else
		assert_int_equal(row->actual, actual);
	/* A date has an interval around it; without its end there is no date. */
	if (row->low != NEVER)
		assert_int_equal(row->date == NEVER, row->high == NEVER);
	if (row->high != NEVER)
		assert_true(row->low <= row->date && row->date <= row->high);
}

static void
forecasts__random_projects__tell_what_came(void **state)
{
	struct project *project = new_project(*state, 4);

	for (int as_of = 1; as_of <= DAYS; as_of += 3)
		for (int target = 20; target <= 100; target += 20) {
			struct forecasts forecasts =
			    make(project, as_of, (unsigned)target, FIL_BY_NONE, true);

			assert_int_equal(forecasts.n, MOST_ROWS);
			for (size_t i = 0; i < forecasts.n; i++)
				check(project, &forecasts.rows[i], as_of, target);
		}
	free(project);
}

/* What came later changes nothing of a forecast. */
static void
forecasts__as_of_later__are_the_same(void **state)
{
	struct project *project = new_project(*state, 12);
	struct forecasts now = make(project, DAYS, 80, FIL_BY_NONE, true);
	size_t dates = 0;

	for (size_t i = 0; i < now.n; i++) {
		const struct forecast *b = &now.rows[i];
		struct forecasts then = make(project, b->day, 80, FIL_BY_NONE, false);
		const struct forecast *a = &then.rows[0];

		assert_int_equal(then.n, 1);
		assert_int_equal(a->date, b->date);
		assert_int_equal(a->low, b->low);
		assert_int_equal(a->high, b->high);
		assert_string_equal(a->basis, b->basis);
		dates += a->low != NEVER;
	}
	assert_true(dates > 2);
	free(project);
}

/* A group that everybody has left has no row, whatever was learnt from it. */
static void
forecasts__group_that_left__has_no_row(void **state)
{
	struct project *project = new_project(*state, 1);
	struct forecasts forecasts;

	stage_run(project->stage, "UPDATE users SET \"left\" = '2024-02-01' WHERE unit = 'A'");
	forecasts = make(project, DAYS, 80, FIL_BY_UNIT, false);
	assert_int_equal(forecasts.n, 1);
	assert_string_equal(forecasts.rows[0].group, "B");
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
