/* SPDX-License-Identifier: ISC */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>

#include "lib/base/doubt.h"
#include "lib/base/memory.h"
#include "lib/input/reader.h"
#include "lib/input/sniff.h"
#include "tests/unit/input_of.h"

/* The headers that these tests know. */
static bool
known(const void *context, const char *folded)
{
	static const char *const words[] = { "user", "name", "prenom", "unit", "nom, prenom" };

	assert_null(context);
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (strcmp(words[i], folded) == 0)
			return true;
	return false;
}

/* Sniffs n bytes with what the format has settled. */
static int
sniff_bytes(const char *bytes, size_t n, struct fil_format *format, struct fil_fault *fault)
{
	struct fil_input *input = input_of_bytes(bytes, n, fault);
	int result;

	assert_non_null(input);
	result = fil_sniff(input, known, NULL, format, fault);
	/* The name is that of a descriptor: no test can know it. */
	if (result < 0 && strncmp(fault->text, "/proc/self/fd/", 14) == 0)
		memmove(
		    fault->text, strchr(fault->text, ':'), strlen(strchr(fault->text, ':')) + 1);
	fil_input_close(input);
	return result;
}

static struct fil_format
sniffed_bytes(const char *bytes, size_t n)
{
	struct fil_format format = { 0 };
	struct fil_fault fault;

	if (sniff_bytes(bytes, n, &format, &fault) < 0)
		fail_msg("%s", fault.text);
	return format;
}

static struct fil_format
sniffed(const char *text)
{
	return sniffed_bytes(text, strlen(text));
}

static void
refused_bytes(const char *bytes, size_t n, enum fil_status status, const char *expected)
{
	struct fil_format format = { 0 };
	struct fil_fault fault;

	assert_int_equal(sniff_bytes(bytes, n, &format, &fault), -1);
	assert_int_equal(fault.status, status);
	assert_string_equal(fault.text, expected);
}

static void
refused(const char *text, const char *expected)
{
	refused_bytes(text, strlen(text), FIL_BAD_DATA, expected);
}

