/* SPDX-License-Identifier: ISC */
#include "lib/cli/load_command.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "lib/base/memory.h"
#include "lib/base/temp_file.h"
#include "lib/base/text.h"
#include "lib/cli/load_options.h"
#include "lib/load/load.h"
#include "lib/load/preview.h"
#include "lib/mapping/draft.h"
#include "lib/mapping/profile_file.h"
#include "lib/report/criterion.h"

/* The letter of the first option in the table. */
enum { OPTION = 0x800 };

/* A setting that needs the table: the argument of an option, or a value of a column in a
 * profile. */
struct demand {
	const struct fil_load_option *option; /* NULL: the key of the setting is a column */
	const char *argument;
	const struct fil_setting *setting; /* in a profile; NULL: on the command line */
};

struct fil_cli_load {
	struct fil_cli *cli;
	enum fil_load_kind kind;
	struct fil_load_options options;
	char *kinds; /* of doubts, as struct fil_option has its values */
	const char *profile; /* its name, or NULL */
	const char *checked, *proposed; /* the FILE of --check and of --propose, or NULL */
	bool assumed; /* the table of a proposal was not named */
	struct fil_profile_file *file; /* the settings of the profile */
	bool *given; /* for each option: it is on the command line */
	struct demand *demands;
	size_t n_demands;
	struct fil_setting *sets; /* of --set */
	size_t n_sets;
};

/* Returns whether the command has the option. */
static bool
has(const struct fil_cli_load *load, const struct fil_load_option *option)
{
	return load->kind == FIL_LOAD_TABLE || !option->whole_tables;
}

/* Returns the kinds of doubts as the values of --allow; the caller frees them. */
static char *
list_kinds(void)
{
	struct fil_bytes list = { 0 };

	for (size_t kind = 0; kind < FIL_DOUBT_KINDS; kind++)
		fil_bytes_add_format(
		    &list, "%s%s", kind == 0 ? "," : " ", fil_doubt_kinds[kind].word);
	return list.data;
}

struct fil_cli_load *
fil_load_command_new(struct fil_cli *cli, enum fil_load_kind kind)
{
	struct fil_cli_load *load = fil_alloc(1, sizeof *load);

	load->cli = cli;
	load->kind = kind;
	load->kinds = list_kinds();
	load->options = fil_load_option_defaults;
	load->given = fil_alloc(fil_load_option_count, sizeof *load->given);
	for (size_t i = 0; i < fil_load_option_count; i++) {
		const struct fil_load_option *row = &fil_load_option_table[i];
		struct fil_option option = row->option;

		option.letter = OPTION + (int)i;
		if (option.argument && strcmp(option.argument, "KINDS") == 0)
			option.values = load->kinds;
		if (has(load, row) && !row->setting)
			fil_cli_add(cli, &option, row->group);
	}
	return load;
}

static void
add_demand(struct fil_cli_load *load, const struct fil_load_option *option, const char *argument,
    const struct fil_setting *setting)
{
	load->demands = fil_resize(load->demands, load->n_demands + 1, sizeof *load->demands);
	load->demands[load->n_demands++] = (struct demand){ option, argument, setting };
}

/* Sets an option, from a setting of a profile; NULL: from the command line. Returns 0, or -1 with a
 * fault. */
static int
take(struct fil_cli_load *load, const struct fil_load_option *option, const char *argument,
    const struct fil_setting *setting, struct fil_fault *fault)
{
	/* The places of --set are none of a file. */
	load->options.place = setting && strchr(setting->place, ':') ? setting->place : NULL;
	if (option->read)
		return option->read(&load->options, argument, fault);
	if (option->ask)
		add_demand(load, option, argument, setting);
	else
		*((bool *)&load->options + option->flag) = true;
	return 0;
}

/* Keeps a NAME=VALUE of --set until the table is known, or ends the program. */
static void
add_set(struct fil_cli_load *load, const char *text)
{
	static char section[] = "", place[] = "--set";
	char *key = fil_copy(text), *value = key + strcspn(key, "=");

	if (*value == '\0')
		fil_cli_usage(load->cli, "--set takes NAME=VALUE, not '%s'", text);
	*value++ = '\0';
	load->sets = fil_resize(load->sets, load->n_sets + 1, sizeof *load->sets);
	load->sets[load->n_sets++] = (struct fil_setting){ section, key, value, place };
}

