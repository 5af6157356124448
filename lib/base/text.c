/* SPDX-License-Identifier: ISC */
#include "lib/base/text.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <utf8proc.h>

#include "lib/base/memory.h"
#include "lib/base/utf8.h"

static bool
is_control(uint32_t c)
{
	return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0x2028 || c == 0x2029;
}

/* Returns whether any of eight bytes is below 0x20, DEL or not ASCII. Such bytes are checked one by
 * one. */
static bool
word_is_plain(uint64_t word)
{
	uint64_t low = (word - FIL_EACH(0x20)) & ~word;
	uint64_t del = (word ^ FIL_EACH(0x7F)) - FIL_EACH(0x01);

	return ((word | low | (del & ~(word ^ FIL_EACH(0x7F)))) & FIL_EACH(0x80)) == 0;
}

size_t
fil_text_control(const char *text, size_t n, bool line_breaks)
{
	size_t i = 0, length;

	while (i < n) {
		if (n - i >= 8 && word_is_plain(fil_word_at(text + i))) {
			i += 8;
			continue;
		}
		uint32_t c = fil_utf8_decode(text + i, n - i, &length);
		if (is_control(c) && !(line_breaks && (c == '\n' || c == '\r' || c == '\t')))
			return i;
		i += length;
	}
	return n;
}

/* Typographic apostrophes, dashes and spaces are common and harmless: U+2002 to U+20BF, E2 80 82 to
 * E2 82 BF. */
static bool
is_inert_punctuation(const char *text, size_t n)
{
	const unsigned char *s = (const unsigned char *)text;

	return n >= 3 && s[0] == 0xE2 && s[1] <= 0x82 && (s[1] != 0x80 || s[2] >= 0x82);
}

bool
fil_text_needs_nfc(const char *text, size_t n)
{
	size_t i = 0;

	while (i < n) {
		if (n - i >= 8 && (fil_word_at(text + i) & FIL_EACH(0x80)) == 0)
			i += 8;
		else if ((unsigned char)text[i] < 0xCC)
			i++;
		else if (is_inert_punctuation(text + i, n - i))
			i += 3;
		else
			return true;
	}
	return false;
}

char *
fil_text_nfc(const char *text, size_t n)
{
	utf8proc_uint8_t *composed = NULL;
	utf8proc_ssize_t length = utf8proc_map((const utf8proc_uint8_t *)text, (utf8proc_ssize_t)n,
	    &composed, UTF8PROC_STABLE | UTF8PROC_COMPOSE);

	if (length == UTF8PROC_ERROR_NOMEM)
		fil_memory_die();
	return length < 0 ? fil_copy_bytes(text, n) : (char *)composed;
}

/* Returns whether a character is a space of any width on the line. */
static bool
is_horizontal_space(uint32_t c)
{
	return c == ' ' || c == '\t' || c == 0xA0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200A) ||
	    c == 0x202F || c == 0x205F || c == 0x3000;
}

/* Returns whether a character is left out: it is invisible, and no script needs it. */
static bool
is_dropped(uint32_t c, enum fil_spelling spelling)
{
	if (c == 0x200C || c == 0x200D)
		return spelling == FIL_SPELL_KEY;
	return c == 0xAD || c == 0x61C || c == 0x200B || c == 0x200E || c == 0x200F ||
	    (c >= 0x202A && c <= 0x202E) || c == 0x2060 || (c >= 0x2066 && c <= 0x2069) ||
	    c == 0xFEFF;
}

