/* SPDX-License-Identifier: ISC */
#include "lib/audit/check/rows.h"

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/audit/check/derived_runs.h"
#include "lib/audit/check/user_doubts.h"
#include "lib/base/hash.h"
#include "lib/base/memory.h"
#include "lib/catalog/catalog.h"
#include "lib/catalog/value.h"
#include "lib/catalog/value_doubt.h"
#include "lib/levels/standing_update.h"

/* The days of a row that others refer to: a user is there, a phase goes on. */
struct span {
	fil_day from, until; /* INT_MIN, INT_MAX: unknown */
};

/* Rows of a target that wait for their entry: its memory is fetched meanwhile. */
enum { WAITING = 16 };

/* A key of a target, by its hash, with its span. */
struct target_key {
	uint64_t hash, span;
};

/* A table that others refer to, with hashes of its keys and the spans. */
struct target {
	const struct fil_table *table;
	struct fil_hash *keys;
	size_t from, until; /* columns, or FIL_NOWHERE */
	struct target_key waiting[WAITING];
	size_t n_waited; /* number of keys that ever waited */
};

/* Tables whose rows have a span. */
static const struct {
	const char *table, *from, *until;
} spans[] = { { "users", "arrived", "left" }, { "phases", "begins", "ends" } };

/* Days that follow each other in a row. */
static const struct {
	const char *table, *first, *next;
} orders[] = { { "users", "arrived", "left" }, { "assignments", "assigned", "due" },
	{ "phases", "begins", "ends" }, { "dimensions", "begins", "ends" } };

/* Cells that were found good: most cells have been seen in the rows before. Longer ones are checked
 * each time. */
enum { SLOTS = 256, SLOT_TEXT = 31 };

struct slot {
	unsigned char n; /* 0: free */
	char text[SLOT_TEXT];
};

/* Of fewer users, a thread that reads their levels ahead takes longer than it saves. */
enum { MANY_USERS = 4096 };

/* The users who come after one whose event is read: the entry of the one so far on is fetched. */
enum { AHEAD = 8 };

/* Hashes of the users' keys in the order of the keys, in which their events come too. */
struct key_order {
	uint64_t *hashes;
	size_t n, room;
	size_t next; /* behind the user whose event came last */
};

/* A column of the table that is being read. */
struct column_check {
	const struct fil_column *column;
	unsigned doubts;
	const struct target *target; /* to which it refers, or NULL */
	struct key_order *order; /* in which its cells come, or NULL */
	bool own; /* it refers to the table itself: all rows come before its cells are looked up */
	bool open; /* it may be NULL */
	struct fil_bytes last; /* the cell looked up last in the target */
	uint64_t hash; /* of that cell */
	const uint64_t *entry; /* of that cell, or NULL */
	struct slot slots[SLOTS];
};

/* The table that is being read, and its row. */
struct table_check {
	struct rows_check *rows;
	const struct fil_table *table;
	struct target *own; /* the table itself, to which others refer; or NULL */
	bool users; /* it is the table of users */
	struct column_check *columns;
	const char **cells;
	size_t *lengths;
	size_t first, next; /* columns of days that follow each other, or FIL_NOWHERE */
	size_t owner, day; /* columns: a day that lies within the owner's span, or FIL_NOWHERE */
	enum fil_finding_kind outside; /* when it does not */
};

struct rows_check {
	struct fil_store *store;
	const struct fil_checked_log *log;
	struct fil_findings *findings;
	struct fil_checked_rows *checked;
	struct fil_user_doubts *users;
	/* While the levels are read. NULL: the log cannot be read, which another check reports. */
	struct fil_derived_runs *derived;
	struct target *targets;
	size_t n_targets;
	struct key_order order;
	/* Bit n: a user's key is a number of n digits, without a zero before it or with zeros. */
	uint64_t numbers, zeros;
	struct fil_bytes words, spare;
};

