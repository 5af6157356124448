/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <minizip/unzip.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <xlsxwriter.h>

#include "lib/base/date.h"
#include "lib/base/fault.h"
#include "lib/base/language.h"
#include "lib/base/library.h"
#include "lib/base/memory.h"
#include "lib/base/number.h"
#include "lib/base/temp_file.h"
#include "lib/base/text.h"
#include "lib/output/form.h"
#include "lib/output/output.h"

/* The limits of a sheet, from Microsoft's "Excel specifications and limits". Characters are UTF-16
 * code units. */
enum { MOST_ROWS = 1048576, MOST_CHARACTERS = 32767 };

/* A double holds every decimal of so many digits exactly enough to be read back. */
enum { MOST_DIGITS = 15 };

/* The widest column, in characters, the room of the button that filters, and that of a box to write
 * in. */
enum { WIDEST = 60, BUTTON = 3, ROOM = 20 };

/* Day 0 of a fil_day as a spreadsheet counts days. Its days before March 1900 are off by one, since it
 * takes 1900 for a leap year. */
enum { EPOCH = 25569, FIRST_DAY = 61, SECONDS = 24 * 60 * 60 };

/* The functions of libxlsxwriter, and those of minizip, which it uses. The library is loaded for a
 * workbook only: other libraries come with it, and every command would start more slowly. */
#define FUNCTIONS(X) \
	X(workbook_new_opt) \
	X(workbook_add_format) \
	X(workbook_add_worksheet) \
	X(workbook_set_properties) \
	X(workbook_close) \
	X(format_set_bold) \
	X(format_set_num_format) \
	X(format_set_unlocked) \
	X(worksheet_write_string) \
	X(worksheet_write_number) \
	X(worksheet_write_blank) \
	X(worksheet_data_validation_range) \
	X(worksheet_protect) \
	X(worksheet_set_column) \
	X(worksheet_autofilter) \
	X(worksheet_freeze_panes) \
	X(worksheet_ignore_errors) \
	X(unzOpen) \
	X(unzGoToNextFile) \
	X(unzOpenCurrentFile) \
	X(unzReadCurrentFile) \
	X(unzCloseCurrentFile) \
	X(unzClose)

struct library {
	FUNCTIONS(FIL_FUNCTION_POINTER)
};

static const struct fil_function functions[] = { FUNCTIONS(FIL_FUNCTION_ROW) };

#define LIBRARY "libxlsxwriter.so." LXW_SOVERSION

struct xlsx {
	FILE *stream;
	const struct fil_output_style *style;
	const struct fil_output_column *columns;
	size_t n;
	struct library library;
	char *folder; /* of temporary files */
	struct fil_temp_file *file;
	char *path; /* of that file */
	lxw_workbook *book;
	lxw_worksheet *sheet;
	/* Of the cells of a kind, and of boxes of a kind; NULL: plain. */
	lxw_format *formats[FIL_CELL_RUN + 1], *boxes[FIL_CELL_RUN + 1];
	lxw_format *bold;
	size_t rows, cells; /* as written, with the header */
	size_t *widths;
	struct fil_bytes text;
	bool failed;
	struct fil_fault fault; /* the first one, if it failed */
};

/* Loads the library, which stays loaded. Returns 0, or -1 with a fault if it is not installed. */
static int
load(struct library *library, struct fil_fault *fault)
{
	int loaded = fil_library_load(
	    LIBRARY, library, functions, sizeof functions / sizeof *functions, fault);

	if (loaded == 0)
		return fil_fault_set(fault, FIL_UNAVAILABLE,
		    "the library for workbooks is not installed (%s, in Debian's package "
		    "libxlsxwriter%s): install it, or use csv with --for-excel",
		    LIBRARY, LXW_SOVERSION);
	return loaded < 0 ? -1 : 0;
}

static int
check_library(struct fil_fault *fault)
{
	struct library library;

	return load(&library, fault);
}

/* Ends the program if the library has lacked memory since errno was 0. It does not always tell. */
static void
check_memory(lxw_error error)
{
	if (errno == ENOMEM || error == LXW_ERROR_MEMORY_MALLOC_FAILED)
		fil_memory_die();
}

