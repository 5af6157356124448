/* SPDX-License-Identifier: ISC */
#include "lib/load/sheet.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/language.h"
#include "lib/base/memory.h"
#include "lib/catalog/catalog.h"
#include "lib/levels/standing_reader.h"
#include "lib/load/row.h"
#include "lib/users/keylist.h"
#include "lib/users/listing.h"

/* A box for numbers lists them when they are no more than this. */
enum { MOST_NUMBERS = 10 };

/* The cells of a user. */
enum { KEY, NAME, UNIT, CELLS };

static bool
has_levels(const struct fil_sheet *sheet)
{
	return sheet->dimensions->n > 0;
}

/* Returns whether a column of the event has no box: the user's, or one that the columns of the
 * dimensions fill. */
static bool
is_left_out(const struct fil_sheet *sheet, size_t c)
{
	const char *name = sheet->request.event->columns[c].name;

	return strcmp(name, "user") == 0 ||
	    (has_levels(sheet) && (strcmp(name, "dimension") == 0 || strcmp(name, "level") == 0));
}

/* Takes an operand. Returns 0, or -1 with a fault. */
static int
take_operand(struct fil_sheet *sheet, const char *operand, struct fil_fault *fault)
{
	const struct fil_table *event = sheet->request.event;
	const char *equals = strchr(operand, '=');
	char *name;
	size_t c;

	if (!equals)
		return fil_fault_set(fault, FIL_USAGE,
		    "'%s' is not COL=VALUE: the users come from standard input, or are selected "
		    "by --phase, --active or -w",
		    operand);
	name = fil_copy_bytes(operand, (size_t)(equals - operand));
	c = fil_table_column(event, name);
	free(name);
	if (c != FIL_NOWHERE && is_left_out(sheet, c))
		return fil_fault_set(fault, FIL_USAGE,
		    has_levels(sheet) ? _("'%s': the sheet has a line for each user, and a box for "
		                          "each dimension")
				      : _("'%s': the sheet has a line for each user"),
		    operand);
	return fil_request_operand(sheet->given, operand, fault);
}

/* Takes the operands, and today as the date of levels. Returns 0, or -1 with a fault. */
static int
take_operands(struct fil_sheet *sheet, struct fil_store *store, struct fil_fault *fault)
{
	sheet->options.today = sheet->request.today;
	sheet->given = fil_request_new(store, sheet->request.event, &sheet->options, true, fault);
	if (!sheet->given)
		return -1;
	sheet->dimensions = &sheet->given->dimensions;
	for (char *const *operand = sheet->request.operands; *operand; operand++)
		if (take_operand(sheet, *operand, fault) < 0)
			return -1;
	return fil_request_check(sheet->given, store, fault);
}

/* Adds a column, which frees its name. */
static struct fil_sheet_column *
add_column(struct fil_sheet *sheet, enum fil_sheet_part part, char *name, size_t dimension)
{
	struct fil_sheet_column *column = &sheet->columns[sheet->n++];
	bool number = part == FIL_SHEET_NOW || part == FIL_SHEET_LEVEL;

	*column = (struct fil_sheet_column){
		.output = { .name = name, .kind = number ? FIL_CELL_NUMBER : FIL_CELL_TEXT },
		.part = part,
		.dimension = dimension,
	};
	return column;
}

/* Lists the numbers that a box may hold, if they are few. */
static void
list_numbers(struct fil_sheet *sheet, const struct fil_column *column)
{
	size_t n = (size_t)(column->maximum - column->minimum) + 1;
	char **numbers;

	if (column->type != FIL_TYPE_INTEGER || n > MOST_NUMBERS)
		return;
	numbers = sheet->numbers[sheet->n - 1] = fil_alloc(n + 1, sizeof *numbers);
	for (size_t i = 0; i < n; i++)
		numbers[i] = fil_format("%lld", column->minimum + (long long)i);
	sheet->columns[sheet->n - 1].output.values = (const char *const *)numbers;
}

