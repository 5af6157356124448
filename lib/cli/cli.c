/* SPDX-License-Identifier: ISC */
#include "lib/cli/cli.h"

#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <wctype.h>

#include "lib/base/file_use.h"
#include "lib/base/ending.h"
#include "lib/base/language.h"
#include "lib/base/memory.h"
#include "lib/base/number.h"
#include "lib/base/text.h"
#include "lib/base/utf8.h"
#include "lib/catalog/filter.h"
#include "lib/catalog/value.h"
#include "lib/output/output_file.h"

/* Progress: one line on the terminal of standard error, for work that takes over a second. */
struct progress {
	bool on;
	int64_t begun, shown; /* milliseconds of a monotonic clock */
	int length; /* of the line on the terminal */
};

/* A file that the command reads or writes. */
struct named {
	const char *path;
	const char *option; /* that names it; NULL: it is the input */
};

struct fil_cli {
	int argc;
	char **argv;
	const struct fil_command *command;
	struct fil_options *options;
	bool complete; /* all options are added */
	bool no_output; /* started with standard output closed */
	struct fil_cli_options wanted;
	const char *db;
	char *format_help, *format_values, *heading;
	bool has_format;
	enum fil_output_format format;
	struct fil_store *store;
	char *place; /* of the store */
	char *caution; /* of the store, already said, or NULL */
	struct named *files;
	size_t n_files;
	struct fil_output_file *file;
	struct fil_output *output;
	struct progress *progress;
};

enum { SECOND = 1000 }; /* milliseconds */

enum { DEFAULT_WAIT = 30, LONGEST_WAIT = 86400 };

/* Numbers of shared options without a letter. Options of commands begin at 256. */
enum { ACTIVE = 0x1000, PHASE, WAIT, ONLY, FOR_EXCEL, LANG, VERSION };

/* What a run shares besides the wait, and a writer of rows besides a run; and what another command
 * shares instead, alone or with an output. */
enum {
	TRIAL = FIL_SHARE_RUN - FIL_SHARE_WAIT,
	ROWS = FIL_SHARE_WRITER - FIL_SHARE_RUN,
	NO_ROWS = 0x200,
	LISTS = 0x400,
};

static const struct shared {
	unsigned share;
	struct fil_option option;
} shared[] = {
	{ FIL_SHARE_FILTER,
	    { "where", 'w', "CONDITION",
		N_("keep rows with COL=VALUE, != < <= > >= ~ (default: all)") } },
	{ FIL_SHARE_USERS,
	    { "active", ACTIVE, NULL, N_("keep only present users of role user (default: all)") } },
	{ FIL_SHARE_USERS,
	    { "phase", PHASE, "GLOB", N_("keep users of phases like GLOB, '': none (default: all)"),
		"phases.phase" } },
	{ TRIAL, { "dry-run", 'n', NULL, N_("do everything, keep nothing (default: keep)") } },
	{ ROWS,
	    { "only", ONLY, "LIST", N_("print only rows added, changed … (default: all)"),
		",added changed left returned removed" } },
	{ FIL_SHARE_WAIT,
	    { "wait", WAIT, "SECONDS",
		N_("wait at most SECONDS for other writers (default: 30)") } },
	{ FIL_SHARE_STORE,
	    { "db", 'd', "STORE", N_("use STORE (default: FILROUGE_DB, or ~/.local/share)") } },
	/* Its help names the formats. */
	{ FIL_SHARE_OUTPUT, { "format", 'f', "FORMAT", NULL } },
	{ FIL_SHARE_OUTPUT | FIL_SHARE_FILE,
	    { "output", 'o', "FILE", N_("write to FILE, whole or not at all (default: stdout)") } },
	{ LISTS,
	    { "for-excel", FOR_EXCEL, NULL,
		N_("write CSV for a spreadsheet (default: for commands)"), .known = true } },
	{ FIL_SHARE_LANG,
	    { "lang", LANG, "LANG", N_("write for people in fr or en (default: LANG)"), "fr en",
		.known = true } },
	{ ROWS,
	    { "quiet", 'q', NULL, N_("say nothing but errors, print no rows"), .known = true } },
	{ NO_ROWS, { "quiet", 'q', NULL, N_("say nothing but errors"), .known = true } },
	{ 0, { "verbose", 'v', NULL, N_("say more"), .known = true } },
	{ 0, { "help", 'h', NULL, N_("show this help"), .known = true } },
	{ 0, { "version", VERSION, NULL, N_("show the version"), .known = true } },
};

