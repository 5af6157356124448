/* SPDX-License-Identifier: ISC */
/* Sniffs any bytes: the same bytes give the same format, and a format reads its own header. */
#include "lib/input/reader.h"
#include "lib/input/sniff.h"
#include "tests/fuzz/fuzz.h"
#include "tests/unit/input_of.h"

static bool
known(const void *context, const char *folded)
{
	(void)context;
	return folded[0] == 'u' || folded[0] == 'n';
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fil_format one = { 0 }, two = { 0 };
	struct fil_fault fault, second;
	struct fil_input *input;
	int sniffed;

	fuzz_keep_encodings();
	if (size == 0)
		return 0;
	input = input_of_bytes((const char *)data, size, &fault);
	demand(input != NULL);
	sniffed = fil_sniff(input, known, NULL, &one, &fault);
	demand(fil_sniff(input, known, NULL, &two, &second) == sniffed);
	if (sniffed == 0) {
		demand(one.delimiter == two.delimiter && one.skip_lines == two.skip_lines);
		demand(strcmp(one.encoding, two.encoding) == 0 && one.line_end == two.line_end);
	} else {
		demand(fault.text[0] != '\0' && strcmp(fault.text, second.text) == 0);
	}
	fil_input_close(input);
	return 0;
}
