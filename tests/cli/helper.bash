# SPDX-License-Identifier: ISC
# shellcheck shell=bash disable=SC2034,SC2154
# What all tests of the commands share. A .bats file begins with `load helper`. Each test then runs in an empty folder of
# its own, with the commands on the PATH, a store's name in FILROUGE_DB and 2024-03-15 as today.
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
# FILROUGE_BIN names another folder of commands, such as the sanitizer build's. With STORE=postgresql, beside a server
# (tests/cluster), stores are databases of their own on it. What is about SQLite's files bears the tag `sqlite`, and what
# is about PostgreSQL `postgresql`: they run with that engine only.
bats_require_minimum_version 1.5.0

FILROUGE_BIN=${FILROUGE_BIN:-$BATS_TEST_DIRNAME/../../build/bin}
case $FILROUGE_BIN in /*) ;; *) FILROUGE_BIN=$PWD/$FILROUGE_BIN ;; esac
DATA=$BATS_TEST_DIRNAME/../data
# Debian's /usr/bin/psql is a script that starts the program, and takes longer than it.
PROGRAMS=$FILROUGE_BIN
for programs in /usr/lib/postgresql/*/bin; do PROGRAMS=$programs:$PROGRAMS; done

# Makes what each test of the file copies as its store.
setup_file() {
	[ "${STORE:-sqlite}" = sqlite ] || return 0
	mkdir "$BATS_FILE_TMPDIR/store"
	env -i "PATH=$FILROUGE_BIN:$PATH" FILROUGE_DB="$BATS_FILE_TMPDIR/store/filrouge.db" FILROUGE_TODAY=2024-03-15 fil-init -q
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

# Overrides of setup call it first.
fil_setup() {
	local name

	fil_lines
	# Nothing of the caller's may show in the results: neither settings nor language, nor a store.
	for name in "${!FILROUGE_@}" "${!XDG_@}" "${!LC_@}" LANG LANGUAGE TZ COLUMNS LINES POSIXLY_CORRECT NO_COLOR; do
		case $name in
		FILROUGE_BIN | FILROUGE_CLUSTER | FILROUGE_TORTURE) ;;
		*) unset "$name" ;;
		esac
	done
	SCRATCH=$BATS_TEST_TMPDIR/scratch
	mkdir "$SCRATCH"
	cd "$SCRATCH" || return
	export PATH=$PROGRAMS:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin
	export FILROUGE_DB=$SCRATCH/store/filrouge.db FILROUGE_TODAY=2024-03-15
	# Where what is temporary and personal is kept.
	FOLDER=$SCRATCH/store
	if [ "${STORE:-sqlite}" != sqlite ]; then
		fil_address main
		export TMPDIR=$FOLDER
	fi
	export LC_ALL=C.UTF-8 TERM=dumb HOME=$SCRATCH
	# What a command says of its own running: results stay beside the folder in which the test works.
	OUT=$BATS_TEST_TMPDIR/out ERR=$BATS_TEST_TMPDIR/err
	umask 022
	exec < /dev/null
}

setup() {
	fil_setup
}

# Makes the store that FILROUGE_DB names.
fil_store() {
	case $FILROUGE_DB in
	postgresql:*) mkdir -p "$FOLDER" && fil_database template ;;
	*/filrouge.db) cp -RT "$BATS_FILE_TMPDIR/store" "${FILROUGE_DB%/*}" ;;
	*) mkdir -p "${FILROUGE_DB%/*}" && fil-init -q ;;
	esac
}

# Sets FILROUGE_DB to the address of a database of this file's, and of that name, which the tests of the file use in turn.
fil_address() {
	local file=${BATS_RUN_TMPDIR##*-}

	export FILROUGE_DB=postgresql://filrouge@${FILROUGE_CLUSTER//\//%2F}/t_${file,,}_$1
}

# Makes that database anew: empty, or a copy of another one. What a killed command left connected does not hinder it.
fil_database() {
	psql -qXd postgres -c 'SET client_min_messages = error' -c "DROP DATABASE IF EXISTS ${FILROUGE_DB##*/} WITH (FORCE)" \
		-c "CREATE DATABASE ${FILROUGE_DB##*/} TEMPLATE ${1:-template1} STRATEGY file_copy"
}

# Asks the store in SQL: cells with | between them, nothing for NULL.
ask() {
	case $FILROUGE_DB in
	postgresql:*) psql -qXAtd "$FILROUGE_DB" -c "$1" ;;
	*) sqlite3 "$FILROUGE_DB" "$1" ;;
	esac
}

# Has the store be one of a newer filrouge.
newer() {
	case $FILROUGE_DB in
	postgresql:*) ask 'update filrouge set version = 999' ;;
	*) ask 'pragma user_version = 999' ;;
	esac
}

# True when the engine finds its own files whole; a server looks after them itself.
whole() {
	case $FILROUGE_DB in
	postgresql:*) ;;
	*) [ "$(ask 'pragma integrity_check')" = ok ] ;;
	esac
}

# Prints all that the store holds, the same for the same.
dump() {
	case $FILROUGE_DB in
	postgresql:*) psql -qXAtd "$FILROUGE_DB" -f "$BATS_TEST_DIRNAME/dump.sql" ;;
	*) sqlite3 "$FILROUGE_DB" .dump ;;
	esac
}

# Runs a command, or with one argument a line of shell (a pipeline fails as its last command that does), and keeps its
# standard output, standard error and status for the comparisons below. Sets `status` too.
try() {
	status=0
	if [ $# -eq 1 ]; then
		(set +e -o pipefail; eval "$1") > "$OUT" 2> "$ERR" || status=$?
	else
		"$@" > "$OUT" 2> "$ERR" || status=$?
	fi
}

# Runs a line of shell on a terminal of 80 columns (or COLUMNS). Both of its outputs arrive in OUT, without the
# terminal's carriage returns at line ends.
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

# Compares the whole of an output with the arguments, a line each, or with standard input when there are none.
# `out_is ''` wants nothing at all.
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

# Reads the whole of standard input into a variable; a NUL, which none can hold, becomes \0.
fil_read() {
	local fil_part fil_whole=

	while IFS= read -r -d '' fil_part; do fil_whole+=$fil_part'\0'; done
	printf -v "$1" %s "$fil_whole$fil_part"
}

# True when a line of an output is exactly this.
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
