/* SPDX-License-Identifier: ISC */
/* A new file: it has no name until it is complete, so that nothing is left if the process dies.
 * File systems without such files give it a temporary name. */
#ifndef FIL_NEW_FILE_H
#define FIL_NEW_FILE_H

#include <stdbool.h>

struct fil_new_file {
	int descriptor; /* the caller closes it */
	char *path; /* its name to be */
	char *temporary; /* its temporary name, or NULL */
	bool named; /* it has its name */
};

/* Opens a file of mode 0600 in the folder of the path. Returns 0, or -1 with errno set. The caller
 * calls fil_new_file_release in both cases. */
int fil_new_file_open(struct fil_new_file *file, const char *path);

/* Puts the file on the disk and gives it its name at once. Another file of that name is replaced,
 * or with `replace` false an error (EEXIST). Returns 0, or -1 with errno set. If `named` is set then,
 * the file is complete and has its name, but a power cut may lose the name. */
int fil_new_file_name(struct fil_new_file *file, bool replace);

/* Removes the file if it has a temporary name, and frees the names. */
void fil_new_file_release(struct fil_new_file *file);

/* Returns the folder of the path of a file; the caller frees it. */
char *fil_path_folder(const char *path);

/* Returns the path without links, as realpath does, or NULL with errno; the caller frees it. Without
 * memory it ends the process: a path that stays relative would pass for the real one. */
char *fil_path_real(const char *path);

#endif
