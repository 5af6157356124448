/* SPDX-License-Identifier: ISC */
#include "lib/mapping/profile_file.h"

#include <errno.h>
#include <ini.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "lib/base/bytes.h"
#include "lib/base/language.h"
#include "lib/base/memory.h"
#include "lib/base/text.h"
#include "lib/base/utf8.h"

/* The state of reading a file. libinih gives its handler no line number, so the lines are counted
 * here. */
struct reading {
	struct fil_profile_file *file;
	const char *path;
	FILE *stream;
	char *line; /* the section as the file writes it */
	size_t room, number;
	bool has_key; /* this section has a key above */
	size_t key_indent;
	struct fil_fault *fault;
	bool failed;
};

/* Returns the indentation of the line. */
static size_t
indent_of(const char *line)
{
	return strspn(line, " \t");
}

static int
refuse(struct reading *reading, const char *what)
{
	reading->failed = true;
	return fil_fault_set(
	    reading->fault, FIL_BAD_CONFIG, "%s:%zu: %s", reading->path, reading->number, what);
}

/* Checks a line of n bytes that is no comment, before libinih reads it. Returns 0 or -1. */
static int
check_line(struct reading *reading, size_t n, size_t most)
{
	if (memchr(reading->line, '\0', n))
		return refuse(reading, _("a NUL byte: is this a profile?"));
	if (fil_utf8_check(reading->line, n) < n)
		return refuse(reading, _("is not UTF-8: save the profile as UTF-8"));
	if (n > most)
		return refuse(
		    reading, _("over 199 bytes: continue the value on the next line, indented"));
	return 0;
}

/* Hides the signs of libinih in the quoted key and words of a line. */
static void
hide_quoted(char *line)
{
	bool begins = true;

	for (char *at = line + indent_of(line); *at != '\0'; at++) {
		size_t n = begins ? fil_quoted_length(at) : 0;

		for (size_t i = 0; i < n; i++)
			if (strchr("=:;", at[i]))
				at[i] = '_';
		at += n > 0 ? n - 1 : 0;
		begins = strchr("=:|", *at) || (begins && (*at == ' ' || *at == '\t'));
	}
}

/* Gives libinih a line, as fgets does. */
static char *
next_line(char *buffer, int room, void *stream)
{
	struct reading *reading = stream;
	size_t most = (size_t)room - 1, indent;
	ssize_t got;

	if (reading->failed)
		return NULL;
	errno = 0;
	got = getline(&reading->line, &reading->room, reading->stream);
	if (got < 0) {
		if (errno != 0 && !reading->failed) {
			reading->failed = true;
			fil_fault_set(reading->fault, fil_fault_status(errno, FIL_NO_INPUT),
			    "%s: cannot be read: %s", reading->path, fil_language_error(errno));
		}
		return NULL;
	}
	reading->number++;
	while (got > 0 && (reading->line[got - 1] == '\n' || reading->line[got - 1] == '\r'))
		reading->line[--got] = '\0';
	indent = indent_of(reading->line);
	/* A comment may have any length. */
	if (reading->line[indent] == '#' || reading->line[indent] == ';')
		return memcpy(buffer, "", 1);
	if (check_line(reading, (size_t)got, most) < 0)
		return NULL;
	if (reading->line[indent] == '[' && (indent == 0 || !reading->has_key))
		reading->has_key = false;
	memcpy(buffer, reading->line, (size_t)got + 1);
	if (reading->line[indent] != '[')
		hide_quoted(buffer);
	return buffer;
}

/* Appends the whole line to the value above it. Versions of libinih differ on ` ;` in such a line,
 * and header texts may contain it. A line indented no deeper than its key is meant as another key,
 * which libinih would miss. */
static int
go_on(struct reading *reading)
{
	struct fil_setting *above = &reading->file->settings[reading->file->n - 1];
	size_t indent = indent_of(reading->line), end = strlen(reading->line);
	char *joined;

	if (indent <= reading->key_indent) {
		refuse(reading, _("is indented, and would continue the value above"));
		return 0;
	}
	while (reading->line[end - 1] == ' ' || reading->line[end - 1] == '\t')
		end--;
	joined = fil_format("%s%s%.*s", above->value, *above->value != '\0' ? " " : "",
	    (int)(end - indent), reading->line + indent);
	free(above->value);
	above->value = joined;
	return 1;
}

/* Returns the key that libinih found, as the line writes it, without its quotes. The caller frees
 * it. */
static char *
read_key(const char *line, const char *key)
{
	size_t n = strlen(key), quoted = fil_quoted_length(line);

	if (quoted > 0 && quoted == n)
		return fil_quoted_read(line, n);
	return fil_copy(key);
}

/* Returns the value that libinih found behind the key, as the line writes it. The caller frees it. */
static char *
read_value(const char *line, const char *key, const char *value)
{
	if (!strchr(line, '"'))
		return fil_copy(value);
	line += strlen(key);
	line += strspn(line, " \t") + 1; /* and the sign */
	return fil_copy_bytes(line + strspn(line, " \t"), strlen(value));
}

