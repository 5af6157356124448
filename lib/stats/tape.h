/* SPDX-License-Identifier: ISC */
/* Tapes: records on numbered tapes, which are read again and again in the order in which they were added.
 * Beyond a limit they go to a temporary file, so that memory does not grow with them. */
#ifndef FIL_TAPE_H
#define FIL_TAPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/fault.h"

/* The bytes of all tapes that stay in memory, beside a block for each tape. */
enum { FIL_TAPE_BLOCK = 8 << 10, FIL_TAPES_KEPT = 4 << 20 };

struct fil_tapes;

/* Returns tapes without records; the caller frees them. */
struct fil_tapes *fil_tapes_new(void);

/* Adds a record of n words to a tape. Tapes are numbered from 0. A file that cannot be written is told by
 * fil_tapes_check. */
void fil_tapes_add(struct fil_tapes *tapes, size_t tape, const uint32_t *words, size_t n);

/* Returns the number of tapes. */
size_t fil_tapes_count(const struct fil_tapes *tapes);

/* Returns 0 if all records were written, and read as they were, else -1 with a fault. */
int fil_tapes_check(const struct fil_tapes *tapes, struct fil_fault *fault);

/* Frees the tapes; NULL is fine. */
void fil_tapes_free(struct fil_tapes *tapes);

/* A reader of several tapes at once. */
struct fil_tape_reader;

/* Returns a reader before the first record of the tapes that are chosen. No record is added while it
 * reads. The caller frees it. Memory: a block for each of these tapes. */
struct fil_tape_reader *fil_tape_reader_new(struct fil_tapes *tapes, const bool *chosen);

/* Returns the next record, in the order in which they were added to any tape, and sets *n to its words. NULL
 * at the end. It belongs to the reader, until the next one. */
const uint32_t *fil_tape_reader_next(struct fil_tape_reader *reader, size_t *n);

/* Frees the reader; NULL is fine. */
void fil_tape_reader_free(struct fil_tape_reader *reader);

#endif
