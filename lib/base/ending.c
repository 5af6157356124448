/* SPDX-License-Identifier: ISC */
#include "lib/base/ending.h"

#include <libintl.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <unistd.h>

static const char *volatile hidden; /* the file to remove */
static char words[512];

void
fil_ending_clean(void)
{
	if (hidden)
		unlink(hidden);
}

/* The default action of the signal is in place again, and ends the program. */
static void
end_by_signal(int number)
{
	fil_ending_clean();
	raise(number);
}

/* A signal that is ignored, as under nohup, stays ignored. */
static void
handle_signals(void)
{
	static const int numbers[] = { SIGHUP, SIGINT, SIGTERM };
	struct sigaction old, new = { .sa_handler = end_by_signal, .sa_flags = (int)SA_RESETHAND };

	for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
		if (sigaction(numbers[i], NULL, &old) == 0 && old.sa_handler == SIG_DFL)
			sigaction(numbers[i], &new, NULL);
}

void
fil_ending_remove(const char *path)
{
	hidden = path;
	if (path)
		handle_signals();
}

void
fil_ending_say(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(words, sizeof words, gettext(format), arguments);
	va_end(arguments);
}

const char *
fil_ending_words(void)
{
	return words[0] ? words : NULL;
}
