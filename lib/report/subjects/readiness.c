/* SPDX-License-Identifier: ISC */
/* fil-report readiness: the criteria, and whether they hold. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/language.h"
#include "lib/base/memory.h"
#include "lib/catalog/catalog.h"
#include "lib/report/criterion.h"
#include "lib/report/report.h"
#include "lib/store/image.h"
#include "lib/store/query.h"

/* The columns of the report. */
enum { CRITERION, TITLE, PHASE, SET, VALUE, LOW, HIGH, HOLDS, COLUMNS };

static const struct fil_output_column columns[COLUMNS] = {
	[CRITERION] = { "criterion", FIL_CELL_TEXT },
	[TITLE] = { "title", FIL_CELL_TEXT },
	[PHASE] = { "phase", FIL_CELL_TEXT },
	[SET] = { "set", FIL_CELL_DAY },
	[VALUE] = { "value", FIL_CELL_NUMBER },
	[LOW] = { "low", FIL_CELL_NUMBER },
	[HIGH] = { "high", FIL_CELL_NUMBER },
	[HOLDS] = { "holds", FIL_CELL_TEXT },
};

/* The columns of criteria_set; the first four are those of the report. */
enum { OF_REPORT = SET + 1, OF_REQUIRE, OF_BEGINS, OF_RUN, OF_ALL };

static const char criteria_set[] =
    "SELECT c.criterion, c.title, c.phase, c.\"set\", c.report, c.\"require\", p.begins, c.run "
    "FROM criteria c LEFT JOIN phases p ON p.phase = c.phase "
    "WHERE c.\"set\" <= $1 ORDER BY c.criterion";
static const char day_of_run[] = "SELECT today FROM runs WHERE run = $1";
static const char former_rows[] =
    "SELECT was, was_run FROM history WHERE run = $1 AND relation = 'criteria' ORDER BY number";

struct readiness {
	const struct fil_report_request *request;
	const struct fil_report_sink *sink;
	struct fil_store *store;
	struct fil_lookup_table *criteria;
};

static const char *
cell_of(const struct readiness *readiness, size_t row, size_t column)
{
	return fil_lookup_table_cell(readiness->criteria, row, column);
}

/* Says a text for people, and frees it. */
static void
say(const struct readiness *readiness, char *text)
{
	if (readiness->sink->say)
		readiness->sink->say(readiness->sink->context, text);
	free(text);
}

/* The columns that say what a criterion judges. */
static const char *const judged[] = { "report", "require", "phase", "set" };

enum { JUDGED = sizeof judged / sizeof *judged };

/* A version of a criterion: its judged cells, NULL where empty, and the run that wrote it. */
struct version {
	char *cells[JUDGED];
	int64_t run;
};

static void
release_version(struct version *version)
{
	for (size_t i = 0; i < JUDGED; i++)
		free(version->cells[i]);
}

static bool
is_same(const struct version *a, const struct version *b)
{
	for (size_t i = 0; i < JUDGED; i++) {
		const char *one = a->cells[i] ? a->cells[i] : "",
			   *other = b->cells[i] ? b->cells[i] : "";

		if (strcmp(one, other) != 0)
			return false;
	}
	return true;
}

/* Returns the version that stands. */
static struct version
version_of(const struct readiness *readiness, size_t row)
{
	static const size_t places[JUDGED] = { OF_REPORT, OF_REQUIRE, PHASE, SET };
	struct version version = { .run = strtoll(cell_of(readiness, row, OF_RUN), NULL, 10) };

	for (size_t i = 0; i < JUDGED; i++) {
		const char *cell = cell_of(readiness, row, places[i]);

		version.cells[i] = cell ? fil_copy(cell) : NULL;
	}
	return version;
}

/* Reads the version that a run replaced. Returns 1, 0 where it replaced none, or -1. */
static int
read_former(const struct readiness *readiness, const char *key, int64_t run,
    struct version *version, struct fil_fault *fault)
{
	const struct fil_table *table = fil_catalog_table("criteria");
	struct fil_query *query = fil_query_new(readiness->store, former_rows);
	const char **cells = fil_alloc(table->n_columns, sizeof *cells);
	struct fil_bytes text = { 0 };
	int got;

