/* SPDX-License-Identifier: ISC */
#include "lib/base/language.h"

#include <limits.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/base/memory.h"

/* The texts of the C library that administrators meet: its own translations are not installed
 * everywhere. xgettext finds them here. */
__attribute__((unused)) static const char *const errors[] = {
	N_("Bad file descriptor"),
	N_("Broken pipe"),
	N_("Cannot allocate memory"),
	N_("Connection refused"),
	N_("Device or resource busy"),
	N_("Disk quota exceeded"),
	N_("File exists"),
	N_("File name too long"),
	N_("File too large"),
	N_("Input/output error"),
	N_("Interrupted system call"),
	N_("Invalid argument"),
	N_("Invalid cross-device link"),
	N_("Is a directory"),
	N_("No locks available"),
	N_("No space left on device"),
	N_("No such device or address"),
	N_("No such file or directory"),
	N_("Not a directory"),
	N_("Operation not permitted"),
	N_("Operation not supported"),
	N_("Permission denied"),
	N_("Read-only file system"),
	N_("Resource temporarily unavailable"),
	N_("Stale file handle"),
	N_("Text file busy"),
	N_("Too many levels of symbolic links"),
	N_("Too many open files"),
	N_("Too many open files in system"),
};

char *
fil_language_share(const char *below)
{
	char program[PATH_MAX], *slash;
	ssize_t n = readlink("/proc/self/exe", program, sizeof program - 1);

	program[n < 0 ? 0 : n] = '\0';
	for (int parts = 0; parts < 2 && (slash = strrchr(program, '/')); parts++)
		*slash = '\0';
	return fil_format("%s/share/%s", program, below);
}

/* Tells gettext where the catalogue is. */
static void
bind_catalogue(void)
{
	char *folder = fil_language_share("locale");

	if (!bindtextdomain("filrouge", folder) || !textdomain("filrouge"))
		fil_memory_die();
	free(folder);
}

/* Loads the catalogue of a language now. gettext does not say that it had no memory for it: it would
 * go on in English. */
static void
load_catalogue(const char *name)
{
	char *path =
	    fil_format("%s/%s/LC_MESSAGES/filrouge.mo", bindtextdomain("filrouge", NULL), name);

	if (access(path, R_OK) == 0 && strcmp(fil_language(), name) != 0)
		fil_memory_die();
	free(path);
}

bool
fil_language_choose(const char *name)
{
	if (strcmp(name, "fr") != 0 && strcmp(name, "en") != 0)
		return false;
	/* In the locale C gettext does not translate. C.UTF-8 is always there, and LANGUAGE decides in
	 * it. A name without a catalogue is English. */
	if (setenv("LANGUAGE", name, 1) < 0 ||
	    !setlocale(LC_MESSAGES, *name == 'f' ? "C.UTF-8" : "C"))
		fil_memory_die();
	bind_catalogue();
	if (*name == 'f')
		load_catalogue(name);
	return true;
}

/* Returns whether a name such as fr, fr_FR.UTF-8 or fr:en is of the language. */
static bool
is_language(const char *name, const char *code)
{
	return strncmp(name, code, 2) == 0 && (name[2] == '\0' || strchr("_.@:", name[2]));
}

/* Returns the code of the first language of a list, "de:fr:en", that exists; NULL: none does. */
static const char *
first_of(const char *list)
{
	for (; *list != '\0'; list += strcspn(list, ":"), list += *list == ':') {
		if (is_language(list, "fr"))
			return "fr";
		if (is_language(list, "en"))
			return "en";
	}
	return NULL;
}

void
fil_language_start(void)
{
	static const char *const variables[] = { "LC_ALL", "LC_MESSAGES", "LANG" };
	const char *locale = NULL, *wishes = getenv("LANGUAGE"), *found;

	for (size_t i = 0; i < 3 && (!locale || *locale == '\0'); i++)
		locale = getenv(variables[i]);
	if (!locale || *locale == '\0' || strcmp(locale, "C") == 0 || strcmp(locale, "POSIX") == 0)
		return;
	found = wishes ? first_of(wishes) : NULL;
	if (!found)
		found = first_of(locale);
	if (found && *found == 'f')
		fil_language_choose(found);
}

const char *
fil_language(void)
{
	/* TRANSLATORS: the code of the language: fr. */
	return _("en");
}

void
fil_language_plain(bool plain)
{
	static locale_t english;

	if (plain && !english)
		english = newlocale(LC_MESSAGES_MASK, "C", duplocale(LC_GLOBAL_LOCALE));
	uselocale(plain && english ? english : LC_GLOBAL_LOCALE);
}

const char *
fil_language_error(int error)
{
	/* The C library has this text in English in every locale. */
	const char *text = strerrordesc_np(error);

	return text ? _(text) : strerror(error);
}
