/* SPDX-License-Identifier: ISC */
/* pair, request, migrate, unpair: a request to the vendor is made, and what there is to say about it. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "deeds.h"
#include "keys/hash.h"
#include "keys/mailbag_text.h"
#include "verifier/state/requests.h"
#include "verifier/typed_key.h"

enum { DAY_S = 86400, MESSAGE_WAITING_MAX = 192 };

/* The keys of a wish as they count: several may be the groups of one. */
struct keys {
	const char *list[REQUEST_KEYS_MAX];
	size_t len;
	char joined[LICENSE_KEY_TYPED_MAX + 1];
};

/* --- license keys ---------------------------------------------------------------------------- */

/* One key in groups, as `skerry pair HMS 7QK2M 94XPA C0DTE 1ZRJB`, whose groups alone are none. */
static void
join_groups(struct keys *keys, const struct manifest *manifest)
{
	char key[LICENSE_KEY_MAX + 1], joined[sizeof keys->joined];
	size_t len = 0, offset;

	if (keys->len < 2 || typed_key_read(manifest, keys->list[0], key, &offset) == SKERRY_OK)
		return;
	for (size_t i = 0; i < keys->len; i++) {
		int more = snprintf(joined + len, sizeof joined - len, "%s%s", i == 0 ? "" : " ",
			keys->list[i]);

		if (more < 0 || (size_t)more >= sizeof joined - len)
			return;
		len += (size_t)more;
	}
	if (typed_key_read(manifest, joined, key, &offset) != SKERRY_OK)
		return;
	memcpy(keys->joined, joined, len + 1);
	keys->list[0] = keys->joined;
	keys->len = 1;
}

static bool
refuse_key(enum skerry_err err, const char *typed, size_t offset, struct show_failure *ret_failure)
{
	struct command_failure failure = failure_of(err, typed, offset);

	failure.advice = "Compare it with the letter or mail that it came in, group by group. "
			 "Nothing was written.";
	failure.has_offset = err == SKERRY_ERR_LICENSE_KEY_CHARACTER;
	failure_keep(ret_failure, &failure, COMMAND_NO);
	return false;
}

/* More than there may be are refused by request_make. */
static bool
take_keys(const struct request_wish *wish, const struct manifest *manifest, struct keys *ret_keys,
	struct show_failure *ret_failure)
{
	char key[LICENSE_KEY_MAX + 1];
	size_t offset;

	*ret_keys = (struct keys){ .len = 0 };
	for (size_t i = 0; i < wish->keys_len && i < REQUEST_KEYS_MAX; i++)
		ret_keys->list[ret_keys->len++] = wish->keys[i];
	join_groups(ret_keys, manifest);
	for (size_t i = 0; i < ret_keys->len; i++) {
		enum skerry_err err = typed_key_read(manifest, ret_keys->list[i], key, &offset);

		if (err != SKERRY_OK)
			return refuse_key(err, ret_keys->list[i], offset, ret_failure);
	}
	return true;
}

/* --- whom to send it to ---------------------------------------------------------------------- */

/* The brand whose form a key has; else that of a license that is held; else the only one there is. */
static const struct manifest_contact *
find_contact(const struct keys *keys, const struct site *site)
{
	const struct manifest *manifest = &site->trust->manifest;
	char form[MANIFEST_CONTACT_MAX + 1], key[LICENSE_KEY_MAX + 1];
	size_t offset;

	for (size_t i = 0; i < manifest->contacts_len && keys->len > 0; i++) {
		struct cbor_text format = manifest->contacts[i].key_format;

		if (format.len == 0)
			continue;
		memcpy(form, format.chars, format.len);
		form[format.len] = '\0';
		if (license_key_read(form, keys->list[0], strlen(keys->list[0]), key, &offset) ==
			SKERRY_OK)
			return manifest_find_contact(manifest, manifest->contacts[i].brand);
	}
	if (site->licenses_len > 0)
		return manifest_find_contact(manifest, site->licenses[0].license.brand);
	if (manifest->contacts_len == 1)
		return &manifest->contacts[0];
	return manifest_find_contact(manifest, cbor_text_from_chars("*"));
}

/* --- making ---------------------------------------------------------------------------------- */

/* No misuse that a person sees as such: programs come with the same. */
#define LIMITS                                                                                     \
	"--reason takes up to 256 bytes of printable text, --app-version up to 128, --tenant the " \
	"name of a tenant; at most 8 license keys wait at a time; at most 16 --domain in lower "   \
	"case and 8 --custom values of 1 to 128 bytes can be given, and --install-path takes an "  \
	"absolute path"

