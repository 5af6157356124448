/* SPDX-License-Identifier: ISC */
/* JSON: parts of an output that the forms do not write. */
#ifndef FIL_JSON_H
#define FIL_JSON_H

#include <stdio.h>

/* Writes a text as a JSON string, as the form does (lib/output/form.h). */
void fil_json_text(FILE *stream, const char *text);

#endif
