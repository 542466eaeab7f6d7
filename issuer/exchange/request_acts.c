/* SPDX-License-Identifier: ISC */
#include "request_acts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "issuer/desk/audit.h"
#include "issuer/desk/notes.h"
#include "issuer/ending.h"
#include "issuer/exchange/replies.h"
#include "issuer/exchange/request_places.h"
#include "issuer/exchange/request_text.h"

static enum skerry_err
tell(struct request_work *work, const struct request_case *one, const char *action,
	const struct activation *activation)
{
	char subject[AUDIT_SUBJECT_MAX];

	snprintf(subject, sizeof subject, "license %s", one->license.public_id);
	return audit_append(work->desk, action, subject,
		"activation=%lld index=%lld installation=%lld request=%lld",
		(long long)activation->number, (long long)activation->status_index,
		(long long)work->installation.id, (long long)work->request_id);
}

/* --- a document -------------------------------------------------------------------------------- */

/* Drafts, signs and records what `issue` says; a copy of it goes into the reply. */
static enum skerry_err
give(struct request_work *work, struct request_case *one, const struct issue *issue,
	int64_t *ret_activation)
{
	struct issue_draft *draft = &work->requests->scratch->draft;
	const struct signing *signing = &work->requests->signing;
	enum skerry_err err =
		issue_draft(work->desk, signing, &work->requests->shelf, issue, draft);

	if (err == SKERRY_OK)
		err = issue_sign(signing, draft);
	if (err == SKERRY_OK)
		err = issue_record(work->desk, signing, draft);
	if (err != SKERRY_OK)
		return err;
	one->document = malloc(draft->issued.len);
	if (one->document == NULL)
		return SKERRY_ERR_NO_MEMORY;
	memcpy(one->document, draft->issued.bytes, draft->issued.len);
	one->document_len = draft->issued.len;
	one->issued = true;
	one->told_number = draft->issued.activation;
	if (ret_activation != NULL)
		*ret_activation = draft->taken.id;
	return SKERRY_OK;
}

static struct issue
issue_for(struct request_work *work, const struct request_case *one,
	const struct activation *activation)
{
	struct reissue *reissue = &work->requests->scratch->reissue;

	return (struct issue){ .license_id = one->license.public_id,
		.record = &one->license,
		.binding = &reissue->binding,
		.activation = activation,
		.threshold = reissue->threshold,
		.until = LICENSE_NEVER };
}

/* --- what the site says of itself, as a binding ------------------------------------------------ */

static enum skerry_err
bind_site(struct request_work *work)
{
	const struct request *request = &work->exchange->request;
	struct reissue *reissue = &work->requests->scratch->reissue;
	struct binding *binding = &reissue->binding;
	struct fingerprint *fingerprint = &binding->fingerprint;
	static const uint8_t NO_SALT[LICENSE_SALT_LEN];
	struct cbor_writer w;
	size_t len;
	enum skerry_err err;

	memset(reissue, 0, sizeof *reissue);
	binding->kind = ACTIVATION_SITE;
	request_places_domains(request, binding->domains);
	fingerprint->salt = request->components_len > 0
				    ? request->salt
				    : (struct cbor_bytes){ NO_SALT, sizeof NO_SALT };
	memcpy(fingerprint->components, request->components,
		request->components_len * sizeof *request->components);
	fingerprint->components_len = request->components_len;
	fingerprint->hostname = request_text_plain(request->hostname, FINGERPRINT_INFO_MAX);
	fingerprint->os = request_text_plain(request->os, FINGERPRINT_INFO_MAX);
	fingerprint->app_version = request_text_plain(request->app_version, FINGERPRINT_INFO_MAX);
	fingerprint->install_id = request_text_plain(request->install_id, FINGERPRINT_INFO_MAX);
	fingerprint->has_site_key = true;
	fingerprint->site_key = request->site_key;
	cbor_writer_init(&w, reissue->fingerprint, sizeof reissue->fingerprint);
	fingerprint_write(&w, fingerprint);
	err = cbor_writer_finish(&w, &len);
	binding->fingerprint_bytes = (struct cbor_bytes){ reissue->fingerprint, len };
	return err;
}

