/* SPDX-License-Identifier: ISC */
/* POST /v1/proof: what this site answers, signed by its key for who asks. */
#include "base64_json.h"
#include "deed_calls.h"
#include "verifier/exchange/proof_out.h"

static bool
write_proof(FILE *out, const struct proof_made *made)
{
	struct json j;
	bool whole;

	json_init(&j, command_sink, out);
	json_object_open(&j);
	json_name(&j, "license");
	whole = base64_json(&j, made->license);
	json_name(&j, "manifests");
	json_array_open(&j);
	for (size_t i = 0; i < made->manifests_len; i++)
		whole &= base64_json(&j,
			(struct cbor_bytes){ made->manifests[i].bytes, made->manifests[i].len });
	json_array_close(&j);
	json_name(&j, "proof");
	whole &= base64_json(&j, (struct cbor_bytes){ made->proof, made->proof_len });
	json_object_close(&j);
	putc('\n', out);
	return whole;
}

static bool
run_proof(struct deed *deed, struct call_job *job, struct site *site, const struct show *show,
	enum command_exit *ret_exit)
{
	const struct proof_wish wish = { .query = show_query_of(&deed->question.question),
		.texts = show->texts,
		.nonce = deed->bytes };
	struct proof_made made;
	enum skerry_err err = proof_make(site, &wish, &made);
	bool whole;

	if (err == SKERRY_ERR_NOT_UNIQUE || err == SKERRY_ERR_ARGUMENT) {
		show_unanswered(show, err, &job->failure);
		return false;
	}
	deed->refused = true;
	job->refusal = (struct call_refusal){ .err = err };
	if (err != SKERRY_OK)
		return false;
	whole = write_proof(show->out, &made);
	proof_made_free(&made);
	job->refusal.err = SKERRY_ERR_NO_MEMORY;
	*ret_exit = COMMAND_YES;
	return whole;
}

void
deed_call_proof(struct routes *routes, struct http_call *call)
{
	struct deed *deed = deed_new(routes, call, CALL_TAKES_MACHINE, run_proof);
	const char *nonce = NULL;

	if (deed == NULL)
		return;
	const struct call_body_field fields[] = {
		{ "nonce", CALL_BODY_TEXT, .needed = true, .text_max = 2 * PROOF_NONCE_MAX,
			.text = &nonce },
		{ "product", CALL_BODY_TEXT, .text_max = PROOF_PRODUCT_MAX,
			.text = &deed->question.question.product },
		{ "tenant", CALL_BODY_TEXT, .text_max = LICENSE_TENANT_MAX,
			.text = &deed->question.question.tenant },
		{ "domain", CALL_BODY_ANY_TEXT, .text_max = LICENSE_DOMAIN_MAX,
			.text = &deed->question.question.domain },
	};

	if (!deed_read(routes, call, deed, fields, sizeof fields / sizeof *fields))
		return;
	deed->need = KEEPER_ASK;
	deed->json_alone = true;
	if (deed_decode(nonce, PROOF_NONCE_MAX, &deed->bytes) && deed->bytes.len >= PROOF_NONCE_MIN)
		deed_post(routes, call, deed);
	else
		deed_refuse(routes, call, deed, SKERRY_ERR_HTTP_BODY,
			"nonce is to be 8 to 64 bytes in base64.");
}
