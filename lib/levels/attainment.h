/* SPDX-License-Identifier: ISC */
/* Attainments: the first day on which each user was autonomous in all dimensions at once, sought in
 * the order of their keys. That day never changes with the facts that follow, so that it tells of
 * every day, past ones too. */
#ifndef FIL_ATTAINMENT_H
#define FIL_ATTAINMENT_H

#include "lib/base/date.h"
#include "lib/levels/dimension.h"
#include "lib/base/fault.h"
#include "lib/store/store.h"

struct fil_attainments;

/* Returns the attainments that the sources tell of: a comma-separated list, or NULL for all, which
 * reads the standing tables instead of the events. The dimensions must outlive it. Returns NULL with
 * a fault (64 for an unknown source); the caller frees it. */
struct fil_attainments *fil_attainments_new(struct fil_store *store,
    const struct fil_dimensions *dimensions, const char *sources, struct fil_fault *fault);

/* Sets *day to that of a user, or to FIL_NEVER. Users are sought in ascending order. Returns 0 or
 * -1. */
int fil_attainments_seek(struct fil_attainments *attainments, const char *user, fil_day *day,
    struct fil_fault *fault);

/* Frees the attainments; NULL is fine. */
void fil_attainments_free(struct fil_attainments *attainments);

#endif
