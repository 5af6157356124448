/* SPDX-License-Identifier: ISC */
/* The common part of all commands. It sets the process up safely, and handles shared options, help,
 * store, output, messages and progress. It checks the last write. Only commands use it. A function
 * that "ends the program" prints a message first. */
#ifndef FIL_CLI_H
#define FIL_CLI_H

#include <getopt.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "lib/base/date.h"
#include "lib/base/fault.h"
#include "lib/base/options.h"
#include "lib/catalog/catalog.h"
#include "lib/catalog/filter.h"
#include "lib/output/output.h"
#include "lib/store/store.h"
#include "lib/users/selection.h"

/* The command line. */

/* The description of a command. */
struct fil_command {
	const char *purpose; /* the sentence of the man page's .Nd line */
	const char *operands; /* as in the synopsis: "TABLE [FILE...]" */
	const char *table; /* the table whose columns COL is, if no operand names it; or NULL */
	const char *words; /* the heading above the words that the operand may be, or NULL */
	/* Returns word i, and sets *meaning to one phrase; NULL after the last one. */
	const char *(*word)(size_t i, const char **meaning);
	const char *examples; /* two examples, a line each */
	/* Its own options, ended by {0}. NULL: none, or see fil_cli_add. */
	const struct fil_option *options;
	const char *group; /* the heading above its own options in the help, or NULL */
	bool brief; /* its help only names the options of groups and those that are known */
	unsigned shares; /* the shared options of the command: FIL_SHARE_… */
};

enum {
	FIL_SHARE_STORE = 1, /* -d --db, FILROUGE_DB */
	FIL_SHARE_OUTPUT = 2, /* -f --format, -o --output; --for-excel without WRITER */
	FIL_SHARE_FILTER = 4, /* -w --where */
	FIL_SHARE_USERS = 8, /* --active --phase */
	FIL_SHARE_WAIT = 16, /* --wait */
	FIL_SHARE_RUN = 16 + 32, /* the same, -n --dry-run */
	FIL_SHARE_WRITER = 16 + 32 + 64, /* the same, --only, and -q for its rows */
	FIL_SHARE_FILE = 128, /* -o --output, for a command with formats of its own */
	FIL_SHARE_LANG = 256, /* --lang */
}; /* all commands have -q -v -h --help --version */

/* The values of the shared options. */
struct fil_cli_options {
	fil_day today; /* FILROUGE_TODAY, else the current day */
	bool quiet, verbose, dry_run;
	unsigned wait; /* seconds */
	const char *only; /* or NULL */
	const char *output; /* the FILE of -o, or NULL */
	enum fil_output_format format; /* of -f, else a table on a terminal and CSV elsewhere */
	bool for_excel; /* CSV is for a spreadsheet */
	struct fil_filter *filter; /* the conditions of -w, to be bound by the command */
	struct fil_selection selection; /* --active and --phase, without filter and roles */
};

struct fil_cli;

/* Sets the process up and reads FILROUGE_TODAY. Descriptors 0 to 2 are opened, umask is 077, no
 * core file is written, SIGXFSZ is ignored, text is UTF-8. argv must outlive cli. Ends the program
 * on a bad setting. */
struct fil_cli *fil_cli_new(int argc, char **argv, const struct fil_command *command);

/* Adds an option, which is copied, before the options of the command. group: as in fil_options_add.
 * Call it before fil_cli_next. */
void fil_cli_add(struct fil_cli *cli, const struct fil_option *option, const char *group);

/* Returns the letter of the next option of the command, with its argument in optarg. Returns -1 at
 * the end, with optind at the first operand. Shared options are handled inside: help and version
 * end the program with 0, and so does "--completion" alone, which prints the operands, words and
 * options for the completion in a shell. A wrong option ends it with 64 and "Try". Options and
 * operands may be mixed; "--" ends the options. */
int fil_cli_next(struct fil_cli *cli);

/* Returns the values of the shared options. today is set at once, the rest when fil_cli_next has
 * returned -1. They belong to cli. */
const struct fil_cli_options *fil_cli_options(const struct fil_cli *cli);

