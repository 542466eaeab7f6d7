/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_SITE_H
#define VERIFIER_SITE_H

/*
 * A site as its state folder tells it: whom it trusts, who it is, which licenses it holds. Opening
 * verifies everything; asking gathers the facts of one license and decides.
 */

#include "skerry.h"
#include "verifier/decide/match.h"
#include "verifier/gather/components.h"
#include "verifier/state/documents.h"
#include "verifier/state/identity.h"

struct site_license {
	struct license license; /* borrows `document` */
	uint8_t *document;
	size_t document_len;
	char file[DOCUMENTS_NAME_MAX]; /* below licenses/ */
	uint8_t kid[COSE_KID_LEN];
	/* Why the newest manifest no longer permits its signing key to have signed it; SKERRY_OK. */
	enum skerry_err standing;
	bool stood;                /* an earlier manifest permitted it */
	int64_t key_revoked_since; /* arrival of the manifest that ended it; LICENSE_NEVER: none */
};

/* A file that grants nothing, and why. */
struct site_unused {
	char file[DOCUMENTS_PATH_MAX];
	enum skerry_err err;
};

struct site {
	struct documents documents;
	struct identity identity;
	struct trust *trust;
	struct site_license *licenses;
	size_t licenses_len;
	struct site_unused *unused;
	size_t unused_len;
	int64_t floor; /* newest iat of a license whose key stands: it is no earlier than this */
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
void site_close(struct site *site);

/*
 * --- changing what is held, for take_in.h: files and memory alike. Errors of documents.h. ---
 */

/* Follows the manifests anew and judges all that is held by them, the floor too. NO_MEMORY as well. */
enum skerry_err site_review(struct site *site);
/* Whether one more license can be kept, those gone whose place it takes. */
bool site_has_room(const struct site *site, const struct license *license);
/* Keeps a license that trust has accepted; there must be room. */
enum skerry_err site_keep(
	struct site *site, const struct license *license, struct cbor_bytes bytes);
/*
 * Drops every license whose place another one has taken. The floor is the clock here: no file goes
 * because of a clock that may be wrong.
 */
enum skerry_err site_drop_replaced(struct site *site);

struct site_query {
	const char *product, *tenant; /* NULL: not given */
	const char *domain;           /* NULL: not compared; "" is no license's domain */
	const char *install_path;     /* components.h: these three */
	const char *const *custom;
	size_t custom_len;
	const char *root; /* NULL: this machine; else a captured one, which only tests ask about */
	int64_t wall;     /* what the system's clock says */
	unsigned without; /* MATCH_TYPE_BITs: what if these components were other ones? */
};

struct site_answer {
	const struct license *license; /* NULL: none for this product and tenant */
	struct skerry_verdict verdict;
	struct match_tally tally; /* components 0: not bound to a machine */
	int32_t utc_offset_s;
	/* What the verdict follows from, to explain it; the license's are set where there is one. */
	struct evaluate_facts facts;
	enum match_sight sights[LICENSE_COMPONENTS_MAX];
	const struct site_license *held;
	const struct license *next; /* the first to begin later beside it; NULL */
};

/*
 * The verdict for a product and tenant. Of several licenses the one that gives most counts; of one
 * license, its newest edition that has begun. Without a product, the one that all licenses are for:
 * NOT_UNIQUE where they differ. ARGUMENT for custom values or an install path that
 * components.h refuses.
 */
enum skerry_err site_ask(
	const struct site *site, const struct site_query *query, struct site_answer *ret_answer);

/*
 * The same in two steps, for several instants: what is gathered of machine and clock, once, and the
 * answer at an instant with the documents that are held now. All but the clock stays as gathered.
 */
struct site_question {
	const struct site *site;
	const struct site_query *query; /* borrowed, too */
	struct components components;
	int64_t now; /* settled: what site_ask answers for */
};

enum skerry_err site_gather(const struct site *site, const struct site_query *query,
	struct site_question *ret_question);
enum skerry_err site_answer_at(
	const struct site_question *question, int64_t at, struct site_answer *ret_answer);

#endif
