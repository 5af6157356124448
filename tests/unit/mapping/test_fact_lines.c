/* SPDX-License-Identifier: ISC */
/* The rows that a profile makes of the records of a file, by [facts], [values], [split] and [skip]. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "lib/base/memory.h"
#include "lib/input/reader.h"
#include "lib/mapping/profile.h"
#include "lib/mapping/profile_file.h"
#include "tests/unit/input_of.h"
#include "tests/unit/profile_file_of.h"

/* Adds a row of the table as "2: user=7 level=3", or what is wrong with it. */
static void
add_row(struct fil_bytes *rows, size_t line, const struct fil_table *table, const char **cells,
    const struct fil_profile_made *made, bool first)
{
	if (made->none && !first)
		return;
	fil_bytes_add_format(rows, "%zu:", line);
	for (size_t c = 0; c < table->n_columns; c++)
		if (cells[c])
			fil_bytes_add_format(rows, " %s=%s", table->columns[c].name, cells[c]);
	if (made->none)
		fil_bytes_add_text(rows, " nothing");
	fil_bytes_add_text(rows, "\n");
}

/* Adds the rows of a record. */
static void
add_rows(struct fil_bytes *rows, const struct fil_table *table, struct fil_profile *profile,
    const struct fil_record *record)
{
	struct fil_profile_made made = { .more = true };
	const char *cells[16];
	size_t lengths[16];
	struct fil_fault fault;

	for (bool first = true; made.more; first = false) {
		if (fil_profile_row(profile, record, made.next, cells, lengths, &made, &fault) ==
		    0) {
			if (!made.skipped)
				add_row(rows, record->line, table, cells, &made, first);
		} else {
			fil_bytes_add_format(rows, "%zu: %s: %s\n", record->line,
			    made.header ? made.header : "-", fault.text);
		}
	}
}

/* Returns the rows of a file with ';', or the fault of its header, and then the headers that are not used.
 * Release them. */
static struct fil_bytes
rows_of(const char *table_name, const char *text, const char *file)
{
	const struct fil_format format = { .delimiter = ';' };
	const struct fil_table *table = fil_catalog_table(table_name);
	struct fil_profile *profile = fil_profile_new(table, NULL, 0);
	struct fil_fault fault;
	struct fil_profile_file *settings = profile_file_of(text, &fault);
	struct fil_input *input = input_of(file);
	struct fil_reader *reader = fil_reader_new(input, &format);
	struct fil_record record;
	struct fil_bytes rows = { 0 };
	size_t unused;

	fil_bytes_add_text(&rows, "");
	if (!settings || fil_profile_file_apply(settings, profile, &fault) < 0)
		fail_msg("%s", fault.text);
	assert_int_equal(fil_reader_next(reader, &record, &fault), 1);
	if (fil_profile_bind(profile, &record, NULL, &fault) < 0)
		fil_bytes_add_format(&rows, "%s\n", fault.text);
	else
		while (fil_reader_next(reader, &record, &fault) == 1)
			add_rows(&rows, table, profile, &record);
	if (*fil_profile_unused(profile, &unused, NULL) != '\0')
		fil_bytes_add_format(
		    &rows, "unused: %s\n", fil_profile_unused(profile, &unused, NULL));
	fil_reader_free(reader);
	fil_input_close(input);
	fil_profile_file_free(settings);
	fil_profile_free(profile);
	return rows;
}

static void
makes(const char *table, const char *text, const char *file, const char *expected)
{
	struct fil_bytes rows = rows_of(table, text, file);

	assert_string_equal(rows.data, expected);
	fil_bytes_release(&rows);
}

/* Wants the text to be a fault behind its file's name. */
static void
refused(const char *text, const char *expected)
{
	struct fil_profile *profile = fil_profile_new(fil_catalog_table("autonomy"), NULL, 0);
	struct fil_fault fault;
	struct fil_profile_file *settings = profile_file_of(text, &fault);
	const char *place;

	assert_non_null(settings);
	assert_int_equal(fil_profile_file_apply(settings, profile, &fault), -1);
	assert_int_equal(fault.status, FIL_BAD_CONFIG);
	place = strchr(fault.text, ':');
	assert_string_equal(place, expected);
	fil_profile_file_free(settings);
	fil_profile_free(profile);
}