/* Returns a span as a word of an entry. */
static uint64_t
span_pack(struct span span)
{
	return (uint64_t)(uint32_t)span.from << 32 | (uint32_t)span.until;
}

static struct span
span_unpack(uint64_t word)
{
	return (struct span){ (fil_day)(int32_t)(word >> 32), (fil_day)(int32_t)word };
}

/* Returns a stored day, or another one where it is not known. */
static fil_day
day_of(const char *text, fil_day unknown)
{
	fil_day day;

	return text && fil_date_parse(text, &day) == 0 ? day : unknown;
}

/* Returns whether a column of the catalogue refers to the table. */
static bool
is_target(const struct fil_table *table)
{
	size_t n;
	const struct fil_table *const *tables = fil_catalog_tables(&n);

	for (size_t t = 0; t < n; t++)
		for (size_t c = 0; c < tables[t]->n_columns; c++) {
			const char *references = tables[t]->columns[c].references;

			if (references && strcmp(references, table->name) == 0)
				return true;
		}
	return false;
}

/* Notes the length of a key that is a whole number, without the zeros before it. */
static void
note_number(struct rows_check *check, const char *key, size_t n)
{
	size_t zeros = strspn(key, "0"), digits = n - zeros;

	if (digits == 0 || digits >= 64 || strspn(key + zeros, "0123456789") != digits)
		return;
	if (zeros > 0)
		check->zeros |= UINT64_C(1) << digits;
	else
		check->numbers |= UINT64_C(1) << digits;
}

static void
add_key(struct target *target, const struct target_key *key)
{
	bool fresh;

	fil_hash_add(target->keys, key->hash, &fresh)[1] = key->span;
}

/* Adds the row of a target. Returns the hash of its key. */
static uint64_t
add_target_row(struct target *target, const char *const *cells, size_t n)
{
	struct target_key *waiting = &target->waiting[target->n_waited % WAITING];
	struct span span = { INT_MIN, INT_MAX };

	if (target->n_waited++ >= WAITING)
		add_key(target, waiting);
	if (target->from != FIL_NOWHERE) {
		span.from = day_of(cells[target->from], INT_MIN);
		span.until = day_of(cells[target->until], INT_MAX);
	}
	*waiting = (struct target_key){ fil_hash_seek(target->keys, cells[0], n), span_pack(span) };
	return waiting->hash;
}

/* Adds the rows of a target that wait. */
static void
settle_target(struct target *target)
{
	for (size_t i = 0; i < target->n_waited && i < WAITING; i++)
		add_key(target, &target->waiting[i]);
	target->n_waited = 0;
}

/* Makes all targets, without keys: a table comes before those that refer to it. */
static void
make_targets(struct rows_check *check, size_t users)
{
	size_t n;
	const struct fil_table *const *tables = fil_catalog_tables(&n);

	check->targets = fil_alloc(n, sizeof *check->targets);
	for (size_t t = 0; t < n; t++) {
		struct target *target = &check->targets[check->n_targets];

		if (!is_target(tables[t]))
			continue;
		*target = (struct target){ .table = tables[t],
			.keys = fil_hash_new(2, strcmp(tables[t]->name, "users") == 0 ? users : 0),
			.from = FIL_NOWHERE,
			.until = FIL_NOWHERE };
		for (size_t s = 0; s < sizeof spans / sizeof *spans; s++)
			if (strcmp(spans[s].table, tables[t]->name) == 0) {
				target->from = fil_table_column(tables[t], spans[s].from);
				target->until = fil_table_column(tables[t], spans[s].until);
			}
		check->n_targets++;
	}
}

static struct target *
find_target(const struct rows_check *check, const char *table)
{
	for (size_t i = 0; table && i < check->n_targets; i++)
		if (strcmp(check->targets[i].table->name, table) == 0)
			return &check->targets[i];
	return NULL;
}

