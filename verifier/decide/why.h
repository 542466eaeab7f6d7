/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_DECIDE_WHY_H
#define VERIFIER_DECIDE_WHY_H

/*
 * A verdict explained: a short chain of reasons, each with the claims and facts behind it. Pure, no
 * allocation. The words are elsewhere (verifier/texts/explain.h); here are codes and values.
 *
 * The first link decides, and its reason is the verdict's. Then what holds as well, the worst first;
 * then what only raises the notice; then what bears on it without harm.
 */

#include "course.h"
#include "match.h"

enum why_code {
	/* what decides where nothing has ended */
	WHY_NO_LICENSE = 0,
	WHY_FILES_UNUSED, /* no license, but files that could not be used */
	WHY_BEGINS_LATER,
	WHY_VALID,
	WHY_RENEWAL_DUE,
	/* what ends it: one or two for each of course.h's causes */
	WHY_REVOKED,
	WHY_SUSPENDED,
	WHY_MAINTENANCE_ENDED,
	WHY_SIGNING_KEY,
	WHY_UNPAIRED,
	WHY_OTHER_SITE,   /* the site key is another one */
	WHY_PAIRING_LOST, /* ... since the one before went with the site's memory */
	WHY_OTHER_MACHINE,
	WHY_TOO_FEW_COMPONENTS,
	WHY_OTHER_DOMAIN,
	WHY_OTHER_TENANT,
	WHY_STATE_RESTORED,
	WHY_TERM_ENDED,
	WHY_RENEWAL_MISSED,
	WHY_LAST_DATE,
	/* notices */
	WHY_CLOCK_BEHIND,
	WHY_CLOCK_AHEAD,
	WHY_CLOCK_FAULT,
	WHY_CLOCK_UNATTENDED,
	WHY_CLOCK_CANDIDATE,
	WHY_STATUS_OLD,
	WHY_STATE_NOTICED, /* a restored state that costs nothing */
	/* news */
	WHY_COMPONENTS_DIFFER,
	WHY_COMPONENTS_UNREADABLE,
	WHY_TERM_GOES_ON, /* the other ladder, not reached */
	WHY_RENEWAL_AHEAD,
	WHY_TELEPHONE_STEPS,
	WHY_NEXT_LICENSE, /* one that begins later waits beside it */
	/* in place of the deciding link, of a past that is told without its license (past.h) */
	WHY_RECORDED
};
enum { WHY_CODES = WHY_RECORDED + 1 };

enum why_part { WHY_DECIDES = 0, WHY_HOLDS_TOO, WHY_NOTICE, WHY_NEWS };

enum why_kind {
	WHY_INSTANT,
	WHY_DURATION, /* seconds */
	WHY_NUMBER,
	WHY_MINUTES,    /* a time of day */
	WHY_COMPONENTS, /* MATCH_TYPE_BITs */
	WHY_TEXT,
	WHY_BYTES /* shown as hex */
};

/* The name is a claim's, or a fact's, as in the JSON of `status`. */
struct why_fact {
	const char *name;
	enum why_kind kind;
	int64_t number;          /* of all kinds but the last two */
	struct cbor_text text;   /* borrows what was explained */
	struct cbor_bytes bytes; /* this too */
};

enum {
	WHY_FACTS_MAX = 6,
	WHY_LINKS_MAX = COURSE_RUNGS_MAX + 11 /* each of the others at most once */
};

struct why_link {
	enum why_code code;
	enum why_part part;
	enum skerry_reason reason; /* of notices and news: OK */
	enum skerry_state state;   /* where this link alone would leave the license */
	int64_t since, until;      /* of that state's cause, and of the state; LICENSE_NEVER */
	struct why_fact facts[WHY_FACTS_MAX];
	size_t facts_len;
};

struct why {
	struct why_link links[WHY_LINKS_MAX]; /* at least one */
	size_t len;
	/*
	 * The missing renewal decides, and may come by telephone: steps that are left would move its
	 * date, and all of them together give access.
	 */
	bool by_telephone;
};

/* What is explained; all borrowed. */
struct why_subject {
	const struct license *license; /* NULL: none */
	const struct evaluate_facts *facts;
	const enum match_sight *sights; /* of each component; NULL: the machine was not compared */
	const struct match_tally *tally;
	const uint8_t *kid;          /* COSE_KID_LEN bytes, of its signing key; NULL: not told */
	const char *domain, *tenant; /* asked for; NULL */
	uint64_t status_version;     /* of the status list; 0: none held */
	const struct license *next;  /* begins later, beside this one; NULL */
	size_t files_unused;         /* in the folder */
};

/* Explains what evaluate answers for the same license and facts. Never fails. */
void why_explain(const struct why_subject *subject, struct why *ret_why);

/* The fact of a revocation or suspension that is no claim: the vendor's words. */
#define WHY_TOLD "told"
struct cbor_text why_told(const struct why_link *link); /* absent */

/* "renewal_missed", "other_machine"; "decides", "holds_too"; "unknown" outside the enum. Static. */
const char *why_code_name(enum why_code code);
const char *why_part_name(enum why_part part);

#endif
