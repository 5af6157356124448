/* SPDX-License-Identifier: ISC */
#include "lib/catalog/catalog.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/language.h"
#include "lib/base/memory.h"
#include "lib/store/query.h"
#include "lib/store/relation.h"

/* clang-format off: these macros are halves of declarations. */

/* The columns of each table. */
#define TABLE(table, table_kind, table_personal, table_meaning) \
	static const struct fil_column table##_columns[] = {
#define KEY(column, ...) { .name = #column, .key = true, .required = true, __VA_ARGS__ },
#define KEY_OR_EMPTY(column, ...) \
	{ .name = #column, .key = true, .may_be_empty = true, __VA_ARGS__ },
#define COLUMN(column, ...) { .name = #column, __VA_ARGS__ },
#define END \
	} \
	;
#include "lib/catalog/catalog.def"

/* The names of the columns, for the store. */
#define TABLE(table, table_kind, table_personal, table_meaning) \
	static const char *const table##_names[] = {
#define KEY(column, ...) #column,
#define KEY_OR_EMPTY(column, ...) #column,
#define COLUMN(column, ...) #column,
#define END \
	} \
	;
#include "lib/catalog/catalog.def"

/* The number of key columns. */
#define TABLE(table, table_kind, table_personal, table_meaning) enum { table##_n_keys = 0
#define KEY(column, ...) +1
#define KEY_OR_EMPTY(column, ...) +1
#define COLUMN(column, ...)
#define END \
	} \
	;
#include "lib/catalog/catalog.def"

