#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
load helper

HEADER=state,table,key,column,value,run,recorded,until

# Two people, who are named by each other, and what was done to them.
people() {
	fil_store fill_people
}

fill_people() {
	fil-import -q users <<< $'user,name,unit,manager\nu1,Ada,Dons,u3\nu2,Bo,,u1\n004,Cy,,u1\nu3,Di,,'
	fil-record -q autonomy source=self <<< $'user,date,tool,process\nu1,2024-02-01,1,2\n004,2024-02-01,3,'
	FILROUGE_TODAY=2024-03-16 fil-import -q users <<< $'user,unit,email\nu1,,ada@example.org\nu2,Legs,'
	FILROUGE_TODAY=2024-03-17 fil-import -q users user=u2 manager=u3
	fil-record -q needs need='more time' user=u1 date=2024-02-01
	fil-import -q needs --remove 'need=more time' user=u1 date=2024-02-01
	fil-record -q autonomy user=u1 dimension=tool date=2024-02-01 source=self level=4
}

@test "what stands, what was overwritten, where others name the person, and the runs" {
	people
	try fil-show u1
	status_is 0
	err_is ''
	out_is <<- END
		$HEADER
		now,users,user=u1,name,Ada,2,2024-03-15,
		now,users,user=u1,email,ada@example.org,4,2024-03-16,
		now,users,user=u1,manager,u3,2,2024-03-15,
		now,users,user=u1,role,user,2,2024-03-15,
		now,users,user=u1,feed,hr,2,2024-03-15,
		now,autonomy,user=u1 dimension=process date=2024-02-01 source=self,level,2,3,2024-03-15,
		now,autonomy,user=u1 dimension=tool date=2024-02-01 source=self,level,4,8,2024-03-15,
		now,standing,user=u1 dimension=process,level,2,3,2024-03-15,
		now,standing,user=u1 dimension=process,date,2024-02-01,3,2024-03-15,
		now,standing,user=u1 dimension=process,source,self,3,2024-03-15,
		now,standing,user=u1 dimension=process,risen,2024-02-01,3,2024-03-15,
		now,standing,user=u1 dimension=tool,level,4,8,2024-03-15,
		now,standing,user=u1 dimension=tool,date,2024-02-01,8,2024-03-15,
		now,standing,user=u1 dimension=tool,source,self,8,2024-03-15,
		now,standing,user=u1 dimension=tool,risen,2024-02-01,8,2024-03-15,
		now,standing,user=u1 dimension=tool,first,2024-02-01,8,2024-03-15,
		before,users,user=u1,unit,Dons,2,2024-03-15,4
		before,autonomy,user=u1 dimension=tool date=2024-02-01 source=self,level,1,3,2024-03-15,8
		before,needs,user=u1 'need=more time' date=2024-02-01,,,6,2024-03-15,7
		named,users,,manager,u1,2,2024-03-15,5
		named,users,,manager,u1,2,2024-03-15,
		log,runs,run=2,command,fil-import,2,2024-03-15,
		log,runs,run=3,command,fil-record,3,2024-03-15,
		log,runs,run=4,command,fil-import,4,2024-03-16,
		log,runs,run=6,command,fil-record,6,2024-03-15,
		log,runs,run=7,command,fil-import,7,2024-03-15,
		log,runs,run=8,command,fil-record,8,2024-03-15,
	END
}

@test "somebody is found by e-mail, name or a former key; somebody unknown is 65, with the nearest" {
	people
	fil-show u1 > wanted
	for who in '--match email ADA@example.org' '--match name ada'; do
		try "fil-show $who"
		status_is 0
		out_is < wanted
	done
	fil-import -q users --rename u1=n1
	fil-show n1 > wanted
	try fil-show u1
	status_is 0
	out_is < wanted
	# The data about a removed user are those of the history.
	fil-import -q autonomy --remove user=004 dimension=tool date=2024-02-01 source=self
	fil-import -q users --remove user=004
	try fil-show 004
	status_is 0
	out_is <<- END
		$HEADER
		before,users,user=004,name,Cy,2,2024-03-15,11
		before,users,user=004,manager,n1,2,2024-03-15,11
		before,users,user=004,role,user,2,2024-03-15,11
		before,users,user=004,feed,hr,2,2024-03-15,11
		before,autonomy,user=004 dimension=tool date=2024-02-01 source=self,level,3,3,2024-03-15,10
		log,runs,run=2,command,fil-import,2,2024-03-15,
		log,runs,run=3,command,fil-record,3,2024-03-15,
		log,runs,run=10,command,fil-import,10,2024-03-15,
		log,runs,run=11,command,fil-import,11,2024-03-15,
	END
	try fil-show n1 u22
	status_is 65
	out_is ''
	err_is "fil-show: user: 'u22' is not in users; the nearest is 'u2'"
	# A spreadsheet takes zeros.
	fil-import -q users user=00009 name=Flo
	try fil-show 9
	status_is 65
	err_is "fil-show: user: '9' is not in users; the nearest is '00009'"
	try fil-show --match email bo@example.org
	status_is 65
	err_is "fil-show: user: no user has the e-mail 'bo@example.org'"
}

