/* SPDX-License-Identifier: ISC */
/* Facts: the lines of [facts] in a profile, which turn columns of an input into rows. A line is a
 * pattern of headers and what a cell under such a header becomes: "Niveau * = dimension {*}, level
 * {}". Each column of the input whose header a line matches makes one row of each record, a
 * fact. */
#ifndef FIL_FACT_LINES_H
#define FIL_FACT_LINES_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/fault.h"
#include "lib/base/memory.h"
#include "lib/input/reader.h"
#include "lib/mapping/header.h"

struct fil_fact_lines;

/* How the columns of the table are named, and which of them hold dates. */
struct fil_fact_lines_columns {
	/* Returns the number of a column, or -1 with a usage fault. */
	int (*find)(const void *context, const char *name, struct fil_fault *fault);
	bool (*is_date)(const void *context, size_t column);
	const void *context;
};

/* Adds a line, and creates *facts if it is NULL; the caller frees it. key: the pattern; value:
 * columns, each with a template, separated by commas. In a template, {} is the cell, {*} or {1} a
 * text that the pattern matched, {+1} the cell that many columns to the right, {header} the header,
 * {Other} the cell under another header, and "{{" a brace; a template may stand in quotes. Messages
 * name `origin`. Returns 0, or -1 with a usage fault. */
int fil_fact_lines_add(struct fil_fact_lines **facts, const char *key, const char *value,
    const char *origin, const struct fil_fact_lines_columns *columns, struct fil_fault *fault);

/* Adds a template of a column to each line that does not give the column, {header} for example. */
int fil_fact_lines_add_all(struct fil_fact_lines *facts, size_t column, const char *template,
    bool is_date, struct fil_fault *fault);

/* Returns whether a folded header is known by a line. */
bool fil_fact_lines_know(const struct fil_fact_lines *facts, const char *folded);

/* Binds the lines, but those of one '*', to the cells of another header that are not used yet, and marks
 * those that they use. Each cell becomes a fact of the first line that matches. Returns 0, or -1 with a
 * fault: a {+1} or {Other} that the header has not. */
int fil_fact_lines_bind(
    struct fil_fact_lines *facts, const struct fil_header *header, struct fil_fault *fault);

/* Binds the lines of one '*' to the cells that are not used then. The facts are numbered by their cells.
 * Replaces `missing` by the lines of one header each that the header has not, "'Intro' (quiz.ini:7)",
 * separated by ", ". Returns 0, or -1 with a fault: as above, or no header is a fact. */
int fil_fact_lines_bind_rest(struct fil_fact_lines *facts, const struct fil_header *header,
    struct fil_bytes *missing, struct fil_fault *fault);

/* A fact: a cell of the bound header. */
struct fil_fact {
	size_t cell;
	const char *label; /* its header as the input writes it, or "#7" */
	size_t width; /* the number of columns that it gives */
};

/* Returns the number of facts. */
size_t fil_fact_lines_count(const struct fil_fact_lines *facts);

/* Returns bound fact i. It belongs to the facts until these are bound again. */
const struct fil_fact *fil_fact_lines_at(const struct fil_fact_lines *facts, size_t i);

/* Returns whether bound fact i gives a column. */
bool fil_fact_lines_give(const struct fil_fact_lines *facts, size_t i, size_t column);

/* Returns whether bound fact i makes a column of a cell: of its own, by the cell or the header, or
 * of another one. */
bool fil_fact_lines_use(const struct fil_fact_lines *facts, size_t i, size_t column, size_t cell);

/* Returns whether a bound fact takes a cell as {+1}, which then needs no header. */
bool fil_fact_lines_reach(const struct fil_fact_lines *facts, size_t cell);

/* What bound fact i makes of a record for one of its columns. */
struct fil_fact_cell {
	size_t column;
	const char *cell; /* valid until the next call for this column, or the end of the record */
	size_t length;
	bool is_cell; /* it is the fact's own cell, and nothing else */
};

/* Makes column k, from 0, of bound fact i. */
struct fil_fact_cell fil_fact_lines_make(
    struct fil_fact_lines *facts, size_t i, size_t k, const struct fil_record *record);

/* Returns the longest date among the words of a header, "14 mars 2024 09:00", or NULL; the caller
 * frees it. */
char *fil_fact_date_within(const char *text);

/* Frees the facts; NULL is fine. */
void fil_fact_lines_free(struct fil_fact_lines *facts);

#endif
