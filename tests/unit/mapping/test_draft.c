/* SPDX-License-Identifier: ISC */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "lib/base/memory.h"
#include "lib/mapping/draft.h"
#include "lib/mapping/profile_file.h"
#include "tests/unit/profile_file_of.h"

/* Reads a text as a draft for a table. */
static int
read_draft(struct fil_draft *draft, const char *table, const char *text,
    const struct fil_format *format, struct fil_fault *fault)
{
	char path[64];
	int fd = memfd_create("draft", 0), result;

	assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	result = fil_draft_read(draft, path, "/tmp", fil_catalog_table(table), format, fault);
	close(fd);
	return result;
}

/* Drafts a profile of a text; returns what it prints, or NULL with a fault. The caller frees it. */
static char *
draft_of(
    const char *table, const char *text, const struct fil_format *format, struct fil_fault *fault)
{
	char *printed = NULL;
	struct fil_draft draft;
	size_t n;
	FILE *stream;

	if (read_draft(&draft, table, text, format, fault) == 0) {
		stream = open_memstream(&printed, &n);
		fil_draft_print(&draft, stream);
		fclose(stream);
	}
	fil_draft_release(&draft);
	return printed;
}

/* Compares what is printed from the first line that begins so. */
static void
drafts_from(const char *beginning, const char *text, const char *expected)
{
	const struct fil_format format = { 0 };
	struct fil_fault fault;
	char *printed = draft_of("users", text, &format, &fault), *from;

	if (!printed)
		fail_msg("%s", fault.text);
	from = strstr(printed, beginning);
	assert_non_null(from);
	assert_string_equal(from, expected);
	free(printed);
}

static void
draft__headers_and_contents__make_columns(void **state)
{
	(void)state;
	drafts_from("# The format of the file",
	    "Matricule;Prénom;NOM;Contact;Statut;N+1;Date d'entrée;Né(e) le;Fin contrat\r\n"
	    "00421;Zoé;Roy;zoe@x.example;Actif;00007;31/01/2024;03/02/1990;31/12/9999\r\n"
	    "00007;Bob;Bo;bob@x.example;Sorti;;01/02/2024;03/02/1980;N/C\r\n",
	    "# The format of the file is detected each time. To set it:\n"
	    "# encoding = UTF-8\n"
	    "# delimiter = semicolon\n"
	    "dates = dmy\n"
	    "# Numbers with leading zeros, all of one length: restore zeros that a spreadsheet "
	    "removed.\n"
	    "pad = user=5\n"
	    "pad = manager=5\n"
	    "\n"
	    "# The feed of these users. A whole list marks the users missing from it as left.\n"
	    "# feed = hr\n"
	    "# sync = yes\n"
	    "\n"
	    "[columns]\n"
	    "user = Matricule\n"
	    "name = {Prénom} {NOM}\n"
	    "# email: guessed from the look of the cells.\n"
	    "email = Contact\n"
	    "manager = N+1\n"
	    "arrived = Date d'entrée\n"
	    "left = Fin contrat\n"
	    "# Not found: unit, job, role.\n"
	    "\n"
	    "[values.left]\n"
	    "empty = 31/12/9999 | N/C\n"
	    "\n"
	    "[skip]\n"
	    "# Rows to leave out: keep only their words.\n"
	    "# Statut = Actif | Sorti\n"
	    "\n"
	    "# Not stored, because no column takes them. Store only what the work needs.\n"
	    "#   Statut\n"
	    "#   Né(e) le  (sensitive: birth)\n");
}