bool
fil_text_spell(const char *text, size_t n, enum fil_spelling spelling, struct fil_bytes *spelt)
{
	bool space = false, dropped = false, path = spelling == FIL_SPELL_PATH;
	size_t length;

	fil_bytes_clear(spelt);
	fil_bytes_reserve(spelt, n);
	fil_bytes_add(spelt, "", 0);
	for (size_t i = 0; i < n; i += length) {
		uint32_t c = fil_utf8_decode(text + i, n - i, &length);

		if (is_horizontal_space(c)) {
			space = spelt->length > 0;
		} else if (is_dropped(c, spelling)) {
			dropped = true;
		} else {
			if (space && !(path && (c == '/' || spelt->data[spelt->length - 1] == '/')))
				fil_bytes_add(spelt, " ", 1);
			space = false;
			fil_bytes_add(spelt, text + i, length);
		}
	}
	if (fil_text_needs_nfc(spelt->data, spelt->length)) {
		char *nfc = fil_text_nfc(spelt->data, spelt->length);

		fil_bytes_clear(spelt);
		fil_bytes_add_text(spelt, nfc);
		free(nfc);
	}
	return dropped;
}

/* Characters that change the writing direction or are invisible (Unicode: Bidi_Control, zero width,
 * tags). */
static const struct {
	uint32_t first, last;
} unseen[] = { { 0xAD, 0xAD }, { 0x61C, 0x61C }, { 0x180E, 0x180E }, { 0x200B, 0x200F },
	{ 0x202A, 0x202E }, { 0x2060, 0x206F }, { 0xFEFF, 0xFEFF }, { 0xFFF9, 0xFFFB },
	{ 0xE0000, 0xE007F }, { FIL_UTF8_INVALID, UINT32_MAX } };

static bool
is_unsafe(uint32_t c)
{
	for (size_t i = 0; i < sizeof unseen / sizeof *unseen; i++)
		if (unseen[i].first <= c && c <= unseen[i].last)
			return true;
	return is_control(c);
}

char *
fil_text_escape(const char *text)
{
	struct fil_bytes shown = { 0 };
	size_t n = strlen(text), length;

	fil_bytes_reserve(&shown, n);
	fil_bytes_add(&shown, "", 0);
	for (size_t i = 0; i < n; i += length) {
		uint32_t c = fil_utf8_decode(text + i, n - i, &length);
		if ((c >= ' ' && c < 0x7F) || !is_unsafe(c))
			fil_bytes_add(&shown, text + i, length);
		else if (c < 0x80 || c >= FIL_UTF8_INVALID)
			fil_bytes_add_format(&shown, "\\x%02x", (unsigned)(unsigned char)text[i]);
		else
			fil_bytes_add_format(&shown, "\\u{%x}", (unsigned)c);
	}
	return shown.data;
}

/* Returns the folded form of a character (lower case, no marks), or NULL. Unicode takes none of these
 * letters apart. */
static const char *
written_out(utf8proc_int32_t c)
{
	switch (c) {
	case 0x153: return "oe";
	case 0xE6: return "ae";
	case 0xF0:
	case 0x111: return "d";
	case 0xF8: return "o";
	case 0xFE: return "th";
	case 0x127: return "h";
	case 0x131: return "i";
	case 0x142: return "l";
	case 0x167: return "t";
	case 0x2018:
	case 0x2019:
	case 0x2BC: return "'";
	default: return NULL;
	}
}

static bool
is_space(utf8proc_int32_t c)
{
	utf8proc_category_t category = utf8proc_category(c);

	return category == UTF8PROC_CATEGORY_ZS || category == UTF8PROC_CATEGORY_ZL ||
	    category == UTF8PROC_CATEGORY_ZP || category == UTF8PROC_CATEGORY_PD || c == 0x85;
}

/* Adds one space unless the text is empty or already ends with one. */
static void
fold_space(struct fil_bytes *folded)
{
	if (folded->length > 0 && folded->data[folded->length - 1] != ' ')
		fil_bytes_add(folded, " ", 1);
}

static void
fold_character(struct fil_bytes *folded, utf8proc_int32_t c)
{
	utf8proc_uint8_t encoded[4];
	const char *instead = written_out(c);
	size_t n;

	if (is_space(c))
		fold_space(folded);
	else if (instead)
		fil_bytes_add_text(folded, instead);
	else if ((n = (size_t)utf8proc_encode_char(c, encoded)) > 0)
		fil_bytes_add(folded, (const char *)encoded, n);
}

