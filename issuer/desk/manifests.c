/* SPDX-License-Identifier: ISC */
#include "manifests.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "issuer/desk/audit.h"
#include "issuer/desk/contacts.h"
#include "issuer/desk/desk_keys.h"
#include "issuer/desk/documents.h"
#include "issuer/desk/outdated.h"
#include "keys/sign.h"

enum { VERSION_TEXT_MAX = 48 };

enum skerry_err
manifests_each(struct desk *desk, void (*each)(void *, uint64_t version, struct cbor_bytes bytes),
	void *context)
{
	struct store_query q;

	store_query(desk->store, &q,
		"SELECT edition, bytes FROM document WHERE kind = 'manifest' ORDER BY edition");
	while (store_step(&q))
		each(context, (uint64_t)store_int(&q, 0), store_bytes(&q, 1));
	return store_done(&q);
}

struct loading {
	struct trust *trust;
	enum skerry_err err;
	size_t count;
};

static void
load_one(void *context, uint64_t version, struct cbor_bytes bytes)
{
	struct loading *loading = context;
	size_t offset;

	(void)version;
	if (loading->err != SKERRY_OK)
		return;
	loading->err = loading->count++ == 0
			       ? trust_anchor(loading->trust, bytes.data, bytes.len, &offset)
			       : trust_advance(loading->trust, bytes.data, bytes.len, &offset);
}

enum skerry_err
manifests_load(struct desk *desk, struct trust **ret_trust)
{
	struct loading loading = { calloc(1, sizeof *loading.trust), SKERRY_OK, 0 };
	enum skerry_err err;

	if (loading.trust == NULL)
		return SKERRY_ERR_NO_MEMORY;
	err = manifests_each(desk, load_one, &loading);
	if (err == SKERRY_OK)
		err = loading.err;
	if (err == SKERRY_OK && loading.count == 0)
		err = SKERRY_ERR_STORE_DAMAGED;
	if (err == SKERRY_OK)
		*ret_trust = loading.trust;
	else
		free(loading.trust);
	return err;
}

/* Why the desk signs one: a change of that brand, or of the whole desk (0). */
struct occasion {
	int64_t brand_id;
	bool instead; /* of the same version, which the desk signed before */
};

static const struct occasion WHOLE_DESK = { 0, false };

static enum skerry_err
record(struct desk *desk, const struct manifest *manifest, const uint8_t *bytes, size_t len,
	const struct occasion *occasion)
{
	struct document_record document = { .kind = "manifest",
		.edition = (int64_t)manifest->version,
		.issued_at = manifest->issued_at,
		.expires_at = manifest->expires_at,
		.bytes = bytes,
		.bytes_len = len };
	char subject[VERSION_TEXT_MAX];
	enum skerry_err err = occasion->instead ? documents_replace_manifest(desk, &document)
						: documents_insert(desk, &document, NULL);

	snprintf(subject, sizeof subject, "manifest %llu", (unsigned long long)manifest->version);
	if (err == SKERRY_OK)
		err = audit_append_of(desk, occasion->brand_id,
			occasion->instead ? "manifest.rewrite" : "manifest.add", subject,
			"trial=%d", manifest->trial);
	return err;
}

/* Adds the signature of each of `roots` that the desk holds, in place. */
static enum skerry_err
add_signatures(struct desk *desk, const struct cose_key *roots, size_t roots_len, uint8_t *bytes,
	size_t *len)
{
	uint8_t *signed_bytes = malloc(MANIFEST_MAX);
	enum skerry_err err = signed_bytes == NULL ? SKERRY_ERR_NO_MEMORY : SKERRY_OK;

	for (size_t i = 0; i < roots_len && err == SKERRY_OK; i++) {
		struct key_pair pair = { 0 };
		uint8_t kid[COSE_KID_LEN];

		hash_kid(&roots[i], kid);
		err = desk_keys_open(desk, kid, KEY_ROOT, &pair);
		if (err == SKERRY_ERR_FILE_MISSING) {
			err = SKERRY_OK;
			continue;
		}
		if (err == SKERRY_OK)
			err = sign_add(&pair, bytes, *len, signed_bytes, MANIFEST_MAX, len);
		if (err == SKERRY_OK)
			memcpy(bytes, signed_bytes, *len);
		key_pair_free(&pair);
	}
	free(signed_bytes);
	return err;
}

