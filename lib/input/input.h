/* SPDX-License-Identifier: ISC */
/* An input: the bytes of one FILE operand or of standard input, readable from any offset. A pipe is
 * first copied to an unlinked file of mode 0600 in the store's folder. */
#ifndef FIL_INPUT_H
#define FIL_INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "lib/base/fault.h"
#include "lib/input/row_file.h"

/* The kind of the fault of an empty input. */
#define FIL_INPUT_EMPTY "empty-input"

/* The kind of the fault of a JSON list without an object. */
#define FIL_INPUT_NO_ROWS "no-rows"

enum fil_line_end { FIL_LF, FIL_CRLF, FIL_CR, FIL_MIXED_ENDS };

/* The format of an input. Before sniffing, only the fields that options set are not zero. */
struct fil_format {
	const char *encoding; /* an iconv name, static or the option's; NULL: detect */
	char delimiter; /* 0: detect */
	size_t bom; /* bytes of the byte order mark */
	size_t skip_lines; /* lines above the header: --skip-lines, titles, `sep=;` */
	bool sep_line; /* the first line is Excel's `sep=X`; skip_lines counts it */
	const bool *allow; /* kinds of doubts (enum fil_doubt) that are accepted; NULL: none */
	/* Gets the fault of text that was encoded twice, which then ends nothing: rows may be stored
	 * so already. NULL: it is a fault like others. */
	struct fil_fault *twice;
	size_t twice_line; /* the line of its first cell */
	const char *const *mapped; /* folded headers that the header has, for they are mapped */
	size_t n_mapped;
	const char *sheet; /* of a workbook: its name or number; NULL: the one with known headers */
	const char *rows; /* of JSON: the path of the list of rows; NULL: the file is the list */
	/* The table begins below the line whose first cell is like this text, and ends above a line like
	 * `end` (fil_text_is_like), or above a blank line; NULL: it is the whole file. */
	const char *begin_after, *end;
	/* The lines of a profile that give these, "sirh.ini:12", for messages; NULL: the command
	 * line does. */
	const char *sheet_place, *rows_place, *begin_place;
	bool ends_blank;
	size_t titles; /* the lines of skip_lines that were detected as titles */
	bool no_header; /* the first line is a row, not a header */
	bool unquoted; /* quotes are ordinary characters */
	bool one_column; /* the header has no delimiter: no line is split */
	/* Rows of a workbook may be read while a thread adds more: see fil_row_file_complete. */
	bool ahead;
	enum fil_line_end line_end;
	bool ends_in_line; /* the last line has no line end */
};

struct fil_input;

/* Opens path, or standard input for "-", and reads it once. A pipe is copied to a file in `folder`,
 * whose name must live as long as the input. On a terminal it first prints a hint. Returns NULL with
 * a fault for an unreadable or empty input (66) or a read error (74); the text names the input. The
 * caller closes the input. */
struct fil_input *fil_input_open(const char *path, const char *folder, struct fil_fault *fault);

/* Returns the name for messages: the path as given, or "-". It belongs to the input. */
const char *fil_input_name(const struct fil_input *input);

/* Returns the folder for temporary files. */
const char *fil_input_folder(const struct fil_input *input);

/* Has the input consist of the rows, which it frees, instead of its own bytes: all functions below but
 * that of the hash are then about them. NULL: of its own bytes again. */
void fil_input_set_rows(struct fil_input *input, struct fil_row_file *rows);

/* Returns these rows, or NULL. They belong to the input. */
const struct fil_row_file *fil_input_rows(const struct fil_input *input);

/* Returns where a record is: "sirh.csv:7", "presences.xlsx: Feuil1!C7", "scim.json: object 2"; the caller
 * frees it. number: its line, as its record has it; cell: the number of the cell in a workbook, from 0,
 * or FIL_NOWHERE. */
char *fil_input_place(const struct fil_input *input, size_t number, size_t cell);

/* Puts where a record is before the text of its fault. Returns -1. */
int fil_input_blame(const struct fil_input *input, size_t number, struct fil_fault *fault);

/* Returns the size in bytes, estimated while a thread adds rows. */
size_t fil_input_size(const struct fil_input *input);

/* Returns whether no byte can be read from an offset on. */
bool fil_input_ends(const struct fil_input *input, size_t offset);

/* Returns the BLAKE2b-256 of the bytes in hexadecimal, which belongs to the input. Of a large input a
 * thread makes it, for which this waits. Returns NULL with a fault (74) if it could not be made. */
const char *fil_input_hash(const struct fil_input *input, struct fil_fault *fault);

/* Returns the offset of the first byte that is not valid UTF-8, or the size if there is none; of rows,
 * which are always valid, SIZE_MAX. */
size_t fil_input_utf8(const struct fil_input *input);

/* Returns the number of bytes in sequences with the form of a multi-byte UTF-8 character. *bad gets
 * the number of invalid sequences and bytes. The two numbers distinguish a damaged UTF-8 file from
 * Windows-1252. */
size_t fil_input_multibyte(const struct fil_input *input, size_t *bad);

/* Returns the offset of a character that UTF-8 encoded twice begins with: "Ã", "Â", "Å", "â€".
 * Returns the size if there is none. */
size_t fil_input_twice(const struct fil_input *input);

/* Reads n bytes from the offset. Returns the number read, 0 at the end, or -1 with a fault. */
ssize_t fil_input_read(
    const struct fil_input *input, off_t offset, char *buffer, size_t n, struct fil_fault *fault);

/* Reads as fil_input_read, but always its own bytes, and with a fault of its own. Any thread may call
 * it. */
ssize_t fil_input_read_bytes(
    const struct fil_input *input, off_t offset, char *buffer, size_t n, struct fil_fault *fault);

/* Returns 0, or -1 with the fault (74) if any read of the input has failed: one that fails once fails
 * for all. Readers check it at the end of the input, since a reader ahead may have met it. */
int fil_input_check(const struct fil_input *input, struct fil_fault *fault);

/* Closes the input; NULL is fine. */
void fil_input_close(struct fil_input *input);

#endif
