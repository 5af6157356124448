/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "lib/base/hash.h"
#include "lib/base/memory.h"

enum { MANY = 100000 };

/* A hash without a key, good enough to spread numbers (the finaliser of MurmurHash3). */
static uint64_t
spread(uint64_t x)
{
	x = (x ^ x >> 33) * UINT64_C(0xff51afd7ed558ccd);
	x = (x ^ x >> 33) * UINT64_C(0xc4ceb9fe1a85ec53);
	return x ^ x >> 33;
}

static void
find__empty_set__finds_nothing(void **state)
{
	(void)state;
	struct fil_hash *table = fil_hash_new(1, 0);

	assert_null(fil_hash_find(table, 0));
	assert_null(fil_hash_find(table, 42));
	assert_null(fil_hash_find(table, UINT64_MAX));
	assert_int_equal(fil_hash_count(table), 0);
	fil_hash_free(table);
	fil_hash_free(NULL);
}

/* Adds 0 … n-1 spread, each with its number; then all are found with it, and n … 2n-1 are not. */
static void
fill(size_t n, size_t expected)
{
	struct fil_hash *table = fil_hash_new(2, expected);
	bool fresh;

	for (size_t i = 0; i < n; i++) {
		uint64_t *entry = fil_hash_add(table, spread(i), &fresh);
		if (!fresh || entry[1] != 0)
			fail_msg("%zu of %zu is not fresh", i, n);
		entry[1] = i;
		if (fil_hash_count(table) != i + 1)
			fail_msg("%zu of %zu is not counted", i, n);
	}
	for (size_t i = 0; i < n; i++) {
		const uint64_t *entry = fil_hash_find(table, spread(i));
		if (!entry || entry[1] != i)
			fail_msg("%zu of %zu is lost", i, n);
		if (fil_hash_find(table, spread(n + i)))
			fail_msg("%zu is found without being there", n + i);
		entry = fil_hash_add(table, spread(i), &fresh);
		if (fresh || entry[1] != i)
			fail_msg("%zu of %zu is there twice", i, n);
	}
	assert_int_equal(fil_hash_count(table), n);
	if (n > 100000)
		assert_in_range(fil_hash_bytes(table), n * 16 * 5 / 4, n * 16 * 10 / 7);
	fil_hash_free(table);
}

static void
add__any_number__keeps_them_all(void **state)
{
	(void)state;
	for (size_t n = 0; n < 3000; n += 1 + n / 7)
		fill(n, 0);
	fill(200000, 0);
}

static void
add__as_expected_or_not__keeps_them_all(void **state)
{
	(void)state;
	fill(1000, 1000);
	fill(100, 1000000);
	fill(200000, 200000);
	fill(200000, 50000);
}

static void
add__all_to_one_segment__keeps_them_all(void **state)
{
	(void)state;
	struct fil_hash *table = fil_hash_new(1, 0);
	const uint64_t last = UINT64_C(0xFF) << 56;
	bool fresh;

	for (uint64_t i = 0; i < 1000; i++)
		fil_hash_add(table, last | spread(i) >> 8, &fresh);
	for (uint64_t i = 0; i < 1000; i++)
		assert_non_null(fil_hash_find(table, last | spread(i) >> 8));
	assert_int_equal(fil_hash_count(table), 1000);
	fil_hash_free(table);
}

static void
add__hashes_with_one_place__stand_beside_each_other(void **state)
{
	(void)state;
	struct fil_hash *table = fil_hash_new(1, 0);
	const uint64_t high = UINT64_C(0xFFFFFFFFFF) << 24;
	bool fresh;

	for (uint64_t i = 0; i < 200; i++) {
		fil_hash_add(table, high + i, &fresh);
		assert_true(fresh);
	}
	for (uint64_t i = 0; i < 200; i++)
		assert_non_null(fil_hash_find(table, high + i));
	assert_null(fil_hash_find(table, high + 200));
	fil_hash_free(table);
}

static void
add__zero__is_an_entry_like_others(void **state)
{
	(void)state;
	struct fil_hash *table = fil_hash_new(2, 0);
	bool fresh;

	fil_hash_add(table, 0, &fresh)[1] = 7;
	assert_true(fresh);
	assert_int_equal(fil_hash_find(table, 0)[1], 7);
	fil_hash_add(table, 0, &fresh);
	assert_false(fresh);
	fil_hash_add(table, UINT64_MAX, &fresh)[1] = 8;
	assert_true(fresh);
	assert_int_equal(fil_hash_find(table, UINT64_MAX)[1], 8);
	fil_hash_free(table);
}

