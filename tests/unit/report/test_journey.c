/* SPDX-License-Identifier: ISC */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "lib/base/memory.h"
#include "lib/levels/standing.h"
#include "lib/levels/standing_update.h"
#include "lib/report/journey.h"
#include "tests/unit/stage.h"

enum { USERS = 40, DAYS = 30, DIMENSIONS = 2, PHASES = 3, UNITS = 3, UNKNOWN = -1, NEVER = 1000 };

/* A random project, as it was put into the store. Days count from `start`. */
struct project {
	struct stage *stage;
	fil_day start;
	uint32_t seed;
	int levels[USERS][DIMENSIONS][DAYS][FIL_SOURCES];
	int arrived[USERS], left[USERS], enrolled[USERS][PHASES], unit[USERS];
	bool trainer[USERS];
};

static const char *const dimension_names[DIMENSIONS] = { "process", "tool" };
static const int thresholds[DIMENSIONS] = { 2, 3 };
static const char *const phase_kinds[PHASES] = { "pilot", "rollout", "rollout" };
static const char *const unit_names[UNITS + 1] = { "A/x", "A/y", "B", "" };

static int
draw(struct project *project, int n)
{
	project->seed = project->seed * 1664525U + 1013904223U;
	return (int)((project->seed >> 8) % (uint32_t)n);
}

__attribute__((format(printf, 3, 4))) static void
put(const struct project *project, const char *table, const char *format, ...)
{
	char row[256];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(row, sizeof row, format, arguments);
	va_end(arguments);
	stage_put(project->stage, table, row);
}

static const char *
date_of(const struct project *project, int day, char text[static FIL_DATE_SIZE])
{
	text[0] = '\0';
	if (day != UNKNOWN && day != NEVER)
		fil_date_write(project->start + day, text);
	return text;
}

static void
put_levels(struct project *project, int u)
{
	int rarely = 4 + draw(project, 50);
	char date[FIL_DATE_SIZE];

	for (int d = 0; d < DIMENSIONS; d++)
		for (int day = 0; day < DAYS; day++)
			for (int s = 0; s < FIL_SOURCES; s++) {
				int *level = &project->levels[u][d][day][s];

				*level = draw(project, rarely) == 0 ? draw(project, 6) : UNKNOWN;
				if (*level != UNKNOWN)
					put(project, "autonomy", "u%02d|%s|%s|%s|%d", u,
					    dimension_names[d], date_of(project, day, date),
					    fil_source_name(s), *level);
			}
}

static void
put_user(struct project *project, int u)
{
	char arrived[FIL_DATE_SIZE], left[FIL_DATE_SIZE], enrolled[FIL_DATE_SIZE];

	project->trainer[u] = draw(project, 6) == 0;
	project->unit[u] = draw(project, UNITS + 1);
	project->arrived[u] = draw(project, 3) > 0 ? draw(project, DAYS) : UNKNOWN;
	project->left[u] = draw(project, 3) == 0 ? draw(project, DAYS) : NEVER;
	put(project, "users", "u%02d|N||%s|||%s|%s|%s", u, unit_names[project->unit[u]],
	    project->trainer[u] ? "trainer" : "user",
	    date_of(project, project->arrived[u], arrived),
	    date_of(project, project->left[u], left));
	for (int p = 0; p < PHASES; p++) {
		project->enrolled[u][p] = draw(project, 2) == 0 ? draw(project, DAYS) : NEVER;
		if (project->enrolled[u][p] != NEVER)
			put(project, "enrolments", "u%02d|p%d|%s", u, p,
			    date_of(project, project->enrolled[u][p], enrolled));
	}
	/* Some are not known at all. */
	if (draw(project, 4) > 0)
		put_levels(project, u);
	else
		memset(project->levels[u], 0xFF, sizeof project->levels[u]);
}

