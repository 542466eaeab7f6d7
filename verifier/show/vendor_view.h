/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_SHOW_VENDOR_VIEW_H
#define VERIFIER_SHOW_VENDOR_VIEW_H

/* What the vendor of a brand has said last, and when this site and he last heard of each other. */

#include "show.h"
#include "verifier/site.h"
#include "verifier/state/refusals.h"

struct vendor_view {
	const struct reply *reply; /* NULL: none is held */
	int64_t contact_at;        /* when it was taken in; LICENSE_NEVER */
	int64_t attempt_at;        /* when the newest request was written; LICENSE_NEVER */
	int64_t status_issued_at;  /* of the brand's list; LICENSE_NEVER */
	int64_t now;
	/* What an earlier reply refused, where this one says nothing of it. */
	struct refusal refusals[REFUSALS_MAX];
	size_t refusals_len;
};

/* Of no site: nothing is known. */
struct vendor_view vendor_view_none(void);

/*
 * Of a brand; without one, of the only brand that has answered: who asked to be paired and was refused
 * has no license, and is to see why.
 */
struct vendor_view vendor_view_of(const struct site *site, struct cbor_text brand);

/* The members "last_contact_at" and "last_attempt_at"; "vendor"; "status_list". */
void vendor_view_dates_json(struct json *j, const struct vendor_view *vendor);
void vendor_view_json(struct json *j, const struct vendor_view *vendor);
void vendor_view_status_json(struct json *j, const struct vendor_view *vendor);

/* Whether the vendor's answer is that he refuses: then that is what is to be told. */
bool vendor_view_refuses(const struct vendor_view *vendor);

/* Lines of a sheet. */
void vendor_view_print(const struct show *show, const struct vendor_view *vendor);

#endif
