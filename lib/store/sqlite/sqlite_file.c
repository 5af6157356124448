/* SPDX-License-Identifier: ISC */
#include "lib/store/sqlite/sqlite_file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <sodium.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <time.h>
#include <unistd.h>

#include "lib/base/ending.h"
#include "lib/base/language.h"
#include "lib/base/memory.h"
#include "lib/base/temp_file.h"
#include "lib/store/schema.h"

/* The header of SQLite's file format (sqlite.org/fileformat2.html, 1.3). */
enum {
	HEAD = 100,
	WRITE_FORMAT = 18,
	READ_FORMAT = 19,
	VERSION = 60,
	ID = 68,
	WITHOUT_LOG = 1,
	WITH_LOG = 2,
	NEWEST_FORMAT = 2
};
static const char magic[] = "SQLite format 3";

enum { DAY = 24 * 60 * 60 };

/* Network file systems, by statfs(2): their locks hold on one machine only. FUSE may be one. */
enum {
	NFS = 0x6969,
	SMB = 0x517B,
	CIFS = (int)0xFF534D42,
	SMB2 = (int)0xFE534D42,
	FUSE = 0x65735546
};

char *
fil_file_mount(const char *path)
{
	char *mount = fil_path_folder(path), *above;
	struct stat here, there;

	while (mount[1]) {
		above = fil_path_folder(mount);
		if (stat(mount, &here) || stat(above, &there) || here.st_dev != there.st_dev) {
			free(above);
			break;
		}
		free(mount);
		mount = above;
	}
	return mount;
}

void
fil_file_adopt(int companion, const char *path)
{
	struct stat store;

	if (stat(path, &store))
		return;
	if (fchmod(companion, store.st_mode & 0666) ||
	    (geteuid() == 0 && fchown(companion, store.st_uid, store.st_gid)))
		return;
}

static uint32_t
big_endian(const unsigned char *bytes)
{
	return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 |
	    bytes[3];
}

static bool
is_text(const unsigned char *bytes, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (bytes[i] == 0x7F || (bytes[i] < ' ' && !memchr("\t\n\r\f", bytes[i], 4)))
			return false;
	return true;
}

/* Says that a file is not a database. */
static const char *
kind_of_bytes(const unsigned char *head, size_t n)
{
	if (n == 0)
		return _("an empty file, no store");
	if (n >= 2 && memcmp(head, "\x1F\x8B", 2) == 0)
		return _("a gzip file, no store");
	if (n >= 4 && memcmp(head, "PK\3\4", 4) == 0)
		return _("a zip file or a workbook, no store");
	if (is_text(head, n))
		return _("a text file, no store");
	return n < HEAD ? _("the beginning of something, no store") : _("not a database, no store");
}

static int
refuse_id(const char *where, const unsigned char *id, struct fil_fault *fault)
{
	bool printable = true;

	if (big_endian(id) == 0)
		return fil_fault_set(fault, FIL_UNAVAILABLE,
		    "%s: a database of another application, without an id", where);
	for (int i = 0; i < 4; i++)
		printable = printable && id[i] > ' ' && id[i] < 0x7F;
	if (printable)
		return fil_fault_set(fault, FIL_UNAVAILABLE,
		    "%s: a database of another application (id 0x%08X, %.4s)", where,
		    big_endian(id), (const char *)id);
	return fil_fault_set(fault, FIL_UNAVAILABLE,
	    "%s: a database of another application (id 0x%08X)", where, big_endian(id));
}

