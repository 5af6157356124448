/* SPDX-License-Identifier: ISC */
#include "lib/input/workbook.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "lib/base/language.h"
#include "lib/base/memory.h"
#include "lib/input/package.h"
#include "lib/input/workbook_cells.h"

enum {
	SHEETS = 4096, /* the most sheets, */
	STYLES = 65536, /* and formats of cells */
	ROWS = 1048576, /* the most rows and columns of a sheet, as spreadsheets have them */
	COLUMNS = 16384,
};

/* A format that the workbook declares. */
struct code {
	unsigned long number;
	enum fil_number_format shown;
};

/* A relation of a part to another. */
struct relation {
	char *id, *type, *target;
};

struct fil_workbook {
	const struct fil_input *input;
	struct fil_package *package;
	char *part; /* whose relations were read; "": those of the package */
	struct relation *relations;
	size_t n_relations;
	struct fil_sheet *sheets;
	size_t n_sheets;
	bool system_1904; /* of days */
	struct code *codes;
	size_t n_codes;
	unsigned char *styles; /* enum fil_number_format of each */
	size_t n_styles;
	bool in_codes, in_styles; /* of the part of styles */
	struct fil_shared_strings *strings;
	struct fil_bytes text; /* of a shared string */
	struct fil_fault fault; /* of one */
	bool in_text, in_phonetic;
	bool has_strings; /* they were read */
};

/* A sheet being read. */
struct sheet {
	struct fil_workbook *workbook;
	const struct fil_sheet *of;
	struct fil_row_file *file;
	size_t last;
	size_t row, column; /* in hand, from 1 and from 0 */
	bool has_data, in_data, in_row, in_cell, in_value, in_inline, in_phonetic, hidden, filled;
	bool has_formula; /* the cell */
	char type; /* of the cell, its first letter: s, i(nlineStr), n, b, e, d; t: str */
	size_t style;
	struct fil_bytes value, text;
	struct fil_fault fault; /* a local one would be zeroed for each cell */
};

static void
ignore_end(void *context, const char *name)
{
	(void)context;
	(void)name;
}

/* Reads a whole number without a sign, at most `most`. Returns it, or `otherwise` for other
 * text. */
static size_t
read_number(const char *text, size_t most, size_t otherwise)
{
	size_t number = 0;

	if (!text || *text == '\0')
		return otherwise;
	for (; *text >= '0' && *text <= '9'; text++) {
		number = 10 * number + (size_t)(*text - '0');
		if (number > most)
			return otherwise;
	}
	return *text == '\0' ? number : otherwise;
}

static bool
is_true(const char *text)
{
	return text && (strcmp(text, "1") == 0 || strcmp(text, "true") == 0);
}

/* Relations. */

static void
start_relation(void *context, const char *name, const char **attributes)
{
	struct fil_workbook *workbook = context;
	const char *id = fil_package_attribute(attributes, "Id");
	const char *type = fil_package_attribute(attributes, "Type");
	const char *target = fil_package_attribute(attributes, "Target");
	const char *mode = fil_package_attribute(attributes, "TargetMode");
	const char *slash = type ? strrchr(type, '/') : NULL;

	if (strcmp(name, "Relationship") != 0 || !id || !slash || !target ||
	    (mode && strcasecmp(mode, "External") == 0) || workbook->n_relations == SHEETS)
		return;
	workbook->relations =
	    fil_resize(workbook->relations, workbook->n_relations + 1, sizeof *workbook->relations);
	workbook->relations[workbook->n_relations++] =
	    (struct relation){ fil_copy(id), fil_copy(slash + 1), fil_copy(target) };
}

static void
clear_relations(struct fil_workbook *workbook)
{
	for (size_t i = 0; i < workbook->n_relations; i++) {
		free(workbook->relations[i].id);
		free(workbook->relations[i].type);
		free(workbook->relations[i].target);
	}
	workbook->n_relations = 0;
}

