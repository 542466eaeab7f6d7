/* SPDX-License-Identifier: ISC */
#include <inttypes.h>
#include <string.h>

#include "formats/date.h"
#include "formats/table.h"
#include "key_argument.h"
#include "keys/manifest_json.h"
#include "manifest_view.h"
#include "standing.h"

enum { ROLES_TEXT_MAX = 32, BRANDS_TEXT_MAX = 80 };

static const char *
alg_name(enum cose_alg alg)
{
	return alg == COSE_ALG_ED25519 ? "Ed25519" : "EdDSA";
}

/* --- for people --- */

static void
day_text(int64_t at, char ret_text[DATE_TEXT_MAX])
{
	if (at == LICENSE_NEVER)
		snprintf(ret_text, DATE_TEXT_MAX, "-");
	else
		date_format_day(at, ret_text);
}

static void
roles_text(unsigned roles, char ret_text[ROLES_TEXT_MAX])
{
	size_t len = 0;

	snprintf(ret_text, ROLES_TEXT_MAX, "all");
	for (unsigned role = 1; roles != MANIFEST_ROLES_ALL && role <= MANIFEST_ROLE_BUNDLE;
		role <<= 1)
		if (roles & role)
			len += (size_t)snprintf(ret_text + len, ROLES_TEXT_MAX - len, "%s%s",
				len == 0 ? "" : ",", manifest_role_name((enum manifest_role)role));
}

static void
brands_text(const struct manifest_key *key, char ret_text[BRANDS_TEXT_MAX])
{
	size_t len = 0;

	snprintf(ret_text, BRANDS_TEXT_MAX, "all");
	for (size_t i = 0; i < key->brands_len; i++) {
		struct cbor_text brand = key->brands[i];

		if (len + brand.len + sizeof ",,..." > BRANDS_TEXT_MAX) {
			snprintf(ret_text + len, BRANDS_TEXT_MAX - len, ",...");
			return;
		}
		len += (size_t)snprintf(ret_text + len, BRANDS_TEXT_MAX - len, "%s%.*s",
			i == 0 ? "" : ",", (int)brand.len, brand.chars);
	}
}

/* Whether a root has signed, by the kid that its signature names. */
static const char *
signed_text(const struct manifest_file *file, const struct standing *standing, const char *kid)
{
	char signer[KEY_ARGUMENT_KID_TEXT];

	for (size_t i = 0; i < file->message.signers_len; i++) {
		key_argument_kid_text(file->message.signers[i].kid, signer);
		if (strcmp(signer, kid) == 0)
			return standing->signers[i] == SIGNER_BAD ? "BAD SIGNATURE" : "signed";
	}
	return "not signed";
}

static void
print_roots(const struct manifest_file *file, const struct standing *standing)
{
	static const struct table_column COLUMNS[] = { { .title = "  root" },
		{ .title = "algorithm" }, { .title = "signature" } };
	const struct manifest *m = &file->manifest;
	char kids[MANIFEST_ROOTS_MAX][KEY_ARGUMENT_KID_TEXT + 2];
	const char *cells[MANIFEST_ROOTS_MAX * 3];

	for (size_t i = 0; i < m->roots_len; i++) {
		memcpy(kids[i], "  ", 2);
		key_argument_kid_of(&m->roots[i], kids[i] + 2);
		cells[i * 3] = kids[i];
		cells[i * 3 + 1] = alg_name(m->roots[i].alg);
		cells[i * 3 + 2] = signed_text(file, standing, kids[i] + 2);
	}
	printf("%u of %zu roots must sign:\n", m->threshold, m->roots_len);
	table_write(COLUMNS, 3, cells, m->roots_len, command_sink, stdout);
}

enum { KEY_COLUMNS = 8 };

struct key_row {
	char kid[KEY_ARGUMENT_KID_TEXT + 2], roles[ROLES_TEXT_MAX], brands[BRANDS_TEXT_MAX],
		from[DATE_TEXT_MAX], until[DATE_TEXT_MAX], latest[DATE_TEXT_MAX],
		revoked[DATE_TEXT_MAX];
};

