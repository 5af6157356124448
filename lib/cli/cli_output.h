/* SPDX-License-Identifier: ISC */
/* What every command shares of its outside: the store, the answer, words for the person, progress, the
 * end. Commands get it with lib/cli/cli.h. */
#ifndef FIL_CLI_OUTPUT_H
#define FIL_CLI_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "lib/catalog/catalog.h"
#include "lib/base/fault.h"
#include "lib/output/output.h"
#include "lib/store/store.h"

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
struct fil_output *fil_cli_output(struct fil_cli *cli, const struct fil_output_column *columns,
    size_t n);
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

#endif
