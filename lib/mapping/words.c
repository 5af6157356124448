/* SPDX-License-Identifier: ISC */
#include "lib/mapping/words.h"

#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/hash.h"
#include "lib/base/memory.h"
#include "lib/base/text.h"
#include "lib/base/utf8.h"

/* Numbers are counted in millionths. They have at most six digits before the sign, cells twelve. */
enum { DECIMALS = 6, DIGITS = 6, CELL_DIGITS = 12, ONE = 1000000 };

__extension__ typedef __int128 wide;

/* A number as a quotient of millionths; below is positive. */
struct quotient {
	int64_t above, below;
	bool bare; /* without '%' and '/' */
};

struct bound {
	bool given, with, percent; /* there is one; the number itself is in the range; it had '%' */
	int64_t number;
};

struct range {
	struct bound low, high;
	char *value; /* NULL: none */
	size_t length;
};

enum { NUMBER = 32 }; /* bytes of a number that was divided, with its NUL */

struct ranges {
	struct range *list;
	size_t n;
	int64_t scale; /* 0: not divided */
	bool fraction;
	char number[NUMBER]; /* the last that was divided */
};

/* Skips white space, no-break spaces too. */
static void
skip_space(const char **text)
{
	size_t n = strlen(*text);

	*text += fil_utf8_trim(*text, &n);
}

/* Reads a decimal of so many digits at most, with a comma or a point, and moves the text past it.
 * Returns whether it is one. Decimals after the sixth are left. */
static bool
read_number(const char **text, int most, int64_t *number)
{
	const char *at = *text;
	bool minus = *at == '-';
	int digits = 0, decimals = 0;

	*number = 0;
	at += minus;
	for (; *at >= '0' && *at <= '9' && digits <= most; digits++)
		*number = *number * 10 + (*at++ - '0');
	if (digits == 0 || digits > most)
		return false;
	if ((*at == ',' || *at == '.') && at[1] >= '0' && at[1] <= '9')
		for (at++; *at >= '0' && *at <= '9' && decimals < DECIMALS; decimals++)
			*number = *number * 10 + (*at++ - '0');
	for (; decimals < DECIMALS; decimals++)
		*number *= 10;
	*number = minus ? -*number : *number;
	*text = at;
	return true;
}

/* Reads a bound and what may follow it. Returns whether it is one. */
static bool
read_bound(const char **text, struct bound *bound)
{
	skip_space(text);
	if (!read_number(text, DIGITS, &bound->number))
		return false;
	skip_space(text);
	bound->percent = **text == '%';
	*text += bound->percent;
	skip_space(text);
	bound->given = true;
	return true;
}

/* Returns whether a word has the form of a range: ">= 80", "< 0,5", "50 .. 80", ".. 50". */
static bool
is_range(const char *word)
{
	const char *dots = strstr(word, "..");

	skip_space(&word);
	return *word == '<' || *word == '>' ||
	    (dots && dots[2] != '.' && word[strspn(word, "0123456789.,-% \t")] == '\0' &&
		strpbrk(word, "0123456789"));
}

/* Reads ">= 80" or "50 .. 80". Returns whether it is a range. */
static bool
read_range(const char *word, struct range *range)
{
	bool above;

	skip_space(&word);
	if (*word == '<' || *word == '>') {
		above = *word++ == '>';
		struct bound *bound = above ? &range->low : &range->high;

		bound->with = *word == '=';
		word += bound->with;
		return read_bound(&word, bound) && *word == '\0';
	}
	range->low.with = true;
	if (strncmp(word, "..", 2) != 0 && !read_bound(&word, &range->low))
		return false;
	if (strncmp(word, "..", 2) != 0)
		return false;
	word += 2;
	skip_space(&word);
	if (*word != '\0' && !read_bound(&word, &range->high))
		return false;
	return *word == '\0' && (range->low.given || range->high.given);
}

/* Returns whether numbers are shares: a bound "80 %" is then 0.8. */
static bool
are_shares(const struct ranges *ranges)
{
	return ranges->fraction || ranges->scale > 0;
}

/* Returns whether a range ends before another one begins. */
static bool
ends_before(const struct ranges *ranges, const struct bound *high, const struct bound *low)
{
	bool shares = are_shares(ranges);
	wide end = (wide)high->number * (shares && high->percent ? 1 : 100);
	wide begin = (wide)low->number * (shares && low->percent ? 1 : 100);

	return high->given && low->given &&
	    (end < begin || (end == begin && !(high->with && low->with)));
}

