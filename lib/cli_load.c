/* SPDX-License-Identifier: ISC */
#include "lib/cli_load.h"

#include <iconv.h>
#include <stdlib.h>
#include <string.h>

#include "lib/memory.h"
#include "lib/number.h"
#include "lib/text.h"

/* An option that the table decides about. */
struct demand {
	int letter;
	const char *argument;
};

struct fil_cli_load {
	struct fil_cli *cli;
	struct fil_load_options options;
	bool fill_today;
	struct demand *demands; /* what needs the table to be understood */
	size_t n_demands;
};

struct fil_cli_load *
fil_cli_load_new(struct fil_cli *cli)
{
	struct fil_cli_load *load = fil_alloc(1, sizeof *load);

	load->cli = cli;
	load->options.max_faults = 1000;
	load->options.max_churn = 10;
	load->options.max_rejects = SIZE_MAX;
	return load;
}

static const char *
read_encoding(const struct fil_cli *cli, const char *name)
{
	iconv_t converter = iconv_open("UTF-8", name);

	if (converter == (iconv_t)-1)
		fil_cli_usage(cli, "--encoding: '%s' is not an encoding that iconv knows", name);
	iconv_close(converter);
	return name;
}

static enum fil_date_order
read_order(const struct fil_cli *cli, const char *name)
{
	if (strcmp(name, "dmy") == 0)
		return FIL_ORDER_DMY;
	if (strcmp(name, "mdy") == 0)
		return FIL_ORDER_MDY;
	if (strcmp(name, "ymd") == 0)
		return FIL_ORDER_YMD;
	fil_cli_usage(cli, "--dates takes dmy, mdy or ymd, not '%s'", name);
}

static char
read_delimiter(const struct fil_cli *cli, const char *name)
{
	char delimiter = fil_delimiter_read(name);

	if (!delimiter)
		fil_cli_usage(
		    cli, "--delimiter takes comma, semicolon, tab or pipe, not '%s'", name);
	return delimiter;
}

/* Reads an age, "8d" or "2w", in days. */
static unsigned
read_age(const struct fil_cli *cli, const char *text)
{
	size_t n = strlen(text);
	char *number = fil_copy_bytes(text, n > 0 ? n - 1 : 0);
	long long count = 0;
	bool weeks = n > 0 && text[n - 1] == 'w', days = n > 0 && text[n - 1] == 'd';

	if (!(weeks || days) || fil_number_read(number, 1, 5000, &count) < 0)
		fil_cli_usage(cli, "--max-age takes days or weeks, 8d or 2w, not '%s'", text);
	free(number);
	return (unsigned)count * (weeks ? 7 : 1);
}

/* Reads how many rows may be refused: "20", or "5%" of those read. */
static void
read_max_rejects(struct fil_cli_load *load, const char *text)
{
	size_t n = strlen(text);
	bool share = n > 0 && text[n - 1] == '%';
	char *number = fil_copy_bytes(text, share ? n - 1 : n);

	load->options.max_rejects_share = share;
	load->options.max_rejects =
	    (size_t)fil_cli_number(load->cli, "max-rejects", number, 0, share ? 100 : 100000000);
	free(number);
}

static void
add_demand(struct fil_cli_load *load, int letter, const char *argument)
{
	load->demands = fil_resize(load->demands, load->n_demands + 1, sizeof *load->demands);
	load->demands[load->n_demands++] = (struct demand){ letter, argument };
}

/* Takes an option that says how the input is written. */
static bool
take_format(struct fil_cli_load *load, int letter, const char *argument)
{
	struct fil_load_options *options = &load->options;
	struct fil_cli *cli = load->cli;

	switch (letter) {
	case FIL_OPTION_ENCODING:
		options->format.encoding = read_encoding(cli, argument);
		return true;
	case FIL_OPTION_DELIMITER:
		options->format.delimiter = read_delimiter(cli, argument);
		return true;
	case FIL_OPTION_DATES:
		options->order = read_order(cli, argument);
		return true;
	case FIL_OPTION_SKIP_LINES:
		options->format.skip_lines =
		    (size_t)fil_cli_number(cli, "skip-lines", argument, 0, 1000000);
		return true;
	default:
		return false;
	}
}

/* Takes an option about how much may go wrong. */
static bool
take_limit(struct fil_cli_load *load, int letter, const char *argument)
{
	struct fil_load_options *options = &load->options;

	switch (letter) {
	case FIL_OPTION_MAX_FAULTS:
		options->max_faults =
		    (size_t)fil_cli_number(load->cli, "max-faults", argument, 0, 10000000);
		return true;
	case FIL_OPTION_MAX_CHURN:
		options->max_churn =
		    (unsigned)fil_cli_number(load->cli, "max-churn", argument, 0, 1000);
		return true;
	case FIL_OPTION_REJECTS:
		options->rejects = argument;
		return true;
	case FIL_OPTION_MAX_REJECTS:
		read_max_rejects(load, argument);
		return true;
	case FIL_OPTION_MAX_AGE:
		options->max_age = read_age(load->cli, argument);
		return true;
	default:
		return false;
	}
}

/* Returns what a flag sets, or NULL. */
static bool *
flag_of(struct fil_load_options *options, int letter)
{
	switch (letter) {
	case FIL_OPTION_KEEP_GOING:
		return &options->keep_going;
	case FIL_OPTION_KNOWN_ONLY:
		return &options->known_only;
	case FIL_OPTION_LAST:
		return &options->last;
	case FIL_OPTION_REMOVE:
		return &options->remove;
	case FIL_OPTION_SYNC:
		return &options->sync;
	case FIL_OPTION_PARTS:
		return &options->parts;
	case FIL_OPTION_TAKE:
		return &options->take;
	case FIL_OPTION_FORCE:
		return &options->force;
	case FIL_OPTION_NO_FINAL_NEWLINE:
		return &options->no_final_newline;
	default:
		return NULL;
	}
}

