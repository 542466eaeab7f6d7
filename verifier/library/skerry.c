/* SPDX-License-Identifier: ISC */
#include "skerry.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "opening.h"

/* What a question is answered from, until `done`. */
struct answer {
	const struct snapshot *snapshot;
	const struct snapshot_step *step;
	int64_t now;
	enum skerry_err trouble;
};

/*
 * Seconds are enough, and the kernel keeps this clock on a page that every process can read. In
 * bytes mode nothing else bounds the clock: at least no time before the license was issued counts.
 */
static int64_t
wall_now(const struct skerry *skerry)
{
	struct timespec now = { 0 };

	clock_gettime(CLOCK_REALTIME_COARSE, &now);
	return now.tv_sec < skerry->issued_at ? skerry->issued_at : now.tv_sec;
}

static struct answer
ask(const struct skerry *skerry)
{
	struct answer answer = { .trouble = SKERRY_OK };

	if (skerry->folder == NULL && skerry->daemon == NULL) {
		answer.snapshot = skerry->snapshot;
		answer.now = wall_now(skerry);
	} else {
		struct folder_moment moment = skerry->folder != NULL ? folder_look(skerry->folder)
								     : daemon_look(skerry->daemon);

		answer.snapshot = moment.snapshot;
		answer.now = moment.now;
		answer.trouble = moment.trouble;
	}
	answer.step = snapshot_at(answer.snapshot, answer.now);
	return answer;
}

static void
done(const struct skerry *skerry)
{
	if (skerry->folder != NULL)
		folder_done(skerry->folder);
	if (skerry->daemon != NULL)
		daemon_done(skerry->daemon);
}

static enum skerry_access
access_of(const struct answer *answer)
{
	return answer->step->verdict.access;
}

static const struct license_grant *
find_grant(const struct answer *answer, const char *name)
{
	const struct license *license = snapshot_license_of(answer->snapshot, answer->step);

	return license == NULL
		       ? NULL
		       : license_find_grant(license, (struct cbor_text){ name, strlen(name) });
}

void
skerry_close(struct skerry *skerry)
{
	if (skerry == NULL)
		return;
	folder_close(skerry->folder);
	daemon_close(skerry->daemon);
	snapshot_free(skerry->snapshot);
	free(skerry);
}

enum skerry_err
skerry_refresh(const struct skerry *skerry, struct skerry_failure *ret_failure)
{
	struct folder_failure failure = { .err = SKERRY_ERR_ARGUMENT };

	if (skerry != NULL && skerry->daemon != NULL)
		failure.err = daemon_refresh(skerry->daemon);
	else if (skerry != NULL && skerry->folder != NULL)
		failure.err = folder_refresh(skerry->folder, &failure);
	if (failure.err == SKERRY_OK)
		return SKERRY_OK;
	if (skerry != NULL && skerry->daemon != NULL)
		opening_tell_daemon(&failure, ret_failure);
	else
		opening_tell_folder(&failure, ret_failure);
	return failure.err;
}

static void
fill_verdict(const struct answer *answer, int64_t at, struct skerry_verdict *ret_verdict)
{
	snapshot_verdict(answer->snapshot, at, ret_verdict);
	ret_verdict->trouble = answer->trouble;
}

static void
fill_step(const struct answer *answer, int64_t at, struct skerry_verdict *ret_verdict)
{
	*ret_verdict = answer->step->verdict;
	ret_verdict->trouble = answer->trouble;
	if (at > ret_verdict->at)
		ret_verdict->at = at;
}

enum skerry_err
skerry_verdict_at(const struct skerry *skerry, int64_t at, struct skerry_verdict *ret_verdict)
{
	struct answer answer;

	if (skerry == NULL || ret_verdict == NULL)
		return SKERRY_ERR_ARGUMENT;
	answer = ask(skerry);
	/* A proof ends before the verdict does, but only where nobody gives another one. */
	if (skerry->daemon != NULL && at < answer.step->verdict.next_change_at)
		fill_step(&answer, at, ret_verdict);
	else
		fill_verdict(&answer, at, ret_verdict);
	done(skerry);
	return SKERRY_OK;
}

enum skerry_err
skerry_verdict(const struct skerry *skerry, struct skerry_verdict *ret_verdict)
{
	struct answer answer;

	if (skerry == NULL || ret_verdict == NULL)
		return SKERRY_ERR_ARGUMENT;
	answer = ask(skerry);
	fill_verdict(&answer, answer.now, ret_verdict);
	done(skerry);
	return SKERRY_OK;
}

static enum skerry_err
judge_feature(const struct answer *answer, const char *feature, enum skerry_access least)
{
	const struct license_grant *grant;

	if (access_of(answer) < least)
		return SKERRY_ERR_NO_ACCESS;
	grant = find_grant(answer, feature);
	return grant != NULL && grant->value == LICENSE_ON ? SKERRY_OK : SKERRY_ERR_NO_FEATURE;
}

