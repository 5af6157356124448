/* SPDX-License-Identifier: ISC */
#include "lib/audit/erasure/identifiers.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/memory.h"
#include "lib/base/text.h"
#include "lib/base/utf8.h"

/* A key of fewer bytes is no text to search for. */
enum { KEY_LEAST = 4 };

/* The words of a command line whose values are users, and the options whose next word is one. */
static const char *const settings[] = {
	"user=", "manager=", "trainer=", "owner=", "--user=", "--rename="
};
static const char *const options[] = { "--user", "--rename" };

struct fil_identifiers *
fil_identifiers_new(void)
{
	struct fil_identifiers *identifiers = fil_alloc(1, sizeof *identifiers);

	identifiers->texts = fil_search_new();
	identifiers->cells = fil_search_new();
	identifiers->short_keys = fil_hash_new_set();
	return identifiers;
}

/* Adds the text as the log shows it in Windows-1252, as in the name of a file of old: "\xc9lo". */
static void
add_escaped(struct fil_search *search, const char *text)
{
	struct fil_bytes escaped = { 0 };
	const char *end = text + strlen(text);
	bool any = false;

	for (size_t n; text < end; text += n) {
		uint32_t c = fil_utf8_decode(text, (size_t)(end - text), &n);
		unsigned byte = c == 0x152 ? 0x8c : c == 0x153 ? 0x9c : c;

		if (byte < 0x80)
			fil_bytes_add(&escaped, text, n);
		else if (byte <= 0xFF)
			fil_bytes_add_format(&escaped, "\\x%02x", byte);
		else
			break;
		any |= byte >= 0x80;
	}
	if (any && text == end)
		fil_search_add(search, escaped.data);
	fil_bytes_release(&escaped);
}

/* Adds the text, and as it is within '…' in a shell, within "…" in an image, and in bytes of
 * Windows-1252. */
static void
add_quoted(struct fil_search *search, const char *text)
{
	struct fil_bytes shell = { 0 }, image = { 0 };

	fil_search_add(search, text);
	add_escaped(search, text);
	for (const char *p = text; *p; p++) {
		fil_bytes_add_text(&shell, *p == '\'' ? "'\\'" : "");
		fil_bytes_add(&shell, p, 1);
		fil_bytes_add_text(&image, *p == '"' || *p == '\\' ? "\\" : "");
		fil_bytes_add(&image, p, 1);
	}
	fil_search_add(search, shell.data);
	fil_search_add(search, image.data);
	fil_bytes_release(&shell);
	fil_bytes_release(&image);
}

/* Adds the name with its last word first, as --match name takes it too. */
static void
add_last_first(struct fil_search *search, const char *name)
{
	const char *last = strrchr(name, ' ');
	char *other;

	if (!last)
		return;
	other = fil_format("%s %.*s", last + 1, (int)(last - name), name);
	add_quoted(search, other);
	free(other);
	other = fil_format("%s, %.*s", last + 1, (int)(last - name), name);
	add_quoted(search, other);
	free(other);
}

static void
add_cell(struct fil_search *search, const char *key)
{
	struct fil_bytes cell = { 0 };

	fil_bytes_add_text(&cell, "\"");
	for (; *key; key++) {
		fil_bytes_add_text(&cell, *key == '"' || *key == '\\' ? "\\" : "");
		fil_bytes_add(&cell, key, 1);
	}
	fil_bytes_add_text(&cell, "\"");
	fil_search_add(search, cell.data);
	fil_bytes_release(&cell);
}

void
fil_identifiers_add(struct fil_identifiers *identifiers, const char *text, bool is_key)
{
	size_t length = strlen(text);
	char *folded;

	if (is_key)
		add_cell(identifiers->cells, text);
	if (is_key && length < KEY_LEAST)
		fil_hash_put(identifiers->short_keys, text, length);
	if (length < (is_key ? (size_t)KEY_LEAST : (size_t)FIL_SEARCH_LEAST))
		return;
	add_quoted(identifiers->texts, text);
	if (is_key)
		return;
	add_last_first(identifiers->texts, text);
	folded = fil_text_fold(text);
	if (strlen(folded) >= FIL_SEARCH_LEAST)
		add_quoted(identifiers->texts, folded);
	free(folded);
}

static bool
is_of_word(char byte)
{
	unsigned char c = (unsigned char)byte;

	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
	    c >= 0x80;
}

/* Returns whether a text that was found is a whole word, or several. */
static bool
is_whole(const char *text, size_t n, size_t at, size_t end)
{
	return !(at > 0 && is_of_word(text[at - 1]) && is_of_word(text[at])) &&
	    !(end < n && is_of_word(text[end - 1]) && is_of_word(text[end]));
}

/* Adds the text with the identifiers replaced that a search finds. */
static bool
replace_found(const struct fil_identifiers *identifiers, const char *text, size_t n,
    struct fil_bytes *written)
{
	size_t at = 0, end, done = 0;
	bool any = false;

	while (fil_search_find(identifiers->texts, text, n, &at, &end) != FIL_NOWHERE) {
		if (!is_whole(text, n, at, end)) {
			at++;
			continue;
		}
		fil_bytes_add(written, text + done, at - done);
		fil_bytes_add_text(written, FIL_ERASED_WORD);
		done = at = end;
		any = true;
	}
	fil_bytes_add(written, text + done, n - done);
	return any;
}

/* Returns where the user begins that a word of a command line names, or its length. after: the word
 * before is an option that takes a user. */