/* Adds a format of cells. number: how numbers are shown, or NULL. */
static lxw_format *
add_format(const struct xlsx *xlsx, const char *number)
{
	lxw_format *format = xlsx->library.workbook_add_format(xlsx->book);

	if (!format)
		fil_memory_die();
	if (number)
		xlsx->library.format_set_num_format(format, number);
	return format;
}

/* Makes the formats. A share stays in percent, so its sign is only text. */
static void
make_formats(struct xlsx *xlsx)
{
	bool french = strcmp(fil_language(), "fr") == 0;
	const char *const numbers[FIL_CELL_RUN + 1] = {
		[FIL_CELL_SHARE] = french ? "0.0\"\u202f%\"" : "0.0\"%\"",
		[FIL_CELL_DAY] = french ? "[$-40C]d mmmm yyyy" : "yyyy\\-mm\\-dd",
	};

	xlsx->bold = add_format(xlsx, NULL);
	xlsx->library.format_set_bold(xlsx->bold);
	for (size_t kind = 0; kind <= FIL_CELL_RUN; kind++)
		if (numbers[kind])
			xlsx->formats[kind] = add_format(xlsx, numbers[kind]);
	for (size_t i = 0; i < xlsx->n; i++) {
		enum fil_output_kind kind = xlsx->columns[i].kind;

		if (!xlsx->columns[i].box || xlsx->boxes[kind])
			continue;
		/* What is typed as a text stays so: 00421. */
		xlsx->boxes[kind] = add_format(xlsx, kind == FIL_CELL_TEXT ? "@" : numbers[kind]);
		xlsx->library.format_set_unlocked(xlsx->boxes[kind]);
	}
}

/* Returns the format of the cells of a column; NULL: plain. */
static lxw_format *
format_of(const struct xlsx *xlsx, size_t column)
{
	enum fil_output_kind kind = xlsx->columns[column].kind;

	return xlsx->columns[column].box ? xlsx->boxes[kind] : xlsx->formats[kind];
}

/* The day of the document is today's, so that the same rows make the same file. */
static void
set_properties(struct xlsx *xlsx)
{
	const struct fil_output_style *style = xlsx->style;
	char *title = fil_copy(style->meaning ? style->meaning : style->title);
	lxw_doc_properties properties = { .title = title };
	struct fil_fault fault;
	fil_day today;

	if (fil_date_today(&today, &fault) == 0)
		properties.created = (time_t)today * SECONDS;
	check_memory(xlsx->library.workbook_set_properties(xlsx->book, &properties));
	free(title);
}

/* Makes an empty workbook in a temporary file. Returns 0, or -1 with a fault. */
static int
make_book(struct xlsx *xlsx, struct fil_fault *fault)
{
	lxw_workbook_options options = { .constant_memory = LXW_TRUE, .tmpdir = xlsx->folder };

	if (load(&xlsx->library, fault) < 0)
		return -1;
	xlsx->file = fil_temp_file_new(xlsx->folder, fault);
	if (!xlsx->file)
		return -1;
	xlsx->path = fil_format("/proc/self/fd/%d", fileno(fil_temp_file_stream(xlsx->file)));
	errno = 0;
	xlsx->book = xlsx->library.workbook_new_opt(xlsx->path, &options);
	if (!xlsx->book)
		fil_memory_die();
	/* The name of a subject or table is one that a sheet may have. */
	xlsx->sheet = xlsx->library.workbook_add_worksheet(xlsx->book, xlsx->style->title);
	check_memory(LXW_NO_ERROR);
	if (!xlsx->sheet)
		return fil_fault_set(fault, FIL_IO_ERROR,
		    "cannot write a temporary file in %s: the disk may be full", xlsx->folder);
	make_formats(xlsx);
	set_properties(xlsx);
	return 0;
}

/* Returns whether '_' begins what a spreadsheet reads as the code of a character, "_x000D_". */
static bool
is_code(const char *text)
{
	return text[0] == '_' && text[1] == 'x' &&
	    strspn(text + 2, "0123456789abcdefABCDEF") >= 4 && text[6] == '_';
}

