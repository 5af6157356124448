/* SPDX-License-Identifier: ISC */
/* What the files of lib/profile share: the state of a profile. Nobody else includes it. */
#ifndef FIL_PROFILE_STATE_H
#define FIL_PROFILE_STATE_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/bytes.h"
#include "lib/catalog/catalog.h"
#include "lib/base/date.h"
#include "lib/mapping/skip.h"
#include "lib/mapping/slot.h"

struct fil_profile {
	const struct fil_table *table;
	struct fil_slot *slots;
	size_t n;
	size_t n_labels, n_cells;	/* of the header, without and with empty ones at the end;
					 * 0: no input */
	struct fil_bytes passed;
	size_t n_passed;
	char *nearest;			/* of those passed, to a key that is missing; or NULL */
	size_t matched;			/* a column that is found by the values of another, by */
	const struct fil_column *by;
	struct fil_skip *skip;
	bool skipped;			/* the last row */
	int pivot;			/* -1: years have four digits */
	char (*wide)[FIL_DATE_WIDE];	/* dates with a pivot, one a column */
};

#endif