static void
draft__what_is_not_sure__is_a_comment(void **state)
{
	(void)state;
	drafts_from("[columns]",
	    "Code;Identifiant;Nom complet;role\nA1;x;Ada;Cheffe\nB2;y;Bob;user\n",
	    "[columns]\n"
	    "user = Identifiant\n"
	    "name = Nom complet\n"
	    "role = role\n"
	    "# Not found: email, unit, job, manager, arrived, left.\n"
	    "\n"
	    "[values.role]\n"
	    "# CHANGE ME: what do these words mean?\n"
	    "# user = Cheffe\n"
	    "\n"
	    "# Not stored, because no column takes them. Store only what the work needs.\n"
	    "#   Code\n");
	drafts_from("[values.role]", "user;name;role\nu1;Ada;\"Cheffe\nde service\"\nu2;Bob;Chef\n",
	    "[values.role]\n"
	    "# CHANGE ME: what do these words mean?\n"
	    "# user = Chef\n");
	drafts_from("[columns]", "Clé;Identifiant;Matricule\nA1;x;1\n",
	    "[columns]\n"
	    "# user: or is it Matricule?\n"
	    "user = Identifiant\n"
	    "# CHANGE ME: needed, and not found: which header has it?\n"
	    "# name =\n"
	    "# Not found: email, unit, job, manager, role, arrived, left.\n"
	    "\n"
	    "# Not stored, because no column takes them. Store only what the work needs.\n"
	    "#   Clé\n"
	    "#   Matricule\n");
	drafts_from("dates", "user;arrived\n1;01/13/2024\n",
	    "dates = mdy\n\n"
	    "# The feed of these users. A whole list marks the users missing from it as left.\n"
	    "# feed = hr\n# sync = yes\n\n[columns]\nuser = user\n"
	    "# CHANGE ME: needed, and not found: which header has it?\n# name =\narrived = "
	    "arrived\n"
	    "# Not found: email, unit, job, manager, role, left.\n");
}

static void
draft__unclear_dates__are_told(void **state)
{
	static const struct {
		const char *cells, *expected;
	} cases[] = {
		{ "01/02/2024;02/03/2024",
		    "# CHANGE ME: the dates are ambiguous: day or month first? Choose one:\n"
		    "# dates = dmy\n# dates = mdy\n" },
		{ "13/02/2024;02/13/2024",
		    "# Some dates are day first, others month first: the file mixes both.\n" },
		{ "13/02/24;",
		    "# CHANGE ME: years have two digits. Up to the pivot they are 20yy:\n"
		    "# pivot = 40\n" },
		{ "2024-02-13;", "# delimiter = semicolon\n\n" },
	};
	const struct fil_format format = { 0 };
	struct fil_fault fault;
	char text[200], *printed;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		snprintf(text, sizeof text, "user;arrived;left\n1;%s\n", cases[i].cells);
		printed = draft_of("users", text, &format, &fault);
		assert_non_null(printed);
		assert_non_null(strstr(printed, cases[i].expected));
		free(printed);
	}
}

static void
draft__options__stay_in_force(void **state)
{
	const struct fil_format format = {
		.encoding = "ISO-8859-15", .delimiter = ';', .skip_lines = 1
	};
	const struct fil_format bare = { .no_header = true };
	struct fil_fault fault;
	char *printed = draft_of("users", "x\nuser;name\n1;2\n", &format, &fault);

	(void)state;
	assert_non_null(printed);
	assert_non_null(
	    strstr(printed, "\nencoding = ISO-8859-15\ndelimiter = semicolon\nskip-lines = 1\n"));
	assert_null(strstr(printed, "--no-header"));
	free(printed);
	printed = draft_of(
	    "users", "00421;Ada;ada@x.example\n", &(struct fil_format){ .delimiter = ';' }, &fault);
	assert_non_null(printed);
	assert_non_null(strstr(printed,
	    "\n# No header is known. If the first line is a row, propose "
	    "again with --no-header.\n\n"));
	free(printed);
	printed =
	    draft_of("users", "00421;Ada;ada@x.example\n00007;Bob;bob@x.example\n", &bare, &fault);
	assert_non_null(printed);
	assert_non_null(strstr(printed, "\nno-header = yes\n"));
	assert_non_null(strstr(printed, "\nuser = 1\n"));
	assert_non_null(strstr(printed, "\nemail = 3\n"));
	free(printed);
}

static void
draft__what_is_no_csv__is_a_fault(void **state)
{
	const struct fil_format format = { 0 };
	struct fil_fault fault;

	(void)state;
	assert_null(draft_of("users", "", &format, &fault));
	assert_int_equal(fault.status, FIL_NO_INPUT);
	assert_null(draft_of("users", "PK\3\4", &format, &fault));
	assert_int_equal(fault.status, FIL_BAD_DATA);
	assert_null(draft_of("users", "\n\n", &format, &fault));
	assert_int_equal(fault.status, FIL_BAD_DATA);
	assert_null(draft_of("users", "\"a\n", &format, &fault));
	assert_int_equal(fault.status, FIL_BAD_DATA);
}

