/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_SHOW_REPLY_JSON_H
#define VERIFIER_SHOW_REPLY_JSON_H

/* What a vendor's reply says, for scripts. */

#include "formats/json.h"
#include "formats/reply.h"

/* The members "results" and "notices" into an object that is open; NULL: null. */
void reply_words_json(struct json *j, const struct reply *reply);

#endif
