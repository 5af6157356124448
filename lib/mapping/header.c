/* SPDX-License-Identifier: ISC */
#include "lib/mapping/header.h"

#include <regex.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/memory.h"
#include "lib/base/text.h"
#include "lib/base/utf8.h"

/* Returns a label in the spelling of a text; the caller frees it. */
static char *
spell(const char *label)
{
	struct fil_bytes spelt = { 0 };

	fil_text_spell(label, strlen(label), FIL_SPELL_TEXT, &spelt);
	return spelt.data;
}

void
fil_header_init(struct fil_header *header, const char *const *labels, size_t n, size_t line)
{
	char **spelt = fil_alloc(n, sizeof *spelt);

	*header = (struct fil_header){ .line = line, .width = n };
	for (size_t i = 0; i < n; i++) {
		spelt[i] = spell(labels[i]);
		if (*spelt[i] != '\0')
			header->n = i + 1;
	}
	for (size_t i = header->n; i < n; i++)
		free(spelt[i]);
	n = header->n;
	header->labels = (const char *const *)spelt;
	header->folded = fil_alloc(n, sizeof *header->folded);
	header->apart = fil_alloc(n, sizeof *header->apart);
	header->used = fil_alloc(n, sizeof *header->used);
	for (size_t i = 0; i < n; i++) {
		header->folded[i] = fil_text_fold(spelt[i]);
		header->apart[i] = fil_text_fold_words(spelt[i]);
	}
}

void
fil_header_release(struct fil_header *header)
{
	char **spelt = (char **)(uintptr_t)header->labels;

	for (size_t i = 0; i < header->n; i++) {
		free(spelt[i]);
		free(header->folded[i]);
		free(header->apart[i]);
	}
	free(spelt);
	free(header->folded);
	free(header->apart);
	free(header->used);
	*header = (struct fil_header){ 0 };
}

/* Returns the number of a column that a text "#7" names; 0: none, SIZE_MAX: "#0" and the like. */
static size_t
number_of(const char *text)
{
	size_t n = *text == '#' ? strspn(text + 1, "0123456789") : 0;
	unsigned long number =
	    n > 0 && n < 8 && text[n + 1] == '\0' ? strtoul(text + 1, NULL, 10) : 0;

	if (n == 0 || text[n + 1] != '\0')
		return 0;
	return number > 0 ? number : SIZE_MAX;
}

int
fil_header_find(
    const struct fil_header *header, const char *folded, size_t *cell, struct fil_fault *fault)
{
	bool found = false;
	size_t number;

	for (size_t i = 0; i < header->n; i++) {
		if (strcmp(header->folded[i], folded) != 0 &&
		    (!header->apart[i] || strcmp(header->apart[i], folded) != 0))
			continue;
		/* The header is ambiguous. */
		if (found)
			return fil_fault_data(fault, "duplicate-label",
			    "duplicate header '%s', in columns %zu and %zu: name columns by "
			    "numbers, --no-header --skip-lines %zu --map COL=%zu",
			    header->labels[i], *cell + 1, i + 1, header->line, i + 1);
		found = true;
		*cell = i;
	}
	number = found ? 0 : number_of(folded);
	if (number > 0 && number <= header->n) {
		*cell = number - 1;
		return 1;
	}
	return found;
}

bool
fil_header_lacks(const struct fil_header *header, const char *name)
{
	size_t n = strlen(name);

	if (!header->absent)
		return false;
	for (const char *at = header->absent->length > 0 ? header->absent->data : NULL; at;) {
		if (strncmp(at, name, n) == 0 && (at[n] == ',' || at[n] == '\0'))
			return true;
		at = strstr(at, ", ");
		at = at ? at + 2 : NULL;
	}
	fil_bytes_add_format(header->absent, header->absent->length > 0 ? ", %s" : "%s", name);
	return true;
}

/* A text folded character by character: white space is one space, also at the ends. */
struct folded {
	struct fil_bytes text;
	size_t *from; /* of each byte, and of the end: its place in the text as written */
};

struct fil_header_pattern {
	size_t number; /* of a column, from 1; 0: by its label */
	bool is_regex;
	regex_t regex;
	struct fil_bytes folded; /* with '\x1' for each star */
	size_t stars;
};