static int
check_head(const char *where, const unsigned char *head, size_t n, struct fil_fault *fault)
{
	if (n < HEAD || memcmp(head, magic, sizeof magic) != 0)
		return fil_fault_set(
		    fault, FIL_UNAVAILABLE, "%s: %s", where, kind_of_bytes(head, n));
	if (big_endian(head + ID) != FIL_FILE_ID)
		return refuse_id(where, head + ID, fault);
	if (head[WRITE_FORMAT] > NEWEST_FORMAT || head[READ_FORMAT] > NEWEST_FORMAT)
		return fil_fault_set(fault, FIL_UNAVAILABLE,
		    "%s: made by a newer SQLite (format %d; this one knows %d)", where,
		    head[READ_FORMAT] > head[WRITE_FORMAT] ? head[READ_FORMAT] : head[WRITE_FORMAT],
		    NEWEST_FORMAT);
	return fil_schema_check(where, big_endian(head + VERSION), fault);
}

static const char *
kind_of_file(mode_t mode)
{
	if (S_ISDIR(mode))
		return _("a folder, no store");
	if (S_ISFIFO(mode))
		return _("a pipe, no store");
	return S_ISSOCK(mode) ? _("a socket, no store") : _("a device, no store");
}

/* Refuses anything but a regular file with one name. A second name would have journals of its own
 * (sqlite.org/howtocorrupt.html, 2.5). */
static int
check_kind(const char *where, const struct stat *status, struct fil_fault *fault)
{
	if (!S_ISREG(status->st_mode))
		return fil_fault_set(
		    fault, FIL_UNAVAILABLE, "%s: %s", where, kind_of_file(status->st_mode));
	if (status->st_nlink > 1)
		return fil_fault_set(fault, FIL_UNAVAILABLE,
		    "%s: the file has %ju names (hard links), which corrupts a database: "
		    "remove all but one",
		    where, (uintmax_t)status->st_nlink);
	return 0;
}

/* Reads the header of the file. The descriptor is closed before the engine opens the file: closing
 * it later would drop the engine's locks (howtocorrupt.html, 2.2). */
static int
check_file(const char *where, const char *path, struct fil_fault *fault)
{
	unsigned char head[HEAD];
	struct stat status;
	ssize_t n;
	int fd;

	if (stat(path, &status) == 0 && check_kind(where, &status, fault))
		return -1;
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK | O_NOFOLLOW);
	if (fd < 0)
		return fil_fault_set(fault,
		    errno == EACCES ? FIL_NOT_PERMITTED : fil_fault_status(errno, FIL_UNAVAILABLE),
		    "%s: %s", where, fil_language_error(errno));
	n = pread(fd, head, sizeof head, 0);
	if (n < 0)
		fil_fault_set(fault, FIL_IO_ERROR, "%s: %s", where, fil_language_error(errno));
	close(fd);
	return n < 0 ? -1 : check_head(where, head, (size_t)n, fault);
}

/* Reads the header of the file that a path leads to. Returns whether it is a regular file with the id
 * of a store. */
static bool
read_head(const char *path, unsigned char head[static HEAD])
{
	struct stat status;
	ssize_t n = 0;
	int fd;

	if (stat(path, &status) || !S_ISREG(status.st_mode))
		return false;
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (fd >= 0) {
		n = pread(fd, head, HEAD, 0);
		close(fd);
	}
	return n == HEAD && memcmp(head, magic, sizeof magic) == 0 &&
	    big_endian(head + ID) == FIL_FILE_ID;
}

static bool
has_id(const char *path)
{
	unsigned char head[HEAD];

	return read_head(path, head);
}

bool
fil_file_is_store(const char *path)
{
	static const char *const endings[] = { "-wal", "-shm", "-journal", ".lock" };
	size_t n = strlen(path), length;
	bool is = has_id(path);

	for (size_t i = 0; !is && i < sizeof endings / sizeof *endings; i++) {
		length = strlen(endings[i]);
		if (n > length && strcmp(path + n - length, endings[i]) == 0) {
			char *store = fil_copy_bytes(path, n - length);

			is = has_id(store);
			free(store);
		}
	}
	return is;
}

/* Returns whether a name is that of a copy which an upgrade of the store made: STORE.before-4, or
 * STORE.before-4-2. */
