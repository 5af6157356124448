#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# The completion of bash: what it offers, that commands take it, and how it is quoted.
# bats file_tags=sqlite
load helper

# Writes the completion of the commands that are tested, and makes a store for all tests.
setup_file() {
	local command names=()

	fil_setup_file
	for command in "$FILROUGE_BIN"/fil-*; do names+=("${command##*/}"); done
	"$BATS_TEST_DIRNAME/../../cmd/completion.sh" "$FILROUGE_BIN" "${names[@]}" > "$BATS_FILE_TMPDIR/filrouge"
	export FILROUGE_DB=$BATS_FILE_TMPDIR/store/filrouge.db PATH=$FILROUGE_BIN:$PATH
	fil-import -q users -o /dev/null <<- 'END'
		user,name,email,unit,role
		00421,Amélie Martin,amelie@example.org,Finances/Contrôle de gestion,trainer
		00422,Bruno Petit,bruno@example.org,Finances/Achats,
		0100,Claire Roy,,"L'accueil ""A"" & B$C\D (est); `x` * #1",
		0101,Denis Roy,,Mécénat,
	END
	fil-import -q modules -o /dev/null <<- 'END'
		module,title,kind
		guide,Le guide,guide
		tutoring:week,Par semaine,tutoring
		tutoring:day,Par jour,tutoring
	END
	fil-import -q phases phase=pilot title=Pilot kind=pilot begins=2024-01-08 -o /dev/null
}

setup() {
	fil_setup
	fil_store
	# shellcheck source=/dev/null
	source "$BATS_FILE_TMPDIR/filrouge"
}

