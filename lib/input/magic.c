/* SPDX-License-Identifier: ISC */
#include "lib/input/magic.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

struct head {
	const char *bytes;
	size_t n;
};

/* What files begin with that are not CSV, and what to do about it. */
static const struct {
	const char *magic;
	size_t n;
	const char *what;
} magics[] = {
#define MAGIC(bytes) bytes, sizeof(bytes) - 1
	{ MAGIC("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"),
	    "looks like an Excel workbook (.xls): save it as CSV, and import that" },
	{ MAGIC("%PDF-"), "looks like a PDF: export the list as CSV, and import that" },
	{ MAGIC("\x1F\x8B"), "is compressed with gzip: 'zcat FILE' gives the CSV" },
	{ MAGIC("\3757zXZ\0"), "is compressed with xz: 'xzcat FILE' gives the CSV" },
	{ MAGIC("\x28\xB5\x2F\xFD"), "is compressed with zstd: 'zstdcat FILE' gives the CSV" },
	{ MAGIC("SQLite format 3\0"), "is an SQLite database, not a CSV file" },
	{ MAGIC("{\\rtf"),
	    "looks like a text processor's document: save it as CSV, and import that" },
};

static const char *const page_begins[] = {
	"<!doctype html", "<html", "<head", "<body", "<script", "<meta", "<title", "<table", "<!--",
};

static bool
begins(const struct head *head, size_t at, const char *word)
{
	size_t n = strlen(word);

	return head->n - at >= n && strncasecmp(head->bytes + at, word, n) == 0;
}

static bool
holds(const struct head *head, const char *word)
{
	return memmem(head->bytes, head->n, word, strlen(word)) != NULL;
}

/* Returns what the file is when it is marked text, or NULL. */
static const char *
what_marked(const struct head *head)
{
	size_t at = head->n >= 3 && memcmp(head->bytes, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;

	while (at < head->n && memchr(" \t\r\n", head->bytes[at], 4) != NULL)
		at++;
	for (size_t i = 0; i < sizeof(page_begins) / sizeof(*page_begins); i++)
		if (begins(head, at, page_begins[i]))
			return "looks like a web page (HTML): the export may have asked to log in";
	if (!begins(head, at, "<?xml"))
		return NULL;
	if (holds(head, "<html") || holds(head, "<!DOCTYPE html"))
		return "looks like a web page (HTML): the export may have asked to log in";
	if (holds(head, "urn:schemas-microsoft-com:office:spreadsheet"))
		return "looks like an Excel workbook (XML): save it as CSV, and import that";
	return "looks like XML: export the list as CSV, and import that";
}

const char *
fil_magic_what(const char *bytes, size_t n)
{
	const struct head head[] = {{ bytes, n }};

	for (size_t i = 0; i < sizeof(magics) / sizeof(*magics); i++)
		if (head->n >= magics[i].n &&
		    memcmp(head->bytes, magics[i].magic, magics[i].n) == 0)
			return magics[i].what;
	if (head->n >= 4 && memcmp(head->bytes, "PK\3\4", 4) == 0) {
		if (holds(head, "vnd.oasis.opendocument"))
			return "looks like an OpenDocument file: save it as CSV, and import that";
		if (holds(head, "[Content_Types].xml") || holds(head, "xl/"))
			return "looks like an Excel workbook (.xlsx): "
			       "save it as 'CSV UTF-8', and import that";
		return "looks like a ZIP archive: unpack it first";
	}
	return what_marked(head);
}
