/* SPDX-License-Identifier: ISC */
/* A profile: how the rows of an input become rows of a table: which header or composition makes
 * which column, by known headers, by what was mapped, and by COL=VALUE; what its words mean; and
 * which rows are left out. */
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

/* Adds 'COL=HEADER' or 'COL=TEMPLATE' ("{Prénom} {Nom}"; {{ is a brace). Returns 0, or -1 with a
 * usage fault. */
int fil_profile_map(struct fil_profile *profile, const char *mapping, struct fil_fault *fault);

/* Takes the column of that name, compared folded, from a header or template. origin says in
 * messages who wants it: "--map", "sirh.ini:7". The last word holds. Returns 0, or -1 with a usage
 * fault that names the nearest column, or what is wrong with the template; the text does not name
 * the origin. */
int fil_profile_column(struct fil_profile *profile, const char *name, const char *template,
    const char *origin, struct fil_fault *fault);

/* Says that cells which are one of the words (separated by '|', compared folded) mean a value in
 * the column of that name; NULL: no value. What is said of `level` holds for each facet of which
 * nothing is said. Returns 0, or -1 with a usage fault: an unknown column, a value that the column
 * cannot hold, a word that means another value already. */
int fil_profile_mean(struct fil_profile *profile, const char *name, const char *words,
    const char *value, struct fil_fault *fault);

/* Leaves out the rows whose cell under the header is one of the words, as fil_skip_add does. */
void fil_profile_skip(
    struct fil_profile *profile, const char *header, const char *words, const char *origin);

/* Reads years of two digits in dates: up to the pivot (0 to 99) as 20yy, above it as 19yy. */
void fil_profile_pivot(struct fil_profile *profile, int pivot);

/* Sets a column (by number) to a value on every row, over what the input has; before binding. */
void fil_profile_set(struct fil_profile *profile, size_t column, const char *value);

/* Lets the known headers of another table's column mean a column too: where users are found by
 * their e-mail, a header of addresses means the user. */
void fil_profile_find_by(struct fil_profile *profile, size_t column, const struct fil_column *by);

/* Returns whether a folded header is known, mapped, named in a template, or looked at by a skip: a
 * fil_sniff_known. */
bool fil_profile_knows(const void *profile, const char *folded);

/* Binds the profile to an input's header. A repeated header that is used, a mapped header that is
 * missing, or an input without any known column is a fault that names the nearest; so are two
 * headers that mean one column when neither is its own name. A mapping goes before what is known,
 * the column's own name before compositions, these before other headers. Trailing empty labels are
 * passed over. The fault's text does not name the input. Returns 0 or -1. Binding anew is fine. */
int fil_profile_bind(
    struct fil_profile *profile, const struct fil_record *header, struct fil_fault *fault);

/* Binds to no input at all: only what was set is given. */
void fil_profile_bind_none(struct fil_profile *profile);

/* Returns whether column c (facets behind the table's) is given by the bound input or set. */
bool fil_profile_gives(const struct fil_profile *profile, size_t c);

/* Returns the header's name of column c for messages (the file's own word), or the column's name.
 * Belongs to the profile. */
const char *fil_profile_label(const struct fil_profile *profile, size_t c);

/* Returns the header passed over that is nearest to one that means a key which neither the bound
 * input nor a value gives, or NULL; belongs to the profile. */
const char *fil_profile_nearest(const struct fil_profile *profile);

/* Returns, for the word on standard error, the headers passed over, joined by ", ", and their
 * number; belongs to the profile. */
const char *fil_profile_passed(const struct fil_profile *profile, size_t *n);

/* Makes the cells of a record: n_columns + n_facets pointers, NULL where empty or not given, valid
 * until the next call or the record's end; lengths likewise. A template joins its parts; an empty
 * part takes the separator beside it along: "{A}/{B}" with an empty B gives "A". A short or long
 * record is a fault ("missing-cell", "extra-cell"), and so is a value under no header at the end.
 * *empty: the row gives nothing, because all its cells are empty, or because it is left out, which
 * fil_profile_skipped tells. After fil_profile_bind_none record may be NULL. Returns 0 or -1. */
int fil_profile_cells(struct fil_profile *profile, const struct fil_record *record,
    const char **cells, size_t *lengths, bool *empty, struct fil_fault *fault);

/* Returns whether the last row made gives nothing because a skip takes it. */
bool fil_profile_skipped(const struct fil_profile *profile);

/* NULL is fine. */
void fil_profile_free(struct fil_profile *profile);

#endif