static void
facts__stars__make_a_row_of_each_cell(void **state)
{
	(void)state;
	makes("autonomy",
	    "[columns]\nuser = Matricule\ndate = Envoi\n"
	    "[facts]\nNiveau pour la competence * = dimension {*}, level {}\n",
	    "Matricule;Envoi;Niveau pour la compétence Gérer des données;Pix;"
	    "NIVEAU POUR LA COMPÉTENCE  Interagir \n"
	    "7;1/2/2024;4;34;6\n8;1/2/2024;;9; 2\n9;1/2/2024; ;;\n",
	    "2: user=7 dimension=Gérer des données date=1/2/2024 level=4\n"
	    "2: user=7 dimension=Interagir date=1/2/2024 level=6\n"
	    "3: user=8 dimension=Interagir date=1/2/2024 level=2\n"
	    "4: user=9 date=1/2/2024 nothing\n"
	    "unused: Pix\n");
}

static void
facts__numbers_neighbours_and_expressions__take_their_columns(void **state)
{
	(void)state;
	makes("completions",
	    "[columns]\nuser = #1\n"
	    "[facts]\nPrise en main = module prise-en-main, outcome {}, date {+1}\n"
	    "#4 = module circuit, outcome {}, date {+1}\n"
	    "/^tp\\[(.*)-(.*)\\]$/ = module \"{2}, {1}\", outcome {}, date {Le jour}\n"
	    "* = module {*}{{1}, outcome {}, date {header}\n",
	    ";Prise en main;;Circuit: A;2024-03-15 00:00:00;TP[a-b];Le jour;mardi 12 mars 2024 "
	    "09:00 Tous\n"
	    "7;fait;1/2/2024;;x;non;3/4/2024;P\n"
	    "8;;;fait;5/6/2024;;;\n",
	    "2: user=7 module=prise-en-main date=1/2/2024 outcome=fait\n"
	    "2: user=7 module=b, a date=3/4/2024 outcome=non\n"
	    "2: user=7 module=mardi 12 mars 2024 09:00 Tous{1} date=mardi 12 mars 2024 09:00 "
	    "outcome=P\n"
	    "3: user=8 module=circuit date=5/6/2024 outcome=fait\n");
}

static void
facts__known_headers__are_taken_before_columns_and_mapped_ones_are_not(void **state)
{
	(void)state;
	makes("completions",
	    "[columns]\nuser = Clé\ndate = {header}\n[facts]\nDate = module d, outcome {}\n"
	    "Clé = module k, outcome {}\nLe * = module {1}, outcome {}\n",
	    "Clé;Date;Le 1/2/2024;Le 3/4/2024 (2)\n7;a;b;c\n",
	    "2: user=7 module=d date=Date outcome=a\n"
	    "2: user=7 module=1/2/2024 date=1/2/2024 outcome=b\n"
	    "2: user=7 module=3/4/2024 (2) date=3/4/2024 outcome=c\n");
}

static void
facts__words_ranges_and_skips__pass_over_what_is_made(void **state)
{
	(void)state;
	makes("autonomy",
	    "dimension = tool\n[columns]\nuser = U\nnote = Mot\n[facts]\nTest:* (Brut) = level {}, "
	    "date {*}\n"
	    "[values.level]\n3 = >= 80 %\n2 = 50 % .. 80 %\n1 = < 50 % | absent\n5 = 20\nempty = "
	    "NA\n"
	    "scale = 20\nkeep = note\n[skip]\n\"Test:B (Brut)\" = x | -*\nS = Archiv* | (empty)\n",
	    "U;S;Mot;Test:A (Brut);Test:B (Brut)\n"
	    "7;ok;;16,00;20\n8;ok;dit;15.9;-5\n9;ok;;absent;NA\n1;Archivée;;1;1\n2;;;1;1\n"
	    "3;ok;;-;X\n4;ok;;NA;9,5 / 20\n5;ok;;17,5 %;10\n",
	    "2: user=7 date=A level=3 note=16,00\n"
	    "2: user=7 date=B level=5 note=20\n"
	    "3: user=8 date=A level=2 note=dit; 15.9\n"
	    "4: user=9 date=A level=1 note=absent\n"
	    "7: user=3 date=A level=- note=-\n"
	    "8: user=4 date=B level=1 note=9,5 / 20\n"
	    "9: user=5 date=A level=3 note=17,5 %\n"
	    "9: user=5 date=B level=2 note=10\n");
}

static void
ranges__a_number_outside__is_a_fault_of_its_header(void **state)
{
	(void)state;
	makes("autonomy",
	    "dimension = tool\n[columns]\nuser = U\n[facts]\n/^[AB]$/ = level {}, date {header}\n"
	    "[values.level]\n3 = > 80\n2 = 50 .. 80\n",
	    "U;A;B\n7;80;81\n8;3;50,0\n9;;\n",
	    "2: A: level: '80' is in no range of [values.level]\n"
	    "2: user=7 date=B level=3\n"
	    "3: A: level: '3' is in no range of [values.level]\n"
	    "3: user=8 date=B level=2\n"
	    "4: user=9 nothing\n");
}

