/* SPDX-License-Identifier: ISC */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <csv.h>
#include <stdlib.h>
#include <time.h>

#include "lib/base/memory.h"
#include "lib/input/decoder.h"
#include "lib/input/reader.h"
#include "tests/unit/input_of.h"

static const struct fil_format plain = { .delimiter = ';' };

/* Adds all records of an input: "LINE:[cell][cell]", or "LINE! text | raw" for a fault; cells over
 * 40 bytes by their length. */
static void
tell(struct fil_bytes *told, const struct fil_input *input, const struct fil_format *format,
    size_t block)
{
	struct fil_reader *reader = fil_reader_new_blocks(input, format, block);
	struct fil_record record;
	struct fil_fault fault;
	int result;

	while ((result = fil_reader_next(reader, &record, &fault)) != 0) {
		fil_bytes_add_format(told, "%zu%s", record.line, result == 1 ? ":" : "! ");
		if (result < 0)
			fil_bytes_add_format(told, "%s | %.*s", fault.text,
			    record.raw_length > 40 ? 0 : (int)record.raw_length, record.raw);
		for (size_t i = 0; result == 1 && i < record.n; i++) {
			assert_int_equal(strlen(record.cells[i]), record.lengths[i]);
			if (record.lengths[i] > 40)
				fil_bytes_add_format(told, "[%zu bytes]", record.lengths[i]);
			else
				fil_bytes_add_format(told, "[%s]", record.cells[i]);
		}
		fil_bytes_add_text(told, record.cut && result == 1 ? "...\n" : "\n");
	}
	assert_int_equal(fil_reader_next(reader, &record, &fault), 0);
	fil_reader_free(reader);
}

/* Compares what n bytes tell with what is expected, in blocks of all sizes up to their number (of
 * some, for many, and of no single bytes for a megabyte), and of the usual size. */
static void
expect_bytes(const char *bytes, size_t n, const struct fil_format *format, const char *expected)
{
	struct fil_fault fault;
	struct fil_input *input = input_of_bytes(bytes, n, &fault);
	struct fil_bytes told = { 0 };

	assert_non_null(input);
	for (size_t block = n > 1000000 ? 1009 : 1; block <= n + 1;
	     block += n > 200 ? n / 3 + 1 : 1) {
		fil_bytes_clear(&told);
		tell(&told, input, format, block);
		assert_string_equal(told.data ? told.data : "", expected);
	}
	fil_bytes_clear(&told);
	tell(&told, input, format, 128 * 1024);
	assert_string_equal(told.data ? told.data : "", expected);
	fil_bytes_release(&told);
	fil_input_close(input);
}

static void
expect(const char *text, const char *expected)
{
	expect_bytes(text, strlen(text), &plain, expected);
}

static void
reader__plain_rows__are_cut_and_trimmed(void **state)
{
	(void)state;
	expect("a;b\n1;2\n", "1:[a][b]\n2:[1][2]\n");
	expect(" a\t; b c ;\t\n", "1:[a][b c][]\n");
	expect(";;\n;\n", "1:[][][]\n2:[][]\n");
	/* No-break, narrow and other spaces of Unicode; not the accent at the end. */
	expect("\xC2\xA0x\xE2\x80\xAF;Zo\xC3\xA9;\xE3\x80\x80 \xC2\xA0;\xE2\x80\x8A\xE2\x81\x9F"
	       "a\xE1\x9A\x80\n",
	    "1:[x][Zoé][][a]\n");
	/* A zero-width space is no space. */
	expect("\xE2\x80\x8Bx\n", "1:[\xE2\x80\x8Bx]\n");
}

static void
reader__quoted_cells__are_verbatim(void **state)
{
	(void)state;
	expect("\"a;b\";\" c \";\"\"\n", "1:[a;b][ c ][]\n");
	expect("\"a \"\"b\"\"\";x\n", "1:[a \"b\"][x]\n");
	expect("\"\"\"\"\n", "1:[\"]\n");
	expect(" \"a\" ;\t\"b\"\n", "1:[a][b]\n");
	/* Spaces of Unicode stay in quotes and go elsewhere, in one and the same record. */
	expect("\"\xC2\xA0q\xC2\xA0\";\xC2\xA0p\xC2\xA0;\"a\"\"\xC2\xA0\";\xC2\xA0\n",
	    "1:[\xC2\xA0q\xC2\xA0][p][a\"\xC2\xA0][]\n");
}

