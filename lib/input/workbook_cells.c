/* SPDX-License-Identifier: ISC */
#include "lib/input/workbook_cells.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "lib/base/date.h"
#include "lib/base/language.h"
#include "lib/base/memory.h"
#include "lib/base/temp_file.h"

/* Day 0 of a fil_day in the two systems, and the first day of that of 1900 that is no mistake:
 * before it stands a 29 February 1900, which never was. The last day is in the year 9999. */
enum {
	EPOCH_1900 = 25569,
	EPOCH_1904 = 24107,
	FIRST_1900 = 61,
	LAST = 2932896,
	SECONDS = 24 * 60 * 60
};

/* Amounts of time end below a million days. */
enum { DAYS_MOST = 1000000 };

enum fil_number_format
fil_number_format_read(const char *code)
{
	bool day = false, time = false, month = false, percent = false;

	for (const char *at = code; *at != '\0' && *at != ';'; at++) {
		const char *end;

		if (*at == '"' || *at == '[') {
			time |= *at == '[' && strchr("hHmMsS", at[1]) && at[1] != '\0';
			end = strchr(at + 1, *at == '"' ? '"' : ']');
			at = end ? end : at + strlen(at) - 1;
		} else if (strchr("\\_*", *at)) {
			at += at[1] != '\0';
		} else if (strncasecmp(at, "general", 7) == 0) {
			at += 6;
		} else if (strncasecmp(at, "am/pm", 5) == 0) {
			at += 4;
		} else {
			day |= strchr("yYdD", *at) != NULL;
			time |= strchr("hHsS", *at) != NULL;
			month |= *at == 'm' || *at == 'M';
			percent |= *at == '%';
		}
	}
	if (day || (month && !time))
		return time ? FIL_SHOWN_DAY_TIME : FIL_SHOWN_DAY;
	if (time)
		return FIL_SHOWN_TIME;
	return percent ? FIL_SHOWN_PERCENT : FIL_SHOWN_NUMBER;
}

enum fil_number_format
fil_number_format_known(size_t number)
{
	if (number == 9 || number == 10)
		return FIL_SHOWN_PERCENT;
	/* 27 to 36 and 50 to 58 are of East Asia. */
	if ((number >= 14 && number <= 17) || (number >= 27 && number <= 31) || number == 36 ||
	    (number >= 50 && number <= 58))
		return FIL_SHOWN_DAY;
	if (number == 22)
		return FIL_SHOWN_DAY_TIME;
	if ((number >= 18 && number <= 21) || (number >= 32 && number <= 35) ||
	    (number >= 45 && number <= 47))
		return FIL_SHOWN_TIME;
	return FIL_SHOWN_NUMBER;
}

static void
add_zeros(struct fil_bytes *text, long n)
{
	for (; n > 0; n--)
		fil_bytes_add(text, "0", 1);
}

/* Adds a number as its shortest decimal that is exact, without an exponent, and with its point moved to
 * the right by so many digits. */
static void
add_number(struct fil_bytes *text, double number, int moved)
{
	char digits[32];
	long n, exponent;

	for (int precision = 14; precision <= 16; precision++) {
		snprintf(digits, sizeof digits, "%.*e", precision, fabs(number));
		if (strtod(digits, NULL) == fabs(number))
			break;
	}
	exponent = strtol(strchr(digits, 'e') + 1, NULL, 10) + (number != 0 ? moved : 0);
	n = (long)strcspn(digits, "e") - 1; /* without the point */
	memmove(digits + 1, digits + 2, (size_t)n - 1);
	while (n > 1 && digits[n - 1] == '0')
		n--;
	if (number < 0)
		fil_bytes_add_text(text, "-");
	if (exponent < 0) {
		fil_bytes_add_text(text, "0.");
		add_zeros(text, -exponent - 1);
		fil_bytes_add(text, digits, (size_t)n);
	} else if (exponent >= n - 1) {
		fil_bytes_add(text, digits, (size_t)n);
		add_zeros(text, exponent - (n - 1));
	} else {
		fil_bytes_add(text, digits, (size_t)exponent + 1);
		fil_bytes_add_text(text, ".");
		fil_bytes_add(text, digits + exponent + 1, (size_t)(n - exponent - 1));
	}
}