/* Whatever the headers hold, what is printed is a profile, and takes them. */
static void
draft__strange_headers__make_a_profile_that_binds(void **state)
{
	static const char *const headers[] = { "\"E-mail ; du travail\"", "\"{Mail}\"",
		"\"; mail\"", "\"# mail\"", "[mail]", "\"mail\nde service\"", "m = a : b",
		"\"a\xc2\x85z\"", "\x1b[31mmail",
		"Adresse électronique à laquelle la personne lit son courrier le plus souvent, "
		"au siège de la fondation ou dans l'un de ses établissements; celle que nous "
		"donnerions à un collègue qui voudrait lui écrire" };
	const struct fil_format format = { .delimiter = '|' };
	struct fil_profile_file *file;
	struct fil_profile *profile;
	struct fil_fault fault;
	size_t lengths[2] = { 4, 9 };
	char *printed;

	(void)state;
	for (size_t i = 0; i < sizeof headers / sizeof *headers; i++) {
		char *text = fil_format("user|%s\nA1|a@b.example\n", headers[i]), *label;

		printed = draft_of("users", text, &format, &fault);
		assert_non_null(printed);
		file = profile_file_of(printed, &fault);
		if (!file)
			fail_msg("%s: %s", fault.text, printed);
		profile = fil_profile_new(fil_catalog_table("users"), NULL, 0);
		if (fil_profile_file_apply(file, profile, &fault) < 0)
			fail_msg("%s: %s", fault.text, printed);
		label = fil_copy(headers[i]);
		if (*label == '"') {
			label[strlen(label) - 1] = '\0';
			memmove(label, label + 1, strlen(label));
		}
		const char *const cells[] = { "user", label };
		struct fil_record record = { .n = 2, .cells = cells, .lengths = lengths };
		bool obeyed = strchr(label, '\x1b') != NULL;
		if ((fil_profile_bind(profile, &record, NULL, &fault) < 0) != obeyed)
			fail_msg("%s: %s", fault.text, printed);
		assert_null(strchr(printed, '\x1b'));
		free(label);
		fil_profile_free(profile);
		fil_profile_file_free(file);
		free(printed);
		free(text);
	}
}

static void
draft__header_of_controls__is_not_guessed(void **state)
{
	static const char expected[] =
	    "# CHANGE ME: needed, and not found: which header has it?\n# user =\n";
	const struct fil_format format = { 0 };
	struct fil_fault fault;
	char *printed = draft_of("users", "\x12\r!\xe5", &format, &fault);

	(void)state;
	assert_non_null(printed);
	assert_non_null(strstr(printed, expected));
	free(printed);
}

/* Reads a draft for users of which column 1, "x", has the cells of a line, between bars. Column 0 is
 * the name, so that no row is empty. Cells may hold no quote. */
static void
see(struct fil_draft *draft, const char *line)
{
	const struct fil_format format = { .encoding = "UTF-8", .delimiter = ';' };
	struct fil_bytes text = { 0 };
	struct fil_fault fault;

	fil_bytes_add_text(&text, "name;x\n");
	for (;; line += strcspn(line, "|") + 1) {
		int n = (int)strcspn(line, "|");

		fil_bytes_add_format(&text, "a b;\"%.*s\"\n", n, line);
		if (line[n] == '\0')
			break;
	}
	if (read_draft(draft, "users", text.data, &format, &fault) < 0)
		fail_msg("%s", fault.text);
	fil_bytes_release(&text);
}

