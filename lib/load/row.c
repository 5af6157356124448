/* SPDX-License-Identifier: ISC */
#include "lib/load/row.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/bytes.h"
#include "lib/base/date.h"
#include "lib/base/fault.h"
#include "lib/base/memory.h"
#include "lib/base/text.h"
#include "lib/catalog/catalog.h"
#include "lib/catalog/value.h"
#include "lib/load/matching.h"
#include "lib/write/references.h"

struct fil_row {
	const struct fil_table *table;
	fil_day today;
	size_t width; /* columns and facets */
	char *const *facets;
	size_t n_facets;
	size_t facet_name, facet_value; /* the columns that a facet fills: dimension and level */
	size_t event_date; /* the column that may not be later than today */
	size_t filled_date; /* the column that is today by itself */
	char today_text[FIL_DATE_SIZE];
	size_t counted,
	    counted_from; /* a relative date that counts from another column's: due from assigned */
	char *counted_spec; /* as typed: "+14d" */
	char counted_text[FIL_DATE_SIZE];

	bool *input_gives, *set, *given;
	char **constants; /* stored form, NULL for nothing */
	bool faceted;
	size_t *dates;
	size_t n_dates;
	struct fil_matching *conversion;
	bool *converts; /* for each column: whether it may change a cell */
	struct fil_leniency *leniency;
	size_t *omitted; /* columns of the last row that name nobody, which is let pass */
	size_t n_omitted;
	bool keys_only;
	size_t user; /* the column that names the user whom a row is about, or FIL_NOWHERE */
	bool of_nobody;
	size_t found_by; /* the column that finds the row's user in this input, or FIL_NOWHERE */
	size_t undecided; /* the column whose date needs an order */

	struct fil_bytes *buffers; /* one a column */
	const char **values;
	size_t *lengths;
	struct fil_fault *faults;
	size_t n_faults;
};

/* Returns the table's column behind a column or facet: a facet's value is a level. */
const struct fil_column *fil_row_column(const struct fil_row *row, size_t c);

/* Returns the name of a column or facet. */
const char *fil_row_name(const struct fil_row *row, size_t c);

/* Puts the column's name before a fault's text. Returns -1. */
int fil_row_blame(const struct fil_row *row, size_t c, struct fil_fault *fault);

/* Returns whether a row can do without a value of the column. */
bool fil_column_may_lack(const struct fil_column *column);

/* Returns the value of an empty cell: the default, or '' for a key that may be empty. */
const char *fil_column_empty(const struct fil_column *column);

/* Checks that the date of an event is not after today. Returns 0, or -1 with a fault. */
int
fil_row_check_day(const struct fil_row *row, size_t c, const char *value, struct fil_fault *fault);

/* Returns how many columns a row is made of. */
size_t fil_row_made(const struct fil_row *row);

struct fil_row *
fil_row_new(const struct fil_table *table, fil_day today, bool fill_today, char *const *facets,
    size_t n_facets)
{
	struct fil_row *row = fil_alloc(1, sizeof *row);
	bool event = table->kind == FIL_EVENT;

	row->table = table;
	row->today = today;
	row->facets = facets;
	row->n_facets = n_facets;
	row->width = table->n_columns + n_facets;
	row->facet_name = n_facets ? fil_table_column(table, "dimension") : FIL_NOWHERE;
	row->facet_value = n_facets ? fil_table_column(table, "level") : FIL_NOWHERE;
	row->event_date = event ? fil_table_column(table, "date") : FIL_NOWHERE;
	row->filled_date = !fill_today ? FIL_NOWHERE
	    : event                    ? row->event_date
				       : fil_table_column(table, "assigned");
	row->counted = row->counted_from = FIL_NOWHERE;
	if (fill_today && fil_table_column(table, "assigned") != FIL_NOWHERE) {
		row->counted = fil_table_column(table, "due");
		row->counted_from = fil_table_column(table, "assigned");
	}
	fil_date_write(today, row->today_text);
	row->input_gives = fil_alloc(row->width, sizeof *row->input_gives);
	row->set = fil_alloc(row->width, sizeof *row->set);
	row->given = fil_alloc(row->width, sizeof *row->given);
	row->constants = fil_alloc(row->width, sizeof *row->constants);
	row->conversion = fil_matching_new(table);
	row->converts = fil_alloc(row->width, sizeof *row->converts);
	row->leniency = fil_leniency_new(table->n_columns);
	row->omitted = fil_alloc(table->n_columns, sizeof *row->omitted);
	row->user = fil_table_column(table, "user");
	row->found_by = FIL_NOWHERE;
	row->dates = fil_alloc(row->width, sizeof *row->dates);
	row->buffers = fil_alloc(row->width, sizeof *row->buffers);
	row->values = fil_alloc(row->width, sizeof *row->values);
	row->lengths = fil_alloc(row->width, sizeof *row->lengths);
	row->faults = fil_alloc(row->width, sizeof *row->faults);
	return row;
}

