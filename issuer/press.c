/* SPDX-License-Identifier: ISC */
#include "press.h"

#include <stdlib.h>

#include "issuer/crew.h"

struct sheet {
	struct issue_draft draft;
	uint64_t tag;
};

struct press {
	struct desk *desk;
	const struct signing *signing;
	struct plan_shelf *shelf;
	press_deliver *deliver;
	void *context;
	struct crew *crew;
};

static enum skerry_err
sign_sheet(void *context, void *piece)
{
	const struct press *press = context;
	struct sheet *sheet = piece;

	return issue_sign(press->signing, &sheet->draft);
}

static enum skerry_err
record_sheet(void *context, void *piece)
{
	const struct press *press = context;
	const struct sheet *sheet = piece;
	enum skerry_err err = issue_record(press->desk, press->signing, &sheet->draft);

	return err == SKERRY_OK ? press->deliver(press->context, sheet->tag, &sheet->draft.issued)
				: err;
}

enum skerry_err
press_open(struct desk *desk, const struct signing *signing, struct plan_shelf *shelf,
	press_deliver *deliver, void *context, struct press **ret_press)
{
	struct press *press = calloc(1, sizeof *press);
	enum skerry_err err;

	if (press == NULL)
		return SKERRY_ERR_NO_MEMORY;
	*press = (struct press){ desk, signing, shelf, deliver, context, NULL };
	err = crew_open(sizeof(struct sheet), sign_sheet, record_sheet, press, &press->crew);
	if (err == SKERRY_OK)
		*ret_press = press;
	else
		free(press);
	return err;
}

enum skerry_err
press_add(struct press *press, const struct issue *issue, uint64_t tag)
{
	struct sheet *sheet = crew_next(press->crew);
	enum skerry_err err;

	if (sheet == NULL)
		return crew_failed(press->crew);
	sheet->tag = tag;
	err = issue_draft(press->desk, press->signing, press->shelf, issue, &sheet->draft);
	if (err == SKERRY_OK)
		crew_hand(press->crew);
	return err;
}

enum skerry_err
press_drain(struct press *press)
{
	return crew_drain(press->crew);
}

void
press_close(struct press *press)
{
	if (press == NULL)
		return;
	crew_close(press->crew, NULL);
	free(press);
}
