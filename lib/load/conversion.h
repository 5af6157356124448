/* SPDX-License-Identifier: ISC */
/* The conversion: what a cell means that is not written as it is stored: digits without the zeros
 * that a spreadsheet took, and a user's e-mail or name instead of the key. */
#ifndef FIL_CONVERSION_H
#define FIL_CONVERSION_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/catalog/catalog.h"
#include "lib/base/fault.h"
#include "lib/load/people.h"

struct fil_conversion;

/* Returns a conversion of the table's cells that leaves them as they are; the caller frees it. */
struct fil_conversion *fil_conversion_new(const struct fil_table *table);

/* Pads the digits of a column's cells with zeros to that length. */
void fil_conversion_pad(struct fil_conversion *conversion, size_t column, size_t length);

/* Says that cells which name a user are e-mails or names. */
void fil_conversion_match(struct fil_conversion *conversion, enum fil_match match);

/* Returns the column of users by which the row's user is found where no column gives the key, or
 * FIL_NOWHERE. */
size_t fil_conversion_finder(const struct fil_conversion *conversion);

/* Says whether that is so in the rows to come. */
void fil_conversion_find_key(struct fil_conversion *conversion, bool found);

/* Gives the people whom fil_conversion_match needs, before the first cell; they stay the caller's.
 */
void fil_conversion_people(struct fil_conversion *conversion, struct fil_people *people);

/* Returns whether cells of a column name a user by e-mail or name. */
bool fil_conversion_names_user(const struct fil_conversion *conversion, size_t column);

/* Returns whether cells of a column may be replaced at all. */
bool fil_conversion_applies(const struct fil_conversion *conversion, size_t column);

/* What became of a cell. */
enum fil_converted { FIL_CONVERTED, FIL_CONVERTED_TO_NOBODY, FIL_NOT_CONVERTED };

/* Replaces a cell of a column by what is meant; it belongs to the conversion or the people, until
 * the next call. TO_NOBODY, with a fault: it should find a user, and there is none. NOT_CONVERTED,
 * with a fault: there are several. */
enum fil_converted fil_conversion_cell(struct fil_conversion *conversion, size_t column,
    const char **cell, size_t *length, struct fil_fault *fault);

/* Frees what it holds; NULL is fine. */
void fil_conversion_free(struct fil_conversion *conversion);

#endif
