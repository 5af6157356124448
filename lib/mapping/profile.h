/* SPDX-License-Identifier: ISC */
/* A profile: the rules that turn records of an input into rows of a table. It holds the header or
 * template of each column, and the values for every row. It holds the meaning of words, and the
 * rows to leave out. lib/mapping/profile_file.h reads one from an INI file. */
#ifndef FIL_PROFILE_H
#define FIL_PROFILE_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/date.h"
#include "lib/base/fault.h"
#include "lib/base/memory.h"
#include "lib/catalog/catalog.h"
#include "lib/input/reader.h"

struct fil_profile;

/* Returns a profile for the table with its known headers; the caller frees it. `facets` are names
 * of further columns that the input may have (in autonomy, the dimensions), or NULL. They are
 * numbered after the table's columns. */
struct fil_profile *
fil_profile_new(const struct fil_table *table, char *const *facets, size_t n_facets);

/* Maps the column with that name, compared folded, to a header or template ("{Prénom} {Nom}"; {{
 * is a brace). "" or "-" declines the column: no header means it. Messages name `origin`: "--map",
 * "sirh.ini:7". A later call replaces an earlier one. Returns 0, or -1 with a usage fault without
 * the origin: an unknown column, with the nearest, or a bad template. */
int fil_profile_column(struct fil_profile *profile, const char *name, const char *template,
    const char *origin, struct fil_fault *fault);

/* Sets the meaning of words in a column: a value, or NULL for none. The words are separated by '|'
 * and compared folded. The words of `level` apply to each facet without words of its own. Returns
 * 0, or -1 with a usage fault: an unknown column, an invalid value, or a word that already means
 * another value. */
int fil_profile_mean(struct fil_profile *profile, const char *name, const char *words,
    const char *value, struct fil_fault *fault);

/* Takes a key of [values.COLUMN] that says how numbers are read, or that another column keeps the cell:
 * "scale", "fraction", "keep". Returns 1, 0 for another key, or -1 with a usage fault. */
int fil_profile_numbers(struct fil_profile *profile, const char *name, const char *key,
    const char *value, struct fil_fault *fault);

/* Adds a line of [facts]; lib/mapping/fact_lines.h says what it may be. Messages name `origin`.
 * Returns 0, or -1 with a usage fault. */
int fil_profile_fact(struct fil_profile *profile, const char *key, const char *value,
    const char *origin, struct fil_fault *fault);

/* Returns whether the profile has lines of [facts]. */
bool fil_profile_has_facts(const struct fil_profile *profile);

/* Returns the lines of [facts] whose header the bound input has not, "'Intro' (quiz.ini:7)",
 * separated by ", ", or NULL. */
const char *fil_profile_missing(const struct fil_profile *profile);

/* Returns the header of a fact by its number, for its fault, or NULL if the fault begins with the
 * name of a column and ':' that [columns] takes for all facts of the record. It belongs to the
 * profile until that is bound again. */
const char *
fil_profile_fault_header(const struct fil_profile *profile, size_t fact, const char *text);

/* Gives a column the same template in all lines of [facts] that do not give it. Returns 0, or -1 with a
 * usage fault. */
int fil_profile_all_facts(
    struct fil_profile *profile, const char *name, const char *template, struct fil_fault *fault);

/* Has each part of a column's cell make a row. separator: semicolon, comma, newline or pipe.
 * Returns 0, or -1 with a usage fault. */
int fil_profile_split(
    struct fil_profile *profile, const char *name, const char *separator, struct fil_fault *fault);

/* Leaves out the rows with one of the words in the cell under the header. A template, "{Prénom}
 * {Nom}", composes the cell of several; a pattern (struct fil_header_pattern) means each cell under
 * such a header. A cell that is a fact leaves out that fact only. The words are separated by '|'
 * and compared folded; '*' in one is any text; an empty word is an empty cell. Messages name
 * `origin`. Returns 0, or -1 with the usage fault of a template or pattern. */
int fil_profile_skip(struct fil_profile *profile, const char *header, const char *words,
    const char *origin, struct fil_fault *fault);

/* Accepts two-digit years in dates: up to the pivot (0 to 99) as 20yy, above it as 19yy. */
void fil_profile_pivot(struct fil_profile *profile, int pivot);

/* Turns dates with an offset from UTC into the day in a zone, which must outlive the profile. NULL:
 * the day as it is written. order: of dates, if it is given. */
void fil_profile_zone(
    struct fil_profile *profile, const struct fil_time_zone *zone, enum fil_date_order order);

/* Lets no known header mean a column, nor its own name. */
void fil_profile_forget_key(struct fil_profile *profile, size_t column);

/* Accepts short rows: cells missing at the end of a record are empty, and empty cells may follow
 * the last one of the header. */
void fil_profile_short_rows(struct fil_profile *profile);

/* Sets a column (by number) to a value in every row, instead of the input's. Call it before
 * binding. */
