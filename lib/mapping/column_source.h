/* SPDX-License-Identifier: ISC */
/* A column source: where the cells of one column of a table come from. That is a value set on every
 * row, a header or template that was mapped, or else a header or template that is known for the
 * column. Binding it to the header of an input says which cells these are. */
#ifndef FIL_COLUMN_SOURCE_H
#define FIL_COLUMN_SOURCE_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/bytes.h"
#include "lib/base/fault.h"
#include "lib/mapping/header.h"
#include "lib/mapping/words.h"

enum fil_source_kind { FIL_NOT_GIVEN, FIL_SET, FIL_CELL, FIL_COMPOSED };

struct fil_column_source {
	const char *name; /* of the column */
	char *folded;
	struct fil_bytes headers; /* further headers that mean it, folded, a '|' behind each */
	struct fil_template **known; /* templates that mean it */
	size_t n_known;
	struct fil_template *map; /* of --map or a profile, or NULL */
	char *origin; /* of map, for messages: "--map", "sirh.ini:7" */
	char *value; /* set on every row, "" for nothing; or NULL */
	size_t value_length;
	struct fil_words *values; /* what words mean in this column, or NULL */

	enum fil_source_kind kind; /* from here on: of the bound input */
	size_t cell; /* FIL_CELL */
	struct fil_template *template; /* FIL_COMPOSED: map, or one of known */
	char *label; /* its headers as the input writes them, or NULL */
	struct fil_words *words; /* in which its cells are looked up, or NULL */
};

/* Takes a column's name, which must outlive the source. fil_column_source_release frees what the
 * source holds. */
void fil_column_source_init(struct fil_column_source *source, const char *name);

/* Adds folded headers and templates that mean the column, each list separated by '|', or NULL. */
void fil_column_source_know(
    struct fil_column_source *source, const char *headers, const char *templates);

/* Returns whether the source may use a folded header: the column's name, one that is known for it,
 * or one of a template. */
bool fil_column_source_knows(const struct fil_column_source *source, const char *folded);

/* Binds the source to a header, and marks the cells that it uses. A set value goes first, then a
 * mapping, the column's own name, the first template whose headers are all there, and last a known
 * header. Returns 1, 0 when nothing gives the column, or -1 with a fault: a header that stands
 * twice, two headers that mean the column, or a mapped header that is missing, with the nearest. */
int fil_column_source_bind(
    struct fil_column_source *source, const struct fil_header *header, struct fil_fault *fault);

/* Frees what the source holds. */
void fil_column_source_release(struct fil_column_source *source);

#endif
