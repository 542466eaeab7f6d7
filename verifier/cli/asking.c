/* SPDX-License-Identifier: ISC */
/* skerry pair, request, migrate, unpair: what a site wants from its vendor. */
#include "asking.h"

#include <inttypes.h>
#include <string.h>

#include "keys/hash.h"
#include "keys/terminal.h"
#include "verifier/typed_key.h"

enum { TRIES = 3 };

/* --- license keys ---------------------------------------------------------------------------- */

/* One key in groups, as `skerry pair HMS 7QK2M 94XPA C0DTE 1ZRJB`, whose groups alone are none. */
static void
join_groups(struct asking *asking, const struct manifest *manifest)
{
	char key[LICENSE_KEY_MAX + 1], joined[sizeof asking->typed];
	size_t len = 0, offset;

	if (asking->keys_len < 2 ||
		typed_key_read(manifest, asking->keys[0], key, &offset) == SKERRY_OK)
		return;
	for (size_t i = 0; i < asking->keys_len; i++) {
		int more = snprintf(joined + len, sizeof joined - len, "%s%s", i == 0 ? "" : " ",
			asking->keys[i]);

		if (more < 0 || (size_t)more >= sizeof joined - len)
			return;
		len += (size_t)more;
	}
	if (typed_key_read(manifest, joined, key, &offset) != SKERRY_OK)
		return;
	memcpy(asking->typed, joined, len + 1);
	asking->keys[0] = asking->typed;
	asking->keys_len = 1;
}

static enum command_exit
refuse_key(enum skerry_err err, const char *typed, size_t offset, bool json)
{
	struct command_failure failure = cli_failure(err, typed, offset);

	failure.advice = "Compare it with the letter or mail that it came in, group by group. "
			 "Nothing was written.";
	failure.has_offset = err == SKERRY_ERR_LICENSE_KEY_CHARACTER;
	command_fail_json(&failure, json);
	return COMMAND_NO;
}

static enum command_exit
refuse_without_key(const struct asking *asking)
{
	return command_misuse(
		asking->kind == REQUEST_MIGRATE
			? "migrate needs the license key, as `skerry migrate HMS-7QK2M-...`: this "
			  "site does not keep the keys that it was paired with. It stands in the "
			  "vendor's letter or mail"
			: "pair needs the license key, as `skerry pair HMS-7QK2M-...`. It stands "
			  "in the vendor's letter or mail");
}

/* Asks for a key at the terminal; a mistyped one is told and asked for again. */
static bool
prompt_for_key(struct asking *asking, const struct manifest *manifest, enum command_exit *ret_exit)
{
	char key[LICENSE_KEY_MAX + 1];
	size_t offset;

	if (asking->kind == REQUEST_MIGRATE && !asking->json)
		fprintf(stderr, "Moving a license to this machine takes its license key, from the "
				"vendor's letter or mail: this site does not keep it.\n");
	for (int i = 0; i < TRIES; i++) {
		enum skerry_err err =
			terminal_line("License key: ", asking->typed, sizeof asking->typed);

		if (err != SKERRY_OK) {
			*ret_exit = refuse_without_key(asking);
			return false;
		}
		err = typed_key_read(manifest, asking->typed, key, &offset);
		if (err == SKERRY_OK) {
			asking->keys[0] = asking->typed;
			asking->keys_len = 1;
			return true;
		}
		*ret_exit = refuse_key(err, asking->typed, offset, asking->json && i + 1 == TRIES);
	}
	return false;
}

static bool
take_keys(struct asking *asking, const struct manifest *manifest, enum command_exit *ret_exit)
{
	char key[LICENSE_KEY_MAX + 1];

	if (asking->kind != REQUEST_PAIR && asking->kind != REQUEST_MIGRATE)
		return true;
	if (asking->keys_len == 0)
		return prompt_for_key(asking, manifest, ret_exit);
	join_groups(asking, manifest);
	for (size_t i = 0; i < asking->keys_len; i++) {
		size_t offset;
		enum skerry_err err = typed_key_read(manifest, asking->keys[i], key, &offset);

		if (err != SKERRY_OK) {
			*ret_exit = refuse_key(err, asking->keys[i], offset, asking->json);
			return false;
		}
	}
	return true;
}

