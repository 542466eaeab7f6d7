/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_VERDICT_RECORD_H
#define VERIFIER_VERDICT_RECORD_H

/*
 * A verdict as the journal keeps it, so that it can be explained again later. Who asked how is the
 * row's subject (verdict_question.h), what was found its detail, in words (journal_words.h); what is
 * not there, unknown or never is left out.
 *
 *	state=.. access=.. reason=.. notice=.. license=ID edition=N [steps=N]   words: another one, another row
 *	record=1 of=BRAND/PRODUCT activation=N machine=.. site_key=.. [pairing=lost] domain=.. tenant=.. status=..
 *	clock=.. offset=S weights=MATCHED/UNREADABLE/THRESHOLD sights=sdu.. differ=HEX hidden=HEX
 *	unused=N and dates                                                      facts
 *
 * One record has one spelling, and only that one is read. Pure and thread-safe.
 */

#include "product_name.h"
#include "verifier/decide/evaluate.h"
#include "verifier/decide/match.h"
#include "verifier/state/journal.h"

enum {
	VERDICT_RECORD_VERSION = 1,
	VERDICT_RECORD_WORDS_MAX = 192 /* bytes, terminator included */
};

/* The row's own moment is not in it: verdict.at and facts.now are 0. */
struct verdict_record {
	struct skerry_verdict verdict;
	char license_id[LICENSE_ID_LEN + 1]; /* "": there was none; then so is what follows of it */
	uint64_t edition, activation;
	char brand[LICENSE_SLUG_MAX + 1], product[LICENSE_SLUG_MAX + 1];
	struct evaluate_facts facts; /* of more telephone steps than a license can have: all */
	struct match_tally tally;
	enum match_sight sights[LICENSE_COMPONENTS_MAX]; /* tally.components of them */
	unsigned differ, hidden; /* MATCH_TYPE_BITs of what differed and what could not be read */
	int64_t next_at;         /* a license that waited beside it begins; LICENSE_NEVER */
	uint64_t files_unused;   /* in the folder */
};

/* --- writing; instants outside the calendar are told as its nearest end ---------------------- */

void verdict_record_words(
	const struct verdict_record *record, char ret_words[VERDICT_RECORD_WORDS_MAX]);
/* What goes with the words, behind a space; both fit a detail. */
void verdict_record_facts(const struct verdict_record *record, char ret_facts[JOURNAL_DETAIL_MAX]);

/* --- reading; outputs are untouched but where told ------------------------------------------- */

enum verdict_reading {
	VERDICT_RECORD_NONE = 0, /* no verdict at all */
	VERDICT_RECORD_WORDS_ONLY, /* another version's: state, access, reason, notice, license, edition */
	VERDICT_RECORD_WHOLE
};
enum verdict_reading verdict_record_read(
	struct cbor_text detail, struct verdict_record *ret_record);

#endif
