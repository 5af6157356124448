/* SPDX-License-Identifier: ISC */
/* What the commands that load share above the load: the options of their input, and the course of
 * it: operands, store, load, faults, summary, exit status. */
#ifndef FIL_CLI_LOAD_H
#define FIL_CLI_LOAD_H

#include <stdbool.h>

#include "lib/catalog.h"
#include "lib/cli.h"
#include "lib/load.h"

/* The numbers of the options; a command's own begin behind them. */
enum {
	FIL_OPTION_MAP = 256,
	FIL_OPTION_ENCODING,
	FIL_OPTION_DELIMITER,
	FIL_OPTION_DATES,
	FIL_OPTION_SKIP_LINES,
	FIL_OPTION_KEEP_GOING,
	FIL_OPTION_MAX_FAULTS,
	FIL_OPTION_OWN,
};

/* The rows of a command's option table. */
#define FIL_CLI_LOAD_OPTIONS \
	{ "map", FIL_OPTION_MAP, "COL=HEADER", \
	    "take COL from that column, or from a template: 'name={Prénom} {Nom}'" }, \
	{ "encoding", FIL_OPTION_ENCODING, "NAME", "of the input: UTF-8, WINDOWS-1252 …" }, \
	{ "delimiter", FIL_OPTION_DELIMITER, "NAME", "comma, semicolon, tab or pipe" }, \
	{ "dates", FIL_OPTION_DATES, "ORDER", "dmy, mdy or ymd" }, \
	{ "skip-lines", FIL_OPTION_SKIP_LINES, "N", "lines above the header" }, \
	{ "keep-going", FIL_OPTION_KEEP_GOING, NULL, "write the good rows, exit 1 for bad ones" }, \
	{ "max-faults", FIL_OPTION_MAX_FAULTS, "N", "list so many faults, count the rest (1000)" }

struct fil_cli_load;

/* Returns what the command line has said of a load so far: nothing. The caller frees it. */
struct fil_cli_load *fil_cli_load_new(struct fil_cli *cli);

/* Takes an option that fil_cli_next returned, with its argument. Returns whether it was one of
 * FIL_CLI_LOAD_OPTIONS; a bad argument ends the program with 64. */
bool fil_cli_load_option(struct fil_cli_load *load, int letter, const char *argument);

/* Returns the options of the load, for the command to set its own. */
struct fil_load_options *fil_cli_load_options(struct fil_cli_load *load);

/* Returns the table of that name, or ends the program with 64, naming the nearest, when there is
 * none; with events_only, when it is no table of events. */
const struct fil_table *
fil_cli_load_table(const struct fil_cli *cli, const char *name, bool events_only);

/* Loads the operands into the table, tells faults and summary, ends cli, frees load. Returns the
 * exit status. */
int fil_cli_load_run(struct fil_cli_load *load, const struct fil_table *table,
    char *const *operands, char *const *argv);

#endif
