/* SPDX-License-Identifier: ISC */
/* The formats of numbers in workbooks: whether a number is shown as a day, as a time or as it
 * is, and the text that it then stands for. Source: ECMA-376, 5th edition, part 1, 18.8.30,
 * 18.8.31 and 18.17.4. */
#ifndef FIL_NUMBER_FORMAT_H
#define FIL_NUMBER_FORMAT_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/memory.h"

enum fil_number_format { FIL_SHOWN_NUMBER, FIL_SHOWN_DAY, FIL_SHOWN_DAY_TIME, FIL_SHOWN_TIME };

/* Returns what a format code shows, "d\ mmmm\ yyyy", by the signs of its first section outside
 * quotes and brackets. */
enum fil_number_format fil_number_format_read(const char *code);

/* Returns what the format of a number shows that workbooks need not declare. */
enum fil_number_format fil_number_format_known(size_t number);

/* Adds the text of a value of n bytes: digits alone as they are, another number as its shortest
 * exact decimal; a day YYYY-MM-DD, with the time behind it if the format shows one and it is not
 * midnight; an amount of time HH:MM:SS. system_1904: days are counted from 1904. A value that is
 * no number stays as it is, and one that is no day is a decimal. */
void fil_number_format_write(const char *value, size_t n, enum fil_number_format shown,
    bool system_1904, struct fil_bytes *text);

#endif
