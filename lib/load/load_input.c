/* SPDX-License-Identifier: ISC */
#include "lib/load/load_input.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "lib/base/memory.h"
#include "lib/base/text.h"

/* Binds the profile to the numbers of the cells, of an input that has no header. */
static int
bind_numbers(struct fil_load_input *intake, const struct fil_record *first, struct fil_fault *fault)
{
	struct fil_bytes text = { 0 };
	const char **labels = fil_alloc(first->n, sizeof *labels);
	size_t *places = fil_alloc(first->n, sizeof *places);
	struct fil_record numbers = { .n = first->n, .cells = labels, .lengths = places };
	int result;

	for (size_t i = 0; i < first->n; i++) {
		places[i] = text.length;
		fil_bytes_add_format(&text, "%zu", i + 1);
		fil_bytes_add(&text, "", 1);
	}
	for (size_t i = 0; i < first->n; i++)
		labels[i] = text.data + places[i];
	result = fil_profile_bind(intake->profile, &numbers, fault);
	fil_reader_free(intake->reader);
	intake->reader = fil_reader_new(intake->input, &intake->format);
	free(places);
	free(labels);
	fil_bytes_release(&text);
	return result;
}

/* Reads the header, and binds the profile to it. */
static int
bind_header(struct fil_load_input *intake, struct fil_fault *fault)
{
	const char *name = fil_input_name(intake->input);
	struct fil_record header;
	struct fil_fault bare;
	int step;

	intake->reader = fil_reader_new(intake->input, &intake->format);
	step = fil_reader_next(intake->reader, &header, &bare);
	if (step == 0)
		return fil_fault_set(fault, FIL_NO_INPUT, "%s: there is no %s line", name,
		    intake->format.no_header ? "first" : "header");
	if (step == 1)
		step = intake->format.no_header ? bind_numbers(intake, &header, &bare)
						: fil_profile_bind(intake->profile, &header, &bare);
	if (step == 0)
		return 0;
	return fil_fault_set(fault, bare.status, "%s:%zu: %s", name, header.line, bare.text);
}

int
fil_load_input_open(
    struct fil_load_input *intake, const char *path, const char *folder, struct fil_fault *fault)
{
	intake->input = fil_input_open(path, folder, fault);
	if (!intake->input)
		return -1;
	if (fil_sniff(intake->input, fil_profile_knows, intake->profile, &intake->format, fault) <
	    0)
		return -1;
	return bind_header(intake, fault);
}

int
fil_load_input_check_age(const char *path, fil_day today, unsigned days, struct fil_fault *fault)
{
	char written[FIL_DATE_SIZE];
	struct stat status;
	struct tm local;
	fil_day day;

	if (stat(path, &status) < 0 || !localtime_r(&status.st_mtim.tv_sec, &local))
		return 0; /* opening it tells what is wrong with it */
	if (strftime(written, sizeof written, "%Y-%m-%d", &local) == 0 ||
	    fil_date_parse(written, &day) < 0 || today - day <= (int)days)
		return 0;
	return fil_fault_set(fault, FIL_REFUSED,
	    "%s: refused: last written on %s, over %u days ago: is the export still running?", path,
	    written, days);
}

int
fil_load_input_check_end(const struct fil_load_input *intake, struct fil_fault *fault)
{
	if (!intake->format.ends_in_line)
		return 0;
	return fil_fault_set(fault, FIL_REFUSED,
	    "%s: refused: the last line has no end, so the list may be cut short "
	    "(--no-final-newline takes it)",
	    fil_input_name(intake->input));
}

int
fil_load_input_bind(
    const struct fil_load_input *intake, struct fil_row *row, struct fil_fault *fault)
{
	const char *name = fil_input_name(intake->input);
	bool *gives = fil_alloc(intake->width, sizeof *gives);
	struct fil_fault bare;
	const char *unused, *nearest;
	size_t n;
	int result;

	for (size_t c = 0; c < intake->width; c++)
		gives[c] = fil_profile_gives(intake->profile, c);
	result = fil_row_bind(row, gives, &bare);
	free(gives);
	if (result == 0)
		return 0;
	unused = fil_profile_unused(intake->profile, &n, &nearest);
	if (n == 0)
		return fil_fault_set(fault, bare.status, "%s: %s", name, bare.text);
	return fil_fault_set(fault, bare.status, "%s: %s; not used yet: %s%s%s%s", name, bare.text,
	    unused, nearest ? "; the nearest is '" : "", nearest ? nearest : "",
	    nearest ? "'" : "");
}

