#!/usr/bin/env bats
# bats file_tags=sqlite
# The man pages: clean, whole, true to the commands; their examples run.
#
# In a page, a literal display whose lines begin with `$ ` is a session in the folder examples: a line that begins
# with `> ` goes on with the command; other lines are the whole standard output of the command before, where any
# stand. A page that does not begin with fil-init itself finds a store with all that the folder holds.
#
# A page in French, in the folder fr, is the translation of one in English; its sessions run in French.
# shellcheck disable=SC1111 # quotes of the pages
load helper

# Gathers the pages, for all tests of the file.
setup_file() {
	local page pages=$BATS_FILE_TMPDIR/pages

	fil_setup_file
	cd "$BATS_TEST_DIRNAME/../../man" || return
	mkdir -p "$pages/fr"
	for page in *.[157] fr/*.[157]; do cp "$page" "$pages/$page"; done
	for page in *.in fr/*.in; do ./tables.sh "$FILROUGE_BIN/fil-list" "$page" > "$pages/${page%.in}"; done
}

setup() {
	fil_setup
	ROOT=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
	PAGES=$BATS_FILE_TMPDIR/pages
}

commands() {
	basename -s .c "$ROOT"/cmd/fil-*.c
}

# Prints a page's sentence.
sentence() {
	sed -n 's/^\.Nd //p' "$PAGES/$1"
}

# Prints the options of a page, and of a command's help, a line each.
options_of_page() {
	sed -n '/^\.It Fl/ { s/Fl /\n-/g; p; }' "$PAGES/$1" | grep -o '^--*[a-z][a-z-]*' | sort -u
}

# options_of_help COMMAND [LANGUAGE]
options_of_help() {
	LANGUAGE=${2:-en} "$1" --help | fil_options | sort -u
}

# Writes the sessions of a page as numbered files: N.command and N.output.
sessions() {
	awk -v folder="$2" '
	/^\.Bd -literal/ { inside = 1; next }
	/^\.Ed/ { inside = 0 }
	!inside { next }
	{ gsub(/\\e/, "\\"); gsub(/\\\(dq/, "\""); gsub(/\\&/, "") }
	/^[$] / { close(file); close(output); n++; file = sprintf("%s/%03d.command", folder, n)
		output = sprintf("%s/%03d.output", folder, n); print substr($0, 3) > file; next }
	/^> / { print substr($0, 3) > file; next }
	n > 0 { print > output }' "$PAGES/$1"
}

# Makes a store with all that the folder examples holds.
fill_store() {
	fil-init -q
	fil-import users -q sirh.csv
	fil-import users -q roles.csv
	fil-import modules -q modules.csv
	fil-import phases -q phases.csv
	fil-import enrolments -q enrolments.csv
	fil-record autonomy -q autonomy/*.csv
}

# Prints what a page and its translation have in common, in order: sections, synopsis, references, lists and displays,
# options, settings, columns and statuses, and the program of each command.
skeleton() {
	sed -n -E '
	/^\.Sh/ {
		s/ NOM$/ NAME/; s/ ENVIRONNEMENT$/ ENVIRONMENT/; s/ FICHIERS$/ FILES/
		s/ CODE DE RETOUR$/ EXIT STATUS/; s/ EXEMPLES$/ EXAMPLES/; s/ VOIR AUSSI$/ SEE ALSO/
		s/^\.Sh (NAME|SYNOPSIS|DESCRIPTION|ENVIRONMENT|FILES|EXIT STATUS|EXAMPLES|SEE ALSO)$/&/p; t
		s/^(\.Sh).*/\1/p; b
	}
	/^\.Sh SYNOPSIS/,/^\.Sh DESCRIPTION/ { p; b }
	/^\.(Nd|Nm|Pp)/ b
	/^\.(Bl|El|Bd|Ed|Rs|Re|%|It (Fl|Va|Cm|Ev|Pa|Xr|Ql|Ic|[0-9]))/ { p; b }
	s/^(\.(It|Ss)).*/\1/p
	s/^([$] [a-z-]*).*/\1/p' "$PAGES/$1"
	sed -n '/^\.Sh \(SEE ALSO\|VOIR AUSSI\)/,/^\.Sh/ { /^\.Xr/p; }' "$PAGES/$1"
}

