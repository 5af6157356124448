#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
load helper

CELLS=run,table,key,action,column,before,after

# A few runs, of all kinds but renamings.
runs() {
	fil_store fill_runs
}

fill_runs() {
	fil-import -q users <<< $'user,name,unit,feed\nu1,Ada,Dons,hr\nu2,"O\'Neil, Bo",,hr\n004,Cy,,hr'
	fil-import -q phases phase=pilot title=Pilot kind=pilot begins=2024-01-08
	fil-record -q autonomy source=self <<< $'user,date,tool,process\nu1,2024-02-01,1,2\n004,2024-02-01,3,'
	fil-import -q users <<< $'user,unit,email\nu1,,ada@example.org\nu2,Legs,'
	fil-record -q needs need='more time' user=u2 date=2024-02-01
	fil-import -q needs --remove 'need=more time' user=u2 date=2024-02-01
	fil-record -q autonomy user=u1 dimension=tool date=2024-02-01 source=self level=4
	fil-record -q autonomy user=u1 dimension=tool date=2024-02-01 source=self level=4
}

@test "the runs, one a row: time, account, command, input, counts, seal" {
	runs
	try fil-log
	status_is 0
	err_is ''
	[ "$(head -n 1 "$OUT")" = run,started,who,command,input,read,added,changed,left,returned,removed,unchanged,rejected,undone_by,seal ]
	[ "$(sed 1d "$OUT" | grep -Ec "^[0-9]+,$(date -u +%Y)-..-..T..:..:..Z,$(id -un)( \(role filrouge\))?,.*,[0-9a-f]{64}$")" = 9 ]
	[ "$(sed 1d "$OUT" | sed 's/.*,//' | sort -u | wc -l)" = 9 ]
	try "fil-log | cut -d, -f1,4-14"
	out_is <<- 'END'
		run,command,input,read,added,changed,left,returned,removed,unchanged,rejected,undone_by
		1,fil-init -q,,0,8,0,0,0,0,0,0,
		2,fil-import -q users,-,3,3,0,0,0,0,0,0,
		3,fil-import -q phases phase=pilot title=Pilot kind=pilot begins=2024-01-08,,1,1,0,0,0,0,0,0,
		4,fil-record -q autonomy source=self,-,2,3,0,0,0,0,0,0,
		5,fil-import -q users,-,2,0,2,0,0,0,0,0,
		6,fil-record -q needs 'need=more time' user=u2 date=2024-02-01,,1,1,0,0,0,0,0,0,
		7,fil-import -q --remove needs 'need=more time' user=u2 date=2024-02-01,,1,0,0,0,0,1,0,0,
		8,fil-record -q autonomy user=u1 dimension=tool date=2024-02-01 source=self level=4,,1,0,1,0,0,0,0,0,
		9,fil-record -q autonomy user=u1 dimension=tool date=2024-02-01 source=self level=4,,1,0,0,0,0,0,1,0,
	END
}

@test "conditions hold for the columns of the runs; started compares days" {
	local today

	today=$(date -u +%F)
	runs
	count() { fil-log "$@" | sed 1d | wc -l; }
	[ "$(count -w changed\>0)" = 2 ]
	[ "$(count -w "started=$today")" = 9 ]
	[ "$(count -w "started<=$today" -w "started>=$today" -w 'command~fil-record*')" = 4 ]
	[ "$(count -w "started>$today")" = 0 ]
	[ "$(FILROUGE_TODAY=$(date -u -d tomorrow +%F) count -w 'started>=-1d')" = 9 ]
	[ "$(FILROUGE_TODAY=$(date -u -d tomorrow +%F) count -w 'started>=today')" = 0 ]
	[ "$(count -w input=-)" = 3 ]
	# What is no day would select nothing.
	for day in 2024-13-01 2024-3-1 yesteryear; do
		try fil-log -w "started>=$day"
		status_is 64
		err_is "fil-log: started: '$day' is not a date" "Try 'fil-log --help' for more information."
	done
	try fil-log -w 'startd>2024'
	status_is 64
	err_is "fil-log: there is no column 'startd'; the nearest is 'started'" "Try 'fil-log --help' for more information."
}

