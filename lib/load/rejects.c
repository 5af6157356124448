/* SPDX-License-Identifier: ISC */
#include "lib/load/rejects.h"

#include <errno.h>
#include <iconv.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "lib/base/language.h"
#include "lib/base/memory.h"
#include "lib/base/temp_file.h"
#include "lib/base/text.h"
#include "lib/input/decoder.h"
#include "lib/output/output_file.h"
#include "lib/write/row_hashes.h"

/* The columns added to rejects. */
static const char *const names[] = { "reject_line", "reject_reason" };

/* A fault that gets the line on which its key first appears, and the columns that differ there. */
struct duplicate {
	size_t fault; /* its number in the list */
	const char *file;
	size_t line;
	uint64_t key;
	char *columns; /* "unit, job", once both rows were seen, or NULL */
};

/* Rows of duplicate keys whose cells are kept, to be compared. */
enum { COMPARED_MOST = 1000 };

/* Where a key first appears, and the cells of that row, or NULL. */
struct first {
	const char *file;
	size_t line;
	char **cells;
};

struct fil_rejects {
	const struct fil_table *table;
	struct fil_faults *faults;
	struct fil_counts *counts;
	const char *file;
	const struct fil_load_input *input; /* the file; NULL: the command line */
	size_t line; /* of the last refused row, SIZE_MAX: none of this file */
	struct fil_bytes said; /* its faults, each followed by a NUL */

	/* Duplicate keys. The content of each key's hash is the number of its first place, from
	 * 1. */
	struct fil_row_hashes *keys;
	size_t *lengths;
	struct duplicate *duplicates;
	struct first *firsts;
	size_t compared; /* so many duplicates were compared with the first row of their key */
	size_t n_duplicates, room, n_firsts;

	/* The rows kept for a file: line, length and text of each reason; or NULL. */
	struct fil_temp_file *reasons_file;
	FILE *notes;
	size_t noted; /* the line of the reason read ahead, 0: none is left */
	struct fil_bytes reason;
};

/* The file being written, and its format. */
struct target {
	FILE *stream;
	bool converts;
	iconv_t converter; /* if it does */
	char delimiter;
	bool unquoted, one_column;
	size_t cells; /* of the header, if the input is rejects itself, else 0 */
	const char *line_end;
};

struct fil_rejects *
fil_rejects_new(const struct fil_table *table, size_t max_faults, struct fil_counts *counts)
{
	struct fil_rejects *rejects = fil_alloc(1, sizeof *rejects);

	rejects->table = table;
	rejects->faults = fil_faults_new(max_faults);
	rejects->counts = counts;
	rejects->keys = fil_row_hashes_new(0);
	rejects->lengths = fil_alloc(table->n_keys, sizeof *rejects->lengths);
	return rejects;
}

int
fil_rejects_keep(struct fil_rejects *rejects, const char *folder, struct fil_fault *fault)
{
	rejects->reasons_file = fil_temp_file_new(folder, fault);
	if (!rejects->reasons_file)
		return -1;
	rejects->notes = fil_temp_file_stream(rejects->reasons_file);
	return 0;
}

void
fil_rejects_begin(struct fil_rejects *rejects, const char *file, const struct fil_load_input *input)
{
	rejects->file = file;
	rejects->input = input;
	rejects->line = SIZE_MAX;
}

/* Keeps why the row on a line is refused. */
static void
note(struct fil_rejects *rejects, size_t line, const struct fil_fault *reason)
{
	struct fil_bytes text = { 0 };
	uint64_t head[2];

	fil_bytes_add_format(&text, "%s%s%s", reason->kind ? reason->kind : "",
	    reason->kind ? ": " : "", reason->text);
	head[0] = line;
	head[1] = text.length;
	fwrite(head, sizeof head, 1, rejects->notes);
	fwrite(text.data, 1, text.length, rejects->notes);
	fil_bytes_release(&text);
}