static const char star = '\x1';

/* Adds the folded form of a character. */
static void
fold_character(const char *character, size_t n, struct fil_bytes *text)
{
	char framed[16];
	char *folded;
	size_t length;

	/* Alone, white space would be dropped. */
	framed[0] = 'x';
	memcpy(framed + 1, character, n);
	memcpy(framed + 1 + n, "x", 2);
	folded = fil_text_fold(framed);
	length = strlen(folded);
	if (length > 2)
		fil_bytes_add(text, folded + 1, length - 2);
	free(folded);
}

/* Folds a text of valid UTF-8. Release the result. */
static void
fold_text(const char *label, bool with_stars, struct folded *folded)
{
	size_t wide, n;

	*folded = (struct folded){ .from = NULL };
	fil_bytes_add_text(&folded->text, "");
	for (const char *at = label; *at != '\0'; at += n) {
		size_t before = folded->text.length;

		n = fil_text_step(at, &wide);
		if (with_stars && *at == '*')
			fil_bytes_add(&folded->text, &star, 1);
		else
			fold_character(at, n < 8 ? n : 8, &folded->text);
		/* Spaces are one. */
		if (before > 0 && folded->text.length == before + 1 &&
		    folded->text.data[before] == ' ' && folded->text.data[before - 1] == ' ')
			folded->text.data[--folded->text.length] = '\0';
		folded->from =
		    fil_resize(folded->from, folded->text.length + 1, sizeof *folded->from);
		for (; before < folded->text.length; before++)
			folded->from[before] = (size_t)(at - label);
	}
	folded->from = fil_resize(folded->from, folded->text.length + 1, sizeof *folded->from);
	folded->from[folded->text.length] = strlen(label);
}

static void
release_folded(struct folded *folded)
{
	fil_bytes_release(&folded->text);
	free(folded->from);
}

/* Compiles a regular expression in slashes. Returns 0 or -1. */
static int
compile(struct fil_header_pattern *pattern, const char *text, struct fil_fault *fault)
{
	char *bare = fil_copy_bytes(text + 1, strlen(text) - 2), reason[128];
	int wrong = regcomp(&pattern->regex, bare, REG_EXTENDED | REG_ICASE);

	free(bare);
	pattern->is_regex = wrong == 0;
	if (wrong == 0)
		return 0;
	regerror(wrong, &pattern->regex, reason, sizeof reason);
	return fil_fault_set(fault, FIL_USAGE, "'%s' is no regular expression: %s", text, reason);
}

/* Takes a pattern with stars. Returns 0 or -1. */
static int
take_stars(struct fil_header_pattern *pattern, const char *text, struct fil_fault *fault)
{
	struct folded folded;
	char *spelt = spell(text);

	fold_text(spelt, true, &folded);
	free(spelt);
	pattern->folded = folded.text;
	free(folded.from);
	for (size_t i = 0; i < pattern->folded.length; i++)
		pattern->stars += pattern->folded.data[i] == star;
	if (pattern->folded.length == 0)
		return fil_fault_set(fault, FIL_USAGE, "no header");
	if (pattern->stars > FIL_HEADER_TEXTS)
		return fil_fault_set(
		    fault, FIL_USAGE, "'%s' has over %d stars", text, FIL_HEADER_TEXTS);
	return 0;
}

struct fil_header_pattern *
fil_header_pattern_new(const char *text, struct fil_fault *fault)
{
	struct fil_header_pattern *pattern = fil_alloc(1, sizeof *pattern);
	size_t n = strlen(text), number = number_of(text);
	int result;

	if (number == SIZE_MAX)
		result =
		    fil_fault_set(fault, FIL_USAGE, "columns are numbered from #1, not '%s'", text);
	else if (n > 2 && text[0] == '/' && text[n - 1] == '/')
		result = compile(pattern, text, fault);
	else
		result = take_stars(pattern, text, fault);
	pattern->number = number;
	if (result == 0)
		return pattern;
	fil_header_pattern_free(pattern);
	return NULL;
}

/* Returns whether the text matches the pattern with stars, both folded. Each star takes as little as it
 * can: what was found before it stays. found gets the place and length of the text of each. */