/* Opens the descriptors 0 to 2 where they are closed: no other file may become standard output or
 * error. Reading the input or writing to the output then fails; messages are discarded. Returns
 * whether standard output was closed. */
static bool
open_standard_descriptors(void)
{
	static const int flags[] = { O_WRONLY, O_RDONLY, O_RDWR };
	bool no_output = false;

	for (int descriptor = 0; descriptor <= 2; descriptor++) {
		if (fcntl(descriptor, F_GETFD) >= 0)
			continue;
		no_output = no_output || descriptor == STDOUT_FILENO;
		if (open("/dev/null", flags[descriptor]) != descriptor)
			_exit(FIL_UNAVAILABLE);
	}
	return no_output;
}

/* Makes the process safe. Core files would hold personal data. Without SIGXFSZ a limit on file
 * sizes is an error of the write. LC_NUMERIC stays: 0.8 is 0.8. Returns whether standard output was
 * closed. */
static bool
secure_process(void)
{
	bool no_output = open_standard_descriptors();

	umask(077);
	setrlimit(RLIMIT_CORE, &(struct rlimit){ 0, 0 });
	signal(SIGXFSZ, SIG_IGN);
	fil_language_start();
	if (!setlocale(LC_CTYPE, "C.UTF-8")) {
		if (errno == ENOMEM)
			fil_memory_die();
		fil_die(FIL_BUG, "the locale C.UTF-8 is missing");
	}
	return no_output;
}

struct fil_cli *
fil_cli_new(int argc, char **argv, const struct fil_command *command)
{
	bool no_output = secure_process();
	struct fil_cli *cli = fil_alloc(1, sizeof *cli);
	struct fil_fault fault;

	/* Whoever starts the program chooses this name. Messages, help and the server show it. */
	program_invocation_short_name = fil_text_escape(program_invocation_short_name);
	cli->no_output = no_output;
	cli->argc = argc;
	cli->argv = argv;
	cli->command = command;
	cli->wanted.wait = DEFAULT_WAIT;
	cli->wanted.filter = fil_filter_new();
	cli->options = fil_options_new();
	if (fil_date_today(&cli->wanted.today, &fault) != 0)
		fil_die_fault(&fault);
	return cli;
}

void
fil_cli_add(struct fil_cli *cli, const struct fil_option *option, const char *group)
{
	fil_options_add(cli->options, option, group);
}

static void
add_format(struct fil_cli *cli, struct fil_option option)
{
	char *names = fil_output_formats("|", "|");

	cli->format_help = fil_format(_("print %s"), names);
	free(names);
	option.help = cli->format_help;
	option.values = cli->format_values = fil_output_formats(" ", " ");
	fil_options_add(cli->options, &option, NULL);
}

/* Adds the options of the command, then the shared ones. */
static void
complete(struct fil_cli *cli)
{
	const struct fil_command *command = cli->command;
	unsigned shares = command->shares;

	if ((shares & ROWS) == 0)
		shares |= shares & FIL_SHARE_OUTPUT ? NO_ROWS | LISTS : NO_ROWS;
	for (const struct fil_option *own = command->options; own && own->name; own++)
		fil_options_add(cli->options, own, command->group);
	for (size_t i = 0; i < sizeof shared / sizeof *shared; i++) {
		if (shared[i].share != 0 && (shared[i].share & shares) == 0)
			continue;
		if (shared[i].option.letter == 'f')
			add_format(cli, shared[i].option);
		else
			fil_options_add(cli->options, &shared[i].option, NULL);
	}
	cli->complete = true;
}

static void
point_to_help(void)
{
	fprintf(
	    stderr, _("Try '%s --help' for more information.\n"), program_invocation_short_name);
}

_Noreturn void
fil_cli_usage(const struct fil_cli *cli, const char *format, ...)
{
	va_list arguments;
	char *text;

	(void)cli;
	va_start(arguments, format);
	text = fil_format_list(_(format), arguments);
	va_end(arguments);
	fil_warn("%s", text);
	point_to_help();
	_exit(FIL_USAGE);
}

