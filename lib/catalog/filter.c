/* SPDX-License-Identifier: ISC */
#include "lib/catalog/filter.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/memory.h"
#include "lib/base/number.h"
#include "lib/base/text.h"
#include "lib/base/utf8.h"
#include "lib/catalog/catalog.h"
#include "lib/catalog/value.h"
#include "lib/output/output.h"

enum comparison { EQUAL, UNEQUAL, LESS, AT_MOST, MORE, AT_LEAST, LIKE };

/* Longer ones first, so that "<=" is not read as '<'. */
static const struct {
	const char *text;
	enum comparison comparison;
} comparisons[] = { { "!=", UNEQUAL }, { "<=", AT_MOST }, { ">=", AT_LEAST }, { "=", EQUAL },
	{ "<", LESS }, { ">", MORE }, { "~", LIKE } };

struct condition {
	char *text; /* all of it */
	char *column;
	enum comparison comparison;
	char *given; /* as typed; "" is empty */
	size_t place; /* of the column, once bound */
	char *value; /* as the column stores it, once bound */
	bool number; /* compared as numbers */
	const struct fil_table
	    *named; /* has a row of that key, else a fault; NULL: not looked for */
	bool dated; /* date stands for value where the cell is a date */
	char date[FIL_DATE_SIZE];
};

struct fil_filter {
	struct condition *conditions;
	size_t n;
};

struct fil_filter *
fil_filter_new(void)
{
	return fil_alloc(1, sizeof(struct fil_filter));
}

/* Finds the comparison at the text. Returns its length, or 0. */
static size_t
read_comparison(const char *text, enum comparison *comparison)
{
	for (size_t i = 0; i < sizeof comparisons / sizeof *comparisons; i++) {
		size_t n = strlen(comparisons[i].text);
		if (strncmp(text, comparisons[i].text, n) == 0) {
			*comparison = comparisons[i].comparison;
			return n;
		}
	}
	return 0;
}

int
fil_filter_add(struct fil_filter *filter, const char *text, struct fil_fault *fault)
{
	struct condition condition = { 0 };
	size_t n = strcspn(text, "=!<>~"),
	       length = read_comparison(text + n, &condition.comparison);
	const char *column = text + strspn(text, " "), *value = text + n + length;

	while (n > 0 && text[n - 1] == ' ')
		n--;
	if (length == 0 || column >= text + n)
		return fil_fault_set(fault, FIL_USAGE,
		    "'%s' is not a condition such as 'unit=Accueil' (= != < <= > >= ~)", text);
	if (text[fil_utf8_check(text, strlen(text))] != '\0')
		return fil_fault_set(fault, FIL_USAGE, "'%s' is not valid UTF-8", text);
	value += strspn(value, " ");
	if (*value == '\0' && condition.comparison != EQUAL && condition.comparison != UNEQUAL)
		return fil_fault_set(fault, FIL_USAGE, "'%s' has no value to compare with", text);
	condition.text = fil_copy(text);
	condition.column = fil_copy_bytes(column, (size_t)(text + n - column));
	condition.given = fil_copy(value);
	filter->conditions = fil_resize(filter->conditions, filter->n + 1, sizeof condition);
	filter->conditions[filter->n++] = condition;
	return 0;
}

/* Makes a condition ready to be bound, also for a second time. Until then the value is the text as
 * typed, in NFC. */
static void
unbind(struct condition *condition)
{
	size_t n = strlen(condition->given);

	free(condition->value);
	condition->value = fil_text_needs_nfc(condition->given, n)
	    ? fil_text_nfc(condition->given, n)
	    : fil_copy(condition->given);
	condition->number = condition->dated = false;
	condition->named = NULL;
}

/* Finds the column among n names. Returns 0, or -1 with a fault that names the nearest. */
static int
find_column(
    struct condition *condition, const char *const *names, size_t n, struct fil_fault *fault)
{
	const char *column = condition->column;
	struct fil_bytes all = { 0 };

	for (size_t i = 0; i < n; i++) {
		if (strcmp(names[i], column) == 0) {
			condition->place = i;
			return 0;
		}
	}
	fil_fault_set(fault, FIL_USAGE, "there is no column '%s'", column);
	if (fil_fault_suggest(fault, column, names, n))
		return -1;
	for (size_t i = 0; i < n; i++)
		fil_bytes_add_format(&all, "%s%s", i == 0 ? "" : ", ", names[i]);
	fil_fault_set(fault, FIL_USAGE, "%s; there are %s", fault->text, all.data);
	fil_bytes_release(&all);
	return -1;
}

