/* SPDX-License-Identifier: ISC */
#include "lib/mapping/ranges.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/memory.h"
#include "lib/base/utf8.h"

/* Numbers are counted in millionths. They have at most six digits before the sign, cells twelve. */
enum { DECIMALS = 6, DIGITS = 6, CELL_DIGITS = 12, ONE = 1000000 };

__extension__ typedef __int128 wide;

/* A number as a quotient of millionths; below is positive. */
struct quotient {
	int64_t above, below;
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

struct fil_ranges {
	struct range *list;
	size_t n;
	int64_t scale; /* 0: not divided */
	bool fraction;
	char number[FIL_RANGES_NUMBER]; /* the last that was divided */
};

/* Skips white space, no-break spaces too. */
static void
skip_space(const char **text)
{
	size_t n = strlen(*text);

	*text += fil_utf8_trim(*text, &n);
}

/* Reads a decimal of so many digits at most, with a comma or a point, and moves the text past it. Returns
 * whether it is one. */
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
	if (*at >= '0' && *at <= '9')
		return false;
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

bool
fil_ranges_is_range(const char *word)
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

/* Returns whether a range ends before another one begins. */
static bool
ends_before(const struct bound *high, const struct bound *low)
{
	return high->given && low->given &&
	    (high->number < low->number ||
		(high->number == low->number && !(high->with && low->with)));
}

/* Returns whether two values are the same; NULL is no value. */
static bool
are_same(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

static struct fil_ranges *
ranges_of(struct fil_ranges **ranges)
{
	if (!*ranges)
		*ranges = fil_alloc(1, sizeof **ranges);
	return *ranges;
}

int
fil_ranges_add(
    struct fil_ranges **ranges, const char *word, const char *value, struct fil_fault *fault)
{
	struct fil_ranges *all = ranges_of(ranges);
	struct range range = { .value = NULL };

	if (!read_range(word, &range))
		return fil_fault_set(fault, FIL_USAGE, "'%s' is no range", word);
	if (ends_before(&range.high, &range.low))
		return fil_fault_set(fault, FIL_USAGE, "'%s' is an empty range", word);
	for (size_t i = 0; i < all->n; i++) {
		const struct range *other = &all->list[i];

		if (!ends_before(&range.high, &other->low) &&
		    !ends_before(&other->high, &range.low) && !are_same(value, other->value))
			return fil_fault_set(fault, FIL_USAGE, "'%s' meets a range that means %s",
			    word, other->value ? other->value : "empty");
	}
	range.value = value ? fil_copy(value) : NULL;
	range.length = value ? strlen(value) : 0;
	all->list = fil_resize(all->list, all->n + 1, sizeof *all->list);
	all->list[all->n++] = range;
	return 0;
}

int
fil_ranges_scale(struct fil_ranges **ranges, const char *scale, struct fil_fault *fault)
{
	struct fil_ranges *all = ranges_of(ranges);
	const char *at = scale;

	if (!read_number(&at, DIGITS, &all->scale) || *at != '\0' || all->scale <= 0)
		return fil_fault_set(
		    fault, FIL_USAGE, "scale takes a number above 0, not '%s'", scale);
	return 0;
}

void
fil_ranges_fraction(struct fil_ranges **ranges, bool fraction)
{
	ranges_of(ranges)->fraction = fraction;
}

/* Reads the number of a cell: "85 %", "18,5 / 20", with fractions "P (2/2)". Returns whether it is one. */
static bool
read_cell(const struct fil_ranges *ranges, const char *cell, struct quotient *number)
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
	skip_space(&cell);
	if (*cell == '/') {
		int64_t below;

		cell++;
		skip_space(&cell);
		if (!read_number(&cell, DIGITS, &below) || below <= 0)
			return false;
		number->below = ranges->fraction ? below : ONE;
		skip_space(&cell);
	} else if (*cell == '%' && !framed) {
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

/* Compares a number with a bound. Returns less than, equal to or greater than 0. */
static int
compare(const struct fil_ranges *ranges, const struct quotient *number, const struct bound *bound)
{
	bool shares = ranges->fraction || ranges->scale > 0;
	/* above / below / scale against bound, or bound / 100: all in millionths. */
	wide left = (wide)number->above * ONE * (bound->percent && shares ? 100 : 1);
	wide right = (wide)bound->number * number->below;

	if (ranges->scale > 0) {
		left *= ONE;
		right *= ranges->scale;
	}
	return (left > right) - (left < right);
}

static bool
is_within(const struct fil_ranges *ranges, const struct quotient *number, const struct range *range)
{
	int low = range->low.given ? compare(ranges, number, &range->low) : 1;
	int high = range->high.given ? compare(ranges, number, &range->high) : -1;

	return (low > 0 || (low == 0 && range->low.with)) &&
	    (high < 0 || (high == 0 && range->high.with));
}

/* Writes a number, divided, with up to three decimals, half a thousandth rounded away from 0. Returns
 * whether it has at most twelve digits before the sign. */
static bool
write_number(struct fil_ranges *ranges, const struct quotient *number)
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

enum fil_ranges_found
fil_ranges_find(
    struct fil_ranges *ranges, const char *cell, size_t n, const char **value, size_t *length)
{
	struct quotient number;

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
	for (size_t i = 0; i < ranges->n; i++) {
		if (!is_within(ranges, &number, &ranges->list[i]))
			continue;
		*value = ranges->list[i].value;
		*length = ranges->list[i].length;
		return FIL_RANGES_FOUND;
	}
	return FIL_RANGES_OUTSIDE;
}

void
fil_ranges_free(struct fil_ranges *ranges)
{
	if (!ranges)
		return;
	for (size_t i = 0; i < ranges->n; i++)
		free(ranges->list[i].value);
	free(ranges->list);
	free(ranges);
}
