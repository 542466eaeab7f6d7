/* SPDX-License-Identifier: ISC */
/* A site's half of the dialog, against a model that forgets nothing; every short history of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

#include "verifier/decide/dialog.h"

enum { WRITTEN_MAX = 128, DEPTH = 5, NONE = -1, RUNS = 20000, STEPS = 90 };

/* One that was written. Of a stopgap `base` is the last one that it lists; else it is itself. */
struct written {
	struct dialog_sent sent;
	bool stopgap;
	int base;
};

/* Everything that ever was, by which it is told anew each time what must be. */
struct model {
	struct written all[WRITTEN_MAX];
	int len;
	int acknowledged; /* the newest acknowledged one that is no stopgap */
	int ended;        /* the newest stopgap that was acknowledged */
};

struct history {
	struct dialog dialog;
	struct model model;
};

static bool
is_listed(const struct model *model, int i)
{
	return !model->all[i].stopgap && i >= model->acknowledged;
}

/* How many stopgaps were written after one. */
static int
stopgaps_since(const struct model *model, int i)
{
	int count = 0;

	while (++i < model->len)
		count += model->all[i].stopgap ? 1 : 0;
	return count;
}

static bool
is_waiting(const struct model *model, int i)
{
	const struct written *written = &model->all[i];

	if (!written->stopgap)
		return i > model->acknowledged;
	return i > model->ended && written->base >= model->acknowledged &&
	       stopgaps_since(model, i) < DIALOG_STOPGAPS_MAX;
}

static int
newest(const struct model *model)
{
	int i = model->len - 1;

	while (i >= 0 && !is_listed(model, i) && !is_waiting(model, i))
		i--;
	return i;
}

/* What the dialog says is what the model says. */
static void
compare(const struct history *history)
{
	const struct model *model = &history->model;
	const struct dialog_sent *last = dialog_newest(&history->dialog);
	struct dialog_next next;
	size_t len = 0;
	uint64_t number = 0;

	dialog_next(&history->dialog, &next);
	for (int i = 0; i < model->len; i++) {
		if (!is_listed(model, i))
			continue;
		assert_true(len < next.list_len);
		assert_int_equal(next.list[len].number, model->all[i].sent.number);
		assert_memory_equal(
			next.list[len].digest, model->all[i].sent.digest, REQUEST_DIGEST_LEN);
		number = model->all[i].sent.number;
		len++;
	}
	assert_int_equal(next.list_len, len);
	assert_int_equal(next.number, number + 1);
	assert_int_equal(next.stopgap, len == DIALOG_LIST_MAX);
	assert_int_equal(last != NULL, newest(model) != NONE);
	if (last != NULL)
		assert_memory_equal(
			last->nonce, model->all[newest(model)].sent.nonce, REQUEST_NONCE_LEN);
	assert_int_equal(dialog_waits(&history->dialog),
		model->len > 0 && is_waiting(model, model->len - 1));
}

static void
write_one(struct history *history)
{
	struct model *model = &history->model;
	struct written *written = &model->all[model->len];
	struct dialog_next next;

	assert_true(model->len < WRITTEN_MAX);
	dialog_next(&history->dialog, &next);
	*written = (struct written){ .sent = { .number = next.number, .ran = model->len },
		.stopgap = next.stopgap,
		.base = model->len };
	written->sent.digest[0] = written->sent.nonce[1] = (uint8_t)model->len;
	for (int i = 0; next.stopgap && i < model->len; i++)
		if (!model->all[i].stopgap)
			written->base = i;
	model->len++;
	dialog_wrote(&history->dialog, &written->sent);
}

static void
reply_to(struct history *history, int i)
{
	struct model *model = &history->model;
	struct dialog_sent answered = { .number = 0 };
	bool waiting = is_waiting(model, i);

	assert_int_equal(
		dialog_acknowledge(&history->dialog, model->all[i].sent.nonce, &answered), waiting);
	if (!waiting) {
		assert_int_equal(answered.number, 0);
		return;
	}
	assert_memory_equal(&answered, &model->all[i].sent, sizeof answered);
	if (model->all[i].stopgap)
		model->ended = i;
	if (model->all[i].base > model->acknowledged)
		model->acknowledged = model->all[i].base;
}

static struct history
begun_with(int count)
{
	struct history history = { .model = { .acknowledged = NONE, .ended = NONE } };

	for (int i = 0; i < count; i++)
		write_one(&history);
	return history;
}