@test "wrong uses" {
	people
	wrong() {
		local message=$1

		shift
		try fil-show "$@"
		status_is 64
		out_is ''
		err_is "fil-show: $message" "Try 'fil-show --help' for more information."
	}
	wrong 'an operand is missing: USER...'
	wrong "--lang takes fr or en, not 'de'" --lang de u1
	wrong "--match takes email or name, not 'key'" --match key u1
	wrong 'a letter is for one person: give one USER, or -f json' -f html u1 u2
	wrong 'a letter is for one person: give one USER, or -f json' -f markdown u1 u2
}

# Prints a value for a column: value TABLE COLUMN TYPE KEY CHOICES SUFFIX. A text has a mark: key columns always the same.
value() {
	case $2:$3 in
	user:*) echo "$user" ;;
	manager:* | trainer:* | owner:*) echo boss ;;
	phase:* | module:* | routine:* | promise:*) echo "$2" ;;
	dimension:*) echo tool ;;
	left:*) ;;
	email:*) echo "mark-users-email-$6@example.org" ;;
	*:text | *:long-text | *:key) [ -n "$4" ] && echo "mark-$1-$2" || echo "mark-$1-$2-$6" ;;
	*:date) echo 2024-02-01 ;;
	*:integer | *:amount) echo 3 ;;
	*:choice) echo "${5%%|*}" ;;
	esac
}

# Writes a row of every table about $user, TABLE.csv, with a mark in each text column: mark SUFFIX.
mark() {
	local table column type key choices head row

	while read -r table; do
		head='' row=''
		while IFS=, read -r column type key choices; do
			head+=,$column row+=,$(value "$table" "$column" "$type" "$key" "$choices" "$1")
		done < "columns-$table"
		printf '%s\n' "${head#,}" "${row#,}" > "$table.csv"
		case $table in
		users) fil-import -q users --take users.csv ;;
		aliases | enrolments | assignments | commitments) fil-import -q "$table" "$table.csv" ;;
		*) fil-record -q "$table" "$table.csv" ;;
		esac
	done < tables
}

# Compares the marks in the store, at least N, with those that fil-show prints about a person: marks_are_shown USER N.
marks_are_shown() {
	local format

	dump | grep -Eo 'mark-[a-z]+-[a-z]+(-[a-z]+)?' | sort -u > stored
	[ "$(wc -l < stored)" -ge "$2" ]
	for format in csv json html; do
		try fil-show -q "$1" -f "$format"
		status_is 0
		grep -Eo 'mark-[a-z]+-[a-z]+(-[a-z]+)?' "$OUT" | sort -u | diff stored -
	done
}

@test "every value of the store is shown: of all tables, changed, removed, renamed and joined" {
	local before table user=u1

	fil_store
	fil-import -q users <<< $'user,name\nboss,Boss\nold,Other'
	fil-import -q phases phase=phase title=P kind=pilot begins=2024-01-08
	fil-import -q modules module=module title=M kind=course
	fil-import -q routines routine=routine title=R owner=boss
	fil-import -q promises promise=promise kind=promise statement=S made=2024-01-08 owner=boss
	fil-list --tables -f csv | sed 1d | cut -d, -f1 | while read -r table; do
		# column, type, key, values
		fil-list --columns "$table" -f csv | sed 1d | cut -d, -f1-3,6 > "columns-$table"
		! grep -q '^user,' "columns-$table" || echo "$table"
	done > tables
	[ "$(wc -l < tables)" -ge 10 ]
	mark a
	marks_are_shown u1 17
	# The letter has words for all tables and columns.
	try fil-show -q u1 -f markdown --lang fr
	[ "$(grep -c '^### ' "$OUT")" -ge 12 ]
	grep -B 1 -e '^| ---' -e '^###' "$OUT" | grep -v '^| ---' | sed 's/^### /| /' | tr '|' '\n' > said
	[ "$(grep -c '^ [a-z]' said)" = 0 ]
	mark b
	marks_are_shown u1 28
	# Rows that are removed.
	while read -r table; do
		[ "$table" = users ] || fil-import -q "$table" --remove "$table.csv"
	done < tables
	marks_are_shown u1 28
	fil-import -q users --rename u1=n1
	marks_are_shown n1 28
	# A second key of the same person: its rows and history follow.
	user=old
	mark c
	mark d
	before=$(wc -l < stored)
	fil-import -q users --rename old=n1 --prefer new
	marks_are_shown n1 $((before + 20))
	try "fil-show n1 | grep -c '^before,users,user=old,'"
	status_is 0
}

