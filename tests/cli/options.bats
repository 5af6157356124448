#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
load helper

# The command lines of all commands: wrong uses are told apart from wrong data, and what stands in an argument is never
# more than data. The store is never touched by a wrong use.

# All commands, but the one that makes stores.
commands() {
	local command

	for command in "$FILROUGE_BIN"/fil-*; do
		[ -x "$command" ] && [ "${command##*/}" != fil-init ] && echo "${command##*/}"
	done
}

# A command with operands that make it work: complete COMMAND, into the array `line`.
complete() {
	case $1 in
	fil-import) line=(fil-import users) ;;
	fil-record) line=(fil-record needs user=u1 need=x) ;;
	fil-assign) line=(fil-assign user=u1 module=m) ;;
	fil-list) line=(fil-list users) ;;
	fil-report) line=(fil-report autonomy) ;;
	fil-backup) line=(fil-backup copy.db) ;;
	fil-undo) line=(fil-undo --last) ;;
	fil-forget) line=(fil-forget u1) ;;
	fil-sample) line=(fil-sample pilot --size 1) ;;
	fil-show) line=(fil-show u1) ;;
	fil-sheet) line=(fil-sheet needs --active) ;;
	*) line=("$1") ;;
	esac
}

# A store with a user and a module.
people() {
	fil_store fill_people
}

fill_people() {
	fil-import -q users user=u1 name=Ada
	fil-import -q modules module=m title=M kind=course
	dump > before
}

