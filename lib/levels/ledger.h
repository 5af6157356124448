/* SPDX-License-Identifier: ISC */
/* The ledger: the derived tables, standing and standings, as the store holds them. */
#ifndef FIL_LEDGER_H
#define FIL_LEDGER_H

#include <stdbool.h>

#include "lib/store/cursor.h"
#include "lib/levels/dimension.h"
#include "lib/base/fault.h"
#include "lib/store/store.h"
#include "lib/levels/trail.h"

/* The relations, for writing: standing is (user, dimension, level, date, source, previous, risen,
 * first), standings is (user, autonomous). */
extern const struct fil_relation fil_ledger_standing, fil_ledger_standings;

/* Which columns of standing a cursor reads: level, date and source, or all. */
enum fil_ledger_columns { FIL_LEDGER_LEVELS, FIL_LEDGER_ALL };

/* Returns a cursor over standing in the order of users and dimensions; the caller frees it. */
struct fil_cursor *fil_ledger_new(struct fil_store *store, enum fil_ledger_columns columns);

/* Returns a cursor over standings in the order of the users; the caller frees it. */
struct fil_cursor *fil_ledger_totals_new(struct fil_store *store);

/* Return a cursor over all columns of standing, and one over standings, of some users, at most n at
 * a time (fil_cursor_of_users). */
struct fil_cursor *fil_ledger_of_users(struct fil_store *store, size_t n);
struct fil_cursor *fil_ledger_totals_of_users(struct fil_store *store, size_t n);

/* Fills in one standing for each dimension from the rows of the user at hand, level -1 where there
 * is no row, and only the columns that the cursor reads. Returns 0, or -1 with a fault. */
int fil_ledger_take(struct fil_cursor *ledger, const struct fil_dimensions *dimensions,
    enum fil_ledger_columns columns, struct fil_standing *standings, struct fil_fault *fault);

/* Sets *autonomous to the first day on which the user at hand was autonomous, or FIL_NEVER. Returns
 * 0 or -1. */
int fil_ledger_take_total(struct fil_cursor *totals, fil_day *autonomous, struct fil_fault *fault);

#endif
