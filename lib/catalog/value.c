/* SPDX-License-Identifier: ISC */
#include "lib/catalog/value.h"

#include <limits.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "lib/base/number.h"
#include "lib/base/text.h"

enum {
	KEY_CHARACTERS = 64,
	TEXT_CHARACTERS = 1000,
	LONG_TEXT_BYTES = 65536,
	SHOWN_CHARACTERS = 64, /* of a value in a message */
};

/* A control character, which no value holds. */
const char fil_value_kept[] = "\x1a";

bool
fil_value_is_kept(const char *value)
{
	return value && *value == *fil_value_kept;
}

static size_t
characters(const char *text, size_t n)
{
	size_t count = 0;

	for (size_t i = 0; i < n; i++)
		count += ((unsigned char)text[i] & 0xc0) != 0x80;
	return count;
}

char *
fil_value_shown(const char *cell, size_t n)
{
	struct fil_bytes cut = { 0 };
	size_t end = 0, count = 0;
	char *escaped;

	while (end < n && (((unsigned char)cell[end] & 0xc0) == 0x80 || count++ < SHOWN_CHARACTERS))
		end++;
	fil_bytes_add(&cut, cell, end);
	fil_bytes_add_text(&cut, end < n ? "…" : "");
	escaped = fil_text_escape(cut.data);
	fil_bytes_release(&cut);
	return escaped;
}

/* Fills the fault with "'value' what is wrong", and returns -1. */
__attribute__((format(printf, 5, 6))) static int
refuse(
    struct fil_fault *fault, const char *kind, const char *cell, size_t n, const char *format, ...)
{
	char *value = fil_value_shown(cell, n), wrong[256];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(wrong, sizeof wrong, format, arguments);
	va_end(arguments);
	fil_fault_data(fault, kind, "'%s' %s", value, wrong);
	free(value);
	return -1;
}

/* Refuses control characters, and U+FFFD, which stands for a lost character. Returns 0, or -1 with
 * a fault. */
static int
check_characters(const char *cell, size_t n, bool line_breaks, struct fil_fault *fault)
{
	size_t at = fil_text_control(cell, n, line_breaks);

	if (at == n && memmem(cell, n, "\uFFFD", 3))
		return refuse(fault, "encoding-error", cell, n,
		    "holds U+FFFD: the program that wrote it lost a character");
	if (at == n)
		return 0;
	if (cell[at] == '\n' || cell[at] == '\r')
		return refuse(fault, "constraint-error", cell, n, "holds a line break");
	return refuse(fault, "constraint-error", cell, n, "holds a control character");
}

static int
read_key(const char *cell, size_t n, struct fil_bytes *value, struct fil_fault *fault)
{
	if (!fil_text_is_tidy(cell, n) && check_characters(cell, n, false, fault) != 0)
		return -1;
	if (n > KEY_CHARACTERS && characters(cell, n) > KEY_CHARACTERS)
		return refuse(fault, "constraint-error", cell, n,
		    "has %zu characters; a key has %d at most", characters(cell, n),
		    KEY_CHARACTERS);
	fil_bytes_add(value, cell, n);
	return 0;
}

static int
read_text(
    const char *cell, size_t n, bool is_long, struct fil_bytes *value, struct fil_fault *fault)
{
	size_t length;

	if (!fil_text_is_tidy(cell, n)) {
		if (check_characters(cell, n, is_long, fault) != 0)
			return -1;
		if (fil_text_needs_nfc(cell, n)) {
			char *nfc = fil_text_nfc(cell, n);

			fil_bytes_add_text(value, nfc);
			free(nfc);
		}
	}
	if (value->length == 0)
		fil_bytes_add(value, cell, n);
	if (is_long && value->length > LONG_TEXT_BYTES)
		return refuse(fault, "constraint-error", cell, n,
		    "has %zu bytes; this column has %d at most", value->length, LONG_TEXT_BYTES);
	if (is_long || value->length <= TEXT_CHARACTERS)
		return 0;
	length = characters(value->data, value->length);
	if (length > TEXT_CHARACTERS)
		return refuse(fault, "constraint-error", cell, n,
		    "has %zu characters; this column has %d at most", length, TEXT_CHARACTERS);
	return 0;
}

static int
read_date(const char *cell, size_t n, enum fil_date_order order, struct fil_bytes *value,
    struct fil_fault *fault)
{
	char text[FIL_DATE_SIZE];
	const char *remedy;
	fil_day day;

	switch (fil_date_read(cell, order, &day)) {
	case FIL_DATE_BAD:
		remedy = fil_date_remedy(cell);
		return refuse(fault, "type-error", cell, n, "is not a date%s%s", remedy ? ": " : "",
		    remedy ? remedy : "");
	case FIL_DATE_UNPROVED:
		return refuse(fault, "date-order", cell, n, "may be day first or month first");
	case FIL_DATE_OK:
	case FIL_DATE_PROVES_DMY:
	case FIL_DATE_PROVES_MDY: break;
	}
	/* Only yyyy-mm-dd has this length and a '-' at this place. */
	if (n == sizeof text - 1 && cell[4] == '-') {
		fil_bytes_add(value, cell, n);
		return 0;
	}
	fil_date_write(day, text);
	fil_bytes_add(value, text, sizeof text - 1);
	return 0;
}