static bool
refuse(const struct show *show, enum skerry_err err, enum request_kind wished,
	const struct request_made *made, struct show_failure *ret_failure)
{
	struct command_failure failure = failure_plain(err, show->folder);
	enum command_exit exit = COMMAND_CANNOT_TELL;
	char message[MESSAGE_WAITING_MAX];

	if (err == SKERRY_ERR_REQUEST_WAITS) {
		show_request_waiting(made, message, sizeof message);
		failure.message = message;
		failure.advice = SHOW_REQUEST_WAITS_ADVICE;
		failure.subject = request_kind_name(wished);
	}
	if (err == SKERRY_ERR_ARGUMENT)
		failure.message = LIMITS;
	if (err == SKERRY_ERR_NOT_PAIRED) {
		failure.message = "No license here is paired with this site: there is nothing to "
				  "end.";
		failure.advice = "`skerry status` says what is held.";
	}
	if (err == SKERRY_ERR_NOT_PAIRED || err == SKERRY_ERR_NO_EXCHANGE_KEY ||
		err == SKERRY_ERR_REQUEST_WAITS)
		exit = COMMAND_NO;
	failure_keep(ret_failure, &failure, exit);
	return false;
}

void
show_request_waiting(const struct request_made *made, char *ret_message, size_t message_max)
{
	snprintf(ret_message, message_max,
		"The %s request %" PRIu64 " still waits for its answer: another kind would take "
		"its place, and the vendor may never see it.",
		request_kind_name(made->kind), made->number);
}

static void
name_it(const struct site *site, struct show_request *request)
{
	uint8_t id[COSE_THUMBPRINT_LEN];
	char tag[MAILBAG_TAG_LEN + 1];

	hash_thumbprint(&site->identity.site_key, id);
	mailbag_tag(id, sizeof id, tag);
	snprintf(request->name, sizeof request->name, "%s-%" PRIu64, tag, request->made.number);
	snprintf(request->file, sizeof request->file, "%s-%" PRIu64 ".request", tag,
		request->made.number);
}

/* How long each paired license goes on, once it is unpaired. */
static bool
find_ends(const struct site *site, struct show_request *request)
{
	if (request->made.kind != REQUEST_UNPAIR || site->licenses_len == 0)
		return true;
	request->ends = calloc(site->licenses_len, sizeof *request->ends);
	for (size_t i = 0; i < site->licenses_len && request->ends != NULL; i++) {
		const struct license *license = &site->licenses[i].license;
		struct show_request_end *end = &request->ends[request->ends_len];

		if (!license->has_site_key ||
			!cose_key_same(&license->site_key, &site->identity.site_key))
			continue;
		product_name_of(license, end->product);
		/* A part of a day is told as none only where there is no overlap at all. */
		end->days = license->ladder.overlap_s == 0 ? -1 : license->ladder.overlap_s / DAY_S;
		request->ends_len++;
	}
	return request->ends != NULL;
}

bool
show_request_make(const struct show *show, struct site *site, const struct request_wish *wish,
	struct cbor_bytes replaces, struct show_request *ret_request,
	struct show_failure *ret_failure)
{
	struct show_request request = { .wished = wish->kind };
	struct request_wish counted = *wish;
	const struct manifest_contact *contact;
	enum requests_mine mine = REQUESTS_NOT_MINE;
	enum skerry_err err;
	struct keys keys = { .len = 0 };

	if ((wish->kind == REQUEST_PAIR || wish->kind == REQUEST_MIGRATE) &&
		wish->keys_len <= REQUEST_KEYS_MAX) {
		if (!take_keys(wish, &site->trust->manifest, &keys, ret_failure))
			return false;
		counted.keys = keys.list;
		counted.keys_len = keys.len;
	}
	err = request_make(site, &counted, &request.made);
	if (err != SKERRY_OK)
		return refuse(show, err, wish->kind, &request.made, ret_failure);
	request.keys_wished = keys.len;
	request.holds_none = site->licenses_len == 0;
	contact = find_contact(&keys, site);
	if (contact != NULL)
		request.contact = *contact;
	request.has_contact = contact != NULL;
	name_it(site, &request);
	if (replaces.len > 0)
		(void)requests_find(site->memory->store, replaces, &mine);
	request.replaces = mine != REQUESTS_NOT_MINE;
	if (!find_ends(site, &request)) {
		show_request_free(&request);
		return refuse(show, SKERRY_ERR_NO_MEMORY, wish->kind, NULL, ret_failure);
	}
	*ret_request = request;
	return true;
}

void
show_request_free(struct show_request *request)
{
	request_made_free(&request->made);
	free(request->ends);
	request->ends = NULL;
	request->ends_len = 0;
}