/* --- whom to send it to ---------------------------------------------------------------------- */

/* The brand whose form a key has; else that of a license that is held; else the only one there is. */
static const struct manifest_contact *
find_contact(const struct asking *asking, const struct site *site)
{
	const struct manifest *manifest = &site->trust->manifest;
	char form[MANIFEST_CONTACT_MAX + 1], key[LICENSE_KEY_MAX + 1];
	size_t offset;

	for (size_t i = 0; i < manifest->contacts_len && asking->keys_len > 0; i++) {
		struct cbor_text format = manifest->contacts[i].key_format;

		memcpy(form, format.chars, format.len);
		form[format.len] = '\0';
		if (format.len > 0 && license_key_read(form, asking->keys[0],
					      strlen(asking->keys[0]), key, &offset) == SKERRY_OK)
			return manifest_find_contact(manifest, manifest->contacts[i].brand);
	}
	if (site->licenses_len > 0)
		return manifest_find_contact(manifest, site->licenses[0].license.brand);
	if (manifest->contacts_len == 1)
		return &manifest->contacts[0];
	return manifest_find_contact(manifest, cbor_text_from_chars("*"));
}

/* --- asking ---------------------------------------------------------------------------------- */

static enum command_exit
refuse(const struct asking *asking, enum skerry_err err)
{
	struct command_failure failure = cli_failure(err, cli_state(), 0);
	char message[ASKING_MESSAGE_MAX];

	failure.has_offset = false;
	if (err == SKERRY_ERR_REQUEST_WAITS) {
		asking_name_waiting(&asking->made, message);
		failure.message = message;
		failure.advice = ASKING_WAITS_ADVICE;
		failure.subject = request_kind_name(asking->kind);
	}
	if (err == SKERRY_ERR_ARGUMENT)
		return command_misuse(
			"--reason takes up to 256 bytes of printable text, --app-version up to "
			"128, --tenant the name of a tenant; at most 8 license keys wait at a "
			"time; at most 16 --domain in lower case and "
			"8 --custom values of 1 to 128 bytes can be given, and --install-path "
			"takes an absolute path");
	if (err == SKERRY_ERR_NOT_PAIRED) {
		failure.message = "No license here is paired with this site: there is nothing to "
				  "end.";
		failure.advice = "`skerry status` says what is held.";
	}
	command_fail_json(&failure, asking->json);
	return err == SKERRY_ERR_NOT_PAIRED || err == SKERRY_ERR_NO_EXCHANGE_KEY ||
			       err == SKERRY_ERR_REQUEST_WAITS
		       ? COMMAND_NO
		       : COMMAND_CANNOT_TELL;
}

static void
name_it(struct asking *asking, const struct site *site)
{
	uint8_t id[COSE_THUMBPRINT_LEN];
	char tag[MAILBAG_TAG_LEN + 1];

	hash_thumbprint(&site->identity.site_key, id);
	mailbag_tag(id, sizeof id, tag);
	snprintf(asking->name, sizeof asking->name, "%s-%" PRIu64, tag, asking->made.number);
	snprintf(asking->file, sizeof asking->file, "%s-%" PRIu64 ".request", tag,
		asking->made.number);
}