/* Returns whether the line has this fault already; else notes it. */
static bool
was_said(struct fil_rejects *rejects, const char *text)
{
	const struct fil_bytes *said = &rejects->said;

	for (size_t at = 0; at < said->length; at += strlen(said->data + at) + 1)
		if (strcmp(said->data + at, text) == 0)
			return true;
	fil_bytes_add(&rejects->said, text, strlen(text) + 1);
	return false;
}

static struct fil_row_hashes_hash
hash_key(struct fil_rejects *rejects, const char *const *values)
{
	size_t n = rejects->table->n_keys;

	for (size_t c = 0; c < n; c++)
		rejects->lengths[c] = strlen(values[c]);
	return fil_row_hashes_row(rejects->keys, values, rejects->lengths, n, n);
}

/* Notes that the next fault added is a duplicate key. */
static void
note_duplicate(struct fil_rejects *rejects, const char *const *values)
{
	struct fil_row_hashes_hash hash = hash_key(rejects, values);
	bool fresh;

	rejects->duplicates = fil_grow(rejects->duplicates, rejects->n_duplicates, &rejects->room,
	    sizeof *rejects->duplicates);
	rejects->duplicates[rejects->n_duplicates++] =
	    (struct duplicate){ fil_faults_count(rejects->faults), rejects->file, rejects->line,
		    hash.key, NULL };
	fil_row_hashes_add(rejects->keys, hash, &fresh)->content = 0;
}

/* Lists a fault, with its cell where rows are not lines. */
static void
add_fault(struct fil_rejects *rejects, size_t line, const struct fil_fault *fault)
{
	char *place;

	if (!rejects->input || !fil_input_rows(rejects->input->input)) {
		fil_faults_add(rejects->faults, rejects->file, line, fault);
		return;
	}
	place = fil_load_input_place(rejects->input, line, fault->text);
	fil_faults_add(rejects->faults, place, 0, fault);
	free(place);
}

void
fil_rejects_add(
    void *context, size_t line, const struct fil_fault *fault, const char *const *duplicate)
{
	struct fil_rejects *rejects = context;

	if (rejects->line != line) {
		rejects->counts->rejected++;
		fil_bytes_clear(&rejects->said);
	}
	rejects->line = line;
	if (was_said(rejects, fault->text))
		return;
	if (duplicate)
		note_duplicate(rejects, duplicate);
	add_fault(rejects, line, fault);
	if (rejects->reasons_file)
		note(rejects, line, fault);
}

void
fil_rejects_remark(void *context, const char *text)
{
	struct fil_rejects *rejects = context;
	struct fil_fault fault;

	fil_fault_set(&fault, FIL_REFUSED, "%s", text);
	fil_faults_add(rejects->faults, rejects->file, 0, &fault);
}

const struct fil_faults *
fil_rejects_faults(const struct fil_rejects *rejects)
{
	return rejects->faults;
}

/* Returns copies of a row's cells. */
static char **
copy_cells(const struct fil_table *table, const struct fil_row_made *made)
{
	char **cells = fil_alloc(table->n_columns, sizeof *cells);

	for (size_t c = 0; c < table->n_columns; c++)
		cells[c] = made->given[c] ? fil_copy(made->values[c]) : NULL;
	return cells;
}

/* Returns the names of the columns in which a row differs from the first of its key; the caller
 * frees it. */
static char *
name_columns(
    const struct fil_table *table, const struct first *first, const struct fil_row_made *made)
{
	struct fil_bytes names_of = { 0 };

	for (size_t c = table->n_keys; c < table->n_columns; c++) {
		const char *a = first->cells[c], *b = made->given[c] ? made->values[c] : NULL;

		if (!fil_text_is_same(a, b))
			fil_bytes_add_format(&names_of, "%s%s", names_of.length > 0 ? ", " : "",
			    table->columns[c].name);
	}
	return names_of.data;
}

/* Notes in which columns a row differs, if it is the next of those that were refused. They come in
 * the order of the input. */
