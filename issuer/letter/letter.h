/* SPDX-License-Identifier: ISC */
#ifndef ISSUER_LETTER_LETTER_H
#define ISSUER_LETTER_LETTER_H

/*
 * The letter of the welcome pack: what one license key stands for, as letter_gather finds it in the
 * desk and page_write puts it on paper.
 */

#include "issuer/desk/licenses.h"
#include "texts.h"

enum { LETTER_ROOTS_MAX = 5, LETTER_KID_TEXT_MAX = 2 * COSE_KID_LEN + 1 };

/* One license of the key, about 30 KB. */
struct letter_license {
	struct license_record record;
	struct plan plan;
	char product_name[ENTRY_NAME_MAX + 1];
	/* The newest document that needs no machine, if one stands; malloc'd. */
	uint8_t *document;
	size_t document_len;
	bool starter;           /* it is the short one of the welcome pack */
	int64_t document_until; /* LICENSE_NEVER */
};

struct letter {
	int64_t written_at;
	struct brand brand;
	struct customer customer;
	char key[LICENSE_KEY_MAX + 1];
	/* Of the manifest that sites pin; none where they are too many to compare. */
	char roots[LETTER_ROOTS_MAX][LETTER_KID_TEXT_MAX];
	size_t roots_len;
	struct letter_license *licenses; /* in order of entry; at least one */
	size_t licenses_len;
};

/*
 * Everything about the key that is sold now; the vault is open. `license_id` is the row of the
 * license that was asked for, 0 for the whole key. Licenses of the key that are revoked, suspended
 * or expired do not stand in a letter: *ret_left_out of them. When that leaves none, or it is the
 * one asked for: REVOKED, SUSPENDED or EXPIRED. letter_free wipes the key.
 */
enum skerry_err letter_gather(struct desk *desk, int64_t license_key_id, int64_t license_id,
	struct letter **ret_letter, size_t *ret_left_out);
void letter_free(struct letter *letter);

#endif
