/* SPDX-License-Identifier: ISC */
/* The decoder: converts bytes of another encoding to UTF-8, block by block. */
#ifndef FIL_DECODER_H
#define FIL_DECODER_H

#include <stdbool.h>
#include <stddef.h>

/* The name of UTF-8 that was read as Windows-1252 and written as UTF-8 again: "Ã©" is "é". What was
 * encoded once stays. */
#define FIL_DOUBLE_UTF8 "double-utf-8"

/* The name of UTF-8 in which some lines are Windows-1252: each byte that is no UTF-8 is read so. */
#define FIL_MIXED_UTF8 "mixed-utf-8"

struct fil_decoder;

/* The least `room` with which fil_decoder_run can make progress. */
enum { FIL_DECODER_ROOM = 32 };

/* Returns a decoder for the encoding (an iconv name, FIL_DOUBLE_UTF8 or FIL_MIXED_UTF8); the caller
 * frees it. NULL: iconv does not know the encoding. */
struct fil_decoder *fil_decoder_new(const char *encoding);

/* Decodes *n bytes at *bytes into at most `room` bytes at text. Moves *bytes and *n past the
 * decoded bytes, and returns the length of the text. An incomplete character is left for the next
 * call unless `last` is set. An invalid byte becomes one byte that is not valid UTF-8: itself from
 * 0x80 to 0xBF, else 0xFF. */
size_t fil_decoder_run(
    struct fil_decoder *decoder, const char **bytes, size_t *n, char *text, size_t room, bool last);

/* Returns whether invalid bytes were found so far. */
bool fil_decoder_unsound(const struct fil_decoder *decoder);

/* Returns whether FIL_DOUBLE_UTF8 left a character beyond ASCII as it is so far. */
bool fil_decoder_kept(const struct fil_decoder *decoder);

/* Frees the decoder; NULL is fine. */
void fil_decoder_free(struct fil_decoder *decoder);

#endif