# Runs the sessions of a page in a folder of its own.
run_sessions() {
	local folder=$BATS_TEST_TMPDIR/${1//\//-} session

	mkdir -p "$folder/sessions"
	cp -R "$ROOT/examples" "$folder/work"
	cd "$folder/work" || return
	export FILROUGE_DB=$folder/store.db FILROUGE_TODAY=2024-03-31
	sessions "$1" "$folder/sessions"
	[ -e "$folder/sessions/001.command" ] || return 0
	if ! grep -q '^fil-init' "$folder/sessions/001.command"; then
		[ -e "$BATS_TEST_TMPDIR/filled.db" ] || FILROUGE_DB=$BATS_TEST_TMPDIR/filled.db fill_store
		cp "$BATS_TEST_TMPDIR/filled.db" "$FILROUGE_DB"
	fi
	for session in "$folder"/sessions/*.command; do
		try "$(cat "$session")"
		echo "$1: $(cat "$session")"
		status_is 0
		[ ! -e "${session%command}output" ] || out_is < "${session%command}output"
	done
}

@test "each command has a page, and each page of section 1 a command" {
	commands > programs
	basename -a -s .1 "$PAGES"/*.1 > pages
	diff programs pages
}

@test "the purpose of a command is one sentence: in its source, help and page, and in the overview" {
	local command purpose

	for command in $(commands); do
		[ "$(sentence "$command.1")" != '' ]
		grep -qx "/\* $command: $(sentence "$command.1")\.\? \*/" "$ROOT/cmd/$command.c"
		"$command" --help | grep -iqF "$(sentence "$command.1")"
		grep -xF -A 1 ".It Xr $command 1" "$PAGES/filrouge.7" | grep -qxF "$(sentence "$command.1")"
		purpose=$(LANGUAGE=fr "$command" --help | sed -n '2s/\.$//p')
		grep -xF -A 1 ".It Xr $command 1" "$PAGES/fr/filrouge.7" | grep -qixF "$purpose"
		[ ! -e "$PAGES/fr/$command.1" ] || sentence "fr/$command.1" | grep -qixF "$purpose"
	done
}

@test "a work that a page lists is cited in its text, in both languages" {
	local page year

	while IFS=: read -r page year; do
		grep -v '^\.%' "$page" | grep -qw "$year" || { echo "$page: $year"; return 1; }
	done < <(grep '^\.%D [0-9]*$' "$PAGES"/*.[157] "$PAGES"/fr/*.[157] | sed 's/:\.%D /:/')
}

@test "a page in French has the parts of its English twin, in their order" {
	local page

	for page in "$PAGES"/fr/*; do
		page=${page##*/}
		skeleton "$page" > english
		[ "$(wc -l < english)" -ge 40 ]
		skeleton "fr/$page" | diff -u --label "$page" --label "fr/$page" english -
	done
}

@test "the options of a command's help and page are the same" {
	local command

	for command in $(commands); do
		options_of_help "$command" > help
		options_of_page "$command.1" > page
		grep -qx -e --help help
		diff -u --label "$command --help" --label "$command.1" help page
		[ -e "$PAGES/fr/$command.1" ] || continue
		options_of_help "$command" fr > help
		options_of_page "fr/$command.1" | diff -u --label "$command --help" --label "fr/$command.1" help -
	done
}

@test "mandoc finds nothing to say" {
	local page

	try mandoc -T lint -W warning "$PAGES"/*.[157]
	out_is ''
	status_is 0
	# Its rules are for English, in which the first section is NAME.
	for page in "$PAGES"/fr/*; do
		try "sed 's/^\.Sh NOM$/.Sh NAME/' '$page' | mandoc -K utf-8 -T lint -W warning"
		out_is ''
		status_is 0
	done
}

@test "the pages of ours that a page refers to are there" {
	local name section

	sed -n 's/^\.Xr \(fil[a-z-]*\) \([157]\).*/\1 \2/p; s/^\.It Xr \(fil[a-z-]*\) \([157]\).*/\1 \2/p' \
		"$PAGES"/*.[157] "$PAGES"/fr/* |
		sort -u > references
	[ -s references ]
	while read -r name section; do
		[ -e "$PAGES/$name.$section" ]
	done < references
}

@test "filrouge(5) has every table, and every column in its place" {
	local table

	fil-list --tables -f csv | sed 1d | cut -d, -f1 > tables
	sed -n 's/^\.Ss //p' "$PAGES/filrouge.5" | diff tables -
	while read -r table; do
		fil-list --columns "$table" -f csv | sed 1d | cut -d, -f1
	done < tables > columns
	sed -n 's/^\.It Va \([a-z]*\).*/\1/p' "$PAGES/filrouge.5" | diff columns -
}

@test "filrouge-doubts(7) has every kind of doubt, in the order of the table" {
	fil_store
	try fil-import users --allow '' user=u1
	status_is 64
	sed -n 's/.*there are //p' "$ERR" | sed 's/, /\n/g' > kinds
	[ "$(wc -l < kinds)" -ge 18 ]
	sed -n '/^\.Sh KINDS/,/^\.Sh EXIT/ s/^\.Ss //p' "$PAGES/filrouge-doubts.7" | diff kinds -
	# The first display of each is an example of two lines.
	awk '/^\.Ss / { kind = $2; n[kind] = 0 } /^\.Bd/ { inside = !n[kind] } /^\.Ed/ { inside = 0 } inside && !/^\.Bd/ { n[kind]++ }
		END { for (kind in n) if (n[kind] != 2) { print kind, n[kind]; bad = 1 } exit bad }' "$PAGES/filrouge-doubts.7"
}

# explained PAGE TITLE N: prints the columns in list N of a section, each if its item has two sentences at least: what
# the column is, and what one may conclude from it.
explained() {
	awk -v title=".Ss $2" -v wanted="$3" '
	function flush() { printf "%s", (n < 2 ? "unexplained: " : "") heads; heads = ""; n = 0 }
	/^\.S[hs]/ { inside = $0 == title; list = 0 }
	!inside { next }
	/^\.Bl/ { if (depth++ == 0) list++ }
	/^\.El/ { if (--depth == 0 && list == wanted) flush() }
	list != wanted { next }
	depth == 1 && /^\.It Va/ { if (n > 0) flush(); heads = heads $3 "\n"; next }
	depth > 0 && /\.$/ { n++ }' "$PAGES/$1"
}

# columns_are TITLE TITRE N SUBJECT [OPTION...]: both pages explain the columns of a report, in its order, but those of
# `before`.
columns_are() {
	local title=$1 titre=$2 n=$3

	shift 3
	fil-report "$@" -f csv | head -n 1 | tr , '\n' | sed 's/^autonomous_.*/autonomous_D/' | uniq | grep -vxFf before > columns
	[ -s columns ]
	explained fil-report.1 "$title" "$n" | diff -u --label "$*" --label "$title" columns -
	explained fr/fil-report.1 "$titre" "$n" | diff -u --label "$*" --label "$titre" columns -
}

@test "every column of a report is explained in its page, in its order, in both languages" {
	local subject words

	fil_store
	fil-import -q phases <<< $'phase,title,kind,begins\np,P,pilot,2024-01-01'
	: > before
	for subject in $(fil-report 2>&1 | sed -n 's/.*there are //p' | tr -d ,); do
		# Some have a column for groups only with groups, and a wave is asked for.
		words=()
		case $subject in modules | routines) words=(--by unit) ;; staffing) words=(--like p --users 5 --begins 2024-05-06) ;; esac
		columns_are "The columns of $subject" "Les colonnes de $subject" 1 "$subject" "${words[@]}"
	done
	# After the columns and the reasons.
	columns_are 'The columns of followup' 'Les colonnes de followup' 3 followup --by reason
	columns_are 'The curve of time' 'La courbe de time' 1 time --curve
	columns_are 'The comparison of time' 'La comparaison de time' 1 time --compare --by unit
	fil-report forecast -f csv | head -n 1 | tr , '\n' > before
	columns_are 'The score of forecasts' 'La vérification des prévisions' 1 forecast --score
}