static bool
is_earlier(const char *name, const char *store)
{
	size_t n = strlen(store);

	if (strncmp(name, store, n) != 0 ||
	    strncmp(name + n, FIL_EARLIER, strlen(FIL_EARLIER)) != 0)
		return false;
	name += n + strlen(FIL_EARLIER);
	return *name != '\0' && name[strspn(name, "0123456789-")] == '\0';
}

void
fil_file_earlier(const char *path, fil_earlier_take *take, void *context)
{
	char *folder = fil_path_folder(path);
	struct dirent **entries = NULL;
	int n = scandir(folder, &entries, NULL, alphasort);
	unsigned char head[HEAD];
	struct stat status;

	if (n < 0 && errno == ENOMEM)
		fil_memory_die();
	for (int i = 0; i < n; i++) {
		char *file = fil_format("%s/%s", folder[1] ? folder : "", entries[i]->d_name);

		/* No upgrade made a copy of this version, whatever its name. */
		if (is_earlier(entries[i]->d_name, strrchr(path, '/') + 1) &&
		    read_head(file, head) && head[WRITE_FORMAT] == WITHOUT_LOG &&
		    big_endian(head + VERSION) < FIL_SCHEMA_VERSION && stat(file, &status) == 0)
			take(context, file, (fil_day)(status.st_mtime / DAY));
		free(file);
		free(entries[i]);
	}
	free(entries);
	free(folder);
}

int
fil_file_remove(const char *path, struct fil_fault *fault)
{
	static const char *const endings[] = { "-wal", "-shm", "-journal", ".lock", "" };

	for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
		char *file = fil_format("%s%s", path, endings[i]);
		int failed = unlink(file) != 0 && errno != ENOENT;

		free(file);
		if (failed)
			return fil_fault_set(fault, fil_fault_status(errno, FIL_IO_ERROR), "%s: %s",
			    path, fil_language_error(errno));
	}
	return 0;
}

/* Returns the type of the file system at the path, 0 if unknown. */
static int
system_of(const char *path)
{
	struct statfs system;

	return statfs(path, &system) ? 0 : (int)system.f_type;
}

static bool
on_network(const char *path)
{
	int system = system_of(path);

	return system == NFS || system == SMB || system == CIFS || system == SMB2;
}

/* The bits of a folder in which the accounts of its group share a store: files that one of them
 * makes belong to the group. */
enum { GROUP_FOLDER = 02770, GROUP_FILE = 0660 };

/* Returns whether the folder is one of the group alone. */
static bool
is_of_group(const struct stat *folder, gid_t group)
{
	return folder->st_gid == group &&
	    (folder->st_mode & 07777 & (mode_t)~S_IRWXU) == (GROUP_FOLDER & ~S_IRWXU);
}

bool
fil_file_in_group(const char *path, const struct stat *file)
{
	char *folder = fil_path_folder(path);
	struct stat status;
	bool shared = stat(folder, &status) == 0 && is_of_group(&status, file->st_gid);

	free(folder);
	return shared;
}

bool
fil_file_of_group(const char *path, const struct stat *file)
{
	return (file->st_mode & 07777) == GROUP_FILE && fil_file_in_group(path, file);
}

/* Files beside a group's store are created with its mode at once. Until a chmod another account
 * would be refused. */
static void
admit_group(const char *path)
{
	struct stat status;

	if (stat(path, &status) == 0 && fil_file_of_group(path, &status))
		umask(S_IRWXO);
}

/* Returns the caution for a store whose mode lets its group in, and whose folder does not give new files
 * to that group alone. */
static char *
group_caution(const char *where, const char *path)
{
	char *folder = fil_path_folder(path), *caution;
	struct stat status = { 0 };

	stat(folder, &status);
	/* TRANSLATORS: a store, a mode, and the folder and the store for a shell. */
	caution = fil_format(
	    _("%s: the group has access to the store, but its folder has mode %04o: run "
	      "'chmod 2770 %s' and remove %s.lock for a group's store, or run 'chmod 600 %s'"),
	    where, status.st_mode & 07777, folder, where, where);
	free(folder);
	return caution;
}

