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
#include "lib/base/utf8.h"
#include "lib/store/query.h"

enum {
	KEY_CHARACTERS = 64,
	TEXT_CHARACTERS = 1000,
	LONG_TEXT_BYTES = 65536,
	SHOWN_CHARACTERS = 64, /* of a value in a message */
};

/* A control character, which no value holds. */
const char fil_value_kept[] = "\x1a";
const char fil_value_unknown[] = "\x1a?";

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

/* A value as a message shows it. The longest form of a character is \u{10ffff}. */
struct shown {
	char text[SHOWN_CHARACTERS * 10 + sizeof "…"];
};

static struct shown
show(const char *cell, size_t n)
{
	char *text = fil_value_shown(cell, n);
	struct shown shown;

	snprintf(shown.text, sizeof shown.text, "%s", text);
	free(text);
	return shown;
}

/* Refuses control characters, and U+FFFD, which stands for a lost character. Returns 0, or -1 with
 * a fault. */
static int
check_characters(const char *cell, size_t n, bool line_breaks, struct fil_fault *fault)
{
	size_t at = fil_text_control(cell, n, line_breaks);

	if (at == n && memmem(cell, n, "\uFFFD", 3))
		return fil_fault_data(fault, "encoding-error",
		    "'%s' holds U+FFFD: the program that wrote it lost a character",
		    show(cell, n).text);
	if (at == n)
		return 0;
	if (cell[at] == '\n' || cell[at] == '\r')
		return fil_fault_data(
		    fault, "constraint-error", "'%s' holds a line break", show(cell, n).text);
	return fil_fault_data(
	    fault, "constraint-error", "'%s' holds a control character", show(cell, n).text);
}

/* Sixteen bytes, all compared at once. */
typedef uint8_t block __attribute__((vector_size(16)));
typedef uint64_t halves __attribute__((vector_size(16)));

static inline block
two_words(uint64_t first, uint64_t second)
{
	return (block)(halves){ first, second };
}

/* Returns the n bytes at a place, from 8 to 15, some of them twice. */
static inline block
words_at(const char *text, size_t n)
{
	return two_words(fil_word_at(text), fil_word_at(text + n - 8));
}

/* Returns the n bytes at a place, from 4 to 7, some of them several times. */
static inline block
half_words_at(const char *text, size_t n)
{
	uint32_t first, last;
	uint64_t word;

	memcpy(&first, text, sizeof first);
	memcpy(&last, text + n - sizeof last, sizeof last);
	word = first | (uint64_t)last << 32;
	return two_words(word, word);
}

/* Returns whether bytes, each with the next one, are tidy. U+00A0, U+00AD and the controls beyond
 * ASCII begin with 0xC2, and what is from U+0300 on begins above 0xCB. */
static inline bool
are_tidy(block bytes, block next, block slash)
{
	const block space = (block){ 0 } + ' ';
	halves bad = (halves)((bytes < 0x20) | (bytes == 0x7F) | (bytes == 0xC2) | (bytes > 0xCB) |
	    ((bytes == space) & ((next == space) | (next == slash))) |
	    ((bytes == slash) & (next == space)));

	return (bad[0] | bad[1]) == 0;
}

/* Returns whether a text of 16 bytes or more is tidy. The last block overlaps the one before. */
static bool
is_tidy_long(const char *text, size_t n, block slash)
{
	block bytes, next;

	for (size_t at = 0;;
	     at = n - at < 2 * sizeof bytes ? n - sizeof bytes : at + sizeof bytes) {
		memcpy(&bytes, text + at, sizeof bytes);
		memcpy(&next, text + at + 1, sizeof next);
		if (!are_tidy(bytes, next, slash))
			return false;
		if (at + sizeof bytes == n)
			return true;
	}
}

/* Returns whether a text of under four bytes is tidy, when all is ASCII. */
static bool
is_tidy_short(const char *text, size_t n, char slash)
{
	for (size_t i = 0; i < n; i++)
		if ((signed char)text[i] < ' ' || text[i] == '\x7F' ||
		    (text[i] == ' ' && (text[i + 1] == ' ' || text[i + 1] == slash)) ||
		    (text[i] == slash && text[i + 1] == ' '))
			return false;
	return true;
}

