/* SPDX-License-Identifier: ISC */
/* What a site's daemon has said, and to whom: unverified, since the key to do so is in the license. */
#include "show.h"

#include <stdio.h>

#include "cli.h"
#include "formats/cose.h"
#include "formats/proof.h"
#include "verifier/show/sheet.h"

enum { HEX_MAX = 2 * PROOF_NONCE_MAX + 1 };

static void
show_hex(const char *label, const uint8_t *bytes, size_t len)
{
	char hex[HEX_MAX] = "";

	for (size_t i = 0; i < len; i++)
		snprintf(hex + 2 * i, 3, "%02x", bytes[i]);
	sheet_chars(cli_show(), label, hex);
}

static void
tell(const struct proof *proof)
{
	const struct show *show = cli_show();

	sheet_text(show, "product", proof->product);
	sheet_text(show, "tenant", proof->tenant);
	sheet_text(show, "domain", proof->domain);
	sheet_chars(show, "state", skerry_state_name((enum skerry_state)proof->state));
	sheet_chars(show, "access", skerry_access_name((enum skerry_access)proof->access));
	sheet_chars(show, "reason", skerry_reason_name((enum skerry_reason)proof->reason));
	sheet_chars(show, "notice", skerry_notice_name((enum skerry_notice)proof->notice));
	sheet_text(show, "message", proof->message);
	sheet_chars(show, "clock", skerry_clock_name((enum skerry_clock)proof->clock));
	sheet_date(show, "issued at", proof->issued_at);
	sheet_date(show, "holds until", proof->expires_at);
	sheet_date(show, "next change", proof->next_change_at);
	sheet_date(show, "renew by", proof->renew_by);
	sheet_date(show, "valid until", proof->valid_until);
	sheet_date(show, "maintenance", proof->maintenance_until);
	sheet_date(show, "grace until", proof->grace_until);
	sheet_date(show, "degraded until", proof->degraded_until);
	if (proof->build_date != 0)
		sheet_date(show, "build date", proof->build_date);
	sheet_number(show, "manifest", proof->manifest_version);
	show_hex("license hash", proof->license_hash, PROOF_HASH_LEN);
	show_hex("nonce", proof->nonce.data, proof->nonce.len);
}

static void
put_date(struct json *j, const char *name, int64_t at)
{
	json_name(j, name);
	json_date(j, at);
}

static void
put_text(struct json *j, const char *name, struct cbor_text text)
{
	json_name(j, name);
	json_text(j, text);
}

static void
put_word(struct json *j, const char *name, const char *word)
{
	json_name(j, name);
	json_chars(j, word);
}

static void
tell_json(struct json *j, const struct proof *proof)
{
	put_text(j, "product", proof->product);
	put_text(j, "tenant", proof->tenant);
	put_text(j, "domain", proof->domain);
	put_word(j, "state", skerry_state_name((enum skerry_state)proof->state));
	put_word(j, "access", skerry_access_name((enum skerry_access)proof->access));
	put_word(j, "reason", skerry_reason_name((enum skerry_reason)proof->reason));
	put_word(j, "notice", skerry_notice_name((enum skerry_notice)proof->notice));
	put_text(j, "message", proof->message);
	put_word(j, "clock", skerry_clock_name((enum skerry_clock)proof->clock));
	json_name(j, "state_rollback");
	json_bool(j, proof->state_rollback);
	put_date(j, "issued_at", proof->issued_at);
	put_date(j, "expires_at", proof->expires_at);
	put_date(j, "next_change_at", proof->next_change_at);
	put_date(j, "renew_by", proof->renew_by);
	put_date(j, "valid_until", proof->valid_until);
	put_date(j, "maintenance_until", proof->maintenance_until);
	put_date(j, "grace_until", proof->grace_until);
	put_date(j, "degraded_until", proof->degraded_until);
	put_date(j, "build_date", proof->build_date == 0 ? LICENSE_NEVER : proof->build_date);
	json_name(j, "manifest_version");
	json_uint(j, proof->manifest_version);
	json_name(j, "license_hash");
	json_hex(j, proof->license_hash, PROOF_HASH_LEN);
	json_name(j, "nonce");
	json_hex(j, proof->nonce.data, proof->nonce.len);
}

enum skerry_err
show_proof(struct json *j, struct cbor_bytes document, size_t *ret_offset)
{
	struct cose_sign1 message;
	struct proof proof;
	enum skerry_err err = cose_sign1_parse(document.data, document.len, &message, ret_offset);

	if (err != SKERRY_OK)
		return err;
	err = proof_parse(message.payload, &proof, ret_offset);
	if (err != SKERRY_OK) {
		*ret_offset += message.payload_offset;
		return err;
	}
	if (j == NULL) {
		show_hex("signing key", message.kid, COSE_KID_LEN);
		tell(&proof);
	} else {
		json_name(j, "signing_key");
		json_hex(j, message.kid, COSE_KID_LEN);
		tell_json(j, &proof);
	}
	return SKERRY_OK;
}