static void
look__each_kind__is_told_from_the_others(void **state)
{
	static const struct {
		const char *cells;
		enum fil_look look;
	} cases[] = {
		{ "ada@x.example|bob.b@y.example|", FIL_LOOK_ADDRESS },
		{ "ada@x|b@y.|@z.fr|a b@c.fr", FIL_LOOK_UNKNOWN },
		{ "Ada <ada@x.fr>|a@b@c.fr", FIL_LOOK_UNKNOWN },
		{ "01/03/2024|2024-03-01|20240301|1.3.2024 08:00", FIL_LOOK_DATE },
		{ "01/03/24|01/04/24", FIL_LOOK_DATE },
		{ "2 84 05 75 116 001 42|184057511600142|1840575116001", FIL_LOOK_SECURITY },
		{ "0184057511600142|12345678901234", FIL_LOOK_UNKNOWN },
		{ "FR76 3000 6000 0112 3456 7890 189|DE89370400440532013000", FIL_LOOK_ACCOUNT },
		{ "fr7630006000011234567890189", FIL_LOOK_UNKNOWN },
		{ "01 23 45 67 89|+33 1 23 45 67 89|01.23.45.67.89", FIL_LOOK_TELEPHONE },
		{ "0123456789", FIL_LOOK_UNKNOWN },
		{ "51 900,00 €|51\u00a0900,00\u202f€|1200 EUR|12,50", FIL_LOOK_AMOUNT },
		{ "51900|12|0,5", FIL_LOOK_UNKNOWN },
		{ "Ada|Bob", FIL_LOOK_UNKNOWN },
		{ "|", FIL_LOOK_UNKNOWN },
		/* Nine of ten. */
		{ "a@b.c|a@b.c|a@b.c|a@b.c|a@b.c|a@b.c|a@b.c|a@b.c|a@b.c|x", FIL_LOOK_ADDRESS },
		{ "a@b.c|a@b.c|a@b.c|a@b.c|a@b.c|a@b.c|a@b.c|a@b.c|x", FIL_LOOK_UNKNOWN },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct fil_draft draft;

		see(&draft, cases[i].cells);
		if (draft.guesses[1].look != cases[i].look)
			fail_msg("'%s' looks like %d", cases[i].cells, draft.guesses[1].look);
		fil_draft_release(&draft);
	}
}

