/* SPDX-License-Identifier: ISC */
#include "lib/input/reader.h"

#include <csv.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "lib/base/language.h"
#include "lib/base/memory.h"
#include "lib/base/text.h"
#include "lib/base/utf8.h"
#include "lib/base/worker.h"
#include "lib/input/lines.h"

enum {
	BLOCK = 128 * 1024,
	ARENA = 512, /* that a batch begins with */
	CELL_MOST = 1024 * 1024,
	PARSER_BLOCK = 64 * 1024, /* growth of libcsv's buffer; its default of 128 is quadratic */
};

/* A batch of records ends with the one that reaches one of these. */
enum {
	BATCH_RECORDS = 2048,
	BATCH_CELLS = 16 * 1024,
	BATCH_BYTES = 256 * 1024,
	BATCH_FAULTS = 64,
};

/* The delimiter of a one-column input: no text contains it. */
static const char unit_separator = '\x1F';

/* A record that was read ahead, its fault, or the end. */
struct reading {
	struct fil_record record;
	int result; /* of fil_reader_next */
	size_t fault; /* its number in the batch */
};

/* The cells of a batch of records, or of the one in hand. */
struct batch {
	char *arena; /* the cells, each followed by a NUL */
	size_t capacity, used;
	const char **cells; /* of all records, one after the other */
	size_t *lengths, *errors, n_cells;
	struct reading *readings; /* NULL: of the one in hand */
	size_t n;
	struct fil_fault *faults;
	size_t n_faults;
	bool last; /* nothing follows it */
};

struct fil_reader {
	struct fil_lines *lines;
	const char *encoding;
	char delimiter;
	struct csv_parser parser;
	struct batch *batch; /* that gets the cells */
	/* The cells of the record, each followed by a NUL, in the free part of the batch. */
	char *arena;
	size_t capacity, used;
	const char **cells;
	size_t *lengths, *errors, n;
	size_t skip; /* lines above the header that were not skipped yet */
	bool row_ended, too_wide, too_long;
	bool unquoted; /* quotes are ordinary characters */
	const char *end; /* the first cell below the table is like it; NULL: the end of the input */
	bool ends_blank; /* a blank line ends the table */
	bool began, ended; /* a record was read; the end was found */
	size_t last; /* the line of the record before */
	struct fil_bytes bare; /* a line without the signs before its quotes */
	const struct fil_row_file *rows; /* of a workbook or of JSON, or NULL */
	size_t width; /* of each row */
	size_t most; /* cells of a record, with the place of a row */
	struct fil_bytes padded; /* the text of a row with all its cells */
	struct fil_worker *worker; /* fills the batch; NULL: nothing is read ahead */
	struct batch *taking; /* the batch before it, whose records are taken meanwhile */
	size_t taken;
};

/* Limits a cell: libcsv takes NULL as out of memory. It passes no pointer of the caller. */
static void *
grow_cell(void *block, size_t n)
{
	return n > CELL_MOST + PARSER_BLOCK ? NULL : fil_resize(block, n, 1);
}

static void
start_parser(struct fil_reader *reader)
{
	csv_init(&reader->parser, CSV_STRICT | CSV_STRICT_FINI | CSV_APPEND_NULL);
	csv_set_delim(&reader->parser, (unsigned char)reader->delimiter);
	csv_set_realloc_func(&reader->parser, grow_cell);
	csv_set_blk_size(&reader->parser, PARSER_BLOCK);
}

/* Returns an empty batch with room for so many cells, at first of so many bytes. */
static struct batch *
batch_new(const struct fil_reader *reader, size_t cells, size_t bytes)
{
	struct batch *batch = fil_alloc(1, sizeof *batch);

	batch->arena = fil_resize(NULL, bytes, 1);
	batch->capacity = bytes;
	batch->cells = fil_resize(NULL, cells, sizeof *batch->cells);
	batch->lengths = fil_resize(NULL, cells, sizeof *batch->lengths);
	if (reader->rows)
		batch->errors = fil_resize(NULL, cells, sizeof *batch->errors);
	return batch;
}

static void
batch_free(struct batch *batch)
{
	if (!batch)
		return;
	free(batch->arena);
	free(batch->cells);
	free(batch->lengths);
	free(batch->errors);
	free(batch->readings);
	free(batch->faults);
	free(batch);
}

