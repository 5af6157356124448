#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# People found by e-mail or name; keys with the zeros that a spreadsheet took; rows of nobody.
load helper

HEADER=action,user,name,email,unit,job,manager,role,arrived,left,feed

people() {
	fil_store fill_people
}

fill_people() {
	fil-import users -q <<- 'END'
		user,name,email
		00421,Éloïse Lefèvre-Dupont,e.lefevre@Fondation.example
		00422,Jean Martin,j.martin@fondation.example
		00423,Martin JEAN,jean_martin@fondation.example
		00424,Œuvrard Zoé,
	END
}

@test "--match email finds the user of a row, whatever its case" {
	people
	try fil-import needs --match email <<- 'END'
		E-mail,need,date
		E.LEFEVRE@fondation.example,excel,2024-03-01
		J.Martin@Fondation.EXAMPLE,excel,2024-03-02
	END
	status_is 0
	out_is action,user,need,date,note added,00421,excel,2024-03-01, added,00422,excel,2024-03-02,
	# Without the option it is named.
	try fil-import needs <<< $'E-mail,need,date\ne.lefevre@fondation.example,word,2024-03-01'
	status_is 65
	err_is "fil-import: -: user is missing: say user=VALUE; or map a column with --map 'user=HEADER'; \
not used yet: E-mail; --match email finds users by 'E-mail'"
}

# bats test_tags=sqlite
@test "an address is no other that looks like it" {
	people
	try fil-import needs --match email <<< $'email,need,date\njean-martin@fondation.example,x,2024-03-01'
	status_is 65
	err_has "fil-import: -:2: user: no user has the e-mail 'jean-martin@fondation.example'"
	try fil-import needs --match email <<< $'email,need,date\né.lefevre@fondation.example,x,2024-03-01'
	status_is 65
}

@test "--match name folds, and takes the words in any order; none and two are faults that name the candidates" {
	people
	try fil-record needs --match name <<- 'END'
		nom,need
		LEFEVRE DUPONT Eloise,a
		  Dupont-Lefèvre   éloïse,b
		Oeuvrard Zoe,c
	END
	status_is 0
	out_is action,user,need,date,note added,00421,a,2024-03-15, added,00421,b,2024-03-15, added,00424,c,2024-03-15,
	try fil-record needs --match name --keep-going <<< $'name,need\nJean Martin,a\nJean Dupont,a\nZoé,a\n,a'
	status_is 1
	err_is <<- 'END'
		fil-record: -:2: user: 'Jean Martin' may be '00422', '00423': give the key
		fil-record: -:3: user: no user has the name 'Jean Dupont'
		fil-record: -:4: user: no user has the name 'Zoé'
		fil-record: -:5: user: is required but empty
		fil-record: -: 2 rows name users who are not stored: import the users, or --known-only ignores such rows
		fil-record: needs: 4 read, 0 added, 0 changed, 0 unchanged, 4 refused (run 4)
	END
}

@test "of many candidates five are named" {
	fil_store
	seq 8 | sed 's/.*/u&,Jean Martin/' | cat <(echo user,name) - > twins.csv
	fil-import users -q twins.csv
	try fil-record needs --match name <<< $'name,need\njean martin,a'
	err_has "fil-record: -:2: user: 'jean martin' may be 'u1', 'u2', 'u3', 'u4', 'u5' and 3 more: give the key"
}

@test "references such as manager and trainer are found too, also where the row has its own key" {
	people
	try fil-import users --match email <<< $'user,manager\n00421,J.MARTIN@fondation.example'
	status_is 0
	out_is "$HEADER" changed,00421,Éloïse\ Lefèvre-Dupont,e.lefevre@Fondation.example,,,00422,user,,,hr
	fil-import modules -q module=m title=M kind=course
	try fil-assign module=m trainer='zoé œuvrard' --match name <<< $'name\nÉloïse Lefèvre Dupont'
	status_is 0
	out_is action,user,module,assigned,phase,trainer,due,reason added,00421,m,2024-03-15,,00424,,
}

