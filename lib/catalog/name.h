/* SPDX-License-Identifier: ISC */
/* Names: the keys of phases, modules, dimensions, routines and promises, as people type them in
 * options and operands. A name that is not stored is a fault. Keys of users are not names: they are
 * too many, and a list of users may be empty. */
#ifndef FIL_NAME_H
#define FIL_NAME_H

#include "lib/base/fault.h"
#include "lib/catalog/catalog.h"
#include "lib/store/store.h"

/* Returns the table to which the column refers. NULL: the column is no reference, or refers to
 * users. */
const struct fil_table *fil_name_table(const struct fil_column *column);

/* Checks that a table has a row with this first key. place: the option or operand of the name.
 * Returns 0, or -1 with a fault (65) that names the nearest: "PLACE: 'tol' is not in dimensions; the
 * nearest is 'tool'". */
int fil_name_check(struct fil_store *store, const struct fil_table *table, const char *place,
    const char *name, struct fil_fault *fault);

#endif