/* Ends a command that has only printed its help or version. */
_Noreturn static void
end_with_words(struct fil_cli *cli)
{
	exit(fil_cli_end(cli, FIL_OK));
}

/* Prints the words that the operand of the command may be. */
static void
print_words(const struct fil_command *command, FILE *stream)
{
	const char *word, *meaning;
	int longest = 0;

	for (size_t i = 0; (word = command->word(i, &meaning)); i++)
		longest = (int)strlen(word) > longest ? (int)strlen(word) : longest;
	fprintf(stream, _("%s:\n"), _(command->words));
	for (size_t i = 0; (word = command->word(i, &meaning)); i++)
		fprintf(stream, "  %-*s  %s\n", longest, word, _(meaning));
	fputc('\n', stream);
}

/* Returns a phrase with a capital letter; the caller frees it. */
static char *
begin_sentence(const char *phrase)
{
	size_t first;
	wint_t letter = towupper((wint_t)fil_utf8_decode(phrase, strlen(phrase), &first));

	return fil_format("%lc%s", letter, phrase + first);
}

_Noreturn static void
print_help(struct fil_cli *cli)
{
	const struct fil_command *command = cli->command;
	const char *program = program_invocation_short_name;
	char *purpose = begin_sentence(_(command->purpose));
	FILE *stream = stdout;

	cli->file = fil_output_file_new(cli->no_output);
	fprintf(stream, _("Usage: %s [OPTION...]%s%s\n"), program,
	    *command->operands == '\0' ? "" : " ", command->operands);
	fprintf(stream, "%s.\n\n", purpose);
	free(purpose);
	if (command->words)
		print_words(command, stream);
	if (command->brief)
		fil_options_print_brief(cli->options, program, stream);
	else
		fil_options_print(cli->options, stream);
	fputs(_("\nExamples:\n"), stream);
	for (const char *line = command->examples; *line != '\0';) {
		size_t n;

		line += strspn(line, " ");
		n = strcspn(line, "\n");
		fprintf(stream, "  %.*s\n", (int)n, line);
		line += n + (line[n] == '\n');
	}
	fprintf(stream, _("\nMore: man %s, man 7 filrouge\n"), program);
	end_with_words(cli);
}

/* Prints lines of cells with a tab between: the operands, the table, the words, the options. */
_Noreturn static void
print_completion(struct fil_cli *cli)
{
	const struct fil_command *command = cli->command;
	const char *word, *meaning;

	cli->file = fil_output_file_new(cli->no_output);
	printf("operands\t%s\n", command->operands);
	if (command->table || (command->shares & FIL_SHARE_USERS) != 0)
		printf("table\t%s\n", command->table ? command->table : "users");
	for (size_t i = 0; command->word && (word = command->word(i, &meaning)); i++)
		printf("word\t%s\n", word);
	fil_options_declare(cli->options, stdout);
	end_with_words(cli);
}

_Noreturn static void
print_version(struct fil_cli *cli)
{
	cli->file = fil_output_file_new(cli->no_output);
	printf("%s (filrouge) %s\n", program_invocation_short_name, FIL_VERSION);
	end_with_words(cli);
}

static void
set_format(struct fil_cli *cli, const char *name)
{
	struct fil_fault fault;

	if (fil_output_format(name, &cli->format, &fault) != 0) {
		if (fault.status != FIL_USAGE)
			fil_die(fault.status, "--format: %s", fault.text);
		fil_cli_usage(cli, "--format: %s", fault.text);
	}
	cli->has_format = true;
}

static void
set_language(struct fil_cli *cli, const char *name)
{
	if (!fil_language_choose(name))
		fil_cli_usage(cli, "--lang takes fr or en, not '%s'", name);
}

static void
add_condition(struct fil_cli *cli, const char *condition)
{
	struct fil_fault fault;

	if (fil_filter_add(cli->wanted.filter, condition, &fault) != 0)
		fil_cli_usage(cli, "%s", fault.text);
}

static void
set_output(struct fil_cli *cli, const char *file)
{
	if (*file == '\0')
		fil_cli_usage(cli, "--output: the name of the file is empty");
	cli->wanted.output = file;
}

