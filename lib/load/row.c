/* SPDX-License-Identifier: ISC */
#include "lib/load/row.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/doubt.h"
#include "lib/base/language.h"
#include "lib/base/memory.h"
#include "lib/base/utf8.h"
#include "lib/catalog/value.h"
#include "lib/catalog/value_doubt.h"

/* Where the value of a column comes from. */
enum origin {
	READ, /* from a cell, a facet or a constant, by make_value */
	TAKEN, /* it is the input's cell, if that is there and plain; else as READ */
	FIXED, /* nothing gives it: it is the same in all rows */
};

struct fil_row {
	const struct fil_table *table;
	struct fil_row_options options;
	size_t width; /* columns and facets */
	size_t facet_name, facet_value; /* the columns that a facet fills: dimension and level */
	size_t event_date; /* the column that may not be later than today */
	size_t filled_date; /* the column that is today by default */
	char today_text[FIL_DATE_SIZE];
	size_t counted,
	    counted_from; /* a relative date, and the column that it counts from: due, assigned */
	char *counted_spec; /* as typed: "+14d" */
	char counted_text[FIL_DATE_SIZE];
	bool keys_only;
	size_t user; /* the column that refers to the user of a row, or FIL_NOWHERE */

	bool *set; /* of each column: set to its constant */
	char **constants; /* stored form, NULL for nothing */
	unsigned *doubts; /* of each column of the table: what its cells may be */
	bool set_matched; /* they refer to users by their keys */

	/* Of the bound input, for each column. */
	const char **headers; /* NULL: the input does not give it */
	bool *input_gives, *given;
	enum origin *origins;
	bool *finds; /* a cell gives a user by e-mail or name */
	bool *matches; /* the matching may change a cell */
	size_t found_by; /* the cell that finds the row's user, or FIL_NOWHERE, */
	size_t found_then; /* and the one that does when that is empty or finds no user */
	size_t unit; /* the cell with the unit of the row's user, or FIL_NOWHERE */
	bool sheet; /* it is one of fil-sheet */
	size_t *dates, *defaults;
	const struct fil_row_amounts *amounts;

	/* Of the last row, for each column. */
	const char *const *cells;
	struct fil_bytes *buffers;
	bool *plain; /* the cell is stored as it is */
	struct fil_bytes *spelt; /* of each column: the last cell that was spelt otherwise */
	const char **values;
	size_t *lengths;
	struct fil_fault *faults;
	struct fil_row_made made;
};

/* Finds the columns with special rules. */
static void
find_columns(struct fil_row *row)
{
	const struct fil_table *table = row->table;
	bool event = table->kind == FIL_EVENT, faceted = row->options.n_facets > 0;
	size_t assigned = fil_table_column(table, "assigned");

	row->facet_name = faceted ? fil_table_column(table, "dimension") : FIL_NOWHERE;
	row->facet_value = faceted ? fil_table_column(table, "level") : FIL_NOWHERE;
	row->event_date = event ? fil_table_column(table, "date") : FIL_NOWHERE;
	row->filled_date = row->counted = row->counted_from = FIL_NOWHERE;
	if (row->options.fill_today)
		row->filled_date = event ? row->event_date : assigned;
	if (row->options.fill_today && assigned != FIL_NOWHERE) {
		row->counted = fil_table_column(table, "due");
		row->counted_from = assigned;
	}
	row->user = fil_table_user(table);
	row->found_by = row->found_then = row->unit = FIL_NOWHERE;
}