/* Reads the relations of a part; "" for those of the package. Returns 0, or -1 with a fault. */
static int
read_relations(struct fil_workbook *workbook, const char *part, struct fil_fault *fault)
{
	const struct fil_package_reading reading = { start_relation, ignore_end, NULL, workbook };
	const char *slash = strrchr(part, '/'), *base = slash ? slash + 1 : part;
	char *name = fil_format("%.*s_rels/%s.rels", (int)(base - part), part, base);
	char *before = workbook->part;
	int result;

	clear_relations(workbook);
	workbook->part = fil_copy(part);
	free(before);
	result = fil_package_read(workbook->package, name, &reading, fault);
	free(name);
	return result;
}

/* Returns the part that a target names from a folder of n bytes; the caller frees it. */
static char *
resolve(const char *folder, size_t n, const char *target)
{
	if (*target == '/')
		return fil_copy(target + 1);
	for (;; target += strcspn(target, "/") + 1) {
		if (n > 0 && strncmp(target, "../", 3) == 0)
			do
				n--;
			while (n > 0 && folder[n - 1] != '/');
		else if (strncmp(target, "./", 2) != 0)
			break;
	}
	return fil_format("%.*s%s", (int)n, folder, target);
}

/* Returns the part that a relation of a type names, with this id unless it is NULL; or NULL.
 * The caller frees it. */
static char *
find_part(const struct fil_workbook *workbook, const char *type, const char *id)
{
	const char *slash = strrchr(workbook->part, '/');
	size_t folder = slash ? (size_t)(slash + 1 - workbook->part) : 0;

	for (size_t i = 0; i < workbook->n_relations; i++) {
		const struct relation *relation = &workbook->relations[i];

		if (strcmp(relation->type, type) == 0 && (!id || strcmp(relation->id, id) == 0))
			return resolve(workbook->part, folder, relation->target);
	}
	return NULL;
}

/* The workbook. */

/* A sheet of another kind, as one of a chart, is ignored. */
static void
start_workbook(void *context, const char *name, const char **attributes)
{
	struct fil_workbook *workbook = context;
	const char *title = fil_package_attribute(attributes, "name");
	const char *state = fil_package_attribute(attributes, "state");
	const char *id = fil_package_attribute(attributes, "id");
	char *part;

	if (strcmp(name, "workbookPr") == 0 &&
	    is_true(fil_package_attribute(attributes, "date1904")))
		workbook->system_1904 = true;
	if (strcmp(name, "sheet") != 0 || !title || !id || workbook->n_sheets == SHEETS)
		return;
	part = find_part(workbook, "worksheet", id);
	if (!part)
		return;
	workbook->sheets =
	    fil_resize(workbook->sheets, workbook->n_sheets + 1, sizeof *workbook->sheets);
	workbook->sheets[workbook->n_sheets++] =
	    (struct fil_sheet){ fil_copy(title), state && strcmp(state, "visible") != 0, part };
}

/* Formats of cells. */

/* Returns what a format shows: one of the workbook, or one that all know. */
static enum fil_number_format
shown_by(const struct fil_workbook *workbook, size_t number)
{
	for (size_t i = 0; i < workbook->n_codes; i++)
		if (workbook->codes[i].number == number)
			return workbook->codes[i].shown;
	return fil_number_format_known(number);
}

static void
start_style(void *context, const char *name, const char **attributes)
{
	struct fil_workbook *workbook = context;
	size_t number = read_number(fil_package_attribute(attributes, "numFmtId"), UINT32_MAX, 0);
	const char *code = fil_package_attribute(attributes, "formatCode");

	if (strcmp(name, "numFmts") == 0) {
		workbook->in_codes = true;
	} else if (strcmp(name, "cellXfs") == 0) {
		workbook->in_styles = true;
	} else if (workbook->in_codes && strcmp(name, "numFmt") == 0 && code &&
	    workbook->n_codes < SHEETS) {
		workbook->codes =
		    fil_resize(workbook->codes, workbook->n_codes + 1, sizeof *workbook->codes);
		workbook->codes[workbook->n_codes++] =
		    (struct code){ number, fil_number_format_read(code) };
	} else if (workbook->in_styles && strcmp(name, "xf") == 0 && workbook->n_styles < STYLES) {
		if (!workbook->styles)
			workbook->styles = fil_alloc(STYLES, 1);
		workbook->styles[workbook->n_styles++] = (unsigned char)shown_by(workbook, number);
	}
}