static void
set_wait(struct fil_cli *cli, const char *seconds)
{
	cli->wanted.wait = (unsigned)fil_cli_number(cli, "wait", seconds, 0, LONGEST_WAIT);
}

/* Handles a shared option. Returns false for an option of the command. */
static bool
take(struct fil_cli *cli, int letter)
{
	if (letter == 'f' && (cli->command->shares & FIL_SHARE_OUTPUT) == 0)
		return false;
	switch (letter) {
	case 'w': add_condition(cli, optarg); break;
	case ACTIVE: cli->wanted.selection.active = true; break;
	case PHASE: cli->wanted.selection.phase = optarg; break;
	case 'n': cli->wanted.dry_run = true; break;
	case ONLY: cli->wanted.only = optarg; break;
	case WAIT: set_wait(cli, optarg); break;
	case 'd': cli->db = optarg; break;
	case 'f': set_format(cli, optarg); break;
	case 'o': set_output(cli, optarg); break;
	case FOR_EXCEL: cli->wanted.for_excel = true; break;
	case LANG: set_language(cli, optarg); break;
	case 'q': cli->wanted.quiet = true; break;
	case 'v': cli->wanted.verbose = true; break;
	case 'h': print_help(cli);
	case VERSION: print_version(cli);
	default: return false;
	}
	return true;
}

/* Sets the format: -f, else a table on a terminal and CSV anywhere else. Ends the program (64) where
 * it does not go with the output or another option. */
static void
settle_format(struct fil_cli *cli)
{
	struct fil_cli_options *wanted = &cli->wanted;
	bool terminal = !wanted->output && isatty(STDOUT_FILENO);

	wanted->format = cli->has_format ? cli->format : terminal ? FIL_TABLE : FIL_CSV;
	if (wanted->format == FIL_XLSX && terminal)
		fil_cli_usage(cli, "xlsx is no text for a terminal: give -o FILE, or a pipe");
	if (wanted->for_excel && wanted->format != FIL_CSV)
		fil_cli_usage(cli, "--for-excel is a form of CSV: give -f csv");
}

int
fil_cli_next(struct fil_cli *cli)
{
	struct fil_fault fault;
	int letter;

	if (!cli->complete)
		complete(cli);
	if (cli->argc == 2 && strcmp(cli->argv[1], "--completion") == 0)
		print_completion(cli);
	do {
		letter = fil_options_next(cli->options, cli->argc, cli->argv, &fault);
		if (letter == FIL_OPTIONS_WRONG)
			fil_cli_usage(cli, "%s", fault.text);
	} while (letter != -1 && take(cli, letter));
	if (letter == -1)
		settle_format(cli);
	return letter;
}

long long
fil_cli_number(
    const struct fil_cli *cli, const char *option, const char *text, long long min, long long max)
{
	long long number;

	if (fil_number_read(text, min, max, &number) != 0)
		fil_cli_usage(cli, "--%s: '%s' is not a whole number from %lld to %lld", option,
		    text, min, max);
	return number;
}

long long
fil_cli_thousandths(
    const struct fil_cli *cli, const char *option, const char *text, long long min, long long max)
{
	char canonical[FIL_AMOUNT_SIZE], least[FIL_AMOUNT_SIZE], most[FIL_AMOUNT_SIZE];

	if (fil_amount_read(text, canonical) == 0) {
		long long amount = fil_amount_thousandths(canonical);

		if (amount >= min && amount <= max)
			return amount;
	}
	fil_amount_write(min, least);
	fil_amount_write(max, most);
	fil_cli_usage(cli, "--%s: '%s' is not a number from %s to %s", option, text, least, most);
}

const struct fil_cli_options *
fil_cli_options(const struct fil_cli *cli)
{
	return &cli->wanted;
}

