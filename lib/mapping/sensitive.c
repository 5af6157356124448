/* SPDX-License-Identifier: ISC */
#include "lib/mapping/sensitive.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

/* Words that stand in folded headers, and what they tell. A word is found whole, its plural too. */
static const struct {
	const char *word, *what;
} words[] = {
	{ "salaire", "pay" }, { "remuneration", "pay" }, { "traitement", "pay" },
	{ "prime", "pay" }, { "taux horaire", "pay" }, { "coefficient", "pay" },
	{ "indice", "pay" }, { "salary", "pay" }, { "wage", "pay" }, { "pay", "pay" },
	{ "compensation", "pay" }, { "bonus", "pay" },
	{ "securite sociale", "social security number" }, { "n° ss", "social security number" },
	{ "nir", "social security number" }, { "n° secu", "social security number" },
	{ "numero insee", "social security number" }, { "ssn", "social security number" },
	{ "social security", "social security number" },
	{ "national insurance", "social security number" },
	{ "naissance", "birth" }, { "ne le", "birth" }, { "nee le", "birth" },
	{ "ne(e) le", "birth" }, { "age", "birth" }, { "birth", "birth" }, { "birthday", "birth" },
	{ "birthdate", "birth" }, { "dob", "birth" },
	{ "adresse", "postal address" }, { "address", "postal address" },
	{ "rue", "postal address" }, { "street", "postal address" },
	{ "code postal", "postal address" }, { "postcode", "postal address" },
	{ "zip", "postal address" }, { "domicile", "postal address" },
	{ "iban", "bank account" }, { "rib", "bank account" }, { "bic", "bank account" },
	{ "banque", "bank account" }, { "bank", "bank account" },
	{ "sexe", "sex" }, { "genre", "sex" }, { "civilite", "sex" }, { "sex", "sex" },
	{ "gender", "sex" },
	{ "nationalite", "nationality" }, { "nationality", "nationality" },
	{ "titre de sejour", "nationality" }, { "citizenship", "nationality" },
	{ "situation familiale", "family" }, { "situation de famille", "family" },
	{ "conjoint", "family" }, { "enfant", "family" }, { "marital", "family" },
	{ "spouse", "family" }, { "children", "family" }, { "nom de jeune fille", "family" },
	{ "handicap", "health" }, { "rqth", "health" }, { "sante", "health" },
	{ "maladie", "health" }, { "arret", "health" }, { "absence", "health" },
	{ "accident", "health" }, { "mutuelle", "health" }, { "disability", "health" },
	{ "health", "health" }, { "sick", "health" },
	{ "syndicat", "trade union" }, { "union", "trade union" },
	{ "religion", "religion" }, { "ethnicity", "origin" },
	{ "telephone personnel", "private telephone" }, { "portable", "private telephone" },
	{ "mobile", "private telephone" }, { "telephone", "telephone" }, { "phone", "telephone" },
	{ "tel", "telephone" },
	{ "motif de sortie", "reason for leaving" }, { "motif depart", "reason for leaving" },
	{ "licenciement", "reason for leaving" }, { "sanction", "discipline" },
	{ "evaluation", "appraisal" }, { "appraisal", "appraisal" },
	{ "mot de passe", "password" }, { "password", "password" }, { "photo", "picture" },
};

static bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c & 0x80) != 0;
}

/* Returns whether the word, or its plural, stands whole in the header. */
static bool
stands_in(const char *header, const char *word)
{
	size_t n = strlen(word);

	for (const char *at = header; (at = strstr(at, word)) != NULL; at++) {
		const char *behind = at + n + (at[n] == 's');

		if ((at == header || !is_letter(at[-1])) && !is_letter(*behind))
			return true;
	}
	return false;
}

const char *
fil_sensitive_what(const char *folded, enum fil_look look)
{
	if (look == FIL_LOOK_SECURITY)
		return "social security number";
	if (look == FIL_LOOK_ACCOUNT)
		return "bank account";
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (stands_in(folded, words[i].word))
			return words[i].what;
	if (look == FIL_LOOK_AMOUNT)
		return "money";
	return look == FIL_LOOK_TELEPHONE ? "telephone" : NULL;
}
