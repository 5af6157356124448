/* SPDX-License-Identifier: ISC */
/* Settings: an INI file as entries, each with its place. The lines are those of libinih: `key =
 * value` or `key: value`, `[section]`; `;` or `#` at the beginning of a line and ` ;` behind a
 * value begin a comment; a line indented deeper than its key goes on with the value, and has no
 * comment behind it. The file is UTF-8. */
#ifndef FIL_PROFILE_FILE_H
#define FIL_PROFILE_FILE_H

#include <stddef.h>

#include "lib/base/fault.h"
#include "lib/mapping/profile.h"

/* One entry; its texts belong to the settings. */
struct fil_setting {
	char *section; /* "" before any */
	char *key;
	char *value; /* the lines that go on with it joined by a space */
	char *place; /* "sirh.ini:12", for messages */
};

struct fil_settings;

/* Reads the file. Returns NULL with a fault: 66 when it cannot be opened or read, 78 with the place
 * of what is no line of such a file. The caller frees it. */
struct fil_settings *fil_settings_read(const char *path, struct fil_fault *fault);

/* Returns the entries in the order of the file, and their number. They belong to the settings. */
const struct fil_setting *fil_settings_entries(const struct fil_settings *settings, size_t *n);

/* Puts the entry's place before a fault's text, and makes its status 78. Returns -1. */
int fil_setting_blame(const struct fil_setting *setting, struct fil_fault *fault);

/* NULL is fine. */
void fil_settings_free(struct fil_settings *settings);

/* The settings of a profile: what the sections of its INI file say of columns, values and rows left
 * out. */

/* Has the profile do what the sections say: [columns], [values.COLUMN] and [skip]. What stands
 * before any section is the command's matter. Returns 0, or -1 with a fault (78) that has the
 * place, and the nearest of what is known: an unknown section or column, a bad template, a value
 * that its column cannot hold, a word with two meanings, a column said twice. */
int fil_profile_settings(
    struct fil_profile *profile, const struct fil_settings *settings, struct fil_fault *fault);

#endif