static bool
match_stars(const char *pattern, const char *text, struct fil_header_text *found)
{
	const char *begin = text, *behind = NULL, *from = text;

	for (;;) {
		if (*pattern == star) {
			behind = ++pattern;
			from = text;
			*found++ = (struct fil_header_text){ (size_t)(text - begin), 0 };
		} else if (*pattern == *text && *text == '\0') {
			return true;
		} else if (*pattern == *text) {
			pattern++;
			text++;
		} else if (!behind || *from == '\0') {
			return false;
		} else {
			pattern = behind;
			text = ++from;
			found[-1].n = (size_t)(from - begin) - found[-1].from;
		}
	}
}

/* Takes the white space off the ends of the texts found. */
static void
trim_texts(const char *label, struct fil_header_match *match)
{
	for (size_t i = 0; i < match->n; i++) {
		struct fil_header_text *text = &match->texts[i];

		text->from += fil_utf8_trim(label + text->from, &text->n);
	}
}

static bool
match_label(
    const struct fil_header_pattern *pattern, const char *label, struct fil_header_match *match)
{
	struct folded folded;
	bool matches;

	fold_text(label, false, &folded);
	matches = match_stars(pattern->folded.data, folded.text.data, match->texts);
	match->n = matches ? pattern->stars : 0;
	for (size_t i = 0; i < match->n; i++) {
		struct fil_header_text *text = &match->texts[i];
		size_t end = folded.from[text->from + text->n];

		text->from = folded.from[text->from];
		text->n = end - text->from;
	}
	release_folded(&folded);
	return matches;
}

size_t
fil_header_pattern_texts(const struct fil_header_pattern *pattern)
{
	if (!pattern->is_regex)
		return pattern->stars;
	return pattern->regex.re_nsub < FIL_HEADER_TEXTS ? pattern->regex.re_nsub
							 : FIL_HEADER_TEXTS;
}

static bool
match_regex(
    const struct fil_header_pattern *pattern, const char *label, struct fil_header_match *match)
{
	regmatch_t groups[FIL_HEADER_TEXTS + 1];

	if (regexec(&pattern->regex, label, FIL_HEADER_TEXTS + 1, groups, 0) != 0)
		return false;
	match->n = fil_header_pattern_texts(pattern);
	for (size_t i = 0; i < match->n; i++) {
		const regmatch_t *group = &groups[i + 1];
		size_t from = group->rm_so < 0 ? 0 : (size_t)group->rm_so;

		match->texts[i] = (struct fil_header_text){ from,
			group->rm_so < 0 ? 0 : (size_t)(group->rm_eo - group->rm_so) };
	}
	return true;
}

bool
fil_header_pattern_matches(const struct fil_header_pattern *pattern,
    const struct fil_header *header, size_t i, struct fil_header_match *match)
{
	const char *label = header->labels[i];
	bool matches;

	match->n = 0;
	if (*label == '\0')
		return pattern->number == i + 1;
	matches = pattern->is_regex ? match_regex(pattern, label, match)
				    : match_label(pattern, label, match);
	trim_texts(label, match);
	return matches || pattern->number == i + 1;
}

bool
fil_header_pattern_is_any(const struct fil_header_pattern *pattern)
{
	return pattern->folded.length == 1 && pattern->folded.data[0] == star;
}

bool
fil_header_pattern_knows(const struct fil_header_pattern *pattern, const char *folded)
{
	struct fil_header_text texts[FIL_HEADER_TEXTS];

	if (*folded == '\0' || pattern->number > 0 || fil_header_pattern_is_any(pattern))
		return false;
	if (pattern->is_regex)
		return regexec(&pattern->regex, folded, 0, NULL, 0) == 0;
	return match_stars(pattern->folded.data, folded, texts);
}

void
fil_header_pattern_free(struct fil_header_pattern *pattern)
{
	if (!pattern)
		return;
	if (pattern->is_regex)
		regfree(&pattern->regex);
	fil_bytes_release(&pattern->folded);
	free(pattern);
}

