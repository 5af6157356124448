/* SPDX-License-Identifier: ISC */
/* Referrers: the columns of other tables that name rows of a table, and whether they do. */
#ifndef FIL_REFERRERS_H
#define FIL_REFERRERS_H

#include <stddef.h>

#include "lib/store/batch.h"
#include "lib/catalog/catalog.h"
#include "lib/base/fault.h"
#include "lib/store/store.h"

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
