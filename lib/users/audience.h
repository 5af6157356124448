/* SPDX-License-Identifier: ISC */
/* An audience: the users whose rows count in a report that asks for no population: everybody, unless
 * a selection chooses. */
#ifndef FIL_AUDIENCE_H
#define FIL_AUDIENCE_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/date.h"
#include "lib/base/fault.h"
#include "lib/catalog/filter.h"
#include "lib/store/store.h"

struct fil_audience;

/* Returns the users that the selection lets through on the day. Costs nothing when it lets everybody
 * through. Returns NULL with a fault; the caller frees it. */
struct fil_audience *fil_audience_new(struct fil_store *store,
    const struct fil_selection *selection, fil_day day, struct fil_fault *fault);

/* Returns whether the rows of a user, a key of n bytes, count. */
bool fil_audience_has(const struct fil_audience *audience, const char *user, size_t n);

/* Frees the audience; NULL is fine. */
void fil_audience_free(struct fil_audience *audience);

#endif
