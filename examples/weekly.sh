#!/bin/sh
# SPDX-License-Identifier: ISC
# A weekly round to copy and adapt: imports the list from HR, assigns support, and mails the weekly page. Run it from cron,
# on Mondays, as the owner of the store:
#
#	MAILTO=admin@example.org
#	PATH=/usr/local/bin:/usr/bin:/bin
#	FILROUGE_DB=/srv/filrouge/filrouge.db
#	0 7 * * 1  /srv/filrouge/weekly.sh /srv/hr/sirh.csv direction@example.org
#
# A step that fails does not stop the others. The page lists it under its decisions, and standard error has all of its
# messages, which cron mails to the administrator; the exit status is then 1. fil-import refuses a list that is old, cut
# short or would change too many users. The users of the week before then stay.
set -u

if [ $# -ne 2 ]; then
	echo "usage: ${0##*/} HR-EXPORT MAIL-ADDRESS" >&2
	exit 64
fi
export_file=$1 address=$2
umask 077
work=$(mktemp -d) || exit 73
trap 'rm -rf "$work"' EXIT
trap 'exit 143' TERM HUP INT
# The page names this file, so it stays until the next round, in the home of the account if it has one.
kept=${HOME:+$HOME/.local/state/filrouge}
mkdir -p "${kept:=$work}" 2> /dev/null || kept=$work
failures=$kept/failures
: > "$failures" || exit 73

# Runs a step: step NAME COMMAND... A failure is a line of NAME, status and last message.
step() {
	name=$1
	shift
	"$@" > "$work/out" 2> "$work/said"
	status=$?
	[ "$status" -ne 0 ] || return 0
	message=$(grep -v '^Try ' "$work/said" | tail -n 1 | tr '\t' ' ')
	printf '%s\t%s\t%s\n' "$name" "$status" "${message:-without a message}" >> "$failures"
	sed "s/^/$name: /" "$work/said" >&2
}

# A pipe has only the status of its last command, so what is assigned is written to a file first.
support() {
	fil-propose > "$work/proposals" && fil-assign "$work/proposals"
}

tutoring() {
	fil-report stalled --weeks 4 > "$work/stalled" &&
		fil-assign module=tutoring due=+14d reason='no rise for four weeks' "$work/stalled"
}

step users fil-import users --sync --max-age 8d "$export_file"
step support support
step tutoring tutoring
# Fails if the share_max of a direction is below 50 percent.
step directions fil-report autonomy --by unit --depth 1 --require 'share_max >= 50'

fil-week --failures "$failures" --mail-to "$address" > "$work/mail" || exit
if ! "${SENDMAIL:-/usr/sbin/sendmail}" -t < "$work/mail"; then
	echo "${0##*/}: the mail to $address was not sent; fil-week prints its page" >&2
	exit 75
fi
[ ! -s "$failures" ]
