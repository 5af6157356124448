/* SPDX-License-Identifier: ISC */
/* A row file: the rows of a workbook or of JSON, written once to an unlinked file of mode 0600
 * as CSV in UTF-8. The reader then reads it as often as a load needs. A cell before those of
 * the row has its number, its line, and the numbers of its cells that hold errors: "7:7 3". The
 * header of JSON is known only at the end, and is written into a hole at the beginning.
 *
 * A thread may add the rows of a workbook while others are read. All fields but fd, begin, sheet and
 * growth are then known once fil_row_file_complete has returned true. */
#ifndef FIL_ROW_FILE_H
#define FIL_ROW_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "lib/base/fault.h"
#include "lib/base/memory.h"

/* The most cells of a row, and the most bytes of a cell and of a row. */
enum {
	FIL_ROW_CELLS = 1024,
	FIL_ROW_CELL_BYTES = 1024 * 1024,
	FIL_ROW_BYTES = 4 * 1024 * 1024 - 64 * 1024,
	FIL_ROW_MERGED = 4096, /* merged cells that are noted */
};

/* Read it; only the functions below, and the module that writes the rows, change it. */
struct fil_row_file {
	int fd;
	off_t begin; /* of the first record */
	size_t size; /* bytes from there on */
	size_t width; /* the number of the last cell that is not empty, of all rows */
	char *sheet; /* of a workbook, as the workbook names it; NULL: of JSON */
	bool by_line; /* rows are found by their lines; else they are counted */
	size_t hidden; /* rows of a sheet that are not shown */
	size_t *merged,
	    n_merged; /* the last rows of merged cells of a sheet, at most FIL_ROW_MERGED */
	size_t dropped; /* paths of JSON for which there was no room */

	/* Private. */
	const char *folder;
	struct fil_bytes block, row, errors;
	size_t column; /* of the next cell */
	double share; /* of their source from which the rows so far were made */
	struct fil_row_growth *growth; /* of rows that a thread adds, or NULL */
};

/* Returns an empty row file in the folder, whose name must live as long, or NULL with a fault
 * (73, 74). With later_header there is a hole for the header. The caller frees it. */
struct fil_row_file *
fil_row_file_new(const char *folder, bool later_header, struct fil_fault *fault);

/* Adds a cell of n bytes to the row in hand. Its column, from 0, is higher than that of the
 * cell before, and below FIL_ROW_CELLS. The text is UTF-8 without a NUL. error: it is the error
 * of a formula. */
void
fil_row_file_cell(struct fil_row_file *file, size_t column, const char *text, size_t n, bool error);

/* Ends the row in hand. A row without cells is not written. Numbers rise. Returns 0, or -1 with a
 * fault: the row is over FIL_ROW_BYTES (65), or cannot be written (74). */
int
fil_row_file_end(struct fil_row_file *file, size_t number, size_t line, struct fil_fault *fault);

/* Writes a row that is refused for a reason, with n bytes of its text, maybe no UTF-8, instead
 * of the row in hand. Returns 0, or -1 with a fault. */
int fil_row_file_refuse(struct fil_row_file *file, size_t number, size_t line, const char *reason,
    const char *raw, size_t n, struct fil_fault *fault);

/* Ends the row in hand as the header, before all others. Returns 0, or -1 with a fault: it is
 * too long for the hole (65), or cannot be written (74). */
int fil_row_file_header(struct fil_row_file *file, struct fil_fault *fault);

/* Writes what is still in memory. Returns 0, or -1 with a fault. */
int fil_row_file_finish(struct fil_row_file *file, struct fil_fault *fault);

/* Has a thread call write(context), which adds all rows and finishes the file. Returns false where no
 * thread can be made: the caller then calls it. */
bool fil_row_file_grow(
    struct fil_row_file *file, int (*write)(void *context, struct fil_fault *fault), void *context);

/* Waits for a byte at an offset, from `begin` on, or for the end of the rows. Sets *size to the bytes
 * that can be read. Returns 0, or -1 when the rows ended early: with a fault, or before one that is
 * wider than those that could be read before. Any thread may call it. */
int fil_row_file_wait(const struct fil_row_file *file, size_t offset, size_t *size);

/* Returns whether all rows were added, and end at this offset. */
bool fil_row_file_ends(const struct fil_row_file *file, size_t offset);

/* Returns the size in bytes, estimated until all rows were added. */
size_t fil_row_file_size(const struct fil_row_file *file);

/* Returns the width that rows are padded to: `width`, or of a file that grows that of its first rows,
 * which no later one exceeds. */
size_t fil_row_file_width(const struct fil_row_file *file);

/* Waits for the end of the rows. Returns whether they are complete. */
bool fil_row_file_complete(const struct fil_row_file *file);

/* Adds where a cell is, as a spreadsheet writes it: "Feuil1!C7", "'Feuille 1'!7". row: from 1; column: from
 * 0, or FIL_NOWHERE for a whole row. */
void fil_sheet_place_add(struct fil_bytes *text, const char *sheet, size_t row, size_t column);

/* Frees and deletes the file, and ends a thread that still adds rows; NULL is fine. */
void fil_row_file_free(struct fil_row_file *file);

#endif