/* Has the next record stand in the free part of the batch. */
static void
begin_record(struct fil_reader *reader)
{
	struct batch *batch = reader->batch;

	reader->arena = batch->arena + batch->used;
	reader->capacity = batch->capacity - batch->used;
	reader->cells = batch->cells + batch->n_cells;
	reader->lengths = batch->lengths + batch->n_cells;
	if (reader->rows)
		reader->errors = batch->errors + batch->n_cells;
	reader->n = reader->used = 0;
}

struct fil_reader *
fil_reader_new_blocks(const struct fil_input *input, const struct fil_format *format, size_t block)
{
	struct fil_reader *reader = fil_alloc(1, sizeof *reader);

	reader->lines = fil_lines_new(input, format, block);
	reader->encoding = format->encoding ? format->encoding : "UTF-8";
	reader->delimiter = format->one_column ? unit_separator : format->delimiter;
	reader->skip = format->skip_lines;
	reader->unquoted = format->unquoted;
	reader->end = format->end;
	reader->ends_blank = format->ends_blank;
	reader->rows = fil_input_rows(input);
	reader->most = FIL_CELLS_MOST + (reader->rows != NULL);
	reader->batch = batch_new(reader, reader->most, ARENA);
	if (reader->rows)
		reader->width = fil_row_file_width(reader->rows);
	start_parser(reader);
	return reader;
}

struct fil_reader *
fil_reader_new(const struct fil_input *input, const struct fil_format *format)
{
	return fil_reader_new_blocks(input, format, BLOCK);
}

/* Makes room for a record of n bytes. The cells of the records before it may move. */
static void
reserve(struct fil_reader *reader, size_t n)
{
	struct batch *batch = reader->batch;
	uintptr_t old = (uintptr_t)batch->arena, offset;
	size_t before = batch->capacity;

	if (n <= reader->capacity)
		return;
	batch->capacity = batch->used + n > 2 * before ? batch->used + n : 2 * before;
	batch->arena = fil_resize(batch->arena, batch->capacity, 1);
	reader->arena = batch->arena + batch->used;
	reader->capacity = batch->capacity - batch->used;
	for (size_t i = 0; i < batch->n_cells; i++) {
		offset = (uintptr_t)batch->cells[i] - old;
		if (offset < before)
			batch->cells[i] = batch->arena + offset;
	}
}

/* Splits a line without quotes, which most lines are. A delimiter stored after the line ends the
 * last cell. */
static void
cut(struct fil_reader *reader, const struct fil_line *line)
{
	char *from, *to, *end, *text;
	size_t n;

	reserve(reader, line->length + 1);
	reader->used = line->length + 1;
	end = mempcpy(reader->arena, line->text, line->length);
	*end = reader->delimiter;
	for (from = reader->arena; from <= end; from = to + 1) {
		to = rawmemchr(from, reader->delimiter);
		if (reader->n == reader->most) {
			reader->too_wide = true;
			return;
		}
		text = from;
		n = (size_t)(to - from);
		if (fil_utf8_hints_white(from, n))
			text += fil_utf8_trim(from, &n);
		text[n] = '\0';
		reader->too_long |= n > CELL_MOST;
		reader->cells[reader->n] = text;
		reader->lengths[reader->n++] = n;
	}
}

static void
take_cell(void *text, size_t n, void *data)
{
	struct fil_reader *reader = data;

	reader->too_wide |= reader->n == reader->most;
	reader->too_long |= n > CELL_MOST;
	if (reader->too_wide)
		return;
	reserve(reader, reader->used + n + 1);
	if (n > 0)
		memcpy(reader->arena + reader->used, text, n);
	reader->used += n;
	reader->arena[reader->used++] = '\0';
	reader->lengths[reader->n++] = n;
}

static void
take_row(int end, void *data)
{
	struct fil_reader *reader = data;

	(void)end;
	reader->row_ended = true;
}

/* Returns whether cell i of a record that libcsv accepted is in quotes. libcsv's callback does not
 * say so. */
static bool
is_quoted(const char *raw, size_t n, char delimiter, size_t i)
{
	const char *end = raw + n, *next;

	for (;; i--) {
		while (raw < end && (*raw == ' ' || *raw == '\t') && *raw != delimiter)
			raw++;
		if (i == 0)
			return raw < end && *raw == '"';
		if (raw < end && *raw == '"') {
			/* A doubled quote closes the cell and opens it again. */
			do {
				next = memchr(raw + 1, '"', (size_t)(end - raw - 1));
				raw = next + 1;
			} while (raw < end && *raw == '"');
		}
		next = memchr(raw, delimiter, (size_t)(end - raw));
		raw = next + 1;
	}
}