/* Folds the ASCII at the beginning of a text, and returns its length. It needs no tables: most headers
 * and all names in the catalogue are ASCII. */
static size_t
fold_ascii(struct fil_bytes *folded, const char *text, size_t n)
{
	char *p;
	size_t i;

	fil_bytes_reserve(folded, n);
	p = folded->data + folded->length;
	for (i = 0; i < n && (unsigned char)text[i] < 0x80; i++) {
		char c = text[i];

		if (c >= 'A' && c <= 'Z')
			*p++ = (char)(c + ('a' - 'A'));
		else if (c != '_' && c != '-' && c != ' ' && (c < '\t' || c > '\r'))
			*p++ = c;
		else if (p > folded->data && p[-1] != ' ')
			*p++ = ' ';
	}
	*p = '\0';
	folded->length = (size_t)(p - folded->data);
	return i;
}

/* Returns the folded form of a Latin letter with a mark, or '\0' for another character. The tables of
 * utf8proc say the same, but take longer: names have many of these. */
static char
latin_letter(uint32_t c)
{
	static const char letters[] = "aaaaaa\0ceeeeiiii\0nooooo\0\0uuuuy\0\0"
				      "aaaaaa\0ceeeeiiii\0nooooo\0\0uuuuy\0y";

	return c >= 0xC0 && c <= 0xFF ? letters[c - 0xC0] : '\0';
}

void
fil_text_fold_character(uint32_t c, struct fil_bytes *folded)
{
	const utf8proc_option_t how =
	    UTF8PROC_DECOMPOSE | UTF8PROC_CASEFOLD | UTF8PROC_STRIPMARK | UTF8PROC_IGNORE;
	utf8proc_int32_t parts[8];
	char letter = latin_letter(c);
	utf8proc_ssize_t many;
	int class = 0;

	if (letter != '\0') {
		fil_bytes_add(folded, &letter, 1);
		return;
	}
	many = utf8proc_decompose_char((utf8proc_int32_t)c, parts, 8, how, &class);
	for (utf8proc_ssize_t k = 0; k < many && k < 8; k++)
		fold_character(folded, parts[k]);
}

void
fil_text_fold_into(const char *text, struct fil_bytes *folded)
{
	size_t n = strlen(text), length = 1, i = 0;
	bool latin1 = fil_utf8_check(text, n) < n;

	fil_bytes_clear(folded);
	while ((i += fold_ascii(folded, text + i, n - i)) < n) {
		uint32_t c = (unsigned char)text[i];

		if (!latin1)
			c = fil_utf8_decode(text + i, n - i, &length);
		i += length;
		fil_text_fold_character(c, folded);
	}
	if (folded->length > 0 && folded->data[folded->length - 1] == ' ')
		folded->data[--folded->length] = '\0';
}

char *
fil_text_fold(const char *text)
{
	struct fil_bytes folded = { 0 };

	fil_text_fold_into(text, &folded);
	return folded.data;
}

/* Returns whether a word of camel case begins at i: an upper case letter after a lower case one, or
 * before one in a run of upper case ("IDAgent"). */
static bool
begins_word(const char *text, size_t i)
{
	unsigned before = (unsigned char)text[i - 1], c = (unsigned char)text[i];
	unsigned behind = (unsigned char)text[i + 1];
	bool upper = c - 'A' < 26u;

	return upper && (before - 'a' < 26u || (before - 'A' < 26u && behind - 'a' < 26u));
}

char *
fil_text_fold_words(const char *text)
{
	struct fil_bytes apart = { 0 };
	size_t n = strlen(text), from = 0;
	char *folded = NULL;

	for (size_t i = 1; i < n; i++) {
		if (!begins_word(text, i))
			continue;
		fil_bytes_add(&apart, text + from, i - from);
		fil_bytes_add(&apart, " ", 1);
		from = i;
	}
	if (from > 0) {
		fil_bytes_add_text(&apart, text + from);
		folded = fil_text_fold(apart.data);
	}
	fil_bytes_release(&apart);
	return folded;
}

