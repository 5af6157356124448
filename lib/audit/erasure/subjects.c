/* SPDX-License-Identifier: ISC */
#include "lib/audit/erasure/subjects.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/memory.h"
#include "lib/base/text.h"
#include "lib/base/utf8.h"
#include "lib/store/image.h"
#include "lib/store/query.h"

/* A key, or a name or e-mail, of fewer bytes is no text to search for. */
enum { KEY_LEAST = 4, NAME_LEAST = 3 };

/* The words of a command line whose values are users, and the options whose next word is one. */
static const char *const settings[] = {
	"user=", "manager=", "trainer=", "owner=", "--user=", "--rename="
};
static const char *const options[] = { "--user", "--rename" };

struct fil_identifiers *
fil_identifiers_new(void)
{
	struct fil_identifiers *identifiers = fil_alloc(1, sizeof *identifiers);

	identifiers->texts = fil_search_new(NAME_LEAST);
	identifiers->short_names = fil_search_new(FIL_SEARCH_LEAST);
	identifiers->cells = fil_search_new(FIL_SEARCH_LEAST);
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

/* Words of which a name is sought in every order; of more words each may be the first. */
enum { ORDERED = 4, WORDS = 16 };

/* The words of a name, which are moved about. */
struct name {
	char *words[WORDS];
	size_t n;
	struct fil_bytes text;
};

static void
add_order(struct fil_identifiers *identifiers, struct name *name)
{
	fil_bytes_clear(&name->text);
	for (size_t i = 0; i < name->n; i++)
		fil_bytes_add_format(&name->text, "%s%s", i ? " " : "", name->words[i]);
	if (fil_search_add_name(identifiers->texts, name->text.data) != FIL_NOWHERE)
		return;
	fil_search_add_name(identifiers->short_names, name->text.data);
	identifiers->any_short_name = true;
}

/* Adds the name with the words behind the first `fixed` ones in every order. */
static void
add_orders(struct fil_identifiers *identifiers, struct name *name, size_t fixed)
{
	if (fixed + 1 >= name->n)
		add_order(identifiers, name);
	for (size_t i = fixed; fixed + 1 < name->n && i < name->n; i++) {
		char *word = name->words[i];

		name->words[i] = name->words[fixed];
		name->words[fixed] = word;
		add_orders(identifiers, name, fixed + 1);
		name->words[fixed] = name->words[i];
		name->words[i] = word;
	}
}

/* Adds the name with each word as the first one. */
static void
add_turns(struct fil_identifiers *identifiers, struct name *name)
{
	for (size_t turn = 0; turn < name->n; turn++) {
		char *first = name->words[0];

		add_order(identifiers, name);
		memmove(name->words, name->words + 1, (name->n - 1) * sizeof *name->words);
		name->words[name->n - 1] = first;
	}
}

/* Adds a name, which is compared as --match name does: folded, with its words in any order. */
static void
add_name(struct fil_identifiers *identifiers, const char *text)
{
	struct name name = { .n = 0 };
	char *folded = fil_text_fold(text), *rest = folded, *word;

	while (name.n < WORDS && (word = strsep(&rest, name.n + 1 < WORDS ? " ,'" : "")))
		if (*word)
			name.words[name.n++] = word;
	if (name.n <= ORDERED)
		add_orders(identifiers, &name, 0);
	else
		add_turns(identifiers, &name);
	fil_bytes_release(&name.text);
	free(folded);
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

static bool
is_ascii(const char *text)
{
	while (*text != '\0' && (unsigned char)*text < 0x80)
		text++;
	return *text == '\0';
}

void
fil_identifiers_add(struct fil_identifiers *identifiers, const char *text, bool is_key)
{
	size_t length = strlen(text);

	if (is_key)
		add_cell(identifiers->cells, text);
	if (is_key && length < KEY_LEAST)
		fil_hash_put(identifiers->short_keys, text, length);
	if (is_key && length < KEY_LEAST)
		return;
	if (!is_key && !strchr(text, '@'))
		add_name(identifiers, text);
	else
		add_quoted(identifiers->texts, text);
	/* A key of other letters than ASCII is written as a name is, whatever its accents. */
	if (!is_ascii(text))
		fil_search_add_name(identifiers->texts, text);
}

/* Returns whether a character is one of words: no space, no punctuation, no symbol. */
static bool
is_of_word(uint32_t c)
{
	if (c < 0x80)
		return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
	if (c < 0xC0)
		return c == 0xAA || c == 0xB5 || c == 0xBA;
	return c != 0xD7 && c != 0xF7 && !(c >= 0x2000 && c <= 0x2BFF) &&
	    !(c >= 0x3000 && c <= 0x303F);
}

/* Returns the character that ends before a place, which is no beginning; 'x' for an encoded one that is no
 * ASCII. */
static uint32_t
character_before(const char *text, size_t at)
{
	size_t back = 1, length;
	int encoded = at < 3 ? -1 : fil_search_encoded(text + at - 3, 3);

	if (encoded >= 0)
		return encoded < 0x80 ? (uint32_t)encoded : 'x';
	while (back < at && back < 4 && ((unsigned char)text[at - back] & 0xC0) == 0x80)
		back++;
	return fil_utf8_decode(text + at - back, back, &length);
}

/* Returns whether both sides of a place are of a word. */
static bool
is_within_word(const char *text, size_t n, size_t at)
{
	size_t length;

	return at > 0 && at < n && is_of_word(character_before(text, at)) &&
	    is_of_word(fil_utf8_decode(text + at, n - at, &length));
}

/* Where a text has identifiers. */
struct place {
	size_t at, end;
};

struct places {
	const char *text;
	size_t n_text;
	struct place *list;
	size_t n, room;
};

/* Notes an identifier that is a whole word, or several. */
static void
note_place(void *context, size_t number, size_t at, size_t end)
{
	struct places *places = context;

	(void)number;
	if (is_within_word(places->text, places->n_text, at) ||
	    is_within_word(places->text, places->n_text, end))
		return;
	places->list = fil_grow(places->list, places->n, &places->room, sizeof *places->list);
	places->list[places->n++] = (struct place){ at, end };
}

/* Orders places by where they begin, the longest first. */
static int
compare_places(const void *a, const void *b)
{
	const struct place *one = a, *other = b;

	if (one->at != other->at)
		return one->at < other->at ? -1 : 1;
	return (one->end < other->end) - (one->end > other->end);
}

/* Adds the text with the identifiers replaced that a search finds, in the log also short names. */
static bool
replace_found(const struct fil_identifiers *identifiers, const char *text, size_t n, bool in_log,
    struct fil_bytes *written)
{
	struct places places = { .text = text, .n_text = n };
	size_t done = 0;

	fil_search_each(identifiers->texts, text, n, note_place, &places);
	if (in_log)
		fil_search_each(identifiers->short_names, text, n, note_place, &places);
	if (places.n > 0)
		qsort(places.list, places.n, sizeof *places.list, compare_places);
	for (size_t i = 0; i < places.n; i++) {
		if (places.list[i].at < done)
			continue;
		fil_bytes_add(written, text + done, places.list[i].at - done);
		fil_bytes_add_text(written, FIL_ERASED_WORD);
		done = places.list[i].end;
	}
	fil_bytes_add(written, text + done, n - done);
	free(places.list);
	return places.n > 0;
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
	    (*word == '$' && replace_found(identifiers, text.data, text.length, true, &unused));
	if (any && !fil_text_add_emptied(word, written))
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
replace(const struct fil_identifiers *identifiers, const char *text, enum fil_text_place place,
    struct fil_bytes *written)
{
	struct fil_bytes first = { 0 };
	size_t end, at;
	bool any;

	fil_bytes_clear(written);
	if (place != FIL_IN_COMMAND_LINE)
		return replace_found(identifiers, text, strlen(text), place == FIL_IN_LOG, written);
	at = find_command(text, &end);
	any = replace_found(identifiers, text, at, true, &first);
	fil_bytes_add(&first, text + at, end - at);
	any |= replace_found(identifiers, text + end, strlen(text + end), true, &first);
	any |= replace_words(identifiers, first.data, written);
	if (any) {
		fil_bytes_clear(&first);
		fil_bytes_add_text(&first, written->data);
		fil_text_empty_values(first.data, written);
	}
	fil_bytes_release(&first);
	return any;
}

bool
fil_identifiers_replace(const struct fil_identifiers *identifiers, const char *text,
    enum fil_text_place place, struct fil_bytes *written)
{
	size_t n = strlen(text);
	/* Some systems decompose the accents of a file name. */
	char *composed = fil_text_needs_nfc(text, n) ? fil_text_nfc(text, n) : NULL;
	bool any = replace(identifiers, composed ? composed : text, place, written);

	free(composed);
	return any;
}

void
fil_identifiers_free(struct fil_identifiers *identifiers)
{
	if (!identifiers)
		return;
	fil_search_free(identifiers->texts);
	fil_search_free(identifiers->short_names);
	fil_search_free(identifiers->cells);
	fil_hash_free(identifiers->short_keys);
	free(identifiers);
}

enum { LETTERS = 10, ALPHABET = 26 };

static const char prefix[] = "anon-";

/* Returns a random key; the caller frees it. */
static char *
draw_key(void)
{
	char letters[LETTERS + 1] = "";

	for (size_t i = 0; i < LETTERS; i++)
		letters[i] = (char)('a' + randombytes_uniform(ALPHABET));
	return fil_format("%s%s", prefix, letters);
}

void
fil_subjects_add(struct fil_subjects *subjects, const char *key)
{
	bool fresh;

	if (!subjects->numbers) {
		subjects->numbers = fil_hash_new_map();
		subjects->identifiers = fil_identifiers_new();
		subjects->keys = fil_batch_new(1);
	}
	fil_hash_give(subjects->numbers, key, strlen(key), subjects->n, &fresh);
	if (!fresh)
		return;
	subjects->list = fil_resize(subjects->list, subjects->n + 1, sizeof *subjects->list);
	subjects->list[subjects->n++] = (struct fil_subject){ .key = fil_copy(key) };
}

const struct fil_subject *
fil_subjects_find(const struct fil_subjects *subjects, const char *key, struct fil_moment moment)
{
	const char *today = fil_holders_person(subjects->holders, key, moment, NULL);
	size_t number = fil_hash_number(subjects->numbers, today, strlen(today));

	return number == FIL_NOWHERE ? NULL : &subjects->list[number];
}

/* Returns whether a column may mention a person: a text, the name of a user, or a key of something. An
 * e-mail address and the key of a user are their owner's. */
static bool
may_mention(const struct fil_table *table, size_t column)
{
	const struct fil_column *declared = &table->columns[column];

	return !declared->references && !declared->address &&
	    !fil_table_names_user(table, column) &&
	    (declared->type == FIL_TYPE_TEXT || declared->type == FIL_TYPE_LONG_TEXT ||
		declared->type == FIL_TYPE_KEY);
}

bool
fil_subjects_mentioned(const struct fil_subjects *subjects, const struct fil_table *table,
    size_t column, const char *cell, struct fil_bytes *written)
{
	if (!cell || !may_mention(table, column) ||
	    !fil_identifiers_replace(subjects->identifiers, cell, FIL_IN_ROW, written))
		return false;
	/* Another user may have the same name. */
	return strcmp(table->name, "users") != 0 ||
	    strcmp(table->columns[column].name, "name") != 0 ||
	    strcmp(written->data, FIL_ERASED_WORD) != 0;
}

bool
fil_subjects_own(
    const struct fil_subjects *subjects, const struct fil_table *table, const char *const *cells)
{
	size_t user = fil_table_user(table);

	return user != FIL_NOWHERE && fil_subjects_find(subjects, cells[user], FIL_NOW);
}

enum fil_rewritten
fil_subjects_rewrite(const struct fil_subjects *subjects, const struct fil_table *table,
    const char *const *cells, struct fil_moment moment, struct fil_batch *rows)
{
	size_t n = fil_batch_columns(rows);
	const char **row = fil_alloc(n, sizeof *row);
	struct fil_bytes *written = fil_alloc(table->n_columns, sizeof *written);
	enum fil_rewritten rewritten = FIL_NOT_REWRITTEN;

	memcpy(row, cells, n * sizeof *row);
	for (size_t c = 0; c < table->n_columns; c++) {
		if (fil_subjects_mentioned(subjects, table, c, row[c], &written[c])) {
			rewritten = c < table->n_keys ? FIL_KEY_MENTIONS : rewritten;
			row[c] = written[c].data;
		} else if (row[c] && fil_table_names_user(table, c) &&
		    fil_subjects_find(subjects, row[c], moment))
			row[c] = NULL;
		else
			continue;
		if (rewritten == FIL_NOT_REWRITTEN)
			rewritten = FIL_REWRITTEN;
	}
	if (rewritten != FIL_KEY_MENTIONS)
		fil_batch_add(rows, row);
	for (size_t c = 0; c < table->n_columns; c++)
		fil_bytes_release(&written[c]);
	free(written);
	free(row);
	return rewritten;
}

static void
add_identifier(struct fil_subjects *subjects, const char *text, bool is_key)
{
	if (text && *text != '\0')
		fil_identifiers_add(subjects->identifiers, text, is_key);
}

/* Adds the keys that a person had. */
static void
add_keys(struct fil_subjects *subjects, const char *key)
{
	size_t n;
	const char **keys = fil_holders_keys(subjects->holders, key, &n);

	for (size_t i = 0; i < n; i++) {
		add_identifier(subjects, keys[i], true);
		fil_batch_add(subjects->keys, &keys[i]);
	}
	free(keys);
}

/* Reads the aliases of today. Returns 0 or -1. */
static int
read_aliases(struct fil_subjects *subjects, struct fil_fault *fault)
{
	struct fil_query *query =
	    fil_query_new(subjects->store, "SELECT alias FROM aliases WHERE \"user\" = $1");
	int step = 0;

	for (size_t i = 0; i < subjects->n && step >= 0; i++) {
		fil_query_bind(query, 1, subjects->list[i].key);
		while ((step = fil_query_step(query, fault)) == 1)
			add_identifier(subjects, fil_query_text(query, 0), true);
	}
	fil_query_free(query);
	return step;
}

/* Reads the names and e-mails of today. Returns 0 or -1. */
static int
read_users(struct fil_subjects *subjects, struct fil_fault *fault)
{
	struct fil_query *query =
	    fil_query_new(subjects->store, "SELECT name, email FROM users WHERE \"user\" = $1");
	int step = 0;

	for (size_t i = 0; i < subjects->n && step >= 0; i++) {
		fil_query_bind(query, 1, subjects->list[i].key);
		step = fil_query_step(query, fault);
		if (step != 1)
			continue;
		add_identifier(subjects, fil_query_text(query, 0), false);
		add_identifier(subjects, fil_query_text(query, 1), false);
		if (subjects->anonymise)
			subjects->list[i].anonymous = draw_key();
		fil_query_reset(query);
	}
	fil_query_free(query);
	return step < 0 ? -1 : 0;
}

/* Adds what a former row of users or aliases says of a person. An image that cannot be read says
 * nothing. */
static void
add_former(struct fil_subjects *subjects, const struct fil_table *table, const char *image,
    struct fil_bytes *text, const char **cells)
{
	if (fil_image_read(&table->relation, image, text, cells) < 0)
		return;
	if (strcmp(table->name, "aliases") == 0) {
		add_identifier(subjects, cells[fil_table_column(table, "alias")], true);
		return;
	}
	add_identifier(subjects, cells[fil_table_column(table, "name")], false);
	add_identifier(subjects, cells[fil_table_column(table, "email")], false);
}

/* Reads the names, e-mails and aliases that were overwritten or removed. Returns 0 or -1. */
static int
read_history(struct fil_subjects *subjects, struct fil_fault *fault)
{
	const char **cells = fil_alloc(fil_catalog_widest(), sizeof *cells);
	struct fil_query *query = fil_query_new(subjects->store,
	    "SELECT run, number, was, relation FROM history WHERE subject = $1"
	    " AND relation IN ('users', 'aliases')");
	struct fil_bytes text = { 0 };
	int step = 0;

	for (size_t i = 0; i < fil_batch_rows(subjects->keys) && step >= 0; i++) {
		const char *key = fil_batch_cell(subjects->keys, i, 0, NULL);

		fil_query_bind(query, 1, key);
		while ((step = fil_query_step(query, fault)) == 1) {
			struct fil_moment moment = { fil_query_number(query, 0),
				fil_query_number(query, 1) };

			if (fil_subjects_find(subjects, key, moment))
				add_former(subjects, fil_catalog_table(fil_query_text(query, 3)),
				    fil_query_text(query, 2), &text, cells);
		}
	}
	fil_bytes_release(&text);
	fil_query_free(query);
	free(cells);
	return step;
}

int
fil_subjects_read(struct fil_subjects *subjects, struct fil_fault *fault)
{
	for (size_t i = 0; i < subjects->n; i++)
		add_keys(subjects, subjects->list[i].key);
	if (read_users(subjects, fault) < 0 || read_aliases(subjects, fault) < 0)
		return -1;
	return read_history(subjects, fault);
}

void
fil_subjects_release(struct fil_subjects *subjects)
{
	for (size_t i = 0; i < subjects->n; i++) {
		free(subjects->list[i].key);
		free(subjects->list[i].anonymous);
	}
	free(subjects->list);
	fil_hash_free(subjects->numbers);
	fil_identifiers_free(subjects->identifiers);
	fil_batch_free(subjects->keys);
}
