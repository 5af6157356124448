/* SPDX-License-Identifier: ISC */
/* fil-forget: erase people from the store and its log */
#include <stdio.h>

#include "lib/audit/erasure.h"
#include "lib/audit/person.h"
#include "lib/base/language.h"
#include "lib/cli/cli.h"

enum { YES = 256, ANONYMISE, LEFT_BEFORE, MATCH };

static const struct fil_option options[] = {
	{ "yes", YES, NULL, N_("erase for good (default: only show)") },
	{ "anonymise", ANONYMISE, NULL, N_("keep the facts under a random key (default: erase)") },
	{ "left-before", LEFT_BEFORE, "DATE", N_("erase all users who left before DATE") },
	{ "match", MATCH, "KIND", N_("find USER by email or name (default: key)"), "email name" },
	{ 0 },
};

static const struct fil_command command = {
	.purpose = N_("erase people from the store and its log"),
	.operands = "[USER... | FILE | -]",
	.examples = "fil-forget 00421\n"
		    "fil-forget --yes --anonymise --left-before -5y",
	.options = options,
	.shares = FIL_SHARE_STORE | FIL_SHARE_OUTPUT | FIL_SHARE_WAIT,
};

/* The command line, and what is printed. */
struct asked {
	struct fil_cli *cli;
	struct fil_erasure erasure;
	char left_before[FIL_DATE_SIZE];
	struct fil_output *output;
};

static void
take_option(struct asked *asked, int option)
{
	struct fil_erasure *erasure = &asked->erasure;
	fil_day today = fil_cli_options(asked->cli)->today, day;
	struct fil_fault fault;

	switch (option) {
	case YES: erasure->yes = true; break;
	case ANONYMISE: erasure->anonymise = true; break;
	case LEFT_BEFORE:
		if (fil_date_relative(optarg, today, today, &day) != 0)
			fil_cli_usage(asked->cli, "--left-before: '%s' is not a date", optarg);
		fil_date_write(day, asked->left_before);
		erasure->left_before = asked->left_before;
		break;
	default:
		if (fil_person_match(optarg, &erasure->match, &fault) != 0)
			fil_cli_usage(asked->cli, "%s", fault.text);
	}
}

/* Opens the output, unless it is open. */
static void
open_output(struct asked *asked)
{
	static const struct fil_output_column columns[] = { { "table", FIL_CELL_TEXT },
		{ "rows", FIL_CELL_NUMBER } };

	if (!asked->output)
		asked->output = fil_cli_output(
		    asked->cli, "rows", N_("the rows to erase, table by table"), columns, 2);
}

static void
print_row(void *context, const char *table, size_t rows)
{
	struct asked *asked = context;
	char text[24];

	open_output(asked);
	snprintf(text, sizeof text, "%zu", rows);
	fil_output_row(asked->output, (const char *const[]){ table, text });
}

static void
print_words(void *context, const char *text)
{
	fil_cli_say(((const struct asked *)context)->cli, "%s", text);
}

/* Work that is left is reported also by a quiet command. */
static void
print_warning(void *context, const char *text)
{
	(void)context;
	fil_warn("%s", text);
}

/* Erases the people whom the operands name. Returns 0 or -1. */
static int
forget(struct asked *asked, struct fil_fault *fault)
{
	enum fil_store_mode mode = asked->erasure.yes ? FIL_STORE_WRITE : FIL_STORE_READ;
	struct fil_store *store = fil_cli_store(asked->cli, mode);
	int result;

	/* A file that cannot be made ends the program before anything is erased. */
	fil_cli_stream(asked->cli);
	result = fil_erase(store, &asked->erasure, fault);
	if (result == 0)
		open_output(asked);
	return result;
}

int
main(int argc, char **argv)
{
	struct asked asked = { .cli = fil_cli_new(argc, argv, &command) };
	struct fil_erasure *erasure = &asked.erasure;
	struct fil_fault fault;
	int option;

	*erasure = (struct fil_erasure){ .program = argv[0],
		.row = print_row,
		.say = print_words,
		.warn = print_warning,
		.context = &asked };
	while ((option = fil_cli_next(asked.cli)) != -1)
		take_option(&asked, option);
	if (!argv[optind] == !erasure->left_before)
		fil_cli_usage(asked.cli,
		    erasure->left_before ? _("--left-before selects users: USER, FILE and - do too")
					 : _("give USER, FILE, - or --left-before DATE"));
	erasure->operands = argv + optind;
	erasure->wait = fil_cli_options(asked.cli)->wait;
	if (forget(&asked, &fault) < 0)
		return fil_cli_fail(asked.cli, &fault);
	return fil_cli_end(asked.cli, FIL_OK);
}