/* Returns whether a character has no meaning to any shell. */
static bool
is_unquoted(char character)
{
	unsigned c = (unsigned char)character;

	return c - 'a' < 26u || c - 'A' < 26u || c - '0' < 10u ||
	    (c != '\0' && strchr("_@%+=:,./-", character));
}

/* Adds a word as $'…', which can hold control characters and invalid UTF-8. */
static void
quote_bytes(const char *word, struct fil_bytes *line)
{
	fil_bytes_add_text(line, "$'");
	for (; *word; word++) {
		unsigned char c = (unsigned char)*word;

		if (c < ' ' || c >= 0x7F)
			fil_bytes_add_format(line, "\\x%02x", c);
		else if (c == '\'' || c == '\\')
			fil_bytes_add_format(line, "\\%c", c);
		else
			fil_bytes_add(line, word, 1);
	}
	fil_bytes_add_text(line, "'");
}

static void
quote_text(const char *word, struct fil_bytes *line)
{
	fil_bytes_add_text(line, "'");
	for (const char *quote; (quote = strchr(word, '\'')); word = quote + 1) {
		fil_bytes_add(line, word, (size_t)(quote - word));
		fil_bytes_add_text(line, "'\\''");
	}
	fil_bytes_add_text(line, word);
	fil_bytes_add_text(line, "'");
}

char *
fil_text_in_quotes(const char *word)
{
	struct fil_bytes line = { 0 };

	quote_text(word, &line);
	return line.data;
}

void
fil_text_quote(const char *word, struct fil_bytes *line)
{
	size_t n = strlen(word), plain = 0;

	while (is_unquoted(word[plain]))
		plain++;
	if (n && plain == n)
		fil_bytes_add(line, word, n);
	else if (fil_utf8_check(word, n) < n || fil_text_control(word, n, false) < n)
		quote_bytes(word, line);
	else
		quote_text(word, line);
}

size_t
fil_text_word(const char *line)
{
	bool quoted = false, escapes = *line == '$';
	size_t n = 0;

	for (; line[n] && (quoted || line[n] != ' '); n++)
		if (line[n] == '\\' && line[n + 1] && (escapes || !quoted))
			n++;
		else if (line[n] == '\'')
			quoted = !quoted;
	return n;
}

/* Returns the character that \ begins in $'…', and moves to its last byte. */
static char
read_escape(const char *word, size_t *i)
{
	char digits[3] = "";

	if (word[++*i] != 'x')
		return word[*i];
	memcpy(digits, word + *i + 1, 2);
	*i += 2;
	return (char)strtoul(digits, NULL, 16);
}

void
fil_text_unquote(const char *word, size_t n, struct fil_bytes *text)
{
	bool quoted = false, escapes = *word == '$';

	for (size_t i = escapes; i < n; i++) {
		char c = word[i];

		if (c == '\'') {
			quoted = !quoted;
			continue;
		}
		if (c == '\\' && i + 1 < n && (escapes || !quoted))
			c = read_escape(word, &i);
		if ((unsigned char)c < ' ' || c == 0x7F)
			c = ' ';
		if (c != ' ' || (text->length > 0 && text->data[text->length - 1] != ' '))
			fil_bytes_add(text, &c, 1);
	}
	fil_bytes_add(text, "", 0);
}

bool
fil_text_add_emptied(const char *word, struct fil_bytes *written)
{
	const char *equals;

	word += *word == '$';
	word += *word == '\'';
	for (equals = word; (*equals >= 'a' && *equals <= 'z') || *equals == '_';)
		equals++;
	if (equals == word || *equals != '=')
		return false;
	fil_bytes_add(written, word, (size_t)(equals - word) + 1);
	fil_bytes_add_text(written, FIL_ERASED_WORD);
	return true;
}

