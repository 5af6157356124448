/* SPDX-License-Identifier: ISC */
/* MIME: the fields and parts of a message (RFC 5322, 2045 to 2047), for the standard input of
 * sendmail: lines end in LF. They have at most 76 bytes, unless one word is longer. */
#ifndef FIL_MIME_H
#define FIL_MIME_H

#include <stddef.h>
#include <stdio.h>

#include "lib/base/fault.h"
#include "lib/base/memory.h"

/* A part of a message: a body, or other parts. */
struct fil_mime_part {
	const char *type; /* "text/html; charset=utf-8", "multipart/mixed" */
	const char *id; /* as "cid:ID" names it, or NULL */
	const char *file; /* the name of an attached file, in ASCII; NULL: shown in the message */
	const char *data; /* the body: n bytes */
	size_t n;
	const struct fil_mime_part *parts; /* n_parts of them: then there is no body */
	size_t n_parts;
};

/* Writes a field of the header: text as it is, or in encoded words of UTF-8. Control characters
 * and invalid bytes of the text become spaces. */
void fil_mime_field(FILE *stream, const char *name, const char *text);

/* Reads a list of addresses with commas between them: "name@example.org", or "A name
 * <name@example.org>". Adds them to the value of a field of addresses. Returns 0, or -1 with a usage
 * fault where one is no address, or the list is empty. */
int fil_mime_addresses(const char *list, struct fil_bytes *value, struct fil_fault *fault);

/* Writes a part with its own fields; that of a message comes last in the header. A text that is shown
 * is quoted-printable, any other body is base64. */
void fil_mime_part(FILE *stream, const struct fil_mime_part *part);

#endif
