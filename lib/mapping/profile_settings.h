/* SPDX-License-Identifier: ISC */
/* The settings of a profile: what the sections of its INI file say of columns, values and rows left
 * out. */
#ifndef FIL_PROFILE_SETTINGS_H
#define FIL_PROFILE_SETTINGS_H

#include "lib/base/fault.h"
#include "lib/mapping/profile.h"
#include "lib/mapping/settings.h"

/* Has the profile do what the sections say: [columns], [values.COLUMN] and [skip]. What stands
 * before any section is the command's matter. Returns 0, or -1 with a fault (78) that has the
 * place, and the nearest of what is known: an unknown section or column, a bad template, a value
 * that its column cannot hold, a word with two meanings, a column said twice. */
int fil_profile_settings(struct fil_profile *profile, const struct fil_settings *settings,
    struct fil_fault *fault);

#endif