/* Sets the pointers after the arena is complete. Trims Unicode spaces, since libcsv trims only
 * ASCII ones. */
static void
point(struct fil_reader *reader, const char *raw, size_t n)
{
	char *text = reader->arena, *trimmed;
	size_t length;

	for (size_t i = 0; i < reader->n; text += length + 1, i++) {
		length = reader->lengths[i];
		reader->cells[i] = text;
		if (!fil_utf8_hints_white(text, length) || is_quoted(raw, n, reader->delimiter, i))
			continue;
		trimmed = text + fil_utf8_trim(text, &reader->lengths[i]);
		trimmed[reader->lengths[i]] = '\0';
		reader->cells[i] = trimmed;
	}
}

/* Returns the reason why libcsv stopped, or why the record has no end. */
static int
parse_fault(struct fil_reader *reader, bool at_end, struct fil_fault *fault)
{
	size_t cell = reader->n + 1;
	const char *what;

	if (at_end)
		what = _("a quote that is never closed");
	else if (csv_error(&reader->parser) != CSV_EPARSE)
		what = _("over 1 MiB: is its quote never closed?");
	else if (reader->parser.quoted)
		what = _("text after the closing quote");
	else
		what = _("a quote within a cell that does not begin with one");
	/* After a fault the parser is replaced. Ending it properly would deliver the broken row. */
	csv_free(&reader->parser);
	start_parser(reader);
	return fil_fault_data(fault, "source-error", "cell %zu: %s", cell, what);
}

/* Parses a record with quotes, whose first line was read. Returns 1, or -1 with a fault. */
static int
parse(struct fil_reader *reader, struct fil_line *line, struct fil_fault *fault)
{
	enum fil_line_found found;
	size_t n;

	reader->used = 0;
	reader->row_ended = false;
	for (;;) {
		n = line->length + line->end;
		if (csv_parse(&reader->parser, line->text, n, take_cell, take_row, reader) != n)
			return parse_fault(reader, false, fault);
		if (line->end == 0 && csv_fini(&reader->parser, take_cell, take_row, reader) < 0)
			return parse_fault(reader, true, fault);
		if (reader->row_ended)
			return 1;
		found = fil_lines_next(reader->lines, line, fault);
		if (found == FIL_LINE_FAULT)
			return -1;
		if (found == FIL_LINE_NONE)
			return parse_fault(reader, true, fault);
		if (found == FIL_LINE_LONG) {
			parse_fault(reader, true, fault);
			return fil_fault_data(
			    fault, "source-error", "over 4 MiB: is a quote never closed?");
		}
	}
}

/* Returns the end of the cell that begins here: its delimiter, or the end of the text. */
static const char *
end_of_cell(const char *at, const char *end, char delimiter)
{
	bool quoted = at < end && *at == '"';

	for (at += quoted; at < end && (quoted || *at != delimiter); at++)
		if (*at == '"')
			quoted = !quoted;
	return at;
}

/* Copies the line to `bare`, without the = of cells that are written ="00421". Returns how many there
 * are. */
static size_t
strip_formulas(struct fil_reader *reader, const struct fil_line *line)
{
	const char *at = line->text, *end = at + line->length + line->end, *next;
	size_t n = 0;

	fil_bytes_clear(&reader->bare);
	for (; at < end; at = next) {
		bool formula = end - at > 2 && at[0] == '=' && at[1] == '"';

		n += formula;
		at += formula;
		next = end_of_cell(at, end, reader->delimiter);
		next += next < end;
		fil_bytes_add(&reader->bare, at, (size_t)(next - at));
	}
	return n;
}

/* Parses a record of one line again that libcsv has refused, without the = of cells ="00421". Returns
 * how many there are, or 0 when that is not what was wrong. */
static size_t
parse_formulas(struct fil_reader *reader, const struct fil_line *line)
{
	size_t formulas = strip_formulas(reader, line), n = reader->bare.length;

	if (formulas == 0)
		return 0;
	reader->n = reader->used = 0;
	reader->row_ended = reader->too_wide = reader->too_long = false;
	if (csv_parse(&reader->parser, reader->bare.data, n, take_cell, take_row, reader) == n &&
	    (line->end > 0 || csv_fini(&reader->parser, take_cell, take_row, reader) == 0) &&
	    reader->row_ended)
		return formulas;
	csv_free(&reader->parser);
	start_parser(reader);
	return 0;
}