/* Adds a line that is safe to show. */
static void
add_line(struct fil_bytes *text, const char *line)
{
	for (const char *p = line; *p != '\0'; p++) {
		if (is_code(p))
			fil_bytes_add_text(text, "_x005F");
		fil_bytes_add(text, p, 1);
	}
}

/* Puts the cell as a spreadsheet shows it into xlsx->text: with its line breaks and TABs; other control
 * characters are shown. */
static void
set_text(struct xlsx *xlsx, const char *cell)
{
	fil_bytes_clear(&xlsx->text);
	for (size_t n;; cell += n) {
		char *line, *shown;

		n = strcspn(cell, "\t\r\n");
		line = fil_copy_bytes(cell, n);
		shown = fil_text_escape(line);
		add_line(&xlsx->text, shown);
		free(shown);
		free(line);
		if (cell[n] == '\0')
			return;
		fil_bytes_add_text(&xlsx->text, cell[n] == '\t' ? "\t" : "\n");
		n += cell[n] == '\r' && cell[n + 1] == '\n' ? 2 : 1;
	}
}

/* Returns the number of UTF-16 code units: two for a character of four bytes. */
static size_t
count_units(const struct fil_bytes *text)
{
	size_t units = 0;

	for (size_t i = 0; i < text->length; i++) {
		unsigned char c = (unsigned char)text->data[i];

		units += (c & 0xC0) != 0x80;
		units += c >= 0xF0;
	}
	return units;
}

static void
check_written(struct xlsx *xlsx, lxw_error error)
{
	check_memory(error);
	if (error != LXW_NO_ERROR)
		fil_bug("a cell of a workbook cannot be written (error %d)", (int)error);
	xlsx->cells++;
}

static void
write_text(struct xlsx *xlsx, size_t column, const char *cell, lxw_format *format)
{
	size_t units, wide;

	set_text(xlsx, cell);
	units = count_units(&xlsx->text);
	if (units > MOST_CHARACTERS) {
		xlsx->failed = true;
		fil_fault_set(&xlsx->fault, FIL_CANT_CREATE,
		    "row %zu, column %s: %zu characters are more than the %d that a cell of a "
		    "workbook holds; -f csv has them all",
		    xlsx->rows, xlsx->columns[column].name, units, MOST_CHARACTERS);
		return;
	}
	wide = fil_text_width(xlsx->text.data, xlsx->text.length);
	if (wide > xlsx->widths[column])
		xlsx->widths[column] = wide;
	check_written(xlsx,
	    xlsx->library.worksheet_write_string(
		xlsx->sheet, (lxw_row_t)xlsx->rows, (lxw_col_t)column, xlsx->text.data, format));
}

static void
write_number(struct xlsx *xlsx, size_t column, double number, size_t wide)
{
	if (wide > xlsx->widths[column])
		xlsx->widths[column] = wide;
	check_written(xlsx,
	    xlsx->library.worksheet_write_number(xlsx->sheet, (lxw_row_t)xlsx->rows,
		(lxw_col_t)column, number, format_of(xlsx, column)));
}

/* Returns whether a spreadsheet holds the number without loss. "007" and "-0" are text. */
static bool
is_exact(const char *cell)
{
	size_t digits = 0;

	for (const char *p = cell; *p != '\0'; p++)
		digits += *p >= '0' && *p <= '9';
	return fil_decimal_is_plain(cell) && digits <= MOST_DIGITS && strcmp(cell, "-0") != 0;
}

static void
write_cell(struct xlsx *xlsx, size_t column, const char *cell)
{
	enum fil_output_kind kind = xlsx->columns[column].kind;
	fil_day day;

	if (kind == FIL_CELL_DAY && fil_date_parse(cell, &day) == 0 && day + EPOCH >= FIRST_DAY)
		write_number(xlsx, column, day + EPOCH, strlen("30 septembre 2026"));
	else if (fil_output_number(&xlsx->columns[column]) && is_exact(cell))
		write_number(xlsx, column, strtod(cell, NULL), strlen(cell) + 2);
	else
		write_text(
		    xlsx, column, cell, xlsx->columns[column].box ? format_of(xlsx, column) : NULL);
}

