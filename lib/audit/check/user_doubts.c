/* SPDX-License-Identifier: ISC */
#include "lib/audit/check/user_doubts.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/hash.h"
#include "lib/base/memory.h"
#include "lib/base/text.h"
#include "lib/catalog/catalog.h"

/* Members of a circle that are named. */
enum { NAMED_MOST = 5 };

/* Units or jobs that are remembered while users are noted, and the size of each with its NUL. */
enum { RECENT = 256, RECENT_TEXT = 64 };

static const char select_managed[] =
    "SELECT \"user\", manager FROM users WHERE manager IS NOT NULL ORDER BY \"user\"";
enum { NAME, EMAIL, UNIT, JOB, MANAGER, LEFT, READ };
static const char *const read_columns[READ] = { "name", "email", "unit", "job", "manager", "left" };

/* Texts that are noted and wait for their entry: its memory is fetched meanwhile. */
enum { WAITING = 16 };

/* Texts that several users have: first all are noted, then those that came again are known. All hashes
 * are those of `again`. */
struct repeated {
	struct fil_hash *seen; /* NULL once all are noted */
	struct fil_hash *again; /* entries with the numbers of those that came again */
	char **first; /* the key of the first user with each, or NULL */
	uint64_t waiting[WAITING]; /* 0: none */
	size_t place;
};

/* A unit or a job whose folded form is that of another one. */
struct variant {
	char *text, *key; /* key: of the first user with it */
	size_t form, rows;
};

/* The units or jobs. */
struct variants {
	size_t column; /* of users */
	struct fil_hash *texts; /* noted; NULL once all are */
	char recent[RECENT][RECENT_TEXT]; /* noted last: most rows have one of these */
	struct repeated forms; /* the folded texts */
	struct fil_hash *numbers; /* of texts in the list; others have FIL_NOWHERE - 1 */
	struct variant *list;
	size_t n, room;
};

/* A user who has a manager, by hashes of the keys. */
struct edge {
	uint64_t key, manager;
};

/* A member of a circle. */
struct member {
	char *key, *manager;
	bool told;
};

struct fil_user_doubts {
	struct fil_store *store;
	struct fil_findings *findings;
	const struct fil_table *users;
	size_t columns[READ];
	char today[FIL_DATE_SIZE];
	struct repeated same_keys, names, emails;
	struct variants units, jobs;
	struct fil_hash *managers; /* hashes of their keys */
	struct edge *edges;
	size_t n_edges, edges_room;
	bool absent; /* a manager is no user */
	const struct fil_hash *keys; /* of all users: its hashes are those of managers and edges */
	struct fil_bytes words, form, text;
};

/* Returns no texts yet, with room for so many. */
static struct repeated
repeated_new(size_t expected)
{
	return (struct repeated){ .seen = fil_hash_new(1, expected), .again = fil_hash_new(2, 0) };
}

/* Adds a hash to those seen, or to those that came again. */
static void
repeated_add(struct repeated *texts, uint64_t hash)
{
	size_t n = fil_hash_count(texts->again);
	uint64_t *entry;
	bool fresh;

	fil_hash_add(texts->seen, hash, &fresh);
	if (fresh)
		return;
	entry = fil_hash_add(texts->again, hash, &fresh);
	if (fresh)
		entry[1] = n;
}

static void
repeated_note(struct repeated *texts, const char *text, size_t n)
{
	uint64_t hash = fil_hash_seek(texts->again, text, n);
	uint64_t *waiting = &texts->waiting[texts->place++ % WAITING];

	fil_hash_prefetch(texts->seen, hash);
	if (*waiting)
		repeated_add(texts, *waiting);
	*waiting = hash;
}

/* Ends the noting, which frees most memory. */
static void
repeated_settle(struct repeated *texts)
{
	for (size_t i = 0; i < WAITING; i++)
		if (texts->waiting[i])
			repeated_add(texts, texts->waiting[i]);
	fil_hash_free(texts->seen);
	texts->seen = NULL;
	texts->first = fil_alloc(fil_hash_count(texts->again) + 1, sizeof *texts->first);
}

/* Returns the number of a text that came again, or FIL_NOWHERE. */
static size_t
repeated_number(const struct repeated *texts, const char *text)
{
	const uint64_t *entry =
	    fil_hash_find(texts->again, fil_hash_seek(texts->again, text, strlen(text)));

	return entry ? (size_t)entry[1] : FIL_NOWHERE;
}

