/* SPDX-License-Identifier: ISC */
#include "lib/mapping/column_source.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/memory.h"
#include "lib/base/text.h"
#include "lib/base/utf8.h"

void
fil_column_source_init(struct fil_column_source *source, const char *name)
{
	*source = (struct fil_column_source){ .name = name,
		.folded = fil_text_fold(name),
		.keep = FIL_NOWHERE,
		.keep_in = FIL_NOWHERE };
}

/* Adds to a list, of which each word is followed by '|'. */
static void
add_words(struct fil_bytes *list, const char *words)
{
	if (!words || *words == '\0')
		return;
	fil_bytes_add_text(list, words);
	fil_bytes_add(list, "|", 1);
}

void
fil_column_source_know(struct fil_column_source *source, const char *headers,
    const char *last_headers, const char *templates)
{
	add_words(&source->headers, headers);
	add_words(&source->last_headers, last_headers);
	add_words(&source->templates, templates);
}

/* Returns whether n bytes of a text begin at `at` and reach to the byte `end`, or to the end of the
 * list. */
static bool
stands_at(const char *at, char end, const char *text, size_t n)
{
	return *at == *text && (size_t)(strchrnul(at, end) - at) == n && memcmp(at, text, n) == 0;
}

/* Returns whether a folded header is in a list separated by '|', which may be NULL. */
static bool
lists(const char *list, const char *folded)
{
	size_t n = strlen(folded);

	for (const char *at = list; at && *at != '\0'; at += *at == '|') {
		if (stands_at(at, '|', folded, n))
			return true;
		at = strchrnul(at, '|');
	}
	return false;
}

/* Returns whether a folded header is in the braces of templates, which may be NULL. Their text is
 * searched: most sources are released before a template of theirs is used. */
static bool
names(const char *templates, const char *folded)
{
	size_t n = strlen(folded);

	for (const char *at = templates; at && *at != '\0'; at++)
		if (*at == '{' && stands_at(at + 1, '}', folded, n))
			return true;
	return false;
}

/* Returns whether header i is in a list or in templates, folded or with its words apart. */
static bool
finds_header(bool (*finds)(const char *list, const char *folded), const char *list,
    const struct fil_header *header, size_t i)
{
	return finds(list, header->folded[i]) ||
	    (header->apart[i] && finds(list, header->apart[i]));
}

bool
fil_column_source_knows(const struct fil_column_source *source, const char *folded)
{
	return (!source->unknown && strcmp(source->folded, folded) == 0) ||
	    lists(source->headers.data, folded) || lists(source->last_headers.data, folded) ||
	    names(source->templates.data, folded) ||
	    (source->map && fil_template_names(source->map, folded));
}

static int
bind_cell(struct fil_column_source *source, const struct fil_header *header, size_t cell)
{
	header->used[cell] = true;
	source->kind = FIL_CELL;
	source->cell = cell;
	source->label = fil_copy(header->labels[cell]);
	return 1;
}

/* Binds to a template whose cells were found. */
static void
use_template(struct fil_column_source *source, struct fil_template *template,
    const struct fil_header *header)
{
	const struct fil_template_part *first = template->parts;
	bool lone = template->n == 1 && first->before.length == 0 && template->after.length == 0;
	struct fil_bytes label = { 0 };

	source->cell = FIL_NOWHERE;
	for (size_t i = 0; i < template->n; i++) {
		const struct fil_template_part *part = &template->parts[i];
		bool absent = part->cell == FIL_NOWHERE;

		if (absent)
			fil_header_lacks(header, part->header);
		else
			header->used[part->cell] = true;
		if (source->cell == FIL_NOWHERE)
			source->cell = part->cell;
		fil_bytes_add(&label, part->before.data, part->before.length);
		fil_bytes_add_format(&label, lone ? "%s" : "{%s}",
		    absent ? part->header : header->labels[part->cell]);
	}
	fil_bytes_add(&label, template->after.data, template->after.length);
	source->label = label.data;
	source->template = template;
	source->kind = lone ? FIL_CELL : FIL_COMPOSED;
}

/* Binds to a template if all its headers exist; of a mapping of JSON, if one of them does. Returns 1, 0
 * with the missing header, or -1. */
static int
bind_template(struct fil_column_source *source, struct fil_template *template,
    const struct fil_header *header, const char **missing, struct fil_fault *fault)
{
	bool may_lack = header->absent && template == source->map, twice = false;
	size_t lacking = 0;

	/* A duplicate header is no fault of a template that is not used. */
	for (size_t i = 0; i < template->n; i++) {
		struct fil_template_part *part = &template->parts[i];
		int found = fil_header_find(header, part->folded, &part->cell, fault);

		if (found == 0 && lacking++ == 0)
			*missing = part->header;
		if (found == 0)
			part->cell = FIL_NOWHERE;
		if (found == 0 && !may_lack)
			return 0;
		twice |= found < 0;
	}
	if (twice)
		return -1;
	if (lacking == template->n)
		return 0;
	use_template(source, template, header);
	return 1;
}