static void
split__parts__make_rows_and_pass_the_words(void **state)
{
	(void)state;
	makes("needs",
	    "[columns]\nuser = U\ndate = D\nneed = B\n[split]\nneed = comma\n[values.need]\n"
	    "signature = Signer | Signature\nempty = Rien\n",
	    "U;D;B\n7;1/2/2024;Signature, Recherche,,signer ,\n8;1/2/2024;Rien\n9;1/2/2024;\n",
	    "2: user=7 need=signature date=1/2/2024\n"
	    "2: user=7 need=Recherche date=1/2/2024\n"
	    "2: user=7 need=signature date=1/2/2024\n"
	    "3: user=8 date=1/2/2024\n"
	    "4: user=9 date=1/2/2024 nothing\n");
	makes("needs", "[split]\nneed = newline\n[facts]\n#2 = need {}, date {header}\n",
	    "user;2024-03-01\n7;\"a\r\n b\n\nc\"\n8;d\n",
	    "2: user=7 need=a date=2024-03-01\n2: user=7 need=b date=2024-03-01\n"
	    "2: user=7 need=c date=2024-03-01\n6: user=8 need=d date=2024-03-01\n");
}

static void
ranges__shares_and_percentages__are_compared_as_one_measure(void **state)
{
	(void)state;
	/* The keys that say how numbers are read hold wherever they stand. */
	makes("autonomy",
	    "source = test\n[columns]\nuser = u\ndate = d\n[facts]\nA = dimension tool, level {}\n"
	    "[values.level]\n3 = >= 50 %\n2 = 0.2 .. 0.5\n1 = < 20 %\nfraction = yes\n",
	    "u;d;A\n1;2024-03-04;9/20\n2;2024-03-04;45 %\n3;2024-03-04;20%\n4;2024-03-04;(1/6)\n"
	    "5;2024-03-04;0,5\n",
	    "2: user=1 dimension=tool date=2024-03-04 level=2\n"
	    "3: user=2 dimension=tool date=2024-03-04 level=2\n"
	    "4: user=3 dimension=tool date=2024-03-04 level=2\n"
	    "5: user=4 dimension=tool date=2024-03-04 level=1\n"
	    "6: user=5 dimension=tool date=2024-03-04 level=3\n");
	refused("[values.level]\nfraction = yes\n3 = 20 % .. 50 %\n2 = < 0.3\n",
	    ":4: '< 0.3' meets a range that means 3");
	refused("[values.level]\n3 = 20 % .. 50 %\n2 = < 30\n",
	    ":3: '< 30' meets a range that means 3");
}

/* A share among percentages, or a percentage among shares, is refused: its level would be a guess. What has
 * '%' or '/' is not, nor counts whose bounds are 0 and 1. */
static void
ranges__a_number_of_another_measure__is_refused(void **state)
{
	static const char shares[] =
	    ": level: '40' is above 1, but the bounds of [values.level] are "
	    "shares: scale = 100 if it is a percentage\n";
	static const char *const of_shares[] = { "5 = >= 0.85\n1 = < 0.85\n",
		"5 = >= 0.85\n1 = < 0.85\nfraction = yes\n",
		"fraction = yes\n5 = >= 85 %\n1 = < 85 %\n" };
	char columns[400], expected[400];

	(void)state;
	for (size_t i = 0; i < sizeof of_shares / sizeof *of_shares; i++) {
		snprintf(columns, sizeof columns,
		    "dimension = tool\nsource = test\n[columns]\nuser = u\ndate = d\n[facts]\n"
		    "A = level {}\n[values.level]\n%s",
		    of_shares[i]);
		snprintf(expected, sizeof expected,
		    "2: A%s"
		    "3: user=2 date=2024-03-04 level=5\n4: user=3 date=2024-03-04 level=1\n"
		    "5: user=4 date=2024-03-04 level=5\n",
		    shares);
		makes("autonomy", columns,
		    "u;d;A\n1;2024-03-04;40\n2;2024-03-04;105 "
		    "%\n3;2024-03-04;0,4\n4;2024-03-04;1\n",
		    expected);
	}
	makes("autonomy",
	    "dimension = tool\nsource = test\n[columns]\nuser = u\ndate = d\n[facts]\n"
	    "A = level {}\n[values.level]\n5 = >= 85 %\n1 = < 85 %\n",
	    "u;d;A\n1;2024-03-04;0,9\n2;2024-03-04;0.9 "
	    "%\n3;2024-03-04;85%\n4;2024-03-04;1\n5;2024-03-04;0\n",
	    "2: A: level: '0,9' is below 1, but the bounds of [values.level] are percentages: "
	    "fraction"
	    " = yes if it is a share, else bounds without '%'\n"
	    "3: user=2 date=2024-03-04 level=1\n4: user=3 date=2024-03-04 level=5\n"
	    "5: user=4 date=2024-03-04 level=1\n6: user=5 date=2024-03-04 level=1\n");
	/* Counts, points and divided numbers are what they are. */
	makes("autonomy",
	    "dimension = tool\nsource = test\n[columns]\nuser = u\ndate = d\n[facts]\n"
	    "A = level {}\n[values.level]\n3 = >= 1\n0 = < 1\n",
	    "u;d;A\n1;2024-03-04;40\n", "2: user=1 date=2024-03-04 level=3\n");
	makes("autonomy",
	    "dimension = tool\nsource = test\n[columns]\nuser = u\ndate = d\n[facts]\n"
	    "A = level {}\n[values.level]\n3 = >= 10\n0 = < 10\n",
	    "u;d;A\n1;2024-03-04;0.5\n", "2: user=1 date=2024-03-04 level=0\n");
	makes("autonomy",
	    "dimension = tool\nsource = test\n[columns]\nuser = u\ndate = d\n[facts]\n"
	    "A = level {}\n[values.level]\n3 = >= 0.3\n0 = < 0.3\nscale = 100\n",
	    "u;d;A\n1;2024-03-04;40\n", "2: user=1 date=2024-03-04 level=3\n");
}