static void
reader__formulas_outside_quotes__are_their_text(void **state)
{
	(void)state;
	expect("=\"00421\";a\nx;=\"1;2\";\"q\"\n", "1:[00421][a]\n2:[x][1;2][q]\n");
	expect(
	    "=\"a\"\"b\"\r\n=\"\xC2\xA0p\";\xC2\xA0r\xC2\xA0", "1:[a\"b]\n2:[\xC2\xA0p][r]...\n");
	/* In quotes it is what stands there, and other formulas stay faults. */
	expect("\"=\"\"00421\"\"\"\n", "1:[=\"00421\"]\n");
	expect("=1+1\n=SUM(\"a\")\nb\n",
	    "1:[=1+1]\n2! cell 1: a quote within a cell that does not begin with one | "
	    "=SUM(\"a\")\n3:[b]\n");
	expect("=\"a\";\"b\nc\"\nd\n",
	    "1! cell 1: a quote within a cell that does not begin with one | =\"a\";\"b\n"
	    "2! cell 1: a quote within a cell that does not begin with one | c\"\n3:[d]\n");
	expect("=\"a\n", "1! cell 1: a quote within a cell that does not begin with one | =\"a\n");
}

static void
reader__line_ends__all_count_one_line(void **state)
{
	(void)state;
	expect("a\r\nb\r\n", "1:[a]\n2:[b]\n");
	expect("a\rb\r", "1:[a]\n2:[b]\n");
	expect("a\nb\r\nc\rd", "1:[a]\n2:[b]\n3:[c]\n4:[d]...\n");
	expect("a\r\rb\r\n\r\nc\n\nd\n\re", "1:[a]\n3:[b]\n5:[c]\n7:[d]\n9:[e]...\n");
	expect("\"a\r\"\r\"b\n\"\n\"c\r\n\"\r\nd", "1:[a\r]\n3:[b\n]\n5:[c\r\n]\n7:[d]...\n");
}

static void
reader__blank_lines__are_passed_over(void **state)
{
	(void)state;
	expect("\n\na\n\n  \t\nb\n\n", "3:[a]\n6:[b]\n");
	expect("\n \n", "");
	/* With TAB as the delimiter, TABs are cells. */
	expect_bytes("\t\t\n", 3, &(struct fil_format){ .delimiter = '\t' }, "1:[][][]\n");
}

static void
reader__line_break_in_quotes__keeps_line_numbers(void **state)
{
	(void)state;
	expect("a;b\n1;\"x\ny\nz\"\n2;w\n3;\"q\n",
	    "1:[a][b]\n2:[1][x\ny\nz]\n5:[2][w]\n6! cell 2: a quote that is never closed | "
	    "3;\"q\n");
	expect("\"a\n\nb\";c\r\nd;e\n", "1:[a\n\nb][c]\n4:[d][e]\n");
}

static void
reader__last_line_without_end__is_cut(void **state)
{
	(void)state;
	expect("a;b", "1:[a][b]...\n");
	expect("a;\"b\"", "1:[a][b]...\n");
	expect("a;\n1;", "1:[a][]\n2:[1][]...\n");
}

static void
reader__stray_quote__is_a_fault_of_its_line(void **state)
{
	(void)state;
	expect("a\"b;c\nd;e\n",
	    "1! cell 1: a quote within a cell that does not begin with one | a\"b;c\n2:[d][e]\n");
	expect("c;\"a\"b\nd;e\n", "1! cell 2: text after the closing quote | c;\"a\"b\n2:[d][e]\n");
	expect("\"a\\\"b\"\nd\n", "1! cell 1: text after the closing quote | \"a\\\"b\"\n2:[d]\n");
	expect(
	    "\"a\" \"b\"\nd\n", "1! cell 1: text after the closing quote | \"a\" \"b\"\n2:[d]\n");
}

