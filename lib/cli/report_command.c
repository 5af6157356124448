/* SPDX-License-Identifier: ISC */
#include "lib/cli/report_command.h"

#include <limits.h>
#include <stdlib.h>

#include "lib/base/memory.h"
#include "lib/catalog/catalog.h"
#include "lib/report/report.h"

enum {
	AS_OF = 256,
	BY,
	DEPTH,
	MIN_GROUP,
	WEEKS,
	STALE,
	SOURCE,
	ROLE,
	DIMENSION,
	FROM,
	COMPARE,
	CURVE,
	TARGET,
	SCORE,
	REQUIRE
};

const struct fil_option fil_report_command_options[] = {
	{ "as-of", AS_OF, "DATE", "count only facts dated up to then (today)" },
	{ "by", BY, "COLUMN", "group by unit, job, manager, phase, kind or role" },
	{ "depth", DEPTH, "N", "cut a unit's path after N parts" },
	{ "min-group", MIN_GROUP, "N", "merge groups of fewer users (5; 0 shows all)" },
	{ "weeks", WEEKS, "N", "progress: Sundays (12); stalled, followup: weeks (4)" },
	{ "stale", STALE, "WEEKS", "after which a level is stale (12)" },
	{ "source", SOURCE, "LIST", "count only levels from these sources" },
	{ "role", ROLE, "LIST", "count users of these roles (user)" },
	{ "dimension", DIMENSION, "D", "only in this dimension" },
	{ "from", FROM, "ORIGIN", "time: count days from 'enrolled' or 'arrived'" },
	{ "compare", COMPARE, NULL, "time: test whether groups differ" },
	{ "curve", CURVE, NULL, "time: print the curve day by day" },
	{ "target", TARGET, "PCT", "forecast: the share that is waited for (80)" },
	{ "score", SCORE, NULL, "forecast: hold past forecasts against what came" },
	{ "require", REQUIRE, "COND", "exit 1 where this does not hold of a row" },
	{ 0 },
};

/* given has bit i for option i of the table. */
struct fil_cli_report {
	struct fil_cli *cli;
	struct fil_report_request request;
	struct fil_requirements *requirements;
	struct fil_output *output;
	struct fil_fault fault;
	unsigned given;
	bool broken;
};

struct fil_cli_report *
fil_report_command_new(struct fil_cli *cli)
{
	struct fil_cli_report *report = fil_alloc(1, sizeof *report);

	report->cli = cli;
	report->request = fil_report_request(fil_cli_today(cli));
	report->requirements = fil_requirements_new(report->request.today);
	return report;
}

static unsigned
number(
    const struct fil_cli_report *report, int letter, const char *text, long long min, long long max)
{
	const char *name = fil_report_command_options[letter - AS_OF].name;

	return (unsigned)fil_cli_number(report->cli, name, text, min, max);
}

/* Takes an option whose argument is a number. Returns whether it was one. */
static bool
take_number(struct fil_cli_report *report, int letter, const char *text)
{
	struct fil_report_request *request = &report->request;

	switch (letter) {
	case DEPTH: request->depth = number(report, letter, text, 1, INT_MAX); return true;
	case MIN_GROUP: request->min_group = number(report, letter, text, 0, INT_MAX); return true;
	case WEEKS: request->weeks = number(report, letter, text, 1, FIL_MOST_WEEKS); return true;
	case STALE:
		request->stale_weeks = number(report, letter, text, 0, FIL_MOST_WEEKS);
		return true;
	case TARGET: request->target = number(report, letter, text, 1, 100); return true;
	default: return false;
	}
}

void
fil_report_command_option(struct fil_cli_report *report, int letter, char *argument)
{
	struct fil_report_request *request = &report->request;
	const char *name = fil_report_command_options[letter - AS_OF].name;
	struct fil_fault *fault = &report->fault;
	int got = 0;

	report->given |= 1U << (letter - AS_OF);
	if (take_number(report, letter, argument))
		return;
	switch (letter) {
	case AS_OF: request->as_of = fil_cli_date(report->cli, name, argument); break;
	case BY: got = fil_by_read(argument, &request->by, fault); break;
	case SOURCE: request->sources = argument; break;
	case ROLE: request->selection.roles = argument; break;
	case DIMENSION: request->dimension = argument; break;
	case FROM: got = fil_from_read(argument, &request->from, fault); break;
	case COMPARE: request->compare = true; break;
	case CURVE: request->curve = true; break;
	case SCORE: request->score = true; break;
	default: got = fil_requirements_add(report->requirements, argument, fault);
	}
	if (got < 0)
		fil_cli_usage(report->cli, "--%s: %s", name, fault->text);
}

static void
take_columns(void *context, const struct fil_output_column *columns, size_t n)
{
	struct fil_cli_report *report = context;

	if (fil_requirements_bind(report->requirements, columns, n, &report->fault) < 0)
		fil_cli_usage(report->cli, "--require: %s", report->fault.text);
	report->output = fil_cli_output(report->cli, columns, n);
}

static void
take_row(void *context, const char *const *cells)
{
	struct fil_cli_report *report = context;
	char *broken = fil_requirements_broken(report->requirements, cells);

	fil_output_row(report->output, cells);
	report->broken |= broken != NULL;
	if (broken)
		fil_warn("%s", broken);
	free(broken);
}

static void
take_word(void *context, const char *text)
{
	const struct fil_cli_report *report = context;

	fil_cli_say(report->cli, "%s", text);
}

static const struct fil_report_subject *
find_subject(struct fil_cli_report *report, char *const *operands)
{
	const struct fil_report_subject *subject = fil_report_choose(*operands, &report->fault);
	const struct fil_option *options = fil_report_command_options;

	if (!subject)
		fil_cli_usage(report->cli, "%s", report->fault.text);
	if (operands[1])
		fil_cli_usage(report->cli, "one subject at a time, not '%s' too", operands[1]);
	for (size_t i = 0; options[i].name != NULL; i++)
		if (report->given >> i & 1 && !fil_report_takes(subject, options[i].name))
			fil_cli_usage(
			    report->cli, "--%s does not fit %s", options[i].name, *operands);
	if (report->request.depth > 0 && report->request.by != FIL_BY_UNIT)
		fil_cli_usage(
		    report->cli, "--depth cuts the paths of units: it goes with --by unit");
	return subject;
}

static void
select_users(struct fil_cli_report *report)
{
	const char *roles = report->request.selection.roles;

	report->request.selection = *fil_cli_users(report->cli);
	report->request.selection.roles = roles;
}

int
fil_report_command_run(struct fil_cli_report *report, char *const *operands)
{
	const struct fil_report_sink sink = { take_columns, take_row, take_word, report };
	const struct fil_report_subject *subject = find_subject(report, operands);
	struct fil_cli *cli = report->cli;
	struct fil_store *store;
	int got, status;

	select_users(report);
	store = fil_cli_store(cli, FIL_STORE_READ);
	got = fil_report_make(subject, store, &report->request, &sink, &report->fault);
	if (report->output)
		fil_output_end(report->output);
	status = got < 0 ? fil_cli_fail(cli, &report->fault)
			 : fil_cli_end(cli, report->broken ? FIL_REFUSED : FIL_OK);
	fil_requirements_free(report->requirements);
	free(report);
	return status;
}
