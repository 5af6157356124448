/* SPDX-License-Identifier: ISC */
/* A profile: how the records of an input become rows of a table. It says from which header or
 * template each column is taken, which value is set on every row, what the words of cells mean, and
 * which rows are left out. lib/mapping/profile_file.h reads one from an INI file. */
#ifndef FIL_PROFILE_H
#define FIL_PROFILE_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/fault.h"
#include "lib/base/text.h"
#include "lib/catalog/catalog.h"
#include "lib/input/reader.h"

struct fil_profile;

/* Returns a profile for the table that knows its headers; the caller frees it. facets: names of
 * further columns that the input may have (in autonomy, the dimensions), or NULL; they are numbered
 * after the table's columns. */
struct fil_profile *
fil_profile_new(const struct fil_table *table, char *const *facets, size_t n_facets);

/* Takes the column of that name, compared folded, from a header or template ("{Prénom} {Nom}"; {{ is
 * a brace). origin is what messages
 * say names it: "--map", "sirh.ini:7". A later call replaces an earlier one. Returns 0, or -1 with a
 * usage fault that names the nearest column, or what is wrong with the template; the text does not
 * have the origin. */
int fil_profile_column(struct fil_profile *profile, const char *name, const char *template,
    const char *origin, struct fil_fault *fault);

/* Has the words (separated by '|', compared folded) mean a value in the column of that name; NULL:
 * no value. The words of `level` hold for each facet that has none of its own. Returns 0, or -1 with
 * a usage fault: an unknown column, a value that the column cannot hold, a word that means another
 * value already. */
int fil_profile_mean(struct fil_profile *profile, const char *name, const char *words,
    const char *value, struct fil_fault *fault);

/* Leaves out the rows whose cell under the header is one of the words (separated by '|', compared
 * folded; an empty word is an empty cell). origin is what messages say names the header. */
void fil_profile_skip(
    struct fil_profile *profile, const char *header, const char *words, const char *origin);

/* Reads years of two digits in dates: up to the pivot (0 to 99) as 20yy, above it as 19yy. */
void fil_profile_pivot(struct fil_profile *profile, int pivot);

/* Sets a column (by number) to a value on every row, whatever the input has; before binding. */
void fil_profile_set(struct fil_profile *profile, size_t column, const char *value);

/* Has the known headers of another table's column mean a column too, unless they mean one of the
 * table's: where users are found by their e-mail, a header of addresses means the user. */
void fil_profile_find_by(struct fil_profile *profile, size_t column, const struct fil_column *by);

/* Returns whether the profile (a struct fil_profile) may use a folded header: it is known, mapped,
 * part of a template, or decides which rows are left out. A fil_sniff_known. */
bool fil_profile_knows(const void *profile, const char *folded);

/* Binds the profile to an input's header; binding again is fine. lib/mapping/column_source.h says
 * which header a column is taken from. Empty labels at the end are ignored. Returns 0, or -1 with a
 * fault that does not name the input: a used header that stands twice, two headers that mean one
 * column, a header of a mapping or of a skip that is missing, or no header that is known. */
int fil_profile_bind(
    struct fil_profile *profile, const struct fil_record *header, struct fil_fault *fault);

/* Returns whether column c (facets behind the table's) is given by the bound input or set. */
bool fil_profile_gives(const struct fil_profile *profile, size_t c);

/* Returns the header of column c for messages, as the input writes it, or the column's name. Belongs
 * to the profile. */
const char *fil_profile_label(const struct fil_profile *profile, size_t c);

/* Returns the headers of the bound input that are not used, joined by ", ", and their number.
 * *nearest, unless it is NULL: the one of them that is nearest to a header of a key that is not
 * given, or NULL. The texts belong to the profile. */
const char *fil_profile_unused(const struct fil_profile *profile, size_t *n, const char **nearest);

/* Makes the cells of a record: n_columns + n_facets pointers, NULL where empty or not given, valid
 * until the next call or the record's end; lengths likewise. A template joins its parts; an empty
 * part takes the separator beside it along: "{A}/{B}" with an empty B gives "A". *empty: the row
 * gives nothing, because all its cells are empty, or because it is left out, which
 * fil_profile_skipped tells. Returns 0, or -1 with a fault: a record that is shorter or longer than
 * the header ("missing-cell", "extra-cell"), or a value under an empty label at the end. */
int fil_profile_cells(struct fil_profile *profile, const struct fil_record *record,
    const char **cells, size_t *lengths, bool *empty, struct fil_fault *fault);

/* Returns whether the last row made is left out because of fil_profile_skip. */
bool fil_profile_skipped(const struct fil_profile *profile);

/* NULL is fine. */
void fil_profile_free(struct fil_profile *profile);

#endif
