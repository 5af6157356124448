/* SPDX-License-Identifier: ISC */
#include "lib/store/seal.h"

#include <sodium.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/memory.h"
#include "lib/store/query.h"

enum { DIGEST_BYTES = 32, SALT_BYTES = 16, SALTS = 256 };

struct fil_seal {
	crypto_generichash_state state; /* of the next run */
	struct fil_bytes row; /* the cells of one row */
	struct {
		unsigned char seed[randombytes_SEEDBYTES]; /* of the next salts */
		unsigned char salts[SALTS][SALT_BYTES];
	} drawn;
	bool seeded;
	size_t n_salts; /* left in drawn */
};

static void
begin_run(struct fil_seal *seal, const unsigned char *before)
{
	crypto_generichash_init(&seal->state, NULL, 0, DIGEST_BYTES);
	crypto_generichash_update(&seal->state, before, DIGEST_BYTES);
}

/* Reads a digest in hexadecimal. One that is none, which only another program can have stored, is
 * all zeros: no seal is then as stored. */
static void
read_digest(const char *text, unsigned char digest[static DIGEST_BYTES])
{
	size_t length;

	if (sodium_hex2bin(digest, DIGEST_BYTES, text, strlen(text), NULL, &length, NULL) != 0 ||
	    length < DIGEST_BYTES)
		memset(digest, 0, DIGEST_BYTES);
}

struct fil_seal *
fil_seal_new(const char *before)
{
	struct fil_seal *seal = fil_alloc(1, sizeof *seal);
	unsigned char bytes[DIGEST_BYTES] = { 0 };

	if (before)
		read_digest(before, bytes);
	begin_run(seal, bytes);
	return seal;
}

/* Fills the salts from the seed, by ChaCha20, and draws the next seed from it too. Salts of the system
 * would take a tenth of the time of the row. */
static void
draw_salts(struct fil_seal *seal)
{
	unsigned char seed[randombytes_SEEDBYTES];

	if (!seal->seeded)
		randombytes_buf(seal->drawn.seed, sizeof seal->drawn.seed);
	seal->seeded = true;
	memcpy(seed, seal->drawn.seed, sizeof seed);
	randombytes_buf_deterministic(&seal->drawn, sizeof seal->drawn, seed);
	sodium_memzero(seed, sizeof seed);
	seal->n_salts = SALTS;
}

void
fil_seal_salt(struct fil_seal *seal, char salt[static FIL_SALT_SIZE])
{
	static const char digits[] = "0123456789abcdef";
	const unsigned char *bytes;

	if (seal->n_salts == 0)
		draw_salts(seal);
	bytes = seal->drawn.salts[--seal->n_salts];
	for (size_t i = 0; i < SALT_BYTES; i++) {
		salt[2 * i] = digits[bytes[i] >> 4];
		salt[2 * i + 1] = digits[bytes[i] & 15];
	}
	salt[2 * SALT_BYTES] = '\0';
}

/* Adds a cell as a digest covers it. */
static void
add_cell(struct fil_bytes *row, const char *cell)
{
	char length[24], *digit = length + sizeof length, *p;
	size_t n, left;

	if (!cell) {
		fil_bytes_add(row, "-", 1);
		return;
	}
	n = left = strlen(cell);
	*--digit = ':';
	do
		*--digit = (char)('0' + left % 10);
	while ((left /= 10) > 0);
	left = (size_t)(length + sizeof length - digit);
	fil_bytes_reserve(row, left + n + 1);
	p = row->data + row->length;
	memcpy(p, digit, left);
	memcpy(p + left, cell, n);
	p[left + n] = ',';
	row->length += left + n + 1;
}

static void
hash_row(const struct fil_bytes *row, unsigned char digest[static DIGEST_BYTES])
{
	crypto_generichash(
	    digest, DIGEST_BYTES, (const unsigned char *)row->data, row->length, NULL, 0);
}

/* Replaces the row by the cells. */
static void
set_row(struct fil_bytes *row, const char *const *cells, size_t n)
{
	fil_bytes_clear(row);
	for (size_t i = 0; i < n; i++)
		add_cell(row, cells[i]);
}

