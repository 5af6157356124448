/* SPDX-License-Identifier: ISC */
#include "lib/audit/letter.h"

#include <stdlib.h>
#include <string.h>

#include "lib/audit/person.h"
#include "lib/base/language.h"
#include "lib/base/memory.h"
#include "lib/catalog/catalog.h"
#include "lib/levels/standing_update.h"
#include "lib/mapping/profile_file.h"
#include "lib/output/prose.h"

/* The columns of the widest table of the letter, the day of recording included. */
enum { WIDEST = 32 };

/* A letter as it is written. */
struct writing {
	const struct fil_letter *letter;
	const struct fil_page *page;
	FILE *stream;
};

/* Returns a text with a day in words; the caller frees it. NULL gives NULL. */
static char *
day_or_text(const char *text)
{
	char words_of_day[FIL_PROSE_SIZE];
	fil_day day;

	if (!text || fil_date_parse(text, &day) != 0)
		return fil_copy(text);
	return fil_copy(fil_prose_day(words_of_day, day, FIL_DAY_LONG));
}

static const struct fil_relation *
find_relation(const char *table)
{
	const struct fil_table *found = fil_catalog_table(table);

	if (found)
		return &found->relation;
	return strcmp(fil_standing_table.name, table) == 0 ? &fil_standing_table
							   : &fil_standings_table;
}

/* Returns whether the column of the relation names the person. */
static bool
is_person(const struct fil_relation *relation, size_t column)
{
	const struct fil_table *table = fil_catalog_table(relation->name);

	return column == (table ? fil_table_user(table) : 0);
}

/* Returns a value for people; the caller frees it. NULL gives NULL. Columns of derived tables are no
 * free texts. */
static char *
value_in_words(const struct fil_relation *relation, size_t column, const char *value)
{
	const struct fil_table *table = fil_catalog_table(relation->name);
	enum fil_type type = table ? table->columns[column].type : FIL_TYPE_CHOICE;
	const char *choice;
	char *id;

	if (!value || (type != FIL_TYPE_CHOICE && type != FIL_TYPE_DATE))
		return fil_copy(value);
	id = fil_format("=%s", value);
	choice = type == FIL_TYPE_CHOICE ? fil_label_find(id) : NULL;
	free(id);
	return choice ? fil_copy(choice) : day_or_text(value);
}

static size_t
column_of(const struct fil_relation *relation, const char *name)
{
	for (size_t c = 0; c < relation->n_columns; c++)
		if (strcmp(relation->columns[c], name) == 0)
			return c;
	return FIL_NOWHERE;
}

/* Writes a row of n cells, and frees them. */
static void
write_row(const struct writing *writing, void *table, char **cells, size_t n)
{
	writing->page->row(table, (const char *const *)cells);
	for (size_t i = 0; i < n; i++) {
		free(cells[i]);
		cells[i] = NULL;
	}
}

/* Begins a table whose columns have the words of these ids. columns: room for n. */
static void *
begin_table(const struct writing *writing, const char *caption, const char *const *ids, size_t n,
    struct fil_output_column *columns)
{
	for (size_t i = 0; i < n; i++)
		columns[i] = (struct fil_output_column){ fil_label(ids[i]), FIL_CELL_TEXT };
	return writing->page->table(writing->stream, fil_label(caption), columns, n);
}

/* The values of the letter from one place to before another, all of one state. */
struct part {
	size_t first, end;
};

static const char *
cell(const struct writing *writing, size_t i, size_t column)
{
	return fil_batch_cell(writing->letter->data, i, column, NULL);
}

/* Returns the values from `first` on that have the same cell in a column. */
static struct part
next_part(const struct writing *writing, size_t first, size_t end, size_t column)
{
	const char *same = cell(writing, first, column);
	struct part part = { first, first };

	while (part.end < end && strcmp(cell(writing, part.end, column), same) == 0)
		part.end++;
	return part;
}

/* Returns the values of a state. */
static struct part
part_of(const struct writing *writing, const char *state)
{
	size_t n = fil_batch_rows(writing->letter->data), i = 0;

	while (i < n && strcmp(cell(writing, i, FIL_DATUM_STATE), state) != 0)
		i++;
	return i < n ? next_part(writing, i, n, FIL_DATUM_STATE) : (struct part){ n, n };
}

/* Fills the cells of the key of value i, but the person's of today; the caller frees them. */
static void
read_key(const struct writing *writing, const struct fil_relation *relation, size_t i, char **cells)
{
	char *text = fil_copy(cell(writing, i, FIL_DATUM_KEYS));
	const char **keys = fil_alloc(relation->n_keys, sizeof *keys);

	fil_relation_split_key(relation, text, keys);
	for (size_t c = 0; c < relation->n_keys; c++)
		if (keys[c] && *keys[c] != '\0' &&
		    !(is_person(relation, c) && strcmp(keys[c], writing->letter->user) == 0))
			cells[c] = value_in_words(relation, c, keys[c]);
	free(keys);
	free(text);
}

