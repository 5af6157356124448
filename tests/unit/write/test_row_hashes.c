/* SPDX-License-Identifier: ISC */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/write/row_hashes.h"

#define COUNT(array) (sizeof array / sizeof((array)[0]))

/* The hashes of a row of n cells that end at their NULs. */
static struct fil_row_hashes_hash
row(struct fil_row_hashes *hashes, const char *const *cells, size_t n_keys, size_t n)
{
	size_t lengths[8];

	for (size_t i = 0; i < n; i++)
		lengths[i] = !cells[i] ? 99 : strlen(cells[i]);
	return fil_row_hashes_row(hashes, cells, lengths, n_keys, n);
}

static void
row__same_cells__have_the_same_hashes(void **state)
{
	(void)state;
	struct fil_row_hashes *hashes = fil_row_hashes_new(0);
	char copy[] = "Accueil";
	struct fil_row_hashes_hash a =
	    row(hashes, (const char *[]){ "u1", "Accueil", NULL, "" }, 1, 4);
	struct fil_row_hashes_hash b = row(hashes, (const char *[]){ "u1", copy, NULL, "" }, 1, 4);

	assert_true(a.key == b.key);
	assert_true(a.content == b.content);
	fil_row_hashes_free(hashes);
}

static void
row__cells_cut_otherwise__have_other_hashes(void **state)
{
	(void)state;
	static const char *const rows[][3] = { { "a", "bc", "" }, { "ab", "c", "" },
		{ "abc", "", "" }, { "", "abc", "" }, { "a", "b", "c" }, { "", "", "abc" },
		{ NULL, "abc", "" }, { "abc", NULL, "" }, { "abc", "", NULL }, { NULL, NULL, NULL },
		{ "", "", "" }, { NULL, "", "" }, { "", NULL, "" }, { "A", "bc", "" },
		{ "a", "bc", " " }, { "\1", "bc", "" } };
	struct fil_row_hashes *hashes = fil_row_hashes_new(0);

	for (size_t i = 0; i < COUNT(rows); i++)
		for (size_t j = 0; j < i; j++) {
			assert_true(row(hashes, rows[i], 0, 3).content !=
			    row(hashes, rows[j], 0, 3).content);
			assert_true(
			    row(hashes, rows[i], 3, 3).key != row(hashes, rows[j], 3, 3).key);
		}
	fil_row_hashes_free(hashes);
}

static void
row__one_byte_more_or_other__has_another_hash(void **state)
{
	(void)state;
	enum { MOST = 40 };
	struct fil_row_hashes *hashes = fil_row_hashes_new(0);
	uint64_t found[2 * MOST];
	char text[MOST + 1];

	for (size_t n = 0; n < MOST; n++) {
		const char *cell = text + 1; /* as cells lie in memory: anyhow */

		memset(text, 'a', sizeof text);
		found[2 * n] = fil_row_hashes_row(hashes, &cell, &n, 0, 1).content;
		text[1 + n / 2] = 'b';
		found[2 * n + 1] = fil_row_hashes_row(hashes, &cell, &n, 0, 1).content;
	}
	for (size_t i = 0; i < 2 * MOST; i++)
		for (size_t j = 0; j < i; j++)
			if (found[i] == found[j] && i > 1) /* of no bytes none is another */
				fail_msg("%zu and %zu have one hash", i, j);
	fil_row_hashes_free(hashes);
}

static void
missing__awaited_and_not_seen__is_returned(void **state)
{
	(void)state;
	struct fil_row_hashes *hashes = fil_row_hashes_new(0);
	struct fil_row_hashes_keys keys = { 0 };
	bool fresh;

	for (uint64_t i = 1; i <= 1000; i++) {
		struct fil_row_hashes_hash hash = { i << 50, i };
		struct fil_row_hashes_entry *entry = fil_row_hashes_add(hashes, hash, &fresh);

		if (i % 2 == 0)
			entry->awaited = true;
		if (i % 2 == 1 || i != 500)
			entry->seen = true;
		assert_true(entry->content == i);
	}
	fil_row_hashes_missing(hashes, &keys);
	assert_int_equal(keys.n, 1);
	assert_true(keys.hashes[0] == UINT64_C(500) << 50);
	assert_true(fil_row_hashes_has(&keys, UINT64_C(500) << 50));
	assert_false(fil_row_hashes_has(&keys, (UINT64_C(500) << 50) + 1));
	assert_false(fil_row_hashes_has(&keys, UINT64_C(498) << 50));
	fil_row_hashes_release(&keys);
	fil_row_hashes_free(hashes);
}

