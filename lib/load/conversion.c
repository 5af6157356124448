/* SPDX-License-Identifier: ISC */
#include "lib/load/conversion.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/memory.h"
#include "lib/base/text.h"

struct fil_conversion {
	const struct fil_table *table;
	size_t *pads; /* the length to which a column's digits are padded, 0: as they are */
	struct fil_bytes padded;
	struct fil_people *people; /* or NULL: cells have keys */
	size_t finder;
	bool *names_user; /* for each column */
};

struct fil_conversion *
fil_conversion_new(const struct fil_table *table)
{
	struct fil_conversion *conversion = fil_alloc(1, sizeof *conversion);

	conversion->table = table;
	conversion->finder = FIL_NOWHERE;
	conversion->pads = fil_alloc(table->n_columns, sizeof *conversion->pads);
	conversion->names_user = fil_alloc(table->n_columns, sizeof *conversion->names_user);
	for (size_t c = 0; c < table->n_columns; c++) {
		const char *references = table->columns[c].references;

		conversion->names_user[c] = references && strcmp(references, "users") == 0;
	}
	return conversion;
}

void
fil_conversion_pad(struct fil_conversion *conversion, size_t column, size_t length)
{
	conversion->pads[column] = length;
}

void
fil_conversion_match(struct fil_conversion *conversion, enum fil_match match)
{
	if (strcmp(conversion->table->name, "users") == 0)
		conversion->finder = fil_table_column(
		    conversion->table, match == FIL_MATCH_EMAIL ? "email" : "name");
}

size_t
fil_conversion_finder(const struct fil_conversion *conversion)
{
	return conversion->finder;
}

void
fil_conversion_find_key(struct fil_conversion *conversion, bool found)
{
	if (conversion->finder != FIL_NOWHERE)
		conversion->names_user[0] = found;
}

void
fil_conversion_people(struct fil_conversion *conversion, struct fil_people *people)
{
	conversion->people = people;
}

bool
fil_conversion_names_user(const struct fil_conversion *conversion, size_t column)
{
	return conversion->people && conversion->names_user[column];
}

bool
fil_conversion_applies(const struct fil_conversion *conversion, size_t column)
{
	return conversion->pads[column] > 0 || fil_conversion_names_user(conversion, column);
}

/* Puts zeros before digits. */
static void
pad(struct fil_conversion *conversion, size_t wanted, const char **cell, size_t *length)
{
	if (*length >= wanted || strspn(*cell, "0123456789") != *length)
		return;
	fil_bytes_clear(&conversion->padded);
	fil_bytes_add_format(&conversion->padded, "%0*d%s", (int)(wanted - *length), 0, *cell);
	*cell = conversion->padded.data;
	*length = conversion->padded.length;
}

enum fil_converted
fil_conversion_cell(struct fil_conversion *conversion, size_t column, const char **cell,
    size_t *length, struct fil_fault *fault)
{
	const char *key;

	if (conversion->pads[column] > 0)
		pad(conversion, conversion->pads[column], cell, length);
	if (!fil_conversion_names_user(conversion, column))
		return FIL_CONVERTED;
	switch (fil_people_find(conversion->people, *cell, &key, fault)) {
	case FIL_PEOPLE_NONE:
		return FIL_CONVERTED_TO_NOBODY;
	case FIL_PEOPLE_SEVERAL:
		return FIL_NOT_CONVERTED;
	case FIL_PEOPLE_ONE:
		break;
	}
	*cell = key;
	*length = strlen(key);
	return FIL_CONVERTED;
}

void
fil_conversion_free(struct fil_conversion *conversion)
{
	if (!conversion)
		return;
	fil_bytes_release(&conversion->padded);
	free(conversion->pads);
	free(conversion->names_user);
	free(conversion);
}
