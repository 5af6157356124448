/* SPDX-License-Identifier: ISC */
/* The files of tests/data/csv from bytes to the cells of users: what each gives, and where it is
 * refused. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <glob.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/memory.h"
#include "lib/input/sniff.h"
#include "lib/mapping/profile.h"

/* A file's rows, "LINE:user|name|unit|job", and its faults, "LINE! text". */
static const struct {
	const char *file, *told;
} cases[] = {
	{ "ok-bom", "2:00421|Zoé Marchais||\n" },
	{ "ok-bom-quoted", "2:00421|Zoé Marchais||\n" },
	{ "ok-utf16le", "2:00421|Zoé Marchais 😀||\n" },
	{ "ok-utf16be", "2:00421|Zoé Marchais 😀||\n" },
	{ "ok-windows-1252",
	    "2:00421|Zoé Lefèvre|Mécénat/Œuvres|\n"
	    "3:00007|Noël Petit-Dûment|Accueil|\n" },
	{ "ok-crlf", "2:1|A||\n3:2|B||\n" },
	{ "ok-cr", "2:1|A||\n3:2|B||\n" },
	{ "ok-mixed", "2:1|A||\n3:2|B||\n4:3|C||\n" },
	{ "ok-no-final-newline", "2:1|A||\n3:2|B||\n" },
	{ "ok-blank-lines", "5:1|A||\n7:2|B||\n" },
	{ "ok-line-breaks", "2:1|A||\n5:2|B||\n" },
	{ "ok-sep-line", "3:1|A||\n" },
	{ "ok-empty-rows", "2:1|A||\n3:empty\n4:empty\n" },
	{ "ok-spaces", "2:1|A B||\n3:2| B ||\n" },
	{ "ok-one-column", "2:Dupont, Marie|||\n" },
	{ "ok-header-only", "" },
	{ "ok-dash-key", "2:-rf|A||\n3:$(id)|B||\n4:%s%n|C||\n5:../x|D||\n" },
	{ "ok-sql", "2:'; DROP TABLE users; --|A||\n3:1 OR 1=1|B\"; --||\n" },
	{ "ok-formulas",
	    "2:1|=1+1||\n3:2|@SUM(A1)||\n4:3|=HYPERLINK(\"http://x\",\"clic\")||\n"
	    "5:4|-2||\n" },
	{ "ok-html",
	    "2:1|<script>alert(1)</script>||\n"
	    "3:2|</td><img src=x onerror=alert(1)>||\n" },
	{ "bad-unterminated", "2:1|A||\n3! cell 2: a quote that is never closed\n4:3|C||\n" },
	{ "bad-stray-quote",
	    "2:1|A||\n"
	    "3! cell 2: a quote within a cell that does not begin with one\n"
	    "4:3|C||\n" },
	{ "bad-text-after-quote", "2! cell 2: text after the closing quote\n3:2|B||\n" },
	{ "bad-backslash", "2! cell 2: text after the closing quote\n3:2|B||\n" },
	{ "bad-nul", "2:1|A||\n3! a NUL byte: is this text?\n4:3|C||\n" },
	{ "bad-short-row",
	    "2:1|A||x\n3! 2 cells, where the header has 3 (--set short-rows=yes accepts "
	    "it)\n4:3|C||y\n" },
	{ "bad-long-row", "2:1|A||\n3! 3 cells, where the header has 2\n4:3|C||\n" },
	{ "bad-after-line-breaks",
	    "2:1|A||\n5:2|B||\n6! 1 cell, where the header has 3 (--set short-rows=yes accepts "
	    "it)\n" },
	{ "bad-one-latin-1-byte",
	    "FILE:4: byte \\xe9 is not UTF-8, but line 2 is: correct one of them, give "
	    "--encoding, or read both with --allow mixed" },
	{ "bad-overlong",
	    "FILE:2: byte \\xc0 is not UTF-8, but the rest of the file is: correct it, give "
	    "--encoding, or read it as Windows-1252 with --allow mixed" },
	{ "bad-surrogate",
	    "FILE:2: byte \\xed is not UTF-8, but the rest of the file is: correct it, give "
	    "--encoding, or read it as Windows-1252 with --allow mixed" },
	{ "bad-undefined-byte",
	    "2:1|René||\n"
	    "3! byte \\x81 is not WINDOWS-1252: give the encoding with --encoding\n" },
	{ "bad-html", "FILE: looks like a web page (HTML): the export may have asked to log in" },
	{ "bad-xlsx", "FILE: the workbook is damaged: _rels/.rels: is missing" },
	{ "bad-gzip", "FILE: is compressed with gzip: 'zcat FILE' gives the CSV" },
	{ "bad-duplicate-header",
	    "1! duplicate header 'user', in columns 1 and 3: name columns by numbers, --no-header "
	    "--skip-lines 1 --map COL=3\n" },
	{ "bad-two-headers",
	    "1! 'Matricule' and 'Identifiant' both mean user: give --map "
	    "'user=Matricule'\n" },
	{ "bad-no-header",
	    "1! no header is known for users (map one with --map COL=HEADER): 1, A\n" },
	{ "bad-tie", "FILE:1: the delimiter could be ',' or ';': give --delimiter" },
	{ "bad-utf16-without-mark",
	    "FILE: looks like UTF-16 without a byte order mark: give --encoding UTF-16LE" },
};
enum { N_CASES = sizeof cases / sizeof *cases };

