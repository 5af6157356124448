/* SPDX-License-Identifier: ISC */
#include <locale.h>
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "lib/page/content.h"
#include "lib/page/week.h"

static const struct fil_section needs = { .id = "needs", .title = "Needs", .place = 6 };

/* Compares the text of a week with one section. fill: adds its content. */
static void
expect_text(void (*fill)(struct fil_content *content), const char *wanted)
{
	struct fil_content content = { .section = &needs, .title = "Éléments à voir" };
	struct fil_week week = { .title = "T", .contents = &content, .n = 1, .seal = "" };
	char *text, *begin;
	size_t size;
	FILE *stream = open_memstream(&text, &size);

	content.week = &week;
	fill(&content);
	fil_week_write_text(&week, stream);
	fclose(stream);
	/* The title and the lines around the section are always the same. */
	begin = strstr(text, "VOIR\n\n");
	assert_non_null(begin);
	begin += strlen("VOIR\n\n");
	*strrchr(text, '\n') = '\0';
	assert_non_null(strrchr(begin, '\n'));
	strrchr(begin, '\n')[1] = '\0';
	assert_string_equal(begin, wanted);
	free(text);
	fil_content_release(&content);
	for (size_t i = 0; i < week.n_texts; i++)
		free(week.texts[i]);
	free(week.texts);
}

static void
fill_words(struct fil_content *content)
{
	fil_content_say(content,
	    "%s is " FIL_MARK_DATA "long" FIL_MARK_END " enough that the sentence goes on in a"
	    " second line with 24\u00a0more than on 24\u00a0March.",
	    "This");
	fil_content_fact(content, "Target", "80% is not reached.", NULL);
	fil_content_fact(content, "To decide", "see " FIL_MARK_CODE "fil-report" FIL_MARK_END, "x");
	fil_content_item(content,
	    "An item whose text is so long that it does not fit a single line of eighty columns.");
	fil_content_note(content, "A note is left out.");
	fil_content_remark(content, "A remark is not.");
	fil_content_decision(
	    content, &(struct fil_decision){ "Needs", "1 person waits", "fil-report needs", true });
}

static void
text__sentences__are_broken_at_spaces_but_not_at_fixed_ones(void **state)
{
	(void)state;
	expect_text(fill_words,
	    "This is long enough that the sentence goes on in a second line with 24\u00a0more "
	    "than\n"
	    "on 24\u00a0March.\n"
	    "\n"
	    "Target      80% is not reached.\n"
	    "To decide   see fil-report\n"
	    "\n"
	    "- An item whose text is so long that it does not fit a single line of eighty\n"
	    "  columns.\n"
	    "\n"
	    "A remark is not.\n"
	    "\n"
	    " 1. Needs [new]\n"
	    "    1 person waits\n"
	    "    $ fil-report needs\n"
	    "\n");
}

static void
fill_path(struct fil_content *content)
{
	fil_content_decision(content,
	    &(struct fil_decision){ "Needs", NULL,
		"cat /srv/an-account-of-its-own/a-folder-with-a-long-name/another-one/"
		"state/failures of-the-week",
		false });
}

static void
text__command__keeps_a_word_whole_that_is_longer_than_a_line(void **state)
{
	(void)state;
	expect_text(fill_path,
	    " 1. Needs\n"
	    "    $ cat\n"
	    "    /srv/an-account-of-its-own/a-folder-with-a-long-name/another-one/state/failures\n"
	    "    of-the-week\n"
	    "\n");
}

static void
fill_narrow(struct fil_content *content)
{
	const struct fil_table_column columns[] = { { .heading = "Œuvre" },
		{ .heading = "n", .right = true }, { .heading = "left out", .wide = true } };
	struct fil_page_table *table = fil_content_table(content, "Caption", columns, 3);

	fil_table_row(table, FIL_ROW_PLAIN, (const char *[]){ "é", "1\u202f000", "x" });
	fil_table_row(table, FIL_ROW_TOTAL, (const char *[]){ "Ensemble", NULL, NULL });
}

static void
text__table__is_aligned_by_columns_of_the_screen(void **state)
{
	(void)state;
	expect_text(fill_narrow,
	    "  Œuvre         n\n"
	    "  ───────────────\n"
	    "  é         1\u202f000\n"
	    "  Ensemble      –\n"
	    "\n");
}

static void
fill_wide(struct fil_content *content)
{
	const struct fil_table_column columns[] = { { .heading = "Statement" },
		{ .heading = "used the new method", .right = true },
		{ .heading = "minutes before and after it", .right = true } };
	struct fil_page_table *table = fil_content_table(content, "Caption", columns, 3);

	fil_table_row(table, FIL_ROW_PLAIN,
	    (const char *[]){
		"A statement that is much too long for one line of text, as the others"
		" are",
		"7", "35" });
}

static void
text__table_that_is_too_wide__breaks_headings_and_first_cells(void **state)
{
	(void)state;
	expect_text(fill_wide,
	    "                                                                         minutes\n"
	    "                                                                   used   before\n"
	    "                                                                    the      and\n"
	    "                                                                    new    after\n"
	    "  Statement                                                      method       it\n"
	    "  ──────────────────────────────────────────────────────────────────────────────\n"
	    "  A statement that is much too long for one line of text, as          7       35\n"
	    "  the others are\n"
	    "\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text__sentences__are_broken_at_spaces_but_not_at_fixed_ones),
		cmocka_unit_test(text__command__keeps_a_word_whole_that_is_longer_than_a_line),
		cmocka_unit_test(text__table__is_aligned_by_columns_of_the_screen),
		cmocka_unit_test(text__table_that_is_too_wide__breaks_headings_and_first_cells),
	};

	setlocale(LC_CTYPE, "C.UTF-8");
	setenv("LC_ALL", "C.UTF-8", 1);
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
