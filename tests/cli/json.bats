#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# shellcheck disable=SC2154
# JSON and JSON lines as inputs: each object is a record, and each path to a value a column. And LDIF, by a pipe.
load helper

HEADER=action,user,name,email,unit,job,manager,role,arrived,left,feed

# bats test_tags=sqlite
@test "a list, lines, and objects one behind the other give the same rows" {
	local file

	fil_store
	printf '[{"user":"00421","name":"Ada","email":"mailto:a@x.example"},{"user":2,"name":"\\u00c9ve","unit":"Dons"}]' > list.json
	printf '{"user":"00421","name":"Ada","email":"MAILTO:a@x.example"}\n\n{"user":2,"unit":"Dons","name":"Éve"}' > lines.jsonl
	printf '\xef\xbb\xbf{\r\n "user": "00421",\r\n "name": "Ada", "email": "a@x.example"\r\n}\r\n{"user": 2, "unit": "Dons", "name": "Éve", "job": null}\r\n' > objects
	printf '{"total": 2, "page": {"next": [1], "users": %s}, "more": [{}]}\n' "$(cat list.json)" > page.json
	iconv -f UTF-8 -t UTF-16 list.json > wide.json
	for file in list.json lines.jsonl objects page.json wide.json; do
		try fil-import users -n --set rows=page.users $file
		[ $file = page.json ] || try fil-import users -n $file
		status_is 0
		cp "$ERR" said
		out_is <<- END
			$HEADER
			added,00421,Ada,a@x.example,,,,user,,,hr
			added,2,Éve,,Dons,,,user,,,hr
		END
		diff said - <<- END
			fil-import: $file: JSON
			fil-import: dry run: nothing is kept
			fil-import: users: 2 read, 2 added, 0 changed, 0 unchanged (run 2)
		END
	done
	try 'cat lines.jsonl | fil-import users'
	status_is 0
	try fil-import users lines.jsonl
	err_is 'fil-import: lines.jsonl: run 2 has read the same bytes' 'fil-import: lines.jsonl: JSON' \
		'fil-import: users: 2 read, 0 added, 0 changed, 2 unchanged (run 3)'
	printf 'rows = page.users\n' > p.ini
	try fil-import users --profile p.ini page.json
	err_is 'fil-import: page.json: JSON' 'fil-import: users: 2 read, 0 added, 0 changed, 2 unchanged (run 4)'
}

# bats test_tags=sqlite
@test "statements of a learning platform: columns are paths, numbers are as written" {
	fil_store
	fil-import -q users user=00065 name='Clémence JOÜAN' email=clemence@x.example
	fil-import -q modules module=guide title=Guide kind=guide
	cat > statements.jsonl <<- 'END'
		{"actor":{"mbox":"mailto:clemence@x.example"},"object":{"id":"https://moodle.example/?id=12"},"result":{"completion":true,"score":{"scaled":0.850,"raw":1e1}},"timestamp":"2024-03-14T08:03:02.310Z","x":[[],{},[null]]}
		{"actor":{"account":{"name":"00091"}},"result":{"completion":false},"timestamp":"2024-03-14T23:30:02+01:00"}
		{"actor":{"mbox":"mailto:nadia@x.example"},"timestamp":"2024-02-30","list":[{"value":-0},{"value":12345678901234567890}]}
	END
	cat > xapi.ini <<- 'END'
		match = email
		module = guide
		[columns]
		user = actor.mbox
		date = timestamp
		outcome = result.completion
		note = {result.score.scaled} {result.score.raw} {list.0.value} {list.1.value}
		[values.outcome]
		completed = true
		partial = false
	END
	try fil-record completions --profile xapi.ini --keep-going --rejects r.csv statements.jsonl
	status_is 1
	out_is action,user,module,date,outcome,note 'added,00065,guide,2024-03-14,completed,0.850 1e1'
	err_is <<- 'END'
		fil-record: statements.jsonl:3: result.completion: outcome: an empty cell becomes 'completed', and may mean another value: [values.outcome] VALUE = (empty), or --allow null-word
		fil-record: statements.jsonl:2: actor.mbox: user: is required but empty
		fil-record: statements.jsonl:3: actor.mbox: user: no user has the e-mail 'nadia@x.example'
		fil-record: statements.jsonl:3: timestamp: date: '2024-02-30' is not a date
		fil-record: statements.jsonl: 1 row names a user who is not stored: import the user, or --known-only ignores such rows
		fil-record: completions: 3 read, 1 added, 0 changed, 0 unchanged, 2 refused (run 4)
	END
	diff r.csv - <<- 'END'
		actor.mbox,object.id,result.completion,result.score.scaled,result.score.raw,timestamp,actor.account.name,list.0.value,list.1.value,reject_line,reject_reason
		,,false,,,2024-03-14T23:30:02+01:00,00091,,,2,"missing-value: user: is required but empty"
		nadia@x.example,,,,,2024-02-30,,-0,12345678901234567890,3,"reference-error: user: no user has the e-mail 'nadia@x.example'; type-error: date: '2024-02-30' is not a date"
	END
	sed -i -e 2d -e 's/nadia/clemence/' -e 's/2024-02-30/2024-02-29/' r.csv
	try fil-record completions --profile xapi.ini r.csv
	status_is 0
	out_is action,user,module,date,outcome,note 'added,00065,guide,2024-02-29,completed,-0 12345678901234567890'
}

