#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# Rows that were refused: kept in the file's own form, mended, and imported again.
# shellcheck disable=SC2094 # a file is refused before it is written
load helper

HEADER=action,user,name,email,unit,job,manager,role,arrived,left,feed

@test "rejects are the refused rows in the file's own columns, with the line and every reason" {
	fil_store
	cat > people.csv <<- 'END'
		Matricule;Nom;Salaire;Entrée;Rôle
		u1;Ada;1000;2024-01-08;user
		u2;"Bo ""B""";2000;31/02/2024;boss
		u3;"two
		lines";3000;2024-01-08;user
		 u4 ; Cy ;4000;2024-01-08;user
		u5;Di
		u6;E"E;5000;2024-01-08;user
	END
	try fil-import users --keep-going --rejects rejects.csv people.csv
	status_is 1
	out_is "$HEADER" added,u1,Ada,,,,,user,2024-01-08,,hr added,u4,Cy,,,,,user,2024-01-08,,hr
	diff - rejects.csv <<- 'END'
		Matricule;Nom;Salaire;Entrée;Rôle;reject_line;reject_reason
		u2;"Bo ""B""";2000;31/02/2024;boss;3;"constraint-error: role: 'boss' is not one of user, initiator, trainer, sponsor; type-error: arrived: '31/02/2024' is not a date"
		u3;"two
		lines";3000;2024-01-08;user;4;"constraint-error: name: 'two\x0alines' holds a line break"
		u5;Di;7;"missing-cell: 2 cells, where the header has 5 (--set short-rows=yes accepts it)"
		u6;E"E;5000;2024-01-08;user;8;"source-error: cell 2: a quote within a cell that does not begin with one"
	END
	err_is <<- 'END'
		fil-import: people.csv: UTF-8, ';', LF
		fil-import: people.csv: not stored: Salaire
		fil-import: people.csv:3: role: 'boss' is not one of user, initiator, trainer, sponsor
		fil-import: people.csv:3: arrived: '31/02/2024' is not a date
		fil-import: people.csv:4: name: 'two\x0alines' holds a line break
		fil-import: people.csv:7: 2 cells, where the header has 5 (--set short-rows=yes accepts it)
		fil-import: people.csv:8: cell 2: a quote within a cell that does not begin with one
		fil-import: users: 6 read, 2 added, 0 changed, 0 unchanged, 4 refused (run 2)
	END
	[ "$(stat -c %a rejects.csv)" = 600 ]
}

@test "mended rejects are imported again; those still bad are rejected anew, with two columns, not four" {
	fil_store
	printf 'user;name;role;note\nu1;Ada;boss;"a;b"\nu2;;user;\n' > people.csv
	try fil-import users --keep-going --rejects one.csv people.csv
	status_is 1
	sed -i 's/boss;/trainer;/' one.csv
	try fil-import users --keep-going --rejects two.csv one.csv
	status_is 1
	out_is "$HEADER" added,u1,Ada,,,,,trainer,,,hr
	diff - two.csv <<- 'END'
		user;name;role;note;reject_line;reject_reason
		u2;;user;;3;"missing-value: name: is required but empty"
	END
	sed -i 's/^u2;/u2;Bo/' two.csv
	try fil-import users --keep-going --rejects three.csv two.csv
	status_is 0
	out_is "$HEADER" added,u2,Bo,,,,,user,,,hr
	[ "$(cat three.csv)" = 'user;name;role;note;reject_line;reject_reason' ]
	try fil-import users three.csv
	status_is 0
}

# round ENCODING DELIMITER LINE_END MARK: rejects of such a file are such a file, and are taken again.
round() {
	local text=$'Élodie Bœuf'

	rm -rf "$FOLDER"
	fil_store
	printf '%b' "$4$(printf 'user%sname%srole%s' "$2" "$2" "$3")$(printf 'u1%s%s%sboss%s' "$2" "$text" "$2" "$3")" |
		iconv -f UTF-8 -t "$1" > people.csv
	printf '%b' "$(printf 'u2%s%s%suser%s' "$2" "$text" "$2" "$3")" | iconv -f UTF-8 -t "$1" >> people.csv
	try fil-import users --keep-going --rejects rejects.csv people.csv
	status_is 1
	printf '%b' "$4$(printf 'user%sname%srole%sreject_line%sreject_reason%s' "$2" "$2" "$2" "$2" "$3")$(printf \
		"u1%s$text%sboss%s2%s\"constraint-error: role: 'boss' is not one of user, initiator, trainer, sponsor\"%s" \
		"$2" "$2" "$2" "$2" "$3")" | iconv -f UTF-8 -t "$1" | cmp - rejects.csv
	iconv -f "$1" -t UTF-8 rejects.csv | sed 's/boss/trainer/' | iconv -f UTF-8 -t "$1" > mended.csv
	try fil-import users mended.csv
	status_is 0
	out_is "$HEADER" "added,u1,$text,,,,,trainer,,,hr"
}