/* Writes the record of the person, a row for each field. */
static void
write_record(const struct writing *writing, struct part part)
{
	static const char *const ids[] = { ".field", ".value", ".recorded" };
	const struct fil_relation *relation =
	    find_relation(cell(writing, part.first, FIL_DATUM_TABLE));
	struct fil_output_column columns[3];
	void *table = begin_table(writing, relation->name, ids, 3, columns);

	write_row(writing, table,
	    (char *[]){
		fil_copy(fil_label(relation->columns[0])), fil_copy(writing->letter->user), NULL },
	    3);
	for (size_t i = part.first; i < part.end; i++) {
		const char *name = cell(writing, i, FIL_DATUM_COLUMN);

		write_row(writing, table,
		    (char *[]){ fil_copy(fil_label(name)),
			value_in_words(
			    relation, column_of(relation, name), cell(writing, i, FIL_DATUM_VALUE)),
			day_or_text(cell(writing, i, FIL_DATUM_RECORDED)) },
		    3);
	}
	writing->page->end_table(table);
}

/* Fills the cells of one row of a table from its values, and the newest day of them. */
static void
read_row(const struct writing *writing, const struct fil_relation *relation, struct part row,
    char **cells)
{
	const char *newest = NULL;

	read_key(writing, relation, row.first, cells);
	for (size_t i = row.first; i < row.end; i++) {
		const char *name = cell(writing, i, FIL_DATUM_COLUMN),
			   *day = cell(writing, i, FIL_DATUM_RECORDED);
		size_t c = name ? column_of(relation, name) : FIL_NOWHERE;

		if (c != FIL_NOWHERE)
			cells[c] = value_in_words(relation, c, cell(writing, i, FIL_DATUM_VALUE));
		if (day && (!newest || strcmp(day, newest) > 0))
			newest = day;
	}
	cells[relation->n_columns] = day_or_text(newest);
}

/* Sets the columns that have a cell in one of the rows. */
static void
find_columns(const struct writing *writing, const struct fil_relation *relation, struct part part,
    bool used[static WIDEST])
{
	for (size_t i = part.first; i < part.end;) {
		struct part row = next_part(writing, i, part.end, FIL_DATUM_KEYS);
		char *cells[WIDEST] = { NULL };

		read_row(writing, relation, row, cells);
		for (size_t c = 0; c < WIDEST; c++) {
			used[c] = used[c] || cells[c];
			free(cells[c]);
		}
		i = row.end;
	}
}

/* Writes the rows of a table, without columns that are empty in all of them. */
static void
write_rows(const struct writing *writing, struct part part)
{
	const struct fil_relation *relation =
	    find_relation(cell(writing, part.first, FIL_DATUM_TABLE));
	struct fil_output_column columns[WIDEST];
	const char *ids[WIDEST];
	bool used[WIDEST] = { false };
	size_t n = 0;
	void *table;

	find_columns(writing, relation, part, used);
	for (size_t c = 0; c <= relation->n_columns; c++)
		if (used[c])
			ids[n++] = c < relation->n_columns ? relation->columns[c] : ".recorded";
	table = begin_table(writing, relation->name, ids, n, columns);
	for (size_t i = part.first; i < part.end;) {
		struct part row = next_part(writing, i, part.end, FIL_DATUM_KEYS);
		char *cells[WIDEST] = { NULL };
		size_t k = 0;

		read_row(writing, relation, row, cells);
		for (size_t c = 0; c <= relation->n_columns; c++)
			if (used[c])
				cells[k++] = cells[c];
		write_row(writing, table, cells, n);
		i = row.end;
	}
	writing->page->end_table(table);
}

static void
write_now(const struct writing *writing, struct part part)
{
	for (size_t i = part.first; i < part.end;) {
		struct part table = next_part(writing, i, part.end, FIL_DATUM_TABLE);

		if (strcmp(cell(writing, i, FIL_DATUM_TABLE), "users") == 0)
			write_record(writing, table);
		else
			write_rows(writing, table);
		i = table.end;
	}
}

/* Returns the key of value i, but the person's, as one text; the caller frees it. */
static char *
key_in_words(const struct writing *writing, const struct fil_relation *relation, size_t i)
{
	char *cells[WIDEST] = { NULL };
	struct fil_bytes text = { 0 };

	read_key(writing, relation, i, cells);
	for (size_t c = 0; c < relation->n_keys; c++) {
		if (cells[c])
			fil_bytes_add_format(&text, "%s%s", text.length > 0 ? ", " : "", cells[c]);
		free(cells[c]);
	}
	return text.data;
}

