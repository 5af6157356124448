/* SPDX-License-Identifier: ISC */
/* Refusals: the faults of rows that are not written, and the callbacks that get them. */
#ifndef FIL_REFUSALS_H
#define FIL_REFUSALS_H

#include <stddef.h>

#include "lib/base/fault.h"

/* The place of a row on a line that makes several: the line, and the number of the row's fact,
 * below 1,024. Places are in the order of lines. */
static inline size_t
fil_place(size_t line, size_t fact)
{
	return line << 10 | fact;
}

static inline size_t
fil_place_line(size_t place)
{
	return place >> 10;
}

static inline size_t
fil_place_fact(size_t place)
{
	return place & 1023;
}

/* Callbacks for refused rows. */
struct fil_refusals {
	/* Gets the line on which a refused row begins (or its place, if the writer was given
	 * places), and one of its faults. The argument
	 * duplicate is the row's stored values when its key is a duplicate, else NULL. */
	void (*refused)(void *context, size_t line, const struct fil_fault *fault,
	    const char *const *duplicate);
	/* Gets a text to print beside the faults, which refuses no row. NULL unless a whole list is
	 * written. */
	void (*remark)(void *context, const char *text);
	void *context;
};

#endif
