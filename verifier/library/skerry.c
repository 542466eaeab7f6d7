/* SPDX-License-Identifier: ISC */
#include "skerry.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "opening.h"
#include "verifier/texts/message.h"

/*
 * Seconds are enough, and the kernel keeps this clock on a page that every process can read. In
 * bytes mode nothing else bounds the clock: at least no time before the license was issued counts.
 */
static int64_t
now_of(const struct skerry *skerry)
{
	struct timespec now = { 0 };

	clock_gettime(CLOCK_REALTIME_COARSE, &now);
	return now.tv_sec < skerry->license.issued_at ? skerry->license.issued_at : now.tv_sec;
}

static enum skerry_access
access_now(const struct skerry *skerry)
{
	return timeline_at(&skerry->timeline, now_of(skerry))->access;
}

static const struct license_grant *
find_grant(const struct skerry *skerry, const char *name)
{
	return license_find_grant(&skerry->license, (struct cbor_text){ name, strlen(name) });
}

void
skerry_close(struct skerry *skerry)
{
	free(skerry);
}

enum skerry_err
skerry_verdict_at(const struct skerry *skerry, int64_t at, struct skerry_verdict *ret_verdict)
{
	if (skerry == NULL || ret_verdict == NULL)
		return SKERRY_ERR_ARGUMENT;
	timeline_verdict(&skerry->timeline, at, ret_verdict);
	return SKERRY_OK;
}

enum skerry_err
skerry_verdict(const struct skerry *skerry, struct skerry_verdict *ret_verdict)
{
	if (skerry == NULL)
		return SKERRY_ERR_ARGUMENT;
	return skerry_verdict_at(skerry, now_of(skerry), ret_verdict);
}

static enum skerry_err
ask_feature(const struct skerry *skerry, const char *feature, enum skerry_access least)
{
	const struct license_grant *grant;

	if (skerry == NULL || feature == NULL)
		return SKERRY_ERR_ARGUMENT;
	if (access_now(skerry) < least)
		return SKERRY_ERR_NO_ACCESS;
	grant = find_grant(skerry, feature);
	return grant != NULL && grant->value == LICENSE_ON ? SKERRY_OK : SKERRY_ERR_NO_FEATURE;
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

enum skerry_err
skerry_limit(const struct skerry *skerry, const char *limit, int64_t *ret_number)
{
	const struct license_grant *grant;

	if (skerry == NULL || limit == NULL || ret_number == NULL)
		return SKERRY_ERR_ARGUMENT;
	if (access_now(skerry) == SKERRY_ACCESS_NONE)
		return SKERRY_ERR_NO_ACCESS;
	grant = find_grant(skerry, limit);
	if (grant == NULL || grant->value != LICENSE_NUMBER)
		return SKERRY_ERR_NO_LIMIT;
	*ret_number = grant->number;
	return SKERRY_OK;
}

enum skerry_err
skerry_text(const struct skerry *skerry, const char *name, char *ret_text, size_t text_max)
{
	const struct license_grant *grant;

	if (skerry == NULL || name == NULL || ret_text == NULL)
		return SKERRY_ERR_ARGUMENT;
	if (access_now(skerry) == SKERRY_ACCESS_NONE)
		return SKERRY_ERR_NO_ACCESS;
	grant = find_grant(skerry, name);
	if (grant == NULL || grant->value != LICENSE_STRING)
		return SKERRY_ERR_NO_LIMIT;
	if (grant->text.len >= text_max)
		return SKERRY_ERR_NO_SPACE;
	memcpy(ret_text, grant->text.chars, grant->text.len);
	ret_text[grant->text.len] = '\0';
	return SKERRY_OK;
}

_Static_assert(2 * MESSAGE_MAX <= SKERRY_MESSAGE_MAX, "two texts and the space between them");

enum skerry_err
skerry_message(const struct skerry *skerry, char *ret_text, size_t text_max)
{
	struct skerry_verdict verdict;
	struct message_subject subject;
	char action[MESSAGE_MAX];
	size_t len;

	if (skerry == NULL || ret_text == NULL)
		return SKERRY_ERR_ARGUMENT;
	if (text_max < SKERRY_MESSAGE_MAX)
		return SKERRY_ERR_NO_SPACE;
	timeline_verdict(&skerry->timeline, now_of(skerry), &verdict);
	subject = skerry->subject;
	subject.verdict = &verdict;
	message_holds(skerry->texts, &subject, ret_text);
	message_action(skerry->texts, &subject, action);
	len = strlen(ret_text);
	if (action[0] != '\0') {
		ret_text[len] = ' ';
		memcpy(ret_text + len + 1, action, strlen(action) + 1);
	}
	return SKERRY_OK;
}