const struct fil_selection *
fil_cli_users(struct fil_cli *cli)
{
	struct fil_fault fault;

	if (fil_filter_bind(
		cli->wanted.filter, fil_catalog_table("users"), cli->wanted.today, &fault) != 0)
		fil_cli_usage(cli, "%s", fault.text);
	cli->wanted.selection.filter = cli->wanted.filter;
	return &cli->wanted.selection;
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
	const char **names;
	struct fil_fault fault;
	size_t n;

	if (table)
		return table;
	tables = fil_catalog_tables(&n);
	names = fil_alloc(n, sizeof *names);
	for (size_t i = 0; i < n; i++)
		names[i] = tables[i]->name;
	fil_fault_set(&fault, FIL_USAGE, "there is no table '%s'", name);
	if (!fil_fault_suggest(&fault, name, names, n))
		fil_cli_usage(cli, "%s; fil-list --tables names them", fault.text);
	fil_cli_usage(cli, "%s", fault.text);
}

/* Returns the value of an environment variable, or NULL when it is not set or empty. */
static const char *
setting(const char *name)
{
	const char *value = getenv(name);

	return !value || *value == '\0' ? NULL : value;
}

/* Makes all folders of the path of a file, for their owner only. Returns 0, or -1 with a fault. */
static int
make_folders(const char *path, struct fil_fault *fault)
{
	const char *slash = path;

	while ((slash = strchr(slash + 1, '/'))) {
		char *folder = fil_copy_bytes(path, (size_t)(slash - path));
		int result = mkdir(folder, 0700);

		if (result != 0 && errno != EEXIST)
			fil_fault_set(fault, fil_fault_status(errno, FIL_CANT_CREATE), "%s: %s",
			    folder, fil_language_error(errno));
		else
			result = 0;
		free(folder);
		if (result != 0)
			return -1;
	}
	return 0;
}

/* Returns the default place of the store, or NULL with a fault. By the XDG rules a relative path is
 * ignored. */
static char *
own_place(struct fil_fault *fault)
{
	const char *data = setting("XDG_DATA_HOME"), *home = setting("HOME");

	if (data && *data == '/')
		return fil_format("%s/filrouge/filrouge.db", data);
	if (home)
		return fil_format("%s/.local/share/filrouge/filrouge.db", home);
	fil_fault_set(fault, FIL_BAD_CONFIG,
	    "no store: neither FILROUGE_DB nor HOME is set; give one with --db");
	return NULL;
}

/* Returns the name of the store: given unless NULL, else FILROUGE_DB, else the default place. make:
 * makes the folders of the default place. The caller frees the name. Returns NULL with a fault: 64
 * for an empty name, 78 without a default place, 73 if a folder cannot be made. */
static char *
place_of_store(const char *given, bool make, struct fil_fault *fault)
{
	const char *named = given ? given : setting("FILROUGE_DB");
	char *place;

	if (named && *named == '\0') {
		fil_fault_set(fault, FIL_USAGE, "--db: the name of the store is empty");
		return NULL;
	}
	if (named)
		return fil_copy(named);
	place = own_place(fault);
	if (place && make && make_folders(place, fault) != 0) {
		free(place);
		return NULL;
	}
	return place;
}

/* Checks against the store what --phase and -w name, or ends the program. */
static void
check_names(struct fil_cli *cli)
{
	const struct fil_selection *selection = &cli->wanted.selection;
	struct fil_fault fault;
	int phases = fil_selection_check(selection, cli->store, &fault);

	if (phases == 0)
		fil_cli_say(cli, "--phase: no phase matches '%s'", selection->phase);
	if (phases < 0 || fil_filter_check(cli->wanted.filter, cli->store, &fault) < 0)
		exit(fil_cli_fail(cli, &fault));
}

/* Says a caution of the store that was not said yet. */
static void
say_caution(struct fil_cli *cli)
{
	const char *caution = cli->store ? fil_store_caution(cli->store) : NULL;

	if (!caution || (cli->caution && strcmp(caution, cli->caution) == 0))
		return;
	fil_cli_say(cli, "%s", caution);
	free(cli->caution);
	cli->caution = fil_copy(caution);
}

struct fil_store *
fil_cli_store(struct fil_cli *cli, enum fil_store_mode mode)
{
	struct fil_fault fault;

	cli->place =
	    place_of_store(cli->db, mode == FIL_STORE_CREATE || mode == FIL_STORE_RESTORE, &fault);
	if (!cli->place)
		fil_die_fault(&fault);
	if (mode == FIL_STORE_WRITE && cli->wanted.dry_run)
		mode = FIL_STORE_TRIAL;
	cli->store = fil_store_open(cli->place, mode, &fault);
	if (!cli->store)
		fil_die_fault(&fault);
	fil_store_expect(cli->store, &fil_catalog_values);
	say_caution(cli);
	check_names(cli);
	return cli->store;
}