/* Returns where the argument of an option is kept that only the command line has. */
static const char **
name_of(struct fil_cli_load *load, const struct fil_load_option *option)
{
	if (strcmp(option->option.name, "check") == 0)
		return &load->checked;
	return strcmp(option->option.name, "propose") == 0 ? &load->proposed : &load->profile;
}

int
fil_load_command_next(struct fil_cli_load *load)
{
	struct fil_fault fault;
	int letter;

	while ((letter = fil_cli_next(load->cli)) >= OPTION) {
		const struct fil_load_option *option = &fil_load_option_table[letter - OPTION];

		load->given[letter - OPTION] = true;
		if (option->sets)
			add_set(load, optarg);
		else if (option->not_in_profile)
			*name_of(load, option) = optarg;
		else if (take(load, option, optarg, NULL, &fault) < 0)
			fil_cli_usage(load->cli, "%s", fault.text);
	}
	return letter;
}

struct fil_load_options *
fil_load_command_options(struct fil_cli_load *load)
{
	return &load->options;
}

/* Ends the program: the table holds no events. setting: that of the profile for it, or NULL. */
static _Noreturn void
no_event(const struct fil_cli_load *load, const struct fil_setting *setting, const char *name)
{
	size_t n;
	const struct fil_table *const *tables = fil_catalog_tables(&n);
	struct fil_bytes list = { 0 };

	if (setting)
		fil_cli_usage(load->cli, "the profile '%s' is for %s, which fil-import reads",
		    load->profile, name);
	for (size_t t = 0; t < n; t++)
		if (tables[t]->kind == FIL_EVENT)
			fil_bytes_add_format(
			    &list, "%s%s", list.length ? ", " : "", tables[t]->name);
	fil_cli_usage(load->cli, "'%s' is not one of the events: %s", name, list.data);
}

/* Reads the profile, or ends the program. */
static void
read_profile(struct fil_cli_load *load)
{
	struct fil_fault fault;

	if (!load->profile || load->file)
		return;
	fil_cli_reads(load->cli, load->profile, "profile");
	load->file = fil_profile_file_open(load->profile, &fault);
	if (!load->file)
		fil_die_fault(&fault);
}

/* Returns the setting that says for which table the profile is, or NULL. A table that is none, or one
 * for which it is not, ends the program. */
static const struct fil_setting *
table_setting(const struct fil_cli_load *load, const char *wanted)
{
	const struct fil_setting *setting =
	    load->file ? fil_profile_file_top(load->file, "table") : NULL;
	struct fil_fault fault;

	if (setting && !fil_catalog_table(setting->value)) {
		fil_fault_set(&fault, FIL_BAD_CONFIG, "there is no table '%s'", setting->value);
		fil_setting_blame(setting, &fault);
		fil_die_fault(&fault);
	}
	if (setting && wanted && strcmp(wanted, setting->value) != 0)
		fil_cli_usage(load->cli, "the profile '%s' is for %s, not for %s", load->profile,
		    setting->value, wanted);
	return setting;
}

/* Ends the program: neither the profile nor an operand names a table. A key of the profile may mean it. */
static _Noreturn void
no_table(const struct fil_cli_load *load)
{
	static const char *const meant[] = { "table" };
	struct fil_fault fault;

	for (size_t i = 0; i < load->file->n; i++) {
		const struct fil_setting *setting = &load->file->settings[i];

		fil_fault_set(&fault, FIL_BAD_CONFIG, "unknown key '%s'", setting->key);
		if (*setting->section != '\0' || !fil_fault_suggest(&fault, setting->key, meant, 1))
			continue;
		fil_setting_blame(setting, &fault);
		fil_die_fault(&fault);
	}
	fil_cli_usage(load->cli,
	    "the profile '%s' has no 'table = TABLE' above its sections: give the table",
	    load->profile);
}

/* Returns whether the first operand is none that could be a table: it is missing, a value of a column or
 * a file. */
