/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_EXCHANGE_REQUEST_GATHER_H
#define VERIFIER_EXCHANGE_REQUEST_GATHER_H

/*
 * What a request says, out of site, memory, machine and what the customer lets go out (request_news.h);
 * everything but its number, nonce and list, which the dialog gives.
 */

#include "formats/license_key.h"
#include "request_out.h"
#include "verifier/state/desk_heads.h"
#include "verifier/state/events.h"
#include "verifier/state/requests.h"
#include "verifier/state/seats_usage.h"

/* The request and the memory that it borrows beside the site's and the wish's. About 100 KB. */
struct request_gathered {
	struct request request;
	int64_t told_restored; /* requests_row's */
	bool anonymous;        /* request_made's */
	int64_t event_numbers[REQUEST_EVENTS_MAX];

	char keys[REQUEST_KEYS_MAX][LICENSE_KEY_MAX + 1];
	uint8_t salt[LICENSE_SALT_LEN];
	uint8_t hashes[LICENSE_COMPONENTS_MAX][LICENSE_COMPONENT_HASH_MAX];
	char hostname[REQUEST_INFO_MAX + 1], os[REQUEST_INFO_MAX + 1];
	char uris[REQUEST_STATUSES_MAX][STATUS_LIST_URI_MAX + 1];
	char reached[REQUEST_REACHED_MAX][STATUS_LIST_URI_MAX + 1];
	struct seats_usage usage[REQUEST_NAMES_MAX];
	struct telemetry telemetry[REQUEST_NAMES_MAX];
	struct event events[REQUEST_EVENTS_MAX];
	struct desk_head heads[REQUEST_HEADS_MAX];
	struct journal_head journal;
};

/*
 * Fills in all of *ret_gathered, which must not be moved. The errors of request_make, but those of keys
 * and sealing. `kept`: license keys of the one that waits, which go first; a space between, "" none.
 */
enum skerry_err request_gather(const struct site *site, const struct request_wish *wish,
	const char *kept, struct request_gathered *ret_gathered);

/* Whether a license that is held is paired with this site's key. */
bool request_is_paired(const struct site *site);

#endif
