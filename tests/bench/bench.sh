#!/bin/bash
# SPDX-License-Identifier: ISC
# The figures that filrouge holds, each against sqlite3 in the same run: medians of RUNS (5) runs in turn, in seconds,
# and the peak of our memory. ONLY=NAME measures one figure, SCALE=100 takes a hundredth of the rows (for a quick look),
# TMPDIR says where. Exits 1 when a figure is missed.
set -euo pipefail

bench=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=tests/bench/measure.sh
. "$bench/measure.sh"
# shellcheck source=tests/bench/sqlite.sh
. "$bench/sqlite.sh"

SMALL=5000 fact=0 who=''
export FILROUGE_DB=$folder/ours.db

# Prints the KiB that a figure's command may take at most, 0 for any.
limit_of() {
	case $1 in
	users-* | autonomy-load | autonomy-unchanged) echo $((64 * 1024)) ;;
	autonomy-report | time-report | forecast-report | modules-report | check*) echo $((96 * 1024)) ;;
	routines-report) echo $((32 * 1024)) ;;
	*) echo 0 ;;
	esac
}

new_stores() {
	new_ours
	new_other
}

new_ours() {
	rm -f ours.db*
	fil-init -q
}

new_other() {
	rm -f other.db*
	sqlite3 other.db < schema.sql > /dev/null
}

# Stores with all users and nothing else, kept aside to begin anew from.
users_only() {
	[ -e kept ] && return
	data users "$USERS" users.csv
	sqlite_load users users.csv > users.sql
	new_stores
	fil-import -q users users.csv
	sqlite3 other.db < users.sql
	mkdir kept
	cp ours.db* other.db* kept
}

back_to() {
	rm -f "$1".db*
	cp kept/"$1".db* .
}

loaded() {
	users_only
	data autonomy "$USERS" autonomy.csv
	sqlite_load autonomy autonomy.csv > autonomy.sql
	[ "$(sqlite3 other.db 'SELECT count(*) FROM autonomy')" = $((3 * USERS)) ] && return
	back_to ours
	back_to other
	fil-record -q autonomy autonomy.csv
	sqlite3 other.db < autonomy.sql
}

# A store of its own with a million enrolments, and three million assignments, levels and practices.
followed() {
	local table

	[ -e followed.db ] && return
	fil-init -q -d followed.db
	for table in users phases enrolments modules routines assignments completions practices autonomy; do
		data "$table" "$USERS" "$table.csv"
		fil-import -q -d followed.db "$table" "$table.csv"
	done
}

small() {
	data users "$SMALL" small.csv
	data small "$SMALL" facts.csv
	new_stores
	fil-import -q users small.csv
	fil-record -q autonomy facts.csv
}

# The small store with users followed from a day on, in two phases.
small_followed() {
	local table

	small
	for table in phases enrolments; do
		data "$table" "$SMALL" "small-$table.csv"
		fil-import -q "$table" "small-$table.csv"
	done
}

# Sets `who` to a user whose fact changes the store.
# shellcheck disable=SC2034,SC2317 # it runs, and `who` is used, in the lines that figure gets
next_fact() {
	fact=$((fact + 1))
	printf -v who %07d "$fact"
}

sqlite_schema > schema.sql
sqlite_report > report.sql
sqlite_modules > modules.sql
sqlite_routines > routines.sql
sqlite_time > time.sql
printf '%-18s %9s %9s %7s %7s %9s\n' figure ours sqlite3 ratio target 'peak MiB'

if wanted users-sorted; then
	data users "$USERS" users.csv
	sqlite_load users users.csv > users.sql
	figure users-sorted 1.2 "$RUNS" new_ours 'fil-import -q users users.csv' new_other 'sqlite3 other.db ".read users.sql"'
fi
if wanted users-shuffled; then
	data shuffled "$USERS" shuffled.csv
	sqlite_load users shuffled.csv > shuffled.sql
	figure users-shuffled 1.2 "$RUNS" new_ours 'fil-import -q users shuffled.csv' \
		new_other 'sqlite3 other.db ".read shuffled.sql"'
fi
if wanted users-unchanged; then
	users_only
	sqlite_load users users.csv guarded > guarded.sql
	figure users-unchanged 0.9 "$RUNS" : 'fil-import -q users users.csv' : \
		'sqlite3 other.db ".read users.sql"' 'sqlite3 other.db ".read guarded.sql"'