static bool
is_no_table(const char *first)
{
	return !first || strchr(first, '=') || strcmp(first, "-") == 0 ||
	    (!fil_catalog_table(first) && access(first, F_OK) == 0);
}

const struct fil_table *
fil_load_command_table(struct fil_cli_load *load, char *const **operands, const char *missing)
{
	const char *first = **operands;
	const struct fil_setting *setting;
	const struct fil_table *table;

	read_profile(load);
	setting = table_setting(load, first && fil_catalog_table(first) ? first : NULL);
	if (!setting && load->profile && is_no_table(first))
		no_table(load);
	/* The file says what it is about to who reads its proposal. */
	load->assumed = !setting && !first && load->proposed && load->kind == FIL_LOAD_FACTS;
	if (load->assumed)
		return fil_catalog_table("autonomy");
	if (!setting && !first)
		fil_cli_usage(load->cli, "%s", missing);
	/* The table may stand there all the same. */
	if (!setting || (first && fil_catalog_table(first)))
		++*operands;
	table = fil_cli_table(load->cli, setting ? setting->value : first);
	if (load->kind == FIL_LOAD_FACTS && table->kind != FIL_EVENT)
		no_event(load, setting, table->name);
	return table;
}

static void
say(void *context, const char *text)
{
	fil_cli_say(context, "%s", text);
}

static void
progress(void *context, size_t done, size_t total)
{
	fil_cli_progress(context, FIL_BYTES, done, total);
}

/* Ends the program with a fault; a usage fault comes with "Try". */
static _Noreturn void
fail(const struct fil_cli *cli, const struct fil_fault *fault)
{
	if (fault->status == FIL_USAGE)
		fil_cli_usage(cli, "%s", fault->text);
	fil_die_fault(fault);
}

/* Returns the option that a key of a profile names, or NULL. */
static const struct fil_load_option *
find_option(const struct fil_cli_load *load, const char *key)
{
	for (size_t i = 0; i < fil_load_option_count; i++) {
		const struct fil_load_option *option = &fil_load_option_table[i];

		if (has(load, option) && !option->not_in_profile &&
		    strcmp(option->option.name, key) == 0)
			return option;
	}
	return NULL;
}

/* Keys that say something about a profile itself. */
static const char *const about[] = { "table", "extends", "tool", "since" };
enum { N_ABOUT = sizeof about / sizeof *about };

/* Fills the fault of a key that is neither an option nor a column. Returns -1. */
static int
fault_key(const struct fil_cli_load *load, const struct fil_table *table, const char *key,
    struct fil_fault *fault)
{
	const char **words;
	size_t n = 0;

	words = fil_alloc(N_ABOUT + fil_load_option_count + table->n_columns, sizeof *words);
	for (; n < N_ABOUT; n++)
		words[n] = about[n];
	for (size_t i = 0; i < fil_load_option_count; i++)
		if (find_option(load, fil_load_option_table[i].option.name))
			words[n++] = fil_load_option_table[i].option.name;
	for (size_t c = 0; c < table->n_columns; c++)
		words[n++] = table->columns[c].name;
	fil_fault_set(fault, FIL_BAD_CONFIG,
	    "'%s' is neither an option of an input nor a column of %s", key, table->name);
	fil_fault_suggest(fault, key, words, n);
	free(words);
	return -1;
}

/* Takes a setting above the first section: an option or the value of a column. An option of the
 * command line is preferred. Returns 0, or -1 with a fault. */
static int
take_setting(struct fil_cli_load *load, const struct fil_table *table,
    const struct fil_setting *setting, struct fil_fault *fault)
{
	const struct fil_load_option *option = find_option(load, setting->key);
	bool flag = option && !option->option.argument;
	bool yes = strcmp(setting->value, "yes") == 0;

	if (!option && fil_table_column(table, setting->key) == FIL_NOWHERE)
		return fault_key(load, table, setting->key, fault);
	if (!option) {
		add_demand(load, NULL, setting->value, setting);
		return 0;
	}
	if (flag && !yes && strcmp(setting->value, "no") != 0)
		return fil_fault_set(fault, FIL_BAD_CONFIG, "'%s' takes yes or no, not '%s'",
		    setting->key, setting->value);
	if (load->given[option - fil_load_option_table] && !option->ask)
		return 0;
	if (flag && !yes) {
		*((bool *)&load->options + option->flag) = false;
		return 0;
	}
	return take(load, option, setting->value, setting, fault);
}