static void
note_columns(struct fil_rejects *rejects, const struct fil_rows_row *row, uint64_t key,
    const struct first *first)
{
	struct duplicate *duplicate = &rejects->duplicates[rejects->compared];

	if (rejects->compared == rejects->n_duplicates || duplicate->line != row->line ||
	    duplicate->file != row->file || duplicate->key != key)
		return;
	if (first->cells)
		duplicate->columns = name_columns(rejects->table, first, row->made);
	rejects->compared++;
}

/* Notes the place of a row if it is the first with a duplicate key; compares others with it. */
static int
note_first(void *context, const struct fil_rows_row *row, struct fil_fault *fault)
{
	struct fil_rejects *rejects = context;
	struct fil_row_hashes_entry *entry =
	    fil_row_hashes_find(rejects->keys, hash_key(rejects, row->made->values).key);

	(void)fault;
	if (!entry)
		return 0;
	if (entry->content != 0) {
		note_columns(rejects, row, entry->key, &rejects->firsts[entry->content - 1]);
		return 0;
	}
	rejects->firsts[rejects->n_firsts] = (struct first){ row->file, row->line, NULL };
	if (rejects->n_firsts < COMPARED_MOST)
		rejects->firsts[rejects->n_firsts].cells = copy_cells(rejects->table, row->made);
	rejects->n_firsts++;
	entry->content = rejects->n_firsts & FIL_ROW_CONTENT;
	return 0;
}

/* Adds to the fault of a duplicate key where the key first appears, what differs there, and which
 * options keep one of the rows. */
static void
tell_first(const struct fil_rejects *rejects, const struct duplicate *duplicate)
{
	uint64_t number = fil_row_hashes_find(rejects->keys, duplicate->key)->content;
	bool active = fil_table_column(rejects->table, "left") != FIL_NOWHERE;
	struct fil_bytes words = { 0 };
	const struct first *first;

	if (number == 0)
		return;
	first = &rejects->firsts[number - 1];
	if (strcmp(first->file, duplicate->file) == 0)
		/* TRANSLATORS: behind "duplicate key". */
		fil_bytes_add_format(&words, _(": first on line %zu"), first->line);
	else
		fil_bytes_add_format(&words, _(": first in %s:%zu"), first->file, first->line);
	if (duplicate->columns)
		/* TRANSLATORS: the columns in which the rows of the same key differ. */
		fil_bytes_add_format(&words, _("; other: %s"), duplicate->columns);
	fil_bytes_add_text(&words,
	    active ? _(" (--prefer active, last or first keeps one)")
		   : _(" (--prefer last or first keeps one)"));
	fil_faults_append(rejects->faults, duplicate->fault, words.data);
	fil_bytes_release(&words);
}

/* Finds where the duplicate keys first appear, and adds it to their faults. */
static int
find_firsts(struct fil_rejects *rejects, struct fil_rows *rows, struct fil_fault *fault)
{
	const struct fil_rows_visitor visitor = { .row = note_first, .context = rejects };

	if (rejects->n_duplicates == 0)
		return 0;
	rejects->firsts = fil_alloc(fil_row_hashes_count(rejects->keys), sizeof *rejects->firsts);
	if (fil_rows_look(rows, &visitor, fault) < 0)
		return -1;
	for (size_t i = 0; i < rejects->n_duplicates; i++)
		tell_first(rejects, &rejects->duplicates[i]);
	return 0;
}

/* Reads the next note: *line 0 at the end. Adds its text to the reason. */
static void
read_note(struct fil_rejects *rejects, size_t *line)
{
	uint64_t head[2];
	char *text;

	*line = 0;
	if (fread(head, sizeof head, 1, rejects->notes) != 1)
		return;
	text = fil_alloc(head[1] + 1, 1);
	if (fread(text, 1, head[1], rejects->notes) == head[1]) {
		*line = (size_t)head[0];
		fil_bytes_clear(&rejects->reason);
		fil_bytes_add(&rejects->reason, text, head[1]);
	}
	free(text);
}

/* Joins all reasons of one line; reads the first of the next line ahead. */
static char *
take_reasons(struct fil_rejects *rejects, size_t line)
{
	struct fil_bytes all = { 0 };

	while (rejects->noted == line) {
		fil_bytes_add_format(&all, "%s%s", all.length ? "; " : "", rejects->reason.data);
		read_note(rejects, &rejects->noted);
	}
	return all.data;
}