@test "of a key that was removed and given to another person, the last one alone is shown" {
	fil_store
	fil-import -q users <<< $'user,name,email,manager\nu1,Ada King,ada@x.org,\nu2,Bob Fox,,u1\nu9,Zoe Boss,,'
	fil-record -q needs user=u1 need=marker date=2024-02-01 note=marker > /dev/null
	fil-import -q users user=u1 job=marker > /dev/null
	fil-import -q needs --remove user=u1 need=marker date=2024-02-01 > /dev/null
	fil-import -q users user=u2 manager=u9 > /dev/null
	fil-import -q users --remove user=u1 > /dev/null
	# What is taken back, or comes again under the same name, is the same person.
	fil-undo -q --last > /dev/null
	try fil-show u1
	[ "$(grep -c note,marker "$OUT")" = 1 ]
	err_is ''
	fil-import -q users --remove user=u1 > /dev/null
	fil-import -q users <<< $'user,name\nu1,KING Ada'
	try fil-show u1
	[ "$(grep -c note,marker "$OUT")" = 1 ]
	err_is ''
	fil-import -q users --remove user=u1 > /dev/null
	fil-import -q users <<< $'user,name,job\nu1,Cem Dal,cook'
	fil-record -q needs user=u1 need=other date=2024-02-02 > /dev/null
	fil-import -q users user=u1 job=chef > /dev/null
	fil-import -q users user=u2 manager=u1 > /dev/null
	fil-import -q users user=u2 manager=u9 > /dev/null
	try fil-show u1
	status_is 0
	err_is 'fil-show: u1: this person has the key since run 12; another one, who had it until run 11, is not shown (fil-log 11)'
	out_is <<- 'END'
		state,table,key,column,value,run,recorded,until
		now,users,user=u1,name,Cem Dal,12,2024-03-15,
		now,users,user=u1,job,chef,14,2024-03-15,
		now,users,user=u1,role,user,12,2024-03-15,
		now,users,user=u1,feed,hr,12,2024-03-15,
		now,needs,user=u1 need=other date=2024-02-02,,,13,2024-03-15,
		before,users,user=u1,job,cook,12,2024-03-15,14
		named,users,,manager,u1,15,2024-03-15,16
		log,runs,run=12,command,fil-import,12,2024-03-15,
		log,runs,run=13,command,fil-record,13,2024-03-15,
		log,runs,run=14,command,fil-import,14,2024-03-15,
	END
	# Once the second person is removed too, the last one is still alone.
	fil-import -q needs --remove user=u1 need=other date=2024-02-02 > /dev/null
	fil-import -q users --remove user=u1 > /dev/null
	try fil-show u1
	err_is 'fil-show: u1: this person has the key since run 12; another one, who had it until run 11, is not shown (fil-log 11)'
	[ "$(grep -cE 'marker|Ada|ada@' "$OUT")" = 0 ]
	[ "$(grep -c '^before,.*Cem Dal' "$OUT")" = 1 ]
}

@test "of a key that undos gave to one person and another, the one who has it is shown" {
	local format

	fil_store
	fil-import -q users <<< $'user,name,email,manager\nu1,Ann Bee,ann@x.org,\nu2,Bob Fox,,u1\nu9,Zoe Boss,,'
	fil-record -q needs user=u1 need=markann date=2024-02-01
	fil-import -q users user=u2 manager=u9
	fil-import -q needs --remove user=u1 need=markann date=2024-02-01
	fil-import -q users --remove user=u1
	fil-import -q users user=u1 name='Zed Zee' email=zed@x.org job=markzed
	# Ann is back, with what she had.
	fil-undo -q 4 5 6 7 > /dev/null
	try fil-show u1
	err_is 'fil-show: u1: this person has the key since run 8; another one, who had it until run 8, is not shown (fil-log 8)'
	[ "$(grep -ciE 'zed' "$OUT")" = 0 ]
	grep -E '^(before|named)' "$OUT" > found
	diff - found <<- 'END'
		before,users,user=u1,name,Ann Bee,2,2024-03-15,6
		before,users,user=u1,email,ann@x.org,2,2024-03-15,6
		before,users,user=u1,role,user,2,2024-03-15,6
		before,users,user=u1,feed,hr,2,2024-03-15,6
		before,needs,user=u1 need=markann date=2024-02-01,,,3,2024-03-15,5
		named,users,,manager,u1,2,2024-03-15,4
		named,users,,manager,u1,2,2024-03-15,
	END
	fil-record -q needs user=u1 need=markann2 date=2024-02-01
	fil-import -q needs --remove user=u1 need=markann2 date=2024-02-01
	# And Zed, of whom only the undo says what he had before.
	fil-undo -q 8 > /dev/null
	for format in csv json html markdown; do
		try fil-show u1 -f $format
		[ "$(grep -ciE 'ann( bee|@|")|markann' "$OUT")" = 0 ]
		grep -q markzed "$OUT"
	done
	try fil-show u1
	err_is 'fil-show: u1: this person has the key since run 11; another one, who had it until run 11, is not shown (fil-log 11)'
	[ "$(grep -cE '^(before|named)' "$OUT")" = 3 ]
	[ "$(grep -c '^before,users,user=u1,.*,7,2024-03-15,8$' "$OUT")" = 3 ]
	grep ^log "$OUT" | cut -d, -f3 | diff <(printf 'run=%d\n' 7 8 11) -
}

