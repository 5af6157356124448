/* SPDX-License-Identifier: ISC */
#include "lib/input/json_rows.h"

#include <jansson.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "lib/base/hash.h"
#include "lib/base/language.h"
#include "lib/base/memory.h"
#include "lib/base/text.h"
#include "lib/input/decoder.h"

enum {
	BLOCK = 128 * 1024,
	OBJECT = 4 * 1024 * 1024, /* the most bytes of an object, */
	VALUES = 100000, /* of its values, each of which takes some 100 bytes, */
	DEPTH = 100, /* of values within each other, */
	PATH = 1000, /* of the bytes of a path, */
	NUMBER = 1000, /* and of those of a number */
	UNKNOWN = 896, /* columns that may be unknown; the rest is for known ones */
	SHOWN = 4096, /* bytes of a refused line that are kept */
	END = -1, /* of the input, or of the line */
};

/* The value of a path in the row in hand: bytes of `values`. */
struct cell {
	size_t at, n;
	bool set;
};

struct json {
	const struct fil_input *input;
	struct fil_decoder *decoder; /* of UTF-16; NULL: the bytes are UTF-8 */
	off_t offset; /* of the next block */
	char *bytes, *block; /* before and after the decoder */
	size_t n_bytes, at, n;
	size_t line;
	bool one_line; /* a value ends with its line */
	bool failed; /* the input could not be read: */
	struct fil_fault failure;
	struct fil_bytes object; /* in hand, with its numbers as strings */
	struct fil_bytes raw; /* the line in hand */
	bool too_long, too_deep;
	size_t commas; /* between its values */

	struct fil_row_file *file;
	bool (*known)(const void *context, const char *folded);
	const void *context;
	struct fil_hash *columns; /* their numbers by path */
	struct fil_bytes names; /* the paths, each followed by a NUL */
	size_t n_columns;
	struct fil_hash *empty; /* paths that have had no value; at most UNKNOWN, */
	struct fil_bytes empty_names; /* and those that are known, each followed by a NUL */
	struct cell cells[FIL_ROW_CELLS];
	struct fil_bytes values, path;
	size_t rows, last_line; /* taken; where the last one begins */
	const char *wrong; /* why the row in hand is refused, or NULL */
	const char *refused; /* why the first such row was, or NULL, */
	size_t refused_line; /* and its line */
	char *list; /* the first list of objects in the first object, or NULL */
};

/* The stream of bytes. */

/* Reads the next block. Returns whether it has bytes. */
static bool
fill(struct json *json)
{
	size_t room = json->decoder ? BLOCK / 4 : BLOCK;
	char *to = json->decoder ? json->bytes + json->n_bytes : json->block;
	ssize_t got;

	do {
		got = json->failed
		    ? 0
		    : fil_input_read(json->input, json->offset, to, room, &json->failure);
		json->failed |= got < 0;
		if (got < 0)
			got = 0;
		json->offset += got;
		json->at = 0;
		json->n = (size_t)got;
		if (json->decoder) {
			const char *from = json->bytes;

			json->n_bytes += (size_t)got;
			json->n = fil_decoder_run(
			    json->decoder, &from, &json->n_bytes, json->block, BLOCK, got == 0);
			memmove(json->bytes, from, json->n_bytes);
			to = json->bytes + json->n_bytes;
		}
	} while (got > 0 && json->n == 0);
	return json->n > 0;
}

/* Returns the next byte without taking it, or END. */
static int
peek(struct json *json)
{
	int c = json->at < json->n || fill(json) ? (unsigned char)json->block[json->at] : END;

	return c == '\n' && json->one_line ? END : c;
}

/* Takes the next byte, and returns it. */
static int
take(struct json *json)
{
	int c = peek(json);

	if (c == END)
		return END;
	json->at++;
	json->line += c == '\n';
	if (json->one_line && json->raw.length < SHOWN)
		fil_bytes_add(&json->raw, (const char[]){ (char)c }, 1);
	return c;
}

