/* SPDX-License-Identifier: ISC */
/* seat claim, renew, release: what a holder got, or why he got nothing and what to do. */
#include <inttypes.h>
#include <string.h>

#include "deeds.h"
#include "formats/crockford.h"
#include "formats/date.h"
#include "formats/member.h"
#include "verifier/texts/sentence.h"

enum {
	SYMBOLS = 26,       /* of 5 bits, for 128; the last has two to spare */
	SPARE = 0x3,        /* these two */
	SPAN_MAX = 64,      /* "23 hours" */
	WHEN_MAX = 64 + 64, /* "in 23 hours, at 2026-11-22T14:30:00Z" */
	PRODUCT_SHOWN_MAX = PRODUCT_NAME_MAX
};

/* --- secrets --------------------------------------------------------------------------------- */

void
show_seat_secret(const uint8_t secret[SEATS_SECRET_LEN], char ret_text[SHOW_SEAT_SECRET_MAX])
{
	unsigned bits = 0, held = 0;
	size_t at = 0;

	for (size_t i = 0; i < SEATS_SECRET_LEN; i++) {
		held = held << 8 | secret[i];
		for (bits += 8; bits >= 5; bits -= 5)
			ret_text[at++] = crockford_character(held >> (bits - 5));
		held &= (1U << bits) - 1;
	}
	ret_text[at++] = crockford_character(held << (5 - bits));
	ret_text[at] = '\0';
}

bool
show_seat_secret_read(const char *text, uint8_t ret_secret[SEATS_SECRET_LEN])
{
	struct crockford_typed typed = { .text = text, .len = strlen(text) };
	char symbols[SYMBOLS];
	unsigned bits = 0, held = 0;
	uint8_t secret[SEATS_SECRET_LEN];
	size_t len = 0, at;

	if (typed.len > 4 * (size_t)SYMBOLS ||
		crockford_read(&typed, symbols, SYMBOLS, &at) != CROCKFORD_READ)
		return false;
	for (size_t i = 0; i < SYMBOLS; i++) {
		held = held << 5 | (unsigned char)symbols[i];
		bits += 5;
		if (bits >= 8 && len < SEATS_SECRET_LEN) {
			bits -= 8;
			secret[len++] = (uint8_t)(held >> bits);
			held &= (1U << bits) - 1;
		}
	}
	if ((held & SPARE) != 0)
		return false;
	memcpy(ret_secret, secret, sizeof secret);
	return true;
}

/* --- done ------------------------------------------------------------------------------------ */

static void
span_of(const struct show *show, int64_t seconds, char ret_text[SPAN_MAX])
{
	struct sentence s;

	sentence_begin(&s, show->texts, NULL, ret_text, SPAN_MAX);
	sentence_span(&s, seconds);
}

/* As the license names it; else the pool. */
static const char *
product_of(const struct show_seat *seat)
{
	return seat->product != NULL && seat->product[0] != '\0' ? seat->product : seat->pool;
}

static void
print_name(const struct show *show, const struct show_seat *seat)
{
	command_print_safe(show->out, seat->holder, strlen(seat->holder));
}

static void
print_held(const struct show *show, const struct show_seat *seat)
{
	const struct seats_granted *granted = seat->granted;
	char until[DATE_TEXT_MAX], span[SPAN_MAX], secret[SHOW_SEAT_SECRET_MAX];

	date_format(seat->now + granted->in_s, until);
	span_of(show, granted->in_s, span);
	print_name(show, seat);
	fprintf(show->out,
		granted->answer.fate == SEAT_CLAIMED ? " has a seat of " : " keeps its seat of ");
	command_print_safe(show->out, product_of(seat), strlen(product_of(seat)));
	fprintf(show->out, " for %s, until %s.\n", span, until);
	if (granted->answer.marked)
		fputs("It is one of those that the license allows above its number for a while: "
		      "it ends sooner where that while is over.\n",
			show->out);
	if (granted->answer.fate != SEAT_CLAIMED)
		return;
	show_seat_secret(granted->secret, secret);
	fprintf(show->out, "Its secret: %s\n", secret);
}

