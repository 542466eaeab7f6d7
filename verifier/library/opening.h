/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_LIBRARY_OPENING_H
#define VERIFIER_LIBRARY_OPENING_H

/*
 * What a handle holds: the claims of a verified license and the course of its verdicts. All of it
 * is written while opening and only read afterwards.
 */

#include "verifier/decide/timeline.h"
#include "verifier/product_name.h"
#include "verifier/texts/message.h"

struct skerry {
	struct timeline timeline;
	struct license license;         /* borrows `document` */
	const struct texts *texts;      /* of messages */
	struct message_subject subject; /* without its verdict; borrows `product` and `contact` */
	char product[PRODUCT_NAME_MAX]; /* "hotelhub/hms" */
	char contact[4 * MANIFEST_CONTACT_MAX];
	uint8_t document[]; /* the license as signed */
};

#endif