/* Reads a whole number to which a program has added ".0" or ",00"; three zeros may be thousands.
 * Returns 0, or -1. */
static int
read_padded(const struct fil_column *column, const char *cell, long long *number)
{
	size_t n = strcspn(cell, ".,"), zeros = cell[n] == '\0' ? 0 : strspn(cell + n + 1, "0");
	char whole[24];

	if (zeros < 1 || zeros > 2 || cell[n + 1 + zeros] != '\0' || n >= sizeof whole)
		return -1;
	memcpy(whole, cell, n);
	whole[n] = '\0';
	return fil_number_read(whole, column->minimum, column->maximum, number);
}

static int
read_integer(const struct fil_column *column, const char *cell, size_t n, struct fil_bytes *value,
    struct fil_fault *fault)
{
	long long number;

	if (fil_number_read(cell, column->minimum, column->maximum, &number) == 0) {
		/* Most cells have the stored form already. */
		if (*cell >= '1' && *cell <= '9')
			fil_bytes_add(value, cell, n);
		else
			fil_bytes_add_format(value, "%lld", number);
		return 0;
	}
	if (read_padded(column, cell, &number) != 0) {
		bool whole = fil_number_read(cell, LLONG_MIN, LLONG_MAX, &number) == 0;

		return refuse(fault, whole ? "constraint-error" : "type-error", cell, n,
		    "is not a whole number from %lld to %lld", column->minimum, column->maximum);
	}
	fil_bytes_add_format(value, "%lld", number);
	return 0;
}

static int
read_amount(const char *cell, size_t n, struct fil_bytes *value, struct fil_fault *fault)
{
	char canonical[FIL_AMOUNT_SIZE];

	if (fil_amount_read(cell, canonical) != 0)
		return refuse(
		    fault, "type-error", cell, n, "is not a number with at most 3 decimals");
	if (fil_amount_thousandths(canonical) < 0)
		return refuse(fault, "constraint-error", cell, n, "is below 0");
	fil_bytes_add_text(value, canonical);
	return 0;
}

/* Returns the choice that the cell means, or NULL. */
static const char *
find_choice(const char *const *choices, const char *cell)
{
	const char *const *choice, *found = NULL;
	char *folded;

	for (choice = choices; *choice != NULL; choice++)
		if (strcasecmp(*choice, cell) == 0)
			return *choice;
	folded = fil_text_fold(cell);
	for (choice = choices; *choice && !found; choice++) {
		char *word = fil_text_fold(*choice);

		if (strcmp(word, folded) == 0)
			found = *choice;
		free(word);
	}
	free(folded);
	return found;
}

static int
read_choice(const struct fil_column *column, const char *cell, size_t n, struct fil_bytes *value,
    struct fil_fault *fault)
{
	const char *choice = find_choice(column->choices, cell);
	struct fil_bytes list = { 0 };

	if (choice) {
		fil_bytes_add_text(value, choice);
		return 0;
	}
	for (const char *const *each = column->choices; *each != NULL; each++)
		fil_bytes_add_format(&list, "%s%s", list.length > 0 ? ", " : "", *each);
	refuse(fault, "constraint-error", cell, n, "is not one of %s", list.data);
	fil_bytes_release(&list);
	return -1;
}

/* Returns the number of two digits; 100 or more if they are not digits. */
static unsigned
two_digits(const char *text)
{
	unsigned tens = (unsigned char)text[0] - (unsigned)'0';
	unsigned ones = (unsigned char)text[1] - (unsigned)'0';

	return tens < 10 && ones < 10 ? tens * 10 + ones : 100;
}

/* Returns whether a cell is a stored date of day 1 to 28, which every month has. */
static bool
is_plain_date(const char *cell, size_t n)
{
	unsigned century, month, day;

	if (n != FIL_DATE_SIZE - 1 || cell[4] != '-' || cell[7] != '-')
		return false;
	century = two_digits(cell);
	month = two_digits(cell + 5);
	day = two_digits(cell + 8);
	return century >= 16 && century < 100 && two_digits(cell + 2) < 100 && month >= 1 &&
	    month <= 12 && day >= 1 && day <= 28;
}

/* Returns whether a path has a space before or after a '/'. */
static bool
has_space_beside_slash(const char *cell, size_t n)
{
	const char *end = cell + n, *slash = cell;

	for (; (slash = memchr(slash, '/', (size_t)(end - slash))); slash++)
		if ((slash > cell && slash[-1] == ' ') || slash[1] == ' ')
			return true;
	return false;
}

