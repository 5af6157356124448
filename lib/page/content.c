/* SPDX-License-Identifier: ISC */
#include "lib/page/content.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/language.h"
#include "lib/base/memory.h"

/* The sentences of fil-report(1) that the page has too, of each language. */
static const struct {
	const char *language, *subject, *column, *text;
} notes[] = {
#include "page/notes.inc"
};

/* Returns a copy of n + 1 elements of an array, the last of them new and zeroed. */
static void *
grow(void *array, size_t n, size_t size)
{
	char *grown = fil_resize(array, n + 1, size);

	memset(grown + n * size, 0, size);
	return grown;
}

/* Returns a new block at the end. */
static struct fil_block *
add_block(struct fil_content *content, enum fil_block_kind kind)
{
	struct fil_block *block;

	content->blocks = grow(content->blocks, content->n_blocks, sizeof *content->blocks);
	block = &content->blocks[content->n_blocks++];
	block->kind = kind;
	block->place = content->place;
	block->shown = content->shown;
	return block;
}

/* Returns the last block if it is of that kind and place, else a new one. */
static struct fil_block *
open_block(struct fil_content *content, enum fil_block_kind kind)
{
	struct fil_block *last =
	    content->n_blocks > 0 ? &content->blocks[content->n_blocks - 1] : NULL;

	return last && last->kind == kind && last->place == content->place &&
		last->shown == content->shown
	    ? last
	    : add_block(content, kind);
}

const struct fil_rows *
fil_content_rows(struct fil_content *content, enum fil_when when, const char *subject, ...)
{
	static const struct fil_rows none = { 0 };
	const struct fil_week *week = content->week;
	const fil_day days[] = { [FIL_NOW] = week->as_of,
		[FIL_BEFORE] = week->previous,
		[FIL_EARLIER] = week->previous - 7 };
	fil_day day = days[when];
	const struct fil_rows *rows;
	va_list words;

	if (when != FIL_NOW && week->alone)
		return &none;
	va_start(words, subject);
	rows = fil_reports_rows(week->reports, day, subject, words);
	va_end(words);
	for (size_t i = 0; i < content->n_rows; i++)
		if (content->rows[i] == rows)
			return rows;
	content->rows = grow(content->rows, content->n_rows, sizeof *content->rows);
	content->as_of = grow(content->as_of, content->n_rows, sizeof *content->as_of);
	content->as_of[content->n_rows] = day;
	content->rows[content->n_rows++] = rows;
	return rows;
}

void
fil_content_say(struct fil_content *content, const char *format, ...)
{
	va_list arguments;

	content->said = grow(content->said, content->n_said, sizeof *content->said);
	va_start(arguments, format);
	content->said[content->n_said++] = fil_week_text_list(content->week, format, arguments);
	va_end(arguments);
}

void
fil_content_place(struct fil_content *content, enum fil_place place)
{
	content->place = place;
}

void
fil_content_show(struct fil_content *content, enum fil_shown shown)
{
	content->shown = shown;
}

void
fil_content_fact(
    struct fil_content *content, const char *label, const char *text, const char *target)
{
	struct fil_block *block = open_block(content, FIL_BLOCK_FACTS);

	block->facts = grow(block->facts, block->n, sizeof *block->facts);
	block->facts[block->n++] = (struct fil_fact){ label, text, target };
}

void
fil_content_decision(struct fil_content *content, const struct fil_decision *decision)
{
	struct fil_block *block = open_block(content, FIL_BLOCK_DECISIONS);

	block->decisions = grow(block->decisions, block->n, sizeof *block->decisions);
	block->decisions[block->n++] = *decision;
}

void
fil_content_key(struct fil_content *content, const char *swatch, const char *text)
{
	struct fil_block *block = open_block(content, FIL_BLOCK_LEGEND);

	block->keys = grow(block->keys, block->n, sizeof *block->keys);
	block->keys[block->n++] = (struct fil_key){ swatch, text };
}