static enum skerry_err
sign_and_record(struct desk *desk, const struct manifest *manifest, const struct occasion *occasion)
{
	uint8_t *payload = malloc(MANIFEST_MAX), *bytes = malloc(MANIFEST_MAX);
	struct cbor_writer w;
	size_t payload_len, len;
	enum skerry_err err = SKERRY_ERR_NO_MEMORY;

	if (payload == NULL || bytes == NULL)
		goto out;
	cbor_writer_init(&w, payload, MANIFEST_MAX);
	manifest_write(&w, manifest);
	err = cbor_writer_finish(&w, &payload_len);
	if (err == SKERRY_OK)
		err = sign_unsigned(MANIFEST_TYPE, (struct cbor_bytes){ payload, payload_len },
			bytes, MANIFEST_MAX, &len);
	if (err == SKERRY_OK)
		err = add_signatures(desk, manifest->roots, manifest->roots_len, bytes, &len);
	if (err == SKERRY_OK)
		err = record(desk, manifest, bytes, len, occasion);
out:
	free(payload);
	free(bytes);
	return err;
}

enum skerry_err
manifests_sign(struct desk *desk, const struct manifest *manifest)
{
	return sign_and_record(desk, manifest, &WHOLE_DESK);
}

enum skerry_err
manifests_usable(const struct trust *trust, const struct desk_key *key, int64_t now)
{
	const struct manifest_key *listed = trust_find_key(trust, key->kid);

	if (key->purpose != KEY_ISSUING)
		return SKERRY_ERR_TRUST_PURPOSE;
	if (listed == NULL)
		return SKERRY_ERR_TRUST_KEY_UNKNOWN;
	if (listed->revoked_at != LICENSE_NEVER)
		return SKERRY_ERR_TRUST_KEY_REVOKED;
	if ((listed->roles & MANIFEST_ROLE_LICENSE) == 0)
		return SKERRY_ERR_TRUST_ROLE;
	if (now < listed->not_before)
		return SKERRY_ERR_TRUST_NOT_YET;
	return now > listed->not_after ? SKERRY_ERR_TRUST_RETIRED : SKERRY_OK;
}

enum skerry_err
manifests_is_trial(struct desk *desk, bool *ret_trial)
{
	struct trust *trust = NULL;
	enum skerry_err err = manifests_load(desk, &trust);

	if (err == SKERRY_OK)
		*ret_trial = trust->manifest.trial;
	free(trust);
	return err;
}

/* Signs what the desk may sign by itself: version 1 anew or the next one. */
static enum skerry_err
sign_change(struct desk *desk, int64_t brand_id, struct manifest *manifest,
	enum manifests_refreshed *ret_refreshed)
{
	struct occasion occasion = { brand_id, false };
	struct trust *check = NULL;
	bool left = true;
	enum skerry_err err = documents_have_left(desk, &left);

	if (err != SKERRY_OK)
		return err;
	occasion.instead = manifest->version == 1 && !left;
	*ret_refreshed = occasion.instead ? MANIFESTS_REWROTE : MANIFESTS_ADDED;
	if (!occasion.instead)
		manifest->version++;
	if (desk->now > manifest->issued_at)
		manifest->issued_at = desk->now;
	err = sign_and_record(desk, manifest, &occasion);
	/* What goes out is what the chain accepts. */
	if (err == SKERRY_OK)
		err = manifests_load(desk, &check);
	free(check);
	if (err == SKERRY_ERR_TRUST_THRESHOLD)
		desk_refuse(desk, err, "trial root",
			"The desk's trial root signs the brands' contacts, and its key is not in "
			"%s/keys any more. Put the file back from a backup.",
			desk->path);
	return err;
}

enum skerry_err
manifests_refresh(struct desk *desk, int64_t brand_id, enum manifests_refreshed *ret_refreshed,
	uint64_t *ret_version)
{
	enum manifests_refreshed refreshed = MANIFESTS_STAND;
	struct contacts *contacts = NULL;
	struct trust *trust = NULL;
	enum skerry_err err = manifests_load(desk, &trust);

	if (err == SKERRY_OK)
		err = contacts_gather(desk, &contacts);
	if (err != SKERRY_OK)
		goto out;
	if (!contacts_same(contacts, &trust->manifest)) {
		refreshed = MANIFESTS_DUE;
		contacts_put(contacts, &trust->manifest);
		if (trust->manifest.trial)
			err = sign_change(desk, brand_id, &trust->manifest, &refreshed);
	}
	if (err == SKERRY_OK) {
		*ret_version = trust->manifest.version;
		*ret_refreshed = refreshed;
	}
out:
	contacts_free(contacts);
	free(trust);
	return err;
}

struct successor {
	const struct trust *trust;
	int64_t now;
	bool found;
	int64_t until; /* its window's end */
	uint8_t kid[COSE_KID_LEN];
};

