/* SPDX-License-Identifier: ISC */
#include "lib/write/people/erased.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/hash.h"
#include "lib/base/language.h"
#include "lib/base/memory.h"
#include "lib/base/new_file.h"
#include "lib/store/query.h"

enum { SECRET_BYTES = 32, TEXT_SIZE = 2 * SECRET_BYTES + 2 };

struct fil_erased {
	unsigned char secret[SECRET_BYTES];
	struct fil_hash *hashes;
};

/* Returns the folder of the account's settings; the caller frees it. By the XDG rules a relative
 * path is ignored. */
static char *
own_folder(void)
{
	const char *settings = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");

	if (settings && *settings == '/')
		return fil_format("%s/filrouge", settings);
	if (home && *home == '/')
		return fil_format("%s/.config/filrouge", home);
	return fil_copy("/etc/filrouge");
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

/* Reads the secret from an open file. Returns 0 or -1. */
static int
read_secret(int file, const char *path, unsigned char *secret, struct fil_fault *fault)
{
	struct stat status;
	char text[TEXT_SIZE];
	ssize_t n = fstat(file, &status) < 0 ? -1 : read(file, text, sizeof text);
	size_t length;

	if (n < 0)
		return refuse(path, FIL_IO_ERROR, fil_language_error(errno), fault);
	if (status.st_mode & (S_IRWXG | S_IRWXO))
		return refuse(path, FIL_BAD_CONFIG,
		    _("others may read the secret that hides the keys of erased users: chmod 600"),
		    fault);
	if (n < 2 * SECRET_BYTES ||
	    sodium_hex2bin(secret, SECRET_BYTES, text, 2 * SECRET_BYTES, NULL, &length, NULL) !=
		0 ||
	    length != SECRET_BYTES)
		return refuse(path, FIL_BAD_CONFIG,
		    _("not the secret of erased users: 64 hexadecimal digits"), fault);
	return 0;
}

/* Writes a new secret into an open file. Returns 0, or -1 with errno. */
static int
write_secret(int file)
{
	unsigned char secret[SECRET_BYTES];
	char text[TEXT_SIZE];
	ssize_t n;

	randombytes_buf(secret, sizeof secret);
	sodium_bin2hex(text, sizeof text, secret, sizeof secret);
	text[2 * SECRET_BYTES] = '\n';
	n = write(file, text, 2 * SECRET_BYTES + 1);
	sodium_memzero(secret, sizeof secret);
	sodium_memzero(text, sizeof text);
	if (n >= 0 && n <= 2 * SECRET_BYTES)
		errno = ENOSPC;
	return n > 2 * SECRET_BYTES ? 0 : -1;
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
	static const char machine[] = "/etc/filrouge/erased.key";
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

	if (file < 0 && errno == ENOENT && make)
		file = make_secret(path);
	if (file >= 0) {
		failed = read_secret(file, path, erased->secret, fault);
		close(file);
	} else if (errno == ENOENT && !make)
		refuse(path, FIL_BAD_CONFIG,
		    _("missing, so that erased users are not recognised: copy it from the account "
		      "that erased them"),
		    fault);
	else
		refuse(path, fil_fault_status(errno, FIL_NOT_PERMITTED), fil_language_error(errno),
		    fault);
	free(path);
	if (failed == 0)
		return erased;
	fil_erased_free(erased);
	return NULL;
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
	char hash[FIL_ERASED_SIZE];

	fil_erased_hash(erased, key, hash);
	return fil_hash_has(erased->hashes, hash, FIL_ERASED_SIZE - 1);
}

void
fil_erased_hash(const struct fil_erased *erased, const char *key, char hash[static FIL_ERASED_SIZE])
{
	unsigned char bytes[SECRET_BYTES];

	crypto_generichash(bytes, sizeof bytes, (const unsigned char *)key, strlen(key),
	    erased->secret, sizeof erased->secret);
	sodium_bin2hex(hash, FIL_ERASED_SIZE, bytes, sizeof bytes);
}

void
fil_erased_free(struct fil_erased *erased)
{
	if (!erased)
		return;
	sodium_memzero(erased->secret, sizeof erased->secret);
	fil_hash_free(erased->hashes);
	free(erased);
}
