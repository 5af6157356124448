/* SPDX-License-Identifier: ISC */
#include "lib/catalog/value_doubt.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "lib/base/language.h"
#include "lib/base/memory.h"
#include "lib/base/text.h"
#include "lib/catalog/value.h"

#define BIT(kind) (1U << (kind))
/* Beside the kinds: the column is one of events, or no stored value of it raises a doubt. */
#define OF_EVENTS BIT(FIL_DOUBT_KINDS)
#define SETTLED BIT(FIL_DOUBT_KINDS + 1)
/* Inputs compose the column of several cells: a path, or a name. */
#define PATH BIT(FIL_DOUBT_KINDS + 2)
#define NAME BIT(FIL_DOUBT_KINDS + 3)
/* The kinds that keys of users raise. */
#define KEY_KINDS \
	(BIT(FIL_DOUBT_NOT_A_ROW) | BIT(FIL_DOUBT_SPREADSHEET_KEY) | BIT(FIL_DOUBT_SEVERAL))
#define LENGTH(array) (sizeof array / sizeof((array)[0]))

/* The longest word for nothing, in bytes. */
enum { NULL_WORD_LONGEST = 12 };

/* Returns whether a byte is a letter in either case; of other signs, whether it may be the same. */
static bool
is_same_letter(char a, char b)
{
	return (a | 0x20) == (b | 0x20);
}

static bool
is_listed(const char *const *words, size_t n_words, const char *cell)
{
	for (size_t i = 0; i < n_words; i++)
		if (is_same_letter(*words[i], *cell) && strcasecmp(words[i], cell) == 0)
			return true;
	return false;
}

/* Returns whether the cell is what a spreadsheet shows for a formula that failed. */
static bool
is_error_word(const char *cell, size_t n)
{
	static const char *const words[] = { "#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!",
		"#NUM!", "#NOM?", "#VALEUR!" };

	return *cell == '#' && n <= NULL_WORD_LONGEST && is_listed(words, LENGTH(words), cell);
}

/* Returns whether the cell has a byte beyond ASCII. */
static bool
has_accents(const char *cell)
{
	while (*cell > 0)
		cell++;
	return *cell != '\0';
}

/* Returns whether a word for nothing may begin so: a look at two bytes. */
static bool
may_be_nothing(const char *cell)
{
	switch (*cell) {
	case 'n':
	case 'N': return strchr("aeiouAEIOU/\xC3", cell[1]);
	case 's':
	case 'S': return is_same_letter(cell[1], 'a');
	case '(':
	case '\\':
	case '-':
	case '?':
	case '#': return true;
	default: return false;
	}
}

/* Returns whether the cell is a word for nothing, but no error word. */
static bool
is_nothing(const char *cell, size_t n)
{
	static const char *const words[] = { "null", "(null)", "nil", "none", "n/a", "na", "nan",
		"\\N", "-", "--", "?", "neant", "sans objet", "n/c" };
	char *folded;
	bool found;

	if (n > NULL_WORD_LONGEST || !may_be_nothing(cell))
		return false;
	if (is_listed(words, LENGTH(words), cell))
		return true;
	if (!is_same_letter(*cell, 'n') || !has_accents(cell))
		return false;
	folded = fil_text_fold(cell);
	found = is_listed(words, LENGTH(words), folded);
	free(folded);
	return found;
}

bool
fil_is_null_word(const char *cell, size_t n)
{
	return is_error_word(cell, n) || is_nothing(cell, n);
}

/* Returns whether n bytes, without the spaces at their ends, are a word for nothing. */
static bool
is_null_part(const char *part, size_t n)
{
	char word[NULL_WORD_LONGEST + 1];

	for (; n > 0 && *part == ' '; n--)
		part++;
	while (n > 0 && part[n - 1] == ' ')
		n--;
	if (n == 0 || n > NULL_WORD_LONGEST)
		return false;
	*(char *)mempcpy(word, part, n) = '\0';
	return fil_is_null_word(word, n);
}

/* Returns the bytes of the first part of a path, and whether it is a word for nothing. "N/A" is one
 * part. A mere sign, as in "R&D / -", is how some write a unit without teams. */
static size_t
first_part(const char *path, bool *nothing)
{
	size_t n = strcspn(path, "/"), wide = n;

	if (path[n] == '/')
		wide += 1 + strcspn(path + n + 1, "/");
	if (strchr("-?", path[strspn(path, " ")])) {
		*nothing = false;
		return n;
	}
	*nothing = is_null_part(path, wide);
	if (*nothing)
		return wide;
	*nothing = is_null_part(path, n);
	return n;
}

