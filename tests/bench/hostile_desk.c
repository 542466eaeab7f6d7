/* SPDX-License-Identifier: ISC */
#include "bench.h"
#include "hostile.h"
#include "issuer/desk/operators.h"
#include "issuer/exchange/stick.h"
#include "keys/sign.h"

static struct desk desk;

void
hostile_desk_open(const char *path)
{
	bench_require(
		desk_open(path, &desk) == SKERRY_OK && operators_unlock(&desk, NULL) == SKERRY_OK,
		"the desk does not open");
	desk.now = desk_clock(&desk);
}

static void
pass(void *context, const struct desk_stick_line *line)
{
	(void)context;
	(void)line;
}

size_t
hostile_desk_look(const char *dir)
{
	const struct desk_stick_visit visit = { .wish = { .all = true }, .tell = pass };
	struct desk_stick_result result;

	bench_require(desk_stick_exchange(&desk, dir, &visit, &result) == SKERRY_OK &&
			      result.looking == SKERRY_OK && result.read == 0,
		"the desk does not stand the stick");
	return result.skipped;
}

size_t
hostile_desk_sign(const char *type, const unsigned char *payload, size_t payload_len,
	unsigned char *ret_bytes, size_t room)
{
	struct signing signing;
	size_t len = 0;

	bench_require(
		desk_begin(&desk) == SKERRY_OK && signing_open(&desk, &signing) == SKERRY_OK &&
			sign_sign1(&signing.pair, type, (struct cbor_bytes){ payload, payload_len },
				ret_bytes, room, &len) == SKERRY_OK,
		"nothing is signed");
	signing_close(&signing);
	desk_rollback(&desk);
	return len;
}

void
hostile_desk_close(void)
{
	desk_close(&desk);
}
