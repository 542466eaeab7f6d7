/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "contact_file.h"
#include "formats/date.h"
#include "key_argument.h"
#include "manifest_edit.h"
#include "standing.h"

/* --- dates and numbers --- */

static bool
parse_date(struct manifest_edit *edit, const char *option, const char *text, int64_t *ret_at)
{
	if (strcmp(text, "never") == 0) {
		*ret_at = LICENSE_NEVER;
		return true;
	}
	if (date_parse(text, ret_at) == SKERRY_OK)
		return true;
	edit->exit = command_misuse(
		"%s wants a date (2027-04-28, 2027-04-28T12:00:00Z, never), not '%s'", option,
		text);
	return false;
}

bool
manifest_edit_time(struct manifest_edit *edit)
{
	if (edit->at == NULL) {
		edit->now = (int64_t)time(NULL);
		return true;
	}
	if (!parse_date(edit, "--at", edit->at, &edit->now))
		return false;
	if (edit->now != LICENSE_NEVER)
		return true;
	edit->exit = command_misuse("--at wants a date");
	return false;
}

bool
manifest_edit_set_threshold(struct manifest_edit *edit)
{
	char *end;
	long value;

	if (edit->threshold == NULL)
		return true;
	value = strtol(edit->threshold, &end, 10);
	if (*end != '\0' || value < 1 || value > MANIFEST_ROOTS_MAX) {
		edit->exit = command_misuse("--threshold wants a number from 1 to %d, not '%s'",
			MANIFEST_ROOTS_MAX, edit->threshold);
		return false;
	}
	edit->manifest.threshold = (unsigned)value;
	return true;
}

bool
manifest_edit_set_expires(struct manifest_edit *edit)
{
	return edit->expires == NULL ||
	       parse_date(edit, "--expires", edit->expires, &edit->manifest.expires_at);
}

/* --- keys --- */

static bool
tell_conflict(struct manifest_edit *edit, const char *subject, const char *message)
{
	edit->exit = command_fail_json(
		&(struct command_failure){ .err = SKERRY_ERR_CLAIM_CONFLICT,
			.subject = subject,
			.message = message,
			.advice = "'skerry-keys show' lists the keys of a manifest or a file." },
		edit->json);
	return false;
}

bool
manifest_edit_add_roots(struct manifest_edit *edit)
{
	struct manifest *m = &edit->manifest;

	for (size_t i = 0; i < edit->roots.len; i++) {
		const char *path = edit->roots.values[i];
		struct cose_key key;

		if (!key_argument_public(path, COSE_CURVE_ED25519, &key, edit->json, &edit->exit))
			return false;
		for (size_t other = 0; other < m->roots_len; other++)
			if (cose_key_same_point(&m->roots[other], &key))
				return tell_conflict(edit, path, "This root is listed already.");
		if (m->roots_len == MANIFEST_ROOTS_MAX)
			return tell_conflict(edit, path, "There are too many roots.");
		m->roots[m->roots_len++] = key;
	}
	return true;
}

/* Puts a text into an ascending set; one that is there already changes nothing. */
static void
insert_brand(struct manifest_key *key, struct cbor_text brand)
{
	size_t at = 0;

	while (at < key->brands_len && cbor_text_order(key->brands[at], brand) < 0)
		at++;
	if (at < key->brands_len && cbor_text_same(key->brands[at], brand))
		return;
	memmove(&key->brands[at + 1], &key->brands[at],
		(key->brands_len - at) * sizeof key->brands[0]);
	key->brands[at] = brand;
	key->brands_len++;
}

/* Hands out "a,b" as a and b. False after the last. */
static bool
next_part(const char **at, struct cbor_text *ret_part)
{
	size_t len = strcspn(*at, ",");

	if (**at == '\0')
		return false;
	*ret_part = (struct cbor_text){ *at, len };
	*at += len + ((*at)[len] == ',');
	return true;
}

static bool
set_brands(struct manifest_edit *edit, struct manifest_key *key)
{
	for (size_t i = 0; i < edit->brands.len; i++) {
		const char *at = edit->brands.values[i];
		struct cbor_text brand;

		if (*at == '\0') {
			edit->exit = command_misuse("--brand wants a name");
			return false;
		}
		while (next_part(&at, &brand)) {
			if (!license_is_slug(brand) || key->brands_len == MANIFEST_BRANDS_MAX) {
				edit->exit = command_misuse(
					"'%s' is no brand (a-z 0-9 - _) or one too many",
					edit->brands.values[i]);
				return false;
			}
			insert_brand(key, brand);
		}
	}
	return true;
}

