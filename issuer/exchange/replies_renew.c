/* SPDX-License-Identifier: ISC */
/* Replies that nobody asked for: documents renewed before their sites say a word. */
#include "replies.h"

#include <stdlib.h>
#include <string.h>

#include "issuer/reissue.h"

/* One reply that is being filled, of one brand. */
struct renewing {
	struct desk *desk;
	const struct signing *signing;
	struct plan_shelf *shelf;
	struct installation *installation;
	struct replies_draft draft;
	struct license_record license; /* the last one read */
	struct reissue reissue;
	struct issue_draft issue;
	char brand[LICENSE_SLUG_MAX + 1];
	uint8_t *copies[REPLY_LICENSES_MAX]; /* what the reply borrows */
	size_t made;
};

static enum skerry_err
flush(struct renewing *renewing)
{
	struct reply *reply = &renewing->draft.reply;
	enum skerry_err err = SKERRY_OK;

	if (reply->licenses_len > 0)
		err = replies_make(renewing->desk, renewing->signing, renewing->installation,
			&renewing->draft);
	for (size_t i = 0; i < reply->licenses_len; i++)
		free(renewing->copies[i]);
	reply->licenses_len = 0;
	return err;
}

static enum skerry_err
add_license(struct renewing *renewing)
{
	const struct issued *issued = &renewing->issue.issued;
	struct reply *reply = &renewing->draft.reply;
	uint8_t *copy = malloc(issued->len);

	if (copy == NULL)
		return SKERRY_ERR_NO_MEMORY;
	memcpy(copy, issued->bytes, issued->len);
	memcpy(renewing->brand, renewing->license.brand, sizeof renewing->brand);
	renewing->draft.brand_id = renewing->license.brand_id;
	reply->brand = cbor_text_from_chars(renewing->brand);
	renewing->copies[reply->licenses_len] = copy;
	reply->licenses[reply->licenses_len++] = (struct cbor_bytes){ copy, issued->len };
	renewing->made++;
	return SKERRY_OK;
}

/* Where it stands: STATUS_FORBIDS for one that does not, or is another's. */
static enum skerry_err
find_activation(struct renewing *renewing, int64_t id, int64_t *ret_number)
{
	struct store_query q;
	int64_t license = 0;
	enum skerry_err err;

	store_query(renewing->desk->store, &q,
		"SELECT license_id, number FROM activation WHERE id = ? AND installation_id = ?"
		" AND unpaired_at IS NULL");
	store_bind_int(&q, id);
	store_bind_int(&q, renewing->installation->id);
	if (store_step(&q)) {
		license = store_int(&q, 0);
		*ret_number = store_int(&q, 1);
	}
	err = store_done(&q);
	if (err == SKERRY_OK && license == 0)
		return SKERRY_ERR_STATUS_FORBIDS;
	return err == SKERRY_OK ? licenses_find_row(renewing->desk, license, &renewing->license)
				: err;
}

static enum skerry_err
renew(struct renewing *renewing, int64_t id)
{
	struct desk *desk = renewing->desk;
	struct reply *reply = &renewing->draft.reply;
	struct issue issue;
	int64_t number = 0;
	enum skerry_err err = find_activation(renewing, id, &number);

	if (err == SKERRY_OK)
		err = reissue_load(desk, &renewing->license, number, &renewing->reissue);
	if (err == SKERRY_OK) {
		issue = reissue_issue(&renewing->reissue, &renewing->license);
		issue.record = &renewing->license;
		err = issue_draft(
			desk, renewing->signing, renewing->shelf, &issue, &renewing->issue);
	}
	if (err == SKERRY_OK)
		err = issue_sign(renewing->signing, &renewing->issue);
	if (err == SKERRY_OK)
		err = issue_record(desk, renewing->signing, &renewing->issue);
	if (err == SKERRY_OK && (renewing->draft.brand_id != renewing->license.brand_id ||
					reply->licenses_len == REPLY_LICENSES_MAX))
		err = flush(renewing);
	return err == SKERRY_OK ? add_license(renewing) : err;
}

/* The license is not to be issued for: that is its site's affair when it asks. */
static bool
is_passed_over(enum skerry_err err)
{
	return err == SKERRY_ERR_SUSPENDED || err == SKERRY_ERR_REVOKED ||
	       err == SKERRY_ERR_EXPIRED || err == SKERRY_ERR_STATUS_FORBIDS;
}

enum skerry_err
replies_renew(struct desk *desk, const struct signing *signing, struct plan_shelf *shelf,
	struct installation *installation, const int64_t *activation_ids, size_t activation_ids_len,
	size_t *ret_made)
{
	struct renewing *renewing = calloc(1, sizeof *renewing);
	enum skerry_err err = renewing == NULL ? SKERRY_ERR_NO_MEMORY : SKERRY_OK;

	if (err != SKERRY_OK)
		return err;
	renewing->desk = desk;
	renewing->signing = signing;
	renewing->shelf = shelf;
	renewing->installation = installation;
	renewing->draft.reply.acknowledged = installation->number;
	for (size_t i = 0; i < activation_ids_len && err == SKERRY_OK; i++) {
		err = renew(renewing, activation_ids[i]);
		if (is_passed_over(err)) {
			desk->refused = SKERRY_OK;
			err = SKERRY_OK;
		}
	}
	if (err == SKERRY_OK)
		err = flush(renewing);
	if (err == SKERRY_OK)
		*ret_made = renewing->made;
	for (size_t i = 0; i < renewing->draft.reply.licenses_len; i++)
		free(renewing->copies[i]);
	free(renewing);
	return err;
}