/* Returns the first part of a path that is a word for nothing, or NULL. */
static const char *
null_part(const char *path)
{
	bool nothing;

	for (size_t n;; path += n + 1) {
		n = first_part(path, &nothing);
		if (nothing)
			return path + strspn(path, " ");
		if (path[n] == '\0')
			return NULL;
	}
}

/* Returns the word of a name that no name has, such as "N/A" or "#REF!", or the first of words for
 * nothing that are all the same, "NULL NULL"; or NULL. */
static const char *
null_name(const char *name)
{
	size_t first = strcspn(name, " "), n;
	bool same = name[first] == ' ';

	for (const char *at = name; *at != '\0'; at += n + strspn(at + n, " ")) {
		n = strcspn(at, " ");
		if ((*at == '(' || *at == '#' || *at == '\\' || memchr(at, '/', n)) &&
		    is_null_part(at, n))
			return at;
		same &= n == first && strncasecmp(at, name, n) == 0;
	}
	return same && is_null_part(name, first) ? name : NULL;
}

/* Returns whether a part of a path may be a word for nothing. */
static bool
may_be_null_part(const char *part)
{
	while (*part == ' ')
		part++;
	return may_be_nothing(part);
}

/* Returns whether a value composed of several may have a word for nothing: a look at few bytes. */
static bool
may_have_null_part(unsigned kinds, const char *value, size_t n)
{
	const char *slash;

	if (!(kinds & PATH))
		return value[strcspn(value, "/#(\\")] != '\0' ||
		    (n <= 2 * NULL_WORD_LONGEST && may_be_nothing(value));
	slash = memchr(value, '/', n);
	if (slash && may_be_null_part(value))
		return true;
	for (; slash; slash = strchr(slash + 1, '/'))
		if (may_be_null_part(slash + 1))
			return true;
	return false;
}

/* Returns whether a cell is the zero of a program's dates, perhaps with a time: the first day of year
 * 1, a day or month 0, or a spreadsheet's first or last number. It cannot be stored. */
static bool
is_zero_date(const char *cell)
{
	static const char *const days[] = { "0001-01-01", "01/01/0001", "1/1/0001", "01.01.0001",
		"01-01-0001", "0000-00-00", "00/00/0000", "00.00.0000", "00-00-0000", "00/01/1900",
		"1/0/1900", "01/00/1900", "0", "2958465" };

	for (size_t i = 0; i < LENGTH(days); i++) {
		size_t n = strlen(days[i]);

		if (strncmp(days[i], cell, n) == 0 && strchr(" T", cell[n]))
			return true; /* also at the end */
	}
	return false;
}

bool
fil_is_no_day(const char *date)
{
	static const char *const days[] = { "1899-12-30", "1899-12-31", "1900-01-01", "1970-01-01",
		"2099-12-31", "2999-12-31", "9999-12-31" };

	return is_listed(days, LENGTH(days), date) || is_zero_date(date);
}

/* Returns whether a date of n bytes stands for no date. Of stored dates, only the first and the last
 * days of years do. */
static bool
is_no_day(const char *date, size_t n, bool of_events)
{
	if (is_zero_date(date))
		return true;
	if (n != 10 || (memcmp(date + 4, "-01-01", 6) != 0 && memcmp(date + 4, "-12-3", 5) != 0))
		return false;
	return fil_is_no_day(date) || (of_events && strcmp(date, "1980-01-01") == 0);
}

/* Returns whether the value is one e-mail address: a single @ between two parts, and no space. An
 * address in brackets or behind "mailto:" is none: no other list would have it so. */
static bool
is_address(const char *value, size_t n)
{
	const char *sign = memchr(value, '@', n), *end = value + n;

	return sign && sign > value && sign + 1 < end && *value != '<' && end[-1] != '>' &&
	    !memchr(sign + 1, '@', (size_t)(end - sign) - 1) && !memchr(value, ' ', n) &&
	    (!is_same_letter(*value, 'm') || strncasecmp(value, "mailto:", 7) != 0);
}

/* Returns whether the value begins with a word that ends a column of figures. */
static bool
is_total(const char *value)
{
	static const char *const words[] = { "total", "totaux", "sous-total", "sous total", "somme",
		"moyenne", "ensemble", "nombre", "count", "sum", "average", "subtotal",
		"grand total" };

	for (size_t i = 0; i < LENGTH(words); i++) {
		size_t n = strlen(words[i]);

		if (is_same_letter(*words[i], *value) && strncasecmp(words[i], value, n) == 0 &&
		    strchr(" :=(", value[n]))
			return true; /* also at the end */
	}
	return false;
}

