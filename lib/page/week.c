/* SPDX-License-Identifier: ISC */
#include "lib/page/week.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/file_use.h"
#include "lib/base/language.h"
#include "lib/base/memory.h"
#include "lib/base/number.h"
#include "lib/catalog/filter.h"
#include "lib/mapping/profile_file.h"
#include "lib/page/rows.h"
#include "lib/report/report.h"

/* Keeps memory until the week is freed. */
static void *
keep(struct fil_week *week, void *memory)
{
	week->texts =
	    fil_grow(week->texts, week->n_texts, &week->texts_capacity, sizeof *week->texts);
	week->texts[week->n_texts++] = memory;
	return memory;
}

const char *
fil_week_text_list(struct fil_week *week, const char *format, va_list arguments)
{
	return keep(week, fil_format_list(format, arguments));
}

const char *
fil_week_text(struct fil_week *week, const char *format, ...)
{
	va_list arguments;
	const char *text;

	va_start(arguments, format);
	text = fil_week_text_list(week, format, arguments);
	va_end(arguments);
	return text;
}

void *
fil_week_alloc(struct fil_week *week, size_t n, size_t size)
{
	return keep(week, fil_alloc(n, size));
}

void
fil_week_fact(struct fil_week *week, enum fil_fact_place place, const char *label, const char *text,
    const char *target)
{
	size_t i = week->n_facts++;

	week->facts = fil_resize(week->facts, week->n_facts, sizeof *week->facts);
	week->fact_places = fil_resize(week->fact_places, week->n_facts, sizeof *week->fact_places);
	for (; i > 0 && week->fact_places[i - 1] > place; i--) {
		week->facts[i] = week->facts[i - 1];
		week->fact_places[i] = week->fact_places[i - 1];
	}
	week->facts[i] = (struct fil_fact){ label, text, target };
	week->fact_places[i] = place;
}

fil_day
fil_week_previous(const struct fil_week *week, const char *by, const char *depth)
{
	size_t sundays = week->request.sundays;

	/* The Sundays of a page of another day are not its own weeks. */
	if (week->as_of != fil_date_sunday(week->as_of) || sundays < 2)
		sundays = 2;
	return fil_reports_previous(
	    week->reports, week->as_of, sundays, "--by", by, "--depth", depth, NULL);
}

static const struct {
	const char *name, *ending; /* of files */
	fil_week_form *form;
} forms[] = {
	{ "text", ".txt", fil_week_write_text },
	{ "markdown", ".md", fil_week_write_markdown },
	{ "html", ".html", fil_week_write_html },
	{ "json", ".json", fil_week_write_json },
};

fil_week_form *
fil_week_form_named(const char *name, struct fil_fault *fault)
{
	for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
		if (strcmp(forms[i].name, name) == 0)
			return forms[i].form;
	fil_fault_set(fault, FIL_USAGE, "'%s' is not one of text, markdown, html, json", name);
	return NULL;
}

fil_week_form *
fil_week_form_of(const char *path)
{
	const char *ending = path ? strrchr(path, '.') : NULL;

	for (size_t i = 0; ending && i < sizeof forms / sizeof *forms; i++)
		if (strcmp(forms[i].ending, ending) == 0)
			return forms[i].form;
	return fil_week_write_text;
}

enum { AS_OF, BY, DEPTH, WEEKS, MIN_GROUP, SOURCE, ROLE, TARGET };

/* An option of fil-week that reports have too. */
struct week_option {
	const char *name; /* as in fil_report_options */
	const char *help; /* NULL: that of reports */
	const char *setting; /* its key in [week], or NULL */
	const char *fallback; /* its default, or NULL */
	bool common; /* for all reports that take it; else for those that ask for it */
};

static const struct week_option options[FIL_WEEK_OPTIONS] = {
	[AS_OF] = { "as-of", N_("make the page of DATE (default: the last Sunday)"),
	    .fallback = "last-sunday" },
	[BY] = { "by", N_("group by unit, job, phase … (default: unit)"), .setting = "by",
	    .fallback = "unit" },
	[DEPTH] = { "depth", N_("cut a unit's path after N parts (default: 1)"), .setting = "depth",
	    .fallback = "1" },
	[WEEKS] = { "weeks", N_("look back N weeks (default: 12)"), .fallback = "12" },
	[MIN_GROUP] = { "min-group", .common = true },
	[SOURCE] = { "source", .common = true },
	[ROLE] = { "role", .common = true },
	[TARGET] = { "target", .setting = "target", .common = true },
};

