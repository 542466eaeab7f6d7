/* SPDX-License-Identifier: ISC */
#include "dialog.h"

#include <string.h>

void
dialog_next(const struct dialog *dialog, struct dialog_next *ret_next)
{
	ret_next->number =
		dialog->sent_len == 0 ? 1 : dialog->sent[dialog->sent_len - 1].number + 1;
	ret_next->stopgap = dialog->sent_len == DIALOG_LIST_MAX;
	ret_next->list_len = dialog->sent_len;
	for (size_t i = 0; i < dialog->sent_len; i++)
		ret_next->list[i] = (struct request_pending){ .number = dialog->sent[i].number,
			.digest = dialog->sent[i].digest };
}

/* Forgets the first `count` of a list. */
static void
forget(struct dialog_sent *list, size_t *len, size_t count)
{
	*len -= count;
	memmove(list, list + count, *len * sizeof *list);
}

void
dialog_wrote(struct dialog *dialog, const struct dialog_sent *sent)
{
	if (dialog->sent_len < DIALOG_LIST_MAX) {
		dialog->sent[dialog->sent_len++] = *sent;
		return;
	}
	if (dialog->stopgaps_len == DIALOG_STOPGAPS_MAX)
		forget(dialog->stopgaps, &dialog->stopgaps_len, 1);
	dialog->stopgaps[dialog->stopgaps_len++] = *sent;
}

/* Where in a list that nonce is; its length for nowhere. */
static size_t
find(const struct dialog_sent *list, size_t len, const uint8_t nonce[REQUEST_NONCE_LEN])
{
	size_t i = 0;

	while (i < len && memcmp(list[i].nonce, nonce, REQUEST_NONCE_LEN) != 0)
		i++;
	return i;
}

/* All up to a number are acknowledged; where one that is later was acknowledged, nothing changes. */
static void
advance(struct dialog *dialog, uint64_t number)
{
	size_t before = 0;

	while (before + 1 < dialog->sent_len && dialog->sent[before + 1].number <= number)
		before++;
	forget(dialog->sent, &dialog->sent_len, before);
	dialog->acknowledged = true;
}

/* A stopgap follows what it lists: older than that number it has nothing to say any more. */
static void
forget_old_stopgaps(struct dialog *dialog)
{
	size_t old = 0;

	while (old < dialog->stopgaps_len && dialog->stopgaps[old].number <= dialog->sent[0].number)
		old++;
	forget(dialog->stopgaps, &dialog->stopgaps_len, old);
}

bool
dialog_acknowledge(
	struct dialog *dialog, const uint8_t nonce[REQUEST_NONCE_LEN], struct dialog_sent *ret_sent)
{
	size_t waiting = dialog->acknowledged ? 1 : 0;
	size_t at = waiting + find(dialog->sent + waiting, dialog->sent_len - waiting, nonce);
	size_t stopgap = find(dialog->stopgaps, dialog->stopgaps_len, nonce);

	if (at < dialog->sent_len) {
		*ret_sent = dialog->sent[at];
		advance(dialog, ret_sent->number);
		forget_old_stopgaps(dialog);
		return true;
	}
	if (stopgap == dialog->stopgaps_len)
		return false;
	*ret_sent = dialog->stopgaps[stopgap];
	advance(dialog, ret_sent->number - 1);
	forget(dialog->stopgaps, &dialog->stopgaps_len, stopgap + 1);
	forget_old_stopgaps(dialog);
	return true;
}

/* With what was written since the list was full no longer, a stopgap is not the newest one. */
static const struct dialog_sent *
newest_stopgap(const struct dialog *dialog)
{
	const struct dialog_sent *last;

	if (dialog->stopgaps_len == 0)
		return NULL;
	last = &dialog->stopgaps[dialog->stopgaps_len - 1];
	return last->number > dialog->sent[dialog->sent_len - 1].number ? last : NULL;
}

bool
dialog_waits(const struct dialog *dialog)
{
	return newest_stopgap(dialog) != NULL || dialog->sent_len > (dialog->acknowledged ? 1 : 0);
}

const struct dialog_sent *
dialog_newest(const struct dialog *dialog)
{
	const struct dialog_sent *stopgap = newest_stopgap(dialog);

	if (stopgap != NULL)
		return stopgap;
	return dialog->sent_len == 0 ? NULL : &dialog->sent[dialog->sent_len - 1];
}
