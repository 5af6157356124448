/* SPDX-License-Identifier: ISC */
/* A person: named on a command line by key, e-mail or name, with all data that the store has. */
#ifndef FIL_PERSON_H
#define FIL_PERSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "lib/audit/history.h"
#include "lib/base/fault.h"
#include "lib/load/matching.h"
#include "lib/output/output.h"
#include "lib/store/batch.h"
#include "lib/store/store.h"
#include "lib/users/holders.h"

/* Reads the argument of --match, "email" or "name". Returns 0, or -1 with a usage fault. */
int fil_person_match(const char *text, enum fil_match *match, struct fil_fault *fault);

/* Returns today's key of the person with a key, e-mail or name; the caller frees it. A former key
 * leads to the person who had it first, and the key of a removed user is found in the history.
 * Returns NULL with a fault (65) that begins with `place` and names the nearest, or one of the
 * store. */
char *fil_person_find(struct fil_store *store, const struct fil_holders *holders,
    enum fil_match match, const char *place, const char *text, struct fil_fault *fault);

/* The cells of one value that is about a person, or names the person. The last two are not printed. */
enum {
	FIL_DATUM_STATE, /* "now", "before", "named" or "log" */
	FIL_DATUM_TABLE,
	FIL_DATUM_KEY, /* as words of a command line; NULL for rows that only name the person */
	FIL_DATUM_COLUMN, /* NULL: the row has nothing besides its key */
	FIL_DATUM_VALUE,
	FIL_DATUM_RUN, /* that wrote the value */
	FIL_DATUM_RECORDED, /* its day */
	FIL_DATUM_UNTIL, /* the run that overwrote or removed the value; NULL: it stands */
	FIL_DATUM_CELLS,
	FIL_DATUM_KEYS = FIL_DATUM_CELLS, /* the key, of fil_relation_add_key */
	FIL_DATUM_UNTIL_DAY, /* of until */
	FIL_DATUM_ALL,
};

extern const struct fil_output_column fil_datum_columns[FIL_DATUM_CELLS];

/* A person with the data. */
struct fil_person {
	char *user; /* today's key */
	struct fil_batch *data; /* rows of FIL_DATUM_ALL cells */
	/* The run that gave the key to this person, and the one that removed the person who had it
	 * before; 0: no other person is known. */
	int64_t since, former;
	size_t mentions; /* cells about others that mention the person, if they were counted */
};

struct fil_persons {
	struct fil_person *list;
	size_t n;
};

/* Reads the data about the people whom the operands name, each once, on one state of the store: in the
 * order of states, tables, keys, time and columns. Of a key that was removed and then given to another
 * person, only the data of the last person are read. mentions: counts them, which reads all rows.
 * Returns 0, or -1 with a fault, 65 for an unknown person; the caller releases the people. */
int fil_persons_read(struct fil_store *store, enum fil_match match, char *const *operands,
    bool mentions, struct fil_persons *people, struct fil_fault *fault);

/* Frees what the people hold. */
void fil_persons_release(struct fil_persons *people);

/* Writes the values of people as rows of an output with these columns. */
void fil_persons_rows(const struct fil_persons *people, struct fil_output *output);

/* Writes a JSON array with an object for each of the people: {"user": …, "tables": {TABLE:
 * [values]}}. */
void fil_persons_json(const struct fil_persons *people, FILE *stream);

#endif
