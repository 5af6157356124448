/* SPDX-License-Identifier: ISC */
/* The profiles of sources that are found by their names, for people: fil-list prints them. */
#ifndef FIL_PROFILE_LIST_H
#define FIL_PROFILE_LIST_H

#include "lib/cli/cli.h"

/* Prints the profiles with their table, tool and since when the tool writes so. Ends cli and returns the
 * exit status. A condition about another column, or about users, ends the program with 64. */
int fil_cli_list_profiles(struct fil_cli *cli);

/* Prints the file of a profile. Ends cli and returns the exit status: 66 if there is none. */
int fil_cli_show_profile(struct fil_cli *cli, const char *name);

#endif
