/* SPDX-License-Identifier: ISC */
/* Drafts a profile of any bytes: what is printed is a profile, whose settings can be taken. And
 * takes any bytes as a profile: what is wrong with it has its place. */
#include "lib/mapping/draft.h"
#include "lib/mapping/profile_file.h"
#include "tests/fuzz/fuzz.h"
#include "tests/unit/profile_file_of.h"

/* Takes n bytes as a profile; returns whether it is one. */
static bool
is_profile(const struct fil_table *table, const char *bytes, size_t n)
{
	struct fil_fault fault;
	struct fil_profile_file *file = profile_file_of_bytes(bytes, n, &fault);
	struct fil_profile *profile = file ? fil_profile_new(table, NULL, 0) : NULL;
	bool taken = file && fil_profile_file_apply(file, profile, &fault) == 0;

	demand(taken || (fault.status == FIL_BAD_CONFIG && strchr(fault.text, ':')));
	fil_profile_file_free(file);
	fil_profile_free(profile);
	return taken;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct fil_table *table = fil_catalog_table("users");
	struct fil_format format = { .delimiter = ';' };
	struct fil_draft draft;
	struct fil_fault fault;
	char path[64], *printed = NULL;
	int fd = fuzz_file(data, size, path);
	size_t n;
	FILE *stream;

	fuzz_keep_encodings();
	format.no_header = size > 0 && data[0] % 16 == 0;
	if (fil_draft_read(&draft, path, "/tmp", table, &format, &fault) == 0) {
		stream = open_memstream(&printed, &n);
		fil_draft_print(&draft, stream);
		fclose(stream);
		demand(is_profile(table, printed, n));
		free(printed);
	}
	fil_draft_release(&draft);
	close(fd);
	is_profile(table, (const char *)data, size);
	return 0;
}
