/* SPDX-License-Identifier: ISC */
#include "lib/cli/cli.h"

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/output/answer.h"
#include "lib/cli/cli_state.h"
#include "lib/base/memory.h"
#include "lib/base/number.h"
#include "lib/cli/process.h"

enum { DEFAULT_WAIT = 30, LONGEST_WAIT = 86400 };

/* Letters of shared options without one; the commands' own begin at 256. */
enum { ACTIVE = 0x1000, PHASE, WAIT, ONLY, VERSION };

static const struct shared {
	unsigned share;
	struct fil_option option;
} shared[] = {
	{ FIL_SHARE_FILTER, { "where", 'w', "CONDITION",
	    "only rows with COL OP VALUE: = != < <= > >= ~" } },
	{ FIL_SHARE_USERS, { "active", ACTIVE, NULL, "only users who are here today: not left" } },
	{ FIL_SHARE_USERS, { "phase", PHASE, "GLOB", "only users enrolled there; '' in none" } },
	{ FIL_SHARE_WRITER, { "dry-run", 'n', NULL, "do everything, keep nothing" } },
	{ FIL_SHARE_WRITER, { "only", ONLY, "LIST", "print only rows added, changed, left ..." } },
	{ FIL_SHARE_WRITER, { "wait", WAIT, "SECONDS", "wait so long for other writers (30)" } },
	{ FIL_SHARE_STORE, { "db", 'd', "STORE",
	    "the store; else FILROUGE_DB, else one in ~/.local/share" } },
	{ FIL_SHARE_OUTPUT, { "format", 'f', "FORMAT", "csv, json, table or markdown" } },
	{ FIL_SHARE_OUTPUT, { "output", 'o', "FILE", "write to FILE, whole or not at all" } },
	{ 0, { "quiet", 'q', NULL, "say nothing but errors, print no rows" } },
	{ 0, { "verbose", 'v', NULL, "say more" } },
	{ 0, { "help", 'h', NULL, "show this help" } },
	{ 0, { "version", VERSION, NULL, "show the version" } },
};

struct fil_cli *
fil_cli_new(int argc, char **argv, const struct fil_command *command)
{
	bool no_output = fil_process_secure();
	struct fil_cli *cli = fil_alloc(1, sizeof(*cli));
	struct fil_fault fault;

	cli->no_output = no_output;
	cli->argc = argc;
	cli->argv = argv;
	cli->command = command;
	cli->wait = DEFAULT_WAIT;
	cli->filter = fil_filter_new();
	cli->options = fil_options_new();
	for (const struct fil_option *own = command->options; own->name != NULL; own++)
		fil_options_add(cli->options, own);
	for (size_t i = 0; i < sizeof(shared) / sizeof(*shared); i++)
		if (shared[i].share == 0 || (shared[i].share & command->shares) != 0)
			fil_options_add(cli->options, &shared[i].option);
	if (fil_date_today(&cli->today, &fault) != 0)
		fil_die_fault(&fault);
	return cli;
}

void
fil_cli_point_to_help(void)
{
	fprintf(stderr, "Try '%s --help' for more information.\n", program_invocation_short_name);
}

_Noreturn void
fil_cli_usage(const struct fil_cli *cli, const char *format, ...)
{
	va_list arguments;
	char *text;

	(void)cli;
	va_start(arguments, format);
	text = fil_format_list(format, arguments);
	va_end(arguments);
	fil_warn("%s", text);
	fil_cli_point_to_help();
	_exit(FIL_USAGE);
}

/* Ends a command that has only printed what it was asked to say of itself. */
_Noreturn static void
end_with_words(struct fil_cli *cli)
{
	exit(fil_cli_end(cli, FIL_OK));
}

_Noreturn static void
print_help(struct fil_cli *cli)
{
	const struct fil_command *command = cli->command;
	const char *program = program_invocation_short_name;
	FILE *stream = stdout;

	cli->answer = fil_answer_new(cli->no_output);
	fprintf(stream, "Usage: %s [OPTION...]%s%s\n", program,
	    *command->operands == '\0' ? "" : " ", command->operands);
	fprintf(stream, "%c%s.\n\nOptions:\n", toupper(command->purpose[0]), command->purpose + 1);
	fil_options_print(cli->options, stream);
	fputs("\nExamples:\n", stream);
	for (const char *line = command->examples; *line != '\0';) {
		size_t n;

		line += strspn(line, " ");
		n = strcspn(line, "\n");
		fprintf(stream, "  %.*s\n", (int)n, line);
		line += n + (line[n] == '\n');
	}
	fprintf(stream, "\nMore: man %s, man 7 filrouge\n", program);
	end_with_words(cli);
}

_Noreturn static void
print_version(struct fil_cli *cli)
{
	cli->answer = fil_answer_new(cli->no_output);
	printf("%s (filrouge) %s\n", program_invocation_short_name, FIL_VERSION);
	end_with_words(cli);
}