# bats test_tags=sqlite
@test "people of a directory: paths of extensions and lists" {
	fil_store
	cat > scim.json <<- 'END'
		{"schemas":["urn:ietf:params:scim:api:messages:2.0:ListResponse"],"Resources":[
		{"userName":"x","name":{"familyName":"JOÜAN","givenName":"Clémence"},"emails":[{"value":"c@x.example"}],
		 "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"employeeNumber":"00065","department":"Legs"}},
		{"emails":[],"name":{"familyName":"B"},"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"employeeNumber":"1"}}
		]}
	END
	try fil-import users scim.json
	status_is 65
	err_is "fil-import: scim.json: one object, whose rows may be in the list 'Resources': give --set rows='Resources'"
	cat > scim.ini <<- 'END'
		rows = Resources
		[columns]
		user = urn:ietf:params:scim:schemas:extension:enterprise:2.0:User.employeeNumber
		name = {name.givenName} {name.familyName}
		email = emails.0.value
		unit = urn:ietf:params:scim:schemas:extension:enterprise:2.0:User.department
	END
	try fil-import users --profile scim.ini scim.json
	status_is 0
	err_is 'fil-import: scim.json: JSON' 'fil-import: scim.json: not stored: userName' \
		'fil-import: users: 2 read, 2 added, 0 changed, 0 unchanged (run 2)'
	out_is "$HEADER" 'added,00065,Clémence JOÜAN,c@x.example,Legs,,,user,,,hr' added,1,B,,,,,user,,,hr
	try fil-import users --propose scim.json --set rows=Resources
	out_has 'rows = Resources'
	# The rows of JSON have no first line.
	try fil-import phases --propose scim.json --set rows=Resources
	run ! grep -- --no-header "$OUT"
}

# bats test_tags=sqlite
@test "a bad object is refused by its line or its number; a file that is cut short is refused whole" {
	local text

	fil_store
	printf '%s\n' '{"user":1,"name":"A"}' '{"user":2,"name":"B"' '{"user":3,"name":"C"} {}' '{"user":4,"user":5,"name":"D"}' \
		'{"user":06,"name":"E"}' '{"user":7,"name":"\ud800"}' '[8]' $'{"user":9,"name":"\xff"}' '{"user":10,"name":"\u0000"}' \
		'{1:2}' '{"user":11,"name":"F"}' > lines.jsonl
	try fil-import users --keep-going --rejects r.csv lines.jsonl
	status_is 1
	out_is "$HEADER" added,1,A,,,,,user,,,hr added,11,F,,,,,user,,,hr
	err_is <<- 'END'
		fil-import: lines.jsonl: JSON
		fil-import: lines.jsonl:2: is no object of JSON, or is cut short
		fil-import: lines.jsonl:3: is no object of JSON, or is cut short
		fil-import: lines.jsonl:4: a duplicate key in an object
		fil-import: lines.jsonl:5: is no object of JSON, or is cut short
		fil-import: lines.jsonl:6: is no object of JSON, or is cut short
		fil-import: lines.jsonl:7: is no object
		fil-import: lines.jsonl:8: is not UTF-8
		fil-import: lines.jsonl:9: holds a NUL
		fil-import: lines.jsonl:10: is no object of JSON, or is cut short
		fil-import: users: 11 read, 2 added, 0 changed, 0 unchanged, 9 refused (run 2)
	END
	sed -n 2p r.csv | diff - <(echo '"{""user"":2,""name"":""B""",2,"source-error: is no object of JSON, or is cut short"')
	for text in '[{"user":1,"name":"A"},{"user":2},5,{"a":{"b":1},"a.b":2}]' '[{"user":1,"name":"A"}' '[{"user":1,"name":"A"},]' \
		'[{"user":1,"name":"A"}] x' $'[{"user":1}]\n[{"user":2}]' "$(printf '[%.0s' {1..200})" '{"user":1,'$'\n''"name":"A"' '[]' '{}' '["a","b"]' '[{"user":}]' '[{"":1}]'; do
		printf %s "$text" > x.json
		try fil-import users -q x.json
		echo "$status"
		cat "$ERR"
	done > said
	diff said - <<- 'END'
		65
		fil-import: x.json: object 2: name: is required but empty
		fil-import: x.json: object 3: is no object of JSON, or is cut short
		fil-import: x.json: object 4: two values have the same path
		fil-import: users: 4 read, 3 refused; nothing was written
		65
		fil-import: x.json:1: is no JSON, or is cut short
		65
		fil-import: x.json:1: is no JSON, or is cut short
		65
		fil-import: x.json:1: more follows the list of rows: give each list as a file of its own
		65
		fil-import: x.json:2: more follows the list of rows: give each list as a file of its own
		65
		fil-import: x.json:1: over 100 values within each other
		65
		fil-import: x.json:2: is no JSON, or is cut short
		66
		fil-import: x.json: there is no object in the list
		65
		fil-import: x.json: no header is known for users (map one with --map COL=HEADER): all are empty
		65
		fil-import: x.json:1: is no object of JSON, or is cut short
		65
		fil-import: x.json:1: is no object of JSON, or is cut short
		65
		fil-import: x.json: no header is known for users (map one with --map COL=HEADER): all are empty
	END
	try fil-import users --set rows=a.c x.json
	status_is 65
	err_is "fil-import: x.json: there is no list 'a.c', which --set rows or the profile names"
	printf 'rows = a.c\n' > list.ini
	try fil-import users --profile ./list.ini x.json
	err_is "fil-import: x.json: there is no list 'a.c', which ./list.ini:1 names for rows"
}

# bats test_tags=sqlite
@test "very many paths and very deep or long objects take little memory" {
	local size

	fil_store
	python3 - <<- 'END'
		import json
		with open('paths.jsonl', 'w') as file:
		    for i in range(3000):
		        print(json.dumps({'x': {f'key{i}': i}, 'user': i, 'name': 'A'}), file=file)
		    print(json.dumps({'email': 'a@x.example', 'user': 3000, 'name': 'B'}), file=file)
		with open('bad.jsonl', 'w') as file:
		    print('{"user":1,"name":"A"}', file=file)
		    print('[' * 1000000, file=file)
		    print('{"user":2,"name":"' + 'a' * 50000000 + '"}', file=file)
		    print('{"user":3,"name":"' + 'a' * 2000000 + '"}', file=file)
		    print('{"user":4,"' + 'a' * 2000 + '":"b"}', file=file)
		    print('{"user":' + '1' * 2000 + '}', file=file)
		    print('{"user":5,"x":[' + '1,' * 1000000 + '1]}', file=file)
	END
	try fil-import users --allow twin -v paths.jsonl
	status_is 0
	err_has 'fil-import: paths.jsonl: over 1,024 paths: 2106 values that nothing names are ignored'
	out_has 'added,3000,B,a@x.example,,,,user,,,hr'
	size=$(/usr/bin/time -f %M fil-import users -n bad.jsonl 2> said; tail -n 1 said)
	[ "$size" -lt $((50 * 1024)) ] || [[ $FILROUGE_BIN = */asan/* ]]
	grep -v '^[0-9]*$\|Command exited' said | diff - <(cat <<- 'END'
		fil-import: bad.jsonl: JSON
		fil-import: bad.jsonl:2: over 100 values within each other
		fil-import: bad.jsonl:3: an object over 4 MiB
		fil-import: bad.jsonl:4: a cell over 1 MiB
		fil-import: bad.jsonl:5: a path over 1,000 bytes
		fil-import: bad.jsonl:6: is no object of JSON, or is cut short
		fil-import: bad.jsonl:7: an object of over 100,000 values
		fil-import: users: 7 read, 6 refused; nothing was written
	END
	)
}

# The pipe of fil-import(1), as it is printed there.
# bats test_tags=sqlite
@test "LDIF is converted by the pipe of the manual" {
	fil_store
	cat > export.ldif <<- 'END'
		version: 1

		# Clémence
		dn: CN=Clémence JOÜAN,OU=Utilisateurs,DC=aubepine,DC=example
		employeeID: 00065
		givenName:: Q2zDqW1lbmNl
		sn:: Sk/DnEFO
		mail: clemence.jouan@fondation-aubepine.example
		mail: cj@fondation-aubepine.example
		title: Chargée de "legs", et
		  donations
		department: Legs et donations

		dn: CN=Console,DC=aubepine,DC=example
		cn: Console
	END
	for page in man/fil-import.1 man/fr/fil-import.1; do
		sed -n '/^perl -MMIME::Base64/,/^\.Ed/p' "$BATS_TEST_DIRNAME/../../$page" | sed '/^\.Ed/d; s/\\e/\\/g; s/\\(aq/'"'"'/g; s/\\-/-/g; s/\\&//g' > pipe
		[ -s pipe ]
		try "$(< pipe)"
		status_is 0
		out_is "$HEADER" 'added,00065,Clémence JOÜAN,clemence.jouan@fondation-aubepine.example,Legs et donations,"Chargée de ""legs"", et donations",,user,,,hr'
		fil-import -q users --remove user=00065
	done
}

# bats test_tags=sqlite
@test "a path that no object has is empty; of a column that is needed it is a fault" {
	fil_store
	fil-import -q users user=00065 name='Clémence JOÜAN' email=clemence@x.example job=Juriste
	fil-import -q modules module=guide title=Guide kind=guide
	printf '%s\n' 'match = email' 'module = guide' '[columns]' 'user = {actor.mbox}{actor.account.name}' 'date = timestamp' \
		'note = {result.score.scaled} {result.score.raw}' '[skip]' 'verb.id = */initialized' 'verb.version =' > xapi.ini
	# The last line leaves out every row without that path.
	printf '{"actor":{"mbox":"mailto:clemence@x.example"},"timestamp":"2024-03-14T08:03:02Z"}\n' > s.jsonl
	try fil-record completions --profile xapi.ini s.jsonl
	status_is 0
	err_is 'fil-record: s.jsonl: no object has these paths, so nothing is read from them: actor.account.name, result.score.scaled, result.score.raw, verb.id, verb.version' \
		'fil-record: s.jsonl: 1 row ignored, as the profile says' 'fil-record: completions: 0 read, 0 added, 0 changed, 0 unchanged (run 4)'
	sed -i '/verb.version/d' xapi.ini
	try fil-record completions --profile xapi.ini s.jsonl
	status_is 0
	out_is action,user,module,date,outcome,note added,00065,guide,2024-03-14,completed,
	try fil-record completions --profile xapi.ini --map user=actor.openid s.jsonl
	status_is 65
	err_is "fil-record: s.jsonl: no header 'actor.openid', which --map names for user"
	# A stored value stays where no object has the path.
	printf '[{"user":"00065","name":"Clémence JOÜAN"}]' > users.json
	try fil-import users --map job=title users.json
	status_is 0
	err_is 'fil-import: users.json: JSON' 'fil-import: users.json: no object has these paths, so nothing is read from them: title' \
		'fil-import: users: 1 read, 0 added, 0 changed, 1 unchanged (run 6)'
}

# bats test_tags=sqlite
@test "a path that no object has a value for is an empty column, as it is where another object has one" {
	fil_store
	fil-import -q users user=00065 name='Clémence JOÜAN' job=Juriste manager=00065
	fil-import -q users user=00091 name='Bob LEE'
	for file in '[{"user":"00065","job":null}]' '[{"user":"00065","job":""}]' \
		'{"user":"00065","job":null} {"user":"00091","job":null}' \
		'{"user":"00091","manager":{"value":"00065"},"job":null} {"user":"00065","job":null,"manager":null}' $'user,job\n00065,'; do
		try fil-import users -n <<< "$file"
		echo "$file"
		status_is 0
		out_is action,user,name,email,unit,job,manager,role,arrived,left,feed \
			'changed,00065,Clémence JOÜAN,,,,00065,user,,,hr'
	done
	# Empty boxes of a sheet are told and ignored.
	try fil-record autonomy <<< '[{"user":"00065","tool":null,"source":"test","date":"2024-03-14"}]'
	status_is 0
	err_has 'fil-record: -: 1 row not filled in, ignored'
}
