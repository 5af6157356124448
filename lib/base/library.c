/* SPDX-License-Identifier: ISC */
#include "lib/base/library.h"

#include <dlfcn.h>
#include <errno.h>
#include <string.h>

#include "lib/base/memory.h"

int
fil_library_load(const char *name, void *pointers, const struct fil_function *functions, size_t n,
    struct fil_fault *fault)
{
	void *library, *function;

	errno = 0;
	library = dlopen(name, RTLD_NOW | RTLD_LOCAL);
	if (!library && errno == ENOMEM)
		fil_memory_die();
	if (!library)
		return 0;
	for (size_t i = 0; i < n; i++) {
		function = dlsym(library, functions[i].name);
		if (!function)
			return fil_fault_set(fault, FIL_UNAVAILABLE, "this %s has no function %s",
			    name, functions[i].name);
		/* C does not convert object pointers to function pointers; POSIX allows it for
		 * dlsym(3). */
		memcpy((char *)pointers + functions[i].place, &function, sizeof function);
	}
	return 1;
}
