/* SPDX-License-Identifier: ISC */
/* POST /v1/import: the bytes of any carrier. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "deed_calls.h"
#include "routes_inside.h"

/* What of nobody knows the name. */
#define BODY_NAME "the body"

/* As the keeper does: the daemon is the folder's owner, and becomes nobody else. */
static bool
reopen(void *context, struct site *site)
{
	const struct call_job *job = context;
	struct site_failure failure;
	enum skerry_err reason = SKERRY_OK, err;
	struct site again;

	site_close(site);
	*site = (struct site){ .documents = { .directory = -1, .writer = { .lock = -1 } } };
	err = site_open_as_self(job->routes->reach.state, &again, &reason, &failure);
	if (err != SKERRY_OK)
		return false;
	*site = again;
	err = reason == SKERRY_OK ? site_tick(site, NULL) : reason;
	return err == SKERRY_OK;
}

static bool
carrier_of(struct deed *deed, const struct http_call *call, struct show_carrier *ret_carrier)
{
	struct stat status;

	*ret_carrier = (struct show_carrier){
		.name = deed->question.name != NULL ? deed->question.name : BODY_NAME, .file = -1
	};
	if (call->spooled >= 0) {
		if (fstat(call->spooled, &status) != 0)
			return false;
		ret_carrier->file = call->spooled;
		ret_carrier->size = (uint64_t)status.st_size;
		return true;
	}
	/* It is unwrapped in place. */
	ret_carrier->bytes = malloc(call->body_len + 1);
	if (ret_carrier->bytes == NULL)
		return false;
	if (call->body_len > 0)
		memcpy(ret_carrier->bytes, call->body, call->body_len);
	ret_carrier->len = call->body_len;
	deed->bytes = (struct cbor_bytes){ ret_carrier->bytes, ret_carrier->len };
	return true;
}

/* What came to nothing because of the daemon or its folder is no fault of the document. */
static int
status_of(const struct show_import *import)
{
	if (import->exit == COMMAND_YES)
		return 200;
	return (int)import->err >= 700 ? call_status(import->err) : 422;
}

static bool
run_import(struct deed *deed, struct call_job *job, struct site *site, const struct show *show,
	enum command_exit *ret_exit)
{
	struct show_import import = { .show = show,
		.bare = deed->question.told_json,
		.more = deed->question.more,
		.whole = !deed->question.told,
		.reopen = reopen,
		.context = job };
	struct show_carrier carrier;
	bool open;

	if (!carrier_of(deed, job->call, &carrier)) {
		job->refusal = (struct call_refusal){ .err = SKERRY_ERR_NO_MEMORY };
		deed->refused = true;
		return false;
	}
	show_import_begin(&import, site);
	open = show_import_carrier(&import, site, &carrier);
	show_import_end(&import, open ? site : NULL);
	job->status = status_of(&import);
	*ret_exit = import.exit;
	return true;
}

void
deed_call_import(struct routes *routes, struct http_call *call)
{
	struct deed *deed = deed_new(routes, call, CALL_TAKES_TOLD | CALL_TAKES_NAME, run_import);

	if (deed == NULL)
		return;
	if (call->body_len == 0 && call->spooled < 0)
		deed_refuse(routes, call, deed, SKERRY_ERR_HTTP_BODY,
			"The body is empty: it is to be a document, as the bytes of its file.");
	else
		deed_post(routes, call, deed);
}
