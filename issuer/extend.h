/* SPDX-License-Identifier: ISC */
#ifndef ISSUER_EXTEND_H
#define ISSUER_EXTEND_H

/*
 * Renewal by telephone at the desk: the code of a step of one document, derived from the desk's key.
 * A code is good for that document alone, and brings its site to that step whatever it had before.
 */

#include "formats/step_code.h"
#include "issuer/decide/telephone.h"
#include "issuer/desk/licenses.h"

struct extension {
	int64_t activation; /* 0: the only one that stands */
	int64_t edition;    /* of the document that the site holds; 0: the newest */
	struct telephone_wish wish;
	bool force;         /* also a step whose dates have all passed */
	const char *reason; /* NULL: none was given */
};

struct extended {
	char code[STEP_CODE_LEN + 1];
	int64_t activation, edition, issued_at, documents;
	struct telephone_choice choice;
	unsigned given, max, days; /* read out before; of the document */
	int64_t before, renew_by;  /* with choice.base steps, and with choice.step */
	int64_t valid_until;       /* LICENSE_NEVER */
	bool has_more;             /* a further step would move renew_by */
	bool too_late;             /* with this step all that it allows has ended */
	unsigned helps;            /* the first step with which it has not; 0: none */
};

/*
 * Within the change under way; the vault is open. Records the step and writes the audit row, which
 * has no code in it. Nothing is said before the caller has committed.
 *
 * SUSPENDED, REVOKED, EXPIRED, STATUS_FORBIDS   nothing is given for it (lifecycle.h), or its
 *                          document is over whatever is read out
 * NO_STEPS                 none in the document, none left, none that moves anything, or one that
 *                          brings no access back
 * ARGUMENT                 telephone_choose
 * NOT_UNIQUE, NOT_FOUND    telephone_find
 * STORE_DAMAGED            the document or its anchor is not one of this desk's key
 */
enum skerry_err extend_license(struct desk *desk, const struct license_record *license,
	const struct extension *extension, struct extended *ret_extended);

#endif