static void
sniff__marks__settle_the_encoding(void **state)
{
	static const struct {
		const char *bytes;
		size_t n, bom;
		const char *encoding;
	} cases[] = {
		{ "user;b\n", 7, 0, "UTF-8" },
		{ "pr\xC3\xA9nom;b\n", 10, 0, "UTF-8" },
		{ "pr\xE9nom;b\n", 9, 0, "WINDOWS-1252" },
		{ "\xEF\xBB\xBFuser;b\n", 10, 3, "UTF-8" },
		{ "\xEF\xBB\xBF\"user\";b\n", 12, 3, "UTF-8" },
		{ "\xFF\xFEu\0;\0b\0\n\0", 10, 2, "UTF-16LE" },
		{ "\xFE\xFF\0u\0;\0b\0\n", 10, 2, "UTF-16BE" },
		{ "\xFF\xFE\0\0u\0\0\0;\0\0\0b\0\0\0\n\0\0\0", 20, 4, "UTF-32LE" },
		{ "\0\0\xFE\xFF\0\0\0u\0\0\0;\0\0\0b\0\0\0\n", 20, 4, "UTF-32BE" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct fil_format format = sniffed_bytes(cases[i].bytes, cases[i].n);

		assert_string_equal(format.encoding, cases[i].encoding);
		assert_int_equal(format.bom, cases[i].bom);
		assert_int_equal(format.delimiter, ';');
		assert_int_equal(format.ends_in_line, false);
		assert_int_equal(format.line_end, FIL_LF);
	}
}

static void
sniff__utf8_with_few_bad_bytes__is_refused_with_the_line(void **state)
{
	(void)state;
	refused("user;name\r\n1;Ren\xC3\xA9\r2;x\n3;R\xE9mi\n",
	    ":4: byte \\xe9 is not UTF-8, but line 2 is: correct one of them, give "
	    "--encoding, or read both with --allow mixed");
	refused("user;b\n\xC0\xAF;x\n",
	    ":2: byte \\xc0 is not UTF-8, but the rest of the file is: correct it, give "
	    "--encoding, or read it as Windows-1252 with --allow mixed");
	refused("user;b\n1;\xED\xA0\xBD\xED\xB8\x80\n",
	    ":2: byte \\xed is not UTF-8, but the rest of the file is: correct it, give "
	    "--encoding, or read it as Windows-1252 with --allow mixed");
	refused("\xEF\xBB\xBFuser;b\n1;\xE9t\xE9\n",
	    ":2: byte \\xe9 is not UTF-8, but the rest of the file is: correct it, give "
	    "--encoding, or read it as Windows-1252 with --allow mixed");
}

static void
sniff__lines_of_two_encodings__are_refused_whatever_their_numbers(void **state)
{
	static const bool allowed[FIL_DOUBT_KINDS] = { [FIL_DOUBT_MIXED] = true };
	static const char text[] = "user;b\n1;\xE9t\xE9\n2;\xE9\n3;\xE9\n4;Ren\xC3\xA9\n5;\xE8\n";
	struct fil_format format = { .allow = allowed };
	struct fil_fault fault;

	(void)state;
	refused(text,
	    ":2: byte \\xe9 is not UTF-8, but line 5 is: correct one of them, give "
	    "--encoding, or read both with --allow mixed");
	assert_int_equal(sniff_bytes(text, strlen(text), &format, &fault), 0);
	assert_string_equal(format.encoding, "mixed-utf-8");
}

static void
sniff__bytes_of_an_old_code_page__are_refused(void **state)
{
	(void)state;
	refused("user;b\n1;Ren\x82\n",
	    ":2: 'Ren‚' is 'René' in CP850: give --encoding CP850, or --allow code-page");
	refused("user;b\n1;\x83lodie\n",
	    ":2: 'ƒlodie' is 'Élodie' in MACINTOSH: give --encoding MACINTOSH, or --allow "
	    "code-page");
	refused("user;b\n1;Ch\x83teau\n",
	    ":2: 'Chƒteau' is 'Château' in CP850: give --encoding CP850, or --allow code-page");
	/* An accent of Windows-1252 in a word speaks against all of them. */
	assert_string_equal(sniffed("user;b\n1;Ren\x82\n2;cr\xE8me\n").encoding, "WINDOWS-1252");
}

static void
sniff__utf8_encoded_twice__is_refused_from_two_cells_on(void **state)
{
	(void)state;
	refused("user;b\n1;RenÃ©\n2;x;â€™y\n",
	    ":2: 'RenÃ©' is 'René' in double-utf-8: give --encoding double-utf-8, or --allow "
	    "twice-encoded");
	refused("user;b\n1;HélÃ¨ne\n2;Noël\n3;ZoÃ©\n",
	    ":2: 'HélÃ¨ne' is 'Hélène' in double-utf-8: give --encoding double-utf-8, or --allow "
	    "twice-encoded");
	assert_string_equal(sniffed("user;b\n1;Ã© Ã©\n").encoding, "UTF-8");
	/* Also with more than eight bytes of ASCII between them. */
	assert_string_equal(sniffed("user;b\n1;Ã© as people write it Ã©\n").encoding, "UTF-8");
	refused("user;b\n1;ZoÃ© as people;write it ZoÃ©\n",
	    ":2: 'ZoÃ© as people' is 'Zoé as people' in double-utf-8: give --encoding "
	    "double-utf-8, or --allow twice-encoded");
	assert_string_equal(sniffed("user;b\n1;Â¯˘é\n2;Â¯˘é\n").encoding, "UTF-8");
	assert_string_equal(sniffed("user;b\n1;CHÂTEAU\n2;PÂTÉ\n3;Å\n").encoding, "UTF-8");
}

static void
sniff__a_title_above_all_mapped_headers__is_skipped(void **state)
{
	static const char *const mapped[] = { "agent", "job title" };
	struct fil_format format = { .mapped = mapped, .n_mapped = 2 };
	static const char text[] = "Liste\nx,Agent,jobTitle\n1,2,3\n";
	static const char twice[] = "Agent,jobTitle\nAgent,jobTitle\n";
	struct fil_fault fault;

	(void)state;
	assert_int_equal(sniff_bytes(text, strlen(text), &format, &fault), 0);
	assert_int_equal(format.skip_lines, 1);
	assert_int_equal(format.titles, 1);
	format = (struct fil_format){ .mapped = mapped, .n_mapped = 2 };
	assert_int_equal(sniff_bytes(twice, strlen(twice), &format, &fault), 0);
	assert_int_equal(format.skip_lines, 0);
}

static void
sniff__windows_1252_that_looks_like_utf8_once__stays_so(void **state)
{
	(void)state;
	/* "ACTIVITÉ" and a no-break space are one valid character in UTF-8. */
	assert_string_equal(
	    sniffed("user;pr\xE9nom\n1;ACTIVIT\xC9\xA0: \xE9t\xE9\n").encoding, "WINDOWS-1252");
}

static void
sniff__utf16_without_mark__is_named(void **state)
{
	(void)state;
	refused_bytes("u\0;\0b\0\n\0", 8, FIL_BAD_DATA,
	    ": looks like UTF-16 without a byte order mark: give --encoding UTF-16LE");
	refused_bytes("\0u\0;\0b\0\n", 8, FIL_BAD_DATA,
	    ": looks like UTF-16 without a byte order mark: give --encoding UTF-16BE");
}

static void
sniff__encoding_given__wins(void **state)
{
	struct fil_format format = { .encoding = "ISO-8859-15" };
	struct fil_fault fault;

	(void)state;
	assert_int_equal(sniff_bytes("user;\xC3\xA9\n", 8, &format, &fault), 0);
	assert_string_equal(format.encoding, "ISO-8859-15");
	format = (struct fil_format){ .encoding = "utf-8" };
	assert_int_equal(sniff_bytes("\xEF\xBB\xBFuser;b\n\xE9\n", 12, &format, &fault), 0);
	assert_int_equal(format.bom, 3);
	format = (struct fil_format){ .encoding = "UTF-16" };
	assert_int_equal(sniff_bytes("\xFE\xFF\0u\0;\0b", 8, &format, &fault), 0);
	assert_string_equal(format.encoding, "UTF-16BE");
	assert_int_equal(format.bom, 2);
	assert_int_equal(format.ends_in_line, true);
	format = (struct fil_format){ .encoding = "UTF-16LE" };
	assert_int_equal(sniff_bytes("u\0;\0b\0\n\0", 8, &format, &fault), 0);
	assert_int_equal(format.bom, 0);
	format = (struct fil_format){ .encoding = "UTF-16" };
	assert_int_equal(sniff_bytes("u\0;\0b\0\n\0", 8, &format, &fault), -1);
	assert_string_equal(
	    fault.text, ": has no byte order mark: give --encoding UTF-16LE or UTF-16BE");
	format = (struct fil_format){ .encoding = "klingon" };
	assert_int_equal(sniff_bytes("user;b\n", 7, &format, &fault), -1);
	assert_int_equal(fault.status, FIL_USAGE);
	assert_string_equal(fault.text, "unknown encoding 'klingon' ('iconv -l' lists them)");
}

static void
sniff__delimiter__is_where_headers_are_known(void **state)
{
	(void)state;
	assert_int_equal(sniffed("user,name\n").delimiter, ',');
	assert_int_equal(sniffed("user;name\n").delimiter, ';');
	assert_int_equal(sniffed("user\tname\n").delimiter, '\t');
	assert_int_equal(sniffed("user|name\n").delimiter, '|');
	assert_int_equal(sniffed("user;\"nom, pr\xC3\xA9nom\";x, y\n").delimiter, ';');
	assert_int_equal(sniffed("x, y, z, t;USER\n").delimiter, ';');
	assert_int_equal(sniffed("\"a;b\nc\",User,\"d;e\"\n").delimiter, ',');
	/* Nothing is known, but only one can be meant. */
	assert_int_equal(sniffed("x|y\n1;2|3\n").delimiter, '|');
}

static void
sniff__no_delimiter__is_one_column(void **state)
{
	struct fil_format format = sniffed("name\nDupont, Marie; x\n");

	(void)state;
	assert_true(format.one_column);
	assert_int_equal(format.delimiter, ',');
	assert_true(sniffed("\"a;b,c\"\n").one_column);
	assert_false(sniffed("user;name\n").one_column);
}

static void
sniff__tie__is_refused(void **state)
{
	(void)state;
	refused("user,name;unit\n", ":1: the delimiter could be ',' or ';': give --delimiter");
	refused(
	    "\n\nx,y;z\n", ":3: no header is known after a split at ',' or ';': give --delimiter");
	refused("x,y;z\tt|u\n",
	    ":1: no header is known after a split at ',' or ';' or TAB or '|': give "
	    "--delimiter");
}

static void
sniff__delimiter_given__wins(void **state)
{
	struct fil_format format = { .delimiter = '|' };
	struct fil_fault fault;

	(void)state;
	assert_int_equal(sniff_bytes("sep=;\nuser;name\n", 16, &format, &fault), 0);
	assert_int_equal(format.delimiter, '|');
	assert_true(format.sep_line);
	assert_int_equal(format.skip_lines, 1);
	assert_false(format.one_column);
}

static void
sniff__sep_line__sets_the_delimiter(void **state)
{
	static const struct {
		const char *text;
		char delimiter;
	} cases[] = {
		{ "sep=;\nuser,name\n", ';' },
		{ "SEP=,\r\nuser;name\r\n", ',' },
		{ "\"sep=|\"\nuser;name\n", '|' },
		{ "sep=\t\nuser;name\n", '\t' },
		{ "\xEF\xBB\xBFsep=;\nuser,name\n", ';' },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct fil_format format = sniffed(cases[i].text);

		assert_true(format.sep_line);
		assert_int_equal(format.skip_lines, 1);
		assert_int_equal(format.delimiter, cases[i].delimiter);
	}
	assert_false(sniffed("sep=x\nuser;name\n").sep_line);
	assert_false(sniffed("\nsep=;\nuser;name\n").sep_line);
}

static void
sniff__skipped_lines__stand_above_the_header(void **state)
{
	struct fil_format format = { .skip_lines = 2 };
	struct fil_fault fault;

	(void)state;
	assert_int_equal(sniff_bytes("title, of, it\n\"\nuser;name\n", 26, &format, &fault), 0);
	assert_int_equal(format.delimiter, ';');
	format = (struct fil_format){ .skip_lines = 2 };
	assert_int_equal(sniff_bytes("sep=;\ntitle\nuser,name\n", 22, &format, &fault), 0);
	assert_int_equal(format.skip_lines, 2);
}

static void
sniff__line_ends__are_those_of_records(void **state)
{
	(void)state;
	assert_int_equal(sniffed("user;b\r\n\"x\ny\";c\r\n").line_end, FIL_CRLF);
	assert_int_equal(sniffed("user;b\r1;2\r").line_end, FIL_CR);
	assert_int_equal(sniffed("user;b\n1;2\n").line_end, FIL_LF);
	assert_int_equal(sniffed("user;b\r\n1;2\n").line_end, FIL_MIXED_ENDS);
	assert_int_equal(sniffed("user;b").line_end, FIL_LF);
	assert_true(sniffed("user;b").ends_in_line);
	assert_true(sniffed("user;b\r\n1;2").ends_in_line);
	assert_false(sniffed("user;b\r1;2\r").ends_in_line);
}

static void
sniff__no_header__is_refused(void **state)
{
	(void)state;
	refused("\n  \n\n", ": no header: all lines are blank");
	refused("\xEF\xBB\xBF", ": no header: all lines are blank");
	refused("us\"er;b\n", ":1: cell 1: a quote within a cell that does not begin with one");
	refused("\"user;b\n1;2\n", ":1: cell 1: a quote that is never closed");
}

static void
sniff__what_is_not_csv__is_named(void **state)
{
	static const struct {
		const char *bytes;
		size_t n;
		const char *what;
	} cases[] = {
		{ "PK\3\4..mimetypeapplication/vnd.oasis.opendocument.spreadsheet", 60,
		    "an OpenDocument file: save it as .xlsx or CSV, and import that" },
		{ "PK\3\4..users.csv", 15, "a ZIP archive: unpack it first" },
		{ "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1..", 10,
		    "an Excel workbook (.xls): save it as .xlsx or CSV, and import that" },
		{ "%PDF-1.4", 8, "a PDF: export the list as CSV, and import that" },
		{ "\r\n <!DOCTYPE HTML><html>", 24,
		    "a web page (HTML): the export may have asked to log in" },
		{ "\xEF\xBB\xBF<HTML lang=fr>", 17,
		    "a web page (HTML): the export may have asked to log in" },
		{ "<?xml version='1.0'?><html>", 27,
		    "a web page (HTML): the export may have asked to log in" },
		{ "<?xml version='1.0'?><Workbook "
		  "xmlns='urn:schemas-microsoft-com:office:spreadsheet'>",
		    84, "an Excel workbook (XML): save it as CSV, and import that" },
		{ "<?xml version='1.0'?><users>", 28,
		    "XML: export the list as CSV, and import that" },
	};
	char expected[200];

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		snprintf(expected, sizeof expected, ": looks like %s", cases[i].what);
		refused_bytes(cases[i].bytes, cases[i].n, FIL_BAD_DATA, expected);
	}
	refused_bytes("\x1F\x8B\x08\0", 4, FIL_BAD_DATA,
	    ": is compressed with gzip: 'zcat FILE' gives the CSV");
	refused_bytes(
	    "SQLite format 3\0..", 18, FIL_BAD_DATA, ": is an SQLite database, not a CSV file");
	/* A header may begin with a sign that looks like markup. */
	assert_int_equal(sniffed("<user>;name\n").delimiter, ';');
}