bool
fil_text_empty_values(const char *line, struct fil_bytes *written)
{
	bool any = false;

	fil_bytes_clear(written);
	while (*line) {
		size_t n = fil_text_word(line), spaces = strspn(line + n, " ");

		if (fil_text_add_emptied(line, written))
			any = true;
		else
			fil_bytes_add(written, line, n);
		fil_bytes_add(written, line + n, spaces);
		line += n + spaces;
	}
	return any;
}

const char *
fil_text_program(const char *line, size_t *n)
{
	size_t end = fil_text_word(line), at;

	end -= end > 0 && line[end - 1] == '\'';
	at = end;
	while (at > 0 && line[at - 1] != '/' && line[at - 1] != '\'')
		at--;
	*n = end - at;
	return line + at;
}

bool
fil_text_is_program(const char *line, const char *name)
{
	size_t n;
	const char *program = fil_text_program(line, &n);

	return n == strlen(name) && memcmp(program, name, n) == 0;
}

/* Returns the character at a place before the end. */
static uint32_t
character(const char *text, const char *end, size_t *length)
{
	*length = 1;
	if ((unsigned char)*text < 0x80)
		return (unsigned char)*text;
	return fil_utf8_decode(text, (size_t)(end - text), length);
}

/* Reads a class that begins with '[' and returns the place after its ']'. Returns NULL if the '['
 * is never closed: then it is an ordinary character. ']' as the first character belongs to the
 * class, and so does '-' at either end. */
static const char *
class_holds(const char *p, const char *end, uint32_t c, bool *holds)
{
	bool negated = p < end && (*p == '!' || *p == '^'), found = false;
	size_t length;

	p += negated;
	for (const char *first = p; p < end && (*p != ']' || p == first);) {
		p += *p == '\\' && end - p > 1;
		uint32_t low = character(p, end, &length), high = low;
		p += length;
		if (end - p > 1 && *p == '-' && p[1] != ']') {
			p += 1 + (p[1] == '\\' && end - p > 2);
			high = character(p, end, &length);
			p += length;
		}
		found = found || (low <= c && c <= high);
	}
	*holds = found != negated;
	return p < end ? p + 1 : NULL;
}

/* Returns the place after the pattern's element at p if the element matches the character c, or
 * NULL. */
static const char *
element_takes(const char *p, const char *end, uint32_t c)
{
	size_t length;
	bool holds;

	if (*p == '?')
		return p + 1;
	if (*p == '[') {
		const char *behind = class_holds(p + 1, end, c, &holds);
		if (behind)
			return holds ? behind : NULL;
	}
	p += *p == '\\' && end - p > 1;
	return character(p, end, &length) == c ? p + length : NULL;
}

/* Every element but a star matches one character. So only the last star ever must match more. The
 * time is at most the product of the lengths. */
bool
fil_text_glob(const char *pattern, const char *text)
{
	const char *p_end = pattern + strlen(pattern), *end = text + strlen(text);
	const char *p = pattern, *t = text, *star = NULL, *retry = NULL;
	size_t length;

	while (t < end) {
		uint32_t c = character(t, end, &length);
		if (p < p_end && *p == '*') {
			star = ++p;
			retry = t;
			continue;
		}
		const char *behind = p < p_end ? element_takes(p, p_end, c) : NULL;
		if (behind) {
			p = behind;
			t += length;
		} else if (star) {
			character(retry, end, &length);
			retry += length;
			p = star;
			t = retry;
		} else {
			return false;
		}
	}
	while (p < p_end && *p == '*')
		p++;
	return p == p_end;
}

/* A folded word as code points. */
struct letters {
	uint32_t *at;
	size_t n, capacity;
	uint64_t kinds; /* a bit for each of 64 kinds of letters that the word has */
	struct fil_bytes folded;
};

