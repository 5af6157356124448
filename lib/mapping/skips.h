/* SPDX-License-Identifier: ISC */
/* Skips: the lines of [skip] in a profile. Each leaves out the rows with one of its words in the
 * cell under a header. */
#ifndef FIL_SKIPS_H
#define FIL_SKIPS_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/fault.h"
#include "lib/input/reader.h"
#include "lib/mapping/header.h"

struct fil_skips;

/* Adds a line, and creates *skips if it is NULL; the caller frees it. header: one header, a
 * template of several ("{Prénom} {Nom}") or a pattern (struct fil_header_pattern). words: as of
 * fil_words_add_patterns. Messages name `origin`. Returns 0, or -1 with the usage fault of a
 * template or pattern. */
int fil_skips_add(struct fil_skips **skips, const char *header, const char *words,
    const char *origin, struct fil_fault *fault);

/* Returns whether a line names a folded header. The skips may be NULL, here and below. */
bool fil_skips_know(const struct fil_skips *skips, const char *folded);

/* Binds the lines to a header, and marks the cells that they use. of_fact: of each cell, whether it
 * is a fact (lib/mapping/fact_lines.h), until the next binding; NULL: none is. Returns 0, or -1
 * with a fault: a header that does not exist. */
int fil_skips_bind(struct fil_skips *skips, const struct fil_header *header, const bool *of_fact,
    struct fil_fault *fault);

/* Returns whether a line uses a cell of the bound header. */
bool fil_skips_use(const struct fil_skips *skips, size_t cell);

/* Returns whether a line leaves out a record. A line of one cell that is a fact does not. */
bool fil_skips_leave_out(const struct fil_skips *skips, const struct fil_record *record);

/* Returns whether a line leaves out the fact of a cell. */
bool fil_skips_leave_out_fact(
    const struct fil_skips *skips, const struct fil_record *record, size_t cell);

/* Frees the skips; NULL is fine. */
void fil_skips_free(struct fil_skips *skips);

#endif