/* Returns the number of option i among those of reports. */
static size_t
report_option(size_t i)
{
	size_t k = 0;

	while (strcmp(fil_report_options[k].name, options[i].name) != 0)
		k++;
	return k;
}

struct fil_option
fil_week_option(size_t i, int letter)
{
	const struct fil_report_option *option = &fil_report_options[report_option(i)];

	return (struct fil_option){ option->name, letter, option->argument,
		options[i].help ? options[i].help : option->help, option->values };
}

/* Reads the argument of option i as reports read it. Returns 0, or -1 with a usage fault. */
static int
read_option(const struct fil_week_request *request, size_t i, const char *argument,
    struct fil_report_request *read, struct fil_fault *fault)
{
	/* For a page, a Sunday is the last one. */
	if (i == AS_OF && strcmp(argument, "last-sunday") == 0) {
		read->as_of = fil_date_sunday(request->today);
		return 0;
	}
	return fil_report_request_take(read, report_option(i), argument, fault);
}

int
fil_week_request_take(
    struct fil_week_request *request, size_t i, const char *argument, struct fil_fault *fault)
{
	struct fil_report_request read = fil_report_request(request->today);

	if (read_option(request, i, argument, &read, fault) < 0)
		return -1;
	request->given[i] = argument;
	return 0;
}

/* Returns a setting of [week], or NULL. */
static const struct fil_setting *
find_setting(const struct fil_week_request *request, const char *key)
{
	return key ? fil_settings_find(request->settings, "week", key) : NULL;
}

/* Sets value i: as given, else by the setting, else the default. Returns 0, or -1 with a fault. */
static int
set_value(const struct fil_week_request *request, size_t i, const char **value,
    struct fil_report_request *read, struct fil_fault *fault)
{
	const struct fil_setting *setting = find_setting(request, options[i].setting);

	if (request->given[i])
		*value = request->given[i];
	else
		*value = setting ? setting->value : options[i].fallback;
	if (!*value || read_option(request, i, *value, read, fault) == 0)
		return 0;
	return fil_setting_blame(setting, fault);
}

/* Sets what is read from the options of reports. Returns 0, or -1 with a fault. */
static int
set_values(struct fil_week_request *request, struct fil_fault *fault)
{
	struct fil_report_request read = fil_report_request(request->today);
	const char *values[FIL_WEEK_OPTIONS], **option = request->options;

	for (size_t i = 0; i < FIL_WEEK_OPTIONS; i++)
		if (set_value(request, i, &values[i], &read, fault) < 0)
			return -1;
	if (read.by != FIL_BY_UNIT && request->given[DEPTH])
		return fil_fault_set(
		    fault, FIL_USAGE, "--depth needs --by unit: only units have paths");
	if (read.by == FIL_BY_MANAGER && !request->names)
		return fil_fault_set(fault, FIL_USAGE,
		    "--by manager names people: add --names, or group by another column");
	request->as_of = read.as_of;
	request->by = values[BY];
	request->depth = read.by == FIL_BY_UNIT ? values[DEPTH] : NULL;
	request->weeks = values[WEEKS];
	request->column = read.by;
	request->parts = read.by == FIL_BY_UNIT ? read.depth : 0;
	request->sundays = read.weeks;
	request->sources = read.sources;
	request->target = read.target;
	request->min_group = read.min_group;
	for (size_t i = 0; i < FIL_WEEK_OPTIONS; i++) {
		if (!options[i].common || !values[i])
			continue;
		*option++ = options[i].name;
		*option++ = values[i];
	}
	return 0;
}

/* Adds a word to the list of n words, which stays ended by NULL. */
static void
add_word(struct fil_week_request *request, size_t *n, const char *word)
{
	request->selecting = fil_resize(request->selecting, *n + 2, sizeof *request->selecting);
	request->selecting[(*n)++] = word;
	request->selecting[*n] = NULL;
}

/* Sets the words of the selection, as a command line has them. */
static void
set_selecting(struct fil_week_request *request)
{
	const struct fil_selection *selection = request->selection;
	size_t n = 0;

	if (selection->active)
		add_word(request, &n, "--active");
	if (selection->phase) {
		add_word(request, &n, "--phase");
		add_word(request, &n, selection->phase);
	}
	for (size_t i = 0; selection->filter && i < fil_filter_count(selection->filter); i++) {
		add_word(request, &n, "-w");
		add_word(request, &n, fil_filter_condition(selection->filter, i));
	}
}

