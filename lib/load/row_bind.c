/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>

#include "lib/base/memory.h"
#include "lib/load/row.h"
#include "lib/load/row_state.h"

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
	size_t finder = fil_conversion_finder(row->conversion);
	bool found = finder != FIL_NOWHERE && row->given[finder] && !row->given[0];

	row->found_by = found ? finder : FIL_NOWHERE;
	fil_conversion_find_key(row->conversion, found);
	if (!found)
		return;
	row->given[0] = true;
	row->given[finder] = false;
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
		row->converts[c] = fil_conversion_applies(row->conversion, c);
	if (bind_facets(row, fault) < 0)
		return -1;
	for (size_t c = 0; c < row->table->n_keys; c++) {
		const struct fil_column *key = &row->table->columns[c];

		if (!row->given[c] && c != row->filled_date && !key->may_be_empty)
			return fil_fault_data(fault, "missing-header",
			    "no column gives '%s', which a row of %s needs: map one with "
			    "--map '%s=HEADER', or set it with %s=VALUE",
			    key->name, row->table->name, key->name, key->name);
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
	fil_conversion_people(row->conversion, people);
	for (size_t c = 0; c < row->table->n_columns; c++) {
		const char *cell = row->constants[c];
		size_t length = cell ? strlen(cell) : 0;

		if (!cell || !fil_conversion_names_user(row->conversion, c))
			continue;
		if (fil_conversion_cell(row->conversion, c, &cell, &length, fault) !=
		    FIL_CONVERTED)
			return fil_row_blame(row, c, fault);
		free(row->constants[c]);
		row->constants[c] = fil_copy(cell);
	}
	return 0;
}
