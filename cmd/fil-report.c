/* SPDX-License-Identifier: ISC */
/* fil-report: print figures. */
#include <limits.h>
#include <stdlib.h>

#include "lib/catalog.h"
#include "lib/cli.h"
#include "lib/report.h"
#include "lib/requirement.h"

enum { AS_OF = 256, BY, DEPTH, MIN_GROUP, WEEKS, STALE, SOURCE, ROLE, DIMENSION, REQUIRE };

static const struct fil_option options[] = {
	{ "as-of", AS_OF, "DATE", "count only facts dated up to then (today)" },
	{ "by", BY, "COLUMN", "group by unit, job, manager, phase, kind or role" },
	{ "depth", DEPTH, "N", "cut a unit's path after N parts" },
	{ "min-group", MIN_GROUP, "N", "merge groups of fewer users (5; 0 shows all)" },
	{ "weeks", WEEKS, "N", "progress: Sundays (12); stalled, followup: weeks (4)" },
	{ "stale", STALE, "WEEKS", "after which a level is stale (12)" },
	{ "source", SOURCE, "LIST", "count only levels from these sources" },
	{ "role", ROLE, "LIST", "count users of these roles (user)" },
	{ "dimension", DIMENSION, "D", "stalled: only in this dimension" },
	{ "require", REQUIRE, "COND", "exit 1 where this does not hold of a row" },
	{ 0 },
};

static const struct fil_command command = {
	.purpose = "print figures",
	.operands = "SUBJECT",
	.examples = "fil-report autonomy --by unit --depth 1\n"
		    "fil-report stalled --weeks 4 | fil-assign module=tutoring due=+14d",
	.options = options,
	.shares = FIL_SHARE_STORE | FIL_SHARE_OUTPUT | FIL_SHARE_FILTER | FIL_SHARE_USERS,
};

/* One making of a report. given has bit i for options[i]. */
struct making {
	struct fil_cli *cli;
	struct fil_report_request request;
	struct fil_requirements *requirements;
	struct fil_output *output;
	struct fil_fault fault;
	unsigned given;
	bool broken;
};

static void
take_columns(void *context, const struct fil_output_column *columns, size_t n)
{
	struct making *making = context;

	if (fil_requirements_bind(making->requirements, columns, n, &making->fault) < 0)
		fil_cli_usage(making->cli, "--require: %s", making->fault.text);
	making->output = fil_cli_output(making->cli, columns, n);
}

static void
take_row(void *context, const char *const *cells)
{
	struct making *making = context;
	char *broken = fil_requirements_broken(making->requirements, cells);

	fil_output_row(making->output, cells);
	making->broken |= broken != NULL;
	if (broken != NULL)
		fil_warn("%s", broken);
	free(broken);
}

static unsigned
number(const struct fil_cli *cli, const char *name, long long min, long long max)
{
	return (unsigned)fil_cli_number(cli, name, optarg, min, max);
}

static void
take_option(struct making *making, int option)
{
	struct fil_report_request *request = &making->request;
	const char *name = options[option - AS_OF].name;
	int got = 0;

	making->given |= 1U << (option - AS_OF);
	switch (option) {
	case AS_OF: request->as_of = fil_cli_date(making->cli, name, optarg); break;
	case BY: got = fil_by_read(optarg, &request->by, &making->fault); break;
	case DEPTH: request->depth = number(making->cli, name, 1, INT_MAX); break;
	case MIN_GROUP: request->min_group = number(making->cli, name, 0, INT_MAX); break;
	case WEEKS: request->weeks = number(making->cli, name, 1, FIL_MOST_WEEKS); break;
	case STALE: request->stale_weeks = number(making->cli, name, 0, FIL_MOST_WEEKS); break;
	case SOURCE: request->sources = optarg; break;
	case ROLE: request->selection.roles = optarg; break;
	case DIMENSION: request->dimension = optarg; break;
	default: got = fil_requirements_add(making->requirements, optarg, &making->fault);
	}
	if (got < 0)
		fil_cli_usage(making->cli, "--%s: %s", name, making->fault.text);
}

static const struct fil_report_subject *
find_subject(struct making *making, char *const *operands)
{
	const struct fil_report_subject *subject = fil_report_choose(*operands, &making->fault);

	if (subject == NULL)
		fil_cli_usage(making->cli, "%s", making->fault.text);
	if (operands[1] != NULL)
		fil_cli_usage(making->cli, "one subject at a time, not '%s' too", operands[1]);
	for (const struct fil_option *o = options; o->name != NULL; o++)
		if (making->given >> (o - options) & 1 && !fil_report_takes(subject, o->name))
			fil_cli_usage(making->cli, "--%s does not fit %s", o->name, *operands);
	return subject;
}

static void
select_users(struct making *making)
{
	struct fil_filter *filter = fil_cli_filter(making->cli);
	const struct fil_table *users = fil_catalog_table("users");

	making->request.selection.active = fil_cli_selection(making->cli)->active;
	making->request.selection.phase = fil_cli_selection(making->cli)->phase;
	making->request.selection.filter = filter;
	if (fil_filter_bind(filter, users, making->request.today, &making->fault) < 0)
		fil_cli_usage(making->cli, "%s", making->fault.text);
}

int
main(int argc, char **argv)
{
	struct making making = { .cli = fil_cli_new(argc, argv, &command) };
	struct fil_report_sink sink = { take_columns, take_row, &making };
	const struct fil_report_subject *subject;
	int option, got;

	making.request = fil_report_request(fil_cli_today(making.cli));
	making.requirements = fil_requirements_new(making.request.today);
	while ((option = fil_cli_next(making.cli)) != -1)
		take_option(&making, option);
	subject = find_subject(&making, argv + optind);
	select_users(&making);
	got = fil_report_make(subject, fil_cli_store(making.cli, FIL_STORE_READ), &making.request,
	    &sink, &making.fault);
	fil_requirements_free(making.requirements);
	if (making.output != NULL)
		fil_output_end(making.output);
	return got < 0 ? fil_cli_fail(making.cli, &making.fault)
	    : fil_cli_end(making.cli, making.broken ? FIL_REFUSED : FIL_OK);
}
