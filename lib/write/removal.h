/* SPDX-License-Identifier: ISC */
/* A removal: rows taken away by their keys, and kept in the history. A row that others still name
 * is held back. */
#ifndef FIL_REMOVAL_H
#define FIL_REMOVAL_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/fault.h"
#include "lib/catalog/catalog.h"
#include "lib/levels/standing_update.h"
#include "lib/store/batch.h"
#include "lib/store/store.h"
#include "lib/write/changes.h"
#include "lib/write/run.h"

struct fil_removal;

/* Returns a removal from the table within the run; changes get the rows removed, and the keeper is
 * told of them. The caller frees it. */
struct fil_removal *fil_removal_new(struct fil_run *run, const struct fil_table *table,
    struct fil_changes *changes, struct fil_standing_update *keeper);

/* Notes a key of the rows that will go. A table that refers to itself needs all of them before
 * fil_removal_begin: a manager may go before their staff. */
void fil_removal_coming(struct fil_removal *removal, const char *key, size_t n);

/* Finds out whom rows of the table itself that stay still name. Returns 0, or -1 with a fault of
 * the store. */
int fil_removal_begin(struct fil_removal *removal, struct fil_fault *fault);

/* Removes the rows whose keys are the first cells of the batch's rows; keys that are not there are
 * passed over. Returns 0, or -1 with a fault of the store. */
int fil_removal_rows(
    struct fil_removal *removal, const struct fil_batch *keys, struct fil_fault *fault);

/* Returns why row i of the last batch was held back, or NULL when it was not. Belongs to the
 * removal. */
const struct fil_fault *fil_removal_hold(const struct fil_removal *removal, size_t i);

/* Returns how many rows were removed. */
size_t fil_removal_removed(const struct fil_removal *removal);

/* Returns how many were not there. */
size_t fil_removal_absent(const struct fil_removal *removal);

/* Makes sure that no row which was held back names one that went. Returns 0, or -1 with a fault. */
int fil_removal_finish(struct fil_removal *removal, struct fil_fault *fault);

/* Frees what it holds; NULL is fine. */
void fil_removal_free(struct fil_removal *removal);

/* Referrers: the columns of other tables that name rows of a table, and whether they do. */

struct fil_referrers;

/* Returns the referrers of a table; the caller frees them. */
struct fil_referrers *fil_referrers_new(struct fil_store *store, const struct fil_table *table);

/* Finds which of the keys, the first cells of the batch's rows, rows of other tables name: tell
 * gets the row's number and such a table, once for each. Returns 0, or -1 with a fault of the
 * store. */
int fil_referrers_find(struct fil_referrers *referrers, const struct fil_batch *rows,
    void (*tell)(void *context, size_t row, const struct fil_table *by), void *context,
    struct fil_fault *fault);

/* Frees what it holds; NULL is fine. */
void fil_referrers_free(struct fil_referrers *referrers);

#endif
