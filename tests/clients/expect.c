/* SPDX-License-Identifier: ISC */
#include "expect.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "formats/document.h"
#include "keys/trust.h"
#include "tests/unit/fixture_zone.h"
#include "verifier/decide/match.h"
#include "verifier/exchange/manifest_chain.h"
#include "verifier/library/proof_in.h"
#include "verifier/product_name.h"

/* A case on its way through the library's steps. */
struct reading {
	const struct corpus_case *of;
	struct trust trust;
	struct manifest_chain chain;
	uint8_t trust_memory[DOCUMENT_MAX], license_memory[DOCUMENT_MAX];
	struct document documents[DOCUMENT_PARTS_MAX];
	size_t documents_len;
	struct license license;
	struct cbor_bytes license_bytes;
	bool genuine; /* its claims may be told, though its key be revoked */
};

static struct reading reading;

static enum skerry_err
unwrap(struct reading *r, struct cbor_bytes carrier, uint8_t *memory)
{
	size_t offset;

	assert_in_range(carrier.len, 0, DOCUMENT_MAX);
	if (carrier.len > 0)
		memcpy(memory, carrier.data, carrier.len);
	return document_unwrap(memory, carrier.len, r->documents, &r->documents_len, &offset);
}

static enum skerry_err
read_trust(struct reading *r, struct cbor_bytes trust)
{
	size_t offset;
	enum skerry_err err = unwrap(r, trust, r->trust_memory);

	if (err == SKERRY_OK)
		err = manifest_chain_anchor(
			&r->trust, r->documents, r->documents_len, &r->chain, &offset);
	return err;
}

static enum skerry_err
check_wanted(const struct corpus_case *of, const struct license *license)
{
	enum skerry_err err = product_name_check(of->product, license);

	if (err == SKERRY_OK && match_tenant(license, of->tenant) == EVALUATE_MISMATCH)
		err = SKERRY_ERR_TENANT;
	return err;
}

/* The first that fits, else the error of the first. */
static enum skerry_err
choose(struct reading *r)
{
	enum skerry_err first = SKERRY_ERR_DOCUMENT_KIND;
	bool tried = false;

	for (size_t i = 0; i < r->documents_len; i++) {
		struct cbor_bytes bytes = r->documents[i].bytes;
		const struct manifest_key *key;
		struct license license;
		enum skerry_err err;
		bool genuine;
		size_t offset;

		if (r->documents[i].kind != DOCUMENT_LICENSE)
			continue;
		err = trust_open_license(&r->trust, bytes.data, bytes.len, &license, &key, &offset);
		genuine = err == SKERRY_OK || err == SKERRY_ERR_TRUST_KEY_REVOKED;
		if (err == SKERRY_OK)
			err = check_wanted(r->of, &license);
		if (tried && err != SKERRY_OK)
			continue;
		tried = true;
		first = err;
		r->genuine = genuine;
		if (genuine) {
			r->license = license;
			r->license_bytes = bytes;
		}
		if (err == SKERRY_OK)
			break;
	}
	return first;
}

/* The same carrier as a daemon's answer: the license and the site's manifests. */
static enum skerry_err
read_proof(struct reading *r, struct cbor_bytes trust, struct skerry_verdict *ret_verdict)
{
	static struct document pinned_documents[DOCUMENT_PARTS_MAX];
	static struct daemon_answer_proof answer;
	static struct proof_taken taken;
	struct pinned pinned = { .documents = pinned_documents };
	const struct proof_question question = { .pinned = &pinned,
		.product = r->of->product,
		.tenant = r->of->tenant,
		.domain = r->of->domain,
		.build_date = r->of->build_date,
		.nonce = r->of->nonce };
	enum skerry_err err = read_trust(r, trust);

	if (err != SKERRY_OK)
		return err;
	memcpy(pinned_documents, r->documents, sizeof pinned_documents);
	pinned.documents_len = r->documents_len;
	assert_int_equal(unwrap(r, r->of->license, r->license_memory), SKERRY_OK);
	answer = (struct daemon_answer_proof){ .proof = r->of->proof };
	for (size_t i = 0; i < r->documents_len; i++)
		if (r->documents[i].kind == DOCUMENT_MANIFEST)
			answer.manifests[answer.manifests_len++] = r->documents[i];
		else
			answer.license = r->documents[i].bytes;
	err = proof_in(&question, &answer, &r->trust, &taken);
	if (err != SKERRY_OK)
		return err;
	proof_in_verdict(&taken.proof, ret_verdict);
	/* verifier/library/daemon.c: from the end of a proof on there is no access. */
	if (r->of->at >= taken.proof.expires_at)
		*ret_verdict = (struct skerry_verdict){ .state = SKERRY_STATE_LOCKED,
			.access = SKERRY_ACCESS_NONE,
			.reason = SKERRY_REASON_NO_DAEMON,
			.notice = SKERRY_NOTICE_ALERT,
			.next_change_at = SKERRY_NEVER,
			.grace_until = SKERRY_NEVER,
			.degraded_until = SKERRY_NEVER };
	return SKERRY_OK;
}

static enum skerry_err
read_case(struct reading *r, struct cbor_bytes trust)
{
	size_t offset;
	enum skerry_err err = read_trust(r, trust);

	r->genuine = false;
	if (err == SKERRY_OK)
		err = unwrap(r, r->of->license, r->license_memory);
	if (err == SKERRY_OK)
		err = manifest_chain_follow(
			&r->trust, r->documents, r->documents_len, &r->chain, &offset);
	return err == SKERRY_OK ? choose(r) : err;
}