@test "the cells of runs: what was added, changed and removed, in the order of tables, keys and columns" {
	runs
	try fil-log 5 2 6 3 7 5
	status_is 0
	err_is ''
	out_is <<- END
		$CELLS
		2,users,user=004,added,name,,Cy
		2,users,user=004,added,role,,user
		2,users,user=004,added,feed,,hr
		2,users,user=u1,added,name,,Ada
		2,users,user=u1,added,unit,,Dons
		2,users,user=u1,added,role,,user
		2,users,user=u1,added,feed,,hr
		2,users,user=u2,added,name,,"O'Neil, Bo"
		2,users,user=u2,added,role,,user
		2,users,user=u2,added,feed,,hr
		3,phases,phase=pilot,added,title,,Pilot
		3,phases,phase=pilot,added,kind,,pilot
		3,phases,phase=pilot,added,begins,,2024-01-08
		5,users,user=u1,changed,email,,ada@example.org
		5,users,user=u1,changed,unit,Dons,
		5,users,user=u2,changed,unit,,Legs
		6,needs,user=u2 'need=more time' date=2024-02-01,added,,,
		7,needs,user=u2 'need=more time' date=2024-02-01,removed,,,
	END
	# After is what the run wrote, although a later run has changed it.
	try fil-log 4 8 9 -w column=level
	out_is <<- END
		$CELLS
		4,autonomy,user=004 dimension=tool date=2024-02-01 source=self,added,level,,3
		4,autonomy,user=u1 dimension=process date=2024-02-01 source=self,added,level,,2
		4,autonomy,user=u1 dimension=tool date=2024-02-01 source=self,added,level,,1
		8,autonomy,user=u1 dimension=tool date=2024-02-01 source=self,changed,level,1,4
	END
	try "fil-log 8 -f json"
	out_is '[' '{"run":8,"table":"autonomy","key":"user=u1 dimension=tool date=2024-02-01 source=self","action":"changed","column":"level","before":"1","after":"4"}' ']'
	try "fil-log 1 | cut -d, -f2,3 | sort -u"
	out_is 'dimensions,dimension=process' 'dimensions,dimension=tool' 'levels,level=0' 'levels,level=1' 'levels,level=2' \
	    'levels,level=3' 'levels,level=4' 'levels,level=5' table,key \
	    'thresholds,dimension=process begins=2024-03-15' 'thresholds,dimension=tool begins=2024-03-15'
}

@test "the key of a row is taken by a shell and by an import as it is" {
	fil_store
	fil-import -q users user=u1 name=A
	fil-record -q needs -- user=u1 "need=it's \"x\" \$HOME *" date=2024-02-01
	fil-log 3 -f json | grep -o '"key":".*","action"' | sed 's/^"key":"//; s/","action"$//; s/\\"/"/g; s/\\\\/\\/g' > key
	eval "fil-import needs --remove $(cat key)" > out 2> err
	grep -qx 'fil-import: needs: 1 read, 1 removed (run 4)' err
}

@test "leavers and returners; a synchronised list" {
	fil_store
	fil-import -q users feed=hr <<< $'user,name\nu1,A\nu2,B'
	fil-import -q users feed=hr --sync --force <<< $'user,name\nu1,A'
	fil-import -q users feed=hr --sync --force <<< $'user,name,job\nu1,A,\nu2,B,J'
	try fil-log 3 4
	out_is <<- END
		$CELLS
		3,users,user=u2,left,left,,2024-03-15
		4,users,user=u2,returned,job,,J
		4,users,user=u2,returned,left,2024-03-15,
	END
}

@test "keys are those of the time of the run; a renaming is one line" {
	fil_store
	fil-import -q users <<< $'user,name,manager\nu1,Ada,\nu2,Bo,u1\nu3,Cy,'
	fil-record -q needs user=u1 need=x date=2024-02-01 note=a
	fil-record -q needs user=u1 need=x date=2024-02-01 note=b
	fil-import -q users user=u2 unit=U
	fil-import -q users --rename u1=z1 user=z1 name='Ada B'
	fil-record -q needs user=z1 need=x date=2024-02-01 note=c
	fil-import -q users --rename z1=a1
	try fil-log 2 4 5 6 7 8 -w column!=role -w column!=feed
	out_is <<- END
		$CELLS
		2,users,user=u1,added,name,,Ada
		2,users,user=u2,added,name,,Bo
		2,users,user=u2,added,manager,,u1
		2,users,user=u3,added,name,,Cy
		4,needs,user=u1 need=x date=2024-02-01,changed,note,a,b
		5,users,user=u2,changed,unit,,U
		6,users,user=u1,renamed,user,u1,z1
		6,users,user=z1,changed,name,Ada,Ada B
		7,needs,user=z1 need=x date=2024-02-01,changed,note,b,c
		8,users,user=z1,renamed,user,z1,a1
	END
	# Joined: the rows of the one go, and come to the other.
	fil-import -q users --rename u3=a1 --prefer new
	fil-import -q users --rename a1=u2 --prefer new
	try fil-log 9 10 -w column!=role -w column!=feed
	out_is <<- END
		$CELLS
		9,users,user=u3,removed,name,Cy,
		10,users,user=a1,removed,name,Ada B,
		10,users,user=u2,changed,manager,a1,
		10,needs,user=a1 need=x date=2024-02-01,removed,note,c,
		10,needs,user=u2 need=x date=2024-02-01,added,note,,c
	END
	# All runs about the person, by any key that it had.
	try "fil-log --user u2 | cut -d, -f1 | paste -sd' '"
	out_is 'run 2 3 4 5 6 7 8 9 10'
	try "fil-log --user u1 | cut -d, -f1 | paste -sd' '"
	out_is 'run 2 3 4 5 6 7 8 9 10'
}

