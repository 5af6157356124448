/* SPDX-License-Identifier: ISC */
/* Subjects: the people whom an erasure is about, with all that identifies them. */
#ifndef FIL_SUBJECTS_H
#define FIL_SUBJECTS_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/fault.h"
#include "lib/base/hash.h"
#include "lib/base/memory.h"
#include "lib/base/search.h"
#include "lib/catalog/catalog.h"
#include "lib/store/store.h"
#include "lib/users/holders.h"

/* Identifiers: the keys, names and e-mails of people who are erased, as texts may hold them. They
 * are found in either case, as whole words, also as a shell or JSON quotes them. Names are compared as
 * --match name does: without accents, with their words in any order. A key of fewer than four bytes is
 * found only where a command line says that it is a user. A name of fewer than three, without accents and
 * signs, may be a word: it is found in texts of the log only, and there too one of a single byte is not. */
struct fil_identifiers {
	struct fil_search *texts; /* all but short keys and names */
	struct fil_search *short_names;
	bool any_short_name;
	struct fil_search *cells; /* the keys in the quotes of an image */
	struct fil_hash *short_keys;
};

/* Returns no identifiers; the caller frees them. */
struct fil_identifiers *fil_identifiers_new(void);

/* Adds a key, or else a name or an e-mail. */
void fil_identifiers_add(struct fil_identifiers *identifiers, const char *text, bool is_key);

/* Where a text is. Of a command line the command stays; if it names one of the people, the value of each
 * COL=VALUE goes, since it is a fact about them. */
enum fil_text_place { FIL_IN_ROW, FIL_IN_LOG, FIL_IN_COMMAND_LINE };

/* Writes the text with each identifier replaced; clears written first. The result is in NFC. Returns
 * whether there was an identifier. */
bool fil_identifiers_replace(const struct fil_identifiers *identifiers, const char *text,
    enum fil_text_place place, struct fil_bytes *written);

/* Frees them; NULL is fine. */
void fil_identifiers_free(struct fil_identifiers *identifiers);

struct fil_subject {
	char *key; /* of today, or the last one of a removed user */
	char *anonymous; /* the key that replaces it; NULL: the person is erased */
};

struct fil_subjects {
	struct fil_store *store;
	const struct fil_holders *holders; /* the caller's */
	bool anonymise;
	struct fil_subject *list;
	size_t n;
	struct fil_hash *numbers; /* of the keys of today */
	struct fil_identifiers *identifiers;
	struct fil_batch *keys; /* all keys that the people had, in one column */
};

/* Adds a person by the key of today, once. */
void fil_subjects_add(struct fil_subjects *subjects, const char *key);

/* Reads what identifies the people: their keys, names and e-mails of all times. Returns 0, or -1
 * with a fault. */
int fil_subjects_read(struct fil_subjects *subjects, struct fil_fault *fault);

/* Returns the person who had a key at a moment, or NULL. */
const struct fil_subject *
fil_subjects_find(const struct fil_subjects *subjects, const char *key, struct fil_moment moment);

/* Returns whether a cell of a row about others mentions one of the people. written has it then without
 * them. The same name of another user is no mention. */
bool fil_subjects_mentioned(const struct fil_subjects *subjects, const struct fil_table *table,
    size_t column, const char *cell, struct fil_bytes *written);

/* Returns whether a row is about one of the people: its key names the user. */
bool fil_subjects_own(
    const struct fil_subjects *subjects, const struct fil_table *table, const char *const *cells);

/* What became of a row about others. */
enum fil_rewritten { FIL_NOT_REWRITTEN, FIL_REWRITTEN, FIL_KEY_MENTIONS };

/* Adds a row to a batch without the people whom its cells name at a moment: references are cleared, and
 * identifiers in texts replaced by a word. Returns whether there were any. A row
 * whose key mentions a person is not added. */
enum fil_rewritten
fil_subjects_rewrite(const struct fil_subjects *subjects, const struct fil_table *table,
    const char *const *cells, struct fil_moment moment, struct fil_batch *rows);

/* Frees what the subjects hold. */
void fil_subjects_release(struct fil_subjects *subjects);

#endif