static bool
repeated_any(const struct repeated *texts)
{
	return fil_hash_count(texts->again) > 0;
}

static void
repeated_release(struct repeated *texts)
{
	for (size_t i = 0; texts->first && i < fil_hash_count(texts->again); i++)
		free(texts->first[i]);
	free(texts->first);
	fil_hash_free(texts->seen);
	fil_hash_free(texts->again);
}

static struct variants
variants_new(size_t column)
{
	return (struct variants){ .column = column,
		.texts = fil_hash_new_set(),
		.forms = repeated_new(0),
		.numbers = fil_hash_new_map() };
}

/* Notes the folded form of a text that is new. */
static void
variants_note(struct variants *variants, const char *text)
{
	char *folded, *recent;
	size_t n;

	if (!text || *text == '\0')
		return;
	n = strlen(text);
	recent = variants->recent[((size_t)(unsigned char)text[n - 1] * 31 +
				      (unsigned char)text[n / 2] * 7 + n) %
	    RECENT];
	if (strcmp(recent, text) == 0)
		return;
	if (n < RECENT_TEXT)
		memcpy(recent, text, n + 1);
	if (!fil_hash_put(variants->texts, text, n))
		return;
	folded = fil_text_fold(text);
	repeated_note(&variants->forms, folded, strlen(folded));
	free(folded);
}

static void
variants_settle(struct variants *variants)
{
	fil_hash_free(variants->texts);
	variants->texts = NULL;
	repeated_settle(&variants->forms);
}

/* Returns the number of a text in the list, which is added if its form came again; or a number beyond
 * the list. */
static size_t
variants_add(struct variants *variants, const char *text, const char *key)
{
	char *folded = fil_text_fold(text);
	size_t form = repeated_number(&variants->forms, folded), number = FIL_NOWHERE - 1;
	bool fresh;

	free(folded);
	if (form != FIL_NOWHERE)
		number = variants->n;
	fil_hash_give(variants->numbers, text, strlen(text), number, &fresh);
	if (form == FIL_NOWHERE)
		return number;
	if (variants->n == variants->room) {
		variants->room += variants->room / 2 + 64;
		variants->list = fil_resize(variants->list, variants->room, sizeof *variants->list);
	}
	variants->list[variants->n++] =
	    (struct variant){ .text = fil_copy(text), .key = fil_copy(key), .form = form };
	return number;
}

/* Counts a row. */
static void
variants_count(struct variants *variants, const char *text, const char *key)
{
	size_t number;

	if (!text || !repeated_any(&variants->forms))
		return;
	number = fil_hash_number(variants->numbers, text, strlen(text));
	if (number == FIL_NOWHERE)
		number = variants_add(variants, text, key);
	if (number < variants->n)
		variants->list[number].rows++;
}

static void
variants_release(struct variants *variants)
{
	for (size_t i = 0; i < variants->n; i++) {
		free(variants->list[i].text);
		free(variants->list[i].key);
	}
	free(variants->list);
	fil_hash_free(variants->texts);
	fil_hash_free(variants->numbers);
	repeated_release(&variants->forms);
}

/* Returns whether a user has not left by today. */
static bool
is_active(const struct fil_user_doubts *doubts, const char *left)
{
	return !left || strcmp(left, doubts->today) > 0;
}

/* Fills the form in which names, or e-mails, are compared. */
static void
fill_form(struct fil_bytes *form, size_t which, const char *text)
{
	if (which == NAME) {
		fil_text_fold_into(text, form);
		return;
	}
	fil_bytes_clear(form);
	fil_bytes_add_text(form, text);
	for (size_t i = 0; i < form->length; i++)
		if (form->data[i] >= 'A' && form->data[i] <= 'Z')
			form->data[i] = (char)(form->data[i] - 'A' + 'a');
}

static void
note_form(struct fil_user_doubts *doubts, struct repeated *texts, size_t which, const char *text)
{
	fill_form(&doubts->form, which, text);
	repeated_note(texts, doubts->form.data, doubts->form.length);
}

struct fil_user_doubts *
fil_user_doubts_new(
    struct fil_store *store, fil_day today, size_t users, struct fil_findings *findings)
{
	struct fil_user_doubts *doubts = fil_alloc(1, sizeof *doubts);