/* Returns whether fil_text_spell leaves valid UTF-8, with a NUL after it, as it is; false says
 * nothing. slash: no space is beside it; or a space. True also says that the text has no control
 * character and is NFC. */
static bool
is_tidy(const char *text, size_t n, char slash)
{
	const block slashes = (block){ 0 } + (uint8_t)slash;

	if (n == 0 || text[0] == ' ' || text[n - 1] == ' ')
		return n == 0;
	if (n >= sizeof slashes)
		return is_tidy_long(text, n, slashes);
	if (n >= 8)
		return are_tidy(words_at(text, n), words_at(text + 1, n), slashes);
	if (n >= 4)
		return are_tidy(half_words_at(text, n), half_words_at(text + 1, n), slashes);
	return is_tidy_short(text, n, slash);
}

static int
read_key(const char *cell, size_t n, struct fil_bytes *value, struct fil_fault *fault)
{
	if (!is_tidy(cell, n, ' ') && check_characters(cell, n, false, fault) != 0)
		return -1;
	if (n > KEY_CHARACTERS && characters(cell, n) > KEY_CHARACTERS)
		return fil_fault_data(fault, "constraint-error",
		    "'%s' has %zu characters; a key has %d at most", show(cell, n).text,
		    characters(cell, n), KEY_CHARACTERS);
	fil_bytes_add(value, cell, n);
	return 0;
}

static int
read_text(
    const char *cell, size_t n, bool is_long, struct fil_bytes *value, struct fil_fault *fault)
{
	size_t length;

	if (!is_tidy(cell, n, ' ')) {
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
		return fil_fault_data(fault, "constraint-error",
		    "'%s' has %zu bytes; this column has %d at most", show(cell, n).text,
		    value->length, LONG_TEXT_BYTES);
	if (is_long || value->length <= TEXT_CHARACTERS)
		return 0;
	length = characters(value->data, value->length);
	if (length > TEXT_CHARACTERS)
		return fil_fault_data(fault, "constraint-error",
		    "'%s' has %zu characters; this column has %d at most", show(cell, n).text,
		    length, TEXT_CHARACTERS);
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
		remedy = fil_date_remedy(cell, order);
		if (remedy)
			return fil_fault_data(fault, "type-error", "'%s' is not a date: %s",
			    show(cell, n).text, remedy);
		return fil_fault_data(
		    fault, "type-error", "'%s' is not a date", show(cell, n).text);
	case FIL_DATE_UNPROVED:
		return fil_fault_data(fault, "date-order", "'%s' may be day first or month first",
		    show(cell, n).text);
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
		/* Most cells have the stored form already: a digit, or a number that begins with
		 * one. */
		if (n == 1 || (*cell >= '1' && *cell <= '9'))
			fil_bytes_add(value, cell, n);
		else
			fil_bytes_add_format(value, "%lld", number);
		return 0;
	}
	if (read_padded(column, cell, &number) != 0) {
		bool whole = fil_number_read(cell, LLONG_MIN, LLONG_MAX, &number) == 0;

		return fil_fault_data(fault, whole ? "constraint-error" : "type-error",
		    "'%s' is not a whole number from %lld to %lld", show(cell, n).text,
		    column->minimum, column->maximum);
	}
	fil_bytes_add_format(value, "%lld", number);
	return 0;
}

static int
read_amount(const struct fil_column *column, const char *cell, size_t n, struct fil_bytes *value,
    struct fil_fault *fault)
{
	char canonical[FIL_AMOUNT_SIZE];

