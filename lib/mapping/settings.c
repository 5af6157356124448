/* SPDX-License-Identifier: ISC */
#include "lib/mapping/settings.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "lib/base/memory.h"

enum { KEYS = 11 };

/* The sections, and the keys of each. */
static const struct section {
	const char *name;
	const char *keys[KEYS];
} sections[] = {
	{ "week",
	    { "title", "lang", "data-lang", "by", "depth", "sections", "target", "next",
		"footer" } },
	{ "mail", { "from", "reply-to", "to", "subject", "attach" } },
	{ "controller",
	    { "name", "address", "contact", "purpose", "ground", "retention", "rights" } },
};

enum { SECTIONS = sizeof sections / sizeof *sections };

/* Returns the number of words before the NULL. */
static size_t
count(const char *const *words)
{
	size_t n = 0;

	while (n < KEYS && words[n])
		n++;
	return n;
}

static int
check_section(const struct fil_setting *setting, struct fil_fault *fault)
{
	const char *names[SECTIONS];

	for (size_t i = 0; i < SECTIONS; i++)
		names[i] = sections[i].name;
	fil_fault_set(fault, FIL_BAD_CONFIG, "unknown section [%s]", setting->section);
	fil_fault_suggest(fault, setting->section, names, SECTIONS);
	return fil_setting_blame(setting, fault);
}

static int
check_key(const struct section *section, const struct fil_setting *setting, struct fil_fault *fault)
{
	size_t n = count(section->keys);

	for (size_t i = 0; i < n; i++)
		if (strcasecmp(section->keys[i], setting->key) == 0)
			return 0;
	fil_fault_set(
	    fault, FIL_BAD_CONFIG, "unknown key '%s' in [%s]", setting->key, section->name);
	fil_fault_suggest(fault, setting->key, section->keys, n);
	return fil_setting_blame(setting, fault);
}

/* Checks setting i of the file. Returns 0, or -1 with a fault. */
static int
check(const struct fil_profile_file *file, size_t i, struct fil_fault *fault)
{
	const struct fil_setting *setting = &file->settings[i];

	for (size_t k = 0; k < i; k++) {
		const struct fil_setting *above = &file->settings[k];

		if (strcasecmp(above->section, setting->section) == 0 &&
		    strcasecmp(above->key, setting->key) == 0) {
			fil_fault_set(fault, FIL_BAD_CONFIG, "duplicate key '%s'", setting->key);
			return fil_setting_blame(setting, fault);
		}
	}
	for (size_t s = 0; s < SECTIONS; s++)
		if (strcasecmp(sections[s].name, setting->section) == 0)
			return check_key(&sections[s], setting, fault);
	return check_section(setting, fault);
}

struct fil_profile_file *
fil_settings_read(const char *profile, struct fil_fault *fault)
{
	char *path = fil_profile_file_find(profile ? profile : "week", false);
	struct fil_profile_file *file = NULL;

	if (path)
		file = fil_profile_file_read(path, fault);
	else if (!profile)
		file = fil_alloc(1, sizeof *file);
	else
		fil_fault_set(fault, FIL_NO_INPUT,
		    "no profile '%s': no %s.ini in the folder of settings", profile, profile);
	free(path);
	for (size_t i = 0; file && i < file->n; i++)
		if (check(file, i, fault) < 0) {
			fil_profile_file_free(file);
			return NULL;
		}
	return file;
}

const struct fil_setting *
fil_settings_find(const struct fil_profile_file *settings, const char *section, const char *key)
{
	for (size_t i = 0; i < settings->n; i++) {
		const struct fil_setting *setting = &settings->settings[i];

		if (strcasecmp(setting->section, section) == 0 &&
		    strcasecmp(setting->key, key) == 0 && *setting->value != '\0')
			return setting;
	}
	return NULL;
}
