/* SPDX-License-Identifier: ISC */
/* The weekly page as the HTML of a mail, for readers that know tables and inline styles alone. */
#ifndef FIL_MAIL_HTML_H
#define FIL_MAIL_HTML_H

#include <stdio.h>

#include "lib/base/memory.h"
#include "lib/page/drawing.h"
#include "lib/page/week.h"

/* The most bytes of it: Gmail shows 102 KB of a message, and quoted-printable makes it longer by an
 * eighth. */
enum { FIL_MAIL_HTML_MOST = 88000 };

/* A drawing that is a picture of the mail. */
struct fil_mail_picture {
	const struct fil_drawing *drawing;
	char *id; /* as "cid:ID" names it */
	struct fil_bytes png;
};

/* A mail before it is written. */
struct fil_mail_html {
	const struct fil_week *week;
	const struct fil_mail_picture *pictures;
	size_t n_pictures;
	const char *attached; /* the sentence that points to the page attached, or NULL */
};

/* Writes the HTML. Pictures of bars become cells of tables. Tables of six columns and more are left
 * out, and where all is too long, the longest sections keep their sentences alone. */
void fil_mail_html_write(const struct fil_mail_html *html, FILE *stream);

#endif