static void
end_style(void *context, const char *name)
{
	struct fil_workbook *workbook = context;

	if (strcmp(name, "numFmts") == 0)
		workbook->in_codes = false;
	else if (strcmp(name, "cellXfs") == 0)
		workbook->in_styles = false;
}

/* Texts. */

/* Returns the value of the code of a character, "_x000D_", and its length; or 0. A code of a
 * NUL or of half a character is text. */
static unsigned
read_escape(const char *text)
{
	char digits[5] = "";

	if (text[0] != '_' || text[1] != 'x' || strspn(text + 2, "0123456789abcdefABCDEF") < 4 ||
	    text[6] != '_')
		return 0;
	memcpy(digits, text + 2, 4);
	return (unsigned)strtoul(digits, NULL, 16);
}

/* Replaces the codes of characters in a text. */
static void
unescape(struct fil_bytes *text)
{
	char *to, *from = text->length > 0 ? memchr(text->data, '_', text->length) : NULL;

	/* Few texts have any '_'. */
	from = from ? strstr(from, "_x") : NULL;
	for (to = from; from && *from != '\0';) {
		unsigned code = read_escape(from);

		if (code == 0 || (code >= 0xD800 && code < 0xE000)) {
			*to++ = *from++;
			continue;
		}
		if (code >= 0x800)
			*to++ = (char)(0xE0 | code >> 12);
		if (code >= 0x800)
			*to++ = (char)(0x80 | (code >> 6 & 0x3F));
		else if (code >= 0x80)
			*to++ = (char)(0xC0 | code >> 6);
		*to++ = (char)(code < 0x80 ? code : 0x80 | (code & 0x3F));
		from += strlen("_x0000_");
	}
	if (!to)
		return;
	*to = '\0';
	text->length = (size_t)(to - text->data);
}

static void
start_string(void *context, const char *name, const char **attributes)
{
	struct fil_workbook *workbook = context;

	(void)attributes;
	if (*name == 't' && name[1] == '\0')
		workbook->in_text = !workbook->in_phonetic;
	else if (strcmp(name, "si") == 0)
		fil_bytes_clear(&workbook->text);
	else if (strcmp(name, "rPh") == 0)
		workbook->in_phonetic = true;
}

static void
end_string(void *context, const char *name)
{
	struct fil_workbook *workbook = context;

	if (strcmp(name, "t") == 0)
		workbook->in_text = false;
	else if (strcmp(name, "rPh") == 0)
		workbook->in_phonetic = false;
	else if (strcmp(name, "si") == 0) {
		unescape(&workbook->text);
		if (fil_shared_strings_add(workbook->strings,
			workbook->text.data ? workbook->text.data : "", workbook->text.length,
			&workbook->fault) < 0)
			fil_package_stop(workbook->package, &workbook->fault);
	}
}

static void
text_string(void *context, const char *text, int n)
{
	struct fil_workbook *workbook = context;

	if (!workbook->in_text)
		return;
	fil_bytes_add(&workbook->text, text, (size_t)n);
	if (workbook->text.length <= FIL_ROW_CELL_BYTES)
		return;
	fil_package_refuse(
	    workbook->package, _("a shared string"), _("over 1 MiB"), &workbook->fault);
	fil_package_stop(workbook->package, &workbook->fault);
}

/* Reads the part that a relation of a type names, if there is one. Returns 0, or -1 with a
 * fault. */
