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
	struct fil_person *people; /* one for each operand */
	size_t n;
};

/* Reads the data about the people whom the operands name. Returns 0, or -1 with a fault. */
static int
read_people(struct asked *asked, char *const *operands, struct fil_fault *fault)
{
	struct fil_store *store = fil_cli_store(asked->cli, FIL_STORE_READ);
	struct fil_history *history =
	    fil_store_snapshot(store, fault) == 0 ? fil_history_new(store, fault) : NULL;
	int result = history ? 0 : -1;

	for (size_t i = 0; i < asked->n && result == 0; i++) {
		struct fil_person *person = &asked->people[i];

		person->user = fil_person_find(store, fil_history_renamings(history), asked->match,
		    "USER", operands[i], fault);
		result = person->user ? fil_person_read(store, history, person, fault) : -1;
	}
	fil_history_free(history);
	return result;
}

static void
print_rows(const struct asked *asked)
{
	struct fil_output *output = fil_cli_output(
	    asked->cli, "data", N_("the data about a person"), fil_datum_columns, FIL_DATUM_CELLS);

	fil_person_data_rows(output, asked->people, asked->n);
}

static void
print_letter(struct asked *asked)
{
	struct fil_letter *letter = &asked->letter;

	letter->today = fil_cli_options(asked->cli)->today;
	letter->user = asked->people[0].user;
	letter->data = asked->people[0].data;
	if (!fil_letter_write(letter, fil_cli_stream(asked->cli)))
		fil_cli_say(asked->cli,
		    "week.ini has no name and contact in [controller]:"
		    " the letter does not say who keeps the data and whom to write to");
}

/* Tells of which keys another person is not shown. */
static void
say_others(const struct asked *asked)
{
	for (size_t i = 0; i < asked->n; i++)
		if (asked->people[i].former > 0)
			fil_cli_say(asked->cli,
			    "%s: this person has the key since run %lld; another one, who had it "
			    "until run %lld, is not shown (fil-log %lld)",
			    asked->people[i].user, (long long)asked->people[i].since,
			    (long long)asked->people[i].former, (long long)asked->people[i].former);
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
		result = read_people(asked, operands, fault);
	if (result == 0 && asked->letter.page)
		print_letter(asked);
	else if (result == 0 && fil_cli_options(asked->cli)->format == FIL_JSON)
		fil_person_data_json(fil_cli_stream(asked->cli), asked->people, asked->n);
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
	asked.n = (size_t)(argc - optind);
	if (asked.n == 0)
		fil_cli_operands(cli, 1);
	asked.letter.page = fil_output_page(fil_cli_options(cli)->format);
	if (asked.letter.page && asked.n > 1)
		fil_cli_usage(cli, "a letter is for one person: give one USER, or -f json");
	asked.people = fil_alloc(asked.n, sizeof *asked.people);
	result = show(&asked, argv + optind, &fault);
	for (size_t i = 0; i < asked.n; i++) {
		fil_batch_free(asked.people[i].data);
		free(asked.people[i].user);
	}
	free(asked.people);
	return result < 0 ? fil_cli_fail(cli, &fault) : fil_cli_end(cli, FIL_OK);
}
