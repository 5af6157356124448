/* SPDX-License-Identifier: ISC */
#include "lib/input/decoder.h"

#include <errno.h>
#include <iconv.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "lib/base/memory.h"
#include "lib/base/utf8.h"

/* The most bytes that a character of UTF-8 takes when it was encoded twice, with the next byte. */
enum { DOUBLED = 4 * 3 + 1 };

/* One byte as UTF-8. */
struct expansion {
	char text[4];
	uint8_t length;
	bool undefined;
};

struct fil_decoder {
	iconv_t iconv;
	bool twice; /* FIL_DOUBLE_UTF8: iconv is not used */
	bool in_word; /* there: the character before is a letter that stays */
	bool kept; /* there: a character beyond ASCII stays */
	bool mixed; /* FIL_MIXED_UTF8: table[] holds the characters that are no UTF-8 */
	size_t unit; /* bytes of the smallest character: the step over a bad one */
	bool table; /* single-byte encoding: table[] holds the characters */
	bool ascii; /* the first 128 are ASCII */
	bool unsound;
	struct expansion expansions[256];
};

/* Returns whether the byte is decoded alone, whatever precedes or follows it. */
static bool
expand(iconv_t converter, unsigned char byte, struct expansion *expansion)
{
	char in = (char)byte, out[8], *from = &in, *to = out;
	size_t n = 1, room = sizeof out, got;

	iconv(converter, NULL, NULL, NULL, NULL);
	got = iconv(converter, &from, &n, &to, &room);
	if (got == (size_t)-1 && errno == EILSEQ) {
		expansion->undefined = true;
		memcpy(expansion->text, byte < 0xC0 && byte >= 0x80 ? &in : "\xFF", 1);
		expansion->length = 1;
		return true;
	}
	expansion->length = (uint8_t)(sizeof out - room);
	if (got == (size_t)-1 || expansion->length == 0 ||
	    expansion->length > sizeof expansion->text)
		return false;
	memcpy(expansion->text, out, expansion->length);
	return true;
}

/* Returns whether the first 128 bytes are ASCII, by one call: a decoder may be made for each of many
 * small trials. Fills their expansions then. */
static bool
is_ascii(struct fil_decoder *decoder)
{
	char in[128], out[sizeof in], *from = in, *to = out;
	size_t n = sizeof in, room = sizeof out;

	for (size_t b = 0; b < sizeof in; b++)
		in[b] = (char)b;
	iconv(decoder->iconv, NULL, NULL, NULL, NULL);
	iconv(decoder->iconv, &from, &n, &to, &room);
	if (room > 0 || memcmp(in, out, sizeof in) != 0)
		return false;
	for (size_t b = 0; b < sizeof in; b++)
		decoder->expansions[b] = (struct expansion){ .text = { (char)b }, .length = 1 };
	return true;
}

static void
make_table(struct fil_decoder *decoder)
{
	decoder->table = true;
	decoder->ascii = is_ascii(decoder);
	for (unsigned b = decoder->ascii ? 0x80 : 0; b < 256 && decoder->table; b++) {
		struct expansion *expansion = &decoder->expansions[b];

		decoder->table = expand(decoder->iconv, (unsigned char)b, expansion);
	}
	iconv(decoder->iconv, NULL, NULL, NULL, NULL);
}

/* Returns the length of a line end in the encoding, in bytes. */
static size_t
find_unit(const char *encoding)
{
	char in[] = "\n", out[16], *from = in, *to = out;
	size_t n = 1, room = sizeof out;
	iconv_t converter = iconv_open(encoding, "UTF-8");

	if (converter == (iconv_t)-1)
		return 1;
	iconv(converter, &from, &n, &to, &room);
	iconv_close(converter);
	return room < sizeof out ? sizeof out - room : 1;
}

struct fil_decoder *
fil_decoder_new(const char *encoding)
{
	bool twice = strcasecmp(encoding, FIL_DOUBLE_UTF8) == 0;
	bool mixed = strcasecmp(encoding, FIL_MIXED_UTF8) == 0;
	iconv_t converter = iconv_open("UTF-8",
	    twice       ? "UTF-8"
		: mixed ? "WINDOWS-1252"
			: encoding);
	struct fil_decoder *decoder;

	if (converter == (iconv_t)-1)
		return NULL;
	decoder = fil_alloc(1, sizeof *decoder);
	decoder->iconv = converter;
	decoder->twice = twice;
	decoder->mixed = mixed;
	if (twice)
		return decoder;
	make_table(decoder);
	decoder->unit = mixed || decoder->ascii ? 1 : find_unit(encoding);
	return decoder;
}