struct fil_reader *
fil_load_input_ahead(const struct fil_load_input *intake)
{
	struct fil_reader *reader = fil_reader_new(intake->input, &intake->format);
	struct fil_record header;
	struct fil_fault fault;

	if (intake->format.no_header)
		return reader;
	/* The header was read well once. */
	if (fil_reader_next(reader, &header, &fault) != 1)
		fil_bug("%s: the header cannot be read again", fil_input_name(intake->input));
	return reader;
}

void
fil_load_input_rewind(struct fil_load_input *intake)
{
	fil_reader_free(intake->reader);
	intake->reader = fil_load_input_ahead(intake);
}

/* Returns the order that one record proves, or FIL_ORDER_UNKNOWN. */
static enum fil_date_order
proved_by(struct fil_load_input *intake, const struct fil_record *record, const char **cells,
    size_t *lengths, const size_t *columns, size_t n)
{
	struct fil_fault fault;
	bool empty;
	fil_day day;

	if (fil_profile_cells(intake->profile, record, cells, lengths, &empty, &fault) < 0)
		return FIL_ORDER_UNKNOWN;
	for (size_t i = 0; i < n; i++) {
		enum fil_date_found found = cells[columns[i]]
		    ? fil_date_read(cells[columns[i]], FIL_ORDER_UNKNOWN, &day)
		    : FIL_DATE_BAD;

		if (found == FIL_DATE_PROVES_DMY)
			return FIL_ORDER_DMY;
		if (found == FIL_DATE_PROVES_MDY)
			return FIL_ORDER_MDY;
	}
	return FIL_ORDER_UNKNOWN;
}

int
fil_load_input_prove_order(
    struct fil_load_input *intake, const size_t *columns, size_t n, struct fil_fault *fault)
{
	struct fil_reader *ahead = fil_load_input_ahead(intake);
	const char **cells = fil_alloc(intake->width, sizeof *cells);
	size_t *lengths = fil_alloc(intake->width, sizeof *lengths);
	struct fil_record record;
	struct fil_fault refusal;
	int step = 0;

	while (intake->order == FIL_ORDER_UNKNOWN &&
	    (step = fil_reader_next(ahead, &record, &refusal)) != 0) {
		if (step == 1)
			intake->order = proved_by(intake, &record, cells, lengths, columns, n);
		else if (refusal.status != FIL_BAD_DATA)
			break;
	}
	fil_reader_free(ahead);
	free(cells);
	free(lengths);
	if (intake->order != FIL_ORDER_UNKNOWN)
		return 0;
	if (step == 0)
		return 1;
	*fault = refusal;
	return -1;
}

char *
fil_load_input_describe(const struct fil_load_input *intake)
{
	static const char *const orders[] = {
		[FIL_ORDER_UNKNOWN] = "",
		[FIL_ORDER_YMD] = ", dates year first",
		[FIL_ORDER_DMY] = ", dates day first",
		[FIL_ORDER_MDY] = ", dates month first",
	};
	const struct fil_format *format = &intake->format;
	struct fil_bytes text = { 0 };

	fil_bytes_add_format(&text, "%s%s, %s%s, %s%s", format->encoding,
	    format->bom ? " with BOM" : "",
	    format->one_column ? "one column" : fil_delimiter_name(format->delimiter),
	    format->unquoted ? " without quoting" : "", fil_line_end_name(format->line_end),
	    orders[intake->undecided ? FIL_ORDER_UNKNOWN : intake->order]);
	if (format->no_header)
		fil_bytes_add_text(&text, ", no header");
	if (format->titles)
		fil_bytes_add_format(&text, ", header on line %zu", format->skip_lines + 1);
	return text.data;
}

void
fil_load_input_release(struct fil_load_input *intake)
{
	fil_reader_free(intake->reader);
	fil_profile_free(intake->profile);
	fil_input_close(intake->input);
	*intake = (struct fil_load_input){ 0 };
}
