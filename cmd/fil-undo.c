/* SPDX-License-Identifier: ISC */
/* fil-undo: take runs back */
#include <stdlib.h>

#include "lib/audit/log.h"
#include "lib/audit/undo.h"
#include "lib/base/language.h"
#include "lib/base/memory.h"
#include "lib/cli/cli.h"

enum { LAST = 256, KEEP_LATER };

static const struct fil_option options[] = {
	{ "last", LAST, NULL, N_("take back the newest run that changed rows (default: RUN)") },
	{ "keep-later", KEEP_LATER, NULL,
	    N_("leave rows that later runs wrote (default: refuse)") },
	{ 0 },
};

static const struct fil_command command = {
	.purpose = N_("take runs back"),
	.operands = "RUN... | --last",
	.examples = "fil-undo -n 214\n"
		    "fil-undo --last",
	.options = options,
	.shares = FIL_SHARE_STORE | FIL_SHARE_OUTPUT | FIL_SHARE_RUN,
};

static void
say_conflict(void *context, const char *text)
{
	(void)context;
	fil_warn("%s", text);
}

/* Prints what a run changed, as fil-log does. Returns 0 or -1. */
static int
print(struct fil_cli *cli, struct fil_store *store, int64_t run, struct fil_fault *fault)
{
	struct fil_history *history = fil_history_new(store, fault);
	struct fil_output *output = fil_cli_output(
	    cli, "changes", N_("the cells taken back"), fil_log_cell_columns, FIL_LOG_CELL_CELLS);
	int result = history ? fil_log_cells(history, run, NULL, output, fault) : -1;

	fil_history_free(history);
	return result;
}

/* Adds counted words, behind a comma if there are others, and frees them. */
static void
add(struct fil_bytes *text, size_t n, char *words)
{
	if (n > 0)
		fil_bytes_add_format(text, "%s%s", text->length > 0 ? ", " : "", words);
	free(words);
}

/* Says what was done. */
static void
summarize(const struct fil_cli *cli, const struct fil_counts *counts, int64_t run)
{
	struct fil_bytes text = { 0 };
	size_t n;
	const char *done;

	n = counts->added;
	add(&text, n, fil_format(FIL_COUNTED("%zu added", n), n));
	n = counts->changed;
	add(&text, n, fil_format(FIL_COUNTED("%zu changed", n), n));
	n = counts->left;
	add(&text, n, fil_format(FIL_COUNTED("%zu left", n), n));
	n = counts->returned;
	add(&text, n, fil_format(FIL_COUNTED("%zu returned", n), n));
	n = counts->removed;
	add(&text, n, fil_format(FIL_COUNTED("%zu removed", n), n));
	n = counts->unchanged;
	add(&text, n, fil_format(FIL_COUNTED("%zu not put back because of later runs", n), n));
	n = counts->unknown;
	add(&text, n, fil_format(FIL_COUNTED("%zu left out because of erased users", n), n));
	done = text.data ? text.data : _("nothing to put back");
	if (run > 0)
		fil_cli_say(cli, "%s (run %lld)", done, (long long)run);
	else
		fil_cli_say(cli, "%s; dry run: nothing is kept", done);
	fil_bytes_release(&text);
}

/* Takes the runs back, and prints what that changed: rows are printed once they are stored. Returns 0
 * or -1. */
static int
take_back(
    struct fil_cli *cli, const struct fil_undo *undo, char *const *argv, struct fil_fault *fault)
{
	const struct fil_cli_options *shared = fil_cli_options(cli);
	struct fil_store *store = fil_cli_store(cli, FIL_STORE_WRITE);
	struct fil_counts counts = { 0 };
	struct fil_run *run;
	int64_t number;
	int result;

	/* A file that cannot be made ends the program before anything is changed. */
	fil_cli_stream(cli);
	run = fil_run_begin(store, argv, shared->wait, fault);
	if (!run)
		return -1;
	number = fil_run_number(run);
	if (fil_undo_runs(run, undo, &counts, fault) < 0) {
		fil_run_abandon(run);
		return -1;
	}
	if (shared->dry_run) {
		result = print(cli, store, number, fault);
		fil_run_abandon(run);
		summarize(cli, &counts, 0);
		return result;
	}
	if (fil_run_commit(run, &counts, fault) < 0)
		return -1;
	summarize(cli, &counts, number);
	return fil_store_snapshot(store, fault) < 0 ? -1 : print(cli, store, number, fault);
}

int
main(int argc, char **argv)
{
	struct fil_cli *cli = fil_cli_new(argc, argv, &command);
	struct fil_undo undo = { .conflict = say_conflict };
	struct fil_fault fault;
	bool last = false;
	int64_t *runs;
	int result;

	for (int letter; (letter = fil_cli_next(cli)) != -1;) {
		last = last || letter == LAST;
		undo.keep_later = undo.keep_later || letter == KEEP_LATER;
	}
	undo.runs = runs = fil_log_numbers(argv + optind, &undo.n_runs, &fault);
	if (!runs)
		return fil_cli_fail(cli, &fault);
	if (last && undo.n_runs > 0)
		fil_cli_usage(cli, "--last and a run exclude each other");
	if (!last && undo.n_runs == 0)
		fil_cli_usage(cli, "give the runs to take back, or --last; 'fil-log' lists them");
	result = take_back(cli, &undo, argv, &fault);
	free(runs);
	return result < 0 ? fil_cli_fail(cli, &fault) : fil_cli_end(cli, FIL_OK);
}