const struct fil_table *
fil_row_table(const struct fil_row *row)
{
	return row->table;
}

struct fil_matching *
fil_row_conversion(struct fil_row *row)
{
	return row->conversion;
}

struct fil_leniency *
fil_row_leniency(struct fil_row *row)
{
	return row->leniency;
}

void
fil_row_keys_only(struct fil_row *row)
{
	row->keys_only = true;
}

bool
fil_row_faceted(const struct fil_row *row)
{
	return row->faceted;
}

bool
fil_row_has_facet(const struct fil_row *row, size_t f, const char *const *cells)
{
	size_t c = row->table->n_columns + f;

	return row->set[c] ? row->constants[c] != NULL : row->input_gives[c] && cells[c];
}

static void
put_value(struct fil_row *row, size_t c, const char *value)
{
	row->values[c] = value;
	row->lengths[c] = value ? strlen(value) : 0;
}

/* Returns whether a date does not begin with its year: also one that only one order makes a date
 * settles that of the whole file. */
static bool
needs_order(const char *cell)
{
	fil_day day;
	enum fil_date_found found;

	if (strspn(cell, "0123456789") == 4)
		return false; /* the year */
	found = fil_date_read(cell, FIL_ORDER_UNKNOWN, &day);

	return found != FIL_DATE_OK && found != FIL_DATE_BAD;
}

/* Replaces the cell by what is meant. Returns 1; 0 when it names nobody and may be left out; -1
 * with a fault. */
static int
convert(struct fil_row *row, size_t c, const char **cell, size_t *length, struct fil_fault *fault)
{
	enum fil_converted converted = fil_matching_cell(row->conversion, c, cell, length, fault);
	bool nobody = converted == FIL_CONVERTED_TO_NOBODY;

	if (nobody && fil_leniency_allows(row->leniency, c)) {
		row->omitted[row->n_omitted++] = c;
		return 0;
	}
	row->of_nobody |= nobody && c == row->user;
	return converted == FIL_CONVERTED ? 1 : -1;
}

/* Reads a cell whose meaning is known as the value of column c. Returns 0, or -1 with a fault. */
static int
read_value(struct fil_row *row, size_t c, const char *cell, size_t length,
    enum fil_date_order order, struct fil_fault *fault)
{
	const struct fil_column *column = &row->table->columns[c];

	/* What a cell is converted to lives until the next one is. */
	if (!row->converts[c] && fil_column_as_is(column, cell, length)) {
		row->values[c] = cell;
		row->lengths[c] = length;
	} else {
		if (fil_column_read(column, cell, length, order, &row->buffers[c], fault) < 0)
			return -1;
		row->values[c] = row->buffers[c].data;
		row->lengths[c] = row->buffers[c].length;
	}
	return fil_row_check_day(row, c, row->values[c], fault);
}

/* Reads the cell of column `from` as the value of column c. Returns 0, 1 with a fault noted, or -1
 * for a date that needs an order. */
static int
read_cell(struct fil_row *row, size_t c, size_t from, const char *cell, size_t length,
    enum fil_date_order order)
{
	struct fil_fault *fault = &row->faults[row->n_faults];
	int converted = 1;