	doubts->store = store;
	doubts->findings = findings;
	doubts->users = fil_catalog_table("users");
	for (size_t c = 0; c < READ; c++)
		doubts->columns[c] = fil_table_column(doubts->users, read_columns[c]);
	fil_date_write(today, doubts->today);
	doubts->same_keys = repeated_new(0);
	doubts->names = repeated_new(users);
	doubts->emails = repeated_new(users);
	doubts->units = variants_new(doubts->columns[UNIT]);
	doubts->jobs = variants_new(doubts->columns[JOB]);
	doubts->managers = fil_hash_new_set();
	return doubts;
}

/* Returns whether a key may be spelt in another case, or with other accents. */
static bool
has_letter(const char *key)
{
	while (*key != '\0' && (*key & 0x80) == 0 && (*key | 0x20) < 'a')
		key++;
	return *key != '\0';
}

/* Keeps a user who has a manager. */
static void
note_edge(struct fil_user_doubts *doubts, uint64_t key, uint64_t manager)
{
	bool fresh;

	if (doubts->n_edges == 0 || doubts->edges[doubts->n_edges - 1].manager != manager)
		fil_hash_add(doubts->managers, manager, &fresh);
	if (doubts->n_edges == doubts->edges_room) {
		doubts->edges_room += doubts->edges_room / 2 + 512;
		doubts->edges =
		    fil_resize(doubts->edges, doubts->edges_room, sizeof *doubts->edges);
	}
	doubts->edges[doubts->n_edges++] = (struct edge){ key, manager };
}

void
fil_user_doubts_note(
    struct fil_user_doubts *doubts, const char *const *cells, uint64_t key, uint64_t manager)
{
	const char *name = cells[doubts->columns[NAME]], *email = cells[doubts->columns[EMAIL]];
	bool active = is_active(doubts, cells[doubts->columns[LEFT]]);

	if (has_letter(cells[0])) {
		fil_text_fold_into(cells[0], &doubts->form);
		repeated_note(&doubts->same_keys, doubts->form.data, doubts->form.length);
	}
	if (name && active)
		note_form(doubts, &doubts->names, NAME, name);
	if (email && active)
		note_form(doubts, &doubts->emails, EMAIL, email);
	variants_note(&doubts->units, cells[doubts->columns[UNIT]]);
	variants_note(&doubts->jobs, cells[doubts->columns[JOB]]);
	if (manager)
		note_edge(doubts, key, manager);
}

/* A search for managers who are no users. */
struct absence {
	const struct fil_hash *keys;
	bool found;
};

static void
look_for(void *context, const uint64_t *manager)
{
	struct absence *absence = context;

	absence->found = absence->found || !fil_hash_find(absence->keys, *manager);
}

bool
fil_user_doubts_settle(struct fil_user_doubts *doubts, const struct fil_hash *keys)
{
	struct absence absence = { .keys = keys };

	repeated_settle(&doubts->same_keys);
	repeated_settle(&doubts->names);
	repeated_settle(&doubts->emails);
	variants_settle(&doubts->units);
	variants_settle(&doubts->jobs);
	fil_hash_each(doubts->managers, look_for, &absence);
	doubts->keys = keys;
	doubts->absent = absence.found;
	return absence.found || repeated_any(&doubts->same_keys) || repeated_any(&doubts->names) ||
	    repeated_any(&doubts->emails) || repeated_any(&doubts->units.forms) ||
	    repeated_any(&doubts->jobs.forms);
}

bool
fil_user_doubts_need(const struct fil_user_doubts *doubts, size_t column)
{
	bool names = repeated_any(&doubts->names), emails = repeated_any(&doubts->emails);
	const bool needed[READ] = { [NAME] = names,
		[EMAIL] = emails,
		[UNIT] = repeated_any(&doubts->units.forms),
		[JOB] = repeated_any(&doubts->jobs.forms),
		[MANAGER] = doubts->absent,
		[LEFT] = names || emails };

	for (size_t c = 0; c < READ; c++)
		if (doubts->columns[c] == column)
			return needed[c];
	return column == 0;
}

/* Adds a warning about a user. */
static void
tell(struct fil_user_doubts *doubts, enum fil_finding_kind kind, const char *key,
    const char *column, const char *text)
{
	fil_bytes_clear(&doubts->words);
	fil_relation_words(&doubts->users->relation, &key, &doubts->words);
	fil_findings_add(
	    doubts->findings, kind, doubts->users->name, doubts->words.data, column, text);
}

/* Tells a user whose text, in the compared form, another one before has. */
static void
judge_repeated(
    struct fil_user_doubts *doubts, struct repeated *texts, const char *const *cells, size_t which)
{
	const char *cell = cells[doubts->columns[which]];
	size_t number;