static struct ranges *
ranges_of(struct ranges **ranges)
{
	if (!*ranges)
		*ranges = fil_alloc(1, sizeof **ranges);
	return *ranges;
}

/* Adds a range with its value, or NULL for none, and creates *ranges if it is NULL; the caller
 * frees it. "50 .. 80" is from 50 up to, but not with, 80. A bound may have '%'. Returns 0, or -1
 * with a usage fault: a bound that is no number, an empty range, or one that meets a range of
 * another value. */
static int
ranges_add(struct ranges **ranges, const char *word, const char *value, struct fil_fault *fault)
{
	struct ranges *all = ranges_of(ranges);
	struct range range = { .value = NULL };

	if (!read_range(word, &range))
		return fil_fault_set(fault, FIL_USAGE, "'%s' is no range", word);
	if (ends_before(all, &range.high, &range.low))
		return fil_fault_set(fault, FIL_USAGE, "'%s' is an empty range", word);
	for (size_t i = 0; i < all->n; i++) {
		const struct range *other = &all->list[i];

		if (!ends_before(all, &range.high, &other->low) &&
		    !ends_before(all, &other->high, &range.low) &&
		    !fil_text_is_same(value, other->value))
			return fil_fault_set(fault, FIL_USAGE, "'%s' meets a range that means %s",
			    word, other->value ? other->value : "empty");
	}
	range.value = value ? fil_copy(value) : NULL;
	range.length = value ? strlen(value) : 0;
	all->list = fil_resize(all->list, all->n + 1, sizeof *all->list);
	all->list[all->n++] = range;
	return 0;
}

/* Returns whether bounds are shares: none is above 1, or in percent. */
static bool
have_small_bounds(const struct ranges *ranges)
{
	for (size_t i = 0; i < ranges->n; i++) {
		const struct range *range = &ranges->list[i];

		if (range->low.number > ONE || range->high.number > ONE || range->low.percent ||
		    range->high.percent)
			return false;
	}
	return ranges->n > 0;
}

/* Reads the number of a cell: "85 %", "18,5 / 20", with fractions "P (2/2)". As a fraction, or where
 * bounds are shares, "85 %" is 0.85; a scale divides it as it stands. Decimals after the sixth, as
 * workbooks have them of 1/3, are cut off: no bound has them. Returns whether it is one. */
static bool
read_cell(const struct ranges *ranges, const char *cell, struct quotient *number)
{
	const char *open = strrchr(cell, '(');
	bool framed = false;

	number->below = ONE;
	skip_space(&cell);
	if (ranges->fraction && open && strchr(open, ')')) {
		framed = true;
		cell = open + 1;
		skip_space(&cell);
	}
	if (!read_number(&cell, CELL_DIGITS, &number->above))
		return false;
	cell += strspn(cell, "0123456789");
	skip_space(&cell);
	number->bare = *cell != '/' && *cell != '%';
	if (*cell == '/') {
		int64_t below;

		cell++;
		skip_space(&cell);
		if (!read_number(&cell, DIGITS, &below) || below <= 0)
			return false;
		number->below = ranges->fraction ? below : ONE;
		skip_space(&cell);
	} else if (*cell == '%' && !framed) {
		number->below =
		    ranges->scale == 0 && (ranges->fraction || have_small_bounds(ranges))
		    ? 100 * ONE
		    : ONE;
		cell++;
		skip_space(&cell);
	} else if (framed) {
		return false;
	}
	if (framed && *cell++ != ')')
		return false;
	skip_space(&cell);
	return *cell == '\0';
}

/* Returns whether the bounds can only be meant for shares: all lie from 0 to 1, and not all are 0 or 1, as
 * those of counts may be. */
static bool
want_shares(const struct ranges *ranges)
{
	bool between = false;

	for (size_t i = 0; i < 2 * ranges->n; i++) {
		const struct range *range = &ranges->list[i / 2];
		const struct bound *bound = i % 2 == 0 ? &range->low : &range->high;
		int64_t most = bound->percent && ranges->fraction ? 100 * ONE : ONE;

		if (bound->given && (bound->number < 0 || bound->number > most))
			return false;
		between |= bound->given && bound->number > 0 && bound->number < most;
	}
	return between;
}