/* Copies four bytes for each character and keeps its real length: this needs no branch. */
static char *
run_table(struct fil_decoder *decoder, const char **bytes, size_t *n, char *text, size_t room)
{
	const char *in = *bytes, *end = in + *n;
	char *limit = text + room - FIL_DECODER_ROOM;
	bool undefined = false;

	while (in < end && text <= limit) {
		size_t step = end - in < 8 ? (size_t)(end - in) : 8;

		if (decoder->ascii && step == 8 && (fil_word_at(in) & FIL_EACH(0x80)) == 0) {
			memcpy(text, in, 8);
			text += 8;
			in += 8;
			continue;
		}
		for (; step > 0; step--, in++) {
			const struct expansion *expansion =
			    &decoder->expansions[(unsigned char)*in];

			memcpy(text, expansion->text, sizeof expansion->text);
			text += expansion->length;
			undefined |= expansion->undefined;
		}
	}
	decoder->unsound |= undefined;
	*bytes = in;
	*n = (size_t)(end - in);
	return text;
}

static char *
run_iconv(
    struct fil_decoder *decoder, const char **bytes, size_t *n, char *text, size_t room, bool last)
{
	char *from, *to = text;
	size_t skip;

	memcpy(&from, bytes, sizeof from); /* iconv takes a char ** but writes nothing there */
	while (*n > 0 && room >= FIL_DECODER_ROOM) {
		if (iconv(decoder->iconv, &from, n, &to, &room) != (size_t)-1 || errno == E2BIG)
			continue;
		if (errno == EINVAL && !last)
			break;
		skip = errno == EINVAL || *n < decoder->unit ? *n : decoder->unit;
		from += skip;
		*n -= skip;
		*to++ = '\xFF';
		room--;
		decoder->unsound = true;
	}
	if (*n == 0 && last && room >= FIL_DECODER_ROOM)
		iconv(decoder->iconv, NULL, NULL, &to, &room);
	*bytes = from;
	return to;
}

/* Returns the byte that Windows-1252 reads as the character, or -1. Bytes without a meaning there are
 * read as the control character of that number. */
static int
windows_byte(uint32_t c)
{
	static const uint16_t high[32] = { 0x20AC, 0, 0x201A, 0x192, 0x201E, 0x2026, 0x2020, 0x2021,
		0x2C6, 0x2030, 0x160, 0x2039, 0x152, 0, 0x17D, 0, 0, 0x2018, 0x2019, 0x201C, 0x201D,
		0x2022, 0x2013, 0x2014, 0x2DC, 0x2122, 0x161, 0x203A, 0x153, 0, 0x17E, 0x178 };

	if (c < 0x100)
		return (int)c;
	for (int i = 0; i < 32; i++)
		if (high[i] == c)
			return 0x80 + i;
	return -1;
}

/* Bytes of a character of UTF-8 that were written as characters of Windows-1252. */
struct doubled {
	char bytes[4];
	size_t n; /* bytes read */
	size_t length; /* bytes of the input that they take */
	bool whole; /* they are a character */
};

static struct doubled
read_doubled(const char *text, size_t n)
{
	struct doubled doubled = { .length = 0 };
	size_t wanted = 1, length;

	while (doubled.n < wanted && doubled.length < n) {
		int byte = windows_byte(
		    fil_utf8_decode(text + doubled.length, n - doubled.length, &length));

		if (doubled.n == 0 ? byte < 0xC2 || byte > 0xF4 : byte < 0x80 || byte > 0xBF)
			break;
		if (doubled.n == 0)
			wanted = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : 2;
		doubled.bytes[doubled.n++] = (char)byte;
		doubled.length += length;
	}
	doubled.whole =
	    doubled.n == wanted && wanted > 1 && fil_utf8_check(doubled.bytes, wanted) == wanted;
	return doubled;
}

