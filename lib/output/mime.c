/* SPDX-License-Identifier: ISC */
#include "lib/output/mime.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/memory.h"
#include "lib/base/utf8.h"

/* The longest line without its end, and the longest encoded word (RFC 2047, section 2). */
enum { LINE = 76, WORD = 75 };

/* The longest parts of an address (RFC 5321, section 4.5.3.1). */
enum { LONGEST_LOCAL = 64, LONGEST_DOMAIN = 255 };

static const char word_begin[] = "=?UTF-8?Q?", word_end[] = "?=";

static bool
is_alnum(char c)
{
	return isascii(c) && isalnum((unsigned char)c);
}

/* Returns whether a character stands for itself in an encoded word, also in the name of a person. */
static bool
is_literal(char c)
{
	return is_alnum(c) || (c != '\0' && strchr("!*+-/", c));
}

/* Returns a copy with a space for each control character and invalid byte; the caller frees it. */
static char *
clean(const char *text)
{
	size_t n = strlen(text), length;
	char *copy = fil_copy_bytes(text, n);

	for (size_t i = 0; i < n; i += length) {
		uint32_t c = fil_utf8_decode(copy + i, n - i, &length);

		if (c < ' ' || (c >= 0x7F && c < 0xA0) || c >= FIL_UTF8_INVALID)
			memset(copy + i, ' ', length);
	}
	return copy;
}

/* Returns whether a clean text may stand in a field as it is, and be folded at its spaces. */
static bool
is_plain(const char *text)
{
	size_t word = 0;

	for (const char *p = text; *p != '\0'; p++) {
		word = *p == ' ' ? 0 : word + 1;
		if (!isascii(*p) || word > LINE / 2)
			return false;
		if (*p == ' ' && (p == text || p[1] == ' ' || p[1] == '\0'))
			return false;
	}
	return !strstr(text, "=?");
}

/* Adds a character of an encoded word. */
static void
add_encoded(struct fil_bytes *value, const char *character, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (character[i] == ' ')
			fil_bytes_add_text(value, "_");
		else if (is_literal(character[i]))
			fil_bytes_add(value, character + i, 1);
		else
			fil_bytes_add_format(value, "=%02X", (unsigned char)character[i]);
}

/* Returns the length of a character in an encoded word. */
static size_t
encoded_length(const char *character, size_t n)
{
	return n == 1 && (*character == ' ' || is_literal(*character)) ? 1 : 3 * n;
}

/* Adds a text as encoded words of whole characters, one a line. column: that of the first word. */
static void
add_words(struct fil_bytes *value, const char *text, size_t column)
{
	size_t n = strlen(text), length, line = column + sizeof word_begin - 1;

	fil_bytes_add_text(value, word_begin);
	for (size_t i = 0; i < n; i += length) {
		size_t more;

		fil_utf8_decode(text + i, n - i, &length);
		more = encoded_length(text + i, length);
		if (line + more + sizeof word_end - 1 > WORD) {
			fil_bytes_add_format(value, "%s\n %s", word_end, word_begin);
			line = 1 + sizeof word_begin - 1;
		}
		add_encoded(value, text + i, length);
		line += more;
	}
	fil_bytes_add_text(value, word_end);
}

/* Adds a plain text, folded at its spaces. */
static void
add_folded(struct fil_bytes *value, const char *text, size_t column)
{
	for (size_t n; *text != '\0'; text += n) {
		n = 1 + strcspn(text + 1, " ");
		if (column + n > LINE) {
			fil_bytes_add_text(value, "\n");
			column = 0;
		}
		fil_bytes_add(value, text, n);
		column += n;
	}
}

void
fil_mime_field(FILE *stream, const char *name, const char *text)
{
	struct fil_bytes value = { 0 };
	char *cleaned = clean(text);
	size_t column = strlen(name) + 2;

	fil_bytes_add(&value, "", 0);
	if (is_plain(cleaned))
		add_folded(&value, cleaned, column);
	else
		add_words(&value, cleaned, column);
	fprintf(stream, "%s: %s\n", name, value.data);
	fil_bytes_release(&value);
	free(cleaned);
}

