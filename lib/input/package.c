/* SPDX-License-Identifier: ISC */
#include "lib/input/package.h"

#include <errno.h>
#include <expat.h>
#include <minizip/unzip.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/language.h"
#include "lib/base/library.h"
#include "lib/base/memory.h"
#include "lib/base/worker.h"

enum {
	BLOCK = 64 * 1024, /* read at once, */
	UNPACKED_BLOCK = 128 * 1024, /* and unpacked */
	ALONE = 8 * UNPACKED_BLOCK, /* bytes of a part for which a thread is worth it */
	UNPACKED = 64 * 1024 * 1024, /* bytes that may be unpacked in any case, */
	RATIO = 100, /* and times the size of the file beyond them */
	PARTS = 20000, /* the most parts of a package */
	DEPTH = 64, /* the most elements within each other */
	TAG = 4 * 1024 * 1024, /* the most bytes of one tag */
	STORED_AS_IS = 2, /* unzLocateFile compares without case */
};

/* The functions of minizip and expat. They are loaded for a workbook only, as other commands
 * start more quickly without them. */
#define ZIP_FUNCTIONS(X) \
	X(unzOpen2_64) \
	X(unzGetGlobalInfo64) \
	X(unzLocateFile) \
	X(unzGetCurrentFileInfo64) \
	X(unzOpenCurrentFile) \
	X(unzReadCurrentFile) \
	X(unzCloseCurrentFile) \
	X(unzClose)
#define XML_FUNCTIONS(X) \
	X(XML_ParserCreate_MM) \
	X(XML_SetUserData) \
	X(XML_SetElementHandler) \
	X(XML_SetCharacterDataHandler) \
	X(XML_SetStartDoctypeDeclHandler) \
	X(XML_GetBuffer) \
	X(XML_ParseBuffer) \
	X(XML_StopParser) \
	X(XML_GetErrorCode) \
	X(XML_GetCurrentByteIndex) \
	X(XML_ParserFree)

struct library {
	ZIP_FUNCTIONS(FIL_FUNCTION_POINTER)
	XML_FUNCTIONS(FIL_FUNCTION_POINTER)
};

static const struct fil_function zip_functions[] = { ZIP_FUNCTIONS(FIL_FUNCTION_ROW) };
static const struct fil_function xml_functions[] = { XML_FUNCTIONS(FIL_FUNCTION_ROW) };

struct fil_package {
	const struct fil_input *input;
	uint64_t size; /* of the input */
	struct library library;
	unzFile zip;
	uint64_t unpacked; /* bytes of all parts read so far */
	/* The bytes of the input around the place that minizip reads, which it does by single
	 * bytes. */
	uint64_t place, block_place;
	size_t block_size;
	char block[BLOCK];
	uint64_t reached; /* the place behind what is parsed */
	bool cut; /* more bytes were wanted than there are */
	bool failed; /* the input could not be read: */
	struct fil_fault failure;
	struct fil_worker *worker; /* unpacks a large part, or NULL */
	char ahead[UNPACKED_BLOCK]; /* unpacked, and not parsed yet */
	int n_ahead, error_ahead; /* what minizip returned, and errno */

	/* Of the part being read. */
	const struct fil_package_reading *reading;
	const char *part;
	XML_Parser parser;
	unsigned depth;
	uint64_t parsed; /* bytes of it up to the tag in hand */
	bool stopped, refused; /* refused: with the fault */
	struct fil_fault fault;
};

/* The input as minizip reads a file. */

static voidpf
open_input(voidpf opaque, const void *name, int mode)
{
	(void)name;
	(void)mode;
	return opaque;
}

/* Moves the block to the place. Returns whether it has bytes. */
static bool
fill(struct fil_package *package)
{
	ssize_t got;

	if (package->place >= package->block_place &&
	    package->place < package->block_place + package->block_size)
		return true;
	if (package->failed || package->place >= package->size)
		return false;
	got = fil_input_read_bytes(package->input, (off_t)package->place, package->block,
	    sizeof package->block, &package->failure);
	package->failed = got < 0;
	package->block_place = package->place;
	package->block_size = got < 0 ? 0 : (size_t)got;
	return got > 0;
}

