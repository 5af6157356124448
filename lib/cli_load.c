/* SPDX-License-Identifier: ISC */
#include "lib/cli_load.h"

#include <iconv.h>
#include <stdlib.h>
#include <string.h>

#include "lib/memory.h"
#include "lib/text.h"

struct fil_cli_load {
	struct fil_cli *cli;
	struct fil_load_options options;
	const char **maps;
	size_t n_maps;
};

struct fil_cli_load *
fil_cli_load_new(struct fil_cli *cli)
{
	struct fil_cli_load *load = fil_alloc(1, sizeof *load);

	load->cli = cli;
	load->options.max_faults = 1000;
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

bool
fil_cli_load_option(struct fil_cli_load *load, int letter, const char *argument)
{
	switch (letter) {
	case FIL_OPTION_MAP:
		load->maps = fil_resize(load->maps, load->n_maps + 1, sizeof *load->maps);
		load->maps[load->n_maps++] = argument;
		return true;
	case FIL_OPTION_ENCODING:
		load->options.format.encoding = read_encoding(load->cli, argument);
		return true;
	case FIL_OPTION_DELIMITER:
		load->options.format.delimiter = read_delimiter(load->cli, argument);
		return true;
	case FIL_OPTION_DATES:
		load->options.order = read_order(load->cli, argument);
		return true;
	case FIL_OPTION_SKIP_LINES:
		load->options.format.skip_lines =
		    (size_t)fil_cli_number(load->cli, "skip-lines", argument, 0, 1000000);
		return true;
	case FIL_OPTION_KEEP_GOING:
		load->options.keep_going = true;
		return true;
	case FIL_OPTION_MAX_FAULTS:
		load->options.max_faults =
		    (size_t)fil_cli_number(load->cli, "max-faults", argument, 0, 10000000);
		return true;
	default:
		return false;
	}
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

/* Makes the load of what the command line says, or ends the program. */
static struct fil_load *
make_load(struct fil_cli_load *load, const struct fil_table *table, char *const *operands,
    char *const *argv)
{
	struct fil_load_hooks hooks = { .say = say, .progress = progress, .context = load->cli };
	struct fil_store *store = fil_cli_store(load->cli, FIL_STORE_WRITE);
	struct fil_fault fault;
	struct fil_load *made;

	load->options.today = fil_cli_today(load->cli);
	load->options.dry_run = fil_cli_dry_run(load->cli);
	load->options.wait = fil_cli_wait(load->cli);
	load->options.only = fil_cli_only(load->cli);
	load->options.argv = argv;
	made = fil_load_new(store, table, &load->options, &hooks, &fault);
	if (!made)
		fail(load->cli, &fault);
	for (size_t m = 0; m < load->n_maps; m++)
		if (fil_load_map(made, load->maps[m], &fault) < 0)
			fail(load->cli, &fault);
	for (; *operands; operands++)
		if (fil_load_operand(made, *operands, &fault) < 0)
			fail(load->cli, &fault);
	return made;
}

int
fil_cli_load_run(struct fil_cli_load *load, const struct fil_table *table, char *const *operands,
    char *const *argv)
{
	struct fil_cli *cli = load->cli;
	struct fil_load *work = make_load(load, table, operands, argv);
	FILE *stream = fil_cli_shows_rows(cli) ? fil_cli_stream(cli) : NULL;
	struct fil_fault fault = { .status = FIL_OK };
	enum fil_status status = fil_load_go(work, stream, fil_cli_format(cli), &fault);

	fil_faults_print(fil_load_faults(work));
	if (fault.status != FIL_OK)
		fil_warn("%s", fault.text);
	else if (status == FIL_BAD_DATA)
		fil_warn("%s", fil_load_summary(work));
	else
		fil_cli_say(cli, "%s", fil_load_summary(work));
	fil_load_free(work);
	free(load->maps);
	free(load);
	return fil_cli_end(cli, status);
}
