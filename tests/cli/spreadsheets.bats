#!/usr/bin/env bats
# bats file_tags=sqlite
# SPDX-License-Identifier: ISC
# What spreadsheets open: -f xlsx, read back without the library that writes it, and --for-excel. What is never a
# formula, and what is never cut.
load helper

# Prints the sheet of a workbook as CSV, or a part of the file: sheet FILE [PART].
sheet() {
	perl "$BATS_TEST_DIRNAME/xlsx.pl" "$@"
}

# Checks that the rows of a command are the same as a workbook. A share of 50.0 is the number 50.
same() {
	"$@" -f xlsx > same.xlsx
	sheet same.xlsx > got
	"$@" -f csv | sed -E ':a; s/(,-?[0-9]+)\.0+(,|$)/\1\2/; ta' > wanted
	diff -u wanted got
}

# People whose cells are hard for a spreadsheet.
people() {
	fil_store
	fil-import -q users <<- 'END'
		user,name,email,unit,job,role,arrived,left
		00421,"O'Hara ""Bo"" <b>&amp;",o@example.org,Œuvres/Été,=1+1,trainer,1583-01-01,
		1E5,=cmd|' /C calc'!A0,,+33 1,-x,,1899-12-29,
		@x,_x0041_ _x00zz_ __x0041__,,日本/語,'quoted,,1900-02-28,
		é,1.50,,TRUE,2024-03-01,,1900-03-01,2024-02-29
		𝕏,𝕏𝕏,,,,,9998-12-31,
	END
	fil-import -q phases <<- 'END'
		phase,title,kind,begins
		pilot,Pilote,pilot,2024-01-08
	END
	fil-import -q enrolments phase=pilot enrolled=2024-01-08 user=1E5
	fil-record -q autonomy <<- 'END'
		user,dimension,date,source,level,note
		00421,tool,2024-02-01,trainer,2,"first line
			second	=x"
		00421,tool,2024-03-01,trainer,5,
		é,process,2024-02-01,self,4," spaced "
		1E5,tool,2024-02-01,self,4,
	END
	fil-record -q efforts user=00421 date=2024-02-01 activity=training minutes=0.1
	fil-record -q efforts user=é date=2024-02-02 activity=training minutes=999999999999.999
}

@test "a workbook has the rows of CSV, each cell of its kind" {
	local table subject

	people
	for table in users phases enrolments autonomy efforts modules; do same fil-list "$table"; done
	for subject in autonomy phases time agreement forecast commitment; do same fil-report "$subject"; done
	same fil-report time --curve
	same fil-list --tables
	same fil-list --columns users
	same fil-log 2
	fil-list users -f xlsx -o users.xlsx
	sheet users.xlsx xl/worksheets/sheet1.xml > part
	grep -qF '<c r="A2" t="inlineStr"><is><t>00421</t></is></c>' part
	grep -qF '<c r="H5" s="2"><v>61</v></c><c r="I5" s="2"><v>45351</v></c>' part
	run ! grep -q '<f>' part
}

@test "the changed rows of a writer are a workbook too, after they are stored" {
	fil_store
	fil-import users -q -f xlsx -o changes.xlsx <<< $'user,name\n007,Ada'
	try sheet changes.xlsx
	out_is action,user,name,email,unit,job,manager,role,arrived,left,feed added,007,Ada,,,,,user,,,hr
	[[ $(sheet changes.xlsx xl/workbook.xml) == *'<sheet name="users" '* ]]
}

@test "a workbook has a frozen header with filters, widths, and a title; the same rows are the same file" {
	local part

	people
	fil-list autonomy -f xlsx -o one.xlsx
	fil-list autonomy -f xlsx > two.xlsx
	cmp one.xlsx two.xlsx
	part=$(sheet one.xlsx xl/worksheets/sheet1.xml)
	[[ $part == *'<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'* ]]
	[[ $part == *'<autoFilter ref="A1:F5"/>'* ]]
	[[ $part == *'<col min="2" max="2" width="13.7109375" customWidth="1"/>'* ]]
	[[ $(sheet one.xlsx xl/workbook.xml) == *'<sheet name="autonomy" '* ]]
	[[ $(sheet one.xlsx docProps/core.xml) == *'<dc:title>autonomy</dc:title>'*'>2024-03-15T00:00:00Z<'* ]]
	fil-report phases --min-group 0 -q -f xlsx -o en.xlsx
	fil-report phases --min-group 0 -q -f xlsx --lang fr -o fr.xlsx
	[[ $(sheet en.xlsx xl/styles.xml) == *'formatCode="yyyy\-mm\-dd"'*'formatCode="0.0&quot;%&quot;"'* ]]
	[[ $(sheet fr.xlsx xl/styles.xml) == *'formatCode="[$-40C]d mmmm yyyy"'*'formatCode="0.0&quot;'$'\u202f''%&quot;"'* ]]
	diff <(sheet en.xlsx) <(sheet fr.xlsx)
	fil-list rules -f xlsx -o empty.xlsx
	[ "$(sheet empty.xlsx)" = "$(fil-list rules)" ]
}