/* Finds the days that are compared in rows of the table. */
static void
find_days(struct table_check *check)
{
	const struct fil_table *table = check->table;
	bool event = table->kind == FIL_EVENT;

	check->first = check->next = check->owner = check->day = FIL_NOWHERE;
	for (size_t i = 0; i < sizeof orders / sizeof *orders; i++)
		if (strcmp(orders[i].table, table->name) == 0) {
			check->first = fil_table_column(table, orders[i].first);
			check->next = fil_table_column(table, orders[i].next);
		}
	if (event || strcmp(table->name, "enrolments") == 0) {
		check->owner = fil_table_column(table, event ? "user" : "phase");
		check->day = fil_table_column(table, event ? "date" : "enrolled");
		check->outside = event ? FIL_FINDING_ABSENT : FIL_FINDING_PHASE;
	}
}

/* Returns the check of a table; the caller ends it. */
static struct table_check
begin_table(struct rows_check *rows, const struct fil_table *table)
{
	struct table_check check = { .rows = rows,
		.table = table,
		.own = find_target(rows, table->name),
		.users = strcmp(table->name, "users") == 0,
		.columns = fil_alloc(table->n_columns, sizeof *check.columns),
		.cells = fil_alloc(table->n_columns, sizeof *check.cells),
		.lengths = fil_alloc(table->n_columns, sizeof *check.lengths) };
	unsigned *doubts = fil_table_doubts(table, NULL);

	for (size_t c = 0; c < table->n_columns; c++) {
		struct column_check *column = &check.columns[c];

		column->column = &table->columns[c];
		column->open = !table->columns[c].key && !table->columns[c].required;
		column->target = find_target(rows, table->columns[c].references);
		column->own = column->target && column->target == check.own;
		if (c == 0 && table->kind == FIL_EVENT && column->target &&
		    strcmp(column->target->table->name, "users") == 0)
			column->order = &rows->order;
		/* Of a reference only the key that it names has doubts. */
		if (!column->target)
			column->doubts = doubts[c] & ~(1U << FIL_DOUBT_SEVERAL);
	}
	free(doubts);
	rows->order.next = 0;
	find_days(&check);
	return check;
}

static void
end_table(struct table_check *check)
{
	for (size_t c = 0; c < check->table->n_columns; c++)
		fil_bytes_release(&check->columns[c].last);
	free(check->columns);
	free(check->cells);
	free(check->lengths);
}

/* Adds a finding about a row of a relation, whose key the cells begin with. */
static void
tell_row(struct rows_check *rows, const struct fil_relation *relation, const char *const *cells,
    enum fil_finding_kind kind, const char *column, const char *text)
{
	fil_bytes_clear(&rows->words);
	fil_relation_words(relation, cells, &rows->words);
	fil_findings_add(rows->findings, kind, relation->name, rows->words.data, column, text);
}

/* Adds a finding about the row that is checked. */
static void
tell(struct rows_check *rows, const struct table_check *check, enum fil_finding_kind kind,
    const char *column, const char *text)
{
	tell_row(rows, &check->table->relation, check->cells, kind, column, text);
}

/* Fetches the entry of a user to come. Finding an entry is mostly waiting for memory. */
static void
seek_ahead(struct key_order *order, const struct fil_hash *keys, uint64_t hash)
{
	while (order->next < order->n && order->hashes[order->next] != hash)
		order->next++;
	if (order->next + AHEAD < order->n)
		fil_hash_prefetch(keys, order->hashes[order->next + AHEAD]);
}

/* Finds the hash of a cell in the table to which its column refers. Returns whether it is another cell
 * than the last one. */
static bool
seek(struct column_check *column, const char *cell, size_t n)
{
	struct fil_bytes *last = &column->last;

	if (last->length == n && n > 0 && memcmp(last->data, cell, n) == 0)
		return false;
	fil_bytes_clear(last);
	fil_bytes_add(last, cell, n);
	column->hash = fil_hash_seek(column->target->keys, cell, n);
	return true;
}

