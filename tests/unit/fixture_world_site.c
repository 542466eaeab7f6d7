/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "fixture_world.h"

/* The number of a request is in its digest and nonce, which nobody else reads. */
static int
request_of(const uint8_t nonce[REQUEST_NONCE_LEN])
{
	int request;

	memcpy(&request, nonce, sizeof request);
	return request;
}

static void
list(struct fork_request *fork, const struct dialog_next *next)
{
	fork->list_len = next->list_len;
	for (size_t i = 0; i < next->list_len; i++) {
		fork->list[i].number = next->list[i].number;
		memcpy(fork->list[i].digest, next->list[i].digest, FORK_DIGEST_LEN);
	}
}

int
world_write(
	struct world *world, struct world_machine *machine, enum request_kind kind, uint8_t license)
{
	struct world_memory *memory = &machine->memory;
	int self = world->requests_len;
	struct world_request *request = &world->requests[self];
	struct dialog_sent sent = { 0 };
	struct dialog_next next;

	if (self == WORLD_REQUESTS)
		return WORLD_NONE;
	world->requests_len++;
	dialog_next(&memory->dialog, &next);
	sent.number = next.number;
	memcpy(sent.digest, &self, sizeof self);
	memcpy(sent.nonce, &self, sizeof self);
	*request = (struct world_request){ .site = machine->site,
		.machine = machine->hardware,
		.kind = kind,
		.license = license,
		.stopgap = next.stopgap };
	request->fork.self.number = next.number;
	memcpy(request->fork.self.digest, sent.digest, FORK_DIGEST_LEN);
	request->fork.reply = world_reply_taken(memory);
	request->fork.seq = ++memory->seq;
	request->fork.told = memory->told;
	list(&request->fork, &next);
	memcpy(request->held, memory->held, sizeof request->held);
	for (unsigned brand = 0; brand < WORLD_BRANDS; brand++)
		request->lists[brand] = memory->lists[brand].issued_at;
	world_note_written(world, machine, self);
	dialog_wrote(&memory->dialog, &sent);
	memory->newest = self;
	return self;
}

/* By its nonce, whatever its number: a copy's replies would hide a site's own. */
static void
acknowledge(struct world *world, struct world_memory *memory, const struct world_reply *reply)
{
	uint8_t nonce[REQUEST_NONCE_LEN] = { 0 };
	struct dialog_sent sent;

	if (reply->answers == WORLD_NONE)
		return;
	memcpy(nonce, &reply->answers, sizeof reply->answers);
	if (!dialog_acknowledge(&memory->dialog, nonce, &sent))
		return;
	world_check(world, request_of(sent.nonce) == reply->answers,
		"the reply acknowledges what it answers");
	if (reply->answers >= memory->told_from)
		memory->told = false;
}

static void
take_reply(struct world *world, struct world_memory *memory, const struct world_reply *reply)
{
	if (reply->number > memory->reply[reply->brand])
		memory->reply[reply->brand] = reply->number;
	memory->seq++;
	acknowledge(world, memory, reply);
	for (unsigned i = 0; i < WORLD_LICENSES; i++) {
		if (reply->documents[i].edition > memory->held[i].edition)
			memory->held[i] = reply->documents[i];
		if (reply->results[i].said && reply->results[i].code == REPLY_UNPAIRED &&
			reply->issued_at > memory->unpaired[i])
			memory->unpaired[i] = reply->issued_at;
	}
}

void
world_take_in(struct world *world, struct world_machine *machine, const struct world_bundle *bundle)
{
	struct world_memory *memory = &machine->memory;

	for (unsigned brand = 0; brand < WORLD_BRANDS; brand++) {
		const struct world_list *words = &bundle->lists[brand];
		size_t len = bundle->replies_len[machine->site][brand];
		size_t first = len > 0 ? world_pick(world, len) : 0;

		/* Boxes lie in any order. */
		for (size_t i = 0; i < len; i++)
			take_reply(world, memory,
				&world->replies[bundle->replies[machine->site][brand]
							       [(first + i) % len]]);
		if (words->issued_at > memory->lists[brand].issued_at)
			memory->lists[brand] = *words;
	}
}

bool
world_is_usable(const struct world_memory *memory, unsigned license)
{
	const struct world_document *held = &memory->held[license];

	return held->edition > 0 && memory->unpaired[license] < held->issued_at &&
	       memory->lists[world_brand(license)].words[held->index] == STATUS_LIST_VALID;
}

/* Whether a request is known to this folder, and another one has taken its place or it is answered. */
static bool
is_done(const struct world *world, const struct world_memory *memory, int request)
{
	const struct world_request *one = &world->requests[request];

	if (memory->tip == WORLD_NONE ||
		!world_set_has(&world->requests[memory->tip].line, one->base))
		return false;
	return request != memory->newest || !dialog_waits(&memory->dialog);
}

static void
clear(struct world *world, const struct world_memory *memory, struct world_stick *stick)
{
	size_t left = 0;

	for (size_t i = 0; i < stick->requests_len; i++)
		if (!is_done(world, memory, stick->requests[i]))
			stick->requests[left++] = stick->requests[i];
	stick->requests_len = left;
}

static void
leave(struct world *world, const struct world_memory *memory, struct world_stick *stick)
{
	for (size_t i = 0; i < stick->requests_len; i++)
		if (stick->requests[i] == memory->newest)
			return;
	if (stick->requests_len == WORLD_STICK_REQUESTS)
		clear(world, memory, stick);
	if (stick->requests_len < WORLD_STICK_REQUESTS)
		stick->requests[stick->requests_len++] = memory->newest;
}

/* Whether the newest request still says all; time that went by is no news. */
static bool
is_said(const struct world *world, const struct world_memory *memory)
{
	const struct world_request *newest;

	if (memory->newest == WORLD_NONE || !dialog_waits(&memory->dialog))
		return false;
	newest = &world->requests[memory->newest];
	for (unsigned brand = 0; brand < WORLD_BRANDS; brand++)
		if (newest->lists[brand] != memory->lists[brand].issued_at)
			return false;
	for (unsigned i = 0; i < WORLD_LICENSES; i++)
		if (newest->held[i].edition != memory->held[i].edition)
			return false;
	return newest->fork.told == memory->told;
}

void
world_visit(struct world *world, struct world_machine *machine, struct world_stick *stick,
	enum request_kind kind, bool news, size_t steps)
{
	struct world_memory *memory = &machine->memory;
	size_t first = stick->bundles_len > 0 ? world_pick(world, stick->bundles_len) : 0;

	for (size_t i = 0; i < stick->bundles_len; i++) {
		if (steps-- == 0)
			return;
		world_take_in(world, machine,
			&world->bundles[stick->bundles[(first + i) % stick->bundles_len]]);
	}
	if (steps-- == 0)
		return;
	if (news || !is_said(world, memory))
		if (world_write(world, machine, kind, (uint8_t)world_pick(world, WORLD_LICENSES)) ==
			WORLD_NONE)
			return;
	if (steps-- == 0)
		return;
	leave(world, memory, stick);
	if (steps-- == 0)
		return;
	clear(world, memory, stick);
}