static char *
caution_of(const char *where, const char *path)
{
	struct stat status;
	bool shared;

	if (on_network(path))
		return fil_format(_("%s: on a network file system, where locks cannot be relied "
				    "upon: use it from one machine only"),
		    where);
	if (stat(path, &status) != 0 || !(status.st_mode & (S_IRWXG | S_IRWXO)) ||
	    fil_file_of_group(path, &status))
		return NULL;
	if ((status.st_mode & 07777) == GROUP_FILE)
		return group_caution(where, path);
	shared = fil_file_in_group(path, &status);
	if (shared && !(status.st_mode & 07777 & ~(mode_t)GROUP_FILE))
		return fil_format(
		    _("%s: its group may not read and write the store (mode %04o; %04o "
		      "lets all accounts of the group do both)"),
		    where, status.st_mode & 07777, (unsigned)GROUP_FILE);
	return fil_format(_("%s: users other than its owner have access to the store (mode %04o; "
			    "%04o keeps them out)"),
	    where, status.st_mode & 07777, shared ? (unsigned)GROUP_FILE : 0600U);
}

char *
fil_file_find(const char *where, char **caution, struct fil_fault *fault)
{
	char *path = fil_path_real(where);

	*caution = NULL;
	if (!path && errno == ENOENT)
		fil_fault_set(
		    fault, FIL_UNAVAILABLE, "%s: no store there: fil-init makes one", where);
	else if (!path)
		fil_fault_set(fault,
		    errno == EACCES ? FIL_NOT_PERMITTED : fil_fault_status(errno, FIL_UNAVAILABLE),
		    "%s: %s", where, fil_language_error(errno));
	else if (check_file(where, path, fault)) {
		free(path);
		path = NULL;
	}
	if (path) {
		*caution = caution_of(where, path);
		admit_group(path);
	}
	return path;
}

/* Returns the absolute path of a file that does not exist yet, or NULL with errno set. */
static char *
absolute(const char *where)
{
	const char *slash = strrchr(where, '/');
	const char *name = slash ? slash + 1 : where;
	char *given = slash ? fil_copy_bytes(where, (size_t)(slash - where) + 1) : fil_copy(".");
	char *folder = fil_path_real(given), *path = NULL;

	free(given);
	if (folder)
		path = fil_format("%s/%s", folder[1] ? folder : "", name);
	free(folder);
	return path;
}

static enum fil_status
status_of_creation(int error)
{
	if (error == EACCES || error == EPERM || error == EROFS)
		return FIL_NOT_PERMITTED;
	return fil_fault_status(error, FIL_CANT_CREATE);
}

/* Fills the fault of a file that has its name, which may not be on the disk, from errno. Returns -1. */
static int
tell_unsynced(const char *where, struct fil_fault *fault)
{
	return fil_fault_set(fault, FIL_IO_ERROR,
	    "%s: it is complete, but its folder cannot be written to the disk, and a power cut may "
	    "lose it: %s",
	    where, fil_language_error(errno));
}

/* Fills the fault of a file that cannot be made, from errno. Returns -1. */
static int
refuse_creation(const char *where, struct fil_fault *fault)
{
	return fil_fault_set(fault, status_of_creation(errno), "%s: %s", where,
	    errno == EEXIST || errno == EISDIR ? _("exists already") : fil_language_error(errno));
}

/* Checks that nothing is at the path, and that its folder can take a store. Returns 0 or -1. */
static int
check_place(const char *where, const char *path, const char *folder, struct fil_fault *fault)
{
	struct stat status;

	if (on_network(folder))
		return fil_fault_set(fault, FIL_CANT_CREATE,
		    "%s: on a network file system, where locks cannot be relied upon", where);
	if (lstat(path, &status) == 0) {
		errno = EEXIST;
		return refuse_creation(where, fault);
	}
	if (access(folder, W_OK | X_OK))
		return refuse_creation(where, fault);
	return 0;
}

