/* SPDX-License-Identifier: ISC */
/* The weekly page as a whole message for the standard input of sendmail -t: text, HTML with its
 * pictures, and attachments. */
#ifndef FIL_MAIL_H
#define FIL_MAIL_H

#include <stdbool.h>
#include <stdio.h>

#include "lib/base/fault.h"
#include "lib/mapping/profile_file.h"
#include "lib/page/week.h"

struct fil_mail;

/* Returns a mail to no address; fil_mail_free frees it. */
struct fil_mail *fil_mail_new(void);

/* Adds addresses, with commas between them. "" stands for those of the setting `to`. Returns 0, or -1
 * with a usage fault. */
int fil_mail_to(struct fil_mail *mail, const char *list, struct fil_fault *fault);

/* Returns whether addresses were added: a mail is wanted. */
bool fil_mail_wanted(const struct fil_mail *mail);

/* Sets what is attached, a list of html, xlsx and csv. Returns 0, or -1 with a usage fault. */
int fil_mail_attach(struct fil_mail *mail, const char *list, struct fil_fault *fault);

/* Checks the arguments of the command line, ended by NULL: those of a mail have no line break, which
 * could begin a line of its header. Returns 0, or -1 with a usage fault. */
int fil_mail_check(const struct fil_mail *mail, char *const *arguments, struct fil_fault *fault);

/* Reads the section [mail] of the settings for all that is not said, if a mail is wanted. Returns 0,
 * or -1 with a fault: 78 with the place of a setting, 64 without an address, 69 where workbooks cannot
 * be written. */
int fil_mail_complete(
    struct fil_mail *mail, const struct fil_profile_file *settings, struct fil_fault *fault);

/* Writes the message. Returns 0, or -1 with a fault of a workbook. A message without its pictures
 * sets *lacking to the text that says why; else it is empty. */
int fil_mail_write(const struct fil_mail *mail, const struct fil_week *week, FILE *stream,
    struct fil_fault *lacking, struct fil_fault *fault);

/* Frees the mail; NULL is fine. */
void fil_mail_free(struct fil_mail *mail);

#endif
