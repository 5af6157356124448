/* SPDX-License-Identifier: ISC */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdbool.h>

#include "lib/base/hash.h"

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
	struct fil_hashes *hashes = fil_hashes_new(1, 0);

	assert_null(fil_hashes_find(hashes, 0));
	assert_null(fil_hashes_find(hashes, 42));
	assert_null(fil_hashes_find(hashes, UINT64_MAX));
	assert_int_equal(fil_hashes_count(hashes), 0);
	fil_hashes_free(hashes);
	fil_hashes_free(NULL);
}

/* Adds 0 … n-1 spread, each with its number; then all are found with it, and n … 2n-1 are not. */
static void
fill(size_t n, size_t expected)
{
	struct fil_hashes *hashes = fil_hashes_new(2, expected);
	bool fresh;

	for (size_t i = 0; i < n; i++) {
		uint64_t *entry = fil_hashes_add(hashes, spread(i), &fresh);
		if (!fresh || entry[1] != 0)
			fail_msg("%zu of %zu is not fresh", i, n);
		entry[1] = i;
		if (fil_hashes_count(hashes) != i + 1)
			fail_msg("%zu of %zu is not counted", i, n);
	}
	for (size_t i = 0; i < n; i++) {
		const uint64_t *entry = fil_hashes_find(hashes, spread(i));
		if (!entry || entry[1] != i)
			fail_msg("%zu of %zu is lost", i, n);
		if (fil_hashes_find(hashes, spread(n + i)))
			fail_msg("%zu is found without being there", n + i);
		entry = fil_hashes_add(hashes, spread(i), &fresh);
		if (fresh || entry[1] != i)
			fail_msg("%zu of %zu is there twice", i, n);
	}
	assert_int_equal(fil_hashes_count(hashes), n);
	if (n > 100000)
		assert_in_range(fil_hashes_bytes(hashes), n * 16 * 5 / 4, n * 16 * 10 / 7);
	fil_hashes_free(hashes);
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
	struct fil_hashes *hashes = fil_hashes_new(1, 0);
	const uint64_t last = UINT64_C(0xFF) << 56;
	bool fresh;

	for (uint64_t i = 0; i < 1000; i++)
		fil_hashes_add(hashes, last | spread(i) >> 8, &fresh);
	for (uint64_t i = 0; i < 1000; i++)
		assert_non_null(fil_hashes_find(hashes, last | spread(i) >> 8));
	assert_int_equal(fil_hashes_count(hashes), 1000);
	fil_hashes_free(hashes);
}

static void
add__hashes_with_one_place__stand_beside_each_other(void **state)
{
	(void)state;
	struct fil_hashes *hashes = fil_hashes_new(1, 0);
	const uint64_t high = UINT64_C(0xFFFFFFFFFF) << 24;
	bool fresh;

	for (uint64_t i = 0; i < 200; i++) {
		fil_hashes_add(hashes, high + i, &fresh);
		assert_true(fresh);
	}
	for (uint64_t i = 0; i < 200; i++)
		assert_non_null(fil_hashes_find(hashes, high + i));
	assert_null(fil_hashes_find(hashes, high + 200));
	fil_hashes_free(hashes);
}

static void
add__zero__is_an_entry_like_others(void **state)
{
	(void)state;
	struct fil_hashes *hashes = fil_hashes_new(2, 0);
	bool fresh;

	fil_hashes_add(hashes, 0, &fresh)[1] = 7;
	assert_true(fresh);
	assert_int_equal(fil_hashes_find(hashes, 0)[1], 7);
	fil_hashes_add(hashes, 0, &fresh);
	assert_false(fresh);
	fil_hashes_add(hashes, UINT64_MAX, &fresh)[1] = 8;
	assert_true(fresh);
	assert_int_equal(fil_hashes_find(hashes, UINT64_MAX)[1], 8);
	fil_hashes_free(hashes);
}

static void
reserve__in_the_midst__keeps_all_and_grows_no_more(void **state)
{
	(void)state;
	struct fil_hashes *hashes = fil_hashes_new(2, 0);
	size_t bytes;
	bool fresh;

	for (uint64_t i = 0; i < 3000; i++)
		fil_hashes_add(hashes, spread(i), &fresh)[1] = i;
	fil_hashes_reserve(hashes, 300000);
	bytes = fil_hashes_bytes(hashes);
	fil_hashes_reserve(hashes, 10);
	for (uint64_t i = 3000; i < 300000; i++) {
		fil_hashes_seek(hashes, spread(i));
		fil_hashes_add(hashes, spread(i), &fresh)[1] = i;
	}
	assert_int_equal(fil_hashes_bytes(hashes), bytes);
	assert_true(bytes < 300000 * 2 * sizeof(uint64_t) * 4 / 3);
	for (uint64_t i = 0; i < 300000; i++)
		if (fil_hashes_find(hashes, spread(i))[1] != i)
			fail_msg("%zu is lost", (size_t)i);
	fil_hashes_free(hashes);
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
	struct fil_hashes *hashes = fil_hashes_new(2, 0);
	uint64_t sums[2] = { 0 }, expected = 0;
	bool fresh;

	fil_hashes_each(hashes, add_words, sums);
	assert_int_equal(sums[0], 0);
	for (uint64_t i = 0; i < 5000; i++) {
		fil_hashes_add(hashes, spread(i), &fresh)[1] = i * i;
		expected += i * i;
	}
	fil_hashes_each(hashes, add_words, sums);
	assert_int_equal(sums[0], 5000);
	assert_true(sums[1] == expected);
	fil_hashes_free(hashes);
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
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
