/* SPDX-License-Identifier: ISC */
#include "daemon.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "daemon_call.h"
#include "keys/random.h"
#include "locks.h"
#include "proof_in.h"
#include "verifier/exchange/manifest_chain.h"

enum { NONCE_LEN = 16, LANGUAGE_MAX = 64 };

_Static_assert((int)SKERRY_PROOF_S == (int)PROOF_LIVES_S, "the header tells what a proof lives");
_Static_assert((int)SKERRY_SEAT_SECRET_MAX >= (int)DAEMON_ANSWER_SECRET_MAX, "a secret fits");

struct daemon {
	struct folder_config config;
	char language[LANGUAGE_MAX];
	const struct texts *texts;

	struct locks locks;

	/* With `looking`: */
	struct trust *trust; /* the newest that was shown, from the pinned on */

	/* On the monotonic clock: when to look next, and until when the last proof holds. */
	_Atomic int64_t due_at, holds_until;
	atomic_bool well; /* the last look was answered */

	/* With `asked`: */
	struct snapshot *snapshot;
	int64_t settled, mono; /* the site's time at that second of CLOCK_MONOTONIC */
	enum skerry_err trouble;
};

static int64_t
mono_now(void)
{
	struct timespec now = { 0 };

	clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
	return now.tv_sec;
}

static struct daemon_call
call_of(const struct daemon *daemon)
{
	return (struct daemon_call){ .config = &daemon->config,
		.language = daemon->language[0] == '\0' ? NULL : daemon->language };
}

/* --- a look ---------------------------------------------------------------------------------- */

/* A step that grants nothing, and why, in words. */
static enum skerry_err
add_nothing(struct snapshot *snapshot, const struct daemon *daemon, enum skerry_state state,
	enum skerry_reason reason, int64_t at, int license)
{
	const struct skerry_verdict nothing = { .state = state,
		.access = SKERRY_ACCESS_NONE,
		.reason = reason,
		.notice = SKERRY_NOTICE_ALERT,
		.at = at,
		.next_change_at = SKERRY_NEVER,
		.renew_by = SKERRY_NEVER,
		.valid_until = SKERRY_NEVER,
		.maintenance_until = SKERRY_NEVER,
		.grace_until = SKERRY_NEVER,
		.degraded_until = SKERRY_NEVER };
	const struct message_subject subject = { .verdict = &nothing,
		.product = daemon->config.query.product };
	char message[SKERRY_MESSAGE_MAX];

	snapshot_compose(snapshot->texts, &subject, message);
	return snapshot_add(snapshot, &nothing, license, message);
}

/* Another site's words are shown as words, whatever else they hold. */
static void
copy_message(struct cbor_text text, char ret_text[SKERRY_MESSAGE_MAX])
{
	size_t len = text.len < SKERRY_MESSAGE_MAX ? text.len : SKERRY_MESSAGE_MAX - 1;

	for (size_t i = 0; i < len; i++) {
		unsigned char byte = (unsigned char)text.chars[i];

		ret_text[i] = text.chars[i];
		if (byte < ' ' || byte == 0x7f)
			ret_text[i] = ' ';
	}
	ret_text[len] = '\0';
}

static enum skerry_err
keep_license(struct snapshot *snapshot, struct daemon_answer_proof *answer,
	const struct license *license)
{
	struct snapshot_license *held = calloc(1, sizeof *held);

	if (held == NULL)
		return SKERRY_ERR_NO_MEMORY;
	held->license = *license;
	/* What the license borrows. */
	held->document = answer->memory;
	answer->memory = NULL;
	snapshot->licenses = held;
	snapshot->licenses_len = 1;
	return SKERRY_OK;
}

static enum skerry_err
fill_snapshot(const struct daemon *daemon, struct snapshot *snapshot,
	struct daemon_answer_proof *answer, const struct proof_taken *taken)
{
	struct skerry_verdict verdict;
	char message[SKERRY_MESSAGE_MAX];
	enum skerry_err err;

	proof_in_verdict(&taken->proof, &verdict);
	copy_message(taken->proof.message, message);
	err = snapshot_add(snapshot, &verdict, 0, message);
	if (err == SKERRY_OK)
		err = add_nothing(snapshot, daemon, SKERRY_STATE_LOCKED, SKERRY_REASON_NO_DAEMON,
			taken->proof.expires_at, 0);
	return err == SKERRY_OK ? keep_license(snapshot, answer, &taken->license) : err;
}

/* That there is no license needs no proof: it grants nothing. */
static enum skerry_err
fill_unlicensed(const struct daemon *daemon, struct snapshot *snapshot)
{
	return add_nothing(snapshot, daemon, SKERRY_STATE_UNLICENSED, SKERRY_REASON_NO_LICENSE,
		time(NULL), -1);
}

