/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_SITE_H
#define VERIFIER_SITE_H

/*
 * A site as its state folder tells it: whom it trusts, who it is, which licenses it holds. Opening
 * verifies everything; asking gathers the facts of one license and decides.
 */

#include "formats/reply.h"
#include "skerry.h"
#include "verifier/decide/evaluate.h"
#include "verifier/gather/components.h"
#include "verifier/gather/local_time.h"
#include "verifier/state/documents.h"
#include "verifier/state/identity.h"
#include "verifier/state/memory_opening.h"

struct site_license {
	struct license license; /* borrows `document` */
	uint8_t *document;
	size_t document_len;
	char file[DOCUMENTS_NAME_MAX]; /* below licenses/ */
	uint8_t kid[COSE_KID_LEN];
	/* Why the newest manifest no longer permits its signing key to have signed it; SKERRY_OK. */
	enum skerry_err standing;
	bool stood;                /* an earlier manifest permitted it */
	unsigned telephone_steps;  /* typed in, checked again at each load (state/extensions.h) */
	int64_t key_revoked_since; /* arrival of the manifest that ended it; LICENSE_NEVER: none */
	/* What the newest status list of its brand says of it, and when that was issued. */
	enum evaluate_status status; /* UNKNOWN: no list that speaks of it */
	int64_t status_issued_at;    /* LICENSE_NEVER */
};

/* The newest reply of a brand: its results and notices hold until the next one. */
struct site_reply {
	struct reply reply; /* borrows `document` */
	uint8_t *document;
	size_t document_len;
	char file[DOCUMENTS_NAME_MAX]; /* below replies/ */
	uint8_t kid[COSE_KID_LEN];
};

/* The newest status list of a brand. */
struct site_status {
	struct status_list list; /* borrows `document` */
	uint8_t *document;
	size_t document_len;
	char file[DOCUMENTS_NAME_MAX]; /* below statuses/ */
	uint8_t kid[COSE_KID_LEN];
};

enum { SITE_WORDS_MAX = 64 }; /* brands of which either is kept */

/* A file that grants nothing, and why. */
struct site_unused {
	char file[DOCUMENTS_PATH_MAX];
	enum skerry_err err;
};

/* Where this machine is, and what it showed when first asked, without values that who asks supplies. */
struct site_machine {
	bool known;
	struct components components;
	struct local_time local; /* its time zone when the site was opened */
};

struct site {
	struct documents documents;
	struct identity identity;
	struct trust *trust;
	struct site_license *licenses;
	size_t licenses_len;
	struct site_unused *unused;
	size_t unused_len;
	struct site_reply *replies; /* one of a brand; site_words.h */
	size_t replies_len;
	struct site_status *statuses;
	size_t statuses_len;
	uint8_t site_id[COSE_THUMBPRINT_LEN]; /* of its key: whom replies are for */
	/* Files whose place another one has taken, by their path: they go when that is on record. */
	char (*replaced)[DOCUMENTS_PATH_MAX];
	size_t replaced_len;
	struct memory *memory; /* its time, and what it remembers */
	struct site_machine *machine;
	bool recalled; /* what lies in the folder is known to it */
	int64_t floor; /* newest iat of a document whose key stands: it is no earlier than this */
	int64_t followed_since; /* site_follow's */
};

/* What an opening that failed stumbled over; a file below the folder, or "". */
struct site_failure {
	char file[DOCUMENTS_PATH_MAX];
	size_t offset;
	pid_t holder; /* STORE_BUSY: who writes; 0: not known */
};

/*
 * Errors of documents.h and identity.h, and NO_MEMORY. A license file that does not verify is no
 * error: it grants nothing and is listed as unused. So is one beyond DOCUMENTS_LICENSES_MAX, and a
 * manifest behind a gap in their chain.
 *
 * A license that was good when it came stays held when a later manifest revokes its signing key or
 * no longer permits it: from the arrival of that manifest on it is in its own grace.
 */
enum skerry_err site_open(
	const char *path, struct site *ret_site, struct site_failure *ret_failure);
/* The same for who will change it (writer.h). */
enum skerry_err site_open_to_write(
	const char *path, struct site *ret_site, struct site_failure *ret_failure);
/*
 * For who asks, and records what there is to remember if he may: as one that writes where that can be
 * had, else for reading. What kept it from writing, but that somebody else does or that this user, who
 * is neither root nor the folder's owner, may not, is the memory's `trouble`.
 */
enum skerry_err site_open_to_ask(
	const char *path, struct site *ret_site, struct site_failure *ret_failure);
/*
 * The same for a library, in a process that it does not own: it becomes no other user (writer.h).
 * *ret_reason, why it only reads: STORE_BUSY, FILE_PERMISSION, ...; SKERRY_OK where it writes. Written
 * with the site.
 */
enum skerry_err site_open_as_self(const char *path, struct site *ret_site,
	enum skerry_err *ret_reason, struct site_failure *ret_failure);
void site_close(struct site *site);

/*
 * What a product pins may be newer than all that the folder holds: from here on it is what the
 * site's licenses are judged by, and it came at `since`. Takes over `newer` (allocated), also on an
 * error: NO_MEMORY, and what documents_load_trust refuses. Nothing is written.
 */
enum skerry_err site_follow(struct site *site, struct trust *newer, int64_t since);

/*
 * Looks at the clocks: after opening, before anything is asked or taken in, and when a minute has gone
 * by; `reading` NULL: those of this machine. Errors of remember.h, of who opened to write.
 */
enum skerry_err site_tick(struct site *site, const struct clock_reading *reading);
/* The site's own time as of the last tick; what the wall clock said, until the first document. */
int64_t site_now(const struct site *site);

/* Whether another license that is held has taken this one's place. */
bool site_is_replaced(const struct site *site, const struct site_license *held, int64_t now);

/*
 * --- changing what is held, for take_in.h: in memory, but for site_drop_replaced. ---
 */

/* Whether one more license can be kept, those gone whose place it takes. */
bool site_has_room(const struct site *site, const struct license *license);
/* Holds a license that trust has accepted, whose file is yet to be written; there must be room. */
enum skerry_err site_keep(
	struct site *site, const struct license *license, struct cbor_bytes bytes);
/*
 * Lets go of every license whose place another one has taken: it is one of `replaced` then. The floor
 * is the clock here: no file goes because of a clock that may be wrong.
 */
enum skerry_err site_let_go_replaced(struct site *site);
/* Drops the files of `replaced`: after the commit that took them off the record. Errors of documents.h. */
enum skerry_err site_drop_replaced(struct site *site);

#endif
