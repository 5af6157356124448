/* SPDX-License-Identifier: ISC */
/* fil-report: print figures. */
#include <stdlib.h>

#include "lib/base/language.h"
#include "lib/cli/cli.h"
#include "lib/report/report.h"

enum { OPTION = 256 }; /* the letter of the first of fil_report_options */

static const char *
name_subject(size_t i, const char **meaning)
{
	const struct fil_report_subject *subject = fil_report_subject(i);

	if (!subject)
		return NULL;
	*meaning = subject->meaning;
	return subject->name;
}

static const struct fil_command command = {
	.purpose = N_("print figures"),
	.operands = "SUBJECT",
	.words = N_("Subjects"),
	.word = name_subject,
	.brief = true,
	.examples = "fil-report stalled --weeks 4 | fil-assign module=tutoring due=+14d",
	.shares = FIL_SHARE_STORE | FIL_SHARE_OUTPUT | FIL_SHARE_FILTER | FIL_SHARE_USERS |
	    FIL_SHARE_LANG,
};

/* A report while it is printed. */
struct printing {
	struct fil_cli *cli;
	const struct fil_report_subject *subject;
	struct fil_output *output;
	bool broken; /* a requirement does not hold for some row */
};

static void
print_columns(void *context, const struct fil_output_column *columns, size_t n)
{
	struct printing *printing = context;

	printing->output = fil_cli_output(
	    printing->cli, printing->subject->name, printing->subject->meaning, columns, n);
}

static void
print_row(void *context, const char *const *cells)
{
	const struct printing *printing = context;

	fil_output_row(printing->output, cells);
}

static void
print_remark(void *context, const char *text)
{
	const struct printing *printing = context;

	fil_cli_say(printing->cli, "%s", text);
}

static void
print_broken(void *context, const char *text)
{
	struct printing *printing = context;

	printing->broken = true;
	fil_warn("%s", text);
}

static void
add_options(struct fil_cli *cli)
{
	const struct fil_report_option *option = fil_report_options;

	for (int letter = OPTION; option->name; option++, letter++)
		fil_cli_add(cli,
		    &(struct fil_option){
			option->name, letter, option->argument, option->help, option->values },
		    option->group ? option->group : option->subject);
}

/* Reads the options into the request. Returns the subject. */
static const struct fil_report_subject *
read_command_line(struct fil_cli *cli, char **argv, struct fil_report_request *request)
{
	const struct fil_report_subject *subject;
	const char *roles;
	struct fil_fault fault;
	int letter;

	while ((letter = fil_cli_next(cli)) != -1) {
		size_t i = (size_t)(letter - OPTION);

		if (fil_report_request_take(request, i, optarg, &fault) < 0)
			fil_cli_usage(cli, "--%s: %s", fil_report_options[i].name, fault.text);
	}
	argv += optind;
	subject = fil_report_choose(argv[0], request, &fault);
	if (!subject)
		fil_cli_usage(cli, "%s", fault.text);
	if (argv[1])
		fil_cli_usage(cli, "one operand too many: '%s'", argv[1]);
	roles = request->selection.roles;
	request->selection = *fil_cli_users(cli);
	request->selection.roles = roles;
	return subject;
}

int
main(int argc, char **argv)
{
	struct fil_cli *cli = fil_cli_new(argc, argv, &command);
	struct fil_report_request request = fil_report_request(fil_cli_options(cli)->today);
	struct printing printing = { .cli = cli };
	const struct fil_report_sink sink = { .columns = print_columns,
		.row = print_row,
		.say = print_remark,
		.broken = print_broken,
		.context = &printing };
	struct fil_fault fault;
	int got;

	add_options(cli);
	printing.subject = read_command_line(cli, argv, &request);
	got = fil_report_make(
	    printing.subject, fil_cli_store(cli, FIL_STORE_READ), &request, &sink, &fault);
	fil_report_request_release(&request);
	if (got < 0)
		return fil_cli_fail(cli, &fault);
	return fil_cli_end(cli, printing.broken ? FIL_REFUSED : FIL_OK);
}