void
fil_cli_group(struct fil_cli *cli, const char *group)
{
	struct fil_fault fault;
	char *place = place_of_store(cli->db, false, &fault);

	if (!place)
		fil_die_fault(&fault);
	if (fil_store_on_server(place))
		fil_die(FIL_USAGE,
		    "%s: a server knows roles, not the groups of this machine: see --grant", place);
	if (fil_store_group(place, group, &fault) != 0)
		fil_die_fault(&fault);
	free(place);
}

struct fil_store *
fil_cli_server(struct fil_cli *cli, bool *made)
{
	struct fil_fault fault, second = { .status = FIL_OK };

	cli->place = place_of_store(cli->db, false, &fault);
	if (!cli->place)
		fil_die_fault(&fault);
	if (!fil_store_on_server(cli->place))
		fil_die(FIL_USAGE,
		    "%s: a file has no roles: its mode says who may read and write it", cli->place);
	cli->store = fil_store_open(cli->place, FIL_STORE_WRITE, &fault);
	*made = !cli->store;
	if (*made)
		cli->store = fil_store_open(cli->place, FIL_STORE_CREATE, &second);
	/* If the store exists but cannot be opened, the first fault says why. */
	if (!cli->store)
		fil_die_fault(second.status == FIL_CANT_CREATE ? &fault : &second);
	return cli->store;
}

static void
note_file(struct fil_cli *cli, const struct named *file)
{
	cli->files = fil_resize(cli->files, cli->n_files + 1, sizeof *cli->files);
	cli->files[cli->n_files++] = *file;
}

void
fil_cli_reads(struct fil_cli *cli, const char *path, const char *option)
{
	note_file(cli, &(struct named){ strcmp(path, "-") == 0 ? "/dev/stdin" : path, option });
}

/* Ends the program if an output would replace a store or settings. The place is looked up again: the command
 * may not have opened the store. */
static void
spare_files(const struct fil_cli *cli, const char *option, const char *path)
{
	struct fil_fault fault;
	char *place = place_of_store(cli->db, false, &fault);

	if (place && fil_output_file_is_store(path, place))
		fil_die(FIL_CANT_CREATE, "%s: --%s would overwrite the store", path, option);
	if (fil_store_at(path))
		fil_die(FIL_CANT_CREATE, "%s: --%s would overwrite another store", path, option);
	if (fil_path_is_settings(path))
		fil_die(
		    FIL_CANT_CREATE, "%s: --%s would overwrite a file of settings", path, option);
	free(place);
}

void
fil_cli_writes(struct fil_cli *cli, const char *option, const char *path)
{
	spare_files(cli, option, path);
	for (size_t i = 0; i < cli->n_files; i++) {
		const struct named *other = &cli->files[i];

		if (!fil_path_same(path, other->path))
			continue;
		if (!other->option)
			fil_die(
			    FIL_CANT_CREATE, "%s: --%s would overwrite the input", path, option);
		if (strcmp(other->option, "profile") == 0)
			fil_die(
			    FIL_CANT_CREATE, "%s: --%s would overwrite the profile", path, option);
		fil_die(FIL_CANT_CREATE, "%s: --%s would overwrite the file of --%s", path, option,
		    other->option);
	}
	note_file(cli, &(struct named){ path, option });
}

FILE *
fil_cli_stream(struct fil_cli *cli)
{
	struct fil_fault fault;

	if (cli->file)
		return fil_output_file_stream(cli->file);
	if (cli->wanted.output)
		fil_cli_writes(cli, "output", cli->wanted.output);
	if (cli->wanted.output)
		cli->file = fil_output_file_file(cli->wanted.output, &fault);
	else
		cli->file = fil_output_file_new(cli->no_output);
	if (!cli->file)
		fil_die_fault(&fault);
	return fil_output_file_stream(cli->file);
}

