/* SPDX-License-Identifier: ISC */
#include "lib/mapping/guess.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/date.h"
#include "lib/base/index.h"
#include "lib/base/memory.h"
#include "lib/base/number.h"
#include "lib/base/text.h"

enum { CODE_LONGEST = 20, STRIPPED = 40 };

/* Returns whether the cell is an address for electronic mail, as people have them: one @, and a
 * point in what follows. */
static bool
is_address(const char *cell, size_t n)
{
	const char *at = memchr(cell, '@', n);
	const char *point;

	if (at == NULL || at == cell || strpbrk(cell, " \t,;<>()") != NULL ||
	    strchr(at + 1, '@') != NULL)
		return false;
	point = strrchr(at, '.');
	return point != NULL && point > at + 1 && point[1] != '\0';
}

/* Copies the cell without spaces and points, no-break spaces included. Returns its length, 0 when
 * it is too long to matter. */
static size_t
strip(const char *cell, size_t n, char stripped[static STRIPPED])
{
	size_t length = 0;

	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)cell[i];

		if (c == ' ' || c == '.')
			continue;
		if (c == 0xC2 && (unsigned char)cell[i + 1] == 0xA0) {
			i++;
			continue;
		}
		if (c == 0xE2 && n - i >= 3 && memcmp(cell + i, "\u202f", 3) == 0) {
			i += 2;
			continue;
		}
		if (length == STRIPPED - 1)
			return 0;
		stripped[length++] = cell[i];
	}
	stripped[length] = '\0';
	return length;
}

static bool
is_digits(const char *text)
{
	return *text != '\0' && text[strspn(text, "0123456789")] == '\0';
}

/* Returns whether a stripped cell is an IBAN: a country, two check digits, an account. */
static bool
is_account(const char *text, size_t n)
{
	if (n < 15 || n > 34 || !isupper((unsigned char)text[0]) ||
	    !isupper((unsigned char)text[1]))
		return false;
	for (size_t i = 2; i < n; i++)
		if (!isdigit((unsigned char)text[i]) &&
		    (i < 4 || !isupper((unsigned char)text[i])))
			return false;
	return true;
}

/* Returns whether a cell is an amount of money: with its currency, or with two decimals. */
static bool
is_amount(const char *stripped)
{
	static const char *const currencies[] = { "€", "EUR", "eur", "$", "£", "CHF" };
	char canonical[FIL_AMOUNT_SIZE], digits[STRIPPED];
	size_t n = strlen(stripped), decimals;
	bool currency = false;

	for (size_t i = 0; i < sizeof currencies / sizeof *currencies && !currency; i++) {
		size_t length = strlen(currencies[i]);

		currency = n > length && strcmp(stripped + n - length, currencies[i]) == 0;
		n -= currency ? length : 0;
	}
	memcpy(digits, stripped, n);
	digits[n] = '\0';
	decimals = n - strcspn(digits, ",");
	return (currency || decimals == 3) && fil_amount_read(digits, canonical) == 0;
}

/* Counts the forms of which nobody would make a mistake. */
static void
see_numbers(struct fil_guess *guess, const char *cell, size_t n)
{
	char stripped[STRIPPED];
	size_t length = strip(cell, n, stripped);
	bool digits = length > 0 && is_digits(stripped);

	if (length == 0)
		return;
	/* Thirteen digits and a key of two, grouped or not. */
	guess->securities += digits && (length == 13 || length == 15) && *stripped != '0';
	guess->accounts += is_account(stripped, length);
	guess->telephones += (digits && length == 10 && *stripped == '0' && n > 10) ||
	    (*stripped == '+' && is_digits(stripped + 1) && length >= 10 && length <= 16);
	guess->amounts += is_amount(stripped);
}

static void
see_digits(struct fil_guess *guess, const char *cell, size_t n)
{
	if (!is_digits(cell))
		return;
	guess->zeros += *cell == '0';
	if (guess->numbers == 0 || n < guess->shortest)
		guess->shortest = n;
	if (n > guess->longest)
		guess->longest = n;
	guess->numbers++;
}

/* Returns whether a cell may be shown as a word on a line. */
static bool
is_word(const char *cell, size_t n)
{
	return n <= FIL_GUESS_LONGEST && fil_text_control(cell, n, false) == n;
}

