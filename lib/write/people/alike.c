/* SPDX-License-Identifier: ISC */
#include "lib/write/people/alike.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/hash.h"
#include "lib/base/language.h"
#include "lib/base/memory.h"
#include "lib/base/text.h"

/* Values that are compared: a column with more has one for each row. */
enum { VALUES_MOST = 20000 };

/* Values that are reported; more are counted with the last. */
enum { TOLD_MOST = 100 };

/* Values that the store is asked for one by one, before all that it has are read. */
enum { ASKED_MOST = 8 };

/* Values met last, by the first bytes of their hash: most rows have one of these. */
enum { RECENT_BITS = 12 };

/* A value of the column. */
struct value {
	char *text, *folded;
	const char *file; /* where the run has it first, or NULL: it is stored */
	size_t line, rows;
	bool stored; /* exactly so, before the run */
};

struct fil_alike {
	struct fil_run *run;
	const struct fil_table *table;
	size_t column;
	char *(*fold)(const char *text);
	struct fil_doubts *doubts;
	struct fil_hash *numbers; /* of the texts, in values */
	struct value *values;
	size_t n, room;
	bool learnt, countless; /* the stored values are here; or they were too many */
	uint16_t recent[1 << RECENT_BITS]; /* numbers of values, from 1 */
};

struct fil_alike *
fil_alike_new(struct fil_run *run, const struct fil_table *table, size_t column,
    char *(*fold)(const char *text), struct fil_doubts *doubts)
{
	struct fil_alike *alike = fil_alloc(1, sizeof *alike);

	alike->run = run;
	alike->table = table;
	alike->column = column;
	alike->fold = fold;
	alike->doubts = doubts;
	alike->numbers = fil_hash_new_map();
	return alike;
}

/* Returns a place among the recent values, by the length, the last bytes and those in the middle: the
 * parts of paths often end alike. */
static size_t
place_of(const char *text, size_t length)
{
	const uint64_t factor = UINT64_C(0xd6e8feb86659fd93);
	uint64_t middle = length, last = 0;

	if (length >= sizeof last) {
		memcpy(&middle, text + (length - sizeof middle) / 2, sizeof middle);
		memcpy(&last, text + length - sizeof last, sizeof last);
	} else {
		for (size_t i = 0; i < length; i++)
			last = last << 8 | (unsigned char)text[i];
	}
	return (size_t)(((middle * factor ^ last) * factor) >> (64 - RECENT_BITS));
}

/* Returns the number of a value, which is added if it is new; or FIL_NOWHERE when there are too
 * many. */
static size_t
number_of(struct fil_alike *alike, const char *text, size_t length)
{
	uint16_t *recent = &alike->recent[place_of(text, length)];
	bool fresh;
	size_t number;

	if (alike->n > VALUES_MOST)
		return FIL_NOWHERE;
	if (*recent > 0 && strcmp(alike->values[*recent - 1].text, text) == 0)
		return *recent - 1U;
	number = fil_hash_give(alike->numbers, text, length, alike->n, &fresh);
	*recent = (uint16_t)(number + 1);
	if (!fresh)
		return number;
	alike->values = fil_grow(alike->values, alike->n, &alike->room, sizeof *alike->values);
	alike->values[alike->n++] =
	    (struct value){ .text = fil_copy(text), .folded = alike->fold(text) };
	return number;
}

static void
release_value(const struct value *value)
{
	free(value->text);
	free(value->folded);
}

/* Forgets the values that no row of the run has. */
static void
keep_noted(struct fil_alike *alike)
{
	size_t kept = 0;
	bool fresh;

	fil_hash_free(alike->numbers);
	alike->numbers = fil_hash_new_map();
	memset(alike->recent, 0, sizeof alike->recent);
	for (size_t i = 0; i < alike->n; i++) {
		struct value *value = &alike->values[i];

		if (!value->file) {
			release_value(value);
			continue;
		}
		fil_hash_give(alike->numbers, value->text, strlen(value->text), kept, &fresh);
		alike->values[kept++] = *value;
	}
	alike->n = kept;
}

void
fil_alike_learn(struct fil_alike *alike, const char *value)
{
	size_t number;

	if (!value || alike->countless)
		return;
	number = number_of(alike, value, strlen(value));
	alike->countless = alike->n > VALUES_MOST;
	alike->learnt = !alike->countless;
	if (alike->countless)
		keep_noted(alike);
	else
		alike->values[number].stored = true;
}

void
fil_alike_note(
    struct fil_alike *alike, const char *file, size_t line, const char *before, const char *value)
{
	size_t number;

	if (!value || (before && strcmp(before, value) == 0))
		return;
	/* What the row had was stored. */
	if (before && (number = number_of(alike, before, strlen(before))) != FIL_NOWHERE)
		alike->values[number].stored = true;
	number = number_of(alike, value, strlen(value));
	if (number == FIL_NOWHERE)
		return;
	if (!alike->values[number].file) {
		alike->values[number].file = file;
		alike->values[number].line = line;
	}
	alike->values[number].rows++;
}

/* Steps through a query of one column, which may have the run as its parameter. Returns 1 if it had
 * a row, 0, or -1; each row becomes a stored value when `take`. */
