/* SPDX-License-Identifier: ISC */
#include "lib/base/options.h"

#include <getopt.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/language.h"
#include "lib/base/memory.h"
#include "lib/base/text.h"

/* Returns the index of the name, or n. */
static size_t
number_of(const char *name, const char *const *known, size_t n)
{
	size_t i = 0;

	while (i < n && strcmp(known[i], name) != 0)
		i++;
	return i;
}

/* Returns all names, a comma and a space between them; the caller frees them. */
static char *
join(const char *const *known, size_t n)
{
	struct fil_bytes list = { 0 };

	for (size_t i = 0; i < n; i++)
		fil_bytes_add_format(&list, "%s%s", i > 0 ? ", " : "", known[i]);
	return list.data;
}

/* Adds the nearest name to the fault, or else all. Returns -1. */
static int
add_names(const char *name, const char *const *known, size_t n, struct fil_fault *fault)
{
	char *all;

	if (fil_fault_suggest(fault, name, known, n))
		return -1;
	all = join(known, n);
	fil_fault_set(fault, FIL_USAGE, "%s; there are %s", fault->text, all);
	free(all);
	return -1;
}

int
fil_choices_read(const char *list, const char *const *known, size_t n,
    void (*refuse)(const char *name, struct fil_fault *fault), unsigned *set,
    struct fil_fault *fault)
{
	char *copy = fil_copy(list), *rest = copy, *name;
	int status = 0;

	*set = 0;
	while (status == 0 && (name = strsep(&rest, ","))) {
		size_t i = number_of(name, known, n);

		if (i < n) {
			*set |= 1U << i;
			continue;
		}
		refuse(name, fault);
		status = add_names(name, known, n, fault);
	}
	free(copy);
	return status;
}

/* The phrases of the help begin in one column, after the longest option up to this length. */
enum { LONGEST = 32 };

/* The columns of a line of the help. */
enum { WIDEST = 80 };

struct fil_options {
	struct fil_option *all;
	const char **groups; /* of each option */
	size_t n, capacity;
	struct option *longs; /* for getopt_long, made with the first option read */
	char *letters;
};

struct fil_options *
fil_options_new(void)
{
	optind = 0;
	opterr = 0;
	unsetenv("POSIXLY_CORRECT");
	return fil_alloc(1, sizeof(struct fil_options));
}

void
fil_options_add(struct fil_options *options, const struct fil_option *option, const char *group)
{
	if (options->n == options->capacity) {
		options->capacity += options->capacity + 16;
		options->all = fil_resize(options->all, options->capacity, sizeof *options->all);
		options->groups =
		    fil_resize(options->groups, options->capacity, sizeof *options->groups);
	}
	options->groups[options->n] = group;
	options->all[options->n++] = *option;
}

static bool
has_letter(const struct fil_option *option)
{
	return option->letter < 256;
}

/* A colon at the start makes getopt distinguish a missing argument from an unknown option. */
static void
prepare(struct fil_options *options)
{
	struct fil_bytes letters = { 0 };

	fil_bytes_add_text(&letters, ":");
	options->longs = fil_alloc(options->n + 1, sizeof *options->longs);
	for (size_t i = 0; i < options->n; i++) {
		const struct fil_option *option = &options->all[i];

		options->longs[i] = (struct option){ .name = option->name,
			.val = option->letter,
			.has_arg = !option->argument ? no_argument : required_argument };
		if (has_letter(option))
			fil_bytes_add_format(
			    &letters, "%c%s", option->letter, !option->argument ? "" : ":");
	}
	options->letters = letters.data;
}

/* Returns the options whose names begin with the n bytes of word, joined; the caller frees it. */
static char *
candidates(const struct fil_options *options, const char *word, size_t n)
{
	struct fil_bytes list = { 0 };

	fil_bytes_add(&list, "", 0);
	for (size_t i = 0; i < options->n; i++)
		if (strncmp(options->all[i].name, word, n) == 0)
			fil_bytes_add_format(
			    &list, "%s--%s", list.length == 0 ? "" : ", ", options->all[i].name);
	return list.data;
}

