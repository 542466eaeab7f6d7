/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "fixture_world.h"
#include "issuer/decide/edition.h"

#define DAY INT64_C(86400)
#define OVERLAP (14 * DAY)

/* What one request gets. */
struct answering {
	struct world *world;
	int number;
	const struct world_request *request;
	struct world_desk_site *site;
	struct fork_verdict verdict;
	bool superseded;
	int replies[WORLD_BRANDS];
};

/* --- activations --------------------------------------------------------------------------------- */

const struct world_activation *
world_activation_of(const struct world_desk *desk, uint8_t license, uint8_t site)
{
	const struct world_activation *found = NULL;

	for (size_t i = 0; i < desk->activations_len; i++) {
		const struct world_activation *one = &desk->activations[i];

		if (one->license == license && one->site == site && (one->stands || found == NULL))
			found = one;
	}
	return found;
}

static struct world_activation *
by_index(struct world_desk *desk, unsigned index)
{
	for (size_t i = 0; i < desk->activations_len; i++)
		if (desk->activations[i].index == index)
			return &desk->activations[i];
	return NULL;
}

static int64_t
standing_of(const struct world_desk *desk, unsigned license)
{
	int64_t count = 0;

	for (size_t i = 0; i < desk->activations_len; i++)
		count += desk->activations[i].license == license && desk->activations[i].stands;
	return count;
}

static struct lifecycle_facts
lifecycle_of(const struct world *world, unsigned license)
{
	const struct world_license *sold = &world->desk.licenses[license];
	struct lifecycle_facts facts = { .stored = sold->life.stored,
		.valid_until = sold->valid_until,
		.pending_until = sold->life.pending_until,
		.now = world->now,
		.sites = standing_of(&world->desk, license) };

	for (size_t i = 0; i < world->desk.activations_len; i++) {
		const struct world_activation *one = &world->desk.activations[i];

		if (one->license == license && !one->stands && one->lapses_at > facts.lapses_at)
			facts.lapses_at = one->lapses_at;
	}
	return facts;
}

bool
world_move(struct world *world, uint8_t license, enum lifecycle_move move)
{
	struct world_license *sold = &world->desk.licenses[license];
	struct lifecycle_facts facts = lifecycle_of(world, license);

	if (lifecycle_judge(move, &facts, &sold->life) != SKERRY_OK)
		return false;
	sold->revoked = sold->revoked || move == LIFECYCLE_REVOKE;
	sold->suspended =
		(sold->suspended && move != LIFECYCLE_RESUME) || move == LIFECYCLE_SUSPEND;
	return true;
}

/* --- documents ----------------------------------------------------------------------------------- */

static struct world_document
issue(struct world *world, struct world_activation *activation, int64_t proved)
{
	struct world_license *sold = &world->desk.licenses[activation->license];
	int64_t edition = 0, lapses_at = world->now + (30 + (int64_t)world_pick(world, 60)) * DAY;

	world_check(world, edition_next(sold->edition, proved, world->now, &edition) == SKERRY_OK,
		"no honest site proves an edition of the future");
	world_check(world, edition > sold->edition && edition > proved,
		"the next document has a higher edition");
	sold->edition = edition;
	activation->edition = edition;
	if (lapses_at > activation->lapses_at)
		activation->lapses_at = lapses_at;
	return (struct world_document){ .site = activation->site,
		.index = activation->index,
		.edition = edition,
		.issued_at = world->now,
		.lapses_at = lapses_at };
}

static struct world_activation *
activate(struct world *world, uint8_t license, uint8_t site, uint8_t hardware, int index)
{
	struct world_desk *desk = &world->desk;
	struct world_activation *made;

	/* An index is never given twice, by a desk that lost its records neither (high_water.h). */
	if (index == WORLD_NONE)
		index = world->indexes_len++;
	if (desk->activations_len == WORLD_INDEXES || index >= WORLD_INDEXES)
		return NULL;
	made = &desk->activations[desk->activations_len++];
	*made = (struct world_activation){ .stands = true,
		.license = license,
		.site = site,
		.hardware = hardware,
		.index = (uint8_t)index };
	world_move(world, license, LIFECYCLE_PAIR);
	return made;
}

