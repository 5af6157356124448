/* SPDX-License-Identifier: ISC */
/* A package: the parts of an Office Open XML file, which are XML in a ZIP archive. Parts are found
 * by their names in the archive alone. Sources: ECMA-376 part 2; APPNOTE.TXT of PKWARE.
 *
 * A package is hostile until read: a part with a document type, thus with entities, is refused,
 * and so is what unpacks to over 64 MiB and over 100 times the size of the file. */
#ifndef FIL_PACKAGE_H
#define FIL_PACKAGE_H

#include <stdbool.h>

#include "lib/base/fault.h"
#include "lib/input/input.h"

struct fil_package;

/* What is found in a part. Names come without their prefix. Attributes are names and values,
 * then NULL, and are valid during the call. */
struct fil_package_reading {
	void (*start)(void *context, const char *name, const char **attributes);
	void (*end)(void *context, const char *name);
	void (*text)(void *context, const char *text, int n); /* or NULL */
	void *context;
};

/* Returns the package that the bytes of an input are, which has no rows yet; the caller frees it. NULL
 * with a fault: it is damaged (65), or the libraries that read it are not installed (69). Another
 * thread may read it afterwards. */
struct fil_package *fil_package_open(const struct fil_input *input, struct fil_fault *fault);

/* Reads a part. Returns 0, or -1 with a fault, which begins with the name of the input. */
int fil_package_read(struct fil_package *package, const char *part,
    const struct fil_package_reading *reading, struct fil_fault *fault);

/* Ends the reading of a part from within a function of it: it is then read well so far, or,
 * after a fault, refused. fault: NULL, or a fault that fil_package_read returns. */
void fil_package_stop(struct fil_package *package, const struct fil_fault *fault);

/* Returns the value of an attribute with that name, whatever its prefix, or NULL. */
const char *fil_package_attribute(const char **attributes, const char *name);

/* Fills the fault of a damaged workbook: a part, and what is wrong with it. Returns -1. */
int fil_package_refuse(
    const struct fil_package *package, const char *part, const char *what, struct fil_fault *fault);

/* Returns how far into the input the last part was read, from 0 to 1. */
double fil_package_share(const struct fil_package *package);

/* Frees the package; NULL is fine. */
void fil_package_free(struct fil_package *package);

#endif
