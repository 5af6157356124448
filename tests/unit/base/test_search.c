/* SPDX-License-Identifier: ISC */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "lib/base/memory.h"
#include "lib/base/search.h"

static void
count(void *context, size_t number, size_t at, size_t end)
{
	(void)at;
	(void)end;
	((size_t *)context)[number]++;
}

/* The texts that were found, as "number:at-end ". */
static void
note(void *context, size_t number, size_t at, size_t end)
{
	fil_bytes_add_format(context, "%zu:%zu-%zu ", number, at, end);
}

static void
each__several_texts_at_a_place__are_all_found_in_either_case(void **state)
{
	struct fil_search *search = fil_search_new(3);
	const char *text = "an ADA, ada love, adam";
	struct fil_bytes found = { 0 };

	(void)state;
	assert_int_equal(fil_search_add(search, "Ada"), 0);
	assert_int_equal(fil_search_add(search, "ada LOVE"), 1);
	assert_int_equal(fil_search_add(search, "aDA"), 0);
	assert_int_equal(fil_search_count(search), 2);
	assert_int_equal(fil_search_add(search, "ad"), FIL_NOWHERE);
	assert_int_equal(fil_search_longest(search), 24);
	assert_string_equal(fil_search_text(search, 1), "ada love");
	fil_search_each(search, text, strlen(text), note, &found);
	assert_string_equal(found.data, "0:3-6 0:8-11 1:8-16 0:18-21 ");
	fil_bytes_release(&found);
	fil_search_free(search);
}

/* Checks where a text has the name "Hélène de L'Œil". */
static void
expect_name(const char *text, const char *wanted)
{
	struct fil_search *search = fil_search_new(3);
	struct fil_bytes found = { 0 };

	assert_int_equal(fil_search_add_name(search, " Hélène de L'Œil "), 0);
	assert_int_equal(fil_search_add_name(search, "HELENE DE L OEIL"), 0);
	assert_int_equal(fil_search_add_name(search, "Éa"), FIL_NOWHERE);
	assert_string_equal(fil_search_text(search, 0), "helene de l oeil");
	fil_bytes_add(&found, "", 0);
	fil_search_each(search, text, strlen(text), note, &found);
	assert_string_equal(found.data, wanted);
	fil_bytes_release(&found);
	fil_search_free(search);
}

static void
each__a_name__is_found_whatever_its_case_accents_and_marks(void **state)
{
	(void)state;
	expect_name("vu HÉLÈNE DE L’ŒIL.", "0:3-23 ");
	expect_name("helene-de_l'oeil.csv", "0:0-16 ");
	/* Accents apart, no-break spaces, and what a shell and the log make of it. */
	expect_name("He\u0301le\u0300ne\u00a0de\u202fl oeil", "0:0-23 ");
	expect_name("x'H\\xe9l\\xe8ne de L'\\''\\x8cil'", "0:2-29 ");
	expect_name("Hélène.de/L|Œil;", "0:0-18 ");
	expect_name("(Hélène)+de: L. Œil", "0:1-22 ");
	expect_name("hélène de loeil, \xe9h", "");
	expect_name("hélène@de.l.oeil", "");
}

/* Texts and bytes of three letters, so that all overlap, against a plain comparison. */
static void
each__an_encoded_text__is_found_as_it_is_written(void **state)
{
	struct fil_search *search = fil_search_new(3);
	const char *text = "K%2042%20B, k 42%20b; ann%40x%2Eex 100%";
	struct fil_bytes found = { 0 };

	(void)state;
	fil_search_add(search, "K 42 B");
	fil_search_add(search, "ann@x.ex");
	fil_search_add(search, "100%");
	fil_search_each(search, text, strlen(text), note, &found);
	assert_string_equal(found.data, "2:35-39 0:0-10 0:12-20 1:22-34 2:35-39 ");
	fil_bytes_release(&found);
	fil_search_free(search);
}

static void
each__a_name_of_two_letters__is_found_where_it_is_taken(void **state)
{
	struct fil_search *search = fil_search_new(FIL_SEARCH_LEAST);
	const char *text = "Lê, li%20LI";
	struct fil_bytes found = { 0 };

	(void)state;
	assert_int_equal(fil_search_add_name(search, "Le"), 0);
	assert_int_equal(fil_search_add_name(search, "Li"), 1);
	assert_int_equal(fil_search_add_name(search, "L."), FIL_NOWHERE);
	fil_search_each(search, text, strlen(text), note, &found);
	assert_string_equal(found.data, "0:0-3 1:5-7 1:10-12 ");
	fil_bytes_release(&found);
	fil_search_free(search);
}

static void
each__random_texts__are_counted_as_often_as_they_are_there(void **state)
{
	struct fil_search *search = fil_search_new(FIL_SEARCH_LEAST);
	char bytes[2000], texts[60][8];
	size_t found[60] = { 0 }, numbers[60];

	(void)state;
	srand(7);
	for (size_t i = 0; i < sizeof bytes; i++)
		bytes[i] = "abAB\0c"[rand() % 6];
	for (size_t t = 0; t < 60; t++) {
		size_t n = FIL_SEARCH_LEAST + (size_t)rand() % 5;

		for (size_t i = 0; i < n; i++)
			texts[t][i] = "abAB"[rand() % 4];
		texts[t][n] = '\0';
		numbers[t] = fil_search_add(search, texts[t]);
	}
	fil_search_each(search, bytes, sizeof bytes, count, found);
	for (size_t t = 0; t < 60; t++) {
		size_t n = strlen(texts[t]), wanted = 0;

		for (size_t i = 0; i + n <= sizeof bytes; i++)
			wanted +=
			    !memchr(bytes + i, '\0', n) && strncasecmp(bytes + i, texts[t], n) == 0;
		assert_int_equal(found[numbers[t]], wanted);
	}
	fil_search_free(search);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each__several_texts_at_a_place__are_all_found_in_either_case),
		cmocka_unit_test(each__a_name__is_found_whatever_its_case_accents_and_marks),
		cmocka_unit_test(each__an_encoded_text__is_found_as_it_is_written),
		cmocka_unit_test(each__a_name_of_two_letters__is_found_where_it_is_taken),
		cmocka_unit_test(each__random_texts__are_counted_as_often_as_they_are_there),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
