/* SPDX-License-Identifier: ISC */
#include "lib/input/decoder.h"

#include <errno.h>
#include <iconv.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/memory.h"
#include "lib/base/utf8.h"

/* One byte as UTF-8. */
struct expansion {
	char text[4];
	uint8_t length;
	bool undefined;
};

struct fil_decoder {
	iconv_t iconv;
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

static void
make_table(struct fil_decoder *decoder)
{
	decoder->table = decoder->ascii = true;
	for (unsigned b = 0; b < 256 && decoder->table; b++) {
		struct expansion *expansion = &decoder->expansions[b];

		decoder->table = expand(decoder->iconv, (unsigned char)b, expansion);
		if (b < 0x80 && (expansion->length != 1 || (unsigned char)expansion->text[0] != b))
			decoder->ascii = false;
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
	iconv_t converter = iconv_open("UTF-8", encoding);
	struct fil_decoder *decoder;

	if (converter == (iconv_t)-1)
		return NULL;
	decoder = fil_alloc(1, sizeof *decoder);
	decoder->iconv = converter;
	decoder->unit = find_unit(encoding);
	make_table(decoder);
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

size_t
fil_decoder_run(
    struct fil_decoder *decoder, const char **bytes, size_t *n, char *text, size_t room, bool last)
{
	char *end;

	if (room < FIL_DECODER_ROOM)
		return 0;
	if (decoder->table)
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

void
fil_decoder_free(struct fil_decoder *decoder)
{
	if (!decoder)
		return;
	iconv_close(decoder->iconv);
	free(decoder);
}
