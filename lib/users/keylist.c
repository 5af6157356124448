/* SPDX-License-Identifier: ISC */
#include "lib/users/keylist.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/memory.h"
#include "lib/base/text.h"
#include "lib/catalog/catalog.h"
#include "lib/catalog/value.h"
#include "lib/input/input.h"
#include "lib/input/reader.h"
#include "lib/input/sniff.h"

/* One reading of a list. */
struct list {
	const struct fil_table *users;
	struct fil_input *input;
	size_t wanted; /* the column of users that names them */
	size_t place; /* of its cells; FIL_NOWHERE before the header */
	struct fil_batch *names;
	struct fil_bytes value;
};

/* Returns whether a header is one of users; see fil_sniff_known. */
static bool
is_known(const void *users, const char *folded)
{
	return fil_table_header(users, folded) != FIL_NOWHERE;
}

/* Returns the number of the header that means the column wanted, or FIL_NOWHERE. */
static size_t
find_place(const struct list *list, const struct fil_record *header)
{
	for (size_t i = 0; i < header->n; i++) {
		char *folded = fil_text_fold(header->cells[i]);
		char *apart = fil_text_fold_words(header->cells[i]);
		bool is_wanted = fil_table_header(list->users, folded) == list->wanted ||
		    (apart && fil_table_header(list->users, apart) == list->wanted);

		free(folded);
		free(apart);
		if (is_wanted)
			return i;
	}
	return FIL_NOWHERE;
}

static int
take_name(struct list *list, const struct fil_record *record, struct fil_fault *fault)
{
	if (record->n <= list->place)
		return fil_fault_data(fault, "missing-cell", "there is no cell for the user");
	if (record->lengths[list->place] == 0)
		return 0;
	if (fil_column_read(&list->users->columns[list->wanted], record->cells[list->place],
		record->lengths[list->place], FIL_ORDER_UNKNOWN, &list->value, fault) < 0)
		return -1;
	fil_batch_add(list->names, (const char *const[]){ list->value.data });
	return 0;
}

static int
take_record(struct list *list, const struct fil_record *record, struct fil_fault *fault)
{
	if (list->place != FIL_NOWHERE)
		return take_name(list, record, fault);
	list->place = find_place(list, record);
	if (list->place != FIL_NOWHERE)
		return 0;
	if (record->n > 1)
		return fil_fault_data(fault, "missing-label",
		    "no column '%s' says whom it is about",
		    list->users->columns[list->wanted].name);
	list->place = 0;
	return take_name(list, record, fault);
}

static int
read_records(struct list *list, struct fil_reader *reader, struct fil_fault *fault)
{
	struct fil_record record;
	int got;

	while ((got = fil_reader_next(reader, &record, fault)) != 0)
		if (got < 0 || take_record(list, &record, fault) < 0)
			return fil_input_blame(list->input, record.line, fault);
	return 0;
}

int
fil_keylist_read(const char *path, const char *folder, size_t column, struct fil_batch *names,
    struct fil_fault *fault)
{
	struct list list = { .users = fil_catalog_table("users"),
		.wanted = column,
		.place = FIL_NOWHERE,
		.names = names };
	struct fil_format format = { 0 };
	struct fil_reader *reader = NULL;
	int got = -1;

	if (!(list.input = fil_input_open(path, folder, fault)))
		return -1;
	if (fil_sniff(list.input, is_known, list.users, &format, fault) == 0) {
		reader = fil_reader_new(list.input, &format);
		got = read_records(&list, reader, fault);
	} else if (fault->kind && strcmp(fault->kind, FIL_INPUT_NO_ROWS) == 0)
		got = 0;
	fil_reader_free(reader);
	fil_input_close(list.input);
	fil_bytes_release(&list.value);
	return got;
}
