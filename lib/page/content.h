/* SPDX-License-Identifier: ISC */
/* The content of a section of the weekly page: sentences, and blocks in their order. It says nothing
 * of how the page looks; each form (lib/page/week.h) writes it.
 *
 * Texts are in the language of the page. They belong to the week (lib/page/week.h) or are static.
 * A text may have marks around a part: FIL_MARK_DATA before a value of the store, which may be in
 * another language, FIL_MARK_CODE before a command, and FIL_MARK_END after both. */
#ifndef FIL_CONTENT_H
#define FIL_CONTENT_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/page/rows.h"
#include "lib/page/week.h"

#define FIL_MARK_DATA "\001"
#define FIL_MARK_CODE "\002"
#define FIL_MARK_END "\003"

struct fil_drawing; /* lib/page/drawing.h */

/* A point that needs a decision. */
struct fil_decision {
	const char *title;
	const char *detail; /* or NULL */
	const char *command; /* shows it */
	bool is_new; /* since the previous page */
};

/* An entry of a legend. */
struct fil_key {
	/* The look of the entry in pictures, a class of lib/css/week.css: "yes", "un", "no", "l5". */
	const char *swatch;
	const char *text;
};

struct fil_table_column {
	const char *heading;
	bool right; /* aligned right: numbers, days, ranges */
	bool wide; /* left out where 80 columns are the limit */
	bool whole; /* of the part in the next column: a mail has both in that column's cell */
	const char *group; /* a heading above it and the next columns of that group, or NULL */
	const char *spoken; /* read aloud instead of the heading, or NULL */
};

enum fil_row_kind { FIL_ROW_PLAIN, FIL_ROW_TOTAL };

/* A table. The first cell of a row is its heading. */
struct fil_page_table {
	const char *caption;
	struct fil_table_column *columns;
	size_t n_columns;
	const char **cells; /* row by row; NULL: not observed */
	enum fil_row_kind *kinds; /* of the rows */
	size_t n; /* rows */
	bool same; /* as wide as the other tables of its section */
	bool pictured; /* left out of text where the section has a picture in text */
};

enum fil_block_kind {
	FIL_BLOCK_FACTS,
	FIL_BLOCK_DECISIONS,
	FIL_BLOCK_PICTURE,
	FIL_BLOCK_LEGEND,
	FIL_BLOCK_TABLE,
	FIL_BLOCK_LIST,
	FIL_BLOCK_REMARK, /* a result in words */
	FIL_BLOCK_NOTE, /* how to read the figures: left out in text */
};

/* The forms that show a block: all, all but text, or text alone. */
enum fil_shown { FIL_IN_ALL, FIL_IN_HTML, FIL_IN_TEXT };

/* A list of a section is cut after this number of rows; what is left out is counted. */
enum { FIL_MOST_ROWS = 30 };

/* The place of a block on a wide page: over both columns, or in one of them. */
enum fil_place { FIL_PLACE_WHOLE, FIL_PLACE_LEFT, FIL_PLACE_RIGHT };

struct fil_block {
	enum fil_block_kind kind;
	enum fil_place place;
	const char *text; /* of a remark or note; the caption of a picture or list, or NULL */
	enum fil_shown shown;
	const struct fil_drawing *drawing;
	struct fil_page_table *table;
	struct fil_fact *facts;
	struct fil_decision *decisions;
	struct fil_key *keys;
	const char **items;
	size_t n; /* of the facts, decisions, keys or items */
};

/* A change of a figure since the previous page. */
struct fil_change {
	const char *column; /* of the section's report; static */
	long long by;
};

struct fil_content {
	struct fil_week *week;
	const struct fil_section *section;
	const char *title;
	const char **said; /* the sentences that the section begins with, one a paragraph */
	size_t n_said;
	struct fil_block *blocks;
	size_t n_blocks;
	const struct fil_rows **rows; /* the reports read, once; the first is the section's */
	fil_day *as_of; /* of each of them */
	size_t n_rows;
	/* The report all of whose remarks the blocks tell, or NULL. */
	const struct fil_rows *told;
	struct fil_change *changes;
	size_t n_changes;
	enum fil_place place; /* of the next block */
	enum fil_shown shown; /* the next block, but a picture */
};