static enum skerry_err
ask_feature(const struct skerry *skerry, const char *feature, enum skerry_access least)
{
	struct answer answer;
	enum skerry_err err;

	if (skerry == NULL || feature == NULL)
		return SKERRY_ERR_ARGUMENT;
	answer = ask(skerry);
	err = judge_feature(&answer, feature, least);
	done(skerry);
	return err;
}

enum skerry_err
skerry_feature(const struct skerry *skerry, const char *feature)
{
	return ask_feature(skerry, feature, SKERRY_ACCESS_FULL);
}

enum skerry_err
skerry_feature_read(const struct skerry *skerry, const char *feature)
{
	return ask_feature(skerry, feature, SKERRY_ACCESS_READ_ONLY);
}

static enum skerry_err
read_limit(const struct answer *answer, const char *limit, int64_t *ret_number)
{
	const struct license_grant *grant;

	if (access_of(answer) == SKERRY_ACCESS_NONE)
		return SKERRY_ERR_NO_ACCESS;
	grant = find_grant(answer, limit);
	if (grant == NULL || grant->value != LICENSE_NUMBER)
		return SKERRY_ERR_NO_LIMIT;
	*ret_number = grant->number;
	return SKERRY_OK;
}

enum skerry_err
skerry_limit(const struct skerry *skerry, const char *limit, int64_t *ret_number)
{
	struct answer answer;
	enum skerry_err err;

	if (skerry == NULL || limit == NULL || ret_number == NULL)
		return SKERRY_ERR_ARGUMENT;
	answer = ask(skerry);
	err = read_limit(&answer, limit, ret_number);
	done(skerry);
	return err;
}

static enum skerry_err
read_text(const struct answer *answer, const char *name, char *ret_text, size_t text_max)
{
	const struct license_grant *grant;

	if (access_of(answer) == SKERRY_ACCESS_NONE)
		return SKERRY_ERR_NO_ACCESS;
	grant = find_grant(answer, name);
	if (grant == NULL || grant->value != LICENSE_STRING)
		return SKERRY_ERR_NO_LIMIT;
	if (grant->text.len >= text_max)
		return SKERRY_ERR_NO_SPACE;
	memcpy(ret_text, grant->text.chars, grant->text.len);
	ret_text[grant->text.len] = '\0';
	return SKERRY_OK;
}

enum skerry_err
skerry_text(const struct skerry *skerry, const char *name, char *ret_text, size_t text_max)
{
	struct answer answer;
	enum skerry_err err;

	if (skerry == NULL || name == NULL || ret_text == NULL)
		return SKERRY_ERR_ARGUMENT;
	answer = ask(skerry);
	err = read_text(&answer, name, ret_text, text_max);
	done(skerry);
	return err;
}

static void
compose(const struct skerry *skerry, const struct answer *answer, char *ret_text)
{
	struct message_subject subject = skerry->subject;
	struct skerry_verdict verdict;

	snapshot_verdict(answer->snapshot, answer->now, &verdict);
	subject.verdict = &verdict;
	snapshot_compose(answer->snapshot->texts, &subject, ret_text);
}

enum skerry_err
skerry_message(const struct skerry *skerry, char *ret_text, size_t text_max)
{
	struct answer answer;

	if (skerry == NULL || ret_text == NULL)
		return SKERRY_ERR_ARGUMENT;
	if (text_max < SKERRY_MESSAGE_MAX)
		return SKERRY_ERR_NO_SPACE;
	answer = ask(skerry);
	if (answer.step->message != NULL)
		memcpy(ret_text, answer.step->message, strlen(answer.step->message) + 1);
	else
		compose(skerry, &answer, ret_text);
	done(skerry);
	return SKERRY_OK;
}

/* --- seats ----------------------------------------------------------------------------------- */

enum skerry_err
skerry_seat_claim(const struct skerry *skerry, const char *holder, struct skerry_seat *ret_seat)
{
	if (skerry == NULL || skerry->daemon == NULL || holder == NULL || ret_seat == NULL)
		return SKERRY_ERR_ARGUMENT;
	return daemon_seat_put(skerry->daemon, holder, NULL, ret_seat);
}

enum skerry_err
skerry_seat_renew(const struct skerry *skerry, const char *holder, struct skerry_seat *seat)
{
	char secret[SKERRY_SEAT_SECRET_MAX];

	if (skerry == NULL || skerry->daemon == NULL || holder == NULL || seat == NULL ||
		memchr(seat->secret, '\0', sizeof seat->secret) == NULL)
		return SKERRY_ERR_ARGUMENT;
	memcpy(secret, seat->secret, sizeof secret);
	return daemon_seat_put(skerry->daemon, holder, secret, seat);
}

enum skerry_err
skerry_seat_release(const struct skerry *skerry, const char *holder, const struct skerry_seat *seat)
{
	if (skerry == NULL || skerry->daemon == NULL || holder == NULL || seat == NULL ||
		memchr(seat->secret, '\0', sizeof seat->secret) == NULL)
		return SKERRY_ERR_ARGUMENT;
	return daemon_seat_release(skerry->daemon, holder, seat->secret);
}
