/* SPDX-License-Identifier: ISC */
#include "lib/input/sniff.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "lib/base/doubt.h"
#include "lib/base/language.h"
#include "lib/base/memory.h"
#include "lib/base/number.h"
#include "lib/base/text.h"
#include "lib/input/file_type.h"
#include "lib/input/json_rows.h"
#include "lib/input/lines.h"
#include "lib/input/reader.h"
#ifdef FIL_READS_XLSX
#include "lib/input/workbook.h"
#endif

enum {
	RECORDS = 1000, /* records whose line ends are checked, */
	RECORD_BYTES = 1024 * 1024, /* in at most that many bytes */
	BLOCK = 128 * 1024, /* block size of the search for quotes */
	TITLES = 20, /* the header is one of the first 20 lines */
	AHEAD = 256 * 1024, /* bytes of a workbook for which a thread is worth it */
};

/* Excel writes `sep=;` above the header. The character may be a TAB, and the line may be in
 * quotes. */
static void
settle_separator(const struct fil_input *input, struct fil_format *format)
{
	struct fil_format lines = {
		.encoding = format->encoding,
		.bom = format->bom,
		.one_column = true,
	};
	struct fil_reader *reader = fil_reader_new(input, &lines);
	struct fil_record record;
	struct fil_fault fault;

	if (fil_reader_next(reader, &record, &fault) == 1 && record.line == 1) {
		const char *raw = record.raw;
		size_t n = record.raw_length;

		if (n == 7 && raw[0] == '"' && raw[6] == '"') {
			raw++;
			n -= 2;
		}
		if (n == 5 && strncasecmp(raw, "sep=", 4) == 0)
			format->sep_line =
			    fil_delimiter_read((const char[]){ raw[4], '\0' }) != '\0';
		if (format->sep_line && format->delimiter == '\0')
			format->delimiter = raw[4];
		if (format->sep_line && format->skip_lines == 0)
			format->skip_lines = 1;
	}
	fil_reader_free(reader);
}

/* Returns the first cell of a record that may not be split yet, without quotes; the caller frees it. */
static char *
first_cell(const struct fil_record *record, bool split)
{
	const char *cell = record->n > 0 ? record->cells[0] : "";
	size_t n = split ? strlen(cell) : strcspn(cell, ",;\t|");

	if (!split && *cell == '"') {
		cell++;
		n = strcspn(cell, "\"");
	}
	return fil_copy_bytes(cell, n);
}

/* Skips the lines up to the one after which the table begins. Returns 0, or -1 with a fault. */
static int
settle_begin(const struct fil_input *input, struct fil_format *format, struct fil_fault *fault)
{
	bool split = format->delimiter != '\0', found = false;
	struct fil_format lines = *format;
	struct fil_reader *reader;
	struct fil_record record;
	struct fil_fault bad;
	int step = 1;

	lines.end = NULL;
	lines.ends_blank = false;
	lines.one_column |= !split;
	lines.unquoted |= !split;
	reader = fil_reader_new(input, &lines);
	while (!found && (step = fil_reader_next(reader, &record, &bad)) != 0) {
		char *cell = step > 0 ? first_cell(&record, split) : NULL;

		/* The whole line may be meant. */
		found = cell &&
		    (fil_text_is_like(format->begin_after, cell) ||
			fil_text_is_like(
			    format->begin_after, record.raw_length > 0 ? record.cells[0] : ""));
		free(cell);
		if (step < 0 && bad.status != FIL_BAD_DATA)
			break;
	}
	fil_reader_free(reader);
	if (!found && format->begin_place)
		return fil_fault_set(fault, FIL_BAD_DATA,
		    "%s: no line begins with '%s', which %s names for begin-after",
		    fil_input_name(input), format->begin_after, format->begin_place);
	if (!found)
		return fil_fault_set(fault, FIL_BAD_DATA,
		    "%s: no line begins with '%s', which begin-after names", fil_input_name(input),
		    format->begin_after);
	format->skip_lines = record.line;
	return 0;
}

