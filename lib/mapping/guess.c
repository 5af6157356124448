/* SPDX-License-Identifier: ISC */
#include "lib/mapping/guess.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/date.h"
#include "lib/base/language.h"
#include "lib/base/memory.h"
#include "lib/base/number.h"
#include "lib/base/text.h"
#include "lib/catalog/value_doubt.h"

enum { CODE_LONGEST = 20, STRIPPED = 40, PART_LONGEST = 60 };

/* Returns whether n bytes are an e-mail address: one @, and a point in the domain. */
static bool
is_address(const char *cell, size_t n)
{
	const char *at = memchr(cell, '@', n), *end = cell + n, *point;

	if (!at || at == cell || memchr(at + 1, '@', (size_t)(end - at - 1)))
		return false;
	for (const char *c = cell; c < end; c++)
		if (strchr(" \t,<>()", *c))
			return false;
	point = memrchr(at, '.', (size_t)(end - at));
	return point && point > at + 1 && point + 1 < end;
}

/* Counts numbers, and amounts of time with a unit. */
static void
see_quantity(struct fil_guess *guess, const char *cell)
{
	char canonical[FIL_AMOUNT_SIZE], number[STRIPPED];
	size_t n = strcspn(cell, "%");

	while (n > 0 && cell[n - 1] == ' ')
		n--;
	if (n < sizeof number) {
		memcpy(number, cell, n);
		number[n] = '\0';
		if (fil_amount_read(number, canonical) == 0) {
			guess->quantities++;
			return;
		}
	}
	guess->times += fil_minutes_read(cell, canonical) == 0;
}

/* Counts the signs between which a cell has parts. A sign with a long part beside it belongs to a
 * sentence. */
static void
see_parts(struct fil_guess *guess, const char *cell)
{
	for (size_t s = 0; s < FIL_GUESS_SIGNS; s++) {
		const char separator[] = { FIL_GUESS_SIGN[s], '\0' };
		bool parted = strchr(cell, *separator) != NULL;

		for (const char *c = cell; parted && *c != '\0'; c += *c != '\0') {
			size_t n = strcspn(c, separator);

			parted = n <= PART_LONGEST;
			c += n;
		}
		guess->parted[s] += parted;
	}
}

/* Copies the cell without points and spaces (no-break too). Returns its length, 0 if it is too
 * long. */
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

/* Returns whether a stripped cell is an IBAN: country, two check digits, account. */
static bool
is_account(const char *text, size_t n)
{
	if (n < 15 || n > 34 || !isupper((unsigned char)text[0]) ||
	    !isupper((unsigned char)text[1]))
		return false;
	for (size_t i = 2; i < n; i++)
		if (!isdigit((unsigned char)text[i]) && (i < 4 || !isupper((unsigned char)text[i])))
			return false;
	return true;
}

/* Returns whether a cell is an amount of money: with a currency, or with two decimals. */
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

/* Counts the forms that are unmistakable. */
static void
see_numbers(struct fil_guess *guess, const char *cell, size_t n)
{
	char stripped[STRIPPED];
	size_t length = strip(cell, n, stripped);
	bool digits = length > 0 && is_digits(stripped);

	if (length == 0)
		return;
	/* Thirteen digits and a two-digit key, grouped or not. */
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
	guess->seconds += n == 10 && *cell == '1';
	if (guess->numbers == 0 || n < guess->shortest)
		guess->shortest = n;
	if (n > guess->longest)
		guess->longest = n;
	guess->numbers++;
}

/* Returns whether a cell can be printed as a word of a line. */
static bool
is_word(const char *cell, size_t n)
{
	return n <= FIL_GUESS_LONGEST && fil_text_control(cell, n, false) == n;
}

/* Keeps a word that means nothing in a list of *n_words, at most that many. */
static void
see_nothing(char **words, size_t *n_words, size_t most, const char *cell, size_t n)
{
	for (size_t i = 0; i < *n_words; i++)
		if (strcmp(words[i], cell) == 0)
			return;
	/* A profile cannot contain these. */
	if (strpbrk(cell, "|;"))
		return;
	if (*n_words < most && is_word(cell, n))
		words[(*n_words)++] = fil_copy(cell);
}

/* Returns whether a date that was found stands for none. */
static bool
is_no_day(fil_day day)
{
	char date[FIL_DATE_SIZE];

	fil_date_write(day, date);
	return fil_is_no_day(date);
}

/* Returns whether a date ends with 'Z' or an offset from UTC: "08:03:02Z", "+01:00", "-0500". */
static bool
has_offset(const char *cell, size_t n)
{
	const char *sign = cell + strcspn(cell, ":");

	if (*sign == '\0')
		return false;
	if (cell[n - 1] == 'Z')
		return true;
	sign += strcspn(sign, "+-");
	return *sign != '\0' && sign[1 + strspn(sign + 1, "0123456789:")] == '\0';
}

