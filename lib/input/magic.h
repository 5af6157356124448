/* SPDX-License-Identifier: ISC */
/* Magic: what a file is that is not CSV, by its first bytes. */
#ifndef FIL_MAGIC_H
#define FIL_MAGIC_H

#include <stddef.h>

/* Returns what a file is that begins with these bytes (a few thousand are enough), and what to do
 * about it: "looks like an Excel workbook (.xls): save it as CSV, and import that"; or NULL when
 * nothing says that it is not CSV. Static. */
const char *fil_magic_what(const char *bytes, size_t n);

#endif