/* Fills the letters of a word. Their room is used again. */
static void
spell(const char *word, struct letters *letters)
{
	const char *folded;
	size_t n, length;

	fil_text_fold_into(word, &letters->folded);
	folded = letters->folded.data;
	n = letters->folded.length;
	letters->n = 0;
	letters->kinds = 0;
	if (n > letters->capacity) {
		letters->capacity = n;
		letters->at = fil_resize(letters->at, n, sizeof *letters->at);
	}
	for (size_t i = 0; i < n; i += length) {
		uint32_t letter = fil_utf8_decode(folded + i, n - i, &length);

		letters->at[letters->n++] = letter;
		letters->kinds |= UINT64_C(1) << letter % 64;
	}
}

static void
release_letters(struct letters *letters)
{
	fil_bytes_release(&letters->folded);
	free(letters->at);
}

static size_t
least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Returns the edit distance: letters added, left out, exchanged, or swapped with a neighbour
 * (optimal string alignment, after Damerau). It keeps three rows of the matrix: the current one and
 * the two before. */
static size_t
distance(const struct letters *a, const struct letters *b)
{
	size_t *rows = fil_alloc(3 * (b->n + 1), sizeof *rows);
	size_t *row = rows, *before = rows + b->n + 1, *earlier = rows + 2 * (b->n + 1), *swap;

	for (size_t j = 0; j <= b->n; j++)
		row[j] = j;
	for (size_t i = 1; i <= a->n; i++) {
		const uint32_t *x = a->at + i - 1;
		swap = earlier;
		earlier = before;
		before = row;
		row = swap;
		row[0] = i;
		for (size_t j = 1; j <= b->n; j++) {
			const uint32_t *y = b->at + j - 1;
			row[j] = least(before[j], row[j - 1]) + 1;
			row[j] = least(row[j], before[j - 1] + (*x != *y));
			if (i > 1 && j > 1 && x[0] == y[-1] && x[-1] == y[0])
				row[j] = least(row[j], earlier[j - 2] + 1);
		}
	}
	size_t result = row[b->n];
	free(rows);
	return result;
}

/* Returns whether both are one number, but for the zeros before it: a spreadsheet takes them. */
static bool
is_same_number(const struct letters *a, const struct letters *b)
{
	size_t i = 0, j = 0;

	while (i < a->n && a->at[i] == '0')
		i++;
	while (j < b->n && b->at[j] == '0')
		j++;
	if (i == a->n || a->n - i != b->n - j)
		return false;
	for (; i < a->n; i++, j++)
		if (a->at[i] != b->at[j] || a->at[i] < '0' || a->at[i] > '9')
			return false;
	return true;
}

/* Returns a distance that the words have at least: each letter more, and each kind of letter that
 * only one of them has, costs an edit. */
static size_t
least_distance(const struct letters *a, const struct letters *b)
{
	size_t more = a->n > b->n ? a->n - b->n : b->n - a->n;
	size_t only_a = (size_t)__builtin_popcountll(a->kinds & ~b->kinds);
	size_t only_b = (size_t)__builtin_popcountll(b->kinds & ~a->kinds);
	size_t only = only_a > only_b ? only_a : only_b;

	return more > only ? more : only;
}

const char *
fil_text_nearest(const char *word, const char *const *list, size_t n)
{
	struct letters wanted = { 0 }, known = { 0 };
	const char *nearest = NULL;
	size_t limit;

	spell(word, &wanted);
	limit = wanted.n / 3;
	for (size_t i = 0; i < n && !(nearest && limit == 0); i++) {
		size_t found;

		spell(list[i], &known);
		found = is_same_number(&wanted, &known) ? 0 : least_distance(&wanted, &known);
		if (found > 0 && found <= limit)
			found = distance(&wanted, &known);
		if (found <= limit && (!nearest || found < limit)) {
			nearest = list[i];
			limit = found;
		}
	}
	release_letters(&wanted);
	release_letters(&known);
	return nearest;
}

size_t
fil_text_step(const char *text, size_t *wide)
{
	size_t length;
	uint32_t c = fil_utf8_decode(text, strnlen(text, 4), &length);
	int columns = c >= FIL_UTF8_INVALID ? 1 : utf8proc_charwidth((utf8proc_int32_t)c);

	*wide = columns > 0 ? (size_t)columns : 0;
	return length;
}