static int
wrong_word(const struct fil_options *options, const char *word, struct fil_fault *fault)
{
	const char **names = fil_alloc(options->n, sizeof *names), *nearest;
	size_t n = strcspn(word + 2, "=");
	char *name = fil_copy_bytes(word + 2, n), *list = candidates(options, name, n);

	for (size_t i = 0; i < options->n; i++)
		names[i] = options->all[i].name;
	nearest = fil_text_nearest(name, names, options->n);
	if (*list != '\0')
		fil_fault_set(fault, FIL_USAGE, "option '--%s' is ambiguous: %s", name, list);
	else if (nearest)
		fil_fault_set(fault, FIL_USAGE, "unknown option '--%s'; the nearest is '--%s'",
		    name, nearest);
	else
		fil_fault_set(fault, FIL_USAGE, "unknown option '--%s'", name);
	free(list);
	free(name);
	free(names);
	return FIL_OPTIONS_WRONG;
}

/* Fills the fault of the option at which getopt stopped. The messages of getopt would contain the
 * path of the program. */
static int
explain(const struct fil_options *options, int found, const char *word, struct fil_fault *fault)
{
	const struct fil_option *option = NULL;

	if (optopt == 0)
		return wrong_word(options, word, fault);
	for (size_t i = 0; i < options->n; i++)
		if (options->all[i].letter == optopt)
			option = &options->all[i];
	if (!option)
		fil_fault_set(fault, FIL_USAGE, "unknown option '-%c'", optopt);
	else if (found == ':')
		fil_fault_set(
		    fault, FIL_USAGE, "option '--%s' needs its %s", option->name, option->argument);
	else
		fil_fault_set(fault, FIL_USAGE, "option '--%s' takes no argument", option->name);
	return FIL_OPTIONS_WRONG;
}

int
fil_options_next(struct fil_options *options, int argc, char **argv, struct fil_fault *fault)
{
	int found;

	if (!options->longs)
		prepare(options);
	found = getopt_long(argc, argv, options->letters, options->longs, NULL);
	if (found == '?' || found == ':')
		return explain(options, found, argv[optind - 1], fault);
	return found;
}

/* Returns "-f, --format FORMAT"; the caller frees it. */
static char *
label(const struct fil_option *option)
{
	char *letter = has_letter(option) ? fil_format("-%c,", option->letter) : fil_copy("   ");
	const char *argument = !option->argument ? "" : option->argument;
	char *text =
	    fil_format("%s --%s%s%s", letter, option->name, *argument == '\0' ? "" : " ", argument);

	free(letter);
	return text;
}

/* Returns whether a brief help only names the option. */
static bool
is_brief(const struct fil_options *options, size_t i)
{
	return options->groups[i] || options->all[i].known;
}

/* Prints an option with its phrase. */
static void
print_option(const struct fil_option *option, int width, FILE *stream)
{
	char *text = label(option);

	fprintf(stream, "  %-*s  %s\n", width, text, _(option->help));
	free(text);
}

/* Returns whether the option is the first one of its group. */
static bool
begins_group(const struct fil_options *options, size_t first)
{
	for (size_t i = 0; i < first; i++)
		if (fil_text_is_same(options->groups[i], options->groups[first]))
			return false;
	return true;
}

/* Prints the group of option first, unless an earlier option has printed it. */
static void
print_group(const struct fil_options *options, size_t first, int width, FILE *stream)
{
	const char *group = options->groups[first];

	if (!begins_group(options, first))
		return;
	fprintf(stream, _("%s:\n"),
	    group            ? _(group)
		: first == 0 ? _("Options")
			     : _("Output and common"));
	for (size_t i = first; i < options->n; i++)
		if (fil_text_is_same(options->groups[i], group))
			print_option(&options->all[i], width, stream);
}

/* Returns the width of the labels: of all options, or of those that are not brief. */
static int
find_width(const struct fil_options *options, bool brief)
{
	int longest = 0;

	for (size_t i = 0; i < options->n; i++) {
		char *text = label(&options->all[i]);
		int n = (int)strlen(text);

		if (!brief || !is_brief(options, i))
			longest = n > longest && n <= LONGEST ? n : longest;
		free(text);
	}
	return longest;
}

void
fil_options_print(const struct fil_options *options, FILE *stream)
{
	int width = find_width(options, false);

	for (size_t i = 0; i < options->n; i++)
		print_group(options, i, width, stream);
}

/* A line of names, which is broken before it is too wide. */
struct names {
	FILE *stream;
	size_t indent, column;
};

/* Begins the line with a word, which the names of the other lines are below. */
static void
begin_names(struct names *names, const char *word, size_t indent)
{
	fprintf(names->stream, "  %s", word);
	names->indent = indent + 2;
	names->column = 2 + fil_text_width(word, strlen(word));
	for (; names->column < names->indent + 1; names->column++)
		fputc(' ', names->stream);
}

