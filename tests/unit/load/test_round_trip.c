/* SPDX-License-Identifier: ISC */
/* Random tables come back equal, cell by cell: those that our writer writes, and those of
 * tests/data/random, which Python's csv module wrote beside the same tables as JSON. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <glob.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/memory.h"
#include "lib/input/reader.h"
#include "lib/output/csv.h"
#include "lib/output/output.h"
#include "tests/unit/input_of.h"

enum { TABLES = 400, ROWS = 12, COLUMNS = 8, CHARACTERS = 12 };

/* What a table that comes back is compared with. */
struct table {
	size_t n_rows, n_columns;
	char *cells[ROWS][COLUMNS];
};

/* A generator that is the same everywhere (Marsaglia's xorshift64). */
static unsigned
draw(uint64_t *state, unsigned below)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return (unsigned)(*state % below);
}

/* Returns a cell of what is hard on writers and readers; the caller frees it. */
static char *
draw_cell(uint64_t *state)
{
	static const char *const pieces[] = { "\"", "\"", "\"\"", ",", ";", "\t", "|", " ", " ",
		"\n", "\r", "\r\n", "a", "B", "0", "00421", "=", "+", "-", "@", "'", "\\", "#", "é",
		"œ", "\u0301", "\u00a0", "\u202f", "\u2003", "日", "😀", "\ufeff", "sep=;", "1,5",
		"31/12/2024" };
	struct fil_bytes cell = { 0 };
	unsigned n = draw(state, 3) == 0 ? 0 : draw(state, CHARACTERS);

	fil_bytes_add(&cell, "", 0);
	while (n-- > 0)
		fil_bytes_add_text(&cell, pieces[draw(state, sizeof pieces / sizeof *pieces)]);
	return cell.data;
}

static void
draw_table(uint64_t *state, struct table *table)
{
	table->n_rows = 1 + draw(state, ROWS);
	table->n_columns = 1 + draw(state, COLUMNS);
	for (size_t r = 0; r < table->n_rows; r++)
		for (size_t c = 0; c < table->n_columns; c++)
			table->cells[r][c] = draw_cell(state);
}

static void
release(struct table *table)
{
	for (size_t r = 0; r < table->n_rows; r++)
		for (size_t c = 0; c < table->n_columns; c++)
			free(table->cells[r][c]);
}

static void
cell_is(const struct fil_record *record, size_t c, const char *expected, const char *what)
{
	if (strcmp(record->cells[c], expected) != 0)
		fail_msg("%s: line %zu, cell %zu is '%s', not '%s'", what, record->line, c + 1,
		    record->cells[c], expected);
	assert_int_equal(record->lengths[c], strlen(expected));
}

/* Wants the next record, of n cells. */
static struct fil_record
next(struct fil_reader *reader, size_t n, const char *what)
{
	struct fil_record record;
	struct fil_fault fault;
	int result = fil_reader_next(reader, &record, &fault);

	if (result != 1)
		fail_msg(
		    "%s: line %zu: %s", what, record.line, result < 0 ? fault.text : "the end");
	if (record.n != n)
		fail_msg("%s: line %zu: %zu cells, not %zu", what, record.line, record.n, n);
	return record;
}

static void
ends(struct fil_reader *reader, const char *what)
{
	struct fil_record record;
	struct fil_fault fault;

	if (fil_reader_next(reader, &record, &fault) != 0)
		fail_msg("%s: line %zu is too much", what, record.line);
}

static void
ours__random_tables__come_back_equal(void **state)
{
	static const char delimiters[] = { ',', ';', '\t', '|' };
	uint64_t seed = 20240315;

	(void)state;
	for (unsigned t = 0; t < TABLES; t++) {
		struct fil_format format = { .delimiter = delimiters[t % sizeof delimiters] };
		char name[32], *text = NULL;
		size_t length;
		struct table table;
		FILE *stream = open_memstream(&text, &length);
		struct fil_input *input;
		struct fil_reader *reader;
		struct fil_fault fault;

		snprintf(name, sizeof name, "table %u", t);
		draw_table(&seed, &table);
		for (size_t r = 0; r < table.n_rows; r++)
			fil_csv_record(stream, format.delimiter,
			    (const char *const *)table.cells[r], table.n_columns);
		fclose(stream);
		input = input_of_bytes(text, length, &fault);
		reader = fil_reader_new(input, &format);
		for (size_t r = 0; r < table.n_rows; r++) {
			struct fil_record record = next(reader, table.n_columns, name);

			for (size_t c = 0; c < table.n_columns; c++)
				cell_is(&record, c, table.cells[r][c], name);
		}
		ends(reader, name);
		fil_reader_free(reader);
		fil_input_close(input);
		release(&table);
		free(text);
	}
}

/* Compares a file with the table of which it was written. */
static void
compare(const char *path)
{
	char *twin = fil_format("%.*s.json", (int)strlen(path) - 4, path);
	json_t *wanted = json_load_file(twin, 0, NULL), *rows = json_object_get(wanted, "rows");
	const char *delimiter = json_string_value(json_object_get(wanted, "delimiter"));
	struct fil_fault fault;
	struct fil_input *input = fil_input_open(path, "/tmp", &fault);
	struct fil_reader *reader;
	json_t *row, *cell;
	size_t r, c;

	assert_non_null(input);
	assert_non_null(delimiter);
	reader = fil_reader_new(input, &(struct fil_format){ .delimiter = *delimiter });
	json_array_foreach(rows, r, row)
	{
		struct fil_record record = next(reader, json_array_size(row), path);

		json_array_foreach(row, c, cell) cell_is(&record, c, json_string_value(cell), path);
	}
	ends(reader, path);
	fil_reader_free(reader);
	fil_input_close(input);
	json_decref(wanted);
	free(twin);
}

static void
python__random_tables__come_back_equal(void **state)
{
	glob_t files;

	(void)state;
	assert_int_equal(glob("tests/data/random/*.csv", 0, NULL, &files), 0);
	assert_int_equal(files.gl_pathc, 12);
	for (size_t i = 0; i < files.gl_pathc; i++)
		compare(files.gl_pathv[i]);
	globfree(&files);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(ours__random_tables__come_back_equal),
		cmocka_unit_test(python__random_tables__come_back_equal),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