static size_t
every_history_from(const struct history *history, int depth)
{
	struct history next;
	size_t seen = 1;

	compare(history);
	if (depth == 0)
		return seen;
	next = *history;
	write_one(&next);
	seen += every_history_from(&next, depth - 1);
	for (int i = 0; i < history->model.len; i++) {
		/* The first two, and what was written last. */
		if (i > 1 && i < history->model.len - DEPTH - 1)
			continue;
		next = *history;
		reply_to(&next, i);
		seen += every_history_from(&next, depth - 1);
	}
	return seen;
}

static void
every_short_history_is_as_the_model_has_it(void **state)
{
	/* Empty, before a full list, full, with stopgaps. */
	static const int BEGUN[] = { 0, 1, 30, 31, 32, 33, 35 };
	size_t seen = 0;

	(void)state;
	for (size_t i = 0; i < sizeof BEGUN / sizeof *BEGUN; i++) {
		struct history history = begun_with(BEGUN[i]);

		seen += every_history_from(&history, DEPTH);
		if (BEGUN[i] > 1) {
			reply_to(&history, 0);
			seen += every_history_from(&history, DEPTH - 1);
		}
	}
	assert_true(seen > 100000);
}

/* Long ones, at random: xorshift64*. */
static size_t
pick(uint64_t *seed, size_t below)
{
	*seed ^= *seed >> 12;
	*seed ^= *seed << 25;
	*seed ^= *seed >> 27;
	return (size_t)((*seed * UINT64_C(2685821657736338717)) >> 33) % below;
}

static void
long_histories_are_as_the_model_has_it(void **state)
{
	uint64_t seed = 20261122;

	(void)state;
	for (int run = 0; run < RUNS; run++) {
		struct history history = begun_with((int)pick(&seed, 36));

		for (int step = 0; step < STEPS; step++) {
			if (pick(&seed, 4) != 0 || history.model.len == 0)
				write_one(&history);
			else
				reply_to(&history, (int)pick(&seed, (size_t)history.model.len));
			if (step % 8 == 0)
				compare(&history);
		}
		compare(&history);
	}
}

static void
a_full_list_adds_no_number(void **state)
{
	struct history history = begun_with(DIALOG_LIST_MAX);
	struct dialog_next next;

	(void)state;
	for (int i = 0; i < 3; i++) {
		dialog_next(&history.dialog, &next);
		assert_true(next.stopgap);
		assert_int_equal(next.number, DIALOG_LIST_MAX + 1);
		assert_int_equal(next.list[0].number, 1);
		write_one(&history);
	}
	/* The oldest of three, on the stick that is back first. */
	reply_to(&history, DIALOG_LIST_MAX);
	dialog_next(&history.dialog, &next);
	assert_false(next.stopgap);
	assert_int_equal(next.number, DIALOG_LIST_MAX + 1);
	assert_int_equal(next.list_len, 1);
	assert_int_equal(next.list[0].number, DIALOG_LIST_MAX);
	assert_true(dialog_waits(&history.dialog));
	compare(&history);
}

static void
another_ones_nonce_says_nothing(void **state)
{
	struct history history = begun_with(3);
	const uint8_t nonce[REQUEST_NONCE_LEN] = { 0xff };
	struct dialog before = history.dialog;
	struct dialog_sent sent;

	(void)state;
	assert_false(dialog_acknowledge(&history.dialog, nonce, &sent));
	assert_memory_equal(&history.dialog, &before, sizeof before);
}

static void
more_stopgaps_than_are_remembered_lose_the_oldest(void **state)
{
	struct history history = begun_with(DIALOG_LIST_MAX + DIALOG_STOPGAPS_MAX + 1);

	(void)state;
	compare(&history);
	reply_to(&history, DIALOG_LIST_MAX);
	compare(&history);
	reply_to(&history, DIALOG_LIST_MAX + 1);
	compare(&history);
	assert_true(history.dialog.acknowledged);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_short_history_is_as_the_model_has_it),
		cmocka_unit_test(long_histories_are_as_the_model_has_it),
		cmocka_unit_test(a_full_list_adds_no_number),
		cmocka_unit_test(another_ones_nonce_says_nothing),
		cmocka_unit_test(more_stopgaps_than_are_remembered_lose_the_oldest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
