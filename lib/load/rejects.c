/* SPDX-License-Identifier: ISC */
#include "lib/load/rejects.h"

#include <errno.h>
#include <iconv.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "lib/base/memory.h"
#include "lib/base/temp_file.h"
#include "lib/base/text.h"
#include "lib/output/output_file.h"
#include "lib/write/refusals.h"

/* The columns that rejects get. */
static const char *const names[] = { "reject_line", "reject_reason" };

struct fil_rejects {
	struct fil_temp_file *spool; /* line, length and text of each reason */
	FILE *notes;
	size_t line; /* of the reason read ahead, 0: none is left */
	struct fil_bytes reason;
};

/* What is written, and how. */
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
fil_rejects_new(const char *folder, struct fil_fault *fault)
{
	struct fil_temp_file *spool = fil_temp_file_new(folder, fault);
	struct fil_rejects *rejects;

	if (!spool)
		return NULL;
	rejects = fil_alloc(1, sizeof *rejects);
	rejects->spool = spool;
	rejects->notes = fil_temp_file_stream(spool);
	return rejects;
}

void
fil_rejects_note(struct fil_rejects *rejects, size_t line, const struct fil_fault *reason)
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

/* Takes all reasons of one line together; the first of the next is read ahead. */
static char *
take_reasons(struct fil_rejects *rejects, size_t line)
{
	struct fil_bytes all = { 0 };

	while (rejects->line == line) {
		fil_bytes_add_format(&all, "%s%s", all.length ? "; " : "", rejects->reason.data);
		read_note(rejects, &rejects->line);
	}
	return all.data;
}

/* Writes UTF-8 in the target's encoding; what the encoding lacks, as a question mark. A target of
 * UTF-8 gets the bytes as they are, those too that are none. */
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

/* Returns whether the last two columns of a header are those that rejects get. */
static bool
are_rejects(const struct fil_record *header)
{
	return header->n > 2 && strcmp(header->cells[header->n - 2], names[0]) == 0 &&
	    strcmp(header->cells[header->n - 1], names[1]) == 0;
}

/* Returns how many bytes of a record's text are the input's own: rejects that are refused again get
 * two new cells for the two at their end. */
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

/* Writes the record's own cells. The one of an input without delimiter may hold ours. */
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

/* Writes the row that a record is, if it was refused. */
static void
put_refused(
    struct fil_rejects *rejects, const struct fil_record *record, const struct target *target)
{
	char *reasons, *line;

	if (record->line != rejects->line)
		return;
	line = fil_format("%zu", record->line);
	reasons = take_reasons(rejects, record->line);
	put_record(target, record, line, reasons);
	free(reasons);
	free(line);
}

/* Writes the rows that were refused, reading the input once more beside the notes. */
static int
put_rows(struct fil_rejects *rejects, const struct fil_load_input *intake, struct target *target,
    struct fil_fault *fault)
{
	struct fil_reader *reader = fil_reader_new(intake->input, &intake->format);
	struct fil_record record;
	struct fil_fault refusal;
	bool header = !intake->format.no_header;
	int step = 0;

