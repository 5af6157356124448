/* SPDX-License-Identifier: ISC */
/* HTML: parts of a page that the forms do not write. */
#ifndef FIL_HTML_H
#define FIL_HTML_H

#include <stdio.h>

/* Writes the beginning of a page, up to its style: nothing is loaded and nothing runs. language: "fr"
 * or "en". */
void fil_html_begin(FILE *stream, const char *language, const char *title);

/* Writes a text with its markup escaped. */
void fil_html_text(FILE *stream, const char *text);

#endif