static const char candidates[] = { ',', ';', '\t', '|' };
enum { N_CANDIDATES = sizeof candidates };

/* Returns the number of cells that are known headers. */
static size_t
count_known(const struct fil_record *record, fil_sniff_known *known, const void *context)
{
	size_t n = 0;

	for (size_t i = 0; known && i < record->n; i++) {
		char *folded = fil_text_fold(record->cells[i]);
		char *apart = fil_text_fold_words(record->cells[i]);

		n += known(context, folded) || (apart && known(context, apart));
		free(folded);
		free(apart);
	}
	return n;
}

/* A line that may be the header. */
struct candidate {
	size_t line; /* 0: none was found */
	bool first; /* only blank lines are above it */
	bool sure; /* it has two known headers, which no title has */
};

/* Finds the first line with two known headers. Otherwise the first line with one cell, a known
 * header, or the first of all lines. A title may be a known word, and so may a value. */
static struct candidate
find_header(const struct fil_input *input, const struct fil_format *format, fil_sniff_known *known,
    const void *context)
{
	struct fil_reader *reader = fil_reader_new(input, format);
	struct candidate found = { 0 };
	struct fil_record record = { 0 };
	struct fil_fault fault;
	int result = 1;

	for (bool first = true; !found.sure && record.line < TITLES; first = false) {
		result = fil_reader_next(reader, &record, &fault);
		if (result == 0 || record.line > TITLES)
			break;
		size_t n = result == 1 ? count_known(&record, known, context) : 0;
		if (n >= 2 || (n == 1 && found.line == 0 && (first || record.n == 1)))
			found = (struct candidate){ record.line, first, n >= 2 };
	}
	fil_reader_free(reader);
	return found;
}

/* Returns whether a cell is the folded header. */
static bool
is_header(const char *cell, const char *header)
{
	char *folded = fil_text_fold(cell), *apart = fil_text_fold_words(cell);
	bool same = strcmp(folded, header) == 0 || (apart && strcmp(apart, header) == 0);

	free(folded);
	free(apart);
	return same;
}

/* Returns whether the record has all headers that are mapped. */
static bool
has_mapped(const struct fil_record *record, const struct fil_format *format)
{
	bool found = true;

	for (size_t i = 0; found && i < format->n_mapped; i++) {
		found = false;
		for (size_t c = 0; c < record->n && !found; c++)
			found = is_header(record->cells[c], format->mapped[i]);
	}
	return found;
}

/* Finds the only one of the first lines that has all mapped headers. Returns its number, or 0. */
static size_t
find_mapped(const struct fil_input *input, const struct fil_format *format)
{
	struct fil_reader *reader = fil_reader_new(input, format);
	struct fil_record record = { 0 };
	struct fil_fault fault;
	size_t line = 0;
	int step = 1;

	while (step != 0 && record.line < TITLES &&
	    (step = fil_reader_next(reader, &record, &fault)) != 0) {
		if (step < 0 && fault.status != FIL_BAD_DATA)
			break;
		if (step < 0 || record.line > TITLES || !has_mapped(&record, format))
			continue;
		if (line > 0) {
			line = 0;
			break;
		}
		line = record.line;
	}
	fil_reader_free(reader);
	return line;
}

/* Skips the lines above the only one that has all mapped headers. Returns whether there is one. */
static bool
settle_mapped(const struct fil_input *input, struct fil_format *format)
{
	struct fil_format trial = *format;
	size_t line = 0;

	for (size_t i = 0; format->n_mapped > 0 && line == 0 && i < N_CANDIDATES; i++) {
		if (format->delimiter == '\0')
			trial.delimiter = candidates[i];
		line = find_mapped(input, &trial);
	}
	if (line == 0)
		return false;
	format->titles = line - 1 - format->skip_lines;
	format->skip_lines = line - 1;
	return true;
}

/* Skips titles above the header, with whichever delimiter finds it. */
static void
settle_titles(const struct fil_input *input, fil_sniff_known *known, const void *context,
    struct fil_format *format)
{
	struct candidate best = { 0 }, found;
	struct fil_format trial = *format;