/* Returns the width of the terminal behind the stream, or 0. */
static size_t
terminal_width(FILE *stream)
{
	struct winsize size;
	int descriptor = fileno(stream);

	if (!isatty(descriptor) || ioctl(descriptor, TIOCGWINSZ, &size) != 0)
		return 0;
	return size.ws_col;
}

/* Says a remark about the rows, after the rows. */
static void
say_remark(void *context, const char *text)
{
	struct fil_cli *cli = context;

	fflush(fil_output_file_stream(cli->file));
	fil_cli_say(cli, "%s", text);
}

/* Returns the stream of the output, and sets its style, without the title. */
static FILE *
open_stream(struct fil_cli *cli, struct fil_output_style *style)
{
	FILE *stream = fil_cli_stream(cli);

	if (cli->wanted.for_excel)
		fil_cli_say(cli, "CSV for a spreadsheet: it is not for importing again");
	*style = (struct fil_output_style){ .format = cli->wanted.format,
		.for_excel = cli->wanted.for_excel,
		.width = terminal_width(stream),
		.say = say_remark,
		.context = cli };
	return stream;
}

FILE *
fil_cli_changes(struct fil_cli *cli, struct fil_output_style *style)
{
	bool shown = cli->wanted.verbose || cli->has_format || !isatty(STDOUT_FILENO);

	return cli->wanted.output || (!cli->wanted.quiet && shown) ? open_stream(cli, style) : NULL;
}

struct fil_output *
fil_cli_output(struct fil_cli *cli, const char *title, const char *meaning,
    const struct fil_output_column *columns, size_t n)
{
	struct fil_output_style style;
	FILE *stream = open_stream(cli, &style);

	style.title = title;
	style.meaning = cli->heading = meaning ? begin_sentence(_(meaning)) : NULL;
	return cli->output = fil_output_new(stream, &style, columns, n);
}

struct fil_output *
fil_cli_table_output(struct fil_cli *cli, const struct fil_table *table)
{
	struct fil_output_column *columns = fil_alloc(table->n_columns, sizeof *columns);
	struct fil_output *output;

	fil_table_output(table, columns);
	output = fil_cli_output(cli, table->name, NULL, columns, table->n_columns);
	free(columns);
	return output;
}

/* The coarse clock costs a few nanoseconds, and is exact to some milliseconds. */
static int64_t
milliseconds(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC_COARSE, &time);
	return (int64_t)time.tv_sec * SECOND + time.tv_nsec / 1000000;
}

/* Returns a progress that begins now; the caller frees it. Nothing is shown when quiet, or without
 * a terminal. */
static struct progress *
progress_new(bool quiet)
{
	struct progress *progress = fil_alloc(1, sizeof *progress);

	progress->on = !quiet && isatty(STDERR_FILENO);
	progress->begun = milliseconds();
	progress->shown = progress->begun + SECOND * 4 / 5;
	return progress;
}

/* Returns an amount as people read it, "12.3 MB" or "1234567 rows"; the caller frees it. */
static char *
amount(enum fil_cli_unit unit, double value)
{
	if (unit == FIL_BYTES)
		return fil_format(_("%.1f MB"), value / 1e6);
	return fil_format(ngettext("%.0f row", "%.0f rows", (unsigned long)value), value);
}

static void
print_progress(struct progress *progress, const char *line)
{
	int n = (int)strlen(line);
	int gap = progress->length > n ? progress->length - n : 0;

	fprintf(stderr, "\r%s%*s", line, gap, "");
	if (gap > 0)
		fprintf(stderr, "\r%s", line);
	progress->length = n;
}

/* Returns the line; the caller frees it. */
static char *
describe_progress(enum fil_cli_unit unit, size_t done, size_t total, double seconds)
{
	double speed = (double)done / seconds;
	char *so_far = amount(unit, (double)done), *rate = amount(unit, speed), *line;

	if (total <= done || done == 0) {
		line = fil_format(_("%s, %s/s"), so_far, rate);
	} else {
		unsigned left = (unsigned)((double)(total - done) / speed + 0.5);

		line = fil_format(_("%3.0f %%, %s, %s/s, %u:%02u left"),
		    100 * (double)done / (double)total, so_far, rate, left / 60, left % 60);
	}
	free(rate);
	free(so_far);
	return line;
}

/* Shows the share that is done, its rate and the time left, several times a second. total 0:
 * unknown. Cheap to call for each record. */
