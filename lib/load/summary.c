/* SPDX-License-Identifier: ISC */
#include "lib/load/summary.h"

#include "lib/base/text.h"

/* Adds ", N word" when there are any. */
static void
count(struct fil_bytes *text, size_t n, const char *word)
{
	if (n > 0)
		fil_bytes_add_format(text, ", %zu %s", n, word);
}

/* Adds what an assigner passed over, and why. */
static void
count_passed(struct fil_bytes *text, const struct fil_assigner *assigner)
{
	static const char *const reasons[] = {
		[FIL_PASSED_LEFT] = "left",
		[FIL_PASSED_OPEN] = "open already",
		[FIL_PASSED_COMPLETED] = "completed already",
	};
	size_t all = 0, n;

	for (enum fil_passed r = FIL_PASSED_LEFT; r <= FIL_PASSED_COMPLETED; r++)
		all += fil_assigner_passed(assigner, r);
	if (all == 0)
		return;
	fil_bytes_add_format(text, ", %zu passed over (", all);
	for (enum fil_passed r = FIL_PASSED_LEFT; r <= FIL_PASSED_COMPLETED; r++) {
		if ((n = fil_assigner_passed(assigner, r)) == 0)
			continue;
		fil_bytes_add_format(text, "%zu %s%s", n, reasons[r], n < all ? ", " : "");
		all -= n;
	}
	fil_bytes_add_text(text, ")");
}

static void
count_written(struct fil_bytes *text, const struct fil_summary *summary)
{
	const struct fil_counts *counts = summary->counts;

	if (summary->removing) {
		fil_bytes_add_format(text, ", %zu removed", counts->removed);
		count(text, summary->unknown, "not there");
		return;
	}
	fil_bytes_add_format(text, ", %zu added, %zu changed", counts->added, counts->changed);
	count(text, counts->left, "left");
	count(text, counts->returned, "returned");
	fil_bytes_add_format(text, ", %zu unchanged", counts->unchanged);
	count(text, summary->unknown, "of unknown users passed over");
	count(text, summary->superseded, "superseded by a later row");
}

char *
fil_summary_text(const struct fil_summary *summary)
{
	struct fil_bytes text = { 0 };

	fil_bytes_add_format(&text, "%s: %zu read", summary->table, summary->counts->read);
	if (summary->written)
		count_written(&text, summary);
	if (summary->assigner)
		count_passed(&text, summary->assigner);
	count(&text, summary->counts->rejected, "refused");
	if (summary->written)
		fil_bytes_add_format(&text, " (run %lld)", (long long)summary->run);
	else
		fil_bytes_add_text(&text, "; nothing was written");
	return text.data;
}