/* Adds the box for column c of the event, or for dimension c behind them. */
static void
add_box(struct fil_sheet *sheet, size_t c, const struct fil_output_column *outputs)
{
	const struct fil_table *event = sheet->request.event;
	bool level = c >= event->n_columns;
	size_t dimension = level ? c - event->n_columns : FIL_NOWHERE;
	const struct fil_column *column =
	    &event->columns[level ? fil_table_column(event, "level") : c];
	struct fil_sheet_column *box = add_column(sheet, level ? FIL_SHEET_LEVEL : FIL_SHEET_COLUMN,
	    fil_copy(level ? sheet->dimensions->names[dimension] : column->name), dimension);

	if (!level)
		box->output.kind = outputs[c].kind;
	box->output.box = true;
	box->output.values = column->choices;
	list_numbers(sheet, column);
	box->value = fil_row_constant(sheet->given->row, c, &box->given);
	if (has_levels(sheet) && !box->given && column->type == FIL_TYPE_DATE)
		box->value = sheet->today;
}

/* Adds the columns of the dimensions: the newest level and a box for each. */
static void
add_levels(struct fil_sheet *sheet)
{
	const struct fil_dimensions *dimensions = sheet->dimensions;

	for (size_t d = 0; d < dimensions->n; d++) {
		if (!sheet->request.blind)
			add_column(
			    sheet, FIL_SHEET_NOW, fil_format("now_%s", dimensions->names[d]), d);
		add_box(sheet, sheet->request.event->n_columns + d, NULL);
	}
}

/* Adds all columns. In autonomy the source stands before the date. */
static void
add_columns(struct fil_sheet *sheet)
{
	const struct fil_table *event = sheet->request.event;
	struct fil_output_column *outputs = fil_alloc(event->n_columns, sizeof *outputs);
	size_t room = 2 + 2 * sheet->dimensions->n + event->n_columns;
	size_t first = has_levels(sheet) ? fil_table_column(event, "source") : FIL_NOWHERE;

	fil_table_output(event, outputs);
	sheet->columns = fil_alloc(room, sizeof *sheet->columns);
	sheet->numbers = fil_alloc(room, sizeof *sheet->numbers);
	add_column(sheet, FIL_SHEET_USER, fil_copy("user"), FIL_NOWHERE);
	add_column(sheet, FIL_SHEET_NAME, fil_copy("name"), FIL_NOWHERE);
	add_levels(sheet);
	if (first != FIL_NOWHERE)
		add_box(sheet, first, outputs);
	for (size_t c = 0; c < event->n_columns; c++)
		if (!is_left_out(sheet, c) && c != first)
			add_box(sheet, c, outputs);
	free(outputs);
}

static void
add_user(struct fil_sheet *sheet, const char *const *cells)
{
	const struct fil_table *users = fil_catalog_table("users");

	fil_batch_add(sheet->users,
	    (const char *const[]){ cells[0], cells[fil_table_column(users, "name")],
		cells[fil_table_column(users, "unit")] });
}

/* Reads the users of the selection, in the order of their keys. Returns 0, or -1 with a fault. */
static int
read_selected(struct fil_sheet *sheet, struct fil_store *store, struct fil_fault *fault)
{
	const struct fil_selection *selection = sheet->request.selection;
	struct fil_listing *listing = fil_listing_new(store, fil_catalog_table("users"),
	    selection->filter, selection->active || selection->phase ? selection : NULL,
	    sheet->request.today, fault);
	const char *const *cells;
	int got = -1;

	while (listing && (got = fil_listing_step(listing, &cells, fault)) > 0)
		add_user(sheet, cells);
	fil_listing_free(listing);
	return got;
}

static int
compare_keys(const void *left, const void *right, void *batch)
{
	size_t l = *(const size_t *)left, r = *(const size_t *)right;
	int order =
	    strcmp(fil_batch_cell(batch, l, KEY, NULL), fil_batch_cell(batch, r, KEY, NULL));

	return order != 0 ? order : (l > r) - (l < r);
}

/* Returns the numbers of the rows in the order of their keys; the caller frees them. */
static size_t *
sort_keys(struct fil_batch *batch)
{
	size_t n = fil_batch_rows(batch), *order = fil_alloc(n + 1, sizeof *order);

	for (size_t i = 0; i < n; i++)
		order[i] = i;
	qsort_r(order, n, sizeof *order, compare_keys, batch);
	return order;
}

