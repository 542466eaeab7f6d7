/* SPDX-License-Identifier: ISC */
#ifndef ISSUER_EXCHANGE_BUNDLES_RENEW_H
#define ISSUER_EXCHANGE_BUNDLES_RENEW_H

/*
 * What is renewed before a bundle leaves, though nobody asked: the next document of each activation that
 * an installation tells of and that stands, where its license was changed since its newest document, or
 * that one's renew_by comes before wish->due_until. Not where it would gain nothing: its license ends no
 * later, or it was renewed less than BUNDLES_RENEWED_S ago; nor where a clone was found and the plan says
 * that its documents run out. In as few replies as hold them.
 *
 * And what is told of a license that stands no more (replies_told.h), where the site was not left that yet:
 * in a reply with its documents of the same brand, or in one without any.
 */

#include "issuer/exchange/bundles.h"

#define BUNDLES_RENEWED_S (INT64_C(1) * 86400)

/*
 * Within the change under way; signed on all processors. Documents whose license may not be issued for
 * are passed over; those that the key or the limits do not permit are counted in *summary.
 */
enum skerry_err bundles_renew(struct desk *desk, const struct signing *signing,
	struct plan_shelf *shelf, const struct bundles_wish *wish, struct bundles_summary *summary);

#endif