static void
reader__quote_never_closed__costs_one_line(void **state)
{
	(void)state;
	expect("a;\"b\nc;d\ne;f\n",
	    "1! cell 2: a quote that is never closed | a;\"b\n2:[c][d]\n3:[e][f]\n");
	/* The next quote of the file closes it, and text follows: still only the first line is
	 * lost. */
	expect("1;\"b\n2;\"c\"\n3;d\n",
	    "1! cell 2: text after the closing quote | 1;\"b\n2:[2][c]\n3:[3][d]\n");
	expect("\"", "1! cell 1: a quote that is never closed | \"\n");
}

static void
reader__nul_byte__is_a_fault(void **state)
{
	(void)state;
	expect_bytes("a;b\n1;x\0y\n2;z\n", 14, &plain,
	    "1:[a][b]\n2! a NUL byte: is this text? | 1;x\n3:[2][z]\n");
	expect_bytes(
	    "\"a\n\0\";b\nc\n", 10, &plain, "1! a NUL byte: is this text? | \"a\n\n3:[c]\n");
}

static void
reader__bytes_that_are_not_utf8__are_faults(void **state)
{
	const char *rest = ": give the encoding with --encoding";
	char *expected = fil_format(
	    "1:[a]\n2! byte \\xe9 is not UTF-8%s | x\xE9\n3! byte \\xc0 is not UTF-8%s | \xC0\xAF\n"
	    "4! byte \\xed is not UTF-8%s | \xED\xA0\x80\n5:[é]\n",
	    rest, rest, rest);

	(void)state;
	expect("a\nx\xE9\n\xC0\xAF\n\xED\xA0\x80\n\xC3\xA9\n", expected);
	free(expected);
}

static void
reader__windows_1252__is_decoded(void **state)
{
	const struct fil_format format = { .encoding = "WINDOWS-1252", .delimiter = ';' };
	const char text[] = "Pr\xE9nom;\x80\x9C\n\xA0 \xC9lise \xA0;\"\xABx\xBB\"\n\x81;y\nok;z\n";

	(void)state;
	expect_bytes(text, strlen(text), &format,
	    "1:[Prénom][€œ]\n2:[Élise][«x»]\n"
	    "3! byte \\x81 is not WINDOWS-1252: give the encoding with --encoding | "
	    "\x81;y\n4:[ok][z]\n");
}

static void
reader__iso_8859_8_undefined_bytes__never_make_a_character(void **state)
{
	const struct fil_format format = { .encoding = "ISO-8859-8", .delimiter = ';' };

	(void)state;
	/* Both bytes are undefined there, and would be U+00FF in UTF-8. */
	expect_bytes("\xC3\xBF\n", 3, &format,
	    "1! byte \\xff is not ISO-8859-8: give the encoding with --encoding | "
	    "\xFF\xBF\n");
}

static void
reader__utf16__is_decoded(void **state)
{
	const struct fil_format little = { .encoding = "UTF-16LE", .delimiter = ';', .bom = 2 };
	const struct fil_format big = { .encoding = "UTF-16BE", .delimiter = ';', .bom = 2 };
	const char le[] = "\xFF\xFE"
			  "a\0;\0\xE9\0\r\0\n\0\x3D\xD8\x00\xDE;\0\x0A\x0B\n\0";
	const char be[] = "\xFE\xFF"
			  "\0a\0;\0\xE9\0\r\0\n\xD8\x3D\xDE\x00\0;\x0B\x0A\0\n";
	const char lone[] = "\xFF\xFE"
			    "a\0\n\0\x3D\xD8\n\0b\0\n\0c";
	const char *expected = "1:[a][é]\n2:[😀][\xE0\xAC\x8A]\n";

	(void)state;
	expect_bytes(le, sizeof le - 1, &little, expected);
	expect_bytes(be, sizeof be - 1, &big, expected);
	expect_bytes(lone, sizeof lone - 1, &little,
	    "1:[a]\n2! byte \\xff is not UTF-16LE: give the encoding with --encoding"
	    " | \xFF\n3:[b]\n4! byte \\xff is not UTF-16LE: give the encoding with --encoding | "
	    "\xFF\n");
}