	if (settle_mapped(input, format))
		return;
	for (size_t i = 0; i < N_CANDIDATES; i++) {
		if (format->delimiter == '\0')
			trial.delimiter = candidates[i];
		found = find_header(input, &trial, known, context);
		if (found.line == 0 || (best.sure && !found.sure))
			continue;
		if (best.line == 0 || found.sure > best.sure || found.line < best.line)
			best = found;
		if (format->delimiter != '\0')
			break;
	}
	if (best.line == 0 || best.first)
		return;
	format->titles = best.line - 1 - format->skip_lines;
	format->skip_lines = best.line - 1;
}

/* The header split at one delimiter. */
struct trial {
	size_t cells, known, line;
	int result; /* the result of fil_reader_next */
	struct fil_fault fault;
};

static void
try_delimiter(const struct fil_input *input, const struct fil_format *format,
    fil_sniff_known *known, const void *context, struct trial *trial)
{
	struct fil_reader *reader = fil_reader_new(input, format);
	struct fil_record record;

	trial->result = fil_reader_next(reader, &record, &trial->fault);
	trial->line = record.line;
	trial->known = trial->result == 1 ? count_known(&record, known, context) : 0;
	trial->cells = record.n;
	fil_reader_free(reader);
}

/* Two delimiters are equally good. */
static int
tie_fault(const struct fil_input *input, const struct trial trials[static N_CANDIDATES],
    size_t known, bool no_header, struct fil_fault *fault)
{
	struct fil_bytes names = { 0 };

	for (size_t i = 0; i < N_CANDIDATES; i++)
		if (trials[i].cells > 1 && trials[i].known == known)
			fil_bytes_add_format(&names, names.length > 0 ? _(" or %s") : "%s",
			    fil_delimiter_name(candidates[i]));
	fil_fault_set(fault, FIL_BAD_DATA,
	    known > 0 || no_header
		? _("%s:%zu: the delimiter could be %s: give --delimiter")
		: _("%s:%zu: no header is known after a split at %s: give --delimiter"),
	    fil_input_name(input), trials[0].line, names.data);
	fil_bytes_release(&names);
	return -1;
}

/* Returns whether a header of one cell in quotes holds a whole line with known headers. */
static bool
is_whole_line(const struct fil_input *input, const struct fil_format *format,
    fil_sniff_known *known, const void *context)
{
	struct fil_format trial = *format;
	struct fil_reader *reader;
	struct fil_record record;
	struct fil_fault fault;
	size_t found = 0;

	trial.one_column = true;
	reader = fil_reader_new(input, &trial);
	if (known && fil_reader_next(reader, &record, &fault) == 1 && record.n == 1 &&
	    record.raw_length > 1 && record.raw[0] == '"') {
		char *line = fil_copy(record.cells[0]), *rest = line, *word;

		while ((word = strsep(&rest, ",;\t|"))) {
			char *folded = fil_text_fold(word);

			found += known(context, folded);
			free(folded);
		}
		free(line);
	}
	fil_reader_free(reader);
	return found > 1;
}

/* Refuses a header without a delimiter that is none of one column. Returns 0, or -1 with a fault.
 * */
static int
check_one_column(const struct fil_input *input, const struct fil_format *format,
    fil_sniff_known *known, const void *context, const struct trial trials[static N_CANDIDATES],
    struct fil_fault *fault)
{
	for (size_t i = 0; i < N_CANDIDATES; i++)
		if (trials[i].result < 0 && trials[i].cells >= FIL_CELLS_MOST)
			return fil_fault_set(fault, FIL_BAD_DATA, "%s:%zu: over 1,024 columns",
			    fil_input_name(input), trials[i].line);
	if (is_whole_line(input, format, known, context))
		return fil_fault_set(fault, FIL_BAD_DATA,
		    "%s:%zu: each line is one quoted cell: export the list again, or take the "
		    "quotes around the lines away",
		    fil_input_name(input), trials[0].line);
	return 0;
}