static uLong
read_input(voidpf opaque, voidpf stream, void *buffer, uLong n)
{
	struct fil_package *package = opaque;
	uLong done = 0;

	(void)stream;
	while (done < n && fill(package)) {
		size_t at = (size_t)(package->place - package->block_place);
		size_t step =
		    package->block_size - at < n - done ? package->block_size - at : n - done;

		memcpy((char *)buffer + done, package->block + at, step);
		package->place += step;
		done += step;
	}
	package->cut |= done < n;
	return done;
}

static ZPOS64_T
tell_input(voidpf opaque, voidpf stream)
{
	const struct fil_package *package = opaque;

	(void)stream;
	return package->place;
}

static long
seek_input(voidpf opaque, voidpf stream, ZPOS64_T offset, int origin)
{
	struct fil_package *package = opaque;

	(void)stream;
	if (origin == ZLIB_FILEFUNC_SEEK_CUR)
		offset += package->place;
	else if (origin == ZLIB_FILEFUNC_SEEK_END)
		offset += package->size;
	package->place = offset;
	return 0;
}

static int
no_error(voidpf opaque, voidpf stream)
{
	(void)opaque;
	(void)stream;
	return 0;
}

/* Loads a library, which stays loaded. Returns 0, or -1 with a fault if it is not installed. */
static int
load(struct library *library, const char *name, const char *debian,
    const struct fil_function *functions, size_t n, struct fil_fault *fault)
{
	int loaded = fil_library_load(name, library, functions, n, fault);

	if (loaded == 0)
		return fil_fault_set(fault, FIL_UNAVAILABLE,
		    "a library that reads workbooks is not installed (%s, in Debian's package %s): "
		    "install it, or save the sheet as CSV",
		    name, debian);
	return loaded < 0 ? -1 : 0;
}

int
fil_package_refuse(
    const struct fil_package *package, const char *part, const char *what, struct fil_fault *fault)
{
	return fil_fault_set(fault, FIL_BAD_DATA, "%s: the workbook is damaged: %s: %s",
	    fil_input_name(package->input), part, what);
}

/* Fills the fault of a function of minizip that failed after errno was set to 0. Returns -1. */
static int
zip_fault(const struct fil_package *package, int error, const char *part, struct fil_fault *fault)
{
	if (errno == ENOMEM || error == Z_MEM_ERROR)
		fil_memory_die();
	if (package->failed) {
		*fault = package->failure;
		return -1;
	}
	if (!part)
		return fil_fault_set(fault, FIL_BAD_DATA,
		    "%s: the workbook is damaged: it is cut short, or no ZIP archive",
		    fil_input_name(package->input));
	return fil_package_refuse(package, part, _("cannot be unpacked"), fault);
}

struct fil_package *
fil_package_open(const struct fil_input *input, struct fil_fault *fault)
{
	struct fil_package *package = fil_alloc(1, sizeof *package);
	zlib_filefunc64_def functions = { .zopen64_file = open_input,
		.zread_file = read_input,
		.ztell64_file = tell_input,
		.zseek64_file = seek_input,
		.zclose_file = no_error,
		.zerror_file = no_error,
		.opaque = package };
	unz_global_info64 info;

	package->input = input;
	package->size = fil_input_size(input);
	if (load(&package->library, "libminizip.so.1", "libminizip1", zip_functions,
		sizeof zip_functions / sizeof *zip_functions, fault) < 0 ||
	    load(&package->library, "libexpat.so.1", "libexpat1", xml_functions,
		sizeof xml_functions / sizeof *xml_functions, fault) < 0) {
		fil_package_free(package);
		return NULL;
	}
	errno = 0;
	package->zip = package->library.unzOpen2_64(fil_input_name(input), &functions);
	if (!package->zip || package->failed || package->cut ||
	    package->library.unzGetGlobalInfo64(package->zip, &info) != UNZ_OK) {
		zip_fault(package, UNZ_OK, NULL, fault);
	} else if (info.number_entry > PARTS) {
		fil_fault_set(fault, FIL_BAD_DATA, "%s: refused: over %d files in the workbook",
		    fil_input_name(input), PARTS);
	} else {
		return package;
	}
	fil_package_free(package);
	return NULL;
}

