/* SPDX-License-Identifier: ISC */
/* Labels: the words for people of tables, columns and choices, in the language of the messages. CSV and
 * JSON never use them. */
#ifndef FIL_LABEL_H
#define FIL_LABEL_H

/* Returns the words of an id of lib/catalog/label.def, or NULL. The text is static. */
const char *fil_label_find(const char *id);

/* As fil_label_find, but returns the id itself where it has no words. */
const char *fil_label(const char *id);

#endif
