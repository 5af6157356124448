/* SPDX-License-Identifier: ISC */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <utf8proc.h>

#include "lib/base/text.h"
#include "lib/base/utf8.h"

#define COUNT(array) (sizeof array / sizeof((array)[0]))

/* Writes a code point behind n letters, with a letter behind it. Returns its place. */
static size_t
surround(char text[static 32], size_t n, uint32_t c)
{
	memset(text, 'x', n);
	size_t length =
	    (size_t)utf8proc_encode_char((utf8proc_int32_t)c, (utf8proc_uint8_t *)text + n);
	text[n + length] = 'x';
	text[n + length + 1] = '\0';
	return n;
}

static bool
is_surrogate(uint32_t c)
{
	return c >= 0xD800 && c <= 0xDFFF;
}

static void
control__every_code_point__is_found_where_it_stands(void **state)
{
	(void)state;
	char text[32];

	for (uint32_t c = 0; c <= 0x10FFFF; c++) {
		if (is_surrogate(c))
			continue;
		bool control = c < 0x20 || (c >= 0x7F && c <= 0x9F) || c == 0x2028 || c == 0x2029;
		bool breaks = control && c != '\n' && c != '\r' && c != '\t';
		size_t place = surround(text, c % 17, c), n = c == 0 ? place + 2 : strlen(text);
		if (fil_text_control(text, n, false) != (control ? place : n))
			fail_msg("U+%04X at %zu", c, place);
		if (fil_text_control(text, n, true) != (breaks ? place : n))
			fail_msg("U+%04X at %zu, with line breaks", c, place);
	}
	assert_int_equal(fil_text_control("", 0, false), 0);
}

static void
nfc__every_code_point__is_changed_only_where_it_says_so(void **state)
{
	(void)state;
	static const char *const before[] = { "", "a", "é", "\u1100", "\u0338" };
	char text[48], *composed;

	for (uint32_t c = 1; c <= 0x10FFFF; c++) {
		if (is_surrogate(c))
			continue;
		const char *first = before[c % COUNT(before)];
		strncpy(text, first, sizeof text - 1);
		size_t n = strlen(first) +
		    (size_t)utf8proc_encode_char(
			(utf8proc_int32_t)c, (utf8proc_uint8_t *)text + strlen(first));
		text[n] = '\0';
		if (fil_text_needs_nfc(text, n))
			continue;
		composed = fil_text_nfc(text, n);
		if (strcmp(composed, text) != 0)
			fail_msg("U+%04X behind '%s' is not composed", c, first);
		free(composed);
	}
}

static void
needs_nfc__what_french_is_written_with__is_false(void **state)
{
	(void)state;
	static const char *const inert[] = { "", "a", "Élise Lefèvre", "Œuvre d’art – « été »",
		"l\u2019\u00E9t\u00E9 \u2026 12\u202F%", "\u02FF", "20 €" };

	for (size_t i = 0; i < COUNT(inert); i++)
		assert_false(fil_text_needs_nfc(inert[i], strlen(inert[i])));
	assert_true(fil_text_needs_nfc("e\u0301", 3));
	assert_true(fil_text_needs_nfc("longer than a word e\u0301", 22));
	assert_true(fil_text_needs_nfc("\u2000", 3));
}

static void
nfc__decomposed_text__is_composed(void **state)
{
	(void)state;
	static const char *const cases[][2] = { { "Lefe\u0300vre", "Lefèvre" }, { "e\u0301", "é" },
		{ "\u212B", "\u00C5" }, { "", "" }, { "\u1100\u1161\u11A8", "\uAC01" },
		{ "a\u0323\u0307", "\u1EA1\u0307" }, { "a\u0307\u0323", "\u1EA1\u0307" },
		{ "\u0958", "\u0915\u093C" }, { "ﬁ", "ﬁ" } };

	for (size_t i = 0; i < COUNT(cases); i++) {
		char *composed = fil_text_nfc(cases[i][0], strlen(cases[i][0]));
		assert_string_equal(composed, cases[i][1]);
		free(composed);
	}
}

/* Returns the code point after c. Those from U+40000 are alike, but for the tags from U+E0000 and
 * the ends of planes: without FILROUGE_TORTURE, some stand for all. */
static uint32_t
next_code_point(uint32_t c)
{
	bool alike = c >= 0x40000 && (c < 0xE0000 || c >= 0xE1000) && (c & 0xFFFF) < 0xFFC0;

	return c + (alike && !getenv("FILROUGE_TORTURE") ? 64 : 1);
}

