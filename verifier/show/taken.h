/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_SHOW_TAKEN_H
#define VERIFIER_SHOW_TAKEN_H

/*
 * What became of a document that was carried here, for people and as JSON; `import` and `exchange` tell it
 * alike. What a reply says is told of the one that is held since.
 */

#include <stdio.h>

#include "failure.h"
#include "verifier/exchange/bundle_take.h"
#include "verifier/texts/texts.h"

/* One that was taken in, or changes nothing: a sentence or more. Nothing of one that was refused. */
void taken_tell(FILE *out, const struct texts *texts, const struct site *site,
	const struct take_result *result);
/* That a bundle holds nothing for this site; nothing where it does. */
void taken_tell_bundle(FILE *out, const struct texts *texts, const struct bundle_taken *bundle);

/* One that was refused, and a bundle that was: in the words of what it is. */
struct command_failure taken_failure(const char *file, const struct take_result *result);
struct command_failure taken_bundle_failure(const char *file, enum skerry_err err, size_t offset);

/* An object for either. */
void taken_json(struct json *j, const struct site *site, const char *file,
	const struct take_result *result);
void taken_bundle_json(struct json *j, const char *file, const struct bundle_taken *bundle);

/* What a reply says, in its words: "The vendor answers: ...". */
void taken_tell_words(FILE *out, const struct texts *texts, const struct reply *reply, int64_t now);

#endif