static int
read_related(struct fil_workbook *workbook, const char *type,
    const struct fil_package_reading *reading, struct fil_fault *fault)
{
	char *part = find_part(workbook, type, NULL);
	int result = part ? fil_package_read(workbook->package, part, reading, fault) : 0;

	free(part);
	return result;
}

/* Reads the part of the workbook, and its relations. Returns 0, or -1 with a fault. */
static int
read_workbook(struct fil_workbook *workbook, struct fil_fault *fault)
{
	const struct fil_package_reading reading = { start_workbook, ignore_end, NULL, workbook };
	const char *name = fil_input_name(workbook->input);
	char *part;
	int result;

	if (read_relations(workbook, "", fault) < 0)
		return -1;
	part = find_part(workbook, "officeDocument", NULL);
	if (!part)
		return fil_package_refuse(
		    workbook->package, "_rels/.rels", _("names no workbook"), fault);
	if (strlen(part) > 4 && strcmp(part + strlen(part) - 4, ".bin") == 0)
		result = fil_fault_set(fault, FIL_BAD_DATA,
		    "%s: a binary workbook (.xlsb): save it as .xlsx, and import that", name);
	else
		result = read_relations(workbook, part, fault);
	free(part);
	if (result < 0)
		return -1;
	part = workbook->part;
	if (fil_package_read(workbook->package, part, &reading, fault) < 0)
		return -1;
	if (workbook->n_sheets == 0)
		return fil_fault_set(
		    fault, FIL_BAD_DATA, "%s: has no sheet: is it a workbook?", name);
	return 0;
}

struct fil_workbook *
fil_workbook_open(const struct fil_input *input, struct fil_fault *fault)
{
	struct fil_workbook *workbook = fil_alloc(1, sizeof *workbook);
	const struct fil_package_reading styles = { start_style, end_style, NULL, workbook };

	workbook->input = input;
	workbook->strings = fil_shared_strings_new(fil_input_folder(input));
	workbook->package = fil_package_open(input, fault);
	if (workbook->package && read_workbook(workbook, fault) == 0 &&
	    read_related(workbook, "styles", &styles, fault) == 0)
		return workbook;
	fil_workbook_free(workbook);
	return NULL;
}

/* Reads the shared strings, before the first sheet. Returns 0, or -1 with a fault. */
static int
read_strings(struct fil_workbook *workbook, struct fil_fault *fault)
{
	const struct fil_package_reading strings = { start_string, end_string, text_string,
		workbook };

	if (workbook->has_strings)
		return 0;
	workbook->has_strings = true;
	return read_related(workbook, "sharedStrings", &strings, fault);
}

const struct fil_sheet *
fil_workbook_sheets(const struct fil_workbook *workbook, size_t *n)
{
	*n = workbook->n_sheets;
	return workbook->sheets;
}

/* Cells. */

/* Takes the white space off the ends of a value that is no text: XML may have it there. */
static void
trim_value(struct fil_bytes *value)
{
	static const char white[] = " \t\r\n";
	size_t before = strspn(value->data, white);

	while (value->length > before && strchr(white, value->data[value->length - 1]))
		value->length--;
	value->length -= before;
	memmove(value->data, value->data + before, value->length);
	value->data[value->length] = '\0';
}

/* Sets the text of a cell that holds a number, by the format of the cell. */
static void
set_number(struct sheet *sheet)
{
	const struct fil_workbook *workbook = sheet->workbook;
	enum fil_number_format shown = sheet->style < workbook->n_styles
	    ? (enum fil_number_format)workbook->styles[sheet->style]
	    : FIL_SHOWN_NUMBER;

	fil_number_format_write(
	    sheet->value.data, sheet->value.length, shown, workbook->system_1904, &sheet->text);
}