	if (fil_amount_read(cell, canonical) != 0 &&
	    (!column->time || fil_minutes_read(cell, canonical) != 0))
		return fil_fault_data(fault, "type-error",
		    "'%s' is not a number with at most 3 decimals", show(cell, n).text);
	if (fil_amount_thousandths(canonical) < 0)
		return fil_fault_data(
		    fault, "constraint-error", "'%s' is below 0", show(cell, n).text);
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
	fil_fault_data(
	    fault, "constraint-error", "'%s' is not one of %s", show(cell, n).text, list.data);
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

/* Returns how cells of the column are spelt. */
static enum fil_spelling
spelling_of(const struct fil_column *column)
{
	if (column->type == FIL_TYPE_KEY)
		return FIL_SPELL_KEY;
	return column->type == FIL_TYPE_LONG_TEXT ? FIL_SPELL_FREE : column->spelling;
}

/* Returns whether a cell is spelt as its column's cells are. */
static bool
is_spelt(const struct fil_column *column, const char *cell, size_t n)
{
	bool path = column->spelling == FIL_SPELL_PATH;

	return !(path && n > 0 && *cell == '/') && is_tidy(cell, n, path ? '/' : ' ');
}

/* Returns how many bytes a tidy cell may have to be stored as it is; 0 if the column reads cells. */
static size_t
stored_bytes(const struct fil_column *column)
{
	if (column->type == FIL_TYPE_KEY)
		return KEY_CHARACTERS;
	return column->type == FIL_TYPE_TEXT ? TEXT_CHARACTERS : 0;
}

/* Spells a cell in spelt. A path begins with its first part, also where the source puts '/' before it.
 * Returns whether characters were dropped. */
static bool
spell(const struct fil_column *column, const char **cell, size_t *n, struct fil_bytes *spelt)
{
	bool dropped = fil_text_spell(*cell, *n, spelling_of(column), spelt);

	*cell = spelt->data;
	*n = spelt->length;
	for (; column->spelling == FIL_SPELL_PATH && *n > 0 && **cell == '/'; ++*cell)
		--*n;
	return dropped;
}

bool
fil_column_spell(
    const struct fil_column *column, const char **cell, size_t *n, struct fil_bytes *spelt)
{
	if (spelling_of(column) == FIL_SPELL_FREE || is_spelt(column, *cell, *n))
		return false;
	return spell(column, cell, n, spelt);
}

size_t
fil_table_spell(const struct fil_table *table, const char **cells, size_t *lengths, bool *plain,
    struct fil_bytes *spelt)
{
	size_t dropped = 0;

