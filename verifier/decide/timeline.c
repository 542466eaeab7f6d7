/* SPDX-License-Identifier: ISC */
#include "timeline.h"

static void
add_step(struct timeline *timeline, const struct skerry_verdict *verdict)
{
	timeline->steps[timeline->len++] = (struct timeline_step){
		.from = verdict->at,
		.state = verdict->state,
		.access = verdict->access,
		.reason = verdict->reason,
		.notice = verdict->notice,
	};
}

static bool
same_step(const struct timeline_step *step, const struct skerry_verdict *verdict)
{
	return step->state == verdict->state && step->access == verdict->access &&
	       step->reason == verdict->reason && step->notice == verdict->notice;
}

bool
timeline_follow(timeline_ask *ask, void *context, int64_t from, struct timeline *ret_timeline)
{
	struct skerry_verdict verdict;

	ret_timeline->len = 0;
	ask(context, from, &verdict);
	ret_timeline->dates = verdict;
	add_step(ret_timeline, &verdict);
	for (size_t asked = 0; verdict.next_change_at != SKERRY_NEVER; asked++) {
		if (ret_timeline->len == TIMELINE_MAX || asked == TIMELINE_ASKED_MAX)
			return false;
		ask(context, verdict.next_change_at, &verdict);
		if (!same_step(&ret_timeline->steps[ret_timeline->len - 1], &verdict))
			add_step(ret_timeline, &verdict);
	}
	return true;
}

struct one_license {
	const struct license *license;
	const struct evaluate_facts *facts;
};

static void
ask_license(void *context, int64_t at, struct skerry_verdict *ret_verdict)
{
	const struct one_license *one = context;
	struct evaluate_facts moment = *one->facts;

	moment.now = at;
	evaluate(one->license, &moment, ret_verdict);
}

void
timeline_walk(const struct license *license, const struct evaluate_facts *facts,
	struct timeline *ret_timeline)
{
	struct one_license one = { license, facts };

	/* TIMELINE_MAX is as many as one license can have. */
	timeline_follow(ask_license, &one, facts->now, ret_timeline);
}

const struct timeline_step *
timeline_at(const struct timeline *timeline, int64_t at)
{
	const struct timeline_step *step = &timeline->steps[timeline->len - 1];

	while (step > timeline->steps && at < step->from)
		step--;
	return step;
}

void
timeline_verdict(const struct timeline *timeline, int64_t at, struct skerry_verdict *ret_verdict)
{
	const struct timeline_step *step, *end = timeline->steps + timeline->len;

	if (at < timeline->steps[0].from)
		at = timeline->steps[0].from;
	step = timeline_at(timeline, at);
	*ret_verdict = timeline->dates;
	ret_verdict->at = at;
	ret_verdict->state = step->state;
	ret_verdict->access = step->access;
	ret_verdict->reason = step->reason;
	ret_verdict->notice = step->notice;
	ret_verdict->next_change_at = step + 1 < end ? step[1].from : SKERRY_NEVER;
}