static void
key__short_words_that_all_differ__are_one(void **state)
{
	static const struct {
		const char *cells;
		bool key;
		size_t padded;
	} cases[] = {
		{ "00421|00007|12345", true, 5 },
		{ "A12|B7", true, 0 },
		{ "421|7", true, 0 },
		{ "421|777", true, 0 },
		{ "00421|00421", false, 5 },
		{ "00421||00007", false, 5 },
		{ "00421|0007", true, 0 },
		{ "00421|x", true, 0 },
		{ "Ada Lovelace|Bob B", false, 0 },
		{ "a@b.c|d@e.f", false, 0 },
		{ "2024-03-01|2024-03-02", false, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct fil_draft draft;

		see(&draft, cases[i].cells);
		assert_string_equal(draft.table->columns[0].name, "user");
		assert_int_equal(draft.columns[0].guessed, cases[i].key);
		assert_int_equal(draft.guesses[1].padded, cases[i].padded);
		fil_draft_release(&draft);
	}
}

static void
nothings__in_a_column_of_dates__are_kept(void **state)
{
	struct fil_draft draft;
	const struct fil_guess *guess;

	(void)state;
	see(&draft, "31/12/2023|31/12/9999|N/C||31/12/9999|00/00/0000|31/02/2024|01/02/2024|-|a|b");
	guess = &draft.guesses[1];
	assert_int_equal(guess->n_nothings, 4);
	assert_string_equal(guess->nothings[0], "31/12/9999");
	assert_string_equal(guess->nothings[1], "N/C");
	assert_string_equal(guess->nothings[2], "00/00/0000");
	assert_string_equal(guess->nothings[3], "-");
	assert_int_equal(guess->day_first, 3);
	assert_int_equal(guess->undecided, 1);
	fil_draft_release(&draft);
}

/* Compares how many words of a line are kept, of which there are more, and how many there are. */
static void
keeps(const char *line, size_t n_words, size_t different)
{
	struct fil_draft draft;

	see(&draft, line);
	assert_int_equal(draft.guesses[1].n_words, n_words);
	assert_true(draft.guesses[1].more_words);
	assert_int_equal(draft.guesses[1].different, different);
	fil_draft_release(&draft);
}

static void
words__many_or_long_ones__are_not_kept(void **state)
{
	struct fil_bytes many = { 0 };
	struct fil_draft draft;
	char cell[300];

	(void)state;
	see(&draft, "b|a|b||c");
	assert_int_equal(draft.guesses[1].n_words, 3);
	assert_false(draft.guesses[1].more_words);
	assert_string_equal(draft.guesses[1].words[0], "b");
	assert_string_equal(draft.guesses[1].words[2], "c");
	fil_draft_release(&draft);
	keeps("b|a|b||c|x\ny", 3, 4);
	keeps("b|a|b||c|x\ny|d", 4, 5);
	for (int i = 0; i < 100; i++)
		fil_bytes_add_format(&many, "%s%d", i > 0 ? "|" : "", i);
	keeps(many.data, FIL_GUESS_WORDS, 100);
	fil_bytes_release(&many);
	memset(cell, 'x', sizeof cell);
	cell[299] = '\0';
	keeps(cell, 0, 1);
}

static void
sensitive__headers_and_looks__say_what(void **state)
{
	static const char *const cells[] = {
		[FIL_LOOK_UNKNOWN] = "x y",
		[FIL_LOOK_DATE] = "2024-03-01",
		[FIL_LOOK_SECURITY] = "184057511600142",
		[FIL_LOOK_ACCOUNT] = "DE89370400440532013000",
		[FIL_LOOK_TELEPHONE] = "+33 1 23 45 67 89",
		[FIL_LOOK_AMOUNT] = "12,50",
	};
	static const struct {
		const char *folded;
		enum fil_look look;
		const char *what;
	} cases[] = {
		{ "salaire brut annuel", FIL_LOOK_AMOUNT, "pay" },
		{ "salaires", FIL_LOOK_UNKNOWN, "pay" },
		{ "montant", FIL_LOOK_AMOUNT, "money" },
		{ "n° de securite sociale", FIL_LOOK_UNKNOWN, "social security number" },
		{ "x", FIL_LOOK_SECURITY, "social security number" },
		{ "x", FIL_LOOK_ACCOUNT, "bank account" },
		{ "x", FIL_LOOK_TELEPHONE, "telephone" },
		{ "date de naissance", FIL_LOOK_DATE, "birth" },
		{ "adresse", FIL_LOOK_UNKNOWN, "postal address" },
		{ "birth_date", FIL_LOOK_DATE, "birth" },
		{ "age", FIL_LOOK_UNKNOWN, "birth" },
		{ "agence", FIL_LOOK_UNKNOWN, NULL },
		{ "etage", FIL_LOOK_UNKNOWN, NULL },
		{ "paysage", FIL_LOOK_UNKNOWN, NULL },
		{ "employee no", FIL_LOOK_UNKNOWN, NULL },
		{ "", FIL_LOOK_UNKNOWN, NULL },
	};
	const struct fil_format format = { .delimiter = ';' };
	struct fil_fault fault;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char *text = fil_format("user;%s\nA1;%s\n", cases[i].folded, cells[cases[i].look]);
		char *expected =
		    fil_format("#   %s  (sensitive: %s)\n", cases[i].folded, cases[i].what);
		char *printed = draft_of("users", text, &format, &fault);

		assert_non_null(printed);
		if (!cases[i].what)
			assert_null(strstr(printed, "(sensitive"));
		else
			assert_non_null(strstr(printed, expected));
		free(printed);
		free(expected);
		free(text);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(draft__headers_and_contents__make_columns),
		cmocka_unit_test(draft__what_is_not_sure__is_a_comment),
		cmocka_unit_test(draft__unclear_dates__are_told),
		cmocka_unit_test(draft__options__stay_in_force),
		cmocka_unit_test(draft__what_is_no_csv__is_a_fault),
		cmocka_unit_test(draft__strange_headers__make_a_profile_that_binds),
		cmocka_unit_test(draft__header_of_controls__is_not_guessed),
		cmocka_unit_test(look__each_kind__is_told_from_the_others),
		cmocka_unit_test(key__short_words_that_all_differ__are_one),
		cmocka_unit_test(nothings__in_a_column_of_dates__are_kept),
		cmocka_unit_test(words__many_or_long_ones__are_not_kept),
		cmocka_unit_test(sensitive__headers_and_looks__say_what),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
