/* SPDX-License-Identifier: ISC */
#include "lib/write/people/erased.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/file_use.h"
#include "lib/base/hash.h"
#include "lib/base/language.h"
#include "lib/base/memory.h"
#include "lib/base/temp_file.h"
#include "lib/store/query.h"

/* The size of a hash in hexadecimal with a NUL. */
enum { HASH_SIZE = 65 };

/* A line of the file is a secret in hexadecimal. */
enum { SECRET_BYTES = 32, DIGITS = 2 * SECRET_BYTES, SECRETS_MOST = 32 };

/* The mark of a secret is the hash of no key, in a row of no run. */
static const char no_key[] = "";

struct fil_erased {
	unsigned char secrets[SECRETS_MOST][SECRET_BYTES];
	size_t n, chosen; /* the secret of new hashes */
	char *path;
	struct fil_hash *hashes;
};

/* Returns the folder of the account's settings, or that of the machine; the caller frees it. */
static char *
own_folder(void)
{
	char *folder = fil_settings_folder();

	return folder ? folder : fil_copy(FIL_MACHINE_SETTINGS);
}

/* Makes a folder and the one above it. A failure shows when the file is made. */
static void
make_folder(const char *folder)
{
	char *above = fil_copy_bytes(folder, (size_t)(strrchr(folder, '/') - folder));

	if (*above != '\0' && mkdir(above, 0700) == 0)
		errno = 0;
	mkdir(folder, 0700);
	free(above);
}

static int
refuse(const char *path, enum fil_status status, const char *why, struct fil_fault *fault)
{
	return fil_fault_set(fault, status, "%s: %s", path, why);
}

/* Refuses a file without the secret of some erased users. */
static int
refuse_lost(const char *path, const char *why, struct fil_fault *fault)
{
	refuse(path, FIL_BAD_CONFIG, why, fault);
	fault->kind = FIL_ERASED_LOST;
	return -1;
}

/* Refuses a file that cannot be read, for an error of the system. */
static int
refuse_unread(const char *path, enum fil_status status, int error, struct fil_fault *fault)
{
	return fil_fault_set(fault, status, "%s: %s: it must be a file of this account, mode 0600",
	    path, fil_language_error(error));
}

/* Reads a secret from each line of a text. Returns whether there is one, and nothing else. */
static bool
parse_secrets(struct fil_erased *erased, const char *text)
{
	size_t length;

	while (*text != '\0' && erased->n < SECRETS_MOST) {
		if (sodium_hex2bin(erased->secrets[erased->n], SECRET_BYTES, text,
			strcspn(text, "\n"), NULL, &length, NULL) != 0 ||
		    length != SECRET_BYTES)
			return false;
		erased->n++;
		text += DIGITS;
		text += *text == '\n';
	}
	return erased->n > 0 && *text == '\0';
}

/* Reads the secrets from an open file. Returns 0 or -1. */
static int
read_secrets(int file, const char *path, struct fil_erased *erased, struct fil_fault *fault)
{
	struct stat status;
	char text[SECRETS_MOST * (DIGITS + 1) + 2];
	ssize_t n = fstat(file, &status) < 0 ? -1 : read(file, text, sizeof text - 1);
	bool parsed;

	if (n < 0)
		return refuse_unread(path, FIL_IO_ERROR, errno, fault);
	if (status.st_mode & (S_IRWXG | S_IRWXO))
		return refuse(path, FIL_BAD_CONFIG,
		    _("others may read the secret that hides the keys of erased users: chmod 600"),
		    fault);
	text[n] = '\0';
	parsed = parse_secrets(erased, text);
	sodium_memzero(text, sizeof text);
	if (!parsed)
		return refuse_lost(
		    path, _("not the secret of erased users: 64 hexadecimal digits"), fault);
	return 0;
}

/* Writes a new secret into an open file. Returns 0, or -1 with errno. */
static int
write_secret(int file)
{
	unsigned char secret[SECRET_BYTES];
	char text[DIGITS + 2];
	ssize_t n;

	randombytes_buf(secret, sizeof secret);
	sodium_bin2hex(text, sizeof text, secret, sizeof secret);
	text[DIGITS] = '\n';
	n = write(file, text, DIGITS + 1);
	sodium_memzero(secret, sizeof secret);
	sodium_memzero(text, sizeof text);
	if (n >= 0 && n <= DIGITS)
		errno = ENOSPC;
	return n > DIGITS ? 0 : -1;
}

/* Makes the file with a new secret, whole or not at all. Another process may have made it first.
 * Returns 0, or -1 with errno. */
static int
make_file(const char *path)
{
	struct fil_new_file file;
	int failed, error;

	failed = fil_new_file_open(&file, path) != 0 || write_secret(file.descriptor) != 0 ||
	    (fil_new_file_name(&file, false) != 0 && errno != EEXIST);
	error = errno;
	if (file.descriptor >= 0)
		close(file.descriptor);
	fil_new_file_release(&file);
	errno = error;
	return failed ? -1 : 0;
}

/* Opens the file of the account, else that of the machine. *path is the one opened, else the
 * account's; the caller frees it. Returns a descriptor, or -1 with errno. */