static void
reader__other_encodings__are_decoded(void **state)
{
	(void)state;
	expect_bytes("\x93\xFA\x96{;x\n", 7,
	    &(struct fil_format){ .encoding = "SHIFT_JIS", .delimiter = ';' }, "1:[日本][x]\n");
	expect_bytes("\xC1^\xC2\x25", 4,
	    &(struct fil_format){ .encoding = "EBCDIC-US", .delimiter = ';' }, "1:[A][B]\n");
	expect_bytes("\xA4\n", 2,
	    &(struct fil_format){ .encoding = "ISO-8859-15", .delimiter = ';' }, "1:[€]\n");
}

static void
reader__double_utf_8__is_decoded(void **state)
{
	const struct fil_format format = { .encoding = "Double-UTF-8", .delimiter = ';' };
	const char text[] = "RenÃ©;Å’uf â€™ â‚¬ â€\xC2\x9D Ã\u00A0\nx;é\nplain;日\nok;Ã‰\n";

	(void)state;
	expect_bytes(text, strlen(text), &format,
	    "1:[René][Œuf ’ € ” à]\n"
	    "2:[x][é]\n3:[plain][日]\n4:[ok][É]\n");
	expect_bytes("a\xC3", 2, &format,
	    "1! byte \\xff is not Double-UTF-8: give the encoding with --encoding | a\xFF\n");
}

static void
reader__half_double_utf_8__keeps_what_was_encoded_once(void **state)
{
	const struct fil_format format = { .encoding = FIL_DOUBLE_UTF8, .delimiter = ';' };
	const char text[] = "Noël;HÃ©lÃ¨ne\nJOÃO;LIBERTÉ\u00A0: d’été…\nMÉ™mmÉ™dov;山田 å±±\n"
			    "voilÃ ;x\nâ€;x\nx;Ã\n";
	const char rest[] = " is not double-utf-8: give the encoding with --encoding | ";
	char *expected = fil_format("1:[Noël][Hélène]\n2:[JOÃO][LIBERTÉ\u00A0: d’été…]\n"
				    "3:[Məmmədov][山田 山]\n4! byte \\xc3%svoil\xC3 ;x\n"
				    "5! byte \\xe2%s\xE2\x80;x\n6! byte \\xc3%sx;\xC3\n",
	    rest, rest, rest);

	(void)state;
	expect_bytes(text, strlen(text), &format, expected);
	free(expected);
}

static void
reader__skipped_lines_and_mark__are_counted(void **state)
{
	const struct fil_format format = { .delimiter = ',', .bom = 3, .skip_lines = 2 };
	const char text[] = "\xEF\xBB\xBF"
			    "sep=,\n\"title\n\"a\",b\n";

	(void)state;
	expect_bytes(text, strlen(text), &format, "3:[a][b]\n");
	expect_bytes("x\n", 2, &format, "");
}

static void
reader__one_column__is_not_cut(void **state)
{
	const struct fil_format format = { .delimiter = ',', .one_column = true };
	const char text[] = "name\nDupont, Marie; x\t|\n\"a \"\"b\"\"\n,\"\n";

	(void)state;
	expect_bytes(
	    text, strlen(text), &format, "1:[name]\n2:[Dupont, Marie; x\t|]\n3:[a \"b\"\n,]\n");
}

/* Returns n bytes of the pattern, over and over; the caller frees them. */
static char *
many(const char *pattern, size_t n)
{
	char *bytes = fil_alloc(n + 1, 1);

	for (size_t i = 0, length = strlen(pattern); i < n; i++)
		bytes[i] = pattern[i % length];
	return bytes;
}

/* Returns the processor's time: the machine may be busy with others. */
static double
seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* Reads an input of n bytes in the usual blocks, and returns the number of its rows and faults; the
 * first fault is in *first. */
