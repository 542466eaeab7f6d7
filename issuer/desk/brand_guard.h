/* SPDX-License-Identifier: ISC */
#ifndef ISSUER_DESK_BRAND_GUARD_H
#define ISSUER_DESK_BRAND_GUARD_H

/*
 * Operators of one brand change nothing of another, and nothing that is of all. audit_append asks for each
 * change, so no verb can forget to: a subject that cannot be told to be of the operator's brand is refused,
 * and the change with it. A verb that writes files or signs before it appends asks first.
 *
 * It keeps people from mistakes and the log honest. Whoever unlocks a desk holds its key and can read its
 * file: brands that must not see each other have a desk each.
 */

#include "issuer/desk/desk.h"

/*
 * OTHER_BRAND, with who it is, whose brand it is and whom to ask, unless the operator who unlocked the desk
 * may change what is of `brand_id` (0: of the whole desk).
 */
enum skerry_err brand_guard_ask(struct desk *desk, int64_t brand_id);

/*
 * The same of an audit row's subject: "license 0123...". A site is of a brand when all its licenses ever
 * were; one that has none yet is nobody's. A batch is asked for row by row.
 */
enum skerry_err brand_guard_ask_subject(struct desk *desk, const char *subject);

#endif
