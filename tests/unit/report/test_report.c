/* SPDX-License-Identifier: ISC */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "lib/base/date.h"
#include "lib/base/text.h"
#include "lib/levels/standing.h"
#include "lib/levels/standing_update.h"
#include "lib/report/figures.h"
#include "lib/report/report.h"
#include "tests/unit/stage.h"

enum { UNKNOWN = -1, USERS = 40, DAYS = 56, DIMENSIONS = 2, UNITS = 4, MODULES = 2, NEVER = 1000 };

/* A random project, as it was put into the store. Days count from `start`. */
struct project {
	struct stage *stage;
	fil_day start;
	int facts[USERS][DIMENSIONS][DAYS][FIL_SOURCES];
	int arrived[USERS], left[USERS]; /* -1, NEVER: unknown */
	int enrolled[USERS]; /* NEVER: not */
	int unit[USERS]; /* UNITS: none */
	bool trainer[USERS];
	int assigned[USERS][MODULES], due[USERS][MODULES], completed[USERS][MODULES];
};

static const char *const dimension_names[DIMENSIONS] = { "process", "tool" };
static const int thresholds[DIMENSIONS] = { 2, 3 };

static uint32_t
draw(uint32_t *seed, uint32_t n)
{
	*seed = *seed * 1664525U + 1013904223U;
	return (*seed >> 8) % n;
}

/* Rows of a report as CSV without a header. */
struct rows {
	size_t n_columns;
	struct fil_bytes text;
};

static void
note_columns(void *context, const struct fil_output_column *columns, size_t n)
{
	struct rows *rows = context;

	(void)columns;
	rows->n_columns = n;
}

static void
note_row(void *context, const char *const *cells)
{
	struct rows *rows = context;

	for (size_t c = 0; c < rows->n_columns; c++)
		fil_bytes_add_format(&rows->text, "%s%s", !cells[c] ? "" : cells[c],
		    c == rows->n_columns - 1 ? "\n" : ",");
}

/* Returns the report's rows; the caller frees them. */
static char *
make_report(struct stage *stage, const char *subject, const struct fil_report_request *request)
{
	struct rows rows = { 0, { 0 } };
	const struct fil_report_sink sink = {
		.columns = note_columns, .row = note_row, .context = &rows
	};

	fil_bytes_add_text(&rows.text, "");
	if (fil_report_give(fil_report_choose(subject, request, &stage->fault), stage->store,
		request, &sink, &stage->fault) < 0)
		fail_msg("%s", stage->fault.text);
	return rows.text.data;
}

