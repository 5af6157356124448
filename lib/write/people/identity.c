/* SPDX-License-Identifier: ISC */
#include "lib/write/people/identity.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "lib/base/language.h"
#include "lib/base/memory.h"
#include "lib/base/text.h"
#include "lib/catalog/catalog.h"

/* Changed rows that a refusal shows. */
enum { SHOWN = 10 };

/* A changed row. */
struct change {
	const char *file;
	size_t line;
	char *key, *old, *new; /* the key and the two names */
};

/* Changed rows of one kind: the first SHOWN are kept, all are counted. */
struct changes {
	struct change first[SHOWN];
	size_t n;
};

struct fil_identity {
	struct fil_doubts *doubts;
	const char *file, *today;
	size_t name, email, left; /* columns */
	bool gives_name, gives_email;
	struct changes others, names;
};

/* What stands between the words of a folded name. */
static const char between[] = " .,;:!?()/\"";

/* Returns whether a word of n bytes is one of the words of a folded text. */
static bool
has_word(const char *text, const char *word, size_t n)
{
	while (*text) {
		size_t length = strcspn(text, between);

		if (length == n && memcmp(text, word, n) == 0)
			return true;
		text += length + (text[length] != '\0');
	}
	return false;
}

/* Returns whether two names share a word. */
static bool
share_word(const char *one, const char *other)
{
	char *a = fil_text_fold(one), *b = fil_text_fold(other);
	const char *word = a;
	bool shared = false;

	while (!shared && *word) {
		size_t n = strcspn(word, between);

		shared = n > 0 && has_word(b, word, n);
		word += n + (word[n] != '\0');
	}
	free(a);
	free(b);
	return shared;
}

bool
fil_identity_differs(
    const char *old_name, const char *old_email, const char *new_name, const char *new_email)
{
	if (strcmp(old_name, new_name) == 0)
		return false;
	if (old_email && new_email && strcasecmp(old_email, new_email) == 0)
		return false;
	return !share_word(old_name, new_name);
}

struct fil_identity *
fil_identity_new(struct fil_doubts *doubts, const char *today)
{
	struct fil_identity *identity = fil_alloc(1, sizeof *identity);
	const struct fil_table *users = fil_catalog_table("users");

	identity->doubts = doubts;
	identity->today = today;
	identity->name = fil_table_column(users, "name");
	identity->email = fil_table_column(users, "email");
	identity->left = fil_table_column(users, "left");
	return identity;
}

void
fil_identity_begin(struct fil_identity *identity, const char *file, const bool *gives)
{
	identity->file = file;
	identity->gives_name = gives[identity->name];
	identity->gives_email = gives[identity->email];
}

/* Returns whether a row names another person after the change. */
static bool
is_other(const struct fil_identity *identity, const char *const *before, const char *const *after)
{
	return identity->gives_name && before[identity->name] && after[identity->name] &&
	    fil_identity_differs(before[identity->name], before[identity->email],
		after[identity->name], identity->gives_email ? after[identity->email] : NULL);
}

/* Returns whether the user has left by today. */
static bool
has_left(const struct fil_identity *identity, const char *const *cells)
{
	const char *left = cells[identity->left];

	return left && strcmp(left, identity->today) <= 0;
}

bool
fil_identity_refuses(const void *context, const char *const *before, const char *const *after)
{
	const struct fil_identity *identity = context;

	return has_left(identity, before) && !fil_doubts_allow(identity->doubts, FIL_DOUBT_REUSE) &&
	    is_other(identity, before, after);
}

void
fil_identity_refuse(const char *const *before, struct fil_fault *fault)
{
	const struct fil_table *users = fil_catalog_table("users");
	const char *key = before[0], *name = before[fil_table_column(users, "name")];
	const char *left = before[fil_table_column(users, "left")];

	fil_fault_data(fault, fil_doubt_kinds[FIL_DOUBT_REUSE].word,
	    "user: '%s' was '%s' who left on %s: give that person another key first "
	    "(--rename %s=%s-%.4s), or --allow %s",
	    key, name, left, key, key, left, fil_doubt_kinds[FIL_DOUBT_REUSE].word);
}

