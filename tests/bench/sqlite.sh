# SPDX-License-Identifier: ISC
# shellcheck shell=bash
# The other program's side: the same tables with the same durability and a page cache of 64 MiB, and the fastest of
# the statements that were tried by hand.

sqlite_schema() {
	cat <<- 'END'
		PRAGMA journal_mode = WAL;
		CREATE TABLE users (id INTEGER PRIMARY KEY, user TEXT NOT NULL UNIQUE, name TEXT NOT NULL, email TEXT,
			unit TEXT, job TEXT, manager TEXT, arrived TEXT, "left" TEXT);
		CREATE TABLE autonomy (user TEXT NOT NULL, dimension TEXT NOT NULL, date TEXT NOT NULL, source TEXT NOT NULL,
			level INTEGER NOT NULL, PRIMARY KEY (user, dimension, date, source)) WITHOUT ROWID;
		CREATE INDEX autonomy_level ON autonomy (user, dimension, date, level);
	END
}

# sqlite_load TABLE FILE [GUARD]: the columns stand in FILE's header; with a guard only rows that differ are written.
sqlite_load() {
	local table=$1 file=$2 guard=${3:-} columns names name keys set='' old='' new=''

	IFS=, read -ra columns < "$file"
	keys=$([ "$table" = users ] && echo user || echo user,dimension,date,source)
	names=$(printf ', "%s"' "${columns[@]}")
	for name in "${columns[@]}"; do
		[[ ,$keys, == *,$name,* ]] && continue
		set+=", \"$name\" = excluded.\"$name\""
		old+=", $table.\"$name\""
		new+=", excluded.\"$name\""
	done
	cat <<- END
		PRAGMA synchronous = FULL;
		PRAGMA cache_size = -65536;
		CREATE TEMP TABLE input ($(printf ', "%s" TEXT' "${columns[@]}" | cut -c 3-));
		.import --csv --skip 1 --schema temp $file input
		INSERT INTO $table (${names:2}) SELECT * FROM input WHERE true
			ON CONFLICT ($keys) DO UPDATE SET ${set:2} ${guard:+WHERE (${old:2}) IS NOT (${new:2})};
	END
}

# One pass in the order of the covering index; a window function and max(date) with a bare level took half as long again.
sqlite_report() {
	cat <<- 'END'
		PRAGMA cache_size = -65536;
		.mode csv
		SELECT unit, count(*), count(tool + process), sum(tool >= 3), sum(process >= 3), sum(tool >= 3 AND process >= 3)
		FROM (SELECT unit, substr(max(CASE dimension WHEN 'tool' THEN date || level END), 11) + 0 AS tool,
				substr(max(CASE dimension WHEN 'process' THEN date || level END), 11) + 0 AS process
			FROM users LEFT JOIN autonomy ON autonomy.user = users.user AND date <= '2024-03-31'
			WHERE (arrived = '' OR arrived <= '2024-03-31') AND ("left" = '' OR "left" > '2024-03-31')
			GROUP BY id)
		GROUP BY unit ORDER BY unit;
	END
}
