# SPDX-License-Identifier: ISC
# shellcheck shell=bash disable=SC2034,SC2154
# Functions for all tests of the commands. A .bats file begins with `load helper`. Each test then runs in an empty folder
# of its own. The commands are on the PATH, FILROUGE_DB names a store, and today is 2024-03-15.
#
#	@test "a column is matched whatever its case" {
#		fil_store
#		try fil-import users <<< $'USER,Name\nu1,Ada'
#		status_is 0
#		out_is <<- 'END'
#			action,user,…
#		END
#		err_is 'fil-import: users: 1 read, 1 added (run 2)'
#	}
#
# FILROUGE_BIN names another folder of commands, such as that of the sanitizer build. With STORE=postgresql, beside a
# server (tests/cluster), each store is a database on the server; with STORE=citus, on three. Tests with the tag `sqlite`,
# `postgresql` (for both) or `citus` run with that engine only, those with `one-server` not with Citus. `sqlite` is also for what is decided before a store is asked, or after it has answered: options,
# formats, cells, words.
bats_require_minimum_version 1.5.0

FILROUGE_BIN=${FILROUGE_BIN:-$BATS_TEST_DIRNAME/../../build/bin}
case $FILROUGE_BIN in /*) ;; *) FILROUGE_BIN=$PWD/$FILROUGE_BIN ;; esac
DATA=$BATS_TEST_DIRNAME/../data
# Debian's /usr/bin/psql is a script that starts the program, and takes longer than it.
PROGRAMS=$FILROUGE_BIN
for programs in /usr/lib/postgresql/*/bin; do PROGRAMS=$programs:$PROGRAMS; done

# Makes what each test of the file copies as its store. A file with its own setup_file calls it first.
fil_setup_file() {
	[ "${STORE:-sqlite}" = sqlite ] || return 0
	mkdir "$BATS_FILE_TMPDIR/store"
	env -i "PATH=$FILROUGE_BIN:$PATH" FILROUGE_DB="$BATS_FILE_TMPDIR/store/filrouge.db" FILROUGE_TODAY=2024-03-15 fil-init -q
}

setup_file() {
	fil_setup_file
}

# bats has each line of a test noted before it runs, which takes longer than most lines. It is enough to look where a
# failure is when there is one.
fil_lines() {
	declare -F bats_capture_stack_trace bats_error_trap > /dev/null || return 0
	trap - DEBUG
	trap 'fil_failed' ERR
}

fil_failed() {
	bats_check_status_from_trap
	[ -n "$BATS_DEBUG_LAST_STACK_TRACE_IS_VALID" ] || bats_capture_stack_trace
	BATS_DEBUG_LAST_STACK_TRACE_IS_VALID=1
}

# bats asks two processes for the time at which a test begins, and one to remove its empty output, which goes with the folder.
get_mills_since_epoch() {
	printf '%d\n' "$((${EPOCHREALTIME/[.,]/} / 1000))"
}

# Prepares the folder and the environment of a test. A file with its own setup calls it first.
fil_setup() {
	local name

	fil_lines
	# Settings, language and store of the caller must not change the results.
	for name in "${!FILROUGE_@}" "${!XDG_@}" "${!LC_@}" LANG LANGUAGE TZ COLUMNS LINES POSIXLY_CORRECT NO_COLOR; do
		case $name in
		FILROUGE_BIN | FILROUGE_CLUSTER | FILROUGE_TORTURE | FILROUGE_SHIMS) ;;
		*) unset "$name" ;;
		esac
	done
	SCRATCH=$BATS_TEST_TMPDIR
	cd "$SCRATCH" || return
	export PATH=$PROGRAMS:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin
	export FILROUGE_DB=$SCRATCH/store/filrouge.db FILROUGE_TODAY=2024-03-15
	# The folder of the store and of temporary files.
	FOLDER=$SCRATCH/store
	if [ "${STORE:-sqlite}" != sqlite ]; then
		fil_address main
		export TMPDIR=$FOLDER
	fi
	export LC_ALL=C.UTF-8 TERM=dumb HOME=$SCRATCH
	# Both outputs of a command stay outside the folder in which the test works.
	OUT=$SCRATCH.stdout ERR=$SCRATCH.stderr
	umask 022
	exec < /dev/null
}

setup() {
	fil_setup
}