	while ((header || rejects->line > 0) &&
	    (step = fil_reader_next(reader, &record, &refusal)) != 0) {
		if (step < 0 && refusal.status != FIL_BAD_DATA)
			break;
		if (step < 0)
			record.n = 0; /* its cells are not known */
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

int
fil_rejects_check(const char *path, const char *input, struct fil_fault *fault)
{
	if (strcmp(input, "-") == 0 || !fil_output_file_is_at(path, input))
		return 0;
	return fil_fault_set(
	    fault, FIL_CANT_CREATE, "%s: --rejects would overwrite the input", path);
}

int
fil_rejects_write(struct fil_rejects *rejects, const struct fil_load_input *intake,
    const char *path, struct fil_fault *fault)
{
	const struct fil_format *format = &intake->format;
	struct fil_output_file *answer;
	struct target target = {
		.delimiter = format->delimiter ? format->delimiter : ',',
		.unquoted = format->unquoted,
		.one_column = format->one_column,
		.line_end = format->line_end == FIL_CRLF ? "\r\n"
		    : format->line_end == FIL_CR         ? "\r"
							 : "\n",
	};
	int result;

	if (fil_temp_file_check(rejects->spool, fault) < 0)
		return -1;
	rewind(rejects->notes);
	read_note(rejects, &rejects->line);
	answer = fil_output_file_file(path, fault);
	if (!answer)
		return -1;
	target.stream = fil_output_file_stream(answer);
	target.converts = strcasecmp(format->encoding, "UTF-8") != 0;
	if (target.converts)
		target.converter = iconv_open(format->encoding, "UTF-8");
	if (target.converts && target.converter == (iconv_t)-1)
		fil_bug("%s: cannot be written", format->encoding);
	if (format->bom)
		put_text(&target, "\xef\xbb\xbf", 3);
	result = put_rows(rejects, intake, &target, fault);
	if (target.converts)
		iconv_close(target.converter);
	if (fil_output_file_end(answer, result == 0, fault) == FIL_ANSWER_FAILED)
		return -1;
	return result;
}

void
fil_rejects_free(struct fil_rejects *rejects)
{
	if (!rejects)
		return;
	fil_temp_file_free(rejects->spool);
	fil_bytes_release(&rejects->reason);
	free(rejects);
}

void
fil_refusals_begin(struct fil_refusals *refusals, const char *file)
{
	refusals->file = file;
	refusals->line = SIZE_MAX;
}

/* Returns whether the same was said of the line before, and notes that it is now. */
static bool
was_said(struct fil_refusals *refusals, const char *text)
{
	const char *said = refusals->said.data, *end = said + refusals->said.length;

	for (; said < end; said += strlen(said) + 1)
		if (strcmp(said, text) == 0)
			return true;
	fil_bytes_add(&refusals->said, text, strlen(text) + 1);
	return false;
}

void
fil_refusals_add(struct fil_refusals *refusals, size_t line, const struct fil_fault *fault)
{
	if (refusals->line != line) {
		refusals->counts->rejected++;
		fil_bytes_clear(&refusals->said);
	}
	refusals->line = line;
	if (was_said(refusals, fault->text))
		return;
	fil_faults_add(refusals->faults, refusals->file, line, fault);
	if (refusals->rejects)
		fil_rejects_note(refusals->rejects, line, fault);
}

void
fil_refusals_incomplete(
    struct fil_refusals *refusals, size_t line, const char *const *values, const bool *given)
{
	struct fil_fault fault;

	for (size_t c = 0; c < refusals->table->n_columns; c++) {
		const struct fil_column *column = &refusals->table->columns[c];

		if (!column->required || column->fallback || given[c])
			continue;
		fil_refuse_incomplete(refusals->table, values, column, &fault);
		fil_refusals_add(refusals, line, &fault);
	}
}

void
fil_refusals_references(struct fil_refusals *refusals, size_t line,
    struct fil_references *references, const struct fil_batch *rows, size_t i)
{
	for (size_t c = 0; c < refusals->table->n_columns; c++) {
		const char *value = fil_batch_cell(rows, i, c, NULL);
		struct fil_fault fault;
		char *nearest;

		if (!value || fil_references_knows(references, c, value))
			continue;
		nearest = fil_references_nearest(references, c, value);
		fil_refuse_reference(&refusals->table->columns[c], value, nearest, &fault);
		free(nearest);
		fil_refusals_add(refusals, line, &fault);
	}
}

void
fil_refusals_duplicate(struct fil_refusals *refusals, size_t line, const char *const *values)
{
	struct fil_fault fault;

	fil_refuse_duplicate(refusals->table, values, &fault);
	fil_repeats_note(
	    refusals->repeats, fil_faults_count(refusals->faults), refusals->file, values);
	fil_refusals_add(refusals, line, &fault);
}

void
fil_refusals_remark(struct fil_refusals *refusals, const char *text)
{
	struct fil_fault fault;

	fil_fault_set(&fault, FIL_REFUSED, "%s", text);
	fil_faults_add(refusals->faults, refusals->file, 0, &fault);
}

void
fil_refusals_release(struct fil_refusals *refusals)
{
	fil_bytes_release(&refusals->said);
}
