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
	local table=$1 file=$2 guard=${3:-} columns names keys set old new

	upsert_of "$table" "$file"
	cat <<- END
		PRAGMA synchronous = FULL;
		PRAGMA cache_size = -65536;
		CREATE TEMP TABLE input ($(printf ', "%s" TEXT' "${columns[@]}" | cut -c 3-));
		.import --csv --skip 1 --schema temp $file input
		INSERT INTO $table ($names) SELECT * FROM input WHERE true
			ON CONFLICT ($keys) DO UPDATE SET $set ${guard:+WHERE ($old) IS NOT ($new)};
	END
}

# sqlite_sync FILE DAY: the upsert of rows that differ, and the day on which those left whom FILE lacks. With NOT IN, or
# without the guard, it takes as long.
sqlite_sync() {
	sqlite_load users "$1" guarded | sed 's/^INSERT/BEGIN IMMEDIATE;\nINSERT/'
	cat <<- END
		CREATE UNIQUE INDEX temp.input_user ON input (user);
		UPDATE users SET "left" = '$2' WHERE ("left" = '' OR "left" > '$2')
			AND NOT EXISTS (SELECT 1 FROM input WHERE input.user = users.user);
		COMMIT;
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

# What follows reads the very store that filrouge does: its rows lie in the order of its keys, the best there is for these
# joins and groups. Medians by window functions; a correlated look-up of the rows in the middle took twice as long.
sqlite_modules() {
	cat <<- 'END'
		PRAGMA cache_size = -65536;
		.mode csv
		CREATE TEMP TABLE ended AS SELECT module, assigned, due, (SELECT min(date) FROM completions c
			WHERE c.user = a.user AND c.module = a.module AND c.outcome = 'completed' AND c.date >= a.assigned
				AND c.date <= '2024-03-31') AS done
			FROM assignments a WHERE assigned <= '2024-03-31';
		SELECT module, count(*), count(done), sum(done IS NULL AND due < '2024-03-31') FROM ended GROUP BY module;
		SELECT module, avg(days) FROM (SELECT module, julianday(done) - julianday(assigned) AS days,
				row_number() OVER (PARTITION BY module ORDER BY julianday(done) - julianday(assigned)) AS i,
				count(*) OVER (PARTITION BY module) AS n FROM ended WHERE done IS NOT NULL)
			WHERE i IN ((n + 1) / 2, (n + 2) / 2) GROUP BY module;
	END
}

sqlite_routines() {
	cat <<- 'END'
		PRAGMA cache_size = -65536;
		.mode csv
		SELECT routine, count(*), sum(adopted) FROM (SELECT user, routine, max(date || (method = 'new')) LIKE '%1' AS adopted
			FROM practices WHERE date <= '2024-03-31' GROUP BY user, routine) GROUP BY routine;
		SELECT routine, method, sum(uses), count(result), sum(result IN ('better', 'equivalent')), sum(result = 'better')
			FROM practices WHERE date <= '2024-03-31' GROUP BY routine, method;
		SELECT routine, method, avg(m) FROM (SELECT routine, method, minutes + 0.0 AS m,
				row_number() OVER (PARTITION BY routine, method ORDER BY minutes + 0.0) AS i,
				count(*) OVER (PARTITION BY routine, method) AS n
			FROM practices WHERE minutes IS NOT NULL AND date <= '2024-03-31')
			WHERE i IN ((n + 1) / 2, (n + 2) / 2) GROUP BY routine, method;
		SELECT routine, count(*), avg(acceptance), avg(power) FROM (SELECT user, routine, max(date), acceptance, power
			FROM practices WHERE method = 'new' AND acceptance IS NOT NULL AND date <= '2024-03-31'
			GROUP BY user, routine) GROUP BY routine;
	END
}

# Kaplan and Meier in SQL, from the events: the first day with both levels at 3 by carrying each level forward (max() of
# date and level over the dates so far), then one row for each day of a unit.
sqlite_time() {
	cat <<- 'END'
		PRAGMA cache_size = -65536;
		.mode csv
		WITH origins AS (SELECT user, min(enrolled) AS origin FROM enrolments WHERE enrolled <= '2024-03-31' GROUP BY user),
		levels AS (SELECT user, date,
				substr(max(CASE dimension WHEN 'tool' THEN date || level END) OVER so_far, 11) AS tool,
				substr(max(CASE dimension WHEN 'process' THEN date || level END) OVER so_far, 11) AS process
			FROM autonomy WHERE date <= '2024-03-31'
			WINDOW so_far AS (PARTITION BY user ORDER BY date)),
		firsts AS (SELECT user, min(date) AS first FROM levels WHERE tool >= '3' AND process >= '3' GROUP BY user),
		journeys AS (SELECT unit, first IS NOT NULL AS event,
				julianday(coalesce(first, '2024-03-31')) - julianday(origin) AS days
			FROM users JOIN origins USING (user) LEFT JOIN firsts USING (user)
			WHERE role = 'user' AND (first IS NULL OR first > origin)),
		days AS (SELECT unit, days, count(*) AS ended, sum(event) AS events FROM journeys GROUP BY unit, days),
		risks AS (SELECT unit, days, events, sum(ended) OVER (PARTITION BY unit ORDER BY days DESC) AS risk FROM days),
		curve AS (SELECT unit, days, events, risk, exp(sum(ln(CASE WHEN events < risk THEN 1.0 - events * 1.0 / risk
				ELSE 1e-300 END)) OVER (PARTITION BY unit ORDER BY days)) AS share FROM risks)
		SELECT unit, max(risk), sum(events), min(CASE WHEN share <= 0.5 THEN days END),
			min(CASE WHEN share <= 0.75 THEN days END), 100 - 100 * min(CASE WHEN days <= 30 THEN share END)
		FROM curve GROUP BY unit ORDER BY unit;
	END
}