void
fil_seal_digest(const char *const *cells, size_t n, char digest[static FIL_SEAL_SIZE])
{
	unsigned char bytes[DIGEST_BYTES];
	struct fil_bytes row = { 0 };

	set_row(&row, cells, n);
	hash_row(&row, bytes);
	sodium_bin2hex(digest, FIL_SEAL_SIZE, bytes, sizeof bytes);
	fil_bytes_release(&row);
}

void
fil_seal_history(struct fil_seal *seal, const char *const *cells, const char *digest)
{
	unsigned char bytes[DIGEST_BYTES];

	if (digest)
		read_digest(digest, bytes);
	else {
		set_row(&seal->row, cells, FIL_HISTORY_CELLS);
		hash_row(&seal->row, bytes);
	}
	crypto_generichash_update(&seal->state, bytes, sizeof bytes);
}

void
fil_seal_run(struct fil_seal *seal, const char *const *texts, const char *digest,
    const char *const *cells, char text[static FIL_SEAL_SIZE])
{
	unsigned char bytes[DIGEST_BYTES];
	char computed[FIL_SEAL_SIZE];

	if (!digest) {
		fil_seal_digest(texts, FIL_RUN_TEXT_CELLS, computed);
		digest = computed;
	}
	set_row(&seal->row, cells, FIL_RUN_CELLS);
	add_cell(&seal->row, digest);
	hash_row(&seal->row, bytes);
	crypto_generichash_update(&seal->state, bytes, sizeof bytes);
	crypto_generichash_final(&seal->state, bytes, sizeof bytes);
	sodium_bin2hex(text, FIL_SEAL_SIZE, bytes, sizeof bytes);
	begin_run(seal, bytes);
}

void
fil_seal_free(struct fil_seal *seal)
{
	if (!seal)
		return;
	fil_bytes_release(&seal->row);
	sodium_memzero(&seal->drawn, sizeof seal->drawn);
	free(seal);
}

/* Fills cells with columns of the query's row, and returns the column after them as text. */
static const char *
read_cells(struct fil_query *query, int first, const char **cells, int n)
{
	for (int i = 0; i < n; i++)
		cells[i] = fil_query_text(query, first + i);
	return fil_query_text(query, first + n);
}

/* The history while it is read, behind the columns of a row its run as a number. */
struct history {
	struct fil_query *query;
	int step; /* what the last step returned */
	void (*entry)(void *context, struct fil_query *history); /* or NULL */
	void *context;
};

/* Adds the rows of the history up to a run, from the one at which the query stands. */
static void
add_history(struct fil_seal *seal, struct history *history, int64_t run, struct fil_fault *fault)
{
	const char *cells[FIL_HISTORY_CELLS], *digest;
	struct fil_query *query = history->query;

	/* A row of a run that does not exist belongs to the next one, whose seal then differs. */
	while (history->step == 1 && fil_query_number(query, FIL_HISTORY_NAMED + 1) <= run) {
		digest = read_cells(query, 0, cells, FIL_HISTORY_CELLS);
		fil_seal_history(seal, cells, digest);
		if (history->entry)
			history->entry(history->context, query);
		history->step = fil_query_step(query, fault);
	}
}

/* Begins to read the history. */
static void
open_history(struct history *history, struct fil_store *store, struct fil_fault *fault)
{
	history->query = fil_query_new(store,
	    "SELECT " FIL_HISTORY_SEALED ", digest, named, run FROM history ORDER BY run, number");
	fil_query_read_ahead(history->query, FIL_HISTORY_NAMED + 1);
	history->step = fil_query_step(history->query, fault);
}

