/* SPDX-License-Identifier: ISC */
#include "signing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "formats/date.h"
#include "issuer/desk/desk_keys.h"
#include "issuer/desk/manifests.h"
#include "keys/sign.h"

enum skerry_err
signing_open(struct desk *desk, struct signing *ret_signing)
{
	struct signing signing = { .trust = NULL };
	uint8_t kid[COSE_KID_LEN];
	enum skerry_err err = manifests_load(desk, &signing.trust);

	if (err == SKERRY_OK)
		err = desk_keys_read_use(desk, kid);
	if (err == SKERRY_OK)
		err = desk_keys_open(desk, kid, KEY_ISSUING, &signing.pair);
	if (err == SKERRY_OK)
		*ret_signing = signing;
	else
		signing_close(&signing);
	return err;
}

void
signing_close(struct signing *signing)
{
	key_pair_free(&signing->pair);
	free(signing->trust);
	signing->trust = NULL;
}

/* What a person can do about a key that may not sign this. */
static enum skerry_err
refuse_key(struct desk *desk, enum skerry_err err, const struct license *license,
	const struct manifest_key *key)
{
	char last[DATE_TEXT_MAX], latest[DATE_TEXT_MAX], id[LICENSE_ID_LEN + 1];

	date_format_day(license->expires_at, last);
	date_format_day(key->latest, latest);
	snprintf(id, sizeof id, "%.*s", (int)license->id.len, license->id.chars);
	switch (err) {
	case SKERRY_ERR_TRUST_LATEST:
		return desk_refuse(desk, err, id,
			"With its graces it would run until %s, and the signing key may sign until "
			"%s at most. Sell a shorter term or a shorter grace, or let the next "
			"manifest list a key with a later date.",
			last, latest);
	case SKERRY_ERR_TRUST_PERPETUAL:
		return desk_refuse(desk, err, id,
			"The signing key may not sign what never ends. Give the plan a term or "
			"--renew-every, or let the next manifest list a key that may: skerry-keys "
			"manifest next");
	case SKERRY_ERR_TRUST_GRACE:
		return desk_refuse(desk, err, id,
			"The signing key may sign a grace of 400 days at most. Shorten it with: "
			"skerry-issuer plan set BRAND/PRODUCT/PLAN --grace 400d");
	case SKERRY_ERR_TRUST_BRAND:
	case SKERRY_ERR_TRUST_ROLE:
	case SKERRY_ERR_TRUST_RETIRED:
	case SKERRY_ERR_TRUST_NOT_YET:
	case SKERRY_ERR_TRUST_KEY_REVOKED:
		return desk_refuse(desk, err, id,
			"See what the desk's keys may sign with: skerry-issuer key list; change "
			"the key with: skerry-issuer key use KID");
	default:
		return err;
	}
}

enum skerry_err
signing_permits(struct desk *desk, const struct signing *signing, const struct license *license)
{
	const struct manifest_key *key = trust_find_key(signing->trust, signing->pair.kid);
	char text[2 * COSE_KID_LEN + 1];
	enum skerry_err err;

	vault_kid_text(signing->pair.kid, text);
	if (key == NULL)
		return desk_refuse(desk, SKERRY_ERR_TRUST_KEY_UNKNOWN, text,
			"The desk's manifest does not list the key that signs. Change it with: "
			"skerry-issuer key use KID");
	err = trust_permits_license(key, license);
	return err == SKERRY_OK ? SKERRY_OK : refuse_key(desk, err, license, key);
}

static const char *
role_signs(enum manifest_role role)
{
	switch (role) {
	case MANIFEST_ROLE_REPLY:
		return "replies to sites";
	case MANIFEST_ROLE_STATUS:
		return "status lists";
	case MANIFEST_ROLE_BUNDLE:
		return "bundles";
	default:
		return "licenses";
	}
}

/* What a person can do about a key that may not sign what sites are told. */
static enum skerry_err
refuse_role(struct desk *desk, enum skerry_err err, enum manifest_role role, const char *brand,
	const char *kid)
{
	bool narrow = err == SKERRY_ERR_TRUST_BRAND && brand == NULL;

	return desk_refuse(desk, err, kid,
		"The desk signs %s with its key in use, which %s. See what its keys may sign with: "
		"skerry-issuer key list; change the key with: skerry-issuer key use KID",
		role_signs(role),
		narrow                                ? "does not serve all brands"
		: err == SKERRY_ERR_TRUST_BRAND       ? "does not serve this brand"
		: err == SKERRY_ERR_TRUST_ROLE        ? "the manifest does not allow to"
		: err == SKERRY_ERR_TRUST_NOT_YET     ? "may not sign yet"
		: err == SKERRY_ERR_TRUST_RETIRED     ? "may not sign any more"
		: err == SKERRY_ERR_TRUST_KEY_REVOKED ? "was revoked"
						      : "the manifest does not list");
}

enum skerry_err
signing_permits_role(struct desk *desk, const struct signing *signing, enum manifest_role role,
	const char *brand, int64_t issued_at)
{
	/* Nothing of it ends: no `latest` limits it. */
	const struct trust_claims claims = { .role = role,
		.brand =
			brand == NULL ? (struct cbor_text){ NULL, 0 } : cbor_text_from_chars(brand),
		.issued_at = issued_at,
		.expires_at = 0 };
	const struct manifest_key *key = trust_find_key(signing->trust, signing->pair.kid);
	char text[2 * COSE_KID_LEN + 1];
	enum skerry_err err =
		key == NULL ? SKERRY_ERR_TRUST_KEY_UNKNOWN : trust_permits(key, &claims);

	vault_kid_text(signing->pair.kid, text);
	return err == SKERRY_OK ? SKERRY_OK : refuse_role(desk, err, role, brand, text);
}

enum skerry_err
signing_sign(const struct signing *signing, struct cbor_bytes payload, uint64_t edition,
	const uint8_t cti[LICENSE_CTI_LEN], struct license *back, uint8_t ret_bytes[LICENSE_MAX],
	size_t *ret_len)
{
	const struct manifest_key *key;
	size_t len = 0, offset;
	enum skerry_err err =
		sign_sign1(&signing->pair, LICENSE_TYPE, payload, ret_bytes, LICENSE_MAX, &len);

	if (err == SKERRY_OK)
		err = trust_open_license(signing->trust, ret_bytes, len, back, &key, &offset);
	if (err == SKERRY_OK &&
		(back->edition != edition ||
			!cbor_bytes_same(back->cti, (struct cbor_bytes){ cti, LICENSE_CTI_LEN })))
		err = SKERRY_ERR_INTERNAL;
	if (err == SKERRY_OK)
		*ret_len = len;
	return err;
}
