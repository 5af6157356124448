/* SPDX-License-Identifier: ISC */
/* The texts that cells of workbooks stand for: numbers by their formats, and shared strings by their
 * numbers. Source: ECMA-376, 5th edition, part 1, 18.8.30, 18.8.31 and 18.17.4. */
#ifndef FIL_WORKBOOK_CELLS_H
#define FIL_WORKBOOK_CELLS_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/fault.h"
#include "lib/base/memory.h"

/* Whether a number is shown as it is, as a percentage, as a day, or as a time. */
enum fil_number_format {
	FIL_SHOWN_NUMBER,
	FIL_SHOWN_PERCENT,
	FIL_SHOWN_DAY,
	FIL_SHOWN_DAY_TIME,
	FIL_SHOWN_TIME
};

/* Returns what a format code shows, "d\ mmmm\ yyyy", by the signs of its first section outside
 * quotes and brackets. */
enum fil_number_format fil_number_format_read(const char *code);

/* Returns what the format of a number shows that workbooks need not declare. */
enum fil_number_format fil_number_format_known(size_t number);

/* Adds the text of a value of n bytes: digits alone as they are, another number as its shortest
 * exact decimal; 0.85 shown as a percentage is "85%", as its CSV has it; a day YYYY-MM-DD, with the
 * time behind it if the format shows one and it is not midnight; an amount of time HH:MM:SS.
 * system_1904: days are counted from 1904. A value that is no number stays as it is, and one that is
 * no day is a decimal. */
void fil_number_format_write(const char *value, size_t n, enum fil_number_format shown,
    bool system_1904, struct fil_bytes *text);

/* Shared strings: the texts of a workbook by their numbers. Over 8 MiB of them go to an
 * unlinked file of mode 0600 in the folder. */
struct fil_shared_strings;

/* Returns an empty list, which the caller frees. The name of the folder must live as long. */
struct fil_shared_strings *fil_shared_strings_new(const char *folder);

/* Adds a text with the next number, from 0. Returns 0, or -1 with a fault (73, 74). */
int fil_shared_strings_add(
    struct fil_shared_strings *strings, const char *text, size_t n, struct fil_fault *fault);

/* Sets `text` to the text with a number. Returns 1, 0 when there is none, or -1 with a fault
 * (74). */
int fil_shared_strings_get(struct fil_shared_strings *strings, size_t number,
    struct fil_bytes *text, struct fil_fault *fault);

/* Frees the list; NULL is fine. */
void fil_shared_strings_free(struct fil_shared_strings *strings);

#endif