@test "--user keeps the runs about a person, by key, e-mail or name" {
	runs
	chosen() { try "fil-log $1 | sed 1d | cut -d, -f1 | paste -sd' '"; status_is 0; }
	chosen '--user u1'
	out_is '2 4 5 8'
	chosen '--match email --user ADA@example.org'
	out_is '2 4 5 8'
	chosen '--match name --user ada -w changed=1'
	out_is 8
	chosen '--user u2'
	out_is '2 5 6 7'
	try fil-log --user u22
	status_is 65
	out_is ''
	err_is "fil-log: --user: 'u22' is not in users; the nearest is 'u2'"
	try fil-log --match email --user bo@example.org
	status_is 65
	err_is "fil-log: --user: no user has the e-mail 'bo@example.org'"
	# A removed user is still in the history.
	fil-import -q autonomy --remove user=004 dimension=tool date=2024-02-01 source=self
	fil-import -q users --remove user=004
	chosen '--user 004'
	out_is '2 4 10 11'
}

@test "a run that does not exist, and options that exclude each other, are refused" {
	local wrong

	runs
	try fil-log 3 10
	status_is 65
	out_is ''
	err_is 'fil-log: there is no run 10: the last is 9'
	try fil-log 9223372036854775807
	status_is 65
	err_is 'fil-log: there is no run 9223372036854775807: the last is 9'
	# So does a number beyond those of runs.
	try fil-log 99999999999999999999
	status_is 65
	err_is 'fil-log: there is no run 99999999999999999999'
	try fil-undo 99999999999999999999
	status_is 65
	err_is 'fil-undo: there is no run 99999999999999999999'
	for wrong in 0 00 x 1.5 -w; do
		try fil-log -- "$wrong"
		status_is 64
		out_is ''
		err_is "fil-log: '$wrong' is not the number of a run" "Try 'fil-log --help' for more information."
	done
	try fil-log --user u1 3
	status_is 64
	err_is 'fil-log: --user selects runs: RUN prints what a run changed' "Try 'fil-log --help' for more information."
	try fil-log --match email
	status_is 64
	err_is 'fil-log: --match needs --user' "Try 'fil-log --help' for more information."
	try fil-log --match key --user u1
	status_is 64
	err_is "fil-log: --match takes email or name, not 'key'" "Try 'fil-log --help' for more information."
}

@test "rows of erased people are counted, not printed" {
	runs
	ask "update history set was = '{}', subject = null, salt = null where run = 5 and number = 1"
	try fil-log 5 8
	status_is 0
	out_is <<- END
		$CELLS
		5,users,user=u2,changed,unit,,Legs
		8,autonomy,user=u1 dimension=tool date=2024-02-01 source=self,changed,level,1,4
	END
	err_is 'fil-log: run 5: 1 row of erased users is not shown'
}

@test "undone_by is the run that took a run back and stands" {
	runs
	ask "update runs set undid = '5 6' where run = 7; update runs set undid = '7' where run = 8"
	try "fil-log | sed 1d | cut -d, -f1,14 | paste -sd' '"
	out_is '1, 2, 3, 4, 5, 6, 7,8 8, 9,'
	ask "update runs set undid = '8' where run = 9"
	try "fil-log -w 'undone_by>0' | sed 1d | cut -d, -f1,14 | paste -sd' '"
	out_is '5,7 6,7 8,9'
}

