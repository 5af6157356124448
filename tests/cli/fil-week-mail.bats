#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# shellcheck disable=SC2030,SC2031,SC2094 # each test has its own environment; a message is read, another file written
# The weekly page as a mail, read back by the parser of another program (mail.py).
load helper

# Fills the store with what the folder examples holds.
fill_examples() (
	cd "$BATS_TEST_DIRNAME/../../examples" || return
	fil-import -q users sirh.csv
	fil-import -q users roles.csv
	fil-import -q phases phases.csv
	fil-import -q enrolments enrolments.csv
	fil-record -q autonomy autonomy/*.csv
)

setup() {
	fil_setup
	export FILROUGE_TODAY=2024-03-31
}

# Takes the store of the folder examples, which is filled once.
examples() {
	fil_store fill_examples
}

# Writes lines of settings: settings LINE...
settings() {
	mkdir -p .config/filrouge
	printf '%s\n' "$@" > .config/filrouge/week.ini
}

# Checks the message on standard input, and prints parts of it.
mail() {
	python3 "$BATS_TEST_DIRNAME/mail.py" "$@"
}

@test "mail: its header, its parts, and no defect for a parser" {
	examples
	settings '[week]' 'lang = fr' 'title = Dossier numérique' '[controller]' 'name = Fondation Aubépine' \
		'contact = dpo@example.org' '[mail]' 'from = Fondation Aubépine <dossier@example.org>' 'reply-to = a@example.org'
	fil-week --mail-to 'ada@example.org,"Bô, Cy" <bo@example.org>' --mail-to cy@example.org > message
	try mail From Reply-To To Subject Content-Language structure < message
	status_is 0
	err_is ''
	sed -i '/^image/d; /^multipart\/related/d' "$OUT" # where librsvg is
	out_is <<- 'END'
		Fondation Aubépine <dossier@example.org>
		a@example.org
		ada@example.org, "Bô, Cy" <bo@example.org>, cy@example.org
		filrouge 2024-S13 : 154 autonomes sur 216 (+24)
		fr
		multipart/mixed
		multipart/alternative
		text/plain
		text/html
		text/html filrouge-2024-S13.html
	END
	[ "$(mail Message-ID < message)" != "$(fil-week --mail-to a@b | mail Message-ID)" ]
	sent=$(date -d "$(mail Date < message)" +%s)
	[ $((sent - $(date +%s))) -le 1 ] && [ $((sent - $(date +%s))) -ge -60 ]
}

@test "mail: the text is the text form, with the page attached" {
	examples
	fil-week --mail-to a@b.example > message
	fil-week > text
	printf '\n%s\n' 'The page attached has the pictures, all figures and the commands that print them.' >> text
	mail text < message | diff -u text -
	mail html < message | grep -qF '>154 of 216</td>' # narrower than two columns
	for figure in $(fil-report autonomy --by unit --depth 1 -f csv | cut -d , -f 9-10 | tr , ' ' | sed 1d); do
		grep -q "$figure" text
	done
	fil-week -f html > page
	mail filrouge-2024-W13.html < message | cmp page
	LC_ALL=C fil-week --mail-to a@b.example | mail text | diff -u text -
}

@test "mail: bars are cells with their figures, and the target is a border" {
	examples
	fil-week --mail-to a@b.example | mail html > html
	grep -o 'width="80%" align="right" style="width:80%[^>]*border-right[^>]*>[^<]*' html | sed 's/.*>//' > target
	[ "$(< target)" = 'target 80%' ]
	grep -o '<td width="[0-9.]*%" height="18"[^>]*>[^<]*' html | sed 's/<td width="\([^"]*\)"[^>]*>/\1 /' > bars
	diff -u - bars <<- 'END'
		71.3% 154
		7.9% 17 ?
		20.8% 45
		60.2% 130
		7.9% 17 ?
		31.9% 69
		55.6% 120
		18.5% 40 ?
		25.9% 56
	END
	grep -q '>31 March &nbsp;<b>71.3% to 79.2%</b>' html
	grep -q '>31 March, only what others saw &nbsp;<b>' html
	grep -q '<th scope="row"[^>]*><bdi>Communication</bdi></th>' html
	for target in 1 10 100; do fil-week --target $target --sections headline --mail-to a@b | mail; done
}

@test "mail: each drawing of a band is a picture, and its table is below" {
	examples
	ldconfig -p | grep -q 'librsvg-2.so.2' || skip 'librsvg is not installed'
	fil-week --sections progress --mail-to a@b.example > message
	mail html < message > html
	grep -o '<img [^>]*\|<caption[^>]*>[^<]*' html | sed 's/ style=[^>]*//' > order
	diff -u - order <<- 'END'
		<img src="cid:progress@filrouge" width="552" alt="The share of people autonomous, week by week; the figures are in the table below."
		<caption>6 of the last 12 Sundays
	END
	# The library is for mails alone.
	LD_DEBUG=libs fil-week --sections headline -f html 2>&1 > /dev/null | grep rsvg && return 1
	LD_DEBUG=libs fil-report autonomy 2>&1 > /dev/null | grep rsvg && return 1
	# Nothing is said where there is no home and no cache.
	try env -i PATH="$PATH" FILROUGE_DB="$FILROUGE_DB" fil-week --as-of=2024-03-31 --mail-to a@b.example
	status_is 0
	err_is ''
}

