/* SPDX-License-Identifier: ISC */
#include "bench.h"
#include "hostile.h"
#include "verifier/exchange/stick.h"

static struct site site;
static const char *reason;

static void
note_reason(void *context, const struct stick_line *line)
{
	(void)context;
	reason = line->found != MAILBAG_DOCUMENT ? mailbag_found_name(line->found)
						 : skerry_err_name(line->err);
}

void
hostile_site_open(const char *path)
{
	struct site_failure failure;

	bench_require(site_open_to_write(path, &site, &failure) == SKERRY_OK &&
			      site_tick(&site, NULL) == SKERRY_OK,
		"the site does not open");
}

size_t
hostile_site_look(const char *dir)
{
	const struct stick_visit visit = { .only_take = true, .tell = note_reason };
	struct stick_result result;

	reason = "";
	bench_require(stick_exchange(&site, dir, &visit, &result) == SKERRY_OK &&
			      result.looking == SKERRY_OK && result.taken == 0,
		"the site does not stand the stick");
	return result.skipped;
}

const char *
hostile_site_reason(void)
{
	return reason;
}

void
hostile_site_close(void)
{
	site_close(&site);
}
