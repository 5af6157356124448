/* SPDX-License-Identifier: ISC */
/* The use of files: a program replaces no file that it reads. Each function that opens a file for reading
 * notes it, and so does each that makes an output. */
#ifndef FIL_FILE_USE_H
#define FIL_FILE_USE_H

#include <stdbool.h>

#include "lib/base/fault.h"

/* Notes that the program reads the file at a path. Returns 0, or -1 with a fault (73) if an output would
 * replace the file. */
int fil_file_read(const char *path, struct fil_fault *fault);

/* Notes that an output replaces the file at a path. Returns 0, or -1 with a fault (73) if the program
 * reads the file. */
int fil_file_written(const char *path, struct fil_fault *fault);

/* Returns whether both paths lead to the same regular file, which need not exist yet. */
bool fil_path_same(const char *path, const char *other);

/* Returns the folder of the account's settings, or NULL where it has no place; the caller frees it. By the
 * XDG rules a relative path is ignored. */
char *fil_settings_folder(void);

/* The folder of settings of all accounts. */
#define FIL_MACHINE_SETTINGS "/etc/filrouge"

/* Returns whether a file that exists lies in a folder of settings: a profile, week.ini, erased.key. */
bool fil_path_is_settings(const char *path);

/* Returns the path with the links of its folder resolved, or of all of it if it exists; the caller
 * frees it. */
char *fil_path_whole(const char *path);

#endif