static size_t
digits(const char *text)
{
	size_t n = 0;

	while (text[n] >= '0' && text[n] <= '9')
		n++;
	return n;
}

/* Returns the bytes of a sign that groups digits at the beginning of the text, or 0. */
static size_t
group_sign(const char *text)
{
	static const char *const signs[] = { ",", " ", "\u00a0", "\u202f" };

	for (size_t i = 0; i < LENGTH(signs); i++)
		if (strncmp(text, signs[i], strlen(signs[i])) == 0)
			return strlen(signs[i]);
	return 0;
}

/* Returns whether the value is a number with an exponent and its sign: "1,23457E+05". */
static bool
is_scientific(const char *value)
{
	size_t at = digits(value);

	if (at > 0 && (value[at] == '.' || value[at] == ','))
		at += 1 + digits(value + at + 1);
	if (at == 0 || (value[at] != 'e' && value[at] != 'E') ||
	    (value[at + 1] != '+' && value[at + 1] != '-'))
		return false;
	value += at + 2;
	return *value != '\0' && value[digits(value)] == '\0';
}

/* Writes the digits of a number with needless decimals, "421.0". Returns whether it is one. */
static bool
take_decimals(const char *value, struct fil_bytes *key)
{
	size_t at = digits(value), zeros;

	if (at == 0 || (value[at] != '.' && value[at] != ','))
		return false;
	zeros = strspn(value + at + 1, "0");
	/* ",000" is a group of digits. */
	if (zeros == 0 || value[at + 1 + zeros] != '\0' || (value[at] == ',' && zeros == 3))
		return false;
	fil_bytes_add(key, value, at);
	return true;
}

/* Writes the digits of a number in groups of three, "1 234". Returns whether it is one. */
static bool
take_groups(const char *value, struct fil_bytes *key)
{
	size_t n = digits(value), sign;

	if (n == 0 || n > 3 || group_sign(value + n) == 0)
		return false;
	fil_bytes_add(key, value, n);
	for (value += n; *value != '\0'; value += sign + 3) {
		sign = group_sign(value);
		if (sign == 0 || digits(value + sign) != 3)
			return false;
		fil_bytes_add(key, value + sign, 3);
	}
	return true;
}

/* Returns whether an apostrophe stands before a letter or a digit, as a spreadsheet's guard. */
static bool
is_guarded(const char *value)
{
	unsigned char next = *value == '\'' ? (unsigned char)value[1] : '\0';

	return isalnum(next) || next >= 0x80;
}

/* Writes what an apostrophe guards, "'00421" or "'00421'". Returns whether one does. */
static bool
take_guarded(const char *value, size_t n, struct fil_bytes *key)
{
	if (!is_guarded(value))
		return false;
	fil_bytes_add(key, value + 1, n - 1 - (n > 2 && value[n - 1] == '\''));
	return true;
}

bool
fil_spreadsheet_key(const char *value, size_t n, struct fil_bytes *key)
{
	fil_bytes_clear(key);
	if (take_decimals(value, key))
		return true;
	fil_bytes_clear(key);
	if (take_groups(value, key))
		return true;
	fil_bytes_clear(key);
	return take_guarded(value, n, key);
}

/* What was seen, as sentences about the value. */
static const struct fil_value_sight in_quotes = { N_("'%v' is in single quotes"),
	N_("it is in single quotes") };
static const struct fil_value_sight has_apostrophe = { N_("'%v' begins with an apostrophe"),
	N_("it begins with an apostrophe") };
static const struct fil_value_sight is_formula = { N_("'%v' is a formula"), N_("it is a formula") };
static const struct fil_value_sight lost_digits = { N_("'%v' has lost its digits in a spreadsheet"),
	N_("it has lost its digits in a spreadsheet") };
static const struct fil_value_sight is_number = { N_("'%v' is a number as a spreadsheet writes it"),
	N_("it is a number as a spreadsheet writes it") };
static const struct fil_value_sight is_several = { N_("'%v' holds several values"),
	N_("it holds several values") };
static const struct fil_value_sight is_error = { N_("'%v' is the error of a formula"),
	N_("it is the error of a formula") };
static const struct fil_value_sight may_mean_nothing = { N_("'%v' may mean nothing"),
	N_("it may mean nothing") };