/* Returns the entry of a cell in the table to which its column refers, or NULL. */
static const uint64_t *
look_up(struct column_check *column, const char *cell, size_t n)
{
	if (!seek(column, cell, n))
		return column->entry;
	column->entry = fil_hash_find(column->target->keys, column->hash);
	if (column->entry && column->order)
		seek_ahead(column->order, column->target->keys, column->hash);
	return column->entry;
}

/* Returns the kind of the finding for the doubt that a stored value raises. */
static enum fil_finding_kind
finding_of(enum fil_doubt doubt)
{
	static const enum fil_finding_kind kinds[FIL_DOUBT_KINDS] = {
		[FIL_DOUBT_NO_DAY] = FIL_FINDING_NO_DAY,
		[FIL_DOUBT_SPREADSHEET_KEY] = FIL_FINDING_SPREADSHEET_KEY,
		[FIL_DOUBT_NULL_WORD] = FIL_FINDING_NULL_WORD,
		[FIL_DOUBT_NOT_A_ROW] = FIL_FINDING_NOT_A_ROW,
		[FIL_DOUBT_ADDRESS] = FIL_FINDING_ADDRESS,
	};

	return kinds[doubt];
}

/* Tells what a cell may not be. Returns whether it is good. */
static bool
judge_cell(struct rows_check *rows, struct table_check *check, size_t c)
{
	struct column_check *column = &check->columns[c];
	const char *cell = check->cells[c], *name = column->column->name;
	size_t n = check->lengths[c];
	struct fil_value_doubt doubt;
	struct fil_fault fault;
	char *shown, *text;

	/* A key that is stored is checked where it is stored. */
	if (cell && n > 0 && column->target && look_up(column, cell, n))
		return true;
	if (fil_column_check(column->column, cell, n, &rows->spare, &fault) != 0) {
		tell(rows, check, FIL_FINDING_VALUE, name, fault.text);
		return false;
	}
	if (!cell || n == 0)
		return true;
	if (column->target) {
		shown = fil_value_shown(cell, n);
		text = fil_format("'%s' is not in %s", shown, column->target->table->name);
		tell(rows, check, FIL_FINDING_REFERENCE, name, text);
		free(text);
		free(shown);
		return false;
	}
	if (!fil_value_doubt(column->column, column->doubts, cell, n, &doubt))
		return true;
	shown = fil_value_shown(cell, n);
	text = fil_value_doubt_seen(&doubt, shown);
	tell(rows, check, finding_of(doubt.kind), name, text);
	free(text);
	free(shown);
	return false;
}

/* Returns the slot for a cell that is not empty, by its first and last bytes. */
static struct slot *
slot_of(struct column_check *column, const char *cell, size_t n)
{
	uint64_t first = (unsigned char)cell[0], last = (unsigned char)cell[n - 1];

	if (n >= sizeof first) {
		memcpy(&first, cell, sizeof first);
		memcpy(&last, cell + n - sizeof last, sizeof last);
	} else {
		first |= (uint64_t)(unsigned char)cell[n / 2] << 8;
		last |= (uint64_t)(unsigned char)cell[n - 1 - n / 4] << 8;
	}
	/* The factors are odd and have no pattern. */
	first *= UINT64_C(0x9E3779B97F4A7C15);
	last *= UINT64_C(0xC2B2AE3D27D4EB4F);
	return &column->slots[(first ^ last ^ n << 56) >> 56];
}

static void
check_cell(struct rows_check *rows, struct table_check *check, size_t c)
{
	const char *cell = check->cells[c];
	size_t n = check->lengths[c];
	struct slot *slot;

	if (cell ? check->columns[c].own && n > 0 : check->columns[c].open)
		return;
	if (!cell || n == 0 || n > SLOT_TEXT) {
		judge_cell(rows, check, c);
		return;
	}
	slot = slot_of(&check->columns[c], cell, n);
	if (slot->n == n && memcmp(slot->text, cell, n) == 0)
		return;
	if (!judge_cell(rows, check, c))
		return;
	slot->n = (unsigned char)n;
	memcpy(slot->text, cell, n);
}