/* Returns whether a bound has '%', so that numbers are percentages. */
static bool
want_percentages(const struct ranges *ranges)
{
	for (size_t i = 0; i < ranges->n; i++)
		if (ranges->list[i].low.percent || ranges->list[i].high.percent)
			return !ranges->fraction;
	return false;
}

/* Finds a number of another measure than the bounds: 40 where 0.85 is one, or 0.9 where 85 % is one. What
 * it is as such is no guess. A number that is divided, or that has '%' or '/', has its measure. */
static enum fil_ranges_found
check_measure(const struct ranges *ranges, const struct quotient *number)
{
	if (ranges->scale > 0 || !number->bare)
		return FIL_RANGES_FOUND;
	if (number->above > ONE && want_shares(ranges))
		return FIL_RANGES_NO_SHARE;
	if (number->above > 0 && number->above < ONE && want_percentages(ranges))
		return FIL_RANGES_NO_PERCENTAGE;
	return FIL_RANGES_FOUND;
}

/* Compares a number with a bound. Returns less than, equal to or greater than 0. */
static int
compare(const struct ranges *ranges, const struct quotient *number, const struct bound *bound)
{
	/* above / below / scale against bound, or bound / 100: all in millionths. */
	wide left = (wide)number->above * ONE * (bound->percent && are_shares(ranges) ? 100 : 1);
	wide right = (wide)bound->number * number->below;

	if (ranges->scale > 0) {
		left *= ONE;
		right *= ranges->scale;
	}
	return (left > right) - (left < right);
}

static bool
is_within(const struct ranges *ranges, const struct quotient *number, const struct range *range)
{
	int low = range->low.given ? compare(ranges, number, &range->low) : 1;
	int high = range->high.given ? compare(ranges, number, &range->high) : -1;

	return (low > 0 || (low == 0 && range->low.with)) &&
	    (high < 0 || (high == 0 && range->high.with));
}

/* Writes a number, divided, with up to three decimals, half a thousandth rounded away from 0. Returns
 * whether it has at most twelve digits before the sign. */
static bool
write_number(struct ranges *ranges, const struct quotient *number)
{
	wide above = (wide)number->above * 1000, below = number->below;
	bool minus = above < 0;
	wide thousandths;
	int n;

	if (ranges->scale > 0) {
		above *= ONE;
		below *= ranges->scale;
	}
	thousandths = ((minus ? -above : above) * 2 + below) / (below * 2);
	if (thousandths / 1000 / ONE >= ONE)
		return false;
	n = snprintf(ranges->number, sizeof ranges->number, "%s%" PRId64 ".%03d", minus ? "-" : "",
	    (int64_t)(thousandths / 1000), (int)(thousandths % 1000));
	while (ranges->number[n - 1] == '0')
		n--;
	ranges->number[n - (ranges->number[n - 1] == '.')] = '\0';
	return true;
}

/* As fil_words_find_range. */
static enum fil_ranges_found
ranges_find(struct ranges *ranges, const char *cell, size_t n, const char **value, size_t *length)
{
	struct quotient number;
	enum fil_ranges_found measure;

	if (n == 0 || (ranges->n == 0 && ranges->scale == 0 && !ranges->fraction) ||
	    !read_cell(ranges, cell, &number))
		return FIL_RANGES_NO_NUMBER;
	if (ranges->n == 0) {
		if (!write_number(ranges, &number))
			return FIL_RANGES_OUTSIDE;
		*value = ranges->number;
		*length = strlen(ranges->number);
		return FIL_RANGES_DIVIDED;
	}
	if ((measure = check_measure(ranges, &number)) != FIL_RANGES_FOUND)
		return measure;
	for (size_t i = 0; i < ranges->n; i++) {
		if (!is_within(ranges, &number, &ranges->list[i]))
			continue;
		*value = ranges->list[i].value;
		*length = ranges->list[i].length;
		return FIL_RANGES_FOUND;
	}
	return FIL_RANGES_OUTSIDE;
}

/* Frees the ranges; NULL is fine. */
static void
ranges_free(struct ranges *ranges)
{
	if (!ranges)
		return;
	for (size_t i = 0; i < ranges->n; i++)
		free(ranges->list[i].value);
	free(ranges->list);
	free(ranges);
}

enum {
	RECENT = 1024, /* cells in the cache, */
	RECENT_BYTES = 256, /* of at most that many bytes */
};