/* The tables. */
#define LENGTH(array) (sizeof array / sizeof((array)[0]))
#define TABLE(table, table_kind, table_personal, table_meaning) \
	static const struct fil_table table = { \
		.name = #table, \
		.kind = table_kind, \
		.personal = table_personal, \
		.columns = table##_columns, \
		.n_columns = LENGTH(table##_columns), \
		.n_keys = table##_n_keys, \
		.meaning = table_meaning, \
		.relation = { #table, table##_names, LENGTH(table##_names), table##_n_keys }, \
	};
#define KEY(column, ...)
#define KEY_OR_EMPTY(column, ...)
#define COLUMN(column, ...)
#define END
#include "lib/catalog/catalog.def"

/* The list of the tables. */
static const struct fil_table *const tables[] = {
#define TABLE(table, table_kind, table_personal, table_meaning) &table,
#define KEY(column, ...)
#define KEY_OR_EMPTY(column, ...)
#define COLUMN(column, ...)
#define END
#include "lib/catalog/catalog.def"
};
/* clang-format on */

const struct fil_table *const *
fil_catalog_tables(size_t *n)
{
	*n = LENGTH(tables);
	return tables;
}

const struct fil_table *
fil_catalog_table(const char *name)
{
	for (size_t t = 0; t < LENGTH(tables); t++)
		if (strcmp(tables[t]->name, name) == 0)
			return tables[t];
	return NULL;
}

size_t
fil_table_column(const struct fil_table *table, const char *name)
{
	for (size_t c = 0; c < table->n_columns; c++)
		if (strcmp(table->columns[c].name, name) == 0)
			return c;
	return FIL_NOWHERE;
}

/* Returns whether a list separated by '|' contains the word. */
static bool
listed(const char *list, const char *word)
{
	size_t length = strlen(word);

	while (list) {
		size_t n = strcspn(list, "|");

		if (n == length && memcmp(list, word, n) == 0)
			return true;
		list = list[n] == '|' ? list + n + 1 : NULL;
	}
	return false;
}

size_t
fil_catalog_widest(void)
{
	size_t widest = 0;

	for (size_t t = 0; t < LENGTH(tables); t++)
		if (tables[t]->n_columns > widest)
			widest = tables[t]->n_columns;
	return widest;
}

bool
fil_column_refers_to_user(const struct fil_column *column)
{
	return column->references && strcmp(column->references, "users") == 0;
}

bool
fil_table_names_user(const struct fil_table *table, size_t column)
{
	return fil_column_refers_to_user(&table->columns[column]) ||
	    (column == 0 && strcmp(table->name, "users") == 0);
}

size_t
fil_table_user(const struct fil_table *table)
{
	return fil_table_column(table, "user");
}

size_t
fil_table_user_reference(const struct fil_table *table)
{
	size_t user = fil_table_user(table);

	for (size_t c = table->n_keys; c < table->n_columns; c++)
		if (c != user && fil_column_refers_to_user(&table->columns[c]))
			return c;
	return FIL_NOWHERE;
}

size_t
fil_table_header(const struct fil_table *table, const char *folded)
{
	size_t c = fil_table_column(table, folded);

	if (c != FIL_NOWHERE)
		return c;
	for (c = 0; c < table->n_columns; c++)
		if (listed(table->columns[c].headers, folded) ||
		    listed(table->columns[c].last_headers, folded))
			return c;
	return FIL_NOWHERE;
}

bool
fil_column_is_free(const struct fil_column *column)
{
	return column->spelling == FIL_SPELL_FREE || column->type == FIL_TYPE_LONG_TEXT;
}

void
fil_table_output(const struct fil_table *table, struct fil_output_column *columns)
{
	static const enum fil_output_kind kinds_of_cells[] = {
		[FIL_TYPE_DATE] = FIL_CELL_DAY,
		[FIL_TYPE_INTEGER] = FIL_CELL_NUMBER,
		[FIL_TYPE_AMOUNT] = FIL_CELL_NUMBER,
		[FIL_TYPE_CHOICE] = FIL_CELL_TEXT,
	};

	for (size_t c = 0; c < table->n_columns; c++)
		columns[c] = (struct fil_output_column){ table->columns[c].name,
			kinds_of_cells[table->columns[c].type] };
}

const struct fil_output_column fil_table_declared[FIL_TABLE_CELLS] = {
	{ "table", FIL_CELL_TEXT },
	{ "kind", FIL_CELL_TEXT },
	{ "meaning", FIL_CELL_TEXT },
};

const struct fil_output_column fil_column_declared[FIL_COLUMN_CELLS] = {
	{ "column", FIL_CELL_TEXT },
	{ "type", FIL_CELL_TEXT },
	{ "key", FIL_CELL_TEXT },
	{ "required", FIL_CELL_TEXT },
	{ "references", FIL_CELL_TEXT },
	{ "values", FIL_CELL_TEXT },
	{ "default", FIL_CELL_TEXT },
	{ "meaning", FIL_CELL_TEXT },
	{ "personal", FIL_CELL_TEXT },
};

static const char *const kinds[] = {
	[FIL_REFERENCE] = "reference",
	[FIL_PLAN] = "plan",
	[FIL_EVENT] = "event",
};

static const char *const types[] = {
	[FIL_TYPE_KEY] = "key",
	[FIL_TYPE_TEXT] = "text",
	[FIL_TYPE_LONG_TEXT] = "long-text",
	[FIL_TYPE_DATE] = "date",
	[FIL_TYPE_INTEGER] = "integer",
	[FIL_TYPE_AMOUNT] = "amount",
	[FIL_TYPE_CHOICE] = "choice",
};

static const char *const personal_data[] = {
	[FIL_IDENTITY] = "identity",
	[FIL_CONTACT] = "contact",
	[FIL_WORK] = "work",
	[FIL_ASSESSMENT] = "assessment",
	[FIL_OPINION] = "opinion",
	[FIL_FREE_TEXT] = "free text",
};

void
fil_table_declare(const struct fil_table *table, const char *cells[static FIL_TABLE_CELLS])
{
	cells[0] = table->name;
	cells[1] = kinds[table->kind];
	cells[2] = table->meaning;
}

static const char *
yes(bool is)
{
	return is ? "yes" : NULL;
}

void
fil_column_prompt(const struct fil_column *column, struct fil_bytes *text)
{
	const char *const *choices = column->choices;

	fil_bytes_add_format(text, "%s=", column->name);
	if (!choices)
		fil_bytes_add_text(text, column->type == FIL_TYPE_DATE ? _("DATE") : _("VALUE"));
	for (size_t i = 0; choices && choices[i]; i++)
		fil_bytes_add_format(text,
		    i == 0 ? "%s"
			: choices[i + 1]
			? ", %s"
			/* TRANSLATORS: before the last of several values: "added, changed or left". */
			: _(" or %s"),
		    choices[i]);
}

/* Returns the values that the column takes, or NULL where the type alone says it. */
static const char *
describe_values(const struct fil_column *column, struct fil_bytes *values)
{
	fil_bytes_clear(values);
	if (column->type == FIL_TYPE_INTEGER)
		fil_bytes_add_format(values, "%lld..%lld", column->minimum, column->maximum);
	for (size_t i = 0; column->choices && column->choices[i]; i++)
		fil_bytes_add_format(values, "%s%s", i == 0 ? "" : "|", column->choices[i]);
	return values->length == 0 ? NULL : values->data;
}

/* Returns the kind of personal data in a column: its own, or that of its table. A reference to a
 * user identifies, and sentences can say anything about anybody. */
static enum fil_personal
column_personal(const struct fil_table *table, const struct fil_column *column)
{
	if (fil_column_refers_to_user(column))
		return FIL_IDENTITY;
	if (fil_column_is_free(column))
		return FIL_FREE_TEXT;
	return column->personal ? column->personal : table->personal;
}

void
fil_column_declare(const struct fil_table *table, size_t c, struct fil_bytes *values,
    const char *cells[static FIL_COLUMN_CELLS])
{
	const struct fil_column *column = &table->columns[c];

	cells[0] = column->name;
	cells[1] = types[column->type];
	cells[2] = yes(column->key);
	cells[3] = yes(column->required);
	cells[4] = column->references;
	cells[5] = describe_values(column, values);
	cells[6] = column->new_today ? "today" : column->fallback;
	cells[7] = column->meaning;
	cells[8] = personal_data[column_personal(table, column)];
}

/* What separates a context from its words in a catalogue. */
#define CONTEXT "\004"

/* The words are found in the catalogue with their context, since one word may have two translations. */
#define WORD(id, english) { id, id CONTEXT english },
static const struct word {
	const char *id, *entry;
} words[] = {
#include "lib/catalog/label.def"
};
#undef WORD

const char *
fil_label_find(const char *id)
{
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (strcmp(words[i].id, id) == 0) {
			const char *found = gettext(words[i].entry);

			return found == words[i].entry ? strstr(found, CONTEXT) + 1 : found;
		}
	return NULL;
}

const char *
fil_label(const char *id)
{
	const char *found = fil_label_find(id);

	return found ? found : id;
}

/* Every reference but that to users names a row of a small table that people make by hand. */
const struct fil_table *
fil_name_table(const struct fil_column *column)
{
	if (!column->references || fil_column_refers_to_user(column))
		return NULL;
	return fil_catalog_table(column->references);
}

/* Adds the nearest stored name to the fault, if one is near. */
static void
suggest(struct fil_store *store, const struct fil_table *table, const char *name,
    struct fil_fault *fault)
{
	char *sql = fil_relation_select(&table->relation, true);
	struct fil_fault unread;
	struct fil_lookup_table *rows = fil_lookup_table_new(fil_query_new(store, sql), 1, &unread);
	const char **names;
	size_t n;

	free(sql);
	if (!rows)
		return;
	n = fil_lookup_table_rows(rows);
	names = fil_alloc(n, sizeof *names);
	for (size_t i = 0; i < n; i++)
		names[i] = fil_lookup_table_cell(rows, i, 0);
	fil_fault_suggest(fault, name, names, n);
	free(names);
	fil_lookup_table_free(rows);
}

int
fil_name_check(struct fil_store *store, const struct fil_table *table, const char *place,
    const char *name, struct fil_fault *fault)
{
	char *sql = fil_relation_named(&table->relation, 0, 1);
	struct fil_query *query = fil_query_new(store, sql);
	int found;

	fil_query_bind(query, 1, name);
	found = fil_query_step(query, fault);
	fil_query_free(query);
	free(sql);
	if (found != 0)
		return found < 0 ? -1 : 0;
	fil_fault_set(fault, FIL_BAD_DATA, "%s: '%s' is not in %s", place, name, table->name);
	suggest(store, table, name, fault);
	return -1;
}