	if (order == FIL_ORDER_UNKNOWN && row->table->columns[c].type == FIL_TYPE_DATE &&
	    needs_order(cell)) {
		row->undecided = c;
		return -1;
	}
	if (row->converts[c])
		converted = convert(row, c, &cell, &length, fault);
	if (converted > 0 && read_value(row, c, cell, length, order, fault) == 0)
		return 0;
	put_value(row, c, NULL);
	if (converted == 0)
		return 0;
	fil_row_blame(row, from, fault);
	row->n_faults++;
	return 1;
}

/* Returns the relative date counted from the value of the column it counts from, which is a key and
 * made already. */
static const char *
count_date(struct fil_row *row)
{
	fil_day from, day;

	if (!row->values[row->counted_from] ||
	    fil_date_parse(row->values[row->counted_from], &from) < 0 ||
	    fil_date_relative(row->counted_spec, row->today, from, &day) < 0)
		return NULL; /* the row has a fault already, in the column it counts from */
	fil_date_write(day, row->counted_text);
	return row->counted_text;
}

/* Makes the value of column c when the input's column `from` gives it. Returns as read_cell. */
static int
make_given(struct fil_row *row, size_t c, size_t from, const char *cell, size_t length,
    enum fil_date_order order)
{
	const struct fil_column *column = &row->table->columns[c];

	if (cell)
		return read_cell(row, c, from, cell, length, order);
	if (c == row->filled_date) {
		put_value(row, c, row->today_text);
		return 0;
	}
	if (fil_column_may_lack(column)) {
		put_value(row, c, fil_column_empty(column));
		return 0;
	}
	fil_fault_data(
	    &row->faults[row->n_faults], "missing-value", "is empty, and a row needs one");
	fil_row_blame(row, from, &row->faults[row->n_faults++]);
	return 1;
}

int
fil_row_make(struct fil_row *row, const char *const *cells, const size_t *lengths,
    enum fil_date_order order, size_t facet)
{
	size_t n = fil_row_made(row);

	row->n_faults = row->n_omitted = 0;
	row->of_nobody = false;
	for (size_t c = 0; c < n; c++) {
		size_t from = c;

		if (facet != FIL_NOWHERE && c == row->facet_name) {
			put_value(row, c, row->facets[facet]);
			continue;
		}
		if (c == 0 && row->found_by != FIL_NOWHERE)
			from = row->found_by;
		if (facet != FIL_NOWHERE && c == row->facet_value)
			from = row->table->n_columns + facet;
		if (c == row->counted && row->counted_spec)
			put_value(row, c, count_date(row));
		else if (row->set[from])
			put_value(row, c, row->constants[from]);
		else if (row->input_gives[from]) {
			if (make_given(row, c, from, cells[from], lengths[from], order) < 0)
				return -1;
		} else
			put_value(row, c,
			    c == row->filled_date                     ? row->today_text
				: row->table->columns[c].may_be_empty ? ""
								      : NULL);
	}
	return (int)row->n_faults;
}

size_t
fil_row_undecided(const struct fil_row *row)
{
	return row->undecided;
}

void
fil_row_count_omissions(struct fil_row *row)
{
	for (size_t i = 0; i < row->n_omitted; i++)
		fil_leniency_count(row->leniency, row->omitted[i]);
}

bool
fil_row_of_nobody(const struct fil_row *row)
{
	return row->of_nobody && row->n_faults == 1;
}

const struct fil_fault *
fil_row_fault(const struct fil_row *row, size_t i)
{
	return &row->faults[i];
}

bool
fil_row_key(struct fil_row *row, const char *const *cells, const size_t *lengths)
{
	size_t from = row->found_by != FIL_NOWHERE ? row->found_by : 0, length = lengths[from];
	const char *cell = cells[from];
	struct fil_fault fault;

	put_value(row, 0, row->set[0] ? row->constants[0] : NULL);
	if (row->set[0] || !cell)
		return row->values[0];
	if (row->converts[0] &&
	    fil_matching_cell(row->conversion, 0, &cell, &length, &fault) != FIL_CONVERTED)
		return false;
	return read_value(row, 0, cell, length, FIL_ORDER_YMD, &fault) == 0;
}