/* Returns whether n bytes are words of the characters, with dots between them. */
static bool
is_dotted(const char *text, size_t n, const char *marks)
{
	if (n == 0 || text[0] == '.' || text[n - 1] == '.')
		return false;
	for (size_t i = 0; i < n; i++)
		if (text[i] == '.'
			? text[i + 1] == '.'
			: !is_alnum(text[i]) && (text[i] == '\0' || !strchr(marks, text[i])))
			return false;
	return true;
}

/* Returns whether n bytes are "name@example.org" (RFC 5322, addr-spec, without quotes). */
static bool
is_address(const char *text, size_t n)
{
	const char *at = memchr(text, '@', n);
	size_t local = at ? (size_t)(at - text) : 0;

	return at && local <= LONGEST_LOCAL && n - local - 1 <= LONGEST_DOMAIN &&
	    is_dotted(text, local, "!#$%&'*+-/=?^_`{|}~") && is_dotted(at + 1, n - local - 1, "-");
}

/* Returns whether n bytes may be the name of a person: without what ends a name or an address. */
static bool
is_name(const char *text, size_t n)
{
	size_t length;

	for (size_t i = 0; i < n; i += length) {
		uint32_t c = fil_utf8_decode(text + i, n - i, &length);

		if (c < ' ' || (c >= 0x7F && c < 0xA0) || c >= FIL_UTF8_INVALID || c == 0x2028 ||
		    c == 0x2029 || (c < 0x7F && strchr("<>\"\\", (int)c)))
			return false;
	}
	return true;
}

/* Adds a name that is_name has allowed. A long name, or one that is not ASCII, is encoded. */
static void
add_name(struct fil_bytes *value, const char *text, size_t n)
{
	/* The first encoded word may follow the longest name of a field. */
	static const size_t column = sizeof "Reply-To: " - 1;
	char *name = fil_copy_bytes(text, n);

	if (is_plain(name) && n < LINE / 2)
		fil_bytes_add_format(value, "\"%s\"", name);
	else
		add_words(value, name, column);
	fil_bytes_add_text(value, "\n ");
	free(name);
}

/* Adds one address, with its name if it has one. Returns whether it is an address. */
static bool
add_address(struct fil_bytes *value, const char *text, size_t n)
{
	const char *address = text + fil_utf8_trim(text, &n), *open = memchr(address, '<', n);
	size_t name = open ? (size_t)(open - address) : 0, length = n - name;
	const char *words;

	if (!open && !is_address(address, n))
		return false;
	if (open && (address[n - 1] != '>' || !is_address(open + 1, length - 2)))
		return false;
	words = address + fil_utf8_trim(address, &name);
	if (name > 1 && words[0] == '"' && words[name - 1] == '"') {
		words++;
		name -= 2;
	}
	if (!is_name(words, name))
		return false;
	if (value->length > 0)
		fil_bytes_add_text(value, ",\n ");
	if (name > 0)
		add_name(value, words, name);
	fil_bytes_add(value, open ? open : address, open ? length : n);
	return true;
}

/* Returns the length of the first address of a list. A comma in quotes ends none. */
static size_t
address_length(const char *list)
{
	bool quoted = false;
	size_t n = 0;

	for (; list[n] != '\0' && (quoted || list[n] != ','); n++)
		quoted ^= list[n] == '"';
	return n;
}

int
fil_mime_addresses(const char *list, struct fil_bytes *value, struct fil_fault *fault)
{
	for (size_t n;; list += n + 1) {
		n = address_length(list);
		if (!add_address(value, list, n))
			return fil_fault_set(fault, FIL_USAGE,
			    "'%.*s' is not an address such as name@example.org", (int)n, list);
		if (list[n] == '\0')
			return 0;
	}
}