struct fil_row *
fil_row_new(const struct fil_table *table, const struct fil_row_options *options)
{
	struct fil_row *row = fil_alloc(1, sizeof *row);

	row->table = table;
	row->options = *options;
	row->width = table->n_columns + options->n_facets;
	find_columns(row);
	row->doubts = fil_table_doubts(table, NULL);
	fil_date_write(options->today, row->today_text);
	row->set = fil_alloc(row->width, sizeof *row->set);
	row->constants = fil_alloc(row->width, sizeof *row->constants);
	row->headers = fil_alloc(row->width, sizeof *row->headers);
	row->input_gives = fil_alloc(row->width, sizeof *row->input_gives);
	row->given = fil_alloc(row->width, sizeof *row->given);
	row->origins = fil_alloc(row->width, sizeof *row->origins);
	row->finds = fil_alloc(row->width, sizeof *row->finds);
	row->matches = fil_alloc(row->width, sizeof *row->matches);
	row->dates = fil_alloc(row->width, sizeof *row->dates);
	row->defaults = fil_alloc(row->width, sizeof *row->defaults);
	row->plain = fil_alloc(row->width, sizeof *row->plain);
	row->buffers = fil_alloc(row->width, sizeof *row->buffers);
	row->spelt = fil_alloc(row->width, sizeof *row->spelt);
	row->values = fil_alloc(row->width, sizeof *row->values);
	row->lengths = fil_alloc(row->width, sizeof *row->lengths);
	row->faults = fil_alloc(row->width, sizeof *row->faults);
	row->made = (struct fil_row_made){ .values = row->values,
		.lengths = row->lengths,
		.given = row->given,
		.faults = row->faults,
		.defaults = row->defaults,
		.dates = row->dates };
	return row;
}

struct fil_row *
fil_row_copy(const struct fil_row *row)
{
	struct fil_row *copy = fil_row_new(row->table, &row->options);

	copy->keys_only = row->keys_only;
	copy->counted_spec = row->counted_spec ? fil_copy(row->counted_spec) : NULL;
	for (size_t c = 0; c < row->width; c++) {
		copy->set[c] = row->set[c];
		copy->constants[c] = row->constants[c] ? fil_copy(row->constants[c]) : NULL;
	}
	return copy;
}

void
fil_row_keys_only(struct fil_row *row)
{
	row->keys_only = true;
}

/* Returns the table's column behind a column or facet: a facet's value is a level. */
static const struct fil_column *
column_of(const struct fil_row *row, size_t c)
{
	return &row->table->columns[c < row->table->n_columns ? c : row->facet_value];
}

/* Returns the name of a column or facet. */
static const char *
name_of(const struct fil_row *row, size_t c)
{
	if (c >= row->width)
		c = row->user; /* a further cell that names the user */
	return c < row->table->n_columns ? row->table->columns[c].name
					 : row->options.facets[c - row->table->n_columns];
}

/* Puts the column's name before a fault's text. Returns -1. */
static int
blame(const struct fil_row *row, size_t c, struct fil_fault *fault)
{
	struct fil_fault unnamed = *fault;

	return fil_fault_data(fault, unnamed.kind, "%s: %s", name_of(row, c), unnamed.text);
}

/* Puts the column's name before the fault of a value that is set. Returns -1. */
static int
blame_set(const struct fil_row *row, size_t c, struct fil_fault *fault)
{
	struct fil_fault bare = *fault;

	if (strcmp(bare.kind, "date-order") == 0)
		fil_fault_data(fault, bare.kind, "%s: give --dates dmy or --dates mdy", bare.text);
	return blame(row, c, fault);
}

/* Returns whether the column may be empty. */
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

/* Fills the fault of a column without a value. Returns -1. */
static int
refuse_empty(const struct fil_row *row, size_t c, struct fil_fault *fault)
{
	fil_fault_data(fault, "missing-value", "is required but empty");
	return blame(row, c, fault);
}

/* Returns whether a value is after today, though it is the date of an event, or another that must be
 * past. */
static bool
is_after_today(const struct fil_row *row, size_t c, const char *value)
{
	return (c == row->event_date || column_of(row, c)->past) &&
	    strcmp(value, row->today_text) > 0;
}

/* Checks that a date is not after today where it must not be, and what the load checks. Returns 0, or
 * -1 with a fault. */
static int
check_value(const struct fil_row *row, size_t c, const char *value, struct fil_fault *fault)
{
	const struct fil_row_options *options = &row->options;

	if (is_after_today(row, c, value))
		return fil_fault_data(
		    fault, "constraint-error", "'%s' is after today, %s", value, row->today_text);
	return options->check ? options->check(name_of(row, c), value, options->today, fault) : 0;
}

/* Returns how many columns a row is made of. */
static size_t
columns_made(const struct fil_row *row)
{
	return row->keys_only ? row->table->n_keys : row->table->n_columns;
}

