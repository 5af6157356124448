#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# shellcheck disable=SC2154
# Workbooks as inputs: they give the records that their sheet gives as CSV. workbook.py makes them, by a library that is not
# the one that reads them.
load helper

HEADER=action,user,name,email,unit,job,manager,role,arrived,left,feed

# Makes a workbook of the rows of standard input: workbook FILE [WORD...]
workbook() {
	python3 "$BATS_TEST_DIRNAME/workbook.py" "$@"
}

# Runs a command, and checks that it takes at most so much memory and time of a processor: within MIB SECONDS COMMAND...
within() {
	local most=$1 longest=$2

	shift 2
	status=0
	/usr/bin/time -o "$SCRATCH.size" -f '%M %U %S' "$@" > "$OUT" 2> "$ERR" || status=$?
	tail -n 1 "$SCRATCH.size" |
		awk -v most="$most" -v longest="$longest" '{ print; exit $1 > most * 1024 || $2 + $3 > longest }' ||
		[[ $FILROUGE_BIN = */asan/* ]]
}

# bats test_tags=sqlite
@test "a workbook gives the rows of its sheet, with texts of all kinds" {
	fil_store
	workbook users.xlsx <<- 'END'
		= Feuil1
		s:Matricule|s:Prénom|i:Nom|s:Courriel|s:Service|s:Fonction|s:Date d’entrée|s:Salaire
		s:00421|i:Élise|s:DE LA « CLÉ », dite "Ly"|s:e@x.example|f:Dons & legs|s:_x0041__x005F_x0042_|d:45365|n:2000
		n:422|s:Bo|s:NGUYỄN|||i: chef  de projet |D:45365.75|
		row 9
		n:1E+3|x: t="inlineStr"><is><r><t>C</t></r><r><rPr/><t>y</t></r><rPh><t>kana</t></rPh></is>|s:NO||b:1|n:12.50|i:14/03/2024|
	END
	try fil-import users --map 'unit={Service}' users.xlsx
	status_is 0
	err_is <<- 'END'
		fil-import: users.xlsx: sheet 'Feuil1', dates day first
		fil-import: users.xlsx: not stored: Salaire
		fil-import: users: 3 read, 3 added, 0 changed, 0 unchanged (run 2)
	END
	out_is <<- END
		$HEADER
		added,00421,"Élise DE LA « CLÉ », dite ""Ly""",e@x.example,Dons & legs,A_x0042_,,user,2024-03-14,,hr
		added,422,Bo NGUYỄN,,,chef de projet,,user,2024-03-14,,hr
		added,1000,Cy NO,,true,12.5,,user,2024-03-14,,hr
	END
	# The same by a pipe, in the strict form, with prefixes; and told in the log by its own bytes.
	workbook strict.xlsx strict prefix <<< $'= F\ns:user|s:name\ns:00421|s:Eve'
	try 'cat strict.xlsx | fil-import users --allow identity'
	status_is 0
	out_is "$HEADER" 'changed,00421,Eve,e@x.example,Dons & legs,A_x0042_,,user,2024-03-14,,hr'
	try fil-import users --allow identity strict.xlsx
	err_has "fil-import: strict.xlsx: run 3 has read the same bytes"
}

# bats test_tags=sqlite
@test "numbers are exact, and days and times are told by the formats of cells" {
	fil_store
	fil-import -q users user=u name=U
	workbook needs.xlsx <<- 'END'
		= F
		s:user|s:need|s:date|s:note
		s:u|s:a|d:45365|n:0.1
		s:u|s:b|d:45365|n:0.10000000000000001
		s:u|s:c|d:45365|n:1.1000000000000001
		s:u|s:d|d:45365|n:123456789012345678
		s:u|s:e|d:45365|n:1.5E-7
		s:u|s:f|d:45365|n:-2.50
		s:u|s:g|d:45365|n:1E22
		s:u|s:h|d:45365|h:1.0555555555555556
		s:u|s:i|d:45365|h:6.3194444444444442E-2
		s:u|s:j|d:45365|D:45365.378472222219
		s:u|s:k|d:45365|d:45365.999999999
		s:u|s:l|d:45365|d:59
		s:u|s:m|d:45365|d:60
		s:u|s:n|d:45365|d:61
		s:u|s:o|d:45365|d:0
		s:u|s:p|d:45365|d:2958465
		s:u|s:q|d:45365|d:2958466
		s:u|s:r|d:45365|s:00421
		s:u|s:s|d:45365|n:0
		s:u|s:t|d:45365|n:-0
		s:u|s:u|d:45365|x: t="d"><v>2024-03-14T09:05:00</v>
		s:u|s:v|d:45365|s:two\n"lines", a comma
		s:u|s:w|d:45365|n:7
		s:u|s:x|x: s="1"><v> 45365  </v>|x:><v> 8.0 </v>
	END
	try 'fil-record needs -q -o /dev/stdout needs.xlsx | sed "s/^added,u,.,//; s/^action,user,need,//"'
	status_is 0
	err_is ''
	out_is date,note 2024-03-14,0.1 2024-03-14,0.1 2024-03-14,1.1 2024-03-14,123456789012345678 \
		2024-03-14,0.00000015 2024-03-14,-2.5 2024-03-14,10000000000000000000000 2024-03-14,25:20:00 \
		2024-03-14,01:31:00 '2024-03-14,2024-03-14 09:05:00' 2024-03-14,2024-03-15 2024-03-14,1900-02-28 \
		2024-03-14,60 2024-03-14,1900-03-01 2024-03-14,0 2024-03-14,9999-12-31 2024-03-14,2958466 2024-03-14,00421 \
		2024-03-14,0 2024-03-14,0 2024-03-14,2024-03-14T09:05:00 \
		'2024-03-14,"two' '""lines"", a comma"' 2024-03-14,7 2024-03-14,8
	workbook mac.xlsx 1904 <<- 'END'
		= F
		s:user|s:need|s:date|s:note
		s:u|s:x|d:43903|d:0
		s:u|s:y|d:43903|d:59
	END
	try 'fil-record needs -q -o /dev/stdout mac.xlsx | cut -d, -f3-'
	out_is need,date,note x,2024-03-14,1904-01-01 y,2024-03-14,1904-02-29
}

# bats test_tags=sqlite
@test "a percentage is read as from CSV, and no level is taken from its share" {
	local bounds

	fil_store
	printf 'user,name\na,A\nb,B\nc,C\nd,D\n' | fil-import -q users
	workbook scores.xlsx <<- 'END'
		= F
		s:user|s:date|s:level
		s:a|d:45365|p:0.85
		s:b|d:45365|p:0.5
		s:c|d:45365|p:0.79999999999999993
		s:d|d:45365|p:1
	END
	printf 'user,date,level\na,2024-03-14,85%%\nb,2024-03-14,50%%\nc,2024-03-14,"79,99999999999999 %%"\nd,2024-03-14,100%%\n' > scores.csv
	for bounds in '>= 80;< 80' '>= 80 %;< 80 %' '>= 0.8;< 0.8'; do
		printf '%s\n' 'table = autonomy' 'dimension = tool' 'source = test' '[values.level]' "3 = ${bounds%;*}" \
			"1 = ${bounds#*;}" > scores.ini
		for file in scores.xlsx scores.csv; do
			try 'fil-record autonomy -n -q --profile ./scores.ini -o /dev/stdout '$file' | cut -d, -f2,6'
			err_is ''
			out_is user,level a,3 b,1 c,1 d,3
		done
	done
	# Without ranges 100 % is not level 1.
	try fil-record autonomy -n dimension=tool source=test scores.xlsx
	status_is 65
	err_has "fil-record: scores.xlsx: F!C5: level: '100%' is not a whole number from 0 to 5"
}

# bats test_tags=sqlite
@test "of several sheets the one with known headers is read, or the one that is named" {
	fil_store
	workbook book.xlsx <<- 'END'
		= Lisez-moi
		s:Comment remplir
		= Liste 2024
		s:Liste du personnel
		row 3
		s:Matricule|s:Nom
		s:1|s:A
		= Modèle
		s:user|s:name
		s:2|s:B
		= !Cachée
		s:user|s:name
		s:3|s:C
	END
	try fil-import users -n book.xlsx
	status_is 65
	err_is "fil-import: book.xlsx: several sheets have a known header: give --set sheet=NAME: Lisez-moi, Liste 2024, Modèle, Cachée"
	for sheet in 'Liste 2024' 2 'liste  2024'; do
		try fil-import users -n --set sheet="$sheet" book.xlsx
		status_is 0
		out_is "$HEADER" added,1,A,,,,,user,,,hr
		err_has "fil-import: book.xlsx: sheet 'Liste 2024', header on line 3"
	done
	printf 'sheet = Cachée\n' > p.ini
	try fil-import users -n --profile p.ini book.xlsx
	out_is "$HEADER" added,3,C,,,,,user,,,hr
	try fil-import users -n --profile p.ini --set sheet=Modèle book.xlsx
	out_is "$HEADER" added,2,B,,,,,user,,,hr
	try fil-import users -n --set sheet=5 book.xlsx
	status_is 65
	err_is "fil-import: book.xlsx: there is no sheet '5': it has Lisez-moi, Liste 2024, Modèle, Cachée"
	printf 'sheet = 5\n' > sheet.ini
	try fil-import users --profile ./sheet.ini book.xlsx
	err_is "fil-import: book.xlsx: there is no sheet '5', which ./sheet.ini:1 names: it has Lisez-moi, Liste 2024, Modèle, Cachée"
	workbook two.xlsx <<< $'= A\ns:x\n= B\ns:y'
	try fil-import users -n two.xlsx
	status_is 65
	err_is 'fil-import: two.xlsx: no sheet has a known header: give --set sheet=NAME: A, B'
	# One that is shown needs no name.
	workbook one.xlsx <<< $'= A\ns:user|s:name\ns:1|s:A\n= !B\ns:user|s:name\ns:2|s:B'
	try fil-import users -n one.xlsx
	out_is "$HEADER" added,1,A,,,,,user,,,hr
	# By numbers, and below lines that are skipped.
	try fil-import users -n --set sheet=2 --no-header --skip-lines 3 --map user=1 --map name=2 book.xlsx
	out_is "$HEADER" added,1,A,,,,,user,,,hr
}

# bats test_tags=sqlite
@test "a fault and a doubt name the sheet and the cell; rejects are CSV that can be imported" {
	fil_store
	workbook 'présences 1.xlsx' <<- 'END'
		= Feuil1
		s:Titre
		i:user|s:name|s:unit|s:arrived|s:left|s:email
		s:1|s:A|s:n/a|i:31/02/2024
		s:2||e:#N/A||e:#REF!
		s:3|s:C, D|e:#N/A|d:45365|
		s:4|s:E|s:DSI|d:45365
		s:4|s:F|s:DSI
		s:5|s:G|||||s:stray
	END
	try fil-import users --keep-going --rejects r.csv --set sheet=1 'présences 1.xlsx'
	status_is 1
	out_is "$HEADER" added,4,E,,DSI,,,user,2024-03-14,,hr
	err_is <<- 'END'
		fil-import: présences 1.xlsx: sheet 'Feuil1', header on line 2
		fil-import: présences 1.xlsx: Feuil1!D3: arrived: '31/02/2024' is not a date
		fil-import: présences 1.xlsx: Feuil1!C4: unit: '#N/A' is the error of a formula: correct the workbook, or [values.unit] empty = #N/A
		fil-import: présences 1.xlsx: Feuil1!C5: unit: '#N/A' is the error of a formula: correct the workbook, or [values.unit] empty = #N/A
		fil-import: présences 1.xlsx: Feuil1!A7: user: duplicate key '4' with different values: first on line 6; other: name, arrived (--prefer active, last or first keeps one)
		fil-import: présences 1.xlsx: Feuil1!8: no header for cell 7, 'stray'
		fil-import: users: 6 read, 1 added, 0 changed, 0 unchanged, 5 refused (run 2)
	END
	diff r.csv - <<- 'END'
		user,name,unit,arrived,left,email,,reject_line,reject_reason
		1,A,n/a,31/02/2024,,,,3,"type-error: arrived: '31/02/2024' is not a date"
		2,,#N/A,,#REF!,,,4,"type-error: unit: '#N/A' is the error of a formula: correct the workbook, or [values.unit] empty = #N/A"
		3,"C, D",#N/A,2024-03-14,,,,5,"type-error: unit: '#N/A' is the error of a formula: correct the workbook, or [values.unit] empty = #N/A"
		4,F,DSI,,,,,7,"unique-error: user: duplicate key '4' with different values"
		5,G,,,,,stray,8,"extra-cell: no header for cell 7, 'stray'"
	END
	# An error that the profile takes for nothing is none, and neither is one in a column that is not used.
	printf '%s\n' '[values.unit]' 'empty = #N/A | n/a' '[columns]' 'left = -' > p.ini
	sed -i -e 2,3d -e 6d r.csv
	try fil-import users --profile p.ini r.csv
	status_is 0
	workbook one.xlsx <<< $'= Feuille d\'été\ns:user|s:name|s:unit|s:x\ns:6|s:H|s:NULL|e:#N/A\ns:7|s:I|e:#N/A'
	try fil-import users --profile p.ini one.xlsx
	status_is 0
	err_has "fil-import: one.xlsx: 'Feuille d''été'!C2: unit: 'NULL' may mean nothing: [values.unit] empty = NULL, or --allow null-word"
	out_is "$HEADER" added,6,H,,NULL,,,user,,,hr added,7,I,,,,,user,,,hr
	LC_ALL=fr_FR.UTF-8 LANG=fr_FR.UTF-8 try fil-import users one.xlsx
	status_is 65
}

# bats test_tags=sqlite
@test "hidden rows are read and told, and so are merged cells below the header" {
	fil_store
	workbook book.xlsx <<- 'END'
		= F
		s:Titre
		s:user|s:name|s:unit
		s:1|s:A|s:DSI
		- s:2|s:B
		- s:3|s:C
		- 
		+ A1:C1
		+ C3:C5
	END
	try fil-import users book.xlsx
	status_is 0
	err_is <<- 'END'
		fil-import: book.xlsx: sheet 'F', header on line 2
		fil-import: book.xlsx: 2 hidden rows of the sheet are read
		fil-import: book.xlsx: 1 merged cell: only the first row and column have its value
		fil-import: users: 3 read, 3 added, 0 changed, 0 unchanged (run 2)
	END
	[ "$(fil-list users | cut -d, -f1,4)" = $'user,unit\n1,DSI\n2,\n3,' ]
}

# bats test_tags=sqlite
@test "a table cut out of a sheet, and facts of its columns, name their cells" {
	fil_store
	fil-import -q users <<< $'user,name\n1,A\n2,B'
	workbook book.xlsx <<- 'END'
		= Suivi
		s:1. Résumé
		s:user|n:7
		row 5
		s:2. Participants
		s:user|s:date|s:Niveau outil|s:Niveau démarche
		n:1|d:45365|n:3|n:2
		n:2|d:45365|n:9|e:#REF!
		row 10
		s:user|s:total|n:12
	END
	cat > p.ini <<- 'END'
		source = trainer
		begin-after = 2. Participants
		end = blank
		[facts]
		Niveau outil = dimension tool, level {}
		Niveau démarche = dimension process, level {}
	END
	try fil-record autonomy --profile p.ini --keep-going book.xlsx
	status_is 1
	out_is action,user,dimension,date,source,level,note added,1,tool,2024-03-14,trainer,3, added,1,process,2024-03-14,trainer,2,
	err_is <<- 'END'
		fil-record: book.xlsx: Suivi!C8: Niveau outil: level: '9' is not a whole number from 0 to 5
		fil-record: book.xlsx: Suivi!D8: Niveau démarche: level: '#REF!' is the error of a formula: correct the workbook, or [values.level] empty = #REF!
		fil-record: autonomy: 2 read, 2 added, 0 changed, 0 unchanged, 1 refused (run 3)
	END
	sed '/begin-after/d; /end = /d' p.ini > q.ini
	printf '{"user":1,"date":"2024-03-13","Niveau outil":9}\n' > x.jsonl
	try fil-record autonomy --profile q.ini x.jsonl
	err_has "fil-record: x.jsonl:1: Niveau outil: level: '9' is not a whole number from 0 to 5"
}

@test "a whole list, keys to come and proofs of later rows work as with CSV" {
	fil_store
	workbook users.xlsx <<- 'END'
		= F
		s:user|s:name|s:manager|s:arrived
		s:1|s:A|s:3|i:01/02/2024
		s:2|s:B|s:1|i:13/02/2024
		s:3|s:C||d:45365
		s:3|s:D||d:45366
	END
	try fil-import users --sync --prefer last --dry-run users.xlsx
	status_is 0
	cp "$OUT" dry
	try fil-import users --sync --prefer last users.xlsx
	status_is 0
	diff dry "$OUT"
	out_is "$HEADER" added,1,A,,,,3,user,2024-02-01,,hr added,2,B,,,,1,user,2024-02-13,,hr \
		added,3,D,,,,,user,2024-03-15,,hr
	err_has "fil-import: users: 4 read, 3 added, 0 changed, 0 unchanged, 1 replaced by a later row (run 2)"
	fil-list users > list.csv
	fil-list users -f xlsx -o list.xlsx
	try fil-import users list.xlsx
	status_is 0
	out_is "$HEADER"
	try fil-import users --propose list.xlsx
	out_has '# sheet = users'
	out_has 'arrived = arrived'
	# What was given for the draft is in it, as for CSV.
	fil-import users --propose list.xlsx --skip-lines 1 --no-header > draft.ini
	grep -x -e 'skip-lines = .*' -e 'no-header = .*' draft.ini | diff - <(printf '%s\n' 'skip-lines = 1' 'no-header = yes')
	# Another command that reads a list of people.
	fil-sheet autonomy -q < list.csv > wanted
	fil-sheet autonomy -q < list.xlsx | diff wanted -
}

# bats test_tags=sqlite
@test "a sheet to fill in comes back from a workbook" {
	fil_store
	fil-import -q users <<< $'user,name\na1,Ada\n00421,"Bo, B"\na3,Cy'
	fil-sheet autonomy -q source=trainer -f xlsx -o sheet.xlsx <<< $'user\na1\n00421\na3'
	workbook fill sheet.xlsx D2=3 F3=4 'I2=vu à 10 h & plus'
	try fil-record autonomy sheet.xlsx
	status_is 0
	err_is "fil-record: sheet.xlsx: 1 row not filled in, ignored" \
		'fil-record: autonomy: 3 read, 2 added, 0 changed, 0 unchanged (run 3)'
	out_is action,user,dimension,date,source,level,note 'added,a1,process,2024-03-15,trainer,3,vu à 10 h & plus' \
		added,00421,tool,2024-03-15,trainer,4,
}

# bats test_tags=sqlite
@test "a sheet to fill in comes back from LibreOffice" {
	command -v soffice > /dev/null || skip 'no LibreOffice'
	fil_store
	fil-import -q users <<< $'user,name\na1,Ada\n00421,"Bo, B"\na3,Cy'
	fil-sheet autonomy -q source=trainer -f xlsx -o sheet.xlsx <<< $'user\na1\n00421\na3'
	soffice -env:UserInstallation="file://$SCRATCH/office" --headless --convert-to fods sheet.xlsx > said 2>&1
	workbook fill sheet.fods D2=3 F3=4 'I2=vu à 10 h & plus'
	rm sheet.xlsx
	soffice -env:UserInstallation="file://$SCRATCH/office" --headless --convert-to xlsx sheet.fods > said 2>&1
	try fil-record autonomy sheet.xlsx
	status_is 0
	out_is action,user,dimension,date,source,level,note 'added,a1,process,2024-03-15,trainer,3,vu à 10 h & plus' \
		added,00421,tool,2024-03-15,trainer,4,
}

# bats test_tags=sqlite
@test "a file that is no workbook, or an old or encrypted one, is named with the remedy" {
	fil_store
	python3 - <<- 'END'
		import struct, zipfile
		for name, stream in ('old.xls', 'Workbook'), ('locked.xlsx', 'EncryptedPackage'):
		    entry = stream.encode('utf-16-le').ljust(64, b'\0') + struct.pack('<H', 2 * len(stream) + 2)
		    head = bytes.fromhex('d0cf11e0a1b11ae1').ljust(30, b'\0') + struct.pack('<H', 9)
		    head = head.ljust(48, b'\0') + struct.pack('<I', 1)
		    open(name, 'wb').write(head.ljust(1024, b'\0') + entry.ljust(512, b'\0'))
		with zipfile.ZipFile('sheet.ods', 'w') as file:
		    file.writestr('mimetype', 'application/vnd.oasis.opendocument.spreadsheet')
		with zipfile.ZipFile('some.zip', 'w') as file:
		    file.writestr('users.csv', 'user,name')
	END
	for file in old.xls locked.xlsx sheet.ods some.zip; do
		try fil-import users $file
		status_is 65
		cat "$ERR"
	done > said
	diff said - <<- 'END'
		fil-import: old.xls: looks like an Excel workbook (.xls): save it as .xlsx or CSV, and import that
		fil-import: locked.xlsx: is an encrypted workbook: save it without a password, and import that
		fil-import: sheet.ods: looks like an OpenDocument file: save it as .xlsx or CSV, and import that
		fil-import: some.zip: looks like a ZIP archive: unpack it first
	END
}

# bats test_tags=sqlite
@test "without the libraries for workbooks, a command says what is missing, and CSV is read" {
	fil_store
	workbook users.xlsx <<< $'= F\ns:user|s:name\ns:1|s:A'
	mkdir none
	echo 'no library' > none/libminizip.so.1
	LD_LIBRARY_PATH=$PWD/none try fil-import users users.xlsx
	status_is 69
	err_is "fil-import: a library that reads workbooks is not installed (libminizip.so.1, in Debian's package libminizip1): install it, or save the sheet as CSV"
	LD_LIBRARY_PATH=$PWD/none try fil-import users <<< $'user,name\n1,A'
	status_is 0
	# Other commands do not load them.
	ldd "$FILROUGE_BIN/fil-import" > needed
	run ! grep 'minizip\|expat' needed
}

# bats test_tags=sqlite
@test "a damaged or hostile workbook is refused at once, with what is wrong" {
	local file

	fil_store
	dump > before
	python3 "$BATS_TEST_DIRNAME/hostile.py"
	for file in *.xlsx; do
		within 64 1 fil-import users -q "$file" > size
		echo "$status $(< "$ERR")"
	done > said
	diff said - <<- 'END'
		65 fil-import: bomb-names.xlsx: refused: xl/worksheets/sheet1.xml unpacks to over 64 MiB and over 100 times the size of the file
		65 fil-import: bomb-strings.xlsx: refused: xl/sharedStrings.xml unpacks to over 64 MiB and over 100 times the size of the file
		65 fil-import: bomb.xlsx: refused: xl/worksheets/sheet1.xml unpacks to over 64 MiB and over 100 times the size of the file
		65 fil-import: columns.xlsx: F!AMK3: over 1,024 columns
		65 fil-import: crc.xlsx: the workbook is damaged: xl/worksheets/sheet1.xml: cannot be unpacked
		65 fil-import: cut-1.xlsx: the workbook is damaged: it is cut short, or no ZIP archive
		65 fil-import: cut-100.xlsx: the workbook is damaged: it is cut short, or no ZIP archive
		65 fil-import: cut-half.xlsx: the workbook is damaged: it is cut short, or no ZIP archive
		65 fil-import: cut-xml.xlsx: the workbook is damaged: xl/worksheets/sheet1.xml: is cut short, or is no XML
		65 fil-import: deep.xlsx: the workbook is damaged: xl/worksheets/sheet1.xml: over 64 elements within each other
		65 fil-import: document.xlsx: has no sheet: is it a workbook?
		65 fil-import: entity.xlsx: the workbook is damaged: xl/worksheets/sheet1.xml: has a document type (DOCTYPE)
		65 fil-import: external.xlsx: the workbook is damaged: xl/sharedStrings.xml: has a document type (DOCTYPE)
		65 fil-import: far.xlsx: F!3: columns that do not rise, or over 16,384 of them
		65 fil-import: formula.xlsx: F!A4: a formula without its value: open the workbook in a spreadsheet program, and save it
		65 fil-import: lie-long.xlsx: refused: xl/worksheets/sheet1.xml unpacks to over 64 MiB and over 100 times the size of the file
		65 fil-import: lie-short.xlsx: the workbook is damaged: xl/worksheets/sheet1.xml: cannot be unpacked
		65 fil-import: long-cell.xlsx: F!A3: a cell over 1 MiB
		65 fil-import: long-string.xlsx: the workbook is damaged: a shared string: over 1 MiB
		65 fil-import: long-tag.xlsx: the workbook is damaged: xl/worksheets/sheet1.xml: a tag over 4 MiB
		65 fil-import: many.xlsx: refused: over 20000 files in the workbook
		65 fil-import: no-rels.xlsx: the workbook is damaged: _rels/.rels: is missing
		65 fil-import: no-sheet.xlsx: the workbook is damaged: xl/worksheets/sheet1.xml: is missing
		65 fil-import: no-string.xlsx: F!A3: a text that is not among the shared strings
		65 fil-import: no-workbook.xlsx: the workbook is damaged: xl/workbook.xml: is missing
		0 
		65 fil-import: outside.xlsx: the workbook is damaged: ../../../etc/passwd: is missing
		65 fil-import: row-twice.xlsx: F!2: rows that do not rise, or over 1,048,576 of them
		65 fil-import: row-within.xlsx: F!3: a row within a row
		65 fil-import: rows-again.xlsx: F!2: rows again, in a second sheetData
		65 fil-import: rows.xlsx: F!2: rows that do not rise, or over 1,048,576 of them
		65 fil-import: wide.xlsx: F!AMK3: over 1,024 columns
		65 fil-import: xlsb.xlsx: a binary workbook (.xlsb): save it as .xlsx, and import that
	END
	[ "$(find "$FOLDER" -name '.filrouge*' | wc -l)" -eq 0 ]
	[ "$(fil-list users)" = "$(printf 'user,name,email,unit,job,manager,role,arrived,left,feed\n1,A,,,,,user,,,hr')" ]
}

# 100,000 rows and 19 MiB of texts; with FILROUGE_TORTURE, a million and 110 MiB.
# bats test_tags=sqlite
@test "a large sheet takes little memory, its texts wait in a file, and it gives the rows of the same CSV" {
	local rows=100000

	[ -z "$FILROUGE_TORTURE" ] || rows=1000000
	fil_store
	python3 - $rows <<- 'END'
		import sys, zipfile
		rows = int(sys.argv[1])
		with open('parts', 'w') as strings, open('sheet', 'w') as sheet, open('needs.csv', 'w') as csv:
		    strings.write('<sst>' + ''.join(f'<si><t>{t}</t></si>' for t in ('user', 'need', 'date', 'note', 'u')))
		    sheet.write('<worksheet><sheetData><row>' + ''.join(f'<c t="s"><v>{i}</v></c>' for i in range(4)) + '</row>')
		    csv.write('user,need,date,note\n')
		    for i in range(rows):
		        strings.write(f'<si><t>n{i}</t></si>')
		        note = f'{i} ' + 'é' * 40 if i % 3 else 'the same'
		        strings.write(f'<si><t>{note} and more of the same text to fill a page</t></si>')
		        sheet.write(f'<row><c t="s"><v>4</v></c><c t="s"><v>{2 * i + 5}</v></c><c s="1"><v>45365</v></c>'
		                    f'<c t="s"><v>{2 * ((i * 7919) % rows) + 6}</v></c></row>')
		    strings.write('</sst>')
		    sheet.write('</sheetData></worksheet>')
		    for i in range(rows):
		        k = (i * 7919) % rows
		        note = f'{k} ' + 'é' * 40 if k % 3 else 'the same'
		        csv.write(f'u,n{i},2024-03-14,{note} and more of the same text to fill a page\n')
	END
	workbook needs.xlsx sharedStrings.xml=parts sheet1.xml=sheet <<< '= F'
	fil-import -q users user=u name=U
	within 96 60 fil-record needs -q needs.xlsx
	status_is 0
	try fil-record needs -v needs.csv
	status_is 0
	err_has "fil-record: needs: $rows read, 0 added, 0 changed, $rows unchanged (run 4)"
	[ "$(find "$FOLDER" -name '.filrouge*' | wc -l)" -eq 0 ]
}

@test "a limit of file size, and an unreadable input, are told; nothing is stored" {
	fil_store
	workbook users.xlsx <<< "$(printf '= F\ns:user|s:name\n'; seq 30000 | sed 's/.*/s:&|i:a name long enough to fill the file soon/')"
	try '(ulimit -f 600; fil-import users users.xlsx)'
	status_is 74
	out_is ''
	[[ $(< "$ERR") == "fil-import: cannot keep the input in "*": File too large" ]]
	[ "$(fil-list users | wc -l)" -eq 1 ]
	[ "$(find "$FOLDER" -name '.filrouge*' | wc -l)" -eq 0 ]
}

# A thread reads a workbook of over 256 KiB while its rows are loaded; on one processor all of it is read first.
# bats test_tags=sqlite
@test "rows that are loaded while the rest is read give the same answers, messages and rejects" {
	local file how

	fil_store
	python3 - <<- 'END'
		import hashlib
		head = '<worksheet><sheetData>'
		def row(number, *cells):
		    made = ''.join(f'<c t="inlineStr"><is><t>{cell}</t></is></c>' for cell in cells)
		    return f'<row r="{number}">{made}</row>'
		rows = [row(1, 'user', 'name')]
		rows += [row(n, n, hashlib.sha256(str(n).encode()).hexdigest()) for n in range(2, 9000)]
		bad = row(4000, 4000, 'N', 'more') + row(4001, '', 'M')
		def write(name, rows, end='</sheetData></worksheet>'):
		    open(name, 'w').write(head + ''.join(rows) + end)
		write('good', rows)
		write('late', rows + [row(9100, 2, 'twice'), row(9101, '', 'no user')])
		write('wide', rows + [row(9100, 9100, 'W', 'no header')])
		write('bad', rows[:3998] + [bad] + rows[4001:])
		write('cut', rows, '')
		write('below', rows + [row(9100, 'Total', 2), row(9101, 'x', 'y', 'z')], '')
	END
	for file in good late wide bad cut below; do
		workbook $file.xlsx sheet1.xml=$file <<< '= F'
		[ "$(stat -c %s $file.xlsx)" -gt 262144 ]
	done
	printf 'user,name,left\n1,A,2024\n' > short.csv
	printf 'table = users\nend = Total\n' > end.ini
	for file in good.xlsx late.xlsx wide.xlsx bad.xlsx cut.xlsx 'below.xlsx --profile end.ini' 'late.xlsx --prefer last -v' \
		'bad.xlsx --keep-going --rejects=rejects.csv' 'wide.xlsx --keep-going --rejects=rejects.csv' 'short.csv cut.xlsx' \
		'short.csv wide.xlsx' 'wide.xlsx cut.xlsx' 'good.xlsx none.csv' 'cut.xlsx none.csv' '- < cut.xlsx' '- < wide.xlsx' \
		'good.xlsx --map name=nom' 'cut.xlsx --map name=nom'; do
		for how in 'taskset -c 0' ''; do
			rm -f rejects.csv
			try "$how fil-import users --dry-run --map name=name $file"
			{
				echo "$file: $status"
				cat "$ERR" rejects.csv "$OUT" 2> /dev/null || true
			} | sed 's/(run [0-9]*)/(run N)/' > "seen${how:+.alone}"
		done
		cmp seen.alone seen
		head -n 3 seen >> all
	done
	fil_compare "the answers" all <<- 'END'
		good.xlsx: 0
		fil-import: good.xlsx: sheet 'F'
		fil-import: dry run: nothing is kept
		late.xlsx: 65
		fil-import: late.xlsx: sheet 'F'
		fil-import: late.xlsx: F!A9100: user: duplicate key '2' with different values: first on line 2; other: name (--prefer active, last or first keeps one)
		wide.xlsx: 65
		fil-import: wide.xlsx: sheet 'F'
		fil-import: wide.xlsx: F!9100: no header for cell 3, 'no header'
		bad.xlsx: 65
		fil-import: bad.xlsx: sheet 'F'
		fil-import: bad.xlsx: F!4000: no header for cell 3, 'more'
		cut.xlsx: 65
		fil-import: cut.xlsx: the workbook is damaged: xl/worksheets/sheet1.xml: is cut short, or is no XML
		below.xlsx --profile end.ini: 65
		fil-import: below.xlsx: the workbook is damaged: xl/worksheets/sheet1.xml: is cut short, or is no XML
		late.xlsx --prefer last -v: 65
		fil-import: late.xlsx:2: user: '2': the row of late.xlsx:9100 is kept
		fil-import: late.xlsx: sheet 'F'
		bad.xlsx --keep-going --rejects=rejects.csv: 1
		fil-import: bad.xlsx: sheet 'F'
		fil-import: dry run: nothing is kept
		wide.xlsx --keep-going --rejects=rejects.csv: 1
		fil-import: wide.xlsx: sheet 'F'
		fil-import: dry run: nothing is kept
		short.csv cut.xlsx: 65
		fil-import: cut.xlsx: the workbook is damaged: xl/worksheets/sheet1.xml: is cut short, or is no XML
		short.csv wide.xlsx: 65
		fil-import: short.csv: UTF-8, ',', LF
		fil-import: wide.xlsx: sheet 'F'
		wide.xlsx cut.xlsx: 65
		fil-import: cut.xlsx: the workbook is damaged: xl/worksheets/sheet1.xml: is cut short, or is no XML
		good.xlsx none.csv: 66
		fil-import: none.csv: cannot be opened: No such file or directory
		cut.xlsx none.csv: 65
		fil-import: cut.xlsx: the workbook is damaged: xl/worksheets/sheet1.xml: is cut short, or is no XML
		- < cut.xlsx: 65
		fil-import: -: the workbook is damaged: xl/worksheets/sheet1.xml: is cut short, or is no XML
		- < wide.xlsx: 65
		fil-import: -: sheet 'F'
		fil-import: -: F!9100: no header for cell 3, 'no header'
		good.xlsx --map name=nom: 65
		fil-import: good.xlsx: F!1: no header 'nom', which --map names for name
		cut.xlsx --map name=nom: 65
		fil-import: cut.xlsx: the workbook is damaged: xl/worksheets/sheet1.xml: is cut short, or is no XML
	END
	[ "$(find "$FOLDER" -name '.filrouge*' | wc -l)" -eq 0 ]
}
