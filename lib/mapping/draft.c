/* SPDX-License-Identifier: ISC */
#include "lib/mapping/draft.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/date.h"
#include "lib/base/hash.h"
#include "lib/base/memory.h"
#include "lib/base/number.h"
#include "lib/base/text.h"
#include "lib/catalog/value_doubt.h"
#include "lib/input/sniff.h"
#include "lib/mapping/column_source.h"
#include "lib/mapping/profile.h"

enum { ROWS = 20000, CODE_LONGEST = 20, STRIPPED = 40 };

/* Returns whether the cell is an e-mail address: one @, and a point in the domain. */
static bool
is_address(const char *cell, size_t n)
{
	const char *at = memchr(cell, '@', n);
	const char *point;

	if (!at || at == cell || strpbrk(cell, " \t,;<>()") || strchr(at + 1, '@'))
		return false;
	point = strrchr(at, '.');
	return point && point > at + 1 && point[1] != '\0';
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

/* Records a cell of n bytes, followed by a NUL. point_groups as for fil_amount_look. */
static void
see_cell(struct fil_guess *guess, const char *cell, size_t n, bool point_groups)
{
	struct fil_value_doubt doubt;

	guess->rows++;
	if (n == 0)
		return;
	guess->filled++;
	guess->addresses += is_address(cell, n);
	guess->codes += n <= CODE_LONGEST && !strpbrk(cell, " \t@,;/");
	if (fil_is_null_word(cell, n))
		see_nothing(guess->nulls, &guess->n_nulls, FIL_GUESS_NULLS, cell, n);
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

/* Sets the results after the last cell. */
static void
settle(struct fil_guess *guess)
{
	bool digits = guess->filled > 0 && guess->numbers == guess->filled;

	guess->look = look_of(guess);
	if (digits && guess->zeros > 0 && guess->shortest == guess->longest)
		guess->padded = guess->longest;
}

static void
release_guess(struct fil_guess *guess)
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

/* Returns a label on one line, without control characters; the caller frees it. A header may
 * contain a line break. */
static char *
one_line(const char *label)
{
	char *line = fil_copy(label);
	size_t n = strlen(line), at, length;

	while ((at = fil_text_control(line, n, false)) < n) {
		fil_utf8_decode(line + at, n - at, &length);
		memset(line + at, ' ', length);
	}
	return line;
}

/* Takes the header from the first record, or numbers if there is no header. */
static void
take_header(struct fil_draft *draft, const struct fil_record *record)
{
	draft->labels = fil_alloc(record->n + 1, sizeof *draft->labels);
	for (size_t i = 0; i < record->n; i++)
		draft->labels[i] =
		    draft->format.no_header ? fil_format("%zu", i + 1) : one_line(record->cells[i]);
	fil_header_init(
	    &draft->header, (const char *const *)draft->labels, record->n, record->line);
	draft->guesses = fil_alloc(draft->header.n, sizeof *draft->guesses);
}

static void
see_row(struct fil_draft *draft, const struct fil_record *record)
{
	bool empty = true;

	if (record->n < draft->header.n)
		return;
	for (size_t i = 0; i < draft->header.n && empty; i++)
		empty = record->lengths[i] == 0;
	if (empty)
		return;
	draft->rows++;
	for (size_t i = 0; i < draft->header.n; i++)
		see_cell(&draft->guesses[i], record->cells[i], record->lengths[i],
		    draft->format.delimiter == ';');
}

/* Reads the header and the rows. Returns 0 or -1. */
static int
see_all(struct fil_draft *draft, struct fil_fault *fault)
{
	struct fil_reader *reader = fil_reader_new(draft->input, &draft->format);
	struct fil_record record;
	struct fil_fault bare;
	char *place;
	int step = fil_reader_next(reader, &record, &bare);

	if (step == 1)
		take_header(draft, &record);
	else if (step == 0)
		fil_fault_set(fault, FIL_NO_INPUT, "%s: there is no header line",
		    fil_input_name(draft->input));
	if (step < 0) {
		place = fil_input_place(draft->input, record.line, FIL_NOWHERE);
		fil_fault_set(fault, bare.status, "%s: %s", place, bare.text);
		free(place);
	}
	if (step == 1 && draft->format.no_header)
		see_row(draft, &record);
	while (draft->header.labels && draft->rows < ROWS &&
	    (step = fil_reader_next(reader, &record, &bare)) != 0) {
		if (step == 1)
			see_row(draft, &record);
		else if (bare.status != FIL_BAD_DATA)
			break;
	}
	fil_reader_free(reader);
	for (size_t i = 0; i < draft->header.n; i++)
		settle(&draft->guesses[i]);
	return !draft->header.labels ? -1 : fil_input_check(draft->input, fault);
}

/* Takes a column from the cells of a template, with the headers as the file writes them. */
static void
compose(
    struct fil_draft *draft, struct fil_draft_column *column, const struct fil_template *template)
{
	struct fil_bytes text = { 0 };

	for (size_t i = 0; i < template->n; i++) {
		const struct fil_template_part *part = &template->parts[i];

		fil_bytes_add(&text, part->before.data, part->before.length);
		fil_bytes_add_format(&text, "{%s}", draft->header.labels[part->cell]);
	}
	fil_bytes_add(&text, template->after.data, template->after.length);
	column->mapping = text.data;
	column->cell = FIL_NOWHERE;
}

/* Takes a column from one cell. A brace in its header is doubled. Braces around it protect a
 * comment character. */
static void
take_cell(struct fil_draft *draft, struct fil_draft_column *column, size_t cell)
{
	const char *label = draft->header.labels[cell];
	bool comment = *label == ';' || *label == '#';
	struct fil_bytes text = { 0 };

	fil_bytes_add(&text, "{", comment);
	for (const char *c = label; *c != '\0'; c++)
		fil_bytes_add(&text, *c == '{' ? "{{" : c, *c == '{' ? 2 : 1);
	fil_bytes_add(&text, "}", comment);
	column->mapping = text.data;
	column->cell = cell;
	draft->header.used[cell] = true;
}

/* Takes a column from the first of its known headers, and lists the others. */
static void
take_first(struct fil_draft *draft, struct fil_draft_column *column, size_t c)
{
	struct fil_bytes others = { 0 };
	struct fil_fault fault;
	size_t cell;

	for (size_t i = 0; i < draft->header.n; i++) {
		const char *folded = draft->header.folded[i], *apart = draft->header.apart[i];

		if ((fil_table_header(draft->table, folded) != c &&
			(!apart || fil_table_header(draft->table, apart) != c)) ||
		    fil_header_find(&draft->header, folded, &cell, &fault) < 0)
			continue;
		if (!column->mapping)
			take_cell(draft, column, i);
		else
			fil_bytes_add_format(&others, "%s%s", others.length > 0 ? ", " : "",
			    draft->header.labels[i]);
	}
	column->others = others.data;
}

/* Takes a column by its headers. */
static void
take_column(struct fil_draft *draft, size_t c)
{
	const struct fil_column *declared = &draft->table->columns[c];
	struct fil_draft_column *column = &draft->columns[c];
	struct fil_column_source source;
	struct fil_fault fault;
	int bound;

	fil_column_source_init(&source, declared->name);
	fil_column_source_know(&source, declared->headers, declared->templates);
	bound = fil_column_source_bind(&source, &draft->header, &fault);
	if (bound < 0)
		take_first(draft, column, c);
	else if (bound > 0 && source.kind == FIL_COMPOSED)
		compose(draft, column, source.template);
	else if (bound > 0)
		take_cell(draft, column, source.cell);
	fil_column_source_release(&source);
}

/* Takes a column without a header from the first free cell that looks like it. */
static void
guess_column(struct fil_draft *draft, const char *name, bool (*looks)(const struct fil_guess *))
{
	size_t c = fil_table_column(draft->table, name);

	if (c == FIL_NOWHERE || draft->columns[c].mapping)
		return;
	for (size_t i = 0; i < draft->header.n; i++) {
		if (draft->header.used[i] || draft->header.folded[i][0] == '\0' ||
		    !looks(&draft->guesses[i]))
			continue;
		take_cell(draft, &draft->columns[c], i);
		draft->columns[c].guessed = true;
		return;
	}
}

/* Returns whether the cells may be a key: none empty, each a short word, all distinct. */
static bool
looks_like_key(const struct fil_guess *guess)
{
	return guess->rows > 0 && guess->codes == guess->rows && guess->different == guess->rows &&
	    guess->dates == 0;
}

static bool
looks_like_address(const struct fil_guess *guess)
{
	return guess->look == FIL_LOOK_ADDRESS;
}

/* Takes the user from cells: in a table that refers to users, first from addresses. */
static void
guess_user(struct fil_draft *draft)
{
	size_t c = fil_table_column(draft->table, "user");

	if (c != FIL_NOWHERE && !draft->columns[c].mapping && draft->table->columns[c].references) {
		guess_column(draft, "user", looks_like_address);
		draft->by_email = draft->columns[c].mapping != NULL;
	}
	guess_column(draft, "user", looks_like_key);
}

/* Returns the column that the headers of a wide table name: the first key without a mapping that is
 * neither the user, a day nor the source; or FIL_NOWHERE. */
static size_t
find_name(const struct fil_draft *draft)
{
	const struct fil_table *table = draft->table;

	for (size_t c = 0; c < table->n_keys; c++) {
		const struct fil_column *column = &table->columns[c];

		if (column->type == FIL_TYPE_KEY && !draft->columns[c].mapping &&
		    !column->may_be_empty && strcmp(column->name, "user") != 0)
			return c;
	}
	return FIL_NOWHERE;
}

/* Returns the column that the cells of a wide table give: the first after the keys that is required, a
 * choice or an amount; or FIL_NOWHERE. */
static size_t
find_value(const struct fil_draft *draft)
{
	for (size_t c = draft->table->n_keys; c < draft->table->n_columns; c++) {
		const struct fil_column *column = &draft->table->columns[c];

		if (!draft->columns[c].mapping &&
		    (column->required || column->type == FIL_TYPE_CHOICE ||
			column->type == FIL_TYPE_AMOUNT))
			return c;
	}
	return FIL_NOWHERE;
}

/* Returns whether a header says who a person is, by the table of users: "prenom", "service". */
static bool
is_of_person(const char *folded)
{
	const struct fil_table *users = fil_catalog_table("users");
	const char *templates = users->columns[fil_table_column(users, "name")].templates;
	char *braced = fil_format("{%s}", folded);
	bool found = strstr(templates, braced) || fil_table_header(users, folded) != FIL_NOWHERE;

	free(braced);
	return found;
}

/* Returns whether a cell of the header may be one of a wide table: numbers, or few words. */
static bool
may_be_fact(const struct fil_draft *draft, size_t i)
{
	const struct fil_guess *guess = &draft->guesses[i];
	size_t numbers = guess->numbers + guess->open + guess->commas + guess->points;

	return !draft->header.used[i] && *draft->header.folded[i] != '\0' && guess->filled > 0 &&
	    (guess->look == FIL_LOOK_UNKNOWN || guess->look == FIL_LOOK_AMOUNT) &&
	    guess->dates * 2 < guess->filled && !is_of_person(draft->header.folded[i]) &&
	    (numbers * 10 >= guess->filled * 9 || (guess->n_words > 0 && !guess->more_words));
}

/* Returns the length of the longest beginning that two labels share, up to a sign between words; of their
 * ends if `back`. */
static size_t
shared_length(const char *a, const char *b, bool back)
{
	size_t n = strlen(a), m = strlen(b), best = 0;

	for (size_t i = 1; i < n && i < m; i++) {
		char one = back ? a[n - i] : a[i - 1], other = back ? b[m - i] : b[i - 1];

		if (one != other)
			break;
		if (strchr(" [](){}/:.-_", one))
			best = i;
	}
	return best;
}

/* Returns whether a date stands beside a cell, under a header that no column takes. */
static bool
is_dated(const struct fil_draft *draft, size_t i)
{
	return i + 1 < draft->header.n && !draft->header.used[i + 1] &&
	    draft->guesses[i + 1].look == FIL_LOOK_DATE;
}

static struct fil_draft_fact *
add_fact(struct fil_draft *draft, char *pattern, size_t cell)
{
	draft->facts = fil_resize(draft->facts, draft->n_facts + 1, sizeof *draft->facts);
	draft->facts[draft->n_facts] = (struct fil_draft_fact){ .pattern = pattern, .cell = cell };
	return &draft->facts[draft->n_facts++];
}

/* Makes a family of the free cells whose labels begin (or end) as that of cell i does, for n bytes; what
 * the other ends share belongs to the pattern, too. taken: of each cell, the number of its line from 1. */
static void
take_family(struct fil_draft *draft, size_t *taken, size_t i, size_t n, bool back)
{
	char **labels = draft->labels;
	const char *label = labels[i], *end = label + strlen(label);
	struct fil_draft_fact *fact = add_fact(draft, NULL, i);
	size_t other = strlen(label) - n;

	fact->family = fact->dated = true;
	for (size_t k = draft->header.n; k-- > 0;) {
		size_t shared;

		if (taken[k] > 0 || !may_be_fact(draft, k) ||
		    (k != i && shared_length(label, labels[k], back) < n))
			continue;
		shared = k == i ? other : shared_length(label, labels[k], !back);
		other = shared < other ? shared : other;
		taken[k] = draft->n_facts;
		fact->cell = k;
		fact->n++;
		fact->dated &= is_dated(draft, k);
	}
	fact->pattern = back ? fil_format("%.*s*%s", (int)other, label, end - n)
			     : fil_format("%.*s*%s", (int)n, label, end - other);
}

/* Finds the two free cells with the longest shared beginning (or end) of at least three bytes. Returns its
 * length, or 0. */
static size_t
find_family(const struct fil_draft *draft, const size_t *taken, bool back, size_t *cell)
{
	size_t best = 2;

	for (size_t i = 0; i < draft->header.n; i++)
		for (size_t k = i + 1; k < draft->header.n; k++) {
			size_t n;

			if (taken[i] > 0 || taken[k] > 0 || !may_be_fact(draft, i) ||
			    !may_be_fact(draft, k))
				continue;
			n = shared_length(draft->labels[i], draft->labels[k], back);
			if (n > best) {
				best = n;
				*cell = i;
			}
		}
	return best > 2 ? best : 0;
}

/* Returns how likely a line is: by its words, then by a date beside its cells, then by their number. */
static size_t
rank_of(const struct fil_draft_fact *fact)
{
	static const char *const words[] = { "niveau", "level", "note", "score", "resultat",
		"result", "maitrise", "niv" };
	char *folded = fil_text_fold(fact->pattern);
	size_t rank = fact->n + (fact->dated ? FIL_CELLS_MOST : 0);

	for (size_t w = 0; w < sizeof words / sizeof *words; w++)
		if (strstr(folded, words[w]))
			rank += 2 * FIL_CELLS_MOST;
	free(folded);
	return rank;
}

/* Marks the likely lines: the best family, or all single headers that are as good as the best. */
static void
choose_facts(struct fil_draft *draft, const size_t *taken)
{
	size_t best = 0;

	for (size_t f = 1; f < draft->n_facts; f++)
		if (rank_of(&draft->facts[f]) > rank_of(&draft->facts[best]))
			best = f;
	for (size_t f = 0; f < draft->n_facts; f++)
		draft->facts[f].likely = f == best ||
		    (!draft->facts[best].family && !draft->facts[f].family &&
			draft->facts[f].dated == draft->facts[best].dated);
	for (size_t i = 0; i < draft->header.n; i++) {
		if (taken[i] == 0 || !draft->facts[taken[i] - 1].likely)
			continue;
		draft->header.used[i] = true;
		if (draft->facts[taken[i] - 1].dated)
			draft->header.used[i + 1] = true;
	}
}

/* Proposes lines of [facts] for a table of events that is wide: no header names its key, and two cells or
 * more may be one each. */
static void
find_facts(struct fil_draft *draft)
{
	size_t *taken = fil_alloc(draft->header.n, sizeof *taken), n, cell = 0, alike = 0;

	draft->fact_name = find_name(draft);
	draft->fact_value = find_value(draft);
	for (size_t i = 0; i < draft->header.n; i++)
		alike += may_be_fact(draft, i);
	if (draft->table->kind == FIL_EVENT && draft->fact_name != FIL_NOWHERE && alike > 1) {
		while ((n = find_family(draft, taken, false, &cell)) > 0)
			take_family(draft, taken, cell, n, false);
		while ((n = find_family(draft, taken, true, &cell)) > 0)
			take_family(draft, taken, cell, n, true);
		for (size_t i = 0; i < draft->header.n; i++) {
			struct fil_draft_fact *fact;

			if (taken[i] > 0 || !may_be_fact(draft, i))
				continue;
			fact = add_fact(draft, fil_copy(draft->labels[i]), i);
			fact->n = 1;
			fact->dated = is_dated(draft, i);
			taken[i] = draft->n_facts;
		}
		choose_facts(draft, taken);
	}
	free(taken);
}

int
fil_draft_read(struct fil_draft *draft, const char *path, const char *folder,
    const struct fil_table *table, const struct fil_format *format, struct fil_fault *fault)
{
	struct fil_profile *profile;
	int result;

	*draft = (struct fil_draft){ .table = table, .given = *format, .format = *format };
	draft->input = fil_input_open(path, folder, fault);
	if (!draft->input)
		return -1;
	profile = fil_profile_new(table, NULL, 0);
	result = fil_sniff(draft->input, fil_profile_knows, profile, &draft->format, fault);
	fil_profile_free(profile);
	if (result < 0 || see_all(draft, fault) < 0)
		return -1;
	draft->columns = fil_alloc(table->n_columns, sizeof *draft->columns);
	for (size_t c = 0; c < table->n_columns; c++)
		take_column(draft, c);
	guess_column(draft, "email", looks_like_address);
	guess_user(draft);
	find_facts(draft);
	return 0;
}

void
fil_draft_release(struct fil_draft *draft)
{
	for (size_t c = 0; draft->columns && c < draft->table->n_columns; c++) {
		free(draft->columns[c].mapping);
		free(draft->columns[c].others);
	}
	for (size_t f = 0; f < draft->n_facts; f++)
		free(draft->facts[f].pattern);
	free(draft->facts);
	for (size_t i = 0; i < draft->header.n; i++)
		release_guess(&draft->guesses[i]);
	for (size_t i = 0; draft->labels && draft->labels[i]; i++)
		free(draft->labels[i]);
	fil_header_release(&draft->header);
	free(draft->labels);
	free(draft->guesses);
	free(draft->columns);
	fil_input_close(draft->input);
	*draft = (struct fil_draft){ 0 };
}