/* Stops the reading of a sheet for a reason, at the row in hand and a column of it, or FIL_NOWHERE. */
static void
stop_at(struct sheet *sheet, size_t column, const char *what)
{
	struct fil_bytes place = { 0 };
	struct fil_fault fault;

	fil_bytes_add_format(&place, "%s: ", fil_input_name(sheet->workbook->input));
	fil_sheet_place_add(&place, sheet->of->name, sheet->row, column);
	fil_fault_set(&fault, FIL_BAD_DATA, "%s: %s", place.data, what);
	fil_bytes_release(&place);
	fil_package_stop(sheet->workbook->package, &fault);
}

/* Sets the text of the cell in hand. Returns 0, or -1 after the reading was stopped. */
static int
set_text(struct sheet *sheet)
{
	struct fil_workbook *workbook = sheet->workbook;
	const char *value = sheet->value.data;
	struct fil_bytes before;
	int found;

	fil_bytes_clear(&sheet->text);
	if (sheet->type == 's' || sheet->type == 'n' || sheet->type == 'b' || sheet->type == 'd')
		trim_value(&sheet->value);
	switch (sheet->type) {
	case 's':
		found = fil_shared_strings_get(workbook->strings,
		    read_number(value, UINT32_MAX, FIL_NOWHERE), &sheet->text, &sheet->fault);
		if (found < 0)
			fil_package_stop(workbook->package, &sheet->fault);
		else if (found == 0)
			stop_at(
			    sheet, sheet->column, _("a text that is not among the shared strings"));
		return found == 1 ? 0 : -1;
	case 'b': fil_bytes_add_text(&sheet->text, is_true(value) ? "true" : "false"); return 0;
	case 'n': set_number(sheet); return 0;
	default:
		/* The text is the value itself: millions of cells are not copied. */
		before = sheet->text;
		sheet->text = sheet->value;
		sheet->value = before;
		unescape(&sheet->text);
		return 0;
	}
}

static void
end_cell(struct sheet *sheet)
{
	sheet->in_cell = sheet->in_inline = sheet->in_value = false;
	/* Libraries that compute nothing write formulas so. An empty result is an empty text. */
	if (sheet->has_formula && sheet->type == 'n' && sheet->value.length == 0)
		stop_at(sheet, sheet->column,
		    _("a formula without its value: open the workbook in a spreadsheet program, "
		      "and save it"));
	if (sheet->value.length == 0 || set_text(sheet) < 0 || sheet->text.length == 0)
		return;
	if (sheet->column >= FIL_ROW_CELLS) {
		stop_at(sheet, sheet->column, _("over 1,024 columns"));
		return;
	}
	fil_row_file_cell(
	    sheet->file, sheet->column, sheet->text.data, sheet->text.length, sheet->type == 'e');
}

/* Reads the letters of a place, "C7". Returns the column, from 0, or COLUMNS. */
static size_t
read_column(const char *place)
{
	size_t column = 0;

	for (; *place >= 'A' && *place <= 'Z' && column <= COLUMNS; place++)
		column = 26 * column + (size_t)(*place - 'A') + 1;
	return column == 0 || column > COLUMNS ? COLUMNS : column - 1;
}

static void
start_cell(struct sheet *sheet, const char **attributes)
{
	const char *place = NULL, *type = NULL, *style = NULL;
	size_t column;

	/* For millions of cells: the attributes have names of one letter. */
	for (; *attributes; attributes += 2) {
		if (attributes[0][1] != '\0')
			continue;
		switch (attributes[0][0]) {
		case 'r': place = attributes[1]; break;
		case 't': type = attributes[1]; break;
		case 's': style = attributes[1]; break;
		default: break;
		}
	}
	column = place ? read_column(place) : sheet->column + sheet->filled;
	if ((sheet->filled && column <= sheet->column) || column >= COLUMNS) {
		stop_at(sheet, FIL_NOWHERE, _("columns that do not rise, or over 16,384 of them"));
		return;
	}
	sheet->column = column;
	sheet->filled = sheet->in_cell = true;
	sheet->has_formula = false;
	sheet->type = type && *type != '\0' ? *type : 'n';
	if (sheet->type == 's' && type[1] != '\0') /* str */
		sheet->type = 't';
	sheet->style = read_number(style, STYLES, 0);
	fil_bytes_clear(&sheet->value);
}

