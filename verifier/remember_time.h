/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_REMEMBER_TIME_H
#define VERIFIER_REMEMBER_TIME_H

/* What manifests mean for the time that documents have proved. A part of remember.c. */

#include "site.h"

/* For who has no record of the time but the documents. */
void remember_time_learn_all(struct site *site);

/* The marks of keys that are gone or revoked. True when the time went back. */
bool remember_time_forget(struct site *site);

/*
 * After a manifest that is new: of a key that stands, and some of whose documents do not any more, the
 * mark is made anew from those that do. Looks at the documents in the database, those too whose
 * place another one has just taken. *ret_back true when the time went back. Errors of store.h.
 */
enum skerry_err remember_time_cut(struct site *site, bool *ret_back);

/* In a change: instants that lie ahead of a time that went back would be graces without end. */
enum skerry_err remember_time_bring_back(struct memory *memory);

#endif