# Checks that the last command was a wrong use, said in two lines.
wrong_use() {
	local said

	status_is 64
	out_is ''
	mapfile said < "$ERR"
	[ ${#said[@]} -eq 2 ] || { cat "$ERR"; return 1; }
	[ "${said[1]}" = "Try '$1 --help' for more information."$'\n' ]
}

# Checks that nothing has changed since.
unchanged() {
	dump | cmp - before
}

# bats test_tags=sqlite
@test "an option that there is not is a wrong use of every command" {
	local command line

	people
	for command in $(commands); do
		complete "$command"
		for option in --no-such-option --no-such=x -Z --=x; do
			try "${line[@]}" "$option"
			wrong_use "$command"
		done
	done
	unchanged
}

# No engine has a part in it.
# bats test_tags=sqlite
@test "an option that wants an argument, without one; one that wants none, with one" {
	local command line option

	people
	for command in $(commands); do
		complete "$command"
		while read -r option; do
			try "${line[@]}" "$option"
			wrong_use "$command"
		done < <("$command" --completion | awk -F '\t' '$1 == "option" && $4 != "" { print $2 }')
		while read -r option; do
			try "${line[@]}" "$option=x"
			wrong_use "$command"
		done < <("$command" --completion | awk -F '\t' '$1 == "option" && $4 == "" { print $2 }')
	done
	unchanged
}

# bats test_tags=sqlite
@test "a number that is none, or out of bounds, is a wrong use" {
	local command line option value long

	people
	printf -v long %0100000dx 1
	while read -r command option; do
		complete "$command"
		for value in -1 '' ' 7' 7x 0x10 1e9 +7 99999999999999999999999 4294967297 NaN 1.5 "$long"; do
			try "${line[@]}" "$option" "$value"
			wrong_use "$command"
		done
	done <<- 'END'
		fil-import --wait
		fil-import --skip-lines
		fil-import --max-faults
		fil-record --max-faults
		fil-assign --wait
		fil-report --weeks
		fil-report --min-group
		fil-report --depth
	END
	unchanged
}

# bats test_tags=sqlite
@test "a word that is none of those wanted is a wrong use" {
	local command line arguments

	people
	while IFS='|' read -r command arguments; do
		complete "$command"
		# shellcheck disable=SC2086 # several words
		try "${line[@]}" $arguments < /dev/null
		wrong_use "$command"
	done <<- 'END'
		fil-import|--dates ydm
		fil-import|--dates=
		fil-import|--encoding klingon
		fil-import|--delimiter xx
		fil-import|--delimiter a
		fil-import|--only added,neu
		fil-import|--only=
		fil-import|--map unit
		fil-import|--map nowhere=Service
		fil-import|--map unit={Service
		fil-import|-f xml
		fil-import|--output=
		fil-import|nowhere=x
		fil-import|- -
		fil-record|nowhere=x
		fil-assign|nowhere=x
		fil-assign|-f yaml
		fil-list|-f yaml
		fil-list|-w nowhere=x
		fil-list|-w name
		fil-list|more
		fil-report|--by nowhere
		fil-report|--as-of someday
		fil-report|--source boss
		fil-report|-w nowhere=x
		fil-report|more
	END
	unchanged
}

# bats test_tags=sqlite
@test "an argument of 100 kB is told as wrong, or is only data" {
	local long

	people
	long=$(printf %0120000d 7)
	try fil-import "$long"
	wrong_use fil-import
	try fil-import users "$long=x"
	wrong_use fil-import
	try fil-import users --map "name=$long" <<< $'user,n\nu1,x'
	status_is 65
	try fil-import users "$long"
	status_is 66
	try fil-import users user="$long" name=x
	status_is 65
	out_is ''
	try fil-list users -w "name=$long"
	wrong_use fil-list
	try fil-list users -w "name~$long*"
	status_is 0
	unchanged
}

# bats test_tags=sqlite
@test "-- ends the options; what follows is operands" {
	people
	echo $'user,name\nu2,Bo' > -n
	try fil-import -- users -n
	status_is 0
	out_is action,user,name,email,unit,job,manager,role,arrived,left,feed added,u2,Bo,,,,,user,,,hr
	try fil-import -q -- users --help
	status_is 66
	err_is 'fil-import: --help: cannot be opened: No such file or directory'
}

# bats test_tags=sqlite
@test "options may stand behind operands, and long ones may be cut short" {
	people
	try fil-record needs user=u1 --dry-run need=x -q
	status_is 0
	out_is ''
	err_is ''
	try fil-import users --skip=1 --dry <<< $'title\nuser,name\nu1,Bo'
	status_is 0
	out_is action,user,name,email,unit,job,manager,role,arrived,left,feed changed,u1,Bo,,,,,user,,,hr
	unchanged
}

# bats test_tags=sqlite
@test "a day that is none in FILROUGE_TODAY is a setting to mend, for every command" {
	local command line

	people
	for command in $(commands); do
		complete "$command"
		try env FILROUGE_TODAY=2024-02-30 "${line[@]}"
		status_is 78
		out_is ''
		err_is "$command: FILROUGE_TODAY: '2024-02-30' is not a date YYYY-MM-DD"
	done
	unchanged
}

# No engine has a part in it.
# bats test_tags=sqlite
@test "--help and --version are on standard output and need neither store nor input" {
	local command

	for command in $(commands); do
		try env -i "PATH=$PATH" "$command" --help
		status_is 0
		err_is ''
		[ "$(head -n 1 "$OUT" | cut -d' ' -f1-2)" = "Usage: $command" ]
		try env -i "PATH=$PATH" "$command" --version
		status_is 0
		err_is ''
		[[ $(cat "$OUT") = "$command (filrouge) "* ]]
		try "$command --help > /dev/full"
		status_is 74
	done
}

# bats test_tags=sqlite
@test "an option's help fits a line, and its words begin in one column" {
	local command

	for command in "$FILROUGE_BIN"/fil-*; do
		"$command" --help | sed '/(man .*)/,/^$/d; /^  fil-/d' | sed -n '/^  .*--/p' > lines
		[ -s lines ]
		[ "$(LC_ALL=C.UTF-8 wc -L < lines)" -le 80 ]
		awk '/ \([^)]*\)$/ && !/ \(default: [^)]*\)$/ { print; bad = 1 }
			{ sub(/^ +(-.,)? *--[a-z-]+ ([A-Z][A-Z=:%|a-z]*|[a-z]+\|[a-z]+)? */, "") }
			$1 !~ /^[a-z]+$/ || NF > 20 { print; bad = 1 } END { exit bad }' lines
	done
}

# bats test_tags=sqlite
@test "the options of an import are grouped, and fit about 50 lines" {
	fil-import --help > help
	[ "$(grep -c '' help)" -le 55 ]
	[ "$(grep ':$' help | tr '\n' ' ')" = 'Reading: Columns and values: Refusing: Whole lists: Output and common: Examples: ' ]
	grep -qx ' *--last  *keep the last of duplicate keys (default: refuse)' help
	[ "$(fil-record --help | grep ':$' | tr '\n' ' ')" = 'Reading: Columns and values: Refusing: Output and common: Examples: ' ]
}

# bats test_tags=sqlite
@test "the help of fil-report names the options of one subject, and leaves room for more" {
	fil-report --help > help
	[ "$(grep -c '' help)" -le 52 ]
	[ "$(grep ':$' help | tr '\n' ' ')" = 'Subjects: Options: More options (man fil-report): Examples: ' ]
	grep -qx ' *--require COND  *exit 1 unless every row satisfies COND (default: none)' help
	try sed -n '/^More options/,/^$/p' help
	out_is <<- 'END'
		More options (man fil-report):
		  time       --from ORIGIN --origin DATE --measured --compare --curve --at DAYS
		  forecast   --target PCT --score
		  routines   --margin POINTS
		  wave       --like PHASE --users N --begins DATE
		  readiness  --gate
		  any        --for-excel --lang LANG -q|--quiet -v|--verbose -h|--help --version

	END
}

# bats test_tags=sqlite
@test "no command makes a store of what is none, and a name is only a name" {
	local command line name

	people
	for command in $(commands); do
		complete "$command"
		for name in :memory: 'file:x?mode=memory' 'file:/tmp/x' no/such/folder.db 'postgresq'; do
			try "${line[@]}" -d "$name" <<< $'user,name\nu1,x'
			status_is 69
			out_is ''
			err_is "$command: $name: no store there: fil-init makes one"
		done
		try "${line[@]}" -d '' <<< $'user,name\nu1,x'
		status_is 64
		err_is "$command: --db: the name of the store is empty"
	done
	[ "$(ls)" = $'before\nstore' ]
}

# bats test_tags=sqlite
@test "what is no store is refused by every command and left as it is" {
	local command line file

	people
	: > empty.db
	printf x > one.db
	echo 'some text' > text.db
	gzip -c "$DATA/csv/ok-crlf.csv" > packed.db
	head -c 5000 /dev/zero > zeros.db
	sqlite3 other.db 'create table t(x)'
	sqlite3 fossil.db 'create table t(x); pragma application_id = 252006673'
	cp "$FILROUGE_DB" newer.db && sqlite3 newer.db 'pragma user_version = 999'
	cp "$FILROUGE_DB" trigger.db && sqlite3 trigger.db "create trigger t after insert on users begin delete from runs; end"
	cp "$FILROUGE_DB" view.db && sqlite3 view.db "create view v as select 1"
	ln "$FILROUGE_DB" hard.db
	sha256sum ./*.db > sums
	for command in $(commands); do
		complete "$command"
		for file in empty one text packed zeros other fossil newer trigger view hard; do
			# A store whose schema was altered is checked (tests/cli/fil-check.bats).
			case $command,$file in fil-check,trigger | fil-check,view) continue ;; esac
			try "${line[@]}" -d "$file.db" <<< $'user,name\nu1,x'
			status_is 69
			out_is ''
			[[ $'\n'$(< "$ERR") = *$'\n'"$command: $file.db: "* ]]
		done
		sha256sum --check --quiet sums
		for file in /dev/null /dev/zero .; do
			try "${line[@]}" -d "$file" <<< $'user,name\nu1,x'
			status_is 69
			out_is ''
		done
	done
	rm hard.db
	unchanged
}

# bats test_tags=sqlite
@test "a store that others may read is told, and its companions are for the owner alone" {
	people
	chmod 644 "$FILROUGE_DB"
	try fil-import users user=u1 name=Bo
	status_is 0
	err_has "fil-import: $FILROUGE_DB: users other than its owner have access to the store (mode 0644; 0600 keeps them out)"
	chmod 600 "$FILROUGE_DB"
	umask 0
	try fil-import users user=u1 name=Cy
	status_is 0
	[ "$(stat -c %a "$FOLDER"/* | sort -u)" = 600 ]
}

# bats test_tags=sqlite
@test "a link to the store is the store" {
	people
	ln -s "$FILROUGE_DB" link.db
	try fil-record needs -d link.db user=u1 need=x
	status_is 0
	[ "$(fil-list needs | wc -l)" -eq 2 ]
	[ "$(ls)" = $'before\nlink.db\nstore' ]
}

@test "keys that look like options, commands or SQL are only keys" {
	local key

	people
	while IFS= read -r key; do
		printf 'user,name\n"%s",x\n' "${key//\"/\"\"}" > key.csv
		try fil-import users key.csv
		status_is 0
		try fil-record needs need="$key" user="$key" note="$key"
		status_is 0
		try fil-assign user="$key" module=m reason="$key"
		status_is 0
		try fil-list needs -w "user=$key" -w "note=$key"
		[ "$(wc -l < "$OUT")" -eq 2 ]
	done <<- 'END'
		-rf
		--
		-n
		$(touch owned)
		`touch owned`
		;touch owned
		%s%s%n
		'; DROP TABLE users; --
		1 OR 1=1
		" OR ""="
		../../x
		a=b
		*
	END
	[ ! -e owned ]
	[ "$(fil-list users | wc -l)" -eq 15 ]
	[ "$(fil-list needs | wc -l)" -eq 14 ]
	[ "$(fil-list assignments | wc -l)" -eq 14 ]
	whole
}

@test "SQL in a condition or a group is data, or a wrong use" {
	people
	try fil-list users -w "name=' OR 1=1 --"
	status_is 0
	out_is user,name,email,unit,job,manager,role,arrived,left,feed
	try fil-list users -w "name~*' OR '*"
	status_is 0
	out_is user,name,email,unit,job,manager,role,arrived,left,feed
	try fil-list users -w "1=1 OR name=x"
	wrong_use fil-list
	try fil-list users -w "name;drop table users=x"
	wrong_use fil-list
	try fil-list "users; drop table users"
	wrong_use fil-list
	try fil-report autonomy --by "unit; drop table users"
	wrong_use fil-report
	try fil-import "users; drop table users"
	wrong_use fil-import
	try fil-report "autonomy; drop table users"
	wrong_use fil-report
	unchanged
}

@test "the name of the program is shown without control characters" {
	local name=$'fil-\e[31mlist'

	ln -s "$FILROUGE_BIN/fil-list" "$name"
	try "./$name" --nothing
	status_is 64
	err_has "Try 'fil-\\x1b[31mlist --help' for more information."
	try "./$name --help; ./$name --version; FILROUGE_DB=none.db ./$name users"
	status_is 69
	[ "$(cat "$OUT" "$ERR" | grep -c $'\e')" -eq 0 ]
}