@test "mail: lists have their captions" {
	local caption

	fil_store
	fil-import -q promises <<- 'END'
		promise,kind,statement,made
		a,promise,It is fast,2024-01-01
		b,limit,It needs a network,2024-01-01
	END
	fil-week --sections promises --mail-to a@example.org | mail html > html
	for caption in Promises 'Limits stated'; do
		tr -d '\n' < html | grep -q "<p [^>]*font-weight:bold[^>]*>$caption</p><ul [^>]*><li"
	done
}

@test "mail: attachments are chosen by --attach or the setting" {
	examples
	fil-week --attach csv,xlsx --mail-to a@b.example > message
	mail structure < message | sed -n 's/.*\(filrouge-.*\)/\1/p' > names
	grep -q '^filrouge-2024-W13-units.xlsx$' names
	grep -q html names && return 1
	mail filrouge-2024-W13-units.csv < message > units
	fil-report autonomy --by unit --depth 1 --as-of 2024-03-31 -f csv | cmp units
	mail filrouge-2024-W13-headline.csv < message > headline
	fil-report autonomy --as-of 2024-03-31 -f csv | cmp headline
	mail filrouge-2024-W13-units.xlsx < message > units.xlsx
	perl -e 'read STDIN, $_, 4; exit($_ ne "PK\3\4")' < units.xlsx
	mail text < message | grep -q attached && return 1
	settings '[mail]' 'attach = csv'
	fil-week --sections headline --mail-to a@b.example | mail structure | tail -n 1 > names
	[ "$(< names)" = 'text/csv filrouge-2024-W13-headline.csv' ]
	fil-week --attach html --sections headline --mail-to a@b.example | mail structure | tail -n 1 > names
	[ "$(< names)" = 'text/html filrouge-2024-W13.html' ]
}

@test "mail: no users, and -o" {
	fil_store
	fil-week -o message --mail-to a@b.example
	[ "$(mail Subject < message)" = 'filrouge 2024-W13: no users' ]
	mail text < message | grep -q 'No users count on 31 March: there is nothing to say yet.'
	mail html < message | grep -q 'No users count on 31 March: there is nothing to say yet.'
}