/* Returns how cells of the column are spelt. */
static enum fil_spelling
spelling_of(const struct fil_column *column)
{
	if (column->type == FIL_TYPE_KEY)
		return FIL_SPELL_KEY;
	return column->type == FIL_TYPE_LONG_TEXT ? FIL_SPELL_FREE : column->spelling;
}

/* Returns whether a cell of n bytes is stored as it is. */
static bool
is_stored_so(const struct fil_column *column, const char *cell, size_t n)
{
	if (column->type == FIL_TYPE_KEY)
		return n <= KEY_CHARACTERS && fil_text_is_tidy(cell, n);
	if (column->type == FIL_TYPE_TEXT)
		return n <= TEXT_CHARACTERS && fil_text_is_tidy(cell, n) &&
		    (column->spelling != FIL_SPELL_PATH || !has_space_beside_slash(cell, n));
	return column->type == FIL_TYPE_DATE && is_plain_date(cell, n);
}

bool
fil_column_spell(
    const struct fil_column *column, const char **cell, size_t *n, struct fil_bytes *spelt)
{
	enum fil_spelling spelling = spelling_of(column);
	bool dropped;

	if (spelling == FIL_SPELL_FREE)
		return false;
	if (fil_text_is_tidy(*cell, *n) &&
	    (spelling != FIL_SPELL_PATH || !has_space_beside_slash(*cell, *n)))
		return false;
	dropped = fil_text_spell(*cell, *n, spelling, spelt);
	*cell = spelt->data;
	*n = spelt->length;
	return dropped;
}

size_t
fil_table_spell(const struct fil_table *table, size_t n, const char **cells, size_t *lengths,
    bool *plain, struct fil_bytes *spelt)
{
	size_t dropped = 0;

	for (size_t c = 0; c < n; c++) {
		const struct fil_column *column = &table->columns[c];

		plain[c] = cells[c] && is_stored_so(column, cells[c], lengths[c]);
		if (plain[c] || !cells[c])
			continue;
		dropped += fil_column_spell(column, &cells[c], &lengths[c], &spelt[c]);
		if (lengths[c] == 0)
			cells[c] = NULL;
	}
	return dropped;
}

/* Reads a cell that is spelt, and not empty. */
static int
read_spelt(const struct fil_column *column, const char *cell, size_t n, enum fil_date_order order,
    struct fil_bytes *value, struct fil_fault *fault)
{
	switch (column->type) {
	case FIL_TYPE_KEY: return read_key(cell, n, value, fault);
	case FIL_TYPE_TEXT: return read_text(cell, n, false, value, fault);
	case FIL_TYPE_LONG_TEXT: return read_text(cell, n, true, value, fault);
	case FIL_TYPE_DATE: return read_date(cell, n, order, value, fault);
	case FIL_TYPE_INTEGER: return read_integer(column, cell, n, value, fault);
	case FIL_TYPE_AMOUNT: return read_amount(cell, n, value, fault);
	case FIL_TYPE_CHOICE: return read_choice(column, cell, n, value, fault);
	}
	fil_bug("column %s has no type", column->name);
}

int
fil_column_read(const struct fil_column *column, const char *cell, size_t n,
    enum fil_date_order order, struct fil_bytes *value, struct fil_fault *fault)
{
	struct fil_bytes spelt = { 0 };
	const char *text = cell;
	size_t length = n;
	int result;

	fil_bytes_clear(value);
	fil_column_spell(column, &text, &length, &spelt);
	if (length == 0)
		result = refuse(fault, "missing-value", cell, n, "holds nothing but white space");
	else
		result = read_spelt(column, text, length, order, value, fault);
	fil_bytes_release(&spelt);
	return result;
}

int
fil_column_check(const struct fil_column *column, const char *cell, size_t n,
    struct fil_bytes *spare, struct fil_fault *fault)
{
	char *stored;

	if (!cell && (column->key || column->required))
		return fil_fault_data(fault, "missing-value", "is empty");
	if (!cell || (n == 0 && column->may_be_empty))
		return 0;
	if (n == 0)
		return fil_fault_data(fault, "missing-value", "is an empty text");
	if (memchr(cell, '\0', n))
		return refuse(
		    fault, "constraint-error", cell, strlen(cell), "goes on behind a NUL");
	if (fil_utf8_check(cell, n) < n)
		return refuse(fault, "encoding-error", cell, n, "is not UTF-8");
	if (is_stored_so(column, cell, n))
		return 0;
	if (fil_column_read(column, cell, n, FIL_ORDER_YMD, spare, fault) != 0)
		return -1;
	if (spare->length == n && memcmp(spare->data, cell, n) == 0)
		return 0;
	stored = fil_value_shown(spare->data, spare->length);
	refuse(fault, "constraint-error", cell, n, "would be stored as '%s'", stored);
	free(stored);
	return -1;
}
