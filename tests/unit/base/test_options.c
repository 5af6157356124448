/* SPDX-License-Identifier: ISC */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/memory.h"
#include "lib/base/options.h"

enum { WEEKS = 256, WEEKDAY };

static const struct fil_option all[] = {
	{ "where", 'w', "CONDITION", "only rows" },
	{ "weeks", WEEKS, "N", "so many weeks" },
	{ "weekday", WEEKDAY, "DAY", "a day" },
	{ "quiet", 'q', NULL, "no words" },
};

/* A command line, its options read one by one. */
struct line {
	struct fil_options *options;
	int argc;
	char *argv[16];
	struct fil_fault fault;
};

static void
begin(struct line *line, const char *const *words)
{
	line->options = fil_options_new();
	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		fil_options_add(line->options, &all[i], NULL);
	line->argc = 0;
	line->argv[line->argc++] = strdup("/usr/bin/fil-x");
	for (; *words != NULL; words++)
		line->argv[line->argc++] = strdup(*words);
	line->argv[line->argc] = NULL;
}

static int
next(struct line *line)
{
	return fil_options_next(line->options, line->argc, line->argv, &line->fault);
}

static void
end(struct line *line)
{
	for (int i = 0; i < line->argc; i++)
		free(line->argv[i]);
	fil_options_free(line->options);
}

#define BEGIN(line, ...) begin(&(line), (const char *const[]){ __VA_ARGS__, NULL })

static void
expect_wrong(const char *const *words, const char *wanted)
{
	struct line line;

	begin(&line, words);
	assert_int_equal(next(&line), FIL_OPTIONS_WRONG);
	assert_int_equal(line.fault.status, FIL_USAGE);
	assert_string_equal(line.fault.text, wanted);
	end(&line);
}

#define WRONG(wanted, ...) expect_wrong((const char *const[]){ __VA_ARGS__, NULL }, wanted)

static void
next__letters_and_names__give_letter_and_argument(void **state)
{
	struct line line;

	(void)state;
	BEGIN(line, "-qw", "a=b", "--weeks=4", "--weekday", "x", "-wy");
	assert_int_equal(next(&line), 'q');
	assert_int_equal(next(&line), 'w');
	assert_string_equal(optarg, "a=b");
	assert_int_equal(next(&line), WEEKS);
	assert_string_equal(optarg, "4");
	assert_int_equal(next(&line), WEEKDAY);
	assert_string_equal(optarg, "x");
	assert_int_equal(next(&line), 'w');
	assert_string_equal(optarg, "y");
	assert_int_equal(next(&line), -1);
	assert_int_equal(optind, line.argc);
	end(&line);
}

static void
next__operands_between__come_last(void **state)
{
	struct line line;

	(void)state;
	BEGIN(line, "users", "-q", "f.csv", "--", "-q");
	assert_int_equal(next(&line), 'q');
	assert_int_equal(next(&line), -1);
	assert_int_equal(line.argc - optind, 3);
	assert_string_equal(line.argv[optind], "users");
	assert_string_equal(line.argv[optind + 1], "f.csv");
	assert_string_equal(line.argv[optind + 2], "-q");
	end(&line);
}

static void
next__posixly_correct__changes_nothing(void **state)
{
	struct line line;

	(void)state;
	setenv("POSIXLY_CORRECT", "1", 1);
	BEGIN(line, "users", "-q");
	assert_int_equal(next(&line), 'q');
	assert_int_equal(next(&line), -1);
	assert_string_equal(line.argv[optind], "users");
	end(&line);
}

static void
next__abbreviation__is_understood(void **state)
{
	struct line line;

	(void)state;
	BEGIN(line, "--q", "--wh", "c");
	assert_int_equal(next(&line), 'q');
	assert_int_equal(next(&line), 'w');
	assert_string_equal(optarg, "c");
	end(&line);
}

static void
next__wrong_option__is_named(void **state)
{
	(void)state;
	WRONG("unknown option '--verbatim'", "--verbatim");
	WRONG("unknown option '--week-days'; the nearest is '--weekday'", "--week-days=3");
	WRONG("option '--wee' is ambiguous: --weeks, --weekday", "--wee", "3");
	WRONG("option '--quiet' takes no argument", "--quiet=1");
	WRONG("option '--where' needs its CONDITION", "-w");
	WRONG("option '--weeks' needs its N", "users", "--weeks");
	WRONG("unknown option '-z'", "-z");
}

static void
next__wrong_letter_in_a_row__is_the_one_named(void **state)
{
	struct line line;

	(void)state;
	BEGIN(line, "--quiet", "-qzq");
	assert_int_equal(next(&line), 'q');
	assert_int_equal(next(&line), 'q');
	assert_int_equal(next(&line), FIL_OPTIONS_WRONG);
	assert_string_equal(line.fault.text, "unknown option '-z'");
	end(&line);
}

static void
next__ten_megabytes__are_refused(void **state)
{
	size_t n = 10 << 20;
	char *word = malloc(n + 1);

	(void)state;
	memset(word, 'x', n);
	memcpy(word, "--", 2);
	word[n] = '\0';
	struct line line;

	BEGIN(line, word);
	assert_int_equal(next(&line), FIL_OPTIONS_WRONG);
	assert_memory_equal(line.fault.text, "unknown option '--xxx", 21);
	end(&line);
	free(word);
}

