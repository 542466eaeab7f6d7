/* SPDX-License-Identifier: ISC */
/* POST /v1/requests: pair, heartbeat, migrate, unpair. */
#include <string.h>

#include "deed_calls.h"
#include "routes_inside.h"

enum { TEXT_MAX = 256, KEYS_MAX = 8, REPLACES_MAX = 40960 };

static bool
run_request(struct deed *deed, struct call_job *job, struct site *site, const struct show *show,
	enum command_exit *ret_exit)
{
	struct show_request request;
	bool whole;

	if (!show_request_make(show, site, &deed->wish, deed->bytes, &request, &job->failure))
		return false;
	whole = show_request_json(show->out, &request);
	if (whole) {
		/* One that is behind does no harm, and the next change raises it. */
		(void)request_written(site);
		job->status = 201;
		*ret_exit = COMMAND_YES;
	} else {
		job->refusal = (struct call_refusal){ .err = SKERRY_ERR_NO_MEMORY };
		deed->refused = true;
	}
	show_request_free(&request);
	return whole;
}

static bool
read_kind(const char *kind, enum request_kind *ret_kind)
{
	for (int i = REQUEST_PAIR; i <= REQUEST_UNPAIR; i++)
		if (strcmp(request_kind_name((enum request_kind)i), kind) == 0) {
			*ret_kind = (enum request_kind)i;
			return true;
		}
	return false;
}

static void
make_wish(struct deed *deed)
{
	struct request_wish *wish = &deed->wish;

	wish->keys = deed->keys.list;
	wish->keys_len = deed->keys.len;
	wish->domains = deed->domains.list;
	wish->domains_len = deed->domains.len;
	wish->machine.custom = deed->custom.list;
	wish->machine.custom_len = deed->custom.len;
}

/* What the kind asks for: its keys, and who may. NULL: nothing is wrong. */
static const char *
check_wish(const struct deed *deed)
{
	bool keys = deed->wish.kind == REQUEST_PAIR || deed->wish.kind == REQUEST_MIGRATE;

	if (keys && deed->keys.len == 0)
		return "keys is missing: the license key, as it stands in the vendor's letter or "
		       "mail.";
	if (!keys && deed->keys.len > 0)
		return "keys is for kind pair and migrate.";
	for (size_t i = 0; i < deed->domains.len; i++)
		if (!license_is_domain(cbor_text_from_chars(deed->domains.list[i])))
			return "domains takes domains in lower case, as hotel.example.";
	return NULL;
}

void
deed_call_request(struct routes *routes, struct http_call *call)
{
	struct deed *deed = deed_new(routes, call, 0, run_request);
	const char *kind = "heartbeat", *replaces = NULL, *wrong;
	struct call_refusal refusal;

	if (deed == NULL)
		return;
	const struct call_body_field fields[] = {
		{ "kind", CALL_BODY_TEXT, .text_max = 16, .text = &kind },
		{ "keys", CALL_BODY_TEXTS, .text_max = 128, .list_max = KEYS_MAX,
			.texts = &deed->keys },
		{ "reason", CALL_BODY_TEXT, .text_max = TEXT_MAX, .text = &deed->wish.reason },
		{ "app_version", CALL_BODY_TEXT, .text_max = 128, .text = &deed->wish.app_version },
		{ "tenant", CALL_BODY_TEXT, .text_max = LICENSE_TENANT_MAX,
			.text = &deed->wish.machine.tenant },
		{ "domains", CALL_BODY_TEXTS, .text_max = LICENSE_DOMAIN_MAX,
			.list_max = LICENSE_DOMAINS_MAX, .texts = &deed->domains },
		{ "custom", CALL_BODY_TEXTS, .text_max = COMPONENT_VALUE_MAX,
			.list_max = COMPONENTS_CUSTOM_MAX, .texts = &deed->custom },
		{ "install_path", CALL_BODY_TEXT, .text_max = COMPONENT_VALUE_MAX,
			.text = &deed->wish.machine.install_path },
		{ "replaces", CALL_BODY_TEXT, .text_max = REPLACES_MAX, .text = &replaces },
	};

	if (!deed_read(routes, call, deed, fields, sizeof fields / sizeof *fields))
		return;
	deed->json_alone = true;
	if (!read_kind(kind, &deed->wish.kind)) {
		deed_refuse(routes, call, deed, SKERRY_ERR_HTTP_BODY,
			"kind is one of pair, heartbeat, migrate, unpair.");
		return;
	}
	make_wish(deed);
	wrong = check_wish(deed);
	if (wrong == NULL && replaces != NULL && !deed_decode(replaces, REPLACES_MAX, &deed->bytes))
		wrong = "replaces is to be a document in base64.";
	if (wrong != NULL)
		deed_refuse(routes, call, deed, SKERRY_ERR_HTTP_BODY, wrong);
	else if ((deed->wish.kind == REQUEST_MIGRATE || deed->wish.kind == REQUEST_UNPAIR) &&
		 !call_may_operate(routes, call, &refusal))
		deed_refuse(routes, call, deed, refusal.err, refusal.message);
	else
		deed_post(routes, call, deed);
}
