/* SPDX-License-Identifier: ISC */
/* A listing: the rows of a table that meet conditions, in the order of the keys. */
#ifndef FIL_LISTING_H
#define FIL_LISTING_H

#include "lib/base/date.h"
#include "lib/base/fault.h"
#include "lib/catalog/catalog.h"

struct fil_filter;
struct fil_listing;
struct fil_selection;
struct fil_store;

/* Returns a listing of one state of the store. filter: bound to the table, or NULL. selection: only
 * rows of users whom it selects as of today; NULL: all rows. A selection needs a table that has a
 * user (fil_table_user). Both must outlive the listing. Returns NULL with a fault. The caller frees
 * the listing. */
struct fil_listing *fil_listing_new(struct fil_store *store, const struct fil_table *table,
    const struct fil_filter *filter, const struct fil_selection *selection, fil_day today,
    struct fil_fault *fault);

/* Returns a listing of values of a column, one cell a row: those that begin with a text, each once,
 * in their order. For completion in a shell: it is quick, and has at most 200 values. Values of a
 * column other than the first key are sought in the first 50,000 rows. The table must outlive the
 * listing. Returns NULL with a fault. The caller frees the listing. */
struct fil_listing *fil_listing_begun(struct fil_store *store, const struct fil_table *table,
    size_t column, const char *begin, struct fil_fault *fault);

/* Steps to the next row. *cells are the columns of the table, NULL where a cell is empty, valid
 * until the next step. Returns 1, 0 at the end, or -1 with a fault. */
int
fil_listing_step(struct fil_listing *listing, const char *const **cells, struct fil_fault *fault);

/* Frees the listing and ends its snapshot; NULL is fine. */
void fil_listing_free(struct fil_listing *listing);

#endif