/* Takes white space, and returns the byte behind it without taking it. */
static int
skip_white(struct json *json)
{
	int c;

	while ((c = peek(json)) == ' ' || c == '\t' || c == '\r' || c == '\n')
		take(json);
	return c;
}

/* Begins at the first byte again, behind a byte order mark. */
static void
restart(struct json *json)
{
	bool failed = json->failed;
	char mark[3] = "";
	ssize_t got = fil_input_read(json->input, 0, mark, 3, &json->failure);

	json->failed = failed || got < 0;
	json->offset = memcmp(mark, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
	json->at = json->n = json->n_bytes = 0;
	json->line = 1;
	if (got < 2 || (memcmp(mark, "\xFF\xFE", 2) != 0 && memcmp(mark, "\xFE\xFF", 2) != 0))
		return;
	fil_decoder_free(json->decoder);
	json->decoder = fil_decoder_new("UTF-16");
	if (!json->bytes)
		json->bytes = fil_alloc(BLOCK, 1);
}

/* Tokens. */

static void
add(struct json *json, const char *text, size_t n)
{
	json->too_long |= json->object.length + n > OBJECT;
	if (!json->too_long)
		fil_bytes_add(&json->object, text, n);
}

/* Takes a string. Returns whether it ends. */
static bool
take_string(struct json *json)
{
	bool escaped = false;
	int c = take(json);

	for (add(json, "\"", 1); (c = take(json)) != END; escaped = c == '\\' && !escaped) {
		add(json, (const char[]){ (char)c }, 1);
		if (c == '"' && !escaped)
			return true;
	}
	return false;
}

/* Returns whether a word is a number as JSON has it. */
static bool
is_number(const char *word)
{
	size_t n;

	word += *word == '-';
	n = strspn(word, "0123456789");
	if (n == 0 || (n > 1 && *word == '0'))
		return false;
	word += n;
	if (*word == '.' && (n = strspn(++word, "0123456789")) == 0)
		return false;
	else if (word[-1] == '.')
		word += n;
	if (*word == 'e' || *word == 'E') {
		word += 1 + (word[1] == '+' || word[1] == '-');
		n = strspn(word, "0123456789");
		word += n;
	}
	return n > 0 && *word == '\0';
}

/* Takes a number or a literal. A number becomes a string, as jansson would round it. Returns
 * whether it was a number. */
static bool
take_word(struct json *json)
{
	char word[NUMBER + 1];
	size_t n = 0;
	int c;

	while ((c = peek(json)) != END && c < 0x80 && c != ' ' && !strchr(",:]}[{\"\t\r\n", c) &&
	    n < NUMBER)
		word[n++] = (char)take(json);
	word[n] = '\0';
	if (!is_number(word)) {
		/* A byte that begins no token: jansson finds it. */
		if (n == 0)
			word[n++] = (char)take(json);
		add(json, word, n);
		return false;
	}
	add(json, "\"", 1);
	add(json, word, n);
	add(json, "\"", 1);
	return true;
}

/* Takes what is left of a value within so many others, or a whole value. Adds it to the object
 * in hand. Returns whether it ended well; that it is JSON remains to be checked. */
static bool
take_value(struct json *json, size_t depth)
{
	bool number = false;

	do {
		int c = skip_white(json);
		bool closes = c == '}' || c == ']';

		if (c == END || (depth == 0 && (closes || c == ',' || c == ':')) ||
		    (number && c == ':') || json->too_deep)
			return false;
		if (c == '"' && !take_string(json))
			return false;
		number = c != '"' && !strchr("{}[],:", c) && take_word(json);
		if (strchr("{}[],:", c))
			add(json, (const char[]){ (char)take(json) }, 1);
		json->commas += c == ',';
		depth += c == '{' || c == '[';
		depth -= closes;
		json->too_deep = depth > DEPTH;
	} while (depth > 0);
	return true;
}

static void
begin_value(struct json *json)
{
	fil_bytes_clear(&json->object);
	json->too_long = json->too_deep = false;
	json->commas = 0;
}

/* Goes into an object up to the list that a path names. Returns whether it is there; *depth
 * counts the objects around it. */
static bool
find_list(struct json *json, const char *path, size_t *depth)
{
	const char *key;
	size_t n;
	int c = skip_white(json);

	while (c == '{' || c == ',') {
		*depth += c == '{';
		take(json);
		begin_value(json);
		if (skip_white(json) != '"' || !take_string(json) || skip_white(json) != ':')
			return false;
		take(json);
		key = json->object.data + 1;
		n = json->too_long ? SIZE_MAX : strlen(key) - 1;
		if (strncmp(path, key, n) != 0 || (path[n] != '.' && path[n] != '\0')) {
			begin_value(json);
			if (!take_value(json, 0))
				return false;
			c = skip_white(json);
			continue;
		}
		path += n + (path[n] == '.');
		c = skip_white(json);
		if (*path == '\0')
			return c == '[';
		if (c != '{')
			return false;
	}
	return false;
}

/* Rows. */

/* Returns whether a path is a known header. */
static bool
is_known(const struct json *json, const char *path)
{
	char *folded = fil_text_fold(path), *apart = fil_text_fold_words(path);
	bool known = json->known &&
	    (json->known(json->context, folded) || (apart && json->known(json->context, apart)));

	free(folded);
	free(apart);
	return known;
}

/* Returns the number of the column with the path in hand, which may be new; or FIL_NOWHERE if
 * there is no room for it. */
static size_t
find_column(struct json *json)
{
	const struct fil_bytes *path = &json->path;
	size_t c = fil_hash_number(json->columns, path->data, path->length);
	bool fresh;

	if (c != FIL_NOWHERE)
		return c;
	if (json->n_columns == FIL_ROW_CELLS ||
	    (json->n_columns >= UNKNOWN && !is_known(json, path->data)))
		return FIL_NOWHERE;
	fil_hash_give(json->columns, path->data, path->length, json->n_columns, &fresh);
	fil_bytes_add(&json->names, path->data, path->length + 1);
	return json->n_columns++;
}

/* Notes that the path in hand is in an object, without a value. */
static void
note_empty(struct json *json)
{
	const struct fil_bytes *path = &json->path;

	if (fil_hash_count(json->empty) < UNKNOWN &&
	    fil_hash_put(json->empty, path->data, path->length) && is_known(json, path->data))
		fil_bytes_add(&json->empty_names, path->data, path->length + 1);
}

/* Returns whether a column's path goes on behind this one. */
static bool
has_members(const struct json *json, const char *path)
{
	size_t n = strlen(path);
	const char *name = json->names.data;

	for (size_t c = 0; c < json->n_columns; c++, name += strlen(name) + 1)
		if (strncmp(name, path, n) == 0 && name[n] == '.')
			return true;
	return false;
}

/* Makes columns of the known paths that have no value in any object: their cells are empty, as they
 * are where only one object lacks a value. A path that is an object elsewhere is no column. */
static void
add_empty_columns(struct json *json)
{
	const char *name = json->empty_names.data;

	for (size_t at = 0; at < json->empty_names.length; at += strlen(name + at) + 1) {
		if (has_members(json, name + at))
			continue;
		fil_bytes_clear(&json->path);
		fil_bytes_add_text(&json->path, name + at);
		find_column(json);
	}
}

/* Sets the cell of the path in hand. */
static void
set_cell(struct json *json, const char *text, size_t n)
{
	size_t mail = strlen("mailto:"), c;

	if (n == 0) {
		note_empty(json);
		return;
	}
	c = find_column(json);
	json->file->dropped += c == FIL_NOWHERE;
	if (c == FIL_NOWHERE)
		return;
	if (json->cells[c].set)
		json->wrong = N_("two values have the same path");
	if (n > FIL_ROW_CELL_BYTES)
		json->wrong = N_("a cell over 1 MiB");
	if (strncasecmp(text, "mailto:", mail) == 0) {
		text += mail;
		n -= mail;
	}
	json->cells[c] = (struct cell){ json->values.length, n, true };
	fil_bytes_add(&json->values, text, n);
}

static void set_cells(struct json *json, const json_t *value);

/* Sets the cells of a value under a key of the value whose path is in hand. */
static void
set_member(struct json *json, const char *key, const json_t *value)
{
	size_t n = json->path.length;

	if (n > 0)
		fil_bytes_add_text(&json->path, ".");
	fil_bytes_add_text(&json->path, key);
	if (json->path.length > PATH)
		json->wrong = N_("a path over 1,000 bytes");
	else
		set_cells(json, value);
	json->path.length = n;
	json->path.data[n] = '\0';
}

/* Sets the cells of a value. Its depth is limited, since take_value limits it. */
static void
set_cells(struct json *json, const json_t *value)
{
	char number[32];
	const char *key;
	json_t *member, *object = (json_t *)(uintptr_t)value;
	size_t i;

	if (json_is_object(value)) {
		json_object_foreach(object, key, member)
		{
			set_member(json, key, member);
		}
	} else if (json_is_array(value)) {
		json_array_foreach(value, i, member)
		{
			snprintf(number, sizeof number, "%zu", i);
			set_member(json, number, member);
		}
	} else if (json_is_string(value)) {
		set_cell(json, json_string_value(value), json_string_length(value));
	} else if (json_is_boolean(value)) {
		const char *word = json_is_true(value) ? "true" : "false";

		set_cell(json, word, strlen(word));
	} else if (json_is_null(value)) {
		note_empty(json);
	}
}

/* Returns why jansson refuses an object. */
static const char *
name_error(const json_error_t *error)
{
	switch ((int)json_error_code(error)) {
	case json_error_invalid_utf8: return N_("is not UTF-8");
	case json_error_null_character:
	case json_error_null_byte_in_key: return N_("holds a NUL");
	case json_error_duplicate_key: return N_("a duplicate key in an object");
	default: return N_("is no object of JSON, or is cut short");
	}
}

/* Writes the cells of a value as a row. */
static int
write_row(struct json *json, const json_t *value, size_t line, struct fil_fault *fault)
{
	fil_bytes_clear(&json->values);
	fil_bytes_clear(&json->path);
	for (size_t c = 0; c < json->n_columns; c++)
		json->cells[c].set = false;
	set_cells(json, value);
	if (json->wrong)
		return 0;
	for (size_t c = 0; c < json->n_columns; c++)
		if (json->cells[c].set)
			fil_row_file_cell(json->file, c, json->values.data + json->cells[c].at,
			    json->cells[c].n, false);
	return fil_row_file_end(json->file, json->rows, line, fault);
}

/* Returns the key of the first list of objects in an object, or NULL; the caller frees it. */
static char *
name_list(const json_t *value)
{
	json_t *member, *object = (json_t *)(uintptr_t)value;
	const char *key;

	json_object_foreach(object, key,
	    member) if (json_is_object(json_array_get(member, 0))) return fil_copy(key);
	return NULL;
}

/* Takes the object in hand as a row, which begins on a line. ended: whether it ended well.
 * Returns 0, or -1 with a fault that ends the rows. */
static int
take_row(struct json *json, size_t line, bool ended, struct fil_fault *fault)
{
	json_error_t error;
	json_t *value = NULL;
	int result = 0;

	json->rows++;
	json->file->by_line &= line > json->last_line;
	json->last_line = line;
	json->wrong = NULL;
	if (json->too_long)
		json->wrong = N_("an object over 4 MiB");
	else if (json->commas >= VALUES)
		json->wrong = N_("an object of over 100,000 values");
	else if (json->too_deep)
		json->wrong = N_("over 100 values within each other");
	else if (!ended)
		json->wrong = N_("is no object of JSON, or is cut short");
	else
		value = json_loadb(
		    json->object.data, json->object.length, JSON_REJECT_DUPLICATES, &error);
	if (value && !json_is_object(value))
		json->wrong = N_("is no object");
	else if (!value && !json->wrong)
		json->wrong = name_error(&error);
	if (json->rows == 1)
		json->list = name_list(value);
	if (!json->wrong)
		result = write_row(json, value, line, fault);
	json_decref(value);
	if (result < 0 && fault->status != FIL_BAD_DATA)
		return -1;
	if (result < 0)
		json->wrong = N_("a row over 4 MiB");
	if (!json->wrong)
		return 0;
	if (!json->refused) {
		json->refused = json->wrong;
		json->refused_line = line;
	}
	return fil_row_file_refuse(json->file, json->rows, line, _(json->wrong),
	    json->one_line ? json->raw.data : json->object.data,
	    json->one_line ? json->raw.length
			   : (json->object.length < SHOWN ? json->object.length : 0),
	    fault);
}

/* Takes each line as an object. Returns 0, or -1 with a fault. */
static int
take_lines(struct json *json, struct fil_fault *fault)
{
	int result = 0;

	while (result == 0) {
		bool ended;

		json->one_line = false;
		if (skip_white(json) == END)
			break;
		json->one_line = true;
		fil_bytes_clear(&json->raw);
		begin_value(json);
		ended = take_value(json, 0) && skip_white(json) == END;
		while (take(json) != END)
			;
		result = take_row(json, json->line, ended, fault);
	}
	json->one_line = false;
	return result;
}

/* Fills the fault of a file that is no JSON behind a line. Returns -1. */
static int
file_fault(const struct json *json, struct fil_fault *fault)
{
	return fil_fault_set(fault, FIL_BAD_DATA, "%s:%zu: %s", fil_input_name(json->input),
	    json->line,
	    json->too_deep ? _("over 100 values within each other")
			   : _("is no JSON, or is cut short"));
}

/* Takes the values of a list, whose '[' is next, or all values up to the end. Returns 0, or -1
 * with a fault. */
static int
take_values(struct json *json, bool list, struct fil_fault *fault)
{
	int c = list ? take(json) : END;

	for (;;) {
		size_t line;

		c = skip_white(json);
		if (c == (list ? ']' : END))
			break;
		line = json->line;
		begin_value(json);
		if (!take_value(json, 0))
			return file_fault(json, fault);
		if (take_row(json, line, true, fault) < 0)
			return -1;
		if (!list || skip_white(json) == ']')
			continue;
		if (take(json) != ',' || skip_white(json) == ']')
			return file_fault(json, fault);
	}
	if (list)
		take(json);
	return 0;
}

/* Takes the list that a path names, and looks whether the file is whole. Returns 0, or -1 with
 * a fault. */
static int
take_list(struct json *json, const struct fil_format *format, struct fil_fault *fault)
{
	const char *path = format->rows ? format->rows : "", *name = fil_input_name(json->input);
	size_t depth = 0;

	if (*path != '\0' && !find_list(json, path, &depth)) {
		if (!format->rows_place)
			return fil_fault_set(fault, FIL_BAD_DATA,
			    "%s: there is no list '%s', which --set rows or the profile names",
			    name, path);
		return fil_fault_set(fault, FIL_BAD_DATA,
		    "%s: there is no list '%s', which %s names for rows", name, path,
		    format->rows_place);
	}
	if (take_values(json, true, fault) < 0)
		return -1;
	begin_value(json);
	if (depth > 0 && !take_value(json, depth))
		return file_fault(json, fault);
	if (skip_white(json) != END)
		return fil_fault_set(fault, FIL_BAD_DATA,
		    "%s:%zu: more follows the list of rows: give each list as a file of its own",
		    name, json->line);
	return 0;
}

/* Returns whether the first line is a whole object, and begins again. */
static bool
has_lines(struct json *json)
{
	bool whole;

	skip_white(json);
	json->one_line = true;
	begin_value(json);
	whole = take_value(json, 0) && skip_white(json) == END;
	json->one_line = false;
	restart(json);
	return whole;
}

/* Refuses a file that is one object without a known path, if it holds a list that may be its
 * rows. Returns 0, or -1 with a fault. */
static int
check_object(const struct json *json, struct fil_fault *fault)
{
	const char *name = json->names.data;

	if (json->rows != 1 || !json->list)
		return 0;
	for (size_t c = 0; c < json->n_columns; c++, name += strlen(name) + 1)
		if (is_known(json, name))
			return 0;
	return fil_fault_set(fault, FIL_BAD_DATA,
	    "%s: one object, whose rows may be in the list '%s': give --set rows='%s'",
	    fil_input_name(json->input), json->list, json->list);
}

/* Takes all rows, then writes the header. Returns 0, or -1 with a fault. */
static int
take_all(struct json *json, const struct fil_format *format, struct fil_fault *fault)
{
	int result;

	restart(json);
	if (format->rows || skip_white(json) == '[')
		result = take_list(json, format, fault);
	else if (has_lines(json))
		result = take_lines(json, fault);
	else
		result = take_values(json, false, fault);
	if (json->failed) {
		*fault = json->failure;
		return -1;
	}
	if (result < 0 || (!format->rows && check_object(json, fault) < 0))
		return -1;
	if (json->rows == 0) {
		fil_fault_set(fault, FIL_NO_INPUT, "%s: there is no object in the list",
		    fil_input_name(json->input));
		fault->kind = FIL_INPUT_NO_ROWS;
		return -1;
	}
	add_empty_columns(json);
	/* Without any header, a fault of the header would hide this. */
	if (json->n_columns == 0 && json->refused)
		return fil_fault_set(fault, FIL_BAD_DATA, "%s:%zu: %s", fil_input_name(json->input),
		    json->refused_line, _(json->refused));
	for (size_t c = 0, at = 0; c < json->n_columns; c++) {
		const char *name = json->names.data + at;

		fil_row_file_cell(json->file, c, name, strlen(name), false);
		at += strlen(name) + 1;
	}
	if (fil_row_file_header(json->file, fault) < 0) {
		if (fault->status == FIL_BAD_DATA)
			fil_fault_set(fault, FIL_BAD_DATA, "%s: %s", fil_input_name(json->input),
			    fault->text);
		return -1;
	}
	return fil_row_file_finish(json->file, fault);
}

static void *
allocate(size_t n)
{
	return fil_alloc(1, n);
}

struct fil_row_file *
fil_json_rows(const struct fil_input *input, const struct fil_format *format,
    bool (*known)(const void *context, const char *folded), const void *context,
    struct fil_fault *fault)
{
	struct fil_row_file *file = fil_row_file_new(fil_input_folder(input), true, fault);
	struct json *json;

	if (!file)
		return NULL;
	json_set_alloc_funcs(allocate, free);
	json = fil_alloc(1, sizeof *json);
	json->input = input;
	json->file = file;
	json->known = known;
	json->context = context;
	json->block = fil_alloc(BLOCK, 1);
	json->columns = fil_hash_new_map();
	json->empty = fil_hash_new_set();
	if (take_all(json, format, fault) < 0) {
		fil_row_file_free(file);
		file = NULL;
	}
	fil_decoder_free(json->decoder);
	fil_hash_free(json->columns);
	fil_hash_free(json->empty);
	fil_bytes_release(&json->object);
	fil_bytes_release(&json->raw);
	fil_bytes_release(&json->names);
	fil_bytes_release(&json->empty_names);
	fil_bytes_release(&json->values);
	fil_bytes_release(&json->path);
	free(json->list);
	free(json->bytes);
	free(json->block);
	free(json);
	return file;
}
