/* SPDX-License-Identifier: ISC */
#include "lib/input/file_type.h"

#include <ctype.h>
#include <endian.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

#include "lib/base/doubt.h"
#include "lib/base/language.h"
#include "lib/base/memory.h"
#include "lib/base/utf8.h"
#include "lib/input/decoder.h"

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

enum {
	BLOCK = 16 * 1024, /* bytes read at once */
	CELL = 64, /* bytes of a cell that a message shows */
};

#define NONE SIZE_MAX

const char *const fil_code_pages[FIL_CODE_PAGES] = { "CP850", "MACINTOSH" };

static const struct {
	const char *bytes;
	size_t n;
	const char *encoding;
} marks[] = {
#define MARK(bytes) bytes, sizeof bytes - 1
	{ MARK("\xEF\xBB\xBF"), "UTF-8" },
	{ MARK("\xFF\xFE\0\0"), "UTF-32LE" }, /* before UTF-16LE, which begins alike */
	{ MARK("\0\0\xFE\xFF"), "UTF-32BE" },
	{ MARK("\xFF\xFE"), "UTF-16LE" },
	{ MARK("\xFE\xFF"), "UTF-16BE" },
};
enum { N_MARKS = sizeof marks / sizeof *marks };

/* Returns the index of the byte order mark, or N_MARKS. */
static size_t
find_mark(const char *head, size_t n)
{
	size_t i = 0;

	while (i < N_MARKS && (n < marks[i].n || memcmp(head, marks[i].bytes, marks[i].n) != 0))
		i++;
	return i;
}

/* Returns the number of the line that contains a byte. */
static size_t
line_of(const struct fil_input *input, size_t offset)
{
	char block[BLOCK], before = '\0';
	struct fil_fault fault;
	size_t line = 1;
	ssize_t got;

	for (size_t at = 0; at < offset; at += (size_t)got) {
		got = fil_input_read(
		    input, (off_t)at, block, offset - at < BLOCK ? offset - at : BLOCK, &fault);
		if (got <= 0)
			return line;
		for (ssize_t i = 0; i < got; before = block[i++])
			line += block[i] == '\r' || (block[i] == '\n' && before != '\r');
	}
	return line;
}

/* Calls see for bytes from an offset on, with the two before each, until it returns false: for each
 * where one of the three is beyond ASCII, at least. At the end a line end is added. Returns 0, or -1
 * with a fault. */
static int
look_through(const struct fil_input *input, size_t offset,
    bool (*see)(void *context, size_t offset, const unsigned char bytes[static 3]), void *context,
    struct fil_fault *fault)
{
	char block[BLOCK];
	unsigned char last[3] = "\n\n";
	ssize_t got;

	while ((got = fil_input_read(input, (off_t)offset, block, BLOCK, fault)) > 0) {
		for (ssize_t i = 0; i < got; i++, offset++) {
			while (got - i > 8 && ((last[1] | last[2]) & 0x80) == 0 &&
			    (fil_word_at(block + i) & FIL_EACH(0x80)) == 0) {
				i += 8;
				offset += 8;
				memcpy(last + 1, block + i - 2, 2);
			}
			last[0] = last[1];
			last[1] = last[2];
			last[2] = (unsigned char)block[i];
			if (!see(context, offset, last))
				return 0;
		}
	}
	memcpy(last, (unsigned char[]){ last[1], last[2], '\n' }, 3);
	if (got == 0)
		see(context, offset, last);
	return got < 0 ? -1 : 0;
}

/* What a look through a file that is not UTF-8 finds: offsets, or NONE. */
struct legacy {
	size_t utf8; /* of a character that only UTF-8 writes so */
	size_t windows; /* of an accent of Windows-1252 in a word */
	size_t pages[FIL_CODE_PAGES]; /* of an accent of each code page in a word */
};

static bool
is_lower(unsigned char c)
{
	return c >= 'a' && c <= 'z';
}

static bool
is_upper(unsigned char c)
{
	return c >= 'A' && c <= 'Z';
}

/* Returns whether the bytes end with a French letter or a typographic character in UTF-8. In
 * Windows-1252 such bytes stand together only by UTF-8: accented capitals that may end a word, and
 * a quote or no-break space behind, are left out. */
static bool
ends_utf8(const unsigned char bytes[static 3])
{
	unsigned char lead = bytes[1], last = bytes[2];

	if (last < 0x80 || last > 0xBF)
		return false;
	if (bytes[0] == 0xE2)
		return lead == 0x80 || (lead == 0x82 && last == 0xAC);
	return lead == 0xC3 || (lead == 0xC2 && last >= 0xA0) ||
	    (lead == 0xC5 && (last == 0x92 || last == 0x93 || last == 0xB8));
}