static void
expect_report(struct stage *stage, const char *subject, const struct fil_report_request *request,
    const char *expected)
{
	char *got = make_report(stage, subject, request);

	assert_string_equal(got, expected);
	free(got);
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

/* Writes a day of the project, or nothing for one that is unknown. */
static const char *
date_of(const struct project *project, int day, char text[static FIL_DATE_SIZE])
{
	text[0] = '\0';
	if (day >= 0 && day < NEVER)
		fil_date_write(project->start + day, text);
	return text;
}

static void
put_facts(struct project *project, int u, uint32_t *seed)
{
	uint32_t density = draw(seed, 60) + 8;
	char date[FIL_DATE_SIZE];

	for (int d = 0; d < DIMENSIONS; d++)
		for (int day = 0; day < DAYS; day++)
			for (int s = 0; s < FIL_SOURCES; s++) {
				int *level = &project->facts[u][d][day][s];

				*level = draw(seed, density) == 0 ? (int)draw(seed, 6) : UNKNOWN;
				if (*level != UNKNOWN)
					put(project, "autonomy", "u%02d|%s|%s|%s|%d", u,
					    dimension_names[d], date_of(project, day, date),
					    fil_source_name(s), *level);
			}
}

/* Returns one of few days, so that they often coincide; NEVER but for once in n times. */
static int
some_week(uint32_t *seed, uint32_t n)
{
	return draw(seed, n) == 0 ? 14 * (int)draw(seed, DAYS / 14) : NEVER;
}

static void
put_support(struct project *project, int u, uint32_t *seed)
{
	char date[FIL_DATE_SIZE], due[FIL_DATE_SIZE];

	project->enrolled[u] = some_week(seed, 3);
	if (project->enrolled[u] != NEVER)
		put(project, "enrolments", "u%02d|pilot|%s", u,
		    date_of(project, project->enrolled[u], date));
	for (int m = 0; m < MODULES; m++) {
		project->assigned[u][m] = some_week(seed, 1);
		project->due[u][m] = some_week(seed, 1 + draw(seed, 2));
		project->completed[u][m] = some_week(seed, 2);
		put(project, "assignments", "u%02d|m%d|%s|||%s", u, m,
		    date_of(project, project->assigned[u][m], date),
		    date_of(project, project->due[u][m], due));
		if (project->completed[u][m] != NEVER)
			put(project, "completions", "u%02d|m%d|%s|completed", u, m,
			    date_of(project, project->completed[u][m], date));
		put(project, "completions", "u%02d|m%d|2023-01-01|completed", u, m);
		/* Weeks never coincide with the day after another. */
		put(project, "completions", "u%02d|m%d|%s|partial", u, m,
		    date_of(project, project->assigned[u][m] + 1, date));
	}
}

static struct project *
random_project(struct stage *stage, uint32_t *seed)
{
	struct project *project = fil_alloc(1, sizeof *project);
	struct fil_standing_update *keeper = fil_standing_update_new(stage->store);
	char arrived[FIL_DATE_SIZE], left[FIL_DATE_SIZE];

	project->stage = stage;
	assert_int_equal(fil_date_parse("2024-03-01", &project->start), 0);
	stage_run(stage, "DELETE FROM dimensions");
	put(project, "dimensions", "process|P|2");
	put(project, "dimensions", "tool|T|3");
	put(project, "phases", "pilot|P|pilot|2024-03-01");
	put(project, "modules", "m0|M|course");
	put(project, "modules", "m1|M|course");
	for (int u = 0; u < USERS; u++) {
		project->arrived[u] = draw(seed, 2) == 0 ? (int)draw(seed, DAYS) : -1;
		project->left[u] = draw(seed, 3) == 0 ? (int)draw(seed, DAYS) : NEVER;
		project->unit[u] = (int)draw(seed, UNITS + 1);
		project->trainer[u] = draw(seed, 8) == 0;
		put(project, "users", "u%02d|N%d||%.*s|||%s|%s|%s", u, u,
		    project->unit[u] == UNITS ? 0 : 4,
		    &"D0/ID1/ID2/ID3/I"[4 * (project->unit[u] % UNITS)],
		    project -> trainer[u] ? "trainer" : "user",
		    date_of(project, project->arrived[u], arrived),
		    date_of(project, project->left[u], left));
		put_facts(project, u, seed);
		put_support(project, u, seed);
	}
	fil_standing_update_note(keeper, "dimensions", "");
	assert_int_equal(fil_standing_update_write(keeper, 1, &stage->fault), 0);
	fil_standing_update_free(keeper);
	return project;
}

/* The naive definitions. */

static int
level_on(const struct project *project, int u, int d, int day, unsigned sources, int *source)
{
	static const int strongest_first[] = { FIL_TEST, FIL_TRAINER, FIL_MANAGER, FIL_SELF,
		FIL_SYSTEM };

	for (size_t i = 0; i < FIL_SOURCES; i++) {
		*source = strongest_first[i];
		if (sources >> *source & 1 && project->facts[u][d][day][*source] != UNKNOWN)
			return project->facts[u][d][day][*source];
	}
	return UNKNOWN;
}

/* The newest day up to `day` on which a level was recorded; -1: none. */
static int
newest_on(const struct project *project, int u, int d, int day, unsigned sources)
{
	int source;

	if (day >= DAYS)
		day = DAYS - 1;
	while (day >= 0 && level_on(project, u, d, day, sources, &source) == UNKNOWN)
		day--;
	return day;
}

static bool
counts_on(const struct project *project, int u, int day)
{
	return !project->trainer[u] && project->arrived[u] <= day && project->left[u] > day;
}

struct figures {
	int users, measured, stale, met[DIMENSIONS], autonomous, self;
};

static void
add_figures(
    const struct project *project, int u, int day, unsigned sources, struct figures *figures)
{
	int known = 0, met = 0, stale = 0, self = 0;

	figures->users++;
	for (int d = 0; d < DIMENSIONS; d++) {
		int newest = newest_on(project, u, d, day, sources), source = 0, level;

		if (newest < 0)
			continue;
		level = level_on(project, u, d, newest, sources, &source);
		known++;
		stale += day - newest > 7;
		self += source == FIL_SELF;
		met += level >= thresholds[d];
		figures->met[d] += level >= thresholds[d];
	}
	figures->measured += known == DIMENSIONS;
	figures->stale += known == DIMENSIONS && stale > 0;
	figures->autonomous += met == DIMENSIONS;
	figures->self += met == DIMENSIONS && self > 0;
}

/* Writes the rows of autonomy by unit, all groups shown, each behind a prefix. */
static void
expected_autonomy(const struct project *project, int day, unsigned sources, const char *prefix,
    struct fil_bytes *text)
{
	for (int unit = 0; unit <= UNITS; unit++) {
		struct figures f = { 0 };
		char least[16], most[16];

		for (int u = 0; u < USERS; u++)
			if (project->unit[u] == unit && counts_on(project, u, day))
				add_figures(project, u, day, sources, &f);
		if (f.users == 0)
			continue;
		fil_bytes_add_format(text, "%s%s%.*s,%d,%d,%d,%d,%d,%d,%d,%s,%s\n", prefix,
		    unit == UNITS ? "(none)" : "", unit == UNITS ? 0 : 4,
		    &"D0/ID1/ID2/ID3/I"[4 * (unit % UNITS)], f.users, f.measured, f.stale, f.met[0],
		    f.met[1], f.autonomous, f.self, fil_share_write(f.autonomous, f.users, least),
		    fil_share_write(f.autonomous + f.users - f.measured, f.users, most));
	}
}

static void
autonomy__random_projects__agree_with_the_definitions(void **state)
{
	static const char *const lists[] = { NULL, "self", "trainer,test", "manager,system,self" };
	static const unsigned sets[] = { FIL_ANY_SOURCE, 1U << FIL_SELF,
		1U << FIL_TRAINER | 1U << FIL_TEST,
		1U << FIL_MANAGER | 1U << FIL_SYSTEM | 1U << FIL_SELF };
	uint32_t seed = 2;
	struct project *project = random_project(*state, &seed);

	for (int day = 0; day < DAYS + 20; day += 5)
		for (int later = 0; later < 2; later++)
			for (size_t i = 0; i < 4; i++) {
				struct fil_report_request request =
				    fil_report_request(project->start + day + later);
				struct fil_bytes expected = { 0 };

				fil_bytes_add_text(&expected, "");
				request.as_of = project->start + day;
				request.by = FIL_BY_UNIT;
				request.min_group = 0;
				request.stale_weeks = 1;
				request.sources = lists[i];
				expected_autonomy(project, day, sets[i], "", &expected);
				expect_report(*state, "autonomy", &request, expected.data);
				fil_bytes_release(&expected);
			}
	free(project);
}

/* Writes the rows of the levels by unit, of both dimensions or of one, all groups shown. */
static void
expected_levels(
    const struct project *project, int day, unsigned sources, int dimension, struct fil_bytes *text)
{
	for (int unit = 0; unit <= UNITS; unit++)
		for (int d = 0; d < DIMENSIONS; d++) {
			int users = 0, at[7] = { 0 }, source; /* at[6]: unknown */

			for (int u = 0; u < USERS; u++) {
				int newest = newest_on(project, u, d, day, sources);

				if (project->unit[u] != unit || !counts_on(project, u, day))
					continue;
				users++;
				at[newest < 0
					? 6
					: level_on(project, u, d, newest, sources, &source)]++;
			}
			if (users == 0 || (dimension != UNKNOWN && dimension != d))
				continue;
			fil_bytes_add_format(text, "%s%.*s,%s,%d,%d,%d,%d,%d,%d,%d,%d\n",
			    unit == UNITS ? "(none)" : "", unit == UNITS ? 0 : 4,
			    &"D0/ID1/ID2/ID3/I"[4 * (unit % UNITS)], dimension_names[d], users,
			    at[0], at[1], at[2], at[3], at[4], at[5], at[6]);
		}
}

static void
levels__random_projects__agree_with_the_definitions(void **state)
{
	static const char *const lists[] = { NULL, "trainer,test" };
	static const unsigned sets[] = { FIL_ANY_SOURCE, 1U << FIL_TRAINER | 1U << FIL_TEST };
	uint32_t seed = 17;
	struct project *project = random_project(*state, &seed);

	for (int day = 0; day < DAYS + 20; day += 5)
		for (int later = 0; later < 2; later++)
			for (size_t i = 0; i < 2; i++) {
				struct fil_report_request request =
				    fil_report_request(project->start + day + later);
				struct fil_bytes expected = { 0 };
				int d = day % 3 - 1;

				fil_bytes_add_text(&expected, "");
				request.as_of = project->start + day;
				request.by = FIL_BY_UNIT;
				request.min_group = 0;
				request.sources = lists[i];
				request.dimension = d == UNKNOWN ? NULL : dimension_names[d];
				expected_levels(project, day, sets[i], d, &expected);
				expect_report(*state, "levels", &request, expected.data);
				fil_bytes_release(&expected);
			}
	free(project);
}

/* A level that the scale does not have is damage: it is counted nowhere. */
static void
levels__level_outside_the_scale__is_damage(void **state)
{
	static const struct fil_report_sink sink = { .columns = note_columns, .row = note_row };
	struct stage *stage = *state;
	struct fil_report_request request = fil_report_request(19800);

	stage_put(stage, "dimensions", "tool|T|3");
	stage_put(stage, "users", "a|A|||||user");
	stage_run(stage,
	    "INSERT INTO standing (\"user\", dimension, level, date, source, risen, run)"
	    " VALUES ('a', 'tool', 6, '2024-01-01', 'test', '2024-01-01', 1)");
	for (int i = 0; i < 2; i++) {
		assert_int_equal(fil_report_choose("levels", &request, &stage->fault)
				     ->make(stage->store, &request, &sink, &stage->fault),
		    -1);
		assert_int_equal(stage->fault.status, FIL_UNAVAILABLE);
		stage_run(stage,
		    "INSERT INTO autonomy (\"user\", dimension, date, source, level, run)"
		    " SELECT \"user\", dimension, date, source, 6, 1 FROM standing");
		stage_run(stage, "DELETE FROM standing");
		request.as_of--;
	}
}

static void
progress__random_project__is_autonomy_on_sundays(void **state)
{
	enum { WEEKS = 6 };
	uint32_t seed = 9;
	struct project *project = random_project(*state, &seed);

	/* 2024-03-03 is a Sunday: day 2 of the project. */
	for (int day = 37; day < 46; day++) {
		struct fil_report_request request = fil_report_request(project->start + 100);
		struct fil_bytes expected = { 0 };
		int last = day - (day - 2) % 7;

		request.as_of = project->start + day;
		request.by = FIL_BY_UNIT;
		request.min_group = 0;
		request.stale_weeks = 1;
		request.weeks = WEEKS;
		for (int week = last - 7 * (WEEKS - 1); week <= last; week += 7) {
			char date[FIL_DATE_SIZE], prefix[FIL_DATE_SIZE + 1];

			fil_date_write(project->start + week, date);
			snprintf(prefix, sizeof prefix, "%s,", date);
			expected_autonomy(project, week, FIL_ANY_SOURCE, prefix, &expected);
		}
		expect_report(*state, "progress", &request, expected.data);
		fil_bytes_release(&expected);
	}
	free(project);
}

/* Returns the day of the last rise up to `day` by the definition. */
static int
last_rise(const struct project *project, int u, int d, int day)
{
	int before = UNKNOWN, rise = -1, source;

	for (int i = 0; i <= day && i < DAYS; i++) {
		int level = level_on(project, u, d, i, FIL_ANY_SOURCE, &source);

		if (level == UNKNOWN)
			continue;
		if (level > before)
			rise = i;
		before = level;
	}
	return rise;
}

static void
count_assignments(const struct project *project, int u, int day, int *open, int *overdue)
{
	*open = *overdue = 0;
	for (int m = 0; m < MODULES; m++) {
		int assigned = project->assigned[u][m], completed = project->completed[u][m];

		if (assigned > day || (completed >= assigned && completed <= day))
			continue;
		++*open;
		*overdue += project->due[u][m] < day;
	}
}

static void
expected_stalled(const struct project *project, int day, int weeks, struct fil_bytes *text)
{
	char since_text[FIL_DATE_SIZE];
	int source, open, overdue;

	for (int u = 0; u < USERS; u++)
		for (int d = 0; d < DIMENSIONS; d++) {
			int newest = newest_on(project, u, d, day, FIL_ANY_SOURCE), since;

			if (newest < 0 || !counts_on(project, u, day))
				continue;
			if (level_on(project, u, d, newest, FIL_ANY_SOURCE, &source) >=
			    thresholds[d])
				continue;
			since = last_rise(project, u, d, day);
			if (project->enrolled[u] <= day && project->enrolled[u] > since)
				since = project->enrolled[u];
			if (day - since < 7 * weeks)
				continue;
			count_assignments(project, u, day, &open, &overdue);
			fil_bytes_add_format(text, "u%02d,N%d,%.*s,,%s,%d,%s,%d,%d,%d\n", u, u,
			    project->unit[u] == UNITS ? 0 : 4,
			    &"D0/ID1/ID2/ID3/I"[4 * (project->unit[u] % UNITS)], dimension_names[d],
			    level_on(project, u, d, newest, FIL_ANY_SOURCE, &source),
			    date_of(project, since, since_text), (day - since) / 7, open, overdue);
		}
}

static void
stalled__random_project__agrees_with_the_definitions(void **state)
{
	uint32_t seed = 4;
	struct project *project = random_project(*state, &seed);

	for (int day = 0; day < DAYS + 20; day++)
		for (int later = 0; later < 2; later++)
			for (int weeks = 1; weeks < 4; weeks++) {
				struct fil_report_request request =
				    fil_report_request(project->start + day + later);
				struct fil_bytes expected = { 0 };

				fil_bytes_add_text(&expected, "");
				request.as_of = project->start + day;
				request.weeks = (unsigned)weeks;
				expected_stalled(project, day, weeks, &expected);
				expect_report(*state, "stalled", &request, expected.data);
				fil_bytes_release(&expected);
			}
	free(project);
}

static void
autonomy__small_groups__add_up_to_the_whole(void **state)
{
	uint32_t seed = 21;
	struct project *project = random_project(*state, &seed);

	for (size_t minimum = 0; minimum < 50; minimum++) {
		struct fil_report_request request = fil_report_request(project->start + 30);
		char *text, *rest, *line;
		long users = 0, expected = 0;

		for (int u = 0; u < USERS; u++)
			expected += counts_on(project, u, 30);
		request.by = FIL_BY_UNIT;
		request.min_group = (unsigned)minimum;
		rest = text = make_report(*state, "autonomy", &request);
		while ((line = strsep(&rest, "\n")) && *line != '\0') {
			long size = strtol(strchr(line, ',') + 1, NULL, 10);

			assert_true(size >= (long)minimum || size == expected);
			users += size;
		}
		assert_int_equal(users, expected);
		free(text);
	}
	free(project);
}

static void
autonomy__nobody__is_one_row_of_nothing(void **state)
{
	struct stage *stage = *state;
	struct fil_report_request request = fil_report_request(19800);

	stage_run(stage, "DELETE FROM dimensions");
	stage_put(stage, "dimensions", "tool|T|3");
	expect_report(stage, "autonomy", &request, "all,0,0,0,0,0,0,,\n");
	request.by = FIL_BY_UNIT;
	expect_report(stage, "autonomy", &request, "");
	request.weeks = 2;
	expect_report(stage, "progress", &request, "");
	expect_report(stage, "stalled", &request, "");
}

static void
autonomy__no_dimensions__measures_nobody(void **state)
{
	struct stage *stage = *state;
	struct fil_report_request request = fil_report_request(19800);

	stage_run(stage, "DELETE FROM dimensions");
	stage_put(stage, "users", "a|A|||||user");
	expect_report(stage, "autonomy", &request, "all,1,0,0,0,0,0.0,100.0\n");
	expect_report(stage, "levels", &request, "");
}

/* Takes an option as the command line gives it. */
static int
take(struct fil_report_request *request, const char *name, const char *argument,
    struct fil_fault *fault)
{
	size_t i = 0;

	while (strcmp(fil_report_options[i].name, name) != 0)
		i++;
	return fil_report_request_take(request, i, argument, fault);
}

static void
report__unknown_subject__names_the_nearest(void **state)
{
	struct fil_report_request request = fil_report_request(19800);
	struct fil_fault fault;

	(void)state;
	assert_null(fil_report_choose("progres", &request, &fault));
	assert_int_equal(fault.status, FIL_USAGE);
	assert_string_equal(fault.text, "'progres' is not a subject; the nearest is 'progress'");
	assert_string_equal(fil_report_choose("stalled", &request, &fault)->name, "stalled");
}

static void
report__no_subject__names_all_in_order(void **state)
{
	struct fil_report_request request = fil_report_request(19800);
	struct fil_fault fault;
	char last[64] = "", *rest, *name;
	size_t n = 0;

	(void)state;
	assert_null(fil_report_choose(NULL, &request, &fault));
	assert_int_equal(fault.status, FIL_USAGE);
	rest = strstr(fault.text, "there are ");
	assert_non_null(rest);
	rest += strlen("there are ");
	for (; (name = strsep(&rest, ", ")); n += *name != '\0') {
		if (*name == '\0')
			continue;
		assert_true(strcmp(last, name) < 0);
		snprintf(last, sizeof last, "%s", name);
	}
	assert_true(n >= 3);
}

static void
report__option_of_another_subject__does_not_fit(void **state)
{
	struct fil_report_request request = fil_report_request(19800);
	struct fil_fault fault;

	(void)state;
	assert_int_equal(take(&request, "curve", NULL, &fault), 0);
	assert_true(request.curve);
	assert_non_null(fil_report_choose("time", &request, &fault));
	assert_null(fil_report_choose("autonomy", &request, &fault));
	assert_string_equal(fault.text, "--curve does not apply to autonomy");
	assert_int_equal(take(&request, "weeks", "3", &fault), 0);
	assert_int_equal(request.weeks, 3);
	assert_null(fil_report_choose("time", &request, &fault));
	assert_string_equal(fault.text, "--weeks does not apply to time");
}

static void
report__words_of_an_option__are_read(void **state)
{
	struct fil_report_request request = fil_report_request(19800);
	struct fil_fault fault;

	(void)state;
	assert_int_equal(take(&request, "from", "arrived", &fault), 0);
	assert_int_equal(request.from, FIL_FROM_ARRIVED);
	assert_int_equal(take(&request, "from", "enrolled", &fault), 0);
	assert_int_equal(request.from, FIL_FROM_ENROLLED);
	assert_int_equal(take(&request, "from", "", &fault), -1);
	assert_int_equal(fault.status, FIL_USAGE);
	assert_int_equal(take(&request, "as-of", "-1d", &fault), 0);
	assert_int_equal(request.as_of, 19799);
	assert_int_equal(take(&request, "target", "101", &fault), -1);
	assert_string_equal(fault.text, "'101' is not a whole number from 1 to 100");
}

static void
source__numbers__are_the_places_of_the_catalogues_choices(void **state)
{
	const struct fil_table *table = fil_catalog_table("autonomy");
	const char *const *choices = table->columns[fil_table_column(table, "source")].choices;

	(void)state;
	for (int i = 0; i < FIL_SOURCES; i++) {
		assert_string_equal(choices[i], fil_source_name(i));
		assert_int_equal(fil_source_number(choices[i]), i);
	}
	assert_null(choices[FIL_SOURCES]);
	assert_int_equal(fil_source_number("tests"), -1);
	assert_int_equal(fil_source_number(""), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		ON_STAGE(autonomy__random_projects__agree_with_the_definitions),
		ON_STAGE(levels__random_projects__agree_with_the_definitions),
		ON_STAGE(levels__level_outside_the_scale__is_damage),
		ON_STAGE(progress__random_project__is_autonomy_on_sundays),
		ON_STAGE(stalled__random_project__agrees_with_the_definitions),
		ON_STAGE(autonomy__small_groups__add_up_to_the_whole),
		ON_STAGE(autonomy__nobody__is_one_row_of_nothing),
		ON_STAGE(autonomy__no_dimensions__measures_nobody),
		cmocka_unit_test(report__unknown_subject__names_the_nearest),
		cmocka_unit_test(report__no_subject__names_all_in_order),
		cmocka_unit_test(report__option_of_another_subject__does_not_fit),
		cmocka_unit_test(report__words_of_an_option__are_read),
		cmocka_unit_test(source__numbers__are_the_places_of_the_catalogues_choices),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
