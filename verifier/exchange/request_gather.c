/* SPDX-License-Identifier: ISC */
#include "request_gather.h"

#include <stdlib.h>
#include <string.h>

#include "formats/utf8.h"
#include "request_news.h"
#include "verifier/decide/succession.h"
#include "verifier/domain_list.h"
#include "verifier/gather/system_name.h"
#include "verifier/typed_key.h"

enum { HELD_BYTES_MAX = 128 * 1024 }; /* of the licenses in a request, so that the rest has room */

/* --- what was typed -------------------------------------------------------------------------- */

static bool
is_printable(const char *text, size_t len)
{
	uint32_t point;

	for (size_t at = 0; at < len;) {
		at += utf8_next(text + at, len - at, &point);
		if (point == UTF8_BROKEN || utf8_is_control(point))
			return false;
	}
	return true;
}

/* An optional text; "" is none. False for one that is too long or cannot be shown. */
static bool
take_text(const char *text, size_t max, struct cbor_text *ret_text)
{
	if (text == NULL || text[0] == '\0')
		return true;
	*ret_text = cbor_text_from_chars(text);
	return ret_text->len <= max && is_printable(text, ret_text->len);
}

/* One that is among them already is not named twice. False: there is no room. */
static bool
add_key(struct request_gathered *gathered, const char *key, size_t len)
{
	struct request *request = &gathered->request;
	struct cbor_text text = { key, len };

	for (size_t i = 0; i < request->keys_len; i++)
		if (cbor_text_same(request->keys[i], text))
			return true;
	if (request->keys_len == REQUEST_KEYS_MAX || len > LICENSE_KEY_MAX)
		return false;
	memcpy(gathered->keys[request->keys_len], key, len);
	text.chars = gathered->keys[request->keys_len];
	request->keys[request->keys_len++] = text;
	return true;
}

static bool
add_kept(struct request_gathered *gathered, const char *kept)
{
	while (*kept != '\0') {
		size_t len = strcspn(kept, " ");

		if (!add_key(gathered, kept, len))
			return false;
		kept += len + (kept[len] == ' ');
	}
	return true;
}

static enum skerry_err
take_keys(const struct site *site, const struct request_wish *wish, const char *kept,
	struct request_gathered *gathered)
{
	bool needed = wish->kind == REQUEST_PAIR || wish->kind == REQUEST_MIGRATE;
	char key[LICENSE_KEY_MAX + 1];
	size_t offset;

	if (wish->keys_len > REQUEST_KEYS_MAX || (wish->keys_len > 0) != needed ||
		(needed && !add_kept(gathered, kept)))
		return SKERRY_ERR_ARGUMENT;
	for (size_t i = 0; i < wish->keys_len; i++) {
		enum skerry_err err =
			typed_key_read(&site->trust->manifest, wish->keys[i], key, &offset);

		if (err != SKERRY_OK)
			return err;
		if (!add_key(gathered, key, strlen(key)))
			return SKERRY_ERR_ARGUMENT;
	}
	return SKERRY_OK;
}

static bool
take_domains(const struct request_wish *wish, struct request *request)
{
	const char *served = wish->machine.domain;

	if (served != NULL && !domain_list_add(request->domains, &request->domains_len, served))
		return false;
	for (size_t i = 0; i < wish->domains_len; i++)
		if (!domain_list_add(request->domains, &request->domains_len, wish->domains[i]))
			return false;
	return true;
}

static enum skerry_err
take_wish(const struct site *site, const struct request_wish *wish, const char *kept,
	struct request_gathered *gathered)
{
	struct request *request = &gathered->request;

	request->kind = wish->kind;
	if (!take_text(wish->reason, REQUEST_REASON_MAX, &request->reason) ||
		!take_text(wish->app_version, REQUEST_INFO_MAX, &request->app_version) ||
		!take_text(wish->machine.tenant, LICENSE_TENANT_MAX, &request->tenant) ||
		!take_domains(wish, request))
		return SKERRY_ERR_ARGUMENT;
	return take_keys(site, wish, kept, gathered);
}

/* --- documents ------------------------------------------------------------------------------- */

static bool
is_own(const struct site *site, const struct license *license)
{
	return license->has_site_key && cose_key_same(&license->site_key, &site->identity.site_key);
}

bool
request_is_paired(const struct site *site)
{
	for (size_t i = 0; i < site->licenses_len; i++)
		if (is_own(site, &site->licenses[i].license))
			return true;
	return false;
}

/*
 * Whether another document of its activation has a later edition, also one that begins later. A key that
 * no longer stands may have signed any number.
 */
static bool
is_outdated(const struct site *site, const struct site_license *held)
{
	for (size_t i = 0; i < site->licenses_len; i++) {
		const struct site_license *other = &site->licenses[i];

		if (succession_competes(&held->license, &other->license) &&
			other->license.edition > held->license.edition &&
			(other->standing == SKERRY_OK || held->standing != SKERRY_OK))
			return true;
	}
	return false;
}

struct held {
	const struct site_license *license;
};