/* Returns the path of the file that is to have the name `where`, or NULL with a fault. in_use: it may
 * not exist. */
static char *
target_of(const char *where, bool in_use, struct fil_fault *fault)
{
	char *target = in_use ? NULL : fil_path_real(where), *folder;
	int failed = 0;

	if (!target)
		target = absolute(where);
	if (!target) {
		refuse_creation(where, fault);
		return NULL;
	}
	folder = fil_path_folder(target);
	if (in_use)
		failed = check_place(where, target, folder, fault);
	free(folder);
	if (!failed)
		return target;
	free(target);
	return NULL;
}

char *
fil_file_create_hidden(
    const char *where, bool in_use, struct fil_new_file *file, struct fil_fault *fault)
{
	char *target = target_of(where, in_use, fault);
	int failed;

	*file = (struct fil_new_file){ .descriptor = -1 };
	if (!target)
		return NULL;
	failed = fil_new_file_open(file, target);
	free(target);
	if (failed) {
		refuse_creation(where, fault);
		fil_file_release_hidden(file);
		return NULL;
	}
	if (!file->temporary)
		return fil_format("/proc/self/fd/%d", file->descriptor);
	fil_ending_remove(file->temporary);
	return fil_copy(file->temporary);
}

void
fil_file_release_hidden(struct fil_new_file *file)
{
	if (file->descriptor >= 0)
		close(file->descriptor);
	fil_new_file_release(file);
	fil_ending_remove(NULL);
	*file = (struct fil_new_file){ .descriptor = -1 };
}

int
fil_file_set_log(
    const struct fil_new_file *file, bool with_log, const char *name, struct fil_fault *fault)
{
	const unsigned char format = with_log ? WITH_LOG : WITHOUT_LOG;
	const unsigned char formats[] = { format, format };

	errno = 0;
	if (pwrite(file->descriptor, formats, sizeof formats, WRITE_FORMAT) == sizeof formats)
		return 0;
	return fil_fault_set(
	    fault, FIL_IO_ERROR, "%s: %s", name, fil_language_error(errno ? errno : ENOSPC));
}

int
fil_file_place(struct fil_new_file *file, bool replace, const char *name, struct fil_fault *fault)
{
	if (fil_new_file_name(file, replace) == 0)
		return 0;
	if (file->named)
		return tell_unsynced(name, fault);
	return fil_fault_set(fault, errno == EEXIST ? FIL_CANT_CREATE : FIL_IO_ERROR, "%s: %s",
	    name, errno == EEXIST ? _("exists already") : fil_language_error(errno));
}

/* What stands at the end of a copy: SIGNED, and the BLAKE2b-256 of all bytes before it. */
#define SIGNED "filrouge copy "
enum { DIGEST = 32, SIGNATURE = sizeof SIGNED - 1 + DIGEST, BLOCK = 1 << 16, PAGE = 4096 };

/* Reads n bytes of a file from its beginning, and writes the signature that they get. Returns 0, or
 * -1 with errno set. */
static int
sign(int fd, off_t n, unsigned char *signature)
{
	/* The library wants more alignment than the heap gives. */
	crypto_generichash_state hash;
	unsigned char *block = fil_alloc(BLOCK, 1);
	off_t at = 0;

	crypto_generichash_init(&hash, NULL, 0, DIGEST);
	while (at < n) {
		ssize_t got = pread(fd, block, n - at < BLOCK ? (size_t)(n - at) : BLOCK, at);

		if (got < 0 && errno == EINTR)
			continue;
		if (got == 0)
			errno = EIO;
		if (got <= 0)
			break;
		crypto_generichash_update(&hash, block, (unsigned long long)got);
		at += got;
	}
	free(block);
	memcpy(signature, SIGNED, sizeof SIGNED - 1);
	crypto_generichash_final(&hash, signature + sizeof SIGNED - 1, DIGEST);
	return at < n ? -1 : 0;
}