static void
row__cell_with_nul__counts_whole(void **state)
{
	(void)state;
	struct fil_row_hashes *hashes = fil_row_hashes_new(0);
	const size_t length = 3;
	const char *one = "a\0b", *two = "a\0c";
	struct fil_row_hashes_hash a = fil_row_hashes_row(hashes, &one, &length, 1, 1);
	struct fil_row_hashes_hash b = fil_row_hashes_row(hashes, &two, &length, 1, 1);

	assert_true(a.key != b.key);
	assert_true(a.content == b.content);
	fil_row_hashes_free(hashes);
}

static void
row__another_secret__has_another_key(void **state)
{
	(void)state;
	struct fil_row_hashes *one = fil_row_hashes_new(0), *two = fil_row_hashes_new(0);

	assert_true(row(one, (const char *[]){ "u1" }, 1, 1).key !=
	    row(two, (const char *[]){ "u1" }, 1, 1).key);
	fil_row_hashes_free(one);
	fil_row_hashes_free(two);
}

static void
add__a_million_rows__are_found_within_their_memory(void **state)
{
	(void)state;
	enum { ROWS = 1000000 };
	struct fil_row_hashes *hashes = fil_row_hashes_new(0);
	char key[16], content[16];
	bool fresh;

	for (int i = 0; i < ROWS; i++) {
		snprintf(key, sizeof key, "%d", i);
		snprintf(content, sizeof content, "%d", i / 2);
		struct fil_row_hashes_hash hash =
		    row(hashes, (const char *[]){ key, content }, 1, 2);
		if (fil_row_hashes_add(hashes, hash, &fresh)->seen || !fresh)
			fail_msg("%d is not fresh", i);
	}
	assert_int_equal(fil_row_hashes_count(hashes), ROWS);
	assert_true(fil_row_hashes_bytes(hashes) < ROWS * 23);
	for (int i = 0; i < ROWS + 1000; i++) {
		snprintf(key, sizeof key, "%d", i);
		snprintf(content, sizeof content, "%d", i / 2);
		struct fil_row_hashes_hash hash =
		    row(hashes, (const char *[]){ key, content }, 1, 2);
		struct fil_row_hashes_entry *entry = fil_row_hashes_find(hashes, hash.key);
		if ((entry != NULL) != (i < ROWS) || (entry && entry->content != hash.content))
			fail_msg("%d is lost, changed, or found without being there", i);
	}
	fil_row_hashes_free(hashes);
}

/* The hash of row i, which has another content and key than the others. */
static struct fil_row_hashes_hash
numbered(uint64_t i)
{
	return (struct fil_row_hashes_hash){ (i + 1) * UINT64_C(0x9e3779b97f4a7c15), i };
}

static void
add__more_rows_than_the_limit__wait_in_a_file_and_are_found(void **state)
{
	(void)state;
	enum { ROWS = 20000, MOST = 1000 };
	struct fil_row_hashes *hashes = fil_row_hashes_new(0);
	struct fil_row_hashes_keys missing = { 0 };
	struct fil_fault fault;
	size_t bytes;
	bool fresh;

	fil_row_hashes_limit(hashes, MOST, "/tmp");
	fil_row_hashes_reserve(hashes, ROWS);
	bytes = fil_row_hashes_bytes(hashes);
	for (uint64_t i = 0; i < ROWS; i++)
		fil_row_hashes_add(hashes, numbered(i), &fresh)->awaited = true;
	assert_int_equal(fil_row_hashes_count(hashes), ROWS);
	assert_true(bytes < MOST * 64 && fil_row_hashes_bytes(hashes) <= 2 * bytes);
	/* Each is found by one of both functions, as it is, and marked in the file. */
	for (uint64_t i = 1; i < ROWS; i++) {
		struct fil_row_hashes_entry *entry = i % 2
		    ? fil_row_hashes_add(hashes, numbered(i), &fresh)
		    : fil_row_hashes_find(hashes, numbered(i).key);

		if (!entry || fresh || entry->seen || entry->content != i)
			fail_msg("row %d is lost or changed", (int)i);
		entry->seen = true;
		entry->content = (i + 1) & FIL_ROW_CONTENT;
		/* Merged in between, they are as they were. */
		if (i == ROWS / 2)
			fil_row_hashes_settle(hashes);
	}
	assert_int_equal(fil_row_hashes_count(hashes), ROWS);
	for (uint64_t i = 1; i < ROWS; i++) {
		const struct fil_row_hashes_entry *entry =
		    fil_row_hashes_find(hashes, numbered(i).key);

		if (!entry || !entry->seen || !entry->awaited || entry->content != i + 1)
			fail_msg("row %d was not marked", (int)i);
		if (fil_row_hashes_find(hashes, numbered(i + ROWS).key))
			fail_msg("row %d is found without being there", (int)i + ROWS);
	}
	/* A mark can be taken back. */
	fil_row_hashes_find(hashes, numbered(7).key)->seen = false;
	fil_row_hashes_missing(hashes, &missing);
	assert_int_equal(missing.n, 2);
	assert_true(fil_row_hashes_has(&missing, numbered(0).key));
	assert_true(fil_row_hashes_has(&missing, numbered(7).key));
	assert_int_equal(fil_row_hashes_check(hashes, &fault), 0);
	fil_row_hashes_release(&missing);
	fil_row_hashes_free(hashes);
}