static void
delimiter_read__names_and_characters__are_read(void **state)
{
	(void)state;
	assert_int_equal(fil_delimiter_read("semicolon"), ';');
	assert_int_equal(fil_delimiter_read("Comma"), ',');
	assert_int_equal(fil_delimiter_read("tab"), '\t');
	assert_int_equal(fil_delimiter_read("pipe"), '|');
	assert_int_equal(fil_delimiter_read(";"), ';');
	assert_int_equal(fil_delimiter_read("\t"), '\t');
	assert_int_equal(fil_delimiter_read("^"), '^');
	assert_int_equal(fil_delimiter_read(""), 0);
	assert_int_equal(fil_delimiter_read("a"), 0);
	assert_int_equal(fil_delimiter_read("\""), 0);
	assert_int_equal(fil_delimiter_read("\n"), 0);
	assert_int_equal(fil_delimiter_read(";;"), 0);
	assert_int_equal(fil_delimiter_read("é"), 0);
	assert_string_equal(fil_delimiter_name(';'), "';'");
	assert_string_equal(fil_delimiter_name('\t'), "TAB");
	assert_string_equal(fil_delimiter_name('^'), "'^'");
}

static void
line_end_name__each__has_one(void **state)
{
	(void)state;
	assert_string_equal(fil_line_end_name(FIL_LF), "LF");
	assert_string_equal(fil_line_end_name(FIL_CRLF), "CRLF");
	assert_string_equal(fil_line_end_name(FIL_CR), "CR");
	assert_string_equal(fil_line_end_name(FIL_MIXED_ENDS), "mixed line ends");
}

