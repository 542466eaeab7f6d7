/* SPDX-License-Identifier: ISC */
#ifndef ISSUER_PRESS_H
#define ISSUER_PRESS_H

/*
 * Many licenses issued within one change, signed and verified on all processors.
 *
 *	signing_open, press_open
 *	press_add       for each: drafts it here, hands it to a signer
 *	press_drain     waits for the last ones
 *	press_close, signing_close
 *
 * The caller's thread alone touches desk and database; signers (crew.h) only compute. What is signed is
 * recorded (issue_record) and then delivered, in the order in which it was added, from within
 * press_add and press_drain. Memory does not grow with the number of licenses.
 */

#include "issuer/issue.h"

struct press;

/* One signed and recorded document; `tag` is what press_add was given. An error ends the press. */
typedef enum skerry_err press_deliver(void *context, uint64_t tag, const struct issued *issued);

/* All arguments outlive the press. NO_MEMORY. */
enum skerry_err press_open(struct desk *desk, const struct signing *signing,
	struct plan_shelf *shelf, press_deliver *deliver, void *context, struct press **ret_press);

/*
 * Errors of issue_draft, after which the press goes on if the caller likes (what a refused draft
 * changed in the records is the caller's to roll back). Errors of signing, recording and delivery
 * end it: every later call returns the same one.
 */
enum skerry_err press_add(struct press *press, const struct issue *issue, uint64_t tag);

/* Until everything that was added is delivered. */
enum skerry_err press_drain(struct press *press);

/* Stops the signers; what was not delivered is given up. Harmless on NULL. */
void press_close(struct press *press);

#endif
