/* SPDX-License-Identifier: ISC */
#include "lib/row.h"

#include <stdlib.h>
#include <string.h>

#include "lib/memory.h"
#include "lib/text.h"

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
	size_t *pads; /* the length to which a column's digits are padded, 0: as they are */
	struct fil_bytes padded;
	bool keys_only;
	enum fil_match match;
	const struct fil_people *people;
	size_t found_by; /* of users: the column that finds the row's user, or FIL_NOWHERE */
	size_t undecided; /* the column whose date needs an order */

	struct fil_bytes *buffers; /* one a column */
	const char **values;
	size_t *lengths;
	struct fil_fault *faults;
	size_t n_faults;
};

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
	row->found_by = FIL_NOWHERE;
	row->pads = fil_alloc(row->width, sizeof *row->pads);
	row->dates = fil_alloc(row->width, sizeof *row->dates);
	row->buffers = fil_alloc(row->width, sizeof *row->buffers);
	row->values = fil_alloc(row->width, sizeof *row->values);
	row->lengths = fil_alloc(row->width, sizeof *row->lengths);
	row->faults = fil_alloc(row->width, sizeof *row->faults);
	return row;
}

void
fil_row_pad(struct fil_row *row, size_t column, size_t length)
{
	row->pads[column] = length;
}

void
fil_row_match(struct fil_row *row, enum fil_match match)
{
	row->match = match;
	if (strcmp(row->table->name, "users") == 0)
		row->found_by =
		    fil_table_column(row->table, match == FIL_MATCH_EMAIL ? "email" : "name");
}

void
fil_row_keys_only(struct fil_row *row)
{
	row->keys_only = true;
}

void
fil_row_people(struct fil_row *row, const struct fil_people *people)
{
	row->people = people;
}

/* Returns the table's column behind a column or facet: a facet's value is a level. */
static const struct fil_column *
column_of(const struct fil_row *row, size_t c)
{
	return &row->table->columns[c < row->table->n_columns ? c : row->facet_value];
}

static const char *
name_of(const struct fil_row *row, size_t c)
{
	return c < row->table->n_columns ? row->table->columns[c].name
					 : row->facets[c - row->table->n_columns];
}

/* Puts the column's name before a fault's text. Returns -1. */
static int
name_fault(const struct fil_row *row, size_t c, struct fil_fault *fault)
{
	struct fil_fault unnamed = *fault;

	fil_fault_data(fault, unnamed.kind, "%s: %s", name_of(row, c), unnamed.text);
	return -1;
}

static bool
may_lack(const struct fil_column *column)
{
	return (!column->key && !column->required) || column->may_be_empty || column->fallback;
}

/* Returns the value of an empty cell: the default, or '' for a key that may be empty. */
static const char *
empty_value(const struct fil_column *column)
{
	return column->may_be_empty ? "" : column->fallback;
}

static int
check_event_date(const struct fil_row *row, size_t c, const char *value, struct fil_fault *fault)
{
	if (c != row->event_date || strcmp(value, row->today_text) <= 0)
		return 0;
	return fil_fault_data(
	    fault, "constraint-error", "'%s' is after today, %s", value, row->today_text);
}

int
fil_row_set(struct fil_row *row, size_t c, const char *value, struct fil_fault *fault)
{
	const struct fil_column *column = column_of(row, c);
	char date[FIL_DATE_SIZE];
	fil_day day;

	row->set[c] = true;
	free(row->constants[c]);
	row->constants[c] = NULL;
	if (*value == '\0') {
		if (!may_lack(column)) {
			fil_fault_data(fault, "missing-value", "is empty, and a row needs one");
			return name_fault(row, c, fault);
		}
		row->constants[c] = fil_copy(empty_value(column));
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
		return name_fault(row, c, fault);
	}
	if (fil_column_read(column, value, strlen(value), FIL_ORDER_YMD, &row->buffers[c], fault) <
	    0)
		return name_fault(row, c, fault);
	row->constants[c] = fil_copy(row->buffers[c].data);
	if (check_event_date(row, c, row->constants[c], fault) < 0)
		return name_fault(row, c, fault);
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
			    name_of(row, f),
			    name_of(row,
				row->given[row->facet_value] ? row->facet_value : row->facet_name));
		row->faceted = true;
	}
	if (row->faceted)
		row->given[row->facet_name] = row->given[row->facet_value] = true;
	return 0;
}

