#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# bats file_tags=postgresql
load helper

# A server counts the users of a report beside its rows: few rows cross the wire, however many users there are. What the
# figures are, all other tests of reports say, which run on both engines.

REPORTS=('autonomy --by unit' 'autonomy --by kind' 'levels --source self' 'progress --by phase --weeks 6'
	'time' 'time --by kind' 'time --by unit --from arrived --origin 2024-01-15 --active' 'forecast --by phase --phase p1' 'forecast --score --weeks 4'
	promises 'autonomy --by phase -w job=J1' "levels -w unit~U1* -w manager!=u00001")

teardown() {
	[ -z "${proxy:-}" ] || kill "$proxy" 2> /dev/null || :
}

# Fills the store with that many users in four units and three jobs, two phases, and three levels each. Of 420 all are different.
people() {
	fil-import -q phases <<< $'phase,title,kind,begins\np1,P,pilot,2024-01-01\np2,R,rollout,2024-02-01'
	seq 0 $(($1 - 1)) | awk 'BEGIN { print "user,name,unit,job" } { printf "u%05d,N,U%d/S%d,J%d\n", $1, $1 % 2, $1 % 4, $1 % 3 }' |
		fil-import -q users
	seq 0 $(($1 - 1)) | awk 'BEGIN { print "user,phase,enrolled" } { printf "u%05d,p%d,2024-02-0%d\n", $1, 1 + $1 % 2, 1 + $1 % 7 }' |
		fil-import -q enrolments
	seq 0 $(($1 - 1)) | awk 'BEGIN { print "user,dimension,date,source,level" } {
			printf "u%05d,tool,2024-01-%02d,self,%d\n", $1, 10 + $1 % 7, $1 * 7 % 6
			printf "u%05d,process,2024-02-%02d,trainer,%d\n", $1, 10 + $1 % 7, $1 * 5 % 6
			printf "u%05d,tool,2024-02-%02d,test,%d\n", $1, 10 + $1 % 5, $1 * 11 % 6 }' | fil-record -q autonomy
	fil-import -q promises <<< $'promise,made,kind,statement\na,2024-01-01,promise,A\nb,2024-01-01,limit,B'
	seq 0 $(($1 - 1)) | awk 'BEGIN { print "promise,user,date,verdict"; split("kept partly broken", verdicts, " ") } {
			printf "a,u%05d,2024-02-01,%s\na,u%05d,2024-02-02,%s\n", $1, verdicts[1 + $1 % 3], $1, verdicts[1 + $1 % 2]
			printf "b,u%05d,2024-02-03,%s\n", $1, verdicts[1 + $1 % 2] }' | fil-record -q verdicts
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
			part integer;
		BEGIN
			FOR key IN SELECT conrelid::regclass AS place, conname, pg_get_constraintdef(oid) AS made FROM pg_constraint
				WHERE contype = 'f' AND (confrelid = 'users'::regclass OR conrelid IN ('autonomy'::regclass, 'enrolments'::regclass))
			LOOP
				EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', key.place, key.conname);
				again := again || format('ALTER TABLE %s ADD CONSTRAINT %I %s', key.place, key.conname, key.made);
			END LOOP;
			FOREACH name IN ARRAY ARRAY['users', 'enrolments', 'autonomy', 'standing', 'standings'] LOOP
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
	perl "$BATS_TEST_DIRNAME/proxy.pl" "$PWD/proxy" "$FILROUGE_CLUSTER" rows >> counts 2> plans &
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
	[ "$(sed 's/.*: //' few.rows | sort -n | tail -n 1)" -lt 150 ]
}

@test "the server sums up before it sends: its plans end in few rows, and each user is read in place" {
	fil_store
	people 300
	split_by_hash
	by_proxy
	export PGOPTIONS='-c session_preload_libraries=auto_explain -c auto_explain.log_min_duration=0 -c auto_explain.log_analyze=on
		-c auto_explain.log_timing=off -c client_min_messages=log'
	fil-report -d "$proxied${FILROUGE_DB##*/}" autonomy --by unit > figures
	wait_rows
	# Of the statement with the levels: the first node of its plan, and the parts that are read.
	sed -n '/LEFT JOIN (SELECT who/,$p' plans > plan
	grep -m 1 'actual rows' plan
	[ "$(grep -m 1 -o 'actual rows=[0-9]*' plan)" = 'actual rows=4' ]
	[ "$(grep -oE ' on (users|standing)_[0-3]' plan | sort -u | wc -l)" = 8 ]
}