static void
count(const char *bytes, size_t n, size_t *rows, size_t *faults, size_t *first)
{
	struct fil_fault fault;
	struct fil_input *input = input_of_bytes(bytes, n, &fault);
	struct fil_reader *reader = fil_reader_new(input, &plain);
	struct fil_record record;
	int result;

	*rows = *faults = *first = 0;
	while ((result = fil_reader_next(reader, &record, &fault)) != 0) {
		*rows += result == 1;
		*faults += result < 0;
		if (result < 0 && *first == 0)
			*first = record.line;
	}
	fil_reader_free(reader);
	fil_input_close(input);
}

static void
reader__cell_over_1_mib__is_a_fault(void **state)
{
	enum { MOST = 1024 * 1024 };
	char *bytes = many("x", MOST + 20);

	(void)state;
	memcpy(bytes + MOST, "\ny;z\n", 6);
	expect_bytes(bytes, MOST + 5, &plain, "1:[1048576 bytes]\n2:[y][z]\n");
	memcpy(bytes + MOST, "x\ny;z\n", 7);
	expect_bytes(bytes, MOST + 6, &plain, "1! a cell over 1 MiB | \n2:[y][z]\n");
	bytes[0] = bytes[MOST] = '"';
	expect_bytes(bytes, MOST + 6, &plain, "1:[1048575 bytes]\n2:[y][z]\n");
	memcpy(bytes + MOST, "xx\"\ny;z\n", 9);
	expect_bytes(bytes, MOST + 8, &plain, "1! a cell over 1 MiB | \n2:[y][z]\n");
	free(bytes);
}

static void
reader__too_many_cells__is_a_fault(void **state)
{
	char *bytes = many(";", 1030);
	size_t rows, faults, first;

	(void)state;
	memcpy(bytes + 1023, "\ny\n", 4);
	expect_bytes(
	    bytes, 1026, &(struct fil_format){ .delimiter = ',' }, "1:[1023 bytes]\n2:[y]\n");
	memcpy(bytes + 1024, "\ny\n", 4);
	bytes[1023] = ';';
	expect_bytes(bytes, 1027, &plain, "1! over 1,024 cells | \n2:[y]\n");
	memcpy(bytes, "\"\"", 2);
	memset(bytes + 2, ';', 1022);
	expect_bytes(bytes, 1027, &(struct fil_format){ .delimiter = ',' },
	    "1! cell 1: text after the closing quote | \n2:[y]\n");
	count(bytes, 1027, &rows, &faults, &first);
	assert_int_equal(faults, 0);
	memcpy(bytes + 1024, ";;\ny\n", 6);
	expect_bytes(bytes, 1029, &plain, "1! over 1,024 cells | \n2:[y]\n");
	free(bytes);
}

static void
reader__huge_lines__are_one_fault_in_little_time(void **state)
{
	enum { SIZE = 10 * 1000 * 1000 };
	static const char *const patterns[] = { "x", "x;", "\"", "\"x\"" };
	size_t rows, faults, first;

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		char *bytes = many(patterns[i], SIZE);
		double begin = seconds();

		memcpy(bytes, "a;b\n\"", i == 3 ? 5 : 4);
		memcpy(bytes + SIZE - 5, "\nc;d\n", 5);
		count(bytes, SIZE, &rows, &faults, &first);
		assert_int_equal(rows, 2);
		assert_int_equal(faults, 1);
		assert_int_equal(first, 2);
		assert_true(seconds() - begin < 5);
		free(bytes);
	}
}

static void
reader__swallowing_quote__costs_one_line_and_little_time(void **state)
{
	enum { SIZE = 20 * 1000 * 1000 };
	char *bytes = many("1;\xC3\xA9t\xC3\xA9;2024-01-01\n", SIZE);
	size_t lines = SIZE / 19, rows, faults, first;
	double begin = seconds();

	(void)state;
	bytes[19 * 7 + 2] = '"';
	bytes[19 * 7 + 3] = 'x';
	bytes[19 * lines - 1] = '\n';
	count(bytes, 19 * lines, &rows, &faults, &first);
	assert_int_equal(rows, lines - 1);
	assert_int_equal(faults, 1);
	assert_int_equal(first, 8);
	assert_true(seconds() - begin < 5);
	free(bytes);
}