static bool
set_roles(struct manifest_edit *edit, struct manifest_key *key)
{
	/* A bundle's index serves all brands: a key of some brands does not get that by itself. */
	if (edit->roles.len == 0)
		key->roles = key->brands_len == 0
				     ? MANIFEST_ROLES_ALL
				     : MANIFEST_ROLES_ALL & ~(unsigned)MANIFEST_ROLE_BUNDLE;
	for (size_t i = 0; i < edit->roles.len; i++) {
		const char *at = edit->roles.values[i];
		struct cbor_text part;

		while (next_part(&at, &part)) {
			unsigned role = manifest_role_from_name(part);

			if (role == 0) {
				edit->exit = command_misuse(
					"--role wants license, status, reply or bundle, not '%s'",
					edit->roles.values[i]);
				return false;
			}
			key->roles |= role;
		}
	}
	if (key->roles != 0)
		return true;
	edit->exit = command_misuse("--role wants license, status, reply or bundle");
	return false;
}

static bool
set_window(struct manifest_edit *edit, struct manifest_key *key)
{
	key->not_before = edit->now - MANIFEST_EDIT_EARLY_S;
	if (key->not_before < 0)
		key->not_before = 0;
	key->not_after = key->latest = key->revoked_at = LICENSE_NEVER;
	if (edit->not_before != NULL &&
		!parse_date(edit, "--not-before", edit->not_before, &key->not_before))
		return false;
	if (edit->not_after != NULL &&
		!parse_date(edit, "--not-after", edit->not_after, &key->not_after))
		return false;
	if (edit->latest != NULL && !parse_date(edit, "--latest", edit->latest, &key->latest))
		return false;
	if (key->not_before == LICENSE_NEVER || key->not_after < key->not_before) {
		edit->exit = command_misuse("--not-after lies before the key becomes good");
		return false;
	}
	return true;
}

static bool
has_issuing_options(const struct manifest_edit *edit)
{
	return edit->brands.len + edit->roles.len > 0 || edit->perpetual ||
	       edit->not_before != NULL || edit->not_after != NULL || edit->latest != NULL;
}

bool
manifest_edit_add_issuing(struct manifest_edit *edit)
{
	struct manifest *m = &edit->manifest;
	struct manifest_key template = { .perpetual = edit->perpetual };

	if (edit->issuing.len == 0 && has_issuing_options(edit)) {
		edit->exit = command_misuse("--brand, --role, --not-before, --not-after, --latest "
					    "and --perpetual go with an issuing key");
		return false;
	}
	if (!set_brands(edit, &template) || !set_roles(edit, &template) ||
		!set_window(edit, &template))
		return false;
	for (size_t i = 0; i < edit->issuing.len; i++) {
		const char *path = edit->issuing.values[i];

		if (!key_argument_public(
			    path, COSE_CURVE_ED25519, &template.key, edit->json, &edit->exit))
			return false;
		for (size_t other = 0; other < m->keys_len; other++)
			if (cose_key_same_point(&m->keys[other].key, &template.key))
				return tell_conflict(
					edit, path, "This issuing key is listed already.");
		for (size_t root = 0; root < m->roots_len; root++)
			if (cose_key_same_point(&m->roots[root], &template.key))
				return tell_conflict(
					edit, path, "A root key must not issue licenses as well.");
		if (m->keys_len == MANIFEST_KEYS_MAX)
			return tell_conflict(edit, path, "There are too many issuing keys.");
		m->keys[m->keys_len++] = template;
	}
	return true;
}

bool
manifest_edit_add_exchange(struct manifest_edit *edit)
{
	struct manifest *m = &edit->manifest;

	for (size_t i = 0; i < edit->exchange.len; i++) {
		const char *path = edit->exchange.values[i];
		struct manifest_exchange exchange = { .revoked_at = LICENSE_NEVER };

		if (!key_argument_public(
			    path, COSE_CURVE_X25519, &exchange.key, edit->json, &edit->exit))
			return false;
		for (size_t other = 0; other < m->exchange_len; other++)
			if (cose_key_same_point(&m->exchange[other].key, &exchange.key))
				return tell_conflict(
					edit, path, "This exchange key is listed already.");
		if (m->exchange_len == MANIFEST_EXCHANGE_MAX)
			return tell_conflict(edit, path, "There are too many exchange keys.");
		m->exchange[m->exchange_len++] = exchange;
	}
	return true;
}

/* --- contacts --- */

/* In the order of their brands; a brand's new contact takes the place of its old one. */
static bool
insert_contact(struct manifest *m, const struct manifest_contact *contact)
{
	size_t at = 0;

	while (at < m->contacts_len && cbor_text_order(m->contacts[at].brand, contact->brand) < 0)
		at++;
	if (at == m->contacts_len || !cbor_text_same(m->contacts[at].brand, contact->brand)) {
		if (m->contacts_len == MANIFEST_BRANDS_MAX)
			return false;
		memmove(&m->contacts[at + 1], &m->contacts[at],
			(m->contacts_len - at) * sizeof m->contacts[0]);
		m->contacts_len++;
	}
	m->contacts[at] = *contact;
	return true;
}