static void
end(struct world *world, struct world_activation *activation, int64_t until, bool counts)
{
	activation->stands = false;
	activation->counts = counts;
	activation->ended_at = world->now;
	activation->until = until;
	world_move(world, activation->license, LIFECYCLE_RELEASE);
}

static int
make_reply(struct world *world, uint8_t site, uint8_t brand, int answers)
{
	struct world_desk_site *one = &world->desk.sites[site];
	int made = world->replies_len;
	uint64_t number = fork_next_reply(one->made, world->now);

	if (made == WORLD_REPLIES)
		return WORLD_NONE;
	world->replies_len++;
	world_check(world, number > one->made, "replies are numbered upward");
	one->made = number;
	world->replies[made] = (struct world_reply){ .site = site,
		.brand = brand,
		.number = one->made,
		.issued_at = world->now,
		.answers = answers };
	if (one->left[brand].len == WORLD_LEFT) {
		one->left[brand].len--;
		memmove(one->left[brand].replies, one->left[brand].replies + 1,
			one->left[brand].len * sizeof *one->left[brand].replies);
	}
	one->left[brand].replies[one->left[brand].len++] = (uint16_t)made;
	return made;
}

void
world_renew(struct world *world, uint8_t site)
{
	for (unsigned brand = 0; brand < WORLD_BRANDS; brand++) {
		int made = WORLD_NONE;

		for (size_t i = 0; i < world->desk.activations_len; i++) {
			struct world_activation *one = &world->desk.activations[i];
			struct lifecycle_facts facts = lifecycle_of(world, one->license);
			struct lifecycle next;

			if (!one->stands || one->site != site ||
				world_brand(one->license) != brand ||
				lifecycle_judge(LIFECYCLE_ISSUE, &facts, &next) != SKERRY_OK)
				continue;
			if (made == WORLD_NONE)
				made = make_reply(world, site, (uint8_t)brand, WORLD_NONE);
			if (made == WORLD_NONE)
				return;
			world->replies[made].documents[one->license] = issue(world, one, 0);
		}
	}
}

/* --- a request ----------------------------------------------------------------------------------- */

static const struct world_document *
proved_by(const struct answering *answering, uint8_t license)
{
	const struct world_document *held = &answering->request->held[license];

	return held->edition > 0 && held->site == answering->request->site ? held : NULL;
}

static struct world_activation *
on_machine(struct world_desk *desk, uint8_t license, uint8_t hardware)
{
	for (size_t i = 0; i < desk->activations_len; i++) {
		struct world_activation *one = &desk->activations[i];

		if (one->license == license && one->stands && one->hardware == hardware)
			return one;
	}
	return NULL;
}

static enum answer_place
place_of(struct answering *answering, uint8_t license, struct world_activation **ret_activation)
{
	struct world_desk *desk = &answering->world->desk;
	const struct world_request *request = answering->request;
	const struct world_activation *own = world_activation_of(desk, license, request->site);
	const struct world_document *proved = proved_by(answering, license);

	*ret_activation = own == NULL ? NULL : by_index(desk, own->index);
	if (own != NULL && own->stands)
		return own->hardware == request->machine ? ANSWER_HERE : ANSWER_CHANGED;
	if (proved != NULL && by_index(desk, proved->index) == NULL)
		return ANSWER_PROVED;
	if (on_machine(desk, license, request->machine) != NULL) {
		*ret_activation = on_machine(desk, license, request->machine);
		return ANSWER_REINSTALLED;
	}
	return own != NULL ? ANSWER_ENDED : ANSWER_NOWHERE;
}

static struct migrations
migrations_of(const struct world *world, unsigned license)
{
	struct migrations migrations = migrations_none();

	for (size_t i = 0; i < world->desk.activations_len; i++) {
		const struct world_activation *one = &world->desk.activations[i];
		struct migration migration = { one->ended_at, one->lapses_at };

		if (one->license == license && one->counts)
			migrations_add(&migrations, &migration, world->now);
	}
	return migrations;
}

