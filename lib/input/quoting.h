/* SPDX-License-Identifier: ISC */
/* Quoting: whether an input means its quotes. What spreadsheets and databases write with TABs often
 * does not: 24" is a screen there, and no cell is ever in quotes. */
#ifndef FIL_QUOTING_H
#define FIL_QUOTING_H

#include "lib/input/format.h"
#include "lib/input/input.h"

enum fil_quoting {
	FIL_QUOTING_NONE,	/* not one quote */
	FIL_QUOTING_MEANT,	/* some cell is in quotes: it begins with one, and another before a
				 * delimiter or a line end closes it */
	FIL_QUOTING_STRAY,	/* quotes, but no such cell */
};

/* Looks through the input, as far as it needs to know. What cannot be read is left to the reader to
 * tell. */
enum fil_quoting fil_quoting_of(const struct fil_input *input, const struct fil_format *format);

#endif