/* Returns the code page of a word whose middle byte is an accent there and a sign in Windows-1252,
 * or FIL_CODE_PAGES. */
static size_t
page_of(const unsigned char bytes[static 3])
{
	bool lower = is_lower(bytes[0]), upper = is_upper(bytes[0]);
	bool before_lower = is_lower(bytes[2]);

	switch (bytes[1]) {
	case 0x82: return lower || upper ? 0 : FIL_CODE_PAGES; /* é in CP850 */
	case 0x87: return lower && before_lower ? 0 : FIL_CODE_PAGES; /* ç in CP850 */
	case 0x8A: return lower ? 0 : FIL_CODE_PAGES; /* è in CP850 */
	case 0x83: /* â in CP850, É on the Mac */
		if ((lower || upper) && before_lower)
			return 0;
		return upper || before_lower ? 1 : FIL_CODE_PAGES;
	case 0x8E: /* é on the Mac */
	case 0x8F: return lower ? 1 : FIL_CODE_PAGES; /* è */
	case 0x90: /* É in CP850, ê on the Mac */
		if (lower)
			return 1;
		return upper || before_lower ? 0 : FIL_CODE_PAGES;
	default: return FIL_CODE_PAGES;
	}
}

/* Keeps an offset unless there is one. */
static void
keep(size_t *kept, size_t offset)
{
	if (*kept == NONE)
		*kept = offset;
}

/* Notes what three bytes prove; see look_through. */
static bool
see_legacy(void *context, size_t offset, const unsigned char bytes[static 3])
{
	struct legacy *legacy = context;
	size_t page;

	if ((bytes[1] & bytes[2] & 0x80) != 0 && ends_utf8(bytes))
		keep(&legacy->utf8, offset - 1);
	if (bytes[1] < 0x80)
		return true;
	if (bytes[1] >= 0xE0 && bytes[1] < 0xFD && is_lower(bytes[0]))
		keep(&legacy->windows, offset - 1);
	page = page_of(bytes);
	if (page < FIL_CODE_PAGES)
		keep(&legacy->pages[page], offset - 1);
	return true;
}

/* Valid multi-byte characters hardly ever occur in Windows-1252. Reading such a file as
 * Windows-1252 because of a few bad bytes would silently spoil all other accents. */
static bool
is_damaged_utf8(const struct fil_input *input)
{
	size_t bad, multibyte = fil_input_multibyte(input, &bad);

	return multibyte >= 2 * bad;
}

/* Fills the fault of a byte that is not UTF-8; a character at offset utf8 is, or NONE. */
static int
damaged_fault(const struct fil_input *input, size_t utf8, struct fil_fault *fault)
{
	size_t offset = fil_input_utf8(input);
	char byte = '\0';

	if (fil_input_read(input, (off_t)offset, &byte, 1, fault) < 0)
		return -1;
	if (utf8 != NONE && line_of(input, utf8) != line_of(input, offset))
		return fil_fault_data(fault, fil_doubt_kinds[FIL_DOUBT_MIXED].word,
		    "%s:%zu: byte \\x%02x is not UTF-8, but line %zu is: correct one of them, give "
		    "--encoding, or read both with --allow mixed",
		    fil_input_name(input), line_of(input, offset), (unsigned char)byte,
		    line_of(input, utf8));
	return fil_fault_data(fault, fil_doubt_kinds[FIL_DOUBT_MIXED].word,
	    "%s:%zu: byte \\x%02x is not UTF-8, but the rest of the file is: correct it, give "
	    "--encoding, or read it as Windows-1252 with --allow mixed",
	    fil_input_name(input), line_of(input, offset), (unsigned char)byte);
}

/* Returns whether a byte separates cells. */
static bool
separates(char c)
{
	return memchr(",;\t|\n\r\"", c, 7) != NULL;
}

/* Reads the cell around an offset: at most CELL bytes of it on each side. Returns its length. */
static size_t
cell_around(const struct fil_input *input, size_t offset, char cell[static 2 * CELL])
{
	struct fil_fault fault;
	size_t first = offset < CELL ? 0 : offset - CELL, from = offset - first, to = from;
	ssize_t got = fil_input_read(input, (off_t)first, cell, 2 * CELL, &fault);

	if (got <= 0)
		return 0;
	while (from > 0 && !separates(cell[from - 1]))
		from--;
	while (to < (size_t)got && !separates(cell[to]))
		to++;
	memmove(cell, cell + from, to - from);
	return to - from;
}

