#!/bin/sh
# SPDX-License-Identifier: ISC
# A weekly script to copy and adapt: imports the list from HR, assigns support, and mails the figures.
# Run it from cron, on Mondays, as the owner of the store:
#
#	MAILTO=admin@example.org
#	PATH=/usr/local/bin:/usr/bin:/bin
#	FILROUGE_DB=/srv/filrouge/filrouge.db
#	15 6 * * 1  /srv/filrouge/weekly.sh /srv/hr/sirh.csv direction@example.org
#
# A step that fails does not stop the others. Its messages are in the mail, and the subject counts the failed steps. The
# exit status is then 1, so that cron informs the administrator too. fil-import refuses a list that is old, cut short or
# would change too many users. The users of the week before then stay.
set -u

if [ $# -ne 2 ]; then
	echo "usage: ${0##*/} HR-EXPORT MAIL-ADDRESS" >&2
	exit 64
fi
export_file=$1 address=$2
sendmail=${SENDMAIL:-/usr/sbin/sendmail}
umask 077
work=$(mktemp -d) || exit 73
trap 'rm -rf "$work"' EXIT
trap 'exit 143' TERM HUP INT
failures=0

# Runs a step: step TITLE COMMAND... Its messages and its output go into the mail, under its title.
step() {
	title=$1
	shift
	"$@" > "$work/out" 2> "$work/said"
	status=$?
	[ "$status" -eq 0 ] || failures=$((failures + 1))
	{
		printf '## %s\n\n' "$title"
		[ "$status" -eq 0 ] || printf '**This step failed (status %s).**\n\n' "$status"
		[ ! -s "$work/said" ] || { sed 's/^/    /' "$work/said"; echo; }
		[ ! -s "$work/out" ] || { cat "$work/out"; echo; }
	} >> "$work/body"
	return "$status"
}

people() {
	fil-import users --sync --max-age 8d --only added,left,returned -f markdown "$export_file"
}

# A pipe has only the status of its last command, so the proposals are written to a file first.
support() {
	fil-propose > "$work/proposals" && fil-assign -f markdown "$work/proposals"
}

tutors() {
	fil-report stalled --weeks 4 > "$work/stalled" &&
		fil-assign -f markdown module=tutoring due=+14d reason='no rise for four weeks' "$work/stalled"
}

# Fails if the share_max of a direction is below 50 percent.
gate() {
	fil-report autonomy --by unit --depth 1 --require 'share_max >= 50' -f markdown
}

: > "$work/body"
step 'People: joined, left and returned' people
step 'Support: assigned by the rules' support
step 'Tutors: assigned to users who have stalled' tutors
step 'Autonomy by direction' gate
step 'The last six weeks' fil-report progress --weeks 6 -f markdown
step 'Users to see' fil-report followup -f markdown
step 'Modules' fil-report modules -f markdown
step 'Routines' fil-report routines -f markdown
step 'Promises' fil-report promises -f markdown

case $failures in
0) subject='filrouge: the week' ;;
1) subject='filrouge: the week, one step failed' ;;
*) subject="filrouge: the week, $failures steps failed" ;;
esac
{
	printf 'To: %s\nSubject: %s\n' "$address" "$subject"
	printf 'MIME-Version: 1.0\nContent-Type: text/markdown; charset=utf-8\nContent-Transfer-Encoding: 8bit\n'
	printf 'Auto-Submitted: auto-generated\n\n'
	printf '# %s\n\n' "$subject"
	cat "$work/body"
} > "$work/mail"
if ! "$sendmail" -t < "$work/mail"; then
	echo "${0##*/}: the mail was not sent; its text follows:" >&2
	cat "$work/mail" >&2
	exit 75
fi
[ "$failures" -eq 0 ] || echo "${0##*/}: $failures of the steps failed; the mail to $address says which" >&2
[ "$failures" -eq 0 ]
