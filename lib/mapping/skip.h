/* SPDX-License-Identifier: ISC */
/* A skip: the rows of an input that are left out for what a cell of theirs holds. */
#ifndef FIL_SKIP_H
#define FIL_SKIP_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/fault.h"
#include "lib/mapping/header.h"
#include "lib/input/reader.h"

struct fil_skip;

/* Returns a skip that leaves nothing out; the caller frees it. */
struct fil_skip *fil_skip_new(void);

/* Leaves out the rows whose cell under the header is one of the words (separated by '|', compared
 * folded; a word of nothing is an empty cell). origin says in messages who wants it. */
void fil_skip_add(
    struct fil_skip *skip, const char *header, const char *words, const char *origin);

/* Returns whether a folded header is one that it looks at. */
bool fil_skip_knows(const struct fil_skip *skip, const char *folded);

/* Finds its headers. Returns 0, or -1 with a fault that names the one that is missing, and the
 * nearest that is there. */
int fil_skip_bind(struct fil_skip *skip, const struct fil_header *header, struct fil_fault *fault);

/* Forgets the bound header. */
void fil_skip_unbind(struct fil_skip *skip);

/* Returns whether the record is left out. It has as many cells as the bound header. */
bool fil_skip_takes(const struct fil_skip *skip, const struct fil_record *record);

/* NULL is fine. */
void fil_skip_free(struct fil_skip *skip);

#endif