	fil_query_bind_number(query, 1, run);
	while ((got = fil_query_step(query, fault)) == 1) {
		if (fil_image_read(&table->relation, fil_query_text(query, 0), &text, cells) < 0 ||
		    !cells[0] || strcmp(cells[0], key) != 0)
			continue;
		version->run = fil_query_number(query, 1);
		for (size_t i = 0; i < JUDGED; i++) {
			const char *cell = cells[fil_table_column(table, judged[i])];

			version->cells[i] = cell ? fil_copy(cell) : NULL;
		}
		break;
	}
	fil_bytes_release(&text);
	fil_query_free(query);
	free(cells);
	return got;
}

/* Reads the day of a run. Returns 0 or -1. */
static int
read_day(const struct readiness *readiness, int64_t run, char day[static FIL_DATE_SIZE],
    struct fil_fault *fault)
{
	struct fil_query *query = fil_query_new(readiness->store, day_of_run);
	int got;

	day[0] = '\0';
	fil_query_bind_number(query, 1, run);
	if ((got = fil_query_step(query, fault)) == 1)
		snprintf(day, FIL_DATE_SIZE, "%s", fil_query_text(query, 0));
	fil_query_free(query);
	return got < 0 ? -1 : 0;
}

/* Says each change after the phase began, the newest first, or that the criterion was recorded only
 * then. Returns 0 or -1. */
static int
say_changes(
    const struct readiness *readiness, size_t row, const char *begins, struct fil_fault *fault)
{
	const char *key = cell_of(readiness, row, CRITERION);
	struct version version = version_of(readiness, row), former;
	char day[FIL_DATE_SIZE];
	int got = 1;

	while (got == 1) {
		if ((got = read_day(readiness, version.run, day, fault)) < 0 ||
		    strcmp(day, begins) <= 0)
			break;
		former = (struct version){ .run = version.run };
		got = read_former(readiness, key, version.run, &former, fault);
		if (got == 1 && !is_same(&version, &former))
			say(readiness,
			    fil_format(_("criterion '%s' was changed on %s, after its phase began"
					 " on %s: fil-log %lld shows the change"),
				key, day, begins, (long long)version.run));
		else if (got == 0)
			say(readiness,
			    fil_format(_("criterion '%s' was recorded on %s, after its phase began"
					 " on %s"),
				key, day, begins));
		if (got != 1)
			break;
		release_version(&version);
		version = former;
	}
	release_version(&version);
	return got < 0 ? -1 : 0;
}

/* Says what was not settled before the phase began. Returns 0 or -1. */
static int
say_late(const struct readiness *readiness, size_t row, struct fil_fault *fault)
{
	const char *begins = cell_of(readiness, row, OF_BEGINS),
		   *set = cell_of(readiness, row, SET);

	if (!begins || !readiness->sink->say)
		return 0;
	if (strcmp(set, begins) > 0)
		say(readiness,
		    fil_format(_("criterion '%s' was set on %s, after its phase began on %s"),
			cell_of(readiness, row, CRITERION), set, begins));
	return say_changes(readiness, row, begins, fault);
}

/* With --gate, says that a criterion does not hold. */
static void
say_broken(const struct readiness *readiness, size_t row, const struct fil_verdict *verdict)
{
	const char *key = cell_of(readiness, row, CRITERION),
		   *require = cell_of(readiness, row, OF_REQUIRE);
	char *text;

	if (!readiness->request->gate || verdict->holds == FIL_HOLDS)
		return;
	if (!verdict->value ||
	    (verdict->holds == FIL_HOLDS_UNKNOWN && !verdict->low && !verdict->high))
		text = fil_format(_("criterion '%s': unknown whether %s: nothing was measured, or "
				    "too few people"),
		    key, require);
	else if (verdict->holds == FIL_HOLDS_NOT)
		text = fil_format(_("criterion '%s': %s does not hold: the worst figure is %s"),
		    key, require, verdict->value);
	else
		text = fil_format(_("criterion '%s': unknown whether %s: the figure is %s, between "
				    "'%s' and '%s'"),
		    key, require, verdict->value, verdict->low ? verdict->low : "",
		    verdict->high ? verdict->high : "");
	readiness->sink->broken(readiness->sink->context, text);
	free(text);
}

/* Returns whether the criterion is at fault, and not the store. */
static bool
is_of_criterion(const struct fil_fault *fault)
{
	return fault->status == FIL_REFUSED || fault->status == FIL_USAGE ||
	    fault->status == FIL_BAD_DATA;
}

/* Judges a criterion. One that cannot be judged is unknown, and the text says why: the others and the
 * weekly page are not lost with it. Returns 0, or -1 with a fault of the store. */
