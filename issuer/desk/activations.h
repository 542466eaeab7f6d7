/* SPDX-License-Identifier: ISC */
#ifndef ISSUER_DESK_ACTIVATIONS_H
#define ISSUER_DESK_ACTIVATIONS_H

/*
 * Activations: a license at one site. Each has a number of its license's and an index of the
 * brand's status list, both taken once and never again. A document that is bound to nothing has a
 * row of its own too, so that it can be revoked, but is at no site and takes no activation.
 */

#include "formats/fingerprint.h"
#include "issuer/desk/licenses.h"

enum { ACTIVATIONS_DOMAINS_MAX = LICENSE_DOMAINS_MAX * (LICENSE_DOMAIN_MAX + 1) };

enum activation_kind {
	ACTIVATION_UNBOUND,
	ACTIVATION_STARTER, /* short and unbound, for the welcome pack */
	ACTIVATION_MACHINE,
	ACTIVATION_DOMAIN,
	ACTIVATION_SITE /* to the key of a site that paired, and what it said of machine and domains */
};

/* Whether it binds to a site: only then it takes one of max_activations and pairs the license. */
bool activations_binds(enum activation_kind kind);
/* The same of a stored kind's name. */
bool activations_kind_binds(const char *name);
/* The kind of that name; false for a name that no activation of this program has. */
bool activations_kind_from_name(const char *name, enum activation_kind *ret_kind);

/* What a document is bound to. Domains are in order, `domains` is their text as it is kept. */
struct binding {
	enum activation_kind kind;
	struct fingerprint fingerprint; /* ACTIVATION_MACHINE; _SITE: its key, maybe components */
	struct cbor_bytes fingerprint_bytes; /* as the file has it, without checksum */
	char domains[ACTIVATIONS_DOMAINS_MAX + 1];
};

struct activation {
	int64_t id, number, status_index;
	bool fresh; /* made by this call; id is 0 until activations_note_issue */
};

/*
 * The activation for this binding, within the change under way: the one that stands for the same
 * machine, the same domains or nothing at all, else a new one, which has its number and index and
 * gets its row from activations_note_issue. A machine is the same when enough of its components
 * match (weights.h).
 *
 * ACTIVATIONS_EXHAUSTED when max_activations stand already and the binding takes another.
 */
enum skerry_err activations_take(struct desk *desk, const struct license_record *license,
	const struct binding *binding, struct activation *ret_activation);

/*
 * The activation of a site that paired, which stands and which this fingerprint file is of: the same machine
 * and no other site's key; or its own key, where the salts differ and nothing can be compared. Its next
 * document goes on being bound to the site's key (reissue.h). *ret_number 0: there is none.
 */
enum skerry_err activations_find_paired(struct desk *desk, int64_t license_id,
	const struct fingerprint *fingerprint, int64_t *ret_number);

/*
 * Number and index of a new one, taken for good, whatever stands; it gets its row from
 * activations_note_issue.
 */
enum skerry_err activations_number_new(
	struct desk *desk, const struct license_record *license, struct activation *ret_activation);

/* Of a document: when it is renewed, and its last date. LICENSE_NEVER. */
struct activation_dates {
	int64_t renew_by, expires_at;
};

/*
 * The dates of a document for the activation that was just taken, within the change under way: kept
 * are renew_by of the newest one (telephone.h moves it), and the last date of any. Fills in the id of a new one.
 */
enum skerry_err activations_note_issue(struct desk *desk, const struct license_record *license,
	const struct binding *binding, const struct activation_dates *dates,
	struct activation *activation);

/*
 * An activation that stands gets this binding in place of its own: the same machine with a part replaced,
 * or a site's key for what was bound by hand.
 */
enum skerry_err activations_rebind(struct desk *desk, int64_t id, const struct binding *binding);

/* Whose requests tell of it from now on, and what replies to it are sealed to (NULL: not known). */
enum skerry_err activations_link(
	struct desk *desk, int64_t id, int64_t installation_id, const struct cose_key *opening_key);

/* Where a license stands, in numbers; what lifecycle.h asks for. */
struct activations_tally {
	int64_t sites;      /* that it is at */
	int64_t unbound;    /* documents bound to nothing that stand */
	int64_t expires_at; /* last date of what stands; LICENSE_NEVER; 0: nothing stands */
	int64_t lapses_at;  /* the same of released sites; 0: none was released */
};

enum skerry_err activations_tally(
	struct desk *desk, int64_t license_id, struct activations_tally *ret_tally);

struct activation_line {
	int64_t number, status_index, paired_at, unpaired_at; /* LICENSE_NEVER */
	char kind[16], hostname[FINGERPRINT_INFO_MAX + 1], os[FINGERPRINT_INFO_MAX + 1];
	char unpaired_why[ENTRY_NAME_MAX + 1];
	const char *domains; /* NULL: none; borrowed for the call */
};

/* All of a license, in order of their number. */
enum skerry_err activations_each(struct desk *desk, int64_t license_id,
	void (*each)(void *, const struct activation_line *), void *context);

#endif