static int
ask(struct fil_alike *alike, const char *sql, const char *text, bool take, struct fil_fault *fault)
{
	struct fil_query *query = fil_query_new(fil_run_store(alike->run), sql);
	int step = 0, any = 0;

	fil_query_bind_number(query, 1, fil_run_number(alike->run));
	if (text)
		fil_query_bind(query, 2, text);
	while (alike->n <= VALUES_MOST && (step = fil_query_step(query, fault)) == 1) {
		size_t number;

		any = 1;
		if (!take || !fil_query_text(query, 0))
			continue;
		number = number_of(alike, fil_query_text(query, 0), fil_query_length(query, 0));
		if (number != FIL_NOWHERE)
			alike->values[number].stored = true;
	}
	fil_query_free(query);
	return step < 0 ? -1 : any;
}

/* Returns a statement about the rows that other runs wrote; the caller frees it. */
static char *
statement(const struct fil_alike *alike, const char *select, const char *more)
{
	struct fil_bytes sql = { 0 };

	fil_bytes_add_text(&sql, select);
	fil_relation_add_columns(
	    &sql, &alike->table->relation, NULL, alike->column, alike->column + 1);
	fil_bytes_add_text(&sql, " FROM ");
	fil_relation_add_name(&sql, alike->table->name);
	fil_bytes_add_text(&sql, " WHERE run <> $1");
	if (more) {
		fil_bytes_add_text(&sql, " AND ");
		fil_relation_add_name(&sql, alike->table->columns[alike->column].name);
		fil_bytes_add_text(&sql, more);
	}
	return sql.data;
}

/* Finds out which values of the run were stored before. A few are asked for one by one; if there are
 * more, or one was not stored, all stored values are read. Returns 0 or -1. */
static int
read_stored(struct fil_alike *alike, struct fil_fault *fault)
{
	/* A server sends fewer rows; a file's engine would keep what it has seen in memory. */
	bool server = fil_store_on_server(fil_store_name(fil_run_store(alike->run)));
	char *one = statement(alike, "SELECT ", " = $2 LIMIT 1");
	char *all = statement(alike, server ? "SELECT DISTINCT " : "SELECT ", NULL);
	size_t n = alike->n, asked = 0;
	int result = 1;

	for (size_t i = 0; result == 1 && i < n; i++) {
		if (alike->values[i].stored)
			continue;
		result =
		    asked++ < ASKED_MOST ? ask(alike, one, alike->values[i].text, false, fault) : 0;
		if (result == 1)
			alike->values[i].stored = true;
	}
	if (result == 0)
		result = ask(alike, all, NULL, true, fault);
	free(one);
	free(all);
	return result < 0 ? -1 : 0;
}

/* Orders values by their folded form: stored ones first, then those of most rows, then those that
 * came first. */
static int
compare_values(const void *a, const void *b)
{
	const struct value *x = *(struct value *const *)a, *y = *(struct value *const *)b;
	int order = strcmp(x->folded, y->folded);

	if (order != 0)
		return order;
	if (x->stored != y->stored)
		return x->stored ? -1 : 1;
	if (x->rows != y->rows)
		return x->rows > y->rows ? -1 : 1;
	return x < y ? -1 : x > y;
}

/* Tells that a value, of so many rows, is like the first of its folded form. */
static void
tell(const struct fil_alike *alike, const struct value *value, const struct value *first,
    size_t rows)
{
	const char *column = alike->table->columns[alike->column].name;
	char *seen = fil_format(_("'%s' may be '%s'"), value->text, first->text);
	struct fil_bytes way_out = { 0 };

	fil_bytes_add_format(&way_out, "[values.%s] ", column);
	fil_quoted_add(&way_out, first->text, true);
	fil_bytes_add_text(&way_out, " = ");
	fil_quoted_add(&way_out, value->text, false);
	fil_doubts_begin(alike->doubts, value->file);
	fil_doubts_tell_alone(
	    alike->doubts, FIL_DOUBT_LOOK_ALIKE, value->line, column, seen, way_out.data, rows);
	free(seen);
	fil_bytes_release(&way_out);
}

/* Tells each value that is not stored exactly so and has another of the same folded form before
 * it. */
static void
tell_alike(struct fil_alike *alike, struct value **order)
{
	const struct value *last = NULL, *first_of_last = NULL;
	size_t told = 0, rows = 0;

	for (size_t i = 1; i < alike->n; i++) {
		const struct value *first = order[i - 1], *value = order[i];

		if (strcmp(first->folded, value->folded) != 0)
			continue;
		order[i] = order[i - 1]; /* the next is compared with the first */
		if (value->stored || !value->file)
			continue;
		if (++told < TOLD_MOST) {
			tell(alike, value, first, value->rows);
			continue;
		}
		rows += value->rows;
		if (!last) {
			last = value;
			first_of_last = first;
		}
	}
	if (last)
		tell(alike, last, first_of_last, rows);
}

int
fil_alike_judge(struct fil_alike *alike, bool stored, struct fil_fault *fault)
{
	struct value **order;

	if (alike->n == 0 || alike->n > VALUES_MOST ||
	    fil_doubts_allow(alike->doubts, FIL_DOUBT_LOOK_ALIKE))
		return 0;
	if (stored && !alike->learnt && read_stored(alike, fault) < 0)
		return -1;
	order = fil_alloc(alike->n, sizeof *order);
	for (size_t i = 0; i < alike->n; i++)
		order[i] = &alike->values[i];
	qsort(order, alike->n, sizeof *order, compare_values);
	tell_alike(alike, order);
	free(order);
	return 0;
}

void
fil_alike_free(struct fil_alike *alike)
{
	if (!alike)
		return;
	for (size_t i = 0; i < alike->n; i++)
		release_value(&alike->values[i]);
	free(alike->values);
	fil_hash_free(alike->numbers);
	free(alike);
}
