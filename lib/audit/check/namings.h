/* SPDX-License-Identifier: ISC */
/* The namings of the history: whether its column `named` follows from the rows, which no seal says.
 * Access finds by it the rows that named a person and do so no longer. */
#ifndef FIL_CHECK_NAMINGS_H
#define FIL_CHECK_NAMINGS_H

#include "lib/audit/check/findings.h"
#include "lib/base/fault.h"
#include "lib/store/store.h"

/* Adds an error for each entry of the history that does not name the user whom its row named, where the
 * next version of the row does not either. Returns 0, or -1 with a fault of the store. */
int
fil_check_namings(struct fil_store *store, struct fil_findings *findings, struct fil_fault *fault);

#endif
