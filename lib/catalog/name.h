/* SPDX-License-Identifier: ISC */
/* Names: the keys of phases, modules, dimensions, routines and promises, as people type them in
 * options and operands. A plain word that is the key of no stored row is a typing error. Keys of
 * users are no names: there are too many of them, and lists of users may well be empty. */
#ifndef FIL_NAME_H
#define FIL_NAME_H

#include "lib/base/fault.h"
#include "lib/catalog/catalog.h"
#include "lib/store/store.h"

/* Returns the table whose names the column takes, or NULL: the column is no reference, or a
 * reference to users. */
const struct fil_table *fil_name_table(const struct fil_column *column);

/* Looks a name up among the first keys of a table: one query, and a second one where the name is
 * not there. place is where the name was typed. Returns 0, or -1 with a fault (65) that names the
 * nearest: "PLACE: 'tol' is not in dimensions; the nearest is 'tool'". */
int fil_name_check(struct fil_store *store, const struct fil_table *table, const char *place,
    const char *name, struct fil_fault *fault);

#endif