@test "in users themselves, an input without keys finds the user, and leaves what found them alone" {
	people
	try fil-import users --match name <<< $'nom,unit,manager\nLEFEVRE DUPONT Eloise,A/B,Zoe OEUVRARD'
	status_is 0
	out_is "$HEADER" changed,00421,Éloïse\ Lefèvre-Dupont,e.lefevre@Fondation.example,A/B,,00424,user,,,hr
	try fil-import users --match email <<< $'email,job\nnobody@fondation.example,X'
	status_is 65
	err_has "fil-import: -:2: email: no user has the e-mail 'nobody@fondation.example'"
}

@test "a first list names managers by e-mail or name who come on the same list, before or after" {
	fil_store
	cat > list.csv <<- 'END'
		user,name,email,manager
		u1,Ada Abel,a@x,C@X
		u2,Bo Bart,b@x,a@x
		u3,Cy Cor,c@x,
	END
	try fil-import users --match email list.csv
	status_is 0
	out_is "$HEADER" added,u1,Ada\ Abel,a@x,,,u3,user,,,hr added,u2,Bo\ Bart,b@x,,,u1,user,,,hr \
	    added,u3,Cy\ Cor,c@x,,,,user,,,hr
	try fil-import users --match email list.csv
	out_is "$HEADER"
	sed -e 's/C@X/cor cy/' -e 's/,a@x$/,ABEL Ada/' list.csv > names.csv
	try fil-import users --match name --sync names.csv
	status_is 0
	out_is "$HEADER"
}

@test "what is set on the command line is found too" {
	people
	try fil-record needs --match email user=E.Lefevre@fondation.example need=excel
	status_is 0
	out_is action,user,need,date,note added,00421,excel,2024-03-15,
	try fil-record needs --match email user=x@y need=excel
	status_is 65
	err_is "fil-record: user: no user has the e-mail 'x@y'"
}

@test "--known-only passes over rows of unknown users, found by e-mail or by key, and counts them" {
	people
	cat > form.csv <<- 'END'
		email,tool,process
		e.lefevre@fondation.example,2,
		stranger@elsewhere.example,3,3
		,1,1
	END
	try fil-record autonomy source=self --match email --known-only form.csv
	status_is 65
	err_is 'fil-record: form.csv:4: user: is required but empty' \
	    'fil-record: autonomy: 3 read, 1 refused; nothing was written'
	sed -i '/^,/d' form.csv
	try fil-record autonomy source=self --match email --known-only form.csv
	status_is 0
	out_is action,user,dimension,date,source,level,note added,00421,tool,2024-03-15,self,2,
	err_is 'fil-record: autonomy: 2 read, 1 added, 0 changed, 0 unchanged, 2 of unknown users ignored (run 3)'
	try fil-record autonomy source=self --match email --known-only form.csv
	out_is action,user,dimension,date,source,level,note
	try fil-import needs --known-only <<< $'user,need,date\n00421,a,2024-03-01\nzz,a,2024-03-01'
	status_is 0
	err_has 'fil-import: needs: 2 read, 1 added, 0 changed, 0 unchanged, 1 of unknown users ignored (run 5)'
}

@test "--known-only refuses an incomplete row of a user who exists" {
	people
	fil-import -q phases <<< $'phase,title,kind,begins\npilot,Pilot,pilot,2024-01-01'
	for option in -v --known-only; do
		try fil-import enrolments $option <<< $'user,phase\n00421,pilot'
		status_is 65
		out_is ''
		err_has "fil-import: -:2: enrolled: '00421, pilot' is a new row, and the input lacks this required column"
		err_has 'fil-import: enrolments: 1 read, 1 refused; nothing was written'
	done
	try fil-import enrolments --known-only <<< $'user,phase\nzz,pilot'
	status_is 0
	err_has 'fil-import: enrolments: 1 read, 0 added, 0 changed, 0 unchanged, 1 of unknown users ignored (run 4)'
	try fil-import enrolments --known-only --keep-going <<< $'user,phase\nzz,pilot\n00421,pilot'
	status_is 1
	err_has 'fil-import: enrolments: 2 read, 0 added, 0 changed, 0 unchanged, 1 of unknown users ignored, 1 refused (run 5)'
}

