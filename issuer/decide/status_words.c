/* SPDX-License-Identifier: ISC */
#include "status_words.h"

const char *
status_words_hotelhub_name(enum hotelhub_status status)
{
	static const char *const NAMES[] = { "unpaired", "paired", "grace", "suspended", "revoked",
		"expired" };

	return NAMES[status];
}

enum hotelhub_status
status_words_hotelhub(const struct status_facts *facts, int64_t now)
{
	switch (standing_at(facts->stored, facts->valid_until, facts->pending_until, now)) {
	case STANDING_PAIRED:
		return facts->overdue ? HOTELHUB_GRACE : HOTELHUB_PAIRED;
	case STANDING_SUSPENDED:
		return HOTELHUB_SUSPENDED;
	case STANDING_REVOKED:
		return HOTELHUB_REVOKED;
	case STANDING_EXPIRED:
		return HOTELHUB_EXPIRED;
	default:
		return HOTELHUB_UNPAIRED;
	}
}

bool
status_words_is_valid(const struct status_facts *facts, int64_t now)
{
	const char *word =
		standing_access_word(facts->stored, facts->valid_until, facts->expiry_grace_s, now);

	return word[0] == 'A' || word[0] == 'G';
}

const char *
status_words_group_one(const struct status_facts *facts, int64_t now)
{
	if (facts->stored == STANDING_SUSPENDED || facts->stored == STANDING_REVOKED)
		return standing_name(facts->stored);
	return status_words_is_valid(facts, now) ? "active" : "expired";
}