# Completes a line, as bash does, whose cursor is at the end: complete_line LINE TEXT. TEXT is what bash would replace.
complete_line() {
	COMP_LINE=$1 COMP_POINT=${#1} COMP_TYPE=9 COMPREPLY=()
	_filrouge "${1%% *}" "$2" || return
}

# Checks the replies for a line: offers LINE TEXT REPLY...
offers() {
	complete_line "$1" "$2"
	diff -u --label "'$1' is to offer" --label offers <(printf '%s\n' "${@:3}" | LC_ALL=C sort) \
		<(printf '%s\n' "${COMPREPLY[@]}" | LC_ALL=C sort)
}

@test "the options of a command are offered, and no others" {
	offers 'fil-undo --' -- --last --keep-later --dry-run --wait --db --format --output --for-excel --quiet --verbose --help --version
	offers 'fil-undo --ke' --ke --keep-later
	offers 'fil-undo --no-such' --no-such ''
	# An option of one subject is not for another one.
	offers 'fil-report time --c' --c --compare --curve
	offers 'fil-report autonomy --c' --c ''
	# What is behind -- is no option.
	offers 'fil-undo -- --la' --la ''
	offers 'fil-show 00421 --la' --la --lang
}

@test "every command has a completion, and all its options" {
	local command option

	for command in "$FILROUGE_BIN"/fil-*; do
		command=${command##*/}
		complete -p "$command" > /dev/null
		complete_line "$command --" --
		printf '%s\n' "${COMPREPLY[@]}" | LC_ALL=C sort > offered
		"$command" --help | fil_options | grep '^--' | LC_ALL=C sort | diff - offered
	done
}

@test "the language changes nothing in it" {
	local command

	for command in "$FILROUGE_BIN"/fil-*; do
		"$command" --completion > out
		LC_ALL=fr_FR.UTF-8 "$command" --completion | diff out -
	done
}

@test "the operands of a command are offered by their place" {
	offers 'fil-report pro' pro progress promises
	offers 'fil-list us' us users
	offers 'fil-record co' co completions
	offers 'fil-record us' us ''
	offers 'fil-record completions us' us user=
	offers 'fil-sample p' p pilot
	offers 'fil-show 004' 004 00421 00422
	offers 'fil-show 00421 0042' 0042 00421 00422
	touch list.csv other.csv
	mkdir lists
	offers 'fil-import users li' li list.csv lists/
	offers 'fil-assign mo' mo module=
	offers 'fil-assign module=gu' gu guide
	offers 'fil-check x' x ''
}

@test "the values of options are offered, in both spellings of an option" {
	offers 'fil-list users -f m' m markdown
	offers 'fil-list users -qf m' m markdown
	offers 'fil-list users --format m' m markdown
	offers 'fil-list users --format=m' m markdown
	offers 'fil-report time --by u' u unit
	offers 'fil-report autonomy --phase p' p pilot
	offers 'fil-report autonomy --dimension t' t tool
	offers 'fil-report autonomy --source self,t' self,t self,trainer self,test
	offers 'fil-report autonomy --as-of ye' ye yesterday
	offers 'fil-import users --only added,le' added,le added,left
	offers 'fil-import users --allow identity,tw' identity,tw identity,twin identity,twice-encoded
	offers 'fil-import users --match e' e email
	offers 'fil-import users --map un' un unit=
	touch a.ini a.csv
	offers 'fil-import users --profile a' a a.ini
	offers 'fil-show --match name Am' Am 'Amélie\ Martin'
	offers 'fil-show --match email br' br bruno@example.org
}

@test "conditions are offered: columns of the table, then the values of the column" {
	offers 'fil-list users -w un' un unit=
	offers 'fil-list autonomy -w so' so source=
	offers 'fil-list autonomy -w source=te' te test
	offers 'fil-report autonomy -w role=tr' tr trainer
	offers 'fil-list users -w unit=Fin' Fin 'Finances/Contrôle\ de\ gestion' Finances/Achats
	offers "fil-list users -w 'unit~Fin" 'unit~Fin' 'unit~Finances/Contrôle de gestion' unit~Finances/Achats
	offers "fil-list users -w 'role!=in" 'role!=in' 'role!=initiator'
	offers 'fil-list users -w nothing=x' x ''
	offers 'fil-list assignments -w due=to' to today
}

@test "what was typed is completed inside quotes, behind escapes, and where bash splits words" {
	offers "fil-list users -w 'unit=Finances/Con" 'unit=Finances/Con' 'unit=Finances/Contrôle de gestion'
	offers 'fil-list users -w "unit=Finances/Con' 'unit=Finances/Con' 'unit=Finances/Contrôle de gestion'
	offers "fil-list users -w unit='Finances/Con" Finances/Con 'Finances/Contrôle de gestion'
	offers 'fil-list users -w unit=Finances/Contrôle\ d' 'Finances/Contrôle\ d' 'Finances/Contrôle\ de\ gestion'
	offers "fil-list users -w 'unit='Finances/Con" Finances/Con 'Finances/Contrôle\ de\ gestion'
	# bash splits at a colon.
	offers 'fil-assign module=tutoring:' '' week day
	offers 'fil-assign module=tutoring:w' w week
	# With another COMP_WORDBREAKS, the word is whole.
	offers 'fil-assign module=tutoring:w' module=tutoring:w module=tutoring:week
	# A list on the terminal is not quoted.
	COMP_LINE='fil-list users -w unit=F' COMP_POINT=24 COMP_TYPE=63
	_filrouge fil-list F
	[ "${COMPREPLY[1]}" = 'Finances/Contrôle de gestion' ]
}

@test "the shell reads a completed word as the value, whatever its characters" {
	local odd=$'L\'accueil "A" & B$C\\D (est); `x` * #1'

	complete_line 'fil-list users -w unit=L' L
	eval "set -- unit=${COMPREPLY[0]}"
	[ "$*" = "unit=$odd" ]
	complete_line "fil-list users -w 'unit=L" unit=L
	eval "set -- '${COMPREPLY[0]}'"
	[ "$*" = "unit=$odd" ]
	complete_line 'fil-list users -w "unit=L' unit=L
	eval "set -- \"${COMPREPLY[0]}\""
	[ "$*" = "unit=$odd" ]
}

@test "the store of -d is asked, and nothing is said without a store" {
	local store=$FILROUGE_DB

	offers 'fil-show -d /nowhere/x.db 0042' 0042 ''
	FILROUGE_DB=/nowhere/x.db
	offers 'fil-show 0042' 0042 ''
	offers "fil-show -d $store 0042" 0042 00421 00422
	offers "fil-show --db=$store 0042" 0042 00421 00422
	complete_line 'fil-show -d /nowhere/x.db 0042' 0042 > out 2>&1
	[ ! -s out ]
	[ ! -e /nowhere ]
}

# Prints the options of a command with words as values: OPTION WORDS, those of columns and files left out.
worded() {
	"$1" --completion | awk -F '\t' '$1 == "option" && $5 !~ /[.*]/ && $5 !~ /COL|WORD/ && $5 != "" { sub(/^,/, "", $5); print $2, $5 }'
}

# A command with operands to which an option can be added.
line_of() {
	case $1 in
	fil-import) line=(fil-import users user=u1 name=U) ;;
	fil-record) line=(fil-record needs user=00421 need=x) ;;
	fil-assign) line=(fil-assign user=00421 module=guide) ;;
	fil-list) line=(fil-list users) ;;
	fil-report) line=(fil-report time) ;;
	fil-undo) line=(fil-undo -n --last) ;;
	fil-sample) line=(fil-sample pilot --size 1) ;;
	fil-sheet) line=(fil-sheet needs --active) ;;
	fil-week) line=(fil-week --sections unknown) ;;
	fil-forget | fil-show) line=("$1" 00421) ;;
	*) line=("$1") ;;
	esac
}