static void
reader__a_fault_in_each_line__takes_linear_time(void **state)
{
	enum { LINES = 200000 };
	static const char *const patterns[] = { "a;\"b\n", "a;b\"\n", "\"a\"b\n" };
	size_t rows, faults, first;

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		char *bytes = many(patterns[i], 5 * LINES);
		double begin = seconds();

		count(bytes, 5 * LINES, &rows, &faults, &first);
		assert_int_equal(rows, 0);
		assert_int_equal(faults, LINES);
		assert_true(seconds() - begin < 5);
		free(bytes);
	}
}

static void
reader__carriage_returns_alone__take_linear_time(void **state)
{
	enum { LINES = 1000000 };
	char *bytes = many("a;b\r", 4 * LINES);
	size_t rows, faults, first;
	double begin = seconds();

	(void)state;
	count(bytes, 4 * LINES, &rows, &faults, &first);
	assert_int_equal(rows, LINES);
	assert_int_equal(faults, 0);
	assert_true(seconds() - begin < 3);
	free(bytes);
}

static void
add_cell(void *text, size_t n, void *told)
{
	fil_bytes_add_format(told, "[%.*s]", (int)n, (const char *)text);
}

static void
add_row(int end, void *told)
{
	(void)end;
	fil_bytes_add_text(told, "\n");
}

/* What libcsv makes of the bytes, or NULL where it finds a fault; the caller frees it. */
static char *
libcsv_tells(const char *bytes, size_t n)
{
	struct fil_bytes told = { 0 };
	struct csv_parser parser;
	bool good;

	csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI);
	csv_set_delim(&parser, ';');
	good = csv_parse(&parser, bytes, n, add_cell, add_row, &told) == n &&
	    csv_fini(&parser, add_cell, add_row, &told) == 0;
	csv_free(&parser);
	fil_bytes_add_text(&told, "");
	if (!good)
		fil_bytes_release(&told);
	return told.data;
}

/* The same, from the reader. */
static char *
reader_tells(const char *bytes, size_t n, size_t block)
{
	struct fil_fault fault;
	struct fil_input *input = input_of_bytes(bytes, n, &fault);
	struct fil_reader *reader = fil_reader_new_blocks(input, &plain, block);
	struct fil_bytes told = { 0 };
	struct fil_record record;
	int result;

	while ((result = fil_reader_next(reader, &record, &fault)) == 1) {
		for (size_t i = 0; i < record.n; i++)
			fil_bytes_add_format(&told, "[%s]", record.cells[i]);
		fil_bytes_add_text(&told, "\n");
	}
	fil_bytes_add_text(&told, "");
	if (result < 0)
		fil_bytes_release(&told);
	fil_reader_free(reader);
	fil_input_close(input);
	return told.data;
}

static void
reader__random_text__agrees_with_libcsv(void **state)
{
	static const char letters[] = "ab;;\"\"\n\r \t";
	uint64_t random = 88172645463325252U;
	char bytes[24];
	int faults = 0, rounds = getenv("FILROUGE_TORTURE") ? 100000 : 6000;

	(void)state;
	for (int i = 0; i < rounds; i++) {
		size_t n = 1 + (size_t)i % sizeof bytes;
		char *ours, *theirs;

		for (size_t k = 0; k < n; k++) {
			random ^= random << 13;
			random ^= random >> 7;
			random ^= random << 17;
			/* Every other text has no quote: those take the other way through the
			 * reader. */
			bytes[k] = letters[random % (sizeof letters - 1)];
			if (i % 2 == 0 && bytes[k] == '"')
				bytes[k] = 'q';
		}
		theirs = libcsv_tells(bytes, n);
		ours = reader_tells(bytes, n, 1 + (size_t)i % 7);
		faults += !theirs;
		assert_int_equal(!ours, !theirs);
		if (ours)
			assert_string_equal(ours, theirs);
		free(ours);
		free(theirs);
	}
	assert_in_range(faults, rounds / 10, rounds / 2);
}