/* Returns whether a key says something about the profile itself. */
static bool
is_about(const char *key)
{
	for (size_t i = 0; i < N_ABOUT; i++)
		if (strcmp(key, about[i]) == 0)
			return true;
	return false;
}

/* Takes the settings of the profile above its first section. Returns 0, or -1 with a fault. */
static int
take_file(struct fil_cli_load *load, const struct fil_table *table, struct fil_fault *fault)
{
	const struct fil_setting *settings = load->file->settings;

	for (size_t i = 0; i < load->file->n; i++)
		if (*settings[i].section == '\0' && !is_about(settings[i].key) &&
		    take_setting(load, table, &settings[i], fault) < 0)
			return fil_setting_blame(&settings[i], fault);
	return 0;
}

/* Takes what --set says, over the profile; or ends the program. */
static void
take_sets(struct fil_cli_load *load, const struct fil_table *table)
{
	struct fil_fault fault;

	for (size_t i = 0; i < load->n_sets; i++) {
		if (take_setting(load, table, &load->sets[i], &fault) < 0)
			fil_cli_usage(load->cli, "--set: %s", fault.text);
	}
}

/* Applies one demand to the request. Returns 0, or -1 with a fault. */
static int
apply_demand(struct fil_request *request, const struct demand *demand, struct fil_fault *fault)
{
	if (demand->option)
		return demand->option->ask(request, demand->argument, fault);
	return fil_request_default(request, demand->setting->key, demand->argument, fault);
}

/* Applies the demands of the profile, or else of the command line, to the request. Later demands
 * replace earlier ones. Returns 0, or -1 with a fault. */
static int
apply_demands(const struct fil_cli_load *load, struct fil_request *request, bool of_profile,
    struct fil_fault *fault)
{
	for (size_t d = 0; d < load->n_demands; d++) {
		const struct demand *demand = &load->demands[d];

		if ((demand->setting != NULL) != of_profile ||
		    apply_demand(request, demand, fault) == 0)
			continue;
		return of_profile ? fil_setting_blame(demand->setting, fault) : -1;
	}
	return 0;
}

/* Makes the request from the profile and the command line, or ends the program. store: NULL where none is
 * asked. */
static struct fil_request *
make_request(struct fil_cli_load *load, struct fil_store *store, const struct fil_table *table,
    char *const *operands)
{
	struct fil_fault fault;
	struct fil_request *request;

	load->options.today = fil_cli_options(load->cli)->today;
	if (strcmp(table->name, "criteria") == 0) {
		load->options.check = fil_criterion_check;
		load->options.check_row = fil_criterion_check_row;
	}
	request =
	    fil_request_new(store, table, &load->options, load->kind == FIL_LOAD_FACTS, &fault);

	if (!request)
		fail(load->cli, &fault);
	if (load->options.remove)
		fil_row_keys_only(fil_request_row(request));
	if (apply_demands(load, request, true, &fault) < 0 ||
	    (load->file && fil_request_settings(request, load->file, &fault) < 0) ||
	    apply_demands(load, request, false, &fault) < 0)
		fail(load->cli, &fault);
	for (; *operands; operands++)
		if (fil_request_operand(request, *operands, &fault) < 0)
			fail(load->cli, &fault);
	if (store && fil_request_find(request, store, &fault) < 0)
		fail(load->cli, &fault);
	return request;
}

/* Says which column is missing in the operands, before the command waits for rows from a
 * terminal. */
static void
say_missing(const struct fil_cli *cli, const struct fil_request *request)
{
	struct fil_fault fault;

	if (fil_request_missing(request, &fault) < 0 && isatty(STDIN_FILENO))
		fil_cli_say(cli, "%s", fault.text);
}

/* Puts the place of the profile's setting before a fault that begins with its key, "sum: …" or "--sync …",
 * unless the command line has set it. */
