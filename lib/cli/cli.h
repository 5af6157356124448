/* SPDX-License-Identifier: ISC */
/* What every command shares: the process set up safely, the shared options, help, the store, the
 * output, messages, progress, the check of the last write. Only commands use it. Functions end the
 * program with a message where a text says "or ends the program". */
#ifndef FIL_CLI_H
#define FIL_CLI_H

#include <getopt.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "lib/base/date.h"
#include "lib/base/fault.h"
#include "lib/catalog/catalog.h"
#include "lib/catalog/filter.h"
#include "lib/cli/options.h"
#include "lib/cli/progress_line.h"
#include "lib/output/output.h"
#include "lib/store/store.h"
#include "lib/users/selection.h"

/* The command line. */

/* What a command says of itself. */
struct fil_command {
	const char *purpose; /* the sentence of the man page's .Nd line */
	const char *operands; /* as in the synopsis: "TABLE [FILE...]" */
	const char *examples; /* two real ones, a line each */
	const struct fil_option
	    *options; /* its own, ended by {0}; NULL: none, or see fil_cli_add */
	const char *group; /* the heading above its own options in the help, or NULL */
	unsigned shares; /* the shared options that it has: FIL_SHARE_… */
};

enum {
	FIL_SHARE_STORE = 1, /* -d --db, FILROUGE_DB */
	FIL_SHARE_OUTPUT = 2, /* -f --format, -o --output */
	FIL_SHARE_FILTER = 4, /* -w --where */
	FIL_SHARE_USERS = 8, /* --active --phase */
	FIL_SHARE_WRITER = 16, /* -n --dry-run --wait --only */
}; /* -q -v -h --help --version are everyone's */

/* What the shared options ask for. */
struct fil_cli_options {
	fil_day today; /* FILROUGE_TODAY, or the day */
	bool quiet, verbose, dry_run;
	unsigned wait; /* seconds */
	const char *only; /* or NULL */
	const char *output; /* FILE of -o, or NULL */
	struct fil_filter *filter; /* the conditions of -w; the command binds them */
	struct fil_selection selection; /* --active and --phase, without filter and roles */
};

struct fil_cli;

/* Sets the process up (descriptors 0 to 2 open, umask 077, no core file, SIGXFSZ ignored, text in
 * UTF-8) and reads FILROUGE_TODAY. argv must outlive it. Ends the program on a bad setting. */
struct fil_cli *fil_cli_new(int argc, char **argv, const struct fil_command *command);

/* Adds an option, which is copied, in front of the command's own; group: as in fil_options_add. Only
 * before fil_cli_next. */
void fil_cli_add(struct fil_cli *cli, const struct fil_option *option, const char *group);

/* Returns the letter of the next option that is the command's own, its argument in optarg; handles
 * the shared ones by itself (help and version end the program with 0; a wrong one with 64 and
 * "Try"); -1 at the end, with optind at the first operand. Options and operands may be mixed; "--"
 * ends the options. */
int fil_cli_next(struct fil_cli *cli);

/* Returns what the shared options ask for: today at once, the rest once fil_cli_next has returned
 * -1. It belongs to cli. */
const struct fil_cli_options *fil_cli_options(const struct fil_cli *cli);

/* Ends the program with status 64, the message and "Try 'PROGRAM --help'". */
_Noreturn void fil_cli_usage(const struct fil_cli *cli, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Reads the argument of an option, named without dashes, as a whole number within bounds; or ends
 * the program with 64. */
long long fil_cli_number(
    const struct fil_cli *cli, const char *option, const char *text, long long min, long long max);

/* Ends the program with 64 unless there are as many operands as wanted. */
void fil_cli_operands(const struct fil_cli *cli, int wanted);

/* Returns the table of that name, or ends the program with 64, naming the nearest. */
const struct fil_table *fil_cli_table(const struct fil_cli *cli, const char *name);

/* Returns which users --active, --phase and -w select, for a command whose -w is about users: binds
 * -w to their columns, or ends the program with 64. It belongs to cli. */
const struct fil_selection *fil_cli_users(struct fil_cli *cli);

/* The store. */

/* Opens the store of -d, FILROUGE_DB or $XDG_DATA_HOME/filrouge/filrouge.db (~/.local/share), or
 * ends the program: 78 naming both when there is neither, a fault's status otherwise. cli closes it
 * in fil_cli_end. CREATE makes the default's folder too. */
struct fil_store *fil_cli_store(struct fil_cli *cli, enum fil_store_mode mode);

/* Opens the store on a server for writing, or makes it where there is none; *made tells. Ends the
 * program (64) when the store is a file, and where fil_cli_store ends it. */
struct fil_store *fil_cli_server(struct fil_cli *cli, bool *made);

/* Ends the program (73) when the file that an option, named without dashes, would write is the store
 * or one of its companions. */
void fil_cli_spare_store(const struct fil_cli *cli, const char *option, const char *path);

/* The output. */

/* Returns the stream that the output goes to: the temporary file that becomes -o FILE in
 * fil_cli_end, or standard output; with -q, nowhere. It belongs to cli. Ends the program (73) when
 * FILE cannot be made, or is the store or one of its companions. */
FILE *fil_cli_stream(struct fil_cli *cli);

/* Returns the stream for the rows that a writer has changed, and sets *format; NULL when they are
 * not shown. They are shown with -o; without -q also in a pipe or file, and on a terminal with -v or
 * -f. */
FILE *fil_cli_changes(struct fil_cli *cli, enum fil_output_format *format);

/* Opens a writer on the stream, in the format of -f, else a table on a terminal and CSV elsewhere.
 * The second one has the table's columns. */
struct fil_output *
fil_cli_output(struct fil_cli *cli, const struct fil_output_column *columns, size_t n);
struct fil_output *fil_cli_table_output(struct fil_cli *cli, const struct fil_table *table);

/* Prints a message to standard error, "PROGRAM: text"; nothing with -q. */
void fil_cli_say(const struct fil_cli *cli, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Shows the progress of work on a terminal once it takes over a second: share, rate, time left.
 * total 0: unknown. done == total removes the line. Cheap to call for each record; shows nothing
 * elsewhere or with -q. */
void
fil_cli_progress(struct fil_cli *cli, enum fil_progress_line_unit unit, size_t done, size_t total);

/* The end. */

/* The status of a command whose reader has left although SIGPIPE is ignored: what a shell says of
 * one that SIGPIPE has ended, which is what happens otherwise. */
enum { FIL_CLOSED_PIPE = 141 };

/* Flushes, checks and closes the output, closes the store, frees cli and returns the exit status:
 * status, or when that is a success, that of the failure: 74 with a message for a full disk,
 * FIL_CLOSED_PIPE quietly. -o FILE takes its place when the status is FIL_OK, or when it is
 * FIL_REFUSED and there are rows all the same (--keep-going); else it vanishes. */
int fil_cli_end(struct fil_cli *cli, enum fil_status status);

/* Prints a fault (with "Try" if the command line is at fault), and ends as fil_cli_end with its
 * status. */
int fil_cli_fail(struct fil_cli *cli, const struct fil_fault *fault);

#endif