static enum skerry_err
link_site(struct request_work *work, int64_t activation)
{
	const struct installation *installation = &work->installation;

	return activations_link(work->desk, activation, installation->id,
		installation->has_opening_key ? &installation->opening_key : NULL);
}

/* --- the acts ---------------------------------------------------------------------------------- */

static enum skerry_err
activate(struct request_work *work, struct request_case *one)
{
	struct activation fresh;
	struct issue issue;
	enum skerry_err err = bind_site(work);

	if (err == SKERRY_OK)
		err = activations_number_new(work->desk, &one->license, &fresh);
	if (err != SKERRY_OK)
		return err;
	issue = issue_for(work, one, &fresh);
	err = give(work, one, &issue, &fresh.id);
	if (err == SKERRY_OK)
		err = link_site(work, fresh.id);
	one->activation.id = fresh.id;
	return err == SKERRY_OK ? tell(work, one, "site.pair", &fresh) : err;
}

static struct activation
standing(const struct request_case *one)
{
	return (struct activation){ .id = one->activation.id,
		.number = one->activation.number,
		.status_index = one->activation.status_index };
}

/* Domains are sold: whoever is bound to some stays so, whatever the site says now. */
static enum skerry_err
keep_domains(struct request_work *work, int64_t activation)
{
	struct binding *binding = &work->requests->scratch->reissue.binding;
	struct store_query q;

	store_query(work->desk->store, &q, "SELECT domains FROM activation WHERE id = ?");
	store_bind_int(&q, activation);
	if (store_step(&q) && !store_is_null(&q, 0))
		store_text(&q, 0, binding->domains, sizeof binding->domains);
	return store_done(&q);
}

static enum skerry_err
adopt(struct request_work *work, struct request_case *one)
{
	struct activation activation = standing(one);
	struct issue issue;
	enum skerry_err err = bind_site(work);

	issue = issue_for(work, one, &activation);
	if (err == SKERRY_OK)
		err = keep_domains(work, activation.id);
	if (err == SKERRY_OK)
		err = activations_rebind(
			work->desk, activation.id, &work->requests->scratch->reissue.binding);
	if (err == SKERRY_OK)
		err = link_site(work, activation.id);
	if (err == SKERRY_OK)
		err = give(work, one, &issue, NULL);
	return err == SKERRY_OK ? tell(work, one, "site.adopt", &activation) : err;
}

/* Bound as before; a part of the machine may have been replaced. */
static enum skerry_err
renew(struct request_work *work, struct request_case *one)
{
	struct reissue *reissue = &work->requests->scratch->reissue;
	/* What a very old request says of its machine binds nothing. */
	bool counts = work->verdict.arrival != FORK_FORGOTTEN;
	bool pairs =
		counts && (one->facts.kind == REQUEST_PAIR || one->facts.kind == REQUEST_MIGRATE);
	bool unlinked =
		counts && one->activation.has_site_id && one->activation.installation_id == 0;
	struct issue issue;
	enum skerry_err err;

	if (pairs && (unlinked || (one->activation.kind == ACTIVATION_SITE &&
					  one->activation.same_machine)))
		return adopt(work, one);
	err = reissue_load(work->desk, &one->license, one->activation.number, reissue);
	if (err != SKERRY_OK)
		return err;
	issue = reissue_issue(reissue, &one->license);
	issue.record = &one->license;
	err = give(work, one, &issue, NULL);
	if (err != SKERRY_OK || !unlinked)
		return err;
	err = link_site(work, one->activation.id);
	return err == SKERRY_OK ? tell(work, one, "site.adopt", &reissue->activation) : err;
}