	for (size_t c = 0; c < table->n_columns; c++) {
		const struct fil_column *column = &table->columns[c];
		const char *cell = cells[c];
		size_t n = lengths[c];

		plain[c] = cell && column->type == FIL_TYPE_DATE && is_plain_date(cell, n);
		if (!cell || plain[c] || column->type == FIL_TYPE_LONG_TEXT)
			continue;
		if (is_spelt(column, cell, n)) {
			plain[c] = n <= stored_bytes(column);
			continue;
		}
		if (column->spelling != FIL_SPELL_FREE)
			dropped += spell(column, &cells[c], &lengths[c], &spelt[c]);
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
	case FIL_TYPE_AMOUNT: return read_amount(column, cell, n, value, fault);
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
		result = fil_fault_data(fault, "missing-value",
		    "'%s' holds nothing but white space", show(cell, n).text);
	else
		result = read_spelt(column, text, length, order, value, fault);
	if (spelt.data)
		fil_bytes_release(&spelt);
	return result;
}

static const void *
declared(const char *table, const char *column)
{
	const struct fil_table *found = fil_catalog_table(table);
	size_t c = found ? fil_table_column(found, column) : FIL_NOWHERE;

	return c == FIL_NOWHERE ? NULL : &found->columns[c];
}

static bool
is_choice(const struct fil_column *column, const char *text)
{
	for (size_t i = 0; column->choices[i]; i++)
		if (strcmp(column->choices[i], text) == 0)
			return true;
	return false;
}

/* Returns whether the bytes are ASCII that can be printed, as most values are. */
static bool
is_printable(const char *text, size_t n)
{
	/* Eight bytes at a time. A byte has its high bit in `other` if it is not ASCII, below a space
	 * (the subtraction borrows), or DEL. */
	const uint64_t ones = UINT64_C(0x0101010101010101), high = ones << 7;
	uint64_t other = 0, word;
	size_t i = 0;

	/* The last word overlaps the one before. */
	for (; n >= sizeof word && i < n; i += sizeof word) {
		memcpy(&word, text + (i + sizeof word <= n ? i : n - sizeof word), sizeof word);
		other |= word | (word - ones * ' ') | (word + ones);
	}
	for (; i < n; i++)
		other |= text[i] < ' ' || text[i] > '~' ? high : 0;
	return (other & high) == 0;
}

/* Returns whether the bytes are printable ASCII, and letters from U+00C0 to U+00FF. */
static bool
is_latin(const char *text, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (text[i] == '\xC3' && ((unsigned char)text[i + 1] & 0xC0) == 0x80)
			i++;
		else if (text[i] < ' ' || text[i] > '~')
			return false;
	return true;
}

/* Returns whether a cell is stored as it is, at a quick look; false says nothing. Most cells are
 * plain. */
static bool
is_plain(const struct fil_column *column, const char *cell, size_t n)
{
	if (column->type == FIL_TYPE_DATE)
		return is_plain_date(cell, n);
	return n <= stored_bytes(column) && is_spelt(column, cell, n);
}

/* Returns whether the text has the form of the column's type. What another program may well have
 * written, such as two spaces, fil_column_check alone refuses. */
static bool
may_hold(const void *declaration, const char *text, size_t n)
{
	const struct fil_column *column = declaration;
	char canonical[FIL_AMOUNT_SIZE];
	long long number;
	fil_day day;

	if (!text)
		return !column->required && !column->key;
	if (n == 0)
		return column->may_be_empty;
	switch (column->type) {
	case FIL_TYPE_DATE:
		return is_plain_date(text, n) ||
		    (strlen(text) == n && fil_date_parse(text, &day) == 0);
	case FIL_TYPE_CHOICE: return strlen(text) == n && is_choice(column, text);
	case FIL_TYPE_AMOUNT:
		return strlen(text) == n && fil_amount_read(text, canonical) == 0 &&
		    strcmp(canonical, text) == 0;
	case FIL_TYPE_INTEGER:
		return strlen(text) == n &&
		    fil_number_read(text, column->minimum, column->maximum, &number) == 0;
	case FIL_TYPE_KEY:
	case FIL_TYPE_TEXT:
	case FIL_TYPE_LONG_TEXT: break;
	}
	return is_printable(text, n) || is_latin(text, n) ||
	    (fil_utf8_check(text, n) == n &&
		fil_text_control(text, n, column->type == FIL_TYPE_LONG_TEXT) == n);
}

static bool
may_hold_number(const void *declaration, int64_t number)
{
	const struct fil_column *column = declaration;

	return column->type == FIL_TYPE_INTEGER && number >= column->minimum &&
	    number <= column->maximum;
}

const struct fil_values fil_catalog_values = { declared, may_hold, may_hold_number };

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
	if (is_plain(column, cell, n))
		return 0;
	if (memchr(cell, '\0', n))
		return fil_fault_data(fault, "constraint-error", "'%s' goes on behind a NUL",
		    show(cell, strlen(cell)).text);
	if (fil_utf8_check(cell, n) < n)
		return fil_fault_data(
		    fault, "encoding-error", "'%s' is not UTF-8", show(cell, n).text);
	if (n <= stored_bytes(column) && is_spelt(column, cell, n))
		return 0;
	if (fil_column_read(column, cell, n, FIL_ORDER_YMD, spare, fault) != 0)
		return -1;
	if (spare->length == n && memcmp(spare->data, cell, n) == 0)
		return 0;
	stored = fil_value_shown(spare->data, spare->length);
	fil_fault_data(
	    fault, "constraint-error", "'%s' would be stored as '%s'", show(cell, n).text, stored);
	free(stored);
	return -1;
}
