#!/usr/bin/env bats
# bats file_tags=sqlite
# The demonstration: what `make demo` shows.
load helper

setup() {
	fil_setup
	DEMO=$BATS_TEST_DIRNAME/../../examples/demo.sh
	mkdir "$SCRATCH/tmp"
	export TMPDIR=$SCRATCH/tmp
	unset FILROUGE_TODAY FILROUGE_DB
}

@test "demo: it runs to its end, ends with the page, and leaves nothing else behind" {
	try "$DEMO"
	status_is 0
	err_is ''
	[ "$(ls -A "$TMPDIR")" = filrouge-demo.html ]
	[ "$(ls -A "$HOME")" = tmp ]
	grep -q '^\$ fil-report autonomy --by unit --depth 1 -f table$' "$OUT"
	grep -q '^(small groups) ' "$OUT"
	grep -q '^dossier  *Instruire une demande de soutien ' "$OUT"
	# shellcheck disable=SC2016 # as it is printed
	[ "$(grep '^\$ ' "$OUT" | tail -n 1)" = '$ fil-week -f html -o "$page"' ]
	[ "$(tail -n 1 "$OUT")" = "# Open it in a browser: $TMPDIR/filrouge-demo.html" ]
	grep -q '^<title>filrouge 2024-W13: .* autonomous' "$TMPDIR/filrouge-demo.html"
}

@test "demo: its output is the same in another language, zone and folder" {
	"$DEMO" page > one
	mkdir other
	cd other
	env LC_ALL=C LANGUAGE=fr TZ=Pacific/Kiritimati COLUMNS=200 "$DEMO" ../page2 > ../two
	diff <(sed 's|/page$||' ../one) <(sed 's|/page2$||' ../two)
	# The seal is that of a log with the time of each run.
	diff <(sed '/[0-9]:[0-9a-f]\{64\}/d' ../page) <(sed '/[0-9]:[0-9a-f]\{64\}/d' ../page2)
}

@test "demo: a command that fails stops it, with its words" {
	mkdir bin
	printf '%s\n' '#!/bin/sh' 'echo "fil-report: no luck" >&2' 'exit 70' > bin/fil-report
	chmod +x bin/fil-report
	PATH=$PWD/bin:$PATH try "$DEMO"
	status_is 70
	[ "$(tail -n 1 "$OUT")" = 'fil-report: no luck' ]
	[ -z "$(ls -A "$TMPDIR")" ]
}
