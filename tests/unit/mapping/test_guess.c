/* SPDX-License-Identifier: ISC */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "lib/mapping/draft.h"
#include "lib/mapping/draft_print.h"

/* Sees the cells of a line, between bars. */
static struct fil_guess
seen(const char *line)
{
	struct fil_guess guess = { 0 };
	char cell[200];

	for (;; line += strcspn(line, "|") + 1) {
		size_t n = strcspn(line, "|");

		memcpy(cell, line, n);
		cell[n] = '\0';
		fil_guess_see(&guess, cell, n);
		if (line[n] == '\0')
			return guess;
	}
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
		struct fil_guess guess = seen(cases[i].cells);

		if (fil_guess_look(&guess) != cases[i].look)
			fail_msg("'%s' looks like %d", cases[i].cells, fil_guess_look(&guess));
		fil_guess_release(&guess);
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
		struct fil_guess guess = seen(cases[i].cells);

		assert_int_equal(fil_guess_key(&guess), cases[i].key);
		assert_int_equal(fil_guess_padded(&guess), cases[i].padded);
		fil_guess_release(&guess);
	}
}

static void
nothings__in_a_column_of_dates__are_kept(void **state)
{
	struct fil_guess guess =
	    seen("31/12/2023|31/12/9999|N/C||31/12/9999|00/00/0000|31/02/2024|01/02/2024|-|a|b");

	(void)state;
	assert_int_equal(guess.n_nothings, 4);
	assert_string_equal(guess.nothings[0], "31/12/9999");
	assert_string_equal(guess.nothings[1], "N/C");
	assert_string_equal(guess.nothings[2], "00/00/0000");
	assert_string_equal(guess.nothings[3], "-");
	assert_int_equal(guess.day_first, 3);
	assert_int_equal(guess.undecided, 1);
	fil_guess_release(&guess);
}

static void
words__many_or_long_ones__are_not_kept(void **state)
{
	struct fil_guess guess = seen("b|a|b||c");
	char cell[300];

	(void)state;
	assert_int_equal(guess.n_words, 3);
	assert_string_equal(guess.words[0], "b");
	assert_string_equal(guess.words[2], "c");
	fil_guess_see(&guess, "x\ny", 3);
	assert_int_equal(guess.n_words, FIL_GUESS_WORDS + 1);
	fil_guess_see(&guess, "d", 1);
	assert_int_equal(guess.n_words, FIL_GUESS_WORDS + 1);
	fil_guess_release(&guess);
	for (int i = 0; i < 100; i++) {
		snprintf(cell, sizeof cell, "%d", i);
		fil_guess_see(&guess, cell, strlen(cell));
	}
	assert_int_equal(guess.n_words, FIL_GUESS_WORDS + 1);
	assert_int_equal(guess.different, 100);
	fil_guess_release(&guess);
	memset(cell, 'x', sizeof cell);
	cell[299] = '\0';
	fil_guess_see(&guess, cell, 299);
	assert_int_equal(guess.n_words, FIL_GUESS_WORDS + 1);
	fil_guess_release(&guess);
}

static void
sensitive__headers_and_looks__say_what(void **state)
{
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

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const char *what = fil_sensitive_what(cases[i].folded, cases[i].look);

		if (!cases[i].what)
			assert_null(what);
		else
			assert_string_equal(what, cases[i].what);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(look__each_kind__is_told_from_the_others),
		cmocka_unit_test(key__short_words_that_all_differ__are_one),
		cmocka_unit_test(nothings__in_a_column_of_dates__are_kept),
		cmocka_unit_test(words__many_or_long_ones__are_not_kept),
		cmocka_unit_test(sensitive__headers_and_looks__say_what),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
