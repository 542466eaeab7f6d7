/* SPDX-License-Identifier: ISC */
#ifndef ISSUER_DESK_INSTALLATIONS_H
#define ISSUER_DESK_INSTALLATIONS_H

/*
 * Installations: a site as its requests tell of it, known by its key. Its activations, of any brand and
 * license, name it; what is bound by hand has none. And its history, as decide/fork.h asks for it.
 *
 * All that changes is called within the change under way. Errors of store.h.
 */

#include "formats/request.h"
#include "issuer/decide/fork.h"
#include "issuer/desk/desk.h"

enum { INSTALLATIONS_TAG_LEN = 4, INSTALLATIONS_GROUP_MAX = 64, INSTALLATIONS_LIST_MAX = 1000 };

struct installation {
	int64_t id; /* 0: not heard of yet */
	uint8_t site_id[COSE_THUMBPRINT_LEN];
	char tag[INSTALLATIONS_TAG_LEN + 1]; /* as in a mailbag's receipt */
	struct cose_key site_key, opening_key;
	bool has_site_key; /* false once its customer was erased */
	bool has_opening_key;
	char group[INSTALLATIONS_GROUP_MAX + 1];   /* "": none */
	int64_t first_contact_at, last_contact_at; /* the desk's time */
	/* Of its newest request: */
	uint64_t number;
	uint8_t nonce[REQUEST_NONCE_LEN];
	enum request_kind kind;
	int64_t issued_at, wall;
	unsigned condition;
	uint64_t manifest_version, reply_taken;
	int64_t rolled_back_since; /* LICENSE_NEVER */
	char hostname[REQUEST_INFO_MAX + 1], os[REQUEST_INFO_MAX + 1];
	char app_version[REQUEST_INFO_MAX + 1], install_id[REQUEST_INSTALL_ID_MAX + 1];
	uint64_t reply_made; /* newest number */
	bool has_reset;      /* the time was reset by a reply to this nonce */
	uint8_t reset_nonce[REQUEST_NONCE_LEN];
	enum fork_found found;        /* as in its fork_site */
	int64_t found_at, settled_at; /* LICENSE_NEVER */
};

/* id 0 where there is none. */
enum skerry_err installations_find_key(struct desk *desk,
	const uint8_t site_id[COSE_THUMBPRINT_LEN], struct installation *ret_installation);
enum skerry_err installations_find_row(
	struct desk *desk, int64_t id, struct installation *ret_installation);
/*
 * By tag, site id in hex or its first digits, install id, LICENSE-NUMBER of an activation. NOT_FOUND,
 * NOT_UNIQUE with the tags of all, ARGUMENT.
 */
enum skerry_err installations_find(
	struct desk *desk, const char *typed, struct installation *ret_installation);

/* A group that no site is in is NOT_FOUND, with the nearest one and the groups that there are. */
enum skerry_err installations_find_group(struct desk *desk, const char *group);

/*
 * A new one (fills in id and tag), or what changed of one. What was found of its history is not written
 * here (installations_apply).
 */
enum skerry_err installations_write(struct desk *desk, struct installation *installation);

struct installations_filter {
	const char *group;            /* NULL: any */
	int64_t license_id, brand_id; /* with an activation of it that stands; 0 */
	bool found;                   /* only forks that nobody settled */
	int64_t after, limit;         /* row */
};
/* In the order of first contact; `each` returns false to stop. */
enum skerry_err installations_each(struct desk *desk, const struct installations_filter *filter,
	bool (*each)(void *, const struct installation *), void *context);

/* --- its history --- */

enum { INSTALLATIONS_ROWS_MAX = 4096 };

/* The site and its rows from a number on, for fork_judge; rows are malloc'd. */
enum skerry_err installations_load_history(struct desk *desk, int64_t id, uint64_t from,
	uint64_t to, struct fork_site *ret_site, struct fork_row **ret_rows, size_t *ret_rows_len);

/* What is kept of a request that arrived. */
struct installations_request {
	const struct fork_request *fork;
	enum request_kind kind;
	int64_t received_at;
	const struct request_head *journal;
};
/* Applies a verdict: rows, lines, pruning; *ret_request is the row of `self`, 0 for FORGOTTEN. */
enum skerry_err installations_apply(struct desk *desk, int64_t id, const struct fork_site *site,
	const struct fork_verdict *verdict, const struct installations_request *request,
	int64_t *ret_request);
/* Somebody has looked into it (fork_settle). */
enum skerry_err installations_settle(struct desk *desk, int64_t id);

#endif
