/* SPDX-License-Identifier: ISC */
/* fil-log: print the runs, or what a run changed */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/audit/log.h"
#include "lib/audit/person.h"
#include "lib/base/language.h"
#include "lib/cli/cli.h"

enum { USER = 256, MATCH };

/* The column of the runs that is a time, of which a condition compares the day. */
enum { STARTED = 1 };

static const struct fil_option options[] = {
	{ "user", USER, "USER", N_("keep runs that changed rows about USER (default: all)") },
	{ "match", MATCH, "KIND", N_("find USER by email or name (default: key)"), "email name" },
	{ 0 },
};

static const struct fil_command command = {
	.purpose = N_("print the runs, or what a run changed"),
	.operands = "[RUN...]",
	.examples = "fil-log -w 'started>=-7d'\n"
		    "fil-log 214 -f csv | cut -d, -f2-",
	.options = options,
	.shares = FIL_SHARE_STORE | FIL_SHARE_OUTPUT | FIL_SHARE_FILTER,
};

/* The runs that the operands name. */
struct runs {
	int64_t *numbers;
	size_t n;
};

/* Binds -w to the columns that are printed, or ends the program with 64. */
static struct fil_filter *
bind(struct fil_cli *cli, const struct fil_output_column *columns, size_t n)
{
	const struct fil_cli_options *shared = fil_cli_options(cli);
	struct fil_fault fault;

	if (fil_filter_bind_columns(shared->filter, columns, n, shared->today, &fault) != 0)
		fil_cli_usage(cli, "%s", fault.text);
	return shared->filter;
}

/* Prints the runs. user: those that concern a person, named by `match`; or NULL. Returns 0 or -1. */
static int
print_runs(struct fil_cli *cli, struct fil_store *store, struct fil_history *history,
    const char *user, enum fil_match match, struct fil_fault *fault)
{
	struct fil_output_column compared[FIL_LOG_RUN_CELLS];
	struct fil_filter *filter;
	struct fil_output *output;
	char *key = NULL;
	int result;

	memcpy(compared, fil_log_run_columns, sizeof compared);
	compared[STARTED].kind = FIL_CELL_DAY;
	filter = bind(cli, compared, FIL_LOG_RUN_CELLS);
	if (user) {
		key = fil_person_find(
		    store, fil_history_holders(history), match, "--user", user, fault);
		if (!key)
			return -1;
	}
	output =
	    fil_cli_output(cli, "runs", N_("the runs"), fil_log_run_columns, FIL_LOG_RUN_CELLS);
	result = fil_log_runs(store, history, filter, key, output, fault);
	free(key);
	return result;
}

/* Prints the cells that a run changed, and says how many rows it cannot show. Returns 0 or -1. */
static int
print_run(struct fil_cli *cli, struct fil_history *history, int64_t run,
    const struct fil_filter *filter, struct fil_output *output, struct fil_fault *fault)
{
	size_t n;

	if (fil_log_cells(history, run, filter, output, fault) < 0)
		return -1;
	n = fil_history_erased(history);
	if (n > 0)
		fil_cli_say(cli,
		    ngettext("run %lld: %zu row of erased users is not shown",
			"run %lld: %zu rows of erased users are not shown", n),
		    (long long)run, n);
	return 0;
}

/* Prints the cells that the runs changed. Returns 0 or -1. */
static int
print_cells(struct fil_cli *cli, struct fil_store *store, struct fil_history *history,
    const struct runs *runs, struct fil_fault *fault)
{
	struct fil_filter *filter = bind(cli, fil_log_cell_columns, FIL_LOG_CELL_CELLS);
	struct fil_output *output;
	int result = 0;

	if (fil_log_find(store, runs->numbers, runs->n, fault) < 0)
		return -1;
	output = fil_cli_output(cli, "runs", N_("the cells that a run changed"),
	    fil_log_cell_columns, FIL_LOG_CELL_CELLS);
	for (size_t i = 0; i < runs->n && result == 0; i++)
		if (i == 0 || runs->numbers[i] != runs->numbers[i - 1])
			result = print_run(cli, history, runs->numbers[i], filter, output, fault);
	return result;
}

int
main(int argc, char **argv)
{
	struct fil_cli *cli = fil_cli_new(argc, argv, &command);
	enum fil_match match = FIL_MATCH_KEY;
	struct fil_history *history;
	struct fil_store *store;
	const char *user = NULL;
	struct fil_fault fault;
	struct runs runs;
	int result = -1;

	for (int letter; (letter = fil_cli_next(cli)) != -1;) {
		if (letter == USER)
			user = optarg;
		else if (fil_person_match(optarg, &match, &fault) != 0)
			fil_cli_usage(cli, "%s", fault.text);
	}
	runs.numbers = fil_log_numbers(argv + optind, &runs.n, &fault);
	if (!runs.numbers)
		return fil_cli_fail(cli, &fault);
	if (user && runs.n > 0)
		fil_cli_usage(cli, "--user selects runs: RUN prints what a run changed");
	if (match != FIL_MATCH_KEY && !user)
		fil_cli_usage(cli, "--match needs --user");
	store = fil_cli_store(cli, FIL_STORE_READ);
	history = fil_store_snapshot(store, &fault) == 0 ? fil_history_new(store, &fault) : NULL;
	if (history)
		result = runs.n > 0 ? print_cells(cli, store, history, &runs, &fault)
				    : print_runs(cli, store, history, user, match, &fault);
	fil_history_free(history);
	free(runs.numbers);
	return result < 0 ? fil_cli_fail(cli, &fault) : fil_cli_end(cli, FIL_OK);
}
