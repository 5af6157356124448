/* SPDX-License-Identifier: ISC */
/* Faults: errors that the administrator can fix. Errors that only a programmer can fix end the
 * program. A function that can fail takes a struct fil_fault last, fills it and returns -1 or
 * NULL. */
#ifndef FIL_FAULT_H
#define FIL_FAULT_H

#include <stdbool.h>
#include <stddef.h>

/* The exit statuses, from sysexits.h where it defines them. */
enum fil_status {
	FIL_OK = 0,
	FIL_REFUSED = 1, /* a guard or a check refused */
	FIL_USAGE = 64,
	FIL_BAD_DATA = 65,
	FIL_NO_INPUT = 66,
	FIL_UNAVAILABLE = 69, /* the store cannot be reached, is damaged, foreign or newer */
	FIL_BUG = 70,
	FIL_CANT_CREATE = 73,
	FIL_IO_ERROR = 74,
	FIL_BUSY = 75,
	FIL_NOT_PERMITTED = 77,
	FIL_BAD_CONFIG = 78,
};

/* One fault. For a fault of a row, kind is a frictionless error code ("type-error", "missing-cell",
 * …), else NULL. kind points to static storage. text is lower-case, without a full stop. */
struct fil_fault {
	enum fil_status status;
	const char *kind;
	char text[768];
};

/* Fills the fault. Returns -1, for `return fil_fault_set(…)`. The text is cut if it is too long. */
int fil_fault_set(struct fil_fault *fault, enum fil_status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* As fil_fault_set, with the status FIL_BAD_DATA and a kind for the rejects file. */
int fil_fault_data(struct fil_fault *fault, const char *kind, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Returns the status of a failed system call: FIL_IO_ERROR if the errno says that the machine fails
 * (a full disk, a broken one, no free descriptor), else `otherwise`. Without memory the program
 * ends. */
enum fil_status fil_fault_status(int error, enum fil_status otherwise);

/* Returns whether the text of a fault is about a column or a header: it is the name, or begins with
 * it and ':'. */
bool fil_fault_is_about(const char *text, const char *name);

/* Adds "; the nearest is 'X'" to the fault's text if one of the n words is near (fil_text_nearest).
 * Returns whether it did. */
bool
fil_fault_suggest(struct fil_fault *fault, const char *word, const char *const *list, size_t n);

/* Prints "PROGRAM: text" and a line end on standard error, with control characters escaped. PROGRAM
 * is the file name of the running command. */
void fil_warn(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Prints as fil_warn, then ends the program with the status by _exit. Buffered standard output is
 * dropped, and atexit handlers do not run. */
_Noreturn void
fil_die(enum fil_status status, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Calls fil_die with the fault's status and text. */
_Noreturn void fil_die_fault(const struct fil_fault *fault);

/* Ends the program with status 70 and a text that asks for a bug report. */
_Noreturn void fil_bug(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* A bounded list of the faults of an input. */
struct fil_faults;

/* Returns an empty list that keeps the first max texts and counts the rest. */
struct fil_faults *fil_faults_new(size_t max);

/* Adds a copy of "file:line: text", or of "file: text" for line 0. */
void fil_faults_add(
    struct fil_faults *list, const char *file, size_t line, const struct fil_fault *fault);

/* Appends words to the text of the fault with that number, from 0, if its text was kept. */
void fil_faults_append(struct fil_faults *list, size_t number, const char *words);

/* Returns the number of faults added, including those whose text was not kept. */
size_t fil_faults_count(const struct fil_faults *list);

/* Prints each kept text with fil_warn, then a line with the number of the others. */
void fil_faults_print(const struct fil_faults *list);

/* Frees the list; NULL is fine. */
void fil_faults_free(struct fil_faults *list);

#endif