/* Adds a part. `after` holds the text before it. */
static void
add_part(struct fil_template *template, const char *header, size_t n)
{
	struct fil_template_part *part;

	template->parts = fil_resize(template->parts, template->n + 1, sizeof *template->parts);
	part = &template->parts[template->n++];
	*part = (struct fil_template_part){ .before = template->after,
		.header = fil_copy_bytes(header, n) };
	part->folded = fil_text_fold(part->header);
	template->after = (struct fil_bytes){ 0 };
}

/* Splits the text into parts. Returns 0 or -1. */
static int
parse(struct fil_template *template, const char *text, size_t n, struct fil_fault *fault)
{
	const char *end = text + n, *close;

	for (; text < end; text++) {
		if (*text != '{') {
			fil_bytes_add(&template->after, text, 1);
		} else if (end - text > 1 && text[1] == '{') {
			fil_bytes_add(&template->after, text++, 1);
		} else {
			close = memchr(text, '}', (size_t)(end - text));
			if (!close)
				return fil_fault_set(fault, FIL_USAGE, "'{' without a '}'");
			add_part(template, text + 1, (size_t)(close - text) - 1);
			if (template->parts[template->n - 1].folded[0] == '\0')
				return fil_fault_set(
				    fault, FIL_USAGE, "no header between '{' and '}'");
			text = close;
		}
	}
	return 0;
}

struct fil_template *
fil_template_new(const char *text, size_t n, struct fil_fault *fault)
{
	struct fil_template *template = fil_alloc(1, sizeof *template);

	if (parse(template, text, n, fault) < 0)
		goto bad;
	if (template->n == 0) {
		struct fil_bytes header = template->after;

		template->after = (struct fil_bytes){ 0 };
		add_part(template, header.data ? header.data : "", header.length);
		fil_bytes_release(&header);
	}
	if (template->parts[0].folded[0] != '\0')
		return template;
	fil_fault_set(fault, FIL_USAGE, "no header");
bad:
	fil_template_free(template);
	return NULL;
}

bool
fil_template_names(const struct fil_template *template, const char *folded)
{
	for (size_t i = 0; i < template->n; i++)
		if (strcmp(template->parts[i].folded, folded) == 0)
			return true;
	return false;
}

/* Makes the text empty, with room for all that the cells can give. */
static void
make_room(struct fil_template *template, const size_t *lengths, size_t n_cells)
{
	size_t room = template->after.length;

	for (size_t i = 0; i < template->n; i++)
		room += template->parts[i].before.length +
		    (template->parts[i].cell < n_cells ? lengths[template->parts[i].cell] : 0);
	template->text.length = 0;
	if (room >= template->text.capacity)
		fil_bytes_reserve(&template->text, room);
}

/* Adds what there is room for. */
static void
append(struct fil_bytes *text, const char *data, size_t n)
{
	if (n > 0)
		memcpy(text->data + text->length, data, n);
	text->length += n;
}

const char *
fil_template_fill(struct fil_template *template, const char *const *cells, const size_t *lengths,
    size_t n_cells, size_t *n)
{
	struct fil_bytes *text = &template->text;
	bool last = false;

	make_room(template, lengths, n_cells);
	for (size_t i = 0; i < template->n; i++) {
		const struct fil_template_part *part = &template->parts[i];
		const char *cell = part->cell < n_cells ? cells[part->cell] : "";
		size_t length = part->cell < n_cells ? lengths[part->cell] : 0;

		if (fil_utf8_hints_white(cell, length))
			cell += fil_utf8_trim(cell, &length);
		last = length > 0;
		if (!last)
			continue;
		/* Text before all parts belongs to the first part. */
		if (i == 0 || text->length > 0)
			append(text, part->before.data, part->before.length);
		append(text, cell, length);
	}
	if (last)
		append(text, template->after.data, template->after.length);
	text->data[text->length] = '\0';
	*n = text->length;
	return text->length > 0 ? text->data : NULL;
}

void
fil_template_free(struct fil_template *template)
{
	if (!template)
		return;
	for (size_t i = 0; i < template->n; i++) {
		fil_bytes_release(&template->parts[i].before);
		free(template->parts[i].header);
		free(template->parts[i].folded);
	}
	free(template->parts);
	fil_bytes_release(&template->after);
	fil_bytes_release(&template->text);
	free(template);
}