/* Returns the keys of a list, each once, where it is first; frees the list. */
static struct fil_batch *
unique_keys(struct fil_batch *list)
{
	struct fil_batch *keys = fil_batch_new(1);
	size_t n = fil_batch_rows(list), *order = sort_keys(list);
	bool *again = fil_alloc(n + 1, sizeof *again);

	for (size_t i = 1; i < n; i++)
		again[order[i]] = strcmp(fil_batch_cell(list, order[i - 1], KEY, NULL),
				      fil_batch_cell(list, order[i], KEY, NULL)) == 0;
	for (size_t i = 0; i < n; i++)
		if (!again[i])
			fil_batch_add(
			    keys, (const char *const[]){ fil_batch_cell(list, i, KEY, NULL) });
	free(again);
	free(order);
	fil_batch_free(list);
	return keys;
}

/* Fetches the users with these keys, in their order. Returns 0, or -1 with a fault. */
static int
fetch_users(struct fil_sheet *sheet, struct fil_store *store, const struct fil_batch *keys,
    struct fil_fault *fault)
{
	const struct fil_table *users = fil_catalog_table("users");
	struct fil_batch *found = fil_batch_new(users->n_columns + 1);
	size_t n = fil_batch_rows(keys), *places = fil_alloc(n + 1, sizeof *places);
	const char **cells = fil_alloc(users->n_columns + 1, sizeof *cells);
	int result =
	    n > 0 ? fil_store_fetch(store, &users->relation, keys, found, places, fault) : 0;

	for (size_t i = 0; i < n && result == 0; i++) {
		if (places[i] == FIL_NOWHERE) {
			result = fil_name_check(
			    store, users, "-: user", fil_batch_cell(keys, i, KEY, NULL), fault);
			continue;
		}
		fil_batch_row(found, places[i], cells, NULL);
		add_user(sheet, cells);
	}
	free(cells);
	free(places);
	fil_batch_free(found);
	return result;
}

/* Reads the users from standard input. Returns 0, or -1 with a fault. */
static int
read_listed(struct fil_sheet *sheet, struct fil_store *store, struct fil_fault *fault)
{
	struct fil_batch *keys = fil_batch_new(1);
	int result = fil_keylist_read("-", fil_store_folder(store), 0, keys, fault);

	keys = unique_keys(keys);
	if (result == 0)
		result = fetch_users(sheet, store, keys, fault);
	fil_batch_free(keys);
	return result;
}

/* Reads the newest levels of the users on a snapshot. Returns 0, or -1 with a fault. */
static int
read_standings(struct fil_sheet *sheet, struct fil_store *store, struct fil_fault *fault)
{
	const struct fil_standing_request request = { sheet->dimensions, &sheet->request.today, 1,
		sheet->request.today, NULL, false };
	size_t d = sheet->dimensions->n, n = fil_batch_rows(sheet->users);
	struct fil_standing_reader *reader = fil_standing_reader_new(store, &request, fault);
	size_t *order = sort_keys(sheet->users);
	int result = reader ? 0 : -1;

	sheet->standings = fil_alloc(n * d + 1, sizeof *sheet->standings);
	for (size_t i = 0; i < n && result == 0; i++) {
		struct fil_standing *into = &sheet->standings[order[i] * d];
		const struct fil_standing *standings;

		result = fil_standing_reader_seek(
		    reader, fil_batch_cell(sheet->users, order[i], KEY, NULL), &standings, fault);
		for (size_t k = 0; k < d; k++)
			into[k] = result == 0 && standings ? standings[k] : FIL_UNKNOWN_STANDING;
	}
	free(order);
	fil_standing_reader_free(reader);
	return result;
}

/* Returns the title of the row with a key, NULL where there is none; the caller frees it. Sets *result
 * to -1 with a fault of the store. */
static char *
read_title(struct fil_store *store, const char *name, const char *key, int *result,
    struct fil_fault *fault)
{
	const struct fil_table *table = fil_catalog_table(name);
	struct fil_batch *keys = fil_batch_new(1), *found = fil_batch_new(table->n_columns + 1);
	char *title = NULL;
	size_t place;

