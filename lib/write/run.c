/* SPDX-License-Identifier: ISC */
#include "lib/write/run.h"

#include <errno.h>
#include <pwd.h>
#include <sodium.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "lib/base/memory.h"
#include "lib/base/text.h"

/* Characters without a meaning to any shell. */
static const char unquoted[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_@%+=:,./-";

/* Returns the account of the real user, or NULL. The machine's own accounts are read here: without
 * memory the search of the C library crashes. */
static const struct passwd *
real_account(void)
{
	const struct passwd *account = NULL;
	FILE *accounts;

	errno = 0;
	accounts = fopen("/etc/passwd", "re");
	while (accounts && (account = fgetpwent(accounts)) && account->pw_uid != getuid())
		continue;
	if (errno == ENOMEM)
		fil_die(FIL_BUG, "out of memory");
	if (accounts)
		fclose(accounts);
	return account ? account : getpwuid(getuid());
}

/* Returns the login name of the real user, or "uid 1234" without one. Under sudo the caller
 * follows: "root (ada)". The caller frees it. */
static char *
account_name(void)
{
	const struct passwd *account = real_account();
	const char *sudo = getenv("SUDO_USER");
	char *name, *shown, *both;

	if (account)
		name = fil_copy(account->pw_name);
	else
		name = fil_format("uid %ju", (uintmax_t)getuid());
	if (!sudo || !*sudo)
		return name;
	shown = fil_text_escape(sudo);
	both = fil_format("%s (%s)", name, shown);
	free(shown);
	free(name);
	return both;
}

/* Returns the time in UTC, "2024-03-01T07:00:00.123456Z"; the caller frees it. */
static char *
utc_now(void)
{
	struct timespec now;
	struct tm utc;
	char text[32];

	clock_gettime(CLOCK_REALTIME, &now);
	gmtime_r(&now.tv_sec, &utc);
	strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &utc);
	return fil_format("%s.%06ldZ", text, now.tv_nsec / 1000);
}

/* Adds a word as $'…', which can hold control characters and invalid UTF-8. */
static void
add_bytes(struct fil_bytes *command, const char *word)
{
	fil_bytes_add_text(command, "$'");
	for (; *word; word++) {
		unsigned char c = (unsigned char)*word;

		if (c < ' ' || c >= 0x7F)
			fil_bytes_add_format(command, "\\x%02x", c);
		else if (c == '\'' || c == '\\')
			fil_bytes_add_format(command, "\\%c", c);
		else
			fil_bytes_add(command, word, 1);
	}
	fil_bytes_add_text(command, "'");
}

static void
add_quoted(struct fil_bytes *command, const char *word)
{
	fil_bytes_add_text(command, "'");
	for (const char *quote; (quote = strchr(word, '\'')); word = quote + 1) {
		fil_bytes_add(command, word, (size_t)(quote - word));
		fil_bytes_add_text(command, "'\\''");
	}
	fil_bytes_add_text(command, word);
	fil_bytes_add_text(command, "'");
}

/* Returns the command line as a shell would read it: one line of UTF-8, words quoted where
 * necessary. argv ends with NULL. The caller frees it. */
static char *
command_text(char *const *argv)
{
	struct fil_bytes command = { 0 };
	size_t n;

	for (size_t i = 0; argv[i]; i++) {
		n = strlen(argv[i]);
		if (i)
			fil_bytes_add_text(&command, " ");
		if (n && strspn(argv[i], unquoted) == n)
			fil_bytes_add(&command, argv[i], n);
		else if (fil_utf8_check(argv[i], n) < n || fil_text_control(argv[i], n, false) < n)
			add_bytes(&command, argv[i]);
		else
			add_quoted(&command, argv[i]);
	}
	return command.data ? command.data : fil_copy("");
}

enum { NUMBER, RELATION, SUBJECT, ACTION, WAS_RUN, WAS, N_COLUMNS };
static const char *const history_columns[] = {
	[NUMBER] = "number",
	[RELATION] = "relation",
	[SUBJECT] = "subject",
	[ACTION] = "action",
	[WAS_RUN] = "was_run",
	[WAS] = "was",
};
static const struct fil_relation history_table = { "history", history_columns, N_COLUMNS, 1 };

/* A batch of history is written when it has as many rows or bytes. */
enum { HISTORY_ROWS = 1000, HISTORY_BYTES = 1 << 20 };