static struct answer
judge(struct answering *answering, uint8_t license, struct world_activation **ret_activation)
{
	struct world *world = answering->world;
	const struct world_license *sold = &world->desk.licenses[license];
	enum fork_found found = answering->verdict.found;
	struct answer_facts facts = { .kind = answering->request->kind,
		.arrival = answering->verdict.arrival,
		.superseded = answering->superseded,
		.key_known = true,
		.license = lifecycle_of(world, license),
		.max_activations = sold->max_activations,
		.fingerprint_enough = true,
		.place = place_of(answering, license, ret_activation),
		.binds = true,
		.replaceable = standing_of(&world->desk, license),
		.overlap_s = OVERLAP,
		.migrations = migrations_of(world, license),
		.migrations_allowed = sold->allowed,
		.rollback_policy = sold->policy };

	if (*ret_activation != NULL)
		facts.ends_at = (*ret_activation)->until;
	if (answering->site->fork.found == FORK_CLONE)
		facts.found = FORK_CLONE;
	else if (found == FORK_RESTORED && !answering->verdict.told)
		facts.found = FORK_RESTORED;
	return answer_judge(&facts);
}

/* The activation of a license that stands, where there is but one. */
static struct world_activation *
the_one(struct world_desk *desk, uint8_t license)
{
	struct world_activation *found = NULL;

	for (size_t i = 0; i < desk->activations_len; i++)
		if (desk->activations[i].license == license && desk->activations[i].stands)
			found = &desk->activations[i];
	return found;
}

/* Does what the answer says; the activation that gets the next document, or NULL. */
static struct world_activation *
act(struct answering *answering, uint8_t license, const struct answer *answer,
	struct world_activation *activation)
{
	struct world *world = answering->world;
	const struct world_request *request = answering->request;
	const struct world_document *proved = proved_by(answering, license);

	world->acts[answer->act]++;
	switch (answer->act) {
	case ANSWER_RENEW:
		return activation;
	case ANSWER_TAKE_UP:
		return activate(world, license, request->site, request->machine, proved->index);
	case ANSWER_MOVE:
		if (activation == NULL || !activation->stands) {
			world_check(world, standing_of(&world->desk, license) == 1,
				"a move ends the one activation that can be meant");
			activation = the_one(&world->desk, license);
		}
		end(world, activation, world->now, answer->counts);
		return activate(world, license, request->site, request->machine, WORLD_NONE);
	case ANSWER_ACTIVATE:
		return activate(world, license, request->site, request->machine, WORLD_NONE);
	case ANSWER_END:
		if (activation == NULL) /* it is proved: recorded, then ended */
			activation = activate(
				world, license, request->site, request->machine, proved->index);
		if (activation != NULL)
			end(world, activation, answer->until, answer->counts);
		return NULL;
	case ANSWER_ADOPT:
		world_check(world, false, "nothing in this world is bound by hand");
		break;
	case ANSWER_NOTHING:
		break;
	}
	return NULL;
}

/* A document that the desk lost its record of: it lives as long as it says. */
static void
learn(struct answering *answering, uint8_t license)
{
	const struct world_document *proved = proved_by(answering, license);
	struct world_activation *one =
		proved == NULL ? NULL : by_index(&answering->world->desk, proved->index);

	if (one != NULL && proved->lapses_at > one->lapses_at)
		one->lapses_at = proved->lapses_at;
}

static void
answer_license(struct answering *answering, uint8_t license)
{
	struct world *world = answering->world;
	unsigned brand = world_brand(license);
	struct world_activation *activation;
	struct answer answer;
	const struct world_document *proved = proved_by(answering, license);
	struct world_reply *reply;

	learn(answering, license);
	answer = judge(answering, license, &activation);
	if (answering->replies[brand] == WORLD_NONE)
		answering->replies[brand] = make_reply(
			world, answering->request->site, (uint8_t)brand, answering->number);
	if (answering->replies[brand] == WORLD_NONE)
		return;
	reply = &world->replies[answering->replies[brand]];
	reply->results[license].said = true;
	reply->results[license].code = answer.code;
	activation = act(answering, license, &answer, activation);
	if (activation != NULL)
		reply->documents[license] =
			issue(world, activation, proved != NULL ? proved->edition : 0);
	if (answer.code == REPLY_UNPAIRED) {
		const struct world_activation *own =
			world_activation_of(&world->desk, license, answering->request->site);

		world_check(world, own == NULL || !own->stands,
			"only what does not stand is told to be unpaired");
	}
	world_say(world, "; license %u: %s, act %u", license, reply_code_name(answer.code),
		(unsigned)answer.act);
}