static const struct fil_value_sight has_error = { N_("'%v' holds the error of a formula"),
	N_("it holds the error of a formula") };
static const struct fil_value_sight has_nothing = { N_("'%v' holds a word that may mean nothing"),
	N_("it holds a word that may mean nothing") };
static const struct fil_value_sight is_word_of_total = {
	N_("'%v' is the word of a total, not a user"), N_("it is the word of a total, not a user")
};
static const struct fil_value_sight is_no_date = { N_("'%v' stands for no date"),
	N_("it stands for no date") };
static const struct fil_value_sight is_no_address = { N_("'%v' is not an e-mail address"),
	N_("it is not an e-mail address") };

/* The ways out. %c, %h, %w, %p and %r stay in translations. */
static const char way_text[] = N_("export the column as text");
static const char way_skip[] = "[skip] %h = %w";
static const char way_empty[] = "[values.%c] empty = %w";
static const char way_part[] = "[values.%c] empty = %p"; /* where the parts are cells */
static const char way_rest[] = "[values.%c] %r = %w";
static const char way_semicolon[] = "[split] %c = semicolon";
static const char way_newline[] = "[split] %c = newline";

/* Looks for a key that a spreadsheet has changed. */
static bool
doubt_spreadsheet(const char *value, size_t n, struct fil_value_doubt *doubt)
{
	struct fil_bytes key = { 0 };
	bool digit = *value >= '0' && *value <= '9', changed;

	*doubt = (struct fil_value_doubt){ FIL_DOUBT_SPREADSHEET_KEY, true, NULL, way_text,
		FIL_NOWHERE };
	if (digit && digits(value) == n)
		return false;
	if (is_guarded(value)) {
		doubt->seen = n > 2 && value[n - 1] == '\'' ? &in_quotes : &has_apostrophe;
		doubt->way_out = "--set unguard=yes";
		return true;
	}
	if (strncmp(value, "=\"", 2) == 0) {
		doubt->seen = &is_formula;
		return true;
	}
	if (!digit)
		return false;
	doubt->seen = &lost_digits;
	if (is_scientific(value))
		return true;
	doubt->seen = &is_number;
	changed = fil_spreadsheet_key(value, n, &key);
	fil_bytes_release(&key);
	return changed;
}

/* Returns whether n bytes of a text have a letter or a digit. */
static bool
has_words(const char *text, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (isalnum((unsigned char)text[i]) || (text[i] & 0x80))
			return true;
	return false;
}

/* Looks for several values: two parts with words or more, or one with a separator behind it. */
static bool
doubt_several(const char *value, size_t n, struct fil_value_doubt *doubt)
{
	const char *separators = memchr(value, ';', n) ? ";" : "\n\r";
	size_t parts = 0, length;

	if (*separators != ';' && !memchr(value, '\n', n))
		return false;
	for (const char *at = value; *at != '\0'; at += length) {
		at += strspn(at, separators);
		length = strcspn(at, separators);
		parts += has_words(at, length);
	}
	*doubt = (struct fil_value_doubt){ FIL_DOUBT_SEVERAL, true, &is_several,
		*separators == ';' ? way_semicolon : way_newline, FIL_NOWHERE };
	return parts > 1 || (parts == 1 && strchr(separators, value[n - 1]));
}

/* Returns whether a row may lack a value of the column. */
static bool
may_lack(const struct fil_column *column)
{
	return (!column->key && !column->required) || column->may_be_empty;
}

/* Looks for a word for nothing. */
static bool
doubt_null_word(
    const struct fil_column *column, const char *value, size_t n, struct fil_value_doubt *doubt)
{
	bool optional = may_lack(column), error = is_error_word(value, n);

	if (!error && !is_nothing(value, n))
		return false;
	*doubt = (struct fil_value_doubt){ FIL_DOUBT_NULL_WORD,
		error || (!optional && !strchr("-?", *value)),
		error ? &is_error : &may_mean_nothing, optional ? way_empty : way_skip,
		FIL_NOWHERE };
	return true;
}

/* Looks for a word for nothing in a value that inputs compose of several cells. */
static bool
doubt_null_part(const struct fil_column *column, unsigned kinds, const char *value,
    struct fil_value_doubt *doubt)
{
	const char *part = kinds & PATH ? null_part(value) : null_name(value);
	bool error = part && *part == '#';

	if (!part)
		return false;
	*doubt = (struct fil_value_doubt){ FIL_DOUBT_NULL_WORD,
		error || (!may_lack(column) && !strchr("-?", *part)),
		error ? &has_error : &has_nothing, kinds & PATH ? way_rest : way_skip,
		FIL_NOWHERE };
	return true;
}

