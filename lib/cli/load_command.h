/* SPDX-License-Identifier: ISC */
/* What the commands that load share above the load: its options, and the course of it: operands,
 * profile, store, load, faults, summary, exit status. */
#ifndef FIL_LOAD_COMMAND_H
#define FIL_LOAD_COMMAND_H

#include <stdbool.h>

#include "lib/catalog/catalog.h"
#include "lib/cli/cli.h"
#include "lib/load/load.h"

/* What a command loads: any table, or facts, whose date (the day of an assignment) is today unless
 * given. Only tables have the options about whole tables. */
enum fil_load_kind { FIL_LOAD_TABLE, FIL_LOAD_FACTS };

struct fil_cli_load;

/* Adds the options of a load to cli. Returns what the command line has said so far: nothing.
 * fil_load_command_run or fil_load_command_propose frees it. */
struct fil_cli_load *fil_load_command_new(struct fil_cli *cli, enum fil_load_kind kind);

/* Reads the options of the load, up to one that is the command's own. Returns its letter, its
 * argument in optarg; -1 at the end. A bad argument ends the program with 64. */
int fil_load_command_next(struct fil_cli_load *load);

/* Returns the options of the load, for the command to set its own. */
struct fil_load_options *fil_load_command_options(struct fil_cli_load *load);

/* Returns the table of that name. Ends the program with 64 when there is none, naming the nearest,
 * or when the command loads facts and the table holds no events. */
const struct fil_table *fil_load_command_table(const struct fil_cli_load *load, const char *name);

/* Prints a first profile of a file for the table instead of loading, ends cli, frees load. Returns
 * the exit status. */
int fil_load_command_propose(
    struct fil_cli_load *load, const struct fil_table *table, const char *path);

/* Loads the operands into the table, prints faults and summary, ends cli, frees load. Returns the
 * exit status. */
int fil_load_command_run(struct fil_cli_load *load, const struct fil_table *table,
    char *const *operands, char *const *argv);

#endif