static void
reader__offset__grows_to_the_size(void **state)
{
	struct fil_input *input = input_of("a;b\nc;d\n\"e\n\"\n");
	struct fil_reader *reader = fil_reader_new(input, &plain);
	struct fil_record record;
	struct fil_fault fault;
	static const size_t offsets[] = { 4, 8, 13 };

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(fil_reader_next(reader, &record, &fault), 1);
		assert_int_equal(record.offset, offsets[i]);
	}
	fil_reader_free(reader);
	fil_input_close(input);
}

static void
reader__raw__is_the_record_as_it_stands(void **state)
{
	struct fil_input *input = input_of(" a ; b\r\n\"x\r\ny\" ;z\r\n");
	struct fil_reader *reader = fil_reader_new(input, &plain);
	struct fil_record record;
	struct fil_fault fault;

	(void)state;
	assert_int_equal(fil_reader_next(reader, &record, &fault), 1);
	assert_int_equal(record.raw_length, 6);
	assert_memory_equal(record.raw, " a ; b", 6);
	assert_int_equal(record.line_end, FIL_CRLF);
	assert_int_equal(fil_reader_next(reader, &record, &fault), 1);
	assert_int_equal(record.raw_length, 9);
	assert_memory_equal(record.raw, "\"x\r\ny\" ;z", 9);
	fil_reader_free(reader);
	fil_input_close(input);
}

/* Makes an input of over 10,000 records of all kinds, good and bad. */
static struct fil_input *
input_of_all_kinds(void)
{
	static const char *const kinds[] = { "a;b;c\n", "Ada;\"x\r\ny\";z\n", ";;;;;;\n", "\n",
		"a\"b;c\n", "\"a\"b;c\n", "=\"007\";c\r\n", " d ; \xC2\xA0 e;\n", "f\0g;h\n",
		"\xE9;i\n" };
	struct fil_bytes text = { 0 };
	struct fil_input *input;
	struct fil_fault fault;

	for (size_t i = 0, random = 1; i < 20000; i++) {
		const char *kind = kinds[random >> 16 & 7];

		random = (random * 1103515245 + 12345) & 0x7FFFFFFF;
		if (i % 5 == 0)
			kind = kinds[i / 5 % (sizeof kinds / sizeof *kinds)];
		fil_bytes_add(&text, kind, kind[1] == '\0' && *kind == 'f' ? 6 : strlen(kind));
		for (size_t k = 0; i % 4000 == 1999 && k < 1100; k++)
			fil_bytes_add_text(&text, k == 1099 ? ";\n" : ";");
		for (size_t k = 0; i % 4000 == 3999 && k <= 300000; k++)
			fil_bytes_add_text(&text, k == 300000 ? "\n" : "x");
	}
	input = input_of_bytes(text.data, text.length, &fault);
	fil_bytes_release(&text);
	return input;
}

/* Adds what a reader gives but the texts of records. */
static void
tell_records(struct fil_bytes *told, const struct fil_input *input, bool ahead, bool resting)
{
	struct fil_reader *reader = fil_reader_new(input, &plain);
	struct fil_record record;
	struct fil_fault fault;
	int result;

	if (ahead)
		fil_reader_read_ahead(reader);
	while ((result = fil_reader_next(reader, &record, &fault)) != 0) {
		fil_bytes_add_format(told, "%zu %zu %zu%d%s", record.line, record.offset,
		    record.formulas, record.cut, result < 0 ? fault.text : "");
		for (size_t i = 0; result == 1 && i < record.n; i++)
			fil_bytes_add_format(
			    told, "[%zu %.9s]", record.lengths[i], record.cells[i]);
		fil_bytes_add_text(told, "\n");
		if (resting && record.line % 100 == 0)
			fil_reader_rest(reader);
	}
	assert_int_equal(fil_reader_next(reader, &record, &fault), 0);
	fil_reader_free(reader);
}

static void
reader_read_ahead__all_kinds_of_records__are_the_same(void **state)
{
	struct fil_input *input = input_of_all_kinds();
	struct fil_bytes told = { 0 }, ahead = { 0 }, resting = { 0 };

	(void)state;
	assert_non_null(input);
	tell_records(&told, input, false, false);
	tell_records(&ahead, input, true, false);
	tell_records(&resting, input, true, true);
	assert_in_range(told.length, 300000, SIZE_MAX);
	assert_string_equal(ahead.data, told.data);
	assert_string_equal(resting.data, told.data);
	fil_bytes_release(&told);
	fil_bytes_release(&ahead);
	fil_bytes_release(&resting);
	fil_input_close(input);
}