/* Writes UTF-8 in the target's encoding, with a question mark for a character that it lacks. A
 * target of UTF-8 gets all bytes unchanged, even invalid ones. */
static void
put_text(const struct target *target, const char *text, size_t n)
{
	char buffer[4096], *in = (char *)(uintptr_t)text, *out;
	size_t room, result;

	if (!target->converts) {
		fwrite(text, 1, n, target->stream);
		return;
	}
	while (n > 0) {
		out = buffer;
		room = sizeof buffer;
		result = iconv(target->converter, &in, &n, &out, &room);
		fwrite(buffer, 1, sizeof buffer - room, target->stream);
		if (result == (size_t)-1 && errno != E2BIG) {
			size_t skip = 1;

			while (skip < n && ((unsigned char)in[skip] & 0xc0) == 0x80)
				skip++;
			in += skip;
			n -= skip;
			put_text(target, "?", 1);
		}
	}
}

/* Writes a quoted cell. */
static void
put_quoted(const struct target *target, const char *text)
{
	const char *quote;

	put_text(target, "\"", 1);
	for (; (quote = strchr(text, '"')); text = quote + 1) {
		put_text(target, text, (size_t)(quote - text));
		put_text(target, "\"\"", 2);
	}
	put_text(target, text, strlen(text));
	put_text(target, "\"", 1);
}

/* Returns whether the last two columns of a header are those of rejects. */
static bool
are_rejects(const struct fil_record *header)
{
	return header->n > 2 && strcmp(header->cells[header->n - 2], names[0]) == 0 &&
	    strcmp(header->cells[header->n - 1], names[1]) == 0;
}

/* Returns how many bytes of a record's text to copy. Rejects that are refused again get new last
 * two cells. */
static size_t
own_length(const struct target *target, const struct fil_record *record)
{
	size_t last = record->raw_length, before = last;
	bool quoted = false;

	if (target->cells == 0 || record->n != target->cells)
		return record->raw_length;
	for (size_t i = 0; i < record->raw_length; i++) {
		char c = record->raw[i];

		if (c == '"' && !target->unquoted) {
			quoted = !quoted;
		} else if (c == target->delimiter && !quoted) {
			before = last;
			last = i;
		}
	}
	return before;
}

/* Writes the record's own cells. The cell of a one-column input may hold our delimiter. */
static void
put_own(const struct target *target, const struct fil_record *record)
{
	if (target->one_column && record->n == 1 && strchr(record->cells[0], target->delimiter))
		put_quoted(target, record->cells[0]);
	else
		put_text(target, record->raw, own_length(target, record));
}

static void
put_record(const struct target *target, const struct fil_record *record, const char *line,
    const char *reason)
{
	put_own(target, record);
	put_text(target, &target->delimiter, 1);
	put_text(target, line, strlen(line));
	put_text(target, &target->delimiter, 1);
	if (target->unquoted || reason == names[1])
		put_text(target, reason, strlen(reason));
	else
		put_quoted(target, reason);
	put_text(target, target->line_end, strlen(target->line_end));
}

/* Writes a record, if it was refused. */
static void
put_refused(
    struct fil_rejects *rejects, const struct fil_record *record, const struct target *target)
{
	char *reasons, *line;

	if (record->line != rejects->noted)
		return;
	line = fil_format("%zu", record->line);
	reasons = take_reasons(rejects, record->line);
	put_record(target, record, line, reasons);
	free(reasons);
	free(line);
}

/* Writes the refused rows, reading the input again beside the notes. */
static int
put_rows(struct fil_rejects *rejects, const struct fil_load_input *input, struct target *target,
    struct fil_fault *fault)
{
	struct fil_reader *reader = fil_reader_new(input->input, &input->format);
	struct fil_record record;
	struct fil_fault refusal;
	bool header = !input->format.no_header;
	int step = 0;

