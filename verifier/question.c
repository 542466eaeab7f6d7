/* SPDX-License-Identifier: ISC */
#include "question.h"

#include <stdio.h>
#include <string.h>

#include "product_name.h"
#include "formats/fingerprint.h"
#include "question_row.h"
#include "remember_answer.h"
#include "site_words.h"
#include "verdict_record.h"

static bool
is_wanted(const struct site_query *query, const struct license *license)
{
	return (query->product == NULL ||
		       product_name_check(query->product, license) == SKERRY_OK) &&
	       match_tenant(license, query->tenant) != EVALUATE_MISMATCH;
}

static bool
same_product(const struct license *a, const struct license *b)
{
	return cbor_text_same(a->brand, b->brand) && cbor_text_same(a->product, b->product);
}

/* A manifest's arrival is a file's time and may lie ahead; the condition holds now in any case. */
static int64_t
revoked_since(const struct site_question *question, const struct site_license *held)
{
	return held->key_revoked_since == LICENSE_NEVER || held->key_revoked_since < question->now
		       ? held->key_revoked_since
		       : question->now;
}

/* Its key may be here, but with the memory gone the pairing is, too (memory.h). */
static enum evaluate_match
match_site_key(const struct site_question *question, const struct site_license *held)
{
	const struct site *site = question->site;

	if (!held->license.has_site_key)
		return EVALUATE_UNKNOWN;
	if (!cose_key_same(&held->license.site_key, &site->identity.site_key))
		return EVALUATE_MISMATCH;
	return remember_pairing_lost(site->memory) ? EVALUATE_MISMATCH : EVALUATE_MATCH;
}

/* Any of them but UNKNOWN is an answer; in doubt it does not match. */
static bool
is_no_match(enum evaluate_match match)
{
	return match == EVALUATE_MISMATCH || match == EVALUATE_TOO_FEW;
}

/* As match_domain compares: without case and one final dot. */
static bool
fold_domain(const char *domain, char ret_folded[CONDITION_VALUE_MAX])
{
	size_t len = strlen(domain);

	len -= len > 0 && domain[len - 1] == '.';
	if (len == 0 || len >= CONDITION_VALUE_MAX)
		return false;
	for (size_t i = 0; i < len; i++)
		ret_folded[i] =
			(char)(domain[i] >= 'A' && domain[i] <= 'Z' ? domain[i] + ('a' - 'A')
								    : domain[i]);
	ret_folded[len] = '\0';
	return true;
}

/* Since when what does not match does not; `change` NULL: it is not remembered. NO_MEMORY, IO. */
static enum skerry_err
date_conditions(const struct site_question *question, struct remember_change *change,
	const struct site_license *held, const char *given, struct evaluate_facts *facts)
{
	const struct memory *memory = question->site->memory;
	const char *domain = question->query->domain;
	char folded[CONDITION_VALUE_MAX];
	enum skerry_err err = SKERRY_OK;

	if (facts->machine != EVALUATE_UNKNOWN || facts->site_key != EVALUATE_UNKNOWN)
		facts->machine_since = remember_condition(memory, change, held, CONDITION_MACHINE,
			given, is_no_match(facts->machine) || is_no_match(facts->site_key),
			question->now, &err);
	/* Who names no domain has none that could have matched before. */
	if (facts->domain != EVALUATE_UNKNOWN && fold_domain(domain, folded))
		facts->domain_since = remember_condition(memory, change, held, CONDITION_DOMAIN,
			folded, is_no_match(facts->domain), question->now, &err);
	return err;
}

/* What its vendor's lists and replies say of it. NO_MEMORY, IO. */
static enum skerry_err
hear_vendor(const struct site_question *question, const struct site_license *held,
	struct evaluate_facts *facts)
{
	int64_t since = LICENSE_NEVER;
	enum skerry_err err = remember_unpaired(question->site, held, &since);

	facts->status = held->status;
	facts->status_issued_at = held->status_issued_at;
	facts->told = site_words_told(question->site, held);
	facts->unpaired_since =
		since == LICENSE_NEVER || since < question->now ? since : question->now;
	return err;
}

static enum skerry_err
answer_for(const struct site_question *question, struct remember_change *change,
	const struct site_license *held, const struct evaluate_facts *moment,
	struct site_answer *ret_answer)
{
	const struct license *license = &held->license;
	struct evaluate_facts facts = *moment;
	char given[LICENSE_COMPONENTS_MAX + 1];
	enum skerry_err err;

	components_compare(&question->components, license, ret_answer->sights);
	question_row_given(license, ret_answer->sights, given);
	match_without(license, question->query->without, ret_answer->sights);
	facts.machine = match_machine(license, ret_answer->sights, &ret_answer->tally);
	if (question->query->domain != NULL)
		facts.domain = match_domain(license, question->query->domain);
	facts.site_key = match_site_key(question, held);
	facts.pairing_lost =
		facts.site_key == EVALUATE_MISMATCH && question->site->memory->clock_lost;
	err = date_conditions(question, change, held, given, &facts);
	if (err == SKERRY_OK)
		err = hear_vendor(question, held, &facts);
	facts.key_revoked_since = revoked_since(question, held);
	facts.telephone_steps = held->telephone_steps;
	facts.build_date = question->query->build_date;
	evaluate(license, &facts, &ret_answer->verdict);
	ret_answer->facts = facts;
	ret_answer->held = held;
	ret_answer->license = license;
	ret_answer->next = NULL;
	return err;
}