/* Refuses an amount that may be two. Returns -1. */
static int
refuse_open(const char *cell, bool of_column, struct fil_fault *fault)
{
	char plain[FIL_AMOUNT_PLAIN], grouped[FIL_AMOUNT_PLAIN];
	bool comma = strchr(cell, ',') != NULL;

	fil_amount_ungroup(cell, comma ? FIL_SIGN_COMMA : FIL_SIGN_POINT, plain);
	fil_amount_ungroup(cell, comma ? FIL_SIGN_POINT : FIL_SIGN_COMMA, grouped);
	return fil_fault_data(fault, fil_doubt_kinds[FIL_DOUBT_THOUSANDS].word,
	    of_column ? _("'%s' may be %s or %s, and no number of the column proves which: give "
			  "--set decimal=comma or --set decimal=point, or --allow %s")
		      : _("'%s' may be %s or %s: give --set decimal=comma or --set decimal=point, "
			  "or --allow %s"),
	    cell, grouped, plain, fil_doubt_kinds[FIL_DOUBT_THOUSANDS].word);
}

/* What becomes of an amount before it is read. */
enum settled { SETTLED, UNDECIDED, REFUSED };

/* Rewrites an amount that needs a decimal sign; *plain is its room. */
static enum settled
settle_amount(const struct fil_row_amounts *amounts, size_t c, const char **cell, size_t *length,
    char plain[static FIL_AMOUNT_PLAIN])
{
	enum fil_decimal_sign written, sign = amounts->signs[c];
	enum fil_amount_writing writing = fil_amount_look(*cell, amounts->point_groups, &written);

	if (writing != FIL_AMOUNT_OPEN && writing != FIL_AMOUNT_GROUPED)
		return SETTLED;
	if (sign == FIL_SIGN_UNKNOWN && !amounts->unproved[c])
		return UNDECIDED;
	if (sign == FIL_SIGN_UNKNOWN && writing == FIL_AMOUNT_OPEN)
		return REFUSED;
	if (fil_amount_ungroup(*cell, sign == FIL_SIGN_UNKNOWN ? written : sign, plain)) {
		*cell = plain;
		*length = strlen(plain);
	}
	return SETTLED;
}

/* Rewrites an amount that is set. Returns 0, or -1 with a fault when it may be two. */
static int
settle_set(const struct fil_row *row, size_t c, const char **value,
    char plain[static FIL_AMOUNT_PLAIN], struct fil_fault *fault)
{
	size_t length = 0;

	if (!row->options.amounts || column_of(row, c)->type != FIL_TYPE_AMOUNT ||
	    settle_amount(row->options.amounts, c, value, &length, plain) == SETTLED)
		return 0;
	return refuse_open(*value, false, fault);
}

int
fil_row_set(struct fil_row *row, size_t c, const char *value, struct fil_fault *fault)
{
	const struct fil_column *column = column_of(row, c);
	char date[FIL_DATE_SIZE], plain[FIL_AMOUNT_PLAIN];
	size_t n = strlen(value);
	fil_day day;

	row->set[c] = true;
	free(row->constants[c]);
	row->constants[c] = NULL;
	if (fil_utf8_check(value, n) < n) {
		fil_fault_data(fault, "encoding-error", "'%s' is not UTF-8", value);
		return blame(row, c, fault);
	}
	fil_column_spell(column, &value, &n, &row->spelt[c]);
	if (n == 0) {
		if (!may_lack(column))
			return refuse_empty(row, c, fault);
		row->constants[c] = fil_copy(empty_value(column));
		return 0;
	}
	if (c == row->counted) {
		free(row->counted_spec);
		row->counted_spec = *value == '+' || *value == '-' ? fil_copy(value) : NULL;
	}
	if (column->type == FIL_TYPE_DATE &&
	    fil_date_relative(value, row->options.today, row->options.today, &day) == 0) {
		fil_date_write(day, date);
		value = date;
	}
	if (settle_set(row, c, &value, plain, fault) < 0 ||
	    fil_column_read(
		column, value, strlen(value), row->options.order, &row->buffers[c], fault) < 0)
		return blame_set(row, c, fault);
	row->constants[c] = fil_copy(row->buffers[c].data);
	if (check_value(row, c, row->constants[c], fault) < 0)
		return blame(row, c, fault);
	return 0;
}

const char *
fil_row_constant(const struct fil_row *row, size_t c, bool *set)
{
	*set = row->set[c];
	return row->constants[c];
}