	while ((header || rejects->noted > 0) &&
	    (step = fil_reader_next(reader, &record, &refusal)) != 0) {
		if (step < 0 && refusal.status != FIL_BAD_DATA)
			break;
		if (step < 0)
			record.n = 0; /* it has no cells */
		if (header && are_rejects(&record))
			target->cells = record.n;
		if (header)
			put_record(target, &record, names[0], names[1]);
		else
			put_refused(rejects, &record, target);
		header = false;
	}
	fil_reader_free(reader);
	if (step >= 0 || refusal.status == FIL_BAD_DATA)
		return 0;
	*fault = refusal;
	return -1;
}

/* Writes a line after which the table begins, so that the same profile reads the file: the pattern
 * matches itself without its stars. */
static void
put_begin(const struct target *target, const char *pattern)
{
	for (size_t n; *pattern != '\0'; pattern += n) {
		pattern += strspn(pattern, "*");
		n = strcspn(pattern, "*");
		put_text(target, pattern, n);
	}
	put_text(target, target->line_end, strlen(target->line_end));
}

/* Writes the file of the rows that were kept. */
static int
write_file(struct fil_rejects *rejects, const struct fil_load_input *input, const char *path,
    struct fil_fault *fault)
{
	const struct fil_format *format = &input->format;
	struct fil_output_file *file;
	struct target target = {
		.delimiter = format->delimiter ? format->delimiter : ',',
		.unquoted = format->unquoted,
		.one_column = format->one_column,
		.line_end = format->line_end == FIL_CRLF ? "\r\n"
		    : format->line_end == FIL_CR         ? "\r"
							 : "\n",
	};
	int result;

	if (fil_temp_file_check(rejects->reasons_file, fault) < 0)
		return -1;
	rewind(rejects->notes);
	read_note(rejects, &rejects->noted);
	file = fil_output_file_file(path, fault);
	if (!file)
		return -1;
	target.stream = fil_output_file_stream(file);
	target.converts = strcasecmp(format->encoding, "UTF-8") != 0 &&
	    strcasecmp(format->encoding, FIL_MIXED_UTF8) != 0;
	if (target.converts && strcasecmp(format->encoding, FIL_DOUBLE_UTF8) == 0)
		target.converter = iconv_open("UTF-8", "WINDOWS-1252");
	else if (target.converts)
		target.converter = iconv_open(format->encoding, "UTF-8");
	if (target.converts && target.converter == (iconv_t)-1)
		fil_bug("%s: cannot be written", format->encoding);
	if (format->bom)
		put_text(&target, "\xef\xbb\xbf", 3);
	if (format->begin_after)
		put_begin(&target, format->begin_after);
	result = put_rows(rejects, input, &target, fault);
	if (target.converts)
		iconv_close(target.converter);
	if (fil_output_file_end(file, result == 0, fault) == FIL_ANSWER_FAILED)
		return -1;
	return result;
}

int
fil_rejects_close(struct fil_rejects *rejects, struct fil_rows *rows,
    const struct fil_load_input *input, const char *path, struct fil_fault *fault)
{
	if (find_firsts(rejects, rows, fault) < 0)
		return -1;
	return rejects->reasons_file ? write_file(rejects, input, path, fault) : 0;
}

static void
release_cells(const struct fil_table *table, char **cells)
{
	for (size_t c = 0; cells && c < table->n_columns; c++)
		free(cells[c]);
	free(cells);
}

void
fil_rejects_free(struct fil_rejects *rejects)
{
	if (!rejects)
		return;
	fil_faults_free(rejects->faults);
	fil_bytes_release(&rejects->said);
	fil_row_hashes_free(rejects->keys);
	free(rejects->lengths);
	for (size_t i = 0; i < rejects->n_duplicates; i++)
		free(rejects->duplicates[i].columns);
	free(rejects->duplicates);
	for (size_t i = 0; i < rejects->n_firsts; i++)
		release_cells(rejects->table, rejects->firsts[i].cells);
	free(rejects->firsts);
	fil_temp_file_free(rejects->reasons_file);
	fil_bytes_release(&rejects->reason);
	free(rejects);
}