/* The values that a run overwrites or removes, to be written to the table `history`. */
struct history {
	struct fil_store *store;
	int64_t run, kept;
	const char *action; /* of the rows that are being kept */
	struct fil_batch *batch;
	struct fil_bytes image;
};

/* Returns the empty history of one run. */
static struct history *
history_new(struct fil_store *store, int64_t run)
{
	struct history *history = fil_alloc(1, sizeof *history);

	history->store = store;
	history->run = run;
	history->batch = fil_batch_new(N_COLUMNS);
	return history;
}

/* Returns the number of the column `user`, or FIL_NOWHERE. */
static size_t
subject_of(const struct fil_relation *relation)
{
	for (size_t c = 0; c < relation->n_columns; c++)
		if (strcmp(relation->columns[c], "user") == 0)
			return c;
	return FIL_NOWHERE;
}

/* Adds a string of JSON (RFC 8259). Text without escapes is copied whole. */
static void
add_string(struct fil_bytes *image, const char *text, size_t n)
{
	size_t plain;

	fil_bytes_add(image, "\"", 1);
	while (n > 0) {
		for (plain = 0; plain < n && (unsigned char)text[plain] >= ' '; plain++)
			if (text[plain] == '"' || text[plain] == '\\')
				break;
		fil_bytes_add(image, text, plain);
		if (plain == n)
			break;
		if ((unsigned char)text[plain] < ' ')
			fil_bytes_add_format(image, "\\u%04x", (unsigned)text[plain]);
		else
			fil_bytes_add(image, (const char[]){ '\\', text[plain] }, 2);
		text += plain + 1;
		n -= plain + 1;
	}
	fil_bytes_add(image, "\"", 1);
}

/* Makes the row's JSON object in history->image; by hand, because jansson takes longer than the
 * store. A cell of invalid UTF-8, which only another program can have stored, is a fault. Returns 0
 * or -1. */
static int
make_image(struct history *history, const struct fil_relation *relation,
    const struct fil_batch *rows, size_t row, struct fil_fault *fault)
{
	struct fil_bytes *image = &history->image;
	const char *cell, *before = "{";
	size_t length;

	fil_bytes_clear(image);
	for (size_t c = 0; c < relation->n_columns; c++) {
		cell = fil_batch_cell(rows, row, c, &length);
		if (!cell)
			continue;
		if (fil_utf8_check(cell, length) < length)
			return fil_fault_set(fault, FIL_UNAVAILABLE,
			    "%s: %s: a stored value is not UTF-8: restore the store from a backup",
			    relation->name, relation->columns[c]);
		fil_bytes_add(image, before, 1);
		add_string(image, relation->columns[c], strlen(relation->columns[c]));
		fil_bytes_add(image, ":", 1);
		add_string(image, cell, length);
		before = ",";
	}
	fil_bytes_add(image, "}", 1);
	return 0;
}

static int
flush_history(struct history *history, struct fil_fault *fault)
{
	struct fil_batch *batch = history->batch;
	int failed =
	    fil_store_insert(history->store, &history_table, batch, history->run, NULL, fault);

	fil_batch_clear(batch);
	return failed;
}

/* Adds a row of the history to the batch. Returns 0 or -1. */
static int
add_history_row(struct history *history, const struct fil_relation *relation,
    const struct fil_batch *rows, size_t row, struct fil_fault *fault)
{
	size_t subject = subject_of(relation);
	const char *cells[N_COLUMNS] = { 0 };
	char number[24];

	if (make_image(history, relation, rows, row, fault))
		return -1;
	snprintf(number, sizeof number, "%lld", (long long)++history->kept);
	cells[NUMBER] = number;
	cells[RELATION] = relation->name;
	if (subject != FIL_NOWHERE)
		cells[SUBJECT] = fil_batch_cell(rows, row, subject, NULL);
	cells[ACTION] = history->action;
	cells[WAS_RUN] = fil_batch_cell(rows, row, relation->n_columns, NULL);
	cells[WAS] = history->image.data;
	fil_batch_add(history->batch, cells);
	return 0;
}

static bool
is_full(const struct fil_batch *batch)
{
	return fil_batch_rows(batch) >= HISTORY_ROWS || fil_batch_bytes(batch) > HISTORY_BYTES;
}

/* Keeps rows of n_columns + 1 cells from fil_store_fetch, each as a JSON object: its non-empty
 * cells, as strings, in the order of the columns. Returns 0 or -1. */
