/* SPDX-License-Identifier: ISC */
/* A join: two users who are one person become one. The facts of the one go to the other, and so do
 * references to the one; the row of the one goes. */
#ifndef FIL_JOIN_H
#define FIL_JOIN_H

#include <stddef.h>

#include "lib/base/fault.h"
#include "lib/write/refusals.h"
#include "lib/write/run.h"

/* Which row stays where both users have a row with the same other keys. */
enum fil_join_prefer { FIL_JOIN_NEITHER, FIL_JOIN_OLD, FIL_JOIN_NEW };

/* How users are joined. */
struct fil_join_options {
	enum fil_join_prefer prefer;
	const struct fil_refusals *refusals; /* get a remark for each fact that differs */
};

/* Joins the user `old` to the user `new` within the run, in all tables and in the history, which
 * keeps every row as it was. Both are stored. The engine must check references (no fil_store_trust).
 * *moved is increased by the rows that follow. Returns 0, or -1 with a fault: of the store, or
 * FIL_REFUSED where rows of the same keys differ and neither user is preferred. */
int fil_join_users(struct fil_run *run, const char *old, const char *new,
    const struct fil_join_options *options, size_t *moved, struct fil_fault *fault);

/* Notes the run as the one that last wrote the users whom it has changed, as fil_rename_sign does.
 * Returns 0, or -1 with a fault of the store. */
int fil_join_sign(struct fil_run *run, struct fil_fault *fault);

#endif