/* Wants the header to be found on a line, below so many titles. */
static void
header_on(const char *text, size_t skip_lines, size_t titles, char delimiter)
{
	struct fil_format format = sniffed(text);

	assert_int_equal(format.skip_lines, skip_lines);
	assert_int_equal(format.titles, titles);
	assert_int_equal(format.delimiter, delimiter);
}

static void
sniff__titles__are_passed_over(void **state)
{
	(void)state;
	header_on("user;name\n1;2\n", 0, 0, ';');
	header_on("Export\nuser;name\n1;2\n", 1, 1, ';');
	header_on("Export, mars; 2024\n\nDirection;DRH\nuser;name\n1;2\n", 3, 3, ';');
	header_on("Staff list, 2024;x\nuser,name\n1,2\n", 1, 1, ',');
	/* Titles of any writing, quotes that nothing closes among them. */
	header_on("Écran de 24\" du \"x\" y\n\"a\nb\"\nuser;name\n", 3, 3, ';');
	header_on("\"open\nuser;name\n1;2\n", 1, 1, ';');
	/* A single known word is a title when a line with two follows. */
	header_on("unit;DRH\nuser;name\n1;2\n", 1, 1, ';');
	header_on("user\nuser;name\n1;2\n", 1, 1, ';');
	/* Blank lines are no titles. */
	header_on("\n\nuser;name\n1;2\n", 0, 0, ';');
	header_on("\n\nx\nuser;name\n1;2\n", 3, 3, ';');
	/* One column. */
	header_on("Export\nuser\n1\n", 1, 1, ',');
	/* Excel's line is no title. */
	header_on("sep=;\nuser;name\n1;2\n", 1, 0, ';');
	header_on("sep=;\nExport\nuser;name\n1;2\n", 2, 1, ';');
}