	fil_batch_add(keys, &key);
	if (*result == 0)
		*result = fil_store_fetch(store, &table->relation, keys, found, &place, fault);
	if (*result == 0 && place != FIL_NOWHERE)
		title =
		    fil_copy(fil_batch_cell(found, place, fil_table_column(table, "title"), NULL));
	fil_batch_free(keys);
	fil_batch_free(found);
	return title;
}

/* Reads the titles of the phase and of the levels. Returns 0, or -1 with a fault. */
static int
read_titles(struct fil_sheet *sheet, struct fil_store *store, struct fil_fault *fault)
{
	const struct fil_selection *selection = sheet->request.selection;
	int result = 0;

	if (selection && selection->phase && *selection->phase != '\0')
		sheet->phase = read_title(store, "phases", selection->phase, &result, fault);
	for (int level = 0; level < FIL_LEVELS && has_levels(sheet); level++)
		sheet->levels[level] = read_title(
		    store, "levels", (char[]){ (char)('0' + level), '\0' }, &result, fault);
	return result;
}

/* Reads the sheet. Returns 0, or -1 with a fault. */
static int
read_sheet(struct fil_sheet *sheet, struct fil_store *store, struct fil_fault *fault)
{
	int result;

	if (take_operands(sheet, store, fault) < 0)
		return -1;
	add_columns(sheet);
	result = sheet->request.selection ? read_selected(sheet, store, fault)
					  : read_listed(sheet, store, fault);
	if (result < 0 || read_titles(sheet, store, fault) < 0)
		return -1;
	if (!has_levels(sheet) || sheet->request.blind)
		return 0;
	if (fil_store_snapshot(store, fault) < 0)
		return -1;
	result = read_standings(sheet, store, fault);
	fil_store_rollback(store);
	return result;
}

struct fil_sheet *
fil_sheet_new(
    struct fil_store *store, const struct fil_sheet_request *request, struct fil_fault *fault)
{
	struct fil_sheet *sheet = fil_alloc(1, sizeof *sheet);

	sheet->request = *request;
	sheet->users = fil_batch_new(CELLS);
	fil_date_write(request->today, sheet->today);
	if (read_sheet(sheet, store, fault) == 0)
		return sheet;
	fil_sheet_free(sheet);
	return NULL;
}

void
fil_sheet_output(const struct fil_sheet *sheet, struct fil_output_column *columns)
{
	for (size_t c = 0; c < sheet->n; c++)
		columns[c] = sheet->columns[c].output;
}

const struct fil_standing *
fil_sheet_now(const struct fil_sheet *sheet, size_t i, const struct fil_sheet_column *column)
{
	const struct fil_standing *now;

	if (!sheet->standings)
		return NULL;
	now = &sheet->standings[i * sheet->dimensions->n + column->dimension];
	return now->level < 0 ? NULL : now;
}

void
fil_sheet_write(const struct fil_sheet *sheet, struct fil_output *output)
{
	const char **cells = fil_alloc(sheet->n, sizeof *cells);
	static const char *const digits[FIL_LEVELS] = { "0", "1", "2", "3", "4", "5" };

	for (size_t i = 0; i < fil_batch_rows(sheet->users); i++) {
		for (size_t c = 0; c < sheet->n; c++) {
			const struct fil_sheet_column *column = &sheet->columns[c];
			const struct fil_standing *now;

			cells[c] = column->value;
			if (column->part <= FIL_SHEET_NAME)
				cells[c] = fil_batch_cell(sheet->users, i, column->part, NULL);
			if (column->part == FIL_SHEET_NOW &&
			    (now = fil_sheet_now(sheet, i, column)))
				cells[c] = digits[now->level];
		}
		fil_output_row(output, cells);
	}
	free(cells);
}

void
fil_sheet_free(struct fil_sheet *sheet)
{
	if (!sheet)
		return;
	for (size_t c = 0; c < sheet->n; c++) {
		for (char **number = sheet->numbers[c]; number && *number; number++)
			free(*number);
		free(sheet->numbers[c]);
		free((char *)(uintptr_t)sheet->columns[c].output.name);
	}
	for (int level = 0; level < FIL_LEVELS; level++)
		free(sheet->levels[level]);
	free(sheet->numbers);
	free(sheet->columns);
	free(sheet->standings);
	free(sheet->phase);
	fil_batch_free(sheet->users);
	fil_request_free(sheet->given);
	free(sheet);
}
