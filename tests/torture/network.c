/* SPDX-License-Identifier: ISC */
/* Preloaded before a command: every file system is NFS. */
#include <dlfcn.h>
#include <sys/vfs.h>

int
statfs(const char *path, struct statfs *system)
{
	int (*real)(const char *, struct statfs *) = dlsym(RTLD_NEXT, "statfs");
	int result = real(path, system);

	system->f_type = 0x6969;
	return result;
}
