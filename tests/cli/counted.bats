#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# bats file_tags=postgresql
load helper

# A server counts the users of a report beside its rows: few rows cross the wire, however many users there are. What the
# figures are, all other tests of reports say, which run on both engines.

REPORTS=('autonomy --by unit' 'autonomy --by kind' 'levels --source self' 'progress --by phase --weeks 6'
	'time' 'time --by kind' 'time --by unit --from arrived --origin 2024-01-15 --active' 'forecast --by phase --phase p1' 'forecast --score --weeks 4'
	commitment promises needs 'needs --active --phase p1' phases 'time --by unit --as-of 2024-03-01'
	'time --source trainer,test --by kind' 'forecast --source self' 'phases --source test' agreement 'agreement --by unit --dimension tool' 'agreement --as-of 2024-02-12 --active' routines 'routines --by kind --min-group 0'
	'followup --by reason' 'followup --by reason --source self --weeks 1 --stale 2' 'followup --by reason --as-of 2024-02-12 -w job=J1'
	lessons 'lessons --source self,test -w job=J1' 'lessons --as-of 2024-02-12'
	'levels --by unit --as-of 2024-02-25' 'autonomy --by phase -w job=J1' "levels -w unit~U1* -w manager!=u00001")

teardown() {
	[ -z "${proxy:-}" ] || kill "$proxy" 2> /dev/null || :
}

# Fills the store with that many users in four units and three jobs, two phases, and three levels each. Of 420 all are different.
# Three users have changed since.
people() {
	fil-import -q phases <<< $'phase,title,kind,begins\np1,P,pilot,2024-01-01\np2,R,rollout,2024-02-01'
	seq 0 $(($1 - 1)) | awk 'BEGIN { print "user,name,unit,job" } { printf "u%05d,N,U%d/S%d,J%d\n", $1, $1 % 2, $1 % 4, $1 % 3 }' |
		FILROUGE_TODAY=2024-01-05 fil-import -q users
	fil-import -q users <<< $'user,unit,role\nu00001,U9,user\nu00002,U9,sponsor\nu00007,U1/S3,user'
	seq 0 $(($1 - 1)) | awk 'BEGIN { print "user,phase,enrolled" } { printf "u%05d,p%d,2024-02-0%d\n", $1, 1 + $1 % 2, 1 + $1 % 7 }' |
		fil-import -q enrolments
	seq 0 $(($1 - 1)) | awk 'BEGIN { print "user,dimension,date,source,level" } {
			printf "u%05d,tool,2024-01-%02d,self,%d\n", $1, 10 + $1 % 7, $1 * 7 % 6
			printf "u%05d,process,2024-02-%02d,trainer,%d\n", $1, 10 + $1 % 7, $1 * 5 % 6
			printf "u%05d,tool,2024-02-%02d,test,%d\n", $1, 10 + $1 % 5, $1 * 11 % 6 }' | fil-record -q autonomy
	seq 0 $(($1 - 1)) | awk 'BEGIN { print "user,phase,activity,minutes" } { printf "u%05d,p%d,a,%d.25\n", $1, 1 + $1 % 2, 30 + $1 % 7 }' |
		fil-import -q commitments
	seq 0 $(($1 - 1)) | awk 'BEGIN { print "user,date,activity,phase,minutes" } { printf "u%05d,2024-02-01,a,p1,%d.5\n", $1, 28 + $1 % 9 }' |
		fil-record -q efforts
	fil-import -q modules <<< $'module,title,kind\nm1,M,course\nm2,N,guide'
	fil-import -q rules <<< $'rule,module,need\na,m1,n1\nb,m2,n1\nc,m2,n2'
	seq 0 $(($1 - 1)) | awk 'BEGIN { print "user,need,date" } { printf "u%05d,n%d,2024-02-%02d\n", $1, $1 % 4, 1 + $1 % 7 }' | fil-record -q needs
	fil-import -q lessons <<< $'lesson,phase,observed,change,module,date\nl1,p1,O,C,m1,2024-01-15\nl2,,O,C,m2,2024-01-10'
	seq 0 $(($1 - 1)) | awk 'BEGIN { print "user,module,assigned,phase" } {
			printf "u%05d,m%d,2024-02-%02d,p%d\n", $1, 1 + $1 % 2, 1 + $1 % 5, 1 + $1 % 2 }' | fil-assign -q
	seq 0 $(($1 - 1)) | awk 'BEGIN { print "user,module,date,outcome" } {
			printf "u%05d,m%d,2024-02-%02d,completed\n", $1, 1 + $1 % 2, 1 + $1 % 7 }' | fil-record -q completions
	fil-import -q promises <<< $'promise,made,kind,statement\na,2024-01-01,promise,A\nb,2024-01-01,limit,B'
	seq 0 $(($1 - 1)) | awk 'BEGIN { print "promise,user,date,verdict"; split("kept partly broken", verdicts, " ") } {
			printf "a,u%05d,2024-02-01,%s\na,u%05d,2024-02-02,%s\n", $1, verdicts[1 + $1 % 3], $1, verdicts[1 + $1 % 2]
			printf "b,u%05d,2024-02-03,%s\n", $1, verdicts[1 + $1 % 2] }' | fil-record -q verdicts
	fil-import -q routines <<< $'routine,title\nr1,R\nr2,S'
	seq 0 $(($1 - 1)) | awk 'BEGIN { print "user,routine,date,method,minutes,result,acceptance"; split("better equivalent failed", results, " ") } {
			printf "u%05d,r1,2024-02-0%d,old,%d.5,%s,\nu%05d,r1,2024-02-1%d,new,%d,%s,\n", $1, 1 + $1 % 3, 30 + $1 % 5, results[1 + $1 % 3], $1,
				$1 % 4, 40 + $1 % 7, results[1 + $1 % 2]
			printf "u%05d,r%d,2024-02-2%d,new,%d,%s,%d\n", $1, 1 + $1 % 2, $1 % 5, 25 + $1 % 6, results[1 + $1 % 2], 1 + $1 % 5 }' |
		fil-record -q practices
}