/* Returns whether there is a part of that name. */
static bool
has_part(struct fil_package *package, const char *part)
{
	return package->library.unzLocateFile(package->zip, part, STORED_AS_IS) == UNZ_OK;
}

/* Returns a name without its prefix. */
static const char *
local(const char *name)
{
	const char *colon;

	/* Most names in a sheet have one letter or two, and thus no prefix. */
	if (name[0] == '\0' || name[1] == '\0' || name[2] == '\0')
		return name;
	colon = strchr(name, ':');
	return colon ? colon + 1 : name;
}

const char *
fil_package_attribute(const char **attributes, const char *name)
{
	for (; *attributes; attributes += 2)
		if (strcmp(local(attributes[0]), name) == 0)
			return attributes[1];
	return NULL;
}

void
fil_package_stop(struct fil_package *package, const struct fil_fault *fault)
{
	if (package->stopped)
		return;
	package->stopped = true;
	package->refused = fault != NULL;
	if (fault)
		package->fault = *fault;
	package->library.XML_StopParser(package->parser, XML_FALSE);
}

/* Stops the reading of the part for a reason. */
static void
stop_for(struct fil_package *package, const char *what)
{
	struct fil_fault fault;

	fil_package_refuse(package, package->part, what, &fault);
	fil_package_stop(package, &fault);
}

static void
start(void *context, const char *name, const char **attributes)
{
	struct fil_package *package = context;

	if (++package->depth > DEPTH)
		stop_for(package, _("over 64 elements within each other"));
	else if (!package->stopped)
		package->reading->start(package->reading->context, local(name), attributes);
}

static void
end(void *context, const char *name)
{
	struct fil_package *package = context;

	package->depth--;
	if (!package->stopped)
		package->reading->end(package->reading->context, local(name));
}

static void
text(void *context, const char *text, int n)
{
	struct fil_package *package = context;

	if (!package->stopped)
		package->reading->text(package->reading->context, text, n);
}

/* Entities are declared in a document type: there is none in a workbook. */
static void
refuse_type(void *context, const char *name, const char *system, const char *public, int internal)
{
	(void)name;
	(void)system;
	(void)public;
	(void)internal;
	stop_for(context, _("has a document type (DOCTYPE)"));
}

static void *
allocate(size_t n)
{
	return fil_alloc(1, n);
}

static void *
reallocate(void *block, size_t n)
{
	return fil_resize(block, n, 1);
}

static void
make_parser(struct fil_package *package)
{
	static const XML_Memory_Handling_Suite memory = { allocate, reallocate, free };
	const struct library *library = &package->library;

	package->parser = library->XML_ParserCreate_MM(NULL, &memory, NULL);
	if (!package->parser)
		fil_memory_die();
	library->XML_SetUserData(package->parser, package);
	library->XML_SetElementHandler(package->parser, start, end);
	if (package->reading->text)
		library->XML_SetCharacterDataHandler(package->parser, text);
	library->XML_SetStartDoctypeDeclHandler(package->parser, refuse_type);
}

/* Returns whether so many unpacked bytes are a bomb. */
static bool
is_bomb(const struct fil_package *package, uint64_t unpacked)
{
	return unpacked > UNPACKED && unpacked / RATIO > package->size;
}

static int
bomb_fault(const struct fil_package *package, struct fil_fault *fault)
{
	return fil_fault_set(fault, FIL_BAD_DATA,
	    "%s: refused: %s unpacks to over 64 MiB and over 100 times the size of the file",
	    fil_input_name(package->input), package->part);
}

/* Parses n unpacked bytes in the buffer of the parser; 0 at the end. Returns 0, or -1 with a
 * fault. */
