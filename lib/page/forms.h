/* SPDX-License-Identifier: ISC */
/* The forms of the weekly page, one file each. */
#ifndef FIL_FORMS_H
#define FIL_FORMS_H

#include <stdio.h>

#include "lib/base/fault.h"
#include "lib/base/memory.h"
#include "lib/page/content.h"

typedef void fil_week_form(const struct fil_week *week, FILE *stream);

/* 80 columns. The second is UTF-8 whatever the environment says. */
fil_week_form fil_week_write_text;
fil_week_form fil_week_write_utf8;
/* GitHub's dialect. */
fil_week_form fil_week_write_markdown;
/* One file, complete in itself. */
fil_week_form fil_week_write_html;
/* All figures, as the contract has them. */
fil_week_form fil_week_write_json;

/* Returns the form of a name: text, markdown, html or json. NULL with a usage fault that has all. */
fil_week_form *fil_week_form_named(const char *name, struct fil_fault *fault);

/* Adds a text without its marks (lib/page/content.h). */
void fil_form_plain(const char *text, struct fil_bytes *plain);

/* Writes a text with its marks as HTML: markup is escaped, and marks become elements. language: that of
 * data, or NULL for that of the page. */
void fil_form_marked(const char *language, const char *text, FILE *stream);

#endif