# Prints the input with plain spaces for those that are not broken.
plain_spaces() {
	sed 's/\xc2\xa0\|\xe2\x80\xaf/ /g'
}

@test "the notes of the weekly page are the sentences on columns of fil-report(1), in both languages" {
	local language page note

	fil_store fil_examples
	fil-import -q lessons lesson=l phase=pilot observed=x change=y date=2024-02-01
	for language in en fr; do
		page=$PAGES/fil-report.1
		[ $language = en ] || page=$PAGES/fr/fil-report.1
		"$ROOT/man/notes.sh" $language "$page" > $language.notes
		# The page as people read it, in one line.
		sed 's/^\.Sh NOM$/.Sh NAME/' "$page" | mandoc -K utf-8 -T utf8 -O width=1000 | sed 's,.\x08,,g' | plain_spaces |
			tr -s ' \n' ' ' > shown
		fil-week --lang $language -f markdown | plain_spaces > week
		sed -n 's/^\t"\(.*\)" },$/\1/p' $language.notes | plain_spaces | sort -u > texts
		[ "$(wc -l < texts)" -ge 15 ]
		while IFS= read -r note; do
			grep -qF -e "$note" shown
			grep -q "^[“«].*: ${note//[.*]/.}$" week
		done < texts
	done
	# Both pages mark the same columns.
	sed -n 's/^{ "[a-z]*", \(.*\),$/\1/p' en.notes > columns
	sed -n 's/^{ "[a-z]*", \(.*\),$/\1/p' fr.notes | diff columns -
	# What cannot be one plain sentence is refused.
	for note in '.\" note\nOf\n.Va users .' '.\" note\nA \\(mi b.' '.\" note\nNo end'; do
		printf '.Ss The columns of autonomy\n.It Va users\n%b\n' "$note" > wrong.1
		run "$ROOT/man/notes.sh" en wrong.1
		[ "$status" -eq 1 ]
	done
}

@test "the examples of every page run, and print what they show" {
	local page

	for page in "$PAGES"/*.[157]; do
		run_sessions "$(basename "$page")"
	done
	export LANGUAGE=fr
	for page in "$PAGES"/fr/*; do
		run_sessions "fr/$(basename "$page")"
	done
}