static int
parse(struct fil_package *package, int n, uint64_t total, struct fil_fault *fault)
{
	const struct library *library = &package->library;
	enum XML_Status status = library->XML_ParseBuffer(package->parser, n, n == 0);
	XML_Index index;

	if (package->stopped) {
		*fault = package->fault;
		return package->refused ? -1 : 0;
	}
	if (status == XML_STATUS_ERROR) {
		if (library->XML_GetErrorCode(package->parser) == XML_ERROR_NO_MEMORY)
			fil_memory_die();
		return fil_package_refuse(
		    package, package->part, _("is cut short, or is no XML"), fault);
	}
	/* While expat waits for more of a tag, it may not know the place. */
	index = library->XML_GetCurrentByteIndex(package->parser);
	if (index >= 0)
		package->parsed = (uint64_t)index;
	if (total - package->parsed > TAG)
		return fil_package_refuse(package, package->part, _("a tag over 4 MiB"), fault);
	return 0;
}

/* Unpacks the next block, maybe while the one before is parsed. */
static void
unpack_block(void *context)
{
	struct fil_package *package = context;

	errno = 0;
	package->n_ahead =
	    package->library.unzReadCurrentFile(package->zip, package->ahead, UNPACKED_BLOCK);
	package->error_ahead = errno;
}

/* Moves the next block into the buffer of the parser. Returns its size, or minizip's error with errno. */
static int
take_block(struct fil_package *package)
{
	void *buffer = package->library.XML_GetBuffer(package->parser, UNPACKED_BLOCK);
	int n;

	if (!buffer)
		fil_memory_die();
	fil_worker_wait(package->worker);
	package->reached = package->place;
	n = package->n_ahead;
	errno = package->error_ahead;
	if (n > 0) {
		memcpy(buffer, package->ahead, (size_t)n);
		fil_worker_begin(package->worker, unpack_block, package);
	}
	return n;
}

/* Parses the blocks of the current part. Returns 0, or -1 with a fault. */
static int
parse_blocks(struct fil_package *package, struct fil_fault *fault)
{
	uint64_t total = 0;
	int n = 1;

	while (n > 0 && !package->stopped) {
		n = take_block(package);
		if (n < 0)
			return zip_fault(package, n, package->part, fault);
		total += (uint64_t)n;
		package->unpacked += (uint64_t)n;
		if (is_bomb(package, package->unpacked))
			return bomb_fault(package, fault);
		if (parse(package, n, total, fault) < 0)
			return -1;
	}
	return 0;
}

/* Unpacks the current part of so many bytes, a large one in a thread, and parses it. Returns 0, or -1 with
 * a fault. */
static int
unpack(struct fil_package *package, uint64_t size, struct fil_fault *fault)
{
	int result;

	package->worker = size > ALONE ? fil_worker_new() : NULL;
	fil_worker_begin(package->worker, unpack_block, package);
	result = parse_blocks(package, fault);
	fil_worker_free(package->worker);
	package->worker = NULL;
	return result;
}

int
fil_package_read(struct fil_package *package, const char *part,
    const struct fil_package_reading *reading, struct fil_fault *fault)
{
	const struct library *library = &package->library;
	unz_file_info64 info;
	int error, result;

	if (!has_part(package, part))
		return fil_package_refuse(package, part, _("is missing"), fault);
	package->part = part;
	package->reading = reading;
	package->depth = 0;
	package->parsed = 0;
	package->stopped = package->refused = false;
	errno = 0;
	error = library->unzGetCurrentFileInfo64(package->zip, &info, NULL, 0, NULL, 0, NULL, 0);
	if (error == UNZ_OK && is_bomb(package, info.uncompressed_size))
		return bomb_fault(package, fault);
	if (error == UNZ_OK)
		error = library->unzOpenCurrentFile(package->zip);
	if (error != UNZ_OK)
		return zip_fault(package, error, part, fault);
	make_parser(package);
	result = unpack(package, info.uncompressed_size, fault);
	library->XML_ParserFree(package->parser);
	error = library->unzCloseCurrentFile(package->zip);
	if (result == 0 && !package->stopped && error != UNZ_OK)
		return zip_fault(package, error, part, fault);
	return result;
}

double
fil_package_share(const struct fil_package *package)
{
	return (double)package->reached / (double)package->size;
}

void
fil_package_free(struct fil_package *package)
{
	if (!package)
		return;
	if (package->zip)
		package->library.unzClose(package->zip);
	free(package);
}
