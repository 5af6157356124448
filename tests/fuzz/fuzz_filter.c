/* SPDX-License-Identifier: ISC */
/* Takes any text as the condition of -w: it is refused with words, or holds for any cells or not. */
#include "lib/base/utf8.h"
#include "lib/catalog/filter.h"
#include "tests/fuzz/fuzz.h"

static const char *const tables[] = { "users", "autonomy", "assignments", "efforts" };
static const char *const values[] = { NULL, "", "u1", "Ada", "2024-03-15", "3", "0.8", "é" };

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fil_filter *filter = fil_filter_new();
	const struct fil_table *table;
	const char *cells[32] = { NULL };
	struct fil_fault fault = { 0 };
	char *text;

	if (size < 2) {
		fil_filter_free(filter);
		return 0;
	}
	table = fil_catalog_table(tables[data[0] % 4]);
	for (size_t c = 0; c < table->n_columns; c++)
		cells[c] = values[(data[1] + c) % 8];
	text = fuzz_text(data + 2, size - 2);
	if (fil_filter_add(filter, text, &fault) == 0 &&
	    fil_filter_bind(filter, table, 19797, &fault) == 0) {
		bool holds = fil_filter_holds(filter, cells);

		demand(fil_filter_holds(filter, cells) == holds);
	} else {
		demand(fault.status != FIL_OK && fault.text[0] != '\0');
	}
	free(text);
	fil_filter_free(filter);
	return 0;
}
