/* SPDX-License-Identifier: ISC */
/* The language of what people read: French or English. Texts stand in the code in English, and
 * gettext translates them by lib/po/fr.po. CSV, JSON, names and statuses are the same in both.
 *
 * The format of a message is translated where it is used: fil_fault_set, fil_fault_data, fil_warn,
 * fil_die, fil_ending_say, fil_cli_say, fil_cli_usage and fil_messages_say. So is the help. Other
 * sentences are marked by _(), and ngettext chooses by a count. xgettext takes one literal there: of
 * two in a ternary, each is marked. A sentence is one literal: none is put together from pieces. */
#ifndef FIL_LANGUAGE_H
#define FIL_LANGUAGE_H

#include <libintl.h>
#include <stdbool.h>

/* Returns the text in the language. */
#define _(text) gettext(text)

/* Marks a text of a table, which is translated where it is printed. */
#define N_(text) text

/* Returns the text for n things, where English has one form for all numbers. */
#define FIL_COUNTED(text, n) ngettext(text, text, n)

/* Takes the language of the environment: LC_ALL, LC_MESSAGES or LANG says French or another one, and
 * LANGUAGE has a list of wishes unless that is C or POSIX. All but French is English. No locale need
 * be installed. The catalogue is in ../share/locale beside the folder of the program. */
void fil_language_start(void);

/* Takes a language from now on: "fr" or "en". Returns whether the name is one of them. */
bool fil_language_choose(const char *name);

/* Returns the code of the language, "fr" or "en". It is "en" where the catalogue is missing. */
const char *fil_language(void);

/* Has the calling thread speak English, or again the language: texts that scripts read stay the
 * same. */
void fil_language_plain(bool plain);

/* Returns what strerror says, in the language. It is valid until the next call. */
const char *fil_language_error(int error);

/* Returns the path of what is installed with the program: `below` in ../share, seen from the program's
 * folder. The caller frees it. */
char *fil_language_share(const char *below);

#endif