/* Reads the value as an import reads it for the column. Returns 0, or -1 with a usage fault. */
static int
bind_value(struct condition *condition, const struct fil_column *column, fil_day today,
    struct fil_fault *fault)
{
	struct fil_bytes stored = { 0 };
	char date[FIL_DATE_SIZE];
	const char *value = condition->value;
	fil_day day;

	condition->number = column->type == FIL_TYPE_INTEGER || column->type == FIL_TYPE_AMOUNT;
	if (column->type == FIL_TYPE_DATE && fil_date_relative(value, today, today, &day) == 0) {
		fil_date_write(day, date);
		value = date;
	}
	if (fil_column_read(column, value, strlen(value), FIL_ORDER_UNKNOWN, &stored, fault) != 0) {
		fil_bytes_release(&stored);
		return fil_fault_set(fault, FIL_USAGE, "%s: %s", column->name, fault->text);
	}
	free(condition->value);
	condition->value = stored.data;
	return 0;
}

static int
bind_to_table(struct condition *condition, const struct fil_table *table, const char *const *names,
    fil_day today, struct fil_fault *fault)
{
	unbind(condition);
	if (find_column(condition, names, table->n_columns, fault) != 0)
		return -1;
	if (*condition->given == '\0' || condition->comparison == LIKE)
		return 0;
	if (condition->comparison == EQUAL)
		condition->named = fil_name_table(&table->columns[condition->place]);
	return bind_value(condition, &table->columns[condition->place], today, fault);
}

int
fil_filter_bind(struct fil_filter *filter, const struct fil_table *table, fil_day today,
    struct fil_fault *fault)
{
	const char **names = fil_alloc(table->n_columns, sizeof *names);
	int status = 0;

	for (size_t i = 0; i < table->n_columns; i++)
		names[i] = table->columns[i].name;
	for (size_t i = 0; i < filter->n && status == 0; i++)
		status = bind_to_table(&filter->conditions[i], table, names, today, fault);
	free(names);
	return status;
}

int
fil_filter_check(const struct fil_filter *filter, struct fil_store *store, struct fil_fault *fault)
{
	for (size_t i = 0; i < filter->n; i++) {
		const struct condition *condition = &filter->conditions[i];

		if (condition->named &&
		    fil_name_check(
			store, condition->named, condition->column, condition->value, fault) < 0)
			return -1;
	}
	return 0;
}

/* A column of a report has no type but number and day. In a column of texts a relative date counts
 * as one only for a cell that is a date. So a group called "today" can still be selected. */
static int
bind_to_column(struct condition *condition, const struct fil_output_column *column, fil_day today,
    struct fil_fault *fault)
{
	fil_day day;

	if (*condition->given == '\0' || condition->comparison == LIKE)
		return 0;
	if (fil_output_number(column)) {
		char *decimal = fil_decimal_read(condition->given);
		if (!decimal)
			return fil_fault_set(fault, FIL_USAGE, "%s: '%s' is not a number",
			    column->name, condition->given);
		free(condition->value);
		condition->value = decimal;
		condition->number = true;
	} else if (fil_date_relative(condition->given, today, today, &day) == 0) {
		fil_date_write(day, condition->date);
		condition->dated = true;
	} else if (column->kind == FIL_CELL_DAY && fil_date_parse(condition->given, &day) < 0) {
		return fil_fault_set(
		    fault, FIL_USAGE, "%s: '%s' is not a date", column->name, condition->given);
	}
	return 0;
}

int
fil_filter_bind_columns(struct fil_filter *filter, const struct fil_output_column *columns,
    size_t n, fil_day today, struct fil_fault *fault)
{
	const char **names = fil_alloc(n, sizeof *names);
	int status = 0;

	for (size_t i = 0; i < n; i++)
		names[i] = columns[i].name;
	for (size_t i = 0; i < filter->n && status == 0; i++) {
		struct condition *c = &filter->conditions[i];
		unbind(c);
		status = find_column(c, names, n, fault);
		if (status == 0)
			status = bind_to_column(c, &columns[c->place], today, fault);
	}
	free(names);
	return status;
}

static int
compare(const struct condition *condition, const char *cell)
{
	fil_day day;

	if (condition->number)
		return fil_decimal_compare(cell, condition->value);
	if (condition->dated && fil_date_parse(cell, &day) == 0)
		return strcmp(cell, condition->date);
	return strcmp(cell, condition->value);
}