# Makes the store of FILROUGE_DB: fil_store [FUNCTION]. The function fills it, and may write files. It runs once for a file
# of tests: another test whose folder is still empty gets a copy of what it made. It leaves no variables.
fil_store() {
	local kept=

	if [ $# -eq 1 ] && ! compgen -G "$SCRATCH/*" > /dev/null; then kept=$BATS_FILE_TMPDIR/$1; fi
	if [ -n "$kept" ] && [ -d "$kept" ]; then
		cp -RT "$kept" "$SCRATCH"
		case $FILROUGE_DB in postgresql:*) fil_database "${FILROUGE_DB##*/}_$1" ;; esac
		return
	fi
	case $FILROUGE_DB in
	postgresql:*) mkdir -p "$FOLDER" && fil_database template ;;
	*/filrouge.db) cp -RT "$BATS_FILE_TMPDIR/store" "${FILROUGE_DB%/*}" ;;
	*) mkdir -p "${FILROUGE_DB%/*}" && fil-init -q ;;
	esac
	[ $# -eq 0 ] || "$1"
	[ -z "$kept" ] || fil_keep "$kept"
}

# Fills the store with all that the folder examples holds, as of 2024-03-31: fil_store fil_examples.
fil_examples() (
	local table

	cd "$BATS_TEST_DIRNAME/../../examples" || return
	export FILROUGE_TODAY=2024-03-31
	fil-import -q users sirh.csv
	fil-import -q users roles.csv
	fil-import -q modules modules.csv
	fil-import -q phases phases.csv
	fil-import -q enrolments enrolments.csv -o /dev/stdout |
		fil-assign -q module=prise-en-main assigned=2024-01-08 due=2024-01-26
	fil-list users --active --phase '' | fil-import -q enrolments phase=rollout enrolled=2024-02-19 -o /dev/stdout |
		fil-assign -q module=circuit assigned=2024-02-19 due=2024-03-15
	fil-record -q autonomy autonomy/*.csv
	fil-record -q completions completions.csv
	for table in rules routines promises commitments; do fil-import -q "$table" "$table.csv"; done
	for table in needs practices verdicts efforts; do fil-record -q "$table" "$table.csv"; done
	fil-propose -q -o /dev/stdout 2> /dev/null | fil-assign -q
)

# Prints sections of the weekly page as text, without its heading, its end and the lines between sections:
# fil_week_sections LIST [OPTION...]
fil_week_sections() {
	local list=$1

	shift
	fil-week --sections "$list" "$@" | sed -n '/^──/,$p' | sed '/^──/d;/^Page as of\|^Page arrêtée/,$d' | sed -e :a -e '/^\n*$/{$d;N;ba' -e '}'
}

# Prints the options of the help on standard input, a line for each letter and name.
fil_options() {
	sed -n '/(man .*)/,/^$/ s/^  //p; s/^  \(-.,\|   \) \(--[a-z-]*\).*/\1 \2/p' | grep -oE '(^| |\|)--?[a-z][a-z-]*' | tr -d ' |'
}

# Keeps the folder of the test and its store for the tests that follow: fil_keep PLACE.
fil_keep() {
	local made=$FILROUGE_DB

	cp -RT "$SCRATCH" "$1"
	case $made in postgresql:*) FILROUGE_DB=${made}_${1##*/} fil_database "${made##*/}" ;; esac
}