/* Looks for the doubts of keys of users. */
static bool
doubt_key(unsigned kinds, const char *value, size_t n, struct fil_value_doubt *doubt)
{
	if (kinds & BIT(FIL_DOUBT_NOT_A_ROW) && is_total(value)) {
		*doubt = (struct fil_value_doubt){ FIL_DOUBT_NOT_A_ROW, true, &is_word_of_total,
			way_skip, FIL_NOWHERE };
		return true;
	}
	if (kinds & BIT(FIL_DOUBT_SPREADSHEET_KEY) && doubt_spreadsheet(value, n, doubt))
		return true;
	return kinds & BIT(FIL_DOUBT_SEVERAL) && doubt_several(value, n, doubt);
}

/* Returns whether a value may raise a doubt of these kinds: a look at few bytes, which nearly all
 * values pass. Each cell of an input is looked at: the call would cost as much as the look. */
static inline __attribute__((always_inline)) bool
may_raise(unsigned kinds, const char *value, size_t n)
{
	if (kinds & BIT(FIL_DOUBT_NULL_WORD) && n <= NULL_WORD_LONGEST &&
	    (*value < '0' || *value == '?' || *value == '\\' || is_same_letter(*value, 'n') ||
		(n == sizeof "sans objet" - 1 && is_same_letter(*value, 's'))))
		return true;
	if (kinds & (PATH | NAME) && may_have_null_part(kinds, value, n))
		return true;
	/* No stored date, or the first of January or the last days of December. */
	if (kinds & BIT(FIL_DOUBT_NO_DAY) &&
	    (n != 10 || value[4] != '-' || *value == '0' ||
		((value[8] == '3' || value[9] == '1') && (value[6] == '1' || value[6] == '2'))))
		return true;
	if (kinds & BIT(FIL_DOUBT_ADDRESS) && !is_address(value, n))
		return true;
	if ((kinds & KEY_KINDS) == BIT(FIL_DOUBT_SEVERAL))
		return memchr(value, ';', n) || memchr(value, '\n', n);
	return kinds & KEY_KINDS && digits(value) < n;
}

/* Looks for a doubt in a value that may raise one. */
static bool
find_doubt(const struct fil_column *column, unsigned kinds, const char *value, size_t n,
    struct fil_value_doubt *doubt)
{
	if (fil_value_is_kept(value))
		return false;
	if (kinds & BIT(FIL_DOUBT_NULL_WORD) && doubt_null_word(column, value, n, doubt))
		return true;
	if (kinds & BIT(FIL_DOUBT_NULL_WORD) && kinds & (PATH | NAME) &&
	    doubt_null_part(column, kinds, value, doubt))
		return true;
	if (kinds & BIT(FIL_DOUBT_NO_DAY) && is_no_day(value, n, kinds & OF_EVENTS)) {
		*doubt = (struct fil_value_doubt){ FIL_DOUBT_NO_DAY, true, &is_no_date,
			may_lack(column) ? way_empty : way_skip, FIL_NOWHERE };
		return true;
	}
	/* A word for nothing that is allowed is no address that is wrong. */
	if (kinds & BIT(FIL_DOUBT_ADDRESS) && !is_address(value, n) &&
	    !fil_is_null_word(value, n)) {
		*doubt = (struct fil_value_doubt){ FIL_DOUBT_ADDRESS, true, &is_no_address,
			way_empty, FIL_NOWHERE };
		return true;
	}
	return doubt_key(kinds, value, n, doubt);
}

bool
fil_value_doubt(const struct fil_column *column, unsigned kinds, const char *value, size_t n,
    struct fil_value_doubt *doubt)
{
	return may_raise(kinds, value, n) && find_doubt(column, kinds, value, n, doubt);
}

bool
fil_key_doubt(const char *value, size_t n, struct fil_value_doubt *doubt)
{
	return doubt_key(KEY_KINDS, value, n, doubt);
}