static void
reader_read_ahead__freed_early__ends(void **state)
{
	struct fil_input *input = input_of_all_kinds();
	struct fil_reader *reader = fil_reader_new(input, &plain);
	struct fil_record record;
	struct fil_fault fault;

	(void)state;
	fil_reader_read_ahead(reader);
	assert_int_equal(fil_reader_next(reader, &record, &fault), 1);
	fil_reader_free(reader);
	fil_input_close(input);
}

static void
reader__file_cut_short_meanwhile__is_an_io_error_and_the_end(void **state)
{
	char path[] = "/tmp/test_reader-XXXXXX";
	int fd = mkstemp(path);
	struct fil_fault fault;
	struct fil_input *input;
	struct fil_reader *reader;
	struct fil_record record;

	(void)state;
	assert_int_equal(write(fd, "a\nb\nc\n", 6), 6);
	input = fil_input_open(path, "/tmp", &fault);
	assert_int_equal(ftruncate(fd, 2), 0);
	reader = fil_reader_new_blocks(input, &plain, 2);
	assert_int_equal(fil_reader_next(reader, &record, &fault), 1);
	assert_int_equal(fil_reader_next(reader, &record, &fault), -1);
	assert_int_equal(fault.status, FIL_IO_ERROR);
	assert_int_equal(fil_reader_next(reader, &record, &fault), 0);
	fil_reader_free(reader);
	fil_input_close(input);
	close(fd);
	unlink(path);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reader__plain_rows__are_cut_and_trimmed),
		cmocka_unit_test(reader__quoted_cells__are_verbatim),
		cmocka_unit_test(reader__formulas_outside_quotes__are_their_text),
		cmocka_unit_test(reader__line_ends__all_count_one_line),
		cmocka_unit_test(reader__blank_lines__are_passed_over),
		cmocka_unit_test(reader__line_break_in_quotes__keeps_line_numbers),
		cmocka_unit_test(reader__last_line_without_end__is_cut),
		cmocka_unit_test(reader__stray_quote__is_a_fault_of_its_line),
		cmocka_unit_test(reader__quote_never_closed__costs_one_line),
		cmocka_unit_test(reader__nul_byte__is_a_fault),
		cmocka_unit_test(reader__bytes_that_are_not_utf8__are_faults),
		cmocka_unit_test(reader__windows_1252__is_decoded),
		cmocka_unit_test(reader__iso_8859_8_undefined_bytes__never_make_a_character),
		cmocka_unit_test(reader__utf16__is_decoded),
		cmocka_unit_test(reader__other_encodings__are_decoded),
		cmocka_unit_test(reader__double_utf_8__is_decoded),
		cmocka_unit_test(reader__half_double_utf_8__keeps_what_was_encoded_once),
		cmocka_unit_test(reader__skipped_lines_and_mark__are_counted),
		cmocka_unit_test(reader__one_column__is_not_cut),
		cmocka_unit_test(reader__cell_over_1_mib__is_a_fault),
		cmocka_unit_test(reader__too_many_cells__is_a_fault),
		cmocka_unit_test(reader__huge_lines__are_one_fault_in_little_time),
		cmocka_unit_test(reader__swallowing_quote__costs_one_line_and_little_time),
		cmocka_unit_test(reader__a_fault_in_each_line__takes_linear_time),
		cmocka_unit_test(reader__carriage_returns_alone__take_linear_time),
		cmocka_unit_test(reader__random_text__agrees_with_libcsv),
		cmocka_unit_test(reader__offset__grows_to_the_size),
		cmocka_unit_test(reader__raw__is_the_record_as_it_stands),
		cmocka_unit_test(reader_read_ahead__all_kinds_of_records__are_the_same),
		cmocka_unit_test(reader_read_ahead__freed_early__ends),
		cmocka_unit_test(reader__file_cut_short_meanwhile__is_an_io_error_and_the_end),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
