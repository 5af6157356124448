#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# bats file_tags=sqlite
# Only the reader tells the formats apart, whatever the engine.
load helper

# The formats met in the wild: tests/data/formats has one list of people in each of them, and each must store the same rows.

# Prints the files, each with the options it needs and how it is described.
formats() {
	cat <<- 'END'
		comma-lf.csv ~ ~ UTF-8, ',', LF, dates day first
		bom-semicolon-crlf.csv ~ ~ UTF-8 with BOM, ';', CRLF, dates day first
		utf16le-tab.txt ~ ~ UTF-16LE with BOM, TAB, CRLF, dates day first
		utf16be-tab.txt ~ ~ UTF-16BE with BOM, TAB, CRLF, dates day first
		windows-1252.csv ~ ~ WINDOWS-1252, ';', CRLF, dates day first
		iso-8859-15.csv ~ --encoding ISO-8859-15 ~ ISO-8859-15, ';', CRLF, dates day first
		pipe.csv ~ ~ UTF-8, '|', CRLF, dates day first
		cr.csv ~ ~ UTF-8, ';', CR, dates day first
		quote-all.csv ~ ~ UTF-8, ',', CRLF, dates day first
		sep-line.csv ~ ~ UTF-8, ';', CRLF, dates day first
		tab-unquoted.txt ~ ~ WINDOWS-1252, TAB without quoting, CRLF, dates day first
		titles.csv ~ ~ WINDOWS-1252, ';', CRLF, dates day first, header on line 6
		titles.csv ~ --skip-lines 5 ~ WINDOWS-1252, ';', CRLF, dates day first
		spaces.csv ~ ~ UTF-8, ';', CRLF, dates day first
		trailing-delimiter.csv ~ ~ UTF-8, ';', CRLF, dates day first
		header-written-otherwise.csv ~ ~ UTF-8, ';', CRLF, dates day first
		no-header.csv ~ --no-header --map user=1 --map name={3}\u00a0{2} --map email=4 --map unit=5 --map job=6 --map arrived=7 --map left=8 ~ UTF-8, ';', CRLF, dates day first, no header
		dates-d-m-yyyy.csv ~ ~ UTF-8, ';', CRLF, dates day first
		dates-yyyy-mm-dd.csv ~ ~ UTF-8, ';', CRLF
		dates-yyyymmdd.csv ~ ~ UTF-8, ';', CRLF
		dates-dd.mm.yyyy.csv ~ ~ UTF-8, ';', CRLF, dates day first
		dates-mm-dd-yyyy.csv ~ ~ UTF-8, ';', CRLF, dates month first
		dates-iso-time.csv ~ ~ UTF-8, ';', CRLF
		dates-dmy-time.csv ~ ~ UTF-8, ';', CRLF, dates day first
		dates-two-digit-years.csv ~ --pivot 30 ~ UTF-8, ';', CRLF, dates day first
	END
}

# Checks what is stored.
stored() {
	try fil-list users
	out_is <<- 'END'
		user,name,email,unit,job,manager,role,arrived,left,feed
		00007,Noël Dûment-Roy,noel.dument@aubepine.example,Accueil,"Gestionnaire, paie",,user,2020-02-01,2024-02-29,hr
		00090,Lan Nguyên,lan@aubepine.example,Accueil,Agente | accueil,,user,1999-03-04,,hr
		00421,Zoé Lefèvre,zoe.lefevre@aubepine.example,Mécénat,"Chargée de ""relations""",,user,2019-01-31,,hr
		01234,Siân O'Brien,sian.obrien@aubepine.example,Œuvres,Cadre; adjointe,,user,2021-12-15,,hr
	END
}

# Imports a file with the words of a line as options; a no-break space stands for the one within a word.
import() {
	local words

	read -ra words <<< "$2"
	words=("${words[@]//'\u00a0'/ }")
	try fil-import users "${words[@]}" "${@:3}" "$DATA/formats/$1"
}