/* Tells a row whose run is not in the log. */
static void
check_run(struct rows_check *rows, const struct fil_relation *relation, const char *const *cells,
    int64_t run)
{
	char *text;

	if (fil_checked_log_has(rows->log, run))
		return;
	text = fil_format("was written by run %lld, which does not exist", (long long)run);
	tell_row(rows, relation, cells, FIL_FINDING_LOG, "run", text);
	free(text);
}

/* Tells days that do not follow each other. Stored days compare as texts. */
static void
check_order(struct rows_check *rows, const struct table_check *check)
{
	const char *first, *next;
	fil_day day;
	char *text;

	if (check->first == FIL_NOWHERE)
		return;
	first = check->cells[check->first];
	next = check->cells[check->next];
	if (!first || !next || strcmp(next, first) >= 0 || fil_date_parse(first, &day) != 0 ||
	    fil_date_parse(next, &day) != 0)
		return;
	text = fil_format(
	    "%s is before %s, %s", next, check->table->columns[check->first].name, first);
	tell(rows, check, FIL_FINDING_DAYS, check->table->columns[check->next].name, text);
	free(text);
}

/* Tells a day outside the span of the row to which another column refers. */
static void
check_span(struct rows_check *rows, struct table_check *check)
{
	const struct target *target;
	const uint64_t *entry;
	struct span span;
	fil_day day;
	bool before;
	char *text, bound[FIL_DATE_SIZE];

	if (check->day == FIL_NOWHERE || !check->cells[check->owner] || !check->cells[check->day])
		return;
	entry = look_up(&check->columns[check->owner], check->cells[check->owner],
	    check->lengths[check->owner]);
	if (!entry || entry[1] == span_pack((struct span){ INT_MIN, INT_MAX }) ||
	    fil_date_parse(check->cells[check->day], &day) != 0)
		return;
	span = span_unpack(entry[1]);
	before = day < span.from;
	if (!before && day <= span.until)
		return;
	target = check->columns[check->owner].target;
	fil_date_write(before ? span.from : span.until, bound);
	text = fil_format("%s is %s %s, %s", check->cells[check->day], before ? "before" : "after",
	    target->table->columns[before ? target->from : target->until].name, bound);
	tell(rows, check, check->outside, check->table->columns[check->day].name, text);
	free(text);
}

/* Notes the user of a row, whose key has this hash. */
static void
note_user(struct rows_check *rows, struct table_check *check, uint64_t hash)
{
	struct key_order *order = &rows->order;
	uint64_t manager = 0;

	if (order->n < order->room)
		order->hashes[order->n++] = hash;
	for (size_t c = 0; c < check->table->n_columns; c++)
		if (check->columns[c].own && check->lengths[c] > 0) {
			seek(&check->columns[c], check->cells[c], check->lengths[c]);
			manager = check->columns[c].hash;
		}
	note_number(rows, check->cells[0], check->lengths[0]);
	fil_user_doubts_note(rows->users, check->cells, hash, manager);
}

/* Tells a key without zeros of which a key with zeros exists: the row has the latter. */
static void
check_zeros(struct rows_check *rows, struct table_check *check)
{
	const char *key = check->cells[0], *rest = key + strspn(key, "0");
	char *text;

	if (rest == key || *rest == '\0' || strlen(rest) >= 64 ||
	    !(rows->numbers >> strlen(rest) & 1) || rest[strspn(rest, "0123456789")] != '\0' ||
	    !fil_hash_find(check->own->keys, fil_hash_seek(check->own->keys, rest, strlen(rest))))
		return;
	text = fil_format("'%s' may be '%s' without its zeros", rest, key);
	check->cells[0] = rest;
	tell(rows, check, FIL_FINDING_SPREADSHEET_KEY, "user", text);
	check->cells[0] = key;
	free(text);
}

