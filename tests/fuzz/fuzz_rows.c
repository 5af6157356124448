/* SPDX-License-Identifier: ISC */
/* Reads any bytes as JSON, as a workbook, or as a part of one: each record has as many cells as
 * the widest, numbers rise, what is delivered is clean, and it does not depend on the size of
 * the blocks. */
#include "lib/base/text.h"
#include "lib/input/reader.h"
#include "lib/input/sniff.h"
#include "tests/fuzz/fuzz.h"
#include "tests/unit/input_of.h"
#include "lib/base/utf8.h"

enum { PARTS = 6 };

#define RELATION(id, type, target) \
	"<Relationship Id='" id "' Type='http://x/" type "' Target='" target "'/>"

/* A good workbook, of whose parts the last byte of the input chooses one to replace. */
static const char *const parts[PARTS][2] = {
	{ "_rels/.rels", "<R>" RELATION("r", "officeDocument", "xl/workbook.xml") "</R>" },
	{ "xl/workbook.xml",
	    "<workbook xmlns:r='r'><workbookPr date1904='1'/><sheets><sheet name='F' "
	    "r:id='a'/><sheet "
	    "name='G' r:id='a'/></sheets></workbook>" },
	{ "xl/_rels/workbook.xml.rels",
	    "<R>" RELATION("a", "worksheet", "worksheets/sheet1.xml") RELATION("b", "sharedStrings",
		"sharedStrings.xml") RELATION("c", "styles", "styles.xml") "</R>" },
	{ "xl/styles.xml",
	    "<styleSheet><numFmts><numFmt numFmtId='170' formatCode='d\\ "
	    "mmm'/></numFmts><cellXfs><xf "
	    "numFmtId='0'/><xf numFmtId='170'/><xf numFmtId='46'/></cellXfs></styleSheet>" },
	{ "xl/sharedStrings.xml", "<sst><si><t>a</t></si><si><r><t>b</t></r></si></sst>" },
	{ "xl/worksheets/sheet1.xml",
	    "<worksheet><sheetData><row><c t='s'><v>0</v></c><c t='s'><v>1</v></c></row><row><c "
	    "s='1'><v>45365</v></c><c s='2'><v>1.5</v></c></row></sheetData></worksheet>" },
};

static bool
known(const void *context, const char *folded)
{
	(void)context;
	return folded[0] == 'a' || folded[0] == 'b';
}

/* Returns the CRC-32 of ISO 3309, as ZIP has it. */
static uint32_t
checksum(const uint8_t *data, size_t size)
{
	uint32_t sum = UINT32_MAX;

	for (size_t i = 0; i < size; i++) {
		sum ^= data[i];
		for (int bit = 0; bit < 8; bit++)
			sum = sum >> 1 ^ (sum & 1 ? 0xEDB88320 : 0);
	}
	return ~sum;
}

static void
add(struct fil_bytes *zip, uint64_t number, size_t n)
{
	for (; n > 0; n--, number >>= 8)
		fil_bytes_add(zip, (const char[]){ (char)(number & 0xFF) }, 1);
}

/* Adds what a part's own head and its entry in the directory have in common. */
static void
add_head(struct fil_bytes *zip, const char *name, const uint8_t *data, size_t size)
{
	add(zip, 20, 2);
	add(zip, 0, 4);
	add(zip, 0, 4);
	add(zip, checksum(data, size), 4);
	add(zip, size, 4);
	add(zip, size, 4);
	add(zip, strlen(name), 2);
	add(zip, 0, 2);
}

/* Adds a part that is not compressed, and its entry in the directory. */
static void
add_part(struct fil_bytes *zip, struct fil_bytes *directory, const char *name, const uint8_t *data,
    size_t size)
{
	size_t place = zip->length;

	fil_bytes_add(zip, "PK\3\4", 4);
	add_head(zip, name, data, size);
	fil_bytes_add_text(zip, name);
	fil_bytes_add(zip, (const char *)data, size);
	fil_bytes_add(directory, "PK\1\2", 4);
	add(directory, 20, 2);
	add_head(directory, name, data, size);
	add(directory, 0, 10);
	add(directory, place, 4);
	fil_bytes_add_text(directory, name);
}

/* Makes a workbook of which the bytes are one part. */
static void
make_workbook(struct fil_bytes *zip, size_t replaced, const uint8_t *data, size_t size)
{
	struct fil_bytes directory = { 0 };
	size_t place;

	for (size_t i = 0; i < PARTS; i++)
		add_part(zip, &directory, parts[i][0],
		    i == replaced ? data : (const uint8_t *)parts[i][1],
		    i == replaced ? size : strlen(parts[i][1]));
	place = zip->length;
	fil_bytes_add(zip, directory.data, directory.length);
	fil_bytes_add(zip, "PK\5\6", 4);
	add(zip, 0, 4);
	add(zip, PARTS, 2);
	add(zip, PARTS, 2);
	add(zip, directory.length, 4);
	add(zip, place, 4);
	add(zip, 0, 2);
	fil_bytes_release(&directory);
}

/* Reads all records and returns a sum over them (FNV-1a). */
static uint64_t
read_all(const struct fil_input *input, const struct fil_format *format, size_t block)
{
	struct fil_reader *reader = fil_reader_new_blocks(input, format, block);
	const struct fil_row_file *rows = fil_input_rows(input);
	uint64_t sum = UINT64_C(0xCBF29CE484222325);
	struct fil_record record;
	struct fil_fault fault;
	size_t line = 0;
	bool header = !rows || !rows->sheet;
	int result;

	while ((result = fil_reader_next(reader, &record, &fault)) != 0) {
		demand(result > 0 || fault.status == FIL_BAD_DATA);
		demand(record.line > line || header);
		header = false;
		line = record.line;
		demand(record.offset <= fil_input_size(input));
		demand(result < 0 || !rows || record.n == rows->width);
		for (size_t i = 0; result == 1 && i < record.n; i++) {
			size_t n = record.lengths[i];

			demand(strlen(record.cells[i]) == n);
			demand(fil_utf8_check(record.cells[i], n) == n);
			for (size_t k = 0; k <= n; k++)
				sum = (sum ^ (unsigned char)record.cells[i][k]) *
				    UINT64_C(0x100000001B3);
		}
	}
	fil_reader_free(reader);
	return sum;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fil_format format = { 0 };
	struct fil_bytes zip = { 0 };
	struct fil_input *input;
	struct fil_fault fault;
	char *place;
	uint64_t sum;

	fuzz_keep_encodings();
	if (size < 2)
		return 0;
	if (data[size - 1] & 8)
		format.sheet = "2";
	if (data[size - 1] & 16)
		format.rows = "a.b";
	if (data[size - 1] % 8 < PARTS)
		make_workbook(&zip, data[size - 1] % 8, data, size - 1);
	else
		fil_bytes_add(&zip, (const char *)data, size - 1);
	input = input_of_bytes(zip.data, zip.length, &fault);
	demand(input != NULL);
	if (fil_sniff(input, known, NULL, &format, &fault) == 0) {
		sum = read_all(input, &format, 128 * 1024);
		demand(sum == read_all(input, &format, 1));
		place = fil_input_place(input, 1, 700);
		demand(*place != '\0');
		free(place);
	} else {
		demand(fault.status == FIL_BAD_DATA || fault.status == FIL_NO_INPUT);
		demand(fault.text[0] != '\0');
	}
	fil_input_close(input);
	fil_bytes_release(&zip);
	return 0;
}