static void
blame_profile(const struct fil_cli_load *load, struct fil_fault *fault)
{
	const char *word = fault->text + strspn(fault->text, "-");
	char *key = fil_copy_bytes(word, strspn(word, "abcdefghijklmnopqrstuvwxyz-"));
	const struct fil_setting *setting =
	    load->file ? fil_profile_file_top(load->file, key) : NULL;
	const struct fil_load_option *option = setting ? find_option(load, key) : NULL;

	for (size_t i = 0; i < load->n_sets; i++)
		if (strcmp(load->sets[i].key, key) == 0)
			setting = NULL;
	if (setting && option && !load->given[option - fil_load_option_table])
		fil_setting_blame(setting, fault);
	free(key);
}

/* Checks the options against each other, or ends the program. */
static void
check_options(const struct fil_cli_load *load, struct fil_request *request)
{
	struct fil_fault fault;

	if (fil_load_option_check(&load->options, request, &fault) == 0)
		return;
	blame_profile(load, &fault);
	fail(load->cli, &fault);
}

/* Makes the load, or ends the program. */
static struct fil_load *
make_load(struct fil_cli_load *load, struct fil_store *store, struct fil_request *request,
    char *const *argv)
{
	const struct fil_cli_options *shared = fil_cli_options(load->cli);
	struct fil_load_hooks hooks = { .say = say, .progress = progress, .context = load->cli };
	struct fil_fault fault;
	struct fil_load *made;

	load->options.dry_run = shared->dry_run;
	load->options.wait = shared->wait;
	load->options.only = shared->only;
	load->options.verbose = shared->verbose;
	load->options.argv = argv;
	check_options(load, request);
	made = fil_load_new(store, request, &load->options, &hooks, &fault);
	if (!made)
		fail(load->cli, &fault);
	return made;
}

/* Prints the faults and the summary of the load. */
static void
tell(const struct fil_cli *cli, const struct fil_load *work, enum fil_status status,
    const struct fil_fault *fault)
{
	fil_faults_print(fil_load_faults(work));
	if (fault->status != FIL_OK)
		fil_warn("%s", fault->text);
	else if (status == FIL_BAD_DATA)
		fil_warn("%s", fil_load_summary(work));
	else
		fil_cli_say(cli, "%s", fil_load_summary(work));
}

static void
release(struct fil_cli_load *load)
{
	fil_profile_file_free(load->file);
	fil_time_zone_free(load->options.zone);
	free(load->kinds);
	free(load->given);
	free(load->demands);
	for (size_t i = 0; i < load->n_sets; i++)
		free(load->sets[i].key);
	free(load->sets);
	free(load);
}

/* Prints a first profile of a file for the table. Returns the exit status. */
static int
propose(struct fil_cli_load *load, const struct fil_table *table)
{
	struct fil_cli *cli = load->cli;
	struct fil_draft draft;
	struct fil_fault fault;
	int result;

	fil_cli_reads(cli, load->proposed, NULL);
	load->options.format.allow = load->options.allow;
	result = fil_draft_read(
	    &draft, load->proposed, fil_temp_file_folder(), table, &load->options.format, &fault);
	draft.assumed = load->assumed;
	if (result == 0)
		fil_draft_print(&draft, fil_cli_stream(cli));
	fil_draft_release(&draft);
	return result == 0 ? fil_cli_end(cli, FIL_OK) : fil_cli_fail(cli, &fault);
}

/* Returns whether a key of [columns], or the column of [values.COLUMN], is no column of autonomy and near
 * none, and so names a dimension. */
static bool
is_dimension(const struct fil_table *table, const char *name)
{
	const char **names = fil_alloc(table->n_columns, sizeof *names);
	bool near;

	for (size_t c = 0; c < table->n_columns; c++)
		names[c] = table->columns[c].name;
	near = fil_text_nearest(name, names, table->n_columns) != NULL;
	free(names);
	return !near && fil_table_column(table, name) == FIL_NOWHERE;
}

/* Names the dimensions where no store is asked: those of a new store, and others of the profile. The caller
 * frees the list. */