/* Ends the program with status 64, the message and "Try 'PROGRAM --help'". */
_Noreturn void fil_cli_usage(const struct fil_cli *cli, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Reads the argument of an option as a whole number within bounds, or ends the program with 64.
 * option: its name without dashes. */
long long fil_cli_number(
    const struct fil_cli *cli, const char *option, const char *text, long long min, long long max);

/* As fil_cli_number, for an amount with three decimals at most. The bounds and the result are in
 * thousandths. */
long long fil_cli_thousandths(
    const struct fil_cli *cli, const char *option, const char *text, long long min, long long max);

/* Ends the program with 64 unless the number of operands is the wanted one. */
void fil_cli_operands(const struct fil_cli *cli, int wanted);

/* Returns the table of that name. Ends the program with 64 if there is none, with the nearest
 * name. */
const struct fil_table *fil_cli_table(const struct fil_cli *cli, const char *name);

/* Returns the selection by --active, --phase and -w, for a command whose -w is about users. Binds
 * -w to the columns of users, or ends the program with 64. The selection belongs to cli. */
const struct fil_selection *fil_cli_users(struct fil_cli *cli);

/* The store. */

/* Opens the store of -d, else FILROUGE_DB, else $XDG_DATA_HOME/filrouge/filrouge.db or
 * ~/.local/share/filrouge/filrouge.db. CREATE makes the folders of that default too. What --phase
 * and -w name must be stored (65). Ends the program when there is none (78) or with the status of
 * the fault. cli closes the store in fil_cli_end. */
struct fil_store *fil_cli_store(struct fil_cli *cli, enum fil_store_mode mode);

/* Prepares the folder of the new store of -d for the accounts of a group, or ends the program: 64
 * for a store on a server or an unknown group, 73 or 77 as in fil_store_group. */
void fil_cli_group(struct fil_cli *cli, const char *group);

/* Opens the store on a server for writing, or makes it where there is none and sets *made. Ends the
 * program (64) when the store is a file, and in the cases of fil_cli_store. */
struct fil_store *fil_cli_server(struct fil_cli *cli, bool *made);

/* Notes a file that the command reads ("-": standard input), which no output may replace. option:
 * the one that names it, "profile"; NULL: it is the input. path must outlive cli. */
void fil_cli_reads(struct fil_cli *cli, const char *path, const char *option);

/* Notes the file of an output. Ends the program (73) when it is a store or a file beside one,
 * another output, or an input. option: its name without dashes, static. path must outlive cli. */
void fil_cli_writes(struct fil_cli *cli, const char *option, const char *path);

/* The output. */

/* Returns the stream of the output: standard output, also with -q, which silences words and the
 * rows of writers. With -o FILE it is a temporary file that becomes FILE in fil_cli_end. It belongs
 * to cli. Ends the program (73) when FILE cannot be made, and in the cases of fil_cli_writes. */
FILE *fil_cli_stream(struct fil_cli *cli);

/* Returns the stream for the rows that a writer has changed, and sets *style without its title.
 * Returns NULL when the rows are not shown. -o shows them, and -q hides them otherwise. A pipe or
 * file shows them; a terminal needs -v or -f. */
FILE *fil_cli_changes(struct fil_cli *cli, struct fil_output_style *style);

/* Opens the output of the command on the stream. It belongs to cli, and ends in fil_cli_end. The
 * format is that of -f, else a table on a terminal and CSV elsewhere. title: one word for the rows;
 * meaning: one phrase for people, which is translated, or NULL; both must outlive cli. The second
 * function uses the name and the columns of the table. */
struct fil_output *fil_cli_output(struct fil_cli *cli, const char *title, const char *meaning,
    const struct fil_output_column *columns, size_t n);
struct fil_output *fil_cli_table_output(struct fil_cli *cli, const struct fil_table *table);

/* Prints a message to standard error, "PROGRAM: text"; nothing with -q. */
void fil_cli_say(const struct fil_cli *cli, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The unit of progress. */
enum fil_cli_unit { FIL_BYTES, FIL_ROWS };

/* Shows the progress of work on a terminal once it takes over a second: share, rate, time left.
 * total 0: unknown. done == total removes the line. Cheap to call for each record. Nothing is shown
 * with -q, or without a terminal. */
void fil_cli_progress(struct fil_cli *cli, enum fil_cli_unit unit, size_t done, size_t total);

/* The end. */

/* The status of a command whose reader has left while SIGPIPE is ignored. A shell reports the same
 * status when SIGPIPE ends a command. */
enum { FIL_CLOSED_PIPE = 141 };

/* Ends, flushes, checks and closes the output, closes the store, frees cli, and returns the exit
 * status. This is status, unless status is a success and the output failed. Then it is 74 with a
 * message for a full disk, or FIL_CLOSED_PIPE without one.
 *
 * The temporary file becomes -o FILE with status FIL_OK, or with FIL_REFUSED if there are rows
 * (--keep-going). Otherwise it is removed. */
int fil_cli_end(struct fil_cli *cli, enum fil_status status);

/* Prints a fault, and "Try" if the command line is at fault. Ends as fil_cli_end with the status of
 * the fault. */
int fil_cli_fail(struct fil_cli *cli, const struct fil_fault *fault);

#endif