/* Opens the file and finds its size. Returns its descriptor, or -1 with a fault. */
static int
open_copy(const char *path, const char *name, int flags, off_t *size, struct fil_fault *fault)
{
	int fd = open(path, flags | O_CLOEXEC);
	struct stat status;

	if (fd >= 0 && fstat(fd, &status) == 0) {
		*size = status.st_size;
		return fd;
	}
	fil_fault_set(fault, FIL_IO_ERROR, "%s: %s", name, fil_language_error(errno));
	if (fd >= 0)
		close(fd);
	return -1;
}

int
fil_file_sign(const char *path, const char *name, struct fil_fault *fault)
{
	unsigned char signature[SIGNATURE];
	ssize_t written = -1;
	off_t size;
	int fd = open_copy(path, name, O_RDWR, &size, fault);

	if (fd < 0)
		return -1;
	errno = 0;
	if (sign(fd, size, signature) == 0)
		written = pwrite(fd, signature, SIGNATURE, size);
	if (written != SIGNATURE)
		fil_fault_set(fault, FIL_IO_ERROR, "%s: %s", name,
		    fil_language_error(errno ? errno : ENOSPC));
	close(fd);
	return written == SIGNATURE ? 0 : -1;
}

/* Reads the signature at the end of a file of this size. *is_signed says whether there is one. Returns 0, or
 * -1 with errno set. */
static int
read_signature(int fd, off_t size, unsigned char *signature, bool *is_signed)
{
	ssize_t got = 0;

	if (size > SIGNATURE)
		got = pread(fd, signature, SIGNATURE, size - SIGNATURE);
	*is_signed = got == SIGNATURE && memcmp(signature, SIGNED, sizeof SIGNED - 1) == 0;
	return got < 0 ? -1 : 0;
}

int
fil_file_compare(const char *path, const char *name, enum fil_signed *is, struct fil_fault *fault)
{
	unsigned char wanted[SIGNATURE], signature[SIGNATURE];
	bool is_signed;
	off_t size;
	int fd = open_copy(path, name, O_RDONLY, &size, fault), failed;

	if (fd < 0)
		return -1;
	/* A store ends with a page. What else stands there was a digest, or was added. */
	*is = size % PAGE == 0 ? FIL_UNSIGNED_COPY : FIL_CHANGED_COPY;
	failed = read_signature(fd, size, wanted, &is_signed);
	if (is_signed) {
		failed = sign(fd, size - SIGNATURE, signature);
		*is = memcmp(wanted, signature, SIGNATURE) == 0 ? FIL_UNCHANGED_COPY
								: FIL_CHANGED_COPY;
	}
	if (failed)
		fil_fault_set(fault, FIL_IO_ERROR, "%s: %s", name, fil_language_error(errno));
	close(fd);
	return failed;
}

/* Returns whether this process may give files to the group. */
static bool
is_member(gid_t group)
{
	gid_t *groups;
	int n = getgroups(0, NULL);
	bool found = geteuid() == 0 || getegid() == group;

	if (n <= 0)
		return found;
	groups = fil_alloc((size_t)n, sizeof *groups);
	n = getgroups(n, groups);
	for (int i = 0; i < n; i++)
		found = found || groups[i] == group;
	free(groups);
	return found;
}

/* Makes the folder for the group. Returns 0, or -1 with errno set. */
static int
make_group_folder(const char *folder, gid_t group)
{
	int error;

	if (mkdir(folder, 0700))
		return -1;
	if (chown(folder, (uid_t)-1, group) == 0 && chmod(folder, GROUP_FOLDER) == 0)
		return 0;
	error = errno;
	rmdir(folder);
	errno = error;
	return -1;
}