static void
spell__every_code_point__is_spelt_for_good(void **state)
{
	(void)state;
	struct fil_bytes once = { 0 }, twice = { 0 };
	char text[32];

	for (uint32_t c = 1; c <= 0x10FFFF; c = next_code_point(c)) {
		size_t n = surround(text, c % 17, c);

		if (is_surrogate(c))
			continue;
		n = strlen(text);
		for (int how = FIL_SPELL_TEXT; how <= FIL_SPELL_PATH; how++) {
			bool dropped = fil_text_spell(text, n, (enum fil_spelling)how, &once);
			assert_false(
			    fil_text_spell(once.data, once.length, (enum fil_spelling)how, &twice));
			if (strcmp(once.data, twice.data) != 0)
				fail_msg("U+%04X is spelt '%s', and then '%s'", c, once.data,
				    twice.data);
			assert_true(!dropped || once.length < n);
		}
	}
	fil_bytes_release(&once);
	fil_bytes_release(&twice);
}

static void
spell__what_programs_leave_behind__goes(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		enum fil_spelling spelling;
		const char *spelt;
		bool dropped;
	} cases[] = {
		{ "", FIL_SPELL_TEXT, "", false },
		{ "  \t\u00A0", FIL_SPELL_TEXT, "", false },
		{ "Alix BRUN           ", FIL_SPELL_TEXT, "Alix BRUN", false },
		{ "A \u202F\t B", FIL_SPELL_TEXT, "A B", false },
		{ "A\u200B B", FIL_SPELL_TEXT, "A B", true },
		{ "A \u00AD B", FIL_SPELL_TEXT, "A B", true },
		{ "e\u200B\u0301", FIL_SPELL_TEXT, "é", true },
		{ "\uFEFFA\u2060\u200E\u061C\u2066B\u202C", FIL_SPELL_TEXT, "AB", true },
		{ "می\u200Cخواهم", FIL_SPELL_TEXT, "می\u200Cخواهم", false },
		{ "a\u200Cb\u200D", FIL_SPELL_KEY, "ab", true },
		{ "A / B /C/ D", FIL_SPELL_PATH, "A/B/C/D", false },
		{ "A / B", FIL_SPELL_TEXT, "A / B", false },
		{ "A\u200B / \u200B/ B", FIL_SPELL_PATH, "A//B", true },
		{ "a\nb", FIL_SPELL_TEXT, "a\nb", false },
	};
	struct fil_bytes spelt = { 0 };

	for (size_t i = 0; i < COUNT(cases); i++) {
		assert_int_equal(
		    fil_text_spell(cases[i].text, strlen(cases[i].text), cases[i].spelling, &spelt),
		    cases[i].dropped);
		assert_string_equal(spelt.data, cases[i].spelt);
	}
	fil_bytes_release(&spelt);
}

static void
fold_words__camel_case__is_words(void **state)
{
	(void)state;
	static const char *const cases[][2] = { { "jobTitle", "job title" },
		{ "EmployeeID", "employee id" }, { "IDAgent", "id agent" },
		{ "whenCreated", "when created" }, { "Nom", NULL }, { "MATRICULE", NULL },
		{ "job_title", NULL }, { "Date d'Entrée", NULL }, { "", NULL }, { "A", NULL } };

	for (size_t i = 0; i < COUNT(cases); i++) {
		char *folded = fil_text_fold_words(cases[i][0]);

		if (cases[i][1])
			assert_string_equal(folded, cases[i][1]);
		else
			assert_null(folded);
		free(folded);
	}
}

static void
fold__what_people_write__is_compared_alike(void **state)
{
	(void)state;
	static const char *const cases[][2] = { { "", "" }, { "   ", "" }, { "name", "name" },
		{ "  N\u00B0 Matricule ", "n\u00B0 matricule" }, { "LEFÈVRE", "lefevre" },
		{ "Lefe\u0300vre", "lefevre" }, { "Prénom", "prenom" },
		{ "ŒUVRE d\u2019Æsope", "oeuvre d'aesope" }, { "cœur", "coeur" },
		{ "Straße", "strasse" }, { "date_d'arrivée", "date d'arrivee" },
		{ "Date - d\u2019arrivée", "date d'arrivee" },
		{ "a\u00A0b\u202Fc\u2009d\te\r\nf", "a b c d e f" }, { "__a__b--", "a b" },
		{ "\uFEFFNom", "nom" }, { "e\u200Bmail", "email" }, { "e\u2011mail", "e mail" },
		{ "İstanbul", "istanbul" }, { "ΣΊΣΥΦΟΣ", "σισυφοσ" },
		{ "\U0001F9F5 fil", "\U0001F9F5 fil" }, { "Pr\xE9nom", "prenom" },
		{ "D\xE9part \xE0 L'\xC9"
		  "cole",
		    "depart a l'ecole" },
		{ "a\xA0"
		  "b",
		    "a b" },
		{ "\xE6", "ae" }, { "Ça", "ca" }, { "ÿ", "y" },
		{ "ŁÓDŹ Đà Iı Søren Ðóra Þór Ħal Ŧŧ", "lodz da ii soren dora thor hal tt" } };

	for (size_t i = 0; i < COUNT(cases); i++) {
		char *folded = fil_text_fold(cases[i][0]);
		assert_string_equal(folded, cases[i][1]);
		free(folded);
	}
}