static int
bind_map(struct fil_column_source *source, const struct fil_header *header, struct fil_fault *fault)
{
	const char *missing = "";
	int found = bind_template(source, source->map, header, &missing, fault);

	if (found != 0)
		return found;
	if (!source->needed && header->absent) {
		for (size_t i = 0; i < source->map->n; i++)
			fil_header_lacks(header, source->map->parts[i].header);
		return 0;
	}
	fil_fault_data(fault, "missing-label", "no header '%s', which %s names for %s", missing,
	    source->origin, source->name);
	fil_fault_suggest(fault, missing, header->labels, header->n);
	return -1;
}

/* Binds to the first known template whose headers all exist. Most often none of them does. */
static int
bind_known(
    struct fil_column_source *source, const struct fil_header *header, struct fil_fault *fault)
{
	const char *at = source->templates.data, *missing;
	bool named = false;
	size_t n;
	int found = 0;

	for (size_t i = 0; i < header->n && !named; i++)
		named = finds_header(names, at, header, i);
	for (; named && *at != '\0' && found == 0; at += n + 1) {
		n = strcspn(at, "|");
		fil_template_free(source->found);
		source->found = fil_template_new(at, n, fault);
		if (!source->found)
			fil_bug("template of column %s: %s", source->name, fault->text);
		found = bind_template(source, source->found, header, &missing, fault);
	}
	return found;
}

/* Refuses two headers that mean the column. Returns -1. */
static int
refuse_two(const struct fil_column_source *source, const char *first, const char *second,
    struct fil_fault *fault)
{
	char *map = fil_format("%s=%s", source->name, first), *quoted = fil_text_in_quotes(map);

	fil_fault_data(fault, "duplicate-label", "'%s' and '%s' both mean %s: give --map %s", first,
	    second, source->name, quoted);
	free(map);
	free(quoted);
	return -1;
}

/* Binds to the only header in a list. */
static int
bind_listed(struct fil_column_source *source, const char *list, const struct fil_header *header,
    struct fil_fault *fault)
{
	size_t cell = header->n, again;

	for (size_t i = 0; i < header->n; i++) {
		if (!finds_header(lists, list, header, i))
			continue;
		if (fil_header_find(header, header->folded[i], &again, fault) < 0)
			return -1;
		if (cell < header->n)
			return refuse_two(source, header->labels[cell], header->labels[i], fault);
		cell = i;
	}
	return cell < header->n ? bind_cell(source, header, cell) : 0;
}

int
fil_column_source_bind(
    struct fil_column_source *source, const struct fil_header *header, struct fil_fault *fault)
{
	size_t cell;
	int found;

	free(source->label);
	source->label = NULL;
	source->template = NULL;
	source->kind = source->value ? FIL_SET : FIL_NOT_GIVEN;
	if (source->value)
		return 1;
	if (source->declined)
		return 0;
	if (source->map)
		return bind_map(source, header, fault);
	found = source->unknown ? 0 : fil_header_find(header, source->folded, &cell, fault);
	if (found > 0)
		return bind_cell(source, header, cell);
	if (found == 0)
		found = bind_known(source, header, fault);
	if (found == 0)
		found = bind_listed(source, source->headers.data, header, fault);
	return found == 0 ? bind_listed(source, source->last_headers.data, header, fault) : found;
}

/* Rewrites a moment as the day in the zone. Returns 1, 0 if it is none, or -1 with a fault. */
static int
take_day(struct fil_column_source *source, const struct fil_date_rules *rules, const char *date,
    struct fil_fault *fault)
{
	fil_day day;
	enum fil_date_found found =
	    rules->zone ? fil_time_zone_date(rules->zone, date, rules->order, &day) : FIL_DATE_BAD;

	if (found == FIL_DATE_BAD)
		return 0;
	if (found == FIL_DATE_UNPROVED)
		return fil_fault_data(fault, "date-order",
		    "%s: '%s' may be day first or month first: timezone needs --dates dmy or "
		    "--dates mdy",
		    source->name, date);
	fil_date_write(day, source->day);
	return 1;
}

int
fil_column_source_date(struct fil_column_source *source, const struct fil_date_rules *rules,
    const char **cell, size_t *length, struct fil_fault *fault)
{
	char date[FIL_DATE_WIDE];
	size_t n = *length, from = fil_utf8_trim(*cell, &n);
	bool widened;
	int day;

	if (n >= sizeof date)
		return 0;
	*(char *)mempcpy(date, *cell + from, n) = '\0';
	widened = rules->has_pivot && fil_date_widen(date, rules->pivot, source->day);
	if (widened)
		memcpy(date, source->day, n + 3);
	day = take_day(source, rules, date, fault);
	if (day < 0 || (day == 0 && !widened))
		return day;
	*cell = source->day;
	*length = strlen(*cell);
	return 0;
}

void
fil_column_source_forget(struct fil_column_source *source)
{
	source->unknown = true;
	fil_bytes_clear(&source->headers);
	fil_bytes_clear(&source->last_headers);
	fil_bytes_clear(&source->templates);
}

void
fil_column_source_release(struct fil_column_source *source)
{
	fil_template_free(source->found);
	fil_template_free(source->map);
	fil_words_free(source->values);
	fil_bytes_release(&source->headers);
	fil_bytes_release(&source->templates);
	fil_bytes_release(&source->last_headers);
	free(source->origin);
	free(source->folded);
	free(source->value);
	free(source->label);
}
