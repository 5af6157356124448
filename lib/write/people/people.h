/* SPDX-License-Identifier: ISC */
/* People: the doubts about the users that one run writes. Hashes of the rows are noted as they are
 * written, 16 bytes a row. Once all are, they are compared with each other and with the stored
 * users. They find users with the e-mail of another, or with name and unit (address, twin), users
 * who were erased before, and circles of managers. The store is read only if users were stored
 * before the run and a row has a new e-mail, manager or key, or if hashes find a doubt. With a
 * whole list, hashes of the stored users do. */
#ifndef FIL_PEOPLE_H
#define FIL_PEOPLE_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/doubt.h"
#include "lib/base/fault.h"
#include "lib/write/people/identity.h"
#include "lib/write/refusals.h"
#include "lib/write/run.h"

struct fil_people;

/* Where the inputs have a user's key. */
struct fil_people_place {
	const char *key;
	const char *file; /* NULL: in no input */
	size_t line;
};

/* A user who is refused: a twin, or one who was erased. */
struct fil_people_twin {
	char *key, *reason;
	enum fil_doubt kind;
};

/* Twins; {0} has none. The caller frees the list, and the texts of each. */
struct fil_people_twins {
	struct fil_people_twin *list;
	size_t n, room;
};

/* How people are judged; all that it points to must live as long. */
struct fil_people_options {
	struct fil_doubts *doubts; /* gets what is reported */
	const char *today; /* YYYY-MM-DD */
	const char *whole; /* the feed of a whole list: whom it lacks leaves; or NULL */
	/* Fills file and line of n places, by one pass over the inputs. Returns 0, or -1 with a
	 * fault. */
	int (*find)(
	    void *context, struct fil_people_place *places, size_t n, struct fil_fault *fault);
	void *context;
};

/* Returns people of whom nothing is known yet; the caller frees it. The options are copied. */
struct fil_people *fil_people_new(struct fil_run *run, const struct fil_people_options *options);

/* Begins an input, whose name must live as long; gives tells which columns of users it gives. Returns
 * 0, or -1 with a fault of the store. */
int fil_people_begin(
    struct fil_people *people, const char *file, const bool *gives, struct fil_fault *fault);

/* Learns a stored user by all cells, as they were before the run. For a whole list it is called for each,
 * before the rows are compared: the users need not be read again. */
void fil_people_learn(struct fil_people *people, const char *const *cells);

/* Returns the changed users; they belong to the people. */
struct fil_identity *fil_people_identity(struct fil_people *people);

/* Notes a row that was written, which begins on a line: its cells before, or NULL for an added row,
 * and after. */
void fil_people_note(
    struct fil_people *people, size_t line, const char *const *before, const char *const *after);

/* Compares all rows, once all are written, and tells the doubts, if `telling`. Adds the users who are
 * refused to the twins. Returns 0, or -1 with a fault that ends the load. */
int fil_people_compare(struct fil_people *people, bool telling, struct fil_people_twins *twins,
    struct fil_fault *fault);

/* Returns whether a user that the run added may have this e-mail, or this name and unit. An empty
 * unit is like none. Call it after fil_people_compare. */
bool fil_people_resemble(
    const struct fil_people *people, const char *name, const char *unit, const char *email);

/* Judges the changed users together. counts tells what became of the rows of the input. Returns 0,
 * or -1 with a fault (FIL_REFUSED). */
int fil_people_judge(struct fil_people *people, const struct fil_counts *counts,
    const struct fil_refusals *refusals, struct fil_fault *fault);

/* Frees what it holds; NULL is fine. */
void fil_people_free(struct fil_people *people);

#endif