/* Adds the day and time that a number is in a system. Returns whether it is one. */
static bool
add_day(struct fil_bytes *text, double number, int epoch, bool with_time)
{
	char written[FIL_DATE_SIZE];
	double whole = floor(number);
	long seconds = lround((number - whole) * SECONDS);
	/* Between the first days of a system and the end of the year 9999. */
	double least = epoch == EPOCH_1900 ? 1 : 0;

	if (!(whole >= least && whole <= LAST + epoch) ||
	    (epoch == EPOCH_1900 && whole == FIRST_1900 - 1))
		return false;
	whole -= epoch;
	if (epoch == EPOCH_1900 && number < FIRST_1900)
		whole++;
	if (seconds == SECONDS) {
		whole++;
		seconds = 0;
	}
	if (whole > LAST)
		return false;
	fil_date_write((fil_day)whole, written);
	fil_bytes_add_text(text, written);
	if (with_time && seconds > 0)
		fil_bytes_add_format(
		    text, " %02ld:%02ld:%02ld", seconds / 3600, seconds / 60 % 60, seconds % 60);
	return true;
}

/* Returns whether a value of n bytes is its shortest exact decimal as it stands: digits alone, which a
 * double may not hold, as those of a person's number; or at most 15 digits with a point, which a
 * double tells apart. */
static bool
is_shortest(const char *value, size_t n)
{
	size_t whole = strspn(value, "0123456789"), part;

	if (whole == n)
		return *value != '0';
	part = n - whole - 1;
	return n <= 16 && value[whole] == '.' && (*value != '0' ? whole > 0 : whole == 1) &&
	    part > 0 && strspn(value + whole + 1, "0123456789") == part && value[n - 1] != '0';
}

void
fil_number_format_write(const char *value, size_t n, enum fil_number_format shown, bool system_1904,
    struct fil_bytes *text)
{
	char *end;
	double number;
	long seconds;

	if (shown == FIL_SHOWN_NUMBER && is_shortest(value, n)) {
		fil_bytes_add(text, value, n);
		return;
	}
	number = strtod(value, &end);
	/* A hexadecimal number, which strtod reads, is none of a workbook. */
	if (end == value || *end != '\0' || !isfinite(number) || strpbrk(value, "xX")) {
		fil_bytes_add(text, value, n);
	} else if (shown == FIL_SHOWN_TIME && number >= 0 && number < DAYS_MOST) {
		seconds = lround(number * SECONDS);
		fil_bytes_add_format(
		    text, "%02ld:%02ld:%02ld", seconds / 3600, seconds / 60 % 60, seconds % 60);
	} else if (shown == FIL_SHOWN_PERCENT) {
		add_number(text, number, 2);
		fil_bytes_add_text(text, "%");
	} else if (shown == FIL_SHOWN_NUMBER || shown == FIL_SHOWN_TIME ||
	    !add_day(
		text, number, system_1904 ? EPOCH_1904 : EPOCH_1900, shown == FIL_SHOWN_DAY_TIME)) {
		add_number(text, number, 0);
	}
}

enum {
	IN_MEMORY = 8 * 1024 * 1024,
	EACH = 4, /* the place of every so many texts is known */
	PAGE = 16 * 1024,
	PAGES = 512, /* of the file that stay in memory: 8 MiB */
};

/* Texts lie one behind the other, each after its length as a uint32_t. Those in memory are
 * behind those in the file. */
struct fil_shared_strings {
	const char *folder;
	struct fil_bytes bytes; /* in memory */
	uint64_t *places, size; /* of every text EACH; bytes of all */
	size_t n;
	int fd; /* of the file; -1: all are in memory */
	uint64_t in_file;
	char *pages; /* a page of the file is at its number modulo PAGES */
	uint64_t *numbers; /* of these pages, from 1 */
};

struct fil_shared_strings *
fil_shared_strings_new(const char *folder)
{
	struct fil_shared_strings *strings = fil_alloc(1, sizeof *strings);

	strings->folder = folder;
	strings->fd = -1;
	return strings;
}

