#!/bin/bash
# SPDX-License-Identifier: ISC
# What stands beside the figures of bench.sh (README.md): the floors of a load, and its growth from 10^4 rows to 10^7. The
# commands are on the PATH; RUNS, SCALE and TMPDIR as for bench.sh. A floor is the time in which libcsv reads the file and
# does nothing with it, and the time in which the same bytes are written and synced.
set -euo pipefail

bench=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=tests/bench/measure.sh
. "$bench/measure.sh"

export FILROUGE_DB=$folder/ours.db

new_store() {
	rm -f ours.db*
	fil-init -q
}

make_reader() {
	cat > read.c <<- 'END'
		#include <csv.h>
		#include <stdio.h>
		int
		main(void)
		{
			static char block[131072];
			struct csv_parser parser;
			size_t n;

			csv_init(&parser, CSV_STRICT);
			while ((n = fread(block, 1, sizeof block, stdin)) > 0)
				if (csv_parse(&parser, block, n, NULL, NULL, NULL) != n)
					return 1;
			return csv_fini(&parser, NULL, NULL, NULL);
		}
	END
	cc -O2 -o read read.c -lcsv
}

# took_by COMMAND [BEFORE]: sets `middle` to the median of its times, in microseconds.
took_by() {
	local run
	local -a times=()

	for ((run = 0; run < RUNS; run++)); do
		clock "${2:-:}" "$1"
		times+=("$took")
	done
	middle=$(median "${times[@]}")
}

# floor TABLE: prints the floors of a file.
floor() {
	data "$1" "$USERS" "$1.csv"
	took_by "./read < $1.csv"
	printf '%-18s %9d rows %8.3f s read by libcsv' "$1" "$(($(wc -l < "$1.csv") - 1))" "$(seconds "$middle")"
	took_by "dd if=$1.csv of=copy bs=1M conv=fsync" 'rm -f copy'
	printf ' %8.3f s written\n' "$(seconds "$middle")"
	rm -f copy
}

seconds() {
	awk -v microseconds="$1" 'BEGIN { print microseconds / 1e6 }'
}

# grown ROWS TIMES: prints the time and the peak of a first load of users, and of the same file again.
grown() {
	local rows=$1 what

	RUNS=$2
	data users "$rows" grown.csv
	for what in first again; do
		took_by 'fil-import -q users grown.csv' "$([ "$what" = first ] && echo new_store || echo :)"
		weigh "$([ "$what" = first ] && echo new_store || echo :)" 'fil-import -q users grown.csv'
		printf '%-18s %9d rows %8.3f s %8.2f us a row %8.1f MiB\n' "users-$what" "$rows" "$(seconds "$middle")" \
			"$(awk -v time="$middle" -v rows="$rows" 'BEGIN { print time / rows }')" \
			"$(awk -v peak="$peak" 'BEGIN { print peak / 1024 }')"
	done
	rm grown.csv
}

make_reader
floor users
floor autonomy
rm -f ./*.csv
grown $((10000 / SCALE)) "$RUNS"
grown $((100000 / SCALE)) "$RUNS"
grown $((1000000 / SCALE)) "$RUNS"
grown $((10000000 / SCALE)) 1
