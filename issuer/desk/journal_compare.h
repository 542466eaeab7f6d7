/* SPDX-License-Identifier: ISC */
#ifndef ISSUER_DESK_JOURNAL_COMPARE_H
#define ISSUER_DESK_JOURNAL_COMPARE_H

/*
 * A site's exported journal (formats/site_journal.h) against what the desk has of that site:
 *
 * 1. Its entries follow on each other, from the first one that is here to its end.
 * 2. Each request told the journal's head of its time: that entry is here, with that hash. Entries that
 *    the site has let go cannot be compared.
 * 3. Each request that the journal says was written is known by its digest. Not those that are still on
 *    their way, that the desk has let go or, having lost records, never had.
 *
 * A site whose people put back a backup contradicts what it told before: `found` of the installation says
 * so, and it is told here as what it is.
 */

#include "issuer/desk/installations.h"

enum { JOURNAL_COMPARE_FILE_MAX = 256 << 20 };

enum journal_fault {
	JOURNAL_AGREES,
	JOURNAL_FAULT_CHAIN, /* an entry does not follow on the one before it, or the end is missing */
	JOURNAL_FAULT_HEAD,    /* a request told another hash of this entry */
	JOURNAL_FAULT_SHORT,   /* a request told of an entry behind the end */
	JOURNAL_FAULT_REQUEST, /* a request that was written, and is not the one that is known */
	JOURNAL_FAULT_SITE     /* another site's */
};

struct journal_compared {
	enum journal_fault fault;
	int64_t seq;     /* entry of the fault */
	uint64_t number; /* request of the fault; 0 */
	int64_t entries, first, last;
	int64_t heads, heads_older;       /* compared; of entries that the site has let go */
	int64_t requests, requests_apart; /* known by digest; that cannot be known */
};

/*
 * Finds the site by the file's install id where `site` is NULL (a name as installations_find reads it).
 * The first contradiction in the file's order is a result, not an error. Errors: untrusted_file.h's, CBOR
 * and claim errors of a file that is malformed, noted with their offset; NOT_FOUND, NOT_UNIQUE.
 */
enum skerry_err journal_compare(struct desk *desk, const char *path, const char *site,
	struct installation *ret_installation, struct journal_compared *ret_compared);

/* "chain", "head", "short", "request", "site"; "" where all agrees. */
const char *journal_fault_name(enum journal_fault fault);

#endif