static struct project *
new_project(struct stage *stage, uint32_t seed)
{
	struct project *project = fil_alloc(1, sizeof *project);
	struct fil_standing_update *keeper = fil_standing_update_new(stage->store);

	project->stage = stage;
	project->seed = seed;
	assert_int_equal(fil_date_parse("2024-03-01", &project->start), 0);
	stage_run(stage, "DELETE FROM dimensions");
	for (int d = 0; d < DIMENSIONS; d++)
		put(project, "dimensions", "%s|D|%d", dimension_names[d], thresholds[d]);
	for (int p = 0; p < PHASES; p++)
		put(project, "phases", "p%d|P|%s|2024-03-01", p, phase_kinds[p]);
	for (int u = 0; u < USERS; u++)
		put_user(project, u);
	fil_standing_update_note(keeper, "dimensions", "");
	assert_int_equal(fil_standing_update_write(keeper, 1, &stage->fault), 0);
	fil_standing_update_free(keeper);
	return project;
}

/* The naive definitions. */

static int
level_on(const struct project *project, int u, int d, int day, unsigned sources)
{
	static const int strongest_first[] = { FIL_TEST, FIL_TRAINER, FIL_MANAGER, FIL_SELF,
		FIL_SYSTEM };

	for (; day >= 0; day--)
		for (size_t i = 0; i < FIL_SOURCES; i++) {
			int s = strongest_first[i];

			if (sources >> s & 1 && project->levels[u][d][day][s] != UNKNOWN)
				return project->levels[u][d][day][s];
		}
	return UNKNOWN;
}

/* The first day on which the user meets the threshold of the dimension, or all; or NEVER. */
static int
first_day(const struct project *project, int u, int dimension, unsigned sources)
{
	for (int day = 0; day < DAYS; day++) {
		int met = 0;

		for (int d = 0; d < DIMENSIONS; d++)
			met += dimension != UNKNOWN && dimension != d
			    ? 1
			    : level_on(project, u, d, day, sources) >= thresholds[d];
		if (met == DIMENSIONS)
			return day;
	}
	return NEVER;
}

struct question {
	struct fil_journeys_request request;
	unsigned sources;
	int dimension, day;
};

/* The day of the newest level up to the day of the question, or UNKNOWN. */
static int
newest_day(const struct project *project, const struct question *question, int u)
{
	int last = question->day < DAYS ? question->day : DAYS - 1;

	for (int day = last; day >= 0; day--)
		for (int d = 0; d < DIMENSIONS; d++)
			for (int s = 0; s < FIL_SOURCES; s++)
				if ((question->dimension == UNKNOWN || question->dimension == d) &&
				    question->sources >> s & 1 &&
				    project->levels[u][d][day][s] != UNKNOWN)
					return day;
	return UNKNOWN;
}

/* Whether a level is known from the origin on. */
static bool
is_measured(const struct project *project, const struct question *question, int u, int origin)
{
	int newest = newest_day(project, question, u);

	return newest != UNKNOWN && newest >= origin;
}

/* Writes a journey as text, so that journeys can be sorted and compared. */
static char *
line_of(const char *group, int origin, int arrived, int autonomous, int left, bool measured)
{
	return fil_format("%s %d %d %d %d %d", group, origin, arrived, autonomous, left, measured);
}

/* Returns the day from which a user who arrived counts: not before the floor. NEVER: unknown. */
static int
arrival(const struct project *project, const struct question *question, int u)
{
	int floor = question->request.floor - project->start;

	if (project->arrived[u] == UNKNOWN)
		return NEVER;
	return project->arrived[u] > floor ? project->arrived[u] : floor;
}

static bool
is_asked(const struct project *project, const struct question *question, int u)
{
	const char *glob = question->request.selection->phase;
	bool enrolled = false;

	if (project->trainer[u])
		return false;
	if (question->request.selection->active &&
	    (project->arrived[u] > question->day || project->left[u] <= question->day))
		return false;
	if (!glob)
		return true;
	for (int p = 0; p < PHASES; p++)
		enrolled |= project->enrolled[u][p] <= question->day &&
		    (*glob == '\0' || glob[1] == '*' || glob[1] == '0' + p);
	return *glob == '\0' ? !enrolled : enrolled;
}