static void
facts__what_the_header_lacks__is_a_fault(void **state)
{
	(void)state;
	makes("autonomy", "[facts]\nNiveau * = dimension {*}, level {}\n", "user;date;Niv\n",
	    "no header is one of [facts]: 'Niveau *' (/proc/self/fd/3:2)\n");
}

static void
facts__a_bad_line__has_its_place(void **state)
{
	(void)state;
	refused("[facts]\nA = dimensoin x\n",
	    ":2: autonomy has no column 'dimensoin'; the nearest is dimension");
	refused("[facts]\nA = level\n", ":2: 'level' has no template: {} is the cell");
	refused("[facts]\nA = level {}, level x\n", ":2: two templates for 'level'");
	refused("[facts]\nA = level {}, \n", ":2: no column before or behind a comma");
	refused("[facts]\nA = level {\n", ":2: '{' without a '}'");
	refused("[facts]\nA * = level {2}\n",
	    ":2: '{2}': the header before '=' has no such '*' or group");
	refused("[facts]\nA = level {*}\n",
	    ":2: '{*}': the header before '=' has no such '*' or group");
	refused("[facts]\n#0 = level {}\n", ":2: columns are numbered from #1, not '#0'");
	refused(
	    "[facts]\n/(/ = level {}\n", ":2: '/(/' is no regular expression: Unmatched ( or \\(");
	refused("[facts]\n********** = level {}\n", ":2: '**********' has over 9 stars");
	refused("[split]\nnote = dot\n",
	    ":2: a split takes semicolon, comma, newline or pipe, not 'dot'");
	refused("[split]\nnote = comma\nuser = comma\n", ":3: only one column can be split");
	refused("[values.level]\nkeep = date\n", ":2: keep takes a column of text, not date");
	refused("[values.level]\nscale = x\n", ":2: scale takes a number above 0, not 'x'");
	refused("[values.level]\nfraction = x\n", ":2: 'fraction' takes yes or no, not 'x'");
	refused("[values.level]\n3 = >= x\n", ":2: '>= x' is no range");
	refused("[values.level]\n3 = 80 .. 50\n", ":2: '80 .. 50' is an empty range");
	refused(
	    "[values.level]\n3 = 50 .. 80\n2 = < 60\n", ":3: '< 60' meets a range that means 3");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(facts__stars__make_a_row_of_each_cell),
		cmocka_unit_test(facts__numbers_neighbours_and_expressions__take_their_columns),
		cmocka_unit_test(
		    facts__known_headers__are_taken_before_columns_and_mapped_ones_are_not),
		cmocka_unit_test(facts__words_ranges_and_skips__pass_over_what_is_made),
		cmocka_unit_test(ranges__a_number_outside__is_a_fault_of_its_header),
		cmocka_unit_test(ranges__shares_and_percentages__are_compared_as_one_measure),
		cmocka_unit_test(ranges__a_number_of_another_measure__is_refused),
		cmocka_unit_test(split__parts__make_rows_and_pass_the_words),
		cmocka_unit_test(facts__what_the_header_lacks__is_a_fault),
		cmocka_unit_test(facts__a_bad_line__has_its_place),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