void fil_profile_set(struct fil_profile *profile, size_t column, const char *value);

/* Lets the known headers of another table's column mean a column too, unless they mean one of
 * this table. Example: with --match email, a header of addresses means the user. */
void fil_profile_find_by(struct fil_profile *profile, size_t column, const struct fil_column *by);

/* The same, for headers that are taken only if nothing else gives the column, and without
 * templates. Example: with --match alias, a header of addresses, because names to sign in look like
 * them. */
void
fil_profile_find_last_by(struct fil_profile *profile, size_t column, const struct fil_column *by);

/* Returns whether the profile (a struct fil_profile) may use a folded header: known, mapped, in a
 * template, or in a skip. It is a fil_sniff_known. */
bool fil_profile_knows(const void *profile, const char *folded);

/* The same, and whether a line of [facts] takes such a header. It is a fil_sniff_known. */
bool fil_profile_expects(const void *profile, const char *folded);

/* Returns the folded headers that mappings name, and their number: a header has all of them. They
 * belong to the profile. */
const char *const *fil_profile_mapped(struct fil_profile *profile, size_t *n);

/* Returns whether a mapping gives column c. */
bool fil_profile_is_mapped(const struct fil_profile *profile, size_t c);

/* Binds the profile to the header of an input, maybe again. absent: of JSON, where a path that no
 * object has is empty; it gets such paths of the profile, separated by ", ". NULL: of other inputs.
 * lib/mapping/column_source.h says which header a column gets. Empty labels at the end are ignored.
 * Returns 0, or -1 with a fault that does not name the input. The faults: a duplicate header in
 * use, two headers for one column, a missing header of a mapping or skip, no header with a
 * meaning. */
int fil_profile_bind(struct fil_profile *profile, const struct fil_record *header,
    struct fil_bytes *absent, struct fil_fault *fault);

/* Returns whether the bound input or a set value gives column c (facets after the table's). */
bool fil_profile_gives(const struct fil_profile *profile, size_t c);

/* Adds the columns that a cell of the bound header gives, "dimension, level", and "[skip]". */
void fil_profile_uses(const struct fil_profile *profile, size_t cell, struct fil_bytes *text);

/* Returns the header of column c as the input writes it, for messages: a template of several
 * headers, or the column's name without one. It belongs to the profile. */
const char *fil_profile_label(const struct fil_profile *profile, size_t c);

/* Returns the cell of a record that a fault is about, whose text begins with the name of a column
 * or the header of a fact and ':'; FIL_NOWHERE for others. *label gets the header of the column, or
 * NULL. */
size_t
fil_profile_find_cell(const struct fil_profile *profile, const char *text, const char **label);

/* Adds a column whose cells say more of a row, and are not stored: it knows the headers of another
 * table's column, but not those that mean a column of the table. Returns its number: that of its
 * cells behind those of the table's columns and facets. */
size_t fil_profile_add(struct fil_profile *profile, const struct fil_column *column);

/* A header that no column takes. */
struct fil_unused {
	char *label;
	size_t cell; /* of the record */
};

/* Returns the headers of the bound input that no column takes, and how many; they belong to the
 * profile. */
const struct fil_unused *fil_profile_unused_cells(const struct fil_profile *profile, size_t *n);

/* Returns the unused headers of the bound input, joined by ", ", and their number. *nearest, unless
 * it is NULL, gets the unused header nearest to a missing key, or NULL. The texts belong to the
 * profile. */
const char *fil_profile_unused(const struct fil_profile *profile, size_t *n, const char **nearest);

/* How the cells of a record were made. */
struct fil_profile_made {
	bool empty; /* all cells are empty, or the row is left out */
	bool skipped; /* fil_profile_skip leaves the row out */
	bool filled; /* cells lacked at the end, or empty ones came after the last */
	bool none; /* no cell of a record with [facts] makes a row */
	size_t row; /* the number of the row that was made */
	bool more; /* the record may make another row, of the number `next` or a higher one */
	size_t next;
	size_t fact; /* the number of the fact, from 0 */
	const char *header; /* of the fact, or NULL; it belongs to the profile */
};

/* Makes the cells of a row of a record, with their lengths: n_columns + n_facets pointers, NULL if empty
 * or not given. They are valid until the next call or the end of the record. row: the first row of this
 * number or a higher one is made; 0: the first of all. A record makes several rows by [facts], or by a
 * split. An empty part of a template is dropped with the separator beside it: "{A}/{B}" with an empty B
 * gives "A". Returns 0, or -1 with a fault. The faults: "missing-cell" for a short record, "extra-cell"
 * for a long one, or for a value under an empty label. Then cells[0] is made if it is surely in its
 * place, else NULL. */
int fil_profile_row(struct fil_profile *profile, const struct fil_record *record, size_t row,
    const char **cells, size_t *lengths, struct fil_profile_made *made, struct fil_fault *fault);

/* Frees the profile; NULL is fine. */
void fil_profile_free(struct fil_profile *profile);

#endif