@test "--known-only in users changes those who are there, and adds nobody" {
	people
	try fil-import users --known-only <<< $'user,name,job\n00421,Éloïse Lefèvre-Dupont,Cheffe\nzz,Zed,Z'
	status_is 0
	out_is "$HEADER" changed,00421,Éloïse\ Lefèvre-Dupont,e.lefevre@Fondation.example,,Cheffe,,user,,,hr
	err_has 'fil-import: users: 2 read, 0 added, 1 changed, 0 unchanged, 1 of unknown users ignored (run 3)'
	try fil-import users --known-only --match name <<< $'nom,job\nDupont Lefevre Eloise,Chef\nZed,Z\nJean Martin,X'
	status_is 65
	err_is "fil-import: -: UTF-8, ',', LF" \
	    "fil-import: -:4: name: 'Jean Martin' may be '00422', '00423': give the key" \
	    'fil-import: users: 3 read, 1 refused; nothing was written'
}

@test "--unknown COL=empty leaves out a reference to nobody, by key, e-mail or name, and counts" {
	people
	try fil-import users --unknown manager=empty <<< $'user,manager\n00421,zz\n00422,00421\n00423,yy'
	status_is 0
	out_is "$HEADER" changed,00422,Jean\ Martin,j.martin@fondation.example,,,00421,user,,,hr
	err_is "fil-import: -: UTF-8, ',', LF" 'fil-import: 2 references do not exist: left empty (manager)' \
	    'fil-import: users: 3 read, 0 added, 1 changed, 2 unchanged (run 3)'
	try fil-import users --unknown manager=empty <<< $'user,manager\n00421,zz\n00422,00421\n00423,yy'
	out_is "$HEADER"
	for option in '' --last --keep-going; do
		# shellcheck disable=SC2086 # an option or none
		try fil-import users --match email --unknown manager=empty $option \
		    <<< $'user,manager\n00421,x@y\n00422,e.lefevre@fondation.example'
		status_is 0
		out_is "$HEADER"
		err_has 'fil-import: 1 reference does not exist: left empty (manager)'
	done
	# Where two may be meant, nobody chooses.
	try fil-import users --match name --unknown manager=empty <<< $'user,manager\n00421,Jean Martin'
	status_is 65
}

# bats test_tags=sqlite
@test "--unknown takes a reference that may be empty" {
	local try="Try 'fil-import --help' for more information."

	fil_store
	try fil-import users --unknown managers=empty
	status_is 64
	err_is "fil-import: users has no column 'managers'; did you mean 'manager'?" "$try"
	try fil-import needs --unknown user=empty
	status_is 64
	err_is "fil-import: --unknown: 'user' is not a reference that may be empty" "$try"
	try fil-import users --unknown name=empty
	status_is 64
	try fil-import users --unknown manager=none
	status_is 64
	err_is "fil-import: --unknown takes manager=empty, not 'manager=none'" "$try"
	try fil-import users --unknown manager
	status_is 64
	err_is "fil-import: --unknown takes COL=…, not 'manager'" "$try"
	try fil-import users --match mail
	status_is 64
	err_is "fil-import: --match takes email, name or alias, not 'mail'" "$try"
}