/* Returns whether the line has only white space and no delimiter. */
static bool
is_blank(const struct fil_line *line, char delimiter)
{
	for (size_t i = 0; i < line->length; i++)
		if ((line->text[i] != ' ' && line->text[i] != '\t') || line->text[i] == delimiter)
			return false;
	return true;
}

/* Reads the first line of the next record. */
static enum fil_line_found
begin(struct fil_reader *reader, struct fil_line *line, struct fil_fault *fault)
{
	enum fil_line_found found;

	for (; reader->skip > 0 && !reader->rows; reader->skip--) {
		found = fil_lines_first(reader->lines, line, fault);
		if (found == FIL_LINE_LONG)
			found = fil_lines_pass(reader->lines, line, fault);
		if (found != FIL_LINE_OK)
			return found;
	}
	do {
		found = fil_lines_first(reader->lines, line, fault);
		if (found != FIL_LINE_OK || !is_blank(line, reader->delimiter))
			return found;
		reader->ended = reader->ends_blank && reader->began;
	} while (!reader->ended);
	return FIL_LINE_NONE;
}

/* Checks the record for content that none may have. Returns 1, or -1 with a fault. */
static int
check(const struct fil_reader *reader, const struct fil_record *record, bool suspect,
    struct fil_fault *fault)
{
	const char *raw = record->raw;
	size_t n = record->raw_length, valid;

	if (suspect && memchr(raw, '\0', n))
		return fil_fault_data(fault, "source-error", "a NUL byte: is this text?");
	if (suspect && (valid = fil_utf8_check(raw, n)) < n)
		return fil_fault_data(fault, "encoding-error",
		    "byte \\x%02x is not %s: give the encoding with --encoding",
		    (unsigned char)raw[valid], reader->encoding);
	if (reader->too_wide)
		return fil_fault_data(fault, "source-error", "over 1,024 cells");
	if (reader->too_long)
		return fil_fault_data(fault, "source-error", "a cell over 1 MiB");
	return 1;
}

/* Refuses a record. Its end is unknown: only its first line, with these bytes and the line end, is
 * refused. */
static int
refuse_record(struct fil_reader *reader, const struct fil_line *first, struct fil_record *record,
    const struct fil_fault *fault)
{
	record->raw = NULL;
	if (fault->status == FIL_BAD_DATA)
		record->raw = fil_lines_back(reader->lines, first->length + first->end);
	record->raw_length = record->raw ? first->length : 0;
	return -1;
}

/* Reads the record that begins with this line. */
static int
read_record(struct fil_reader *reader, struct fil_line *line, struct fil_record *record,
    struct fil_fault *fault)
{
	bool plain = reader->unquoted || !memchr(line->text, '"', line->length);
	const struct fil_line first = *line;

	reader->n = 0;
	reader->too_wide = reader->too_long = false;
	if (!plain && parse(reader, line, fault) < 0) {
		if (line->text == first.text)
			record->formulas = parse_formulas(reader, &first);
		if (record->formulas == 0)
			return refuse_record(reader, &first, record, fault);
	}
	record->raw = line->record;
	record->raw_length = line->record_length - line->end;
	record->cut = line->end == 0;
	record->line_end = line->kind;
	if (plain)
		cut(reader, line);
	else if (record->formulas > 0)
		point(reader, reader->bare.data, reader->bare.length);
	else
		point(reader, record->raw, record->raw_length);
	record->n = reader->n;
	return check(reader, record, line->suspect, fault);
}

/* Gives a row of the row file as many cells as the widest has. The row's text gets them too. */
static void
pad(struct fil_reader *reader, struct fil_record *record)
{
	fil_bytes_clear(&reader->padded);
	fil_bytes_add(&reader->padded, record->raw, record->raw_length);
	for (; record->n < reader->width; record->n++) {
		reader->cells[1 + record->n] = "";
		reader->lengths[1 + record->n] = 0;
		fil_bytes_add(&reader->padded, &reader->delimiter, 1);
	}
	record->raw = reader->padded.data;
	record->raw_length = reader->padded.length;
}

/* Takes the place of a row off its record, "7:7 3" (lib/input/row_file.h). Returns 1, or -1 with the fault
 * for which the row is refused. */