static void
print_issuing(const struct manifest *m)
{
	static const struct table_column COLUMNS[KEY_COLUMNS] = { { .title = "  issuing key" },
		{ .title = "roles" }, { .title = "brands" }, { .title = "from" },
		{ .title = "until" }, { .title = "latest" }, { .title = "perpetual" },
		{ .title = "revoked" } };
	struct key_row rows[MANIFEST_KEYS_MAX];
	const char *cells[MANIFEST_KEYS_MAX * KEY_COLUMNS];

	for (size_t i = 0; i < m->keys_len; i++) {
		const struct manifest_key *key = &m->keys[i];
		struct key_row *row = &rows[i];

		memcpy(row->kid, "  ", 2);
		key_argument_kid_of(&key->key, row->kid + 2);
		roles_text(key->roles, row->roles);
		brands_text(key, row->brands);
		day_text(key->not_before, row->from);
		day_text(key->not_after, row->until);
		day_text(key->latest, row->latest);
		day_text(key->revoked_at, row->revoked);
		memcpy(&cells[i * KEY_COLUMNS],
			(const char *[KEY_COLUMNS]){ row->kid, row->roles, row->brands, row->from,
				row->until, row->latest, key->perpetual ? "yes" : "no",
				row->revoked },
			KEY_COLUMNS * sizeof *cells);
	}
	if (m->keys_len > 0)
		table_write(COLUMNS, KEY_COLUMNS, cells, m->keys_len, command_sink, stdout);
}

static void
print_exchange(const struct manifest *m)
{
	char kid[KEY_ARGUMENT_KID_TEXT], revoked[DATE_TEXT_MAX];

	for (size_t i = 0; i < m->exchange_len; i++) {
		key_argument_kid_of(&m->exchange[i].key, kid);
		printf("  exchange key %s", kid);
		day_text(m->exchange[i].revoked_at, revoked);
		if (m->exchange[i].revoked_at != LICENSE_NEVER)
			printf(", revoked %s", revoked);
		putchar('\n');
	}
}

static void
print_contacts(const struct manifest *m)
{
	for (size_t i = 0; i < m->contacts_len; i++) {
		const struct manifest_contact *contact = &m->contacts[i];
		const struct cbor_text texts[] = { contact->name, contact->telephone,
			contact->email, contact->url, contact->key_format };

		printf("  contact of ");
		command_print_safe(stdout, contact->brand.chars, contact->brand.len);
		for (size_t t = 0; t < sizeof texts / sizeof *texts; t++)
			if (texts[t].chars != NULL) {
				printf("%s", t == 0 ? ": " : ", ");
				command_print_safe(stdout, texts[t].chars, texts[t].len);
			}
		putchar('\n');
	}
}

void
manifest_view_print(const struct manifest_file *file, const struct manifest_file *before)
{
	const struct manifest *m = &file->manifest;
	struct standing standing;
	char made[DATE_TEXT_MAX], expires[DATE_TEXT_MAX], kid[KEY_ARGUMENT_KID_TEXT];

	standing_find(file, before, &standing);
	date_format(m->issued_at, made);
	day_text(m->expires_at, expires);
	printf("manifest version %" PRIu64 ", made %s", m->version, made);
	if (m->expires_at != LICENSE_NEVER)
		printf(", expires %s", expires);
	printf("%s\n", m->trial ? ", with TRIAL roots: replace them before you sell" : "");
	print_roots(file, &standing);
	for (size_t i = 0; i < file->message.signers_len; i++)
		if (standing.signers[i] == SIGNER_UNKNOWN || standing.signers[i] == SIGNER_BEFORE) {
			key_argument_kid_text(file->message.signers[i].kid, kid);
			printf("  %s has signed: %s\n", kid,
				standing.signers[i] == SIGNER_BEFORE
					? "a root of the version before"
					: "no root of this version");
		}
	print_issuing(m);
	print_exchange(m);
	print_contacts(m);
}

/* --- for scripts --- */

static void
signers_json(struct json *j, const struct manifest_file *file, const struct standing *standing)
{
	char kid[KEY_ARGUMENT_KID_TEXT];

	json_name(j, "signers");
	json_array_open(j);
	for (size_t i = 0; i < file->message.signers_len; i++) {
		key_argument_kid_text(file->message.signers[i].kid, kid);
		json_object_open(j);
		json_name(j, "kid");
		json_chars(j, kid);
		json_name(j, "state");
		json_chars(j, signer_state_name(standing->signers[i]));
		json_object_close(j);
	}
	json_array_close(j);
}

void
manifest_view_json(
	struct json *j, const struct manifest_file *file, const struct manifest_file *before)
{
	const struct manifest *m = &file->manifest;
	char kid[KEY_ARGUMENT_KID_TEXT];
	bool root_signed[MANIFEST_ROOTS_MAX];
	struct standing standing;

	standing_find(file, before, &standing);
	for (size_t i = 0; i < m->roots_len; i++) {
		key_argument_kid_of(&m->roots[i], kid);
		root_signed[i] = strcmp(signed_text(file, &standing, kid), "signed") == 0;
	}
	manifest_json(j, m, root_signed);
	signers_json(j, file, &standing);
}