/* Makes or checks the folder. Returns 0 or -1. */
static int
prepare_folder(const char *folder, const struct group *group, struct fil_fault *fault)
{
	struct stat status;

	if (make_group_folder(folder, group->gr_gid) == 0)
		return 0;
	if (errno != EEXIST || stat(folder, &status))
		return fil_fault_set(
		    fault, status_of_creation(errno), "%s: %s", folder, fil_language_error(errno));
	if (is_of_group(&status, group->gr_gid))
		return 0;
	return fil_fault_set(fault, FIL_CANT_CREATE,
	    "%s: not a folder of the group %s alone, so its files would not be the group's: choose "
	    "a new folder, or run 'chgrp %s %s && chmod 2770 %s'",
	    folder, group->gr_name, group->gr_name, folder, folder);
}

/* Returns the group of that name, NULL if there is none. Those of the machine come first: without
 * memory the search of the C library crashes. */
static const struct group *
group_of_name(const char *name)
{
	const struct group *group = NULL;
	FILE *groups;

	errno = 0;
	groups = fopen("/etc/group", "re");
	while (groups && (group = fgetgrent(groups)) && strcmp(group->gr_name, name) != 0)
		continue;
	if (groups)
		fclose(groups);
	if (!group && errno != ENOMEM)
		group = getgrnam(name);
	if (!group && errno == ENOMEM)
		fil_memory_die();
	return group;
}

int
fil_file_prepare_group(const char *where, const char *name, struct fil_fault *fault)
{
	const struct group *group;
	const char *slash = strrchr(where, '/');
	char *folder;
	int failed;

	group = group_of_name(name);
	if (!group)
		return fil_fault_set(
		    fault, FIL_USAGE, "--group: this machine has no group '%s'", name);
	if (!is_member(group->gr_gid))
		return fil_fault_set(fault, FIL_NOT_PERMITTED,
		    "--group: this account is not in the group %s: let root add it, and log in "
		    "again",
		    name);
	if (!slash)
		folder = fil_copy(".");
	else
		folder =
		    slash == where ? fil_copy("/") : fil_copy_bytes(where, (size_t)(slash - where));
	failed = prepare_folder(folder, group, fault);
	free(folder);
	return failed;
}

void
fil_file_share(const char *path)
{
	static const char *const endings[] = { "", "-wal", "-shm", ".lock" };

	/* Only files that this process made are shared. Their mode is its own to change. */
	for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
		char *file = fil_format("%s%s", path, endings[i]);

		if (chmod(file, GROUP_FILE) && errno != ENOENT)
			fil_bug("%s: %s", file, fil_language_error(errno));
		free(file);
	}
}

char *
fil_file_vacant(const char *where, char **caution, struct fil_fault *fault)
{
	char *path = absolute(where), *folder;
	int failed;

	*caution = NULL;
	if (!path) {
		refuse_creation(where, fault);
		return NULL;
	}
	folder = fil_path_folder(path);
	failed = check_place(where, path, folder, fault);
	if (!failed && system_of(folder) == FUSE)
		*caution = fil_format(
		    _("%s: on a FUSE file system, where locks may not be relied upon"), where);
	free(folder);
	if (!failed)
		return path;
	free(path);
	return NULL;
}

/* Writes all bytes. Returns 0, or -1 with errno set. */
static int
write_all(int fd, const unsigned char *bytes, size_t n)
{
	ssize_t done;

	for (; n > 0; bytes += done, n -= (size_t)done) {
		done = write(fd, bytes, n);
		if (done == 0)
			errno = ENOSPC;
		if (done == 0 || (done < 0 && errno != EINTR))
			return -1;
		done = done < 0 ? 0 : done;
	}
	return 0;
}

int
fil_file_create(
    const char *path, const char *where, unsigned char *bytes, size_t n, struct fil_fault *fault)
{
	struct fil_new_file file;
	int failed;

	bytes[WRITE_FORMAT] = bytes[READ_FORMAT] = WITH_LOG;
	failed = fil_new_file_open(&file, path) || write_all(file.descriptor, bytes, n) ||
	    fil_new_file_name(&file, false);

	if (failed && file.named)
		tell_unsynced(where, fault);
	else if (failed)
		refuse_creation(where, fault);
	if (file.descriptor >= 0)
		close(file.descriptor);
	fil_new_file_release(&file);
	return failed ? -1 : 0;
}

