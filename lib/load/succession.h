/* SPDX-License-Identifier: ISC */
/* The succession: of the rows of an input that have one key, which comes last (16 bytes a row). */
#ifndef FIL_SUCCESSION_H
#define FIL_SUCCESSION_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/fault.h"
#include "lib/load/preview.h"

struct fil_succession;

/* Goes through all rows of a preview once. Returns the succession, which the caller frees, or NULL
 * with a fault of reading. */
struct fil_succession *fil_succession_new(
    const struct fil_preview *preview, struct fil_fault *fault);

/* Returns whether the key of the row just made comes again later. Call it once for each row that
 * can be made, in their order. */
bool fil_succession_goes_on(struct fil_succession *succession);

/* Returns how many rows' keys came again. */
size_t fil_succession_superseded(const struct fil_succession *succession);

/* Frees what it holds; NULL is fine. */
void fil_succession_free(struct fil_succession *succession);

#endif