static void
print__options__are_aligned(void **state)
{
	char *text = NULL;
	size_t n;
	FILE *stream = open_memstream(&text, &n);
	struct line line;

	(void)state;
	BEGIN(line, "x");
	fil_options_print(line.options, stream);
	fclose(stream);
	assert_string_equal(text,
	    "Options:\n"
	    "  -w, --where CONDITION  only rows\n"
	    "      --weeks N          so many weeks\n"
	    "      --weekday DAY      a day\n"
	    "  -q, --quiet            no words\n");
	free(text);
	end(&line);
}

static void
print__groups__stand_under_their_headings(void **state)
{
	static const struct fil_option grouped[] = {
		{ "dates", WEEKS, "ORDER", "read dates" },
		{ "last", WEEKDAY, NULL, "keep the last" },
		{ "quiet", 'q', NULL, "say nothing" },
		{ "pivot", 'p', "NN", "read years" },
	};
	static const char *const groups[] = { "Reading", "Refusing", NULL, "Reading" };
	struct fil_options *options = fil_options_new();
	char *text = NULL;
	size_t n;
	FILE *stream = open_memstream(&text, &n);

	(void)state;
	for (size_t i = 0; i < sizeof grouped / sizeof *grouped; i++)
		fil_options_add(options, &grouped[i], groups[i]);
	fil_options_print(options, stream);
	fclose(stream);
	assert_string_equal(text,
	    "Reading:\n"
	    "      --dates ORDER  read dates\n"
	    "  -p, --pivot NN     read years\n"
	    "Refusing:\n"
	    "      --last         keep the last\n"
	    "Output and common:\n"
	    "  -q, --quiet        say nothing\n");
	free(text);
	fil_options_free(options);
}

static void
words__any_quotes__are_those_of_a_shell(void **state)
{
	/* Words end with a bar; NULL: a quote is not closed. */
	static const struct {
		const char *line, *words;
	} cases[] = { { "", "" }, { " \t\n ", "" }, { "autonomy", "autonomy|" },
		{ "autonomy --phase pilot ", "autonomy|--phase|pilot|" },
		{ "time -w 'unit=Ressources humaines'", "time|-w|unit=Ressources humaines|" },
		{ "a\"b c\"'d e'f g", "ab cd ef|g|" }, { "'' \"\"", "||" },
		{ "it\\'s a\\ b \\\\", "it's|a b|\\|" },
		{ "'a\\b' \"a\\b\\\"\\$\"", "a\\b|a\\b\"$|" }, { "\\", "\\|" },
		{ "a > b; $(c) `d` * # e", "a|>|b;|$(c)|`d`|*|#|e|" }, { "'a", NULL },
		{ "a \"b'", NULL }, { "\"a\\\"", NULL } };

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct fil_bytes joined = { 0 };
		size_t n;
		char **words = fil_options_words(cases[i].line, &n);

		fil_bytes_add_text(&joined, "");
		for (size_t word = 0; words && word < n; word++)
			fil_bytes_add_format(&joined, "%s|", words[word]);
		if (!cases[i].words)
			assert_null(words);
		else
			assert_string_equal(joined.data, cases[i].words);
		assert_true(!words || !words[n]);
		fil_bytes_release(&joined);
		free(words);
	}
}

static void
print_brief__options_of_groups_and_known_ones__are_named_in_lines(void **state)
{
	static const struct fil_option grouped[] = {
		{ "dates", WEEKS, "ORDER", "read dates" },
		{ "quiet", 'q', NULL, "say nothing", .known = true },
		{ "curve", WEEKDAY, NULL, "print the curve" },
		{ "a-name-of-forty-columns-with-its-argument", 'n', "ARG", "be long" },
		{ "another-name-of-a-length", 'm', NULL, "be long too" },
	};
	static const char *const groups[] = { NULL, NULL, "time", "time", "time" };
	struct fil_options *options = fil_options_new();
	char *text = NULL;
	size_t n;
	FILE *stream = open_memstream(&text, &n);

	(void)state;
	for (size_t i = 0; i < sizeof grouped / sizeof *grouped; i++)
		fil_options_add(options, &grouped[i], groups[i]);
	fil_options_print_brief(options, "fil-x", stream);
	fclose(stream);
	assert_string_equal(text,
	    "Options:\n"
	    "      --dates ORDER  read dates\n"
	    "More options (man fil-x):\n"
	    "  time  --curve -n|--a-name-of-forty-columns-with-its-argument ARG\n"
	    "        -m|--another-name-of-a-length\n"
	    "  any   -q|--quiet\n");
	free(text);
	fil_options_free(options);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words__any_quotes__are_those_of_a_shell),
		cmocka_unit_test(next__letters_and_names__give_letter_and_argument),
		cmocka_unit_test(next__operands_between__come_last),
		cmocka_unit_test(next__posixly_correct__changes_nothing),
		cmocka_unit_test(next__abbreviation__is_understood),
		cmocka_unit_test(next__wrong_option__is_named),
		cmocka_unit_test(next__wrong_letter_in_a_row__is_the_one_named),
		cmocka_unit_test(next__ten_megabytes__are_refused),
		cmocka_unit_test(print__options__are_aligned),
		cmocka_unit_test(print__groups__stand_under_their_headings),
		cmocka_unit_test(print_brief__options_of_groups_and_known_ones__are_named_in_lines),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
