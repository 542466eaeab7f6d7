/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_EXCHANGE_README_H
#define VERIFIER_EXCHANGE_README_H

/* A site's part of the two texts on a stick (keys/mailbag_text.h). */

#include "keys/mailbag_text.h"
#include "verifier/site.h"

/* This site's, for the courier. */
void site_tag(const struct site *site, char ret_tag[MAILBAG_TAG_LEN + 1]);

/*
 * Whom to call, by the manifest, in the words that the desk has for it: neither writes it anew after the
 * other. Where nobody said whom to call the text of somebody who has stays. Errors of mailbag_readme.
 */
enum skerry_err site_readme(const struct site *site, const struct mailbag *bag);

/* "2027-04-28  site: took in 2, left a request": without names. */
void site_receipt_line(int64_t day, size_t taken, bool left, char ret_line[MAILBAG_LINE_MAX + 1]);

#endif
