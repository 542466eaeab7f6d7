/* SPDX-License-Identifier: ISC */
#include "snapshot.h"

#include <stdlib.h>
#include <string.h>

#include "formats/cose.h"
#include "verifier/explanation.h"
#include "verifier/product_name.h"

_Static_assert(2 * MESSAGE_MAX <= SKERRY_MESSAGE_MAX, "two texts and the space between them");
_Static_assert((int)SKERRY_CLOCK_BEHIND == (int)EVALUATE_CLOCK_BEHIND &&
		       (int)SKERRY_CLOCK_AHEAD_UNPROVEN == (int)EVALUATE_CLOCK_AHEAD_UNPROVEN &&
		       (int)SKERRY_CLOCK_FAULT == (int)EVALUATE_CLOCK_FAULT &&
		       (int)SKERRY_CLOCK_UNATTENDED == (int)EVALUATE_CLOCK_UNATTENDED,
	"the public words are the site's");

void
snapshot_compose(const struct texts *texts, const struct message_subject *subject,
	char ret_text[SKERRY_MESSAGE_MAX])
{
	char action[MESSAGE_MAX];
	size_t len;

	message_holds(texts, subject, ret_text);
	message_action(texts, subject, action);
	len = strlen(ret_text);
	if (action[0] != '\0') {
		ret_text[len] = ' ';
		memcpy(ret_text + len + 1, action, strlen(action) + 1);
	}
}

/* --- making ---------------------------------------------------------------------------------- */

struct snapshot *
snapshot_new(const struct texts *texts)
{
	struct snapshot *snapshot = calloc(1, sizeof *snapshot);

	if (snapshot != NULL)
		snapshot->texts = texts;
	return snapshot;
}

void
snapshot_free(struct snapshot *snapshot)
{
	if (snapshot == NULL)
		return;
	for (size_t i = 0; i < snapshot->steps_len; i++)
		free(snapshot->steps[i].message);
	for (size_t i = 0; i < snapshot->licenses_len; i++)
		free(snapshot->licenses[i].document);
	free(snapshot->steps);
	free(snapshot->licenses);
	free(snapshot);
}

enum skerry_err
snapshot_add(struct snapshot *snapshot, const struct skerry_verdict *verdict, int license,
	const char *message)
{
	struct snapshot_step step = { .verdict = *verdict, .license = license };

	if (snapshot->steps_len == snapshot->steps_room) {
		size_t room = 2 * snapshot->steps_room + 8;
		struct snapshot_step *steps =
			realloc(snapshot->steps, room * sizeof *snapshot->steps);

		if (steps == NULL)
			return SKERRY_ERR_NO_MEMORY;
		snapshot->steps = steps;
		snapshot->steps_room = room;
	}
	if (message != NULL && (step.message = strdup(message)) == NULL)
		return SKERRY_ERR_NO_MEMORY;
	snapshot->steps[snapshot->steps_len++] = step;
	return SKERRY_OK;
}

/* Its bytes have been verified with the site: they are only read again, where they are now. */
static enum skerry_err
copy_license(const struct site_license *from, struct snapshot_license *ret_copy)
{
	struct snapshot_license copy = { .from = from, .document_len = from->document_len };
	struct cose_sign1 message;
	size_t offset;
	enum skerry_err err;

	copy.document = malloc(from->document_len);
	if (copy.document == NULL)
		return SKERRY_ERR_NO_MEMORY;
	memcpy(copy.document, from->document, from->document_len);
	err = cose_sign1_parse(copy.document, from->document_len, &message, &offset);
	if (err == SKERRY_OK)
		err = license_parse(message.payload, &copy.license, &offset);
	if (err == SKERRY_OK)
		*ret_copy = copy;
	else
		free(copy.document);
	return err;
}

/* Finds the license among those that were copied already, or copies it, document and all. */
static enum skerry_err
take_license(struct snapshot *snapshot, const struct site_license *from, int *ret_license)
{
	struct snapshot_license *licenses;
	enum skerry_err err;

	*ret_license = -1;
	if (from == NULL)
		return SKERRY_OK;
	for (size_t i = 0; i < snapshot->licenses_len; i++)
		if (snapshot->licenses[i].from == from) {
			*ret_license = (int)i;
			return SKERRY_OK;
		}
	licenses = realloc(
		snapshot->licenses, (snapshot->licenses_len + 1) * sizeof *snapshot->licenses);
	if (licenses == NULL)
		return SKERRY_ERR_NO_MEMORY;
	snapshot->licenses = licenses;
	err = copy_license(from, &licenses[snapshot->licenses_len]);
	if (err == SKERRY_OK)
		*ret_license = (int)snapshot->licenses_len++;
	return err;
}

