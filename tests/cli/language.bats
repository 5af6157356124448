# French and English: which one is spoken, and what stays the same in both.

load helper

# speaks LANGUAGE NAME=VALUE...: checks the language of the last line of a usage message, in an
# environment of these variables alone.
speaks() {
	local said expected="Try 'fil-list --help' for more information."
	[ "$1" = en ] || expected=$'«\u00a0fil-list --help\u00a0» en dit plus.'
	shift
	said=$(env -i "$@" "$FILROUGE_BIN"/fil-list 2>&1) && false
	[ "${said##*$'\n'}" = "$expected" ] || { echo "$*: $said"; return 1; }
}

@test "the language is that of the environment, as everywhere" {
	speaks en
	speaks en LANG=C LANGUAGE=fr
	speaks en LANG=de_DE.UTF-8
	speaks en LANG=fr_FR.UTF-8 LC_ALL=en_GB.UTF-8
	speaks en LANG=fr_FR.UTF-8 LC_MESSAGES=POSIX
	speaks en LANG=fr_FR.UTF-8 LANGUAGE=en:fr
	speaks en LANG=french
	speaks fr LANG=fr_FR.UTF-8
	speaks fr LANG=fr
	speaks fr LANG=fr_CA@euro
	speaks fr LC_ALL=fr_BE.ISO-8859-1
	speaks fr LANG=en_GB.UTF-8 LC_MESSAGES=fr_FR.UTF-8
	speaks fr LANG=en_GB.UTF-8 LANGUAGE=de:fr_CA:en
	speaks fr LANG=C.UTF-8 LANGUAGE=fr
	speaks fr LANG=fr_FR.UTF-8 LANGUAGE=de
	speaks fr LC_ALL= LC_MESSAGES= LANG=fr_FR
}

# Makes commands that translate each text of the code into itself, between « and ». What people read and is not marked
# for translation then shows.
pseudo() {
	mkdir -p pseudo/bin pseudo/share/locale/fr/LC_MESSAGES
	cp "$FILROUGE_BIN"/fil-* pseudo/bin
	make -s -C "$BATS_TEST_DIRNAME/../.." texts | msgen - | perl -w "$BATS_TEST_DIRNAME/pseudo.pl" |
		msgfmt --check-format -o pseudo/share/locale/fr/LC_MESSAGES/filrouge.mo -
	mkdir -p "${FILROUGE_DB%/*}"
	PATH=$PWD/pseudo/bin:$PATH
	export LANGUAGE=fr
}

