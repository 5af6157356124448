/* SPDX-License-Identifier: ISC */
/* A template: a cell composed of several, "{Prénom} {Nom}". A lone header is a template of one
 * part. */
#ifndef FIL_HEADER_H
#define FIL_HEADER_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/bytes.h"
#include "lib/base/fault.h"

struct fil_template;

/* Returns the template that n bytes of text write: headers in braces, "{{" for a brace; text
 * without headers in braces is one header. Returns NULL with a usage fault (an empty header, a
 * brace not closed); the caller frees it. */
struct fil_template *fil_template_new(const char *text, size_t n, struct fil_fault *fault);

/* Returns the number of its headers, at least 1. */
size_t fil_template_parts(const struct fil_template *template);

/* Returns header i as it was written. Belongs to the template. */
const char *fil_template_header(const struct fil_template *template, size_t i);

/* Returns it folded. Belongs to the template. */
const char *fil_template_folded(const struct fil_template *template, size_t i);

/* Says in which cell of the records header i stands. */
void fil_template_bind(struct fil_template *template, size_t i, size_t cell);

/* No single cell. */
#define FIL_TEMPLATE_MANY ((size_t)-1)

/* Returns the number of the cell when the template is one header and nothing else, or
 * FIL_TEMPLATE_MANY. */
size_t fil_template_cell(const struct fil_template *template);

/* Returns the composed text and its length, or NULL when all parts are empty. What stands between
 * two parts is left out with either: "{A}/{B}" with an empty B gives "A". Valid until the next
 * call. */
const char *fil_template_fill(
    struct fil_template *template, const char *const *cells, const size_t *lengths, size_t *n);

/* Adds the template as it is written, headers[i] in the place of header i. */
void fil_template_write(
    const struct fil_template *template, const char *const *headers, struct fil_bytes *text);

/* NULL is fine. */
void fil_template_free(struct fil_template *template);

/* A header: the names of an input's cells while columns are bound to them. */

struct fil_header {
	const char *const *labels; /* as the file writes them */
	char **folded;
	bool *used; /* which a column takes */
	size_t n; /* without the empty ones at the end */
};

/* Takes n labels, which must outlive the header. */
void fil_header_init(struct fil_header *header, const char *const *labels, size_t n);

/* Frees what the header holds. */
void fil_header_release(struct fil_header *header);

/* Looks a folded name up. Returns 1 and its cell, 0, or -1 with a fault when it stands twice. */
int fil_header_find(
    const struct fil_header *header, const char *folded, size_t *cell, struct fil_fault *fault);

/* Adds the labels that are not used to a text, joined by ", ", and returns their number. */
size_t fil_header_unused(const struct fil_header *header, struct fil_bytes *text);

#endif