/* Adds an option: "--at DAYS", "-q|--quiet". */
static void
add_name(struct names *names, const struct fil_option *option)
{
	char letter[] = { '-', has_letter(option) ? (char)option->letter : '\0', '|', '\0' },
	     *text = fil_format("%s--%s%s%s", has_letter(option) ? letter : "", option->name,
		 option->argument ? " " : "", option->argument ? option->argument : "");
	size_t n = strlen(text);

	if (names->column + 1 + n > WIDEST) {
		fprintf(names->stream, "\n%*s", (int)names->indent + 1, "");
		names->column = names->indent + 1;
	}
	fprintf(names->stream, " %s", text);
	names->column += 1 + n;
	free(text);
}

/* Prints the names of a group, or those that are known for NULL, after a word. */
static void
print_names(const struct fil_options *options, const char *group, const char *word, size_t indent,
    FILE *stream)
{
	struct names names = { .stream = stream };

	begin_names(&names, word, indent);
	for (size_t i = 0; i < options->n; i++)
		if (is_brief(options, i) && fil_text_is_same(options->groups[i], group))
			add_name(&names, &options->all[i]);
	fputc('\n', stream);
}

void
fil_options_print_brief(const struct fil_options *options, const char *program, FILE *stream)
{
	/* TRANSLATORS: any subject, before the options that all subjects have */
	const char *any = _("any");
	size_t indent = fil_text_width(any, strlen(any));
	int width = find_width(options, true);

	fprintf(stream, _("%s:\n"), _("Options"));
	for (size_t i = 0; i < options->n; i++) {
		size_t n = options->groups[i] ? strlen(options->groups[i]) : 0;

		indent = n > indent ? n : indent;
		if (!is_brief(options, i))
			print_option(&options->all[i], width, stream);
	}
	fprintf(stream, _("More options (man %s):\n"), program);
	for (size_t i = 0; i < options->n; i++)
		if (options->groups[i] && begins_group(options, i))
			print_names(
			    options, options->groups[i], options->groups[i], indent, stream);
	print_names(options, NULL, any, indent, stream);
}

void
fil_options_declare(const struct fil_options *options, FILE *stream)
{
	for (size_t i = 0; i < options->n; i++) {
		const struct fil_option *option = &options->all[i];
		const char letter[] = { '-', has_letter(option) ? (char)option->letter : '\0',
			'\0' };

		fprintf(stream, "option\t--%s\t%s\t%s\t%s\t%s\n", option->name,
		    has_letter(option) ? letter : "", option->argument ? option->argument : "",
		    option->values ? option->values : "",
		    options->groups[i] ? options->groups[i] : "");
	}
}

void
fil_options_free(struct fil_options *options)
{
	if (!options)
		return;
	free(options->all);
	free(options->groups);
	free(options->longs);
	free(options->letters);
	free(options);
}

static bool
is_between_words(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* Copies the word at the beginning of a line to *to, without its quotes and with an end, and moves *to
 * behind it. Returns the end of the word in the line, or NULL where a quote is not closed. */
static const char *
copy_word(const char *line, char **to)
{
	char quote = '\0';

	for (; *line != '\0' && (quote != '\0' || !is_between_words(*line)); line++) {
		/* Within "…" a backslash quotes only the signs that end it or are special there. */
		bool escapes =
		    quote == '\0' || (quote == '"' && line[1] && strchr("\\\"$`", line[1]));

		if (quote == *line)
			quote = '\0';
		else if (quote == '\0' && (*line == '\'' || *line == '"'))
			quote = *line;
		else if (*line == '\\' && line[1] != '\0' && escapes)
			*(*to)++ = *++line;
		else
			*(*to)++ = *line;
	}
	*(*to)++ = '\0';
	return quote == '\0' ? line : NULL;
}

char **
fil_options_words(const char *line, size_t *n)
{
	size_t length = strlen(line), most = length / 2 + 2; /* words, and the NULL at their end */
	char **words = fil_alloc(most * sizeof *words + length + 1, 1),
	     *to = (char *)(words + most);

	*n = 0;
	while (line && *line != '\0') {
		if (is_between_words(*line)) {
			line++;
			continue;
		}
		words[(*n)++] = to;
		line = copy_word(line, &to);
	}
	if (line)
		return words;
	free(words);
	return NULL;
}