# Splits the users and what is known of them into four parts, by the hash of the user.
split_by_hash() {
	psql -qXd "$FILROUGE_DB" <<- 'SQL'
		SET client_min_messages = error;
		DO $$
		DECLARE
			name text;
			key record;
			again text[] := '{}';
			names text[] := ARRAY['users', 'enrolments', 'autonomy', 'needs', 'assignments', 'completions', 'efforts', 'practices',
				'standing', 'standings'];
			part integer;
		BEGIN
			FOR key IN SELECT conrelid::regclass AS place, conname, pg_get_constraintdef(oid) AS made FROM pg_constraint
				WHERE contype = 'f' AND (confrelid = 'users'::regclass OR conrelid = ANY (names::regclass[]))
			LOOP
				EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', key.place, key.conname);
				again := again || format('ALTER TABLE %s ADD CONSTRAINT %I %s', key.place, key.conname, key.made);
			END LOOP;
			FOREACH name IN ARRAY names LOOP
				EXECUTE format('ALTER TABLE %I RENAME TO %I', name, name || '_whole');
				EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING ALL) PARTITION BY HASH ("user")', name, name || '_whole');
				FOR part IN 0..3 LOOP
					EXECUTE format('CREATE TABLE %I PARTITION OF %I FOR VALUES WITH (MODULUS 4, REMAINDER %s)',
						name || '_' || part, name, part);
				END LOOP;
				EXECUTE format('INSERT INTO %I SELECT * FROM %I', name, name || '_whole');
				EXECUTE format('DROP TABLE %I', name || '_whole');
			END LOOP;
			FOREACH name IN ARRAY again LOOP EXECUTE name; END LOOP;
		END $$;
	SQL
}

# Has reports go by a proxy that counts the rows.
by_proxy() {
	mkdir -p proxy
	rm -f proxy/.s.PGSQL.5432
	perl "$BATS_TEST_DIRNAME/proxy.pl" "$PWD/proxy" "$FILROUGE_CLUSTER" rows >> counts 2>> plans &
	proxy=$!
	until [ -S proxy/.s.PGSQL.5432 ]; do sleep 0.02; done
	proxied=postgresql://filrouge@${PWD//\//%2F}%2Fproxy/
}