static void
fold__latin_letters__are_folded_as_when_taken_apart(void **state)
{
	(void)state;
	char text[32];

	for (uint32_t c = 0xC0; c <= 0xFF; c++) {
		surround(text, 1, c);
		char *apart = (char *)utf8proc_NFD((const utf8proc_uint8_t *)text);
		char *folded = fil_text_fold(text), *wanted = fil_text_fold(apart);
		assert_string_equal(folded, wanted);
		free(wanted);
		free(folded);
		free(apart);
	}
}

static void
fold__every_code_point__is_folded_for_good(void **state)
{
	(void)state;
	char text[32];

	for (uint32_t c = 1; c <= 0x10FFFF; c = next_code_point(c)) {
		if (is_surrogate(c))
			continue;
		surround(text, 1, c);
		char *once = fil_text_fold(text), *twice = fil_text_fold(once);
		if (strcmp(once, twice) != 0)
			fail_msg("U+%04X is folded to %s, and then to %s", c, once, twice);
		free(twice);
		free(once);
	}
}

static void
escape__what_may_not_be_shown__is_written_out(void **state)
{
	(void)state;
	static const char *const cases[][2] = { { "", "" },
		{ "Élise — « été » \U0001F9F5", "Élise — « été » \U0001F9F5" },
		{ "\x1b[31mred", "\\x1b[31mred" }, { "a\nb\tc\r", "a\\x0ab\\x09c\\x0d" },
		{ "\x7F", "\\x7f" }, { "\xC2\x85\xC2\x9B", "\\u{85}\\u{9b}" },
		{ "\u2028", "\\u{2028}" }, { "\u202E", "\\u{202e}" },
		{ "\u2066\u2069", "\\u{2066}\\u{2069}" },
		{ "\u200B\u200D\uFEFF", "\\u{200b}\\u{200d}\\u{feff}" },
		{ "\u200E\u061C\u00AD", "\\u{200e}\\u{61c}\\u{ad}" },
		{ "\U000E0041", "\\u{e0041}" }, { "\xFF\xC3", "\\xff\\xc3" }, { "\xC3(", "\\xc3(" },
		{ "\xED\xA0\x80", "\\xed\\xa0\\x80" }, { "C:\\x41", "C:\\x41" } };

	for (size_t i = 0; i < COUNT(cases); i++) {
		char *shown = fil_text_escape(cases[i][0]);
		assert_string_equal(shown, cases[i][1]);
		free(shown);
	}
}

static void
escape__every_byte__leaves_nothing_that_moves_a_cursor(void **state)
{
	(void)state;
	char text[65536], *shown;
	unsigned seed = 1;

	for (size_t i = 0; i < sizeof text - 1; i++) {
		seed = seed * 1103515245 + 12345;
		text[i] = (char)(1 + (seed >> 16) % 255);
	}
	text[sizeof text - 1] = '\0';
	shown = fil_text_escape(text);
	assert_int_equal(fil_utf8_check(shown, strlen(shown)), strlen(shown));
	assert_int_equal(fil_text_control(shown, strlen(shown), false), strlen(shown));
	free(shown);
}