@test "what the log says of random runs, done again from nothing, gives the rows of the store" {
	local seed shell

	for seed in ${FILROUGE_TORTURE:+1 2 3 4 5 6} 7; do
		fil_store
		perl "$BATS_TEST_DIRNAME/histories.pl" "$seed" "${FILROUGE_TORTURE:+1}20" > history
		# shellcheck disable=SC2034 # the commands read it
		while IFS=$'\t' read -r FILROUGE_TODAY shell <&3; do
			eval "$shell" > out 2>&1 || :
		done 3< history
		# Two people who are one.
		fil-list users | sed -n '2~12p' | cut -d, -f1 | paste -d= - - | head -n 1 > pair
		fil-import -q users --prefer old --rename "$(cat pair)"
		perl "$BATS_TEST_DIRNAME/replay.pl"
	done
}

@test "by what the page says of the seals, anybody computes them" {
	fil_store
	fil-import -q users <<< $'user,name\nK111,Ann Bee\nK222,Cid Dee\nK333,Eve Fay\nélo4,Zoé'
	fil-import -q users user=K111 job=x
	fil-import -q users user=élo4 job='é "y"'
	fil-import -q users --rename K222=K444
	fil-forget -q --yes K111 > /dev/null
	fil-undo -q 4 > /dev/null
	fil-forget -q --yes --anonymise K444 K333 > /dev/null
	fil-backup -q copy.db
	try python3 - <<- 'END'
		import sqlite3
		from hashlib import blake2b

		db = sqlite3.connect("file:copy.db?mode=ro", uri=True)
		hash = lambda data: blake2b(data, digest_size=32).digest()

		def digest(cells):
		    texts = [None if cell is None else str(cell).encode() for cell in cells]
		    return hash(b"".join(b"-" if text is None else b"%d:%s," % (len(text), text) for text in texts))

		def rows(columns, rest):
		    return db.execute(f"select {columns} from {rest}")

		HISTORY = "salt, run, number, relation, subject, action, was_run, became, was"
		seal = bytes(32)
		for texts in rows("salt, who, command, input, digest, run, seal", "runs order by run").fetchall():
		    for row in rows(HISTORY + ", digest", f"history where run = {texts[5]} order by number"):
		        seal += bytes.fromhex(row[9]) if row[9] else digest(row[:9])
		    (run,) = rows("run, started, today, hash, undid, read, added, changed, departed, returned, removed, unchanged, "
		                  "rejected, mark", f"runs where run = {texts[5]}")
		    seal = hash(seal + digest(run + (texts[4] or digest(texts[:4]).hex(),)))
		    print(texts[5], seal.hex() == texts[6])
		left = bytes(32)
		for columns, rest in (
		    (HISTORY + ", digest", "history where digest is not null order by run, number"),
		    ("salt, who, command, input, digest, run", "runs where digest is not null order by run"),
		    ("hash, run", "erased where pending <> -1 order by hash"),
		):
		    kept = [digest(row) for row in rows(columns, rest)]
		    print(len(kept) > 1)
		    left += b"".join(kept)
		print(hash(left).hex() == rows("hash", "runs where run = 8").fetchone()[0])
	END
	out_is '1 True' '2 True' '3 True' '4 True' '5 True' '6 True' '7 True' '8 True' True True True True
}

@test "a terminal gets a table" {
	fil_store
	try_on_terminal 'fil-log 1 -w table=dimensions'
	status_is 0
	out_is <<- 'END'
		run table      key               action column    before after
		  1 dimensions dimension=process added  title            Digitised process
		  1 dimensions dimension=process added  threshold        3
		  1 dimensions dimension=tool    added  title            New tool
		  1 dimensions dimension=tool    added  threshold        3
	END
}

# The index of the runs that took others back has all runs here: SQLite believes it.
# bats test_tags=sqlite
@test "an index with runs that took nothing back is damage" {
	fil_store
	sqlite3 "$FILROUGE_DB" "pragma writable_schema = on; update sqlite_schema set sql = replace(sql, 'undid IS NOT NULL', 'run > 0') where name = 'runs_undid'"
	sqlite3 "$FILROUGE_DB" 'reindex runs_undid'
	sqlite3 "$FILROUGE_DB" "pragma writable_schema = on; update sqlite_schema set sql = replace(sql, 'run > 0', 'undid IS NOT NULL') where name = 'runs_undid'"
	try fil-log
	status_is 69
	err_is "fil-log: the store is damaged: runs '1' is not as it was written"
}
