/* SPDX-License-Identifier: ISC */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/utf8.h"

/* The grammar of RFC 3629, section 4, as it stands there. */
static const struct {
	size_t length;
	unsigned char low[4], high[4];
} forms[] = {
	{ 1, { 0x00 }, { 0x7F } },
	{ 2, { 0xC2, 0x80 }, { 0xDF, 0xBF } },
	{ 3, { 0xE0, 0xA0, 0x80 }, { 0xE0, 0xBF, 0xBF } },
	{ 3, { 0xE1, 0x80, 0x80 }, { 0xEC, 0xBF, 0xBF } },
	{ 3, { 0xED, 0x80, 0x80 }, { 0xED, 0x9F, 0xBF } },
	{ 3, { 0xEE, 0x80, 0x80 }, { 0xEF, 0xBF, 0xBF } },
	{ 4, { 0xF0, 0x90, 0x80, 0x80 }, { 0xF0, 0xBF, 0xBF, 0xBF } },
	{ 4, { 0xF1, 0x80, 0x80, 0x80 }, { 0xF3, 0xBF, 0xBF, 0xBF } },
	{ 4, { 0xF4, 0x80, 0x80, 0x80 }, { 0xF4, 0x8F, 0xBF, 0xBF } },
};

/* Returns the length of the character at the text, or 0. */
static size_t
by_the_grammar(const unsigned char *text, size_t n)
{
	for (size_t f = 0; f < sizeof forms / sizeof *forms; f++) {
		size_t i = 0;
		while (i < forms[f].length && i < n && text[i] >= forms[f].low[i] &&
		    text[i] <= forms[f].high[i])
			i++;
		if (i == forms[f].length)
			return i;
	}
	return 0;
}

static size_t
check_by_the_grammar(const char *text, size_t n)
{
	size_t i = 0, length;

	while (i < n && (length = by_the_grammar((const unsigned char *)text + i, n - i)) > 0)
		i += length;
	return i;
}

static void
check__every_one_to_three_bytes__as_the_grammar_says(void **state)
{
	(void)state;
	char text[3];

	for (unsigned i = 0; i < 1u << 24; i++) {
		/* Of pure ASCII and of what the first byte decides, one in 256 will do. */
		if (((i >> 16) < 0x80 || (i >> 16) > 0xF4) && (i & 0xFF) != 0x80)
			continue;
		text[0] = (char)(i >> 16);
		text[1] = (char)(i >> 8);
		text[2] = (char)i;
		for (size_t n = 1; n <= 3; n++)
			if (fil_utf8_check(text, n) != check_by_the_grammar(text, n))
				fail_msg("%06x, %zu bytes of it", i, n);
	}
}

static void
check__four_bytes_at_every_bound__as_the_grammar_says(void **state)
{
	(void)state;
	static const unsigned char bounds[] = { 0x00, 0x7F, 0x80, 0x8F, 0x90, 0xBF, 0xC0, 0xFF };
	char text[4];

	for (unsigned i = 0; i < 256 * 512; i++) {
		text[0] = (char)(i >> 9);
		text[1] = (char)bounds[i >> 6 & 7];
		text[2] = (char)bounds[i >> 3 & 7];
		text[3] = (char)bounds[i & 7];
		if (fil_utf8_check(text, 4) != check_by_the_grammar(text, 4))
			fail_msg("%02x %02x %02x %02x", text[0], text[1], text[2], text[3]);
	}
}

static void
check__a_bad_byte_anywhere__is_found_there(void **state)
{
	(void)state;
	static const char *const around[] = { "a", "é", "€", "\U0001F9F5" };
	char text[256];

	for (size_t k = 0; k < 4; k++) {
		size_t length = strlen(around[k]), n = 200 / length * length;
		for (size_t i = 0; i < n; i++)
			text[i] = around[k][i % length];
		assert_int_equal(fil_utf8_check(text, n), n);
		for (size_t i = 0; i < n; i++) {
			char kept = text[i];
			text[i] = (char)0xFF;
			assert_int_equal(fil_utf8_check(text, n), i / length * length);
			text[i] = kept;
			assert_int_equal(fil_utf8_check(text, i), i / length * length);
		}
	}
}

static void
check__known_attacks__are_refused(void **state)
{
	(void)state;
	static const char *const attacks[] = { "\xC0\x80", "\xC0\xAF", "\xC1\xBF", "\xE0\x80\xAF",
		"\xF0\x80\x80\xAF", "\xED\xA0\x80", "\xED\xBF\xBF", "\xED\xA0\x81\xED\xB0\x80",
		"\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xF8\x88\x80\x80\x80",
		"\xFC\x84\x80\x80\x80\x80", "\xFE", "\xFF", "\x80", "\xBF" };

	for (size_t i = 0; i < sizeof attacks / sizeof *attacks; i++)
		assert_int_equal(fil_utf8_check(attacks[i], strlen(attacks[i])), 0);
}

static void
check__nul_and_nothing__are_valid(void **state)
{
	(void)state;
	assert_int_equal(fil_utf8_check("a\0b", 3), 3);
	assert_int_equal(fil_utf8_check("", 0), 0);
	assert_int_equal(fil_utf8_check(NULL, 0), 0);
}

static void
decode__each_length__gives_the_code_point(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		uint32_t c;
		size_t length;
	} cases[] = { { "A", 'A', 1 }, { "é", 0xE9, 2 }, { "\u07FF", 0x7FF, 2 },
		{ "\u0800", 0x800, 3 }, { "€", 0x20AC, 3 }, { "\uFFFD", 0xFFFD, 3 },
		{ "\U00010000", 0x10000, 4 }, { "\U0010FFFF", 0x10FFFF, 4 },
		{ "\xE9t\xE9", FIL_UTF8_INVALID + 0xE9, 1 },
		{ "\xE2\x82", FIL_UTF8_INVALID + 0xE2, 1 },
		{ "\x80", FIL_UTF8_INVALID + 0x80, 1 } };
	size_t length;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		uint32_t c = fil_utf8_decode(cases[i].text, strlen(cases[i].text), &length);
		assert_int_equal(c, cases[i].c);
		assert_int_equal(length, cases[i].length);
	}
}

static void
trim__white_space_at_the_ends__is_left_out(void **state)
{
	(void)state;
	static const struct {
		const char *text, *inner;
	} cases[] = { { "", "" }, { "a", "a" }, { " \ta b\t ", "a b" }, { " ", "" },
		{ "\u00a0", "" }, { "\u00a0a\u00a0", "a" },
		{ "\u1680\u2000\u200a\u202fé\u205f\u3000", "é" }, { "\u3000 \u00a0\t", "" },
		{ "\u200b", "\u200b" }, { "\u2010-", "\u2010-" }, { "à", "à" },
		{ "ê\u0300", "ê\u0300" }, { "\xA0", "\xA0" }, { "a\nb\n", "a\nb\n" } };

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		size_t n = strlen(cases[i].text), from = fil_utf8_trim(cases[i].text, &n);

		assert_int_equal(n, strlen(cases[i].inner));
		assert_memory_equal(cases[i].text + from, cases[i].inner, n);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(check__every_one_to_three_bytes__as_the_grammar_says),
		cmocka_unit_test(check__four_bytes_at_every_bound__as_the_grammar_says),
		cmocka_unit_test(check__a_bad_byte_anywhere__is_found_there),
		cmocka_unit_test(check__known_attacks__are_refused),
		cmocka_unit_test(check__nul_and_nothing__are_valid),
		cmocka_unit_test(decode__each_length__gives_the_code_point),
		cmocka_unit_test(trim__white_space_at_the_ends__is_left_out),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