@test "each format stores the same rows, and is told" {
	local file options described

	while IFS='~' read -r file options described; do
		file=${file% } described=${described# }
		rm -rf "${FILROUGE_DB%/*}"
		fil_store
		import "$file" "$options"
		status_is 0
		err_has "fil-import: $DATA/formats/$file: $described"
		stored
	done < <(formats)
}

@test "each file of these formats is tried" {
	formats | cut -d' ' -f1 | sort -u > tried
	find "$DATA/formats" -name '*.*' -printf '%f\n' | grep -v decimal-comma | sort | diff - tried
}

@test "each format, imported again, changes nothing and leaves no history" {
	local file options described history

	fil_store
	import comma-lf.csv ''
	history=$(ask 'SELECT count(*) FROM history')
	while IFS='~' read -r file options described; do
		file=${file% } described=${described# }
		import "$file" "$options"
		status_is 0
		[ "$(wc -l < "$OUT")" = 1 ]
		grep -q '4 read, 0 added, 0 changed, 4 unchanged' "$ERR"
	done < <(formats)
	[ "$(ask 'SELECT count(*) FROM history')" = "$history" ]
}

@test "each format tried dry prints what the real import prints then" {
	local file options described

	while IFS='~' read -r file options described; do
		file=${file% } described=${described# }
		rm -rf "${FILROUGE_DB%/*}"
		fil_store
		import "$file" "$options" --dry-run
		status_is 0
		cp "$OUT" dry
		import "$file" "$options"
		cmp dry "$OUT"
	done < <(formats)
}

@test "Windows-1252 says what ISO-8859-15 means where they agree, and is told" {
	fil_store
	try fil-import users "$DATA/formats/iso-8859-15.csv"
	status_is 0
	err_has "fil-import: $DATA/formats/iso-8859-15.csv: WINDOWS-1252, ';', CRLF, dates day first"
	[ "$(fil-list users -w user=01234 -f csv | tail -1 | cut -d, -f4)" = '¼uvres' ]
}

@test "two-digit years are no dates without a pivot" {
	fil_store
	try fil-import users "$DATA/formats/dates-two-digit-years.csv"
	status_is 65
	err_has "fil-import: $DATA/formats/dates-two-digit-years.csv:2: arrived: '31/01/19' is not a date: a year of two digits needs --pivot NN"
	try fil-import users --pivot 100 "$DATA/formats/dates-two-digit-years.csv"
	status_is 64
	err_has "fil-import: pivot: '100' is not a whole number from 0 to 99"
}

@test "without a header, columns are numbers, and the delimiter must be clear" {
	fil_store
	try fil-import users --no-header <<< '1;Ada'
	status_is 65
	err_is 'fil-import: -:1: no header is known for users (map one with --map COL=HEADER): 1, 2'
	try fil-import users --no-header --map user=1 --map name=3 <<< '1;Ada'
	status_is 65
	err_is "fil-import: -:1: no header '3', which --map names for name"
	try fil-import users --no-header --map user=1 --map name=2 <<< '1;Ada, the first'
	status_is 65
	err_is "fil-import: -:1: the delimiter could be ',' or ';': give --delimiter"
	try fil-import users --no-header --map user=1 --map name=2 --delimiter comma <<< '1,Ada; the first'
	status_is 0
	out_has 'added,1,Ada; the first,,,,,user,,,hr'
}

@test "rows refused of a file without a header come back without one" {
	fil_store
	printf '1;Ada\n;Bob\n3;Cid\n' > list.csv
	try fil-import users --no-header --map user=1 --map name=2 --keep-going --rejects bad.csv list.csv
	status_is 1
	[ "$(cat bad.csv)" = ';Bob;2;"missing-value: user: is required but empty"' ]
	sed -i 's/^/2/' bad.csv
	try fil-import users -q --no-header --map user=1 --map name=2 bad.csv
	status_is 0
	[ "$(fil-list users | wc -l)" = 4 ]
}

@test "rows refused of a TAB file without quoting come back without it" {
	fil_store
	printf 'user\tname\tjob\n1\tAda\t24" screens\n\tBob\t12" screens\n' > list.txt
	try fil-import users --keep-going --rejects bad.txt list.txt
	status_is 1
	sed -i 's/^\tBob/2\tBob/' bad.txt
	try fil-import users -q bad.txt
	status_is 0
	try fil-list users -w user=2
	out_has '2,Bob,,,"12"" screens",,user,,,hr'
}

@test "decimal commas are numbers" {
	fil_store
	try fil-import modules "$DATA/formats/decimal-comma.csv"
	status_is 0
	out_is <<- 'END'
		action,module,title,kind,dimension,level,minutes,url
		added,a,Atelier,workshop,,,0.8,
		added,b,Cours,course,,,1250.5,
		added,c,Guide,guide,,,45,
	END
}

@test "a formula and a tag are text in every format, and come back from CSV as they were" {
	local format

	fil_store
	cp "$DATA/csv/ok-formulas.csv" "$DATA/csv/ok-html.csv" .
	sed -i 's/^1,/5,/; s/^2,/6,/' ok-html.csv
	sed 1d ok-html.csv | cat ok-formulas.csv - > list.csv
	fil-import -q users list.csv > /dev/null
	fil-list users | cut -d, -f1,2 | sed 's/,user.*//' > names
	fil-list users | fil-import users > changes 2> told
	[ "$(wc -l < changes)" -eq 1 ]
	[ "$(grep -c '^[1-3],"\?[=@]' names)" -eq 3 ]
	for format in html markdown; do
		fil-list users -f $format > page
		[ "$(grep -Ec 'alert\(1\)' page)" -eq 2 ]
		[ "$(grep -Ec '<script>alert|<img src' page)" -eq 0 ]
	done
	fil-list users -f json > rows
	grep -qF '"name":"<script>alert(1)</script>"' <(tr -d ' \n' < rows)
}

@test "a line break in a key or an address is a fault: it would add a header to a mail" {
	fil_store
	printf 'user,name,email\nu1,A,"a@example.org\rBcc: b@example.org"\n' > bad-cr-in-mail.csv
	try fil-import users bad-cr-in-mail.csv
	status_is 65
	out_is ''
	[ "$(fil-list users | wc -l)" -eq 1 ]
	printf 'user,name\n"u1\nBcc: b@example.org",A\n' > bad-lf-in-key.csv
	try fil-import users bad-lf-in-key.csv
	status_is 65
	[ "$(fil-list users | wc -l)" -eq 1 ]
}

@test "-v counts the cells that a spreadsheet would take for formulas" {
	fil_store
	printf 'Matricule,Nom complet,Service\n1,=1+1,@x\n2,+33,y\n3,-,z\n4,A=B,\n' > list.csv
	try fil-import users -v list.csv
	status_is 0
	err_has 'fil-import: list.csv: cells that a spreadsheet would take for formulas: Nom complet 3, Service 1'
	try fil-list users -w user=1
	out_has '1,=1+1,,@x,,,user,,,hr'
	try fil-import users list.csv
	[ "$(grep -c spreadsheet "$ERR")" = 0 ]
}

@test "a key that no header gives is told with the nearest that is there" {
	fil_store
	try fil-import users <<< $'Matriculle;Nom complet;x\n1;Ada;y'
	status_is 65
	err_is "fil-import: -: user is missing: say user=VALUE; or map a column with --map 'user=HEADER'; not used yet: Matriculle, x; the nearest is 'Matriculle'"
}
