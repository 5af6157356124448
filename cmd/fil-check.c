/* SPDX-License-Identifier: ISC */
/* fil-check: check the store */
#include <stdlib.h>
#include <string.h>

#include "lib/audit/check.h"
#include "lib/base/language.h"
#include "lib/base/number.h"
#include "lib/cli/cli.h"
#include "lib/store/seal.h"

enum { REPAIR = 256, SEAL };

static const struct fil_option options[] = {
	{ "repair", REPAIR, NULL, N_("rebuild derived tables, as a run (default: only check)") },
	{ "seal", SEAL, "RUN:HEX", N_("compare the log with a seal kept apart (default: none)") },
	{ 0 },
};

static const struct fil_command command = {
	.purpose = N_("check the store"),
	.operands = "",
	.examples = "fil-check\n"
		    "fil-check --repair -f table",
	.options = options,
	.shares = FIL_SHARE_STORE | FIL_SHARE_OUTPUT,
};

/* Seconds to wait for other writers before a repair. */
enum { PATIENCE = 30 };

/* Splits RUN:HEX, to which the seal then points. Ends the program when it is wrong. */
static struct fil_kept_seal
read_seal(const struct fil_cli *cli, char *text)
{
	size_t colon = strcspn(text, ":");
	const char *hex = text + colon + (text[colon] != '\0');
	struct fil_kept_seal seal = { 0, NULL };
	long long run;

	if (strlen(hex) != FIL_SEAL_SIZE - 1 ||
	    strspn(hex, "0123456789abcdefABCDEF") != FIL_SEAL_SIZE - 1)
		fil_cli_usage(cli, "--seal: '%s' is not RUN:HEX, with %d hexadecimal digits", text,
		    FIL_SEAL_SIZE - 1);
	text[colon] = '\0';
	if (fil_number_read(text, 1, INT64_MAX, &run) != 0)
		fil_cli_usage(cli, "--seal: '%s' is not the number of a run", text);
	seal.run = run;
	seal.hex = hex;
	return seal;
}

static void
print_finding(void *context, const char *const *cells)
{
	fil_output_row(context, cells);
}

/* Rebuilds the derived tables, and says what was done. Returns 0, or -1 with a fault. Events that
 * cannot be read are reported by the check. */
static int
repair(
    const struct fil_cli *cli, struct fil_store *store, char *const *argv, struct fil_fault *fault)
{
	int64_t run;
	long long n = fil_check_repair(store, argv, PATIENCE, &run, fault);

	if (n > 0)
		fil_cli_say(cli,
		    ngettext("%lld derived row rebuilt (run %lld)",
			"%lld derived rows rebuilt (run %lld)", (unsigned long)n),
		    n, (long long)run);
	else if (n == 0)
		fil_cli_say(cli, "no derived row differs: nothing was rebuilt");
	else if (fault->status == FIL_UNAVAILABLE)
		fil_cli_say(cli, "nothing was rebuilt: %s", fault->text);
	return n < 0 && fault->status != FIL_UNAVAILABLE ? -1 : 0;
}

/* Says by which command each kind of finding can be repaired. */
static void
say_remedies(const struct fil_cli *cli, const struct fil_checked *checked)
{
	for (int kind = 0; kind < FIL_FINDING_KINDS; kind++) {
		const char *remedy, *word = fil_finding_word((enum fil_finding_kind)kind, &remedy);

		if (checked->found[kind])
			fil_cli_say(cli, "%s: %s", word, remedy);
	}
}

int
main(int argc, char **argv)
{
	struct fil_cli *cli = fil_cli_new(argc, argv, &command);
	struct fil_check_request request = { .take = print_finding };
	bool repairs = false;
	char *summary;
	struct fil_store *store;
	struct fil_checked checked;
	struct fil_fault fault;
	int result;

	for (int letter; (letter = fil_cli_next(cli)) != -1;) {
		if (letter == REPAIR)
			repairs = true;
		else if (request.seal.hex)
			fil_cli_usage(cli, "--seal: give one seal, that of the newest run");
		else
			request.seal = read_seal(cli, optarg);
	}
	fil_cli_operands(cli, 0);
	request.today = fil_cli_options(cli)->today;
	store = fil_cli_store(cli, repairs ? FIL_STORE_WRITE : FIL_STORE_INSPECT);
	/* A file that cannot be made ends the program before anything is repaired. */
	fil_cli_stream(cli);
	if (repairs && repair(cli, store, argv, &fault) != 0)
		return fil_cli_fail(cli, &fault);
	request.context = fil_cli_output(cli, "findings", N_("the findings about the store"),
	    fil_finding_columns, FIL_FINDING_CELLS);
	result = fil_check(store, &request, &checked, &fault);
	if (result != 0)
		return fil_cli_fail(cli, &fault);
	summary = fil_checked_summary(&checked);
	fil_cli_say(cli, "%s", summary);
	free(summary);
	if (repairs)
		say_remedies(cli, &checked);
	return fil_cli_end(cli, checked.errors > 0 ? FIL_REFUSED : FIL_OK);
}