/* Adds a setting; libinih's ini_handler. */
static int
take(void *user, const char *section, const char *key, const char *value)
{
	struct reading *reading = user;
	struct fil_profile_file *file = reading->file;
	size_t indent = indent_of(reading->line);
	const char *line = reading->line + indent;

	if (indent > 0 && reading->has_key)
		return go_on(reading);
	if (*key == '\0') {
		refuse(reading, _("has no key before its '='"));
		return 0;
	}
	reading->has_key = true;
	reading->key_indent = indent;
	if (strncmp(line, "\xEF\xBB\xBF", 3) == 0)
		line += 3; /* libinih leaves out the byte order mark, too */
	file->settings = fil_resize(file->settings, file->n + 1, sizeof *file->settings);
	file->settings[file->n++] = (struct fil_setting){
		.section = fil_copy(section),
		.key = read_key(line, key),
		.value = read_value(line, key, value),
		.place = fil_format("%s:%zu", reading->path, reading->number),
	};
	return 1;
}

/* Reads the lines of the open file. Returns 0 or -1. */
static int
read_all(struct reading *reading)
{
	int wrong = ini_parse_stream(next_line, reading, take, reading);

	free(reading->line);
	if (reading->failed)
		return -1;
	if (wrong > 0)
		return fil_fault_set(reading->fault, FIL_BAD_CONFIG,
		    "%s:%d: is neither 'key = value' nor '[section]'", reading->path, wrong);
	if (wrong < 0)
		fil_memory_die();
	return 0;
}

struct fil_profile_file *
fil_profile_file_read(const char *path, struct fil_fault *fault)
{
	struct reading reading = { .path = path, .fault = fault, .stream = fopen(path, "re") };
	int result;

	if (!reading.stream) {
		fil_fault_set(fault, fil_fault_status(errno, FIL_NO_INPUT),
		    "%s: cannot be opened: %s", path, fil_language_error(errno));
		return NULL;
	}
	reading.file = fil_alloc(1, sizeof *reading.file);
	result = read_all(&reading);
	fclose(reading.stream);
	if (result == 0)
		return reading.file;
	fil_profile_file_free(reading.file);
	return NULL;
}

int
fil_setting_blame(const struct fil_setting *setting, struct fil_fault *fault)
{
	struct fil_fault bare = *fault;

	return fil_fault_set(fault, FIL_BAD_CONFIG, "%s: %s", setting->place, bare.text);
}

#define VALUES "values."

/* Returns whether an earlier setting has the same section and key. */
static bool
stands_above(const struct fil_profile_file *file, const struct fil_setting *setting)
{
	for (const struct fil_setting *s = file->settings; s < setting; s++)
		if (strcasecmp(s->section, setting->section) == 0 &&
		    strcasecmp(s->key, setting->key) == 0)
			return true;
	return false;
}

static int
apply_column(const struct fil_profile_file *file, const struct fil_setting *setting,
    struct fil_profile *profile, struct fil_fault *fault)
{
	size_t quoted = fil_quoted_length(setting->value);
	char *header;
	int result;

	if (stands_above(file, setting))
		return fil_fault_set(fault, FIL_BAD_CONFIG, "duplicate key '%s'", setting->key);
	if (*setting->value == '\0')
		return fil_fault_set(fault, FIL_BAD_CONFIG, "no header; '-' declines the column");
	header = quoted > 0 && setting->value[quoted] == '\0'
	    ? fil_quoted_read(setting->value, quoted)
	    : fil_copy(setting->value);
	result = fil_profile_column(profile, setting->key, header, setting->place, fault);
	free(header);
	return result;
}

static int
apply_values(
    const struct fil_setting *setting, struct fil_profile *profile, struct fil_fault *fault)
{
	const char *column = setting->section + strlen(VALUES);
	bool none = strcasecmp(setting->key, "empty") == 0;

	if (*setting->value == '\0')
		return fil_fault_set(
		    fault, FIL_BAD_CONFIG, "no word that means '%s'", setting->key);
	return fil_profile_mean(profile, column, setting->value, none ? NULL : setting->key, fault);
}

static int
section_fault(const char *section, struct fil_fault *fault)
{
	static const char *const known[] = { "columns", "skip", "values" };
	char *word = fil_copy_bytes(section, strcspn(section, "."));
	const char *nearest = fil_text_nearest(word, known, 3);

	free(word);
	if (!nearest)
		return fil_fault_set(fault, FIL_BAD_CONFIG, "unknown section [%s]", section);
	return fil_fault_set(fault, FIL_BAD_CONFIG,
	    nearest == known[2] ? _("unknown section [%s]; the nearest is [%s.COLUMN]")
				: _("unknown section [%s]; the nearest is [%s]"),
	    section, nearest);
}

static int
apply(const struct fil_profile_file *file, const struct fil_setting *setting,
    struct fil_profile *profile, struct fil_fault *fault)
{
	if (strcasecmp(setting->section, "columns") == 0)
		return apply_column(file, setting, profile, fault);
	if (strncasecmp(setting->section, VALUES, strlen(VALUES)) == 0)
		return apply_values(setting, profile, fault);
	if (strcasecmp(setting->section, "skip") != 0)
		return section_fault(setting->section, fault);
	return fil_profile_skip(profile, setting->key, setting->value, setting->place, fault);
}

int
fil_profile_file_apply(
    const struct fil_profile_file *file, struct fil_profile *profile, struct fil_fault *fault)
{
	for (size_t i = 0; i < file->n; i++) {
		const struct fil_setting *setting = &file->settings[i];

		if (*setting->section != '\0' && apply(file, setting, profile, fault) < 0)
			return fil_setting_blame(setting, fault);
	}
	return 0;
}

void
fil_profile_file_free(struct fil_profile_file *file)
{
	if (!file)
		return;
	for (size_t i = 0; i < file->n; i++) {
		free(file->settings[i].section);
		free(file->settings[i].key);
		free(file->settings[i].value);
		free(file->settings[i].place);
	}
	free(file->settings);
	free(file);
}
