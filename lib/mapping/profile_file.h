/* SPDX-License-Identifier: ISC */
/* A profile's file: an INI file as settings, each with its place, and what its sections mean.
 * [columns] says from which header or template a column is taken, [values.COLUMN] which words mean
 * a value, [skip] which rows are left out. Before any section stand the options of a load, which
 * lib/cli/load_options.h knows, and values of columns.
 *
 * The lines are those of libinih: `key = value` or `key: value`, `[section]`. A `;` or `#` at the
 * beginning of a line and a ` ;` behind a value begin a comment. A line indented deeper than its key
 * goes on with the value, and has no comment behind it. The file is UTF-8. */
#ifndef FIL_PROFILE_FILE_H
#define FIL_PROFILE_FILE_H

#include <stddef.h>

#include "lib/base/fault.h"
#include "lib/mapping/profile.h"

struct fil_setting {
	char *section; /* "" before any */
	char *key;
	char *value; /* the lines that go on with it joined by a space */
	char *place; /* "sirh.ini:12", for messages */
};

struct fil_profile_file {
	struct fil_setting *settings; /* in the order of the file */
	size_t n;
};

/* Reads the file. Returns NULL with a fault: 66 when it cannot be opened or read, 78 with the place
 * of a line that is none of such a file. The caller frees it. */
struct fil_profile_file *fil_profile_file_read(const char *path, struct fil_fault *fault);

/* Has the profile do what the sections say; what stands before any section is ignored. Returns 0, or
 * -1 with a fault (78) that has the place, and the nearest of what is known: an unknown section or
 * column, a bad template, a value that its column cannot hold, a word with two meanings, a column
 * that is mapped twice. */
int fil_profile_file_apply(
    const struct fil_profile_file *file, struct fil_profile *profile, struct fil_fault *fault);

/* Puts the setting's place before a fault's text, and makes its status 78. Returns -1. */
int fil_setting_blame(const struct fil_setting *setting, struct fil_fault *fault);

/* NULL is fine. */
void fil_profile_file_free(struct fil_profile_file *file);

#endif