static int
take_place(struct fil_reader *reader, struct fil_record *record, struct fil_fault *fault)
{
	const char *place = record->cells[0], *at;
	size_t n = strlen(place);
	char *end;

	record->line = strtoul(place, &end, 10);
	record->line = reader->rows->by_line ? strtoul(end + 1, &end, 10) : record->line;
	at = strpbrk(place, " !");
	n += n < record->raw_length; /* and the comma, unless the header has no names */
	record->cells++;
	record->lengths++;
	record->n--;
	record->raw += n;
	record->raw_length -= n;
	if (at && *at == '!') {
		const char *last = record->raw + record->raw_length;

		fil_fault_data(fault, "source-error", "%s", record->cells[0]);
		record->raw = end_of_cell(record->raw, last, reader->delimiter) + 1;
		record->raw_length = (size_t)(last - record->raw);
		return -1;
	}
	if (record->n < reader->width)
		pad(reader, record);
	for (record->errors = reader->errors; at && *at == ' '; at = end)
		reader->errors[record->n_errors++] = strtoul(at + 1, &end, 10);
	return 1;
}

/* Returns whether a record stands below the table. */
static bool
is_end(const struct fil_reader *reader, const struct fil_record *record)
{
	bool blank = reader->ends_blank && reader->began;

	/* Blank rows of a sheet are none in the row file. */
	if (blank && reader->rows && reader->rows->sheet && record->line > reader->last + 1)
		return true;
	for (size_t i = 0; i < record->n && blank; i++)
		blank = record->lengths[i] == 0;
	return blank ||
	    (reader->end && reader->began && record->n > 0 &&
		fil_text_is_like(reader->end, record->cells[0]));
}

/* Reads the next record. */
static int
next(struct fil_reader *reader, struct fil_record *record, struct fil_fault *fault)
{
	struct fil_line line = { .number = 0 };
	enum fil_line_found found = reader->ended ? FIL_LINE_NONE : begin(reader, &line, fault);
	int result = (int)found;

	*record = (struct fil_record){ .cells = reader->cells, .lengths = reader->lengths };
	record->line = line.number;
	if (found == FIL_LINE_OK) {
		result = read_record(reader, &line, record, fault);
	} else if (found == FIL_LINE_LONG) {
		result = -1;
		if (fil_lines_pass(reader->lines, &line, fault) == FIL_LINE_OK) {
			fil_fault_data(fault, "source-error", "a line over 4 MiB");
			record->raw = line.text;
			record->raw_length = line.length;
		}
		record->line = line.number;
	}
	record->offset = line.offset;
	return result == 1 && reader->rows ? take_place(reader, record, fault) : result;
}

/* Reads the next record of the table into the batch. */
static int
read_next(struct fil_reader *reader, struct fil_record *record, struct fil_fault *fault)
{
	int result;

	/* Rows above the header. */
	do {
		begin_record(reader);
		result = next(reader, record, fault);
	} while (reader->rows && result == 1 && record->line > 0 && record->line <= reader->skip);
	reader->ended |= result == 1 && is_end(reader, record);
	reader->began = true;
	reader->last = record->line;
	return reader->ended ? 0 : result;
}

/* Returns whether one record more might not have room. */
static bool
is_full(const struct batch *batch)
{
	return batch->n == BATCH_RECORDS || batch->n_cells >= BATCH_CELLS ||
	    batch->used >= BATCH_BYTES || batch->n_faults == BATCH_FAULTS;
}

/* Fills the batch. The text of a record, which no load looks at, is not kept. */
static void
fill(void *context)
{
	struct fil_reader *reader = context;
	struct batch *batch = reader->batch;

	batch->n = batch->n_faults = batch->used = batch->n_cells = 0;
	while (!batch->last && !is_full(batch)) {
		struct reading *reading = &batch->readings[batch->n++];
		struct fil_fault *fault = &batch->faults[batch->n_faults];

		reading->result = read_next(reader, &reading->record, fault);
		reading->record.raw = NULL;
		reading->record.raw_length = 0;
		reading->fault = batch->n_faults;
		batch->n_faults += reading->result < 0;
		batch->used += reader->used;
		batch->n_cells = (size_t)(reading->record.cells + reading->record.n - batch->cells);
		batch->last = reading->result == 0;
	}
}

/* Takes the batch that was filled, and has the other one filled. */
static void
take_batch(struct fil_reader *reader)
{
	struct batch *taken = reader->taking;

	fil_worker_wait(reader->worker);
	reader->taking = reader->batch;
	reader->batch = taken;
	reader->taken = 0;
	if (!reader->taking->last)
		fil_worker_begin(reader->worker, fill, reader);
}

