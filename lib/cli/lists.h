/* SPDX-License-Identifier: ISC */
/* Lists of what is known without a store: tables, columns, and profiles of sources that are found by
 * their names. fil-list prints them. A condition about another column, or about users, ends the program
 * with 64. */
#ifndef FIL_LISTS_H
#define FIL_LISTS_H

#include "lib/catalog/catalog.h"
#include "lib/cli/cli.h"

/* Returns whether --active or --phase was given. */
bool fil_cli_selects_users(const struct fil_cli *cli);

/* Prints the columns of a table; NULL: the tables. Ends cli and returns the exit status. */
int fil_cli_list_catalog(struct fil_cli *cli, const struct fil_table *table);

/* Prints the profiles with their table, tool and since when the tool writes so. Ends cli and returns the
 * exit status. */
int fil_cli_list_profiles(struct fil_cli *cli);

/* Prints the file of a profile. Ends cli and returns the exit status: 66 if there is none. */
int fil_cli_show_profile(struct fil_cli *cli, const char *name);

#endif
