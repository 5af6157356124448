/* SPDX-License-Identifier: ISC */
/* fil-sample: draw a sample of users for a phase */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/language.h"
#include "lib/cli/cli.h"
#include "lib/plan/sample.h"

enum { MOST = 100 * 1000 }; /* a hundred percent, in thousandths */

enum { SIZE = 256, SHARE, BY, DEPTH, SEED, EXCEPT, DETECT, RHO };

static const struct fil_option options[] = {
	{ "size", SIZE, "N", N_("draw until the phase has N users") },
	{ "share", SHARE, "PCT", N_("draw until the phase has PCT of the users to draw from") },
	{ "by", BY, "LIST", N_("draw from each stratum, as unit,job (default: one)"), ",COL" },
	{ "depth", DEPTH, "N", N_("cut a unit's path after N parts (default: whole path)") },
	{ "seed", SEED, "TEXT", N_("draw another sample for another TEXT (default: PHASE)") },
	{ "except", EXCEPT, "FILE", N_("leave out users in FILE, CSV or keys (default: none)") },
	{ "detect", DETECT, "POINTS", N_("tell how many users show a difference of POINTS") },
	{ "rho", RHO, "R", N_("count users of a stratum as alike by R (default: 0)") },
	{ 0 },
};

static const struct fil_command command = {
	.purpose = N_("draw a sample of users for a phase"),
	.operands = "PHASE",
	.examples = "fil-sample pilot --size 40 --by unit --depth 1 | fil-import enrolments\n"
		    "fil-sample pilot --detect 15",
	.options = options,
	.shares = FIL_SHARE_STORE | FIL_SHARE_OUTPUT | FIL_SHARE_FILTER | FIL_SHARE_USERS,
};

/* The options of the command line. */
struct asked {
	struct fil_cli *cli;
	struct fil_sample_request sample;
	struct fil_detection detection; /* points 0: not asked for */
};

static void
take_option(struct asked *asked, int option)
{
	struct fil_cli *cli = asked->cli;
	struct fil_sample_request *sample = &asked->sample;
	const char *name = options[option - SIZE].name;

	switch (option) {
	case SIZE: sample->users = (size_t)fil_cli_number(cli, name, optarg, 1, UINT_MAX); break;
	case SHARE: sample->share = fil_cli_thousandths(cli, name, optarg, 1, MOST); break;
	case BY: sample->by = optarg; break;
	case DEPTH: sample->depth = (unsigned)fil_cli_number(cli, name, optarg, 1, INT_MAX); break;
	case SEED: sample->seed = optarg; break;
	case EXCEPT:
		sample->except = optarg;
		fil_cli_reads(cli, optarg, "except");
		break;
	case RHO:
		asked->detection.rho =
		    (double)fil_cli_thousandths(cli, name, optarg, 0, 1000) / 1000;
		break;
	default: asked->detection.points = fil_cli_thousandths(cli, name, optarg, 1, MOST);
	}
}

static void
check_usage(const struct asked *asked)
{
	const struct fil_sample_request *sample = &asked->sample;

	fil_cli_operands(asked->cli, 1);
	if (sample->users > 0 && sample->share > 0)
		fil_cli_usage(asked->cli, "--size and --share exclude each other");
	if (sample->users == 0 && sample->share == 0 && asked->detection.points == 0)
		fil_cli_usage(asked->cli, "give the number of users: --size N, or --share PCT");
	if (sample->depth > 0 && !sample->by)
		fil_cli_usage(asked->cli, "--depth needs --by unit");
	if (asked->detection.rho > 0 && (asked->detection.points == 0 || !sample->by))
		fil_cli_usage(asked->cli, "--rho needs --detect, and --by for the strata");
}

/* Prints the lines of a text, which may be NULL, and frees it. */
static void
say(const struct fil_cli *cli, char *lines)
{
	char *rest = lines, *line;

	while ((line = strsep(&rest, "\n")) && *line != '\0')
		fil_cli_say(cli, "%s", line);
	free(lines);
}

/* Draws the sample, prints its rows and messages. Returns 0, or -1 with a fault. */
static int
draw(const struct asked *asked, struct fil_store *store, struct fil_fault *fault)
{
	struct fil_sample *sample = fil_sample_new(store, &asked->sample, fault);
	const char *const *cells;
	char *detection = NULL;

	if (sample && asked->detection.points > 0)
		detection = fil_sample_detection(store, sample, &asked->detection, fault);
	if (!sample || (asked->detection.points > 0 && !detection)) {
		fil_sample_free(sample);
		return -1;
	}
	struct fil_output *output =
	    fil_cli_output(asked->cli, "enrolments", NULL, fil_sample_columns, FIL_SAMPLE_CELLS);
	while (fil_sample_step(sample, &cells) == 1)
		fil_output_row(output, cells);
	if (asked->sample.users > 0 || asked->sample.share > 0)
		say(asked->cli, fil_sample_words(sample));
	say(asked->cli, detection);
	fil_sample_free(sample);
	return 0;
}

int
main(int argc, char **argv)
{
	struct asked asked = { .cli = fil_cli_new(argc, argv, &command) };
	struct fil_fault fault;
	int option, got;

	while ((option = fil_cli_next(asked.cli)) != -1)
		take_option(&asked, option);
	check_usage(&asked);
	asked.sample.phase = argv[optind];
	asked.sample.selection = fil_cli_users(asked.cli);
	asked.sample.today = fil_cli_options(asked.cli)->today;
	got = draw(&asked, fil_cli_store(asked.cli, FIL_STORE_READ), &fault);
	return got < 0 ? fil_cli_fail(asked.cli, &fault) : fil_cli_end(asked.cli, FIL_OK);
}