@test "a workbook is not for a terminal" {
	people
	try_on_terminal 'fil-list users -f xlsx; echo $?'
	out_is 'fil-list: xlsx is no text for a terminal: give -o FILE, or a pipe' \
		"Try 'fil-list --help' for more information." 64
	try_on_terminal 'fil-list users -f xlsx -o users.xlsx; echo $?'
	out_is 0
	try_on_terminal 'fil-list users -f xlsx | wc -c > bytes; echo $?'
	out_is 0
	[ "$(stat -c %s users.xlsx)" -eq "$(< bytes)" ]
}

@test "a cell that a workbook cannot hold is a fault, and nothing is written" {
	people
	ask "update autonomy set note = printf('%.32767c', 'x') where level = 5"
	same fil-list autonomy
	ask "update autonomy set note = printf('%.32766c', 'x') || '𝕏' where level = 5"
	try fil-list autonomy -f xlsx -o long.xlsx
	status_is 73
	err_is 'fil-list: row 2, column note: 32768 characters are more than the 32767 that a cell of a workbook holds; -f csv has them all'
	[ ! -e long.xlsx ]
	try fil-list autonomy -f xlsx
	status_is 73
	out_is ''
}

@test "a full disk leaves no workbook, whichever file it fills" {
	local blocks

	people
	ask "with recursive n(i) as (select 1 union all select i + 1 from n where i < 3000)
		insert into users (\"user\", name, run) select 'x' || i, 'Ada', 1 from n"
	fil-list users -f xlsx -o whole.xlsx
	# The workbook is smaller than the parts of which it is made, in temporary files.
	for blocks in 56 100 200; do
		[ $((blocks * 1024)) -gt "$(stat -c %s whole.xlsx)" ] || [ $blocks = 56 ]
		try "ulimit -f $blocks; fil-list users -f xlsx -o full.xlsx"
		status_is 74
		err_is "fil-list: cannot write a temporary file in ${TMPDIR:-/tmp}: the disk may be full"
		[ ! -e full.xlsx ]
	done
	try 'fil-list users -f xlsx > /dev/full'
	status_is 74
	err_is 'fil-list: standard output: No space left on device'
	TMPDIR=$SCRATCH/nowhere try fil-list users -f xlsx -o full.xlsx
	status_is 73
	err_is "fil-list: cannot make a temporary file in $SCRATCH/nowhere: No such file or directory"
	[ ! -e full.xlsx ]
}

@test "--for-excel is CSV that a spreadsheet opens and runs nothing of" {
	people
	try fil-list users --for-excel
	status_is 0
	err_is 'fil-list: CSV for a spreadsheet: it is not for importing again'
	sed 's/\r$/~/' "$OUT" > "$OUT.lines"
	fil_compare lines "$OUT.lines" <<- END
		$(printf '\357\273\277')user;name;email;unit;job;manager;role;arrived;left;feed~
		00421;"O'Hara ""Bo"" <b>&amp;";o@example.org;Œuvres/Été;'=1+1;;trainer;1583-01-01;;hr~
		1E5;'=cmd|' /C calc'!A0;;'+33 1;'-x;;user;1899-12-29;;hr~
		'@x;_x0041_ _x00zz_ __x0041__;;日本/語;'quoted;;user;1900-02-28;;hr~
		é;1.50;;TRUE;2024-03-01;;user;1900-03-01;2024-02-29;hr~
		𝕏;𝕏𝕏;;;;;user;9998-12-31;;hr~
	END
	try fil-report commitment --min-group 0 --for-excel --lang fr -q
	status_is 0
	err_is ''
	tr -d '\r' < "$OUT" > "$OUT.lines"
	fil_compare lines "$OUT.lines" <<- END
		$(printf '\357\273\277')role;users;planned;spent;spent_share;honoured;minutes_per_autonomous
		$(fil-report commitment --min-group 0 -q | sed '1d; s/,/;/g; s/\./,/g')
	END
	grep -q '0,1' "$OUT"
}

@test "--for-excel goes with CSV only" {
	people
	for format in json table markdown html xlsx; do
		try fil-list users --for-excel -f $format
		status_is 64
		out_is ''
		err_is 'fil-list: --for-excel is a form of CSV: give -f csv' "Try 'fil-list --help' for more information."
	done
	try_on_terminal 'fil-list users --for-excel; echo $?'
	out_is 'fil-list: --for-excel is a form of CSV: give -f csv' "Try 'fil-list --help' for more information." 64
	try fil-list users --for-excel -f csv -o users.csv
	status_is 0
	out_is ''
}
