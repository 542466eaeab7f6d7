/* SPDX-License-Identifier: ISC */
#include "question.h"

#include <string.h>

#include "product_name.h"
#include "verifier/gather/local_time.h"

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

static void
answer_for(const struct site_question *question, const struct site_license *held,
	const struct evaluate_facts *moment, struct site_answer *ret_answer)
{
	const struct license *license = &held->license;
	struct evaluate_facts facts = *moment;

	components_compare(&question->components, license, ret_answer->sights);
	match_without(license, question->query->without, ret_answer->sights);
	facts.machine = match_machine(license, ret_answer->sights, &ret_answer->tally);
	if (question->query->domain != NULL)
		facts.domain = match_domain(license, question->query->domain);
	if (license->has_site_key)
		facts.site_key =
			cose_key_same(&license->site_key, &question->site->identity.site_key)
				? EVALUATE_MATCH
				: EVALUATE_MISMATCH;
	facts.key_revoked_since = revoked_since(question, held);
	evaluate(license, &facts, &ret_answer->verdict);
	ret_answer->facts = facts;
	ret_answer->held = held;
	ret_answer->license = license;
	ret_answer->utc_offset_s = facts.utc_offset_s;
	ret_answer->next = NULL;
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
find_best(const struct site_question *question, const struct evaluate_facts *moment,
	struct site_answer *best)
{
	const struct site *site = question->site;
	const struct license *next = NULL;
	size_t wanted = 0, first = 0;

	for (size_t i = 0; i < site->licenses_len; i++) {
		const struct license *license = &site->licenses[i].license;
		struct site_answer answer;

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
		answer_for(question, &site->licenses[i], moment, &answer);
		if (best->license == NULL || gives_more(&answer, best))
			*best = answer;
	}
	/* A license that waits beside this one will be looked at when it begins. */
	if (next != NULL && next->not_before < best->verdict.next_change_at)
		best->verdict.next_change_at = next->not_before;
	best->next = next == best->license ? NULL : next;
	return SKERRY_OK;
}

enum skerry_err
site_gather(
	const struct site *site, const struct site_query *query, struct site_question *ret_question)
{
	const struct components_query machine = {
		.root = query->root == NULL ? "/" : query->root,
		.install_path = query->install_path,
		.custom = query->custom,
		.custom_len = query->custom_len,
	};
	enum skerry_err err = components_collect(&machine, &ret_question->components);

	if (err != SKERRY_OK)
		return err;
	ret_question->site = site;
	ret_question->query = query;
	ret_question->now = query->wall > site->floor ? query->wall : site->floor;
	return SKERRY_OK;
}

enum skerry_err
site_answer_at(const struct site_question *question, int64_t at, struct site_answer *ret_answer)
{
	struct site_answer best = { .utc_offset_s = local_time_offset("/", at) };
	struct evaluate_facts moment;
	enum skerry_err err;

	evaluate_facts_init(&moment, at, best.utc_offset_s);
	evaluate(NULL, &moment, &best.verdict);
	best.facts = moment;
	/* Where files could not be used, nobody can say that there is no license. */
	if (question->site->unused_len > 0)
		best.verdict.reason = SKERRY_REASON_STATE_DAMAGED;
	err = find_best(question, &moment, &best);
	if (err == SKERRY_OK)
		*ret_answer = best;
	return err;
}

enum skerry_err
site_ask(const struct site *site, const struct site_query *query, struct site_answer *ret_answer)
{
	struct site_question question;
	enum skerry_err err = site_gather(site, query, &question);

	return err == SKERRY_OK ? site_answer_at(&question, question.now, ret_answer) : err;
}
