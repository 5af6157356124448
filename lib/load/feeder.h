/* SPDX-License-Identifier: ISC */
/* The feeder: the records of intakes, made into rows, to the writer. */
#ifndef FIL_FEEDER_H
#define FIL_FEEDER_H

#include <stddef.h>

#include "lib/base/fault.h"
#include "lib/load/formulas.h"
#include "lib/load/intake.h"
#include "lib/load/preview.h"
#include "lib/load/row.h"
#include "lib/write/writer.h"

struct fil_feeder;

/* Returns a feeder that makes rows with `row` from records of `width` cells, and counts the rows
 * read; what it is given stays the caller's. The caller frees it. */
struct fil_feeder *fil_feeder_new(
    struct fil_row *row, const struct fil_table *table, size_t width, struct fil_counts *counts);

/* Says where the rows go, and which intakes there are in all. */
void fil_feeder_bind(
    struct fil_feeder *feeder, struct fil_writer *writer, struct fil_intake *intakes, size_t n);

/* Has progress called with the bytes read and their total as it reads. */
void fil_feeder_progress(struct fil_feeder *feeder,
    void (*progress)(void *context, size_t done, size_t total), void *context);

/* Goes through all intakes once, and has fil_feeder_feed pass over every row whose key comes again
 * later (16 bytes a row). Returns 0, or -1 with a fault that ends the load. */
int fil_feeder_find_last(struct fil_feeder *feeder, struct fil_fault *fault);

/* Adds the users of all intakes to the people by whom others are found, where the rows give the key
 * and the text. Returns 0, or -1 with a fault that ends the load. */
int fil_feeder_introduce(
    struct fil_feeder *feeder, struct fil_people *people, struct fil_fault *fault);

/* Has rows passed over whose user is to be found by e-mail or name and is nobody. */
void fil_feeder_known_only(struct fil_feeder *feeder);

/* Returns how many were. */
size_t fil_feeder_unknown(const struct fil_feeder *feeder);

/* Returns how many rows were passed over because their key came again. */
size_t fil_feeder_superseded(const struct fil_feeder *feeder);

/* Feeds a whole intake. Faults of rows go to the writer. Returns 0, or -1 with a fault that ends
 * the load. */
int fil_feeder_feed(struct fil_feeder *feeder, struct fil_intake *intake, struct fil_fault *fault);

/* Feeds the one row that was set on the command line. Returns as fil_feeder_feed. */
int fil_feeder_feed_constants(struct fil_feeder *feeder, struct fil_fault *fault);

/* Returns a preview of the rows of all intakes. A row that is being made meanwhile is lost, and the
 * next intake is to be fed from its beginning. */
struct fil_preview fil_feeder_preview(const struct fil_feeder *feeder);

/* Tells the writer the keys of all intakes: its look_ahead; feeder is a struct fil_feeder. Returns
 * 0 or -1. */
int fil_feeder_look_ahead(void *feeder, struct fil_fault *fault);

/* Returns how many rows of the last intake were read. */
size_t fil_feeder_read(const struct fil_feeder *feeder);

/* Returns how many rows of the last intake had nothing in them. */
size_t fil_feeder_empty(const struct fil_feeder *feeder);

/* Returns how many rows of it its profile left out. */
size_t fil_feeder_skipped(const struct fil_feeder *feeder);

/* Has the cells counted that a spreadsheet would take for formulas. */
void fil_feeder_count_formulas(struct fil_feeder *feeder);

/* Returns these counts for the last intake, or NULL. They belong to the feeder. */
const struct fil_formulas *fil_feeder_formulas(const struct fil_feeder *feeder);

/* Returns whether an intake's dates could be read in two ways, and nothing in it said which. */
bool fil_feeder_undecided(const struct fil_feeder *feeder);

/* Frees what it holds; NULL is fine. */
void fil_feeder_free(struct fil_feeder *feeder);

#endif
