/* SPDX-License-Identifier: ISC */
#include "lib/input/file_type.h"

#include <ctype.h>
#include <endian.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

#include "lib/base/language.h"

/* The first bytes of other file types, and the remedy. */
static const struct {
	const char *magic;
	size_t n;
	const char *what;
} magics[] = {
#define MAGIC(bytes) bytes, sizeof bytes - 1
	{ MAGIC("%PDF-"), N_("looks like a PDF: export the list as CSV, and import that") },
	{ MAGIC("\x1F\x8B"), N_("is compressed with gzip: 'zcat FILE' gives the CSV") },
	{ MAGIC("\3757zXZ\0"), N_("is compressed with xz: 'xzcat FILE' gives the CSV") },
	{ MAGIC("\x28\xB5\x2F\xFD"), N_("is compressed with zstd: 'zstdcat FILE' gives the CSV") },
	{ MAGIC("SQLite format 3\0"), N_("is an SQLite database, not a CSV file") },
	{ MAGIC("{\\rtf"),
	    N_("looks like a text processor's document: save it as CSV, and import that") },
};

static const char *const page_begins[] = { "<!doctype html", "<html", "<head", "<body", "<script",
	"<meta", "<title", "<table", "<!--" };

static bool
begins(const struct fil_file_head *head, size_t at, const char *word)
{
	size_t n = strlen(word);

	return head->n - at >= n && strncasecmp(head->bytes + at, word, n) == 0;
}

static bool
holds(const struct fil_file_head *head, const char *word)
{
	return memmem(head->bytes, head->n, word, strlen(word)) != NULL;
}

/* Returns the place after white space. */
static size_t
skip_white(const struct fil_file_head *head, size_t at)
{
	while (at < head->n && memchr(" \t\r\n", head->bytes[at], 4))
		at++;
	return at;
}

/* Returns whether an array or object of JSON begins a file, in UTF-8 or with the mark of
 * UTF-16. */
static bool
is_json(const struct fil_file_head *head)
{
	struct fil_file_head plain = { .n = 0 };
	size_t at, next;
	char first;

	if (head->n >= 3 && memcmp(head->bytes, "\xEF\xBB\xBF", 3) == 0)
		at = 3;
	else
		at = head->n >= 2 &&
			(memcmp(head->bytes, "\xFF\xFE", 2) == 0 ||
			    memcmp(head->bytes, "\xFE\xFF", 2) == 0)
		    ? 2
		    : 0;
	for (size_t i = at; i < head->n; i++)
		if (at != 2 || head->bytes[i] != '\0')
			plain.bytes[plain.n++] = head->bytes[i];
	at = skip_white(&plain, 0);
	next = skip_white(&plain, at + 1);
	if (next >= plain.n)
		return false;
	first = plain.bytes[at];
	return (first == '[' && memchr("{[\"]", plain.bytes[next], 4)) ||
	    (first == '{' && memchr("\"}", plain.bytes[next], 2));
}

/* Returns whether an entry of LDIF begins at a place, after comments. */
static bool
is_ldif(const struct fil_file_head *head, size_t at)
{
	const char *feed;

	while (at < head->n && head->bytes[at] == '#') {
		feed = memchr(head->bytes + at, '\n', head->n - at);
		at = feed ? (size_t)(feed - head->bytes) + 1 : head->n;
	}
	return begins(head, at, "dn: ") || begins(head, at, "dn:: ") ||
	    begins(head, at, "version: 1\n") || begins(head, at, "version: 1\r\n");
}

/* Returns whether an element of XML begins at a place. */
static bool
is_element(const struct fil_file_head *head, size_t at)
{
	return at + 1 < head->n && head->bytes[at] == '<' &&
	    isalpha((unsigned char)head->bytes[at + 1]) && holds(head, "</");
}

