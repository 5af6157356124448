#!/bin/sh
# SPDX-License-Identifier: ISC
# Writes a man page on standard output: the frame, with what fil-list prints of the catalogue in place of a marker,
# the tables (@TABLES@) or the columns of personal data by kind (@PERSONAL@). The marker of a page in another language
# names the six kinds, which it shows before their words in the catalogue.
# usage: man/tables.sh FIL-LIST FRAME
set -eu

awk -v list="$1" '
# Splits a record of CSV into cell[], and returns the number of cells. Cells hold no line break here.
function split_csv(line, cell,    n, quoted) {
	split("", cell)
	for (n = 1; line != "" || n == 1; n++) {
		quoted = line ~ /^"/
		match(line, quoted ? "^\"([^\"]|\"\")*\"" : "^[^,]*")
		cell[n] = substr(line, 1, RLENGTH)
		line = substr(line, RLENGTH + 1)
		if (quoted) {
			cell[n] = substr(cell[n], 2, length(cell[n]) - 2)
			gsub(/""/, "\"", cell[n])
		}
		if (line == ",")
			line = ",\"\""
		line = substr(line, 2)
	}
	return n - 1
}

# Runs fil-list with arguments, reads its rows into row[n, column name], and returns their number.
function read_rows(command, row,    cell, name, line, n, i) {
	split("", row)
	command = list " -f csv " command
	while ((command | getline line) > 0) {
		if (n++ == 0)
			split_csv(line, name)
		else if (split_csv(line, cell))
			for (i in name)
				row[n - 1, name[i]] = cell[i]
	}
	if (close(command) != 0)
		exit failed = 1
	return n - 1
}

# Returns a text in which mdoc finds no request and no escape.
function text(words) {
	gsub(/\\/, "\\e", words)
	return words ~ /^[.'\'']/ ? "\\&" words : words
}

# Returns a text as a sentence.
function sentence(words) {
	return text(toupper(substr(words, 1, 1)) substr(words, 2)) "."
}

function print_column(row, n,    mark) {
	gsub(/\|/, ", ", row[n, "values"])
	sub(/\.\./, " to ", row[n, "values"])
	mark = row[n, "key"] == "yes" ? "*" : row[n, "required"] == "yes" ? "\\&!" : ""
	print ".It Va " row[n, "column"] (mark == "" ? "" : " No " mark)
	print sentence(row[n, "meaning"])
	printf "%s", sentence(row[n, "type"] (row[n, "values"] == "" ? "" : ": " row[n, "values"]))
	print row[n, "references"] == "" ? "" : "\nA reference to\n.Sx " row[n, "references"] " ."
	if (row[n, "key"] == "yes" && row[n, "required"] != "yes")
		print "May be empty."
	if (row[n, "default"] != "")
		print sentence("default: " row[n, "default"])
}

function print_table(name, kind, meaning,    row, n, i) {
	print ".Ss " name
	print sentence(meaning)
	print sentence(kind)
	print ".Bl -tag -width acceptance"
	n = read_rows("--columns " name, row)
	for (i = 1; i <= n; i++)
		print_column(row, i)
	print ".El"
}

# Prints each kind of personal data with its columns, under the names given, if any.
function print_personal(names,    table, row, columns, kind, kinds, name, listed, n, t, i, k) {
	kinds = split("identity,contact,work,assessment,opinion,free text", kind, ",")
	split(names, name, ", ")
	n = read_rows("--tables", table)
	for (t = 1; t <= n; t++)
		for (i = read_rows("--columns " table[t, "table"], row); i > 0; i--)
			if (row[i, "personal"] != "")
				columns[row[i, "personal"], t] = ", " row[i, "column"] columns[row[i, "personal"], t]
	for (k = 1; k <= kinds; k++) {
		print ".It " (names == "" ? kind[k] : name[k] " Pq " kind[k])
		listed = ""
		for (t = 1; t <= n; t++)
			if ((kind[k], t) in columns)
				listed = listed (listed == "" ? "" : ",\n") ".Sy " table[t, "table"] "\n(" substr(columns[kind[k], t], 3) ")"
		print listed "."
	}
}

/@PERSONAL.*@/ { sub(/.*@PERSONAL */, ""); sub(/@$/, ""); print_personal($0); next }
/@TABLES@/ {
	n = read_rows("--tables", table)
	for (t = 1; t <= n; t++)
		print_table(table[t, "table"], table[t, "kind"], table[t, "meaning"])
	next
}
{ print }
END { exit failed }
' "$2"