static void
read_cells(struct table_check *check, struct fil_query *query)
{
	fil_query_cells(query, check->table->n_columns, check->cells, check->lengths);
}

/* Checks the row at which the query stands, and counts it. */
static void
check_row(struct table_check *check, struct fil_query *query)
{
	struct rows_check *rows = check->rows;
	size_t n = check->table->n_columns;
	uint64_t hash;

	rows->checked->rows++;
	read_cells(check, query);
	for (size_t c = 0; c < n; c++)
		check_cell(rows, check, c);
	check_run(rows, &check->table->relation, check->cells, fil_query_number(query, (int)n));
	check_order(rows, check);
	check_span(rows, check);
	if (!check->own || !check->cells[0])
		return;
	hash = add_target_row(check->own, check->cells, check->lengths[0]);
	if (check->users)
		note_user(rows, check, hash);
}

/* Compares the user at which the query stands with the other users. */
static void
compare_user(struct table_check *check, struct fil_query *query)
{
	read_cells(check, query);
	for (size_t c = 0; c < check->table->n_columns; c++)
		if (check->columns[c].own && check->lengths[c] > 0)
			judge_cell(check->rows, check, c);
	if (!check->cells[0])
		return;
	check_zeros(check->rows, check);
	fil_user_doubts_row(check->rows->users, check->cells);
}

/* Reads all rows of a table, by a selection of its columns. Returns 0 or -1. */
static int
read_rows(struct table_check *check, const char *sql,
    void (*take)(struct table_check *check, struct fil_query *query), struct fil_fault *fault)
{
	struct fil_query *query = fil_query_new(check->rows->store, sql);
	int step;

	fil_query_read_ahead(query, check->table->n_columns);

	while ((step = fil_query_step(query, fault)) == 1)
		take(check, query);
	fil_query_free(query);
	return step;
}

/* Checks all rows of a table. Returns 0 or -1. */
static int
check_rows(struct table_check *check, struct fil_fault *fault)
{
	char *sql = fil_relation_select(&check->table->relation, true);
	int result = read_rows(check, sql, check_row, fault);

	free(sql);
	return result;
}

/* Returns the selection of all users with the columns that are compared; the caller frees it. */
static char *
select_compared(const struct table_check *check)
{
	const struct fil_relation *relation = &check->table->relation;
	struct fil_bytes sql = { 0 };

	for (size_t c = 0; c < relation->n_columns; c++) {
		fil_bytes_add_text(&sql, c == 0 ? "SELECT " : ", ");
		if (fil_user_doubts_need(check->rows->users, c))
			fil_relation_add_columns(&sql, relation, NULL, c, c + 1);
		else
			fil_bytes_add_text(&sql, "NULL");
	}
	fil_bytes_add_text(&sql, " FROM ");
	fil_relation_add_name(&sql, relation->name);
	fil_bytes_add_text(&sql, " ORDER BY ");
	fil_relation_add_columns(&sql, relation, NULL, 0, relation->n_keys);
	return sql.data;
}

static void
take_event(void *context, struct fil_query *query)
{
	struct table_check *check = context;
	struct fil_derived_runs *derived = check->rows->derived;

	check_row(check, query);
	if (check->cells[0] && derived)
		fil_derived_runs_level(derived, check->cells[0],
		    fil_query_number(query, (int)check->table->n_columns));
}

static void
take_derived(void *context, const char *user, const char *dimension)
{
	const struct table_check *check = context;

	tell_row(check->rows, dimension ? &fil_standing_table : &fil_standings_table,
	    (const char *const[]){ user, dimension }, FIL_FINDING_DERIVED, NULL,
	    "is not what the autonomy events give");
}

