#!/bin/sh
# SPDX-License-Identifier: ISC
# Writes the notes of the weekly page on standard output, as C: of each sentence behind a line `.\" note` in a page
# about the columns of reports, the language, the subject, the column and the text. Of several columns with one text,
# each has it.
# usage: man/notes.sh LANGUAGE PAGE
set -eu

awk -v language="$1" '
function die(text) {
	print FILENAME ":" FNR ": " text > "/dev/stderr"
	failed = 1
	exit 1
}

/^\.Ss/ { subject = /^\.Ss (The columns of|Les colonnes de) [a-z]+$/ ? $NF : "" }
/^\.It Va / { columns = (heads ? columns " " : "") $3; heads = 1; next }
{ heads = 0 }
/^\.\\" note$/ { open = 1; sentence = ""; next }
!open { next }
subject == "" { die("a note outside the columns of a subject") }
/^\.|\\/ { die("a note has text alone, without macros and escapes") }
{ sentence = sentence (sentence == "" ? "" : " ") $0 }
/[.!?]$/ {
	gsub(/"/, "\\\"", sentence)
	n = split(columns, column, " ")
	for (i = 1; i <= n; i++)
		printf "{ \"%s\", \"%s\", \"%s\",\n\t\"%s\" },\n", language, subject, column[i], sentence
	open = 0
}
END { if (open && !failed) die("a note without an end") }' "$2"
