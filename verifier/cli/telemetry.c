/* SPDX-License-Identifier: ISC */
/* skerry telemetry: what the customer allows to be sent, what the product tells, what would go out. */
#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"
#include "verifier/state/telemetry.h"

/* What one command does to all of its names in one change. */
enum work { WORK_ALLOW, WORK_DENY, WORK_FORGET, WORK_SET };

struct order {
	enum work work;
	struct command_list operands;
	bool json;
	char names[COMMAND_LIST_MAX][TELEMETRY_NAME_MAX + 1];
	struct telemetry_value values[COMMAND_LIST_MAX];
	enum telemetry_consent consents[COMMAND_LIST_MAX]; /* afterwards */
};

/* --- reading --------------------------------------------------------------------------------- */

static enum command_exit
refuse_name(const char *typed)
{
	return command_misuse("NAME %s: 1 to %d of a-z, 0-9, dot and underscore, a letter first",
		typed, TELEMETRY_NAME_MAX);
}

static bool
read_name(const char *typed, size_t len, char ret_name[TELEMETRY_NAME_MAX + 1])
{
	if (len > TELEMETRY_NAME_MAX)
		return false;
	memcpy(ret_name, typed, len);
	ret_name[len] = '\0';
	return telemetry_is_name(ret_name);
}

static enum command_exit
read_order(struct order *order)
{
	for (size_t i = 0; i < order->operands.len; i++) {
		const char *typed = order->operands.values[i], *equals = strchr(typed, '=');
		size_t len = equals == NULL ? strlen(typed) : (size_t)(equals - typed);

		if (order->work == WORK_SET && equals == NULL)
			return command_misuse("%s: write NAME=VALUE", typed);
		if ((order->work != WORK_SET && equals != NULL) ||
			!read_name(typed, len, order->names[i]))
			return refuse_name(typed);
		if (order->work == WORK_SET && !telemetry_read_value(equals + 1, &order->values[i]))
			return command_misuse("%s: a value is a number, or 1 to %d bytes of text "
					      "on one line",
				order->names[i], TELEMETRY_TEXT_MAX);
	}
	return COMMAND_YES;
}

/* --- doing ----------------------------------------------------------------------------------- */

static enum skerry_err
do_one(struct memory *memory, struct order *order, size_t i)
{
	const char *name = order->names[i];
	int64_t who = (int64_t)getuid();

	switch (order->work) {
	case WORK_ALLOW:
		order->consents[i] = TELEMETRY_ALLOWED;
		return telemetry_decide(memory, name, TELEMETRY_ALLOWED, who);
	case WORK_DENY:
		order->consents[i] = TELEMETRY_DENIED;
		return telemetry_decide(memory, name, TELEMETRY_DENIED, who);
	case WORK_FORGET:
		order->consents[i] = TELEMETRY_UNDECIDED;
		return telemetry_forget(memory, name, who);
	case WORK_SET:
		return telemetry_set(memory, name, &order->values[i], &order->consents[i]);
	}
	return SKERRY_ERR_INTERNAL;
}

/* All or nothing; *ret_failed is the name that it stumbled over. */
static enum skerry_err
carry_out(struct memory *memory, struct order *order, const char **ret_failed)
{
	enum skerry_err err = memory_begin(memory);

	*ret_failed = NULL;
	for (size_t i = 0; i < order->operands.len && err == SKERRY_OK; i++) {
		err = do_one(memory, order, i);
		if (err == SKERRY_ERR_NO_SPACE || err == SKERRY_ERR_NOT_FOUND)
			*ret_failed = order->names[i];
	}
	/* What the customer decides is marked outside of the database, too: it is not to be undone
	 * unnoticed. */
	if (err == SKERRY_OK)
		err = memory_commit(memory, order->work != WORK_SET);
	memory_rollback(memory);
	return err;
}