int
fil_row_match_set(struct fil_row *row, struct fil_fault *fault)
{
	struct fil_matching *matching = row->options.matching;

	for (size_t c = 0; !row->set_matched && c < row->table->n_columns; c++) {
		const char *cell = row->constants[c];
		size_t length = cell ? strlen(cell) : 0;
		enum fil_matched matched;

		if (!cell || !matching->names_user[c])
			continue;
		matched = fil_matching_cell(matching, c, true, &cell, &length, fault);
		if (matched == FIL_MATCHED_NOTHING && matching->or_key)
			continue;
		if (matched != FIL_MATCHED)
			return blame(row, c, fault);
		free(row->constants[c]);
		row->constants[c] = fil_copy(cell);
	}
	row->set_matched = true;
	return 0;
}

/* In users, when no column gives the key, others may find it. They are then not stored: "MARTIN
 * Jean" does not replace "Jean Martin". */
static void
bind_finders(struct fil_row *row)
{
	const struct fil_matching *matching = row->options.matching;
	const size_t finders[] = { matching->finder, matching->finder_then };

	for (size_t i = 0; i < sizeof finders / sizeof *finders; i++) {
		if (finders[i] == FIL_NOWHERE || !row->given[finders[i]])
			continue;
		*(row->found_by == FIL_NOWHERE ? &row->found_by : &row->found_then) = finders[i];
		row->given[finders[i]] = false;
	}
	row->given[0] = row->found_by != FIL_NOWHERE;
}

/* In other tables, further cells may find the user, or settle which of several it is. */
static void
bind_further_cells(struct fil_row *row, const char *const *headers)
{
	const struct fil_matching *matching = row->options.matching;
	size_t then = row->width + matching->within_unit;

	if (matching->within_unit && headers[row->width])
		row->unit = row->width;
	if (matching->then == FIL_MATCH_KEY || !headers[then] || row->set[row->user])
		return;
	*(row->input_gives[row->user] ? &row->found_then : &row->found_by) = then;
	row->given[row->user] = true;
}

/* Finds out which cells name the row's user. */
static void
bind_finder(struct fil_row *row, const char *const *headers)
{
	const struct fil_matching *matching = row->options.matching;
	bool of_users = strcmp(row->table->name, "users") == 0;

	row->found_by = row->found_then = row->unit = FIL_NOWHERE;
	if (!matching || row->user == FIL_NOWHERE)
		return;
	if (!of_users) {
		bind_further_cells(row, headers);
		return;
	}
	if (matching->within_unit && row->input_gives[fil_table_column(row->table, "unit")])
		row->unit = fil_table_column(row->table, "unit");
	if (!row->given[0])
		bind_finders(row);
}

/* Finds the columns with cells that the matching may change. */
static void
bind_matching(struct fil_row *row)
{
	const struct fil_matching *matching = row->options.matching;

	for (size_t c = 0; matching && c < row->table->n_columns; c++) {
		bool names =
		    matching->names_user[c] || (c == row->user && row->found_by != FIL_NOWHERE);

		row->finds[c] = matching->ready && names;
		row->matches[c] = row->finds[c] || matching->pads[c] > 0;
	}
}

/* A facet gives the columns dimension and level; the input must not give these as well. */
static int
bind_facets(struct fil_row *row, struct fil_fault *fault)
{
	row->made.faceted = false;
	for (size_t f = row->table->n_columns; f < row->width; f++) {
		if (!row->given[f])
			continue;
		if (row->given[row->facet_name] || row->given[row->facet_value])
			return fil_fault_data(fault, "header-error",
			    "the column '%s' holds a level, and so does '%s': leave one out",
			    name_of(row, f),
			    name_of(row,
				row->given[row->facet_value] ? row->facet_value : row->facet_name));
		row->made.faceted = true;
	}
	if (row->made.faceted)
		row->given[row->facet_name] = row->given[row->facet_value] = true;
	return 0;
}

/* Fills the fault of a key that nothing gives. */
static void
refuse_missing(const struct fil_column *key, struct fil_fault *fault)
{
	struct fil_bytes prompt = { 0 };

	fil_column_prompt(key, &prompt);
	fil_fault_data(fault, "missing-header",
	    "%s is missing: say %s; or map a column with --map '%s=HEADER'", key->name, prompt.data,
	    key->name);
	fil_bytes_release(&prompt);
}