static void
write_before(const struct writing *writing, struct part part)
{
	static const char *const ids[] = { ".fact", ".which", ".field", ".value", ".recorded",
		".until" };
	struct fil_output_column columns[6];
	void *table = begin_table(writing, ".overwritten", ids, 6, columns);

	for (size_t i = part.first; i < part.end; i++) {
		const struct fil_relation *relation =
		    find_relation(cell(writing, i, FIL_DATUM_TABLE));
		const char *name = cell(writing, i, FIL_DATUM_COLUMN),
			   *value = cell(writing, i, FIL_DATUM_VALUE);

		write_row(writing, table,
		    (char *[]){ fil_copy(fil_label(relation->name)),
			key_in_words(writing, relation, i), fil_copy(name ? fil_label(name) : NULL),
			name ? value_in_words(relation, column_of(relation, name), value) : NULL,
			day_or_text(cell(writing, i, FIL_DATUM_RECORDED)),
			day_or_text(cell(writing, i, FIL_DATUM_UNTIL_DAY)) },
		    6);
	}
	writing->page->end_table(table);
}

static void
write_named(const struct writing *writing, struct part part)
{
	static const char *const ids[] = { ".fact", ".field", ".value", ".recorded", ".until" };
	struct fil_output_column columns[5];
	void *table = begin_table(writing, ".records", ids, 5, columns);

	for (size_t i = part.first; i < part.end; i++) {
		const char *name = cell(writing, i, FIL_DATUM_TABLE);
		bool person = strcmp(name, "users") == 0;

		write_row(writing, table,
		    (char *[]){ fil_copy(fil_label(person ? ".other person" : name)),
			fil_copy(fil_label(cell(writing, i, FIL_DATUM_COLUMN))),
			fil_copy(cell(writing, i, FIL_DATUM_VALUE)),
			day_or_text(cell(writing, i, FIL_DATUM_RECORDED)),
			day_or_text(cell(writing, i, FIL_DATUM_UNTIL_DAY)) },
		    5);
	}
	writing->page->end_table(table);
}

static void
write_log(const struct writing *writing, struct part part)
{
	static const char *const ids[] = { ".recorded", ".run", ".command" };
	struct fil_output_column columns[3];
	void *table = begin_table(writing, ".runs", ids, 3, columns);

	for (size_t i = part.first; i < part.end; i++)
		write_row(writing, table,
		    (char *[]){ day_or_text(cell(writing, i, FIL_DATUM_RECORDED)),
			fil_copy(cell(writing, i, FIL_DATUM_RUN)),
			fil_copy(cell(writing, i, FIL_DATUM_VALUE)) },
		    3);
	writing->page->end_table(table);
}

/* Returns a value of [controller], or NULL. */
static const char *
controller(const struct writing *writing, const char *key)
{
	const struct fil_setting *setting =
	    fil_settings_find(writing->letter->settings, "controller", key);

	return setting ? setting->value : NULL;
}

static void
write_controller(const struct writing *writing)
{
	static const char *const keys[] = { "name", "address", "contact", "purpose", "ground",
		"retention", "rights" };

	writing->page->heading(writing->stream, fil_label(".who"));
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
		const char *value = controller(writing, keys[i]);
		char *id = fil_format("controller.%s", keys[i]);

		if (!value && strcmp(keys[i], "rights") == 0)
			value = fil_label(".rights");
		if (value)
			writing->page->paragraph(writing->stream, fil_label(id), value);
		free(id);
	}
}

/* Writes the title and the first paragraph. */
static void
begin(const struct writing *writing)
{
	const struct fil_letter *letter = writing->letter;
	const char *name = letter->user;
	char today[FIL_PROSE_SIZE], *title;
	struct part part = part_of(writing, "now");

	for (size_t i = part.end; i > part.first; i--)
		if (strcmp(cell(writing, i - 1, FIL_DATUM_TABLE), "users") == 0 &&
		    strcmp(cell(writing, i - 1, FIL_DATUM_COLUMN), "name") == 0)
			name = cell(writing, i - 1, FIL_DATUM_VALUE);
	title = fil_format(_("Data about %s"), name);
	writing->page->begin(writing->stream, fil_language(), title);
	fil_prose_day(today, letter->today, FIL_DAY_LONG);
	writing->page->paragraph(writing->stream, today, fil_label(".all"));
	free(title);
}

bool
fil_letter_write(const struct fil_letter *letter, FILE *stream)
{
	static const struct {
		const char *state, *heading;
		void (*write)(const struct writing *writing, struct part part);
	} parts[] = { { "now", ".now", write_now }, { "before", ".before", write_before },
		{ "named", ".named", write_named }, { "log", ".log", write_log } };
	struct writing writing = { letter, letter->page, stream };

	begin(&writing);
	write_controller(&writing);
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
		struct part part = part_of(&writing, parts[i].state);

		if (part.first == part.end)
			continue;
		letter->page->heading(stream, fil_label(parts[i].heading));
		parts[i].write(&writing, part);
	}
	letter->page->end(stream);
	return controller(&writing, "name") && controller(&writing, "contact");
}