/* Adds the journey of a user in a group, the earliest of those in phases that count for it. */
static size_t
add_journey(const struct project *project, const struct question *question, int u,
    const char *group, const bool *phases, char **lines)
{
	int origin = NEVER, autonomous, left = project->left[u];

	for (int p = 0; p < PHASES; p++)
		if (phases[p] && project->enrolled[u][p] < origin)
			origin = project->enrolled[u][p];
	if (question->request.from == FIL_FROM_ARRIVED && (!phases || origin != NEVER))
		origin = arrival(project, question, u);
	if (origin > question->day)
		return 0;
	autonomous = first_day(project, u, question->dimension, question->sources);
	*lines = line_of(group, origin,
	    project->arrived[u] > origin ? project->arrived[u] : UNKNOWN, autonomous,
	    left > question->day ? NEVER : left, is_measured(project, question, u, origin));
	return 1;
}

static size_t
add_user(const struct project *project, const struct question *question, int u, char **lines)
{
	enum fil_by by = question->request.by;
	bool any[PHASES] = { false }, arrived = question->request.from == FIL_FROM_ARRIVED;
	const char *unit = unit_names[project->unit[u]], *group = "all";
	bool nowhere = true;
	size_t n = 0;

	for (int p = 0; p < PHASES; p++) {
		any[p] = project->enrolled[u][p] <= question->day;
		nowhere &= !any[p];
	}
	if (by == FIL_BY_UNIT)
		group = *unit == '\0'                              ? "(none)"
		    : *unit == 'A' && question->request.depth == 1 ? "A"
								   : unit;
	if (by == FIL_BY_PHASE || by == FIL_BY_KIND)
		group = "(none)";
	if (arrived && nowhere) {
		if (arrival(project, question, u) > question->day)
			return 0;
		*lines = line_of(group, arrival(project, question, u), UNKNOWN,
		    first_day(project, u, question->dimension, question->sources),
		    project->left[u] > question->day ? NEVER : project->left[u],
		    is_measured(project, question, u, arrival(project, question, u)));
		return 1;
	}
	if (by == FIL_BY_NONE || by == FIL_BY_UNIT)
		return add_journey(project, question, u, group, any, lines);
	for (int p = 0; p < PHASES; p++) {
		char name[3] = { 'p', (char)('0' + p), '\0' };
		bool these[PHASES] = { false }, seen = false;

		for (int q = 0; q < PHASES; q++) {
			these[q] = any[q] &&
			    (q == p ||
				(by == FIL_BY_KIND && strcmp(phase_kinds[q], phase_kinds[p]) == 0));
			seen |= by == FIL_BY_KIND && q < p && these[q];
		}
		if (any[p] && !seen)
			n += add_journey(project, question, u,
			    by == FIL_BY_KIND ? phase_kinds[p] : name, these, lines + n);
	}
	return n;
}