int
fil_row_bind(struct fil_row *row, const bool *input_gives, struct fil_fault *fault)
{
	row->n_dates = 0;
	for (size_t c = 0; c < row->width; c++) {
		row->input_gives[c] = input_gives[c] && !row->set[c];
		row->given[c] = input_gives[c] || row->set[c];
		if (row->input_gives[c] && column_of(row, c)->type == FIL_TYPE_DATE)
			row->dates[row->n_dates++] = c;
	}
	if (bind_facets(row, fault) < 0)
		return -1;
	for (size_t c = 0; c < row->table->n_keys; c++) {
		const struct fil_column *key = &row->table->columns[c];

		if (c == 0 && !row->given[c] && row->found_by != FIL_NOWHERE &&
		    row->given[row->found_by]) {
			/* What finds a user is no new value of theirs: "MARTIN Jean" stays Jean
			 * Martin. */
			row->given[c] = true;
			row->given[row->found_by] = false;
		}
		if (!row->given[c] && c != row->filled_date && !key->may_be_empty)
			return fil_fault_data(fault, "missing-header",
			    "no column gives '%s', which a row of %s needs: map one with "
			    "--map '%s=HEADER', or set it with %s=VALUE",
			    key->name, row->table->name, key->name, key->name);
		row->given[c] = true;
	}
	return 0;
}

/* Returns how many columns a row is made of. */
static size_t
made_columns(const struct fil_row *row)
{
	return row->keys_only ? row->table->n_keys : row->table->n_columns;
}

const bool *
fil_row_given(const struct fil_row *row)
{
	return row->given;
}

bool
fil_row_whole(const struct fil_row *row)
{
	bool facet = false;

	for (size_t f = row->table->n_columns; f < row->width; f++)
		facet |= row->set[f];
	for (size_t c = 0; c < made_columns(row); c++) {
		bool filled = c == row->filled_date ||
		    (facet && (c == row->facet_name || c == row->facet_value));

		if (!row->set[c] && !filled && !may_lack(&row->table->columns[c]))
			return false;
	}
	return true;
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
	enum fil_date_found found = fil_date_read(cell, FIL_ORDER_UNKNOWN, &day);

	return found != FIL_DATE_OK && found != FIL_DATE_BAD;
}

/* Returns whether a cell of the column names a user. */
static bool
names_user(const struct fil_row *row, size_t c)
{
	const char *references = row->table->columns[c].references;

	return (references && strcmp(references, "users") == 0) ||
	    (c == 0 && row->found_by != FIL_NOWHERE);
}

/* Replaces a cell by what is meant: digits with the zeros that a spreadsheet took, a user's key for
 * an e-mail or a name. Returns 0, or -1 with a fault. */
static int
convert(struct fil_row *row, size_t c, const char **cell, size_t *length, struct fil_fault *fault)
{
	if (*length < row->pads[c] && strspn(*cell, "0123456789") == *length) {
		fil_bytes_clear(&row->padded);
		fil_bytes_add_format(
		    &row->padded, "%0*d%s", (int)(row->pads[c] - *length), 0, *cell);
		*cell = row->padded.data;
		*length = row->padded.length;
	}
	if (!row->people || !names_user(row, c))
		return 0;
	*cell = fil_people_find(row->people, *cell, fault);
	*length = *cell ? strlen(*cell) : 0;
	return *cell ? 0 : -1;
}

/* Reads the cell of column `from` as the value of column c. Returns 0, 1 with a fault noted, or -1
 * for a date that needs an order. */
static int
read_cell(struct fil_row *row, size_t c, size_t from, const char *cell, size_t length,
    enum fil_date_order order)
{
	struct fil_fault *fault = &row->faults[row->n_faults];
	const struct fil_column *column = &row->table->columns[c];

	if (order == FIL_ORDER_UNKNOWN && column->type == FIL_TYPE_DATE && needs_order(cell)) {
		row->undecided = c;
		return -1;
	}
	if (convert(row, c, &cell, &length, fault) == 0 &&
	    fil_column_read(column, cell, length, order, &row->buffers[c], fault) == 0 &&
	    check_event_date(row, c, row->buffers[c].data, fault) == 0) {
		row->values[c] = row->buffers[c].data;
		row->lengths[c] = row->buffers[c].length;
		return 0;
	}
	name_fault(row, from, fault);
	row->n_faults++;
	put_value(row, c, NULL);
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
	if (may_lack(column)) {
		put_value(row, c, empty_value(column));
		return 0;
	}
	fil_fault_data(
	    &row->faults[row->n_faults], "missing-value", "is empty, and a row needs one");
	name_fault(row, from, &row->faults[row->n_faults++]);
	return 1;
}

int
fil_row_make(struct fil_row *row, const char *const *cells, const size_t *lengths,
    enum fil_date_order order, size_t facet)
{
	row->n_faults = 0;
	for (size_t c = 0; c < made_columns(row); c++) {
		size_t from = c;

		if (facet != FIL_NOWHERE && c == row->facet_name) {
			put_value(row, c, row->facets[facet]);
			continue;
		}
		if (c == 0 && row->found_by != FIL_NOWHERE && !row->input_gives[c])
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

const struct fil_fault *
fil_row_fault(const struct fil_row *row, size_t i)
{
	return &row->faults[i];
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
	free(row->input_gives);
	free(row->set);
	free(row->given);
	free(row->constants);
	free(row->dates);
	free(row->pads);
	fil_bytes_release(&row->padded);
	free(row->buffers);
	free(row->values);
	free(row->lengths);
	free(row->faults);
	free(row);
}
