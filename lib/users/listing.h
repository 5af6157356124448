/* SPDX-License-Identifier: ISC */
/* A listing: the rows of a table in the order of its keys, as many as meet the conditions. */
#ifndef FIL_LISTING_H
#define FIL_LISTING_H

#include "lib/base/date.h"
#include "lib/base/fault.h"
#include "lib/catalog/catalog.h"
#include "lib/catalog/filter.h"
#include "lib/store/store.h"
#include "lib/users/selection.h"

struct fil_listing;

/* Returns the column of the table that names the user whom a row is about: the key of users, or
 * the key that refers to them; FIL_NOWHERE where rows are about nobody. */
size_t fil_listing_user(const struct fil_table *table);

/* Returns a listing of the store as it is now, whatever is written meanwhile. filter: bound to the
 * table. selection: the users, as of today, whose rows it keeps, of a table that has a user;
 * or NULL for all rows. Both must live as long. Returns NULL with a fault; the caller frees it. */
struct fil_listing *fil_listing_new(struct fil_store *store, const struct fil_table *table,
    const struct fil_filter *filter, const struct fil_selection *selection, fil_day today,
    struct fil_fault *fault);

/* Steps to the next row: *cells are the table's columns, NULL where nothing is known, valid until
 * the next step. Returns 1, 0 at the end, -1 with a fault. */
int
fil_listing_step(struct fil_listing *listing, const char *const **cells, struct fil_fault *fault);

/* Frees the listing and ends its snapshot; NULL is fine. */
void fil_listing_free(struct fil_listing *listing);

#endif