bool
manifest_edit_set_contacts(struct manifest_edit *edit)
{
	for (size_t i = 0; i < edit->contacts.len; i++) {
		struct manifest_contact contact;

		if (i == MANIFEST_BRANDS_MAX)
			return tell_conflict(edit, NULL, "There are too many contacts.");
		if (!contact_file_read(edit->contacts.values[i], &contact, &edit->memory[i],
			    edit->json, &edit->exit))
			return false;
		edit->memory_len = i + 1;
		if (!insert_contact(&edit->manifest, &contact))
			return tell_conflict(edit, NULL, "There are too many contacts.");
	}
	return true;
}

/* --- the result --- */

static void
note(const char *text)
{
	fprintf(stderr, "note: %s\n", text);
}

/* Roles that some key has now; a key of certain brands signs no bundle that a site takes. */
static unsigned
roles_now(const struct manifest *m, int64_t now)
{
	unsigned roles = 0;

	for (size_t i = 0; i < m->keys_len; i++) {
		const struct manifest_key *key = &m->keys[i];
		unsigned usable = key->roles;

		if (key->brands_len > 0)
			usable &= ~(unsigned)MANIFEST_ROLE_BUNDLE;
		if (key->revoked_at == LICENSE_NEVER && key->not_after > now)
			roles |= usable;
	}
	return roles;
}

static bool
has_endless_key(const struct manifest *m, int64_t now)
{
	for (size_t i = 0; i < m->keys_len; i++)
		if (m->keys[i].revoked_at == LICENSE_NEVER && m->keys[i].not_after > now &&
			m->keys[i].latest == LICENSE_NEVER)
			return true;
	return false;
}

static bool
has_ended_key(const struct manifest *m, int64_t now)
{
	for (size_t i = 0; i < m->keys_len; i++)
		if (m->keys[i].revoked_at == LICENSE_NEVER && m->keys[i].not_after > now &&
			m->keys[i].latest < now)
			return true;
	return false;
}

/* What is allowed and probably not meant. */
static void
tell_unusual(const struct manifest *m, int64_t now)
{
	unsigned roles = roles_now(m, now);

	if (m->threshold == 1)
		note("a threshold of 1: whoever has one root key has everything.");
	if (m->threshold == m->roots_len && m->roots_len > 1)
		note("every root is needed: one that is lost ends this chain.");
	if (has_endless_key(m, now))
		note("an issuing key has no --latest: if it is stolen, what the thief signs may "
		     "run for ever.");
	if (has_ended_key(m, now))
		note("an issuing key's --latest has passed: nothing that it signs now can run.");
	if (roles == 0)
		note("no issuing key is good: nothing can be signed until one is added.");
	else if (!(roles & MANIFEST_ROLE_BUNDLE))
		note("no issuing key may sign bundles: that takes one without --brand, since a "
		     "bundle serves all brands.");
	if (m->exchange_len == 0)
		note("no exchange key: sites can seal no requests.");
	if (m->expires_at < now)
		note("it has expired already: sites will warn.");
}

static enum command_exit
tell_unreachable(const struct manifest_edit *edit)
{
	const struct manifest *m = &edit->manifest;
	char message[128];

	snprintf(message, sizeof message, "A threshold of %u cannot be reached with %zu root%s.",
		m->threshold, m->roots_len, m->roots_len == 1 ? "" : "s");
	return command_fail_json(&(struct command_failure){ .err = SKERRY_ERR_CLAIM_CONFLICT,
					 .subject = edit->out,
					 .message = message,
					 .advice = "Name more roots, or a lower --threshold." },
		edit->json);
}

enum command_exit
manifest_edit_finish(struct manifest_edit *edit, const struct manifest_file *before)
{
	struct manifest_file *file;
	enum command_exit exit = COMMAND_CANNOT_TELL;

	if (edit->manifest.threshold > edit->manifest.roots_len)
		return tell_unreachable(edit);
	file = manifest_file_draft(edit->out, &edit->manifest, edit->armor, edit->json, &exit);
	if (file == NULL)
		return exit;
	exit = manifest_file_write(file, edit->force, edit->json);
	if (exit == COMMAND_YES) {
		tell_unusual(&edit->manifest, edit->now);
		standing_report(file, before, NULL, edit->json);
	}
	free(file);
	return exit;
}

void
manifest_edit_free(struct manifest_edit *edit)
{
	for (size_t i = 0; i < edit->memory_len; i++)
		free(edit->memory[i]);
	free(edit);
}