/* Clients read no component of a machine: all of them are unreadable. */
static void
library_facts(const struct reading *r, struct evaluate_facts *ret_facts)
{
	const struct corpus_case *of = r->of;
	enum match_sight sights[LICENSE_COMPONENTS_MAX];

	for (size_t i = 0; i < LICENSE_COMPONENTS_MAX; i++)
		sights[i] = MATCH_UNREADABLE;
	evaluate_facts_init(
		ret_facts, of->at > r->license.issued_at ? of->at : r->license.issued_at, 0);
	ret_facts->machine = match_machine(&r->license, sights, NULL);
	ret_facts->domain = match_domain(&r->license, of->domain);
	ret_facts->build_date = of->build_date;
}

static bool
same_answer(const struct skerry_verdict *a, const struct skerry_verdict *b)
{
	return a->state == b->state && a->access == b->access && a->reason == b->reason &&
	       a->notice == b->notice;
}

/* Ends the program: a case is not what it is taken for. */
static void
disagree(const struct corpus_case *of, const char *what)
{
	fprintf(stderr, "%s: %s\n", of->name, what);
	exit(1);
}

static void
set_zone(const char *zone, struct evaluate_facts *facts, struct local_time *place)
{
	char *end;
	long hours, minutes;

	if (strcmp(zone, "Europe/Berlin") == 0) {
		zone_make(3600, NULL, 0, "CET-1CEST,M3.5.0,M10.5.0/3", place);
		facts->local = local_time_clock(place, facts->now);
		return;
	}
	hours = strtol(zone + 1, &end, 10);
	minutes = strtol(end + 1, NULL, 10);
	facts->local.offset_s = (int32_t)((hours * 60 + minutes) * 60 * (zone[0] == '-' ? -1 : 1));
}

static void
decide(const struct reading *r, struct skerry_verdict *ret_verdict)
{
	static const int32_t OFFSETS[] = { -12 * 3600, 7 * 3600, 14 * 3600 };
	struct evaluate_facts facts;
	struct skerry_verdict elsewhere;
	struct local_time place;

	library_facts(r, &facts);
	if (r->of->zone != NULL)
		set_zone(r->of->zone, &facts, &place);
	evaluate(&r->license, &facts, ret_verdict);
	for (size_t i = 0; r->of->zone == NULL && i < sizeof OFFSETS / sizeof *OFFSETS; i++) {
		facts.local.offset_s = OFFSETS[i];
		evaluate(&r->license, &facts, &elsewhere);
		if (!same_answer(&elsewhere, ret_verdict))
			disagree(r->of, "the answer depends on the place: give it a zone");
	}
}

/* The public way to the same answer; it would look at this machine, so not for licenses that name one. */
static void
compare_with_library(
	const struct reading *r, struct cbor_bytes trust, const struct expectation *want)
{
	struct skerry_config config = SKERRY_CONFIG_INIT;
	struct skerry_verdict verdict;
	struct skerry *skerry;
	enum skerry_err err;

	if ((r->genuine && r->license.components_len > 0) || r->of->zone != NULL)
		return;
	config.trust = trust.data;
	config.trust_len = trust.len;
	config.product = r->of->product;
	config.tenant = r->of->tenant;
	config.domain = r->of->domain;
	config.build_date = r->of->build_date;
	config.license = r->of->license.data == NULL ? (const uint8_t *)"" : r->of->license.data;
	config.license_len = r->of->license.len;
	err = skerry_open(&config, &skerry, NULL);
	if (err != SKERRY_OK) {
		if (err != want->err)
			disagree(r->of, skerry_err_name(err));
		return;
	}
	assert_int_equal(skerry_verdict_at(skerry, r->of->at, &verdict), SKERRY_OK);
	if (!want->has_verdict || !same_answer(&verdict, &want->verdict))
		disagree(r->of, "skerry_verdict_at says something else");
	skerry_close(skerry);
}

/* As verifier/cli/verify.c. */
static const char *
verify_code(const struct reading *r, enum skerry_err err)
{
	struct skerry_verdict verdict;
	struct evaluate_facts facts;

	if (err != SKERRY_OK)
		return skerry_err_name(err);
	evaluate_facts_init(&facts, r->of->at, 0);
	if (r->of->domain != NULL)
		facts.domain = match_domain(&r->license, r->of->domain);
	evaluate(&r->license, &facts, &verdict);
	return verdict.access == SKERRY_ACCESS_NONE ? skerry_reason_name(verdict.reason) : "ok";
}

void
expect(const struct corpus_case *of, struct cbor_bytes trust, struct expectation *ret_expectation)
{
	struct expectation want = { .err = SKERRY_ERR_INTERNAL };

	reading.of = of;
	if (of->proof.data != NULL) {
		want.err = read_proof(&reading, trust, &want.verdict);
	} else {
		want.err = read_case(&reading, trust);
		want.verify = verify_code(&reading, want.err);
	}
	want.has_verdict = want.err == SKERRY_OK;
	if (want.has_verdict && of->proof.data == NULL)
		decide(&reading, &want.verdict);
	if (want.has_verdict && want.verdict.access == SKERRY_ACCESS_NONE)
		want.err = SKERRY_ERR_NO_ACCESS;
	if (of->proof.data == NULL)
		compare_with_library(&reading, trust, &want);
	*ret_expectation = want;
}