const char *const *
fil_row_values(const struct fil_row *row)
{
	return row->values;
}

const size_t *
fil_row_lengths(const struct fil_row *row)
{
	return row->lengths;
}

const size_t *
fil_row_dates(const struct fil_row *row, size_t *n)
{
	*n = row->n_dates;
	return row->dates;
}

void
fil_row_free(struct fil_row *row)
{
	if (!row)
		return;
	for (size_t c = 0; c < row->width; c++) {
		free(row->constants[c]);
		fil_bytes_release(&row->buffers[c]);
	}
	free(row->counted_spec);
	free(row->converts);
	free(row->omitted);
	free(row->input_gives);
	free(row->set);
	free(row->given);
	free(row->constants);
	free(row->dates);
	fil_matching_free(row->conversion);
	fil_leniency_free(row->leniency);
	free(row->buffers);
	free(row->values);
	free(row->lengths);
	free(row->faults);
	free(row);
}

const struct fil_column *
fil_row_column(const struct fil_row *row, size_t c)
{
	return &row->table->columns[c < row->table->n_columns ? c : row->facet_value];
}

const char *
fil_row_name(const struct fil_row *row, size_t c)
{
	return c < row->table->n_columns ? row->table->columns[c].name
					 : row->facets[c - row->table->n_columns];
}

int
fil_row_blame(const struct fil_row *row, size_t c, struct fil_fault *fault)
{
	struct fil_fault unnamed = *fault;

	fil_fault_data(fault, unnamed.kind, "%s: %s", fil_row_name(row, c), unnamed.text);
	return -1;
}

bool
fil_column_may_lack(const struct fil_column *column)
{
	return (!column->key && !column->required) || column->may_be_empty || column->fallback;
}

const char *
fil_column_empty(const struct fil_column *column)
{
	return column->may_be_empty ? "" : column->fallback;
}

int
fil_row_check_day(const struct fil_row *row, size_t c, const char *value, struct fil_fault *fault)
{
	if (c != row->event_date || strcmp(value, row->today_text) <= 0)
		return 0;
	return fil_fault_data(
	    fault, "constraint-error", "'%s' is after today, %s", value, row->today_text);
}

size_t
fil_row_made(const struct fil_row *row)
{
	return row->keys_only ? row->table->n_keys : row->table->n_columns;
}

int
fil_row_set(struct fil_row *row, size_t c, const char *value, struct fil_fault *fault)
{
	const struct fil_column *column = fil_row_column(row, c);
	char date[FIL_DATE_SIZE];
	fil_day day;

	row->set[c] = true;
	free(row->constants[c]);
	row->constants[c] = NULL;
	if (*value == '\0') {
		if (!fil_column_may_lack(column)) {
			fil_fault_data(fault, "missing-value", "is empty, and a row needs one");
			return fil_row_blame(row, c, fault);
		}
		row->constants[c] = fil_copy(fil_column_empty(column));
		return 0;
	}
	if (c == row->counted) {
		free(row->counted_spec);
		row->counted_spec = *value == '+' || *value == '-' ? fil_copy(value) : NULL;
	}
	if (column->type == FIL_TYPE_DATE &&
	    fil_date_relative(value, row->today, row->today, &day) == 0) {
		fil_date_write(day, date);
		value = date;
	}
	if (fil_utf8_check(value, strlen(value)) < strlen(value)) {
		fil_fault_data(fault, "encoding-error", "'%s' is not UTF-8", value);
		return fil_row_blame(row, c, fault);
	}
	if (fil_column_read(column, value, strlen(value), FIL_ORDER_YMD, &row->buffers[c], fault) <
	    0)
		return fil_row_blame(row, c, fault);
	row->constants[c] = fil_copy(row->buffers[c].data);
	if (fil_row_check_day(row, c, row->constants[c], fault) < 0)
		return fil_row_blame(row, c, fault);
	return 0;
}

const char *
fil_row_constant(const struct fil_row *row, size_t c, bool *set)
{
	*set = row->set[c];
	return row->constants[c];
}