# Waits until the proxy has told the rows of a report.
wait_rows() {
	local times

	for ((times = 0; times < 500; times++)); do
		[ ! -s counts ] || return 0
		sleep 0.02
	done
	return 1
}

# Prints each report with the number of rows that the server sent for it.
count_rows() {
	local report

	for report in "${REPORTS[@]}"; do
		: > counts
		# shellcheck disable=SC2086 # a list of words
		fil-report -d "$proxied${FILROUGE_DB##*/}" $report >> "$1.figures" 2> /dev/null
		wait_rows
		echo "$report: $(cat counts)"
	done
}

@test "four times the users send as many rows, in one table or in parts by the hash of the user" {
	fil_store
	people 420
	by_proxy
	count_rows few > few.rows
	fil_address large
	fil_store
	people 1680
	count_rows many > many.rows
	split_by_hash
	count_rows parts > parts.rows
	cat few.rows
	diff few.rows many.rows
	diff few.rows parts.rows
	diff many.figures parts.figures
	# The rows of tables that do not grow with users are among them.
	[ "$(sed 's/.*: //' few.rows | sort -n | tail -n 1)" -lt 250 ]
}

@test "a server lists users in their order, and sends no others" {
	fil_store
	people 420
	by_proxy
	REPORTS=(followup 'followup --source self --as-of 2024-02-20' stalled 'stalled --dimension tool --as-of 2024-02-20 --weeks 2')
	count_rows listed > rows
	cat rows
	# Beside the users there are the rows of tables that do not grow with them.
	for ((i = 0; i < ${#REPORTS[@]}; i++)); do
		# shellcheck disable=SC2086 # a list of words
		users=$(fil-report ${REPORTS[i]} | tail -n +2 | wc -l)
		[ "$users" -gt 100 ]
		[ "$(sed -n "$((i + 1))s/.*: //p" rows)" -lt $((users + 150)) ]
	done
}

# Checks the plan of a report's statement with that text: the rows that it sends, and that each part of the tables is read, and
# no table once for each user.
explain() {
	: > counts
	: > plans
	# shellcheck disable=SC2086 # a list of words
	fil-report -d "$proxied${FILROUGE_DB##*/}" $1 > figures
	wait_rows
	sed -n "/$2/,\$p" plans > plan
	grep -m 1 'actual rows' plan
	[ "$(grep -m 1 -o 'actual rows=[0-9]*' plan)" = "actual rows=$3" ]
	! grep -E ' Scan .* on (autonomy|practices|standing|users).* loops=[0-9]{2,}' plan || return 1
	[ "$(grep -oE " on ($4)_[0-3]" plan | sort -u | wc -l)" = $((4 * $(tr '|' '\n' <<< "$4" | wc -l))) ]
}

@test "the server sums up before it sends: its plans end in few rows, and each user is read in place" {
	fil_store
	people 300
	split_by_hash
	by_proxy
	export PGOPTIONS='-c session_preload_libraries=auto_explain -c auto_explain.log_min_duration=0 -c auto_explain.log_analyze=on
		-c auto_explain.log_timing=off -c client_min_messages=log'
	explain 'autonomy --by unit' 'FROM standing AS a' 5 'users|standing'
	# A row for each kind, day of enrolment, first day of autonomy, and whether a level is newer than the enrolment.
	explain 'time --by kind' 'AS o ON o.who' "$(psql -AtXd "$FILROUGE_DB" -c 'SELECT count(DISTINCT (p.kind, n.enrolled,
		s.autonomous, (SELECT max(l.date) >= n.enrolled FROM standing AS l WHERE l."user" = n."user")))
		FROM enrolments AS n JOIN phases AS p USING (phase) LEFT JOIN standings AS s USING ("user")')" 'users|enrolments|standings|standing'
	# A row for each of six pairs of levels, and for users without one; for each result, pair of minutes and number of days.
	explain agreement 'l.c0, l.c1' 7 'users|autonomy'
	explain routines 'l.routine, l.kind' 106 'users|practices'
	explain 'followup --by reason' 'AS day0' 5 'users|enrolments|standing|assignments|completions|needs'
	explain stalled 'AS known' 1 'users|standing'
	explain lessons 'l.lesson, count' 2 'users|assignments|completions|autonomy'
	explain needs 'l.need, count' 4 'users|needs|assignments'
	explain phases 'l.phase, count' 2 'users|assignments|completions'
}

# Has both engines make reports of that subject with each of the options, one line each, and compares all they print.
compare() {
	local options server=$FILROUGE_DB

	while read -r options; do
		for FILROUGE_DB in "$file" "$server"; do
			echo "$1 $options"
			# shellcheck disable=SC2086 # a list of words
			eval fil-report $1 $options 2>&1 || echo "status $?"
		done
	done <<< "$2" > both
	FILROUGE_DB=$server
	# The reports of the file and of the server follow one another.
	awk -v first="$1" '$1 == first { n++ } { print > (n % 2 ? "on-file" : "on-server") }' both
	diff on-file on-server
}

@test "reports of random users are those of a file, whoever is selected and however users are grouped" {
	local file=$SCRATCH/store/file.db options reasons subject

	mkdir -p store
	fil_database
	perl "$BATS_TEST_DIRNAME/cohort.pl" "${SEED:-5}" 300 .
	(
		export FILROUGE_DB=$file
		fil-init -q
		FILROUGE_TODAY=2024-02-20 fil-import -q users users.csv
		for table in dimensions thresholds phases modules rules routines promises; do fil-import -q $table $table.csv; done
		fil-import -q users users-later.csv
		for table in enrolments commitments lessons; do fil-import -q $table $table.csv; done
		fil-assign -q assignments.csv 2> /dev/null
		for table in autonomy completions needs practices verdicts efforts; do fil-record -q $table $table.csv; done
	)
	fil-init -q --from "$file"
	for subject in autonomy levels progress agreement routines modules; do
		compare $subject $'\n--by unit --depth 1\n--by phase --active --min-group 0\n--by kind --phase p1\n--by job --as-of 2024-03-10 -w unit~U1*'
	done
	options=$'\n--weeks 1\n--weeks 2 --stale 3 --as-of 2024-03-01\n--source self,trainer --as-of 2024-02-25\n--phase r1 -w unit~U1*\n--as-of 2024-02-10 --role user,trainer\n--source test'
	reasons='--by reason --total --min-group 0'
	compare stalled "${options// --stale 3/}"$'\n--dimension tool --as-of 2024-03-10\n--dimension trust --weeks 1 -w job=J1'
	compare followup "$options"$'\n'"$reasons ${options//$'\n'/$'\n'$reasons }"
	compare lessons $'\n--min-group 0\n--source self,trainer --min-group 2\n--phase r1 -w unit~U1*\n--as-of 2024-03-01\n--as-of 2024-02-10 --role user,trainer'
	for subject in time forecast; do
		compare $subject $'\n--by phase\n--by unit --depth 1 --role user,trainer\n--phase r1 --as-of 2024-03-01\n--active -w job!=J1\n--source self,trainer\n--source test --dimension tool --as-of 2024-03-05'
	done
	for subject in needs phases commitment promises; do
		compare $subject $'\n--active\n--phase r1\n--phase "" --min-group 0\n-w unit~U1* -w job=J2\n--active --phase p1 --as-of 2024-03-01\n--as-of 2024-02-10'
	done
	for subject in phases levels agreement; do compare $subject $'--dimension tool\n--source self,test\n--role user,trainer'; done
}

@test "the users who have changed since a day may all have been removed" {
	local report

	fil_store
	FILROUGE_TODAY=2024-01-05 fil-import -q users <<< $'user,name,unit,arrived\nu1,N,A,2024-01-02\nu2,M,A,2024-01-02'
	FILROUGE_TODAY=2024-02-20 fil-import -q users <<< $'user,name,unit\nu1,N,B'
	fil-import -q users --remove <<< $'user\nu1' > removed
	for report in autonomy 'time --from arrived'; do
		# shellcheck disable=SC2086 # a list of words
		try fil-report -q $report --by unit --min-group 0 --as-of 2024-02-01
		status_is 0
		err_is ''
		tail -n 1 "$OUT"
	done > rows
	diff rows - <<- 'END'
		A,1,0,0,0,0,0,0,0.0,100.0
		A,1,0,0,1,0,1,,,,,,0.0,,
	END
}
