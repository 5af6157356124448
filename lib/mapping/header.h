/* SPDX-License-Identifier: ISC */
/* The header of an input: the names of its cells. A template composes one cell of several,
 * "{Prénom} {Nom}"; a header alone is a template of one part. Names are compared folded
 * (lib/base/text.h). */
#ifndef FIL_HEADER_H
#define FIL_HEADER_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/fault.h"
#include "lib/base/memory.h"

struct fil_header {
	const char *const *labels; /* as the file writes them, spelt as a text (lib/base/text.h) */
	char **folded;
	char **apart; /* folded with the words of camel case apart, or NULL where it has none */
	size_t line; /* of the input; 0: unknown */
	bool *used; /* a column uses the cell; the columns set it */
	struct fil_bytes *absent; /* of JSON: gets the names that the header has not; NULL: a name
				   * that it has not is a fault */
	size_t n; /* number of labels without the empty ones at the end */
	size_t width; /* their number with these */
};

/* Initialises a header with n labels on a line of the input. Release it with fil_header_release. */
void fil_header_init(struct fil_header *header, const char *const *labels, size_t n, size_t line);

/* Frees the memory of the header. */
void fil_header_release(struct fil_header *header);

/* Looks up a folded name; "job title" also finds "jobTitle", and "#3" the third cell unless it is a
 * name. Returns 1 with its cell, 0 if there is none, or -1 with a fault for a duplicate header. */
int fil_header_find(
    const struct fil_header *header, const char *folded, size_t *cell, struct fil_fault *fault);

/* Notes a name that the header has not, in a list separated by ", ", once. Returns false if that is a
 * fault. */
bool fil_header_lacks(const struct fil_header *header, const char *name);

/* A pattern of headers: a header ("Note"), one with any text at each '*' ("Niveau *"), the number
 * of a column ("#7", unless a header is so named), or an extended regular expression
 * ("/^NIV\\[(.*)\\]$/"). All are compared without case, and all but the last as headers are. */
struct fil_header_pattern;

/* The most texts that a pattern finds in a header. */
enum { FIL_HEADER_TEXTS = 9 };

/* Texts of a label that the '*' or groups of a pattern matched, without white space at their ends. */
struct fil_header_match {
	struct fil_header_text {
		size_t from, n;
	} texts[FIL_HEADER_TEXTS];
	size_t n;
};

/* Returns the pattern of a text; the caller frees it. NULL with a usage fault: an empty text, a bad
 * expression, over FIL_HEADER_TEXTS stars, or column 0. */
struct fil_header_pattern *fil_header_pattern_new(const char *text, struct fil_fault *fault);

/* Returns how many texts the pattern finds in a header. */
size_t fil_header_pattern_texts(const struct fil_header_pattern *pattern);

/* Returns whether the pattern matches cell i of the header. An empty label is matched by its number
 * only. */
bool fil_header_pattern_matches(const struct fil_header_pattern *pattern,
    const struct fil_header *header, size_t i, struct fil_header_match *match);

/* Returns whether the pattern is nothing but one '*'. */
bool fil_header_pattern_is_any(const struct fil_header_pattern *pattern);

/* Returns whether a folded header is known by the pattern: not by a number, nor by a '*' alone. */
bool fil_header_pattern_knows(const struct fil_header_pattern *pattern, const char *folded);

/* Frees the pattern; NULL is fine. */
void fil_header_pattern_free(struct fil_header_pattern *pattern);

/* One header of a template, with the text before it. */
struct fil_template_part {
	struct fil_bytes before;
	char *header, *folded; /* as written in the template, and folded */
	size_t cell; /* of the record; the caller sets it before fil_template_fill */
};

struct fil_template {
	struct fil_template_part *parts;
	size_t n; /* at least 1 */
	struct fil_bytes after; /* the text after the last part */
	struct fil_bytes text; /* the result of fil_template_fill */
};

/* Parses a template from n bytes of text; the caller frees it. Headers are in braces, and "{{" is a
 * brace. Text without braces is one header. Returns NULL with a usage fault for an empty header or
 * a brace not closed. */
struct fil_template *fil_template_new(const char *text, size_t n, struct fil_fault *fault);

/* Returns whether a folded header belongs to the template. */
bool fil_template_names(const struct fil_template *template, const char *folded);

/* Returns the composed text and its length, or NULL if all parts are empty. An empty part is
 * dropped with the separator beside it: "{A}/{B}" with an empty B gives "A". White space at the
 * ends of a part is left out, and does not count. Cells from n_cells on are empty. The text is
 * valid until the next call. */
const char *fil_template_fill(struct fil_template *template, const char *const *cells,
    const size_t *lengths, size_t n_cells, size_t *n);

/* Frees the template; NULL is fine. */
void fil_template_free(struct fil_template *template);

#endif
