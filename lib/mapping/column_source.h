/* SPDX-License-Identifier: ISC */
/* A column source: the origin of the cells of one column of a table. The origin is a value for
 * every row, a mapped header or template, or a known header or template. Binding the source to
 * the header of an input finds the cells. */
#ifndef FIL_COLUMN_SOURCE_H
#define FIL_COLUMN_SOURCE_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/date.h"
#include "lib/base/fault.h"
#include "lib/base/memory.h"
#include "lib/mapping/header.h"
#include "lib/mapping/words.h"

/* FIL_MADE: of other cells, by [facts] or `keep`. The profile does that. */
enum fil_source_kind { FIL_NOT_GIVEN, FIL_SET, FIL_CELL, FIL_COMPOSED, FIL_MADE };

struct fil_column_source {
	const char *name; /* the column's name */
	char *folded;
	struct fil_bytes headers; /* further known headers, folded, each followed by '|' */
	struct fil_bytes last_headers; /* headers taken only if nothing else gives the column */
	bool declined; /* no header means the column */
	bool unknown; /* no known header means it, and its name does not */
	bool needed; /* a mapping to names that JSON has not is a fault */
	struct fil_bytes templates; /* known templates, each followed by '|' */
	struct fil_template *map; /* of --map or a profile, or NULL */
	char *origin; /* origin of map, for messages: "--map", "sirh.ini:7" */
	char *value; /* the value for every row, "" for empty; or NULL */
	size_t value_length;
	struct fil_words *values; /* the meaning of words in this column, or NULL */
	size_t keep; /* the column that keeps its cell as it was, or FIL_NOWHERE */

	enum fil_source_kind kind; /* this and the rest: of the bound input */
	size_t cell; /* for FIL_CELL */
	struct fil_template *template; /* for FIL_COMPOSED: map or `found` */
	struct fil_template *found; /* the known template that was tried last, or NULL */
	char *label; /* the bound header as the input writes it, or a template of these, or NULL */
	struct fil_words *words; /* the words in which cells are looked up, or NULL */
	size_t keep_in; /* the column that keeps the cell, or FIL_NOWHERE */
	bool derived; /* the cell is not simply one of the record; the profile sets it */
	char number
	    [FIL_RANGES_NUMBER]; /* the cell's number, divided, if nothing else is made of it */
	char day[FIL_DATE_WIDE]; /* the cell's date, rewritten */
};

/* Initialises a source with its column's name, which must outlive it. Release it with
 * fil_column_source_release. */
void fil_column_source_init(struct fil_column_source *source, const char *name);

/* Adds known headers, known headers that are taken only if nothing else gives the column, and known
 * templates: each a list separated by '|', or NULL. Headers are folded. Those of templates are in braces,
 * without "{{". */
void fil_column_source_know(struct fil_column_source *source, const char *headers,
    const char *last_headers, const char *templates);

/* Forgets the known headers and the column's own name: only those added later, and a mapping, mean the
 * column. */
void fil_column_source_forget(struct fil_column_source *source);

/* Returns whether the source may use a folded header: the column's name, a known header, or a
 * header of a template. */
bool fil_column_source_knows(const struct fil_column_source *source, const char *folded);

/* Binds the source to a header, and marks the cells that it uses. The order is: value, mapping, the
 * column's own name, the first template with all headers, a known header, a header taken last. A
 * declined column is not given. Paths that no object of JSON has are empty; of a mapping that is not
 * needed, all of them may be. Returns 1, 0 if nothing
 * gives the column, or -1 with a fault. The faults: a duplicate header, two headers for the column,
 * a mapped header that does not exist (with the nearest). */
int fil_column_source_bind(
    struct fil_column_source *source, const struct fil_header *header, struct fil_fault *fault);

/* How dates are rewritten as they are read elsewhere: a year of two digits gets four, and a moment
 * becomes the day in a time zone. */
struct fil_date_rules {
	bool rewrites; /* false: dates stay as they are */
	bool has_pivot; /* years of two digits are accepted: */
	int pivot; /* up to it as 20yy, above it as 19yy */
	const struct fil_time_zone *zone; /* or NULL: the day as it is written */
	enum fil_date_order order; /* of dates, if it is given */
};

/* Rewrites the cell, if it is such a date. It then belongs to the source, until the next one. Returns
 * 0, or -1 with a fault that begins with the column's name: a moment whose day and month may be each
 * other. */
int fil_column_source_date(struct fil_column_source *source, const struct fil_date_rules *rules,
    const char **cell, size_t *length, struct fil_fault *fault);

/* Frees the memory of the source. */
void fil_column_source_release(struct fil_column_source *source);

#endif
