/* SPDX-License-Identifier: ISC */
/* The weekly page in Markdown, as GitHub reads it. Pictures are left out: the tables have their
 * figures. */
#include <stdlib.h>

#include "lib/base/language.h"
#include "lib/base/memory.h"
#include "lib/output/output.h"
#include "lib/output/page.h"
#include "lib/page/content.h"
#include "lib/page/week.h"

static const struct fil_page *const page = &fil_page_markdown;

/* Returns a text without its marks; the caller frees it. NULL gives a dash. */
static char *
plain(const char *text)
{
	return fil_form_plain(text, "–");
}

static void
write_paragraph(FILE *stream, const char *label, const char *text)
{
	char *words = plain(text);

	page->paragraph(stream, label, words);
	free(words);
}

/* Writes an item of a list. */
static void
write_item(FILE *stream, const char *text)
{
	char *item = fil_format("- %s", text);

	write_paragraph(stream, NULL, item);
	free(item);
}

static void
write_decisions(FILE *stream, const struct fil_block *block)
{
	for (size_t i = 0; i < block->n; i++) {
		const struct fil_decision *decision = &block->decisions[i];
		char *title = plain(decision->title),
		     *label = decision->is_new ? fil_format(_("%zu. %s [new]"), i + 1, title)
					       : fil_format("%zu. %s", i + 1, title);

		write_paragraph(stream, label, decision->detail ? decision->detail : "");
		fprintf(stream, "\n    $ %s\n", decision->command);
		free(label);
		free(title);
	}
}

static void
write_table(FILE *stream, const struct fil_page_table *table)
{
	size_t n = table->n_columns;
	struct fil_output_column *columns = fil_alloc(n, sizeof *columns);
	char **names = fil_alloc(n, sizeof *names), **cells = fil_alloc(n, sizeof *cells);
	char *caption = plain(table->caption);
	void *context;

	for (size_t i = 0; i < n; i++) {
		const struct fil_table_column *column = &table->columns[i];
		char *text = column->group ? fil_format("%s %s", column->group, column->heading)
					   : fil_copy(column->heading);

		names[i] = plain(text);
		free(text);
		columns[i] = (struct fil_output_column){ names[i], column->right };
	}
	context = page->table(stream, caption, columns, n);
	for (size_t row = 0; row < table->n; row++) {
		for (size_t i = 0; i < n; i++)
			cells[i] = plain(table->cells[row * n + i]);
		page->row(context, (const char *const *)cells);
		for (size_t i = 0; i < n; i++)
			free(cells[i]);
	}
	page->end_table(context);
	for (size_t i = 0; i < n; i++)
		free(names[i]);
	free(names);
	free(cells);
	free(columns);
	free(caption);
}

static void
write_block(FILE *stream, const struct fil_block *block)
{
	switch (block->kind) {
	case FIL_BLOCK_FACTS:
		for (size_t i = 0; i < block->n; i++)
			write_paragraph(stream, block->facts[i].label, block->facts[i].text);
		break;
	case FIL_BLOCK_DECISIONS: write_decisions(stream, block); break;
	case FIL_BLOCK_TABLE: write_table(stream, block->table); break;
	case FIL_BLOCK_LIST:
		if (block->text)
			write_paragraph(stream, NULL, block->text);
		for (size_t i = 0; i < block->n; i++)
			write_item(stream, block->items[i]);
		break;
	case FIL_BLOCK_REMARK:
	case FIL_BLOCK_NOTE: write_paragraph(stream, NULL, block->text); break;
	case FIL_BLOCK_PICTURE:
	case FIL_BLOCK_LEGEND:
	default: break;
	}
}

static void
write_section(FILE *stream, const struct fil_content *content)
{
	char *title = plain(content->title);
	bool told = false;

	page->heading(stream, title);
	free(title);
	for (size_t i = 0; i < content->n_said; i++)
		write_paragraph(stream, NULL, content->said[i]);
	for (size_t i = 0; i < content->n_blocks; i++)
		if (content->blocks[i].shown != FIL_IN_TEXT)
			write_block(stream, &content->blocks[i]);
	for (size_t i = 0; i < content->n_rows; i++) {
		if (content->as_of[i] != content->week->as_of)
			continue;
		if (!told)
			write_paragraph(stream, NULL, _("Where these figures come from:"));
		fprintf(stream, "%s    %s\n", told ? "" : "\n", content->rows[i]->command);
		told = true;
	}
}

void
fil_week_write_markdown(const struct fil_week *week, FILE *stream)
{
	char *title = plain(week->title);

	page->begin(stream, fil_language(), title);
	free(title);
	if (week->from)
		write_paragraph(stream, NULL, week->from);
	for (size_t i = 0; i < week->n; i++)
		write_section(stream, &week->contents[i]);
	fputs("\n---\n", stream);
	for (size_t i = 0; week->footer[i]; i++)
		write_paragraph(stream, NULL, week->footer[i]);
	if (*week->seal != '\0')
		fprintf(stream, "\n    %s\n", week->seal);
	page->end(stream);
}
