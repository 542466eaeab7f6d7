/* SPDX-License-Identifier: ISC */
#ifndef ISSUER_DECIDE_ANSWER_H
#define ISSUER_DECIDE_ANSWER_H

/*
 * What a site's request gets, for one license: a result, and what the desk does.
 *
 *	place \ kind   pair        migrate         heartbeat     unpair
 *	nowhere        activate 1  move 2          not paired 3  (done)
 *	here           renew       renew           renew         end
 *	changed        elsewhere   move            renew, told   end
 *	reinstalled    move        move            not paired 3  (done)
 *	by hand        adopt 4     adopt 4         renew 4       end 4
 *	proved         take up     take up         take up       end
 *	ended          activate 1  move 2          not paired 3  (done)
 *
 *	1 where an activation is free; else PAIRED_ELSEWHERE of one that was sold, ACTIVATIONS_EXHAUSTED
 *	  of several
 *	2 of the one activation that can be meant; where none or several can, as 1
 *	3 PAIRED_ELSEWHERE where the one that was sold is taken, else UNPAIRED
 *	4 what is bound to nothing stands for nobody: pair and migrate as nowhere, unpair (done), and a
 *	  starter is not renewed
 *
 * Refusals come in this order: malformed, key_unknown, revoked, suspended, expired (none of the last
 * two keeps a site from unpairing), fingerprint_insufficient, paired_elsewhere, activations_exhausted,
 * migration_limit. Move and end count as migrations, of what is bound to a site: the old machine may have
 * been copied before. A machine that was reinstalled takes no further activation, but counts too: its
 * old site key cannot be told from a copy's.
 *
 * What an erased customer has goes on as it is: a heartbeat of it gets EXPIRED, with words of its own and no
 * date, since nothing is issued for it any more; a key of it is KEY_UNKNOWN. A key that is known, and holds
 * nothing for the tenant that is named, is KEY_UNKNOWN with words of its own.
 *
 * Repeated, a request finds what the first one made: here after pair and migrate, ended after unpair. A
 * LATE one gets no document, which a newer request got, and does nothing where a newer pair, migrate or
 * unpair of its site was answered (`superseded`); a FORGOTTEN one gets a document at the most. UNPAIRED is
 * said only of what does not stand: an unpair that comes too late to do anything is answered OK. Pure.
 */

#include "formats/reply.h"
#include "formats/request.h"
#include "answer_words.h"
#include "issuer/decide/fork.h"
#include "issuer/decide/lifecycle.h"
#include "issuer/decide/migrations.h"

/* Where the activation is that the request means. */
enum answer_place {
	ANSWER_NOWHERE,     /* none of the license is this site's or machine's */
	ANSWER_HERE,        /* this site's, on its machine */
	ANSWER_CHANGED,     /* this site's, on another machine (weights.h) */
	ANSWER_REINSTALLED, /* this machine's, under another site key */
	ANSWER_BY_HAND,     /* of this machine or domains, or of nothing, without a site key */
	ANSWER_PROVED,      /* told by a document this desk signed and has no record of */
	ANSWER_ENDED        /* this site's, which has ended */
};
enum { ANSWER_PLACE_LAST = ANSWER_ENDED };

struct answer_facts {
	enum request_kind kind;
	enum fork_arrival arrival; /* AGAIN: the caller has the answer, and does nothing new */
	bool superseded;
	bool malformed;
	bool key_known; /* pair, migrate: the license key; else: a license of this site */
	bool no_tenant; /* not `key_known`: the key is, and not for the tenant that is named */
	struct lifecycle_facts license;
	int64_t max_activations;
	bool fingerprint_enough; /* or none is asked for, as of a license for domains */
	enum answer_place place;
	bool binds;          /* BY_HAND: to a machine or domains (activations_binds) */
	bool starter;        /* BY_HAND */
	int64_t ends_at;     /* ENDED: when its overlap is over */
	int64_t replaceable; /* migrate: activations that stand and can be meant */
	int64_t overlap_s;
	struct migrations migrations;
	int64_t migrations_allowed;
	enum fork_found found; /* RESTORED: by this request, untold; CLONE: not settled yet */
	enum license_rollback rollback_policy;
};

enum answer_act {
	ANSWER_NOTHING,
	ANSWER_RENEW,   /* the next document for the activation that stands */
	ANSWER_ADOPT,   /* that activation gets the site's key, and its next document */
	ANSWER_TAKE_UP, /* the activation is recorded as its document says, and gets the next one */
	ANSWER_ACTIVATE, /* a new activation, and its first document */
	ANSWER_MOVE,     /* ends an activation, revokes its index, then as ACTIVATE */
	ANSWER_END       /* ends the activation and revokes its index once `until` has passed */
};
enum { ANSWER_ACT_LAST = ANSWER_END };

struct answer {
	enum reply_code code;
	enum answer_act act;
	bool counts;   /* as a migration */
	int64_t until; /* UNPAIRED: end of the overlap; EXPIRED: since when; MIGRATION_LIMIT: when
	                             the next is free; LICENSE_NEVER */
	enum answer_words words;  /* with the result */
	enum answer_words notice; /* beside it; RESTORED informs, CHANGED warns, CLONE alerts */
};

struct answer answer_judge(const struct answer_facts *facts);

/*
 * Whether the reply resets the site's time: only to the newest request of a site, once, whose clock was
 * behind, unproven ahead or at fault (`condition` of formats/request.h).
 */
bool answer_resets_time(unsigned condition, enum fork_arrival arrival);

#endif
