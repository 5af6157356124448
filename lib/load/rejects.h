/* SPDX-License-Identifier: ISC */
/* Rejects: the rows of inputs that are refused. They are listed as faults, counted, and kept for a
 * file with the input's own columns, encoding and delimiter and two columns more, reject_line and
 * reject_reason, ready to be corrected and imported again. */
#ifndef FIL_REJECTS_H
#define FIL_REJECTS_H

#include <stddef.h>

#include "lib/base/fault.h"
#include "lib/catalog/catalog.h"
#include "lib/load/load_input.h"
#include "lib/load/rows.h"
#include "lib/write/run.h"

struct fil_rejects;

/* Returns an empty list for rows of the table, which lists so many faults and counts the rest; the
 * caller frees it. `rejected` of counts grows by each refused row. */
struct fil_rejects *
fil_rejects_new(const struct fil_table *table, size_t max_faults, struct fil_counts *counts);

/* Has the refused rows kept for a file, in an unlinked file in the folder. Returns 0, or -1 with a
 * fault. */
int fil_rejects_keep(struct fil_rejects *rejects, const char *folder, struct fil_fault *fault);

/* Begins the rows of a file, whose name must live as long. */
void fil_rejects_begin(struct fil_rejects *rejects, const char *file);

/* Refuses the row that begins on a line; lines come in their order. Several faults of a line refuse
 * one row; a line that makes several rows has the same fault once. duplicate: the stored values of
 * a row whose key came before, or NULL. rejects is a struct fil_rejects. */
void fil_rejects_add(
    void *rejects, size_t line, const struct fil_fault *fault, const char *const *duplicate);

/* Adds a text about the file, which refuses no row, to the faults. rejects is a struct
 * fil_rejects. */
void fil_rejects_remark(void *rejects, const char *text);

/* Returns what is wrong with the rows; it belongs to the list. */
const struct fil_faults *fil_rejects_faults(const struct fil_rejects *rejects);

/* Checks that the file for the rejects is not the input itself, whose good rows would vanish.
 * Returns 0, or -1 with a fault. */
int fil_rejects_check(const char *path, const char *input, struct fil_fault *fault);

/* Ends the list, once all rows are read. Adds to the faults of duplicate keys on which line each
 * key first appears, by one more pass over the rows, which may be NULL where no key is duplicate.
 * Then, if the rows were kept, writes the header and the refused rows of the input to the file of
 * that path, which appears whole. Returns 0, or -1 with a fault. */
int fil_rejects_close(struct fil_rejects *rejects, struct fil_rows *rows,
    const struct fil_load_input *input, const char *path, struct fil_fault *fault);

/* Frees what it holds; NULL is fine. */
void fil_rejects_free(struct fil_rejects *rejects);

#endif
