/* SPDX-License-Identifier: ISC */
#ifndef ISSUER_DESK_TELEPHONE_H
#define ISSUER_DESK_TELEPHONE_H

/*
 * The documents that are renewed by telephone, and how many of their steps were read out. Errors of
 * store.h.
 */

#include "issuer/desk/licenses.h"

/* An activation that stands, and the document of it that a site holds. */
struct telephone_document {
	int64_t id, activation_id, activation, edition, issued_at;
	int64_t documents; /* of this activation: 1 where the site can hold no other */
	unsigned given;    /* the highest step that was read out; 0 */
	int64_t given_at;  /* LICENSE_NEVER: none was */
	uint8_t bytes[LICENSE_MAX];
	size_t len; /* 0: erased with its customer */
};

/*
 * `activation` 0: the only one that stands; `edition` 0: its newest document.
 *
 * NOT_UNIQUE       several stand, named in the advice
 * NOT_FOUND        no such activation, none that stands, no document, or none of that edition
 * STATUS_FORBIDS   a starter, or one that was released
 */
enum skerry_err telephone_find(struct desk *desk, const struct license_record *license,
	int64_t activation, int64_t edition, struct telephone_document *ret_document);

/*
 * Within the change under way: `step` was read out, and the site goes on until `renew_by`, which is
 * what reports say of it from now on until its next document. A step below the highest changes nothing.
 */
enum skerry_err telephone_note(struct desk *desk, const struct telephone_document *document,
	unsigned step, int64_t renew_by);

/* The documents of a license (its row) whose steps were read out, newest first. */
struct telephone_line {
	int64_t activation, edition, at;
	unsigned given;
};
enum skerry_err telephone_each(struct desk *desk, int64_t license_id,
	void (*each)(void *, const struct telephone_line *), void *context);

#endif