static bool
condition_holds(const struct condition *condition, const char *cell)
{
	bool cell_empty = !cell || *cell == '\0', value_empty = *condition->given == '\0';

	if (cell_empty || value_empty)
		return condition->comparison == (cell_empty == value_empty ? EQUAL : UNEQUAL);
	switch (condition->comparison) {
	case LIKE: return fil_text_glob(condition->value, cell);
	case EQUAL: return compare(condition, cell) == 0;
	case UNEQUAL: return compare(condition, cell) != 0;
	case LESS: return compare(condition, cell) < 0;
	case AT_MOST: return compare(condition, cell) <= 0;
	case MORE: return compare(condition, cell) > 0;
	case AT_LEAST: return compare(condition, cell) >= 0;
	}
	return false;
}

bool
fil_filter_holds(const struct fil_filter *filter, const char *const *cells)
{
	for (size_t i = 0; i < filter->n; i++)
		if (!condition_holds(&filter->conditions[i], cells[filter->conditions[i].place]))
			return false;
	return true;
}

/* Returns whether a pattern is plain text and one star behind it. */
static bool
is_prefix(const char *pattern)
{
	size_t n = strcspn(pattern, "*?[\\");

	return n > 0 && strcmp(pattern + n, "*") == 0;
}

/* Returns whether SQL decides as condition_holds does. Engines compare text by its bytes. */
static bool
has_sql(const struct condition *condition)
{
	if (*condition->given == '\0')
		return true;
	return !condition->number && !condition->dated &&
	    (condition->comparison != LIKE || is_prefix(condition->value));
}

/* Adds a condition on a column of that name. */
static void
add_condition(const struct condition *condition, const char *name, struct fil_statement *statement)
{
	static const char *const signs[] = { [EQUAL] = "=",
		[UNEQUAL] = "<>",
		[LESS] = "<",
		[AT_MOST] = "<=",
		[MORE] = ">",
		[AT_LEAST] = ">=" };
	char *prefix;

	if (condition->comparison == LIKE) {
		prefix = fil_copy_bytes(condition->value, strlen(condition->value) - 1);
		fil_statement_add(statement, " AND substr(%s, 1, length(", name);
		fil_statement_add_value(statement, prefix);
		fil_statement_add(statement, ")) = ");
		fil_statement_add_value(statement, prefix);
		free(prefix);
		return;
	}
	/* An empty cell meets no comparison but one. */
	if (*condition->given != '\0' && condition->comparison != UNEQUAL)
		fil_statement_add(statement, " AND %s <> ''", name);
	fil_statement_add(
	    statement, " AND coalesce(%s, '') %s ", name, signs[condition->comparison]);
	fil_statement_add_value(statement, *condition->given == '\0' ? "" : condition->value);
}

bool
fil_filter_add_to(
    const struct fil_filter *filter, const char *alias, struct fil_statement *statement)
{
	for (size_t i = 0; i < filter->n; i++)
		if (!has_sql(&filter->conditions[i]))
			return false;
	for (size_t i = 0; statement && i < filter->n; i++) {
		struct fil_bytes name = { 0 };

		fil_bytes_add_format(&name, "%s.", alias);
		fil_relation_add_name(&name, filter->conditions[i].column);
		add_condition(&filter->conditions[i], name.data, statement);
		fil_bytes_release(&name);
	}
	return true;
}

bool
fil_filter_equals(const struct fil_filter *filter, const char *column)
{
	for (size_t i = 0; i < filter->n; i++) {
		const struct condition *condition = &filter->conditions[i];

		if (condition->comparison == EQUAL && *condition->given != '\0' &&
		    strcmp(condition->column, column) == 0)
			return true;
	}
	return false;
}

size_t
fil_filter_count(const struct fil_filter *filter)
{
	return filter->n;
}

const char *
fil_filter_condition(const struct fil_filter *filter, size_t i)
{
	return filter->conditions[i].text;
}

struct fil_filter_term
fil_filter_term(const struct fil_filter *filter, size_t i)
{
	const struct condition *condition = &filter->conditions[i];
	enum comparison comparison = condition->comparison;

	return (struct fil_filter_term){ .column = condition->place,
		.order = (comparison == MORE || comparison == AT_LEAST) -
		    (comparison == LESS || comparison == AT_MOST),
		.empty = *condition->given == '\0' };
}

void
fil_filter_free(struct fil_filter *filter)
{
	if (!filter)
		return;
	for (size_t i = 0; i < filter->n; i++) {
		free(filter->conditions[i].text);
		free(filter->conditions[i].column);
		free(filter->conditions[i].given);
		free(filter->conditions[i].value);
	}
	free(filter->conditions);
	free(filter);
}