static int
open_secret(char **path)
{
	static const char machine[] = FIL_MACHINE_SETTINGS "/erased.key";
	char *folder = own_folder();
	int file;

	*path = fil_format("%s/erased.key", folder);
	free(folder);
	file = open(*path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	if (file >= 0 || errno != ENOENT)
		return file;
	file = open(machine, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	if (file < 0) {
		errno = ENOENT;
		return -1;
	}
	free(*path);
	*path = fil_copy(machine);
	return file;
}

/* Makes the file at the path, in a folder that may be missing. Returns a descriptor, or -1 with
 * errno. */
static int
make_secret(const char *path)
{
	char *folder = fil_copy_bytes(path, (size_t)(strrchr(path, '/') - path));

	make_folder(folder);
	free(folder);
	return make_file(path) < 0 ? -1 : open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
}

struct fil_erased *
fil_erased_new(bool make, struct fil_fault *fault)
{
	struct fil_erased *erased = fil_alloc(1, sizeof *erased);
	char *path;
	int file = open_secret(&path), failed = -1;
	bool missing = file < 0 && errno == ENOENT;

	if (missing && make)
		file = make_secret(path);
	if (file >= 0) {
		failed =
		    fil_file_read(path, fault) < 0 ? -1 : read_secrets(file, path, erased, fault);
		close(file);
	} else if (missing && make)
		fil_fault_set(fault, fil_fault_status(errno, FIL_NOT_PERMITTED),
		    "%s: %s: this file hides the keys of erased users: make its folder, for this "
		    "account alone, or set XDG_CONFIG_HOME",
		    path, fil_language_error(errno));
	else if (missing)
		refuse_lost(path,
		    _("missing, so that erased users are not recognised: copy it from the account "
		      "that erased them"),
		    fault);
	else
		refuse_unread(path, fil_fault_status(errno, FIL_NOT_PERMITTED), errno, fault);
	erased->path = path;
	if (failed == 0)
		return erased;
	fil_erased_free(erased);
	return NULL;
}

/* Writes the hash of a key by a secret: BLAKE2b-256 keyed by it. */
static void
hash_by(
    const struct fil_erased *erased, size_t secret, const char *key, char hash[static HASH_SIZE])
{
	unsigned char bytes[SECRET_BYTES];

	crypto_generichash(bytes, sizeof bytes, (const unsigned char *)key, strlen(key),
	    erased->secrets[secret], SECRET_BYTES);
	sodium_bin2hex(hash, HASH_SIZE, bytes, sizeof bytes);
}

/* Returns the secret of a mark, or that after the last. */
static size_t
secret_of(const struct fil_erased *erased, const char *mark)
{
	char hash[HASH_SIZE];
	size_t i;

	for (i = 0; i < erased->n; i++) {
		hash_by(erased, i, no_key, hash);
		if (strcmp(hash, mark) == 0)
			break;
	}
	return i;
}

int
fil_erased_choose(struct fil_erased *erased, struct fil_store *store, struct fil_fault *missing,
    struct fil_fault *fault)
{
	struct fil_query *query = fil_query_new(store, "SELECT hash FROM erased WHERE run = 0");
	int step;

	while ((step = fil_query_step(query, fault)) == 1) {
		size_t secret = secret_of(erased, fil_query_text(query, 0));

		if (secret < erased->n)
			erased->chosen = secret;
		else
			refuse_lost(erased->path,
			    _("lacks the secret of another account that erased users, so that "
			      "these "
			      "are not recognised: add the line of its erased.key"),
			    missing);
	}
	fil_query_free(query);
	return step;
}

int
fil_erased_read(
    struct fil_erased *erased, struct fil_store *store, bool pending, struct fil_fault *fault)
{
	struct fil_query *query =
	    fil_query_new(store, "SELECT hash FROM erased WHERE pending >= CAST($1 AS INTEGER)");
	int step;

	fil_hash_free(erased->hashes);
	erased->hashes = fil_hash_new_set();
	fil_query_bind_number(query, 1, pending);
	while ((step = fil_query_step(query, fault)) == 1)
		fil_hash_put(
		    erased->hashes, fil_query_text(query, 0), strlen(fil_query_text(query, 0)));
	fil_query_free(query);
	return step;
}

bool
fil_erased_has(const struct fil_erased *erased, const char *key)
{
	char hash[HASH_SIZE];

	for (size_t i = 0; i < erased->n; i++) {
		hash_by(erased, i, key, hash);
		if (fil_hash_has(erased->hashes, hash, HASH_SIZE - 1))
			return true;
	}
	return false;
}

/* Writes a row of a hash. Returns 0 or -1. */
static int
put(struct fil_query *query, const char *hash, int64_t run, bool pending, struct fil_fault *fault)
{
	fil_query_bind(query, 1, hash);
	fil_query_bind_number(query, 2, run);
	fil_query_bind_number(query, 3, pending);
	return fil_query_step(query, fault);
}

int
fil_erased_note(const struct fil_erased *erased, struct fil_store *store,
    const struct fil_batch *keys, int64_t run, struct fil_fault *fault)
{
	static const char sql[] = "INSERT INTO erased (hash, run, pending) VALUES ($1, $2, $3)"
				  " ON CONFLICT (hash) DO UPDATE SET run = excluded.run,"
				  " pending = excluded.pending";
	struct fil_query *query = fil_query_new(store, sql);
	char hash[HASH_SIZE];
	int failed;

	hash_by(erased, erased->chosen, no_key, hash);
	failed = put(query, hash, 0, false, fault);
	for (size_t i = 0; i < fil_batch_rows(keys) && !failed; i++) {
		hash_by(erased, erased->chosen, fil_batch_cell(keys, i, 0, NULL), hash);
		failed = put(query, hash, run, true, fault);
	}
	fil_query_free(query);
	return failed;
}

void
fil_erased_free(struct fil_erased *erased)
{
	if (!erased)
		return;
	sodium_memzero(erased->secrets, sizeof erased->secrets);
	fil_hash_free(erased->hashes);
	free(erased->path);
	free(erased);
}
