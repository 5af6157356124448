/* SPDX-License-Identifier: ISC */
/* What is done when the program ends in the middle of its work: for lack of memory, by a fault that
 * nobody can correct, or by a signal. */
#ifndef FIL_ENDING_H
#define FIL_ENDING_H

/* Names the file that such an end removes; NULL: none. The path stays the caller's. There is one
 * such file at a time. SIGHUP, SIGINT and SIGTERM remove it too, unless they are ignored. */
void fil_ending_remove(const char *path);

/* Removes that file. It needs no memory. */
void fil_ending_clean(void);

/* Keeps what such an end says besides its cause, "run 12 is stored"; an empty text: nothing. Words
 * that are too long are cut. */
void fil_ending_say(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Returns those words, or NULL. They are valid until they are replaced. */
const char *fil_ending_words(void);

#endif