static int
history_keep(struct history *history, const struct fil_relation *relation,
    const struct fil_batch *rows, const char *action, struct fil_fault *fault)
{
	size_t n = fil_batch_rows(rows);

	history->action = action;
	for (size_t row = 0; row < n; row++) {
		if (add_history_row(history, relation, rows, row, fault))
			return -1;
		if (is_full(history->batch) && flush_history(history, fault))
			return -1;
	}
	/* The caller overwrites these rows next, so that none may wait here. */
	return flush_history(history, fault);
}

static void
history_free(struct history *history)
{
	if (!history)
		return;
	fil_batch_free(history->batch);
	fil_bytes_release(&history->image);
	free(history);
}

enum { MARK_BYTES = 16, HASH_BYTES = 32 };

static const char next_run[] = "SELECT coalesce(max(run), 0) + 1 FROM runs";
static const char has_run[] = "SELECT 1 FROM runs WHERE run = CAST($1 AS INTEGER) AND mark = $2";
static const char reading_run[] = "SELECT max(run) FROM runs WHERE hash = $1";
static const char insert_run[] =
#include "sql/run-insert.inc"
    ;
static const char seed_dimensions[] =
#include "sql/seed-dimensions.inc"
    ;
static const char seeded_rows[] =
    "SELECT (SELECT count(*) FROM dimensions) + (SELECT count(*) FROM levels)";
static const char seed_levels[] =
#include "sql/seed-levels.inc"
    ;

static const char *const actions[] = {
	[FIL_ADDED] = "added",
	[FIL_CHANGED] = "changed",
	[FIL_LEFT] = "left",
	[FIL_RETURNED] = "returned",
	[FIL_REMOVED] = "removed",
	[FIL_UNCHANGED] = "unchanged",
};

struct fil_run {
	struct fil_store *store;
	int64_t number;
	char *started, *who, *command;
	struct fil_bytes inputs, hashes;
	size_t n_inputs;
	char mark[2 * MARK_BYTES + 1];
	struct history *history;
};

const char *
fil_action_name(enum fil_action action)
{
	return actions[action];
}

static void
run_free(struct fil_run *run)
{
	free(run->started);
	free(run->who);
	free(run->command);
	fil_bytes_release(&run->inputs);
	fil_bytes_release(&run->hashes);
	history_free(run->history);
	free(run);
}

/* Queries one number, binding up to two texts. Returns it, 0 without a row, or -1 with a fault. */
static int64_t
ask(struct fil_store *store, const char *sql, const char *first, const char *second,
    struct fil_fault *fault)
{
	struct fil_query *query = fil_query_new(store, sql);
	int64_t number = 0;
	int step;

	if (first)
		fil_query_bind(query, 1, first);
	if (second)
		fil_query_bind(query, 2, second);
	step = fil_query_step(query, fault);
	if (step == 1)
		number = fil_query_number(query, 0);
	fil_query_free(query);
	return step < 0 ? -1 : number;
}

struct fil_run *
fil_run_begin(struct fil_store *store, char *const *argv, unsigned seconds, struct fil_fault *fault)
{
	unsigned char mark[MARK_BYTES];
	struct fil_run *run;
	int64_t number;

	if (fil_store_begin(store, seconds, fault))
		return NULL;
	number = ask(store, next_run, NULL, NULL, fault);
	if (number < 0) {
		fil_store_rollback(store);
		return NULL;
	}
	run = fil_alloc(1, sizeof *run);
	run->store = store;
	run->number = number;
	run->started = utc_now();
	run->who = account_name();
	run->command = command_text(argv);
	run->history = history_new(store, number);
	randombytes_buf(mark, sizeof mark);
	sodium_bin2hex(run->mark, sizeof run->mark, mark, sizeof mark);
	return run;
}

int64_t
fil_run_number(const struct fil_run *run)
{
	return run->number;
}

struct fil_store *
fil_run_store(const struct fil_run *run)
{
	return run->store;
}

int64_t
fil_run_input(struct fil_run *run, const char *name, const char *hash, struct fil_fault *fault)
{
	char *shown = fil_text_escape(name);

	if (run->n_inputs++)
		fil_bytes_add_text(&run->inputs, " ");
	fil_bytes_add_text(&run->inputs, shown);
	fil_bytes_add_text(&run->hashes, hash);
	free(shown);
	return ask(run->store, reading_run, hash, NULL, fault);
}

