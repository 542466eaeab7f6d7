/* SPDX-License-Identifier: ISC */
#include "node_calls.h"

#include <inttypes.h>

#include "base64_json.h"
#include "seat_calls.h"

enum { CLOCK_MAX = 24 };

static bool
write_lease(FILE *out, const struct call_claim *claim)
{
	const struct answers_held *held = &claim->held;
	const struct snapshot_license *from = &held->snapshot->licenses[held->step->license];
	struct json j;
	bool whole;

	json_init(&j, command_sink, out);
	json_object_open(&j);
	json_name(&j, "license_file");
	whole = base64_json(&j, (struct cbor_bytes){ from->document, from->document_len });
	json_name(&j, "license_key");
	json_text(&j, from->license.id);
	json_name(&j, "expires_at");
	json_int(&j, held->now + claim->granted.in_s);
	json_name(&j, "expires_in");
	json_int(&j, claim->granted.in_s);
	json_object_close(&j);
	putc('\n', out);
	return whole;
}

static void
tell_lease(struct routes *routes, struct call_claim *claim)
{
	struct call_answer answer = { .status = 202, .exit = CALL_NO_EXIT };
	const struct call_refusal refusal = { .err = SKERRY_ERR_NO_MEMORY };
	struct call_paper paper;
	char clock[CLOCK_MAX];
	bool whole;

	if (claim->granted.answer.fate == SEAT_CLAIMED)
		answer.status = 201;
	snprintf(clock, sizeof clock, "%" PRId64, claim->held.now);
	answer.name = "Relay-Clock";
	answer.value = clock;
	call_paper_open(&paper);
	whole = paper.out != NULL && write_lease(paper.out, claim);
	if (call_paper_close(&paper) && whole) {
		answer.text = paper.text;
		answer.text_len = paper.len;
		call_tell(routes, claim->call, &answer);
	} else {
		call_refuse(routes, claim->call, &refusal);
	}
	call_paper_free(&paper);
}

static void
tell_refused(struct routes *routes, struct call_claim *claim)
{
	char owner[SEATS_OWNER_MAX + 1];
	const struct show_seat seat = seat_calls_describe(routes, claim, owner);
	struct call_refusal refusal = { .err = SKERRY_ERR_INTERNAL };
	struct show show = call_show(routes, claim->call, NULL, true);
	struct show_failure failure;
	enum command_exit exit;

	if (!show_seat(&show, &seat, &exit, &failure))
		refusal = call_failed(&failure);
	seat_calls_refuse(routes, claim, &refusal);
}

static void
tell_node(struct routes *routes, struct call_claim *claim)
{
	const struct call_answer released = { .status = 204, .exit = CALL_NO_EXIT };

	switch (claim->granted.answer.fate) {
	case SEAT_CLAIMED:
	case SEAT_RENEWED:
		tell_lease(routes, claim);
		return;
	case SEAT_RELEASED:
		call_tell(routes, claim->call, &released);
		return;
	case SEAT_REFUSED:
		tell_refused(routes, claim);
		return;
	}
}

void
node_call_put(struct routes *routes, struct http_call *call)
{
	const struct seat_wish wish = { .node = true, .tell = tell_node, .serve = node_call_put };

	seat_calls_decide(routes, call, &wish);
}

void
node_call_release(struct routes *routes, struct http_call *call)
{
	const struct seat_wish wish = {
		.release = true, .node = true, .tell = tell_node, .serve = node_call_release
	};

	seat_calls_decide(routes, call, &wish);
}
