/* SPDX-License-Identifier: ISC */
/* What every command shares: the process set up safely, the common options, help, the store, today, progress, the
 * check of the last write. Only commands use it. */
#ifndef FIL_CLI_H
#define FIL_CLI_H

#include <getopt.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "lib/date.h"
#include "lib/fault.h"
#include "lib/filter.h"
#include "lib/output.h"
#include "lib/store.h"

/* One option of a command, common or its own; --help is printed from it. */
struct fil_option {
	const char *name;	/* long name */
	int letter;		/* short letter, or a number from 256 that the command switches on */
	const char *argument;	/* NULL: takes none; else its name in the help: "FILE" */
	const char *help;	/* one phrase */
};

/* What a command says of itself; its options end with {0}. */
struct fil_command {
	const char *purpose;			/* the sentence of the man page's .Nd line */
	const char *operands;			/* as in the synopsis: "TABLE [COL=VALUE...] [FILE...]" */
	const char *examples;			/* two real ones, a line each */
	const struct fil_option *options;	/* its own */
	unsigned shares;			/* which of the shared options it has: FIL_SHARE_… */
};

enum {
	FIL_SHARE_STORE = 1,	/* -d --db, FILROUGE_DB */
	FIL_SHARE_OUTPUT = 2,	/* -f --format, -o --output */
	FIL_SHARE_FILTER = 4,	/* -w --where */
	FIL_SHARE_USERS = 8,	/* --active --phase */
	FIL_SHARE_WRITER = 16,	/* -n --dry-run --wait --only */
};						/* -q -v -h --help --version are everyone's */

struct fil_cli;

/* Sets the process up (descriptors 0 to 2 open, umask 077, no core file, SIGXFSZ ignored, standard output buffered) and
 * reads FILROUGE_TODAY. argv must outlive it. Ends the program on a bad setting. */
struct fil_cli *fil_cli_new(int argc, char **argv, const struct fil_command *command);

/* Returns the letter of the next option that is the command's own, its argument in optarg; handles the shared ones by
 * itself (help and version end the program with 0; a wrong one with 64 and "Try"); -1 at the end, with optind at the
 * first operand. Options and operands may be mixed; "--" ends the options. */
int fil_cli_next(struct fil_cli *cli);

/* Ends the program with status 64, the message and "Try 'PROGRAM --help'". */
_Noreturn void fil_cli_usage(const struct fil_cli *cli, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Reads the argument of an option as a whole number within bounds, or as a date (relative ones count from today); else
 * ends the program with 64. */
long long fil_cli_number(const struct fil_cli *cli, const char *option, const char *text, long long min, long long max);
fil_day fil_cli_date(const struct fil_cli *cli, const char *option, const char *text);

fil_day fil_cli_today(const struct fil_cli *cli);
bool fil_cli_quiet(const struct fil_cli *cli);
bool fil_cli_verbose(const struct fil_cli *cli);
bool fil_cli_dry_run(const struct fil_cli *cli);
unsigned fil_cli_wait(const struct fil_cli *cli);		/* seconds */
const char *fil_cli_only(const struct fil_cli *cli);		/* --only, or NULL */

/* Returns the -w conditions, and which users --active and --phase let through; they belong to cli. */
const struct fil_filter *fil_cli_filter(const struct fil_cli *cli);
const struct fil_selection *fil_cli_selection(const struct fil_cli *cli);

/* Opens the store of -d, FILROUGE_DB or $XDG_DATA_HOME/filrouge/filrouge.db (~/.local/share), or ends the program: 78
 * naming both when there is neither, a fault's status otherwise. cli closes it in fil_cli_end. CREATE makes the default's
 * folder too. */
struct fil_store *fil_cli_store(struct fil_cli *cli, enum fil_store_mode mode);

/* Returns whether a writer shows its rows: always to a pipe or file, on a terminal only with -v, -f or -o; never with -q. */
bool fil_cli_shows_rows(const struct fil_cli *cli);

/* Returns the format: -f, else a table on a terminal and CSV anywhere else. */
enum fil_output_format fil_cli_format(const struct fil_cli *cli);

/* Returns the stream that the command's answer goes to: standard output, or the temporary file that becomes -o FILE in
 * fil_cli_end. It belongs to cli. FILE may be neither the store nor one of its companions. */
FILE *fil_cli_stream(struct fil_cli *cli);

/* Opens a writer on that stream in that format. */
struct fil_output *fil_cli_output(struct fil_cli *cli, const struct fil_output_column *columns, size_t n);

/* Says something to the person on standard error, "PROGRAM: text"; nothing with -q. */
void fil_cli_say(const struct fil_cli *cli, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Shows the progress of work in bytes on a terminal once it takes over a second: share, rate, time left. Cheap to call
 * for each record; nothing elsewhere or with -q. done == total removes the line. */
void fil_cli_progress(struct fil_cli *cli, size_t done, size_t total);

/* Flushes, checks and closes the output (74 with a message for a full disk; a closed pipe is quiet), renames -o FILE into
 * place, closes the store, frees cli and returns the exit status: status, or that of the failure. */
int fil_cli_end(struct fil_cli *cli, enum fil_status status);

#endif
