/* SPDX-License-Identifier: ISC */
#include "lib/mapping/profile_file.h"

#include <dirent.h>
#include <errno.h>
#include <ini.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "lib/base/file_use.h"
#include "lib/base/language.h"
#include "lib/base/memory.h"
#include "lib/base/text.h"
#include "lib/base/utf8.h"

/* The most bytes of a line. */
enum { LINE_MOST = 4096 };

/* The state of reading a file. libinih gives its handler no line number, so the lines are counted
 * here. It also cuts long lines, and knows no key with its signs. So keys and values are taken from the
 * line here, and libinih gets a short line of the same kind. */
struct reading {
	struct fil_profile_file *file;
	const char *path;
	FILE *stream;
	char *line; /* as the file writes it */
	size_t room, number;
	char *hidden; /* the line without the signs in quotes and regular expressions */
	size_t hidden_room;
	const char *text; /* the line behind its indentation and byte order mark */
	size_t key, value, value_length; /* bytes of the key; the place of the value in text */
	bool has_key; /* this section has a key above */
	bool of_rows; /* the section is [facts] or [skip] */
	bool at_top; /* no section was read */
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

/* Checks a line of n bytes that is no comment. Returns 0 or -1. */
static int
check_line(struct reading *reading, size_t n)
{
	if (memchr(reading->line, '\0', n))
		return refuse(reading, _("a NUL byte: is this a profile?"));
	if (fil_utf8_check(reading->line, n) < n)
		return refuse(reading, _("is not UTF-8: save the profile as UTF-8"));
	if (n > LINE_MOST)
		return refuse(
		    reading, _("over 4,096 bytes: continue the value on the next line, indented"));
	return 0;
}

/* Hides the signs in the quoted key and words of a line. */
static void
hide_quoted(char *line)
{
	bool begins = true;

	for (char *at = line; *at != '\0'; at++) {
		size_t n = begins ? fil_quoted_length(at) : 0;

		for (size_t i = 0; i < n; i++)
			if (strchr("=:;", at[i]))
				at[i] = '_';
		at += n > 0 ? n - 1 : 0;
		begins = strchr("=:|", *at) || (begins && (*at == ' ' || *at == '\t'));
	}
}

/* Returns the bytes of a regular expression at the beginning of a line, /…/ before '='; or 0. */
static size_t
regex_length(const char *line)
{
	if (*line != '/')
		return 0;
	for (const char *at = line + 1; *at != '\0'; at++) {
		if (*at == '\\' && at[1] != '\0')
			at++;
		else if (*at == '/' && at[1 + strspn(at + 1, " \t")] == '=')
			return (size_t)(at - line) + 1;
	}
	return 0;
}

/* Returns whether a line that begins with '#' has the number of a column as its key: "#7 =". */
static bool
is_numbered(const struct reading *reading)
{
	const char *digits = reading->text + 1;
	size_t n = strspn(digits, "0123456789");

	return reading->of_rows && n > 0 && digits[n + strspn(digits + n, " \t")] == '=';
}

/* Returns the end of a text without the spaces before it. */
static size_t
trimmed(const char *text, size_t n)
{
	while (n > 0 && (text[n - 1] == ' ' || text[n - 1] == '\t'))
		n--;
	return n;
}

/* Returns the place of a comment behind a value, " ;", or the length of the text. */
static size_t
comment_place(const char *text)
{
	for (const char *at = text; *at != '\0'; at++)
		if (*at == ';' && at > text && (at[-1] == ' ' || at[-1] == '\t'))
			return (size_t)(at - text);
	return strlen(text);
}

/* Finds the key and the value of a line. In a section, ':' may be part of a key that '=' ends. Returns
 * whether the line has them. */
static bool
find_entry(struct reading *reading)
{
	size_t n = strlen(reading->text), expression, end;
	char *hidden, *sign;

	if (reading->hidden_room < n + 1) {
		reading->hidden_room = n + 1;
		reading->hidden = fil_resize(reading->hidden, n + 1, 1);
	}
	hidden = memcpy(reading->hidden, reading->text, n + 1);
	expression = reading->of_rows ? regex_length(hidden) : 0;
	memset(hidden, '_', expression);
	hide_quoted(hidden);
	hidden[end = comment_place(hidden)] = '\0';
	sign = reading->at_top ? strpbrk(hidden, "=:") : strchr(hidden, '=');
	if (!sign)
		sign = strchr(hidden, ':');
	if (!sign)
		return false;
	reading->key = trimmed(reading->text, (size_t)(sign - hidden));
	reading->value = (size_t)(sign - hidden) + 1;
	reading->value += indent_of(reading->text + reading->value);
	if (reading->value > end)
		reading->value = end;
	reading->value_length = trimmed(reading->text + reading->value, end - reading->value);
	return true;
}

/* Notes the section that a line begins. */
static void
note_section(struct reading *reading)
{
	reading->has_key = reading->at_top = false;
	reading->of_rows = strncasecmp(reading->text, "[facts]", 7) == 0 ||
	    strncasecmp(reading->text, "[skip]", 6) == 0;
}

/* Returns the line that libinih is to read instead of the line in hand, or NULL with a fault. A
 * section and what it does not understand are the line itself. */
static const char *
short_line(struct reading *reading, size_t indent, size_t room)
{
	const char *text = reading->text;

	if (*text == ';' || (*text == '#' && !is_numbered(reading)) || *text == '\0')
		return "";
	if (indent > 0 && reading->has_key)
		return " +";
	if (*text == '[') {
		note_section(reading);
		return strlen(text) < room ? text : "[";
	}
	if (!find_entry(reading))
		return "+";
	if (reading->key > 0)
		return "key=value";
	refuse(reading, _("has no key before its '='"));
	return NULL;
}

/* Gives libinih a line, as fgets does. */
static char *
next_line(char *buffer, int room, void *stream)
{
	struct reading *reading = stream;
	const char *line;
	size_t indent;
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
	reading->text = reading->line + indent;
	if (reading->number == 1 && strncmp(reading->text, "\xEF\xBB\xBF", 3) == 0)
		reading->text += 3;
	/* A comment may have any length and bytes. */
	if (*reading->text != ';' && (*reading->text != '#' || is_numbered(reading)) &&
	    check_line(reading, (size_t)got) < 0)
		return NULL;
	line = short_line(reading, indent, (size_t)room);
	return line ? memcpy(buffer, line, strlen(line) + 1) : NULL;
}

/* Appends the whole line to the value above it: header texts may contain ` ;`. A line indented no
 * deeper than its key is meant as another key. */
static int
go_on(struct reading *reading)
{
	struct fil_setting *above = &reading->file->settings[reading->file->n - 1];
	size_t indent = indent_of(reading->line);
	char *joined;

	if (indent <= reading->key_indent) {
		refuse(reading, _("is indented, and would continue the value above"));
		return 0;
	}
	joined = fil_format("%s%s%.*s", above->value, *above->value != '\0' ? " " : "",
	    (int)trimmed(reading->text, strlen(reading->text)), reading->text);
	free(above->value);
	above->value = joined;
	return 1;
}

/* Adds a setting; libinih's ini_handler. The key and the value that it found are not the line's. */
static int
take(void *user, const char *section, const char *key, const char *value)
{
	struct reading *reading = user;
	struct fil_profile_file *file = reading->file;
	size_t indent = indent_of(reading->line), quoted = fil_quoted_length(reading->text);

	(void)key;
	(void)value;
	if (indent > 0 && reading->has_key)
		return go_on(reading);
	reading->has_key = true;
	reading->key_indent = indent;
	quoted = quoted == reading->key ? quoted : 0;
	file->settings = fil_resize(file->settings, file->n + 1, sizeof *file->settings);
	file->settings[file->n++] = (struct fil_setting){
		.section = fil_copy(section),
		.key = quoted > 0 ? fil_quoted_read(reading->text, quoted)
				  : fil_copy_bytes(reading->text, reading->key),
		.value = fil_copy_bytes(reading->text + reading->value, reading->value_length),
		.place = fil_format("%s:%zu", reading->path, reading->number),
		.quoted = quoted > 0,
	};
	return 1;
}

/* Reads the lines of the open file. Returns 0 or -1. */
static int
read_all(struct reading *reading)
{
	int wrong = ini_parse_stream(next_line, reading, take, reading);

	free(reading->line);
	free(reading->hidden);
	if (reading->failed)
		return -1;
	if (wrong > 0)
		return fil_fault_set(reading->fault, FIL_BAD_CONFIG,
		    "%s:%d: is neither 'key = value' nor '[section]'", reading->path, wrong);
	if (wrong < 0)
		fil_memory_die();
	return 0;
}

/* Opens a file to read it. Returns NULL with a fault. */
static FILE *
open_file(const char *path, struct fil_fault *fault)
{
	FILE *stream = fopen(path, "re");

	if (!stream)
		fil_fault_set(fault, fil_fault_status(errno, FIL_NO_INPUT),
		    "%s: cannot be opened: %s", path, fil_language_error(errno));
	if (!stream || fil_file_read(path, fault) == 0)
		return stream;
	fclose(stream);
	return NULL;
}

/* Reads a file. Returns NULL with a fault. */
static struct fil_profile_file *
read_file(const char *path, struct fil_fault *fault)
{
	struct reading reading = {
		.path = path, .fault = fault, .stream = open_file(path, fault), .at_top = true
	};
	int result;

	if (!reading.stream)
		return NULL;
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

/* The sections of a profile of a source; "values" is followed by a column. */
static const char *const sections[] = { "columns", "facts", "skip", "split", "values" };

enum { SECTIONS = sizeof sections / sizeof *sections };

/* Returns whether a profile of a source has the section. */
static bool
is_section(const char *section)
{
	for (size_t i = 0; i + 1 < SECTIONS; i++)
		if (strcasecmp(section, sections[i]) == 0)
			return true;
	return strncasecmp(section, VALUES, strlen(VALUES)) == 0;
}

static bool
is_path(const char *profile)
{
	size_t n = strlen(profile);

	return strchr(profile, '/') || (n >= 4 && strcmp(profile + n - 4, ".ini") == 0);
}

/* The folders of profiles, in the order in which they are searched. */
enum { SETTINGS, SYSTEM, SHIPPED, FOLDERS };

/* Returns a folder of profiles, or NULL where it has no place; the caller frees it. */
static char *
folder_of(int folder)
{
	switch (folder) {
	case SETTINGS: return fil_settings_folder();
	case SYSTEM: return fil_copy(FIL_MACHINE_SETTINGS);
	default: return fil_language_share("filrouge/profiles");
	}
}

/* Returns the path of a profile, or NULL if there is none. shipped: one that is installed with the
 * program is found too. The caller frees it. */
static char *
find_path(const char *profile, bool shipped)
{
	char *path = is_path(profile) ? fil_copy(profile) : NULL;

	for (int i = 0; !path && i < (shipped ? FOLDERS : SHIPPED); i++) {
		char *folder = folder_of(i);

		path = folder ? fil_format("%s/%s.ini", folder, profile) : NULL;
		if (path && access(path, F_OK) != 0) {
			free(path);
			path = NULL;
		}
		free(folder);
	}
	return path;
}

const struct fil_setting *
fil_profile_file_top(const struct fil_profile_file *file, const char *key)
{
	for (size_t i = 0; i < file->n; i++)
		if (*file->settings[i].section == '\0' && strcmp(file->settings[i].key, key) == 0)
			return &file->settings[i];
	return NULL;
}

static void
release_setting(struct fil_setting *setting)
{
	free(setting->section);
	free(setting->key);
	free(setting->value);
	free(setting->place);
}

/* Returns whether one of the first n settings has the section and key. */
static bool
has_setting(const struct fil_profile_file *file, size_t n, const struct fil_setting *setting)
{
	for (size_t i = 0; i < n; i++)
		if (strcasecmp(file->settings[i].section, setting->section) == 0 &&
		    strcasecmp(file->settings[i].key, setting->key) == 0)
			return true;
	return false;
}

/* Adds the settings of a base behind those of the file, but those that the file has; frees the base. */
static void
extend(struct fil_profile_file *file, struct fil_profile_file *base)
{
	size_t own = file->n;

	file->settings = fil_resize(file->settings, own + base->n, sizeof *file->settings);
	for (size_t i = 0; i < base->n; i++) {
		struct fil_setting *setting = &base->settings[i];

		if (has_setting(file, own, setting))
			release_setting(setting);
		else
			file->settings[file->n++] = *setting;
	}
	free(base->settings);
	free(base);
}

/* Checks that no key that says what the profile is stands twice. Returns 0, or -1 with a fault. */
static int
check_top(const struct fil_profile_file *file, struct fil_fault *fault)
{
	static const char *const keys[] = { "table", "extends", "tool", "since" };

	for (size_t i = 0; i < file->n; i++)
		for (size_t k = 0; k < sizeof keys / sizeof *keys; k++) {
			const struct fil_setting *setting = &file->settings[i];

			if (*setting->section != '\0' || strcmp(setting->key, keys[k]) != 0 ||
			    fil_profile_file_top(file, keys[k]) == setting)
				continue;
			fil_fault_set(fault, FIL_BAD_CONFIG, "duplicate key '%s'", setting->key);
			return fil_setting_blame(setting, fault);
		}
	return 0;
}

/* The most profiles that extend each other. */
enum { BASES_MOST = 8 };

static void
refuse_name(const char *name, struct fil_fault *fault)
{
	fil_fault_set(
	    fault, FIL_NO_INPUT, "no profile '%s': 'fil-list --profiles' lists them", name);
}

FILE *
fil_profile_file_stream(const char *name, struct fil_fault *fault)
{
	char *path = find_path(name, true);
	FILE *stream = path ? open_file(path, fault) : NULL;

	if (!path)
		refuse_name(name, fault);
	free(path);
	return stream;
}

/* Opens a profile that `depth` others extend; `from` is the setting of the last one, or NULL. */
static struct fil_profile_file *
open_profile(const char *name, int depth, const struct fil_setting *from, struct fil_fault *fault)
{
	char *path = find_path(name, true);
	struct fil_profile_file *file = NULL, *base;
	const struct fil_setting *extends;

	/* A file without the ending is taken where it is. */
	if (path || access(name, F_OK) == 0)
		file = read_file(path ? path : name, fault);
	else
		refuse_name(name, fault);
	free(path);
	if (!file && from)
		fil_setting_blame(from, fault);
	if (file && check_top(file, fault) < 0) {
		fil_profile_file_free(file);
		return NULL;
	}
	extends = file ? fil_profile_file_top(file, "extends") : NULL;
	if (!extends)
		return file;
	base = depth < BASES_MOST ? open_profile(extends->value, depth + 1, extends, fault) : NULL;
	if (depth == BASES_MOST) {
		fil_fault_set(fault, FIL_BAD_CONFIG, "over %d profiles extend each other", depth);
		fil_setting_blame(extends, fault);
	}
	if (base) {
		extend(file, base);
		return file;
	}
	fil_profile_file_free(file);
	return NULL;
}

struct fil_profile_file *
fil_profile_file_open(const char *name, struct fil_fault *fault)
{
	return open_profile(name, 0, NULL, fault);
}

/* Returns whether a file has only what belongs to a profile of a source. */
static bool
is_of_source(const struct fil_profile_file *file)
{
	for (size_t i = 0; i < file->n; i++) {
		const char *section = file->settings[i].section;

		if (*section != '\0' && !is_section(section))
			return false;
	}
	return file->n > 0;
}

static int
is_profile(const struct dirent *entry)
{
	const char *dot = strrchr(entry->d_name, '.');

	return dot && dot > entry->d_name && strcmp(dot, ".ini") == 0;
}

/* Adds the profiles of a folder to a list, unless one of that name is there. */
static void
list_folder(const char *folder, struct fil_profile_list *list)
{
	struct dirent **entries;
	int n = folder ? scandir(folder, &entries, is_profile, alphasort) : -1;
	struct fil_fault fault;

	for (int i = 0; i < n; i++) {
		char *path = fil_format("%s/%s", folder, entries[i]->d_name);
		char *name = fil_copy_bytes(entries[i]->d_name, strlen(entries[i]->d_name) - 4);
		struct fil_profile_file *file = fil_profile_file_open(path, &fault);
		bool listed = !file || !is_of_source(file);

		for (size_t l = 0; l < list->n; l++)
			listed |= strcmp(list->profiles[l].name, name) == 0;
		free(path);
		free(entries[i]);
		if (listed) {
			free(name);
			fil_profile_file_free(file);
			continue;
		}
		list->profiles = fil_resize(list->profiles, list->n + 1, sizeof *list->profiles);
		list->profiles[list->n++] = (struct fil_listed_profile){ name, file };
	}
	if (n >= 0)
		free(entries);
}

static int
compare_names(const void *a, const void *b)
{
	const struct fil_listed_profile *x = a, *y = b;

	return strcmp(x->name, y->name);
}

void
fil_profile_list_read(struct fil_profile_list *list)
{
	*list = (struct fil_profile_list){ .n = 0 };
	for (int i = 0; i < FOLDERS; i++) {
		char *folder = folder_of(i);

		list_folder(folder, list);
		free(folder);
	}
	if (list->n > 0)
		qsort(list->profiles, list->n, sizeof *list->profiles, compare_names);
}

void
fil_profile_list_release(struct fil_profile_list *list)
{
	for (size_t i = 0; i < list->n; i++) {
		free(list->profiles[i].name);
		fil_profile_file_free(list->profiles[i].file);
	}
	free(list->profiles);
}

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
	bool none = !setting->quoted && strcasecmp(setting->key, "empty") == 0;
	int numbers;

	if (*setting->value == '\0')
		return fil_fault_set(
		    fault, FIL_BAD_CONFIG, "no word that means '%s'", setting->key);
	numbers = setting->quoted
	    ? 0
	    : fil_profile_numbers(profile, column, setting->key, setting->value, fault);
	if (numbers != 0)
		return numbers < 0 ? -1 : 0;
	return fil_profile_mean(profile, column, setting->value, none ? NULL : setting->key, fault);
}

static int
section_fault(const char *section, struct fil_fault *fault)
{
	char *word = fil_copy_bytes(section, strcspn(section, "."));
	const char *nearest = fil_text_nearest(word, sections, SECTIONS);

	free(word);
	if (!nearest)
		return fil_fault_set(fault, FIL_BAD_CONFIG, "unknown section [%s]", section);
	return fil_fault_set(fault, FIL_BAD_CONFIG,
	    nearest == sections[SECTIONS - 1]
		? _("unknown section [%s]; the nearest is [%s.COLUMN]")
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
	if (strcasecmp(setting->section, "facts") == 0)
		return fil_profile_fact(
		    profile, setting->key, setting->value, setting->place, fault);
	if (strcasecmp(setting->section, "split") == 0)
		return fil_profile_split(profile, setting->key, setting->value, fault);
	if (strcasecmp(setting->section, "skip") != 0)
		return section_fault(setting->section, fault);
	return fil_profile_skip(profile, setting->key, setting->value, setting->place, fault);
}

/* Returns whether other settings are read by this one: lines of [facts], and how numbers are read. */
static bool
comes_first(const struct fil_setting *setting)
{
	return strcasecmp(setting->section, "facts") == 0 ||
	    (strncasecmp(setting->section, VALUES, strlen(VALUES)) == 0 && !setting->quoted &&
		(strcmp(setting->key, "scale") == 0 || strcmp(setting->key, "fraction") == 0));
}

/* Returns whether a setting gives a column the header of each fact. */
static bool
is_of_facts(const struct fil_setting *setting, const struct fil_profile *profile)
{
	return fil_profile_has_facts(profile) && strcasecmp(setting->section, "columns") == 0 &&
	    strstr(setting->value, "{header}");
}

int
fil_profile_file_apply(
    const struct fil_profile_file *file, struct fil_profile *profile, struct fil_fault *fault)
{
	for (size_t i = 0; i < file->n; i++) {
		const struct fil_setting *setting = &file->settings[i];

		if (comes_first(setting) && apply(file, setting, profile, fault) < 0)
			return fil_setting_blame(setting, fault);
	}
	for (size_t i = 0; i < file->n; i++) {
		const struct fil_setting *setting = &file->settings[i];
		int result = 0;

		if (is_of_facts(setting, profile))
			result =
			    fil_profile_all_facts(profile, setting->key, setting->value, fault);
		else if (*setting->section != '\0' && !comes_first(setting))
			result = apply(file, setting, profile, fault);
		if (result < 0)
			return fil_setting_blame(setting, fault);
	}
	return 0;
}

enum { KEYS = 11 };

/* The sections of the settings of an organisation, and the keys of each. */
static const struct group {
	const char *name;
	const char *keys[KEYS];
} groups[] = {
	{ "week",
	    { "title", "lang", "data-lang", "by", "depth", "sections", "target", "next",
		"footer" } },
	{ "mail", { "from", "reply-to", "to", "subject", "attach" } },
	{ "controller",
	    { "name", "address", "contact", "purpose", "ground", "retention", "rights" } },
};

enum { GROUPS = sizeof groups / sizeof *groups };

/* Returns the number of words before the NULL. */
static size_t
count_words(const char *const *words)
{
	size_t n = 0;

	while (n < KEYS && words[n])
		n++;
	return n;
}

static int
refuse_section(const struct fil_setting *setting, struct fil_fault *fault)
{
	const char *names[GROUPS];

	for (size_t i = 0; i < GROUPS; i++)
		names[i] = groups[i].name;
	fil_fault_set(fault, FIL_BAD_CONFIG, "unknown section [%s]", setting->section);
	fil_fault_suggest(fault, setting->section, names, GROUPS);
	return fil_setting_blame(setting, fault);
}

static int
check_key(const struct group *group, const struct fil_setting *setting, struct fil_fault *fault)
{
	size_t n = count_words(group->keys);

	for (size_t i = 0; i < n; i++)
		if (strcasecmp(group->keys[i], setting->key) == 0)
			return 0;
	fil_fault_set(fault, FIL_BAD_CONFIG, "unknown key '%s' in [%s]", setting->key, group->name);
	fil_fault_suggest(fault, setting->key, group->keys, n);
	return fil_setting_blame(setting, fault);
}

/* Checks setting i of the file. Returns 0, or -1 with a fault. */
static int
check_setting(const struct fil_profile_file *file, size_t i, struct fil_fault *fault)
{
	const struct fil_setting *setting = &file->settings[i];

	if (has_setting(file, i, setting)) {
		fil_fault_set(fault, FIL_BAD_CONFIG, "duplicate key '%s'", setting->key);
		return fil_setting_blame(setting, fault);
	}
	for (size_t s = 0; s < GROUPS; s++)
		if (strcasecmp(groups[s].name, setting->section) == 0)
			return check_key(&groups[s], setting, fault);
	return refuse_section(setting, fault);
}

struct fil_profile_file *
fil_settings_read(const char *profile, struct fil_fault *fault)
{
	char *path = find_path(profile ? profile : "week", false);
	struct fil_profile_file *file = NULL;

	if (path)
		file = read_file(path, fault);
	else if (!profile)
		file = fil_alloc(1, sizeof *file);
	else
		fil_fault_set(fault, FIL_NO_INPUT,
		    "no profile '%s': no %s.ini in the folder of settings", profile, profile);
	free(path);
	for (size_t i = 0; file && i < file->n; i++)
		if (check_setting(file, i, fault) < 0) {
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

void
fil_profile_file_free(struct fil_profile_file *file)
{
	if (!file)
		return;
	for (size_t i = 0; i < file->n; i++)
		release_setting(&file->settings[i]);
	free(file->settings);
	free(file);
}
