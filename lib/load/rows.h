/* SPDX-License-Identifier: ISC */
/* The feeder: the records of intakes, made into rows, to the writer. */
#ifndef FIL_ROWS_H
#define FIL_ROWS_H

#include <stddef.h>

#include "lib/base/fault.h"
#include "lib/load/load_input.h"
#include "lib/load/lookahead.h"
#include "lib/load/row.h"
#include "lib/write/writer.h"

/* Formulas: how many cells of each column begin as what a spreadsheet computes: with = + - or @.
 * They are stored as they are; who opens an export in a spreadsheet should know. */

struct fil_formulas;

/* Returns counts of so many columns, all 0; the caller frees it. */
struct fil_formulas *fil_formulas_new(size_t columns);

/* Counts the cells of a row, NULL where empty. */
void fil_formulas_see(struct fil_formulas *formulas, const char *const *cells);

/* Returns the number of a column. */
size_t fil_formulas_count(const struct fil_formulas *formulas, size_t column);

/* Sets all to 0. */
void fil_formulas_clear(struct fil_formulas *formulas);

/* NULL is fine. */
void fil_formulas_free(struct fil_formulas *formulas);

struct fil_rows;

/* Returns a feeder that makes rows with `row` from records of `width` cells, and counts the rows
 * read; what it is given stays the caller's. The caller frees it. */
struct fil_rows *fil_rows_new(
    struct fil_row *row, const struct fil_table *table, size_t width, struct fil_counts *counts);

/* Says where the rows go, and which intakes there are in all. */
void fil_rows_bind(
    struct fil_rows *feeder, struct fil_writer *writer, struct fil_load_input *intakes, size_t n);

/* Has progress called with the bytes read and their total as it reads. */
void fil_rows_progress(struct fil_rows *feeder,
    void (*progress)(void *context, size_t done, size_t total), void *context);

/* Goes through all intakes once, and has fil_rows_feed pass over every row whose key comes again
 * later (16 bytes a row). Returns 0, or -1 with a fault that ends the load. */
int fil_rows_find_last(struct fil_rows *feeder, struct fil_fault *fault);

/* Adds the users of all intakes to the people by whom others are found, where the rows give the key
 * and the text. Returns 0, or -1 with a fault that ends the load. */
int fil_rows_introduce(struct fil_rows *feeder, struct fil_people *people, struct fil_fault *fault);

/* Has rows passed over whose user is to be found by e-mail or name and is nobody. */
void fil_rows_known_only(struct fil_rows *feeder);

/* Returns how many were. */
size_t fil_rows_unknown(const struct fil_rows *feeder);

/* Returns how many rows were passed over because their key came again. */
size_t fil_rows_superseded(const struct fil_rows *feeder);

/* Feeds a whole intake. Faults of rows go to the writer. Returns 0, or -1 with a fault that ends
 * the load. */
int fil_rows_feed(struct fil_rows *feeder, struct fil_load_input *intake, struct fil_fault *fault);

/* Feeds the one row that was set on the command line. Returns as fil_rows_feed. */
int fil_rows_feed_constants(struct fil_rows *feeder, struct fil_fault *fault);

/* Returns a preview of the rows of all intakes. A row that is being made meanwhile is lost, and the
 * next intake is to be fed from its beginning. */
struct fil_preview fil_rows_preview(const struct fil_rows *feeder);

/* Tells the writer the keys of all intakes: its look_ahead; feeder is a struct fil_rows. Returns
 * 0 or -1. */
int fil_rows_look_ahead(void *feeder, struct fil_fault *fault);

/* Returns how many rows of the last intake were read. */
size_t fil_rows_read(const struct fil_rows *feeder);

/* Returns how many rows of the last intake had nothing in them. */
size_t fil_rows_empty(const struct fil_rows *feeder);

/* Returns how many rows of it its profile left out. */
size_t fil_rows_skipped(const struct fil_rows *feeder);

/* Has the cells counted that a spreadsheet would take for formulas. */
void fil_rows_count_formulas(struct fil_rows *feeder);

/* Returns these counts for the last intake, or NULL. They belong to the feeder. */
const struct fil_formulas *fil_rows_formulas(const struct fil_rows *feeder);

/* Returns whether an intake's dates could be read in two ways, and nothing in it said which. */
bool fil_rows_undecided(const struct fil_rows *feeder);

/* Frees what it holds; NULL is fine. */
void fil_rows_free(struct fil_rows *feeder);

#endif
