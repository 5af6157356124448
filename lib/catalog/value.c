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

/* Returns how many bytes from the start, in steps of eight, are printable ASCII. */
static size_t
plain_bytes(const char *text, size_t n)
{
	const uint64_t ones = UINT64_C(0x0101010101010101), tops = ones << 7;
	size_t at = 0;

	for (; n - at >= 8; at += 8) {
		uint64_t w, del;

		memcpy(&w, text + at, 8);
		del = w ^ ones * 0x7f;
		/* A borrow comes only from a byte that is itself refused, so the test is exact. */
		if (((w | (w - ones * 0x20) | (del - ones)) & tops) != 0)
			break;
	}
	return at;
}

/* Returns whether the text has no control character and no character from U+0300 on. NFC does not
 * change such a text. Nearly all cells are such. */
static bool
is_plain(const char *text, size_t n)
{
	size_t at = plain_bytes(text, n);

	while (at < n) {
		unsigned char c = (unsigned char)text[at];

		if (c >= 0x20 && c < 0x7f)
			at++;
		else if ((c > 0xc2 && c < 0xcc) ||
		    (c == 0xc2 && (unsigned char)text[at + 1] >= 0xa0))
			at += 2;
		else
			return false;
	}
	return true;
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

/* Returns 0 when no character is a control character, else -1 with a fault. */
static int
check_controls(const char *cell, size_t n, bool line_breaks, struct fil_fault *fault)
{
	size_t at = fil_text_control(cell, n, line_breaks);

	if (at == n)
		return 0;
	if (cell[at] == '\n' || cell[at] == '\r')
		return refuse(fault, "constraint-error", cell, n, "holds a line break");
	return refuse(fault, "constraint-error", cell, n, "holds a control character");
}

/* Returns whether the byte is an ASCII character with ink. */
static bool
is_graphic(char c)
{
	return c > ' ' && c < 0x7f;
}

/* Returns whether the cell begins or ends with a space of any kind, also one without width. Such a
 * key looks like another key. */
static bool
has_space_at_ends(const char *cell, size_t n)
{
	static const char *const spaces[] = { " ", "\u00a0", "\u1680", "\u2000", "\u2001", "\u2002",
		"\u2003", "\u2004", "\u2005", "\u2006", "\u2007", "\u2008", "\u2009", "\u200a",
		"\u200b", "\u202f", "\u205f", "\u3000", "\ufeff" };

	if (is_graphic(cell[0]) && is_graphic(cell[n - 1]))
		return false;
	for (size_t i = 0; i < sizeof spaces / sizeof *spaces; i++) {
		size_t width = strlen(spaces[i]);

		if (width <= n &&
		    (memcmp(cell, spaces[i], width) == 0 ||
			memcmp(cell + n - width, spaces[i], width) == 0))
			return true;
	}
	return false;
}

/* Keys are stored byte for byte as they come: references are compared so in the store. */
static int
read_key(const char *cell, size_t n, struct fil_bytes *value, struct fil_fault *fault)
{
	if (!is_plain(cell, n) && check_controls(cell, n, false, fault) != 0)
		return -1;
	if (has_space_at_ends(cell, n))
		return refuse(fault, "constraint-error", cell, n,
		    "has a space at an end, which a key cannot");
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

	if (!is_plain(cell, n)) {
		if (check_controls(cell, n, is_long, fault) != 0)
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

/* Returns whether a cell of n bytes is stored as it is. */
static bool
is_stored_so(const struct fil_column *column, const char *cell, size_t n)
{
	if (column->type == FIL_TYPE_KEY)
		return n <= KEY_CHARACTERS && is_plain(cell, n) && !has_space_at_ends(cell, n);
	if (column->type == FIL_TYPE_TEXT)
		return n <= TEXT_CHARACTERS && is_plain(cell, n);
	return column->type == FIL_TYPE_DATE && is_plain_date(cell, n);
}

void
fil_table_plain(const struct fil_table *table, size_t n, const char *const *cells,
    const size_t *lengths, bool *plain)
{
	for (size_t c = 0; c < n; c++)
		plain[c] = cells[c] && is_stored_so(&table->columns[c], cells[c], lengths[c]);
}

int
fil_column_read(const struct fil_column *column, const char *cell, size_t n,
    enum fil_date_order order, struct fil_bytes *value, struct fil_fault *fault)
{
	fil_bytes_clear(value);
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