static int
judge(const struct readiness *readiness, size_t row, struct fil_verdict *verdict, char **why,
    struct fil_fault *fault)
{
	const char *key = cell_of(readiness, row, CRITERION);
	struct fil_fault bare;
	struct fil_criterion *criterion = fil_criterion_new(cell_of(readiness, row, OF_REPORT),
	    cell_of(readiness, row, OF_REQUIRE), readiness->request->today, &bare);
	int got = !criterion ? -1
			     : fil_criterion_judge(criterion, readiness->store,
				   readiness->request->as_of, verdict, &bare);

	fil_criterion_free(criterion);
	if (got == 0)
		return 0;
	if (!is_of_criterion(&bare))
		return fil_fault_set(fault, bare.status, "criterion '%s': %s", key, bare.text);
	fil_verdict_release(verdict);
	verdict->holds = FIL_HOLDS_UNKNOWN;
	*why = fil_format(_("criterion '%s' cannot be judged: %s"), key, bare.text);
	return 0;
}

/* Says that a criterion cannot be judged, and frees the text. With --gate it does not hold. */
static void
say_why(const struct readiness *readiness, char *why)
{
	if (!readiness->request->gate) {
		say(readiness, why);
		return;
	}
	readiness->sink->broken(readiness->sink->context, why);
	free(why);
}

/* Judges a criterion, and gives its row. Returns 0, or -1 with a fault that names it. */
static int
give_row(const struct readiness *readiness, size_t row, struct fil_fault *fault)
{
	static const char *const words[] = {
		[FIL_HOLDS_NOT] = "no", [FIL_HOLDS_UNKNOWN] = "unknown", [FIL_HOLDS] = "yes"
	};
	const char *cells[COLUMNS];
	struct fil_verdict verdict = { 0 };
	char *why = NULL;

	if (judge(readiness, row, &verdict, &why, fault) < 0) {
		fil_verdict_release(&verdict);
		return -1;
	}
	for (size_t i = CRITERION; i <= SET; i++)
		cells[i] = cell_of(readiness, row, i);
	cells[VALUE] = verdict.value;
	cells[LOW] = verdict.low;
	cells[HIGH] = verdict.high;
	cells[HOLDS] = words[verdict.holds];
	readiness->sink->row(readiness->sink->context, cells);
	if (why)
		say_why(readiness, why);
	else
		say_broken(readiness, row, &verdict);
	if (verdict.any_size)
		say(readiness,
		    fil_format(_("criterion '%s': %s"), cells[CRITERION], _(FIL_REPORT_ANY_SIZE)));
	fil_verdict_release(&verdict);
	return say_late(readiness, row, fault);
}

/* Reads the criteria that were set by the day. Returns 0 or -1. */
static int
read_criteria(struct readiness *readiness, struct fil_fault *fault)
{
	struct fil_query *query = fil_query_new(readiness->store, criteria_set);
	char day[FIL_DATE_SIZE];

	fil_date_write(readiness->request->as_of, day);
	fil_query_bind(query, 1, day);
	readiness->criteria = fil_lookup_table_new(query, OF_ALL, fault);
	return readiness->criteria ? 0 : -1;
}

static int
make_readiness(struct fil_store *store, const struct fil_report_request *request,
    const struct fil_report_sink *sink, struct fil_fault *fault)
{
	struct readiness readiness = { .request = request, .sink = sink, .store = store };
	const struct fil_selection *selection = &request->selection;
	size_t n;
	int got = 0;

	if (selection->active || selection->phase || fil_selection_has_conditions(selection))
		return fil_fault_set(fault, FIL_USAGE,
		    "--active, --phase and -w do not apply to readiness: each criterion says which"
		    " users count");
	if (read_criteria(&readiness, fault) < 0)
		return -1;
	n = fil_lookup_table_rows(readiness.criteria);
	sink->columns(sink->context, columns, COLUMNS);
	for (size_t row = 0; got == 0 && row < n; row++)
		got = give_row(&readiness, row, fault);
	if (got == 0 && n == 0 && request->gate)
		sink->broken(sink->context, _("there is no criterion that could hold"));
	fil_lookup_table_free(readiness.criteria);
	return got;
}

const struct fil_report_subject fil_report_readiness = {
	.name = "readiness",
	.meaning = N_("whether the criteria chosen before a phase hold"),
	.make = make_readiness,
};