/* Keeps a word that means no date in a column of dates. */
static void
see_nothing(struct fil_guess *guess, const char *cell, size_t n)
{
	for (size_t i = 0; i < guess->n_nothings; i++)
		if (strcmp(guess->nothings[i], cell) == 0)
			return;
	/* A profile could not write these. */
	if (strpbrk(cell, "|;#") != NULL)
		return;
	if (guess->n_nothings < FIL_GUESS_NOTHINGS && is_word(cell, n))
		guess->nothings[guess->n_nothings++] = fil_copy(cell);
}

static void
see_date(struct fil_guess *guess, const char *cell, size_t n)
{
	char wide[FIL_DATE_WIDE];
	fil_day day = 0, far = 0;
	enum fil_date_found found = fil_date_read(cell, FIL_ORDER_UNKNOWN, &day);

	fil_date_parse("2900-01-01", &far);
	guess->dates += found != FIL_DATE_BAD;
	guess->day_first += found == FIL_DATE_PROVES_DMY;
	guess->month_first += found == FIL_DATE_PROVES_MDY;
	guess->undecided += found == FIL_DATE_UNPROVED;
	if (found == FIL_DATE_BAD && fil_date_widen(cell, 0, wide))
		guess->short_years++;
	else if (day >= far || (found == FIL_DATE_BAD && strpbrk(cell, "123456789") == NULL))
		see_nothing(guess, cell, n);
}

/* Keeps the first different words. */
static void
see_word(struct fil_guess *guess, const char *cell, size_t n)
{
	bool added;

	if (guess->seen == NULL)
		guess->seen = fil_index_new();
	fil_index_add(guess->seen, cell, n, 0, &added);
	guess->different += added;
	if (!added || guess->n_words > FIL_GUESS_WORDS)
		return;
	if (guess->n_words == FIL_GUESS_WORDS || !is_word(cell, n))
		guess->n_words = FIL_GUESS_WORDS + 1;
	else
		guess->words[guess->n_words++] = fil_copy(cell);
}

void
fil_guess_see(struct fil_guess *guess, const char *cell, size_t n)
{
	guess->rows++;
	if (n == 0)
		return;
	guess->filled++;
	guess->addresses += is_address(cell, n);
	guess->codes += n <= CODE_LONGEST && strpbrk(cell, " \t@,;/") == NULL;
	see_date(guess, cell, n);
	see_digits(guess, cell, n);
	see_numbers(guess, cell, n);
	see_word(guess, cell, n);
}

enum fil_look
fil_guess_look(const struct fil_guess *guess)
{
	const struct {
		size_t n;
		enum fil_look look;
	} looks[] = {
		{ guess->addresses, FIL_LOOK_ADDRESS },
		{ guess->dates + guess->short_years, FIL_LOOK_DATE },
		{ guess->securities, FIL_LOOK_SECURITY },
		{ guess->accounts, FIL_LOOK_ACCOUNT },
		{ guess->telephones, FIL_LOOK_TELEPHONE },
		{ guess->amounts, FIL_LOOK_AMOUNT },
	};

	for (size_t i = 0; guess->filled > 0 && i < sizeof looks / sizeof *looks; i++)
		if (looks[i].n * 10 >= guess->filled * 9)
			return looks[i].look;
	return FIL_LOOK_UNKNOWN;
}

bool
fil_guess_key(const struct fil_guess *guess)
{
	return guess->rows > 0 && guess->codes == guess->rows && guess->different == guess->rows &&
	    guess->dates == 0;
}

size_t
fil_guess_padded(const struct fil_guess *guess)
{
	bool all = guess->filled > 0 && guess->numbers == guess->filled;

	return all && guess->zeros > 0 && guess->shortest == guess->longest ? guess->longest : 0;
}

void
fil_guess_release(struct fil_guess *guess)
{
	/* One more than are kept says that there are others. */
	for (size_t i = 0; i < FIL_GUESS_WORDS; i++)
		free(guess->words[i]);
	for (size_t i = 0; i < guess->n_nothings; i++)
		free(guess->nothings[i]);
	fil_index_free(guess->seen);
	*guess = (struct fil_guess){ 0 };
}
