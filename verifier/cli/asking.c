/* SPDX-License-Identifier: ISC */
/* skerry pair, request, migrate, unpair: what a site wants from its vendor. */
#include "asking.h"

#include <string.h>

#include "keys/terminal.h"

enum { TRIES = 3 };

enum made { NOT_MADE = 0, MADE, NO_DAEMON };

/* Has it made; what was refused was told. */
typedef enum made make(struct asking *asking, struct site *site, bool json,
	enum skerry_err *ret_refusal, enum command_exit *ret_exit);

/* --- made with the folder -------------------------------------------------------------------- */

static enum made
make_here(struct asking *asking, struct site *site, bool json, enum skerry_err *ret_refusal,
	enum command_exit *ret_exit)
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
	struct show show = cli_show_as(json);
	struct show_failure failure;

	if (show_request_make(&show, site, &wish, asking->replaces, &asking->request, &failure))
		return MADE;
	*ret_refusal = failure.failure.err;
	*ret_exit = failure.failure.err == SKERRY_ERR_ARGUMENT
			    ? command_misuse("%s", failure.failure.message)
			    : cli_fail_shown(&failure, json);
	return NOT_MADE;
}

/* --- made by a daemon ------------------------------------------------------------------------ */

static enum made
make_there(struct asking *asking, struct site *site, bool json, enum skerry_err *ret_refusal,
	enum command_exit *ret_exit)
{
	enum daemon_answer answer;
	struct daemon_call call;
	struct told_body body;

	(void)site;
	daemon_call_begin(&call, "POST", "/v1/requests");
	told_body_begin(&body);
	asking_put(asking, &body);
	told_body_end(&body, &call);
	answer = daemon_ask_why(&call, json, &asking->reply, ret_refusal, ret_exit);
	told_body_free(&body);
	if (answer != DAEMON_ANSWERED)
		return answer == DAEMON_NONE ? NO_DAEMON : NOT_MADE;
	if (asking_read(asking))
		return MADE;
	*ret_refusal = SKERRY_ERR_IO;
	*ret_exit = cli_fail(SKERRY_ERR_IO, NULL, json);
	return NOT_MADE;
}

/* --- license keys ---------------------------------------------------------------------------- */

static bool
is_mistyped(enum skerry_err err)
{
	return err >= SKERRY_ERR_LICENSE_KEY_PREFIX && err <= SKERRY_ERR_LICENSE_KEY_TYPO;
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
static enum made
make_prompted(struct asking *asking, make *how, struct site *site, enum command_exit *ret_exit)
{
	enum skerry_err refusal = SKERRY_OK;
	enum made made = NOT_MADE;

	if (asking->kind == REQUEST_MIGRATE && !asking->json)
		fprintf(stderr, "Moving a license to this machine takes its license key, from the "
				"vendor's letter or mail: this site does not keep it.\n");
	for (int i = 0; i < TRIES; i++) {
		enum skerry_err err =
			terminal_line("License key: ", asking->typed, sizeof asking->typed);

		if (err != SKERRY_OK) {
			*ret_exit = refuse_without_key(asking);
			return NOT_MADE;
		}
		asking->keys[0] = asking->typed;
		asking->keys_len = 1;
		made = how(asking, site, asking->json && i + 1 == TRIES, &refusal, ret_exit);
		if (made != NOT_MADE || !is_mistyped(refusal))
			return made;
	}
	return made;
}

static enum made
make_so(struct asking *asking, make *how, struct site *site, enum command_exit *ret_exit)
{
	bool needed = asking->kind == REQUEST_PAIR || asking->kind == REQUEST_MIGRATE;
	enum skerry_err refusal;

	if (needed && asking->keys_len == 0)
		return make_prompted(asking, how, site, ret_exit);
	return how(asking, site, asking->json, &refusal, ret_exit);
}

/* --- asking ---------------------------------------------------------------------------------- */

static enum command_exit
with_folder(struct asking *asking)
{
	enum command_exit exit;
	struct site site;

	if (!cli_open_site_to_write(&site, asking->json, &exit))
		return exit;
	if (make_so(asking, make_here, &site, &exit) == MADE) {
		exit = COMMAND_YES;
		if (asking_send(asking, &site.documents.writer, &exit)) {
			/* One that is behind does no harm, and the next change raises it. */
			(void)request_written(&site);
			asking_tell(asking);
		}
		show_request_free(&asking->request);
	}
	site_close(&site);
	return exit;
}

/* False: no daemon, and nothing was told. */
static bool
through_daemon(struct asking *asking, enum command_exit *ret_exit)
{
	enum made made = daemon_listens() ? make_so(asking, make_there, NULL, ret_exit) : NO_DAEMON;

	if (made == MADE) {
		*ret_exit = COMMAND_YES;
		if (asking_send(asking, NULL, ret_exit))
			asking_tell(asking);
		show_request_free(&asking->request);
	}
	daemon_reply_free(&asking->reply);
	return made != NO_DAEMON;
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

	if (!command_parse(argc, argv, options, sizeof options / sizeof *options, 0,
		    keys ? ASKING_KEYS_MAX : 0, &operands))
		return COMMAND_CANNOT_TELL;
	exit = check(&asking);
	if (exit != COMMAND_YES)
		return exit;
	for (size_t i = 0; i < operands.len; i++)
		asking.keys[asking.keys_len++] = operands.values[i];
	asking_look(&asking);
	if (!through_daemon(&asking, &exit))
		exit = with_folder(&asking);
	carried_free(&asking.old);
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