/* pair, migrate: one key; else whatever it holds or had here. */
static bool
concerns(const struct answering *answering, uint8_t license)
{
	const struct world_request *request = answering->request;

	if (request->kind == REQUEST_PAIR || request->kind == REQUEST_MIGRATE)
		return license == request->license;
	return proved_by(answering, license) != NULL ||
	       world_activation_of(&answering->world->desk, license, request->site) != NULL;
}

/* Whether a newer pair, migrate or unpair of its site was answered. */
static bool
is_superseded(const struct world *world, const struct world_request *request)
{
	for (int i = 0; i < world->requests_len; i++) {
		const struct world_request *one = &world->requests[i];

		if (one->site == request->site && one->kind != REQUEST_HEARTBEAT &&
			one->fork.self.number > request->fork.self.number &&
			world_set_has(&world->desk.arrived, i))
			return true;
	}
	return false;
}

static void
keep_row(struct world_desk_site *site, const struct fork_id *id, const struct fork_verdict *verdict,
	bool arrived)
{
	for (size_t i = 0; i < site->rows_len; i++)
		if (memcmp(&site->rows[i].id, id, sizeof *id) == 0) {
			site->rows[i].arrived = site->rows[i].arrived || arrived;
			return;
		}
	if (site->rows_len < WORLD_ROWS)
		site->rows[site->rows_len++] = (struct fork_row){ *id, verdict->line, arrived,
			arrived && verdict->stopgap };
}

static void
record(struct answering *answering)
{
	const struct fork_request *fork = &answering->request->fork;

	for (size_t i = answering->verdict.fresh; i < fork->list_len; i++)
		keep_row(answering->site, &fork->list[i], &answering->verdict, false);
	keep_row(answering->site, &fork->self, &answering->verdict, true);
}

static void
answer_all(struct answering *answering)
{
	struct world *world = answering->world;
	static struct world_activation before[WORLD_INDEXES];
	bool changes;

	answering->superseded = is_superseded(world, answering->request);
	changes = answering->verdict.arrival == FORK_NEW ||
		  (answering->verdict.arrival == FORK_LATE && !answering->superseded);
	memcpy(before, world->desk.activations, sizeof before);
	for (unsigned license = 0; license < WORLD_LICENSES; license++)
		if (concerns(answering, (uint8_t)license))
			answer_license(answering, (uint8_t)license);
	/* Every request gets an answer: of a brand, where it asks for nothing. */
	if (answering->replies[0] == WORLD_NONE && answering->replies[1] == WORLD_NONE)
		make_reply(world, answering->request->site, 0, answering->number);
	for (size_t i = 0; i < WORLD_INDEXES && !changes; i++)
		world_check(world,
			before[i].stands == world->desk.activations[i].stands &&
				before[i].index == world->desk.activations[i].index,
			"what is late or forgotten pairs and ends nothing");
	world_check_sold(world);
}

