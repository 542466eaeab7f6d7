/* SPDX-License-Identifier: ISC */
#include "kept.h"

#include <stdlib.h>
#include <string.h>

struct kept_answer {
	struct http_kept *answer; /* NULL: none */
	char *target;
	char language[sizeof((struct http_call *)0)->language];
	enum http_format format;
	uint64_t generation;
	int64_t from, until;
};

struct kept {
	struct kept_answer answers[KEPT_MAX];
};

struct kept *
kept_new(void)
{
	return calloc(1, sizeof(struct kept));
}

static void
drop(struct kept_answer *answer)
{
	if (answer->answer != NULL)
		http_let_go(answer->answer);
	free(answer->target);
	*answer = (struct kept_answer){ .answer = NULL };
}

void
kept_forget(struct kept *kept)
{
	for (size_t i = 0; i < KEPT_MAX; i++)
		drop(&kept->answers[i]);
}

void
kept_free(struct kept *kept)
{
	if (kept == NULL)
		return;
	kept_forget(kept);
	free(kept);
}

void
kept_key(struct kept_key *ret_key, const struct http_call *call)
{
	size_t len = strlen(call->target);

	*ret_key = (struct kept_key){ .format = call->format };
	memcpy(ret_key->language, call->language, sizeof ret_key->language);
	if (len <= KEPT_TARGET_MAX)
		memcpy(ret_key->target, call->target, len);
}

/* FNV-1a: who chooses targets that meet only writes his own answers again and again. */
static size_t
place(const char *target, const char *language, enum http_format format)
{
	uint32_t hash = 2166136261u ^ (uint32_t)format;

	for (; *target != '\0'; target++)
		hash = (hash ^ (unsigned char)*target) * 16777619u;
	for (; *language != '\0'; language++)
		hash = (hash ^ (unsigned char)*language) * 16777619u;
	return (hash ^ hash >> 16) % KEPT_MAX;
}

struct http_kept *
kept_find(const struct kept *kept, const struct http_call *call, struct answers *answers)
{
	const struct kept_answer *at =
		&kept->answers[place(call->target, call->language, call->format)];
	struct answers_stamp stamp;

	if (at->answer == NULL || at->format != call->format ||
		strcmp(at->target, call->target) != 0 || strcmp(at->language, call->language) != 0)
		return NULL;
	answers_stamp(answers, &stamp);
	if (stamp.generation != at->generation || stamp.now < at->from || stamp.now >= at->until)
		return NULL;
	return at->answer;
}

void
kept_put(struct kept *kept, const struct kept_key *key, uint64_t generation, int64_t from,
	int64_t until, struct http_kept *answer)
{
	struct kept_answer *at = &kept->answers[place(key->target, key->language, key->format)];
	char *target = key->target[0] == '\0' ? NULL : strdup(key->target);

	if (target == NULL) {
		http_let_go(answer);
		return;
	}
	drop(at);
	*at = (struct kept_answer){ .answer = answer,
		.target = target,
		.format = key->format,
		.generation = generation,
		.from = from,
		.until = until };
	memcpy(at->language, key->language, sizeof at->language);
}