@test "mail: usage" {
	examples
	try fil-week --attach html
	status_is 64
	try fil-week --mail-to a@b -f html
	status_is 64
	err_is <<- 'END'
		fil-week: --mail-to writes a mail: it takes no --format
		Try 'fil-week --help' for more information.
	END
	try fil-week --mail-to a@b --attach pdf
	status_is 64
	try fil-week --mail-to ''
	status_is 64
	err_is <<- 'END'
		fil-week: --mail-to has no address, and neither has the setting 'to' in [mail]
		Try 'fil-week --help' for more information.
	END
	settings '[mail]' 'to = a@example.org, b@example.org' 'subject = Numérique'
	fil-week --mail-to '' --mail-to c@example.org > message
	[ "$(mail To < message)" = 'c@example.org, a@example.org, b@example.org' ]
	[ "$(mail Subject < message)" = 'Numérique 2024-W13: 154 of 216 autonomous (+24)' ]
	settings '[mail]'
	fil-week --mail-to c@example.org | mail From > from
	[ "$(< from)" = "$(id -un)@$(hostname)" ]
}

@test "mail: nothing becomes a line of the header" {
	local evil key to

	examples
	for evil in $'a@b\nBcc: c@d' $'a@b\r\nBcc: c@d' $'A\n <a@b>' $'a@b,\n' root 'a@b c@d' 'A <b>' $'a@b\177'; do
		try fil-week --mail-to "$evil"
		status_is 64
		out_is ''
	done
	# No argument has a line break, whatever it is for.
	for evil in --attach --profile --sections --by --source -w --phase --failures; do
		try fil-week --mail-to a@b "$evil" $'unit\nBcc: c@d'
		status_is 64
		out_is ''
	done
	# Settings name their place. A carriage return is not the end of a line there.
	for key in from reply-to to subject attach; do
		settings '[mail]' "$key = html"$'\rBcc: c@d'
		for to in '' b@c; do
			# A setting that the command line overrides is checked all the same.
			try fil-week --mail-to "$to" --mail-to a@b --attach html
			status_is 78
			grep -q 'week.ini:2: ' "$ERR"
			out_is ''
		done
	done
	# The texts of the page are escaped, and cannot look like a part or a field.
	settings '[week]' $'title = T\rBcc: c@d <b onload=x>' 'footer = --=_filrouge_0--  <script>x</script> "&' \
		'[controller]' $'name = --=_filrouge_0\rX: y' '[mail]' 'subject = =?UTF-8?Q?=0ABcc:_c@d?= <script>'
	fil-week --mail-to a@b > message
	mail Subject html < message > said
	grep -qF '=?UTF-8?Q?=0ABcc:_c@d?= <script> 2024-W13: 154 of 216 autonomous (+24)' said
	grep -qF '<title>=?UTF-8?Q?=0ABcc:_c@d?= &lt;script&gt; 2024-W13' said
	grep -qF -e '--=_filrouge_0--' said
	grep '^Bcc' message && return 1
	true
}

@test "mail: units with names of every kind" {
	fil_store
	printf 'user,unit\n' > users.csv
	printf '%s\n' 'a,<script>alert(1)</script>' 'b,--=_filrouge_0--' 'c,.' 'd,From x' 'e,=?UTF-8?Q?x?=' 'f,"é"' >> users.csv
	fil-import -q users --map name=user users.csv
	fil-week --min-group 0 --mail-to a@b.example > message
	mail html < message > html
	grep -qF '>&lt;script&gt;alert(1)&lt;<' html
	grep '^\.$\|^From x' message && return 1
	true
}

@test "mail: a section that is too long takes its picture along" {
	examples
	fil-week --weeks 1000 --mail-to a@b.example > message
	mail structure html < message > said
	grep -q 'the share of people autonomous lies between' said
	grep progress@filrouge said && return 1
	true
}

@test "mail: long names make HTML that Gmail does not cut" {
	fil_store
	perl -e 'print "user,name,unit\n"; printf "u%d,n,Direction %d %s\n", $_, $_, "&" x 900 for 1 .. 30' | fil-import -q users
	fil-record -q autonomy source=test date=2024-03-20 <<< $'user,tool,process\nu1,3,3'
	fil-week --min-group 0 --mail-to a@b.example > message
	mail html text < message > said
	grep -q 'The page attached has the rest of this section.' said
	grep -q 'Direction 30 ' said # in the text
	fil-week --min-group 0 --attach csv --mail-to a@b.example | mail html |
		grep -q 'The rest of this section is too long for a mail.'
}