	if (!repeated_any(texts))
		return;
	fill_form(&doubts->form, which, cell);
	number = repeated_number(texts, doubts->form.data);
	if (number == FIL_NOWHERE)
		return;
	if (!texts->first[number]) {
		texts->first[number] = fil_copy(cells[0]);
		return;
	}
	/* Without a format: a file may have millions of these. */
	fil_bytes_clear(&doubts->text);
	for (size_t i = 0; i < 5; i++)
		fil_bytes_add_text(&doubts->text,
		    (const char *const[]){ "'", cell,
			which == NAME ? "' is the name of '" : "' is the address of '",
			texts->first[number], "' too" }[i]);
	tell(doubts, which == NAME ? FIL_FINDING_TWIN : FIL_FINDING_ADDRESS, cells[0],
	    read_columns[which], doubts->text.data);
}

/* Tells a user whose key differs only in case or accents from that of another one before. */
static void
judge_key(struct fil_user_doubts *doubts, const char *key)
{
	size_t number = FIL_NOWHERE;
	char **first, *text;

	if (repeated_any(&doubts->same_keys) && has_letter(key)) {
		fil_text_fold_into(key, &doubts->form);
		number = repeated_number(&doubts->same_keys, doubts->form.data);
	}
	if (number == FIL_NOWHERE)
		return;
	first = &doubts->same_keys.first[number];
	if (!*first) {
		*first = fil_copy(key);
		return;
	}
	text = fil_format("'%s' may be '%s'", key, *first);
	tell(doubts, FIL_FINDING_LOOK_ALIKE, key, doubts->users->columns[0].name, text);
	free(text);
}

void
fil_user_doubts_row(struct fil_user_doubts *doubts, const char *const *cells)
{
	const char *name = cells[doubts->columns[NAME]], *email = cells[doubts->columns[EMAIL]];
	bool active = is_active(doubts, cells[doubts->columns[LEFT]]);

	judge_key(doubts, cells[0]);
	if (active && email)
		judge_repeated(doubts, &doubts->emails, cells, EMAIL);
	if (active && name)
		judge_repeated(doubts, &doubts->names, cells, NAME);
	variants_count(&doubts->units, cells[doubts->columns[UNIT]], cells[0]);
	variants_count(&doubts->jobs, cells[doubts->columns[JOB]], cells[0]);
}

/* Tells each value that has a form of which another value has more rows. */
static void
judge_variants(struct fil_user_doubts *doubts, const struct variants *variants)
{
	size_t n_forms = fil_hash_count(variants->forms.again);
	const struct variant **best = fil_alloc(n_forms + 1, sizeof *best);

	for (size_t i = 0; i < variants->n; i++) {
		const struct variant *variant = &variants->list[i];

		if (!best[variant->form] || variant->rows > best[variant->form]->rows)
			best[variant->form] = variant;
	}
	for (size_t i = 0; i < variants->n; i++) {
		const struct variant *variant = &variants->list[i], *other = best[variant->form];
		char *text;

		if (variant == other)
			continue;
		text = fil_format("'%s' may be '%s' (%zu row%s)", variant->text, other->text,
		    variant->rows, variant->rows == 1 ? "" : "s");
		tell(doubts, FIL_FINDING_LOOK_ALIKE, variant->key,
		    doubts->users->columns[variants->column].name, text);
		free(text);
	}
	free(best);
}

/* The words of an entry of the graph of managers. */
enum { KEY, ABOVE, SEEN, ENTRY_WORDS = 4 };

/* Adds the circle that is met from a user to the members, if there is one that was not met before.
 * visit: a number of this user, from 1. */
static void
follow(const struct fil_hash *graph, uint64_t start, uint64_t visit, struct fil_hash *members)
{
	uint64_t *entry = fil_hash_find(graph, start), at;
	bool fresh;

	while (entry && !entry[SEEN]) {
		entry[SEEN] = visit;
		entry = fil_hash_find(graph, entry[ABOVE]);
	}
	if (!entry || entry[SEEN] != visit)
		return;
	at = entry[KEY];
	do {
		fil_hash_add(members, entry[KEY], &fresh);
		entry = fil_hash_find(graph, entry[ABOVE]);
	} while (entry[KEY] != at);
}