static int
settle_delimiter(const struct fil_input *input, fil_sniff_known *known, const void *context,
    struct fil_format *format, struct fil_fault *fault)
{
	struct trial trials[N_CANDIDATES];
	size_t standing = 0, best = 0, equals = 0, read = 0;

	for (size_t i = 0; i < N_CANDIDATES; i++) {
		struct fil_format trial = *format;

		trial.delimiter = candidates[i];
		try_delimiter(input, &trial, known, context, &trials[i]);
		read += trials[i].result == 1;
		if (trials[i].result != 1 || trials[i].cells < 2)
			continue;
		standing++;
		if (equals > 0 && trials[i].known < trials[best].known)
			continue;
		equals = equals > 0 && trials[i].known == trials[best].known ? equals + 1 : 1;
		best = i;
	}
	if (read == 0 && trials[0].result == 0)
		return fil_fault_set(fault, FIL_BAD_DATA, "%s: no header: all lines are blank",
		    fil_input_name(input));
	if (read == 0) {
		*fault = trials[0].fault;
		if (fault->status != FIL_BAD_DATA)
			return -1;
		return fil_fault_data(fault, fault->kind, "%s:%zu: %s", fil_input_name(input),
		    trials[0].line, fault->text);
	}
	if (equals > 1 || (standing > 1 && trials[best].known == 0))
		return tie_fault(input, trials, trials[best].known, format->no_header, fault);
	if (standing == 0 && check_one_column(input, format, known, context, trials, fault) < 0)
		return -1;
	format->one_column = standing == 0;
	format->delimiter = candidates[standing == 0 ? 0 : best];
	return 0;
}

/* Refuses Windows-1252 whose header has more known words in an old code page. Returns 0, or -1
 * with a fault. */
static int
check_code_page(const struct fil_input *input, fil_sniff_known *known, const void *context,
    const struct fil_format *format, struct fil_fault *fault)
{
	struct trial now, then;
	struct fil_format trial = *format;

	if (!known || strcmp(format->encoding, "WINDOWS-1252") != 0 ||
	    (format->allow && format->allow[FIL_DOUBT_CODE_PAGE]))
		return 0;
	try_delimiter(input, format, known, context, &now);
	for (size_t i = 0; i < FIL_CODE_PAGES; i++) {
		trial.encoding = fil_code_pages[i];
		try_delimiter(input, &trial, known, context, &then);
		if (then.result == 1 && then.known > now.known)
			return fil_fault_data(fault, fil_doubt_kinds[FIL_DOUBT_CODE_PAGE].word,
			    "%s:%zu: more headers are known in %s: give --encoding %s, or --allow "
			    "code-page",
			    fil_input_name(input), then.line, fil_code_pages[i], fil_code_pages[i]);
	}
	return 0;
}

/* The state of the search: inside a cell that began with a quote, maybe lines ago, or not. */
struct search {
	char delimiter;
	bool open, seen;
};

/* Returns whether a cell that began with a quote ends on this line. */
static bool
closes(struct search *search, const char *text, size_t n)
{
	const char *at = text, *end = text + n, *quote;

	for (; at < end && (quote = memchr(at, '"', (size_t)(end - at))); at = quote + 1) {
		bool begins = quote == text || quote[-1] == search->delimiter;

		search->seen = true;
		if (!search->open) {
			search->open = begins;
			continue;
		}
		if (quote + 1 == end || quote[1] == search->delimiter)
			return true;
		/* A doubled quote belongs to the cell. Any other quote shows that the first was
		 * stray. */
		if (quote[1] == '"')
			quote++;
		else
			search->open = begins;
	}
	return false;
}

/* Returns whether the input has quotes, but no cell in quotes. A cell in quotes begins with one and
 * ends with one, before a delimiter or line end. TAB files of spreadsheets and databases are often
 * so: 24" is a screen. The reader reports bytes that cannot be read. */
