/* SPDX-License-Identifier: ISC */
/* Odd records: records of an input that are no rows of it: the header again, a line of dashes, a row
 * of types. */
#ifndef FIL_ODD_RECORDS_H
#define FIL_ODD_RECORDS_H

#include <stddef.h>

#include "lib/base/doubt.h"
#include "lib/base/fault.h"
#include "lib/input/reader.h"

struct fil_odd_records;

/* What a record is. */
enum fil_odd {
	FIL_ODD_NONE, /* a row */
	FIL_ODD_HEADER, /* the labels of the header: to be ignored */
	FIL_ODD_RULE, /* dashes or equals signs in each cell: to be ignored */
	FIL_ODD_TYPES, /* a word for a type in each of two cells or more: to be refused */
};

/* The doubt that a record raises which is ignored, and the words that tell it; by enum fil_odd. */
extern const struct fil_odd_doubt {
	enum fil_doubt kind;
	const char *seen; /* "the header again, ignored" */
} fil_odd_doubts[];

/* Returns what finds the odd records of an input with this header; NULL: it has none. It copies the
 * labels. The caller frees it. */
struct fil_odd_records *fil_odd_records_new(const struct fil_record *header);

/* Returns what a record is, apart from kinds that are allowed (by enum fil_doubt). For a row it looks
 * at one cell only. */
enum fil_odd fil_odd_records_find(
    const struct fil_odd_records *odd, const struct fil_record *record, const bool *allowed);

/* Returns the [skip] that leaves such a record out: "[skip] Matricule = texte". The caller frees
 * it. */
char *fil_odd_records_way_out(const struct fil_odd_records *odd, const struct fil_record *record);

/* Fills the fault of a row of types in a table, with its way out. */
void fil_odd_records_refuse(const struct fil_odd_records *odd, const struct fil_record *record,
    const char *table, struct fil_fault *fault);

/* Frees what it holds; NULL is fine. */
void fil_odd_records_free(struct fil_odd_records *odd);

#endif