# Sets FILROUGE_DB to the address of the file's database of a name: fil_address NAME. Tests use it in turn.
fil_address() {
	local file=${BATS_RUN_TMPDIR##*-}

	export FILROUGE_DB=postgresql://filrouge@${FILROUGE_CLUSTER//\//%2F}/t_${file,,}_$1
}

# Makes the database of FILROUGE_DB again: fil_database [TEMPLATE]. It is empty, or a copy of the template.
fil_database() {
	local name=${FILROUGE_DB##*/} template=${1:-template1} port

	if [ "$STORE" != citus ]; then
		FILROUGE_DB=${FILROUGE_DB%/*}/postgres ask "DROP DATABASE IF EXISTS $name WITH (FORCE)" \
			"CREATE DATABASE $name TEMPLATE $template STRATEGY file_copy"
		return
	fi
	# On each node. Citus keeps a process connected to each database, and starts it again.
	for port in 5432 5433 5434; do
		FILROUGE_DB=${FILROUGE_DB%/*}/postgres PGPORT=$port ask "DROP DATABASE IF EXISTS $name WITH (FORCE)" \
			"ALTER DATABASE $template ALLOW_CONNECTIONS false" \
			"SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = '$template'" \
			"CREATE DATABASE $name TEMPLATE $template STRATEGY file_copy" \
			"ALTER DATABASE $template ALLOW_CONNECTIONS true" > /dev/null
	done
}

# Prints the rows of SQL statements: ask STATEMENT... Cells are separated by |, and NULL is empty.
ask() {
	case $FILROUGE_DB in
	postgresql:*) perl -w "$BATS_TEST_DIRNAME/ask.pl" "$FILROUGE_DB" "$@" ;;
	*) sqlite3 "$FILROUGE_DB" "$@" ;;
	esac
}

# Marks the store as one of a newer version.
newer() {
	case $FILROUGE_DB in
	postgresql:*) ask 'update filrouge set version = 999' ;;
	*) ask 'pragma user_version = 999' ;;
	esac
}

# Succeeds if SQLite finds the file intact. A server checks its own files.
whole() {
	case $FILROUGE_DB in
	postgresql:*) ;;
	*) [ "$(ask 'pragma integrity_check')" = ok ] ;;
	esac
}

# Prints all rows of the store, in the same order for the same rows.
dump() {
	case $FILROUGE_DB in
	postgresql:*) ask "$(< "$BATS_TEST_DIRNAME/dump.sql")" ;;
	*) sqlite3 "$FILROUGE_DB" .dump ;;
	esac
}

# Prints all that the store of an address holds: facts, figures, log and history.
whole_store() {
	local table subject

	for table in $(fil-list --tables -f csv | sed 1d | cut -d , -f 1); do fil-list "$table" -d "$1"; done
	for subject in autonomy progress needs followup; do fil-report "$subject" -d "$1"; done
	FILROUGE_DB=$1 ask "select * from runs order by run"
	FILROUGE_DB=$1 ask "select * from history order by run, number"
	FILROUGE_DB=$1 ask 'select * from standing order by "user", dimension' | LC_ALL=C sort
	FILROUGE_DB=$1 ask 'select * from standings order by "user"' | LC_ALL=C sort
}

# Runs a command, or with one argument a line of shell with pipefail: try COMMAND... Standard output and standard error go
# to OUT and ERR, for the comparisons below. Sets `status`.
try() {
	status=0
	if [ $# -eq 1 ]; then
		(set +e -o pipefail; eval "$1") > "$OUT" 2> "$ERR" || status=$?
	else
		"$@" > "$OUT" 2> "$ERR" || status=$?
	fi
}

# Runs a line of shell on a terminal of 80 columns (or COLUMNS). Both outputs go to OUT, without the carriage returns of
# the terminal.
try_on_terminal() {
	local line="stty cols ${COLUMNS:-80} rows 24 -echo; $1"

	status=0
	SHELL=/bin/bash script -qefc "$line" /dev/null < /dev/null > "$OUT" 2> "$ERR" || status=$?
	sed -i 's/\r*$//' "$OUT"
}

status_is() {
	[ "$status" -eq "$1" ] && return
	echo "status $status, not $1; standard error:"
	cat "$ERR"
	return 1
}

# Compares a whole output with the arguments, one for each line, or with standard input if there are none. `out_is ''`
# expects an empty output.
out_is() {
	fil_compare 'standard output' "$OUT" "$@"
}

err_is() {
	fil_compare 'standard error' "$ERR" "$@"
}

fil_compare() {
	local what=$1 file=$2 wanted got

	shift 2
	if [ $# -eq 0 ]; then
		fil_read wanted
	elif [ $# -eq 1 ] && [ -z "$1" ]; then
		wanted=
	else
		printf -v wanted '%s\n' "$@"
	fi
	fil_read got < "$file"
	[ "$wanted" != "$got" ] || return 0
	echo "$what is not as wanted (-) but (+):"
	diff -u --label wanted --label got - "$file" <<< "${wanted%$'\n'}" | cat -A | sed 's/\$$//'
	[ "$file" = "$ERR" ] || { echo 'standard error:'; cat "$ERR"; }
	return 1
}

# Reads the whole of standard input into a variable; a NUL, which no variable can hold, becomes \0.
fil_read() {
	local fil_part fil_whole=

	while IFS= read -r -d '' fil_part; do fil_whole+=$fil_part'\0'; done
	printf -v "$1" %s "$fil_whole$fil_part"
}

# Succeeds if a line of an output is exactly this.
out_has() {
	fil_find 'standard output' "$OUT" "$1"
}

err_has() {
	fil_find 'standard error' "$ERR" "$1"
}

fil_find() {
	local line

	while IFS= read -r line || [ -n "$line" ]; do
		[ "$line" != "$3" ] || return 0
	done < "$2"
	echo "$1 has no line"
	echo "	$3"
	echo 'but:'
	cat "$2"
	return 1
}
