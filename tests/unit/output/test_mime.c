/* SPDX-License-Identifier: ISC */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/memory.h"
#include "lib/output/mime.h"

/* Returns a field as it is written; the caller frees it. */
static char *
write_field(const char *text)
{
	char *field;
	size_t size;
	FILE *stream = open_memstream(&field, &size);

	fil_mime_field(stream, "Subject", text);
	fclose(stream);
	return field;
}

static void
field__text__is_plain_or_encoded_words(void **state)
{
	static const struct {
		const char *text, *wanted;
	} cases[] = {
		{ "a b", "Subject: a b\n" },
		{ "", "Subject: \n" },
		{ "20 %, (+24): x?=y", "Subject: 20 %, (+24): x?=y\n" },
		/* The example of RFC 2047, section 8, in UTF-8. */
		{ "Keld Jørn Simonsen", "Subject: =?UTF-8?Q?Keld_J=C3=B8rn_Simonsen?=\n" },
		/* What would be read as an encoded word is one. */
		{ "=?UTF-8?Q?a?=", "Subject: =?UTF-8?Q?=3D=3FUTF-8=3FQ=3Fa=3F=3D?=\n" },
		/* Nothing begins a new field. */
		{ "a\r\nBcc: x@y", "Subject: =?UTF-8?Q?a__Bcc=3A_x=40y?=\n" },
		{ "a\nBcc: x@y", "Subject: a Bcc: x@y\n" },
		{ "a\xC2\x85\x7F\xFF"
		  "b",
		    "Subject: =?UTF-8?Q?a____b?=\n" },
		{ " a", "Subject: =?UTF-8?Q?_a?=\n" },
		{ "a ", "Subject: =?UTF-8?Q?a_?=\n" },
		/* A folded text is the same with its line ends removed (RFC 5322, section 2.2.3). */
		{ "one two three four five six seven eight nine ten eleven twelve thirteen",
		    "Subject: one two three four five six seven eight nine ten eleven twelve\n"
		    " thirteen\n" },
		{ "ééééééééééééé",
		    "Subject: =?UTF-8?Q?=C3=A9=C3=A9=C3=A9=C3=A9=C3=A9=C3=A9=C3=A9=C3=A9=C3=A9?=\n"
		    " =?UTF-8?Q?=C3=A9=C3=A9=C3=A9=C3=A9?=\n" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char *field = write_field(cases[i].text);

		assert_string_equal(field, cases[i].wanted);
		free(field);
	}
}

/* Decodes =XX, and '_' in words. Returns the length. */
static size_t
decode_quoted(const char *text, size_t n, bool word, char *decoded)
{
	size_t length = 0;

	for (size_t i = 0; i < n; i++) {
		char digits[3] = "";

		if (text[i] == '=' && text[i + 1] == '\n') {
			i++;
		} else if (text[i] == '=') {
			memcpy(digits, text + i + 1, 2);
			decoded[length++] = (char)strtol(digits, NULL, 16);
			i += 2;
		} else {
			decoded[length++] = word && text[i] == '_' ? ' ' : text[i];
		}
	}
	decoded[length] = '\0';
	return length;
}

/* Every length of text: each word has at most 75 characters, each line 76, and each word has whole
 * characters. */
static void
field__long_text__words_of_whole_characters(void **state)
{
	static const char *const characters[] = { "a", "é", "€", "🌍", " ", "=" };

	(void)state;
	for (size_t n = 1; n < 120; n++) {
		struct fil_bytes text = { 0 };
		char decoded[1000] = "", *field;

		fil_bytes_add_text(&text, "é");
		for (size_t i = 0; i < n; i++)
			fil_bytes_add_text(&text, characters[(i * 7 + n) % 6]);
		field = write_field(text.data);
		for (char *line = strtok(field, "\n"); line; line = strtok(NULL, "\n")) {
			char *word = strstr(line, "=?UTF-8?Q?"), part[100];

			assert_non_null(word);
			assert_true(strlen(line) <= 76);
			assert_true(strlen(word) <= 75);
			assert_string_equal(word + strlen(word) - 2, "?=");
			decode_quoted(word + 10, strlen(word) - 12, true, part);
			assert_true(((unsigned char)*part & 0xC0) != 0x80);
			strcat(decoded, part);
		}
		assert_string_equal(decoded, text.data);
		free(field);
		fil_bytes_release(&text);
	}
}

static void
addresses__list__is_checked(void **state)
{
	static const struct {
		const char *list, *wanted; /* NULL: refused */
	} cases[] = {
		{ "a@b.example", "a@b.example" },
		{ " a.b+c@d-e.example ,f@localhost", "a.b+c@d-e.example,\n f@localhost" },
		{ "Ada <a@b.example>", "\"Ada\"\n <a@b.example>" },
		{ "\"Lovelace, Ada\" <a@b.example>, <c@d>",
		    "\"Lovelace, Ada\"\n <a@b.example>,\n <c@d>" },
		{ "É <a@b>", "=?UTF-8?Q?=C3=89?=\n <a@b>" },
		{ "x@y <a@b>", "\"x@y\"\n <a@b>" },
		{ "", NULL },
		{ "root", NULL },
		{ "a@", NULL },
		{ "@b", NULL },
		{ "a@b,", NULL },
		{ ",a@b", NULL },
		{ "a@b c@d", NULL },
		{ "a@b;c@d", NULL },
		{ "a..b@c", NULL },
		{ ".a@c", NULL },
		{ "a@b..c", NULL },
		{ "a@@b", NULL },
		{ "é@b", NULL },
		{ "a@é", NULL },
		{ "a@b\nBcc: c@d", NULL },
		{ "A\r\nBcc: c <a@b>", NULL },
		{ "A\tB <a@b>", NULL },
		{ "A\xE2\x80\xA8 <a@b>", NULL },
		{ "A\xFF <a@b>", NULL },
		{ "\"A\" \"B\" <a@b>", NULL },
		{ "A <c@d> <a@b>", NULL },
		{ "A <a@b> B", NULL },
		{ "A <a@b", NULL },
		{ "A <", NULL },
		{ "\"A <a@b>", NULL },
		{ "A\\ <a@b>", NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct fil_bytes value = { 0 };
		struct fil_fault fault = { .status = FIL_OK };
		int result = fil_mime_addresses(cases[i].list, &value, &fault);

		if (!cases[i].wanted && result == 0)
			fail_msg("'%s' was taken as %s", cases[i].list, value.data);
		if (cases[i].wanted) {
			assert_int_equal(result, 0);
			assert_string_equal(value.data, cases[i].wanted);
		} else {
			assert_int_equal(fault.status, FIL_USAGE);
		}
		fil_bytes_release(&value);
	}
}

/* Returns a part as it is written; the caller frees it. */
static char *
write_part(const struct fil_mime_part *part)
{
	char *text, *copy;
	size_t size;
	FILE *stream = open_memstream(&text, &size);

	fil_mime_part(stream, part);
	fclose(stream);
	copy = fil_copy(text);
	free(text);
	return copy;
}

/* Returns the body of a text part; the caller frees it. */
static char *
write_text(const char *text)
{
	char *part = write_part(&(struct fil_mime_part){
		 "text/plain; charset=utf-8", .data = text, .n = strlen(text) }),
	     *body = fil_copy(strstr(part, "\n\n") + 2);

	free(part);
	return body;
}

static void
quoted__text__as_rfc_2045_says(void **state)
{
	static const struct {
		const char *text, *wanted;
	} cases[] = {
		{ "", "" },
		{ "a\n", "a\n" },
		{ "a", "a=\n" },
		{ "a=b\n", "a=3Db\n" },
		{ "a \nb\t\n", "a=20\nb=09\n" },
		{ " a b\n\n", " a b\n\n" },
		{ "é\r\n", "=C3=A9=0D\n" },
		{ ".\n.a\na.\n", "=2E\n=2Ea\na.\n" },
		{ "From x\nFrom\nXFrom x\n", "=46rom x\nFrom\nXFrom x\n" },
		/* A line of 75 needs no soft break; the one after it does. */
		{ "012345678901234567890123456789012345678901234567890123456789012345678901234\n",
		    "012345678901234567890123456789012345678901234567890123456789012345678901234"
		    "\n" },
		{ "0123456789012345678901234567890123456789012345678901234567890123456789012345\n",
		    "012345678901234567890123456789012345678901234567890123456789012345678901234="
		    "\n5\n" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char *body = write_text(cases[i].text);

		assert_string_equal(body, cases[i].wanted);
		free(body);
	}
}

static void
quoted__any_bytes__come_back(void **state)
{
	(void)state;
	for (size_t n = 1; n < 400; n++) {
		char text[401], decoded[401], *body;

		for (size_t i = 0; i < n; i++)
			text[i] = (char)(1 + (i * 31 + n * n) % (i % 3 == 0 ? 255 : 60));
		text[n] = '\0';
		body = write_text(text);
		assert_int_equal(decode_quoted(body, strlen(body), false, decoded), n);
		assert_string_equal(decoded, text);
		for (char *line = strtok(body, "\n"); line; line = strtok(NULL, "\n")) {
			assert_true(strlen(line) <= 76);
			assert_false(isspace((unsigned char)line[strlen(line) - 1]));
		}
		free(body);
	}
}

/* The test vectors of RFC 4648, section 10, and a line end. */
static void
base64__bytes__as_rfc_4648_says(void **state)
{
	static const struct {
		const char *data, *wanted;
	} cases[] = { { "", "" }, { "f", "Zg==\n" }, { "fo", "Zm8=\n" }, { "foo", "Zm9v\n" },
		{ "foob", "Zm9vYg==\n" }, { "fooba", "Zm9vYmE=\n" }, { "foobar", "Zm9vYmFy\n" },
		{ "\xFF\xFE\xFD", "//79\n" },
		{ "012345678901234567890123456789012345678901234567890123456",
		    "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2"
		    "\n" },
		{ "0123456789012345678901234567890123456789012345678901234567",
		    "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2\n"
		    "Nw==\n" } };

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char *part = write_part(&(struct fil_mime_part){
		    "image/png", .data = cases[i].data, .n = strlen(cases[i].data) });

		assert_string_equal(strstr(part, "\n\n") + 2, cases[i].wanted);
		free(part);
	}
}

static void
part__nested__has_boundaries_of_its_depth(void **state)
{
	const struct fil_mime_part inner[] = { { "text/plain; charset=utf-8", .data = "a\n",
						   .n = 2 },
		{ "image/png", .id = "x@y", .data = "foo", .n = 3 } };
	const struct fil_mime_part outer[] = { { "multipart/related; type=\"text/plain\"",
						   .parts = inner, .n_parts = 2 },
		{ "text/csv; charset=utf-8", .file = "a.csv", .data = "foo", .n = 3 } };
	char *text =
	    write_part(&(struct fil_mime_part){ "multipart/mixed", .parts = outer, .n_parts = 2 });

	(void)state;
	assert_string_equal(text,
	    "Content-Type: multipart/mixed;\n boundary=\"=_filrouge_0\"\n"
	    "\n--=_filrouge_0\n"
	    "Content-Type: multipart/related; type=\"text/plain\";\n boundary=\"=_filrouge_1\"\n"
	    "\n--=_filrouge_1\n"
	    "Content-Type: text/plain; charset=utf-8\n"
	    "Content-Transfer-Encoding: quoted-printable\n\na\n"
	    "\n--=_filrouge_1\n"
	    "Content-Type: image/png\nContent-Transfer-Encoding: base64\nContent-ID: <x@y>\n"
	    "Content-Disposition: inline\n\nZm9v\n"
	    "\n--=_filrouge_1--\n"
	    "\n--=_filrouge_0\n"
	    "Content-Type: text/csv; charset=utf-8;\n name=\"a.csv\"\n"
	    "Content-Transfer-Encoding: base64\n"
	    "Content-Disposition: attachment;\n filename=\"a.csv\"\n\nZm9v\n"
	    "\n--=_filrouge_0--\n");
	free(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(field__text__is_plain_or_encoded_words),
		cmocka_unit_test(field__long_text__words_of_whole_characters),
		cmocka_unit_test(addresses__list__is_checked),
		cmocka_unit_test(quoted__text__as_rfc_2045_says),
		cmocka_unit_test(quoted__any_bytes__come_back),
		cmocka_unit_test(base64__bytes__as_rfc_4648_says),
		cmocka_unit_test(part__nested__has_boundaries_of_its_depth),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
