/* SPDX-License-Identifier: ISC */
#include "proof_out.h"

#include <stdlib.h>
#include <string.h>

#include "keys/hash.h"
#include "keys/sign.h"
#include "verifier/explanation.h"
#include "verifier/library/snapshot.h"
#include "verifier/product_name.h"

/* One being made. */
struct making {
	const struct site *site;
	const struct proof_wish *wish;
	struct site_query query;
	struct site_question question;
	struct site_answer answer;
	char product[PRODUCT_NAME_MAX];
	char message[SKERRY_MESSAGE_MAX];
	uint8_t hash[HASH_LEN];
	struct why why;
	enum skerry_err err; /* of a visit */
	struct proof_made made;
};

/* --- what is told ---------------------------------------------------------------------------- */

static struct cbor_text
text_of(const char *chars)
{
	return chars == NULL ? (struct cbor_text){ NULL, 0 }
			     : (struct cbor_text){ chars, strlen(chars) };
}

/* What no license can name was asked for by mistake, and a proof has no room for it. */
static bool
is_sound(const struct proof_wish *wish)
{
	return wish->nonce.len >= PROOF_NONCE_MIN && wish->nonce.len <= PROOF_NONCE_MAX &&
	       text_of(wish->query.tenant).len <= LICENSE_TENANT_MAX &&
	       text_of(wish->query.domain).len <= LICENSE_DOMAIN_MAX &&
	       wish->query.build_date >= 0 && wish->query.build_date <= LICENSE_TIME_MAX;
}

static enum skerry_err
ask(struct making *making)
{
	const struct site *site = making->site;
	const struct license *license;
	enum skerry_err err;

	making->query = making->wish->query;
	/* Leaving the domain out must not take the binding away. */
	if (making->query.domain == NULL)
		making->query.domain = "";
	err = site_gather(site, &making->query, &making->question);
	if (err == SKERRY_OK)
		err = site_answer_at(&making->question, making->question.now, &making->answer);
	if (err != SKERRY_OK)
		return err;
	license = making->answer.license;
	if (license == NULL)
		return SKERRY_ERR_NO_LICENSE;
	if (!license->has_site_key || !cose_key_same(&license->site_key, &site->identity.site_key))
		return SKERRY_ERR_NOT_PAIRED;
	product_name_of(license, making->product);
	return SKERRY_OK;
}

static void
put_in_words(struct making *making)
{
	const struct site_answer *answer = &making->answer;
	struct message_subject subject = { .verdict = &answer->verdict,
		.product = making->product,
		.tenant = making->wish->query.tenant,
		.why = &making->why,
		.local = &answer->facts.local };

	explanation_why(&making->question, answer, &making->why);
	message_set_contact(&subject,
		manifest_find_contact(&making->site->trust->manifest, answer->license->brand));
	snapshot_compose(making->wish->texts, &subject, making->message);
}

/* --- the proof ------------------------------------------------------------------------------- */

/* A date beyond all that can be written never comes. */
static int64_t
written_date(int64_t at)
{
	return at > LICENSE_TIME_MAX ? LICENSE_NEVER : at;
}

static int64_t
end_of(const struct skerry_verdict *verdict)
{
	int64_t end = verdict->at + PROOF_LIVES_S;

	if (verdict->next_change_at > verdict->at && verdict->next_change_at < end)
		end = verdict->next_change_at;
	return end;
}

static struct proof
fill(const struct making *making)
{
	const struct skerry_verdict *verdict = &making->answer.verdict;
	const struct site_query *query = &making->wish->query;

	return (struct proof){
		.product = text_of(making->product),
		.issued_at = verdict->at,
		.expires_at = end_of(verdict),
		.nonce = making->wish->nonce,
		.license_hash = making->hash,
		.state = (unsigned)verdict->state,
		.access = (unsigned)verdict->access,
		.reason = (unsigned)verdict->reason,
		.notice = (unsigned)verdict->notice,
		.clock = (unsigned)making->answer.facts.clock,
		.state_rollback = making->answer.facts.state_rollback,
		.next_change_at = written_date(verdict->next_change_at),
		.renew_by = written_date(verdict->renew_by),
		.valid_until = written_date(verdict->valid_until),
		.maintenance_until = written_date(verdict->maintenance_until),
		.grace_until = written_date(verdict->grace_until),
		.degraded_until = written_date(verdict->degraded_until),
		.message = text_of(making->message),
		.tenant = text_of(query->tenant),
		.domain = text_of(query->domain),
		.build_date = query->build_date,
		.manifest_version = making->site->trust->manifest.version,
	};
}

