/* SPDX-License-Identifier: ISC */
/* Numbers: hashes of cells, and what is found out from hashes alone: which are there twice, and which
 * users are managed in a circle. */
#ifndef FIL_NUMBERS_H
#define FIL_NUMBERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Returns a hash of n bytes, never 0. With `any_case` ASCII letters count as small ones. */
uint64_t fil_numbers_hash(const char *text, size_t n, bool any_case);

/* A list of numbers; {0} has none. The caller frees the list. */
struct fil_numbers {
	uint64_t *list;
	size_t n;
};

/* Compares two numbers, as qsort wants it. */
int fil_numbers_compare(const void *a, const void *b);

/* Adds a number. */
void fil_numbers_add(struct fil_numbers *numbers, uint64_t number);

/* Sorts the list. */
void fil_numbers_sort(struct fil_numbers *numbers);

/* Leaves of a sorted list only the numbers that are there twice or more, each once. */
void fil_numbers_repeated(struct fil_numbers *numbers);

/* Returns whether a sorted list has a number; 0 is in none. */
bool fil_numbers_has(const struct fil_numbers *numbers, uint64_t number);

/* Returns a set of bits that tells most numbers apart (512 KiB); the caller frees it. */
uint64_t *fil_bits_new(void);

/* Sets the bit of a number; returns whether it was set. */
bool fil_bits_set(uint64_t *bits, uint64_t number);

/* Returns whether the bit of a number is set. */
bool fil_bits_has(const uint64_t *bits, uint64_t number);

/* A user and the manager, by hashes of their keys. */
struct fil_edge {
	uint64_t key, manager;
};

/* Users and their managers; {0} has none. */
struct fil_edges {
	struct fil_edge *list;
	size_t n, room;
	uint64_t *managers; /* bits */
};

/* Adds a user. */
void fil_edges_add(struct fil_edges *edges, uint64_t key, uint64_t manager);

/* Makes the edges ready, once all are added: leaves only users who may manage others. */
void fil_edges_settle(struct fil_edges *edges);

/* Returns whether a user may be the manager of another. */
bool fil_edges_manages(const struct fil_edges *edges, uint64_t key);

/* Adds the members of the circle that begins with a user to the numbers, if there is one of at most
 * 64 steps. */
void fil_edges_circle(const struct fil_edges *edges, uint64_t start, struct fil_numbers *members);

/* Frees what they hold. */
void fil_edges_release(struct fil_edges *edges);

#endif
