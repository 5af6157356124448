#!/usr/bin/env bats
# The fictional foundation: its files are as real ones are, and go in whole.
load helper

setup() {
	fil_setup
	export FILROUGE_TODAY=2024-03-31
	EXAMPLES=$(cd "$BATS_TEST_DIRNAME/../../examples" && pwd)
	FIGURES="perl $BATS_TEST_DIRNAME/examples.pl $EXAMPLES"
	cd "$EXAMPLES" || return
}

foundation() {
	local table

	fil_store
	fil-import -q users sirh.csv
	fil-import -q users roles.csv
	fil-import -q modules modules.csv
	fil-import -q phases phases.csv
	fil-import -q enrolments enrolments.csv
	fil-list users --active --phase '' | fil-import -q enrolments phase=rollout enrolled=2024-02-19
	fil-record -q autonomy autonomy/*.csv
	fil-record -q completions completions.csv
	for table in rules routines promises commitments; do
		fil-import -q "$table" "$table.csv"
	done
	for table in needs practices verdicts efforts; do
		fil-record -q "$table" "$table.csv"
	done
}

@test "examples: the HR export is as HR systems write it" {
	run ! iconv -f UTF-8 -t UTF-8 sirh.csv
	iconv -f CP1252 -t UTF-8 sirh.csv > "$SCRATCH/utf8"
	grep -q $'^01....;.*Œ.*;.*;;\\|^00.*;.*\r$' "$SCRATCH/utf8"
	[ "$(grep -c '^0[0-9]\{4\};' sirh.csv)" -eq 240 ]
	[ "$(tail -n 5 sirh.csv | sort -u)" = $';;;;;;;;;;;;\r' ]
	grep -q '^99\|^[0-9]*, rue' sirh.csv
}

@test "examples: the HR export goes in whole, and says how it was read" {
	fil_store
	try 'fil-import users sirh.csv > /dev/null'
	status_is 0
	grep -q 'WINDOWS-1252' "$ERR"
	grep -q "';'" "$ERR"
	grep -q 'CRLF' "$ERR"
	grep -q 'Salaire brut annuel, N° de sécurité sociale, Adresse' "$ERR"
	err_has 'fil-import: users: 240 read, 240 added, 0 changed, 0 unchanged (run 2)'
	try "fil-list users -w user=00421"
	out_is <<- 'END'
		user,name,email,unit,job,manager,role,arrived,left,feed
		00421,Côme SÉGURET,come.seguret@fondation-aubepine.example,Œuvres et établissements/Accueil de jour,Chef de service,00668,user,2014-05-01,,hr
	END
}

# bats test_tags=sqlite
@test "examples: what nobody may store is not in the store's files" {
	fil_store
	fil-import -q users sirh.csv
	grep -q 'SÉGURET' "$FOLDER"/*
	run ! grep -aE 'rue des Lilas| 13 99 |500,00|Salaire' "$FOLDER"/*
}

@test "examples: the same files again change nothing" {
	foundation
	try fil-import users sirh.csv
	status_is 0
	out_is 'action,user,name,email,unit,job,manager,role,arrived,left,feed'
	try fil-record autonomy autonomy/*.csv
	status_is 0
	out_is 'action,user,dimension,date,source,level,note'
}

@test "examples: what a table prints goes in again unchanged" {
	local table

	foundation
	for table in $(fil-list --tables -f csv | sed 1d | cut -d, -f1); do
		try "fil-list $table | fil-import $table"
		status_is 0
		[ "$(wc -l < "$OUT")" -eq 1 ]
	done
}

@test "examples: autonomy by direction is what another program counts" {
	foundation
	try fil-report autonomy --by unit --depth 1 --min-group 0
	status_is 0
	sed 1d "$OUT" > "$SCRATCH/ours"
	$FIGURES autonomy | diff "$SCRATCH/ours" -
}

@test "examples: who has stalled is what another program counts" {
	foundation
	try fil-report stalled --weeks 4
	status_is 0
	$FIGURES stalled > "$SCRATCH/wanted"
	[ -s "$SCRATCH/wanted" ]
	perl -ne 'next if $. == 1; print "$1,$2\n" if /^(\d+),.*,((?:tool|process),\d,[\d-]+,\d+),\d+,\d+$/' "$OUT" |
		diff - "$SCRATCH/wanted"
}
