#!/bin/bash
# SPDX-License-Identifier: ISC
# The figures that filrouge holds on PostgreSQL, each against psql on the same private server in the same run; FILROUGE_BIN
# names the commands, RUNS, ONLY, SCALE and TMPDIR as for bench.sh. psql copies the file into a temporary table and does an
# UPSERT from there into the tables that fil-init makes, with their keys and references, and with the index that its report
# needs. Exits 1 when a figure is missed.
set -euo pipefail

bench=$(cd "$(dirname "$0")" && pwd)
if [ -z "${FILROUGE_CLUSTER:-}" ]; then
	export FILROUGE_CLUSTER_SETTINGS='-c fsync=on -c full_page_writes=on -c shared_buffers=256MB -c max_wal_size=4GB'
	exec "$bench/../cluster" "$0"
fi
# shellcheck source=tests/bench/measure.sh
. "$bench/measure.sh"

export FILROUGE_DB=postgresql://filrouge@${FILROUGE_CLUSTER//\//%2F}/ours

limit_of() {
	echo $((96 * 1024))
}

# fresh NAME FROM: makes the database NAME anew as a copy of another, with nothing left to be written.
fresh() {
	psql -qXd postgres -c 'SET client_min_messages = error' -c "DROP DATABASE IF EXISTS $1" \
		-c "CREATE DATABASE $1 TEMPLATE $2 STRATEGY file_copy" -c CHECKPOINT
}

# load TABLE FILE [GUARD]: psql's script; with a guard only rows that differ are written.
load() {
	local table=$1 file=$2 guard=${3:-} columns names keys set old new

	upsert_of "$table" "$file"
	cat <<- END
		CREATE TEMP TABLE input AS SELECT $names FROM $table LIMIT 0;
		\\copy input FROM '$file' CSV HEADER
		INSERT INTO $table ($names, run) SELECT *, 1 FROM input
			ON CONFLICT ($keys) DO UPDATE SET $set ${guard:+WHERE ($old) IS DISTINCT FROM ($new)};
	END
}

# One pass by the covering index, and the newest level by DISTINCT ON: the faster counts.
report_by_max() {
	cat <<- 'END'
		SELECT unit, count(*), count(tool + process), count(*) FILTER (WHERE tool >= 3),
			count(*) FILTER (WHERE process >= 3), count(*) FILTER (WHERE tool >= 3 AND process >= 3)
		FROM (SELECT unit,
				CAST(substr(max(CASE dimension WHEN 'tool' THEN date || level END), 11) AS INTEGER) AS tool,
				CAST(substr(max(CASE dimension WHEN 'process' THEN date || level END), 11) AS INTEGER) AS process
			FROM users LEFT JOIN autonomy ON autonomy."user" = users."user" AND date <= '2024-03-31'
			WHERE (arrived IS NULL OR arrived <= '2024-03-31') AND ("left" IS NULL OR "left" > '2024-03-31')
			GROUP BY users."user") AS t
		GROUP BY unit ORDER BY unit;
	END
}

report_by_newest() {
	cat <<- 'END'
		WITH newest AS (SELECT DISTINCT ON ("user", dimension) "user", dimension, level FROM autonomy
			WHERE date <= '2024-03-31' ORDER BY "user", dimension, date DESC)
		SELECT unit, count(*), count(tool + process), count(*) FILTER (WHERE tool >= 3),
			count(*) FILTER (WHERE process >= 3), count(*) FILTER (WHERE tool >= 3 AND process >= 3)
		FROM users LEFT JOIN (SELECT "user", max(level) FILTER (WHERE dimension = 'tool') AS tool,
				max(level) FILTER (WHERE dimension = 'process') AS process FROM newest GROUP BY "user") AS t
			USING ("user")
		WHERE (arrived IS NULL OR arrived <= '2024-03-31') AND ("left" IS NULL OR "left" > '2024-03-31')
		GROUP BY unit ORDER BY unit;
	END
}

# psql's own store, and both with all users and nothing else, to begin anew from.
stores() {
	fresh psql_new template
	psql -qXd psql_new -c 'CREATE INDEX autonomy_level ON autonomy ("user", dimension, date, level)'
}

users_only() {
	[ -e kept ] && return
	data users "$USERS" users.csv
	load users users.csv > users.sql
	fresh ours template
	fil-import -q users users.csv
	psql -qXd ours -c 'VACUUM ANALYZE'
	fresh ours_users ours
	fresh psql_users psql_new
	psql -qXd psql_users -f users.sql -c 'VACUUM ANALYZE'
	: > kept
}

loaded() {
	users_only
	data autonomy "$USERS" autonomy.csv
	load autonomy autonomy.csv > autonomy.sql
	fresh ours ours_users
	fresh other psql_users
	fil-record -q autonomy autonomy.csv
	psql -qXd other -f autonomy.sql
	psql -qXd ours -c 'VACUUM ANALYZE'
	psql -qXd other -c 'VACUUM ANALYZE'
}

stores
report_by_max > max.sql
report_by_newest > newest.sql
printf '%-18s %9s %9s %7s %7s %9s\n' figure ours psql ratio target 'peak MiB'

if wanted pg-users; then
	data users "$USERS" users.csv
	load users users.csv > users.sql
	figure pg-users 1.3 "$RUNS" 'fresh ours template' 'fil-import -q users users.csv' \
		'fresh other psql_new' 'psql -qXd other -f users.sql'
fi
if wanted pg-unchanged; then
	users_only
	load users users.csv guarded > guarded.sql
	figure pg-unchanged 0.9 "$RUNS" 'fresh ours ours_users' 'fil-import -q users users.csv' \
		'fresh other psql_users' 'psql -qXd other -f users.sql' 'psql -qXd other -f guarded.sql'
fi
if wanted pg-autonomy; then    # by a role that may set session_replication_role
	users_only
	data autonomy "$USERS" autonomy.csv
	load autonomy autonomy.csv > autonomy.sql
	figure pg-autonomy 1.3 "$RUNS" 'fresh ours ours_users' 'fil-record -q autonomy autonomy.csv' \
		'fresh other psql_users' 'psql -qXd other -f autonomy.sql'
fi
if wanted pg-autonomy-plain; then    # by a role that may not
	users_only
	data autonomy "$USERS" autonomy.csv
	load autonomy autonomy.csv > autonomy.sql
	psql -qXd postgres -c 'CREATE ROLE plain LOGIN'
	psql -qXd ours_users -c 'GRANT ALL ON ALL TABLES IN SCHEMA public TO plain'
	plain=${FILROUGE_DB/filrouge@/plain@}
	figure pg-autonomy-plain 1.3 "$RUNS" 'fresh ours ours_users' "fil-record -q -d $plain autonomy autonomy.csv" \
		'fresh other psql_users' 'psql -qXd other -f autonomy.sql'
fi
if wanted pg-report; then
	loaded
	figure pg-report 1.0 "$RUNS" : 'fil-report autonomy --by unit' : 'psql -qXd other -f max.sql' 'psql -qXd other -f newest.sql'
fi
exit "$missed"