static bool
has_stray_quotes(const struct fil_input *input, const struct fil_format *format)
{
	struct fil_lines *lines = fil_lines_new(input, format, BLOCK);
	struct search search = { .delimiter = format->delimiter };
	struct fil_line line;
	struct fil_fault fault;
	enum fil_line_found found;
	bool meant = false;

	do {
		found = fil_lines_first(lines, &line, &fault);
		if (found == FIL_LINE_LONG)
			found = fil_lines_pass(lines, &line, &fault);
		else if (found == FIL_LINE_OK)
			meant = closes(&search, line.text, line.length);
	} while (found == FIL_LINE_OK && !meant);
	fil_lines_free(lines);
	return search.seen && !meant;
}

/* Detects the line end of the records. A line break within quotes is none. */
static void
settle_line_end(const struct fil_input *input, struct fil_format *format)
{
	struct fil_reader *reader = fil_reader_new(input, format);
	struct fil_record record = { 0 };
	struct fil_fault fault;
	unsigned seen = 0;

	for (size_t i = 0; i < RECORDS && record.offset < RECORD_BYTES; i++) {
		int result = fil_reader_next(reader, &record, &fault);

		if (result == 0)
			break;
		if (result == 1 && !record.cut)
			seen |= 1U << record.line_end;
	}
	format->line_end = FIL_LF;
	if (seen == 1U << FIL_CRLF)
		format->line_end = FIL_CRLF;
	else if (seen == 1U << FIL_CR)
		format->line_end = FIL_CR;
	else if (seen > 1)
		format->line_end = FIL_MIXED_ENDS;
	fil_reader_free(reader);
}

/* A line end has the width of a character; all its bytes but one are 0. */
static int
settle_last_line(const struct fil_input *input, struct fil_format *format, struct fil_fault *fault)
{
	size_t size = fil_input_size(input), n = 1;
	char last[4] = "";
	int sum;

	if (strncasecmp(format->encoding, "UTF-16", 6) == 0)
		n = 2;
	else if (strncasecmp(format->encoding, "UTF-32", 6) == 0)
		n = 4;
	if (n > size)
		n = size;
	if (fil_input_read(input, (off_t)(size - n), last, n, fault) < 0)
		return -1;
	sum = last[0] + last[1] + last[2] + last[3];
	format->ends_in_line = sum != '\n' && sum != '\r';
	return 0;
}

#ifdef FIL_READS_XLSX
/* Returns the names of the sheets, joined by ", "; the caller frees it. */
static char *
list_sheets(const struct fil_workbook *workbook)
{
	size_t n;
	const struct fil_sheet *sheets = fil_workbook_sheets(workbook, &n);
	struct fil_bytes names = { 0 };

	for (size_t i = 0; i < n; i++)
		fil_bytes_add_format(&names, i > 0 ? ", %s" : "%s", sheets[i].name);
	return names.data;
}

/* Finds the sheet that --set sheet or a profile names, by its name or its number. Returns its number from 0,
 * or FIL_NOWHERE. */
static size_t
find_sheet(const struct fil_workbook *workbook, const char *wanted)
{
	size_t n, found = FIL_NOWHERE;
	const struct fil_sheet *sheets = fil_workbook_sheets(workbook, &n);
	char *folded = fil_text_fold(wanted);
	long long number;

	for (size_t i = 0; i < n && found == FIL_NOWHERE; i++)
		found = strcmp(sheets[i].name, wanted) == 0 ? i : FIL_NOWHERE;
	for (size_t i = 0; i < n && found == FIL_NOWHERE; i++) {
		char *name = fil_text_fold(sheets[i].name);

		found = strcmp(name, folded) == 0 ? i : FIL_NOWHERE;
		free(name);
	}
	if (found == FIL_NOWHERE && fil_number_read(wanted, 1, (long long)n, &number) == 0)
		found = (size_t)number - 1;
	free(folded);
	return found;
}

/* Returns how sure the header is in the first rows of a sheet: 2, 1, 0; or -1 with a fault. */
static int
rate_sheet(struct fil_input *input, struct fil_workbook *workbook, const struct fil_sheet *sheet,
    fil_sniff_known *known, const void *context, const struct fil_format *format,
    struct fil_fault *fault)
{
	struct fil_row_file *rows;
	struct candidate found;