/* Returns whether both are as they were meant: an accent that ends a word, and a typographic sign
 * behind it. The bytes that most accents of Latin letters begin with are left out. */
static bool
is_plain(const struct doubled *doubled)
{
	return !memchr("\xC2\xC3\xC4\xC5\xE1\xE2", doubled->bytes[0], 6) &&
	    memchr("\x85\x91\x92\x93\x94\x96\x97\xA0\xAB\xBB", doubled->bytes[1], 10);
}

static bool
is_ascii_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Returns whether the rest of a character was lost: "Ã" whose no-break space became a space, "â€". */
static bool
is_cut(const struct doubled *doubled, const char *rest, size_t n)
{
	if (doubled->n == 2)
		return memcmp(doubled->bytes, "\xE2\x80", 2) == 0;
	return doubled->n == 1 && memchr("\xC2\xC3", doubled->bytes[0], 2) &&
	    (n == 0 || ((unsigned char)*rest < 0x80 && !is_ascii_letter(*rest)));
}

/* Decodes UTF-8 that was encoded twice. A character that was encoded once stays: the file may be
 * joined of two. One that lost its rest becomes bytes that are no UTF-8. */
static char *
run_twice(
    struct fil_decoder *decoder, const char **bytes, size_t *n, char *text, size_t room, bool last)
{
	char *to = text, *limit = text + room - FIL_DECODER_ROOM;
	size_t length;

	while (*n > 0 && to <= limit && (last || *n >= DOUBLED)) {
		struct doubled doubled = read_doubled(*bytes, *n);
		bool cut = is_cut(&doubled, *bytes + doubled.length, *n - doubled.length);
		bool whole = doubled.whole && !(decoder->in_word && is_plain(&doubled));

		if (whole || cut) {
			to = mempcpy(to, doubled.bytes, doubled.n);
			length = doubled.length;
			decoder->in_word = false;
		} else if (fil_utf8_decode(*bytes, *n, &length) < FIL_UTF8_INVALID) {
			to = mempcpy(to, *bytes, length);
			decoder->in_word = length > 1 || is_ascii_letter(**bytes);
			decoder->kept |= length > 1;
		} else {
			*to++ = '\xFF';
			cut = true;
		}
		decoder->unsound |= cut;
		*bytes += length;
		*n -= length;
	}
	return to;
}

/* Copies UTF-8, and decodes other bytes as Windows-1252. */
static char *
run_mixed(
    struct fil_decoder *decoder, const char **bytes, size_t *n, char *text, size_t room, bool last)
{
	char *to = text, *limit = text + room - FIL_DECODER_ROOM;
	size_t length;

	while (*n > 0 && to <= limit) {
		uint32_t c = fil_utf8_decode(*bytes, *n, &length);
		const struct expansion *expansion = &decoder->expansions[(unsigned char)**bytes];

		if (c < FIL_UTF8_INVALID) {
			to = mempcpy(to, *bytes, length);
		} else if (!last && *n < 4) {
			break;
		} else {
			to = mempcpy(to, expansion->text, expansion->length);
			decoder->unsound |= expansion->undefined;
		}
		*bytes += length;
		*n -= length;
	}
	return to;
}

size_t
fil_decoder_run(
    struct fil_decoder *decoder, const char **bytes, size_t *n, char *text, size_t room, bool last)
{
	char *end;

	if (room < FIL_DECODER_ROOM)
		return 0;
	if (decoder->twice)
		end = run_twice(decoder, bytes, n, text, room, last);
	else if (decoder->mixed)
		end = run_mixed(decoder, bytes, n, text, room, last);
	else if (decoder->table)
		end = run_table(decoder, bytes, n, text, room);
	else
		end = run_iconv(decoder, bytes, n, text, room, last);
	return (size_t)(end - text);
}

bool
fil_decoder_unsound(const struct fil_decoder *decoder)
{
	return decoder->unsound;
}

bool
fil_decoder_kept(const struct fil_decoder *decoder)
{
	return decoder->kept;
}

void
fil_decoder_free(struct fil_decoder *decoder)
{
	if (!decoder)
		return;
	iconv_close(decoder->iconv);
	free(decoder);
}
