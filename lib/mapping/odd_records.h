/* SPDX-License-Identifier: ISC */
/* Odd records: records of an input that are not rows: the header again, another header, a line of
 * dashes, a row of types. */
#ifndef FIL_ODD_RECORDS_H
#define FIL_ODD_RECORDS_H

#include <stddef.h>

#include "lib/base/doubt.h"
#include "lib/base/fault.h"
#include "lib/input/reader.h"
#include "lib/mapping/profile.h"

struct fil_odd_records;

/* What a record is. */
enum fil_odd {
	FIL_ODD_NONE, /* a row */
	FIL_ODD_HEADER, /* the labels of the header, compared as headers are: ignored */
	FIL_ODD_OTHER_HEADER, /* labels in other places, or with headers of the table: refused */
	FIL_ODD_RULE, /* dashes or equals signs in each cell: ignored */
	FIL_ODD_TYPES, /* a word for a type in each of two cells or more: refused */
};

/* The doubt that an odd record raises, and the notice of one that is ignored; by enum fil_odd. */
extern const struct fil_odd_doubt {
	enum fil_doubt kind;
	const char *seen; /* "the header again, ignored" */
} fil_odd_doubts[];

/* Prepares the search in an input with this header; NULL: it has none. The labels are copied. The
 * profile knows the headers of the table, and must live longer. The caller frees the result. */
struct fil_odd_records *
fil_odd_records_new(const struct fil_record *header, const struct fil_profile *profile);

/* Returns the kind of a record. Doubts that are allowed (by enum fil_doubt) make it a row. For nearly
 * all rows, only the first cell with figures is read. */
enum fil_odd fil_odd_records_find(
    const struct fil_odd_records *odd, const struct fil_record *record, const bool *allowed);

/* Returns the [skip] line that ignores an odd record: "[skip] Matricule = texte". The caller frees
 * it. */
char *fil_odd_records_way_out(const struct fil_odd_records *odd, const struct fil_record *record);

/* Fills the fault of another header or a row of types, with its way out. table: the name of the
 * table. */
void fil_odd_records_refuse(const struct fil_odd_records *odd, const struct fil_record *record,
    enum fil_odd found, const char *table, struct fil_fault *fault);

/* Frees the search; NULL is fine. */
void fil_odd_records_free(struct fil_odd_records *odd);

#endif
