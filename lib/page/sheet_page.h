/* SPDX-License-Identifier: ISC */
/* A sheet as a page of HTML, to be printed on A4 and filled in by hand. */
#ifndef FIL_SHEET_PAGE_H
#define FIL_SHEET_PAGE_H

#include <stdio.h>

#include "lib/load/sheet.h"

/* Writes the page: what to fill in, a legend of the levels, a line for each user, who may read it and
 * when it is destroyed. */
void fil_sheet_page(const struct fil_sheet *sheet, FILE *stream);

#endif