static void
start_row(struct sheet *sheet, const char **attributes)
{
	const char *number = fil_package_attribute(attributes, "r");
	size_t row = number ? read_number(number, ROWS, 0) : sheet->row + 1;

	if (sheet->in_row) {
		stop_at(sheet, FIL_NOWHERE, _("a row within a row"));
		return;
	}
	if (row <= sheet->row || row > ROWS) {
		stop_at(sheet, FIL_NOWHERE, _("rows that do not rise, or over 1,048,576 of them"));
		return;
	}
	if (row > sheet->last)
		fil_package_stop(sheet->workbook->package, NULL);
	sheet->row = row;
	sheet->in_row = true;
	sheet->column = 0;
	sheet->filled = false;
	sheet->hidden = is_true(fil_package_attribute(attributes, "hidden"));
}

static void
end_row(struct sheet *sheet)
{
	struct fil_fault *fault = &sheet->fault;

	sheet->in_row = false;
	sheet->file->hidden += sheet->hidden && sheet->file->column > 0;
	sheet->file->share = fil_package_share(sheet->workbook->package);
	if (fil_row_file_end(sheet->file, sheet->row, sheet->row, fault) == 0)
		return;
	if (fault->status == FIL_BAD_DATA)
		stop_at(sheet, FIL_NOWHERE, fault->text);
	else
		fil_package_stop(sheet->workbook->package, fault);
}

/* Notes merged cells, "A2:A5". */
static void
note_merged(struct sheet *sheet, const char *places)
{
	const char *colon = places ? strchr(places, ':') : NULL;
	struct fil_row_file *file = sheet->file;

	if (!colon || file->n_merged == FIL_ROW_MERGED)
		return;
	if (!file->merged)
		file->merged = fil_alloc(FIL_ROW_MERGED, sizeof *file->merged);
	file->merged[file->n_merged++] =
	    read_number(colon + 1 + strcspn(colon + 1, "0123456789"), ROWS, 0);
}

/* For millions of cells: most names differ in their first letter. */
static bool
is_named(const char *name, const char *wanted)
{
	return *name == *wanted && strcmp(name, wanted) == 0;
}

static void
start_in_sheet(void *context, const char *name, const char **attributes)
{
	struct sheet *sheet = context;

	if (sheet->in_data && name[1] == '\0') {
		if (*name == 'c' && sheet->in_row)
			start_cell(sheet, attributes);
		else if (*name == 'v')
			sheet->in_value = sheet->in_cell;
		else if (*name == 'f')
			sheet->has_formula = sheet->in_cell;
		else if (*name == 't')
			sheet->in_value = sheet->in_inline && !sheet->in_phonetic;
	} else if (is_named(name, "is")) {
		sheet->in_inline = sheet->in_cell;
	} else if (sheet->in_data && is_named(name, "row")) {
		start_row(sheet, attributes);
	} else if (is_named(name, "rPh")) {
		sheet->in_phonetic = true;
	} else if (is_named(name, "sheetData")) {
		if (sheet->has_data)
			stop_at(sheet, FIL_NOWHERE, _("rows again, in a second sheetData"));
		sheet->has_data = sheet->in_data = true;
	} else if (is_named(name, "mergeCell")) {
		note_merged(sheet, fil_package_attribute(attributes, "ref"));
	}
}

static void
end_in_sheet(void *context, const char *name)
{
	struct sheet *sheet = context;

	if (name[1] == '\0') {
		sheet->in_value = false;
		if (*name == 'c' && sheet->in_cell)
			end_cell(sheet);
	} else if (is_named(name, "rPh"))
		sheet->in_phonetic = false;
	else if (is_named(name, "row") && sheet->in_data)
		end_row(sheet);
	else if (is_named(name, "sheetData"))
		sheet->in_data = false;
}