static int
compare_issued(const void *a, const void *b)
{
	const struct site_license *left = ((const struct held *)a)->license;
	const struct site_license *right = ((const struct held *)b)->license;

	if (left->license.issued_at != right->license.issued_at)
		return left->license.issued_at > right->license.issued_at ? -1 : 1;
	return strcmp(left->file, right->file);
}

/* The newest document of each activation; with too many of them, those issued last. */
static void
add_held(const struct site *site, struct request *request)
{
	struct held list[DOCUMENTS_LICENSES_MAX + 1] = { { NULL } };
	size_t len = 0, bytes = 0;

	for (size_t i = 0; i < site->licenses_len && len < sizeof list / sizeof *list; i++)
		if (!is_outdated(site, &site->licenses[i]))
			list[len++].license = &site->licenses[i];
	qsort(list, len, sizeof *list, compare_issued);
	for (size_t i = 0; i < len && request->held_len < REQUEST_HELD_MAX; i++) {
		bytes += list[i].license->document_len;
		if (bytes > HELD_BYTES_MAX)
			break;
		request->held[request->held_len++] = (struct cbor_bytes){ list[i].license->document,
			list[i].license->document_len };
	}
}

/* --- the machine ----------------------------------------------------------------------------- */

/*
 * The salt under which the vendor compares: of the key that is asked for, else of a license that is held,
 * one paired with this site before others. False: there is none, and no machine is told.
 */
static bool
choose_salt(const struct site *site, struct request_gathered *gathered)
{
	const struct license *chosen = NULL;

	if (gathered->request.keys_len > 0) {
		hash_salt(gathered->keys[0], gathered->salt);
		return true;
	}
	for (size_t i = 0; i < site->licenses_len; i++) {
		const struct license *license = &site->licenses[i].license;

		if (license->salt.len != LICENSE_SALT_LEN)
			continue;
		if (chosen == NULL || (is_own(site, license) && !is_own(site, chosen)))
			chosen = license;
	}
	if (chosen != NULL)
		memcpy(gathered->salt, chosen->salt.data, LICENSE_SALT_LEN);
	return chosen != NULL;
}

static void
name_system(const char *root, struct request_gathered *gathered)
{
	struct request *request = &gathered->request;

	system_name_host(root, gathered->hostname, sizeof gathered->hostname);
	system_name_os(root, gathered->os, sizeof gathered->os);
	if (gathered->hostname[0] != '\0')
		request->hostname = cbor_text_from_chars(gathered->hostname);
	if (gathered->os[0] != '\0')
		request->os = cbor_text_from_chars(gathered->os);
}

/* As root where root runs the program: some of it only root may read. */
static enum skerry_err
collect(const struct site *site, const struct request_wish *wish, struct components *ret_components,
	struct request_gathered *gathered)
{
	const struct components_query query = {
		.root = wish->machine.root == NULL ? "/" : wish->machine.root,
		.install_path = wish->machine.install_path,
		.custom = wish->machine.custom,
		.custom_len = wish->machine.custom_len,
	};
	enum skerry_err back, err = components_check(&query);

	if (err == SKERRY_OK)
		err = writer_step_out(&site->documents.writer);
	if (err != SKERRY_OK)
		return err;
	err = components_collect(&query, ret_components);
	name_system(query.root, gathered);
	back = writer_step_in(&site->documents.writer);
	return err == SKERRY_OK ? back : err;
}

static enum skerry_err
add_machine(
	const struct site *site, const struct request_wish *wish, struct request_gathered *gathered)
{
	struct request *request = &gathered->request;
	struct components *components = calloc(1, sizeof *components);
	enum skerry_err err;

	if (components == NULL)
		return SKERRY_ERR_NO_MEMORY;
	err = collect(site, wish, components, gathered);
	if (err == SKERRY_OK && choose_salt(site, gathered)) {
		gathered->anonymous = !components_identify(components);
		request->components_len = components_hash(
			components, gathered->salt, gathered->hashes, request->components);
		if (request->components_len > 0)
			request->salt = (struct cbor_bytes){ gathered->salt, LICENSE_SALT_LEN };
	}
	free(components);
	return err;
}

/* --- all of it ------------------------------------------------------------------------------- */

enum skerry_err
request_gather(const struct site *site, const struct request_wish *wish, const char *kept,
	struct request_gathered *ret_gathered)
{
	struct request *request = &ret_gathered->request;
	enum skerry_err err;

	memset(ret_gathered, 0, sizeof *ret_gathered);
	request->site_key = site->identity.site_key;
	request->has_opening_key = true;
	request->opening_key = site->identity.opening_key;
	request->install_id = cbor_text_from_chars(site->identity.install_id);
	request->manifest_version = site->trust->manifest.version;
	err = take_wish(site, wish, kept, ret_gathered);
	if (err != SKERRY_OK)
		return err;
	add_held(site, request);
	err = add_machine(site, wish, ret_gathered);
	return err == SKERRY_OK ? request_gather_news(site, ret_gathered) : err;
}