# Does a run on the user with a key, who has facts that bear the user's name; a new user has a name of their own.
random_run() {
	local key=$1 name=$2 step=$3 last=$4 run

	case $((RANDOM % 9)) in
	0 | 1) [ -n "$name" ] && fil-import users user="$key" "job=j $name" || fil-import users user="$key" name="P$step" "job=j P$step" ;;
	2 | 3) fil-import --remove users user="$key" ;;
	4) fil-record needs user="$key" need=n$((RANDOM % 2)) date=2024-01-01 "note=n $name" ;;
	5) fil-import --remove needs user="$key" need=n$((RANDOM % 2)) date=2024-01-01 ;;
	6) fil-undo --last ;;
	7) fil-undo $((2 + RANDOM % last)) ;;
	8) run=$((2 + RANDOM % last)) && fil-undo "$run" $((run + 1)) $((run + 2)) ;;
	esac > /dev/null 2>&1 || :
}

@test "of a key that a random history gives to many, the person who has it is shown" {
	local seed step key name

	[ -z "$FILROUGE_TORTURE" ] || : "${SEEDS:=$(echo {1..40})}" "${STEPS:=40}"
	for seed in ${SEEDS:-8}; do
		rm -rf "$FOLDER"
		fil_store
		RANDOM=$seed
		for ((step = 0; step < ${STEPS:-20}; step++)); do
			key=k$((RANDOM % 2))
			random_run $key "$(ask "select name from users where \"user\" = '$key'")" $step "$(ask 'select max(run) from runs')"
			name=$(ask "select name from users where \"user\" = '$key'")
			[ -n "$name" ] || continue
			fil-show -q $key | grep -oE 'P[0-9]+' | sort -u > named
			[ "$(cat named)" = "$name" ]
		done
	done
}

@test "of a key that a renaming gave to another person, the last one alone is shown" {
	fil_store
	fil-import -q users <<< $'user,name,manager\nk1,Ada MARKER,z1\nz1,Bob Fox,\nu3,Cem Dal,k1\nz4,Ada Marker,'
	fil-record -q needs user=k1 need=marker date=2024-02-01 > /dev/null
	fil-import -q needs --remove user=k1 need=marker date=2024-02-01 > /dev/null
	fil-import -q users user=u3 manager=z1 > /dev/null
	fil-import -q users --remove user=k1 > /dev/null
	fil-import -q users --rename z1=k1 > /dev/null
	try fil-show k1
	status_is 0
	err_is 'fil-show: k1: this person has the key since run 7; another one, who had it until run 6, is not shown (fil-log 6)'
	out_is <<- 'END'
		state,table,key,column,value,run,recorded,until
		now,users,user=k1,name,Bob Fox,2,2024-03-15,
		now,users,user=k1,role,user,2,2024-03-15,
		now,users,user=k1,feed,hr,2,2024-03-15,
		before,users,user=z1,user,z1,2,2024-03-15,7
		named,users,,manager,z1,2,2024-03-15,6
		named,users,,manager,k1,5,2024-03-15,
		log,runs,run=2,command,fil-import,2,2024-03-15,
		log,runs,run=7,command,fil-import,7,2024-03-15,
	END
	# Of the same name, it is the same person.
	fil-import -q users --rename k1=z1 > /dev/null
	fil-import -q users --rename z4=k1 > /dev/null
	try fil-show k1
	err_is ''
	[ "$(grep -c '^before,needs,user=k1 need=marker' "$OUT")" = 1 ]
	[ "$(grep -c 'Bob' "$OUT")" = 0 ]
}