static void
text_in_sheet(void *context, const char *text, int n)
{
	struct sheet *sheet = context;

	if (!sheet->in_value)
		return;
	fil_bytes_add(&sheet->value, text, (size_t)n);
	if (sheet->value.length > FIL_ROW_CELL_BYTES)
		stop_at(sheet, sheet->column, _("a cell over 1 MiB"));
}

/* Reads the rows of a sheet into its file. Returns 0, or -1 with a fault. */
static int
read_rows(struct sheet *sheet, struct fil_fault *fault)
{
	const struct fil_package_reading reading = { start_in_sheet, end_in_sheet, text_in_sheet,
		sheet };

	if (read_strings(sheet->workbook, fault) < 0 ||
	    fil_package_read(sheet->workbook->package, sheet->of->part, &reading, fault) < 0)
		return -1;
	return fil_row_file_finish(sheet->file, fault);
}

/* Returns the sheet of a workbook with an empty file for its rows up to one with a number; NULL with a
 * fault. */
static struct sheet *
begin_sheet(
    struct fil_workbook *workbook, const struct fil_sheet *of, size_t last, struct fil_fault *fault)
{
	struct fil_row_file *file =
	    fil_row_file_new(fil_input_folder(workbook->input), false, fault);
	struct sheet *sheet;

	if (!file)
		return NULL;
	file->sheet = fil_copy(of->name);
	sheet = fil_alloc(1, sizeof *sheet);
	*sheet = (struct sheet){ .workbook = workbook, .of = of, .file = file, .last = last };
	return sheet;
}

static void
free_sheet(struct sheet *sheet)
{
	fil_bytes_release(&sheet->value);
	fil_bytes_release(&sheet->text);
	free(sheet);
}

struct fil_row_file *
fil_workbook_rows(
    struct fil_workbook *workbook, const struct fil_sheet *of, size_t last, struct fil_fault *fault)
{
	struct sheet *sheet = begin_sheet(workbook, of, last, fault);
	struct fil_row_file *file = sheet ? sheet->file : NULL;

	if (sheet && read_rows(sheet, fault) < 0) {
		fil_row_file_free(file);
		file = NULL;
	}
	if (sheet)
		free_sheet(sheet);
	return file;
}

/* Reads all rows of a sheet, then frees it and its workbook. */
static int
read_and_free(void *context, struct fil_fault *fault)
{
	struct sheet *sheet = context;
	int result = read_rows(sheet, fault);

	fil_workbook_free(sheet->workbook);
	free_sheet(sheet);
	return result;
}

struct fil_row_file *
fil_workbook_rows_ahead(
    struct fil_workbook *workbook, const struct fil_sheet *of, struct fil_fault *fault)
{
	struct sheet *sheet = begin_sheet(workbook, of, SIZE_MAX, fault);
	struct fil_row_file *file = sheet ? sheet->file : NULL;

	if (!sheet) {
		fil_workbook_free(workbook);
	} else if (!fil_row_file_grow(file, read_and_free, sheet) &&
	    read_and_free(sheet, fault) < 0) {
		fil_row_file_free(file);
		file = NULL;
	}
	return file;
}

void
fil_workbook_free(struct fil_workbook *workbook)
{
	if (!workbook)
		return;
	clear_relations(workbook);
	for (size_t i = 0; i < workbook->n_sheets; i++) {
		free(workbook->sheets[i].name);
		free(workbook->sheets[i].part);
	}
	free(workbook->sheets);
	free(workbook->relations);
	free(workbook->part);
	free(workbook->codes);
	free(workbook->styles);
	fil_shared_strings_free(workbook->strings);
	fil_bytes_release(&workbook->text);
	fil_package_free(workbook->package);
	free(workbook);
}