static void
put_value(struct fil_row *row, size_t c, const char *value)
{
	row->values[c] = value;
	row->lengths[c] = value ? strlen(value) : 0;
}

/* Makes the value of column c that neither the input gives nor a constant. */
static void
make_default(struct fil_row *row, size_t c)
{
	put_value(
	    row, c, c == row->filled_date ? row->today_text : empty_value(&row->table->columns[c]));
}

/* Returns where the value of column c comes from. */
static enum origin
origin_of(const struct fil_row *row, size_t c)
{
	bool found =
	    c == row->user && (row->found_by != FIL_NOWHERE || row->found_then != FIL_NOWHERE);
	bool of_facet = row->made.faceted && (c == row->facet_name || c == row->facet_value);

	if (row->set[c] || found || of_facet || row->matches[c] ||
	    (c == row->counted && row->counted_spec))
		return READ;
	if (!row->given[c])
		return FIXED;
	return row->input_gives[c] && !row->options.check ? TAKEN : READ;
}

/* Finds out where values come from, and makes those that are fixed. */
static void
bind_origins(struct fil_row *row)
{
	for (size_t c = 0; c < columns_made(row); c++) {
		row->origins[c] = origin_of(row, c);
		if (row->origins[c] == FIXED)
			make_default(row, c);
	}
}

const struct fil_row_made *
fil_row_bind(struct fil_row *row, const char *const *headers, const struct fil_row_amounts *amounts,
    struct fil_fault *fault)
{
	row->amounts = amounts;
	row->made.n_dates = row->made.n_defaults = 0;
	for (size_t c = 0; c < row->width; c++) {
		row->headers[c] = headers[c];
		row->input_gives[c] = headers[c] && !row->set[c];
		row->given[c] = headers[c] || row->set[c];
		if (row->input_gives[c] && column_of(row, c)->type == FIL_TYPE_DATE)
			row->dates[row->made.n_dates++] = c;
		if (row->input_gives[c] && (column_of(row, c)->fallback || c == row->filled_date))
			row->defaults[row->made.n_defaults++] = c;
	}
	bind_finder(row, headers);
	bind_matching(row);
	if (bind_facets(row, fault) < 0)
		return NULL;
	for (size_t c = 0; c < row->table->n_keys; c++) {
		const struct fil_column *key = &row->table->columns[c];

		if (!row->given[c] && c != row->filled_date && !key->may_be_empty) {
			refuse_missing(key, fault);
			return NULL;
		}
		row->given[c] = true;
	}
	bind_origins(row);
	return &row->made;
}

const char *
fil_row_today(const struct fil_row *row)
{
	size_t c = row->filled_date;

	return c == FIL_NOWHERE || row->set[c] || row->input_gives[c] ? NULL : name_of(row, c);
}

const char *
fil_row_lacks(const struct fil_row *row)
{
	bool facet = false;

	for (size_t f = row->table->n_columns; f < row->width; f++)
		facet |= row->set[f];
	for (size_t c = 0; c < columns_made(row); c++) {
		bool filled = c == row->filled_date ||
		    (facet && (c == row->facet_name || c == row->facet_value));

		if (!row->set[c] && !filled && !may_lack(&row->table->columns[c]))
			return row->table->columns[c].name;
	}
	return NULL;
}

/* Returns whether a date does not begin with its year. A date with one possible order only counts
 * too: it settles the order of the whole file. */
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

/* Finds the meaning of a cell. If the row's user is not found, another cell may find it, or the cell may be
 * the key; a unit settles which of several is meant. */
static enum fil_matched
find(struct fil_row *row, size_t c, const char **cell, size_t *length, struct fil_fault *fault)
{
	struct fil_matching *matching = row->options.matching;
	const char *then =
	    c == row->user && row->found_then != FIL_NOWHERE ? row->cells[row->found_then] : NULL;
	enum fil_matched matched;

	matching->unit = c == row->user && row->unit != FIL_NOWHERE ? row->cells[row->unit] : NULL;
	matched = fil_matching_cell(matching, c, row->finds[c], cell, length, fault);
	if (matched == FIL_MATCHED_NOTHING && then && then != *cell) {
		size_t n = strlen(then);

		matched = fil_matching_cell(matching, c, row->finds[c], &then, &n, fault);
		if (matched == FIL_MATCHED || !matching->or_key) {
			*cell = then;
			*length = n;
		}
	}
	return matched == FIL_MATCHED_NOTHING && matching->or_key ? FIL_MATCHED : matched;
}

