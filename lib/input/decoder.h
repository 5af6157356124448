/* SPDX-License-Identifier: ISC */
/* The decoder: bytes of another encoding to UTF-8, block by block. */
#ifndef FIL_DECODER_H
#define FIL_DECODER_H

#include <stdbool.h>
#include <stddef.h>

struct fil_decoder;

/* The least room that fil_decoder_run needs to do anything. */
enum { FIL_DECODER_ROOM = 32 };

/* Returns a decoder from the encoding (an iconv name), or NULL when iconv does not know it; the
 * caller frees it. */
struct fil_decoder *fil_decoder_new(const char *encoding);

/* Decodes as many of *n bytes at *bytes as fit into room bytes at text, moves *bytes and *n behind
 * them, and returns the length of the text. A character that is not whole stays for the next call
 * unless last is set. What the encoding does not have becomes one byte that is never part of valid
 * UTF-8: itself where it lies between 0x80 and 0xBF, else 0xFF. */
size_t fil_decoder_run(
    struct fil_decoder *decoder, const char **bytes, size_t *n, char *text, size_t room, bool last);

/* Returns whether anything so far was not of the encoding. */
bool fil_decoder_unsound(const struct fil_decoder *decoder);

/* NULL is fine. */
void fil_decoder_free(struct fil_decoder *decoder);

#endif
