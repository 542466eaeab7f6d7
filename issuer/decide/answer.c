/* SPDX-License-Identifier: ISC */
#include "answer.h"

#include "formats/license.h"

/* As the request counts them: ok, behind, ahead_unproven, fault, unattended. */
enum { CONDITION_BEHIND = 1, CONDITION_FAULT = 3 };

static struct answer
refuse(enum reply_code code, enum answer_words words, int64_t until)
{
	return (struct answer){ code, ANSWER_NOTHING, false, until, words, ANSWER_WORDS_NONE };
}

static struct answer
grant(enum answer_act act)
{
	return (struct answer){ REPLY_OK, act, act == ANSWER_MOVE, LICENSE_NEVER, ANSWER_WORDS_NONE,
		ANSWER_WORDS_NONE };
}

static bool
is_pairing(const struct answer_facts *facts)
{
	return facts->kind == REQUEST_PAIR || facts->kind == REQUEST_MIGRATE;
}

/* What the license itself has against it; OK: nothing. */
static struct answer
judge_license(const struct answer_facts *facts)
{
	enum lifecycle_move move = facts->kind == REQUEST_UNPAIR      ? LIFECYCLE_RELEASE
				   : facts->kind == REQUEST_HEARTBEAT ? LIFECYCLE_ISSUE
								      : LIFECYCLE_PAIR;
	struct lifecycle next;

	switch (lifecycle_judge(move, &facts->license, &next)) {
	case SKERRY_OK:
		return grant(ANSWER_NOTHING);
	case SKERRY_ERR_REVOKED:
		return refuse(REPLY_REVOKED, ANSWER_WORDS_REVOKED, LICENSE_NEVER);
	case SKERRY_ERR_SUSPENDED:
		return refuse(REPLY_SUSPENDED, ANSWER_WORDS_SUSPENDED, LICENSE_NEVER);
	case SKERRY_ERR_EXPIRED:
		return refuse(REPLY_EXPIRED, ANSWER_WORDS_EXPIRED, facts->license.valid_until);
	default: /* the customer was erased: nobody knows the key any more */
		if (facts->kind == REQUEST_HEARTBEAT)
			return refuse(REPLY_EXPIRED, ANSWER_WORDS_ERASED, LICENSE_NEVER);
		return refuse(REPLY_KEY_UNKNOWN, ANSWER_WORDS_KEY_UNKNOWN, LICENSE_NEVER);
	}
}

static bool
is_full(const struct answer_facts *facts)
{
	return facts->license.sites >= facts->max_activations;
}

static struct answer
activate(const struct answer_facts *facts)
{
	if (!is_full(facts))
		return grant(ANSWER_ACTIVATE);
	if (facts->max_activations <= 1)
		return refuse(REPLY_PAIRED_ELSEWHERE, ANSWER_WORDS_ELSEWHERE, LICENSE_NEVER);
	return refuse(REPLY_ACTIVATIONS_EXHAUSTED,
		facts->kind == REQUEST_MIGRATE ? ANSWER_WORDS_WHICH : ANSWER_WORDS_EXHAUSTED,
		LICENSE_NEVER);
}

static struct answer
pair(const struct answer_facts *facts)
{
	bool migrates = facts->kind == REQUEST_MIGRATE;

	switch (facts->place) {
	case ANSWER_HERE:
		return grant(ANSWER_RENEW);
	case ANSWER_CHANGED:
		return migrates ? grant(ANSWER_MOVE)
				: refuse(REPLY_PAIRED_ELSEWHERE, ANSWER_WORDS_CHANGED,
					  LICENSE_NEVER);
	case ANSWER_REINSTALLED:
		return grant(ANSWER_MOVE);
	case ANSWER_PROVED:
		return grant(ANSWER_TAKE_UP);
	case ANSWER_BY_HAND:
		if (facts->binds)
			return grant(ANSWER_ADOPT);
		break;
	case ANSWER_NOWHERE:
	case ANSWER_ENDED:
		break;
	}
	return migrates && facts->replaceable == 1 ? grant(ANSWER_MOVE) : activate(facts);
}

/* This site is not paired, or not any more. */
static struct answer
not_paired(const struct answer_facts *facts, enum answer_words words)
{
	return refuse(REPLY_UNPAIRED, words,
		facts->place == ANSWER_ENDED ? facts->ends_at : facts->license.now);
}