static void
sniff__first_line__is_the_header_where_no_other_is_better(void **state)
{
	(void)state;
	header_on("user;x\n1;2\n3;name\n", 0, 0, ';');
	header_on("x;y\n1;2\nuser;4\n", 0, 0, ';');
	header_on("user;name\nuser;name\n", 0, 0, ';');
}

static void
sniff__titles__fill_nineteen_lines_at_most(void **state)
{
	struct fil_bytes text = { 0 };

	(void)state;
	for (int i = 0; i < 19; i++)
		fil_bytes_add_text(&text, "x;y\n");
	fil_bytes_add_text(&text, "user;name\n1;2\n");
	header_on(text.data, 19, 19, ';');
	fil_bytes_clear(&text);
	for (int i = 0; i < 20; i++)
		fil_bytes_add_text(&text, "x;y\n");
	fil_bytes_add_text(&text, "user;name\n1;2\n");
	header_on(text.data, 0, 0, ';');
	fil_bytes_release(&text);
}

static void
sniff__titles_by_hand__are_taken_as_told(void **state)
{
	struct fil_format format = { .skip_lines = 1 };
	struct fil_fault fault;

	(void)state;
	assert_int_equal(sniff_bytes("x\ny;z\nuser;name\n", 17, &format, &fault), 0);
	assert_int_equal(format.skip_lines, 1);
	assert_int_equal(format.titles, 0);
}

