/* SPDX-License-Identifier: ISC */
#include "lib/write/refusals.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/text.h"

/* Returns the keys of a row as a text: "00421" or "00421, tool, 2024-03-01, self". The caller frees
 * it. */
static char *
key_text(const struct fil_table *table, const char *const *values)
{
	struct fil_bytes text = { 0 };

	for (size_t c = 0; c < table->n_keys; c++)
		fil_bytes_add_format(&text, "%s%s", c ? ", " : "", values[c]);
	return text.data;
}

void
fil_refuse_duplicate(
    const struct fil_table *table, const char *const *values, struct fil_fault *fault)
{
	char *key = key_text(table, values);

	fil_fault_data(fault, "unique-error", "%s: duplicate key '%s' with different values",
	    table->columns[0].name, key);
	free(key);
}

void
fil_refuse_incomplete(const struct fil_table *table, const char *const *values,
    const struct fil_column *column, struct fil_fault *fault)
{
	char *key = key_text(table, values);

	fil_fault_data(fault, "missing-value",
	    "%s: '%s' is a new row, and the input lacks this required column", column->name, key);
	free(key);
}

void
fil_refuse_foreign(const struct fil_table *table, const char *const *values, const char *feed,
    struct fil_fault *fault)
{
	char *key = key_text(table, values);

	fil_fault_data(fault, "constraint-error",
	    "feed: '%s' belongs to another feed than '%s'; --take takes it over", key, feed);
	free(key);
}