static void
set_format(struct fil_cli *cli, const char *name)
{
	if (fil_output_format(name, &cli->format) != 0)
		fil_cli_usage(cli, "--format: '%s' is none of %s", name, fil_output_formats());
	cli->has_format = true;
}

static void
add_condition(struct fil_cli *cli, const char *condition)
{
	struct fil_fault fault;

	if (fil_filter_add(cli->filter, condition, &fault) != 0)
		fil_cli_usage(cli, "%s", fault.text);
}

static void
set_output(struct fil_cli *cli, const char *file)
{
	if (*file == '\0')
		fil_cli_usage(cli, "--output: the name of the file is empty");
	cli->output = file;
}

static void
set_wait(struct fil_cli *cli, const char *seconds)
{
	cli->wait = (unsigned)fil_cli_number(cli, "wait", seconds, 0, LONGEST_WAIT);
}

/* Returns whether the option is a shared one, which then is done with. */
static bool
take(struct fil_cli *cli, int letter)
{
	switch (letter) {
	case 'w': add_condition(cli, optarg); break;
	case ACTIVE: cli->selection.active = true; break;
	case PHASE: cli->selection.phase = optarg; break;
	case 'n': cli->dry_run = true; break;
	case ONLY: cli->only = optarg; break;
	case WAIT: set_wait(cli, optarg); break;
	case 'd': cli->db = optarg; break;
	case 'f': set_format(cli, optarg); break;
	case 'o': set_output(cli, optarg); break;
	case 'q': cli->quiet = true; break;
	case 'v': cli->verbose = true; break;
	case 'h': print_help(cli);
	case VERSION: print_version(cli);
	default: return false;
	}
	return true;
}

int
fil_cli_next(struct fil_cli *cli)
{
	struct fil_fault fault;
	int letter;

	do {
		letter = fil_options_next(cli->options, cli->argc, cli->argv, &fault);
		if (letter == FIL_OPTIONS_WRONG)
			fil_cli_usage(cli, "%s", fault.text);
	} while (letter != -1 && take(cli, letter));
	return letter;
}

long long
fil_cli_number(const struct fil_cli *cli, const char *option, const char *text, long long min,
    long long max)
{
	long long number;

	if (fil_number_read(text, min, max, &number) != 0)
		fil_cli_usage(cli, "--%s: '%s' is not a whole number from %lld to %lld", option,
		    text, min, max);
	return number;
}

fil_day
fil_cli_date(const struct fil_cli *cli, const char *option, const char *text)
{
	fil_day day;

	if (fil_date_relative(text, cli->today, cli->today, &day) != 0)
		fil_cli_usage(cli,
		    "--%s: '%s' is not a date (2024-03-31, today, last-sunday, -2w)", option, text);
	return day;
}

fil_day
fil_cli_today(const struct fil_cli *cli)
{
	return cli->today;
}

bool
fil_cli_quiet(const struct fil_cli *cli)
{
	return cli->quiet;
}

bool
fil_cli_verbose(const struct fil_cli *cli)
{
	return cli->verbose;
}

bool
fil_cli_dry_run(const struct fil_cli *cli)
{
	return cli->dry_run;
}

unsigned
fil_cli_wait(const struct fil_cli *cli)
{
	return cli->wait;
}

const char *
fil_cli_only(const struct fil_cli *cli)
{
	return cli->only;
}

struct fil_filter *
fil_cli_filter(const struct fil_cli *cli)
{
	return cli->filter;
}

const struct fil_selection *
fil_cli_selection(const struct fil_cli *cli)
{
	return &cli->selection;
}

const struct fil_selection *
fil_cli_users(struct fil_cli *cli)
{
	struct fil_fault fault;

	if (fil_filter_bind(cli->filter, fil_catalog_table("users"), cli->today, &fault) != 0)
		fil_cli_usage(cli, "%s", fault.text);
	cli->selection.filter = cli->filter;
	return &cli->selection;
}

bool
fil_cli_selects(const struct fil_cli *cli)
{
	return cli->selection.active || cli->selection.phase != NULL;
}

void
fil_cli_operands(const struct fil_cli *cli, int wanted)
{
	int n = cli->argc - optind;

	if (n < wanted)
		fil_cli_usage(cli, "an operand is missing: %s", cli->command->operands);
	if (n > wanted)
		fil_cli_usage(cli, "one operand too many: '%s'", cli->argv[optind + wanted]);
}

const struct fil_table *
fil_cli_table(const struct fil_cli *cli, const char *name)
{
	const struct fil_table *table = fil_catalog_table(name);
	const struct fil_table *const *tables;
	const char **names, *nearest;
	size_t n;

	if (table != NULL)
		return table;
	tables = fil_catalog_tables(&n);
	names = fil_alloc(n, sizeof(*names));
	for (size_t i = 0; i < n; i++)
		names[i] = tables[i]->name;
	nearest = fil_text_nearest(name, names, n);
	if (nearest == NULL)
		fil_cli_usage(cli, "there is no table '%s'; fil-list --tables names them", name);
	fil_cli_usage(cli, "there is no table '%s'; the nearest is '%s'", name, nearest);
}
