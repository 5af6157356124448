/* SPDX-License-Identifier: ISC */
#include "lib/plan/keylist.h"

#include <stdbool.h>
#include <stdlib.h>

#include "lib/base/bytes.h"
#include "lib/catalog/catalog.h"
#include "lib/input/input.h"
#include "lib/input/reader.h"
#include "lib/input/sniff.h"
#include "lib/base/text.h"

/* One reading of a list. */
struct list {
	const struct fil_table *users;
	struct fil_input *input;
	struct fil_keyset *keys;
	size_t column;			/* of the keys; FIL_NOWHERE before the header */
	struct fil_bytes value;
};

/* Returns whether users may have such a header: a fil_sniff_known. */
static bool
is_known(const void *users, const char *folded)
{
	return fil_table_header(users, folded) != FIL_NOWHERE;
}

/* Returns the cell of the header that is the users' keys, or FIL_NOWHERE. */
static size_t
find_column(const struct list *list, const struct fil_record *header)
{
	for (size_t i = 0; i < header->n; i++) {
		char *folded = fil_text_fold(header->cells[i]);
		size_t column = fil_table_header(list->users, folded);

		free(folded);
		if (column == 0)
			return i;
	}
	return FIL_NOWHERE;
}

static int
take_key(struct list *list, const struct fil_record *record, struct fil_fault *fault)
{
	if (record->n <= list->column)
		return fil_fault_data(fault, "missing-cell", "there is no cell for the user");
	if (record->lengths[list->column] == 0)
		return 0;
	if (fil_column_read(&list->users->columns[0], record->cells[list->column],
		record->lengths[list->column], FIL_ORDER_UNKNOWN, &list->value, fault) < 0)
		return -1;
	fil_keyset_add(list->keys, list->value.data, list->value.length);
	return 0;
}

static int
take_record(struct list *list, const struct fil_record *record, struct fil_fault *fault)
{
	if (list->column != FIL_NOWHERE)
		return take_key(list, record, fault);
	list->column = find_column(list, record);
	if (list->column != FIL_NOWHERE)
		return 0;
	if (record->n > 1)
		return fil_fault_data(
		    fault, "missing-label", "no column 'user' says whom it is about");
	list->column = 0;
	return take_key(list, record, fault);
}

static int
read_records(struct list *list, struct fil_reader *reader, struct fil_fault *fault)
{
	struct fil_record record;
	struct fil_fault bare;
	int got;

	while ((got = fil_reader_next(reader, &record, &bare)) != 0)
		if (got < 0 || take_record(list, &record, &bare) < 0)
			return fil_fault_set(fault, bare.status, "%s:%zu: %s",
			    fil_input_name(list->input), record.line, bare.text);
	return 0;
}

int
fil_keylist_read(
    const char *path, const char *folder, struct fil_keyset *keys, struct fil_fault *fault)
{
	struct list list = { .users = fil_catalog_table("users"), .keys = keys,
		.column = FIL_NOWHERE };
	struct fil_format format = { 0 };
	struct fil_reader *reader = NULL;
	int got = -1;

	if ((list.input = fil_input_open(path, folder, fault)) == NULL)
		return -1;
	if (fil_sniff(list.input, is_known, list.users, &format, fault) == 0) {
		reader = fil_reader_new(list.input, &format);
		got = read_records(&list, reader, fault);
	}
	fil_reader_free(reader);
	fil_input_close(list.input);
	fil_bytes_release(&list.value);
	return got;
}
