/* SPDX-License-Identifier: ISC */
/* The weekly page as JSON: all figures as text, as CSV has them. */
#include "lib/output/json.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/language.h"
#include "lib/base/memory.h"
#include "lib/page/content.h"
#include "lib/page/week.h"

/* Writes a key after the first. */
static void
write_key(FILE *stream, const char *key)
{
	fprintf(stream, ", \"%s\": ", key);
}

/* Writes a text of the page without its marks. */
static void
write_plain(FILE *stream, const char *text)
{
	char *plain = fil_form_plain(text, "");

	fil_json_text(stream, plain);
	free(plain);
}

static void
write_day(FILE *stream, fil_day day)
{
	char text[FIL_DATE_SIZE];

	fil_date_write(day, text);
	fil_json_text(stream, text);
}

static void
write_columns(FILE *stream, const struct fil_rows *rows)
{
	fputc('[', stream);
	for (size_t i = 0; rows && i < rows->n_columns; i++) {
		fputs(i > 0 ? ", " : "", stream);
		fil_json_text(stream, rows->columns[i].name);
	}
	fputc(']', stream);
}

static void
write_rows(FILE *stream, const struct fil_rows *rows)
{
	fputc('[', stream);
	for (size_t row = 0; rows && row < rows->n; row++) {
		fputs(row > 0 ? ",\n   [" : "\n   [", stream);
		for (size_t i = 0; i < rows->n_columns; i++) {
			fputs(i > 0 ? ", " : "", stream);
			fil_json_text(stream, fil_rows_cell(rows, row, rows->columns[i].name));
		}
		fputc(']', stream);
	}
	fputc(']', stream);
}

/* Writes the command line and the rows of a report; NULL: there is none. */
static void
write_report(FILE *stream, const struct fil_rows *rows)
{
	fputs("\"report\": ", stream);
	if (rows)
		fil_json_text(stream, rows->command);
	else
		fputs("null", stream);
	write_key(stream, "columns");
	write_columns(stream, rows);
	write_key(stream, "rows");
	write_rows(stream, rows);
}

/* Writes a text after the separator, which it sets. */
static void
write_note(FILE *stream, const char **separator, const char *text)
{
	fputs(*separator, stream);
	write_plain(stream, text);
	*separator = ", ";
}

/* Writes a decision as a note. */
static void
write_decision(FILE *stream, const char **separator, const struct fil_decision *decision)
{
	char *title = decision->is_new ? fil_format(_("%s [new]"), decision->title)
				       : fil_copy(decision->title),
	     *note = decision->detail ? fil_format("%s (%s)", title, decision->detail)
				      : fil_copy(title);

	write_note(stream, separator, note);
	free(note);
	free(title);
}

/* Writes what a block says in words. */
static void
write_block(FILE *stream, const char **separator, const struct fil_block *block)
{
	/* Text has lists in place of tables. */
	if (block->shown == FIL_IN_TEXT)
		return;
	if (block->kind == FIL_BLOCK_REMARK || block->kind == FIL_BLOCK_NOTE)
		write_note(stream, separator, block->text);
	for (size_t i = 0; block->kind == FIL_BLOCK_LIST && i < block->n; i++)
		write_note(stream, separator, block->items[i]);
	for (size_t i = 0; block->kind == FIL_BLOCK_DECISIONS && i < block->n; i++)
		write_decision(stream, separator, &block->decisions[i]);
}

/* Returns whether a block says a remark of a report. */
static bool
says(const struct fil_block *block, const char *remark)
{
	if ((block->kind == FIL_BLOCK_REMARK || block->kind == FIL_BLOCK_NOTE) &&
	    strstr(block->text, remark))
		return block->shown != FIL_IN_TEXT;
	for (size_t i = 0; block->kind == FIL_BLOCK_LIST && i < block->n; i++)
		if (strcmp(block->items[i], remark) == 0)
			return block->shown != FIL_IN_TEXT;
	return false;
}

/* Returns whether the page, or a report before report i, has its remark k too. */
static bool
is_told(const struct fil_content *content, size_t i, size_t k)
{
	const char *text = content->rows[i]->remarks[k];

	if (content->rows[i] == content->told)
		return true;
	for (size_t block = 0; block < content->n_blocks; block++)
		if (says(&content->blocks[block], text))
			return true;
	for (size_t other = 0; other < i; other++)
		for (size_t n = 0; n < content->rows[other]->n_remarks; n++)
			if (strcmp(content->rows[other]->remarks[n], text) == 0)
				return true;
	return false;
}

/* Writes what the page says in decisions, lists, remarks and notes, and the remarks of its reports. */
static void
write_notes(FILE *stream, const struct fil_content *content)
{
	const char *separator = "";

	fputc('[', stream);
	for (size_t i = 0; i < content->n_blocks; i++)
		write_block(stream, &separator, &content->blocks[i]);
	for (size_t i = 0; i < content->n_rows; i++)
		for (size_t k = 0; k < content->rows[i]->n_remarks; k++)
			if (!is_told(content, i, k))
				write_note(stream, &separator, content->rows[i]->remarks[k]);
	fputc(']', stream);
}

static void
write_changes(FILE *stream, const struct fil_content *content)
{
	fputc('{', stream);
	for (size_t i = 0; i < content->n_changes; i++)
		fprintf(stream, "%s\"%s\": \"%lld\"", i > 0 ? ", " : "", content->changes[i].column,
		    content->changes[i].by);
	fputc('}', stream);
}

static void
write_sentence(FILE *stream, const struct fil_content *content)
{
	struct fil_bytes sentence = { 0 };

	fil_bytes_add(&sentence, "", 0);
	for (size_t i = 0; i < content->n_said; i++) {
		fil_bytes_add_text(&sentence, i > 0 ? " " : "");
		fil_bytes_add_text(&sentence, content->said[i]);
	}
	write_plain(stream, sentence.data);
	fil_bytes_release(&sentence);
}

static void
write_section(FILE *stream, const struct fil_content *content)
{
	size_t first = content->section->unreported ? 0 : 1;

	fprintf(stream, "\n  {\"id\": \"%s\"", content->section->id);
	write_key(stream, "title");
	write_plain(stream, content->title);
	write_key(stream, "sentence");
	write_sentence(stream, content);
	fputs(",\n   ", stream);
	write_report(stream, first == 1 && content->n_rows > 0 ? content->rows[0] : NULL);
	write_key(stream, "changed");
	write_changes(stream, content);
	write_key(stream, "notes");
	write_notes(stream, content);
	write_key(stream, "more");
	fputc('[', stream);
	for (size_t i = first; i < content->n_rows; i++) {
		fputs(i > first ? ",\n   {" : "\n   {", stream);
		write_report(stream, content->rows[i]);
		fputc('}', stream);
	}
	fputs("]}", stream);
}

void
fil_week_write_json(const struct fil_week *week, FILE *stream)
{
	fputs("{\"as_of\": ", stream);
	write_day(stream, week->as_of);
	write_key(stream, "previous");
	write_day(stream, week->previous);
	write_key(stream, "title");
	write_plain(stream, week->title);
	write_key(stream, "seal");
	write_plain(stream, week->seal);
	write_key(stream, "sections");
	fputc('[', stream);
	for (size_t i = 0; i < week->n; i++) {
		fputs(i > 0 ? "," : "", stream);
		write_section(stream, &week->contents[i]);
	}
	fputs("\n]}\n", stream);
}