static void
see_date(struct fil_guess *guess, const char *cell, size_t n)
{
	char wide[FIL_DATE_WIDE];
	fil_day day = 0, far = 0;
	enum fil_date_found found = fil_date_read(cell, FIL_ORDER_UNKNOWN, &day);

	fil_date_parse("2900-01-01", &far);
	guess->dates += found != FIL_DATE_BAD;
	guess->offsets += found != FIL_DATE_BAD && has_offset(cell, n);
	guess->day_first += found == FIL_DATE_PROVES_DMY;
	guess->month_first += found == FIL_DATE_PROVES_MDY;
	guess->undecided += found == FIL_DATE_UNPROVED;
	guess->serials +=
	    found == FIL_DATE_BAD && fil_date_read(cell, FIL_ORDER_EXCEL, &day) == FIL_DATE_OK;
	if (found == FIL_DATE_BAD && fil_date_widen(cell, 0, wide))
		guess->short_years++;
	else if (found == FIL_DATE_BAD
		? !strpbrk(cell, "123456789") || fil_is_no_day(cell)
		: day >= far || (found != FIL_DATE_UNPROVED && is_no_day(day)))
		see_nothing(guess->nothings, &guess->n_nothings, FIL_GUESS_NOTHINGS, cell, n);
}

/* Counts a number by what it says of the decimal sign. point_groups as for fil_amount_look. */
static void
see_sign(struct fil_guess *guess, const char *cell, bool point_groups)
{
	enum fil_decimal_sign sign = FIL_SIGN_UNKNOWN;
	enum fil_amount_writing writing = fil_amount_look(cell, point_groups, &sign);
	bool proves = writing == FIL_AMOUNT_PROVES || writing == FIL_AMOUNT_GROUPED;

	guess->open += writing == FIL_AMOUNT_OPEN;
	guess->commas += proves && sign == FIL_SIGN_COMMA;
	guess->points += proves && sign == FIL_SIGN_POINT;
}

/* Keeps the first distinct words. */
static void
see_word(struct fil_guess *guess, const char *cell, size_t n)
{
	bool added;

	if (!guess->seen)
		guess->seen = fil_hash_new_map();
	fil_hash_give(guess->seen, cell, n, 0, &added);
	guess->different += added;
	if (!added)
		return;
	if (guess->n_words == FIL_GUESS_WORDS || !is_word(cell, n))
		guess->more_words = true;
	else
		guess->words[guess->n_words++] = fil_copy(cell);
}

void
fil_guess_see(struct fil_guess *guess, const char *cell, size_t n, bool point_groups)
{
	struct fil_value_doubt doubt;

	guess->rows++;
	if (n == 0)
		return;
	guess->filled++;
	/* Several persons may stand in a cell. */
	guess->addresses += is_address(cell, strcspn(cell, "\n;"));
	see_quantity(guess, cell);
	see_parts(guess, cell);
	guess->codes += n <= CODE_LONGEST && !strpbrk(cell, " \t@,;/");
	if (fil_is_null_word(cell, n)) {
		guess->nothing++;
		see_nothing(guess->nulls, &guess->n_nulls, FIL_GUESS_NULLS, cell, n);
	}
	if (!guess->suspect && is_word(cell, n) && fil_key_doubt(cell, n, &doubt))
		guess->suspect = fil_copy(cell);
	see_date(guess, cell, n);
	see_sign(guess, cell, point_groups);
	see_digits(guess, cell, n);
	see_numbers(guess, cell, n);
	see_word(guess, cell, n);
}

/* Returns the look of nine cells of ten. */
static enum fil_look
look_of(const struct fil_guess *guess)
{
	const struct {
		size_t n;
		enum fil_look look;
	} looks[] = {
		{ guess->addresses, FIL_LOOK_ADDRESS },
		{ guess->dates + guess->short_years, FIL_LOOK_DATE },
		{ guess->seconds, FIL_LOOK_DATE },
		{ guess->times, FIL_LOOK_TIME },
		{ guess->securities, FIL_LOOK_SECURITY },
		{ guess->accounts, FIL_LOOK_ACCOUNT },
		{ guess->telephones, FIL_LOOK_TELEPHONE },
		{ guess->amounts, FIL_LOOK_AMOUNT },
	};
	size_t meant = guess->filled - guess->nothing;

	for (size_t i = 0; meant > 0 && i < sizeof looks / sizeof *looks; i++)
		if (looks[i].n * 10 >= meant * 9)
			return looks[i].look;
	return FIL_LOOK_UNKNOWN;
}

void
fil_guess_settle(struct fil_guess *guess)
{
	bool digits = guess->filled > 0 && guess->numbers == guess->filled;

	guess->look = look_of(guess);
	if (digits && guess->zeros > 0 && guess->shortest == guess->longest && guess->longest > 1)
		guess->padded = guess->longest;
}

bool
fil_guess_is_number(const struct fil_guess *guess)
{
	size_t meant = guess->filled - guess->nothing;

	return meant > 0 && guess->quantities * 10 >= meant * 9;
}

