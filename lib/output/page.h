/* SPDX-License-Identifier: ISC */
/* A page: headings, paragraphs and tables in one text for people. Each format is one struct of
 * functions, which are called in turn. */
#ifndef FIL_PAGE_H
#define FIL_PAGE_H

#include <stddef.h>
#include <stdio.h>

struct fil_output_column;

struct fil_page {
	/* Writes the beginning, with the title as the only heading of the first level. language:
	 * "fr" or "en". */
	void (*begin)(FILE *stream, const char *language, const char *title);
	/* Writes a heading of the second level. */
	void (*heading)(FILE *stream, const char *text);
	/* Writes a paragraph. A label, unless NULL, stands out at its beginning. */
	void (*paragraph)(FILE *stream, const char *label, const char *text);
	/* Begins a table with a caption. The columns are valid until its end. Returns the context of
	 * the other two functions. */
	void *(*table)(
	    FILE *stream, const char *caption, const struct fil_output_column *columns, size_t n);
	void (*row)(void *context, const char *const *cells);
	void (*end_table)(void *context);
	/* Writes the end of the page. */
	void (*end)(FILE *stream);
};

/* Text is escaped as in the forms of the same name (lib/output/form.h). */
extern const struct fil_page fil_page_markdown, fil_page_html;

#endif