/* What the signed document is bound to. */
static enum skerry_err
bind_as_claimed(struct request_work *work, const struct license *claims)
{
	static const uint8_t NO_SALT[LICENSE_SALT_LEN];
	struct reissue *reissue = &work->requests->scratch->reissue;
	struct binding *binding = &reissue->binding;
	struct fingerprint *fingerprint = &binding->fingerprint;
	struct request domains = { .domains_len = claims->domains_len };
	struct cbor_writer w;
	size_t len;
	enum skerry_err err;

	memset(reissue, 0, sizeof *reissue);
	binding->kind = claims->has_site_key         ? ACTIVATION_SITE
			: claims->components_len > 0 ? ACTIVATION_MACHINE
						     : ACTIVATION_DOMAIN;
	memcpy(domains.domains, claims->domains, claims->domains_len * sizeof *claims->domains);
	request_places_domains(&domains, binding->domains);
	if (binding->kind == ACTIVATION_DOMAIN)
		return SKERRY_OK;
	reissue->threshold = claims->threshold;
	fingerprint->salt = claims->components_len > 0
				    ? claims->salt
				    : (struct cbor_bytes){ NO_SALT, sizeof NO_SALT };
	for (size_t i = 0; i < claims->components_len; i++)
		fingerprint->components[i] =
			(struct fingerprint_component){ claims->components[i].type,
				claims->components[i].hash };
	fingerprint->components_len = claims->components_len;
	fingerprint->has_site_key = claims->has_site_key;
	fingerprint->site_key = claims->site_key;
	cbor_writer_init(&w, reissue->fingerprint, sizeof reissue->fingerprint);
	fingerprint_write(&w, fingerprint);
	err = cbor_writer_finish(&w, &len);
	binding->fingerprint_bytes = (struct cbor_bytes){ reissue->fingerprint, len };
	return err;
}

/* Its number and index, as far as nobody else has them by now; else new ones. */
static enum skerry_err
number_claimed(struct request_work *work, const struct request_case *one,
	struct activation *ret_activation)
{
	struct store_query q;
	bool taken;
	enum skerry_err err;

	store_query(work->desk->store, &q,
		"SELECT 1 FROM activation WHERE license_id = ?1 AND number = ?2 UNION ALL"
		" SELECT 1 FROM activation WHERE brand_id = ?3 AND status_index = ?4");
	store_bind_int_at(&q, 1, one->license.id);
	store_bind_int_at(&q, 2, one->proof->number);
	store_bind_int_at(&q, 3, one->brand_id);
	store_bind_int_at(&q, 4, one->proof->status_index);
	taken = store_step(&q);
	err = store_done(&q);
	if (err != SKERRY_OK)
		return err;
	if (taken)
		return activations_number_new(work->desk, &one->license, ret_activation);
	*ret_activation = (struct activation){ .fresh = true,
		.number = one->proof->number,
		.status_index = one->proof->status_index };
	return SKERRY_OK;
}

/* The activation of a signed document that the records lack. */
static enum skerry_err
record_claimed(struct request_work *work, struct request_case *one, struct activation *activation)
{
	const struct license *claims = one->proof->claims;
	const struct activation_dates dates = { claims->renew_by, claims->expires_at };
	const struct binding *binding = &work->requests->scratch->reissue.binding;
	enum skerry_err err = number_claimed(work, one, activation);

	if (err == SKERRY_OK)
		err = bind_as_claimed(work, claims);
	if (err == SKERRY_OK)
		err = activations_note_issue(
			work->desk, &one->license, binding, &dates, activation);
	if (err == SKERRY_OK)
		err = licenses_note_edition(
			work->desk, one->license.id, one->license.edition, activation->number);
	activation->fresh = false;
	one->activation = (struct request_activation){ .id = activation->id,
		.number = activation->number,
		.status_index = activation->status_index,
		.expires_at = claims->expires_at,
		.unpaired_at = LICENSE_NEVER,
		.kind = binding->kind };
	if (err == SKERRY_OK && claims->has_site_key)
		err = link_site(work, activation->id);
	return err == SKERRY_OK ? tell(work, one, "site.take_up", activation) : err;
}

static enum skerry_err
take_up(struct request_work *work, struct request_case *one)
{
	struct activation activation;
	struct issue issue;
	enum skerry_err err = record_claimed(work, one, &activation);

	if (err != SKERRY_OK)
		return err;
	issue = issue_for(work, one, &activation);
	return give(work, one, &issue, NULL);
}