/* Words of folded headers, and their subject. A word is matched
 * whole, also in the plural. */
static const struct {
	const char *word, *what;
} sensitive_words[] = { { "salaire", N_("pay") }, { "remuneration", N_("pay") },
	{ "traitement", N_("pay") }, { "prime", N_("pay") }, { "taux horaire", N_("pay") },
	{ "coefficient", N_("pay") }, { "indice", N_("pay") }, { "salary", N_("pay") },
	{ "wage", N_("pay") }, { "pay", N_("pay") }, { "compensation", N_("pay") },
	{ "bonus", N_("pay") }, { "securite sociale", N_("social security number") },
	{ "n° ss", N_("social security number") }, { "nir", N_("social security number") },
	{ "n° secu", N_("social security number") },
	{ "numero insee", N_("social security number") }, { "ssn", N_("social security number") },
	{ "social security", N_("social security number") },
	{ "national insurance", N_("social security number") }, { "naissance", N_("birth") },
	{ "ne le", N_("birth") }, { "nee le", N_("birth") }, { "ne(e) le", N_("birth") },
	{ "age", N_("birth") }, { "birth", N_("birth") }, { "birthday", N_("birth") },
	{ "birthdate", N_("birth") }, { "dob", N_("birth") }, { "adresse", N_("postal address") },
	{ "address", N_("postal address") }, { "rue", N_("postal address") },
	{ "street", N_("postal address") }, { "code postal", N_("postal address") },
	{ "postcode", N_("postal address") }, { "zip", N_("postal address") },
	{ "domicile", N_("postal address") }, { "iban", N_("bank account") },
	{ "rib", N_("bank account") }, { "bic", N_("bank account") },
	{ "banque", N_("bank account") }, { "bank", N_("bank account") }, { "sexe", N_("sex") },
	{ "genre", N_("sex") }, { "civilite", N_("sex") }, { "sex", N_("sex") },
	{ "gender", N_("sex") }, { "nationalite", N_("nationality") },
	{ "nationality", N_("nationality") }, { "titre de sejour", N_("nationality") },
	{ "citizenship", N_("nationality") }, { "situation familiale", N_("family") },
	{ "situation de famille", N_("family") }, { "conjoint", N_("family") },
	{ "enfant", N_("family") }, { "marital", N_("family") }, { "spouse", N_("family") },
	{ "children", N_("family") }, { "nom de jeune fille", N_("family") },
	{ "handicap", N_("health") }, { "rqth", N_("health") }, { "sante", N_("health") },
	{ "maladie", N_("health") }, { "arret", N_("health") }, { "absence", N_("health") },
	{ "accident", N_("health") }, { "mutuelle", N_("health") }, { "disability", N_("health") },
	{ "health", N_("health") }, { "sick", N_("health") }, { "syndicat", N_("trade union") },
	{ "union", N_("trade union") }, { "religion", N_("religion") },
	{ "ethnicity", N_("origin") }, { "telephone personnel", N_("private telephone") },
	{ "portable", N_("private telephone") }, { "mobile", N_("private telephone") },
	{ "telephone", N_("telephone") }, { "phone", N_("telephone") }, { "tel", N_("telephone") },
	{ "motif de sortie", N_("reason for leaving") },
	{ "motif depart", N_("reason for leaving") }, { "licenciement", N_("reason for leaving") },
	{ "sanction", N_("discipline") }, { "evaluation", N_("appraisal") },
	{ "appraisal", N_("appraisal") }, { "mot de passe", N_("password") },
	{ "password", N_("password") }, { "photo", N_("picture") } };

const char *
fil_guess_sensitive(const struct fil_guess *guess, const char *folded, bool events)
{
	if (guess->look == FIL_LOOK_SECURITY)
		return N_("social security number");
	if (guess->look == FIL_LOOK_ACCOUNT)
		return N_("bank account");
	/* "Adresse de courriel" is no postal address. */
	if (guess->look == FIL_LOOK_ADDRESS)
		return NULL;
	for (size_t i = 0; i < sizeof sensitive_words / sizeof *sensitive_words; i++)
		if (fil_text_has_word(folded, sensitive_words[i].word))
			return sensitive_words[i].what;
	if (guess->look == FIL_LOOK_AMOUNT && !events)
		return N_("money");
	return guess->look == FIL_LOOK_TELEPHONE ? N_("telephone") : NULL;
}

void
fil_guess_release(struct fil_guess *guess)
{
	for (size_t i = 0; i < guess->n_words; i++)
		free(guess->words[i]);
	for (size_t i = 0; i < guess->n_nothings; i++)
		free(guess->nothings[i]);
	for (size_t i = 0; i < guess->n_nulls; i++)
		free(guess->nulls[i]);
	free(guess->suspect);
	fil_hash_free(guess->seen);
	*guess = (struct fil_guess){ 0 };
}