static void
sniff__tab_file_with_stray_quotes__has_no_quoting(void **state)
{
	(void)state;
	assert_true(sniffed("user\tname\n1\t24\" x\n").unquoted);
	assert_false(sniffed("user\tname\n1\t24 x\n").unquoted);
	assert_false(sniffed("user\tname\n1\t\"24\"\"\"\n").unquoted);
	assert_false(sniffed("user;name\n1;24\" x\n").unquoted);
}

static void
sniff__no_header__leaves_the_first_line_alone(void **state)
{
	struct fil_format format = { .no_header = true };
	struct fil_fault fault;

	(void)state;
	assert_int_equal(sniff_bytes("1;a\nuser;name\n", 14, &format, &fault), 0);
	assert_int_equal(format.skip_lines, 0);
	assert_int_equal(format.delimiter, ';');
	format = (struct fil_format){ .no_header = true };
	assert_int_equal(sniff_bytes("1;a,user\n", 9, &format, &fault), -1);
	assert_string_equal(fault.text, ":1: the delimiter could be ',' or ';': give --delimiter");
}

/* Returns whether quotes are text in a file of TABs. */
static bool
is_unquoted(const char *text)
{
	struct fil_format format = { .encoding = "UTF-8", .delimiter = '\t' };
	struct fil_input *input = input_of(text);
	struct fil_fault fault;

	assert_int_equal(fil_sniff(input, NULL, NULL, &format, &fault), 0);
	fil_input_close(input);
	return format.unquoted;
}