/* Replaces the cell by its meaning. Returns 1, 0 when its user does not exist and the column is
 * optional, or -1 with a fault. */
static int
match(struct fil_row *row, size_t c, const char **cell, size_t *length, struct fil_fault *fault)
{
	enum fil_matched matched = find(row, c, cell, length, fault);
	bool nothing = matched == FIL_MATCHED_NOTHING;

	if (nothing && row->options.optional && row->options.optional[c])
		return 0;
	row->made.unknown_user |= nothing && c == row->user;
	return matched == FIL_MATCHED ? 1 : -1;
}

/* Returns the header of a cell, or NULL. */
static const char *
header_of(const struct fil_row *row, size_t from)
{
	return from < row->width ? row->headers[from] : NULL;
}

/* Adds to the fault of a cell of the input's column `from`, read as column c, what the cell may be. */
static void
explain(const struct fil_row *row, size_t c, size_t from, const char *cell, size_t length,
    struct fil_fault *fault)
{
	struct fil_column shown = row->table->columns[c];
	struct fil_value_doubt doubt;

	/* An empty facet makes no row. */
	shown.name = name_of(row, from);
	shown.required &= from == c;
	if (fil_value_doubt(&shown, row->doubts[c], cell, length, &doubt))
		fil_value_doubt_explain(&doubt, &shown, header_of(row, from), cell, fault);
}

/* Reads a matched cell of the input's column `from` as the value of column c. Returns 0, or -1 with a
 * fault that also says what the cell may be. */
static int
read_value(struct fil_row *row, size_t c, size_t from, const char *cell, size_t length,
    enum fil_date_order order, struct fil_fault *fault)
{
	const struct fil_column *column = &row->table->columns[c];

	if (fil_column_read(column, cell, length, order, &row->buffers[c], fault) == 0) {
		row->values[c] = row->buffers[c].data;
		row->lengths[c] = row->buffers[c].length;
		return check_value(row, c, row->values[c], fault);
	}
	explain(row, c, from, cell, length, fault);
	return -1;
}

/* Returns whether the cell needs an order of dates or a decimal sign that is not known. */
static bool
is_undecided(const struct fil_row *row, size_t c, const char *cell, enum fil_date_order order)
{
	return order == FIL_ORDER_UNKNOWN && row->table->columns[c].type == FIL_TYPE_DATE &&
	    needs_order(cell);
}

/* Reads the cell of column `from`, which is not stored as it is, as the value of column c. Returns
 * 0, or -1 for a date that needs an order or an amount that needs a decimal sign. */
static int
read_cell(struct fil_row *row, size_t c, size_t from, const char *cell, size_t length,
    enum fil_date_order order)
{
	struct fil_fault *fault = &row->faults[row->made.n_faults];
	char plain[FIL_AMOUNT_PLAIN];
	enum settled settled = SETTLED;
	int matched = 1;

	if (row->amounts && row->table->columns[c].type == FIL_TYPE_AMOUNT)
		settled = settle_amount(row->amounts, c, &cell, &length, plain);
	if (settled == UNDECIDED || is_undecided(row, c, cell, order)) {
		row->made.undecided = c;
		return -1;
	}
	if (settled == REFUSED)
		matched = refuse_open(cell, true, fault);
	else if (row->matches[c])
		matched = match(row, c, &cell, &length, fault);
	if (matched > 0 && row->finds[c]) { /* a stored key, as it is stored */
		fil_bytes_clear(&row->buffers[c]);
		fil_bytes_add(&row->buffers[c], cell, length);
		row->values[c] = row->buffers[c].data;
		row->lengths[c] = length;
		return 0;
	}
	if (matched > 0 && read_value(row, c, from, cell, length, order, fault) == 0)
		return 0;
	put_value(row, c, matched == 0 ? fil_value_unknown : NULL);
	if (matched != 0) {
		blame(row, from, fault);
		row->made.n_faults++;
	}
	return 0;
}