	fil_input_set_rows(input, NULL);
	rows = fil_workbook_rows(workbook, sheet, format->skip_lines + TITLES, fault);
	if (!rows)
		return -1;
	fil_input_set_rows(input, rows);
	if (format->n_mapped > 0 && find_mapped(input, format) > 0)
		return 2;
	found = find_header(input, format, known, context);
	return found.sure ? 2 : found.line > 0;
}

/* Finds the only sheet of a known header, among those that are shown. Returns its number, or FIL_NOWHERE
 * with a fault. */
static size_t
choose_sheet(struct fil_input *input, struct fil_workbook *workbook, fil_sniff_known *known,
    const void *context, const struct fil_format *format, struct fil_fault *fault)
{
	size_t n, shown = 0, equals = 0, best = FIL_NOWHERE;
	const struct fil_sheet *sheets = fil_workbook_sheets(workbook, &n);
	int most = 0;
	char *names;

	for (size_t i = 0; i < n; i++)
		shown += !sheets[i].hidden;
	for (size_t i = 0; i < n; i++) {
		int rate = 0;

		if (sheets[i].hidden && shown > 0)
			continue;
		if (shown != 1 && n > 1 && known)
			rate =
			    rate_sheet(input, workbook, &sheets[i], known, context, format, fault);
		if (rate < 0)
			return FIL_NOWHERE;
		equals = rate > most || best == FIL_NOWHERE ? 1 : equals + (rate == most);
		if (rate > most || best == FIL_NOWHERE)
			best = i;
		most = rate > most ? rate : most;
	}
	if (equals == 1)
		return best;
	names = list_sheets(workbook);
	fil_fault_set(fault, FIL_BAD_DATA,
	    most > 0 ? _("%s: several sheets have a known header: give --set sheet=NAME: %s")
		     : _("%s: no sheet has a known header: give --set sheet=NAME: %s"),
	    fil_input_name(input), names);
	free(names);
	return FIL_NOWHERE;
}

/* Has the input consist of the rows of a sheet. Returns 0, or -1 with a fault. */
static int
take_workbook(struct fil_input *input, fil_sniff_known *known, const void *context,
    const struct fil_format *format, struct fil_fault *fault)
{
	struct fil_workbook *workbook = fil_workbook_open(input, fault);
	const struct fil_sheet *sheet;
	struct fil_row_file *rows;
	size_t i, n;
	char *names;

	if (!workbook)
		return -1;
	if (!format->sheet) {
		i = choose_sheet(input, workbook, known, context, format, fault);
	} else if ((i = find_sheet(workbook, format->sheet)) == FIL_NOWHERE) {
		names = list_sheets(workbook);
		if (format->sheet_place)
			fil_fault_set(fault, FIL_BAD_DATA,
			    "%s: there is no sheet '%s', which %s names: it has %s",
			    fil_input_name(input), format->sheet, format->sheet_place, names);
		else
			fil_fault_set(fault, FIL_BAD_DATA, "%s: there is no sheet '%s': it has %s",
			    fil_input_name(input), format->sheet, names);
		free(names);
	}
	fil_input_set_rows(input, NULL);
	if (i == FIL_NOWHERE) {
		fil_workbook_free(workbook);
		return -1;
	}
	sheet = &fil_workbook_sheets(workbook, &n)[i];
	if (format->ahead && fil_input_size(input) > AHEAD) {
		rows = fil_workbook_rows_ahead(workbook, sheet, fault);
	} else {
		rows = fil_workbook_rows(workbook, sheet, SIZE_MAX, fault);
		fil_workbook_free(workbook);
	}
	fil_input_set_rows(input, rows);
	return rows ? 0 : -1;
}
#else
static int
take_workbook(struct fil_input *input, fil_sniff_known *known, const void *context,
    const struct fil_format *format, struct fil_fault *fault)
{
	(void)known;
	(void)context;
	(void)format;
	return fil_fault_set(fault, FIL_UNAVAILABLE,
	    "%s: is a workbook, and these commands were built without reading them: save it as "
	    "CSV, "
	    "or build them with Debian's packages libminizip-dev and libexpat1-dev",
	    fil_input_name(input));
}
#endif