/* Returns a batch of records. */
static struct batch *
batch_of_records(const struct fil_reader *reader)
{
	struct batch *batch = batch_new(reader, BATCH_CELLS + reader->most, BATCH_BYTES + ARENA);

	batch->readings = fil_alloc(BATCH_RECORDS, sizeof *batch->readings);
	batch->faults = fil_alloc(BATCH_FAULTS, sizeof *batch->faults);
	return batch;
}

void
fil_reader_read_ahead(struct fil_reader *reader)
{
	reader->worker = fil_worker_new();
	if (!reader->worker)
		return;
	batch_free(reader->batch);
	reader->batch = batch_of_records(reader);
	reader->taking = batch_of_records(reader);
	fil_worker_begin(reader->worker, fill, reader);
}

void
fil_reader_rest(struct fil_reader *reader)
{
	if (reader)
		fil_worker_wait(reader->worker);
}

int
fil_reader_next(struct fil_reader *reader, struct fil_record *record, struct fil_fault *fault)
{
	const struct batch *batch;
	const struct reading *reading;

	if (!reader->worker)
		return read_next(reader, record, fault);
	if (reader->taken == reader->taking->n && !reader->taking->last)
		take_batch(reader);
	batch = reader->taking;
	/* The last reading is that of the end. */
	reader->taken -= reader->taken == batch->n;
	reading = &batch->readings[reader->taken++];
	*record = reading->record;
	if (reading->result < 0)
		*fault = batch->faults[reading->fault];
	return reading->result;
}

void
fil_reader_free(struct fil_reader *reader)
{
	if (!reader)
		return;
	fil_worker_free(reader->worker);
	csv_free(&reader->parser);
	fil_lines_free(reader->lines);
	fil_bytes_release(&reader->bare);
	fil_bytes_release(&reader->padded);
	batch_free(reader->batch);
	batch_free(reader->taking);
	free(reader);
}

/* A delimiter is any ASCII character but a letter, a digit, a quote or a line end. */
static const struct {
	char delimiter;
	const char *shown;
	const char *word; /* the name in options and profiles, or NULL */
} delimiters[] = {
	{ ',', N_("','"), "comma" },
	{ ';', N_("';'"), "semicolon" },
	{ '\t', N_("TAB"), "tab" },
	{ '|', N_("'|'"), "pipe" },
	{ ':', N_("':'"), "colon" },
	{ ' ', N_("space"), "space" },
	{ '!', N_("'!'"), NULL },
	{ '#', N_("'#'"), NULL },
	{ '$', N_("'$'"), NULL },
	{ '%', N_("'%'"), NULL },
	{ '&', N_("'&'"), NULL },
	{ '*', N_("'*'"), NULL },
	{ '+', N_("'+'"), NULL },
	{ '/', N_("'/'"), NULL },
	{ '=', N_("'='"), NULL },
	{ '@', N_("'@'"), NULL },
	{ '^', N_("'^'"), NULL },
	{ '~', N_("'~'"), NULL },
};
enum { N_DELIMITERS = sizeof delimiters / sizeof *delimiters };

char
fil_delimiter_read(const char *name)
{
	for (size_t i = 0; i < N_DELIMITERS; i++)
		if (delimiters[i].word && strcasecmp(name, delimiters[i].word) == 0)
			return delimiters[i].delimiter;
	for (size_t i = 0; i < N_DELIMITERS; i++)
		if (name[0] == delimiters[i].delimiter && name[1] == '\0')
			return name[0];
	return '\0';
}

const char *
fil_delimiter_name(char delimiter)
{
	for (size_t i = 0; i < N_DELIMITERS; i++)
		if (delimiters[i].delimiter == delimiter)
			return _(delimiters[i].shown);
	return "?";
}

const char *
fil_delimiter_word(char delimiter)
{
	for (size_t i = 0; i < N_DELIMITERS; i++)
		if (delimiters[i].delimiter == delimiter)
			return delimiters[i].word;
	return NULL;
}

const char *
fil_line_end_name(enum fil_line_end line_end)
{
	switch (line_end) {
	case FIL_LF: return "LF";
	case FIL_CRLF: return "CRLF";
	case FIL_CR: return "CR";
	case FIL_MIXED_ENDS: return _("mixed line ends");
	}
	return "?";
}
