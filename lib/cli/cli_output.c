/* SPDX-License-Identifier: ISC */
#include "lib/cli/cli_output.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/cli/cli_state.h"
#include "lib/base/memory.h"
#include "lib/cli/place.h"

struct fil_store *
fil_cli_store(struct fil_cli *cli, enum fil_store_mode mode)
{
	struct fil_fault fault;

	cli->place = fil_place_store(cli->db, mode == FIL_STORE_CREATE, &fault);
	if (cli->place == NULL)
		fil_die_fault(&fault);
	cli->store = fil_store_open(cli->place, mode, &fault);
	if (cli->store == NULL)
		fil_die_fault(&fault);
	if (fil_store_caution(cli->store) != NULL)
		fil_cli_say(cli, "%s", fil_store_caution(cli->store));
	return cli->store;
}

struct fil_store *
fil_cli_server(struct fil_cli *cli, bool *made)
{
	struct fil_fault fault, second = { .status = FIL_OK };

	cli->place = fil_place_store(cli->db, false, &fault);
	if (cli->place == NULL)
		fil_die_fault(&fault);
	if (!fil_store_on_server(cli->place))
		fil_die(FIL_USAGE, "%s: a file has no roles: its mode says who may read and write it",
		    cli->place);
	cli->store = fil_store_open(cli->place, FIL_STORE_WRITE, &fault);
	*made = cli->store == NULL;
	if (*made)
		cli->store = fil_store_open(cli->place, FIL_STORE_CREATE, &second);
	/* One that exists, and yet cannot be opened, is best told by why. */
	if (cli->store == NULL)
		fil_die_fault(second.status == FIL_CANT_CREATE ? &fault : &second);
	return cli->store;
}

bool
fil_cli_shows_rows(const struct fil_cli *cli)
{
	if (cli->output != NULL)
		return true;
	return !cli->quiet && (cli->verbose || cli->has_format || !isatty(STDOUT_FILENO));
}

enum fil_output_format
fil_cli_format(const struct fil_cli *cli)
{
	if (cli->has_format)
		return cli->format;
	return cli->output == NULL && isatty(STDOUT_FILENO) ? FIL_TABLE : FIL_CSV;
}

/* The place is looked up anew: the command may not have opened the store yet, or never will. */
void
fil_cli_spare_store(const struct fil_cli *cli, const char *option, const char *path)
{
	struct fil_fault fault;
	char *place = fil_place_store(cli->db, false, &fault);

	if (place != NULL && fil_answer_is_store(path, place))
		fil_die(FIL_CANT_CREATE, "%s: --%s would overwrite the store", path, option);
	free(place);
}

void
fil_cli_spare_input(const struct fil_cli *cli, const char *path)
{
	const char *input = strcmp(path, "-") == 0 ? "/dev/stdin" : path;

	if (cli->output != NULL && fil_answer_is_at(cli->output, input))
		fil_die(FIL_CANT_CREATE, "%s: --output would overwrite the input", cli->output);
}

FILE *
fil_cli_stream(struct fil_cli *cli)
{
	struct fil_fault fault;

	if (cli->answer != NULL)
		return fil_answer_stream(cli->answer);
	if (cli->output != NULL)
		fil_cli_spare_store(cli, "output", cli->output);
	if (cli->output != NULL)
		cli->answer = fil_answer_file(cli->output, &fault);
	else if (cli->quiet)
		cli->answer = fil_answer_file("/dev/null", &fault);
	else
		cli->answer = fil_answer_new(cli->no_output);
	if (cli->answer == NULL)
		fil_die_fault(&fault);
	return fil_answer_stream(cli->answer);
}

struct fil_output *
fil_cli_output(struct fil_cli *cli, const struct fil_output_column *columns, size_t n)
{
	return fil_output_new(fil_cli_stream(cli), fil_cli_format(cli), columns, n);
}

struct fil_output *
fil_cli_table_output(struct fil_cli *cli, const struct fil_table *table)
{
	struct fil_output_column *columns = fil_alloc(table->n_columns, sizeof(*columns));
	struct fil_output *output;

	fil_table_output(table, columns);
	output = fil_cli_output(cli, columns, table->n_columns);
	free(columns);
	return output;
}

void
fil_cli_say(const struct fil_cli *cli, const char *format, ...)
{
	va_list arguments;
	char *text;

	if (cli->quiet)
		return;
	va_start(arguments, format);
	text = fil_format_list(format, arguments);
	va_end(arguments);
	if (cli->progress != NULL)
		fil_progress_clear(cli->progress);
	fil_warn("%s", text);
	free(text);
}

/* Work begins with the first report of it, not with the command, which may have waited for its
 * input. */
static struct fil_progress *
progress_of(struct fil_cli *cli)
{
	if (cli->progress == NULL)
		cli->progress = fil_progress_new(cli->quiet);
	return cli->progress;
}

void
fil_cli_progress(struct fil_cli *cli, size_t done, size_t total)
{
	if (done == total)
		fil_progress_clear(progress_of(cli));
	else
		fil_progress_show(progress_of(cli), FIL_BYTES, done, total);
}

void
fil_cli_progress_rows(struct fil_cli *cli, size_t rows)
{
	fil_progress_show(progress_of(cli), FIL_ROWS, rows, 0);
}

/* Returns the status after the answer's end. */
static int
end_answer(struct fil_cli *cli, enum fil_status status)
{
	bool begun = fil_answer_begun(cli->answer);
	struct fil_fault fault;
	bool keep = status == FIL_OK || (status == FIL_REFUSED && begun);
	int failure = FIL_OK;

	switch (fil_answer_end(cli->answer, keep, &fault)) {
	case FIL_ANSWER_DONE:
		break;
	case FIL_ANSWER_UNREAD:
		failure = FIL_CLOSED_PIPE;
		break;
	case FIL_ANSWER_FAILED:
		fil_warn("%s", fault.text);
		failure = (int)fault.status;
		break;
	}
	if (failure != FIL_OK && (status == FIL_OK || status == FIL_REFUSED))
		return failure;
	return (int)status;
}

int
fil_cli_end(struct fil_cli *cli, enum fil_status status)
{
	int result = (int)status;

	fil_progress_free(cli->progress);
	if (cli->answer != NULL)
		result = end_answer(cli, status);
	fil_store_close(cli->store);
	fil_filter_free(cli->filter);
	fil_options_free(cli->options);
	free(cli->place);
	free(cli);
	return result;
}

int
fil_cli_fail(struct fil_cli *cli, const struct fil_fault *fault)
{
	if (cli->progress != NULL)
		fil_progress_clear(cli->progress);
	fil_warn("%s", fault->text);
	if (fault->status == FIL_USAGE)
		fil_cli_point_to_help();
	return fil_cli_end(cli, fault->status);
}
