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

/* Writes a cell line by line: `write` writes each line, and <br> stands between them. A TAB becomes a
 * space. Other control characters and invalid bytes are shown as on a terminal. */
void fil_html_lines(FILE *stream, const char *cell, void (*write)(FILE *stream, const char *text));

#endif