static size_t
find_user(const char *word, size_t n, bool after)
{
	if (after)
		return 0;
	for (size_t i = 0; i < sizeof settings / sizeof *settings; i++) {
		size_t length = strlen(settings[i]);

		if (n > length && strncmp(word, settings[i], length) == 0)
			return length;
	}
	return n;
}

static bool
takes_user(const char *word, size_t n)
{
	for (size_t i = 0; i < sizeof options / sizeof *options; i++)
		if (strlen(options[i]) == n && strncmp(options[i], word, n) == 0)
			return true;
	return false;
}

/* Adds a word of a command line with short keys replaced: those of user=KEY, --rename OLD=NEW. */
static bool
replace_short(const struct fil_identifiers *identifiers, const char *word, size_t n, bool after,
    struct fil_bytes *written)
{
	size_t at = find_user(word, n, after);
	bool any = false;

	fil_bytes_add(written, word, at);
	while (at < n) {
		size_t length = 0;

		while (at + length < n && word[at + length] != '=')
			length++;
		if (fil_hash_has(identifiers->short_keys, word + at, length)) {
			fil_bytes_add_text(written, FIL_ERASED_WORD);
			any = true;
		} else
			fil_bytes_add(written, word + at, length);
		at += length;
		if (at < n)
			fil_bytes_add(written, word + at++, 1);
	}
	return any;
}

/* Adds a word COL=VALUE without its value. Returns whether it is one. */
static bool
add_emptied(const char *word, struct fil_bytes *written)
{
	const char *equals;

	word += *word == '$';
	word += *word == '\'';
	for (equals = word; (*equals >= 'a' && *equals <= 'z') || *equals == '_';)
		equals++;
	if (equals == word || *equals != '=')
		return false;
	fil_bytes_add(written, word, (size_t)(equals - word) + 1);
	fil_bytes_add_text(written, FIL_ERASED_WORD);
	return true;
}

/* Replaces a word in quotes as a whole, if its text names one of the people: in $'…' a text looks
 * different, and a short key is found in the text alone. Returns whether it does. */
static bool
replace_quoted(const struct fil_identifiers *identifiers, const char *word, size_t n, bool after,
    struct fil_bytes *written)
{
	struct fil_bytes text = { 0 }, unused = { 0 };
	bool any;

	fil_text_unquote(word, n, &text);
	any = replace_short(identifiers, text.data, text.length, after, &unused) ||
	    (*word == '$' && replace_found(identifiers, text.data, text.length, &unused));
	if (any && !add_emptied(word, written))
		fil_bytes_add_text(written, FIL_ERASED_WORD);
	fil_bytes_release(&text);
	fil_bytes_release(&unused);
	return any;
}

/* Replaces in a command line, word by word, the short keys and the words in $'…'. */
static bool
replace_words(
    const struct fil_identifiers *identifiers, const char *line, struct fil_bytes *written)
{
	bool any = false, after = false;

	while (*line) {
		size_t n = fil_text_word(line), spaces = strspn(line + n, " ");

		if (memchr(line, '\'', n) && replace_quoted(identifiers, line, n, after, written))
			any = true;
		else
			any |= replace_short(identifiers, line, n, after, written);
		after = takes_user(line, n);
		fil_bytes_add(written, line + n, spaces);
		line += n + spaces;
	}
	fil_bytes_add(written, "", 0);
	return any;
}

/* Adds a command line with the value of each COL=VALUE replaced: where it is about a person, they
 * are facts about that person. */
static void
replace_values(const char *line, struct fil_bytes *written)
{
	fil_bytes_clear(written);
	while (*line) {
		size_t n = fil_text_word(line), spaces = strspn(line + n, " ");

		if (!add_emptied(line, written))
			fil_bytes_add(written, line, n);
		fil_bytes_add(written, line + n, spaces);
		line += n + spaces;
	}
}

/* Returns where the name of the command begins, behind its folder; *end is where it ends. */
static size_t
find_command(const char *line, size_t *end)
{
	size_t n, at = (size_t)(fil_text_program(line, &n) - line);

	*end = at + n;
	return at;
}

/* Replaces the identifiers in a text in NFC. */
static bool
replace(const struct fil_identifiers *identifiers, const char *text, bool command,
    struct fil_bytes *written)
{
	struct fil_bytes first = { 0 };
	size_t end = 0, at = command ? find_command(text, &end) : 0;
	bool any = false;

	fil_bytes_clear(written);
	if (!command)
		return replace_found(identifiers, text, strlen(text), written);
	any |= replace_found(identifiers, text, at, &first);
	fil_bytes_add(&first, text + at, end - at);
	any |= replace_found(identifiers, text + end, strlen(text + end), &first);
	any |= replace_words(identifiers, first.data, written);
	if (any) {
		fil_bytes_clear(&first);
		fil_bytes_add_text(&first, written->data);
		replace_values(first.data, written);
	}
	fil_bytes_release(&first);
	return any;
}

bool
fil_identifiers_replace(const struct fil_identifiers *identifiers, const char *text, bool command,
    struct fil_bytes *written)
{
	size_t n = strlen(text);
	/* Some systems decompose the accents of a file name. */
	char *composed = fil_text_needs_nfc(text, n) ? fil_text_nfc(text, n) : NULL;
	bool any = replace(identifiers, composed ? composed : text, command, written);

	free(composed);
	return any;
}

void
fil_identifiers_free(struct fil_identifiers *identifiers)
{
	if (!identifiers)
		return;
	fil_search_free(identifiers->texts);
	fil_search_free(identifiers->cells);
	fil_hash_free(identifiers->short_keys);
	free(identifiers);
}
