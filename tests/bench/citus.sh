#!/bin/bash
# SPDX-License-Identifier: ISC
# The figures that filrouge holds on a cluster of Citus: one coordinator and two nodes on this machine (STORE=citus
# tests/cluster), each against psql's \copy of the same rows into the same tables by hand. FILROUGE_BIN names the commands,
# RUNS, ONLY, SCALE and TMPDIR as for bench.sh. Exits 1 when a figure is missed, and does nothing where Citus is not
# installed.
set -euo pipefail

bench=$(cd "$(dirname "$0")" && pwd)
if [ -z "${FILROUGE_CLUSTER:-}" ]; then
	export STORE=citus PGOPTIONS='-c client_min_messages=error'
	export FILROUGE_CLUSTER_SETTINGS='-c fsync=on -c full_page_writes=on -c shared_buffers=256MB -c max_wal_size=4GB -c citus.shard_count=32'
	exec "$bench/../cluster" "$0"
fi
# shellcheck source=tests/bench/measure.sh
. "$bench/measure.sh"

USERS=$((200000 / SCALE))
export FILROUGE_DB=postgresql://filrouge@${FILROUGE_CLUSTER//\//%2F}/ours

limit_of() {
	echo $((96 * 1024))
}

# fresh NAME FROM: makes the database NAME anew on all nodes as a copy of another, with nothing left to be written.
fresh() {
	local port

	for port in 5432 5433 5434; do
		psql -qXAtp "$port" -d postgres -c "DROP DATABASE IF EXISTS $1 WITH (FORCE)" \
			-c "ALTER DATABASE $2 ALLOW_CONNECTIONS false" \
			-c "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = '$2'" \
			-c "CREATE DATABASE $1 TEMPLATE $2 STRATEGY file_copy" -c "ALTER DATABASE $2 ALLOW_CONNECTIONS true" -c CHECKPOINT > /dev/null
	done
}

# by_hand TABLE FILE: psql's script. The column `run` comes from a default, which the copy of the store has for it.
by_hand() {
	upsert_of "$1" "$2"
	echo "\\copy $1 ($names) FROM '$2' CSV HEADER"
}

users_only() {
	[ -e kept ] && return
	fresh ours template
	fil-import -q users users.csv
	fresh ours_users ours
	fresh psql_users ours
	psql -qXd psql_users -c 'ALTER TABLE autonomy ALTER run SET DEFAULT 1'
	: > kept
}

fresh psql_new template
psql -qXd psql_new -c 'ALTER TABLE users ALTER run SET DEFAULT 1'
data users "$USERS" users.csv
data autonomy "$USERS" autonomy.csv
by_hand users users.csv > users.sql
by_hand autonomy autonomy.csv > autonomy.sql
printf '%-18s %9s %9s %7s %7s %9s\n' figure ours psql ratio target 'peak MiB'

if wanted citus-users; then
	figure citus-users 2.0 "$RUNS" 'fresh ours template' 'fil-import -q users users.csv' \
		'fresh other psql_new' 'psql -qXd other -f users.sql'
fi
if wanted citus-autonomy; then    # by a role that may set session_replication_role
	users_only
	figure citus-autonomy 2.0 "$RUNS" 'fresh ours ours_users' 'fil-record -q autonomy autonomy.csv' \
		'fresh other psql_users' 'psql -qXd other -f autonomy.sql'
fi
if wanted citus-autonomy-plain; then    # by a role that may not
	users_only
	for port in 5432 5433 5434; do psql -qXp "$port" -d postgres -c 'CREATE ROLE plain LOGIN'; done
	psql -qXd ours_users -c 'GRANT ALL ON ALL TABLES IN SCHEMA public TO plain'
	plain=${FILROUGE_DB/filrouge@/plain@}
	figure citus-autonomy-plain 2.0 "$RUNS" 'fresh ours ours_users' "fil-record -q -d $plain autonomy autonomy.csv" \
		'fresh other psql_users' 'psql -qXd other -f autonomy.sql'
fi
exit "$missed"