@test "zeros that a spreadsheet took: the fault names the key, --pad restores it" {
	people
	try fil-import needs <<< $'user,need,date\n421,x,2024-03-01\n425,x,2024-03-01'
	status_is 65
	err_is "fil-import: -: UTF-8, ',', LF" \
	    "fil-import: -:2: user: '421' is not in users, but '00421' is: a spreadsheet may have taken its zeros" \
	    "fil-import: -:3: user: '425' is not in users" "fil-import: -: 2 rows name users who are not stored: import the users, or --known-only ignores such rows" 'fil-import: needs: 2 read, 2 refused; nothing was written'
	try fil-import needs --pad user=5 <<< $'user,need,date\n421,x,2024-03-01\n00422,x,2024-03-01'
	status_is 0
	out_is action,user,need,date,note added,00421,x,2024-03-01, added,00422,x,2024-03-01,
	# Only what is digits, and too short, is padded.
	try fil-import users --pad user=5 --pad manager=5 <<< $'user,name,manager\n7,A,421\nx7,B,7\n123456,C,'
	status_is 0
	out_is "$HEADER" added,00007,A,,,,00421,user,,,hr added,x7,B,,,,00007,user,,,hr added,123456,C,,,,,user,,,hr
}

@test "--pad reaches managers who come thousands of rows later" {
	fil_store
	(echo user,name,manager; seq 3000 | sed 's/.*/&,N,3001/'; echo 3001,B,) > list.csv
	try fil-import users --pad user=6 --pad manager=6 list.csv
	status_is 0
	try "fil-list users -w manager=003001 | wc -l"
	out_is 3001
	try fil-import users --pad user=6 --pad manager=6 list.csv
	out_is "$HEADER"
}

# bats test_tags=sqlite
@test "--pad takes a column and a length" {
	fil_store
	for bad in user=0 user=65 user=x user= user; do
		try fil-import users --pad "$bad"
		status_is 64
	done
	try fil-import users --pad usr=5
	status_is 64
	err_is "fil-import: users has no column 'usr'; did you mean 'user'?" "Try 'fil-import --help' for more information."
}

@test "--last: of equal keys the last counts, with all it says" {
	people
	cat > form.csv <<- 'END'
		user,need,date,note
		00421,excel,2024-03-01,first
		00422,excel,2024-03-01,only
		00421,excel,2024-03-01,second
		00421,word,2024-03-01,other
		00421,excel,2024-03-01,
	END
	try fil-import needs form.csv
	status_is 65
	try fil-import needs --last form.csv
	status_is 0
	out_is action,user,need,date,note added,00422,excel,2024-03-01,only added,00421,word,2024-03-01,other \
	    added,00421,excel,2024-03-01,
	err_has 'fil-import: needs: 5 read, 3 added, 0 changed, 0 unchanged, 2 replaced by a later row (run 3)'
	try fil-import needs --last form.csv
	out_is action,user,need,date,note
	err_has 'fil-import: needs: 5 read, 0 added, 0 changed, 3 unchanged, 2 replaced by a later row (run 4)'
	# Over several files, and by facets of a form.
	try fil-record autonomy source=self --last <<- 'END'
		user,date,tool,process
		00421,2024-03-01,1,2
		00421,2024-03-01,3,
	END
	status_is 0
	out_is action,user,dimension,date,source,level,note added,00421,process,2024-03-01,self,2, \
	    added,00421,tool,2024-03-01,self,3,
	echo $'user,name\n00424,Zoé A' > a.csv
	echo $'user,name\n00424,Zoé B' > b.csv
	try fil-import users --last a.csv b.csv
	out_is "$HEADER" changed,00424,Zoé\ B,,,,,user,,,hr
}

@test "--last with keys that are padded or found: the key is what counts" {
	people
	try fil-import users --last --pad user=5 <<< $'user,job\n421,A\n00421,B'
	status_is 0
	out_is "$HEADER" changed,00421,Éloïse\ Lefèvre-Dupont,e.lefevre@Fondation.example,,B,,user,,,hr
	try fil-import users --last --match name <<< $'nom,job\nDupont Lefevre Eloise,C\nEloise Lefevre Dupont,D'
	status_is 0
	out_is "$HEADER" changed,00421,Éloïse\ Lefèvre-Dupont,e.lefevre@Fondation.example,,D,,user,,,hr
}
