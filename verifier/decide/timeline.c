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

void
timeline_walk(const struct license *license, const struct evaluate_facts *facts,
	struct timeline *ret_timeline)
{
	struct evaluate_facts moment = *facts;
	struct skerry_verdict verdict;

	ret_timeline->len = 0;
	evaluate(license, &moment, &verdict);
	ret_timeline->dates = verdict;
	add_step(ret_timeline, &verdict);
	while (verdict.next_change_at != SKERRY_NEVER && ret_timeline->len < TIMELINE_MAX) {
		moment.now = verdict.next_change_at;
		evaluate(license, &moment, &verdict);
		add_step(ret_timeline, &verdict);
	}
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
