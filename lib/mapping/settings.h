/* SPDX-License-Identifier: ISC */
/* The settings of an organisation: the file week.ini, with the sections [week], [mail] and
 * [controller]. It is in the folder filrouge of XDG_CONFIG_HOME, else of ~/.config, else of /etc: the
 * first of them that has the file. */
#ifndef FIL_SETTINGS_H
#define FIL_SETTINGS_H

#include "lib/base/fault.h"
#include "lib/mapping/profile_file.h"

/* Reads the settings; the caller frees them by fil_profile_file_free. They are empty where there is
 * no file. profile: another file, or NULL. A name with a '/' or ending in .ini is a path, any other is
 * NAME.ini in the folder. Returns NULL with a fault: 78 with the place of a line that is unknown or
 * given twice, 66 if the file cannot be read. */
struct fil_profile_file *fil_settings_read(const char *profile, struct fil_fault *fault);

/* Returns the setting of a section and key, or NULL where it is not set or empty. It belongs to the
 * settings. */
const struct fil_setting *
fil_settings_find(const struct fil_profile_file *settings, const char *section, const char *key);

#endif