static void
put_held(const struct show *show, const struct show_seat *seat)
{
	const struct seats_granted *granted = seat->granted;
	bool claimed = granted->answer.fate == SEAT_CLAIMED;
	bool released = granted->answer.fate == SEAT_RELEASED;
	char secret[SHOW_SEAT_SECRET_MAX];
	struct json j;

	json_init(&j, command_sink, show->out);
	json_object_open(&j);
	member_chars(&j, "holder", seat->holder);
	member_chars(&j, "result", claimed ? "claimed" : released ? "released" : "renewed");
	if (!released) {
		show_seat_secret(granted->secret, secret);
		member_chars(&j, "secret", claimed ? secret : NULL);
		member_date(&j, "expires_at", seat->now + granted->in_s);
		member_int(&j, "expires_in", granted->in_s);
		member_bool(&j, "burst", granted->answer.marked);
	}
	json_object_close(&j);
	fputc('\n', show->out);
}

static void
print_released(const struct show *show, const struct show_seat *seat)
{
	print_name(show, seat);
	fputs(" has given its seat back.\n", show->out);
}

/* --- refused --------------------------------------------------------------------------------- */

/* "All 30 seats of hotelhub/hms are in use." */
static void
word_none_free(const struct show *show, const struct show_seat *seat,
	struct command_failure *failure, struct show_failure *room)
{
	const struct seats_granted *granted = seat->granted;
	char until[DATE_TEXT_MAX], span[SPAN_MAX];

	if (seat->max == 1)
		snprintf(room->message, sizeof room->message, "The one seat of %.*s is in use.",
			PRODUCT_SHOWN_MAX, product_of(seat));
	else
		snprintf(room->message, sizeof room->message,
			"All %" PRIu64 " seats of %.*s are in use.", seat->max, PRODUCT_SHOWN_MAX,
			product_of(seat));
	failure->message = room->message;
	failure->advice = "`skerry seat list` says who holds them.";
	if (granted->in_s <= 0 || granted->answer.retry_at == INT64_MAX)
		return;
	date_format(seat->now + granted->in_s, until);
	span_of(show, granted->in_s, span);
	snprintf(room->advice, sizeof room->advice,
		"The next one ends in %s, at %s, unless it is renewed. `skerry seat list` says who "
		"holds them.",
		span, until);
	failure->advice = room->advice;
}

static void
word_held(const struct show_seat *seat, struct command_failure *failure, struct show_failure *room)
{
	bool released = seat->granted->answer.err == SKERRY_ERR_SEAT_SECRET;

	snprintf(room->message, sizeof room->message,
		"%.*s holds the seat of that name, and its secret was not shown.", SEATS_OWNER_MAX,
		seat->owner == NULL || seat->owner[0] == '\0' ? "Somebody else" : seat->owner);
	failure->message = room->message;
	failure->advice = released ? "Show the secret that its claim returned, or release it as "
				     "root. `skerry seat list HOLDER` says who holds it."
				   : "Show the secret that its claim returned, or take another "
				     "name. `skerry seat list HOLDER` says who holds it, and until "
				     "when.";
}

static bool
refuse(const struct show *show, const struct show_seat *seat, struct show_failure *ret_failure)
{
	struct command_failure failure = { .err = seat->granted->answer.err,
		.subject = seat->holder };
	struct show_failure room;

	switch (failure.err) {
	case SKERRY_ERR_SEAT_NONE_FREE:
		word_none_free(show, seat, &failure, &room);
		break;
	case SKERRY_ERR_SEAT_HELD:
	case SKERRY_ERR_SEAT_SECRET:
		word_held(seat, &failure, &room);
		break;
	case SKERRY_ERR_NO_ACCESS:
		failure.advice = "`skerry status` says why, and whom to call.";
		break;
	case SKERRY_ERR_NO_SEATS:
		failure.advice = "`skerry status` says what the license grants; seats come with "
				 "another plan of the vendor's.";
		break;
	case SKERRY_ERR_SEAT_UNKNOWN:
		failure.advice = "It has ended, or was released before: there is nothing to do.";
		break;
	case SKERRY_ERR_SEAT_CAP:
		failure.advice = "Release one of them (`skerry seat list`), or have "
				 "seats_per_user raised in the daemon's configuration.";
		break;
	default:
		break;
	}
	failure_keep(ret_failure, &failure, command_exit_of(failure.err));
	return false;
}

bool
show_seat(const struct show *show, const struct show_seat *seat, enum command_exit *ret_exit,
	struct show_failure *ret_failure)
{
	if (seat->granted->answer.fate == SEAT_REFUSED)
		return refuse(show, seat, ret_failure);
	if (show->json)
		put_held(show, seat);
	else if (seat->granted->answer.fate == SEAT_RELEASED)
		print_released(show, seat);
	else
		print_held(show, seat);
	*ret_exit = COMMAND_YES;
	return true;
}
