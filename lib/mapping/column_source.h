/* SPDX-License-Identifier: ISC */
/* A slot: where the cells of one column come from. */
#ifndef FIL_COLUMN_SOURCE_H
#define FIL_COLUMN_SOURCE_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/fault.h"
#include "lib/mapping/header.h"
#include "lib/mapping/words.h"

enum fil_cell_source { FIL_NOT_GIVEN, FIL_SET, FIL_CELL, FIL_COMPOSED };

struct fil_column_source {
	const char *name; /* of the column */
	char *folded;
	char *value; /* set on every row, "" for nothing; or NULL */
	size_t value_length;
	struct fil_template *map; /* of --map or a profile, or NULL */
	char *origin; /* who says so, for messages: "--map" */
	struct fil_words *values; /* what the source's words mean, or NULL */
	struct fil_template **known; /* of the catalogue */
	size_t n_known;

	enum fil_cell_source source; /* from here on: of the bound input */
	size_t cell; /* FIL_CELL */
	struct fil_template *template; /* FIL_COMPOSED */
	char *label; /* the input's words for it, or NULL */
	struct fil_words *words; /* its values, or those of the column it stands for */
};

/* Adds known compositions of another column that may stand for this one. */
void fil_column_source_also(struct fil_column_source *slot, const char *templates);

/* Takes a column's name, which must outlive the slot, and the compositions that the catalogue knows
 * for it, or NULL. fil_column_source_release frees what the slot holds. */
void
fil_column_source_init(struct fil_column_source *slot, const char *name, const char *templates);

/* Frees what it holds. */
void fil_column_source_release(struct fil_column_source *slot);

/* Returns whether a folded header is the column's name, or stands in one of its templates. */
bool fil_column_source_knows(const struct fil_column_source *slot, const char *folded);

/* Forgets the bound input: only what is set is given. */
void fil_column_source_unbind(struct fil_column_source *slot);

/* Binds to one cell. */
void fil_column_source_bind_cell(
    struct fil_column_source *slot, const struct fil_header *header, size_t cell);

/* Takes the column from a template, which the slot then owns, in the name of an origin. */
void
fil_column_source_map(struct fil_column_source *slot, struct fil_template *map, const char *origin);

/* Binds to what was mapped. Returns 0, or -1 with a fault that names the header that is missing. */
int fil_column_source_bind_map(
    struct fil_column_source *slot, const struct fil_header *header, struct fil_fault *fault);

/* Binds to the cell of the column's own name, else to the first composition whose headers are all
 * there. Returns 1, 0 when there is neither, or -1 with a fault. */
int fil_column_source_bind_known(
    struct fil_column_source *slot, const struct fil_header *header, struct fil_fault *fault);

#endif
