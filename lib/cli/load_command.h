/* SPDX-License-Identifier: ISC */
/* What the commands that load share above the load: the options of their input, and the course of
 * it: operands, store, load, faults, summary, exit status. */
#ifndef FIL_LOAD_COMMAND_H
#define FIL_LOAD_COMMAND_H

#include <stdbool.h>

#include "lib/catalog/catalog.h"
#include "lib/cli/cli.h"
#include "lib/cli/load_options.h"
#include "lib/load/load.h"

/* The rows of a command's option table: of the input, whoever reads it. */
#define FIL_CLI_LOAD_OPTIONS \
	{ "profile", FIL_OPTION_PROFILE, "FILE", \
		"take options, columns, words from an INI file" }, \
	    { "map", FIL_OPTION_MAP, "COL=HEADER", \
		    "take COL from that column, or from a template: 'name={Prénom} {Nom}'" }, \
	    { "match", FIL_OPTION_MATCH, "email|name", "find users by e-mail or name" }, \
	    { "pad", FIL_OPTION_PAD, "COL=N", "restore the zeros that a spreadsheet took" }, \
	    { "unknown", FIL_OPTION_UNKNOWN, "COL=empty", "leave out a reference to nobody" }, \
	    { "known-only", FIL_OPTION_KNOWN_ONLY, NULL, "pass over rows of unknown users" }, \
	    { "last", FIL_OPTION_LAST, NULL, "of rows with one key the last counts" }, \
	    { "encoding", FIL_OPTION_ENCODING, "NAME", "of the input: UTF-8, WINDOWS-1252 …" }, \
	    { "delimiter", FIL_OPTION_DELIMITER, "NAME", "comma, semicolon, tab or pipe" }, \
	    { "dates", FIL_OPTION_DATES, "ORDER", "dmy, mdy or ymd" }, \
	    { "pivot", FIL_OPTION_PIVOT, "NN", "years of two digits: 20yy up to NN, else 19yy" }, \
	    { "skip-lines", FIL_OPTION_SKIP_LINES, "N", "lines above the header" }, \
	    { "no-header", FIL_OPTION_NO_HEADER, NULL, "columns have numbers: --map user=1" }, \
	    { "max-age", FIL_OPTION_MAX_AGE, "AGE", "refuse an older FILE: 8d, 2w" }, \
	    { "keep-going", FIL_OPTION_KEEP_GOING, NULL, \
		    "write the good rows, exit 1 for bad ones" }, \
	    { "rejects", FIL_OPTION_REJECTS, "FILE", "the rows refused, ready to be mended" }, \
	    { "max-rejects", FIL_OPTION_MAX_REJECTS, "N|PCT%", \
		    "refuse all when more are refused" }, \
	{ \
		"max-faults", FIL_OPTION_MAX_FAULTS, "N", \
		    "list so many faults, count the rest (1000)" \
	}

/* And those that only an import of whole tables has. */
#define FIL_CLI_LIST_OPTIONS \
	{ "rename", FIL_OPTION_RENAME, "OLD=NEW", "users: give a person another key" }, \
	    { "remove", FIL_OPTION_REMOVE, NULL, "take the rows with these keys away" }, \
	    { "sync", FIL_OPTION_SYNC, NULL, "users: the input is the whole list of its feed" }, \
	    { "parts", FIL_OPTION_PARTS, NULL, "… of several FILEs together" }, \
	    { "take", FIL_OPTION_TAKE, NULL, "… take users over from other feeds" }, \
	    { "max-churn", FIL_OPTION_MAX_CHURN, "PCT", "… refuse to change more of it (10)" }, \
	    { "force", FIL_OPTION_FORCE, NULL, "… however much changes" }, \
	{ \
		"no-final-newline", FIL_OPTION_NO_FINAL_NEWLINE, NULL, \
		    "… its last line has no end" \
	}

struct fil_cli_load;

/* Returns what the command line has said of a load so far: nothing. The caller frees it. */
struct fil_cli_load *fil_load_command_new(struct fil_cli *cli);

/* Takes an option that fil_cli_next returned, with its argument. Returns whether it was one of
 * FIL_CLI_LOAD_OPTIONS; a bad argument ends the program with 64. */
bool fil_load_command_option(struct fil_cli_load *load, int letter, const char *argument);

/* Returns the options of the load, for the command to set its own. */
struct fil_load_options *fil_load_command_options(struct fil_cli_load *load);

/* Says that the date of an event, and the day of an assignment, is today unless given. */
void fil_load_command_fill_today(struct fil_cli_load *load);

/* Returns the table of that name, or ends the program with 64, naming the nearest, when there is
 * none; with events_only, when it is no table of events. */
const struct fil_table *
fil_load_command_table(const struct fil_cli *cli, const char *name, bool events_only);

/* Prints a first profile of a file for the table instead of loading, ends cli, frees load. Returns
 * the exit status. */
int fil_load_command_propose(
    struct fil_cli_load *load, const struct fil_table *table, const char *path);

/* Loads the operands into the table, tells faults and summary, ends cli, frees load. Returns the
 * exit status. */
int fil_load_command_run(struct fil_cli_load *load, const struct fil_table *table,
    char *const *operands, char *const *argv);

#endif
