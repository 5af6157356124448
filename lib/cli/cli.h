/* SPDX-License-Identifier: ISC */
/* What every command shares: the process set up safely, the common options, help, the store,
 * today, progress, the check of the last write. Only commands use it. */
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
#include "lib/output/output.h"
#include "lib/store/store.h"
#include "lib/users/selection.h"

/* What every command shares of its outside: the store, the answer, words for the person, progress, the
 * end. Commands get it with lib/cli/cli.h. */

struct fil_cli;

/* The status of a command whose reader has left although SIGPIPE is ignored: what a shell says
 * of one that SIGPIPE has ended, which is what happens otherwise. */
enum { FIL_CLOSED_PIPE = 141 };

/* Opens the store of -d, FILROUGE_DB or $XDG_DATA_HOME/filrouge/filrouge.db (~/.local/share), or
 * ends the program: 78 naming both when there is neither, a fault's status otherwise. cli closes
 * it in fil_cli_end. CREATE makes the default's folder too. */
struct fil_store *fil_cli_store(struct fil_cli *cli, enum fil_store_mode mode);

/* Ends the program (73) when the file that an option, named without dashes, would write is the store
 * or one of its companions. */
void fil_cli_spare_store(const struct fil_cli *cli, const char *option, const char *path);

/* Ends the program (73) when -o would write over an input: its path, "-" for standard input. */
void fil_cli_spare_input(const struct fil_cli *cli, const char *path);

/* Opens the store on a server for writing, or makes it where there is none; *made tells. A file ends
 * the program (64), as does all that fil_cli_store ends it for. */
struct fil_store *fil_cli_server(struct fil_cli *cli, bool *made);

/* Returns whether a writer shows its rows: to a pipe or file always but with -q, on a terminal
 * with -v or -f; with -o whatever else. */
bool fil_cli_shows_rows(const struct fil_cli *cli);

/* Returns the format: -f, else a table on a terminal and CSV anywhere else. */
enum fil_output_format fil_cli_format(const struct fil_cli *cli);

/* Returns the stream that the command's answer goes to: the temporary file that becomes -o FILE
 * in fil_cli_end, or standard output; with -q, nowhere. It belongs to cli. Ends the program (73)
 * when FILE cannot be made, or is the store or one of its companions. */
FILE *fil_cli_stream(struct fil_cli *cli);

/* Opens a writer on that stream in that format; the second one with the table's columns. */
struct fil_output *
fil_cli_output(struct fil_cli *cli, const struct fil_output_column *columns, size_t n);
struct fil_output *fil_cli_table_output(struct fil_cli *cli, const struct fil_table *table);

/* Says something to the person on standard error, "PROGRAM: text"; nothing with -q. */
void fil_cli_say(const struct fil_cli *cli, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Shows the progress of work in bytes on a terminal once it takes over a second: share, rate,
 * time left. Cheap to call for each record; nothing elsewhere or with -q. done == total removes
 * the line. */
void fil_cli_progress(struct fil_cli *cli, size_t done, size_t total);

/* As fil_cli_progress for rows of which the total is not known. */
void fil_cli_progress_rows(struct fil_cli *cli, size_t rows);

/* Flushes, checks and closes the output, closes the store, frees cli and returns the exit status:
 * status, or when that is a success, that of the failure: 74 with a message for a full disk,
 * FIL_CLOSED_PIPE quietly. -o FILE takes its place when the status is FIL_OK, or when it is
 * FIL_REFUSED and there are rows all the same (--keep-going); else it vanishes. */
int fil_cli_end(struct fil_cli *cli, enum fil_status status);

/* fil_cli_end for what ended in a fault: prints it (with "Try" if the command line is at fault), and
 * returns its status. */
int fil_cli_fail(struct fil_cli *cli, const struct fil_fault *fault);

/* What a command says of itself; its options end with {0}. */
struct fil_command {
	const char *purpose; /* the sentence of the man page's .Nd line */
	const char *operands; /* as in the synopsis: "TABLE [FILE...]" */
	const char *examples; /* two real ones, a line each */
	const struct fil_option *options; /* its own */
	unsigned shares; /* the shared options that it has: FIL_SHARE_… */
};

enum {
	FIL_SHARE_STORE = 1, /* -d --db, FILROUGE_DB */
	FIL_SHARE_OUTPUT = 2, /* -f --format, -o --output */
	FIL_SHARE_FILTER = 4, /* -w --where */
	FIL_SHARE_USERS = 8, /* --active --phase */
	FIL_SHARE_WRITER = 16, /* -n --dry-run --wait --only */
}; /* -q -v -h --help --version are everyone's */

struct fil_cli;

/* Sets the process up (descriptors 0 to 2 open, umask 077, no core file, SIGXFSZ ignored, text in
 * UTF-8) and reads FILROUGE_TODAY. argv must outlive it. Ends the program on a bad setting. */
struct fil_cli *fil_cli_new(int argc, char **argv, const struct fil_command *command);

/* Returns the letter of the next option that is the command's own, its argument in optarg;
 * handles the shared ones by itself (help and version end the program with 0; a wrong one with 64
 * and "Try"); -1 at the end, with optind at the first operand. Options and operands may be mixed;
 * "--" ends the options. */
int fil_cli_next(struct fil_cli *cli);

/* Ends the program with status 64, the message and "Try 'PROGRAM --help'". */
_Noreturn void fil_cli_usage(const struct fil_cli *cli, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Reads the argument of an option, named without dashes, as a whole number within bounds; else ends
 * the program with 64. */
long long fil_cli_number(
    const struct fil_cli *cli, const char *option, const char *text, long long min, long long max);

/* Reads it as a date (relative ones count from today); else ends the program with 64. */
fil_day fil_cli_date(const struct fil_cli *cli, const char *option, const char *text);

/* Returns the options of the command, ended by one without a name. */
const struct fil_option *fil_cli_options(const struct fil_cli *cli);

/* Ends the program with 64 unless there are as many operands as wanted. */
void fil_cli_operands(const struct fil_cli *cli, int wanted);

/* Returns the table of that name, or ends the program with 64, naming the nearest. */
const struct fil_table *fil_cli_table(const struct fil_cli *cli, const char *name);

/* Returns what was asked for. */
fil_day fil_cli_today(const struct fil_cli *cli); /* FILROUGE_TODAY, or the day */
bool fil_cli_quiet(const struct fil_cli *cli); /* -q */
bool fil_cli_verbose(const struct fil_cli *cli); /* -v */
bool fil_cli_dry_run(const struct fil_cli *cli); /* -n */
unsigned fil_cli_wait(const struct fil_cli *cli); /* --wait, in seconds (30) */
const char *fil_cli_only(const struct fil_cli *cli); /* --only, or NULL */

/* Returns the conditions of -w, which the command binds once it knows the columns; they belong to
 * cli. A command without FIL_SHARE_FILTER gets none. */
struct fil_filter *fil_cli_filter(const struct fil_cli *cli);

/* Returns which users --active and --phase let through; it belongs to cli. */
const struct fil_selection *fil_cli_selection(const struct fil_cli *cli);

/* As fil_cli_selection for a command whose -w is about users: binds -w to their columns, or ends the
 * program with 64. */
const struct fil_selection *fil_cli_users(struct fil_cli *cli);

/* Returns whether --active or --phase was given. */
bool fil_cli_selects(const struct fil_cli *cli);

#endif
