/* SPDX-License-Identifier: ISC */
/* What the page does not know. */
#include "lib/base/bytes.h"
#include "lib/base/language.h"
#include "lib/page/phrases.h"

/* Adds the sections that the page leaves out. */
static void
add_absent(struct fil_content *content)
{
	struct fil_week *week = content->week;
	struct fil_bytes list = { 0 };

	for (size_t i = 0; i < week->n_absent; i++)
		fil_bytes_add_format(&list, "%s%s", i == 0 ? "" : ", ", _(week->absent[i]->absent));
	if (list.length > 0)
		fil_content_item(content,
		    fil_week_text(
			week, _("Without data, hence without a section: %s."), list.data));
	fil_bytes_release(&list);
}

static bool
make_unknown(struct fil_content *content)
{
	struct fil_week *week = content->week;
	const struct fil_rows *now = fil_content_rows(content, FIL_NOW, "autonomy", NULL),
			      *before = fil_content_rows(content, FIL_BEFORE, "autonomy", NULL);
	long long unknown = fil_rows_less(now, 0, "users", "measured"),
		  was = fil_rows_less(before, 0, "users", "measured");

	if (fil_rows_count(now, 0, "users") > 0)
		fil_content_say(content,
		    ngettext("%s person has no known level in one dimension at least, %s.",
			"%s people have no known level in one dimension at least, %s.",
			(unsigned long)unknown),
		    fil_phrase_count(week, unknown), fil_phrase_moved(week, unknown, was));
	add_absent(content);
	return true;
}

const struct fil_section fil_section_unknown = {
	.id = "unknown",
	.title = N_("What this page does not know"),
	.place = 13,
	.late = true,
	.unreported = true,
	.make = make_unknown,
};
