/* SPDX-License-Identifier: ISC */
#include "why_link.h"

#include <string.h>

struct why_link *
why_add_link(struct why *why, enum why_part part, enum why_code code)
{
	struct why_link *link = &why->links[why->len++];

	*link = (struct why_link){ .code = code,
		.part = part,
		.reason = SKERRY_REASON_OK,
		.state = SKERRY_STATE_ACTIVE,
		.since = LICENSE_NEVER,
		.until = LICENSE_NEVER };
	return link;
}

struct why_fact *
why_add_fact(struct why_link *link, const char *name, enum why_kind kind, int64_t number)
{
	struct why_fact *fact = &link->facts[link->facts_len++];

	*fact = (struct why_fact){ .name = name, .kind = kind, .number = number };
	return fact;
}

void
why_add_instant(struct why_link *link, const char *name, int64_t at)
{
	if (at != LICENSE_NEVER)
		why_add_fact(link, name, WHY_INSTANT, at);
}

void
why_add_duration(struct why_link *link, const char *name, int64_t seconds)
{
	why_add_fact(link, name, WHY_DURATION, seconds);
}

void
why_add_left(struct why_link *link, const char *name, int64_t now, int64_t at)
{
	why_add_duration(link, name, at > now ? at - now : 0);
}

void
why_add_number(struct why_link *link, const char *name, uint64_t number)
{
	why_add_fact(link, name, WHY_NUMBER, (int64_t)number);
}

void
why_add_text(struct why_link *link, const char *name, struct cbor_text text)
{
	if (text.len > 0)
		why_add_fact(link, name, WHY_TEXT, 0)->text = text;
}

void
why_add_chars(struct why_link *link, const char *name, const char *text)
{
	if (text != NULL)
		why_add_text(link, name, (struct cbor_text){ text, strlen(text) });
}

static const char *const CODE_NAMES[WHY_CODES] = {
	[WHY_NO_LICENSE] = "no_license",
	[WHY_FILES_UNUSED] = "files_unused",
	[WHY_BEGINS_LATER] = "begins_later",
	[WHY_VALID] = "valid",
	[WHY_RENEWAL_DUE] = "renewal_due",
	[WHY_REVOKED] = "revoked",
	[WHY_SUSPENDED] = "suspended",
	[WHY_MAINTENANCE_ENDED] = "maintenance_ended",
	[WHY_SIGNING_KEY] = "signing_key_revoked",
	[WHY_UNPAIRED] = "unpaired",
	[WHY_OTHER_SITE] = "other_site",
	[WHY_PAIRING_LOST] = "pairing_lost",
	[WHY_OTHER_MACHINE] = "other_machine",
	[WHY_TOO_FEW_COMPONENTS] = "too_few_components",
	[WHY_OTHER_DOMAIN] = "other_domain",
	[WHY_OTHER_TENANT] = "other_tenant",
	[WHY_STATE_RESTORED] = "state_restored",
	[WHY_TERM_ENDED] = "term_ended",
	[WHY_RENEWAL_MISSED] = "renewal_missed",
	[WHY_LAST_DATE] = "last_date",
	[WHY_CLOCK_BEHIND] = "clock_behind",
	[WHY_CLOCK_AHEAD] = "clock_ahead_unproven",
	[WHY_CLOCK_FAULT] = "clock_fault",
	[WHY_CLOCK_UNATTENDED] = "clock_unattended",
	[WHY_CLOCK_CANDIDATE] = "clock_candidate",
	[WHY_STATUS_OLD] = "status_list_old",
	[WHY_STATE_NOTICED] = "state_rollback",
	[WHY_COMPONENTS_DIFFER] = "components_differ",
	[WHY_COMPONENTS_UNREADABLE] = "components_unreadable",
	[WHY_TERM_GOES_ON] = "term_goes_on",
	[WHY_RENEWAL_AHEAD] = "renewal_ahead",
	[WHY_TELEPHONE_STEPS] = "telephone_steps",
	[WHY_NEXT_LICENSE] = "next_license",
	[WHY_RECORDED] = "recorded",
};

const char *
why_code_name(enum why_code code)
{
	return (unsigned)code < WHY_CODES ? CODE_NAMES[code] : "unknown";
}

const char *
why_part_name(enum why_part part)
{
	static const char *const NAMES[] = { [WHY_DECIDES] = "decides",
		[WHY_HOLDS_TOO] = "holds_too",
		[WHY_NOTICE] = "notice",
		[WHY_NEWS] = "news" };

	return (unsigned)part < sizeof NAMES / sizeof *NAMES ? NAMES[part] : "unknown";
}
