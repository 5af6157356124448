/* SPDX-License-Identifier: ISC */
/* A profile file: an INI file as settings with their places, and the effect of its sections.
 * [columns] maps columns to headers or templates. [values.COLUMN] gives words a value, and [skip]
 * leaves rows out. Options of a load (lib/cli/load_options.h) and values of columns come before any
 * section.
 *
 * The syntax is that of libinih: `key = value` or `key: value`, `[section]`. A `;` or `#` at the
 * beginning of a line begins a comment, and so does ` ;` after a value. A line indented deeper than
 * its key continues the value, without a comment. Keys and words may stand in quotes
 * (lib/base/text.h): those of words stay in the value. The file is UTF-8. */
#ifndef FIL_PROFILE_FILE_H
#define FIL_PROFILE_FILE_H

#include <stddef.h>

#include "lib/base/fault.h"
#include "lib/mapping/profile.h"

struct fil_setting {
	char *section; /* "" before the first section */
	char *key;
	char *value; /* with its continuation lines, joined by a space */
	char *place; /* "sirh.ini:12", for messages */
};

struct fil_profile_file {
	struct fil_setting *settings; /* in the order of the file */
	size_t n;
};

/* Reads the file; the caller frees the result. Returns NULL with a fault: 66 if the file cannot be
 * opened or read, 78 with the place of a bad line. */
struct fil_profile_file *fil_profile_file_read(const char *path, struct fil_fault *fault);

/* Applies the sections to the profile. Settings before the first section are ignored. Returns 0, or
 * -1 with a fault (78) that has the place and the nearest known name. The faults: an unknown
 * section or column, a bad template, an invalid value, a word with two meanings, a column mapped
 * more than once. */
int fil_profile_file_apply(
    const struct fil_profile_file *file, struct fil_profile *profile, struct fil_fault *fault);

/* Prefixes a fault's text with the setting's place, and makes its status 78. Returns -1. */
int fil_setting_blame(const struct fil_setting *setting, struct fil_fault *fault);

/* Frees the file; NULL is fine. */
void fil_profile_file_free(struct fil_profile_file *file);

#endif