static int
compare_lines(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Joins lines in order, and frees them. */
static char *
join(char **lines, size_t n)
{
	struct fil_bytes text = { 0 };

	qsort(lines, n, sizeof *lines, compare_lines);
	fil_bytes_add_text(&text, "");
	for (size_t i = 0; i < n; i++) {
		fil_bytes_add_format(&text, "%s\n", lines[i]);
		free(lines[i]);
	}
	return text.data;
}

static char *
expected_journeys(const struct project *project, const struct question *question)
{
	char *lines[USERS * PHASES];
	size_t n = 0;

	for (int u = 0; u < USERS; u++)
		if (is_asked(project, question, u))
			n += add_user(project, question, u, lines + n);
	return join(lines, n);
}

static char *
found_journeys(const struct project *project, const struct question *question)
{
	struct stage *stage = project->stage;
	struct fil_journeys *journeys =
	    fil_journeys_new(stage->store, &question->request, &stage->fault);
	const struct fil_journey *list;
	char *lines[USERS * PHASES];
	size_t n, written = 0;

	if (!journeys)
		fail_msg("%s", stage->fault.text);
	list = fil_journeys_list(journeys, &n);
	assert_true(n <= USERS * PHASES);
	for (size_t i = 0; i < n; i++)
		for (size_t user = 0; user < list[i].users; user++)
			lines[written++] = line_of(fil_journeys_group(journeys, list[i].group),
			    list[i].origin - project->start,
			    list[i].arrived == FIL_NEVER ? UNKNOWN
							 : list[i].arrived - project->start,
			    list[i].autonomous == FIL_NEVER ? NEVER
							    : list[i].autonomous - project->start,
			    list[i].left == FIL_STAYS ? NEVER : list[i].left - project->start,
			    list[i].measured);
	fil_journeys_free(journeys);
	return join(lines, written);
}

static void
check(const struct project *project, const struct question *question)
{
	char *expected = expected_journeys(project, question);
	char *found = found_journeys(project, question);

	assert_string_equal(found, expected);
	free(expected);
	free(found);
}

/* All ways of asking for them on a day. */
static void
check_groups(const struct project *project, const struct fil_selection *selection, int day,
    const char *sources, unsigned set)
{
	static const enum fil_by bys[] = { FIL_BY_NONE, FIL_BY_UNIT, FIL_BY_PHASE, FIL_BY_KIND };

	for (size_t by = 0; by < 4; by++)
		for (unsigned depth = 0; depth < 2; depth++)
			for (int from = 0; from < 2; from++)
				for (int d = UNKNOWN; d < DIMENSIONS; d++) {
					struct question question = {
						{ selection, bys[by], depth, (enum fil_from)from,
						    d < 0 ? NULL : dimension_names[d], sources,
						    project->start + day, project->start + DAYS - 9,
						    project->start + d * 7, true },
						set, d, day
					};

					check(project, &question);
				}
}

static void
journeys__random_projects__agree_with_the_definitions(void **state)
{
	static const char *const globs[] = { NULL, "", "p*", "p1" };
	struct project *project = new_project(*state, 5);

	for (int day = -1; day <= DAYS; day += 3)
		for (size_t g = 0; g < 4; g++) {
			struct fil_selection selection = { .phase = globs[g],
				.active = g == 2 && day % 2 == 0 };

			check_groups(project, &selection, day, NULL, FIL_ANY_SOURCE);
			check_groups(
			    project, &selection, day, "self,test", 1U << FIL_SELF | 1U << FIL_TEST);
		}
	free(project);
}

static void
journeys__wrong_words__are_refused(void **state)
{
	struct stage *stage = *state;
	struct fil_selection selection = { 0 };
	struct fil_journeys_request request = { .selection = &selection, .dimension = "tol" };

	stage_put(stage, "dimensions", "tool|T|3");
	assert_null(fil_journeys_new(stage->store, &request, &stage->fault));
	assert_string_equal(stage->fault.text, "'tol' is not a dimension; the nearest is 'tool'");
	request.dimension = NULL;
	request.sources = "slef";
	assert_null(fil_journeys_new(stage->store, &request, &stage->fault));
	assert_int_equal(stage->fault.status, FIL_USAGE);
	request.sources = NULL;
	selection.roles = "usr";
	assert_null(fil_journeys_new(stage->store, &request, &stage->fault));
	assert_string_equal(stage->fault.text, "'usr' is not a role; the nearest is 'user'");
}

static void
journeys__damaged_dates__are_told(void **state)
{
	static const char *const damages[] = { "UPDATE users SET \"left\" = '2024'",
		"UPDATE enrolments SET enrolled = '2024-1-1'",
		"UPDATE standings SET autonomous = '2024'" };
	const struct fil_selection selection = { 0 };
	struct fil_journeys_request request = { .selection = &selection };
	struct stage *stage = *state;

	assert_int_equal(fil_date_parse("2025-03-01", &request.as_of), 0);
	stage_put(stage, "users", "a|A|||||user||2024-06-01");
	stage_put(stage, "phases", "p|P|pilot|2024-01-01");
	stage_put(stage, "enrolments", "a|p|2024-01-01");
	stage_run(stage, "INSERT INTO standings VALUES ('a', '2024-01-02', 1)");
	for (size_t i = 0; i < 3; i++) {
		stage_run(stage, "SAVEPOINT whole");
		stage_run(stage, damages[i]);
		if (fil_journeys_new(stage->store, &request, &stage->fault))
			fail_msg("%s: not told", damages[i]);
		assert_int_equal(stage->fault.status, FIL_UNAVAILABLE);
		assert_non_null(strstr(stage->fault.text, "'a' is not as it was written"));
		stage_run(stage, "ROLLBACK TO whole");
	}
}

static void
stage__each_course__is_told(void **state)
{
	/* Day 10 of: origin, autonomous, left; the stage, and its days; the arrival. */
	static const struct {
		fil_day origin, autonomous, left;
		enum fil_stage stage;
		int days;
		fil_day arrived;
	} cases[] = {
		{ 11, FIL_NEVER, FIL_STAYS, FIL_STAGE_AHEAD, 0 },
		{ 11, 5, FIL_STAYS, FIL_STAGE_AHEAD, 0 },
		{ 10, FIL_NEVER, FIL_STAYS, FIL_STAGE_UNFOLLOWED, 0 },
		{ 10, 10, FIL_STAYS, FIL_STAGE_ALREADY, 0 },
		{ 10, 11, FIL_STAYS, FIL_STAGE_UNFOLLOWED, 0 },
		{ 4, 3, 2, FIL_STAGE_ALREADY, 0 },
		{ 4, 4, FIL_STAYS, FIL_STAGE_ALREADY, 0 },
		{ 4, 5, FIL_STAYS, FIL_STAGE_THERE, 1 },
		{ 4, 10, FIL_STAYS, FIL_STAGE_THERE, 6 },
		{ 4, 11, FIL_STAYS, FIL_STAGE_UNDERWAY, 6 },
		{ 4, FIL_NEVER, 7, FIL_STAGE_UNDERWAY, 3 },
		{ 4, FIL_NEVER, 12, FIL_STAGE_UNDERWAY, 6 },
		{ 4, 7, 7, FIL_STAGE_THERE, 3 },
		{ 4, 8, 7, FIL_STAGE_UNDERWAY, 3 },
		{ 4, FIL_NEVER, 4, FIL_STAGE_UNFOLLOWED, 0 },
		{ 4, FIL_NEVER, 1, FIL_STAGE_UNFOLLOWED, 0 },
		{ 4, 6, 1, FIL_STAGE_UNFOLLOWED, 0 },
		{ 4, 7, FIL_STAYS, FIL_STAGE_AHEAD, 0, 11 },
		{ 4, 7, FIL_STAYS, FIL_STAGE_THERE, 3, 10 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const struct fil_journey journey = { 0, cases[i].origin, cases[i].arrived,
			cases[i].autonomous, cases[i].left };
		int days = 0;
		enum fil_stage stage = fil_journey_on(&journey, 10, &days);

		if (stage != cases[i].stage)
			fail_msg("case %zu: %d, not %d", i, (int)stage, (int)cases[i].stage);
		if (stage == FIL_STAGE_THERE || stage == FIL_STAGE_UNDERWAY)
			assert_int_equal(days, cases[i].days);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		ON_STAGE(journeys__random_projects__agree_with_the_definitions),
		ON_STAGE(journeys__wrong_words__are_refused),
		ON_STAGE(journeys__damaged_dates__are_told),
		cmocka_unit_test(stage__each_course__is_told),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
