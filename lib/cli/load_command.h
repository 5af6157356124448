/* SPDX-License-Identifier: ISC */
/* The common part of the commands that load: the options, then profile, store, load, faults,
 * summary and exit status. */
#ifndef FIL_LOAD_COMMAND_H
#define FIL_LOAD_COMMAND_H

#include <stdbool.h>

#include "lib/catalog/catalog.h"
#include "lib/cli/cli.h"

/* The kind of rows that a command loads: of any table, or facts. The date of a fact (the day of an
 * assignment) is today unless given. Only FIL_LOAD_TABLE has the options about whole tables. */
enum fil_load_kind { FIL_LOAD_TABLE, FIL_LOAD_FACTS };

struct fil_cli_load;

/* Adds the options of a load to cli. Returns the load of the command, freed by
 * fil_load_command_run. */
struct fil_cli_load *fil_load_command_new(struct fil_cli *cli, enum fil_load_kind kind);

/* Reads options of the load until an option of the command. Returns the letter of that one, with
 * its argument in optarg; -1 at the end. A bad argument ends the program with 64. */
int fil_load_command_next(struct fil_cli_load *load);

/* Returns the options of the load, for the command to change. */
struct fil_load_options *fil_load_command_options(struct fil_cli_load *load);

/* Returns the table for which the profile is, or else the one that the first operand names, which is
 * taken off. Ends the program with 64 where there is none (`missing` says what to give), where it is
 * unknown, with the nearest name, or another one than the profile's. A command that loads facts also
 * needs a table of events. */
const struct fil_table *
fil_load_command_table(struct fil_cli_load *load, char *const **operands, const char *missing);

/* Loads the operands into the table, and prints faults and summary; or prints a first profile, as
 * --propose asks. Ends cli, frees load and returns the exit status. */
int fil_load_command_run(struct fil_cli_load *load, const struct fil_table *table,
    char *const *operands, char *const *argv);

#endif
