/* SPDX-License-Identifier: ISC */
/* A header: the names of an input's cells while columns are bound to them. */
#ifndef FIL_HEADER_H
#define FIL_HEADER_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/bytes.h"
#include "lib/base/fault.h"

struct fil_header {
	const char *const *labels;	/* as the file writes them */
	char **folded;
	bool *used;			/* which a column takes */
	size_t n;			/* without the empty ones at the end */
};

/* Takes n labels, which must outlive the header. */
void fil_header_init(struct fil_header *header, const char *const *labels, size_t n);

/* Frees what the header holds. */
void fil_header_release(struct fil_header *header);

/* Looks a folded name up. Returns 1 and its cell, 0, or -1 with a fault when it stands twice. */
int fil_header_find(
    const struct fil_header *header, const char *folded, size_t *cell, struct fil_fault *fault);

/* Adds the labels that are not used to a text, joined by ", ", and returns their number. */
size_t fil_header_unused(const struct fil_header *header, struct fil_bytes *text);

#endif