/*
 * More access, then what runs rather than waits, of two that wait the first to begin, then the milder
 * state, then what lasts longer.
 */
static bool
gives_more(const struct site_answer *a, const struct site_answer *b)
{
	const struct skerry_verdict *x = &a->verdict, *y = &b->verdict;
	bool x_waits = x->state == SKERRY_STATE_UNLICENSED,
	     y_waits = y->state == SKERRY_STATE_UNLICENSED;

	if (x->access != y->access)
		return x->access > y->access;
	if (x_waits != y_waits)
		return y_waits;
	if (x_waits && a->license->not_before != b->license->not_before)
		return a->license->not_before < b->license->not_before;
	if (x->state != y->state)
		return x->state < y->state;
	return x->grace_until > y->grace_until;
}

/* Of those that have not begun, the first to do so. */
static bool
begins_sooner(const struct license *license, const struct license *next, int64_t at)
{
	return license->not_before > at && (next == NULL || license->not_before < next->not_before);
}

static enum skerry_err
find_best(const struct site_question *question, struct remember_change *change,
	const struct evaluate_facts *moment, struct site_answer *best)
{
	const struct site *site = question->site;
	const struct license *next = NULL;
	size_t wanted = 0, first = 0;

	for (size_t i = 0; i < site->licenses_len; i++) {
		const struct license *license = &site->licenses[i].license;
		struct site_answer answer;
		enum skerry_err err;

		if (!is_wanted(question->query, license))
			continue;
		if (wanted++ == 0)
			first = i;
		if (!same_product(&site->licenses[first].license, license))
			return SKERRY_ERR_NOT_UNIQUE;
		if (site_is_replaced(site, &site->licenses[i], moment->now))
			continue;
		if (begins_sooner(license, next, moment->now))
			next = license;
		err = answer_for(question, change, &site->licenses[i], moment, &answer);
		if (err != SKERRY_OK)
			return err;
		if (best->license == NULL || gives_more(&answer, best))
			*best = answer;
	}
	/* A license that waits beside this one will be looked at when it begins. */
	if (next != NULL && next->not_before < best->verdict.next_change_at)
		best->verdict.next_change_at = next->not_before;
	best->next = next == best->license ? NULL : next;
	return SKERRY_OK;
}

/* The product's licenses that are held are other tenants'. */
static bool
holds_other_tenant(const struct site_question *question)
{
	const struct site_query *query = question->query;

	for (size_t i = 0; i < question->site->licenses_len && query->tenant != NULL; i++) {
		const struct license *license = &question->site->licenses[i].license;

		if (query->product == NULL ||
			product_name_check(query->product, license) == SKERRY_OK)
			return true;
	}
	return false;
}

static bool
is_bound(const struct site *site, const struct site_query *query)
{
	for (size_t i = 0; i < site->licenses_len; i++)
		if (is_wanted(query, &site->licenses[i].license) &&
			site->licenses[i].license.components_len > 0)
			return true;
	return false;
}

/* What only root may read is read as root, whoever the files belong to. */
static enum skerry_err
collect(const struct site *site, const struct site_query *query, struct components *ret_components)
{
	const struct components_query machine = {
		.root = query->root == NULL ? "/" : query->root,
		.install_path = query->install_path,
		.custom = query->custom,
		.custom_len = query->custom_len,
	};
	bool plain = query->root == NULL && query->install_path == NULL && query->custom_len == 0;
	enum skerry_err err, back;

	/* What the caller supplies is judged in any case. */
	if (!is_bound(site, query))
		return components_check(&machine);
	if (plain && site->machine->known) {
		*ret_components = site->machine->components;
		return SKERRY_OK;
	}
	err = writer_step_out(&site->documents.writer);
	if (err == SKERRY_OK)
		err = components_collect(&machine, ret_components);
	back = writer_step_in(&site->documents.writer);
	if (err == SKERRY_OK && plain) {
		site->machine->components = *ret_components;
		site->machine->known = true;
	}
	return err == SKERRY_OK ? back : err;
}

enum skerry_err
site_gather(
	const struct site *site, const struct site_query *query, struct site_question *ret_question)
{
	int64_t now = query->at != 0 ? query->at : site_now(site);
	enum skerry_err err;

	memset(&ret_question->components, 0, sizeof ret_question->components);
	err = collect(site, query, &ret_question->components);
	if (err != SKERRY_OK)
		return err;
	ret_question->site = site;
	ret_question->query = query;
	ret_question->now = now > site->floor ? now : site->floor;
	ret_question->remembers = query->at == 0 && query->without == 0 && query->root == NULL &&
				  site->memory->store != NULL && site->memory->writes;
	return SKERRY_OK;
}