/* Writes an empty cell, if it is a box: it has a format, and is no cell that is counted. */
static void
write_empty(const struct xlsx *xlsx, size_t column)
{
	if (xlsx->columns[column].box)
		check_memory(xlsx->library.worksheet_write_blank(xlsx->sheet, (lxw_row_t)xlsx->rows,
		    (lxw_col_t)column, format_of(xlsx, column)));
}

static void
add_row(void *context, const char *const *cells)
{
	struct xlsx *xlsx = context;

	errno = 0;
	if (xlsx->failed)
		return;
	if (xlsx->rows == MOST_ROWS) {
		xlsx->failed = true;
		fil_fault_set(&xlsx->fault, FIL_CANT_CREATE,
		    "%s: there are more than the %d rows that a sheet of a workbook holds; -f csv "
		    "has them all",
		    xlsx->style->title, MOST_ROWS - 1);
		return;
	}
	for (size_t i = 0; i < xlsx->n && !xlsx->failed; i++)
		if (cells[i] && cells[i][0] != '\0')
			write_cell(xlsx, i, cells[i]);
		else
			write_empty(xlsx, i);
	xlsx->rows++;
}

static void *
begin(FILE *stream, const struct fil_output_style *style, const struct fil_output_column *columns,
    size_t n)
{
	struct xlsx *xlsx = fil_alloc(1, sizeof *xlsx);

	*xlsx = (struct xlsx){ .stream = stream,
		.style = style,
		.columns = columns,
		.n = n,
		.folder = fil_copy(fil_temp_file_folder()),
		.widths = fil_alloc(n, sizeof *xlsx->widths) };
	xlsx->failed = make_book(xlsx, &xlsx->fault) < 0;
	if (xlsx->failed)
		return xlsx;
	for (size_t i = 0; i < n; i++) {
		write_text(xlsx, i, columns[i].name, xlsx->bold);
		xlsx->widths[i] += BUTTON;
		if (columns[i].box && !columns[i].values && xlsx->widths[i] < ROOM)
			xlsx->widths[i] = ROOM;
	}
	xlsx->rows++;
	return xlsx;
}

/* Has a spreadsheet offer the values of the boxes of a column, and refuse others. */
static void
limit_boxes(struct xlsx *xlsx, size_t column)
{
	lxw_data_validation list = { .validate = LXW_VALIDATION_TYPE_LIST,
		.ignore_blank = LXW_VALIDATION_ON,
		.dropdown = LXW_VALIDATION_ON,
		.error_type = LXW_VALIDATION_ERROR_TYPE_STOP };
	const char *const *values = xlsx->columns[column].values;
	size_t n = 0;

	if (!xlsx->columns[column].box || !values || xlsx->rows < 2)
		return;
	while (values[n])
		n++;
	list.value_list = fil_alloc(n + 1, sizeof *list.value_list);
	for (size_t i = 0; i < n; i++)
		list.value_list[i] = (char *)(uintptr_t)values[i];
	check_memory(xlsx->library.worksheet_data_validation_range(xlsx->sheet, 1,
	    (lxw_col_t)column, (lxw_row_t)(xlsx->rows - 1), (lxw_col_t)column, &list));
	free(list.value_list);
}

/* Limits the boxes, and locks all other cells, without a password. Columns may be widened. */
static void
lock_sheet(struct xlsx *xlsx)
{
	lxw_protection may = { .format_columns = LXW_TRUE,
		.format_rows = LXW_TRUE,
		.sort = LXW_FALSE,
		.autofilter = LXW_TRUE };
	bool boxes = false;

	for (size_t i = 0; i < xlsx->n; i++) {
		limit_boxes(xlsx, i);
		boxes |= xlsx->columns[i].box;
	}
	if (boxes)
		xlsx->library.worksheet_protect(xlsx->sheet, NULL, &may);
}

