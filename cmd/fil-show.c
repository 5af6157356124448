/* SPDX-License-Identifier: ISC */
/* fil-show: print all data about a person */
#include <stdio.h>
#include <stdlib.h>

#include "lib/audit/letter.h"
#include "lib/audit/person.h"
#include "lib/base/language.h"
#include "lib/base/memory.h"
#include "lib/cli/cli.h"
#include "lib/mapping/profile_file.h"

enum { MATCH = 256 };

static const struct fil_option options[] = {
	{ "match", MATCH, "KIND", N_("find USER by email or name (default: key)"), "email name" },
	{ 0 },
};

static const struct fil_command command = {
	.purpose = N_("print all data about a person"),
	.operands = "USER...",
	.examples = "fil-show 00421\n"
		    "fil-show 00421 -f html --lang fr -o letter.html",
	.options = options,
	.shares = FIL_SHARE_STORE | FIL_SHARE_OUTPUT | FIL_SHARE_LANG,
};

/* What the command line asks for. */
struct asked {
	struct fil_cli *cli;
	enum fil_match match;
	struct fil_letter letter; /* its page is NULL for rows and JSON */
	struct fil_persons people;
};

static void
print_rows(const struct asked *asked)
{
	struct fil_output *output = fil_cli_output(
	    asked->cli, "data", N_("the data about a person"), fil_datum_columns, FIL_DATUM_CELLS);

	fil_persons_rows(&asked->people, output);
}

static void
print_letter(struct asked *asked)
{
	struct fil_letter *letter = &asked->letter;

	letter->today = fil_cli_options(asked->cli)->today;
	letter->user = asked->people.list[0].user;
	letter->data = asked->people.list[0].data;
	if (!fil_letter_write(letter, fil_cli_stream(asked->cli)))
		fil_cli_say(asked->cli,
		    "week.ini has no name and contact in [controller]:"
		    " the letter does not say who keeps the data and whom to write to");
}

/* Tells of which keys another person is not shown, and what a letter leaves out. */
static void
say_others(const struct asked *asked)
{
	char *text;

	if (asked->people.list[0].mentions > 0) {
		text =
		    fil_format(ngettext("%zu text about others mentions this person, and is not in "
					"the letter: fil-forget %s lists it",
				   "%zu texts about others mention this person, and are not in "
				   "the letter: fil-forget %s lists them",
				   asked->people.list[0].mentions),
			asked->people.list[0].mentions, asked->people.list[0].user);
		fil_cli_say(asked->cli, "%s", text);
		free(text);
	}
	for (size_t i = 0; i < asked->people.n; i++)
		if (asked->people.list[i].former > 0)
			fil_cli_say(asked->cli,
			    "%s: this person has the key since run %lld; another one, who had it "
			    "until run %lld, is not shown (fil-log %lld)",
			    asked->people.list[i].user, (long long)asked->people.list[i].since,
			    (long long)asked->people.list[i].former,
			    (long long)asked->people.list[i].former);
}

/* Prints the data about the people. Returns 0, or -1 with a fault. */
static int
show(struct asked *asked, char *const *operands, struct fil_fault *fault)
{
	struct fil_profile_file *settings = NULL;
	int result = -1;

	if (asked->letter.page)
		asked->letter.settings = settings = fil_settings_read(NULL, fault);
	if (settings || !asked->letter.page)
		result = fil_persons_read(fil_cli_store(asked->cli, FIL_STORE_READ), asked->match,
		    operands, asked->letter.page, &asked->people, fault);
	if (result == 0 && asked->letter.page)
		print_letter(asked);
	else if (result == 0 && fil_cli_options(asked->cli)->format == FIL_JSON)
		fil_persons_json(&asked->people, fil_cli_stream(asked->cli));
	else if (result == 0)
		print_rows(asked);
	if (result == 0)
		say_others(asked);
	fil_profile_file_free(settings);
	return result;
}

/* Reads an option of the command, or ends the program with 64. */
static void
take_option(struct asked *asked, int option)
{
	struct fil_fault fault;

	if (option == MATCH && fil_person_match(optarg, &asked->match, &fault) != 0)
		fil_cli_usage(asked->cli, "%s", fault.text);
}

int
main(int argc, char **argv)
{
	struct fil_cli *cli = fil_cli_new(argc, argv, &command);
	struct asked asked = { .cli = cli, .match = FIL_MATCH_KEY };
	struct fil_fault fault;
	int result;

	for (int option; (option = fil_cli_next(cli)) != -1;)
		take_option(&asked, option);
	if (optind == argc)
		fil_cli_operands(cli, 1);
	asked.letter.page = fil_output_page(fil_cli_options(cli)->format);
	if (asked.letter.page && argc - optind > 1)
		fil_cli_usage(cli, "a letter is for one person: give one USER, or -f json");
	result = show(&asked, argv + optind, &fault);
	fil_persons_release(&asked.people);
	return result < 0 ? fil_cli_fail(cli, &fault) : fil_cli_end(cli, FIL_OK);
}
