/* SPDX-License-Identifier: ISC */
/* telemetry: what the customer allows to be sent, and what the product tells. */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "deeds.h"

#include "formats/member.h"

/* --- what is wished -------------------------------------------------------------------------- */

bool
show_order_add(struct show_order *order, const char *name, size_t name_len, const char *value,
	char ret_misuse[SHOW_MISUSE_MAX])
{
	char *kept;

	if (order->len == SHOW_NAMES_MAX) {
		snprintf(ret_misuse, SHOW_MISUSE_MAX, "at most %d names at a time", SHOW_NAMES_MAX);
		return false;
	}
	kept = order->names[order->len];
	snprintf(kept, TELEMETRY_NAME_MAX + 1, "%.*s",
		name_len > TELEMETRY_NAME_MAX ? 0 : (int)name_len, name);
	if (!telemetry_is_name(kept)) {
		snprintf(ret_misuse, SHOW_MISUSE_MAX,
			"NAME %.*s: 1 to %d of a-z, 0-9, dot and underscore, a letter first",
			name_len > 128 ? 128 : (int)name_len, name, TELEMETRY_NAME_MAX);
		return false;
	}
	if (order->work == SHOW_SET && !telemetry_read_value(value, &order->values[order->len])) {
		snprintf(ret_misuse, SHOW_MISUSE_MAX,
			"%s: a value is a number, or 1 to %d bytes of text on one line", kept,
			TELEMETRY_TEXT_MAX);
		return false;
	}
	order->len++;
	return true;
}

/* --- doing ----------------------------------------------------------------------------------- */

static enum skerry_err
do_one(struct memory *memory, struct show_order *order, size_t i)
{
	const char *name = order->names[i];

	switch (order->work) {
	case SHOW_ALLOW:
		order->consents[i] = TELEMETRY_ALLOWED;
		return telemetry_decide(memory, name, TELEMETRY_ALLOWED, order->who);
	case SHOW_DENY:
		order->consents[i] = TELEMETRY_DENIED;
		return telemetry_decide(memory, name, TELEMETRY_DENIED, order->who);
	case SHOW_FORGET:
		order->consents[i] = TELEMETRY_UNDECIDED;
		return telemetry_forget(memory, name, order->who);
	case SHOW_SET:
		return telemetry_set(memory, name, &order->values[i], &order->consents[i]);
	}
	return SKERRY_ERR_INTERNAL;
}

/* All or nothing; *ret_failed is the name that it stumbled over. */
static enum skerry_err
carry_out(struct memory *memory, struct show_order *order, const char **ret_failed)
{
	enum skerry_err err = memory_begin(memory);

	*ret_failed = NULL;
	for (size_t i = 0; i < order->len && err == SKERRY_OK; i++) {
		err = do_one(memory, order, i);
		if (err == SKERRY_ERR_NO_SPACE || err == SKERRY_ERR_NOT_FOUND)
			*ret_failed = order->names[i];
	}
	/* What the customer decides is marked outside of the database, too: it is not to be undone
	 * unnoticed. */
	if (err == SKERRY_OK)
		err = memory_commit(memory, order->work != SHOW_SET);
	memory_rollback(memory);
	return err;
}

static bool
refuse(const struct show *show, enum skerry_err err, const char *name,
	struct show_failure *ret_failure)
{
	struct command_failure failure = failure_of(err, name, 0);

	if (name == NULL) {
		failure = failure_plain(err, show->folder);
	} else if (err == SKERRY_ERR_NO_SPACE) {
		failure.message = "64 names are allowed or denied here, and there is room for no "
				  "more. Nothing was changed.";
		failure.advice = "`skerry telemetry list` shows them; let one go with `skerry "
				 "telemetry forget NAME`.";
	} else {
		failure.message = "There is no such name here. Nothing was changed.";
		failure.advice = "`skerry telemetry list` shows the names.";
	}
	failure_keep(ret_failure, &failure, name == NULL ? COMMAND_CANNOT_TELL : COMMAND_NO);
	return false;
}

static void
tell_one(const struct show *show, const struct show_order *order, size_t i)
{
	const char *name = order->names[i];

	if (order->work == SHOW_FORGET)
		fprintf(show->out, "%s: forgotten, with what was kept under it.\n", name);
	else if (order->consents[i] == TELEMETRY_ALLOWED)
		fprintf(show->out, "%s: goes out with the next request.\n", name);
	else if (order->work == SHOW_DENY)
		fprintf(show->out, "%s: does not go out; what was kept under it is erased.\n",
			name);
	else if (order->consents[i] == TELEMETRY_UNDECIDED)
		fprintf(show->out,
			"%s: kept here, and does not go out: nobody has allowed it. If you do: "
			"skerry telemetry allow %s\n",
			name, name);
	else if (show->notes != NULL)
		fprintf(show->notes, "skerry: %s: denied here; the value was not kept.\n", name);
}

static void
tell_json(const struct show *show, const struct show_order *order, bool ok)
{
	struct json j;

	json_init(&j, command_sink, show->out);
	json_object_open(&j);
	member_bool(&j, "ok", ok);
	json_name(&j, "names");
	json_array_open(&j);
	for (size_t i = 0; i < order->len; i++) {
		json_object_open(&j);
		member_chars(&j, "name", order->names[i]);
		member_chars(&j, "consent", telemetry_consent_name(order->consents[i]));
		json_object_close(&j);
	}
	json_array_close(&j);
	json_object_close(&j);
	fputc('\n', show->out);
}

/* The product is told no where the customer has said no. */
static enum command_exit
tell_done(const struct show *show, const struct show_order *order)
{
	bool ok = true;

	for (size_t i = 0; i < order->len; i++) {
		if (order->work == SHOW_SET && order->consents[i] == TELEMETRY_DENIED)
			ok = false;
		if (!show->json)
			tell_one(show, order, i);
	}
	if (show->json)
		tell_json(show, order, ok);
	return ok ? COMMAND_YES : COMMAND_NO;
}

bool
show_telemetry(const struct show *show, struct site *site, struct show_order *order,
	enum command_exit *ret_exit, struct show_failure *ret_failure)
{
	const char *failed;
	enum skerry_err err;

	errno = 0;
	err = carry_out(site->memory, order, &failed);
	if (err != SKERRY_OK)
		return refuse(show, err, failed, ret_failure);
	*ret_exit = tell_done(show, order);
	return true;
}