/* Pauses between two tries, in nanoseconds: short at first, since most transactions are, then
 * longer. */
enum { FIRST_PAUSE = 1000000, LONGEST_PAUSE = 32000000 };

static int64_t
now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

/* Opens or creates the lock file, so that every user who may write the store may lock it. */
static int
open_file(const char *file, const char *path)
{
	int lock = open(file, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
	struct stat store;

	if (lock >= 0 || errno != ENOENT)
		return lock;
	lock = open(file, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW,
	    stat(path, &store) == 0 ? store.st_mode & 0666 : 0600);
	if (lock < 0 && errno == EEXIST)
		return open(file, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
	if (lock >= 0)
		fil_file_adopt(lock, path);
	return lock;
}

/* Returns whether the open file still has this name: it may have been removed. */
static bool
is_current(int lock, const char *file)
{
	struct stat held, named;

	return fstat(lock, &held) == 0 && stat(file, &named) == 0 && held.st_dev == named.st_dev &&
	    held.st_ino == named.st_ino;
}

static void
write_holder(int lock)
{
	char text[32];
	/* All have one length: the commit's sync would also write the end of a file that moved. */
	int n = snprintf(text, sizeof text, "%-10ld\n", (long)getpid());

	/* The process id is only a hint for those who wait. A full disk is no reason to fail
	 * here. */
	if (pwrite(lock, text, (size_t)n, 0) != n)
		return;
}

static void
tell_holder(int lock, const char *name, unsigned seconds, struct fil_fault *fault)
{
	char text[32] = "";
	ssize_t n = pread(lock, text, sizeof text - 1, 0);
	long holder = n > 0 ? strtol(text, NULL, 10) : 0;

	if (holder > 0)
		fil_fault_set(fault, FIL_BUSY,
		    "%s: process %ld is writing to the store, for over %u s: try again", name,
		    holder, seconds);
	else
		fil_fault_set(fault, FIL_BUSY,
		    "%s: another process is writing to the store, for over %u s: try again", name,
		    seconds);
}

/* Tries until the deadline. Returns 0, or -1 with errno EWOULDBLOCK after it. */
static int
wait_for(int lock, int64_t deadline)
{
	struct timespec pause = { 0, FIRST_PAUSE };

	while (flock(lock, LOCK_EX | LOCK_NB)) {
		if (errno != EWOULDBLOCK && errno != EINTR)
			return -1;
		if (now() >= deadline) {
			errno = EWOULDBLOCK;
			return -1;
		}
		nanosleep(&pause, NULL);
		if (pause.tv_nsec < LONGEST_PAUSE)
			pause.tv_nsec *= 2;
	}
	return 0;
}

static void
tell_error(const char *file, struct fil_fault *fault)
{
	bool permission = errno == EACCES || errno == EPERM || errno == EROFS;

	fil_fault_set(fault, permission ? FIL_NOT_PERMITTED : FIL_IO_ERROR,
	    "%s: the lock file cannot be used: %s", file, fil_language_error(errno));
}

int
fil_lock_take(const char *path, const char *name, unsigned seconds, struct fil_fault *fault)
{
	char *file = fil_format("%s.lock", path);
	int64_t deadline = now() + (int64_t)seconds * 1000000000;
	int lock;

	for (;;) {
		lock = open_file(file, path);
		if (lock < 0) {
			tell_error(file, fault);
			break;
		}
		if (wait_for(lock, deadline)) {
			if (errno == EWOULDBLOCK)
				tell_holder(lock, name, seconds, fault);
			else
				tell_error(file, fault);
			close(lock);
			lock = -1;
			break;
		}
		if (is_current(lock, file)) {
			write_holder(lock);
			break;
		}
		close(lock);
	}
	free(file);
	return lock;
}

void
fil_lock_release(int lock)
{
	if (lock >= 0)
		close(lock);
}
