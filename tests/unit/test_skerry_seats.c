/* SPDX-License-Identifier: ISC */
/* Seats of a handle on a socket: claimed, renewed, released, and refused with a reason. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "fixture_daemon.h"

STATE_OWN_CLOCKS

/* --- seats ----------------------------------------------------------------------------------- */

static void
open_with_seats(void)
{
	struct skerry_config config = fake_config();

	config.custom[0] = "box 7";
	config.custom_len = 1;
	config.install_path = "/opt/hms";
	ceremony_license(&license_made);
	license_made.has_site_key = true;
	license_made.site_key = site.identity.site_key;
	license_made.seats_max = 2;
	license_made.seats_ttl_s = 300;
	site_sign_license(&fake_license);
	assert_int_equal(site_take_at(&fake_license, TODAY), TAKE_TAKEN);
	skerry = state_open(&config);
}

static void
say_cbor(int status, const char *bytes, size_t len)
{
	fake.manner = FAKE_SAYS;
	fake.status = status;
	fake.body = (const uint8_t *)bytes;
	fake.body_len = len;
}

#define SAYS(status, bytes) say_cbor(status, bytes, sizeof(bytes) - 1)
/* burst, holder, secret, expires_at, expires_in, in the order of their bytes. */
#define CLAIMED                                                                                    \
	"\xa4\x65"                                                                                 \
	"burst\xf4\x66"                                                                            \
	"holder\x61h\x66"                                                                          \
	"secret\x66s3cr3t\x6a"                                                                     \
	"expires_in\x19\x01\x2c"
#define RENEWED                                                                                    \
	"\xa3\x65"                                                                                 \
	"burst\xf5\x66"                                                                            \
	"holder\x61h\x6a"                                                                          \
	"expires_in\x18\x64"
#define NONE_FREE                                                                                  \
	"\xa1\x65"                                                                                 \
	"error\xa3\x64"                                                                            \
	"code\x6eseat_none_free\x67message\x60\x68retry_in\x07"

static void
seats_are_claimed_renewed_and_released(void **state)
{
	struct skerry_seat seat = { .secret = "" };

	(void)state;
	open_with_seats();
	SAYS(201, CLAIMED);
	assert_int_equal(skerry_seat_claim(skerry, "desk 2/a", &seat), SKERRY_OK);
	assert_string_equal(seat.secret, "s3cr3t");
	assert_int_equal(seat.expires_in_s, 300);
	assert_false(seat.burst);
	assert_string_equal(fake.target, "/v1/seats/desk%202%2Fa?product=hotelhub%2Fhms"
					 "&install_path=%2Fopt%2Fhms&custom=box%207");
	assert_memory_equal(fake.request, "PUT ", 4);
	assert_null(strstr(fake.request, "Skerry-Seat-Secret"));
	SAYS(202, RENEWED);
	assert_int_equal(skerry_seat_renew(skerry, "desk 2/a", &seat), SKERRY_OK);
	assert_non_null(strstr(fake.request, "\r\nSkerry-Seat-Secret: s3cr3t\r\n"));
	assert_string_equal(seat.secret, "s3cr3t");
	assert_int_equal(seat.expires_in_s, 100);
	assert_true(seat.burst);
	SAYS(204, "");
	assert_int_equal(skerry_seat_release(skerry, "desk 2/a", &seat), SKERRY_OK);
	assert_memory_equal(fake.request, "DELETE ", 7);
	assert_non_null(strstr(fake.request, "\r\nSkerry-Seat-Secret: s3cr3t\r\n"));
}

static void
refused_seats_say_why(void **state)
{
	static const struct {
		int status;
		enum skerry_err err;
	} ERRORS[] = {
		{ 403, SKERRY_ERR_NO_ACCESS },
		{ 409, SKERRY_ERR_SEAT_HELD },
		{ 429, SKERRY_ERR_SEAT_CAP },
		{ 403, SKERRY_ERR_SEAT_SECRET },
		{ 404, SKERRY_ERR_SEAT_UNKNOWN },
		{ 503, SKERRY_ERR_STORE_BUSY },
	};
	struct skerry_seat seat = { .secret = "kept", .expires_in_s = 5 };
	char long_name[SKERRY_SEAT_HOLDER_MAX + 2];

	(void)state;
	open_with_seats();
	for (size_t i = 0; i < sizeof ERRORS / sizeof *ERRORS; i++) {
		fake_refuse(ERRORS[i].status, skerry_err_name(ERRORS[i].err));
		assert_int_equal(skerry_seat_claim(skerry, "h", &seat), ERRORS[i].err);
		assert_int_equal(skerry_seat_renew(skerry, "h", &seat), ERRORS[i].err);
		assert_int_equal(skerry_seat_release(skerry, "h", &seat), ERRORS[i].err);
		assert_string_equal(seat.secret, "kept");
		assert_int_equal(seat.expires_in_s, 5);
	}
	SAYS(410, NONE_FREE);
	assert_int_equal(skerry_seat_claim(skerry, "h", &seat), SKERRY_ERR_SEAT_NONE_FREE);
	assert_int_equal(seat.expires_in_s, 7);
	assert_string_equal(seat.secret, "kept");
	/* No answer of a daemon's. */
	SAYS(201, "\xa0");
	assert_int_equal(skerry_seat_claim(skerry, "h", &seat), SKERRY_ERR_IO);
	fake.manner = FAKE_TALKS_NONSENSE;
	assert_int_equal(skerry_seat_claim(skerry, "h", &seat), SKERRY_ERR_IO);
	memset(long_name, 'x', sizeof long_name - 1);
	long_name[sizeof long_name - 1] = '\0';
	assert_int_equal(skerry_seat_claim(skerry, long_name, &seat), SKERRY_ERR_ARGUMENT);
	assert_int_equal(skerry_seat_claim(skerry, "", &seat), SKERRY_ERR_ARGUMENT);
	assert_int_equal(skerry_seat_claim(NULL, "h", &seat), SKERRY_ERR_ARGUMENT);
	assert_int_equal(skerry_seat_renew(skerry, "h", NULL), SKERRY_ERR_ARGUMENT);
	assert_int_equal(skerry_seat_release(skerry, NULL, &seat), SKERRY_ERR_ARGUMENT);
}

static void
nobody_sits_without_a_proof(void **state)
{
	struct skerry_seat seat;

	(void)state;
	open_with_seats();
	/* Whoever listens there now would give a seat to anybody. */
	SAYS(201, CLAIMED);
	state_time_goes_by(SKERRY_PROOF_S);
	assert_int_equal(skerry_seat_claim(skerry, "h", &seat), SKERRY_ERR_IO);
}

static void
no_seats_in_the_license_is_no_seat(void **state)
{
	struct skerry_seat seat;

	(void)state;
	fake_open_paired();
	SAYS(201, CLAIMED);
	assert_int_equal(skerry_seat_claim(skerry, "h", &seat), SKERRY_ERR_NO_SEATS);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, fake_set_up, fake_tear_down)
		TEST(seats_are_claimed_renewed_and_released),
		TEST(refused_seats_say_why),
		TEST(nobody_sits_without_a_proof),
		TEST(no_seats_in_the_license_is_no_seat),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