/* Counts a change, and keeps it among the first. */
static void
add_change(struct changes *changes, const struct change *change)
{
	if (changes->n < SHOWN)
		changes->first[changes->n] = (struct change){ change->file, change->line,
			fil_copy(change->key), fil_copy(change->old), fil_copy(change->new) };
	changes->n++;
}

void
fil_identity_note(
    struct fil_identity *identity, size_t line, const char *const *before, const char *const *after)
{
	const char *old = before[identity->name], *new = after[identity->name];
	const struct change change = { identity->file, line, (char *)(uintptr_t)after[0],
		(char *)(uintptr_t)old, (char *)(uintptr_t) new };

	if (!identity->gives_name || !old || !new || strcmp(old, new) == 0)
		return;
	add_change(&identity->names, &change);
	if (!has_left(identity, before) && is_other(identity, before, after))
		add_change(&identity->others, &change);
}

/* Returns whether there are more changes than the limits: a number, and a share of the known keys in
 * percent. */
static bool
exceeds(const struct changes *changes, size_t known, size_t most, size_t share)
{
	return changes->n > most && changes->n * 100 > known * share;
}

/* Shows the first changes beside the refusal. */
static void
show(const struct changes *changes, const struct fil_refusals *refusals)
{
	for (size_t i = 0; refusals->remark && i < changes->n && i < SHOWN; i++) {
		const struct change *change = &changes->first[i];
		char *text = fil_format("%s: %s → %s", change->key, change->old, change->new);

		refusals->remark(refusals->context, text);
		free(text);
	}
}

/* Tells the changes one by one. Those that were not kept are counted with the last. */
static void
tell(struct fil_identity *identity)
{
	for (size_t i = 0; i < identity->others.n && i < SHOWN; i++) {
		const struct change *change = &identity->others.first[i];
		char *seen = fil_format(
		    _("'%s' was '%s' and is now '%s'"), change->key, change->old, change->new);
		char *way_out = fil_format(_("another person needs another key (--rename %s=%s-old "
					     "before the import; fil-undo takes a run back)"),
		    change->key, change->key);
		bool last = i == SHOWN - 1;

		fil_doubts_begin(identity->doubts, change->file);
		fil_doubts_tell_alone(identity->doubts, FIL_DOUBT_IDENTITY, change->line, "user",
		    seen, way_out, last ? identity->others.n - i : 1);
		free(seen);
		free(way_out);
	}
}

int
fil_identity_guard(struct fil_identity *identity, size_t known, const struct fil_refusals *refusals,
    struct fil_fault *fault)
{
	bool others = !fil_doubts_allow(identity->doubts, FIL_DOUBT_IDENTITY) &&
	    exceeds(&identity->others, known, FIL_IDENTITY_OTHERS, FIL_IDENTITY_OTHERS_SHARE);
	bool names = !fil_doubts_allow(identity->doubts, FIL_DOUBT_NAMES) &&
	    exceeds(&identity->names, known, FIL_IDENTITY_NAMES, FIL_IDENTITY_NAMES_SHARE);

	if (!others && !names) {
		tell(identity);
		return 0;
	}
	show(others ? &identity->others : &identity->names, refusals);
	if (others)
		return fil_fault_set(fault, FIL_REFUSED,
		    "refused: %zu of %zu known keys would name another person: over %d %%; "
		    "nothing was written (--allow %s accepts it)",
		    identity->others.n, known, FIL_IDENTITY_OTHERS_SHARE,
		    names ? "identity,names" : "identity");
	return fil_fault_set(fault, FIL_REFUSED,
	    "refused: %zu of %zu known keys would change their name: over %d %%; nothing was "
	    "written (--allow names accepts it)",
	    identity->names.n, known, FIL_IDENTITY_NAMES_SHARE);
}

static void
release_changes(struct changes *changes)
{
	for (size_t i = 0; i < changes->n && i < SHOWN; i++) {
		free(changes->first[i].key);
		free(changes->first[i].old);
		free(changes->first[i].new);
	}
}

void
fil_identity_free(struct fil_identity *identity)
{
	if (!identity)
		return;
	release_changes(&identity->others);
	release_changes(&identity->names);
	free(identity);
}
