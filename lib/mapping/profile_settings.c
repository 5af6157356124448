/* SPDX-License-Identifier: ISC */
#include "lib/mapping/profile_settings.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "lib/base/memory.h"
#include "lib/base/text.h"

#define VALUES "values."

/* Returns whether an entry above it has the same section and key. */
static bool
stands_above(const struct fil_setting *entries, const struct fil_setting *setting)
{
	for (; entries < setting; entries++)
		if (strcasecmp(entries->section, setting->section) == 0 &&
		    strcasecmp(entries->key, setting->key) == 0)
			return true;
	return false;
}

static int
say_column(struct fil_profile *profile, const struct fil_setting *entries,
    const struct fil_setting *setting, struct fil_fault *fault)
{
	if (stands_above(entries, setting))
		return fil_fault_set(fault, FIL_BAD_CONFIG, "'%s' stands twice", setting->key);
	return fil_profile_column(profile, setting->key, setting->value, setting->place, fault);
}

static int
say_values(struct fil_profile *profile, const struct fil_setting *setting, struct fil_fault *fault)
{
	const char *column = setting->section + strlen(VALUES);
	bool none = strcasecmp(setting->key, "empty") == 0;

	if (*setting->value == '\0')
		return fil_fault_set(
		    fault, FIL_BAD_CONFIG, "no word that means '%s'", setting->key);
	return fil_profile_mean(
	    profile, column, setting->value, none ? NULL : setting->key, fault);
}

static int
section_fault(const char *section, struct fil_fault *fault)
{
	static const char *const known[] = { "columns", "skip", "values" };
	char *word = fil_copy_bytes(section, strcspn(section, "."));
	const char *nearest = fil_text_nearest(word, known, 3);

	free(word);
	if (nearest == NULL)
		return fil_fault_set(fault, FIL_BAD_CONFIG, "unknown section [%s]", section);
	return fil_fault_set(fault, FIL_BAD_CONFIG, "unknown section [%s]; the nearest is [%s%s]",
	    section, nearest, nearest == known[2] ? ".COLUMN" : "");
}

/* Does what one entry says. */
static int
say(struct fil_profile *profile, const struct fil_setting *entries,
    const struct fil_setting *setting, struct fil_fault *fault)
{
	if (strcasecmp(setting->section, "columns") == 0)
		return say_column(profile, entries, setting, fault);
	if (strncasecmp(setting->section, VALUES, strlen(VALUES)) == 0)
		return say_values(profile, setting, fault);
	if (strcasecmp(setting->section, "skip") != 0)
		return section_fault(setting->section, fault);
	fil_profile_skip(profile, setting->key, setting->value, setting->place);
	return 0;
}

int
fil_profile_settings(struct fil_profile *profile, const struct fil_settings *settings,
    struct fil_fault *fault)
{
	size_t n;
	const struct fil_setting *entries = fil_settings_entries(settings, &n);

	for (size_t i = 0; i < n; i++)
		if (*entries[i].section != '\0' &&
		    say(profile, entries, &entries[i], fault) < 0)
			return fil_setting_blame(&entries[i], fault);
	return 0;
}