int
fil_run_keep(struct fil_run *run, const struct fil_relation *relation, const struct fil_batch *rows,
    enum fil_action action, struct fil_fault *fault)
{
	return history_keep(run->history, relation, rows, actions[action], fault);
}

/* Replaces the hashes of several inputs by their common hash. */
static void
hash_inputs(struct fil_run *run)
{
	unsigned char hash[HASH_BYTES];
	char text[2 * HASH_BYTES + 1];

	if (run->n_inputs < 2)
		return;
	crypto_generichash(hash, sizeof hash, (const unsigned char *)run->hashes.data,
	    run->hashes.length, NULL, 0);
	fil_bytes_clear(&run->hashes);
	fil_bytes_add_text(&run->hashes, sodium_bin2hex(text, sizeof text, hash, sizeof hash));
}

/* Writes the row of the run. Returns 0 or -1. */
static int
write_row(struct fil_run *run, const struct fil_counts *counts, struct fil_fault *fault)
{
	struct fil_query *query = fil_query_new(run->store, insert_run);
	const size_t numbers[] = { counts->read, counts->added, counts->changed, counts->left,
		counts->returned, counts->removed, counts->unchanged, counts->rejected };
	int n = 1, step;

	hash_inputs(run);
	fil_query_bind_number(query, n++, run->number);
	fil_query_bind(query, n++, run->started);
	fil_query_bind(query, n++, run->who);
	fil_query_bind(query, n++, run->command);
	fil_query_bind(query, n++, run->n_inputs ? run->inputs.data : NULL);
	fil_query_bind(query, n++, run->n_inputs ? run->hashes.data : NULL);
	for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
		fil_query_bind_number(query, n++, (int64_t)numbers[i]);
	fil_query_bind(query, n, run->mark);
	step = fil_query_step(query, fault);
	fil_query_free(query);
	return step;
}

/* Looks for the run in the reopened store, after a commit with an unknown outcome. Returns 0 when
 * it is stored, else -1 with the fault completed. */
static int
look_up(struct fil_run *run, struct fil_fault *fault)
{
	char *number = fil_format("%lld", (long long)run->number);
	struct fil_fault second, first = *fault;
	int64_t found = ask(run->store, has_run, number, run->mark, &second);

	free(number);
	if (found < 0)
		return fil_fault_set(fault, first.status,
		    "%s; whether run %lld is stored is unknown (%s): see the table runs",
		    first.text, (long long)run->number, second.text);
	if (found == 0)
		return fil_fault_set(fault, first.status, "%s; run %lld is not stored", first.text,
		    (long long)run->number);
	fault->status = FIL_OK;
	return 0;
}

int
fil_run_commit(struct fil_run *run, const struct fil_counts *counts, struct fil_fault *fault)
{
	int failed = write_row(run, counts, fault);
	enum fil_commit outcome;

	if (failed) {
		fil_store_rollback(run->store);
	} else {
		outcome = fil_store_commit(run->store, fault);
		if (outcome == FIL_COMMIT_UNKNOWN)
			failed = look_up(run, fault);
		else if (outcome == FIL_NOT_COMMITTED)
			failed = -1;
	}
	run_free(run);
	return failed;
}

void
fil_run_abandon(struct fil_run *run)
{
	if (!run)
		return;
	fil_store_rollback(run->store);
	run_free(run);
}

/* Runs a statement whose parameter is the run. Returns 0 or -1. */
static int
seed(struct fil_run *run, const char *sql, struct fil_fault *fault)
{
	struct fil_query *query = fil_query_new(run->store, sql);
	int step;

	fil_query_bind_number(query, 1, run->number);
	step = fil_query_step(query, fault);
	fil_query_free(query);
	return step;
}

int
fil_run_initial(struct fil_store *store, char *const *argv, struct fil_fault *fault)
{
	struct fil_run *run = fil_run_begin(store, argv, 0, fault);
	struct fil_counts counts = { 0 };
	int64_t added;

	if (!run)
		return -1;
	if (seed(run, seed_dimensions, fault) || seed(run, seed_levels, fault) ||
	    (added = ask(store, seeded_rows, NULL, NULL, fault)) < 0) {
		fil_run_abandon(run);
		return -1;
	}
	counts.added = (size_t)added;
	return fil_run_commit(run, &counts, fault);
}