/* Returns the kinds of doubts that values of column c may raise. */
static unsigned
column_doubts(const struct fil_table *table, size_t c)
{
	const struct fil_column *column = &table->columns[c];
	bool users = strcmp(column->references ? column->references : table->name, "users") == 0;
	unsigned kinds = BIT(FIL_DOUBT_NULL_WORD);

	if (fil_column_is_free(column))
		return 0;
	if (column->type == FIL_TYPE_DATE)
		kinds |= BIT(FIL_DOUBT_NO_DAY) | (table->kind == FIL_EVENT ? OF_EVENTS : 0);
	if (column->type == FIL_TYPE_KEY)
		kinds |= BIT(FIL_DOUBT_SEVERAL);
	if (users && (column->references || column->key))
		kinds |= KEY_KINDS;
	if (column->address)
		kinds |= BIT(FIL_DOUBT_ADDRESS);
	if (column->templates)
		kinds |= column->spelling == FIL_SPELL_PATH ? PATH : NAME;
	if (column->references || column->type == FIL_TYPE_CHOICE ||
	    column->type == FIL_TYPE_INTEGER || column->type == FIL_TYPE_AMOUNT)
		kinds |= SETTLED;
	return kinds;
}

unsigned *
fil_table_doubts(const struct fil_table *table, const bool *allowed)
{
	unsigned *kinds = fil_alloc(table->n_columns, sizeof *kinds);

	for (size_t c = 0; c < table->n_columns; c++) {
		kinds[c] = column_doubts(table, c);
		for (enum fil_doubt kind = 0; allowed && kind < FIL_DOUBT_KINDS; kind++)
			if (allowed[kind])
				kinds[c] &= ~BIT(kind);
	}
	return kinds;
}

bool
fil_table_doubt(const struct fil_table *table, const unsigned *kinds, const char *const *values,
    const size_t *lengths, struct fil_value_doubt *doubt)
{
	for (size_t c = doubt->column + 1; c < table->n_columns; c++) {
		if (!values[c] || lengths[c] == 0 || kinds[c] & SETTLED ||
		    !may_raise(kinds[c], values[c], lengths[c]) ||
		    !find_doubt(&table->columns[c], kinds[c], values[c], lengths[c], doubt))
			continue;
		doubt->column = c;
		return true;
	}
	return false;
}

/* Adds a path without the parts that are words for nothing. */
static void
add_rest(const char *path, struct fil_bytes *text)
{
	struct fil_bytes rest = { 0 };
	size_t n;
	bool nothing;

	for (;; path += n + 1) {
		n = first_part(path, &nothing);
		if (!nothing && rest.length > 0)
			fil_bytes_add_text(&rest, "/");
		if (!nothing)
			fil_bytes_add(&rest, path, n);
		if (path[n] == '\0')
			break;
	}
	fil_quoted_add(text, rest.length > 0 ? rest.data : "empty", true);
	fil_bytes_release(&rest);
}

/* Adds the first part of a path that is a word for nothing. */
static void
add_null_part(const char *path, struct fil_bytes *text)
{
	const char *part = null_part(path);
	bool nothing;

	if (part)
		fil_bytes_add(text, part, first_part(part, &nothing));
}

char *
fil_value_doubt_seen(const struct fil_value_doubt *doubt, const char *value)
{
	const char *sentence = _(doubt->seen->of_value), *place = strstr(sentence, "%v");
	int before = place ? (int)(place - sentence) : 0;

	if (!place)
		return fil_copy(sentence);
	return fil_format("%.*s%s%s", before, sentence, value, place + 2);
}

void
fil_value_doubt_way_out(const struct fil_value_doubt *doubt, const struct fil_column *column,
    const char *header, const char *written, struct fil_bytes *text)
{
	const char *way_out = doubt->way_out;

	if (!header)
		way_out =
		    way_out == way_empty ? N_("%c= leaves it empty") : N_("give another value");
	else if (way_out == way_rest && strchr(header, '{'))
		way_out = way_part;
	for (const char *at = _(way_out); *at != '\0'; at++) {
		if (*at != '%') {
			fil_bytes_add(text, at, 1);
			continue;
		}
		at++;
		if (*at == 'r')
			add_rest(written, text);
		else if (*at == 'p')
			add_null_part(written, text);
		else
			fil_quoted_add(text,
			    *at == 'c'       ? column->name
				: *at == 'w' ? written
					     : header,
			    *at == 'h');
	}
}

void
fil_value_doubt_explain(const struct fil_value_doubt *doubt, const struct fil_column *column,
    const char *header, const char *written, struct fil_fault *fault)
{
	struct fil_bytes way_out = { 0 };
	struct fil_fault bare = *fault;

	fil_value_doubt_way_out(doubt, column, header, written, &way_out);
	fil_fault_data(fault, fil_doubt_kinds[doubt->kind].word, "%s; %s: %s", bare.text,
	    _(doubt->seen->of_it), way_out.data);
	fil_bytes_release(&way_out);
}
