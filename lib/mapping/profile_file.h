/* SPDX-License-Identifier: ISC */
/* A profile file: an INI file as settings with their places, and the effect of its sections.
 * [columns] maps columns to headers or templates. [facts] makes rows of columns
 * (lib/mapping/fact_lines.h). [values.COLUMN] gives words a value, [split] makes a row for each
 * part of a cell, and [skip] leaves rows out. Options of a load (lib/cli/load_options.h) and values
 * of columns come before any section.
 *
 * The syntax is that of libinih: `key = value` or `key: value`, `[section]`. In a section, ':' is
 * part of a key that '=' ends. A `;` or `#` at the beginning of a line begins a comment, and so
 * does ` ;` after a value; but `#7 =` in [facts] and [skip] is the key of a column by its number. A
 * line indented deeper than its key continues the value, without a comment. Keys and words may
 * stand in quotes (lib/base/text.h): those of words stay in the value. A key of [facts] or [skip]
 * may be a regular expression, /…/. The file is UTF-8, with lines of at most 4,096 bytes. */
#ifndef FIL_PROFILE_FILE_H
#define FIL_PROFILE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "lib/base/fault.h"
#include "lib/mapping/profile.h"

struct fil_setting {
	char *section; /* "" before the first section */
	char *key;
	char *value; /* with its continuation lines, joined by a space */
	char *place; /* "sirh.ini:12", for messages */
	bool quoted; /* the key stood in quotes */
};

struct fil_profile_file {
	struct fil_setting *settings; /* in the order of the file */
	size_t n;
};

/* Reads a profile with the profiles that it extends: their settings follow its own, but those of the same
 * section and key. name: a path if it has a '/' or ends in .ini, else NAME.ini in the folder filrouge of
 * XDG_CONFIG_HOME or else of ~/.config, in that of /etc, or among the profiles that are installed with
 * the program: the first of them. The caller frees the result. Returns NULL with a fault: 66 if the file
 * cannot be opened or read, 78 with the place of a bad line. */
struct fil_profile_file *fil_profile_file_open(const char *name, struct fil_fault *fault);

/* Finds a profile in the same way, and opens its file to read it. The caller closes it. Returns NULL with
 * a fault. */
FILE *fil_profile_file_stream(const char *name, struct fil_fault *fault);

/* Returns the setting of a key before any section, or NULL. It belongs to the file. */
const struct fil_setting *
fil_profile_file_top(const struct fil_profile_file *file, const char *key);

/* A profile that is found by its name. */
struct fil_listed_profile {
	char *name;
	struct fil_profile_file *file;
};

struct fil_profile_list {
	struct fil_listed_profile *profiles; /* in the order of their names */
	size_t n;
};

/* Reads all profiles of sources that fil_profile_file_open finds by a bare name, but those with faults.
 * Release the list. */
void fil_profile_list_read(struct fil_profile_list *list);

/* Frees the profiles of the list. */
void fil_profile_list_release(struct fil_profile_list *list);

/* Applies the sections to the profile. Settings before the first section are ignored. Returns 0, or
 * -1 with a fault (78) that has the place and the nearest known name. The faults: an unknown
 * section or column, a bad template, an invalid value, a word with two meanings, a column mapped
 * more than once. */
int fil_profile_file_apply(
    const struct fil_profile_file *file, struct fil_profile *profile, struct fil_fault *fault);

/* Reads the settings of an organisation: the file week.ini, with the sections [week], [mail] and
 * [controller], in the folder filrouge of XDG_CONFIG_HOME, else of ~/.config, else of /etc: the first of
 * them that has the file. The caller frees them by fil_profile_file_free. They are empty where there is
 * no file. profile: another file, or NULL. A name with a '/' or ending in .ini is a path, any other is
 * NAME.ini in the folder. Returns NULL with a fault: 78 with the place of a line that is unknown or
 * given twice, 66 if the file cannot be read. */
struct fil_profile_file *fil_settings_read(const char *profile, struct fil_fault *fault);

/* Returns the setting of a section and key, or NULL where it is not set or empty. It belongs to the
 * settings. */
const struct fil_setting *
fil_settings_find(const struct fil_profile_file *settings, const char *section, const char *key);

/* Prefixes a fault's text with the setting's place, and makes its status 78. Returns -1. */
int fil_setting_blame(const struct fil_setting *setting, struct fil_fault *fault);

/* Frees the file; NULL is fine. */
void fil_profile_file_free(struct fil_profile_file *file);

#endif
