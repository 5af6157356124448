/* SPDX-License-Identifier: ISC */
/* Rejects: the refused rows of inputs. They are listed as faults, counted, and written to a file
 * that can be corrected and imported again. The file has the input's columns, encoding and
 * delimiter, and two more columns: reject_line and reject_reason. */
#ifndef FIL_REJECTS_H
#define FIL_REJECTS_H

#include <stddef.h>

#include "lib/base/fault.h"
#include "lib/catalog/catalog.h"
#include "lib/load/load_input.h"
#include "lib/load/rows.h"
#include "lib/write/run.h"

struct fil_rejects;

/* Returns an empty list for rows of the table, which the caller frees. It lists max_faults faults,
 * and counts the rest. `rejected` of counts grows by each refused row. */
struct fil_rejects *
fil_rejects_new(const struct fil_table *table, size_t max_faults, struct fil_counts *counts);

/* Keeps the reasons of refused rows in an unlinked file in the folder, for the file of rejects.
 * Returns 0, or -1 with a fault. */
int fil_rejects_keep(struct fil_rejects *rejects, const char *folder, struct fil_fault *fault);

/* Begins the rows of a file. Its name must live as long as the list. input: the file, or NULL for the
 * command line. */
void fil_rejects_begin(
    struct fil_rejects *rejects, const char *file, const struct fil_load_input *input);

/* Adds a fault of the refused row that begins on a line; lines come in their order. Several faults
 * of a line refuse one row. The same fault of a line is added once. The argument duplicate has the
 * stored values of a row with a duplicate key, or is NULL. The list is a struct fil_rejects. */
void fil_rejects_add(
    void *rejects, size_t line, const struct fil_fault *fault, const char *const *duplicate);

/* Adds a text about the file, which refuses no row, to the faults. rejects is a struct
 * fil_rejects. */
void fil_rejects_remark(void *rejects, const char *text);

/* Returns the faults of the rows; they belong to the list. */
const struct fil_faults *fil_rejects_faults(const struct fil_rejects *rejects);

/* Ends the list after the last row. Duplicate keys: finds, in one extra pass, the line on which
 * each duplicated key first appears. The fault gets it. Then, after fil_rejects_keep, writes the
 * header and the refused rows of the input to the file `path`, which appears whole. Without
 * duplicate keys, rows may be NULL. Returns 0, or -1 with a fault. */
int fil_rejects_close(struct fil_rejects *rejects, struct fil_rows *rows,
    const struct fil_load_input *input, const char *path, struct fil_fault *fault);

/* Frees what it holds; NULL is fine. */
void fil_rejects_free(struct fil_rejects *rejects);

#endif