static void
add__file_that_cannot_be__is_a_fault(void **state)
{
	(void)state;
	struct fil_row_hashes *hashes = fil_row_hashes_new(0);
	struct fil_fault fault = { 0 };
	bool fresh;

	fil_row_hashes_limit(hashes, 2, "/nowhere");
	for (uint64_t i = 0; i < 2; i++)
		fil_row_hashes_add(hashes, numbered(i), &fresh);
	assert_int_equal(fil_row_hashes_check(hashes, &fault), 0);
	fil_row_hashes_add(hashes, numbered(2), &fresh);
	assert_int_equal(fil_row_hashes_check(hashes, &fault), -1);
	assert_int_equal(fault.status, FIL_CANT_CREATE);
	fil_row_hashes_free(hashes);
}

static void
add__known_key__gives_the_entry_as_it_is(void **state)
{
	(void)state;
	struct fil_row_hashes *hashes = fil_row_hashes_new(10);
	struct fil_row_hashes_hash hash = { 42, UINT64_C(7) };
	bool fresh;

	struct fil_row_hashes_entry *entry = fil_row_hashes_add(hashes, hash, &fresh);
	assert_true(fresh);
	entry->seen = true;
	hash.content = 8;
	entry = fil_row_hashes_add(hashes, hash, &fresh);
	assert_false(fresh);
	assert_int_equal(entry->content, 7);
	assert_true(entry->seen);
	assert_int_equal(fil_row_hashes_count(hashes), 1);
	fil_row_hashes_free(hashes);
}

static void
entry__seen_and_content__do_not_touch_each_other(void **state)
{
	(void)state;
	struct fil_row_hashes *hashes = fil_row_hashes_new(0);
	bool fresh;

	struct fil_row_hashes_entry *entry =
	    fil_row_hashes_add(hashes, (struct fil_row_hashes_hash){ 1, UINT64_MAX }, &fresh);
	assert_false(entry->seen);
	assert_true(entry->content == UINT64_MAX >> 2);
	entry->seen = true;
	assert_true(entry->seen);
	assert_true(entry->content == UINT64_MAX >> 2);
	entry->content = (UINT64_MAX << 1) & FIL_ROW_CONTENT;
	assert_true(entry->seen);
	assert_true(entry->content == (UINT64_MAX >> 2) - 1);
	fil_row_hashes_free(hashes);
	fil_row_hashes_free(NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(row__same_cells__have_the_same_hashes),
		cmocka_unit_test(row__cells_cut_otherwise__have_other_hashes),
		cmocka_unit_test(row__one_byte_more_or_other__has_another_hash),
		cmocka_unit_test(missing__awaited_and_not_seen__is_returned),
		cmocka_unit_test(row__cell_with_nul__counts_whole),
		cmocka_unit_test(row__another_secret__has_another_key),
		cmocka_unit_test(add__a_million_rows__are_found_within_their_memory),
		cmocka_unit_test(add__more_rows_than_the_limit__wait_in_a_file_and_are_found),
		cmocka_unit_test(add__file_that_cannot_be__is_a_fault),
		cmocka_unit_test(add__known_key__gives_the_entry_as_it_is),
		cmocka_unit_test(entry__seen_and_content__do_not_touch_each_other),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
