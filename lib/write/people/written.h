/* SPDX-License-Identifier: ISC */
/* Written users: hashes of the rows that a run wrote, 16 bytes a row, whatever their number. One
 * block of them is in memory; the others wait in an unlinked file. */
#ifndef FIL_WRITTEN_H
#define FIL_WRITTEN_H

#include <stddef.h>
#include <stdint.h>

#include "lib/base/fault.h"

/* Bits that are kept of the hashes of e-mails, and of names with units. */
enum { FIL_EMAIL_BITS = 40, FIL_NAME_BITS = 23 };

/* The hashes of a row that was written; 0: there is none, or it did not change. What equal hashes
 * find is compared by its text. */
struct fil_written {
	uint32_t key, manager;
	uint64_t email : FIL_EMAIL_BITS;
	uint64_t name : FIL_NAME_BITS; /* and the unit, of an added row */
	uint64_t added : 1;
};

struct fil_written_rows;

/* Returns no rows, whose blocks wait in the folder; its name must live as long. The caller frees
 * them. */
struct fil_written_rows *fil_written_rows_new(const char *folder);

/* Returns the room of one more row, to be filled before the next call. */
struct fil_written *fil_written_rows_add(struct fil_written_rows *rows);

/* Returns row i, valid until the next call: to be read in order. */
const struct fil_written *fil_written_rows_at(struct fil_written_rows *rows, size_t i);

/* Returns 0, or -1 with a fault (73, 74) if any block could not be kept or read back; its rows then
 * were given as 0. */
int fil_written_rows_check(const struct fil_written_rows *rows, struct fil_fault *fault);

/* Frees the rows and their file; NULL is fine. */
void fil_written_rows_free(struct fil_written_rows *rows);

#endif
