/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_DECIDE_EVALUATE_H
#define VERIFIER_DECIDE_EVALUATE_H

/*
 * The verdict: a pure function of a license and of facts. No I/O, no clock, no allocation.
 *
 *	state        access     when
 *	unlicensed   none       no license for this product and tenant
 *	active       full       before renew_by and valid_until
 *	overdue      full       past renew_by - warn_s or - alert_s
 *	grace        full       after renew_by for grace_s; after valid_until for expiry_grace_s
 *	degraded     read only  after grace, for degraded_s (0: straight to locked)
 *	locked       none       after that; suspended; revoked; unpaired past overlap; wrong machine,
 *	                        domain or tenant past rebind grace; after exp
 *
 * The lowest row that matches wins; of two reasons in one row, the one that ends first. A step
 * down that a date causes takes effect at the next day end. Suspension, revocation, a build after
 * maintenance, another site's key, exp, and a condition to which the license gives no grace take effect
 * at once.
 *
 *	condition               full access for    then read only for
 *	machine, domain,        rebind_grace_s
 *	tenant
 *	unpaired                overlap_s
 *	signing key revoked     grace_s            degraded_s
 *	rollback, if the policy grace_s            degraded_s
 *	says grace
 *
 * All of these show as `grace` while they last. The notice is an alert from grace on, but for a
 * missed renewal whose alert_s lies after renew_by. Clock conditions, a restored state and a status
 * list older than max_status_age_s raise it to a warning and do nothing else; a license is itself
 * word from the vendor, so its iat counts as a list's. A candidate of the clock is an information,
 * and a warning where believing it would make the state worse. grace_until and degraded_until are when full
 * and all access end under these facts; what takes effect at once has no date there.
 *
 * A day end is counted by the offset that the place has at that day end (ladder.h). So no date of a
 * verdict depends on when it was asked: next_change_at is exact across the nights on which clocks are
 * put forward or back, and access never rises as time goes by, but where a license begins. Where a
 * clock is put back the day end may come up to 25 h after its date; exp, the last date, does not wait.
 */

#include "formats/ladder.h"
#include "skerry.h"

enum evaluate_match {
	EVALUATE_UNKNOWN = 0, /* not bound, or nothing to compare with: no objection */
	EVALUATE_MATCH,
	EVALUATE_MISMATCH,
	EVALUATE_TOO_FEW /* unreadable components could still tip the balance */
};

/* What the vendor's status list says of this document. */
enum evaluate_status {
	EVALUATE_STATUS_UNKNOWN = 0,
	EVALUATE_STATUS_VALID,
	EVALUATE_STATUS_SUSPENDED,
	EVALUATE_STATUS_REVOKED
};

enum evaluate_clock {
	EVALUATE_CLOCK_OK = 0,
	EVALUATE_CLOCK_BEHIND,
	EVALUATE_CLOCK_AHEAD_UNPROVEN,
	EVALUATE_CLOCK_FAULT,
	EVALUATE_CLOCK_UNATTENDED
};

/*
 * Instants at which a condition began, in settled time; LICENSE_NEVER while it does not hold. A
 * mismatch whose beginning is not known counts from the license's iat.
 */
struct evaluate_facts {
	int64_t now;              /* trusted time */
	struct local_clock local; /* of the place; its zone must outlive the facts */
	enum evaluate_match machine, site_key, domain, tenant;
	bool pairing_lost; /* the site had this key, and lost it with its memory */
	enum evaluate_status status;
	int64_t status_issued_at; /* of the list that said so; LICENSE_NEVER: none held */
	struct cbor_text told;    /* why, in the vendor's words; absent. It decides nothing */
	enum evaluate_clock clock;
	bool state_rollback;
	int64_t rollback_since;
	/* An instant that the clock will be believed to show, and when; LICENSE_NEVER: there is none. */
	int64_t candidate, candidate_due;
	unsigned telephone_steps;
	int64_t build_date;                                /* 0: not compared */
	int64_t machine_since, domain_since, tenant_since; /* mismatch began */
	int64_t key_revoked_since, unpaired_since;
};

/* Facts with no objection: everything unknown, every `since` never; one offset at all times. */
void evaluate_facts_init(struct evaluate_facts *ret_facts, int64_t now, int32_t utc_offset_s);

/* `license` NULL: unlicensed, and a tenant's mismatch says that others have one. Never fails. */
void evaluate(const struct license *license, const struct evaluate_facts *facts,
	struct skerry_verdict *ret_verdict);

#endif