static struct answer
heartbeat(const struct answer_facts *facts)
{
	struct answer answer = grant(ANSWER_RENEW);

	switch (facts->place) {
	case ANSWER_CHANGED:
		answer.notice = ANSWER_WORDS_CHANGED;
		return answer;
	case ANSWER_BY_HAND:
		return grant(facts->starter ? ANSWER_NOTHING : ANSWER_RENEW);
	case ANSWER_PROVED:
		return grant(ANSWER_TAKE_UP);
	case ANSWER_HERE:
		return answer;
	case ANSWER_REINSTALLED: /* the one that was sold is its own */
		return not_paired(facts, ANSWER_WORDS_NOT_PAIRED);
	case ANSWER_NOWHERE:
	case ANSWER_ENDED:
		break;
	}
	if (is_full(facts) && facts->max_activations <= 1)
		return refuse(REPLY_PAIRED_ELSEWHERE, ANSWER_WORDS_ELSEWHERE, LICENSE_NEVER);
	return not_paired(facts, ANSWER_WORDS_NOT_PAIRED);
}

static struct answer
unpair(const struct answer_facts *facts)
{
	bool stands = facts->place != ANSWER_NOWHERE && facts->place != ANSWER_ENDED;
	struct answer answer = not_paired(
		facts, !stands && is_full(facts) ? ANSWER_WORDS_MOVED : ANSWER_WORDS_UNPAIRED);

	if (facts->place == ANSWER_NOWHERE || facts->place == ANSWER_REINSTALLED ||
		facts->place == ANSWER_ENDED || (facts->place == ANSWER_BY_HAND && !facts->binds))
		return answer;
	answer.act = ANSWER_END;
	answer.counts = true;
	answer.until = facts->license.now + facts->overlap_s;
	return answer;
}

static struct answer
judge_place(const struct answer_facts *facts)
{
	if (facts->kind == REQUEST_UNPAIR)
		return unpair(facts);
	return is_pairing(facts) ? pair(facts) : heartbeat(facts);
}

/* All that is refused, in its order; else what would be done for a request that comes in time. */
static struct answer
judge(const struct answer_facts *facts)
{
	struct answer answer;

	if (facts->malformed)
		return refuse(REPLY_MALFORMED, ANSWER_WORDS_MALFORMED, LICENSE_NEVER);
	if (!facts->key_known)
		return refuse(REPLY_KEY_UNKNOWN,
			facts->no_tenant ? ANSWER_WORDS_NO_TENANT : ANSWER_WORDS_KEY_UNKNOWN,
			LICENSE_NEVER);
	answer = judge_license(facts);
	if (answer.code != REPLY_OK)
		return answer;
	if (is_pairing(facts) && !facts->fingerprint_enough)
		return refuse(
			REPLY_FINGERPRINT_INSUFFICIENT, ANSWER_WORDS_FINGERPRINT, LICENSE_NEVER);
	return judge_place(facts);
}

/* Whether a request that came in this way still has this effect. */
static bool
has_effect(const struct answer_facts *facts, enum answer_act act)
{
	switch (facts->arrival) {
	case FORK_NEW:
		return true;
	case FORK_LATE:
		return act != ANSWER_RENEW && act != ANSWER_TAKE_UP && !facts->superseded;
	case FORK_FORGOTTEN:
		return act == ANSWER_RENEW;
	case FORK_AGAIN:
		break;
	}
	return false;
}

static void
note_history(const struct answer_facts *facts, struct answer *answer)
{
	if (facts->found == FORK_RESTORED && answer->notice == ANSWER_WORDS_NONE)
		answer->notice = ANSWER_WORDS_RESTORED;
	if (facts->found != FORK_CLONE)
		return;
	answer->notice = ANSWER_WORDS_CLONE;
	if (facts->rollback_policy != LICENSE_ROLLBACK_GRACE)
		return;
	/* Its document runs out in its own time, with its own grace. */
	answer->notice = ANSWER_WORDS_CLONE_GRACE;
	if (answer->act == ANSWER_RENEW || answer->act == ANSWER_TAKE_UP)
		answer->act = ANSWER_NOTHING;
}

struct answer
answer_judge(const struct answer_facts *facts)
{
	struct answer answer = judge(facts);

	if (!has_effect(facts, answer.act)) {
		/* What would have ended here stands, and must not be told to be unpaired. */
		if (answer.act == ANSWER_END)
			answer = grant(ANSWER_NOTHING);
		answer.act = ANSWER_NOTHING;
		answer.counts = false;
	}
	if (answer.counts && !migrations_permit(&facts->migrations, facts->migrations_allowed))
		answer = refuse(
			REPLY_MIGRATION_LIMIT, ANSWER_WORDS_LIMIT, facts->migrations.next_at);
	note_history(facts, &answer);
	return answer;
}

bool
answer_resets_time(unsigned condition, enum fork_arrival arrival)
{
	return arrival == FORK_NEW && condition >= CONDITION_BEHIND && condition <= CONDITION_FAULT;
}
