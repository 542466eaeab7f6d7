/* SPDX-License-Identifier: ISC */
#include "bundle_take.h"

#include <string.h>

enum skerry_err
bundle_take(struct site *site, const struct bundle_source *source, int64_t now,
	struct bundle_taken *ret_taken, enum skerry_err *ret_refusal, size_t *ret_offset)
{
	struct take_results results = { .len = 0 };
	struct take_head head = { .seq = 0 };
	struct bundle_in bundle;
	enum skerry_err err;

	*ret_refusal = bundle_in_open(source, site->trust, site->site_id, &bundle, ret_offset);
	if (*ret_refusal != SKERRY_OK)
		return SKERRY_OK;
	head.seq = bundle.audit_seq;
	memcpy(head.hash, bundle.audit_hash, sizeof head.hash);
	err = take_in_bundle(site, bundle.documents, bundle.documents_len, &head, now, &results);
	if (err == SKERRY_OK)
		*ret_taken = (struct bundle_taken){ .seq = bundle.seq,
			.issued_at = bundle.issued_at,
			.manifests = bundle.manifests,
			.lists = bundle.lists,
			.boxes = bundle.boxes,
			.gap = bundle.gap,
			.results = results };
	bundle_in_free(&bundle);
	return err;
}

bool
take_results_has_news(const struct take_results *results)
{
	for (size_t i = 0; i < results->len; i++)
		if (results->list[i].fate == TAKE_TAKEN || results->list[i].fate == TAKE_WAITS)
			return true;
	return false;
}