static void
reserve__in_the_midst__keeps_all_and_grows_no_more(void **state)
{
	(void)state;
	struct fil_hash *table = fil_hash_new(2, 0);
	size_t bytes;
	bool fresh;

	for (uint64_t i = 0; i < 3000; i++)
		fil_hash_add(table, spread(i), &fresh)[1] = i;
	fil_hash_reserve(table, 300000);
	bytes = fil_hash_bytes(table);
	fil_hash_reserve(table, 10);
	for (uint64_t i = 3000; i < 300000; i++) {
		fil_hash_prefetch(table, spread(i));
		fil_hash_add(table, spread(i), &fresh)[1] = i;
	}
	assert_int_equal(fil_hash_bytes(table), bytes);
	assert_true(bytes < 300000 * 2 * sizeof(uint64_t) * 4 / 3);
	for (uint64_t i = 0; i < 300000; i++)
		if (fil_hash_find(table, spread(i))[1] != i)
			fail_msg("%zu is lost", (size_t)i);
	fil_hash_free(table);
}

static void
add_words(void *context, const uint64_t *words)
{
	uint64_t *sums = context;

	sums[0]++;
	sums[1] += words[1];
}

static void
each__any_number__visits_every_entry_once(void **state)
{
	(void)state;
	struct fil_hash *table = fil_hash_new(2, 0);
	uint64_t sums[2] = { 0 }, expected = 0;
	bool fresh;

	fil_hash_each(table, add_words, sums);
	assert_int_equal(sums[0], 0);
	for (uint64_t i = 0; i < 5000; i++) {
		fil_hash_add(table, spread(i), &fresh)[1] = i * i;
		expected += i * i;
	}
	fil_hash_each(table, add_words, sums);
	assert_int_equal(sums[0], 5000);
	assert_true(sums[1] == expected);
	fil_hash_free(table);
}

static void
set__keys_added_or_not__tells_them_apart(void **state)
{
	(void)state;
	struct fil_hash *set = fil_hash_new_set();
	char key[16];

	for (int i = 0; i < 200000; i++) {
		int n = snprintf(key, sizeof key, "%05d", i);
		if (fil_hash_has(set, key, (size_t)n) || !fil_hash_put(set, key, (size_t)n))
			fail_msg("%s is there too early", key);
	}
	assert_int_equal(fil_hash_count(set), 200000);
	for (int i = 0; i < 400000; i++) {
		int n = snprintf(key, sizeof key, "%05d", i);
		if (fil_hash_has(set, key, (size_t)n) != (i < 200000))
			fail_msg("%s is lost, or found without being there", key);
	}
	fil_hash_free(set);
	fil_hash_free(NULL);
}

static void
set__leading_zeros_and_length__matter(void **state)
{
	(void)state;
	struct fil_hash *set = fil_hash_new_set();

	assert_true(fil_hash_put(set, "00421", 5));
	assert_false(fil_hash_put(set, "00421", 5));
	assert_false(fil_hash_has(set, "421", 3));
	assert_false(fil_hash_has(set, "00421", 4));
	assert_false(fil_hash_has(set, "", 0));
	assert_true(fil_hash_put(set, "", 0));
	assert_true(fil_hash_has(set, "x", 0));
	assert_int_equal(fil_hash_count(set), 2);
	fil_hash_free(set);
}

static size_t
key_of(unsigned i, char key[static 16])
{
	return (size_t)snprintf(key, 16, "%08u", i);
}

static void
map__many_keys__are_found_through_all_growth(void **state)
{
	struct fil_hash *map = fil_hash_new_map();
	char key[16];
	bool added;

	(void)state;
	for (unsigned i = 0; i < MANY; i++) {
		size_t n = key_of(i, key);

		assert_int_equal(fil_hash_give(map, key, n, i, &added), i);
		assert_true(added);
	}
	assert_int_equal(fil_hash_count(map), MANY);
	for (unsigned i = 0; i < MANY; i++) {
		size_t n = key_of(i, key);

		assert_int_equal(fil_hash_number(map, key, n), i);
		assert_int_equal(fil_hash_found(map, fil_hash_seek(map, key, n)), i);
		n = key_of(i + MANY, key);
		assert_true(fil_hash_number(map, key, n) == FIL_NOWHERE);
	}
	fil_hash_free(map);
}