/* Sets what needs the number of rows and the widths of all. */
static void
finish_sheet(struct xlsx *xlsx)
{
	const struct library *library = &xlsx->library;

	for (size_t i = 0; i < xlsx->n; i++)
		library->worksheet_set_column(xlsx->sheet, (lxw_col_t)i, (lxw_col_t)i,
		    (double)(xlsx->widths[i] < WIDEST ? xlsx->widths[i] : WIDEST) + 1, NULL);
	library->worksheet_autofilter(
	    xlsx->sheet, 0, 0, (lxw_row_t)(xlsx->rows - 1), (lxw_col_t)(xlsx->n - 1));
	library->worksheet_freeze_panes(xlsx->sheet, 1, 0);
	lock_sheet(xlsx);
	/* Keys such as 00421 are text on purpose. */
	library->worksheet_ignore_errors(
	    xlsx->sheet, LXW_IGNORE_NUMBER_STORED_AS_TEXT, "A1:XFD1048576");
}

/* What is counted in the parts of the file: occurrences of a word. last: the last character but line
 * ends. */
struct count {
	const char *word;
	size_t matched, n;
	char last;
};

static void
count(struct count *count, const char *data, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (data[i] != count->word[count->matched])
			count->matched = 0;
		if (data[i] == count->word[count->matched])
			count->matched++;
		if (count->word[count->matched] == '\0') {
			count->matched = 0;
			count->n++;
		}
		if (data[i] != '\n')
			count->last = data[i];
	}
}

/* Reads the current part of the file. Returns whether it is whole as a file, and ends an element. */
static bool
read_part(const struct library *library, unzFile file, struct count *cells)
{
	enum { BLOCK = 16 * 1024 };
	char block[BLOCK];
	int n;

	cells->last = '\0';
	if (library->unzOpenCurrentFile(file) != UNZ_OK)
		return false;
	while ((n = library->unzReadCurrentFile(file, block, BLOCK)) > 0)
		count(cells, block, (size_t)n);
	return library->unzCloseCurrentFile(file) == UNZ_OK && n == 0 && cells->last == '>';
}

/* Returns whether all cells are in the file. The library does not check what it writes to temporary
 * files, so a full disk leaves a file with parts that are too short. */
static bool
is_whole(const struct xlsx *xlsx)
{
	const struct library *library = &xlsx->library;
	struct count cells = { .word = "</c>" };
	unzFile file = library->unzOpen(xlsx->path);
	bool whole = file != NULL;

	while (whole) {
		whole = read_part(library, file, &cells);
		if (library->unzGoToNextFile(file) != UNZ_OK)
			break;
	}
	if (file)
		library->unzClose(file);
	return whole && cells.n == xlsx->cells;
}

/* Makes the file of the workbook, and copies it to the stream. */
static void
write_book(struct xlsx *xlsx)
{
	lxw_error error;

	errno = 0;
	if (!xlsx->failed)
		finish_sheet(xlsx);
	error = xlsx->library.workbook_close(xlsx->book);
	check_memory(error);
	if (xlsx->failed)
		return;
	xlsx->failed = true;
	if (error != LXW_NO_ERROR || !is_whole(xlsx))
		fil_fault_set(&xlsx->fault, FIL_IO_ERROR,
		    "cannot write a temporary file in %s: the disk may be full", xlsx->folder);
	else
		xlsx->failed = fil_temp_file_pour(xlsx->file, xlsx->stream, &xlsx->fault) < 0;
}

static int
end(void *context, struct fil_fault *fault)
{
	struct xlsx *xlsx = context;
	bool failed;

	if (xlsx->book)
		write_book(xlsx);
	failed = xlsx->failed;
	if (failed)
		*fault = xlsx->fault;
	fil_temp_file_free(xlsx->file);
	free(xlsx->path);
	free(xlsx->folder);
	free(xlsx->widths);
	fil_bytes_release(&xlsx->text);
	free(xlsx);
	return failed ? -1 : 0;
}

const struct fil_form fil_form_xlsx = { "xlsx", begin, add_row, end, check_library, false };