static void
take_derived_row(void *context, const struct fil_relation *table, struct fil_query *query)
{
	const struct table_check *check = context;
	struct fil_derived_runs *derived = check->rows->derived;
	int64_t run = fil_query_number(query, (int)table->n_columns);
	const char *user = fil_query_required(query, 0), *dimension;

	/* Of most rows no more need be read. */
	if (derived && fil_derived_runs_known(derived, user, run))
		return;
	dimension = table == &fil_standing_table ? fil_query_text(query, 1) : NULL;
	if (!fil_checked_log_has(check->rows->log, run))
		check_run(check->rows, table, (const char *const[]){ user, dimension }, run);
	else if (derived)
		fil_derived_runs_row(derived, user, dimension, run);
}

/* Reads all events of autonomy, and compares the derived rows with them. Returns 0 or -1. */
static int
read_events(struct table_check *check, struct fil_fault *fault)
{
	struct rows_check *rows = check->rows;
	struct fil_checked_rows *checked = rows->checked;
	const struct fil_standing_verification verification = { take_derived, take_event,
		take_derived_row, check, rows->order.n >= MANY_USERS };
	size_t before = checked->rows;
	int result = 0;

	rows->derived = fil_derived_runs_new(rows->store, rows->log, rows->findings, fault);
	if (fil_standing_verify(rows->store, &verification, &checked->events) >= 0) {
		checked->events.status = FIL_OK;
		result = rows->derived ? fil_derived_runs_end(rows->derived, fault) : 0;
	} else if (checked->rows == before) {
		/* A comparison may fail before its first event. */
		result = check_rows(check, fault);
	}
	fil_derived_runs_free(rows->derived);
	return result;
}

/* Compares all users with each other, if there may be something to tell. Returns 0 or -1. */
static int
compare_users(struct rows_check *rows, const struct fil_table *table, struct fil_fault *fault)
{
	struct table_check check = begin_table(rows, table);
	bool any = fil_user_doubts_settle(rows->users, check.own->keys) ||
	    (rows->numbers & rows->zeros) != 0;
	char *sql = select_compared(&check);
	int result = any ? read_rows(&check, sql, compare_user, fault) : 0;

	free(sql);
	end_table(&check);
	return result == 0 ? fil_user_doubts_end(rows->users, fault) : result;
}

/* Checks all rows of a table. Returns 0 or -1. */
static int
check_table(struct rows_check *rows, const struct fil_table *table, struct fil_fault *fault)
{
	struct table_check check = begin_table(rows, table);
	bool users = check.users;
	int result = strcmp(table->name, "autonomy") == 0 ? read_events(&check, fault)
							  : check_rows(&check, fault);

	if (check.own)
		settle_target(check.own);
	end_table(&check);
	return result == 0 && users ? compare_users(rows, table, fault) : result;
}

int
fil_check_rows(struct fil_store *store, fil_day today, const struct fil_checked_log *log,
    struct fil_findings *findings, struct fil_checked_rows *checked, struct fil_fault *fault)
{
	struct rows_check check = {
		.store = store, .log = log, .findings = findings, .checked = checked
	};
	size_t n;
	const struct fil_table *const *list = fil_catalog_tables(&n);
	long long users = fil_query_count(store, &fil_catalog_table("users")->relation, 0, fault);
	int result = 0;

	*checked = (struct fil_checked_rows){ .tables = n };
	if (users < 0)
		return -1;
	check.users = fil_user_doubts_new(store, today, (size_t)users, findings);
	make_targets(&check, (size_t)users);
	check.order.room = (size_t)users;
	check.order.hashes = fil_alloc(check.order.room, sizeof *check.order.hashes);
	for (size_t t = 0; result == 0 && t < n; t++)
		result = check_table(&check, list[t], fault);
	for (size_t i = 0; i < check.n_targets; i++)
		fil_hash_free(check.targets[i].keys);
	free(check.targets);
	free(check.order.hashes);
	fil_user_doubts_free(check.users);
	fil_bytes_release(&check.words);
	fil_bytes_release(&check.spare);
	return result;
}
