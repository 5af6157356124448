/* SPDX-License-Identifier: ISC */
#include "lib/base/fault.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/base/ending.h"
#include "lib/base/language.h"
#include "lib/base/memory.h"
#include "lib/base/text.h"
#include "lib/base/utf8.h"

struct fil_faults {
	char **texts;
	size_t kept, capacity, max, count;
};

/* Cuts a text that vsnprintf has truncated at a character boundary. */
static void
cut_at_character(char *text, size_t n)
{
	size_t begin = n;

	while (begin > 0 && n - begin < 3 && ((unsigned char)text[begin - 1] & 0xC0) == 0x80)
		begin--;
	if (begin > 0 && (unsigned char)text[begin - 1] >= 0xC0)
		begin--;
	if (begin < n && fil_utf8_check(text + begin, n - begin) < n - begin)
		text[begin] = '\0';
}

/* The arguments may point into the fault's own text, so the new text is formatted elsewhere
 * first. */
__attribute__((format(printf, 4, 0))) static void
fill(struct fil_fault *fault, enum fil_status status, const char *kind, const char *format,
    va_list arguments)
{
	char text[sizeof fault->text];
	int n = vsnprintf(text, sizeof text, _(format), arguments);

	if (n < 0)
		text[0] = '\0';
	else if ((size_t)n >= sizeof text)
		cut_at_character(text, sizeof text - 1);
	fault->status = status;
	fault->kind = kind;
	memcpy(fault->text, text, strlen(text) + 1);
}

int
fil_fault_set(struct fil_fault *fault, enum fil_status status, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	fill(fault, status, NULL, format, arguments);
	va_end(arguments);
	return -1;
}

int
fil_fault_data(struct fil_fault *fault, const char *kind, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	fill(fault, FIL_BAD_DATA, kind, format, arguments);
	va_end(arguments);
	return -1;
}

enum fil_status
fil_fault_status(int error, enum fil_status otherwise)
{
	switch (error) {
	case EIO:
	case ENOSPC:
	case EDQUOT:
	case EFBIG:
	case EMFILE:
	case ENFILE: return FIL_IO_ERROR;
	case ENOMEM: fil_memory_die();
	default: return otherwise;
	}
}

bool
fil_fault_is_about(const char *text, const char *name)
{
	size_t n = strlen(name);

	return strncmp(text, name, n) == 0 && (text[n] == ':' || text[n] == '\0');
}

bool
fil_fault_suggest(struct fil_fault *fault, const char *word, const char *const *list, size_t n)
{
	const char *nearest = fil_text_nearest(word, list, n);
	const char *kind = fault->kind;

	if (!nearest)
		return false;
	fil_fault_set(fault, fault->status, "%s; the nearest is '%s'", fault->text, nearest);
	fault->kind = kind;
	return true;
}

/* One write for the whole line: lines of the commands of a pipeline do not mix. An error here
 * cannot be reported. */
__attribute__((format(printf, 1, 0))) static void
warn_list(const char *format, va_list arguments)
{
	char *text = fil_format_list(_(format), arguments);
	char *line = fil_format("%s: %s", program_invocation_short_name, text);
	char *shown = fil_text_escape(line);
	size_t n = strlen(shown);
	ssize_t done;

	shown[n++] = '\n';
	for (const char *rest = shown; n > 0; rest += done, n -= (size_t)done) {
		done = write(STDERR_FILENO, rest, n);
		if (done < 0 && errno != EINTR)
			break;
		done = done < 0 ? 0 : done;
	}
	free(shown);
	free(line);
	free(text);
}

void
fil_warn(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	warn_list(format, arguments);
	va_end(arguments);
}

_Noreturn void
fil_die(enum fil_status status, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	warn_list(format, arguments);
	va_end(arguments);
	if (fil_ending_words())
		fil_warn("%s", fil_ending_words());
	fil_ending_clean();
	_exit((int)status);
}

_Noreturn void
fil_die_fault(const struct fil_fault *fault)
{
	fil_die(fault->status, "%s", fault->text);
}

_Noreturn void
fil_bug(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	char *text = fil_format_list(_(format), arguments);
	va_end(arguments);
	fil_die(FIL_BUG, "this is a bug, please report it: %s", text);
}

struct fil_faults *
fil_faults_new(size_t max)
{
	struct fil_faults *list = fil_alloc(1, sizeof *list);

	list->max = max;
	return list;
}

void
fil_faults_add(
    struct fil_faults *list, const char *file, size_t line, const struct fil_fault *fault)
{
	list->count++;
	if (list->kept == list->max)
		return;
	list->texts = fil_grow(list->texts, list->kept, &list->capacity, sizeof *list->texts);
	if (line > 0)
		list->texts[list->kept++] = fil_format("%s:%zu: %s", file, line, fault->text);
	else
		list->texts[list->kept++] = fil_format("%s: %s", file, fault->text);
}

void
fil_faults_append(struct fil_faults *list, size_t number, const char *words)
{
	char *text;

	if (number >= list->kept)
		return;
	text = fil_format("%s%s", list->texts[number], words);
	free(list->texts[number]);
	list->texts[number] = text;
}

size_t
fil_faults_count(const struct fil_faults *list)
{
	return list->count;
}

void
fil_faults_print(const struct fil_faults *list)
{
	size_t more = list->count - list->kept;

	for (size_t i = 0; i < list->kept; i++)
		fil_warn("%s", list->texts[i]);
	if (more > 0)
		fil_warn(ngettext("and %zu more fault", "and %zu more faults", more), more);
}

void
fil_faults_free(struct fil_faults *list)
{
	if (!list)
		return;
	for (size_t i = 0; i < list->kept; i++)
		free(list->texts[i]);
	free(list->texts);
	free(list);
}