/* Has the input consist of the rows of JSON. Returns 0, or -1 with a fault. */
static int
take_json(struct fil_input *input, fil_sniff_known *known, const void *context,
    const struct fil_format *format, struct fil_fault *fault)
{
	struct fil_row_file *rows = fil_json_rows(input, format, known, context, fault);

	fil_input_set_rows(input, rows);
	return rows ? 0 : -1;
}

/* Settles the format of a workbook or of JSON, which become rows in UTF-8. Options of CSV do not matter.
 * Returns 0 or -1. */
static int
settle_rows(struct fil_input *input, bool json, fil_sniff_known *known, const void *context,
    struct fil_format *format, struct fil_fault *fault)
{
	bool by_hand = format->skip_lines > 0 || format->no_header;

	format->encoding = "UTF-8";
	format->delimiter = ',';
	format->line_end = FIL_LF;
	if (json) {
		format->skip_lines = 0;
		format->no_header = false;
		return take_json(input, known, context, format, fault);
	}
	if (format->no_header)
		known = NULL;
	if (take_workbook(input, known, context, format, fault) < 0 ||
	    (format->begin_after && settle_begin(input, format, fault) < 0))
		return -1;
	if (known && !by_hand)
		settle_titles(input, known, context, format);
	return 0;
}

/* Settles what the format leaves open. Returns 0 or -1. */
static int
settle(struct fil_input *input, fil_sniff_known *known, const void *context,
    struct fil_format *format, struct fil_fault *fault)
{
	bool by_hand = format->skip_lines > 0 || format->no_header, given = format->encoding;
	struct fil_file_head head;
	enum fil_file_type type = fil_file_type(input, &head, fault);

	if (type == FIL_FILE_OTHER)
		return -1;
	if (type != FIL_FILE_CSV)
		return settle_rows(input, type == FIL_FILE_JSON, known, context, format, fault);
	if (fil_encoding_settle(input, head.bytes, head.n, format, fault) < 0)
		return -1;
	settle_separator(input, format);
	if (format->begin_after && settle_begin(input, format, fault) < 0)
		return -1;
	if (format->no_header)
		known = NULL;
	if (known && !by_hand)
		settle_titles(input, known, context, format);
	if (format->delimiter == '\0' && settle_delimiter(input, known, context, format, fault) < 0)
		return -1;
	if (!given && check_code_page(input, known, context, format, fault) < 0)
		return -1;
	if (format->delimiter == '\t' && !format->one_column)
		format->unquoted = has_stray_quotes(input, format);
	settle_line_end(input, format);
	return settle_last_line(input, format, fault);
}

int
fil_sniff(struct fil_input *input, fil_sniff_known *known, const void *context,
    struct fil_format *format, struct fil_fault *fault)
{
	int failed = settle(input, known, context, format, fault);

	/* What could not be read is no sign of anything. */
	return fil_input_check(input, fault) < 0 ? -1 : failed;
}

enum { LOOKED = 200 };

/* A record by its shape. */
struct shape {
	size_t line, last_line; /* its first line and its last one */
	size_t filled; /* cells that are not empty */
	size_t span; /* cells up to the last one that is not empty */
	char *first; /* its first cell */
};

/* The first records of a file. */
struct shapes {
	struct shape all[LOOKED];
	size_t n;
};

static struct shape
shape_of(const struct fil_record *record)
{
	struct shape shape = { .line = record->line,
		.last_line = record->line,
		.first = fil_copy(record->n > 0 ? record->cells[0] : "") };

	for (size_t i = 0; i < record->raw_length; i++)
		shape.last_line += record->raw[i] == '\n';
	for (size_t i = 0; i < record->n; i++) {
		shape.filled += record->lengths[i] > 0;
		if (record->lengths[i] > 0)
			shape.span = i + 1;
	}
	return shape;
}