/* Returns the relative date, or NULL. The column it counts from is a key, and made already. */
static const char *
count_date(struct fil_row *row)
{
	fil_day from, day;

	if (!row->values[row->counted_from] ||
	    fil_date_parse(row->values[row->counted_from], &from) < 0 ||
	    fil_date_relative(row->counted_spec, row->options.today, from, &day) < 0)
		return NULL; /* the row has a fault already, in the column it counts from */
	fil_date_write(day, row->counted_text);
	return row->counted_text;
}

/* Returns whether an empty cell of the column leaves the stored value alone. The feed owns the row:
 * it is always what the input says. */
static bool
is_kept_empty(const struct fil_row *row, size_t c)
{
	const struct fil_column *column = &row->table->columns[c];

	return row->options.keep_empty && !column->key && !column->required &&
	    strcmp(column->name, "feed") != 0;
}

/* Makes the value of column c when the input's column `from` gives no cell. */
static void
make_empty(struct fil_row *row, size_t c, size_t from)
{
	const struct fil_column *column = &row->table->columns[c];
	const char *value = NULL;

	if (c == row->filled_date)
		value = row->today_text;
	else if (is_kept_empty(row, c))
		value = fil_value_kept;
	else if (may_lack(column))
		value = empty_value(column);
	else
		refuse_empty(row, from, &row->faults[row->made.n_faults++]);
	put_value(row, c, value);
}

/* Makes the value of column c from the input's column `from`. Returns as read_cell. */
static int
make_given(struct fil_row *row, size_t c, size_t from, const char *const *cells,
    const size_t *lengths, enum fil_date_order order)
{
	if (cells[from])
		return read_cell(row, c, from, cells[from], lengths[from], order);
	make_empty(row, c, from);
	return 0;
}

/* Returns the cell that names the row's user: the first of those that may which is not empty. */
static size_t
user_cell(const struct fil_row *row, const char *const *cells)
{
	size_t first = row->found_by != FIL_NOWHERE ? row->found_by : row->user;

	return row->found_then != FIL_NOWHERE && !cells[first] ? row->found_then : first;
}

/* Makes the value of column c. Returns as read_cell. */
static int
make_value(struct fil_row *row, size_t c, size_t facet, const char *const *cells,
    const size_t *lengths, enum fil_date_order order)
{
	size_t from = c;

	if (facet != FIL_NOWHERE && c == row->facet_name) {
		put_value(row, c, row->options.facets[facet]);
		return 0;
	}
	if (c == row->user)
		from = user_cell(row, cells);
	if (facet != FIL_NOWHERE && c == row->facet_value)
		from = row->table->n_columns + facet;
	if (c == row->counted && row->counted_spec)
		put_value(row, c, count_date(row));
	else if (from < row->width && row->set[from])
		put_value(row, c, row->constants[from]);
	else if (row->given[c] && (from >= row->width || row->input_gives[from]))
		return make_given(row, c, from, cells, lengths, order);
	else
		make_default(row, c);
	return 0;
}

size_t
fil_row_spell(struct fil_row *row, const char **cells, size_t *lengths)
{
	size_t dropped = fil_table_spell(row->table, cells, lengths, row->plain, row->spelt);

	for (size_t f = row->table->n_columns; f < row->width; f++) {
		if (!cells[f])
			continue;
		dropped +=
		    fil_column_spell(column_of(row, f), &cells[f], &lengths[f], &row->spelt[f]);
		if (lengths[f] == 0)
			cells[f] = NULL;
	}
	return dropped;
}

/* Returns whether a facet has a value in these cells, or by being set. */
static bool
has_facet(const struct fil_row *row, size_t facet, const char *const *cells)
{
	size_t c = row->table->n_columns + facet;

	return row->set[c] ? row->constants[c] != NULL : row->input_gives[c] && cells[c];
}

void
fil_row_sheet(struct fil_row *row, bool sheet)
{
	row->sheet = sheet;
}

/* Returns whether the input gives a column that the observer fills in: one outside the key. A
 * reference says for what the row counts. */
static bool
is_box(const struct fil_row *row, size_t c)
{
	const struct fil_column *column = &row->table->columns[c];

	return row->input_gives[c] && !column->key && !column->references;
}