/* Returns the hashes of those who are in circles; the caller frees them. */
static struct fil_hash *
find_members(const struct fil_user_doubts *doubts)
{
	struct fil_hash *graph = fil_hash_new(ENTRY_WORDS, 0), *members = fil_hash_new_set();
	bool fresh;

	/* Who manages no one is in no circle. */
	for (size_t i = 0; i < doubts->n_edges; i++)
		if (fil_hash_find(doubts->managers, doubts->edges[i].key))
			fil_hash_add(graph, doubts->edges[i].key, &fresh)[ABOVE] =
			    doubts->edges[i].manager;
	for (size_t i = 0; i < doubts->n_edges; i++)
		follow(graph, doubts->edges[i].key, i + 1, members);
	fil_hash_free(graph);
	return members;
}

/* Reads the keys of the members, in order. Returns the list, which the caller releases; *step gets 0
 * or -1. */
static struct member *
read_members(struct fil_user_doubts *doubts, const struct fil_hash *members, size_t *n, int *step,
    struct fil_fault *fault)
{
	struct member *list = fil_alloc(fil_hash_count(members), sizeof *list);
	struct fil_query *query = fil_query_new(doubts->store, select_managed);

	*n = 0;
	while ((*step = fil_query_step(query, fault)) == 1) {
		const char *key = fil_query_text(query, 0);
		uint64_t hash = fil_hash_seek(doubts->keys, key, strlen(key));

		if (*n < fil_hash_count(members) && fil_hash_find(members, hash))
			list[(*n)++] = (struct member){ .key = fil_copy(key),
				.manager = fil_copy(fil_query_text(query, 1)) };
	}
	fil_query_free(query);
	return list;
}

static int
compare_members(const void *a, const void *b)
{
	return strcmp(((const struct member *)a)->key, ((const struct member *)b)->key);
}

/* Returns the manager of a member, who is one too; or NULL. */
static struct member *
member_above(struct member *list, size_t n, const struct member *member)
{
	const struct member wanted = { .key = member->manager };

	return bsearch(&wanted, list, n, sizeof wanted, compare_members);
}

/* Tells a circle at its first member. */
static void
tell_circle(struct fil_user_doubts *doubts, struct member *list, size_t n, struct member *first)
{
	bool alone = strcmp(first->key, first->manager) == 0;
	struct member *member = first, *above;
	struct fil_bytes text = { 0 };
	size_t named = 0;

	fil_bytes_add_format(&text, "'%s'%s", first->key, alone ? " is their own manager" : "");
	while (member && !member->told) {
		member->told = true;
		above = member_above(list, n, member);
		if (!alone && named++ < NAMED_MOST)
			fil_bytes_add_format(&text, " is managed by '%s'%s", member->manager,
			    above == first ? "" : ", who");
		member = above;
	}
	if (named > NAMED_MOST)
		fil_bytes_add_text(&text, " …");
	tell(doubts, FIL_FINDING_CIRCLE, first->key, "manager", text.data);
	fil_bytes_release(&text);
}

/* Finds circles of managers. Returns 0 or -1. */
static int
judge_circles(struct fil_user_doubts *doubts, struct fil_fault *fault)
{
	struct fil_hash *members = find_members(doubts);
	struct member *list;
	size_t n = 0;
	int step = 0;

	if (fil_hash_count(members) > 0) {
		list = read_members(doubts, members, &n, &step, fault);
		for (size_t i = 0; step == 0 && i < n; i++)
			if (!list[i].told)
				tell_circle(doubts, list, n, &list[i]);
		for (size_t i = 0; i < n; i++) {
			free(list[i].key);
			free(list[i].manager);
		}
		free(list);
	}
	fil_hash_free(members);
	return step;
}

int
fil_user_doubts_end(struct fil_user_doubts *doubts, struct fil_fault *fault)
{
	judge_variants(doubts, &doubts->units);
	judge_variants(doubts, &doubts->jobs);
	return judge_circles(doubts, fault);
}

void
fil_user_doubts_free(struct fil_user_doubts *doubts)
{
	if (!doubts)
		return;
	repeated_release(&doubts->same_keys);
	repeated_release(&doubts->names);
	repeated_release(&doubts->emails);
	variants_release(&doubts->units);
	variants_release(&doubts->jobs);
	fil_hash_free(doubts->managers);
	free(doubts->edges);
	fil_bytes_release(&doubts->words);
	fil_bytes_release(&doubts->form);
	fil_bytes_release(&doubts->text);
	free(doubts);
}
