/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_EXCHANGE_BUNDLE_TAKE_H
#define VERIFIER_EXCHANGE_BUNDLE_TAKE_H

/* A bundle taken in: bundle_in.h reads what is for this site, take_in.h keeps it. */

#include "bundle_in.h"
#include "take_in.h"

struct bundle_taken {
	uint64_t seq;
	int64_t issued_at;
	size_t manifests, lists, boxes; /* what came out of it; no box: nothing is for this site */
	bool gap;                       /* manifests before its own are missing here */
	struct take_results results;    /* take_results_free */
};

/*
 * *ret_refusal is why the bundle is no good here (bundle_in_open, with *ret_offset), and then nothing is
 * taken in; else *ret_taken is written. The error itself is one of take_in.h.
 */
enum skerry_err bundle_take(struct site *site, const struct bundle_source *source, int64_t now,
	struct bundle_taken *ret_taken, enum skerry_err *ret_refusal, size_t *ret_offset);

/* Whether any of what was carried is new here. */
bool take_results_has_news(const struct take_results *results);

#endif