@test "commands take every word that is offered, and no word is missing" {
	local command option words word line

	for command in "$FILROUGE_BIN"/fil-*; do
		command=${command##*/}
		line_of "$command"
		while read -r option words; do
			for word in $words; do
				try "${line[@]}" "$option" "$word"
				# These words want another option, or another table.
				[ "$status" -ne 64 ] || grep -q ' needs* --\| is for users\| add --' "$ERR" || { cat "$ERR"; return 1; }
			done
			# iconv knows what an encoding is.
			[ "$option" != --encoding ] || continue
			try "${line[@]}" "$option" @@
			status_is 64
			# The message lists the words, if there are few of a kind.
			sed -n "1 { s/.*\(takes\|one of\|there are\) //; t list; d; :list; s/, not '@@'//; s/ or /, /g; s/, /\n/g; p }" "$ERR" |
				LC_ALL=C sort > wanted
			[ ! -s wanted ] || tr ' ' '\n' <<< "$words" | LC_ALL=C sort | diff wanted -
		done < <(worded "$command")
	done
}

@test "bash completes on a terminal, as typed" {
	cat > rc <<- END
		source '$BATS_FILE_TMPDIR/filrouge'
		fil-assign() { printf '<%s>' "\$@"; echo; } >> seen
		for name in fil-list fil-show fil-report; do eval "\$name() { fil-assign \"\\\$@\"; }"; done
		PS1= HISTFILE=
	END
	printf '%s\n' $'fil-li\tusers -w un\tFinances/Con\t -q' $'fil-list users -w \'unit=Finances/Con\t -q' \
		$'fil-list users -w "unit~Méc\t -q' $'fil-assign module=tut\tw\tdue=tod\t' $'fil-show 00421\t --lan\tf\t' \
		$'fil-rep\tforec\t--sco\t--by=un\t' exit > keys
	SHELL=/bin/bash script -qec "$BASH --rcfile rc -i" /dev/null < keys > terminal 2>&1
	diff -u - seen <<- 'END'
		<users><-w><unit=Finances/Contrôle de gestion><-q>
		<users><-w><unit=Finances/Contrôle de gestion><-q>
		<users><-w><unit~Mécénat><-q>
		<module=tutoring:week><due=today>
		<00421><--lang><fr>
		<forecast><--score><--by=unit>
	END
}