void
fil_content_item(struct fil_content *content, const char *text)
{
	struct fil_block *block = open_block(content, FIL_BLOCK_LIST);

	block->items = grow(block->items, block->n, sizeof *block->items);
	block->items[block->n++] = text;
}

void
fil_content_list(struct fil_content *content, const char *caption)
{
	add_block(content, FIL_BLOCK_LIST)->text = caption;
}

void
fil_content_picture(struct fil_content *content, enum fil_shown shown, const char *caption,
    const struct fil_drawing *drawing)
{
	struct fil_block *block = add_block(content, FIL_BLOCK_PICTURE);

	block->text = caption;
	block->drawing = drawing;
	block->shown = shown;
}

void
fil_content_remark(struct fil_content *content, const char *text)
{
	add_block(content, FIL_BLOCK_REMARK)->text = text;
}

void
fil_content_remarks(struct fil_content *content, const struct fil_rows *rows)
{
	for (size_t i = 0; i < rows->n_remarks && i < FIL_MOST_ROWS; i++) {
		const char *remark = rows->remarks[i];

		if (remark != rows->left_out)
			fil_content_remark(content,
			    fil_week_text(content->week, "%c%s.", toupper((unsigned char)*remark),
				remark + 1));
	}
}

void
fil_content_left_out(struct fil_content *content, const struct fil_rows *rows)
{
	const char *text = fil_rows_small(rows);

	if (text)
		fil_content_remark(
		    content, fil_week_text(content->week, _("Small numbers: %s."), text));
}

void
fil_content_note(struct fil_content *content, const char *text)
{
	add_block(content, FIL_BLOCK_NOTE)->text = text;
}

void
fil_content_note_column(
    struct fil_content *content, const char *heading, const char *subject, const char *column)
{
	const char *language = fil_language();

	for (size_t i = 0; i < sizeof notes / sizeof *notes; i++) {
		if (strcmp(notes[i].language, language) != 0 ||
		    strcmp(notes[i].subject, subject) != 0 || strcmp(notes[i].column, column) != 0)
			continue;
		/* TRANSLATORS: the heading of a column, and what one may conclude from it */
		fil_content_note(
		    content, fil_week_text(content->week, _("“%s”: %s"), heading, notes[i].text));
		return;
	}
	fil_bug("fil-report(1) has no note on %s of %s", column, subject);
}

struct fil_page_table *
fil_content_table(struct fil_content *content, const char *caption,
    const struct fil_table_column *columns, size_t n)
{
	struct fil_page_table *table = fil_alloc(1, sizeof *table);

	table->caption = caption;
	table->columns = fil_alloc(n, sizeof *table->columns);
	memcpy(table->columns, columns, n * sizeof *columns);
	table->n_columns = n;
	add_block(content, FIL_BLOCK_TABLE)->table = table;
	return table;
}

void
fil_table_row(struct fil_page_table *table, enum fil_row_kind kind, const char *const *cells)
{
	size_t n = table->n_columns;

	table->cells = fil_resize(table->cells, (table->n + 1) * n, sizeof *table->cells);
	memcpy(table->cells + table->n * n, cells, n * sizeof *cells);
	table->kinds = grow(table->kinds, table->n, sizeof *table->kinds);
	table->kinds[table->n++] = kind;
}

void
fil_content_changed(
    struct fil_content *content, const char *column, long long now, long long before)
{
	if (now < 0 || before < 0 || !content->week->compared)
		return;
	content->changes = grow(content->changes, content->n_changes, sizeof *content->changes);
	content->changes[content->n_changes++] = (struct fil_change){ column, now - before };
}

static void
release_table(struct fil_page_table *table)
{
	if (!table)
		return;
	free(table->columns);
	free(table->cells);
	free(table->kinds);
	free(table);
}

void
fil_content_release(struct fil_content *content)
{
	for (size_t i = 0; i < content->n_blocks; i++) {
		struct fil_block *block = &content->blocks[i];

		release_table(block->table);
		free(block->facts);
		free(block->decisions);
		free(block->keys);
		free(block->items);
	}
	free(content->blocks);
	free(content->said);
	free(content->rows);
	free(content->as_of);
	free(content->changes);
}