/* Reads the first records with a delimiter. Records that cannot be read are left out. */
static void
read_shapes(const struct fil_input *input, const struct fil_format *format, char delimiter,
    struct shapes *shapes)
{
	struct fil_format trial = *format;
	struct fil_reader *reader;
	struct fil_record record;
	struct fil_fault fault;
	int step;

	trial.delimiter = delimiter;
	trial.one_column = false;
	reader = fil_reader_new(input, &trial);
	shapes->n = 0;
	while (shapes->n < LOOKED && (step = fil_reader_next(reader, &record, &fault)) != 0) {
		if (step < 0 && fault.status != FIL_BAD_DATA)
			break;
		if (step > 0)
			shapes->all[shapes->n++] = shape_of(&record);
	}
	fil_reader_free(reader);
}

static void
release_shapes(struct shapes *shapes)
{
	while (shapes->n > 0)
		free(shapes->all[--shapes->n].first);
}

/* Returns whether one record is nearly as wide as another. */
static bool
is_as_wide(const struct shape *shape, const struct shape *widest)
{
	return shape->filled > 1 && shape->filled * 5 >= widest->filled * 2 &&
	    shape->span * 3 >= widest->span * 2;
}

/* Returns whether a blank line stands above record i, and the lines below it do not go on alike. */
static bool
begins_block(const struct shapes *shapes, size_t i)
{
	const struct shape *before = &shapes->all[i - 1], *after = &shapes->all[i];

	if (after->line <= before->last_line + 1)
		return false;
	return !is_as_wide(after, before) || !is_as_wide(before, after) ||
	    after->span != before->span;
}

/* A block of records between blank lines: its header, and its cells from there on. */
struct block {
	size_t begin, header, end;
	size_t cells;
};

static struct block
block_at(const struct shapes *shapes, size_t begin)
{
	struct block block = { .begin = begin, .header = begin, .end = begin + 1 };
	size_t widest = begin;

	for (; block.end < shapes->n && !begins_block(shapes, block.end); block.end++)
		if (shapes->all[block.end].filled > shapes->all[widest].filled)
			widest = block.end;
	while (
	    block.header < widest && !is_as_wide(&shapes->all[block.header], &shapes->all[widest]))
		block.header++;
	for (size_t i = block.header; i < block.end; i++)
		block.cells += shapes->all[i].filled;
	return shapes->all[widest].filled > 1 ? block : (struct block){ .end = block.end };
}

/* Returns the block with the most cells, which has none if no record has two. */
static struct block
largest_block(const struct shapes *shapes)
{
	struct block best = { 0 };

	for (size_t begin = 0; begin < shapes->n;) {
		struct block block = block_at(shapes, begin);

		if (block.cells > best.cells)
			best = block;
		begin = block.end;
	}
	return best;
}

bool
fil_table_lines_find(
    const struct fil_input *input, const struct fil_format *format, struct fil_table_lines *found)
{
	const char given[] = { format->delimiter, '\0' };
	const char *delimiters = *given != '\0' && !format->one_column ? given : ",;\t|";
	struct shapes *shapes = fil_alloc(1, sizeof *shapes);
	size_t most = 0;

	*found = (struct fil_table_lines){ 0 };
	for (; *delimiters != '\0'; delimiters++) {
		struct block block;

		read_shapes(input, format, *delimiters, shapes);
		block = largest_block(shapes);
		if (block.header < shapes->n && block.cells > most) {
			const struct shape *title = &shapes->all[block.header - (block.header > 0)];

			most = block.cells;
			free(found->title);
			found->above = shapes->all[block.header].line - 1;
			found->delimiter = *delimiters;
			found->title =
			    block.begin > 0 && block.header == block.begin + 1 && title->filled == 1
			    ? fil_copy(title->first)
			    : NULL;
			found->ends_blank = block.end < shapes->n;
		}
		release_shapes(shapes);
	}
	free(shapes);
	return most > 0;
}