bool
fil_cli_load_option(struct fil_cli_load *load, int letter, const char *argument)
{
	bool *flag = flag_of(&load->options, letter);

	if (flag) {
		*flag = true;
		return true;
	}
	if (take_format(load, letter, argument) || take_limit(load, letter, argument))
		return true;
	if (letter < FIL_OPTION_MAP || letter > FIL_OPTION_RENAME)
		return false;
	add_demand(load, letter, argument);
	return true;
}

void
fil_cli_load_fill_today(struct fil_cli_load *load)
{
	load->fill_today = true;
}

struct fil_load_options *
fil_cli_load_options(struct fil_cli_load *load)
{
	return &load->options;
}

/* Ends the program: there is no such table among those that count. */
static _Noreturn void
no_table(const struct fil_cli *cli, const char *name, bool events_only)
{
	size_t n, n_names = 0;
	const struct fil_table *const *tables = fil_catalog_tables(&n);
	const char **names = fil_alloc(n, sizeof *names);
	struct fil_bytes list = { 0 };
	const char *nearest;

	for (size_t t = 0; t < n; t++) {
		if (events_only && tables[t]->kind != FIL_EVENT)
			continue;
		fil_bytes_add_format(&list, "%s%s", n_names ? ", " : "", tables[t]->name);
		names[n_names++] = tables[t]->name;
	}
	nearest = fil_text_nearest(name, names, n_names);
	if (nearest)
		fil_cli_usage(cli, "there is no table '%s'; did you mean '%s'?", name, nearest);
	fil_cli_usage(cli, "'%s' is not one of %s", name, list.data);
}

const struct fil_table *
fil_cli_load_table(const struct fil_cli *cli, const char *name, bool events_only)
{
	const struct fil_table *table = fil_catalog_table(name);

	if (!table || (events_only && table->kind != FIL_EVENT))
		no_table(cli, name, events_only);
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
	fil_cli_progress(context, done, total);
}

/* Ends the program with a fault; what is wrong with the command line comes with "Try". */
static _Noreturn void
fail(const struct fil_cli *cli, const struct fil_fault *fault)
{
	if (fault->status == FIL_USAGE)
		fil_cli_usage(cli, "%s", fault->text);
	fil_die_fault(fault);
}

/* Tells the request one demand. */
static int
tell_demand(struct fil_request *request, const struct demand *demand, struct fil_fault *fault)
{
	switch (demand->letter) {
	case FIL_OPTION_PAD:
		return fil_request_pad(request, demand->argument, fault);
	case FIL_OPTION_UNKNOWN:
		return fil_request_unknown(request, demand->argument, fault);
	case FIL_OPTION_MATCH:
		return fil_request_match(request, demand->argument, fault);
	case FIL_OPTION_RENAME:
		return fil_request_rename(request, demand->argument, fault);
	default:
		return fil_request_map(request, demand->argument, fault);
	}
}

/* Makes the request of what the command line says, or ends the program. */
static struct fil_request *
make_request(struct fil_cli_load *load, struct fil_store *store, const struct fil_table *table,
    char *const *operands)
{
	struct fil_fault fault;
	struct fil_request *request =
	    fil_request_new(store, table, fil_cli_today(load->cli), load->fill_today, &fault);

	if (!request)
		fail(load->cli, &fault);
	for (size_t d = 0; d < load->n_demands; d++)
		if (tell_demand(request, &load->demands[d], &fault) < 0)
			fail(load->cli, &fault);
	for (; *operands; operands++)
		if (fil_request_operand(request, *operands, &fault) < 0)
			fail(load->cli, &fault);
	return request;
}

/* Makes the load, or ends the program. */
static struct fil_load *
make_load(struct fil_cli_load *load, struct fil_store *store, struct fil_request *request,
    char *const *argv)
{
	struct fil_load_hooks hooks = { .say = say, .progress = progress, .context = load->cli };
	struct fil_fault fault;
	struct fil_load *made;

	load->options.today = fil_cli_today(load->cli);
	load->options.dry_run = fil_cli_dry_run(load->cli);
	load->options.wait = fil_cli_wait(load->cli);
	load->options.only = fil_cli_only(load->cli);
	load->options.argv = argv;
	made = fil_load_new(store, request, &load->options, &hooks, &fault);
	if (!made)
		fail(load->cli, &fault);
	return made;
}

/* Tells what came of the load. */
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

int
fil_cli_load_run(struct fil_cli_load *load, const struct fil_table *table, char *const *operands,
    char *const *argv)
{
	struct fil_cli *cli = load->cli;
	struct fil_store *store = fil_cli_store(cli, FIL_STORE_WRITE);
	struct fil_request *request = make_request(load, store, table, operands);
	struct fil_load *work = make_load(load, store, request, argv);
	FILE *stream = fil_cli_shows_rows(cli) ? fil_cli_stream(cli) : NULL;
	struct fil_fault fault = { .status = FIL_OK };
	enum fil_status status = fil_load_go(work, stream, fil_cli_format(cli), &fault);

	tell(cli, work, status, &fault);
	fil_load_free(work);
	fil_request_free(request);
	free(load->demands);
	free(load);
	return fil_cli_end(cli, status);
}