/* The number of a word that matches a pattern. */
#define PATTERN (FIL_NOWHERE - 1)

struct meaning {
	char *value; /* NULL: no value */
	size_t length;
};

/* A cell looked up before, and its word. */
struct recent {
	char *cell; /* NULL: unused */
	size_t n, room;
	size_t word; /* FIL_NOWHERE: no word */
};

struct fil_words {
	struct fil_hash *numbers; /* the words, folded */
	struct meaning *meanings; /* the values of the words */
	size_t n;
	size_t nothing; /* the word of an empty cell, or FIL_NOWHERE */
	struct ranges *ranges; /* or NULL */
	char **patterns; /* words with '*', as of fil_text_is_like; all mean nothing */
	size_t n_patterns;
	struct recent *recent;
};

static struct fil_words *
new_words(void)
{
	struct fil_words *words = fil_alloc(1, sizeof *words);

	words->numbers = fil_hash_new_map();
	words->recent = fil_alloc(RECENT, sizeof *words->recent);
	words->nothing = FIL_NOWHERE;
	return words;
}

/* Returns the form in which cells and words are compared; the caller frees it. Spaces beside '/' do not
 * matter, as in a unit. */
static char *
fold(const char *cell, bool *empty)
{
	struct fil_bytes spelt = { 0 };
	char *folded;

	fil_text_spell(cell, strlen(cell), FIL_SPELL_PATH, &spelt);
	*empty = spelt.length == 0;
	folded = fil_text_fold(spelt.data);
	fil_bytes_release(&spelt);
	return folded;
}

/* Numbers a new word. Returns its number, or the number that the word already has. */
static size_t
number_word(struct fil_words *words, const char *word)
{
	bool added, empty;
	char *folded;
	size_t number;

	if (word[strspn(word, " \t")] == '\0' || strcmp(word, "(empty)") == 0) {
		if (words->nothing == FIL_NOWHERE)
			words->nothing = words->n;
		return words->nothing;
	}
	folded = fold(word, &empty);
	number = fil_hash_give(words->numbers, folded, strlen(folded), words->n, &added);
	free(folded);
	return number;
}

static int
add_word(struct fil_words *words, const char *word, const char *value, struct fil_fault *fault)
{
	size_t number = number_word(words, word);
	const char *before;

	if (number == words->n) {
		words->meanings =
		    fil_resize(words->meanings, words->n + 1, sizeof *words->meanings);
		words->meanings[words->n++] = (struct meaning){ .value = fil_copy(value),
			.length = value ? strlen(value) : 0 };
		return 0;
	}
	before = words->meanings[number].value;
	if (before == value || (before && value && strcmp(before, value) == 0))
		return 0;
	if (!before)
		return fil_fault_set(fault, FIL_USAGE, "'%s' already means nothing", word);
	return fil_fault_set(fault, FIL_USAGE, "'%s' already means %s", word, before);
}

/* Cuts the next word off a text, at '|' or the end, where *text then is; the caller frees it. *bare: it
 * stood in no quotes. */
static char *
cut_word(const char **text, bool *bare)
{
	const char *begin = *text + strspn(*text, " \t"), *end, *last;
	size_t quoted = fil_quoted_length(begin);

	end = begin + quoted + strspn(begin + quoted, " \t");
	*bare = quoted == 0 || (*end != '|' && *end != '\0');
	if (!*bare) {
		*text = end;
		return fil_quoted_read(begin, quoted);
	}
	*text = end = strchrnul(begin, '|');
	for (last = end; last > begin && (last[-1] == ' ' || last[-1] == '\t');)
		last--;
	return fil_copy_bytes(begin, (size_t)(last - begin));
}

int
fil_words_add(
    struct fil_words **words, const char *text, const char *value, struct fil_fault *fault)
{
	int result = 0;
	bool bare;

	if (!*words)
		*words = new_words();
	for (; result == 0; text++) {
		char *word = cut_word(&text, &bare);

		result = bare && is_range(word) ? ranges_add(&(*words)->ranges, word, value, fault)
						: add_word(*words, word, value, fault);
		free(word);
		if (*text == '\0')
			break;
	}
	return result;
}

/* Adds a word with '*' to the patterns. */
static void
add_pattern(struct fil_words *words, const char *word)
{
	words->patterns =
	    fil_resize(words->patterns, words->n_patterns + 1, sizeof *words->patterns);
	words->patterns[words->n_patterns++] = fil_copy(word);
}