/* Decodes a few bytes; a character that is cut at either end is left out. */
static void
decode(const char *encoding, const char *bytes, size_t n, char text[static 8 * CELL])
{
	struct fil_decoder *decoder = fil_decoder_new(encoding);
	size_t length = fil_decoder_run(decoder, &bytes, &n, text, 8 * CELL - 1, true);

	text[fil_utf8_check(text, length)] = '\0';
	fil_decoder_free(decoder);
}

/* Fills the fault of a cell that reads better in another encoding. */
static int
better_fault(const struct fil_input *input, size_t offset, const char *found, const char *better,
    enum fil_doubt kind, struct fil_fault *fault)
{
	char cell[2 * CELL], now[8 * CELL], then[8 * CELL];
	size_t n = cell_around(input, offset, cell), cut = 0;

	while (cut < n && (cell[cut] & 0xC0) == 0x80 && strcmp(found, "UTF-8") == 0)
		cut++;
	decode(found, cell + cut, n - cut, now);
	decode(better, cell + cut, n - cut, then);
	return fil_fault_data(fault, fil_doubt_kinds[kind].word,
	    "%s:%zu: '%s' is '%s' in %s: give --encoding %s, or --allow %s", fil_input_name(input),
	    line_of(input, offset), now, then, better, better, fil_doubt_kinds[kind].word);
}

static bool
is_allowed(const struct fil_format *format, enum fil_doubt kind)
{
	return format->allow && format->allow[kind];
}

/* Settles the encoding of an input of which only a part is UTF-8; see damaged_fault. */
static int
settle_mixed(
    const struct fil_input *input, size_t utf8, struct fil_format *format, struct fil_fault *fault)
{
	if (!is_allowed(format, FIL_DOUBT_MIXED))
		return damaged_fault(input, utf8, fault);
	format->encoding = FIL_MIXED_UTF8;
	return 0;
}

/* Settles the encoding of an input that is not UTF-8. */
static int
settle_legacy(const struct fil_input *input, struct fil_format *format, struct fil_fault *fault)
{
	struct legacy legacy = { NONE, NONE, { NONE, NONE } };
	bool damaged = is_damaged_utf8(input);

	if (look_through(input, 0, see_legacy, &legacy, fault) < 0)
		return -1;
	if (damaged || legacy.utf8 != NONE)
		return settle_mixed(input, legacy.utf8, format, fault);
	format->encoding = "WINDOWS-1252";
	if (legacy.windows != NONE || is_allowed(format, FIL_DOUBT_CODE_PAGE))
		return 0;
	for (size_t page = 0; page < FIL_CODE_PAGES; page++)
		if (legacy.pages[page] != NONE &&
		    legacy.pages[page] <= legacy.pages[FIL_CODE_PAGES - 1 - page])
			return better_fault(input, legacy.pages[page], "WINDOWS-1252",
			    fil_code_pages[page], FIL_DOUBT_CODE_PAGE, fault);
	return 0;
}

/* What a look through UTF-8 finds that was encoded twice. */
struct twice {
	const struct fil_input *input;
	size_t cells, first; /* cells with such text, and the offset in the first */
	size_t judged; /* the last offset at which a cell was judged, or NONE */
};

/* Returns whether the cell around an offset was encoded twice: all of it, or a part if the pair there
 * is `sure`. Of a long cell, only a part is known. */
static bool
is_twice(const struct fil_input *input, size_t offset, bool sure)
{
	char cell[2 * CELL], text[8 * CELL];
	const char *bytes = cell;
	size_t n = cell_around(input, offset, cell), length;
	struct fil_decoder *decoder;
	bool whole;

	if (n >= CELL)
		return true;
	decoder = fil_decoder_new(FIL_DOUBLE_UTF8);
	length = fil_decoder_run(decoder, &bytes, &n, text, sizeof text, true);
	whole = !fil_decoder_kept(decoder);
	fil_decoder_free(decoder);
	return (whole || sure) && fil_utf8_check(text, length) == length;
}

/* Returns whether no cell ends between two offsets. The first may be NONE. */
static bool
is_same_cell(const struct fil_input *input, size_t from, size_t to)
{
	char block[CELL];
	struct fil_fault fault;

	while (from < to) {
		ssize_t got = fil_input_read(input, (off_t)from, block,
		    to - from < sizeof block ? to - from : sizeof block, &fault);

		if (got <= 0)
			return false;
		for (ssize_t i = 0; i < got; i++)
			if (separates(block[i]))
				return false;
		from += (size_t)got;
	}
	return from == to;
}

/* Notes characters of Windows-1252 that together were one of UTF-8: "Ã©", "Å“", "â€™"; see
 * look_through. Of the second only the lead byte is looked at: it is no letter. */
