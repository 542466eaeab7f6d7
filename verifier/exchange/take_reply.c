/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "keys/exchange_open.h"
#include "keys/seal.h"
#include "taking.h"
#include "verifier/state/starved.h"
#include "verifier/state/vendor_marks.h"

/* The secret stays in memory for one carrier, and only where that brings a reply. */
static enum skerry_err
open_key(struct taking *taking)
{
	return taking->opening.secret != NULL ? SKERRY_OK
					      : identity_open_pair(&taking->site->documents,
							KEY_OPENING, &taking->opening);
}

static enum skerry_err
unseal(struct taking *taking, const struct document *document, struct take_item *item,
	size_t *ret_offset)
{
	struct cbor_bytes bytes = document->bytes;
	enum skerry_err err = open_key(taking);

	*ret_offset = 0;
	if (err != SKERRY_OK)
		return err;
	if (bytes.len == 0 || bytes.len > SEALED_MAX)
		return SKERRY_ERR_DOCUMENT_TOO_LARGE;
	item->plain = malloc(bytes.len);
	if (item->plain == NULL)
		return SKERRY_ERR_NO_MEMORY;
	return document->carrier == DOCUMENT_BOX
		       ? seal_open_box(&taking->opening, bytes, item->plain, bytes.len,
				 &item->bytes, ret_offset)
		       : seal_open(&taking->opening, bytes.data, bytes.len, item->plain, bytes.len,
				 &item->bytes, ret_offset);
}

static enum skerry_err
verify(struct taking *taking, const struct document *document, struct take_item *item,
	size_t *ret_offset)
{
	const struct site *site = taking->site;
	const struct manifest_key *key;
	struct reply *reply;
	enum skerry_err err = unseal(taking, document, item, ret_offset);

	if (err != SKERRY_OK)
		return err;
	reply = malloc(sizeof *reply);
	if (reply == NULL)
		return SKERRY_ERR_NO_MEMORY;
	err = exchange_verify_reply(
		site->trust, site->site_id, item->bytes, reply, &key, ret_offset);
	if (err != SKERRY_OK) {
		free(reply);
		return err;
	}
	item->reply = reply;
	item->issued_at = reply->issued_at;
	memcpy(item->kid, site->trust->kids[key - site->trust->manifest.keys], COSE_KID_LEN);
	return SKERRY_OK;
}

static enum skerry_err
compare_with_held(const struct site *site, struct take_item *item)
{
	struct vendor_mark mark;
	bool known;
	enum skerry_err err = vendor_marks_find(site->memory->store, site->trust, VENDOR_WORD_REPLY,
		item->reply->brand, NULL, &mark, &known);

	if (err == SKERRY_OK)
		taking_word(&item->result, site_reply_fate(site, item->reply, item->bytes,
						   known ? &mark.number : NULL));
	return err;
}

enum skerry_err
taking_reply(struct taking *taking, const struct document *document, struct take_item *item)
{
	struct take_result *result = &item->result;
	size_t offset = 0;
	enum skerry_err err = verify(taking, document, item, &offset);

	/* The site's own key that cannot be read is no fault of the reply. */
	if (starved_is(err) || (err != SKERRY_OK && taking->opening.secret == NULL))
		return err;
	if (err != SKERRY_OK) {
		taking_refuse(result, err, offset);
		return SKERRY_OK;
	}
	result->number = item->reply->number;
	snprintf(result->brand, sizeof result->brand, "%.*s", (int)item->reply->brand.len,
		item->reply->brand.chars);
	err = compare_with_held(taking->site, item);
	if (err == SKERRY_OK && result->fate == TAKE_TAKEN)
		err = site_keep_reply(taking->site, item->bytes);
	/* Too many brands: it may still acknowledge, and bring licenses. */
	if (err == SKERRY_ERR_DOCUMENT_COUNT) {
		taking_refuse(result, err, 0);
		err = SKERRY_OK;
	}
	return err;
}
