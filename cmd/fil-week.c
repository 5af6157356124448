/* SPDX-License-Identifier: ISC */
/* fil-week: write the weekly page */
#include "lib/base/language.h"
#include "lib/cli/cli.h"
#include "lib/mapping/profile_file.h"
#include "lib/page/mail.h"
#include "lib/page/sections.h"
#include "lib/page/week.h"
#include "lib/report/report.h"

/* The letter of the first fil_week_option, and those of the other options. */
enum { OPTION = 256, SECTIONS = OPTION + FIL_WEEK_OPTIONS, NAMES, LANGUAGE, PROFILE, FAILURES };
enum { MAIL_TO = FAILURES + 1, ATTACH };

static const struct fil_option options[] = {
	{ "sections", SECTIONS, "LIST", N_("write only these sections (default: all)"), ",WORD" },
	{ "names", NAMES, NULL, N_("name the people to see (default: count them)") },
	{ "failures", FAILURES, "FILE", N_("tell of failed steps, 'step TAB status TAB message'") },
	{ "lang", LANGUAGE, "LANG", N_("write in fr or en (default: LANG)"), "fr en" },
	{ "profile", PROFILE, "FILE", N_("read settings from FILE (default: week.ini)"), "*.ini" },
	{ "format", 'f', "FORMAT", N_("write text|markdown|html|json (default: by -o, or text)"),
	    "text markdown html json" },
	{ "mail-to", MAIL_TO, "ADDR", N_("write a mail to ADDR, for sendmail -t") },
	{ "attach", ATTACH, "LIST", N_("attach html,xlsx,csv to the mail (default: html)"),
	    ",html xlsx csv" },
	{ 0 },
};

static const struct fil_command command = {
	.purpose = N_("write the weekly page"),
	.operands = "",
	.words = N_("Sections"),
	.word = fil_sections_name,
	.examples = "fil-week --lang fr -o week.html\n"
		    "fil-week --mail-to direction@example.org | sendmail -t",
	.options = options,
	.shares = FIL_SHARE_STORE | FIL_SHARE_FILE | FIL_SHARE_FILTER | FIL_SHARE_USERS,
};

/* What the command line asks for. */
struct asked {
	struct fil_cli *cli;
	struct fil_week_request request;
	const char *profile;
	fil_week_form *form; /* NULL: not said */
	struct fil_mail *mail;
};

static void
add_options(struct fil_cli *cli)
{
	for (int i = 0; i < FIL_WEEK_OPTIONS; i++)
		fil_cli_add(
		    cli, (struct fil_option[]){ fil_week_option((size_t)i, OPTION + i) }, NULL);
}

/* Reads an option, or ends the program with 64. */
static void
take_option(struct asked *asked, int letter)
{
	struct fil_week_request *request = &asked->request;
	const char *wrong = NULL; /* the name of the option */
	struct fil_fault fault;

	switch (letter) {
	case SECTIONS: request->sections = optarg; break;
	case NAMES: request->names = true; break;
	case FAILURES: request->failures = optarg; break;
	case LANGUAGE:
		if (!fil_language_choose(optarg))
			fil_cli_usage(asked->cli, "--lang takes fr or en, not '%s'", optarg);
		request->language = optarg;
		break;
	case PROFILE: asked->profile = optarg; break;
	case MAIL_TO:
		wrong = fil_mail_to(asked->mail, optarg, &fault) < 0 ? "mail-to" : NULL;
		break;
	case ATTACH:
		wrong = fil_mail_attach(asked->mail, optarg, &fault) < 0 ? "attach" : NULL;
		break;
	case 'f':
		asked->form = fil_week_form_named(optarg, &fault);
		wrong = asked->form ? NULL : "format";
		break;
	default:
		letter -= OPTION;
		if (fil_week_request_take(request, (size_t)letter, optarg, &fault) < 0)
			wrong = fil_week_option((size_t)letter, 0).name;
	}
	if (wrong)
		fil_cli_usage(asked->cli, "--%s: %s", wrong, fault.text);
}

/* Makes the page, and writes it in its form or as a mail. Returns 0, or -1 with a fault. */
static int
write_week(struct asked *asked, struct fil_fault *fault)
{
	struct fil_week_request *request = &asked->request;
	struct fil_fault lacking = { .text = "" };
	char day[FIL_DATE_SIZE];
	struct fil_week *week;
	int result = 0;

	if (fil_week_request_complete(request, fault) < 0 ||
	    fil_sections_choose(request, fault) < 0 ||
	    fil_mail_complete(asked->mail, request->settings, fault) < 0 ||
	    !(week = fil_week_make(fil_cli_store(asked->cli, FIL_STORE_READ), request, fault)))
		return -1;
	fil_date_write(request->as_of, day);
	if (request->as_of > request->today)
		fil_cli_say(asked->cli, FIL_REPORT_TO_COME, day);
	if (request->min_group < FIL_REPORT_SEVERAL)
		fil_cli_say(asked->cli, FIL_REPORT_ANY_SIZE);
	if (fil_mail_wanted(asked->mail))
		result =
		    fil_mail_write(asked->mail, week, fil_cli_stream(asked->cli), &lacking, fault);
	else
		asked->form(week, fil_cli_stream(asked->cli));
	if (lacking.text[0] != '\0')
		fil_cli_say(asked->cli, "%s", lacking.text);
	fil_week_free(week);
	return result;
}

int
main(int argc, char **argv)
{
	struct fil_cli *cli = fil_cli_new(argc, argv, &command);
	struct asked asked = { .cli = cli, .mail = fil_mail_new() };
	struct fil_profile_file *settings;
	struct fil_fault fault;
	int result = -1;

	asked.request.today = fil_cli_options(cli)->today;
	add_options(cli);
	for (int letter; (letter = fil_cli_next(cli)) != -1;)
		take_option(&asked, letter);
	fil_cli_operands(cli, 0);
	if (asked.form && fil_mail_wanted(asked.mail))
		fil_cli_usage(cli, "--mail-to writes a mail: it takes no --format");
	asked.form = asked.form ? asked.form : fil_week_form_of(fil_cli_options(cli)->output);
	if (fil_mail_check(asked.mail, argv, &fault) < 0)
		fil_cli_usage(cli, "%s", fault.text);
	asked.request.selection = fil_cli_users(cli);
	asked.request.settings = settings = fil_settings_read(asked.profile, &fault);
	if (settings)
		result = write_week(&asked, &fault);
	fil_mail_free(asked.mail);
	fil_week_request_release(&asked.request);
	fil_profile_file_free(settings);
	return result < 0 ? fil_cli_fail(cli, &fault) : fil_cli_end(cli, FIL_OK);
}
