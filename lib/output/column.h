/* SPDX-License-Identifier: ISC */
/* A column of an answer, whatever the format that it is written in. */
#ifndef FIL_COLUMN_H
#define FIL_COLUMN_H

#include <stdbool.h>

/* number: JSON prints it as a number where the cell is one, tables align it to the right. */
struct fil_output_column {
	const char *name;
	bool number;
};

#endif
