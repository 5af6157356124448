/* SPDX-License-Identifier: ISC */
/* The part of an upgrade that SQL cannot do. */
#ifndef FIL_UPGRADE_H
#define FIL_UPGRADE_H

#include "lib/base/fault.h"
#include "lib/store/query.h"

/* Ends the upgrade from that version to the next, within its transaction, after its statements.
 *
 * Version 2 wrote today's key of a user into each row of the history, and a renaming as a change. The
 * rows get the keys of their time and the users whom they named, renamings and joins are marked, and
 * all runs are sealed. Returns 0, or -1 with a fault of the store. */
int fil_upgrade_from(struct fil_store *store, int version, struct fil_fault *fault);

#endif