static const char **
name_dimensions(struct fil_cli_load *load, const struct fil_table *table)
{
	size_t n = load->file ? load->file->n : 0;
	const char **names = fil_alloc(n + 2, sizeof *names);

	names[0] = "process";
	names[1] = "tool";
	load->options.dimensions = names;
	load->options.n_dimensions = 2;
	for (size_t i = 0; i < n; i++) {
		const struct fil_setting *setting = &load->file->settings[i];
		bool known = strcasecmp(setting->section, "columns") != 0 ||
		    !is_dimension(table, setting->key);

		for (size_t d = 0; d < load->options.n_dimensions; d++)
			known |= strcmp(names[d], setting->key) == 0;
		if (!known)
			names[load->options.n_dimensions++] = setting->key;
	}
	return names;
}

/* Says what becomes of a file. Returns the exit status. */
static int
check(struct fil_cli_load *load, const struct fil_table *table, char *const *operands)
{
	struct fil_cli *cli = load->cli;
	const struct fil_load_hooks hooks = { .say = say, .context = cli };
	const char **dimensions = name_dimensions(load, table);
	struct fil_request *request;
	struct fil_fault fault;
	int result;

	for (char *const *operand = operands; *operand; operand++)
		if (!strchr(*operand, '='))
			fil_cli_usage(cli, "one operand too many: '%s'", *operand);
	fil_cli_reads(cli, load->checked, NULL);
	request = make_request(load, NULL, table, operands);
	/* Options about files then have theirs. */
	if (!strchr(load->checked, '=') && fil_request_operand(request, load->checked, &fault) < 0)
		fail(cli, &fault);
	load->options.tell_all = true;
	check_options(load, request);
	result = fil_preview_print(
	    request, &load->options, load->checked, &hooks, fil_cli_stream(cli), &fault);
	fil_request_free(request);
	free(dimensions);
	if (result < 0)
		return fil_cli_fail(cli, &fault);
	return fil_cli_end(cli, result > 0 ? FIL_BAD_DATA : FIL_OK);
}

/* Tells the command line which files the load reads and writes. Ends the program if one of them would
 * be lost. */
static void
note_files(const struct fil_cli_load *load, struct fil_request *request)
{
	size_t n;
	char *const *paths = fil_request_paths(request, &n);

	for (size_t i = 0; i < n; i++)
		fil_cli_reads(load->cli, paths[i], NULL);
	if (load->options.rejects)
		fil_cli_writes(load->cli, "rejects", load->options.rejects);
}

/* Loads the operands into the table. Returns the exit status. */
static int
run(struct fil_cli_load *load, const struct fil_table *table, char *const *operands,
    char *const *argv)
{
	struct fil_cli *cli = load->cli;
	struct fil_fault fault = { .status = FIL_OK };
	struct fil_store *store;
	struct fil_request *request;
	struct fil_load *work;
	struct fil_output_style style;
	enum fil_status status;
	FILE *stream;

	store = fil_cli_store(cli, FIL_STORE_WRITE);
	request = make_request(load, store, table, operands);
	note_files(load, request);
	say_missing(cli, request);
	work = make_load(load, store, request, argv);
	stream = fil_cli_changes(cli, &style);
	status = fil_load_go(work, stream, &style, &fault);
	tell(cli, work, status, &fault);
	fil_load_free(work);
	fil_request_free(request);
	return fil_cli_end(cli, status);
}

/* Takes the settings of the profile and of --set, or ends the program. */
static void
take_settings(struct fil_cli_load *load, const struct fil_table *table)
{
	struct fil_fault fault;

	read_profile(load);
	table_setting(load, table->name);
	if (load->file && take_file(load, table, &fault) < 0)
		fil_die_fault(&fault);
	take_sets(load, table);
}

int
fil_load_command_run(struct fil_cli_load *load, const struct fil_table *table,
    char *const *operands, char *const *argv)
{
	int status;

	if (load->proposed && *operands)
		fil_cli_usage(load->cli, "one operand too many: '%s'", *operands);
	take_settings(load, table);
	status = load->proposed ? propose(load, table)
	    : load->checked     ? check(load, table, operands)
				: run(load, table, operands, argv);
	release(load);
	return status;
}