/* A reason that people may read, as a note on the license; none otherwise. */
static enum skerry_err
note_reason(struct request_work *work, const struct request_case *one, struct note *ret_note)
{
	struct cbor_text reason = work->exchange->request.reason;
	char text[REQUEST_REASON_MAX + 1];

	*ret_note = (struct note){ .id = 0 };
	request_text_copy(reason, text, sizeof text);
	if (text[0] == '\0')
		return SKERRY_OK;
	return notes_insert(work->desk, one->license.brand_id, one->license.id, text, ret_note);
}

/* `why`: "unpaired", "migrated". */
static enum skerry_err
end(struct request_work *work, struct request_case *one, const char *why, int64_t effective_at)
{
	const struct request_activation *old = &one->activation;
	struct ending ending = { .activation_id = old->id,
		.number = old->number,
		.status_index = old->status_index,
		.expires_at = old->expires_at,
		.counts = activations_binds(old->kind),
		.effective_at = effective_at };
	char subject[AUDIT_SUBJECT_MAX], word[NOTES_WORD_MAX], action[32];
	struct lifecycle next;
	struct note note;
	int64_t sites;
	enum skerry_err err = note_reason(work, one, &note);

	notes_word(why, &note, word);
	ending.why = word;
	if (err == SKERRY_OK)
		err = ending_judge(work->desk, &one->license, &ending, &next, &sites);
	if (err == SKERRY_OK)
		err = ending_apply(work->desk, &one->license, &ending, &next);
	if (err != SKERRY_OK)
		return err;
	one->told_number = old->number;
	snprintf(subject, sizeof subject, "license %s", one->license.public_id);
	snprintf(action, sizeof action, "site.%s", why[0] == 'u' ? "unpair" : "migrate");
	return audit_append(work->desk, action, subject,
		"activation=%lld index=%lld effective=%lld to=%s migrations=%lld/%lld "
		"installation=%lld "
		"request=%lld%s",
		(long long)old->number, (long long)old->status_index, (long long)effective_at,
		standing_name(next.stored), (long long)one->facts.migrations.count + 1,
		(long long)one->facts.migrations_allowed, (long long)work->installation.id,
		(long long)work->request_id, note.mark);
}

static enum skerry_err
move(struct request_work *work, struct request_case *one)
{
	enum skerry_err err = end(work, one, "migrated", work->desk->now);

	if (err == SKERRY_OK)
		err = licenses_find_row(work->desk, one->license.id, &one->license);
	return err == SKERRY_OK ? activate(work, one) : err;
}

/* What was never recorded is recorded first, so that its index can be revoked. */
static enum skerry_err
end_here(struct request_work *work, struct request_case *one)
{
	struct activation activation;
	enum skerry_err err =
		one->activation.id == 0 ? record_claimed(work, one, &activation) : SKERRY_OK;

	return err == SKERRY_OK ? end(work, one, "unpaired", one->answer.until) : err;
}

/* What a reply of this very second calls unpaired is not what is paired now. */
static enum skerry_err
pair(struct request_work *work, struct request_case *one,
	enum skerry_err (*act)(struct request_work *, struct request_case *))
{
	enum skerry_err err = replies_date_after(work->desk, work->installation.id);

	return err == SKERRY_OK ? act(work, one) : err;
}

enum skerry_err
request_acts_do(struct request_work *work, struct request_case *one)
{
	switch (one->answer.act) {
	case ANSWER_RENEW:
		return renew(work, one);
	case ANSWER_ADOPT:
		return pair(work, one, adopt);
	case ANSWER_TAKE_UP:
		return pair(work, one, take_up);
	case ANSWER_ACTIVATE:
		return pair(work, one, activate);
	case ANSWER_MOVE:
		return pair(work, one, move);
	case ANSWER_END:
		return end_here(work, one);
	case ANSWER_NOTHING:
		break;
	}
	return SKERRY_OK;
}