static void
put_in_place(struct daemon *daemon, struct snapshot *snapshot, int64_t mono, int64_t lives_s)
{
	struct snapshot *before;
	int64_t look_s = lives_s < SKERRY_LOOK_S ? lives_s : SKERRY_LOOK_S;

	pthread_rwlock_wrlock(&daemon->locks.asked);
	before = daemon->snapshot;
	daemon->snapshot = snapshot;
	daemon->settled = snapshot->steps[0].verdict.at;
	daemon->mono = mono;
	daemon->trouble = SKERRY_OK;
	pthread_rwlock_unlock(&daemon->locks.asked);
	snapshot_free(before);
	atomic_store(&daemon->holds_until, mono + lives_s);
	atomic_store(&daemon->well, true);
	atomic_store(&daemon->due_at, mono + look_s);
}

/* The answer, verified; `trust` moves on with it. */
static enum skerry_err
judge(struct daemon *daemon, struct cbor_bytes nonce, const struct daemon_answer_proof *answer,
	struct proof_taken *ret_taken)
{
	const struct site_query *query = &daemon->config.query;
	const struct proof_question question = { .pinned = &daemon->config.pinned,
		.product = query->product,
		.tenant = query->tenant,
		.domain = query->domain,
		.build_date = query->build_date,
		.nonce = nonce };
	struct trust *trust = malloc(sizeof *trust);
	enum skerry_err err = SKERRY_ERR_NO_MEMORY;

	if (trust != NULL)
		err = trust_copy(daemon->trust, trust);
	if (err == SKERRY_OK)
		err = proof_in(&question, answer, trust, ret_taken);
	if (err != SKERRY_OK) {
		free(trust);
		return err;
	}
	free(daemon->trust);
	daemon->trust = trust;
	return SKERRY_OK;
}

static enum skerry_err
take_proof(struct daemon *daemon)
{
	const struct daemon_call call = call_of(daemon);
	struct daemon_answer_proof *answer = calloc(1, sizeof *answer);
	struct proof_taken *taken = malloc(sizeof *taken);
	struct snapshot *snapshot = snapshot_new(daemon->texts);
	uint8_t nonce[NONCE_LEN];
	/* Before it is asked: the site's second is no earlier. */
	int64_t mono = mono_now(), lives_s = 0;
	enum skerry_err err = SKERRY_ERR_NO_MEMORY;

	random_bytes(nonce, sizeof nonce);
	if (answer != NULL && taken != NULL && snapshot != NULL)
		err = daemon_call_proof(&call, (struct cbor_bytes){ nonce, sizeof nonce }, answer);
	if (err == SKERRY_OK)
		err = judge(daemon, (struct cbor_bytes){ nonce, sizeof nonce }, answer, taken);
	if (err == SKERRY_OK) {
		lives_s = taken->proof.expires_at - taken->proof.issued_at;
		err = fill_snapshot(daemon, snapshot, answer, taken);
	} else if (err == SKERRY_ERR_NO_LICENSE && mono >= atomic_load(&daemon->holds_until)) {
		lives_s = SKERRY_LOOK_S;
		err = fill_unlicensed(daemon, snapshot);
	}
	if (err == SKERRY_OK) {
		put_in_place(daemon, snapshot, mono, lives_s);
		snapshot = NULL;
	}
	snapshot_free(snapshot);
	free(taken);
	if (answer != NULL)
		free(answer->memory);
	free(answer);
	return err;
}

/* With `looking` held. */
static enum skerry_err
take_look(struct daemon *daemon)
{
	enum skerry_err err = take_proof(daemon);

	if (err == SKERRY_OK)
		return SKERRY_OK;
	pthread_rwlock_wrlock(&daemon->locks.asked);
	daemon->trouble = err;
	pthread_rwlock_unlock(&daemon->locks.asked);
	atomic_store(&daemon->well, false);
	atomic_store(&daemon->due_at, mono_now() + SKERRY_RETRY_S);
	return err;
}

/* --- a handle -------------------------------------------------------------------------------- */

static enum skerry_err
open_pin(struct daemon *daemon, struct folder_failure *ret_failure)
{
	const struct pinned *pinned = &daemon->config.pinned;
	struct manifest_chain chain;

	daemon->trust = malloc(sizeof *daemon->trust);
	if (daemon->trust == NULL)
		return SKERRY_ERR_NO_MEMORY;
	ret_failure->pin = true;
	return manifest_chain_anchor(daemon->trust, pinned->documents, pinned->documents_len,
		&chain, &ret_failure->offset);
}

enum skerry_err
daemon_open(const struct skerry_config *config, const struct texts *texts,
	struct daemon **ret_daemon, struct folder_failure *ret_failure)
{
	struct daemon *daemon = calloc(1, sizeof *daemon);
	enum skerry_err err;

	*ret_failure = (struct folder_failure){ .file = "" };
	if (daemon == NULL)
		return SKERRY_ERR_NO_MEMORY;
	err = locks_start(&daemon->locks);
	if (err != SKERRY_OK) {
		free(daemon);
		return err;
	}
	daemon->texts = texts;
	if (config->language != NULL && strlen(config->language) < sizeof daemon->language)
		memcpy(daemon->language, config->language, strlen(config->language) + 1);
	err = folder_config_copy(config, &daemon->config, &ret_failure->offset);
	ret_failure->pin = err != SKERRY_OK && err != SKERRY_ERR_FILE_MISSING;
	if (err == SKERRY_OK)
		err = open_pin(daemon, ret_failure);
	if (err == SKERRY_OK) {
		ret_failure->pin = false;
		err = daemon_refresh(daemon);
	}
	if (err == SKERRY_OK)
		*ret_daemon = daemon;
	else
		daemon_close(daemon);
	return err;
}

