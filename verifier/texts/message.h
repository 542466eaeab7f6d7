/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_TEXTS_MESSAGE_H
#define VERIFIER_TEXTS_MESSAGE_H

/*
 * A verdict in words for the person in front of the screen. Pure and thread-safe; whatever comes
 * from a document is made safe to show, and text that does not fit ends at a whole character.
 */

#include "formats/manifest.h"
#include "texts.h"

enum { MESSAGE_MAX = 512 }; /* bytes of each text below, terminator included */

/* What the words are about. */
struct message_subject {
	const struct skerry_verdict *verdict;
	const char *product;             /* terminated: "hotelhub/hms" */
	const char *tenant;              /* that was asked for; NULL: none was */
	const struct local_clock *local; /* times of day are told by it; NULL: in UTC */
	struct cbor_text name, telephone, email, url; /* the brand's contact; absent: { NULL, 0 } */
	/*
	 * Explained, for notices and for renewal by telephone; NULL: a notice can only be about an old
	 * list, and nothing is said of the telephone.
	 */
	const struct why *why;
};

/* Whom to call, out of a manifest; NULL leaves it absent. */
void message_set_contact(struct message_subject *subject, const struct manifest_contact *contact);

/* What holds and until when, what the vendor says of it, and the first notice: one to four sentences. */
void message_holds(const struct texts *texts, const struct message_subject *subject,
	char ret_text[MESSAGE_MAX]);

/* What to do, without whom to call; empty where nothing is to be done. */
void message_to_do(const struct texts *texts, const struct message_subject *subject,
	char ret_text[MESSAGE_MAX]);

/* What to do and whom to call; empty where nothing is to be done. */
void message_action(const struct texts *texts, const struct message_subject *subject,
	char ret_text[MESSAGE_MAX]);

/* Whom to call, one sentence; empty where nobody is known. */
void message_contact(const struct texts *texts, const struct message_subject *subject,
	char ret_text[MESSAGE_MAX]);

#endif
