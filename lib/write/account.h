/* SPDX-License-Identifier: ISC */
/* The account: who runs this, when, and how it was called, as a run notes it. The caller frees what
 * is returned. */
#ifndef FIL_ACCOUNT_H
#define FIL_ACCOUNT_H

/* Returns the login name of the real user, or "uid 1234" when it has none; under sudo, who called
 * it in parentheses: "root (ada)". */
char *fil_account_name(void);

/* Returns the time in UTC, "2024-03-01T07:00:00.123456Z". */
char *fil_account_now(void);

/* Returns the command line as a shell would read it, in one line of UTF-8: words quoted where need
 * be. argv ends with NULL. */
char *fil_account_command(char *const *argv);

#endif