/* Reads a language. Returns 0, or -1 with a fault. */
static int
set_language(const struct fil_week_request *request, const char *key, const char **language,
    struct fil_fault *fault)
{
	const struct fil_setting *setting = find_setting(request, key);

	if (*language || !setting)
		return 0;
	*language = setting->value;
	if (strcmp(*language, "fr") == 0 || strcmp(*language, "en") == 0)
		return 0;
	fil_fault_set(fault, FIL_BAD_CONFIG, "%s takes fr or en, not '%s'", key, *language);
	return fil_setting_blame(setting, fault);
}

/* Reads the day of the next page, which may be relative to that of this page. */
static int
set_next(struct fil_week_request *request, struct fil_fault *fault)
{
	const struct fil_setting *setting = find_setting(request, "next");

	request->next = request->as_of;
	if (!setting ||
	    fil_date_relative(setting->value, request->today, request->as_of, &request->next) == 0)
		return 0;
	fil_fault_set(fault, FIL_BAD_CONFIG,
	    "'%s' is not a date (2024-04-08, or +8d after the page's)", setting->value);
	return fil_setting_blame(setting, fault);
}

/* Takes a line of n bytes, which the request keeps: step TAB status TAB message. Returns whether it
 * is one. */
static bool
take_failure(struct fil_week_request *request, char *line, size_t n)
{
	size_t i = request->n_failed++;
	char *status = strchr(line, '\t'), *message = status ? strchr(status + 1, '\t') : NULL;
	long long number;

	request->lines = fil_resize(request->lines, i + 1, sizeof *request->lines);
	request->failed = fil_resize(request->failed, i + 1, sizeof *request->failed);
	request->lines[i] = line;
	if (!message || status == line || strlen(line) != n)
		return false;
	*status++ = *message++ = '\0';
	if (fil_number_read(status, 1, 255, &number) < 0)
		return false;
	request->failed[i] = (struct fil_failure){ line, (unsigned)number, message };
	return true;
}

/* Reads the lines of the file of failures. Returns 0, or -1 with a fault. */
static int
read_failures(struct fil_week_request *request, FILE *file, struct fil_fault *fault)
{
	const char *name = request->failures;

	for (;;) {
		char *line = NULL;
		size_t room = 0;
		ssize_t n = getline(&line, &room, file);

		if (n < 0) {
			free(line);
			break;
		}
		if (line[n - 1] == '\n')
			line[--n] = '\0';
		if (!take_failure(request, line, (size_t)n))
			return fil_fault_set(fault, FIL_BAD_DATA,
			    "%s:%zu: a failure is a step, a TAB, its status from 1 to 255, a TAB"
			    " and a message",
			    name, request->n_failed);
	}
	return ferror(file)
	    ? fil_fault_set(fault, FIL_IO_ERROR, "%s: %s", name, fil_language_error(errno))
	    : 0;
}

/* Reads the file of failures where there is one. Returns 0, or -1 with a fault. */
static int
set_failures(struct fil_week_request *request, struct fil_fault *fault)
{
	FILE *file;
	int result;

	if (!request->failures)
		return 0;
	file = fopen(request->failures, "re");
	if (!file)
		return fil_fault_set(fault, fil_fault_status(errno, FIL_NO_INPUT), "%s: %s",
		    request->failures, fil_language_error(errno));
	result =
	    fil_file_read(request->failures, fault) < 0 ? -1 : read_failures(request, file, fault);
	fclose(file);
	return result;
}

int
fil_week_request_complete(struct fil_week_request *request, struct fil_fault *fault)
{
	set_selecting(request);
	if (set_values(request, fault) < 0 ||
	    set_language(request, "lang", &request->language, fault) < 0 ||
	    set_language(request, "data-lang", &request->data_language, fault) < 0 ||
	    set_failures(request, fault) < 0)
		return -1;
	if (request->language)
		fil_language_choose(request->language);
	return set_next(request, fault);
}

void
fil_week_request_release(struct fil_week_request *request)
{
	free(request->selecting);
	for (size_t i = 0; i < request->n_failed; i++)
		free(request->lines[i]);
	free(request->lines);
	free(request->failed);
}
