/* SPDX-License-Identifier: ISC */
/* People: users found by their e-mail or their name, where an input has no key for them. */
#ifndef FIL_MATCHING_H
#define FIL_MATCHING_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/fault.h"
#include "lib/catalog/catalog.h"
#include "lib/store/store.h"

enum fil_match { FIL_MATCH_KEY, FIL_MATCH_EMAIL, FIL_MATCH_NAME };

struct fil_people;

/* Reads all users, to be found by e-mail or by name. Returns NULL with a fault; the caller frees
 * it. Memory: some 100 bytes a user. */
struct fil_people *
fil_people_new(struct fil_store *store, enum fil_match match, struct fil_fault *fault);

/* Adds a person whom an input brings; the same key under several texts is one person. */
void fil_people_add(struct fil_people *people, const char *key, const char *text);

/* How many users a text means. */
enum fil_people_found { FIL_PEOPLE_NONE, FIL_PEOPLE_ONE, FIL_PEOPLE_SEVERAL };

/* Finds the user whom the text means: an e-mail whatever its case, a name folded, its words in any
 * order. *key, of the one user, belongs to the people until the next is added. Otherwise the fault
 * says that there is nobody, or names the several. */
enum fil_people_found fil_people_find(
    struct fil_people *people, const char *text, const char **key, struct fil_fault *fault);

/* Frees what it holds; NULL is fine. */
void fil_people_free(struct fil_people *people);

/* The conversion: what a cell means that is not written as it is stored: digits without the zeros
 * that a spreadsheet took, and a user's e-mail or name instead of the key. */

struct fil_matching;

/* Returns a conversion of the table's cells that leaves them as they are; the caller frees it. */
struct fil_matching *fil_matching_new(const struct fil_table *table);

/* Pads the digits of a column's cells with zeros to that length. */
void fil_matching_pad(struct fil_matching *conversion, size_t column, size_t length);

/* Says that cells which name a user are e-mails or names. */
void fil_matching_match(struct fil_matching *conversion, enum fil_match match);

/* Returns the column of users by which the row's user is found where no column gives the key, or
 * FIL_NOWHERE. */
size_t fil_matching_finder(const struct fil_matching *conversion);

/* Says whether that is so in the rows to come. */
void fil_matching_find_key(struct fil_matching *conversion, bool found);

/* Gives the people whom fil_matching_match needs, before the first cell; they stay the caller's.
 */
void fil_matching_people(struct fil_matching *conversion, struct fil_people *people);

/* Returns whether cells of a column name a user by e-mail or name. */
bool fil_matching_names_user(const struct fil_matching *conversion, size_t column);

/* Returns whether cells of a column may be replaced at all. */
bool fil_matching_applies(const struct fil_matching *conversion, size_t column);

/* What became of a cell. */
enum fil_converted { FIL_CONVERTED, FIL_CONVERTED_TO_NOBODY, FIL_NOT_CONVERTED };

/* Replaces a cell of a column by what is meant; it belongs to the conversion or the people, until
 * the next call. TO_NOBODY, with a fault: it should find a user, and there is none. NOT_CONVERTED,
 * with a fault: there are several. */
enum fil_converted fil_matching_cell(struct fil_matching *conversion, size_t column,
    const char **cell, size_t *length, struct fil_fault *fault);

/* Frees what it holds; NULL is fine. */
void fil_matching_free(struct fil_matching *conversion);

#endif
