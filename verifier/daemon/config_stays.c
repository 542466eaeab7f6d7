/* SPDX-License-Identifier: ISC */
#include "config_stays.h"

#include <string.h>

static bool
same(const char *a, const char *b)
{
	return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

static bool
same_list(const struct config_list *a, const struct config_list *b)
{
	for (size_t i = 0; i < a->len && i < b->len; i++)
		if (strcmp(a->values[i], b->values[i]) != 0)
			return false;
	return a->len == b->len;
}

static void
tell(struct log *log, const char *key)
{
	log_event(log, LOG_ERRORS, "reload_needs_restart", "key", key, "message",
		"This changes when skerryd is started again.", NULL);
}

void
config_stays_tell(struct log *log, const struct config *first, const struct config *next)
{
	const struct {
		const char *key, *before, *after;
	} fixed[] = {
		{ "state", first->state, next->state },
		{ "socket", first->socket, next->socket },
		{ "socket_group", first->socket_group, next->socket_group },
		{ "http", first->http, next->http },
	};

	for (size_t i = 0; i < sizeof fixed / sizeof *fixed; i++)
		if (!same(fixed[i].before, fixed[i].after))
			tell(log, fixed[i].key);
	if (!same_list(&first->http_names, &next->http_names))
		tell(log, "http_name");
}