static enum command_exit
tell_failed(enum skerry_err err, const char *name, bool json)
{
	struct command_failure failure = cli_failure(err, name, 0);

	if (name == NULL) {
		cli_fail(err, cli_state(), json);
		return COMMAND_CANNOT_TELL;
	}
	if (err == SKERRY_ERR_NO_SPACE) {
		failure.message = "64 names are allowed or denied here, and there is room for no "
				  "more. Nothing was changed.";
		failure.advice = "`skerry telemetry list` shows them; let one go with `skerry "
				 "telemetry forget NAME`.";
	} else {
		failure.message = "There is no such name here. Nothing was changed.";
		failure.advice = "`skerry telemetry list` shows the names.";
	}
	command_fail_json(&failure, json);
	return COMMAND_NO;
}

static void
tell_one(const struct order *order, size_t i)
{
	const char *name = order->names[i];

	if (order->work == WORK_FORGET)
		printf("%s: forgotten, with what was kept under it.\n", name);
	else if (order->consents[i] == TELEMETRY_ALLOWED)
		printf("%s: goes out with the next request.\n", name);
	else if (order->work == WORK_DENY)
		printf("%s: does not go out; what was kept under it is erased.\n", name);
	else if (order->consents[i] == TELEMETRY_UNDECIDED)
		printf("%s: kept here, and does not go out: nobody has allowed it. If you do: "
		       "skerry telemetry allow %s\n",
			name, name);
	else
		fprintf(stderr, "skerry: %s: denied here; the value was not kept.\n", name);
}

static void
tell_json(const struct order *order, bool ok)
{
	struct json j;

	json_init(&j, command_sink, stdout);
	json_object_open(&j);
	json_name(&j, "ok");
	json_bool(&j, ok);
	json_name(&j, "names");
	json_array_open(&j);
	for (size_t i = 0; i < order->operands.len; i++) {
		json_object_open(&j);
		json_name(&j, "name");
		json_chars(&j, order->names[i]);
		json_name(&j, "consent");
		json_chars(&j, telemetry_consent_name(order->consents[i]));
		json_object_close(&j);
	}
	json_array_close(&j);
	json_object_close(&j);
	putchar('\n');
}

/* The product is told no where the customer has said no. */
static enum command_exit
tell_done(const struct order *order)
{
	bool ok = true;

	for (size_t i = 0; i < order->operands.len; i++) {
		if (order->work == WORK_SET && order->consents[i] == TELEMETRY_DENIED)
			ok = false;
		if (!order->json)
			tell_one(order, i);
	}
	if (order->json)
		tell_json(order, ok);
	return ok ? COMMAND_YES : COMMAND_NO;
}

static enum command_exit
run(int argc, char **argv, enum work work)
{
	struct order order = { .work = work };
	const struct command_option options[] = { { "--json", COMMAND_FLAG, &order.json } };
	const char *failed;
	enum command_exit exit;
	struct site site;
	enum skerry_err err;

	if (!command_parse(argc, argv, options, 1, 1, COMMAND_LIST_MAX, &order.operands))
		return COMMAND_CANNOT_TELL;
	exit = read_order(&order);
	if (exit != COMMAND_YES || !cli_open_site_to_write(&site, order.json, &exit))
		return exit;
	errno = 0;
	err = carry_out(site.memory, &order, &failed);
	exit = err == SKERRY_OK ? tell_done(&order) : tell_failed(err, failed, order.json);
	site_close(&site);
	return command_finish(exit);
}

enum command_exit
telemetry_allow_run(int argc, char **argv)
{
	return run(argc, argv, WORK_ALLOW);
}

enum command_exit
telemetry_deny_run(int argc, char **argv)
{
	return run(argc, argv, WORK_DENY);
}

enum command_exit
telemetry_forget_run(int argc, char **argv)
{
	return run(argc, argv, WORK_FORGET);
}

enum command_exit
telemetry_set_run(int argc, char **argv)
{
	return run(argc, argv, WORK_SET);
}