/*
 * The key that can sign longest is taken: one that is retired just now never before one that is not. Of equals,
 * which come in the order in which they were added, the newest.
 */
static void
consider(void *context, const struct desk_key *key)
{
	struct successor *successor = context;

	const struct manifest_key *listed;

	if (manifests_usable(successor->trust, key, successor->now) != SKERRY_OK)
		return;
	listed = trust_find_key(successor->trust, key->kid);
	if (successor->found && listed->not_after < successor->until)
		return;
	successor->found = true;
	successor->until = listed->not_after;
	memcpy(successor->kid, key->kid, COSE_KID_LEN);
}

/*
 * The key in use must be able to sign under the new version, or the desk would stand still. Where
 * it cannot, another key of the desk takes its place: a ceremony after a theft revokes the old key
 * and lists the new one in one version.
 */
static enum skerry_err
settle_key(struct desk *desk, const struct trust *trust)
{
	struct successor successor = { .trust = trust, .now = desk->now };
	char text[2 * COSE_KID_LEN + 1];
	uint8_t kid[COSE_KID_LEN];
	struct desk_key key;
	enum skerry_err err = desk_keys_read_use(desk, kid), usable;

	if (err != SKERRY_OK)
		return err;
	vault_kid_text(kid, text);
	err = desk_keys_find(desk, text, &key);
	if (err != SKERRY_OK)
		return err;
	usable = manifests_usable(trust, &key, desk->now);
	if (usable == SKERRY_OK)
		return SKERRY_OK;
	err = desk_keys_each(desk, consider, &successor);
	if (err == SKERRY_OK && successor.found)
		return desk_keys_use(desk, successor.kid);
	if (err != SKERRY_OK)
		return err;
	return desk_refuse(desk, usable, text,
		"Under this manifest the desk's key could sign nothing more. Add a key that it "
		"lists first: skerry-issuer key add FILE");
}

/* The desk's trial root signs a manifest that names other roots: the hand-over to a ceremony. */
static enum skerry_err
cosign_copy(struct desk *desk, const struct trust *trust, const uint8_t *bytes, size_t bytes_len,
	uint8_t *ret_bytes, size_t *ret_len)
{
	if (!trust->manifest.trial)
		return desk_refuse(desk, SKERRY_ERR_TRUST_THRESHOLD, NULL,
			"--cosign is for leaving the trial root; this desk's roots sign at a "
			"ceremony: skerry-keys manifest sign");
	memcpy(ret_bytes, bytes, bytes_len);
	*ret_len = bytes_len;
	return add_signatures(
		desk, trust->manifest.roots, trust->manifest.roots_len, ret_bytes, ret_len);
}

enum skerry_err
manifests_take(struct desk *desk, const uint8_t *bytes, size_t bytes_len, bool cosign,
	uint64_t *ret_version, size_t *ret_outdated)
{
	struct trust *trust = NULL, *before = malloc(sizeof *before);
	uint8_t *copy = malloc(MANIFEST_MAX);
	size_t offset = 0, outdated = 0;
	enum skerry_err err = copy == NULL || before == NULL ? SKERRY_ERR_NO_MEMORY
							     : manifests_load(desk, &trust);

	if (err == SKERRY_OK && bytes_len > MANIFEST_MAX)
		err = SKERRY_ERR_DOCUMENT_TOO_LARGE;
	if (err == SKERRY_OK && cosign) {
		err = cosign_copy(desk, trust, bytes, bytes_len, copy, &bytes_len);
		bytes = copy;
	}
	if (err != SKERRY_OK)
		goto out;
	err = trust_copy(trust, before);
	if (err == SKERRY_OK)
		err = trust_advance(trust, bytes, bytes_len, &offset);
	desk_note_offset(desk, err, offset);
	if (err == SKERRY_ERR_TRUST_THRESHOLD && trust->manifest.trial && !cosign)
		desk_refuse(desk, err, NULL,
			"To leave this desk's trial root for the roots of this manifest: "
			"skerry-issuer manifest set FILE --cosign");
	if (err == SKERRY_OK)
		err = settle_key(desk, trust);
	/* The version that stands already is taken without a trace. */
	if (err == SKERRY_OK && trust->manifest.version > before->manifest.version)
		err = record(desk, &trust->manifest, bytes, bytes_len, &WHOLE_DESK);
	if (err == SKERRY_OK)
		err = outdated_mark(desk, before, trust, &outdated);
	if (err == SKERRY_OK) {
		*ret_version = trust->manifest.version;
		if (ret_outdated != NULL)
			*ret_outdated = outdated;
	}
out:
	free(trust);
	free(before);
	free(copy);
	return err;
}