int
fil_seal_each(struct fil_store *store,
    void (*each)(void *context, int64_t run, const char *stored, const char *computed),
    void (*entry)(void *context, struct fil_query *history), void *context, struct fil_fault *fault)
{
	struct fil_query *runs = fil_query_new(store,
	    "SELECT " FIL_RUN_SEALED ", seal, " FIL_RUN_TEXTS ", digest FROM runs ORDER BY run");
	struct history history = { .entry = entry, .context = context };
	struct fil_seal *seal = fil_seal_new(NULL);
	const char *cells[FIL_RUN_CELLS], *texts[FIL_RUN_TEXT_CELLS], *stored, *digest;
	char computed[FIL_SEAL_SIZE];
	int step = 0;

	open_history(&history, store, fault);
	while (history.step >= 0 && (step = fil_query_step(runs, fault)) == 1) {
		int64_t run = fil_query_number(runs, 0);

		/* Before the history is read ahead: no other query may be read meanwhile. */
		stored = read_cells(runs, 0, cells, FIL_RUN_CELLS);
		digest = read_cells(runs, FIL_RUN_CELLS + 1, texts, FIL_RUN_TEXT_CELLS);
		add_history(seal, &history, run, fault);
		if (history.step < 0)
			break;
		fil_seal_run(seal, texts, digest, cells, computed);
		each(context, run, stored, computed);
	}
	if (step == 0)
		add_history(seal, &history, INT64_MAX, fault);
	fil_seal_free(seal);
	fil_query_free(history.query);
	fil_query_free(runs);
	return history.step < 0 || step < 0 ? -1 : 0;
}

/* What erasures left: a statement, the number of its cells, and that of the run in whose row a digest stands,
 * or -1. */
static const struct {
	const char *select;
	int n, run;
} erasures[] = {
	{ "SELECT " FIL_HISTORY_SEALED
	  ", digest, NULL FROM history WHERE digest IS NOT NULL ORDER BY run, number",
	    FIL_HISTORY_CELLS + 1, FIL_HISTORY_RUN },
	{ "SELECT " FIL_RUN_TEXTS
	  ", digest, run, NULL FROM runs WHERE digest IS NOT NULL ORDER BY run",
	    FIL_RUN_TEXT_CELLS + 2, FIL_RUN_TEXT_CELLS + 1 },
	{ "SELECT hash, run, NULL FROM erased WHERE pending >= 0 ORDER BY hash", 2, -1 },
};

/* Adds the rows that erasures left in table i. Returns 0 or -1. */
static int
add_erased(struct fil_seal *seal, struct fil_store *store, size_t i, int64_t *last,
    struct fil_fault *fault)
{
	struct fil_query *query = fil_query_new(store, erasures[i].select);
	const char *cells[FIL_HISTORY_CELLS + 1];
	unsigned char bytes[DIGEST_BYTES];
	int step, run = erasures[i].run;

	while ((step = fil_query_step(query, fault)) == 1) {
		read_cells(query, 0, cells, erasures[i].n);
		set_row(&seal->row, cells, (size_t)erasures[i].n);
		hash_row(&seal->row, bytes);
		crypto_generichash_update(&seal->state, bytes, sizeof bytes);
		if (run >= 0 && fil_query_number(query, run) > *last)
			*last = fil_query_number(query, run);
	}
	fil_query_free(query);
	return step;
}

int
fil_seal_erased(struct fil_store *store, char text[static FIL_SEAL_SIZE], int64_t *last,
    struct fil_fault *fault)
{
	struct fil_seal *seal = fil_seal_new(NULL);
	unsigned char bytes[DIGEST_BYTES];
	int result = 0;

	*last = 0;
	for (size_t i = 0; i < sizeof erasures / sizeof *erasures && result == 0; i++)
		result = add_erased(seal, store, i, last, fault);
	crypto_generichash_final(&seal->state, bytes, sizeof bytes);
	sodium_bin2hex(text, FIL_SEAL_SIZE, bytes, sizeof bytes);
	fil_seal_free(seal);
	return result;
}

int
fil_seal_newest(
    struct fil_store *store, char text[static FIL_RUN_SEAL_SIZE], struct fil_fault *fault)
{
	struct fil_query *query =
	    fil_query_new(store, "SELECT run, seal FROM runs ORDER BY run DESC LIMIT 1");
	int step = fil_query_step(query, fault);

	text[0] = '\0';
	if (step > 0) {
		const char *seal = fil_query_text(query, 1);

		snprintf(text, FIL_RUN_SEAL_SIZE, "%lld:%s", (long long)fil_query_number(query, 0),
		    seal ? seal : "");
		fil_query_reset(query);
	}
	fil_query_free(query);
	return step < 0 ? -1 : 0;
}
