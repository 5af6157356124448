/* SPDX-License-Identifier: ISC */
/* Options: one table, read from the command line by getopt_long and printed in the help. */
#ifndef FIL_OPTIONS_H
#define FIL_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "lib/base/fault.h"

/* An option of a command; --help is printed from it. */
struct fil_option {
	const char *name; /* long name */
	int letter; /* short letter, or a number from 256 for none */
	const char *argument; /* NULL: none; else its name in the help: "FILE" */
	const char *help; /* one phrase: a verb first, the default last */
	/* The values of the argument, for the completion in a shell: words with a space between.
	 * "users.unit" stands for the values of a column, COL for the columns, WORD for the words
	 * of the command, "*.ini" for such files. A comma at the start: the argument is a list of
	 * them. NULL: the name of the argument says it. */
	const char *values;
	bool known; /* many commands have it: a brief help only names it */
};

struct fil_options;

/* Returns an empty table of options; the caller frees it. It resets getopt: only one command line
 * at a time is read. */
struct fil_options *fil_options_new(void);

/* Adds an option, which is copied; its texts must outlive the options. group: the heading above it
 * in the help. NULL: "Options" before all groups, else "Output and common". */
void
fil_options_add(struct fil_options *options, const struct fil_option *option, const char *group);

/* The letter that fil_options_next returns for a wrong option. */
enum { FIL_OPTIONS_WRONG = '?' };

/* Returns the letter of the next option, with its argument in optarg of getopt. Returns -1 at the
 * end, with optind at the first operand, or FIL_OPTIONS_WRONG with a usage fault. Options and
 * operands may be mixed, also with POSIXLY_CORRECT. */
int fil_options_next(struct fil_options *options, int argc, char **argv, struct fil_fault *fault);

/* Prints a line for each option, under the heading of its group. Groups are in the order of their
 * first options. */
void fil_options_print(const struct fil_options *options, FILE *stream);

/* Prints a line for each option that has no group and is not known, then one for the names of each
 * group and one for those that are known: the man page of the program has their phrases. */
void fil_options_print_brief(const struct fil_options *options, const char *program, FILE *stream);

/* Prints a line for each option, for scripts: "option", the long name, the letter, the argument, its
 * values and the group, with a tab between. Cells may be empty. */
void fil_options_declare(const struct fil_options *options, FILE *stream);

/* Frees what it holds; NULL is fine. */
void fil_options_free(struct fil_options *options);

/* Splits a command line into words as a shell does, by spaces and line ends, with '…', "…" and \ as
 * quotes; nothing else has a meaning. Returns the *n words, ended by NULL, or NULL where a quote is
 * not closed. The caller frees the list, which holds the words too. */
char **fil_options_words(const char *line, size_t *n);

/* Reads the argument of an option that is a comma-separated list of known names, into a set of
 * bits: bit i for known[i]. Returns 0, or -1 with a usage fault. refuse fills it for an unknown
 * name, "'x' is not a source". The nearest known name, or all, are added. */
int fil_choices_read(const char *list, const char *const *known, size_t n,
    void (*refuse)(const char *name, struct fil_fault *fault), unsigned *set,
    struct fil_fault *fault);

#endif