static void
glob__each_element__matches_characters(void **state)
{
	(void)state;
	static const struct {
		const char *pattern, *text;
		bool matches;
	} cases[] = { { "", "", true }, { "", "a", false }, { "*", "", true },
		{ "***", "abc", true }, { "Mécénat*", "Mécénat/Legs/Équipe", true },
		{ "*/Équipe", "Mécénat/Legs/Équipe", true }, { "?", "é", true },
		{ "?", "\U0001F9F5", true }, { "??", "é", false }, { "?", "", false },
		{ "[é]", "é", true }, { "[a-é]", "z", true }, { "[à-ü]", "é", true },
		{ "[!é]", "e", true }, { "[!é]", "é", false }, { "[^a]", "b", true },
		{ "[]]", "]", true }, { "[!]]", "]", false }, { "[a-]", "-", true },
		{ "[-a]", "-", true }, { "[", "[", true }, { "[a", "[a", true },
		{ "a[", "a[", true }, { "[]", "[]", true }, { "[!", "[!", true },
		{ "[!]", "[!]", true }, { "\\*", "*", true }, { "\\*", "a", false },
		{ "\\é", "é", true }, { "\\", "\\", true }, { "[\\]]", "]", true },
		{ "[a\\-z]", "-", true }, { "[a\\-z]", "m", false }, { "A", "a", false },
		{ "*a*b*c", "xaxbxc", true }, { "*a*b*c", "xaxbxcx", false }, { "?", "\xFF", true },
		{ "\xFF", "\xFF", true }, { "\xFF", "\xFE", false }, { "*.csv", "a.csv.csv", true },
		{ "[z-a]", "m", false }, { "[[]", "[", true } };

	for (size_t i = 0; i < COUNT(cases); i++)
		if (fil_text_glob(cases[i].pattern, cases[i].text) != cases[i].matches)
			fail_msg("'%s' and '%s'", cases[i].pattern, cases[i].text);
}

static void
glob__random_patterns__match_as_fnmatch_does(void **state)
{
	(void)state;
	static const char of_patterns[] = "aabbc**?[]!-\\", of_texts[] = "aaabbc-]!";
	char pattern[12], text[12];
	unsigned seed = 42;

	for (int round = 0; round < 400000; round++) {
		size_t m = (size_t)round % 9, n = (size_t)round / 9 % 8;
		for (size_t i = 0; i < m + n; i++) {
			seed = seed * 1103515245 + 12345;
			if (i < m)
				pattern[i] = of_patterns[(seed >> 16) % (sizeof of_patterns - 1)];
			else
				text[i - m] = of_texts[(seed >> 16) % (sizeof of_texts - 1)];
		}
		pattern[m] = text[n] = '\0';
		if (fil_text_glob(pattern, text) != (fnmatch(pattern, text, 0) == 0))
			fail_msg("'%s' and '%s'", pattern, text);
	}
}

static void
glob__many_stars_that_nearly_match__end_soon(void **state)
{
	(void)state;
	char pattern[101], text[20001];
	struct timespec begin, end;

	for (size_t i = 0; i < 100; i++)
		pattern[i] = i % 2 == 0 ? '*' : 'a';
	pattern[99] = 'b';
	pattern[100] = '\0';
	memset(text, 'a', 20000);
	text[20000] = '\0';
	clock_gettime(CLOCK_MONOTONIC, &begin);
	assert_false(fil_text_glob(pattern, text));
	clock_gettime(CLOCK_MONOTONIC, &end);
	assert_true(end.tv_sec - begin.tv_sec < 5);
}

static void
nearest__a_slip__finds_the_word(void **state)
{
	(void)state;
	static const char *const words[] = { "user", "name", "email", "unit", "arrived", "Prénom",
		"trainer" };
	static const char *const cases[][2] = { { "unit", "unit" }, { "uint", "unit" },
		{ "UNIT", "unit" }, { "units", "unit" }, { "uni", "unit" }, { "e-mail", "email" },
		{ "arived", "arrived" }, { "arrivde", "arrived" }, { "prenom", "Prénom" },
		{ "PRENON", "Prénom" }, { "trainee", "trainer" }, { "usre", "user" },
		{ "zzz", NULL }, { "", NULL }, { "x", NULL }, { "us", NULL }, { "usxx", NULL },
		{ "salary", NULL } };

	for (size_t i = 0; i < COUNT(cases); i++) {
		const char *found = fil_text_nearest(cases[i][0], words, COUNT(words));
		if (!cases[i][1])
			assert_null(found);
		else
			assert_string_equal(!found ? "nothing" : found, cases[i][1]);
	}
	assert_null(fil_text_nearest("unit", NULL, 0));
}

static void
nearest__a_number_without_its_zeros__finds_it(void **state)
{
	(void)state;
	static const char *const words[] = { "00042", "421", "x9", "000", "00009", "0042" };

	assert_string_equal(fil_text_nearest("9", words, COUNT(words)), "00009");
	assert_string_equal(fil_text_nearest("42", words, COUNT(words)), "00042");
	assert_string_equal(fil_text_nearest("00421", words, COUNT(words)), "421");
	assert_null(fil_text_nearest("0", words, COUNT(words)));
}

