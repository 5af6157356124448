# French and English: which one is spoken, and what stays the same in both.

load helper

# speaks LANGUAGE NAME=VALUE...: checks the language of the last line of a usage message, in an
# environment of these variables alone.
speaks() {
	local said expected="Try 'fil-list --help' for more information."
	[ "$1" = en ] || expected='« fil-list --help » en dit plus.'
	shift
	said=$(env -i "$@" "$FILROUGE_BIN"/fil-list 2>&1) && false
	[ "${said##*$'\n'}" = "$expected" ] || { echo "$*: $said"; return 1; }
}

@test "the language is that of the environment, as everywhere" {
	speaks en
	speaks en LANG=C LANGUAGE=fr
	speaks en LANG=de_DE.UTF-8
	speaks en LANG=fr_FR.UTF-8 LC_ALL=en_GB.UTF-8
	speaks en LANG=fr_FR.UTF-8 LC_MESSAGES=POSIX
	speaks en LANG=fr_FR.UTF-8 LANGUAGE=en:fr
	speaks en LANG=french
	speaks fr LANG=fr_FR.UTF-8
	speaks fr LANG=fr
	speaks fr LANG=fr_CA@euro
	speaks fr LC_ALL=fr_BE.ISO-8859-1
	speaks fr LANG=en_GB.UTF-8 LC_MESSAGES=fr_FR.UTF-8
	speaks fr LANG=en_GB.UTF-8 LANGUAGE=de:fr_CA:en
	speaks fr LANG=C.UTF-8 LANGUAGE=fr
	speaks fr LANG=fr_FR.UTF-8 LANGUAGE=de
	speaks fr LC_ALL= LC_MESSAGES= LANG=fr_FR
}

# A phase whose days and figures differ between the languages.
phase() {
	fil_store
	fil-import -q users user=u1 name=Ada
	fil-import -q phases phase=pilot title=Pilote kind=pilot begins=2024-03-01 ends=2024-08-12
	fil-import -q enrolments user=u1 phase=pilot enrolled=2024-03-01
	fil-record -q efforts user=u1 date=2024-03-02 activity=training phase=pilot minutes=12345.5
	fil-record -q autonomy user=u1 dimension=tool date=2024-03-02 source=self level=3
	fil-record -q autonomy user=u1 dimension=process date=2024-03-02 source=self level=3
}

@test "tables, Markdown and HTML have numbers and days in the language; CSV and JSON have not" {
	local format

	phase
	for format in csv json; do
		diff <(fil-report phases -f $format) <(fil-report phases -f $format --lang fr)
	done
	try fil-report phases -f markdown --lang fr
	out_is \
		'| phase | title | kind | begins | ends | users | measured | autonomous | share_min | share_max | median_days | assigned | completed | minutes_spent |' \
		'| --- | --- | --- | --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |' \
		$'| pilot | Pilote | pilot | 1er\u00a0mars\u00a02024 | 12\u00a0août\u00a02024 | 1 | 1 | 1 | 100,0 | 100,0 | 1 | 0 | 0 | 12\u202f345,5 |'
	try fil-report phases -f markdown
	[[ $(tail -n 1 "$OUT") == '| pilot | Pilote | pilot | 2024-03-01 | 2024-08-12 | 1 | 1 | 1 | 100.0 | 100.0 | 1 | 0 | 0 | 12345.5 |' ]]
	try env LANG=fr_FR.UTF-8 LC_ALL= fil-list phases -f table
	out_is 'phase title  kind  begins        ends' $'pilot Pilote pilot 1er\u00a0mars\u00a02024 12\u00a0août\u00a02024'
	try fil-report phases -f html --lang fr
	[ "$(sed -n 2p "$OUT")" = '<html lang="fr">' ]
	grep -qF $'<td class="r">12\u202f345,5</td>' "$OUT"
	try fil-report phases -f html
	[ "$(sed -n 2p "$OUT")" = '<html lang="en">' ]
	grep -qF '<td class="r">12345.5</td>' "$OUT"
	try fil-list phases --lang de
	status_is 64
	err_is "fil-list: --lang takes fr or en, not 'de'" "Try 'fil-list --help' for more information."
}
