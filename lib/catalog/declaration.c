/* SPDX-License-Identifier: ISC */
#include "lib/catalog/declaration.h"

const struct fil_output_column fil_table_declared[FIL_TABLE_CELLS] = {
	{ "table", false },
	{ "kind", false },
	{ "meaning", false },
};

const struct fil_output_column fil_column_declared[FIL_COLUMN_CELLS] = {
	{ "column", false },
	{ "type", false },
	{ "key", false },
	{ "required", false },
	{ "references", false },
	{ "values", false },
	{ "default", false },
	{ "meaning", false },
};

static const char *const kinds[] = {
	[FIL_REFERENCE] = "reference",
	[FIL_PLAN]      = "plan",
	[FIL_EVENT]     = "event",
};

static const char *const types[] = {
	[FIL_TYPE_KEY]       = "key",
	[FIL_TYPE_TEXT]      = "text",
	[FIL_TYPE_LONG_TEXT] = "long-text",
	[FIL_TYPE_DATE]      = "date",
	[FIL_TYPE_INTEGER]   = "integer",
	[FIL_TYPE_AMOUNT]    = "amount",
	[FIL_TYPE_CHOICE]    = "choice",
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

/* Returns the values that the column takes, NULL where its type says all. */
static const char *
describe_values(const struct fil_column *column, struct fil_bytes *values)
{
	fil_bytes_clear(values);
	if (column->type == FIL_TYPE_INTEGER)
		fil_bytes_add_format(values, "%lld..%lld", column->minimum, column->maximum);
	for (size_t i = 0; column->choices != NULL && column->choices[i] != NULL; i++)
		fil_bytes_add_format(values, "%s%s", i == 0 ? "" : "|", column->choices[i]);
	return values->length == 0 ? NULL : values->data;
}

void
fil_column_declare(const struct fil_column *column, struct fil_bytes *values,
    const char *cells[static FIL_COLUMN_CELLS])
{
	cells[0] = column->name;
	cells[1] = types[column->type];
	cells[2] = yes(column->key);
	cells[3] = yes(column->required);
	cells[4] = column->references;
	cells[5] = describe_values(column, values);
	cells[6] = column->fallback;
	cells[7] = column->meaning;
}