/* Whom to call: the brand of the license, else of the product; where none is named, the only one. */
static const struct manifest_contact *
contact_of(const struct site *site, const char *product, const struct license *license)
{
	const struct manifest *manifest = &site->trust->manifest;
	const char *slash = product == NULL ? NULL : strchr(product, '/');

	if (license != NULL)
		return manifest_find_contact(manifest, license->brand);
	if (slash != NULL)
		return manifest_find_contact(
			manifest, (struct cbor_text){ product, (size_t)(slash - product) });
	return manifest->contacts_len == 1 ? &manifest->contacts[0] : NULL;
}

/* As its license has it, else as it was asked for. */
static const char *
product_of(const struct site_query *query, const struct license *license, const struct texts *texts,
	char ret_name[PRODUCT_NAME_MAX])
{
	if (license == NULL)
		return query->product == NULL ? texts->this_site : query->product;
	product_name_of(license, ret_name);
	return ret_name;
}

static void
tell_step(const struct site_question *question, const struct site_answer *answer,
	const struct texts *texts, struct why *scratch, char ret_text[SKERRY_MESSAGE_MAX])
{
	const struct site_query *query = question->query;
	char product[PRODUCT_NAME_MAX];
	struct message_subject subject = { .verdict = &answer->verdict,
		.product = product_of(query, answer->license, texts, product),
		.tenant = query->tenant,
		.why = scratch,
		.local = &answer->facts.local };

	explanation_why(question, answer, scratch);
	message_set_contact(&subject, contact_of(question->site, query->product, answer->license));
	snapshot_compose(texts, &subject, ret_text);
}

static enum skerry_err
follow(struct snapshot *snapshot, const struct site_question *question, struct why *scratch)
{
	int64_t at = question->now;

	while (snapshot->steps_len < SNAPSHOT_STEPS_MAX && at != SKERRY_NEVER) {
		char message[SKERRY_MESSAGE_MAX];
		struct site_answer answer;
		int license;
		enum skerry_err err = site_answer_at(question, at, &answer);

		if (err != SKERRY_OK)
			return err;
		answer.verdict.clock = (enum skerry_clock)answer.facts.clock;
		answer.verdict.state_rollback = answer.facts.state_rollback;
		tell_step(question, &answer, snapshot->texts, scratch, message);
		err = take_license(snapshot, answer.held, &license);
		if (err == SKERRY_OK)
			err = snapshot_add(snapshot, &answer.verdict, license, message);
		if (err != SKERRY_OK)
			return err;
		at = answer.verdict.next_change_at;
	}
	return SKERRY_OK;
}

enum skerry_err
snapshot_of_site(const struct site *site, const struct site_query *query, const struct texts *texts,
	struct snapshot **ret_snapshot)
{
	struct site_question question;
	struct snapshot *snapshot = NULL;
	struct why *scratch = NULL;
	enum skerry_err err = site_gather(site, query, &question);

	if (err != SKERRY_OK)
		return err;
	err = SKERRY_ERR_NO_MEMORY;
	snapshot = snapshot_new(texts);
	scratch = malloc(sizeof *scratch);
	if (snapshot != NULL && scratch != NULL)
		err = follow(snapshot, &question, scratch);
	free(scratch);
	if (err == SKERRY_OK)
		*ret_snapshot = snapshot;
	else
		snapshot_free(snapshot);
	return err;
}

/* --- asking ---------------------------------------------------------------------------------- */

const struct snapshot_step *
snapshot_at(const struct snapshot *snapshot, int64_t at)
{
	const struct snapshot_step *step = snapshot->steps,
				   *end = snapshot->steps + snapshot->steps_len;

	/* Mostly it is the first or one of the next. */
	while (step + 1 < end && step[1].verdict.at <= at)
		step++;
	return step;
}

void
snapshot_verdict(const struct snapshot *snapshot, int64_t at, struct skerry_verdict *ret_verdict)
{
	*ret_verdict = snapshot_at(snapshot, at)->verdict;
	if (at > ret_verdict->at)
		ret_verdict->at = at;
}

const struct license *
snapshot_license_of(const struct snapshot *snapshot, const struct snapshot_step *step)
{
	return step->license < 0 ? NULL : &snapshot->licenses[step->license].license;
}