void
world_arrive(struct world *world, int request)
{
	static const char *const ARRIVALS[] = { "new", "again", "late", "forgotten" };
	struct answering answering = { .world = world,
		.number = request,
		.request = &world->requests[request],
		.site = &world->desk.sites[world->requests[request].site],
		.replies = { WORLD_NONE, WORLD_NONE } };
	struct world_expected expected;

	world_expect(
		world, request, fork_next_reply(answering.site->made, world->now) - 1, &expected);
	fork_judge(&answering.site->fork, answering.site->rows, answering.site->rows_len,
		&answering.request->fork, answering.site->made, world->now, &answering.site->fork,
		&answering.verdict);
	world->arrivals[answering.verdict.arrival]++;
	world_say(world, "    request %d, number %u: %s %s", request,
		(unsigned)answering.request->fork.self.number, ARRIVALS[answering.verdict.arrival],
		fork_found_name(answering.verdict.found));
	if (answering.verdict.record)
		record(&answering);
	world_compare(world, request, &expected, &answering.verdict);
	if (answering.verdict.arrival == FORK_NEW)
		answering.site->taken = answering.request->fork.reply;
	if (answering.verdict.arrival != FORK_AGAIN)
		answer_all(&answering);
	world_say(world, "\n");
}

/* --- what leaves --------------------------------------------------------------------------------- */

static uint8_t
word_for(const struct world *world, const struct world_activation *one)
{
	enum standing stored = world->desk.licenses[one->license].life.stored;
	bool ended = !one->stands && one->until <= world->now;

	if ((ended || stored == STANDING_REVOKED) && one->lapses_at > world->now)
		return STATUS_LIST_INVALID;
	return stored == STANDING_SUSPENDED && one->stands ? STATUS_LIST_SUSPENDED
							   : STATUS_LIST_VALID;
}

static void
refresh_list(struct world *world, unsigned brand)
{
	struct world_list *old = &world->desk.lists[brand], list = { 0 };

	for (size_t i = 0; i < world->desk.activations_len; i++) {
		const struct world_activation *one = &world->desk.activations[i];

		if (world_brand(one->license) == brand)
			list.words[one->index] = word_for(world, one);
	}
	if (old->issued_at > 0 && world->now - old->issued_at < 7 * DAY &&
		memcmp(old->words, list.words, sizeof list.words) == 0)
		return;
	list.issued_at = old->issued_at >= world->now ? old->issued_at + 1 : world->now;
	*old = list;
}

int
world_bundle(struct world *world)
{
	struct world_bundle *bundle = &world->bundles[world->bundles_len];

	if (world->bundles_len == WORLD_BUNDLES)
		return WORLD_NONE;
	memset(bundle->replies_len, 0, sizeof bundle->replies_len);
	for (unsigned brand = 0; brand < WORLD_BRANDS; brand++) {
		refresh_list(world, brand);
		bundle->lists[brand] = world->desk.lists[brand];
		for (unsigned i = 0; i < WORLD_SITES; i++) {
			const struct world_desk_site *site = &world->desk.sites[i];

			for (size_t k = 0; k < site->left[brand].len; k++)
				if (world->replies[site->left[brand].replies[k]].number >
					site->taken)
					bundle->replies[i][brand][bundle->replies_len[i][brand]++] =
						site->left[brand].replies[k];
		}
	}
	return world->bundles_len++;
}

/* The new one is left before the old ones go. */
static void
leave(struct world *world, struct world_stick *stick, size_t steps)
{
	int bundle = world_bundle(world);

	if (bundle == WORLD_NONE)
		return;
	if (stick->bundles_len == WORLD_STICK_BUNDLES)
		stick->bundles_len--;
	stick->bundles[stick->bundles_len++] = bundle;
	if (steps == 0)
		return;
	stick->bundles[0] = bundle;
	stick->bundles_len = 1;
}

void
world_desk_visit(struct world *world, struct world_stick *stick, size_t steps)
{
	size_t len = stick->requests_len, first = len > 0 ? world_pick(world, len) : 0, left = 0;

	for (size_t i = 0; i < len; i++) {
		if (steps-- == 0)
			return;
		world_arrive(world, stick->requests[(first + i) % len]);
	}
	if (steps-- == 0)
		return;
	leave(world, stick, steps);
	/* A full stick is never the end. */
	for (size_t i = 0; i < len && len == WORLD_STICK_REQUESTS; i++)
		if (!world_set_has(&world->desk.arrived, stick->requests[i]))
			stick->requests[left++] = stick->requests[i];
	if (len == WORLD_STICK_REQUESTS)
		stick->requests_len = left;
}
