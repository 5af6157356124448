#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# shellcheck disable=SC1111,SC2094 # the quotes of the page; a mail is read, another file written
# The weekly script, with a sendmail that keeps the mail.
load helper

setup() {
	fil_setup
	export FILROUGE_TODAY=2024-03-31
	EXAMPLES=$BATS_TEST_DIRNAME/../../examples
	fil_store
	(
		cd "$EXAMPLES" || exit
		fil-import -q users sirh.csv
		fil-import -q users roles.csv
		fil-import -q modules modules.csv
		fil-import -q phases phases.csv
		fil-import -q rules rules.csv
		fil-import -q enrolments enrolments.csv
		fil-record -q autonomy autonomy/*.csv
	)
	cat > sendmail <<- END
		#!/bin/sh
		[ "\$*" = -t ] && cat > "$PWD/mail"
	END
	chmod +x sendmail
	cp "$EXAMPLES/sirh.csv" .
	touch -d 2024-03-29 sirh.csv
}

# Runs the script as cron does, with nothing of the environment but this: weekly [NAME=VALUE]...
weekly() {
	env -i "PATH=$PATH" "FILROUGE_DB=$FILROUGE_DB" FILROUGE_TODAY=2024-03-31 "SENDMAIL=$PWD/sendmail" "$@" \
		"$EXAMPLES/weekly.sh" "${export_file:-sirh.csv}" direction@example.org
}

# Checks the mail, and prints parts of it.
read_mail() {
	python3 "$BATS_TEST_DIRNAME/mail.py" "$@" < mail
}

@test "weekly: a good week is one mail, and status 0" {
	try weekly
	status_is 0
	out_is ''
	err_is ''
	[ "$(read_mail To)" = direction@example.org ]
	[ "$(read_mail Subject)" = 'filrouge 2024-W13: 154 of 216 autonomous (+24)' ]
	read_mail text | grep -q '^154 people of 216 are autonomous'
	[ "$(fil-list assignments -w module=tutoring | wc -l)" -gt 1 ]
}

@test "weekly: a second round assigns nothing again" {
	weekly
	fil-list assignments > before
	weekly
	fil-list assignments | diff -u before -
}

@test "weekly: each step that fails is in the mail and on standard error, and the rest goes on" {
	local command step steps

	mkdir broken
	for steps in fil-import:users fil-propose:support 'fil-assign:support tutoring' 'fil-report:tutoring directions'; do
		command=${steps%%:*}
		printf '%s\n' '#!/bin/sh' "printf '$command: said\\n$command: broken\\ttoo\\nTry x\\n' >&2" 'exit 70' > "broken/$command"
		chmod +x "broken/$command"
		rm -f mail
		try weekly "PATH=$PWD/broken:$PATH"
		status_is 1
		out_is ''
		for step in ${steps#*:}; do
			grep -qx "$step: $command: broken"$'\t'too "$ERR"
		done
		cut -d : -f 1 "$ERR" | uniq > failed
		tr ' ' '\n' <<< "${steps#*:}" | diff -u - failed
		read_mail text > text
		for step in ${steps#*:}; do grep -q "“$step”.*70" text; done
		grep -qF "$command: an error in the program" text
		grep -F broken text && return 1
		rm "broken/$command"
	done
	printf '%s\n' '#!/bin/sh' 'echo "fil-week: broken" >&2' 'exit 70' > broken/fil-week
	chmod +x broken/fil-week
	rm mail
	try weekly "PATH=$PWD/broken:$PATH"
	status_is 70
	err_is 'fil-week: broken'
	[ ! -e mail ]
}

@test "weekly: an export that stopped is refused" {
	touch -d 2024-03-01 sirh.csv
	try weekly
	status_is 1
	grep -q '^users: fil-import: sirh.csv.* last written on 2024-03-01' "$ERR"
	read_mail text > text
	grep -q 'Step “users” was refused' text
	grep -q 'last written' text && return 1 # a message may name people
	grep -q '1 message may name people, and is left out' text
}

@test "weekly: the command that the page names for a failed step shows it" {
	local named

	touch -d 2024-03-01 sirh.csv
	mkdir home
	try weekly "HOME=$PWD/home"
	status_is 1
	named=$(read_mail text | grep -A 1 '^ *\$ cat' | grep -o '/.*' | head -n 1)
	[ "$named" = "$PWD/home/.local/state/filrouge/failures" ]
	grep -q '^users'$'\t''[0-9]*'$'\t''.*last written on 2024-03-01' "$named"
}

@test "weekly: half a list marks nobody as left" {
	head -n 98 sirh.csv > half.csv
	touch -d 2024-03-29 half.csv
	export_file=half.csv try weekly
	status_is 1
	grep -q 'refused: 0 would join' "$ERR"
	[ -z "$(fil-list users -w left=2024-03-31 | tail -n +2)" ]
}

@test "weekly: a mail that cannot be sent" {
	try weekly SENDMAIL=false
	status_is 75
	err_is 'weekly.sh: the mail to direction@example.org was not sent; fil-week prints its page'
}

@test "weekly: nothing is left behind in the temporary folder" {
	mkdir tmp
	weekly "TMPDIR=$PWD/tmp"
	[ -z "$(ls -A tmp)" ]
}

@test "weekly: without operands it says how it is used" {
	try "$EXAMPLES/weekly.sh"
	status_is 64
	err_is 'usage: weekly.sh HR-EXPORT MAIL-ADDRESS'
}