static void
quoting__texts__are_told_apart(void **state)
{
	static const struct {
		const char *text;
		bool unquoted;
	} cases[] = {
		{ "a\tb\nc\td\n", false },
		{ "a\t24\"\nc\td\n", true },
		{ "a\t24\" x\nc\"\td\n", true },
		{ "a\t\"Bob\nc\td\n", true },
		{ "a\t\"Bob\" x\nc\td\n", true },
		{ "\"", true },
		{ "a\"\"", true },
		{ "a\t\"b\"\n", false },
		{ "\"a\"\tb\n", false },
		{ "\"a\"", false },
		{ "\"\"\tb\n", false },
		{ "\"\"b\n", true }, /* doubled, and never closed */
		{ "\"a\"\"b\"\tc\n", false },
		{ "x\ty\n\"a\nb\nc\"\td\n", false },
		/* Behind stray ones. */
		{ "24\"\t\"b\"\n", false },
		{ "\"Bob\t\"b\"\n", false },
		{ "\"Bob\n\"b\"\n", false },
		{ "\"Bob\n24\" x\n\"b\"\r\n", false },
		{ "\"Bob\n\n\n", true },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		if (is_unquoted(cases[i].text) != cases[i].unquoted)
			fail_msg("'%s' is not", cases[i].text);
}

static void
quoting__a_line_over_the_limit__does_not_end_the_search(void **state)
{
	struct fil_bytes text = { 0 };
	char block[1024];

	(void)state;
	memset(block, 'x', sizeof block);
	for (int i = 0; i < 5 * 1024; i++)
		fil_bytes_add(&text, block, sizeof block);
	fil_bytes_add_text(&text, "\n\"a\"\tb\n");
	assert_false(is_unquoted(text.data));
	fil_bytes_release(&text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sniff__marks__settle_the_encoding),
		cmocka_unit_test(sniff__utf8_with_few_bad_bytes__is_refused_with_the_line),
		cmocka_unit_test(sniff__lines_of_two_encodings__are_refused_whatever_their_numbers),
		cmocka_unit_test(sniff__bytes_of_an_old_code_page__are_refused),
		cmocka_unit_test(sniff__utf8_encoded_twice__is_refused_from_two_cells_on),
		cmocka_unit_test(sniff__a_title_above_all_mapped_headers__is_skipped),
		cmocka_unit_test(sniff__windows_1252_that_looks_like_utf8_once__stays_so),
		cmocka_unit_test(sniff__utf16_without_mark__is_named),
		cmocka_unit_test(sniff__encoding_given__wins),
		cmocka_unit_test(sniff__delimiter__is_where_headers_are_known),
		cmocka_unit_test(sniff__no_delimiter__is_one_column),
		cmocka_unit_test(sniff__tie__is_refused),
		cmocka_unit_test(sniff__delimiter_given__wins),
		cmocka_unit_test(sniff__sep_line__sets_the_delimiter),
		cmocka_unit_test(sniff__skipped_lines__stand_above_the_header),
		cmocka_unit_test(sniff__line_ends__are_those_of_records),
		cmocka_unit_test(sniff__no_header__is_refused),
		cmocka_unit_test(sniff__what_is_not_csv__is_named),
		cmocka_unit_test(sniff__titles__are_passed_over),
		cmocka_unit_test(sniff__first_line__is_the_header_where_no_other_is_better),
		cmocka_unit_test(sniff__titles__fill_nineteen_lines_at_most),
		cmocka_unit_test(sniff__titles_by_hand__are_taken_as_told),
		cmocka_unit_test(sniff__tab_file_with_stray_quotes__has_no_quoting),
		cmocka_unit_test(sniff__no_header__leaves_the_first_line_alone),
		cmocka_unit_test(delimiter_read__names_and_characters__are_read),
		cmocka_unit_test(line_end_name__each__has_one),
		cmocka_unit_test(quoting__texts__are_told_apart),
		cmocka_unit_test(quoting__a_line_over_the_limit__does_not_end_the_search),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
