/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "formats/deflate.h"
#include "taking.h"
#include "verifier/state/vendor_marks.h"

/* One that does not unpack would say nothing for ever, in the place of one that does. */
static enum skerry_err
check_packed(const struct status_list *list)
{
	uint8_t *bytes = malloc(STATUS_LIST_BYTES_MAX);
	size_t len;
	enum skerry_err err = SKERRY_ERR_NO_MEMORY;

	if (bytes != NULL)
		err = deflate_unpack(
			list->packed.data, list->packed.len, bytes, STATUS_LIST_BYTES_MAX, &len);
	free(bytes);
	return err;
}

static enum skerry_err
compare_with_held(
	const struct taking *taking, const struct status_list *list, struct take_item *item)
{
	const struct site *site = taking->site;
	struct vendor_mark mark;
	bool known;
	enum skerry_err err = vendor_marks_find(site->memory->store, site->trust,
		VENDOR_WORD_STATUS, site_status_brand(list), &taking->clock, &mark, &known);

	if (err == SKERRY_OK)
		taking_word(&item->result, site_status_fate(site, list, item->bytes, &taking->clock,
						   known ? &mark.number : NULL));
	return err;
}

static enum skerry_err
keep(struct taking *taking, const struct status_list *list, struct take_item *item)
{
	struct take_result *result = &item->result;
	enum skerry_err err = compare_with_held(taking, list, item);

	if (err == SKERRY_OK && result->fate == TAKE_TAKEN)
		err = site_keep_status(taking->site, item->bytes);
	if (err != SKERRY_ERR_DOCUMENT_COUNT)
		return err;
	taking_refuse(result, err, 0);
	return SKERRY_OK;
}

enum skerry_err
taking_status(struct taking *taking, struct take_item *item)
{
	const struct trust *trust = taking->site->trust;
	struct take_result *result = &item->result;
	const struct manifest_key *key = NULL;
	struct status_list list;
	struct cbor_text brand;
	size_t offset;
	enum skerry_err err = trust_open_status_list(
		trust, item->bytes.data, item->bytes.len, &list, &key, &offset);

	if (err == SKERRY_OK)
		err = check_packed(&list);
	if (err == SKERRY_ERR_NO_MEMORY)
		return err;
	if (err != SKERRY_OK) {
		taking_refuse(result, err, offset);
		return SKERRY_OK;
	}
	item->issued_at = list.issued_at;
	memcpy(item->kid, trust->kids[key - trust->manifest.keys], COSE_KID_LEN);
	brand = site_status_brand(&list);
	snprintf(result->brand, sizeof result->brand, "%.*s", (int)brand.len, brand.chars);
	return keep(taking, &list, item);
}
