/* SPDX-License-Identifier: ISC */
/* Identifiers: the keys, names and e-mails of people who are erased, as texts may hold them. They
 * are found in either case, as whole words, also as a shell or JSON quotes them, and names with the
 * last word first. A key of fewer than four bytes is found only where a command line says that it is
 * a user. */
#ifndef FIL_IDENTIFIERS_H
#define FIL_IDENTIFIERS_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/hash.h"
#include "lib/base/memory.h"
#include "lib/base/search.h"

/* What replaces an identifier. */
#define FIL_ERASED_WORD "ERASED"

struct fil_identifiers {
	struct fil_search *texts; /* all but short keys */
	struct fil_search *cells; /* the keys in the quotes of an image */
	struct fil_hash *short_keys;
};

/* Returns no identifiers; the caller frees them. */
struct fil_identifiers *fil_identifiers_new(void);

/* Adds a key, or else a name or an e-mail. */
void fil_identifiers_add(struct fil_identifiers *identifiers, const char *text, bool is_key);

/* Writes the text with each identifier replaced; clears written first. command: it is a command
 * line, whose command stays; if it names one of the people, the value of each COL=VALUE goes, since
 * it is a fact about them. The result is in NFC. Returns whether there was an identifier. */
bool fil_identifiers_replace(const struct fil_identifiers *identifiers, const char *text,
    bool command, struct fil_bytes *written);

/* Frees them; NULL is fine. */
void fil_identifiers_free(struct fil_identifiers *identifiers);

#endif