# bats test_tags=sqlite
@test "rejects keep encoding, byte order mark, delimiter and line ends" {
	round UTF-8 , '\n' ''
	round UTF-8 ';' '\r\n' '\xef\xbb\xbf'
	round WINDOWS-1252 ';' '\r\n' ''
	round UTF-16LE '\t' '\r\n' '\xef\xbb\xbf'
	round UTF-16BE '|' '\n' '\xef\xbb\xbf'
	round UTF-8 , '\r' ''
}

# bats test_tags=sqlite
@test "a reason with what the file's encoding lacks is written all the same" {
	fil_store
	printf 'user;name;manager\nu1;\xc9a;\x8c1\n' > people.csv
	try fil-import users --keep-going --rejects rejects.csv people.csv
	status_is 1
	iconv -f WINDOWS-1252 rejects.csv > read.csv
	diff - read.csv <<- 'END'
		user;name;manager;reject_line;reject_reason
		u1;Éa;Œ1;2;"reference-error: manager: 'Œ1' is not in users"
	END
	# An ISO-8859-15 file named so; the range of its words ends before ours.
	printf 'user;name\n\xa41;\xa42\n\xa41;\xa43\n' > euro.csv
	try fil-import users --encoding ISO-8859-15 --keep-going --rejects rejects.csv euro.csv
	status_is 1
	try fil-import users --encoding ISO-8859-15 rejects.csv --map name=reject_line
	out_is "$HEADER" changed,€1,3,,,,,user,,,hr
}

# bats test_tags=sqlite
@test "one column and rows of any width: the rejects say which, and are read again" {
	fil_store
	printf 'user\n"Martin, J"\na\vb\n"x,\vy"\n' > one.csv
	try fil-import users name=X --keep-going --rejects rejects.csv one.csv
	status_is 1
	diff - rejects.csv <<- END
		user,reject_line,reject_reason
		ab,3,"constraint-error: user: 'a\\x0bb' holds a control character"
		"x,y",4,"constraint-error: user: 'x,\\x0by' holds a control character"
	END
	tr -d '\v' < rejects.csv > mended.csv
	try fil-import users name=Y mended.csv
	status_is 0
	out_is "$HEADER" added,ab,Y,,,,,user,,,hr 'added,"x,y",Y,,,,,user,,,hr'
}

@test "rejects of forms, of references, of twins and of foreign rows" {
	fil_store
	fil-import users -q <<< $'user,name,feed\nu1,Ada,hr\nx1,Xe,agency'
	printf 'user,date,tool,process\nu1,2024-03-01,9,9\nu2,2024-03-01,2,\nu1,2024-03-02,3,x\n' > form.csv
	try fil-record autonomy source=self --keep-going --rejects rejects.csv form.csv
	status_is 1
	diff - rejects.csv <<- 'END'
		user,date,tool,process,reject_line,reject_reason
		u1,2024-03-01,9,9,2,"constraint-error: process: '9' is not a whole number from 0 to 5; constraint-error: tool: '9' is not a whole number from 0 to 5"
		u2,2024-03-01,2,,3,"reference-error: user: 'u2' is not in users"
		u1,2024-03-02,3,x,4,"type-error: process: 'x' is not a whole number from 0 to 5"
	END
	try fil-import users --sync --keep-going --rejects rejects.csv <<< $'user,name\nu1,Ada\nu1,Adele\nx1,Xe'
	status_is 1
	[ "$(grep -c . rejects.csv)" -eq 3 ]
	grep -q '^u1,Adele,3,"unique-error: user: ' rejects.csv
	grep -q "^x1,Xe,4,\"constraint-error: feed: 'x1' belongs to another feed than 'hr'; --take takes it over\"" rejects.csv
}

