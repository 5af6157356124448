/* SPDX-License-Identifier: ISC */
/* An input: the bytes of one FILE operand or of standard input, which can be read from any place
 * again. A pipe is first copied, to its end, to an unlinked file of mode 0600 in the store's
 * folder. */
#ifndef FIL_INPUT_H
#define FIL_INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "lib/base/fault.h"

/* The kind of fault of an input without a byte. */
#define FIL_INPUT_EMPTY "empty-input"

enum fil_line_end { FIL_LF, FIL_CRLF, FIL_CR, FIL_MIXED_ENDS };

/* How an input is written. Before sniffing, what an option has settled is set, and the rest is
 * zero. */
struct fil_format {
	const char *encoding; /* an iconv name, static or the option's; NULL: find out */
	char delimiter; /* 0: find out */
	size_t bom; /* bytes of the byte order mark */
	size_t skip_lines; /* lines above the header: --skip-lines, and Excel's `sep=;` line */
	bool sep_line; /* the first line is Excel's `sep=X`; it counts in skip_lines */
	size_t titles; /* of them, those that were found to be no header */
	bool no_header; /* the first line is a row */
	bool unquoted; /* quotes are text like any other */
	bool one_column; /* no delimiter stands in the header: no line is cut */
	enum fil_line_end line_end;
	bool ends_in_line; /* the last line has no end */
};

struct fil_input;

/* Opens path, or standard input for "-". folder is where a pipe's copy goes. Reads everything once:
 * a read error, a directory (66 or 74) or no bytes at all (66) is a fault whose text names the
 * input. On a terminal it says first that it waits for input. Returns NULL with a fault; the caller
 * closes it. */
struct fil_input *fil_input_open(const char *path, const char *folder, struct fil_fault *fault);

/* Returns the name for messages: the path as given, or "-". Belongs to the input. */
const char *fil_input_name(const struct fil_input *input);

/* Returns the number of its bytes. */
size_t fil_input_size(const struct fil_input *input);

/* Returns the BLAKE2b-256 of the bytes in hexadecimal. Belongs to the input. */
const char *fil_input_hash(const struct fil_input *input);

/* Returns the offset of the first byte that is not valid UTF-8, or the size. */
size_t fil_input_utf8(const struct fil_input *input);

/* Returns how many bytes are part of what has the form of a multi-byte UTF-8 character, anywhere in
 * the input, and in *bad how many such characters or single bytes are not valid: what tells a
 * damaged UTF-8 file from Windows-1252. */
size_t fil_input_multibyte(const struct fil_input *input, size_t *bad);

/* Reads n bytes from the offset. Returns how many (0 at the end), or -1 with a fault. */
ssize_t fil_input_read(
    const struct fil_input *input, off_t offset, char *buffer, size_t n, struct fil_fault *fault);

/* NULL is fine. */
void fil_input_close(struct fil_input *input);

#endif