@test "a user whom an undo put back under an earlier key has all rows and runs of both keys" {
	local key

	fil_store
	fil-import -q users user=u1 name='Ada King' job=marker-1 > /dev/null
	fil-import -q users user=u1 job=marker-2 > /dev/null
	fil-import -q users user=u1 job=marker-3 > /dev/null
	fil-undo -q 4 > /dev/null
	fil-import -q users --rename u1=n1 > /dev/null
	fil-import -q users user=n1 job=marker-4 > /dev/null
	fil-import -q users --remove user=n1 > /dev/null
	fil-undo -q 6 7 8 > /dev/null
	fil-undo -q 9 > /dev/null
	fil-undo -q 8 > /dev/null
	for key in n1 u1; do
		try fil-show "$key"
		status_is 0
		for i in 1 2 3 4; do grep -q ",job,marker-$i," "$OUT"; done
		[ "$(grep '^now,users,.*,job' "$OUT")" = now,users,user=n1,job,marker-4,7,2024-03-15, ]
		[ "$(grep '^log' "$OUT" | cut -d, -f6 | tr '\n' ' ')" = '2 3 4 5 6 7 8 9 10 11 ' ]
		[ "$(fil-log --user "$key" | sed 1d | cut -d, -f1 | tr '\n' ' ')" = '2 3 4 5 6 7 8 9 10 11 ' ]
	done
}

@test "what a join gave to a person is not shown once it is taken back, but what was recorded meanwhile" {
	local prefer

	for prefer in old new; do
		fil_store
		fil-import -q users <<< $'user,name\na1,Ada\nm1,Lea\nb1,Rose'
		fil-import -q aliases <<< $'alias,source,user\nada-alias,ad,a1\nrose-alias,ad,b1'
		fil-record -q needs <<< $'user,need,date,note\na1,hers,2024-03-01,ada-1\na1,both,2024-03-01,ada-2\nm1,mine,2024-03-01,lea-1\nb1,both,2024-03-01,rose-1'
		fil-import -q phases phase=p title=P kind=pilot begins=2024-01-01 > /dev/null
		fil-import -q commitments phase=p activity=ada-act user=a1 minutes=5 > /dev/null
		# One run joins twice; the next one changes a fact that came by it.
		fil-import -q --rename a1=m1 --rename m1=b1 --prefer "$prefer" users > /dev/null
		fil-record -q needs <<< $'user,need,date,note\nb1,hers,2024-03-01,rose-2' > /dev/null
		try fil-show b1
		[ "$(grep -c 'ada-[1a]\|lea-1\|rose-[2a]' "$OUT")" -ge 5 ]
		fil-import -q --rename b1=b9 users > /dev/null
		fil-undo -q 8 7 > /dev/null
		try fil-show b9
		[ "$(grep -c 'ada\|lea' "$OUT")" = 0 ]
		grep -q '^before,needs,user=b9 need=hers date=2024-03-01,note,rose-2,8,' "$OUT"
		grep -q '^now,needs,user=b9 need=both date=2024-03-01,note,rose-1,' "$OUT"
		try fil-show b9 -f markdown
		[ "$(grep -c 'ada\|lea' "$OUT")" = 0 ]
		try fil-show a1
		grep -q '^now,needs,.*,ada-2,' "$OUT"
		# Done again, the rows are the person's; undone again, they are not.
		fil-undo -q 10 > /dev/null
		try fil-show b9
		grep -q 'ada-1' "$OUT"
		grep -q 'lea-1' "$OUT"
		fil-undo -q 11 > /dev/null
		try fil-show b9
		[ "$(grep -c 'ada\|lea' "$OUT")" = 0 ]
		# What the one who is joined now had from the other one meanwhile is not hers either.
		fil-import -q --rename m1=b9 users > /dev/null
		try fil-show b9
		grep -q '^before,users,user=m1,name,Lea,' "$OUT"
		[ "$(grep -c 'ada' "$OUT")" = 0 ]
	done
}

@test "a join that was taken back and done again shows the rows of both users" {
	fil_store
	fil-import -q users <<< $'user,name,job\na1,Ada King,marker-1\nb1,Ada King,cook'
	fil-import -q users --rename a1=b1 > /dev/null
	fil-undo -q 3 > /dev/null
	[ "$(fil-log --user b1 | sed 1d | cut -d, -f1 | tr '\n' ' ')" = '2 ' ]
	fil-import -q users user=a1 job=marker-2 > /dev/null
	fil-undo -q 5 > /dev/null
	fil-undo -q 4 > /dev/null
	try fil-show b1
	grep -q '^before,.*,job,marker-1,' "$OUT"
	grep -q '^before,.*,job,marker-2,' "$OUT"
	[ "$(fil-log --user b1 | sed 1d | cut -d, -f1 | tr '\n' ' ')" = '2 3 4 5 6 7 ' ]
}

