/* SPDX-License-Identifier: ISC */
#include "lib/cli/environment.h"

#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/fault.h"
#include "lib/base/memory.h"

/* A file that is opened must not become standard output or error by chance. What stands in for a
 * missing one fails to read or write, so that nothing is lost in silence; only words to nobody are.
 * */
static bool
open_standard_descriptors(void)
{
	static const int flags[] = { O_WRONLY, O_RDONLY, O_RDWR };
	bool no_output = false;

	for (int descriptor = 0; descriptor <= 2; descriptor++) {
		if (fcntl(descriptor, F_GETFD) >= 0)
			continue;
		no_output = no_output || descriptor == STDOUT_FILENO;
		if (open("/dev/null", flags[descriptor]) != descriptor)
			_exit(FIL_UNAVAILABLE);
	}
	return no_output;
}

/* Core files would hold personal data; a size limit is an error that can be told. LC_NUMERIC stays:
 * 0.8 is 0.8. */
bool
fil_environment_secure(void)
{
	bool no_output = open_standard_descriptors();

	umask(077);
	setrlimit(RLIMIT_CORE, &(struct rlimit){ 0, 0 });
	signal(SIGXFSZ, SIG_IGN);
	setlocale(LC_CTYPE, "C.UTF-8");
	return no_output;
}

/* Returns a setting's value, NULL when it is not set or empty. */
static const char *
setting(const char *name)
{
	const char *value = getenv(name);

	return !value || *value == '\0' ? NULL : value;
}

/* Makes all folders of the path of a file, for their owner only. */
static int
make_folders(const char *path, struct fil_fault *fault)
{
	const char *slash = path;

	while ((slash = strchr(slash + 1, '/'))) {
		char *folder = fil_copy_bytes(path, (size_t)(slash - path));
		int result = mkdir(folder, 0700);

		if (result != 0 && errno != EEXIST)
			fil_fault_set(fault, FIL_CANT_CREATE, "%s: %s", folder, strerror(errno));
		else
			result = 0;
		free(folder);
		if (result != 0)
			return -1;
	}
	return 0;
}

/* Returns the place for whoever names none. The XDG rules pass over a folder that is not absolute.
 * */
static char *
own_place(struct fil_fault *fault)
{
	const char *data = setting("XDG_DATA_HOME"), *home = setting("HOME");

	if (data && *data == '/')
		return fil_format("%s/filrouge/filrouge.db", data);
	if (home)
		return fil_format("%s/.local/share/filrouge/filrouge.db", home);
	fil_fault_set(fault, FIL_BAD_CONFIG,
	    "no store: neither FILROUGE_DB nor HOME is set; name one with --db");
	return NULL;
}

char *
fil_environment_store(const char *given, bool make, struct fil_fault *fault)
{
	const char *named = given ? given : setting("FILROUGE_DB");
	char *place;

	if (named && *named == '\0') {
		fil_fault_set(fault, FIL_USAGE, "--db: the name of the store is empty");
		return NULL;
	}
	if (named)
		return fil_copy(named);
	place = own_place(fault);
	if (place && make && make_folders(place, fault) != 0) {
		free(place);
		return NULL;
	}
	return place;
}
