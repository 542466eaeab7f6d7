/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_LIBRARY_SNAPSHOT_H
#define VERIFIER_LIBRARY_SNAPSHOT_H

/*
 * All answers that time alone will bring, found once: what a handle is asked from. Written while it is
 * made and only read afterwards, so any number of threads may read it, and reading allocates nothing.
 *
 * It owns what it refers to: the licenses, copied out of their site, with their documents.
 */

#include "verifier/question.h"
#include "verifier/texts/message.h"

/*
 * Of more changes than that, the first ones; what lies behind is answered as the last of them. A site
 * would have to hold some dozens of licenses for one product that take turns.
 */
enum { SNAPSHOT_STEPS_MAX = 1024 };

/* What holds from verdict.at on. */
struct snapshot_step {
	struct skerry_verdict verdict;
	int license;   /* index; -1: none */
	char *message; /* NULL: to be worked out of the snapshot's subject */
};

struct snapshot_license {
	struct license license; /* borrows `document` */
	uint8_t *document;
	size_t document_len;
	const struct site_license *from; /* while it is made */
};

struct snapshot {
	struct snapshot_step *steps; /* ascending; the first holds before it as well */
	size_t steps_len, steps_room;
	struct snapshot_license *licenses;
	size_t licenses_len;
	const struct texts *texts;
};

/* In the words of the vendor's contact for this product, as message.h has it. */
void snapshot_compose(const struct texts *texts, const struct message_subject *subject,
	char ret_text[SKERRY_MESSAGE_MAX]);

/* Empty; NULL without memory. Harmless to free NULL. */
struct snapshot *snapshot_new(const struct texts *texts);
void snapshot_free(struct snapshot *snapshot);

/* Appends a step; `message` is copied, or NULL. NO_MEMORY. */
enum skerry_err snapshot_add(struct snapshot *snapshot, const struct skerry_verdict *verdict,
	int license, const char *message);

/*
 * Of a site, ticked just now: its answer to the question and all that follow. The site stays as it is
 * and may be asked more. Errors of site_ask, NO_MEMORY.
 */
enum skerry_err snapshot_of_site(const struct site *site, const struct site_query *query,
	const struct texts *texts, struct snapshot **ret_snapshot);

/* The step that holds at an instant. */
const struct snapshot_step *snapshot_at(const struct snapshot *snapshot, int64_t at);
/* The verdict for that instant, none before the first step's. */
void snapshot_verdict(
	const struct snapshot *snapshot, int64_t at, struct skerry_verdict *ret_verdict);
/* The license of a step, NULL for none. */
const struct license *snapshot_license_of(
	const struct snapshot *snapshot, const struct snapshot_step *step);

#endif
