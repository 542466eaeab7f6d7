/* SPDX-License-Identifier: ISC */
#include "explanation.h"

/* The first answer has shown that the question is a good one. */
static void
ask_site(void *context, int64_t at, struct skerry_verdict *ret_verdict)
{
	const struct site_question *question = context;
	struct site_answer answer = { .license = NULL };

	site_answer_at(question, at, &answer);
	*ret_verdict = answer.verdict;
}

void
explanation_why(
	const struct site_question *question, const struct site_answer *answer, struct why *ret_why)
{
	const struct why_subject subject = {
		.license = answer->license,
		.facts = &answer->facts,
		.sights = answer->sights,
		.tally = &answer->tally,
		.kid = answer->held == NULL ? NULL : answer->held->kid,
		.domain = question->query->domain,
		.tenant = question->query->tenant,
		.next = answer->next,
		.files_unused = question->site->unused_len,
	};

	why_explain(&subject, ret_why);
}

enum skerry_err
explanation_make(const struct site *site, const struct site_query *query, int64_t at,
	struct explanation *ret_explanation)
{
	struct site_question question;
	struct site_answer answer;
	enum skerry_err err = site_gather(site, query, &question);

	if (err == SKERRY_OK) {
		if (at == LICENSE_NEVER)
			at = question.now;
		err = site_answer_at(&question, at, &answer);
	}
	if (err != SKERRY_OK)
		return err;
	ret_explanation->answer = answer;
	explanation_why(&question, &answer, &ret_explanation->why);
	ret_explanation->forecast_whole =
		timeline_follow(ask_site, &question, at, &ret_explanation->forecast);
	return SKERRY_OK;
}