@test "without --keep-going nothing is written but the rejects, also in a dry run" {
	fil_store
	printf 'user,name\nu1,Ada\nu2,\n' > people.csv
	for option in '' --dry-run '--keep-going --dry-run'; do
		rm -f rejects.csv
		# shellcheck disable=SC2086 # several options
		try fil-import users $option --rejects rejects.csv people.csv
		[ "$status" -ne 0 ]
		diff - rejects.csv <<- 'END'
			user,name,reject_line,reject_reason
			u2,,3,"missing-value: name: is required but empty"
		END
		try "fil-list users | wc -l"
		out_is 1
	done
}

# bats test_tags=sqlite
@test "--rejects is no way to lose an input, and takes one file" {
	fil_store
	printf 'user,name\nu1,\n' > people.csv
	ln -s people.csv link.csv
	cp people.csv before.csv
	for file in people.csv ./people.csv link.csv "$PWD/people.csv"; do
		try fil-import users --keep-going --rejects "$file" people.csv
		status_is 73
		err_is "fil-import: $file: --rejects would overwrite the input"
	done
	cmp people.csv before.csv
	try fil-import users --rejects rejects.csv people.csv before.csv
	status_is 64
	err_is "fil-import: --rejects takes one FILE: refused rows keep the columns of that file" \
	    "Try 'fil-import --help' for more information."
	try fil-import users --keep-going --rejects nowhere/rejects.csv people.csv
	status_is 73
	try fil-import users --keep-going --rejects /dev/full people.csv
	status_is 74
	try 'fil-list users | wc -l'
	out_is 1
}

@test "--max-rejects N or PCT% bounds what --keep-going lets pass" {
	fil_store
	printf 'user,name\n%s\nu4,\nu5,\n' "$(printf 'u%s,N\n' 1 2 3)" > people.csv
	try fil-import users --keep-going --max-rejects 1 people.csv
	status_is 65
	out_is ''
	err_has 'fil-import: more rows were refused than --max-rejects allows'
	err_has 'fil-import: users: 5 read, 2 refused; nothing was written'
	try fil-import users --keep-going --max-rejects 39% --rejects rejects.csv people.csv
	status_is 65
	[ "$(grep -c . rejects.csv)" -eq 3 ]
	try 'fil-list users | wc -l'
	out_is 1
	try fil-import users --keep-going --max-rejects 40% people.csv
	status_is 1
	try fil-import users --keep-going --max-rejects 2 people.csv
	status_is 1
	try fil-import users --keep-going --max-rejects 0 people.csv
	status_is 65
	try fil-import users --max-rejects 2 people.csv
	status_is 64
	err_is 'fil-import: --max-rejects needs --keep-going' "Try 'fil-import --help' for more information."
	for bad in x 101% -1 '' % 5%%; do
		try fil-import users --keep-going --max-rejects "$bad" people.csv
		status_is 64
	done
}

@test "ten thousand rejects among twenty thousand rows are all there" {
	fil_store
	(echo user,name,email; seq 20000 | sed 's/.*[02468]$/u&,,/; t; s/.*/u&,N,/') > people.csv
	try fil-import users --keep-going --max-faults 3 --rejects rejects.csv people.csv
	status_is 1
	[ "$(wc -l < rejects.csv)" -eq 10001 ]
	[ "$(tail -n 1 rejects.csv)" = 'u20000,,,20001,"missing-value: name: is required but empty"' ]
	try 'sed "s/,,,/,Name,,/" rejects.csv | fil-import users -q'
	status_is 0
	try 'fil-list users | wc -l'
	out_is 20001
}