static enum skerry_err
sign(struct making *making)
{
	const struct proof proof = fill(making);
	uint8_t payload[PROOF_PAYLOAD_MAX];
	struct key_pair pair = { 0 };
	struct cbor_writer w;
	size_t len = 0;
	enum skerry_err err;

	cbor_writer_init(&w, payload, sizeof payload);
	proof_write(&w, &proof);
	err = cbor_writer_finish(&w, &len);
	if (err == SKERRY_OK)
		err = identity_open_pair(&making->site->documents, KEY_SITE, &pair);
	if (err != SKERRY_OK)
		return err;
	err = sign_sign1(&pair, PROOF_TYPE, (struct cbor_bytes){ payload, len }, making->made.proof,
		sizeof making->made.proof, &making->made.proof_len);
	key_pair_free(&pair);
	return err;
}

/* --- the chain ------------------------------------------------------------------------------- */

static void
copy_manifest(void *context, const struct trust *trust, int64_t arrived_at)
{
	struct making *making = context;
	struct proof_made *made = &making->made;
	struct proof_manifest *manifests;

	(void)arrived_at;
	if (making->err != SKERRY_OK)
		return;
	making->err = SKERRY_ERR_NO_MEMORY;
	manifests = realloc(made->manifests, (made->manifests_len + 1) * sizeof *manifests);
	if (manifests == NULL)
		return;
	made->manifests = manifests;
	manifests += made->manifests_len;
	*manifests = (struct proof_manifest){ malloc(trust->bytes_len), trust->bytes_len };
	if (manifests->bytes == NULL)
		return;
	memcpy(manifests->bytes, trust->bytes, trust->bytes_len);
	made->manifests_len++;
	making->err = SKERRY_OK;
}

static enum skerry_err
copy_chain(struct making *making)
{
	struct trust *scratch = malloc(sizeof *scratch);
	char file[DOCUMENTS_PATH_MAX];
	size_t offset;
	enum skerry_err err = SKERRY_ERR_NO_MEMORY;

	if (scratch != NULL)
		err = documents_load_trust(
			&making->site->documents, scratch, copy_manifest, making, file, &offset);
	free(scratch);
	return err == SKERRY_OK ? making->err : err;
}

/* --- all of it ------------------------------------------------------------------------------- */

static enum skerry_err
make(struct making *making)
{
	enum skerry_err err = ask(making);
	const struct site_license *held;

	if (err != SKERRY_OK)
		return err;
	held = making->answer.held;
	making->made.license = (struct cbor_bytes){ held->document, held->document_len };
	hash_sha256(held->document, held->document_len, making->hash);
	put_in_words(making);
	err = sign(making);
	return err == SKERRY_OK ? copy_chain(making) : err;
}

enum skerry_err
proof_make(const struct site *site, const struct proof_wish *wish, struct proof_made *ret_made)
{
	struct making *making;
	enum skerry_err err;

	if (!is_sound(wish))
		return SKERRY_ERR_ARGUMENT;
	making = calloc(1, sizeof *making);
	if (making == NULL)
		return SKERRY_ERR_NO_MEMORY;
	making->site = site;
	making->wish = wish;
	err = make(making);
	if (err == SKERRY_OK)
		*ret_made = making->made;
	else
		proof_made_free(&making->made);
	free(making);
	return err;
}

void
proof_made_free(struct proof_made *made)
{
	for (size_t i = 0; i < made->manifests_len; i++)
		free(made->manifests[i].bytes);
	free(made->manifests);
	*made = (struct proof_made){ .manifests = NULL };
}