static void
map__known_key__keeps_its_number(void **state)
{
	struct fil_hash *map = fil_hash_new_map();
	bool added;

	(void)state;
	fil_hash_give(map, "a", 1, 7, &added);
	assert_int_equal(fil_hash_give(map, "a", 1, 9, &added), 7);
	assert_false(added);
	assert_int_equal(fil_hash_count(map), 1);
	/* The end of a key counts: a, "a\0" and the empty key are three. */
	assert_true(fil_hash_number(map, "a\0", 2) == FIL_NOWHERE);
	assert_true(fil_hash_number(map, "", 0) == FIL_NOWHERE);
	fil_hash_give(map, "", 0, 8, &added);
	assert_int_equal(fil_hash_number(map, "", 0), 8);
	fil_hash_free(map);
}

static void
map__keys_added_later__are_there_once_settled(void **state)
{
	static const unsigned counts[] = { 0, 1, 15, 16, 17, 1000 };
	char key[16];

	(void)state;
	for (size_t c = 0; c < sizeof counts / sizeof *counts; c++) {
		struct fil_hash *map = fil_hash_new_map();

		for (unsigned i = 0; i < counts[c]; i++)
			fil_hash_give_later(map, key, key_of(i, key), i);
		fil_hash_settle(map);
		assert_int_equal(fil_hash_count(map), counts[c]);
		for (unsigned i = 0; i < counts[c]; i++) {
			size_t n = key_of(i, key);

			assert_int_equal(fil_hash_number(map, key, n), i);
		}
		fil_hash_free(map);
	}
}

static void
intern__texts__are_numbered_as_they_came(void **state)
{
	struct fil_intern *names = fil_intern_new(0);

	(void)state;
	assert_int_equal(fil_intern_add(names, "Arts/X", 6), 0);
	assert_int_equal(fil_intern_add(names, "Arts/X", 4), 1);
	assert_int_equal(fil_intern_add(names, "Arts", 4), 1);
	assert_int_equal(fil_intern_count(names), 2);
	assert_string_equal(fil_intern_get(names, 1), "Arts");
	assert_int_equal(fil_intern_find(names, "Arts/X", 6), 0);
	assert_int_equal(fil_intern_find(names, "Arts/X", 5), FIL_NOWHERE);
	assert_int_equal(fil_intern_add_text(names, "Arts"), 1);
	assert_string_equal(fil_intern_text(names, 1), "Arts");
	assert_int_equal(fil_intern_add_text(names, NULL), FIL_NO_TEXT);
	assert_null(fil_intern_text(names, FIL_NO_TEXT));
	assert_int_equal(fil_intern_count(names), 2);
	fil_intern_free(names);
}

static void
intern__tuples__are_kept_once(void **state)
{
	struct fil_intern *tuples = fil_intern_new(2 * sizeof(uint32_t));

	(void)state;
	for (uint32_t i = 0; i < 1000; i++) {
		uint32_t tuple[2] = { i % 100, i % 2 };

		assert_int_equal(fil_intern_add(tuples, tuple, sizeof tuple), i % 100);
		assert_memory_equal(fil_intern_get(tuples, i % 100), tuple, sizeof tuple);
	}
	assert_int_equal(fil_intern_count(tuples), 100);
	fil_intern_free(tuples);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(find__empty_set__finds_nothing),
		cmocka_unit_test(add__any_number__keeps_them_all),
		cmocka_unit_test(add__as_expected_or_not__keeps_them_all),
		cmocka_unit_test(add__all_to_one_segment__keeps_them_all),
		cmocka_unit_test(add__hashes_with_one_place__stand_beside_each_other),
		cmocka_unit_test(add__zero__is_an_entry_like_others),
		cmocka_unit_test(reserve__in_the_midst__keeps_all_and_grows_no_more),
		cmocka_unit_test(each__any_number__visits_every_entry_once),
		cmocka_unit_test(set__keys_added_or_not__tells_them_apart),
		cmocka_unit_test(set__leading_zeros_and_length__matter),
		cmocka_unit_test(map__many_keys__are_found_through_all_growth),
		cmocka_unit_test(map__known_key__keeps_its_number),
		cmocka_unit_test(map__keys_added_later__are_there_once_settled),
		cmocka_unit_test(intern__texts__are_numbered_as_they_came),
		cmocka_unit_test(intern__tuples__are_kept_once),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