static void
progress_show(struct progress *progress, enum fil_cli_unit unit, size_t done, size_t total)
{
	int64_t time;
	char *line;

	if (!progress->on)
		return;
	time = milliseconds();
	if (time - progress->shown < SECOND / 5)
		return;
	progress->shown = time;
	line = describe_progress(unit, done, total, (double)(time - progress->begun) / SECOND);
	print_progress(progress, line);
	free(line);
}

/* Removes the line, before another message is printed. */
static void
progress_clear(struct progress *progress)
{
	if (progress->length == 0)
		return;
	fprintf(stderr, "\r%*s\r", progress->length, "");
	progress->length = 0;
}

static void
progress_free(struct progress *progress)
{
	if (!progress)
		return;
	progress_clear(progress);
	free(progress);
}

void
fil_cli_say(const struct fil_cli *cli, const char *format, ...)
{
	va_list arguments;
	char *text;

	if (cli->wanted.quiet)
		return;
	va_start(arguments, format);
	text = fil_format_list(_(format), arguments);
	va_end(arguments);
	if (cli->progress)
		progress_clear(cli->progress);
	fil_warn("%s", text);
	free(text);
}

/* Time is counted from the first call, since the command may have waited for its input before. */
void
fil_cli_progress(struct fil_cli *cli, enum fil_cli_unit unit, size_t done, size_t total)
{
	if (!cli->progress)
		cli->progress = progress_new(cli->wanted.quiet);
	if (done == total)
		progress_clear(cli->progress);
	else
		progress_show(cli->progress, unit, done, total);
}

/* Returns whether a status says that the command did its work. */
static bool
is_success(enum fil_status status)
{
	return status == FIL_OK || status == FIL_REFUSED;
}

/* Writes the end of the rows. Returns the status, or that of a failure. */
static enum fil_status
end_output(struct fil_cli *cli, enum fil_status status)
{
	struct fil_fault fault;

	if (fil_output_end(cli->output, &fault) == 0 || !is_success(status))
		return status;
	fil_warn("%s", fault.text);
	return fault.status;
}

/* Closes the output, and returns the exit status. */
static int
end_file(struct fil_cli *cli, enum fil_status status)
{
	bool begun = fil_output_file_begun(cli->file);
	struct fil_fault fault;
	bool keep = status == FIL_OK || (status == FIL_REFUSED && begun);
	int failure = FIL_OK;

	switch (fil_output_file_end(cli->file, keep, &fault)) {
	case FIL_ANSWER_DONE: break;
	case FIL_ANSWER_UNREAD: failure = FIL_CLOSED_PIPE; break;
	case FIL_ANSWER_FAILED:
		fil_warn("%s", fault.text);
		failure = (int)fault.status;
		break;
	}
	if (failure != FIL_OK && is_success(status))
		return failure;
	return (int)status;
}

int
fil_cli_end(struct fil_cli *cli, enum fil_status status)
{
	int result;

	progress_free(cli->progress);
	cli->progress = NULL;
	if (cli->output)
		status = end_output(cli, status);
	result = (int)status;
	if (cli->file)
		result = end_file(cli, status);
	/* What is stored is reported even with -q if the rest fails. */
	if (cli->wanted.quiet && result != FIL_OK && result != FIL_REFUSED &&
	    result != FIL_CLOSED_PIPE && fil_ending_words())
		fil_warn("%s", fil_ending_words());
	/* Else the store has ended the command, which has said why and is run again. */
	if (status != FIL_BUSY && status != FIL_UNAVAILABLE)
		say_caution(cli);
	fil_store_close(cli->store);
	fil_filter_free(cli->wanted.filter);
	fil_options_free(cli->options);
	free(cli->format_help);
	free(cli->heading);
	free(cli->format_values);
	free(cli->place);
	free(cli->caution);
	free(cli->files);
	free(cli);
	return result;
}

int
fil_cli_fail(struct fil_cli *cli, const struct fil_fault *fault)
{
	if (cli->progress)
		progress_clear(cli->progress);
	fil_warn("%s", fault->text);
	if (fault->status == FIL_USAGE)
		point_to_help();
	return fil_cli_end(cli, fault->status);
}