static enum command_exit
ask(struct asking *asking, struct site *site)
{
	const struct request_wish wish = {
		.kind = asking->kind,
		.keys = asking->keys,
		.keys_len = asking->keys_len,
		.reason = asking->reason,
		.app_version = asking->app_version,
		.machine = { .tenant = asking->tenant,
			.install_path = asking->install_path,
			.custom = asking->custom.values,
			.custom_len = asking->custom.len },
		.domains = asking->domains.values,
		.domains_len = asking->domains.len,
	};
	enum command_exit exit = COMMAND_YES;
	enum skerry_err err = request_make(site, &wish, &asking->made);

	if (err != SKERRY_OK)
		return refuse(asking, err);
	asking->contact = find_contact(asking, site);
	name_it(asking, site);
	if (asking_send(asking, site, &exit)) {
		/* One that is behind does no harm, and the next change raises it. */
		(void)request_written(site);
		asking_tell(asking, site);
	}
	request_made_free(&asking->made);
	return exit;
}

bool
asking_check_domains(const struct command_list *domains)
{
	for (size_t i = 0; i < domains->len; i++)
		if (!license_is_domain(cbor_text_from_chars(domains->values[i]))) {
			command_misuse("--domain takes a domain in lower case, as hotel.example, "
				       "not '%s'",
				domains->values[i]);
			return false;
		}
	return true;
}

static enum command_exit
check(const struct asking *asking)
{
	if ((asking->out != NULL) + asking->qr + asking->mail > 1)
		return command_misuse("--out, --qr and --mail exclude each other");
	if (asking->armored && (asking->qr || asking->mail))
		return command_misuse("--armor is for a file");
	if (asking->json && asking->out != NULL && strcmp(asking->out, "-") == 0)
		return command_misuse("--json and --out - exclude each other");
	return asking_check_domains(&asking->domains) ? COMMAND_YES : COMMAND_CANNOT_TELL;
}

static enum command_exit
run(enum request_kind kind, int argc, char **argv)
{
	struct asking asking = { .kind = kind };
	const struct command_option options[] = {
		{ "--out", COMMAND_VALUE, &asking.out },
		{ "--reason", COMMAND_VALUE, &asking.reason },
		{ "--app-version", COMMAND_VALUE, &asking.app_version },
		{ "--tenant", COMMAND_VALUE, &asking.tenant },
		{ "--install-path", COMMAND_VALUE, &asking.install_path },
		{ "--custom", COMMAND_LIST, &asking.custom },
		{ "--domain", COMMAND_LIST, &asking.domains },
		{ "--qr", COMMAND_FLAG, &asking.qr },
		{ "--mail", COMMAND_FLAG, &asking.mail },
		{ "--armor", COMMAND_FLAG, &asking.armored },
		{ "--force", COMMAND_FLAG, &asking.force },
		{ "--json", COMMAND_FLAG, &asking.json },
	};
	bool keys = kind == REQUEST_PAIR || kind == REQUEST_MIGRATE;
	struct command_list operands;
	enum command_exit exit;
	struct site site;

	if (!command_parse(argc, argv, options, sizeof options / sizeof *options, 0,
		    keys ? ASKING_KEYS_MAX : 0, &operands))
		return COMMAND_CANNOT_TELL;
	exit = check(&asking);
	if (exit != COMMAND_YES)
		return exit;
	for (size_t i = 0; i < operands.len; i++)
		asking.keys[asking.keys_len++] = operands.values[i];
	if (!cli_open_site_to_write(&site, asking.json, &exit))
		return exit;
	if (take_keys(&asking, &site.trust->manifest, &exit))
		exit = ask(&asking, &site);
	site_close(&site);
	return command_finish(exit);
}

enum command_exit
pair_run(int argc, char **argv)
{
	return run(REQUEST_PAIR, argc, argv);
}

enum command_exit
request_run(int argc, char **argv)
{
	return run(REQUEST_HEARTBEAT, argc, argv);
}

enum command_exit
migrate_run(int argc, char **argv)
{
	return run(REQUEST_MIGRATE, argc, argv);
}

enum command_exit
unpair_run(int argc, char **argv)
{
	return run(REQUEST_UNPAIR, argc, argv);
}