fi
if wanted users-sync; then
	users_only
	data week "$USERS" week.csv
	sqlite_sync week.csv 2024-03-31 > week.sql
	figure users-sync 0.5 "$RUNS" 'back_to ours' 'fil-import -q users --sync week.csv' \
		'back_to other' 'sqlite3 other.db ".read week.sql"'
fi
if wanted users-windows; then    # against ourselves: the same rows as UTF-8 with ISO dates
	data users "$USERS" users.csv
	data windows "$USERS" windows.csv
	figure users-windows 1.3 "$RUNS" new_ours 'fil-import -q users windows.csv' \
		new_ours 'fil-import -q users users.csv'
fi
if wanted users-workbook; then    # against ourselves: the same rows as CSV
	data users "$USERS" users.csv
	new_ours
	fil-import -q users users.csv
	fil-list users -f xlsx -o users.xlsx
	fil-list users > listed.csv
	figure users-workbook 4 "$RUNS" new_ours 'fil-import -q users users.xlsx' new_ours 'fil-import -q users listed.csv'
	rm users.xlsx listed.csv
fi
if wanted users-doubled; then
	data users $((2 * USERS)) doubled.csv
	clock new_ours 'fil-import -q users doubled.csv'
	weigh new_ours 'fil-import -q users doubled.csv'
	line users-doubled "$took" 0 0 "$peak"
	rm doubled.csv
fi
if wanted autonomy-load; then
	users_only
	data autonomy "$USERS" autonomy.csv
	sqlite_load autonomy autonomy.csv > autonomy.sql
	figure autonomy-load 1.0 "$RUNS" 'back_to ours' 'fil-record -q autonomy autonomy.csv' \
		'back_to other' 'sqlite3 other.db ".read autonomy.sql"'
fi
if wanted autonomy-unchanged; then
	loaded
	sqlite_load autonomy autonomy.csv guarded > guarded-autonomy.sql
	figure autonomy-unchanged 0.9 "$RUNS" : 'fil-record -q autonomy autonomy.csv' \
		: 'sqlite3 other.db ".read guarded-autonomy.sql"'
fi
if wanted autonomy-report; then
	loaded
	figure autonomy-report 0.4 "$RUNS" : 'fil-report autonomy --by unit' : 'sqlite3 other.db ".read report.sql"'
fi
if wanted modules-report; then
	followed
	figure modules-report 0.5 "$RUNS" : 'fil-report modules -d followed.db' : 'sqlite3 followed.db ".read modules.sql"'
fi
if wanted routines-report; then
	followed
	figure routines-report 0.5 "$RUNS" : 'fil-report routines -d followed.db' : 'sqlite3 followed.db ".read routines.sql"'
fi
if wanted time-report; then
	followed
	figure time-report 0.5 "$RUNS" : 'fil-report time --by unit -d followed.db' : 'sqlite3 followed.db ".read time.sql"'
fi
if wanted forecast-report; then    # against ourselves: at most 5 s of one core more
	followed
	figure forecast-report 2 "$RUNS" : 'fil-report forecast --by unit -d followed.db' \
		: 'fil-report time --by unit -d followed.db'
fi
if wanted check; then
	loaded
	figure check 3 "$RUNS" : 'fil-check' : "sqlite3 ours.db 'PRAGMA integrity_check'"
fi
if wanted check-history; then    # every user and a fifteenth of the levels were changed
	loaded
	awk -F, -v OFS=, 'NR > 1 { $4 = $4 "x" } 1' users.csv > moved.csv
	awk -F, -v OFS=, 'NR == 1 || NR % 15 == 0 { if (NR > 1) $5 = $5 % 4 + 1; print }' autonomy.csv > changed.csv
	fil-import -q users moved.csv
	fil-record -q autonomy changed.csv
	figure check-history 3 "$RUNS" : 'fil-check' : "sqlite3 ours.db 'PRAGMA integrity_check'"
fi
if wanted small-report; then
	small
	figure small-report 4.0 $((RUNS * 5)) : 'fil-report autonomy' : "sqlite3 ours.db 'select 1'"
fi
if wanted small-forecast; then
	small_followed
	figure small-forecast 10.0 $((RUNS * 5)) : 'fil-report forecast' : 'fil-report autonomy'
fi
if wanted small-week; then
	small_followed
	figure small-week 10.0 $((RUNS * 5)) : 'fil-week -f html' : 'fil-report autonomy'
fi
if wanted small-record; then
	small
	figure small-record 4.0 $((RUNS * 5)) next_fact \
		"fil-record autonomy user=\$who dimension=tool date=2024-02-12 level=3 source=test" \
		: "sqlite3 ours.db 'select 1'"
fi
exit $missed
