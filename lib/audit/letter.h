/* SPDX-License-Identifier: ISC */
/* The letter to a person: who keeps the data about the person, why and how long, the rights, and the
 * data, one table for each kind. */
#ifndef FIL_LETTER_H
#define FIL_LETTER_H

#include <stdbool.h>
#include <stdio.h>

#include "lib/base/date.h"
#include "lib/mapping/profile_file.h"
#include "lib/output/page.h"
#include "lib/store/batch.h"

struct fil_letter {
	const struct fil_page *page; /* the format */
	const struct fil_profile_file *settings; /* with the section [controller] */
	fil_day today;
	const char *user;
	const struct fil_batch *data; /* of fil_persons_read */
};

/* Writes the letter in the language. Returns whether the settings have the name of the controller and
 * whom to write to. */
bool fil_letter_write(const struct fil_letter *letter, FILE *stream);

#endif