/* A section: one file of lib/page/sections, which the build collects. */
struct fil_section {
	const char *id; /* as in --sections */
	const char *title; /* N_() */
	const char *absent; /* N_(): what is missing without data, for the last section: "needs" */
	unsigned place; /* its place on the page, from 1, as in the contract */
	bool late; /* made after all others, of which it tells */
	bool unreported; /* no report of fil-report has its rows: "report" is null in JSON */
	/* Makes the content. Returns false where there are no data: the section is left out. A report
	 * that fails gives empty rows, and its fault ends the page afterwards. */
	bool (*make)(struct fil_content *content);
};

/* The day of a report. */
enum fil_when {
	FIL_NOW, /* as of the page's day */
	FIL_BEFORE, /* of the day that the page compares with, mostly a week before */
	FIL_EARLIER, /* a week before that: with what the page of that day compared */
};

/* Returns the rows of a subject with these options, as fil_reports_rows, ended by NULL. They are a
 * source of the section. Where no day before may stand beside the page's, those of a day before are
 * none. */
const struct fil_rows *fil_content_rows(struct fil_content *content, enum fil_when when,
    const char *subject, ...) __attribute__((sentinel));

/* Adds a paragraph to the sentences at the beginning. */
void fil_content_say(struct fil_content *content, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Sets the place of the blocks that follow. */
void fil_content_place(struct fil_content *content, enum fil_place place);

/* Sets the forms that show the blocks that follow, but pictures. */
void fil_content_show(struct fil_content *content, enum fil_shown shown);

/* Adds a fact to the facts, or begins them. target: as in struct fil_fact. */
void fil_content_fact(
    struct fil_content *content, const char *label, const char *text, const char *target);

/* Adds a decision to the list of decisions, or begins it. */
void fil_content_decision(struct fil_content *content, const struct fil_decision *decision);

/* Adds an entry to the legend, or begins it. */
void fil_content_key(struct fil_content *content, const char *swatch, const char *text);

/* Adds an item to the list, or begins it. */
void fil_content_item(struct fil_content *content, const char *text);

/* Begins a list with a caption. */
void fil_content_list(struct fil_content *content, const char *caption);

/* Adds a picture, with a caption or NULL. The drawing must live as long as the week. */
void fil_content_picture(struct fil_content *content, enum fil_shown shown, const char *caption,
    const struct fil_drawing *drawing);

/* Adds a remark: a result in words. */
void fil_content_remark(struct fil_content *content, const char *text);

/* Adds what a report says beside its figures, but what is merged or left out: a sentence for each
 * remark, at most FIL_MOST_ROWS. */
void fil_content_remarks(struct fil_content *content, const struct fil_rows *rows);

/* Adds the remark on the figures of a report that are merged or left out, if there is one: below
 * the table that has them. What no section adds is added at its end. */
void fil_content_left_out(struct fil_content *content, const struct fil_rows *rows);

/* Adds a note: how to read the figures. */
void fil_content_note(struct fil_content *content, const char *text);

/* Adds a note: what one may conclude from a column of a report, and what not. It is the sentence of
 * fil-report(1), with the heading that the column has on the page. */
void fil_content_note_column(
    struct fil_content *content, const char *heading, const char *subject, const char *column);

/* Adds a table; the columns are copied. It belongs to the content. */
struct fil_page_table *fil_content_table(struct fil_content *content, const char *caption,
    const struct fil_table_column *columns, size_t n);

/* Adds a row of as many cells as columns. */
void fil_table_row(struct fil_page_table *table, enum fil_row_kind kind, const char *const *cells);

/* Tells how a figure of the section's report has changed, for JSON. Nothing is said where there is no
 * figure before (below 0) or no week before. */
void fil_content_changed(
    struct fil_content *content, const char *column, long long now, long long before);

/* Frees what the content holds. */
void fil_content_release(struct fil_content *content);

#endif
