/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_EXCHANGE_REQUEST_OUT_H
#define VERIFIER_EXCHANGE_REQUEST_OUT_H

/*
 * A request, written: what this site tells its vendor, gathered (request_gather.h), signed by its key,
 * sealed to the newest exchange key of the manifest that is not revoked, recorded. The site is open for
 * writing and has ticked.
 *
 * One that nobody has answered is given out again byte for byte where nothing is new since: kind, license
 * keys, reason, documents and versions held, machine, domains, clock condition, telemetry, events. Time
 * that went by, rows of the journal, heads of the desk's log and how many seats were in use are no news. It takes the place of every
 * earlier one.
 *
 * A heartbeat never takes the place of a pair, migrate or unpair that waits, whatever is new: the vendor
 * may never see that one, and what it asked for would be lost. It is given out again instead. So a backup
 * in which one waited is put back, and the vendor is told of that later, not never: that one goes out as
 * it was, the vendor leaves its answer again, and the request behind it tells.
 *
 * For the same reason a pair or migrate also names the license keys of one of its kind that waits, and
 * one of another kind than the pair or migrate that waits is refused until that is answered. An unpair that
 * waits gives way to them: somebody has thought better of it.
 */

#include "formats/sealed.h"
#include "verifier/question.h"

struct request_wish {
	enum request_kind kind;
	const char *const
		*keys; /* license keys as typed; pair, migrate. Read by the manifest's formats */
	size_t keys_len;
	const char *reason;      /* NULL: none */
	const char *app_version; /* NULL */
	struct site_query
		machine; /* tenant, domains, custom values, install path of the product; else zero */
	const char *const *domains;
	size_t domains_len;
};

struct request_made {
	uint64_t number;
	enum request_kind kind; /* another one than was wished for: that one still waits */
	bool again;             /* the very one that still waits for its answer */
	bool stopgap;
	bool anonymous;  /* nothing in it tells this machine from others */
	uint8_t *sealed; /* allocated: request_made_free */
	size_t sealed_len;
	size_t keys;              /* license keys that it names; those that waited among them */
	size_t telemetry, events; /* how many of each go out; as gathered now */
};

/*
 * LICENSE_KEY_... for a key that is mistyped (nothing is recorded), ARGUMENT (no key, too many, a text
 * that is too long or not printable, a domain that is none), NO_EXCHANGE_KEY (the manifest lists none
 * that stands), NOT_PAIRED (unpair of a site that holds nothing paired), REQUEST_WAITS (one of another
 * kind, whose kind and number *ret_made tells then), errors of the collector, of identity_open_pair,
 * seal.h and store.h, NO_MEMORY.
 */
enum skerry_err request_make(
	struct site *site, const struct request_wish *wish, struct request_made *ret_made);
void request_made_free(struct request_made *made);

/* Its file is written: the mark is raised. Only then, so that a mark never tells of what nobody has. */
enum skerry_err request_written(struct site *site);

#endif
