/* SPDX-License-Identifier: ISC */
#include "lib/cli/process.h"

#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/fault.h"

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
fil_process_secure(void)
{
	bool no_output = open_standard_descriptors();

	umask(077);
	setrlimit(RLIMIT_CORE, &(struct rlimit){ 0, 0 });
	signal(SIGXFSZ, SIG_IGN);
	setlocale(LC_CTYPE, "C.UTF-8");
	return no_output;
}