@test "rows of others that name the person are shown without their keys, also when they no longer do" {
	fil_store
	fil-import -q users <<< $'user,name,manager\nu1,Ada,u1\nother,Bo,u1\nboss,Boss,u1'
	fil-import -q modules module=m title=M kind=course
	fil-import -q routines routine=other-r title=R owner=u1
	fil-import -q promises promise=other-p kind=promise statement=S made=2024-01-08 owner=u1
	fil-assign -q <<< $'user,module,assigned,trainer\nother,m,2024-02-01,u1\nu1,m,2024-02-01,u1'
	try "fil-show u1 | grep -e named -e manager -e trainer"
	out_is <<- 'END'
		now,users,user=u1,manager,u1,2,2024-03-15,
		now,assignments,user=u1 module=m assigned=2024-02-01,trainer,u1,6,2024-03-15,
		named,users,,manager,u1,2,2024-03-15,
		named,users,,manager,u1,2,2024-03-15,
		named,routines,,owner,u1,4,2024-03-15,
		named,promises,,owner,u1,5,2024-03-15,
		named,assignments,,trainer,u1,6,2024-03-15,
	END
	# A change of another cell is no change of the name; a renaming shows the key of each time.
	fil-import -q users <<< $'user,unit\nother,Dons\nboss,Dons'
	fil-import -q users --rename u1='u"%1'
	fil-import -q users user=boss manager=
	fil-import -q routines routine=other-r owner=boss
	fil-import -q promises --remove promise=other-p
	fil-import -q assignments --remove user=other module=m assigned=2024-02-01
	fil-import -q users --rename other=o2
	fil-import -q users user=o2 manager=boss
	try "fil-show 'u\"%1' -f json | grep named"
	out_is <<- 'END'
		{"state":"named","key":null,"column":"manager","value":"u\"%1","run":2,"recorded":"2024-03-15","until":9},
		{"state":"named","key":null,"column":"manager","value":"u\"%1","run":2,"recorded":"2024-03-15","until":14}
		{"state":"named","key":null,"column":"trainer","value":"u\"%1","run":6,"recorded":"2024-03-15","until":12}
		{"state":"named","key":null,"column":"owner","value":"u\"%1","run":4,"recorded":"2024-03-15","until":10}
		{"state":"named","key":null,"column":"owner","value":"u\"%1","run":5,"recorded":"2024-03-15","until":11}
	END
	try "fil-show 'u\"%1'"
	[ "$(grep -Ec 'other|o2|boss' "$OUT")" = 0 ]
	# An upgrade marks all rows that name a user, whether the next version still does or not.
	fil-import -q users user=boss manager='u"%1'
	fil-import -q users --rename boss=b2 - <<< $'user,manager\nb2,o2'
	fil-show 'u"%1' > wanted
	ask "update history set named = 'u1' where was like '%\"manager\":\"u1\"%'"
	ask "update history set named = 'u\"%1' where was like '%\"manager\":\"u___1\"%'"
	ask "update history set named = 'u1' where was like '%\"trainer\":\"u1\"%'"
	[ "$(ask "select count(*) from history where named in ('u1', 'u\"%1')")" = 11 ]
	fil-show 'u"%1' | diff wanted -
}

@test "a name that was taken back stands since it was written; one that was erased is in no column" {
	fil_store
	fil-import -q users <<< $'user,name,manager\nm,May,\na,Ann,m\nb,Bea,m\nc,Cy,m\nd,Di,'
	fil-import -q users <<< $'user,unit\na,Dons\nb,Dons'
	fil-import -q users --rename a=a2 - <<< $'user,manager\na2,d'
	fil-undo -q 4
	fil-import -q users user=b manager=d
	fil-undo -q 6
	fil-undo -q 7
	fil-import -q users user=b job=clerk
	fil-import -q users user=a unit=Legs
	fil-import -q users user=c manager=
	try "fil-show m | grep named"
	out_is <<- 'END'
		named,users,,manager,m,2,2024-03-15,4
		named,users,,manager,m,2,2024-03-15,6
		named,users,,manager,m,2,2024-03-15,8
		named,users,,manager,m,2,2024-03-15,11
		named,users,,manager,m,2,2024-03-15,
	END
	fil-forget -q --yes m
	[ "$(ask "select count(*) from history where named = 'm'")" = 0 ]
}

@test "-f json is one object a person, with the values of each table" {
	fil_store
	fil-import -q users <<< $'user,name\n"u""1","A ""b"'
	fil-import -q users user=u2 name=Bo
	try fil-show 'u"1' u2 -f json
	status_is 0
	out_is <<- 'END'
		[
		{"user":"u\"1","tables":{
		"users":[
		{"state":"now","key":"'user=u\"1'","column":"name","value":"A \"b","run":2,"recorded":"2024-03-15","until":null},
		{"state":"now","key":"'user=u\"1'","column":"role","value":"user","run":2,"recorded":"2024-03-15","until":null},
		{"state":"now","key":"'user=u\"1'","column":"feed","value":"hr","run":2,"recorded":"2024-03-15","until":null}
		]
		,
		"runs":[
		{"state":"log","key":"run=2","column":"command","value":"fil-import","run":2,"recorded":"2024-03-15","until":null}
		]
		}},
		{"user":"u2","tables":{
		"users":[
		{"state":"now","key":"user=u2","column":"name","value":"Bo","run":3,"recorded":"2024-03-15","until":null},
		{"state":"now","key":"user=u2","column":"role","value":"user","run":3,"recorded":"2024-03-15","until":null},
		{"state":"now","key":"user=u2","column":"feed","value":"hr","run":3,"recorded":"2024-03-15","until":null}
		]
		,
		"runs":[
		{"state":"log","key":"run=3","column":"command","value":"fil-import","run":3,"recorded":"2024-03-15","until":null}
		]
		}}
		]
	END
}