/* Adds a row: the cells of four columns, or that it is empty. */
static void
tell_cells(struct fil_bytes *told, const struct fil_table *users, const char *const *cells)
{
	static const char *const columns[] = { "user", "name", "unit", "job" };

	for (size_t i = 0; i < 4; i++) {
		const char *cell = cells[fil_table_column(users, columns[i])];

		fil_bytes_add_format(told, "%s%s", i > 0 ? "|" : "", cell ? cell : "");
	}
}

/* Adds a record, the header (which binds) or a row. Returns whether reading can go on. */
static bool
tell_record(struct fil_bytes *told, struct fil_profile *profile, const struct fil_record *record,
    bool header)
{
	const struct fil_table *users = fil_catalog_table("users");
	const char *cells[32];
	size_t lengths[32];
	struct fil_fault fault;
	struct fil_profile_made made = { 0 };
	int result;

	if (header)
		result = fil_profile_bind(profile, record, NULL, &fault);
	else
		result = fil_profile_row(profile, record, 0, cells, lengths, &made, &fault);
	if (header && result == 0)
		return true;
	fil_bytes_add_format(told, "%zu%s", record->line, result < 0 ? "! " : ":");
	if (result < 0)
		fil_bytes_add_text(told, fault.text);
	else if (made.empty)
		fil_bytes_add_text(told, "empty");
	else
		tell_cells(told, users, cells);
	fil_bytes_add_text(told, "\n");
	return !header;
}

/* Adds the rows and faults of a sniffed input. */
static void
tell_input(struct fil_bytes *told, struct fil_profile *profile, const struct fil_input *input,
    const struct fil_format *format)
{
	struct fil_reader *reader = fil_reader_new(input, format);
	struct fil_record record;
	struct fil_fault fault;
	bool header = true, more = true;
	int result;

	while (more && (result = fil_reader_next(reader, &record, &fault)) != 0) {
		if (result < 0) {
			fil_bytes_add_format(told, "%zu! %s\n", record.line, fault.text);
			continue;
		}
		more = tell_record(told, profile, &record, header);
		header = false;
	}
	fil_reader_free(reader);
}

static void
torture__each_file__has_the_rows_and_faults_expected(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_CASES; i++) {
		struct fil_profile *profile = fil_profile_new(fil_catalog_table("users"), NULL, 0);
		struct fil_bytes path = { 0 }, told = { 0 };
		struct fil_format format = { 0 };
		struct fil_input *input;
		struct fil_fault fault;

		fil_bytes_add_format(&path, "tests/data/csv/%s.csv", cases[i].file);
		input = fil_input_open(path.data, "/tmp", &fault);
		if (!input)
			fail_msg("%s", fault.text);
		if (fil_sniff(input, fil_profile_knows, profile, &format, &fault) == 0)
			tell_input(&told, profile, input, &format);
		else
			fil_bytes_add_format(&told, "FILE%s", fault.text + path.length);
		if (strcmp(told.data ? told.data : "", cases[i].told) != 0)
			fail_msg("%s tells:\n%s", path.data, told.data);
		fil_input_close(input);
		fil_profile_free(profile);
		fil_bytes_release(&path);
		fil_bytes_release(&told);
	}
}

static void
torture__files__all_have_a_case(void **state)
{
	glob_t files;

	(void)state;
	assert_int_equal(glob("tests/data/csv/*.csv", 0, NULL, &files), 0);
	assert_int_equal(files.gl_pathc, N_CASES);
	globfree(&files);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(torture__each_file__has_the_rows_and_faults_expected),
		cmocka_unit_test(torture__files__all_have_a_case),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