size_t
fil_text_width(const char *text, size_t n)
{
	size_t whole = 0, wide;

	for (const char *p = text; p < text + n; whole += wide)
		p += fil_text_step(p, &wide);
	return whole;
}

size_t
fil_text_beginning(const char *text, size_t room)
{
	const char *p = text;
	size_t whole = 0, wide;

	while (*p != '\0') {
		size_t n = fil_text_step(p, &wide);

		if (whole + wide > room)
			break;
		whole += wide;
		p += n;
	}
	return (size_t)(p - text);
}

/* Returns the end of the text that fits into the room. It does not begin with a mark that combines
 * with a letter before it. */
static const char *
ending(const char *text, size_t room)
{
	size_t rest = fil_text_width(text, strlen(text)), wide;

	for (size_t n; *text != '\0'; text += n, rest -= wide) {
		n = fil_text_step(text, &wide);
		if (rest <= room && wide > 0)
			break;
	}
	return text;
}

char *
fil_text_cut(const char *text, size_t room)
{
	if (fil_text_width(text, strlen(text)) <= room)
		return fil_copy(text);
	return fil_format(
	    "%.*s…%s", (int)fil_text_beginning(text, room / 2), text, ending(text, (room - 1) / 2));
}

bool
fil_text_is_like(const char *pattern, const char *text)
{
	char *folded = fil_text_fold(pattern);
	bool plain = folded[strspn(folded, "*")] == '\0';
	char *folded_text = plain ? fil_copy(text) : fil_text_fold(text);
	struct fil_bytes glob = { 0 };
	bool like;

	fil_bytes_add_text(&glob, "");
	for (const char *at = plain ? pattern : folded; *at != '\0'; at++) {
		if (strchr("?[\\", *at))
			fil_bytes_add_text(&glob, "\\");
		fil_bytes_add(&glob, at, 1);
	}
	like = fil_text_glob(glob.data, folded_text);
	fil_bytes_release(&glob);
	free(folded_text);
	free(folded);
	return like;
}

/* Returns whether a profile would read a word or key otherwise than it is. */
static bool
needs_quotes(const char *word, bool key)
{
	return *word == '"' || *word == ';' || strchr(word, '|') || strstr(word, " ;") ||
	    (key && (*word == '#' || *word == '[' || strpbrk(word, "=:")));
}

void
fil_quoted_add(struct fil_bytes *text, const char *word, bool key)
{
	if (!needs_quotes(word, key)) {
		fil_bytes_add_text(text, word);
		return;
	}
	fil_bytes_add_text(text, "\"");
	for (; *word != '\0'; word++) {
		fil_bytes_add(text, word, 1);
		if (*word == '"')
			fil_bytes_add(text, word, 1);
	}
	fil_bytes_add_text(text, "\"");
}

size_t
fil_quoted_length(const char *text)
{
	const char *at = text + 1;

	if (*text != '"')
		return 0;
	while (*at != '\0' && (*at != '"' || at[1] == '"'))
		at += *at == '"' ? 2 : 1;
	if (*at == '\0')
		return 0;
	at++;
	return strchr("|=:;", at[strspn(at, " \t")]) ? (size_t)(at - text) : 0; /* or the end */
}

char *
fil_quoted_read(const char *text, size_t n)
{
	struct fil_bytes word = { 0 };

	fil_bytes_add_text(&word, "");
	for (size_t i = 1; i + 1 < n; i++) {
		fil_bytes_add(&word, text + i, 1);
		i += text[i] == '"';
	}
	return word.data;
}

static bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c & 0x80) != 0;
}

bool
fil_text_is_same(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

bool
fil_text_has_word(const char *folded, const char *word)
{
	size_t n = strlen(word);

	for (const char *at = folded; (at = strstr(at, word)); at++) {
		const char *behind = at + n + (at[n] == 's');

		if ((at == folded || !is_letter(at[-1])) && !is_letter(*behind))
			return true;
	}
	return false;
}