/* What the site's clock and memory say, whatever the license. */
static void
fill_moment(const struct memory *memory, struct evaluate_facts *moment)
{
	struct clock_outlook outlook;

	moment->clock = memory->clock.condition;
	/* At an instant after that, it is believed or gone. */
	if (clock_outlook(&memory->clock, &outlook) && outlook.due > moment->now) {
		moment->candidate = outlook.instant;
		moment->candidate_due = outlook.due;
	}
	moment->state_rollback = memory->rollback_since != LICENSE_NEVER;
	moment->rollback_since = memory->rollback_since;
}

/* What is recorded of the license and of the machine that was compared with it. */
static void
record_license(const struct site_answer *answer, struct verdict_record *record)
{
	const struct license *license = answer->license;

	snprintf(record->license_id, sizeof record->license_id, "%.*s", (int)license->id.len,
		license->id.chars);
	snprintf(record->brand, sizeof record->brand, "%.*s", (int)license->brand.len,
		license->brand.chars);
	snprintf(record->product, sizeof record->product, "%.*s", (int)license->product.len,
		license->product.chars);
	record->edition = license->edition;
	record->activation = license->activation;
	record->tally = answer->tally;
	for (size_t i = 0; i < license->components_len; i++) {
		unsigned type = license->components[i].type;
		unsigned bit = type <= FINGERPRINT_TYPE_LAST ? MATCH_TYPE_BIT(type) : 0;

		record->sights[i] = answer->sights[i];
		record->differ |= answer->sights[i] == MATCH_DIFFERS ? bit : 0;
		record->hidden |= answer->sights[i] == MATCH_UNREADABLE ? bit : 0;
	}
}

/* What was told once under its own name goes on there. */
static void
row_of(struct remember_change *change, const struct site_question *question,
	const struct site_answer *answer, char ret_subject[JOURNAL_SUBJECT_MAX])
{
	struct verdict_question asked;
	char given[LICENSE_COMPONENTS_MAX + 1] = "";

	if (answer->license != NULL)
		question_row_given(answer->license, answer->sights, given);
	question_row_answered(
		question->site, question->query, answer->facts.domain_since, given, &asked);
	verdict_question_write(&asked, ret_subject);
	if (answer->license == NULL && !remember_was_told(change, ret_subject) &&
		question_row_share(question->site, question->query, &asked))
		verdict_question_write(&asked, ret_subject);
}

/* Each way of asking has its own history: a domain or a value left out may change the answer. */
static void
tell_verdict(struct remember_change *change, const struct site_question *question,
	const struct site_answer *answer)
{
	struct verdict_record record = { .verdict = answer->verdict,
		.facts = answer->facts,
		.next_at = answer->next == NULL ? LICENSE_NEVER : answer->next->not_before,
		.files_unused = question->site->unused_len };
	char subject[JOURNAL_SUBJECT_MAX], words[VERDICT_RECORD_WORDS_MAX];
	char facts[JOURNAL_DETAIL_MAX];

	if (answer->license != NULL)
		record_license(answer, &record);
	row_of(change, question, answer, subject);
	verdict_record_words(&record, words);
	verdict_record_facts(&record, facts);
	remember_verdict(change, subject, words, facts);
}

enum skerry_err
site_answer_at(const struct site_question *question, int64_t at, struct site_answer *ret_answer)
{
	struct site_answer best = { .license = NULL };
	struct remember_change change = { .memory = question->site->memory };
	/* The answer that holds, and not one of those that will. */
	bool remembers = question->remembers && at == question->now;
	struct evaluate_facts moment;
	enum skerry_err err;

	evaluate_facts_init(&moment, at, 0);
	moment.local = local_time_clock(&question->site->machine->local, at);
	fill_moment(question->site->memory, &moment);
	evaluate(NULL, &moment, &best.verdict);
	best.facts = moment;
	/* Where files could not be used, nobody can say that there is no license. */
	if (question->site->unused_len > 0)
		best.verdict.reason = SKERRY_REASON_STATE_DAMAGED;
	err = find_best(question, remembers ? &change : NULL, &moment, &best);
	if (best.license == NULL && best.next == NULL && question->site->unused_len == 0 &&
		holds_other_tenant(question)) {
		best.facts.tenant = EVALUATE_MISMATCH;
		evaluate(NULL, &best.facts, &best.verdict);
	}
	if (err == SKERRY_OK) {
		if (remembers)
			tell_verdict(&change, question, &best);
		*ret_answer = best;
	}
	remember_finish(&change);
	return err;
}

enum skerry_err
site_ask(const struct site *site, const struct site_query *query, struct site_answer *ret_answer)
{
	struct site_question question;
	enum skerry_err err = site_gather(site, query, &question);

	return err == SKERRY_OK ? site_answer_at(&question, question.now, ret_answer) : err;
}
