/* SPDX-License-Identifier: ISC */
/* The header of an input: the names of its cells; and templates, which compose one cell of several,
 * "{Prénom} {Nom}". A header's name alone is a template of one part. Names are compared folded
 * (lib/base/text.h). */
#ifndef FIL_HEADER_H
#define FIL_HEADER_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/bytes.h"
#include "lib/base/fault.h"

struct fil_header {
	const char *const *labels; /* as the file writes them */
	char **folded;
	bool *used; /* a column is taken from the cell; the columns set it */
	size_t n; /* without the empty ones at the end */
};

/* Takes n labels, which must outlive the header. fil_header_release frees what it holds. */
void fil_header_init(struct fil_header *header, const char *const *labels, size_t n);

/* Frees what the header holds. */
void fil_header_release(struct fil_header *header);

/* Looks a folded name up. Returns 1 and its cell, 0 when there is none, or -1 with a fault when two
 * cells have the name. */
int fil_header_find(
    const struct fil_header *header, const char *folded, size_t *cell, struct fil_fault *fault);

/* One header of a template, and the text before it. */
struct fil_template_part {
	struct fil_bytes before;
	char *header, *folded; /* as the template writes it, and folded */
	size_t cell; /* of the records; the caller sets it before it fills the template */
};

struct fil_template {
	struct fil_template_part *parts;
	size_t n; /* at least 1 */
	struct fil_bytes after; /* the text behind the last part */
	struct fil_bytes text; /* of fil_template_fill */
};

/* Returns the template that n bytes of text write: headers in braces, "{{" for a brace; text
 * without headers in braces is one header. Returns NULL with a usage fault (an empty header, a
 * brace not closed); the caller frees it. */
struct fil_template *fil_template_new(const char *text, size_t n, struct fil_fault *fault);

/* Returns the composed text and its length, or NULL when all parts are empty. The text between two
 * parts is left out with either: "{A}/{B}" with an empty B gives "A". Valid until the next call. */
const char *fil_template_fill(
    struct fil_template *template, const char *const *cells, const size_t *lengths, size_t *n);

/* NULL is fine. */
void fil_template_free(struct fil_template *template);

#endif
