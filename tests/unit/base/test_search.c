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
count(void *context, size_t number, size_t at)
{
	(void)at;
	((size_t *)context)[number]++;
}

static void
find__several_texts_at_a_place__gives_the_longest_in_either_case(void **state)
{
	struct fil_search *search = fil_search_new();
	const char *text = "an ADA, ada love, adam";
	size_t at = 0, end = 0;

	(void)state;
	assert_int_equal(fil_search_add(search, "Ada"), 0);
	assert_int_equal(fil_search_add(search, "ada LOVE"), 1);
	assert_int_equal(fil_search_add(search, "aDA"), 0);
	assert_int_equal(fil_search_count(search), 2);
	assert_int_equal(fil_search_longest(search), 8);
	assert_string_equal(fil_search_text(search, 1), "ada love");
	assert_int_equal(fil_search_find(search, text, strlen(text), &at, &end), 0);
	assert_int_equal(at, 3);
	assert_int_equal(end, 6);
	at = end;
	assert_int_equal(fil_search_find(search, text, strlen(text), &at, &end), 1);
	assert_int_equal(end, 16);
	at = end;
	assert_int_equal(fil_search_find(search, text, strlen(text), &at, &end), 0);
	assert_int_equal(at, 18);
	at = end;
	assert_int_equal(fil_search_find(search, text, strlen(text), &at, &end), FIL_NOWHERE);
	fil_search_free(search);
}

/* Texts and bytes of three letters, so that all overlap, against a plain comparison. */
static void
each__random_texts__are_counted_as_often_as_they_are_there(void **state)
{
	struct fil_search *search = fil_search_new();
	char bytes[2000], texts[60][8];
	size_t found[60] = { 0 }, numbers[60];

	(void)state;
	srand(7);
	for (size_t i = 0; i < sizeof bytes; i++)
		bytes[i] = "abAB\0c"[rand() % 6];
	for (size_t t = 0; t < 60; t++) {
		size_t n = 3 + (size_t)rand() % 4;

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
		cmocka_unit_test(find__several_texts_at_a_place__gives_the_longest_in_either_case),
		cmocka_unit_test(each__random_texts__are_counted_as_often_as_they_are_there),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
