/* SPDX-License-Identifier: ISC */
/* A term: the column of dates in which the rows of a table end, and today. */
#ifndef FIL_TERM_H
#define FIL_TERM_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

struct fil_term {
	size_t column;
	const char *today;
};

/* Returns whether a row with that date (NULL: none) has ended by today. */
static inline bool
fil_term_over(const struct fil_term *term, const char *date)
{
	return date && strcmp(date, term->today) <= 0;
}

#endif