static bool
see_twice(void *context, size_t offset, const unsigned char bytes[static 3])
{
	struct twice *twice = context;
	bool latin = bytes[0] == 0xC3 && bytes[1] >= 0x82 && bytes[1] <= 0x85 &&
	    (bytes[2] == 0xC2 || bytes[2] == 0xE2 || bytes[2] == 0xC5 || bytes[2] == 0xC6 ||
		bytes[2] == 0xCB);
	bool quote = bytes[0] == 0xC3 && bytes[1] == 0xA2 && bytes[2] == 0xE2;

	if (!(latin || quote) || is_same_cell(twice->input, twice->judged, offset))
		return true;
	twice->judged = offset;
	/* No text has "Ã" before a sign such as "©". */
	if (!is_twice(twice->input, offset, latin && bytes[1] == 0x83 && bytes[2] == 0xC2))
		return true;
	if (twice->cells++ == 0)
		twice->first = offset;
	return twice->cells < 2;
}

/* Checks UTF-8 for text that was encoded twice, in two cells at least or in one of the first line,
 * where it hides a column. The fault is the format's, if the format takes it. */
static int
check_twice(const struct fil_input *input, struct fil_format *format, struct fil_fault *fault)
{
	size_t hint = fil_input_twice(input);
	struct twice twice = { .input = input, .judged = NONE };

	if (hint == fil_input_size(input) || is_allowed(format, FIL_DOUBT_TWICE_ENCODED))
		return 0;
	if (look_through(input, hint, see_twice, &twice, fault) < 0)
		return -1;
	if (twice.cells == 0)
		return 0;
	format->twice_line = line_of(input, twice.first);
	if (twice.cells == 1 && format->twice_line > 1)
		return 0;
	better_fault(input, twice.first, "UTF-8", FIL_DOUBLE_UTF8, FIL_DOUBT_TWICE_ENCODED,
	    format->twice ? format->twice : fault);
	return format->twice ? 0 : -1;
}

/* Without a byte order mark nothing proves UTF-16. The fault names the likely encoding. */
static int
check_wide(const struct fil_input *input, const char *head, size_t n, struct fil_fault *fault)
{
	bool first = n >= 4 && head[0] == '\0';
	bool second = n >= 4 && head[1] == '\0';

	if (first == second)
		return 0;
	return fil_fault_data(fault, "encoding-error",
	    "%s: looks like UTF-16 without a byte order mark: give --encoding %s",
	    fil_input_name(input), first ? "UTF-16BE" : "UTF-16LE");
}

/* The option's encoding wins. A byte order mark is skipped all the same, and gives the byte order
 * if the option does not. */
static int
settle_given(
    const struct fil_input *input, size_t mark, struct fil_format *format, struct fil_fault *fault)
{
	bool wide = strcasecmp(format->encoding, "UTF-16") == 0 ||
	    strcasecmp(format->encoding, "UTF-32") == 0;
	struct fil_decoder *decoder = fil_decoder_new(format->encoding);

	if (!decoder)
		return fil_fault_set(fault, FIL_USAGE,
		    "unknown encoding '%s' ('iconv -l' lists them)", format->encoding);
	fil_decoder_free(decoder);
	if (wide &&
	    (mark == N_MARKS || strncasecmp(format->encoding, marks[mark].encoding, 6) != 0))
		return fil_fault_data(fault, "encoding-error",
		    "%s: has no byte order mark: give --encoding %sLE or %sBE",
		    fil_input_name(input), format->encoding, format->encoding);
	if (mark == N_MARKS)
		return 0;
	if (wide)
		format->encoding = marks[mark].encoding;
	if (mark == 0 || strcasecmp(format->encoding, marks[mark].encoding) == 0)
		format->bom = marks[mark].n;
	return 0;
}

int
fil_encoding_settle(const struct fil_input *input, const char *head, size_t n,
    struct fil_format *format, struct fil_fault *fault)
{
	size_t mark = find_mark(head, n);
	bool valid = fil_input_utf8(input) == fil_input_size(input);

	if (format->encoding)
		return settle_given(input, mark, format, fault);
	if (mark < N_MARKS) {
		format->encoding = marks[mark].encoding;
		format->bom = marks[mark].n;
		if (mark == 0 && !valid)
			return settle_mixed(input, NONE, format, fault);
		return mark == 0 ? check_twice(input, format, fault) : 0;
	}
	if (check_wide(input, head, n, fault) < 0)
		return -1;
	if (!valid)
		return settle_legacy(input, format, fault);
	format->encoding = "UTF-8";
	return check_twice(input, format, fault);
}