void
fil_words_add_patterns(struct fil_words **words, const char *text)
{
	struct fil_fault fault;
	bool bare;

	if (!*words)
		*words = new_words();
	for (;; text++) {
		char *word = cut_word(&text, &bare);

		if (bare && strchr(word, '*'))
			add_pattern(*words, word);
		else if (add_word(*words, word, NULL, &fault) < 0) /* all have the same meaning */
			fil_bug("words of a skip: %s", fault.text);
		free(word);
		if (*text == '\0')
			return;
	}
}

/* Returns the ranges. Creates *words and them if there are none. */
static struct ranges *
words_ranges(struct fil_words **words)
{
	if (!*words)
		*words = new_words();
	return ranges_of(&(*words)->ranges);
}

int
fil_words_scale(struct fil_words **words, const char *scale, struct fil_fault *fault)
{
	struct ranges *all = words_ranges(words);
	const char *at = scale;

	if (!read_number(&at, DIGITS, &all->scale) || *at != '\0' || all->scale <= 0)
		return fil_fault_set(
		    fault, FIL_USAGE, "scale takes a number above 0, not '%s'", scale);
	return 0;
}

void
fil_words_fraction(struct fil_words **words, bool fraction)
{
	words_ranges(words)->fraction = fraction;
}

enum fil_ranges_found
fil_words_find_range(
    const struct fil_words *words, const char *cell, size_t n, const char **value, size_t *length)
{
	return words->ranges ? ranges_find(words->ranges, cell, n, value, length)
			     : FIL_RANGES_NO_NUMBER;
}

/* Returns the place of a cell in the cache (FNV-1a). */
static struct recent *
place_of(const struct fil_words *words, const char *cell, size_t n)
{
	uint32_t hash = UINT32_C(2166136261);

	for (size_t i = 0; i < n; i++)
		hash = (hash ^ (unsigned char)cell[i]) * UINT32_C(16777619);
	return &words->recent[(hash ^ hash >> 16) % RECENT];
}

static size_t
find_word(const struct fil_words *words, const char *cell)
{
	bool empty;
	char *folded = fold(cell, &empty);
	size_t word = words->nothing;

	/* A cell is empty as it is spelt; a dash, which folds to nothing too, is a word. */
	if (!empty)
		word = fil_hash_number(words->numbers, folded, strlen(folded));
	for (size_t i = 0; !empty && word == FIL_NOWHERE && i < words->n_patterns; i++)
		if (fil_text_is_like(words->patterns[i], cell))
			word = PATTERN;
	free(folded);
	return word;
}

/* Returns the number of the word in a cell, or FIL_NOWHERE. */
static size_t
find_recent(struct fil_words *words, const char *cell, size_t n)
{
	struct recent *recent;

	if (n > RECENT_BYTES)
		return find_word(words, cell);
	recent = place_of(words, cell, n);
	if (recent->cell && recent->n == n && memcmp(recent->cell, cell, n) == 0)
		return recent->word;
	if (!recent->cell || recent->room < n) {
		recent->room = n + 16;
		recent->cell = fil_resize(recent->cell, recent->room, 1);
	}
	memcpy(recent->cell, cell, n);
	recent->n = n;
	recent->word = find_word(words, cell);
	return recent->word;
}

bool
fil_words_find(
    struct fil_words *words, const char *cell, size_t n, const char **value, size_t *length)
{
	size_t word = n == 0 ? words->nothing : find_recent(words, cell, n);

	if (word == FIL_NOWHERE)
		return false;
	if (word == PATTERN) {
		*value = NULL;
		*length = 0;
		return true;
	}
	*value = words->meanings[word].value;
	*length = words->meanings[word].length;
	return true;
}

void
fil_words_free(struct fil_words *words)
{
	if (!words)
		return;
	for (size_t i = 0; i < words->n; i++)
		free(words->meanings[i].value);
	for (size_t i = 0; i < RECENT; i++)
		free(words->recent[i].cell);
	for (size_t i = 0; i < words->n_patterns; i++)
		free(words->patterns[i]);
	free(words->patterns);
	ranges_free(words->ranges);
	fil_hash_free(words->numbers);
	free(words->meanings);
	free(words->recent);
	free(words);
}