/* Returns the type of a file of markup, or NULL. */
static const char *
what_marked(const struct fil_file_head *head)
{
	size_t at = head->n >= 3 && memcmp(head->bytes, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;

	at = skip_white(head, at);
	for (size_t i = 0; i < sizeof page_begins / sizeof *page_begins; i++)
		if (begins(head, at, page_begins[i]))
			return _(
			    "looks like a web page (HTML): the export may have asked to log in");
	if (is_ldif(head, at))
		return _(
		    "looks like LDIF: convert it by the pipe of fil-import(1), and import that");
	if (!begins(head, at, "<?xml"))
		return is_element(head, at)
		    ? _("looks like XML: export the list as CSV, and import that")
		    : NULL;
	if (holds(head, "<html") || holds(head, "<!DOCTYPE html"))
		return _("looks like a web page (HTML): the export may have asked to log in");
	if (holds(head, "urn:schemas-microsoft-com:office:spreadsheet"))
		return _("looks like an Excel workbook (XML): save it as CSV, and import that");
	return _("looks like XML: export the list as CSV, and import that");
}

static bool
is_zip(const struct fil_file_head *head)
{
	return head->n >= 4 && memcmp(head->bytes, "PK\3\4", 4) == 0;
}

/* Returns the type of a ZIP archive that is no workbook, with the remedy, or NULL. The first
 * entry of an OpenDocument file is its type. */
static const char *
what_zip(const struct fil_file_head *head)
{
	static const char *const parts[] = { "[Content_Types].xml", "_rels/", "docProps/", "xl/",
		"customXml/" };

	if (holds(head, "vnd.oasis.opendocument"))
		return _(
		    "looks like an OpenDocument file: save it as .xlsx or CSV, and import that");
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
		if (holds(head, parts[i]))
			return NULL;
	return _("looks like a ZIP archive: unpack it first");
}

/* Returns the type of a file of Microsoft's older form, in which encrypted workbooks are, too.
 * Its folder says which. Source: [MS-CFB], 2.2 and 2.6. */
static const char *
what_compound(const struct fil_input *input, const struct fil_file_head *head)
{
	static const char package[] = "E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e";
	char folder[FIL_FILE_HEAD];
	struct fil_fault fault;
	uint32_t first = 0;
	ssize_t got = 0;

	if (head->n >= 52)
		memcpy(&first, head->bytes + 48, sizeof first);
	if (head->n >= 52)
		got = fil_input_read(input,
		    ((off_t)le32toh(first) + 1) << (head->bytes[30] == 12 ? 12 : 9), folder,
		    sizeof folder, &fault);
	if (got > 0 && memmem(folder, (size_t)got, package, sizeof package - 1))
		return _("is an encrypted workbook: save it without a password, and import that");
	return _("looks like an Excel workbook (.xls): save it as .xlsx or CSV, and import that");
}

/* Returns the type of a file that is no CSV, with the remedy, or NULL. */
static const char *
what_else(const struct fil_input *input, const struct fil_file_head *head)
{
	if (head->n >= 8 && memcmp(head->bytes, "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", 8) == 0)
		return what_compound(input, head);
	for (size_t i = 0; i < sizeof magics / sizeof *magics; i++)
		if (head->n >= magics[i].n &&
		    memcmp(head->bytes, magics[i].magic, magics[i].n) == 0)
			return _(magics[i].what);
	return is_zip(head) ? what_zip(head) : what_marked(head);
}

enum fil_file_type
fil_file_type(const struct fil_input *input, struct fil_file_head *head, struct fil_fault *fault)
{
	ssize_t got = fil_input_read(input, 0, head->bytes, sizeof head->bytes, fault);
	const char *what;

	if (got < 0)
		return FIL_FILE_OTHER;
	head->n = (size_t)got;
	what = what_else(input, head);
	if (what) {
		fil_fault_set(fault, FIL_BAD_DATA, "%s: %s", fil_input_name(input), what);
		return FIL_FILE_OTHER;
	}
	if (is_zip(head))
		return FIL_FILE_WORKBOOK;
	return is_json(head) ? FIL_FILE_JSON : FIL_FILE_CSV;
}
