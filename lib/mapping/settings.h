/* SPDX-License-Identifier: ISC */
/* The settings of an organisation: the file week.ini, with the sections [week], [mail] and
 * [controller]. It is in the folder filrouge of XDG_CONFIG_HOME, else of ~/.config, else of /etc: the
 * first of them that has the file. */
#ifndef FIL_SETTINGS_H
#define FIL_SETTINGS_H

#include "lib/base/fault.h"
#include "lib/mapping/profile_file.h"

/* Reads the settings; the caller frees them by fil_profile_file_free. They are empty where there is
 * no file. Returns NULL with a fault: 78 with the place of a line that is unknown or given twice, 66
 * if the file cannot be read. */
struct fil_profile_file *fil_settings_read(struct fil_fault *fault);

#endif