/* Writes what is in memory to the file. Returns 0, or -1 with a fault. */
static int
spill(struct fil_shared_strings *strings, struct fil_fault *fault)
{
	int error;

	if (strings->fd < 0) {
		strings->fd = fil_temp_file_descriptor(strings->folder, fault);
		if (strings->fd < 0)
			return -1;
		strings->pages = fil_alloc(PAGES, PAGE);
		strings->numbers = fil_alloc(PAGES, sizeof *strings->numbers);
	}
	error = fil_descriptor_write(
	    strings->fd, strings->bytes.data, strings->bytes.length, (off_t)strings->in_file);
	if (error)
		return fil_fault_set(fault, FIL_IO_ERROR, "cannot keep the input in %s: %s",
		    strings->folder, fil_language_error(error));
	strings->in_file += strings->bytes.length;
	fil_bytes_clear(&strings->bytes);
	return 0;
}

int
fil_shared_strings_add(
    struct fil_shared_strings *strings, const char *text, size_t n, struct fil_fault *fault)
{
	uint32_t length = (uint32_t)n;

	if (strings->n % EACH == 0) {
		size_t known = strings->n / EACH;

		if ((known & (known - 1)) == 0)
			strings->places = fil_resize(
			    strings->places, known > 0 ? 2 * known : 1, sizeof *strings->places);
		strings->places[known] = strings->size;
	}
	fil_bytes_add(&strings->bytes, (const char *)&length, sizeof length);
	fil_bytes_add(&strings->bytes, text, n);
	strings->size += sizeof length + n;
	strings->n++;
	return strings->bytes.length > IN_MEMORY ? spill(strings, fault) : 0;
}

/* Reads a page of the file that is not in memory. Returns 0, or -1 with a fault. */
static int
read_page(struct fil_shared_strings *strings, uint64_t page, struct fil_fault *fault)
{
	char *to = strings->pages + page % PAGES * PAGE;
	uint64_t at = page * PAGE;
	size_t left = strings->in_file - at < PAGE ? (size_t)(strings->in_file - at) : PAGE;
	int error = fil_descriptor_read(strings->fd, to, left, (off_t)at);

	strings->numbers[page % PAGES] = 0;
	if (error)
		return fil_fault_set(fault, FIL_IO_ERROR, "cannot read the input back from %s: %s",
		    strings->folder, fil_language_error(error));
	strings->numbers[page % PAGES] = page + 1;
	return 0;
}

/* Copies n bytes from a place. Returns 0, or -1 with a fault. */
static int
copy(
    struct fil_shared_strings *strings, uint64_t place, char *to, size_t n, struct fil_fault *fault)
{
	while (n > 0 && place < strings->in_file) {
		uint64_t page = place / PAGE, in_page = place % PAGE;
		size_t step = PAGE - (size_t)in_page;

		if (strings->numbers[page % PAGES] != page + 1 &&
		    read_page(strings, page, fault) < 0)
			return -1;
		if (step > strings->in_file - place)
			step = (size_t)(strings->in_file - place);
		if (step > n)
			step = n;
		memcpy(to, strings->pages + page % PAGES * PAGE + in_page, step);
		place += step;
		to += step;
		n -= step;
	}
	if (n > 0)
		memcpy(to, strings->bytes.data + (place - strings->in_file), n);
	return 0;
}

int
fil_shared_strings_get(struct fil_shared_strings *strings, size_t number, struct fil_bytes *text,
    struct fil_fault *fault)
{
	uint64_t place;
	uint32_t length;

	if (number >= strings->n)
		return 0;
	place = strings->places[number / EACH];
	for (size_t skip = number % EACH;; skip--) {
		if (copy(strings, place, (char *)&length, sizeof length, fault) < 0)
			return -1;
		place += sizeof length;
		if (skip == 0)
			break;
		place += length;
	}
	fil_bytes_clear(text);
	fil_bytes_reserve(text, length + 1);
	if (copy(strings, place, text->data, length, fault) < 0)
		return -1;
	text->length = length;
	text->data[length] = '\0';
	return 1;
}

void
fil_shared_strings_free(struct fil_shared_strings *strings)
{
	if (!strings)
		return;
	if (strings->fd >= 0)
		close(strings->fd);
	fil_bytes_release(&strings->bytes);
	free(strings->places);
	free(strings->pages);
	free(strings->numbers);
	free(strings);
}