void
daemon_close(struct daemon *daemon)
{
	if (daemon == NULL)
		return;
	snapshot_free(daemon->snapshot);
	free(daemon->trust);
	folder_config_free(&daemon->config);
	locks_end(&daemon->locks);
	free(daemon);
}

enum skerry_err
daemon_refresh(struct daemon *daemon)
{
	int saved = errno;
	enum skerry_err err;

	pthread_mutex_lock(&daemon->locks.looking);
	err = take_look(daemon);
	pthread_mutex_unlock(&daemon->locks.looking);
	errno = saved;
	return err;
}

static bool
is_due(const struct daemon *daemon, int64_t mono)
{
	return mono >= atomic_load_explicit(&daemon->due_at, memory_order_relaxed);
}

/*
 * Others answer from what holds. Where nothing does any more, since the answer changes just now, they wait
 * for it; but not each of them for a daemon that is silent.
 */
static bool
may_look(struct daemon *daemon, int64_t mono)
{
	if (pthread_mutex_trylock(&daemon->locks.looking) == 0)
		return true;
	if (mono < atomic_load(&daemon->holds_until) || !atomic_load(&daemon->well))
		return false;
	pthread_mutex_lock(&daemon->locks.looking);
	return true;
}

struct folder_moment
daemon_look(struct daemon *daemon)
{
	struct folder_moment moment;
	int64_t mono = mono_now();

	if (is_due(daemon, mono)) {
		int saved = errno;

		if (may_look(daemon, mono)) {
			/* Somebody may just have done it. */
			if (is_due(daemon, mono))
				take_look(daemon);
			pthread_mutex_unlock(&daemon->locks.looking);
		}
		errno = saved;
		mono = mono_now();
	}
	pthread_rwlock_rdlock(&daemon->locks.asked);
	moment.snapshot = daemon->snapshot;
	moment.trouble = daemon->trouble;
	moment.now = daemon->settled;
	if (mono > daemon->mono)
		moment.now += mono - daemon->mono;
	return moment;
}

void
daemon_done(struct daemon *daemon)
{
	pthread_rwlock_unlock(&daemon->locks.asked);
}

/* --- seats ----------------------------------------------------------------------------------- */

/* What holds here says whether seats can be asked for at all: a daemon that nobody proved cannot grant any. */
static enum skerry_err
may_sit(struct daemon *daemon)
{
	struct folder_moment moment = daemon_look(daemon);
	const struct snapshot_step *step = snapshot_at(moment.snapshot, moment.now);
	const struct license *license = snapshot_license_of(moment.snapshot, step);
	enum skerry_err err = SKERRY_OK;

	if (step->verdict.access == SKERRY_ACCESS_NONE)
		err = step->verdict.reason == SKERRY_REASON_NO_DAEMON ? moment.trouble
								      : SKERRY_ERR_NO_ACCESS;
	else if (license == NULL || license->seats_max == 0)
		err = SKERRY_ERR_NO_SEATS;
	daemon_done(daemon);
	return err;
}

static bool
is_holder(const char *holder)
{
	size_t len = strlen(holder);

	return len > 0 && len <= SKERRY_SEAT_HOLDER_MAX;
}

enum skerry_err
daemon_seat_put(
	struct daemon *daemon, const char *holder, const char *secret, struct skerry_seat *ret_seat)
{
	const struct daemon_call call = call_of(daemon);
	struct daemon_answer_seat answer;
	int64_t retry_in_s = -1;
	int saved = errno;
	enum skerry_err err = is_holder(holder) ? may_sit(daemon) : SKERRY_ERR_ARGUMENT;

	if (err == SKERRY_OK)
		err = daemon_call_seat_put(&call, holder, secret, &answer, &retry_in_s);
	if (err == SKERRY_OK) {
		ret_seat->expires_in_s = answer.expires_in_s;
		ret_seat->burst = answer.burst;
		/* A renewal tells none: the one that was claimed with stays. */
		if (answer.secret[0] != '\0' || secret == NULL)
			memcpy(ret_seat->secret, answer.secret, sizeof answer.secret);
	} else if (err == SKERRY_ERR_SEAT_NONE_FREE) {
		ret_seat->expires_in_s = retry_in_s;
		ret_seat->burst = false;
	}
	errno = saved;
	return err;
}

enum skerry_err
daemon_seat_release(struct daemon *daemon, const char *holder, const char *secret)
{
	const struct daemon_call call = call_of(daemon);
	int saved = errno;
	enum skerry_err err = SKERRY_ERR_ARGUMENT;

	if (is_holder(holder))
		err = daemon_call_seat_release(&call, holder, secret);
	errno = saved;
	return err;
}
