/* SPDX-License-Identifier: ISC */
#include "lib/write/account.h"

#include <pwd.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "lib/base/memory.h"
#include "lib/base/text.h"

/* What no shell reads as anything but itself. */
static const char plain[]
    = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_@%+=:,./-";

char *
fil_account_name(void)
{
	const struct passwd *account = getpwuid(getuid());
	const char *sudo = getenv("SUDO_USER");
	char *name, *shown, *both;

	if (account)
		name = fil_copy(account->pw_name);
	else
		name = fil_format("uid %ju", (uintmax_t)getuid());
	if (!sudo || !*sudo)
		return name;
	shown = fil_text_escape(sudo);
	both = fil_format("%s (%s)", name, shown);
	free(shown);
	free(name);
	return both;
}

char *
fil_account_now(void)
{
	struct timespec now;
	struct tm utc;
	char text[32];

	clock_gettime(CLOCK_REALTIME, &now);
	gmtime_r(&now.tv_sec, &utc);
	strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &utc);
	return fil_format("%s.%06ldZ", text, now.tv_nsec / 1000);
}

/* Adds a word as $'…', in which control characters and what is no UTF-8 can be written. */
static void
add_bytes(struct fil_bytes *command, const char *word)
{
	fil_bytes_add_text(command, "$'");
	for (; *word; word++) {
		unsigned char c = (unsigned char)*word;

		if (c < ' ' || c >= 0x7F)
			fil_bytes_add_format(command, "\\x%02x", c);
		else if (c == '\'' || c == '\\')
			fil_bytes_add_format(command, "\\%c", c);
		else
			fil_bytes_add(command, word, 1);
	}
	fil_bytes_add_text(command, "'");
}

static void
add_quoted(struct fil_bytes *command, const char *word)
{
	fil_bytes_add_text(command, "'");
	for (const char *quote; (quote = strchr(word, '\'')); word = quote + 1) {
		fil_bytes_add(command, word, (size_t)(quote - word));
		fil_bytes_add_text(command, "'\\''");
	}
	fil_bytes_add_text(command, word);
	fil_bytes_add_text(command, "'");
}

char *
fil_account_command(char *const *argv)
{
	struct fil_bytes command = { 0 };
	size_t n;

	for (size_t i = 0; argv[i]; i++) {
		n = strlen(argv[i]);
		if (i)
			fil_bytes_add_text(&command, " ");
		if (n && strspn(argv[i], plain) == n)
			fil_bytes_add(&command, argv[i], n);
		else if (fil_utf8_check(argv[i], n) < n || fil_text_control(argv[i], n, false) < n)
			add_bytes(&command, argv[i]);
		else
			add_quoted(&command, argv[i]);
	}
	return command.data ? command.data : fil_copy("");
}