@test "no output replaces a file that the command reads, another output, or a store" {
	local file

	fil_store
	printf 'user,name\nu1,Ada\nu2,\n' > list.csv
	printf 'encoding = UTF-8\n' > list.ini
	printf 'user\nu1\n' > drawn.csv
	ln list.csv second.csv
	FILROUGE_DB=other.db fil-init -q
	sha256sum list.csv list.ini drawn.csv other.db > before
	try fil-import users --profile list.ini --rejects ./list.ini list.csv
	status_is 73
	err_is 'fil-import: ./list.ini: --rejects would overwrite the profile'
	try fil-import users --profile list.ini -o list.ini list.csv
	status_is 73
	err_is 'fil-import: list.ini: --output would overwrite the profile'
	try fil-import users -o second.csv list.csv
	status_is 73
	err_is 'fil-import: second.csv: --output would overwrite the input'
	try 'fil-import users --rejects list.csv < list.csv'
	status_is 73
	err_is 'fil-import: list.csv: --rejects would overwrite the input'
	try fil-import users --propose list.csv -o list.csv
	status_is 73
	err_is 'fil-import: list.csv: --output would overwrite the input'
	try fil-import users --keep-going --rejects new.csv -o ./new.csv list.csv
	status_is 73
	err_is 'fil-import: ./new.csv: --output would overwrite the file of --rejects'
	for file in other.db other.db-wal other.db.lock; do
		try fil-import users --rejects "$file" list.csv
		status_is 73
		err_is "fil-import: $file: --rejects would overwrite another store"
		try fil-list users -o "$file"
		status_is 73
		err_is "fil-list: $file: --output would overwrite another store"
	done
	try fil-import -q phases phase=pilot title=P kind=pilot begins=2024-01-08
	try fil-import -q users user=u1 name=Ada
	try fil-sample pilot --size 1 --except drawn.csv -o drawn.csv
	status_is 73
	err_is 'fil-sample: drawn.csv: --output would overwrite the file of --except'
	[ ! -e new.csv ]
	sha256sum --check --quiet before
	# Nothing replaces a device.
	try 'fil-import users --keep-going --rejects /dev/null -o /dev/null list.csv'
	status_is 1
}

# bats test_tags=sqlite
@test "no output replaces a file that the command reads: names, settings, the secret of erased users" {
	local settings=$SCRATCH/.config/filrouge

	fil_store
	fil-import -q users <<< $'user,name\no4,Olga\no5,Otto'
	printf 'o5\n' > names
	ln -s names link
	mkdir -p "$settings"
	printf '[controller]\nname = Here\n' > "$settings/week.ini"
	for words in './names -o ./names' './link -o names' "./names -o link"; do
		# shellcheck disable=SC2086 # words
		try fil-forget $words
		status_is 73
		err_is "fil-forget: ${words%% *}: the output would overwrite a file that is read"
	done
	try fil-forget -o names - < names
	status_is 73
	err_is 'fil-forget: /dev/stdin: the output would overwrite a file that is read'
	[ "$(cat names)" = o5 ]
	for command in 'fil-show o4 -f html' fil-week; do
		# shellcheck disable=SC2086 # words
		try $command -o "$settings/week.ini"
		status_is 73
		err_is "${command%% *}: $settings/week.ini: --output would overwrite a file of settings"
	done
	# Nor does a command that does not read it; a new profile is made there.
	printf 'table = users\n' > "$settings/hr.ini"
	ln -s "$settings" linked
	for file in "$settings/week.ini" "$settings/hr.ini" linked/hr.ini; do
		for command in 'fil-list users' 'fil-report autonomy' 'fil-log' 'fil-check' 'fil-import users --propose names'; do
			# shellcheck disable=SC2086 # words
			try $command -o "$file"
			status_is 73
			err_is "${command%% *}: $file: --output would overwrite a file of settings"
		done
		try fil-import users --keep-going --rejects "$file" user=o9 name=Ola
		status_is 73
	done
	[ "$(cat "$settings/hr.ini")" = 'table = users' ]
	try fil-list --profile entra --show -o "$settings/new.ini"
	status_is 0
	[ -s "$settings/new.ini" ]
	[ "$(cat "$settings/week.ini")" = $'[controller]\nname = Here' ]
	try fil-forget --yes o4 -o "$settings/erased.key"
	status_is 73
	[ "$(fil-list users | wc -l)" = 3 ]
	fil-forget -q --yes o4 > /dev/null
	cp "$settings/erased.key" secret
	try fil-list users -o "$settings/erased.key"
	status_is 73
	try fil-forget --yes o5 -o "$settings/erased.key"
	status_is 73
	cmp secret "$settings/erased.key"
	[ "$(fil-list users | wc -l)" = 2 ]
}