# Fails for lines with letters outside of « and », but for the name of the program, the place, an option, the format of an
# input, and what the pattern allows.
all_marked() {
	perl -CSDA -Mutf8 -e '
		my $pattern = shift;
		while (<STDIN>) {
			my $line = $_;
			1 while s/«[^«»]*»//;
			s/^fil-\w+: //;
			s/^(?:\S*: )+//;
			s/--[\w-]+(?: [\w=]+)?//g;
			next if /^(?:$pattern|[\w-]+, \S+, (?:LF|CRLF|CR)\W*)$/;
			print "not translated: $line" and $bad = 1 if /\pL/;
		}
		exit($bad // 0);' "${1:-}"
}

# says COMMAND...: runs a command that says something, all of it translated.
says() {
	if [ $# -eq 1 ]; then try "$1"; else try "$@"; fi
	[ -s "$ERR" ] || { echo "$*: nothing is said"; return 1; }
	all_marked < "$ERR" || { echo "by: $*"; return 1; }
}

# bats test_tags=sqlite
@test "every sentence of --help can be translated" {
	local command

	pseudo
	for command in "$FILROUGE_BIN"/fil-*; do
		"${command##*/}" --help > help
		grep -q '^«Usage: ' help
		# Names of options are no words of a language.
		sed '1d; /(man .*)/,/^$/ s/^  .*--.*//' help | all_marked ' *(?:-\w, )? *(?:\S+)?\s*|  [\w-]+\s*|  .*fil-.*|\w+:'
	done
}

# bats test_tags=sqlite
@test "help in French fits 80 columns, and has the lines of that in English" {
	local command heading

	for command in "$FILROUGE_BIN"/fil-*; do
		"$command" --help > english
		LANGUAGE=fr "$command" --help > french
		[ "$(sed -n 1p french)" = $'Usage\u00a0: '"$(sed -n '1s/Usage: //p' english)" ]
		[ "$(grep -c '' french)" -eq "$(grep -c '' english)" ]
		# The beginning of a sentence is a capital, also with an accent.
		sed -n 2p french | grep -q '^[[:upper:]].*\.$'
		if grep -E '^.{81}' french; then echo "$command: over 80 columns"; return 1; fi
		# The heading of a subject's options is its name, which is no word of the language.
		for heading in $("$command" --help | sed -n 's/^\([a-z]*\):$/\1/p'); do
			grep -qx "$heading"$'\u00a0:' french || { echo "$command: $heading is translated"; return 1; }
		done
	done
}

# bats test_tags=sqlite
@test "every sentence about wrong uses, faults and files can be translated" {
	local file

	pseudo
	says fil-list users
	says fil-init
	says fil-init
	says fil-list
	says fil-list user
	says fil-list users --verbosity
	says fil-list users -w 'nam=x'
	says fil-list users -w 'arrived=x'
	says fil-list users -w x
	says fil-list users -f text
	says fil-list users --lang de
	says fil-list users --for-excel -f json
	says fil-report
	says fil-report autonomi
	says fil-report autonomy --by x
	says fil-report autonomy --source x,y
	says fil-report autonomy --role x
	says fil-report autonomy --as-of x
	says fil-report time --compare
	says fil-import
	says fil-import users nam=x
	says fil-import users --allow x
	says fil-import users --rename a
	says fil-record autonomy user=u1
	says fil-record users
	says fil-log x
	says fil-undo
	says fil-forget
	says fil-show
	says fil-sample pilot
	says fil-backup ''
	says fil-list users -d /dev/null
	says fil-list users -d "$DATA"/csv/ok-bom.csv
	says fil-list users -o "$FILROUGE_DB"
	for file in "$DATA"/csv/bad-*; do
		try fil-import users --map user=user "$file"
		[ "$status" -ne 0 ]
		all_marked < "$ERR"
	done
	says fil-import users missing.csv
	says fil-import users /dev/null
	printf '[columns\n' > bad.ini
	says fil-import users --profile bad.ini "$DATA"/csv/ok-bom.csv
	printf 'size = 1\n' > bad.ini
	says fil-import users --profile bad.ini "$DATA"/csv/ok-bom.csv
}

# Prints a header and rows, in each of which a cell is refused or hardly meant.
doubtful_rows() {
	printf '%s\n' user,name,email,unit,manager,arrived,left u1,Ada,a@x.fr,Accueil,u2,2023-01-02, \
		u2,Bob,b@x.fr,Accueil,u1,2023-02-30, u2,Bob,b@x,NULL,u9,1900-01-01, "'u3',Eve,a@x.fr,ACCUEIL,u3,lun. 2023-01-03," \
		1E+05,Zoe,,,,01/02/2023, Total,,,,,, u4,,,#REF!,,03/04/05, "u5;u6",Max,,,,, u7,Max,,,,,2999-01-01 user,name,email,unit,manager,arrived,left
}

# bats test_tags=sqlite
@test "every sentence of a run can be translated" {
	pseudo
	fil-init -q
	doubtful_rows > doubtful.csv
	says fil-import users doubtful.csv
	says fil-import users doubtful.csv --dates dmy --keep-going --rejects rejects.csv
	says fil-import users doubtful.csv --dates dmy --strict --keep-going
	says "fil-import users -v <<< $'user,name,x\nu1,Ada,1\nu2,Bob,\n\nu3,Eve,=1'"
	says "fil-import users --rename u3=u4"
	says "fil-import users --feed hr --sync --force -n <<< $'user,name\nu1,Ada\nu5,Bob'"
	says "fil-import users --expect-rows 5 <<< $'user,name\nu1,Ada'"
	fil-import -q users --propose doubtful.csv > proposed.ini
	sed -n 's/^# *//p' proposed.ini | all_marked '(?:\w[\w .-]*|\[[\w.]+\]) = .*|\w+ =|fil-import .*|[\w -]+'
	says "fil-import phases <<< $'phase,kind,started,ended\np1,pilot,2024-01-01,2024-02-01'"
	says "fil-import modules <<< $'module,minutes\nm1,60'"
	says "fil-import modules <<< $'module,minutes\nm2,\"1,234\"\nm3,x'"
	says 'fil-record autonomy user=u9 dimension=tool level=3 source=self'
	says 'fil-record autonomy user=u1 dimension=tools level=9 source=self date=2030-01-01'
	says 'fil-record autonomy user=u1 dimension=tool level=3 source=self'
	says 'fil-list users | fil-assign module=m1 due=+14d'
	says 'fil-list users | fil-assign module=m1 due=+14d'
	says 'fil-sample p1 --size 2 --detect 15 --by unit'
	says 'fil-sample p1 --size 9 --detect 80'
	says 'fil-report autonomy --require "share>90"'
	says 'fil-report forecast --score'
	says 'fil-backup copy.db -n'
	says 'fil-backup copy.db'
	says 'fil-backup copy.db'
	says 'fil-init -d new.db --from copy.db'
	says 'fil-undo 2'
	says 'fil-undo --last -n'
	says 'fil-undo --last'
	says 'fil-log 99'
	says 'fil-list users --for-excel'
	says 'TMPDIR=/nowhere fil-list users -f xlsx'
	COLUMNS=20 try_on_terminal 'fil-list --tables'
	grep '^fil-list: ' "$OUT" | all_marked
	says 'fil-check'
	says 'fil-check --repair'
	says 'fil-forget u9'
	says 'fil-forget u1'
	says 'fil-forget --yes u1'
	says 'fil-forget --left-before 2000-01-01'
	says 'fil-show u2 -f markdown'
	all_marked '\*\*.*\*\* |\|.*\|' < "$OUT"
}

# bats test_tags=sqlite
@test "what scripts read is the same in both languages" {
	pseudo
	fil-init -q
	fil-list levels > levels.csv
	grep -q '«helps others»' levels.csv
	fil-import -q users <<< $'user,name,arrived,left\nu1,Ada,2023-01-02,2022-01-01\nu2,Bob,,'
	ask "UPDATE users SET name = 'a  b' WHERE \"user\" = 'u2'"
	LANGUAGE=fr fil-check > check.fr && false
	LANGUAGE=en fil-check > check.en && false
	cmp check.fr check.en
	for line in 'report autonomy' 'report needs -f json' 'list --tables' 'list --columns users' log 'propose' 'show u1 -f json'; do
		# The line is words.
		# shellcheck disable=SC2086
		LANGUAGE=fr fil-$line > said.fr
		# shellcheck disable=SC2086
		LANGUAGE=en fil-$line > said.en
		cmp said.fr said.en
	done
}

# A phase whose days and figures differ between the languages.
phase() {
	fil_store
	fil-import -q users user=u1 name=Ada
	fil-import -q phases phase=pilot title=Pilote kind=pilot begins=2024-03-01 ends=2024-08-12
	fil-import -q enrolments user=u1 phase=pilot enrolled=2024-03-01
	fil-record -q efforts user=u1 date=2024-03-02 activity=training phase=pilot minutes=12345.5
	fil-record -q autonomy user=u1 dimension=tool date=2024-03-02 source=self level=3
	fil-record -q autonomy user=u1 dimension=process date=2024-03-02 source=self level=3
}

@test "tables, Markdown and HTML have numbers and days in the language; CSV and JSON have not" {
	local format

	phase
	for format in csv json; do
		diff <(fil-report phases --min-group 0 -f $format) <(fil-report phases --min-group 0 -f $format --lang fr)
	done
	try fil-report phases --min-group 0 -f markdown --lang fr
	out_is \
		'| phase | title | kind | begins | ends | users | measured | autonomous | share_min | share_max | median_days | assigned | completed | minutes_spent |' \
		'| --- | --- | --- | --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |' \
		$'| pilot | Pilote | pilot | 1er\u00a0mars\u00a02024 | 12\u00a0août\u00a02024 | 1 | 1 | 1 | 100,0 | 100,0 | 1 | 0 | 0 | 12\u202f345,5 |'
	try fil-report phases --min-group 0 -f markdown
	[[ $(tail -n 1 "$OUT") == '| pilot | Pilote | pilot | 2024-03-01 | 2024-08-12 | 1 | 1 | 1 | 100.0 | 100.0 | 1 | 0 | 0 | 12345.5 |' ]]
	try env LANG=fr_FR.UTF-8 LC_ALL= fil-list phases -f table
	out_is 'phase title  kind  begins        ends' $'pilot Pilote pilot 1er\u00a0mars\u00a02024 12\u00a0août\u00a02024'
	try fil-report phases --min-group 0 -f html --lang fr
	[ "$(sed -n 2p "$OUT")" = '<html lang="fr">' ]
	grep -qF $'<td class="r">12\u202f345,5</td>' "$OUT"
	try fil-report phases --min-group 0 -f html
	[ "$(sed -n 2p "$OUT")" = '<html lang="en">' ]
	grep -qF '<td class="r">12345.5</td>' "$OUT"
	# The heading of a page is a phrase in its language; the sheet of a workbook has the name that scripts know.
	grep -qx '<h1>The pilot beside the rollouts</h1>' "$OUT"
	try fil-report phases --min-group 0 -f html --lang fr
	grep -qx '<h1>Le pilote à côté des déploiements</h1>' "$OUT"
	LANGUAGE=fr fil-log -f html | grep -qx '<h1>Les opérations</h1>'
	try fil-list phases --lang de
	status_is 64
	err_is "fil-list: --lang takes fr or en, not 'de'" "Try 'fil-list --help' for more information."
}

# bats test_tags=sqlite
@test "French texts have the apostrophes and spaces of French" {
	local page

	# A no-break space before a colon and inside quotes, a narrow one before ; ! ? and %; no straight apostrophe.
	msgcat --no-wrap "$BATS_TEST_DIRNAME/../../lib/po/fr.po" | sed -n '/^msgstr/,/^$/p' > french
	for page in "$BATS_TEST_DIRNAME"/../../man/fr/*; do
		sed -e '/^\.Bd/,/^\.Ed/d' -e '/^[.]/d' "$page" >> french
	done
	[ "$(wc -l < french)" -ge 3000 ]
	perl -CSDA -Mutf8 -ne '
		if (/[a-zà-ÿ]\x27[a-zà-ÿ]/ || /[^\s«] (?:[;!?:](?=[\s)"\\]|$)|%%|%(?=[\s)"]))/ || /« | »/ || /\x{a0}[;!](?!»)/ || /\x{202f}:/) {
			print "by the typewriter: $_";
			$bad = 1;
		}
		END { exit($bad // 0) }' french
}

# bats test_tags=sqlite
@test "every text of the code is translated" {
	make -s -C "$BATS_TEST_DIRNAME/../.." B="$PWD" translated
}

# bats test_tags=sqlite
@test "in French too, a column stands before its colon without a space" {
	fil_store
	fil-import users -q user=00005 name='Ann LEE' left=2024-01-31
	fil-import users -q user=00006 name='Bo RAY' email=b@x.example
	try env LANG=fr_FR.UTF-8 LC_ALL= fil-import users <<< $'user,name,email,left\n00005,Cy FOX,,\n7,Di ROE,b@x.example,1900-01-01\n8,Ed KAY,,\n8,Ed KAYE,,'
	status_is 65
	[ "$(grep -c '^fil-import: -:[0-9]*: [a-z]*: ' "$ERR")" -eq 3 ]
}