# Writes the settings: settings LINE...
settings() {
	mkdir -p "$HOME/.config/filrouge"
	printf '%s\n' "$@" > "$HOME/.config/filrouge/week.ini"
}

@test "-f html is a letter: who keeps the data, then a table for each kind of fact; nothing in it runs" {
	fil_store
	settings '[week]' 'title = Page' '[controller]' 'name = Fondation <X>' 'contact = dpo@example.org' 'retention = 3 ans'
	fil-import -q users <<< $'user,name,unit\nu1,Ada <b>,Dons\nu2,Bo,'
	FILROUGE_TODAY=2024-03-01 fil-record -q autonomy user=u1 dimension=tool date=2024-02-28 source=self level=4 \
		note=$'<script>alert(1)</script>\n&\u202e'
	fil-import -q users <<< $'user,unit,manager\nu1,Legs,\nu2,,u1'
	try fil-show u1 -f html --lang fr
	status_is 0
	err_is ''
	head -n 3 "$OUT" > "$OUT.head"
	fil_compare head "$OUT.head" '<!DOCTYPE html>' '<html lang="fr">' '<head>'
	[ "$(grep -c "http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\"" "$OUT")" = 1 ]
	sed -n '/<main>/,$p' "$OUT" | sed 's/\xc2\xa0/ /g; s/<div class="scroll" role="region" tabindex="0"/<div/' > "$OUT.body"
	fil_compare body "$OUT.body" < "$DATA/show/letter-fr.html"
	[ "$(grep -o '<h1>' "$OUT" | wc -l)" = 1 ]
	[ "$(grep -Ec '<script|<link|<img|url\(|https?:' "$OUT")" = 0 ]
}

@test "-f markdown is the same letter; LANGUAGE, LC_ALL, LC_MESSAGES and LANG choose the language" {
	fil_store
	settings '[controller]' 'name = Trust' 'address = 1 High St' 'contact = dpo@example.org' 'purpose = accompaniment' \
		'ground = legitimate interest' 'retention = 3 years' 'rights = Ask us.'
	FILROUGE_TODAY=2024-03-01 fil-import -q users user=u1 name=Ada
	try fil-show u1 -f markdown
	status_is 0
	err_is ''
	sed -i 's/\xc2\xa0/ /g' "$OUT"
	out_is <<- 'END'
		# Data about Ada

		**15 March 2024** This letter has all records of the project about you: what is kept today, what was kept before, where other records name you, and what changed your records. Remarks in records about others may mention you too: they are not shown here.

		## Who keeps your data, and why

		**Controller:** Trust

		**Address:** 1 High St

		**Write to:** dpo@example.org

		**Purpose:** accompaniment

		**Legal ground:** legitimate interest

		**Kept for:** 3 years

		**Your rights:** Ask us.

		## What is kept today

		### Personal record

		| Field | Value | Recorded on |
		| --- | --- | --- |
		| Person | u1 |  |
		| Name | Ada | 1 March 2024 |
		| Role | user | 1 March 2024 |
		| List | hr | 1 March 2024 |

		## What changed your records

		### Operations

		| Recorded on | Operation | Command |
		| --- | --- | --- |
		| 1 March 2024 | 2 | fil-import |
	END
	language() { env -u LC_ALL "$@" fil-show u1 -f markdown | head -n 1; }
	[ "$(language)" = '# Data about Ada' ]
	[ "$(language LANGUAGE=fr LC_ALL=en_GB.UTF-8)" = '# Données sur Ada' ]
	[ "$(language LANGUAGE=de:fr:en LANG=en_GB.UTF-8)" = '# Données sur Ada' ]
	[ "$(language LC_ALL=fr_FR.UTF-8 LANG=C)" = '# Données sur Ada' ]
	[ "$(language LC_MESSAGES=fr LANG=en)" = '# Données sur Ada' ]
	[ "$(language LANG=fr_CA@x)" = '# Données sur Ada' ]
	[ "$(language LANG=frr)" = '# Data about Ada' ]
	[ "$(LANGUAGE=fr fil-show u1 -f markdown --lang en | head -n 1)" = '# Data about Ada' ]
}