/* A facet gives both of its columns; one of them beside it would say the same thing twice. */
static int
bind_facets(struct fil_row *row, struct fil_fault *fault)
{
	row->faceted = false;
	for (size_t f = row->table->n_columns; f < row->width; f++) {
		if (!row->given[f])
			continue;
		if (row->given[row->facet_name] || row->given[row->facet_value])
			return fil_fault_data(fault, "header-error",
			    "the column '%s' holds a level, and so does '%s': leave one out",
			    fil_row_name(row, f),
			    fil_row_name(row,
				row->given[row->facet_value] ? row->facet_value : row->facet_name));
		row->faceted = true;
	}
	if (row->faceted)
		row->given[row->facet_name] = row->given[row->facet_value] = true;
	return 0;
}

/* Where no column gives the user's key, another may find it. That is no new value of theirs then:
 * "MARTIN Jean" stays Jean Martin. */
static void
bind_finder(struct fil_row *row)
{
	size_t finder = fil_matching_finder(row->conversion);
	bool found = finder != FIL_NOWHERE && row->given[finder] && !row->given[0];

	row->found_by = found ? finder : FIL_NOWHERE;
	fil_matching_find_key(row->conversion, found);
	if (!found)
		return;
	row->given[0] = true;
	row->given[finder] = false;
}

/* Fills the fault of a key that nothing gives. Returns -1. */
static int
fault_missing(const struct fil_column *key, struct fil_fault *fault)
{
	struct fil_bytes prompt = { 0 };

	fil_column_prompt(key, &prompt);
	fil_fault_data(fault, "missing-header",
	    "%s is missing: say %s; or map a column with --map '%s=HEADER'", key->name, prompt.data,
	    key->name);
	fil_bytes_release(&prompt);
	return -1;
}

int
fil_row_bind(struct fil_row *row, const bool *input_gives, struct fil_fault *fault)
{
	row->n_dates = 0;
	for (size_t c = 0; c < row->width; c++) {
		row->input_gives[c] = input_gives[c] && !row->set[c];
		row->given[c] = input_gives[c] || row->set[c];
		if (row->input_gives[c] && fil_row_column(row, c)->type == FIL_TYPE_DATE)
			row->dates[row->n_dates++] = c;
	}
	bind_finder(row);
	for (size_t c = 0; c < row->table->n_columns; c++)
		row->converts[c] = fil_matching_applies(row->conversion, c);
	if (bind_facets(row, fault) < 0)
		return -1;
	for (size_t c = 0; c < row->table->n_keys; c++) {
		const struct fil_column *key = &row->table->columns[c];

		if (!row->given[c] && c != row->filled_date && !key->may_be_empty)
			return fault_missing(key, fault);
		row->given[c] = true;
	}
	return 0;
}

const bool *
fil_row_given(const struct fil_row *row)
{
	return row->given;
}

const char *
fil_row_lacks(const struct fil_row *row)
{
	bool facet = false;

	for (size_t f = row->table->n_columns; f < row->width; f++)
		facet |= row->set[f];
	for (size_t c = 0; c < fil_row_made(row); c++) {
		bool filled = c == row->filled_date ||
		    (facet && (c == row->facet_name || c == row->facet_value));

		if (!row->set[c] && !filled && !fil_column_may_lack(&row->table->columns[c]))
			return row->table->columns[c].name;
	}
	return NULL;
}

int
fil_row_people(struct fil_row *row, struct fil_people *people, struct fil_fault *fault)
{
	fil_matching_people(row->conversion, people);
	for (size_t c = 0; c < row->table->n_columns; c++) {
		const char *cell = row->constants[c];
		size_t length = cell ? strlen(cell) : 0;

		if (!cell || !fil_matching_names_user(row->conversion, c))
			continue;
		if (fil_matching_cell(row->conversion, c, &cell, &length, fault) != FIL_CONVERTED)
			return fil_row_blame(row, c, fault);
		free(row->constants[c]);
		row->constants[c] = fil_copy(cell);
	}
	return 0;
}
