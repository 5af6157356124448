#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# Names and addresses as other programs write them, several ways to match, and namesakes.
load helper

USERS=action,user,name,email,unit,job,manager,role,arrived,left,feed
NEEDS=action,user,need,date,note

people() {
	fil_store fill_people
}

fill_people() {
	fil-import users -q <<- 'END'
		user,name,email,unit,left
		00421,Alix BRUN,alix@x.example,Dons/Paris,
		00422,Jean MARTIN,jean@x.example,Dons/Paris,
		00423,Jean MARTIN,jm@x.example,Mécénat/Lyon,
		00424,Bea COLIN,bea@x.example,Dons,2023-12-31
		00425,Bea COLIN-ROY,bea@x.example,Dons,
	END
	fil-import phases -q phase=p title=P kind=pilot begins=2024-01-08
	fil-import enrolments -q phase=p user=00423 enrolled=2024-01-08
}

@test "names match as directories and forms write them" {
	people
	try fil-record needs --match name <<- 'END'
		name,need
		"BRUN, Alix",a
		BRUN Alix (00421),b
		"CN=Alix BRUN,OU=Paris,DC=x",c
		"CN=BRUN\, Alix,OU=Paris",d
		Mme Alix Brun,e
		"BRUN, Mme Alix",f
		M. Alix Brun,g
		MARTIN Jean (00423),h
	END
	status_is 0
	out_is $NEEDS added,00421,{a,b,c,d,e,f,g},2024-03-15, added,00423,h,2024-03-15,
	try fil-record needs --match name <<< $'name,need\nBRUN Alix (externe),a\nMme,b\nJean Martin (00499),c'
	status_is 65
	err_is "fil-record: -:2: user: no user has the name 'BRUN Alix (externe)'" "fil-record: -:3: user: no user has the name 'Mme'" \
	    "fil-record: -:4: user: 'Jean Martin (00499)' may be '00422', '00423': give the key" \
	    "fil-record: -: 2 rows name users who are not stored: import the users, or --known-only ignores such rows" 'fil-record: needs: 3 read, 3 refused; nothing was written'
}

@test "an address means who has not left, if one has" {
	people
	try fil-record needs --match email <<< $'email,need\nbea@x.example,a'
	status_is 0
	out_is $NEEDS added,00425,a,2024-03-15,
	fil-import users -q user=00426 name=X email=bea@x.example --allow address,twin
	try fil-record needs --match email <<< $'email,need\nbea@x.example,a'
	status_is 65
	err_has "fil-record: -:2: user: 'bea@x.example' may be '00424', '00425', '00426': give the key"
}

@test "several ways to match are tried in turn" {
	people
	cat > needs.csv <<- 'END'
		Courriel,Nom complet,need
		alix@x.example,,a
		,Alix BRUN,b
		old@x.example,BRUN Alix,c
		jean@x.example,Jean Martin,d
		Alix Brun,,e
		zz@x.example,Zoé ZED,f
	END
	try fil-record needs --match email,name < needs.csv
	status_is 65
	err_is "fil-record: -:7: user: no user has the e-mail or name 'Zoé ZED'" \
	    "fil-record: -: 1 row names a user who is not stored: import the user, or --known-only ignores such rows" 'fil-record: needs: 6 read, 1 refused; nothing was written'
	try fil-record needs --match email,name --known-only < needs.csv
	status_is 0
	out_is $NEEDS added,00421,{a,b,c},2024-03-15, added,00422,d,2024-03-15, added,00421,e,2024-03-15,
	try fil-record needs --match name,email <<< $'email,need\nalix@x.example,g'
	out_is $NEEDS added,00421,g,2024-03-15,
	try fil-import users --match email,name <<< $'email,nom complet,job\n,brun alix,Cheffe\njean@x.example,,Clerk'
	status_is 0
	out_is $USERS changed,00421,Alix\ BRUN,alix@x.example,Dons/Paris,Cheffe,,user,,,hr \
	    changed,00422,Jean\ MARTIN,jean@x.example,Dons/Paris,Clerk,,user,,,hr
	try fil-import verdicts --match email,name --map date=Day <<< $'promise,email,nom complet,Day,verdict\np,zz,,2024-01-01,kept'
	status_is 65
	err_has "fil-import: -:2: user: no user has the e-mail or name 'zz'"
	try fil-record needs --match email,name,key <<< $'email,nom complet,need\nzz,Alix Brun,h\n00422,zz,h\nzz,zz,h'
	err_is "fil-record: -:4: user: 'zz' is not in users" "fil-record: -: 1 row names a user who is not stored: import the user, or --known-only ignores such rows" 'fil-record: needs: 3 read, 1 refused; nothing was written'
	try fil-record needs --match email,key need=i user=00421
	out_is $NEEDS added,00421,i,2024-03-15,
	try fil-record needs --match email,key need=i user=nobody
	status_is 65
	err_has "fil-record: command line: user: 'nobody' is not in users"
	for wrong in key,email name,name ,email 'email,' ,key email,key,name; do
		try fil-record needs --match "$wrong" need=x user=y
		status_is 64
		err_has "fil-record: --match takes email, name or alias, not '$wrong'"
	done
}

@test "within settles namesakes by unit or by phase" {
	people
	try fil-record needs --match name --set within=unit <<< $'name,Service,need\nJean Martin,LYON,a\nJean Martin,Dons/Paris,b\nAlix Brun,elsewhere,c'
	status_is 0
	out_is $NEEDS added,00423,a,2024-03-15, added,00422,b,2024-03-15, added,00421,c,2024-03-15,
	try fil-record needs --match name --set within=unit --map unit=Où <<< $'name,Où,need\nJean Martin,Nantes,a\nJean Martin,,b'
	status_is 65
	err_is "fil-record: -:2: user: 'Jean Martin' may be '00422', '00423': give the key" \
	    "fil-record: -:3: user: 'Jean Martin' may be '00422', '00423': give the key" 'fil-record: needs: 2 read, 2 refused; nothing was written'
	try fil-import users --match name --set within=unit <<< $'name,unit,job\nJean Martin,Mécénat/Lyon,Clerk'
	status_is 0
	out_is $USERS changed,00423,Jean\ MARTIN,jm@x.example,Mécénat/Lyon,Clerk,,user,,,hr
	printf 'match = name\nwithin = phase:p\n' > form.ini
	try fil-record autonomy source=self --profile form.ini <<< $'name,tool,process\nJean Martin,2,3'
	status_is 0
	out_is action,user,dimension,date,source,level,note added,00423,process,2024-03-15,self,3, added,00423,tool,2024-03-15,self,2,
	try fil-record autonomy source=self --match email,name --set within=unit --pivot 30 <<< $'email,name,team,tool,process\n,Jean Martin,Lyon,1,1'
	status_is 0
	out_is action,user,dimension,date,source,level,note changed,00423,process,2024-03-15,self,1, changed,00423,tool,2024-03-15,self,1,
	# A namesake who has declined is not enrolled any more, but on the day that is still to come.
	fil-import -q enrolments user=00423 phase=p declined=2024-03-16
	try fil-record needs --profile form.ini <<< $'name,need\nJean Martin,c'
	out_is $NEEDS added,00423,c,2024-03-15,
	fil-import -q enrolments user=00423 phase=p declined=2024-03-15
	try fil-record needs --profile form.ini <<< $'name,need\nJean Martin,d'
	status_is 65
	err_has "fil-record: -:2: user: 'Jean Martin' may be '00422', '00423': give the key"
	try fil-record needs --set within=team <<< x
	status_is 64
	err_has "fil-record: --set: within takes unit or phase:P, not 'team'"
}