@test "a person named twice is shown once, and a letter says what it leaves out" {
	fil_store
	fil-import -q users <<< $'user,name\nold1,Ada Marker\nu2,Bob'
	fil-import -q users --rename old1=new1 > /dev/null
	fil-record -q needs user=u2 need=n date=2024-02-01 note='ask MARKER, Ada' > /dev/null
	fil-show new1 > once
	try fil-show new1 old1 new1
	status_is 0
	cmp once "$OUT"
	err_is ''
	try fil-show -f markdown old1
	err_has 'fil-show: 1 text about others mentions this person, and is not in the letter: fil-forget new1 lists it'
	[ "$(grep -c u2 "$OUT")" -eq 0 ]
}

@test "the letter names the former keys of a person who was joined or renamed" {
	fil_store
	fil-import -q users <<< $'user,name\nu1,Ada\nu2,Ada B'
	fil-record -q needs user=u2 need=help date=2024-02-01
	fil-import -q users --rename u2=u1 --prefer new
	fil-import -q users --rename u1=n1
	fil-import -q needs --remove user=n1 need=help date=2024-02-01
	try "fil-show u2 -f markdown 2> /dev/null | grep -E '^. (Person|Needs)' | cut -d '|' -f 2-5 | sed 's/\xc2\xa0/ /g'"
	out_is ' Person | n1 |  |' ' Personal record | u1 | Person | u1 ' ' Personal record | u2 | Name | Ada B ' \
		' Personal record | u2 | Role | user ' ' Personal record | u2 | List | hr ' ' Needs | help, 1 February 2024 |  |  ' \
		' Needs | u2, help, 1 February 2024 |  |  '
}

@test "the settings: without a controller the letter says so; a line that is unknown is 78, with its place" {
	local file=$HOME/.config/filrouge/week.ini

	fil_store
	fil-import -q users user=u1 name=Ada
	try fil-show u1 -f markdown
	status_is 0
	err_is 'fil-show: week.ini has no name and contact in [controller]: the letter does not say who keeps the data and whom to write to'
	refused() {
		local message=$1

		shift
		settings "$@"
		try fil-show u1 -f markdown
		status_is 78
		out_is ''
		err_is "fil-show: $file:$message"
	}
	refused "2: unknown key 'contcat' in [controller]; the nearest is 'contact'" '[controller]' 'contcat = x'

	refused '2: unknown section [contoller]; the nearest is '"'controller'" '[contoller]' 'name = x'
	refused "3: duplicate key 'Name'" '[controller]' 'name = x' 'Name = y'
	refused "1: is neither 'key = value' nor '[section]'" 'name'
	# What does not need the settings does not read them.
	try fil-show u1
	status_is 0
	# XDG_CONFIG_HOME is read instead of ~/.config.
	mkdir -p config/filrouge
	printf '[controller]\nname = Here\ncontact = There\n' > config/filrouge/week.ini
	try "XDG_CONFIG_HOME=$PWD/config fil-show u1 -f markdown | grep -c -e Here -e There"
	out_is 2
	err_is ''
}

@test "a derived value that was never written is damage, and is not printed" {
	fil_store
	fil-import -q users user=u1 name=Ada
	fil-record -q autonomy user=u1 dimension=tool level=3 date=2024-02-01 source=test
	ask "update standing set date = '2024'$(printf "||'\016'||")'02-01'"
	try fil-show u1
	status_is 69
	out_is ''
	err_is "fil-show: the store is damaged: standing of 'u1' is not as it was written"
	# Nor does a report make a level of it, whatever it reads beside the level.
	ask "update standing set date = '2024-02-31'"
	# A server counts levels without a look at the calendar.
	[ "${STORE:-sqlite}" = sqlite ] || return 0
	for subject in stalled autonomy followup 'followup --by reason'; do
		try "fil-report $subject"
		status_is 69
		err_is "fil-report: the store is damaged: standing of 'u1' is not as it was written"
	done
}

@test "a value that an undo put back names the run that wrote it" {
	fil_store
	fil-import -q users user=u1 name=Ada unit=Dons
	fil-import -q users user=u1 job=chef
	fil-import -q users user=u1 unit=Legs
	fil-undo -q 4 > /dev/null
	try "fil-show u1 | grep ^now"
	out_is now,users,user=u1,name,Ada,2,2024-03-15, now,users,user=u1,unit,Dons,2,2024-03-15, \
		now,users,user=u1,job,chef,3,2024-03-15, now,users,user=u1,role,user,2,2024-03-15, \
		now,users,user=u1,feed,hr,2,2024-03-15,
	cp "$OUT" before
	fil-import -q users --rename u1=n1 > /dev/null
	fil-import -q users user=n1 job=aide
	fil-import -q users --remove user=n1
	fil-undo -q 6 7 8 > /dev/null
	fil-show u1 | grep ^now | diff before -
}