/* Writes text as quoted-printable (RFC 2045, section 6.7). A point or "From " at the beginning of a
 * line is encoded too: programs that pass mails on read more into them. */
static void
write_quoted(FILE *stream, const char *text, size_t n)
{
	size_t column = 0;

	for (size_t i = 0; i < n; i++) {
		bool last = i + 1 == n || text[i + 1] == '\n', plain;

		if (text[i] == '\n') {
			fputc('\n', stream);
			column = 0;
			continue;
		}
		plain = (text[i] > ' ' && text[i] < 0x7F && text[i] != '=') ||
		    (text[i] == ' ' && !last);
		if (column + (plain ? 1 : 3) > LINE - 1) {
			fputs("=\n", stream);
			column = 0;
		}
		if (column == 0 &&
		    (text[i] == '.' || (n - i >= 5 && memcmp(text + i, "From ", 5) == 0)))
			plain = false;
		if (plain)
			fputc(text[i], stream);
		else
			fprintf(stream, "=%02X", (unsigned char)text[i]);
		column += plain ? 1 : 3;
	}
	if (n > 0 && text[n - 1] != '\n')
		fputs("=\n", stream);
}

/* Writes bytes as base64 (RFC 2045, section 6.8). */
static void
write_base64(FILE *stream, const char *data, size_t n)
{
	static const char letters[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	enum { BYTES = LINE / 4 * 3 }; /* of a line */

	for (size_t i = 0; i < n; i += 3) {
		size_t rest = n - i < 3 ? n - i : 3;
		unsigned bits = 0;
		char four[4];

		for (size_t k = 0; k < 3; k++)
			bits = bits << 8 | (k < rest ? (unsigned char)data[i + k] : 0);
		for (size_t k = 0; k < 4; k++)
			four[k] = k <= rest ? letters[bits >> (18 - 6 * k) & 63] : '=';
		fwrite(four, 1, sizeof four, stream);
		if (i % BYTES == BYTES - 3 || n - i <= 3)
			fputc('\n', stream);
	}
}

/* Writes the type; its parameters have lines of their own where there is a boundary or name. */
static void
write_type(FILE *stream, const struct fil_mime_part *part, size_t depth)
{
	fprintf(stream, "Content-Type: %s", part->type);
	if (part->n_parts > 0)
		fprintf(stream, ";\n boundary=\"=_filrouge_%zu\"", depth);
	if (part->file)
		fprintf(stream, ";\n name=\"%s\"", part->file);
	fputc('\n', stream);
}

static void
write_body(FILE *stream, const struct fil_mime_part *part)
{
	bool quoted = !part->file && strncmp(part->type, "text/", 5) == 0;

	fprintf(stream, "Content-Transfer-Encoding: %s\n", quoted ? "quoted-printable" : "base64");
	if (part->id)
		fprintf(stream, "Content-ID: <%s>\n", part->id);
	if (part->file)
		fprintf(stream, "Content-Disposition: attachment;\n filename=\"%s\"\n", part->file);
	else if (part->id)
		fputs("Content-Disposition: inline\n", stream);
	fputc('\n', stream);
	if (quoted)
		write_quoted(stream, part->data, part->n);
	else
		write_base64(stream, part->data, part->n);
}

/* Writes a part. Its boundary has '=' and '_', which neither encoding of a body has together, and a
 * digit for its depth. */
static void
write_part(FILE *stream, const struct fil_mime_part *part, size_t depth)
{
	write_type(stream, part, depth);
	if (part->n_parts == 0) {
		write_body(stream, part);
		return;
	}
	for (size_t i = 0; i < part->n_parts; i++) {
		fprintf(stream, "\n--=_filrouge_%zu\n", depth);
		write_part(stream, &part->parts[i], depth + 1);
	}
	fprintf(stream, "\n--=_filrouge_%zu--\n", depth);
}

void
fil_mime_part(FILE *stream, const struct fil_mime_part *part)
{
	write_part(stream, part, 0);
}
