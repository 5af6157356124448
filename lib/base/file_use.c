/* SPDX-License-Identifier: ISC */
#include "lib/base/file_use.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "lib/base/memory.h"
#include "lib/base/temp_file.h"

/* The files of the program: an output is opened before or after what it could replace. */
static struct {
	char *path;
	bool written;
} * files;
static size_t n_files, room;

char *
fil_path_whole(const char *path)
{
	char *real = fil_path_real(path), *folder, *real_folder, *whole;
	const char *slash = strrchr(path, '/');

	if (real)
		return real;
	folder = fil_path_folder(path);
	real_folder = fil_path_real(folder);
	whole = fil_format("%s/%s", !real_folder ? folder : real_folder, !slash ? path : slash + 1);
	free(real_folder);
	free(folder);
	return whole;
}

bool
fil_path_same(const char *path, const char *other)
{
	struct stat one, two;
	char *here, *there;
	bool same;

	/* A file may have several names. Nothing replaces a terminal, a pipe or a device. */
	if (stat(path, &one) == 0 && stat(other, &two) == 0)
		return S_ISREG(one.st_mode) && one.st_dev == two.st_dev && one.st_ino == two.st_ino;
	here = fil_path_whole(path);
	there = fil_path_whole(other);
	same = strcmp(here, there) == 0;
	free(there);
	free(here);
	return same;
}

char *
fil_settings_folder(void)
{
	const char *config = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");

	if (config && *config == '/')
		return fil_format("%s/filrouge", config);
	return home && *home == '/' ? fil_format("%s/.config/filrouge", home) : NULL;
}

/* Returns whether a path lies in a folder, which may be NULL. */
static bool
lies_in(const char *path, const char *folder)
{
	char *real = folder ? fil_path_real(folder) : NULL;
	size_t n = real ? strlen(real) : 0;
	bool lies = n > 0 && strncmp(path, real, n) == 0 && path[n] == '/';

	free(real);
	return lies;
}

bool
fil_path_is_settings(const char *path)
{
	char *own = fil_settings_folder(), *real = fil_path_real(path);
	bool is = real && (lies_in(real, own) || lies_in(real, FIL_MACHINE_SETTINGS));

	free(real);
	free(own);
	return is;
}

/* Notes a file. Returns 0, or -1 with a fault if it is both read and written. */
static int
note(const char *path, bool written, struct fil_fault *fault)
{
	for (size_t i = 0; i < n_files; i++)
		if (files[i].written != written && fil_path_same(path, files[i].path))
			return fil_fault_set(fault, FIL_CANT_CREATE,
			    "%s: the output would overwrite a file that is read", path);
	files = fil_grow(files, n_files, &room, sizeof *files);
	files[n_files].path = fil_copy(path);
	files[n_files++].written = written;
	return 0;
}

int
fil_file_read(const char *path, struct fil_fault *fault)
{
	return note(path, false, fault);
}

int
fil_file_written(const char *path, struct fil_fault *fault)
{
	return note(path, true, fault);
}
