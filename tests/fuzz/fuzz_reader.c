/* SPDX-License-Identifier: ISC */
/* Sniffs any bytes, and reads them as what they seem: the records may not depend on the size of the
 * blocks, each line belongs to one record at most, and what is delivered is clean. */
#include "lib/base/text.h"
#include "lib/input/reader.h"
#include "lib/input/sniff.h"
#include "tests/fuzz/fuzz.h"
#include "tests/unit/input_of.h"
#include "lib/base/utf8.h"

static const char *const encodings[] = { NULL, "UTF-8", "WINDOWS-1252", "UTF-16", "UTF-16LE",
	"ISO-8859-8", "SHIFT_JIS", "UTF-7" };
static const char delimiters[] = { '\0', ',', ';', '\t' };

static bool
known(const void *context, const char *folded)
{
	(void)context;
	return folded[0] == 'a' || folded[0] == 'b';
}

/* Adds bytes to a sum that depends on their order (FNV-1a). */
static uint64_t
mix(uint64_t sum, const char *bytes, size_t n)
{
	for (size_t i = 0; i < n; i++)
		sum = (sum ^ (unsigned char)bytes[i]) * UINT64_C(0x100000001B3);
	return sum;
}

/* Reads all records and returns a sum over them. */
static uint64_t
read_all(const struct fil_input *input, const struct fil_format *format, size_t block)
{
	struct fil_reader *reader = fil_reader_new_blocks(input, format, block);
	uint64_t sum = UINT64_C(0xCBF29CE484222325);
	struct fil_record record;
	struct fil_fault fault;
	size_t line = 0;
	int result;

	while ((result = fil_reader_next(reader, &record, &fault)) != 0) {
		demand(record.line > line);
		line = record.line;
		demand(record.offset <= fil_input_size(input));
		sum = mix(sum, (const char *)&line, sizeof line);
		if (result < 0)
			sum = mix(sum, fault.text, strlen(fault.text) + 1);
		for (size_t i = 0; result == 1 && i < record.n; i++) {
			size_t n = record.lengths[i];

			demand(strlen(record.cells[i]) == n);
			demand(fil_utf8_check(record.cells[i], n) == n);
			sum = mix(sum, record.cells[i], n + 1);
		}
	}
	fil_reader_free(reader);
	return sum;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fil_format format = { 0 };
	struct fil_input *input;
	struct fil_fault fault;
	uint64_t sum;

	fuzz_keep_encodings();
	if (size < 2)
		return 0;
	format.encoding = encodings[data[0] % 8];
	format.delimiter = delimiters[data[0] / 8 % 4];
	format.skip_lines = data[0] / 32 % 2;
	input = input_of_bytes((const char *)data + 1, size - 1, &fault);
	demand(input != NULL);
	if (fil_sniff(input, known, NULL, &format, &fault) == 0) {
		sum = read_all(input, &format, 128 * 1024);
		demand(sum == read_all(input, &format, 1));
		demand(sum == read_all(input, &format, 7));
	} else {
		demand(fault.status == FIL_BAD_DATA);
	}
	fil_input_close(input);
	return 0;
}