static void
nearest__several_as_near__is_the_first(void **state)
{
	(void)state;
	static const char *const words[] = { "begin", "below", "bells", "belly" };

	assert_string_equal(fil_text_nearest("bellz", words, COUNT(words)), "bells");
}

static void
nearest__a_mebibyte_of_a_word__ends_soon(void **state)
{
	(void)state;
	static const char *const words[] = { "user", "name" };
	char *word = malloc((1 << 20) + 1);

	memset(word, 'u', 1 << 20);
	word[1 << 20] = '\0';
	assert_null(fil_text_nearest(word, words, COUNT(words)));
	free(word);
}

static void
quote__any_word__is_read_back_by_a_shell(void **state)
{
	static const struct {
		const char *word, *quoted;
	} cases[] = { { "user=00421", "user=00421" }, { "", "''" }, { "a b", "'a b'" },
		{ "it's", "'it'\\''s'" }, { "$HOME*", "'$HOME*'" }, { "Zoé", "'Zoé'" },
		{ "two\nlines", "$'two\\x0alines'" }, { "'\\\t", "$'\\'\\\\\\x09'" },
		{ "\xFF", "$'\\xff'" } };
	struct fil_bytes line = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		fil_bytes_clear(&line);
		fil_text_quote(cases[i].word, &line);
		assert_string_equal(line.data, cases[i].quoted);
	}
	fil_bytes_release(&line);
}

static void
program__any_command_line__is_its_name_without_folder(void **state)
{
	static const struct {
		const char *word, *name;
	} cases[] = { { "fil-undo", "fil-undo" }, { "/usr/bin/fil-undo", "fil-undo" },
		{ "/my tools/fil-undo", "fil-undo" }, { "my fil-undo", "my fil-undo" },
		{ "Zoé/fil-undo", "fil-undo" }, { "it's a/fil-undo", "fil-undo" },
		{ "a\tb'\\ /fil-undo", "fil-undo" }, { "\\' /fil-undo", "fil-undo" },
		{ "fil-undo/", "" }, { "", "" } };
	struct fil_bytes line = { 0 };

	(void)state;
	for (size_t i = 0; i < 2 * sizeof cases / sizeof *cases; i++) {
		size_t n, expected = strlen(cases[i / 2].name);
		const char *program;

		fil_bytes_clear(&line);
		fil_text_quote(cases[i / 2].word, &line);
		if (i % 2)
			fil_bytes_add_text(&line, " 'users x' it\\'s/ fil-init");
		program = fil_text_program(line.data, &n);
		assert_int_equal(n, expected);
		assert_memory_equal(program, cases[i / 2].name, expected);
		assert_true(fil_text_is_program(line.data, cases[i / 2].name));
		assert_false(fil_text_is_program(line.data, "fil-init"));
	}
	fil_bytes_release(&line);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(control__every_code_point__is_found_where_it_stands),
		cmocka_unit_test(nfc__every_code_point__is_changed_only_where_it_says_so),
		cmocka_unit_test(needs_nfc__what_french_is_written_with__is_false),
		cmocka_unit_test(nfc__decomposed_text__is_composed),
		cmocka_unit_test(spell__every_code_point__is_spelt_for_good),
		cmocka_unit_test(spell__what_programs_leave_behind__goes),
		cmocka_unit_test(fold_words__camel_case__is_words),
		cmocka_unit_test(fold__what_people_write__is_compared_alike),
		cmocka_unit_test(fold__latin_letters__are_folded_as_when_taken_apart),
		cmocka_unit_test(fold__every_code_point__is_folded_for_good),
		cmocka_unit_test(escape__what_may_not_be_shown__is_written_out),
		cmocka_unit_test(escape__every_byte__leaves_nothing_that_moves_a_cursor),
		cmocka_unit_test(glob__each_element__matches_characters),
		cmocka_unit_test(glob__random_patterns__match_as_fnmatch_does),
		cmocka_unit_test(glob__many_stars_that_nearly_match__end_soon),
		cmocka_unit_test(nearest__a_slip__finds_the_word),
		cmocka_unit_test(nearest__a_number_without_its_zeros__finds_it),
		cmocka_unit_test(nearest__several_as_near__is_the_first),
		cmocka_unit_test(nearest__a_mebibyte_of_a_word__ends_soon),
		cmocka_unit_test(quote__any_word__is_read_back_by_a_shell),
		cmocka_unit_test(program__any_command_line__is_its_name_without_folder),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