/* Returns whether a row of a sheet was left as it was printed. A column with a default says so as a
 * required one does: an empty cell is a box left empty, and not the default. */
static bool
is_blank(const struct fil_row *row, const char *const *cells)
{
	bool blank = false;

	for (size_t c = 0; c < row->table->n_columns; c++) {
		const struct fil_column *column = &row->table->columns[c];
		bool box = is_box(row, c);

		if (box && cells[c])
			return false;
		if (box)
			blank |= column->required || column->fallback;
		else if (row->input_gives[c] && c != row->user && c != row->filled_date)
			blank |= column->key && !column->may_be_empty && !cells[c];
	}
	return blank;
}

enum fil_row_filled
fil_row_filled(const struct fil_row *row, const char *const *cells)
{
	size_t note;

	if (!row->made.faceted)
		return row->sheet && !row->keys_only && is_blank(row, cells) ? FIL_ROW_BLANK
									     : FIL_ROW_FILLED;
	for (size_t f = 0; f < row->options.n_facets; f++)
		if (has_facet(row, f, cells))
			return FIL_ROW_FILLED;
	note = fil_table_column(row->table, "note");
	return note != FIL_NOWHERE && row->input_gives[note] && cells[note] ? FIL_ROW_REMARK
									    : FIL_ROW_BLANK;
}

/* Returns whether a cell is the value of column c. */
static bool
is_taken(const struct fil_row *row, size_t c, const char *cell)
{
	return row->origins[c] == TAKEN && cell && row->plain[c] && !is_after_today(row, c, cell);
}

/* Checks the values of a row that is made. */
static void
check_row(struct fil_row *row)
{
	const struct fil_row_options *options = &row->options;

	if (options->check_row && !row->keys_only && row->made.n_faults == 0 &&
	    row->made.undecided == FIL_NOWHERE &&
	    options->check_row(options->store, row->values, options->today, row->faults) < 0)
		row->made.n_faults = 1;
}

const struct fil_row_made *
fil_row_make(struct fil_row *row, const char *const *cells, const size_t *lengths,
    enum fil_date_order order, size_t facet)
{
	struct fil_row_made *made = &row->made;
	size_t n = columns_made(row);

	if (facet != FIL_NOWHERE && !has_facet(row, facet, cells))
		return NULL;
	row->cells = cells;
	made->undecided = FIL_NOWHERE;
	made->n_faults = 0;
	made->unknown_user = false;
	for (size_t c = 0; c < n; c++) {
		if (row->origins[c] == FIXED)
			continue;
		if (is_taken(row, c, cells[c])) {
			row->values[c] = cells[c];
			row->lengths[c] = lengths[c];
		} else if (make_value(row, c, facet, cells, lengths, order) < 0) {
			break;
		}
	}
	check_row(row);
	return made;
}

const struct fil_row_made *
fil_row_make_key(struct fil_row *row, const char *const *cells, const size_t *lengths)
{
	size_t from = row->user == 0 ? user_cell(row, cells) : 0, length = lengths[from];
	const char *cell = cells[from];
	struct fil_fault fault;

	row->cells = cells;
	put_value(row, 0, row->set[0] ? row->constants[0] : NULL);
	if (row->set[0] || !cell)
		return row->values[0] ? &row->made : NULL;
	if (row->matches[0] && find(row, 0, &cell, &length, &fault) != FIL_MATCHED)
		return NULL;
	return read_value(row, 0, from, cell, length, FIL_ORDER_YMD, &fault) == 0 ? &row->made
										  : NULL;
}

void
fil_row_free(struct fil_row *row)
{
	if (!row)
		return;
	for (size_t c = 0; c < row->width; c++) {
		free(row->constants[c]);
		fil_bytes_release(&row->buffers[c]);
		fil_bytes_release(&row->spelt[c]);
	}
	free(row->counted_spec);
	free(row->doubts);
	free(row->set);
	free(row->constants);
	free(row->headers);
	free(row->input_gives);
	free(row->given);
	free(row->origins);
	free(row->finds);
	free(row->matches);
	free(row->dates);
	free(row->defaults);
	free(row->plain);
	free(row->buffers);
	free(row->spelt);
	free(row->values);
	free(row->lengths);
	free(row->faults);
	free(row);
}
