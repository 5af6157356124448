/* SPDX-License-Identifier: ISC */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "lib/mapping/words.h"

/* Returns the value of a cell, "-" for none, "?" for what is no word. */
static const char *
value_of(struct fil_words *words, const char *cell)
{
	const char *value = "untouched";
	size_t length = 77;

	if (!fil_words_find(words, cell, strlen(cell), &value, &length)) {
		assert_string_equal(value, "untouched");
		return "?";
	}
	assert_int_equal(length, !value ? 0 : strlen(value));
	return !value ? "-" : value;
}

static void
add(struct fil_words **words, const char *text, const char *value)
{
	struct fil_fault fault;

	if (fil_words_add(words, text, value, &fault) < 0)
		fail_msg("%s", fault.text);
}

static void
find__words__are_compared_folded(void **state)
{
	struct fil_words *words = NULL;

	(void)state;
	add(&words, "Initiatrice | Cheffe de projet|Œuvre", "initiator");
	add(&words, "  L’accompagnant·e\t", "trainer");
	add(&words, "31/12/9999 | N/C", NULL);
	add(&words, "MECENAT / Legs|DONS/Legs", "Dons/Legs");
	for (int again = 0; again < 2; again++) {
		assert_string_equal(value_of(words, "INITIATRICE"), "initiator");
		assert_string_equal(value_of(words, " cheffe  DE projet "), "initiator");
		assert_string_equal(value_of(words, "oeuvre"), "initiator");
		assert_string_equal(value_of(words, "l'accompagnant·e"), "trainer");
		assert_string_equal(value_of(words, "n/c"), "-");
		assert_string_equal(value_of(words, "Mécénat/legs"), "Dons/Legs");
		assert_string_equal(value_of(words, "dons /\u00a0legs"), "Dons/Legs");
		assert_string_equal(value_of(words, "31/12/9999"), "-");
		assert_string_equal(value_of(words, "31/12/999"), "?");
		assert_string_equal(value_of(words, "Cheffe"), "?");
		assert_string_equal(value_of(words, ""), "?");
		assert_string_equal(value_of(words, "-"), "?");
	}
	fil_words_free(words);
}

static void
find__quoted_words__are_whole(void **state)
{
	struct fil_words *words = NULL;

	(void)state;
	add(&words, "\"a | b\"|\"c ; d\" | e \"f\" | \"g\" h|\"i\"\"j\" | \"k", "yes");
	assert_string_equal(value_of(words, "a | b"), "yes");
	assert_string_equal(value_of(words, "c ; d"), "yes");
	assert_string_equal(value_of(words, "e \"f\""), "yes");
	assert_string_equal(value_of(words, "\"g\" h"), "yes");
	assert_string_equal(value_of(words, "i\"j"), "yes");
	assert_string_equal(value_of(words, "\"k"), "yes");
	assert_string_equal(value_of(words, "a"), "?");
	assert_string_equal(value_of(words, "b"), "?");
	fil_words_free(words);
}

static void
find__an_empty_cell__is_not_one_of_dashes(void **state)
{
	struct fil_words *words = NULL;

	(void)state;
	add(&words, "", "none");
	assert_string_equal(value_of(words, ""), "none");
	/* Nothing is left of these once they are spelt. */
	assert_string_equal(value_of(words, " \u00A0"), "none");
	assert_string_equal(value_of(words, "\u200B"), "none");
	assert_string_equal(value_of(words, "\uFEFF \u00AD"), "none");
	assert_string_equal(value_of(words, "-"), "?");
	add(&words, "- | x", NULL);
	assert_string_equal(value_of(words, ""), "none");
	assert_string_equal(value_of(words, "-"), "?"); /* remembered: words come first */
	assert_string_equal(value_of(words, "–"), "-");
	assert_string_equal(value_of(words, "x"), "-");
	fil_words_free(words);
	words = NULL;
	add(&words, "Sorti | ", "out");
	assert_string_equal(value_of(words, ""), "out");
	assert_string_equal(value_of(words, "sorti"), "out");
	fil_words_free(words);
}

static void
add__a_word_with_two_meanings__is_refused(void **state)
{
	struct fil_words *words = NULL;
	struct fil_fault fault;

	(void)state;
	add(&words, "a | b", "one");
	add(&words, "A|c", "one");
	assert_int_equal(fil_words_add(&words, "d | É | B ", "two", &fault), -1);
	assert_int_equal(fault.status, FIL_USAGE);
	assert_string_equal(fault.text, "'B' already means one");
	assert_string_equal(value_of(words, "d"), "two");
	assert_int_equal(fil_words_add(&words, "c", NULL, &fault), -1);
	assert_string_equal(fault.text, "'c' already means one");
	add(&words, "", NULL);
	assert_int_equal(fil_words_add(&words, "|", "x", &fault), -1);
	assert_string_equal(fault.text, "'' already means nothing");
	fil_words_free(words);
}

/* More cells than are remembered, and longer ones, over and over. */
static void
find__many_cells__have_the_same_answers_each_time(void **state)
{
	struct fil_words *words = NULL;
	char cell[600], expected[16];

	(void)state;
	for (int i = 0; i < 3000; i += 3) {
		snprintf(cell, sizeof cell, "Mot %d", i);
		snprintf(expected, sizeof expected, "%d", i);
		add(&words, cell, expected);
	}
	for (int i = 0; i < 12000; i++) {
		int word = i * 7 % 3000;

		snprintf(cell, sizeof cell, "%s %d%*s", i % 2 == 0 ? "MOT" : "mot", word,
		    i % 5 == 0 ? 400 : 0, "");
		snprintf(expected, sizeof expected, "%d", word);
		assert_string_equal(value_of(words, cell), word % 3 == 0 ? expected : "?");
	}
	fil_words_free(words);
	fil_words_free(NULL);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(find__words__are_compared_folded),
		cmocka_unit_test(find__quoted_words__are_whole),
		cmocka_unit_test(find__an_empty_cell__is_not_one_of_dashes),
		cmocka_unit_test(add__a_word_with_two_meanings__is_refused),
		cmocka_unit_test(find__many_cells__have_the_same_answers_each_time),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
