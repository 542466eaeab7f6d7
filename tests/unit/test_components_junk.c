/* SPDX-License-Identifier: ISC */
/* Junk: what counts as a machine's own, in which spelling, and what many machines share. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "verifier/gather/junk.h"

typedef void judge(struct component *component, const char *text, size_t text_len);

static const struct {
	judge *judge;
	const char *text, *value, *cause; /* value NULL: junk, for this cause */
} JUDGED[] = {
	/* spelling */
	{ junk_judge_serial, "  PF3\tXY  12\r\n", "pf3 xy 12", NULL },
	{ junk_judge_serial, "/7Q4QY71/CNFCP0092B00A1/", "/7q4qy71/cnfcp0092b00a1/", NULL },
	{ junk_judge_serial, "vol0a1b2c3d4e5f60718", "vol0a1b2c3d4e5f60718", NULL },
	{ junk_judge_serial, "0x1a2b", "0x1a2b", NULL },
	{ junk_judge_uuid, "2B3C4D5E-6F70-4192-A3B4-C5D6E7F8091A\n",
		"2b3c4d5e-6f70-4192-a3b4-c5d6e7f8091a", NULL },
	{ junk_judge_mac, "3C:EC:EF:10:20:30\n", "3c:ec:ef:10:20:30", NULL },
	{ junk_judge_machine_id, "6F1C3A9E5B7D4E208C4F1A2B3C4D5E6F",
		"6f1c3a9e5b7d4e208c4f1a2b3c4d5e6f", NULL },
	{ junk_judge_kind, "Intel(R)  Xeon(R) CPU    @ 2.20GHz", "intel(r) xeon(r) cpu @ 2.20ghz",
		NULL },
	/* nothing, and no text */
	{ junk_judge_serial, "", NULL, "empty" },
	{ junk_judge_serial, " \n", NULL, "empty" },
	{ junk_judge_uuid, "\n", NULL, "empty" },
	{ junk_judge_mac, "", NULL, "empty" },
	{ junk_judge_machine_id, "\n", NULL, "empty" },
	{ junk_judge_kind, "", NULL, "empty" },
	{ junk_judge_serial, "\xff\xff\xff\xff\xff\xff", NULL, "not text" },
	{ junk_judge_serial, "PF3\x1b[2JXY12", NULL, "not text" },
	{ junk_judge_kind, "Prozessor f\xc3\xbcr alle", NULL, "not text" },
	/* serial numbers */
	{ junk_judge_serial, "To Be Filled By O.E.M.", NULL,
		"a placeholder that many machines share" },
	{ junk_judge_serial, "to be  filled by o.e.m", NULL,
		"a placeholder that many machines share" },
	{ junk_judge_serial, "Default string", NULL, "a placeholder that many machines share" },
	{ junk_judge_serial, "Not Specified", NULL, "a placeholder that many machines share" },
	{ junk_judge_serial, "None", NULL, "a placeholder that many machines share" },
	{ junk_judge_serial, "0123456789", NULL, "a placeholder that many machines share" },
	{ junk_judge_serial, "System Serial Number", NULL,
		"a placeholder that many machines share" },
	{ junk_judge_serial, "QM00001", NULL, "a placeholder that many machines share" },
	{ junk_judge_serial, "QM00013", NULL, "a placeholder that many machines share" },
	{ junk_judge_serial, "00000000000000000001", NULL,
		"a placeholder that many machines share" },
	{ junk_judge_serial, "00000000", NULL, "the same character throughout" },
	{ junk_judge_serial, "FFFFFFFF", NULL, "the same character throughout" },
	{ junk_judge_serial, "XXXXXXXXXX", NULL, "the same character throughout" },
	{ junk_judge_serial, "..............", NULL, "the same character throughout" },
	{ junk_judge_serial, "-", NULL, "the same character throughout" },
	{ junk_judge_serial, "N/A", NULL, "too short to be one machine's" },
	{ junk_judge_serial, "12", NULL, "too short to be one machine's" },
	/* UUIDs */
	{ junk_judge_uuid, "00000000-0000-0000-0000-000000000000", NULL,
		"the same digit throughout" },
	{ junk_judge_uuid, "FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF", NULL,
		"the same digit throughout" },
	{ junk_judge_uuid, "03000200-0400-0500-0006-000700080009", NULL,
		"a placeholder that many machines share" },
	{ junk_judge_uuid, "12345678-1234-5678-90AB-CDDEEFAABBCC", NULL,
		"a placeholder that many machines share" },
	{ junk_judge_uuid, "Not Settable", NULL, "not a UUID" },
	{ junk_judge_uuid, "2B3C4D5E6F704192A3B4C5D6E7F8091A", NULL, "not a UUID" },
	{ junk_judge_uuid, "2B3C4D5E-6F70-4192-A3B4-C5D6E7F8091", NULL, "not a UUID" },
	{ junk_judge_uuid, "2B3C4D5E-6F70-4192-A3B4-C5D6E7F8091G", NULL, "not a UUID" },
	/* addresses: 02, 06, 0a, 0e and their kin are software's, odd ones are groups' */
	{ junk_judge_mac, "02:42:ac:11:00:02", NULL, "made up by software (locally administered)" },
	{ junk_judge_mac, "52:54:00:12:34:56", NULL, "made up by software (locally administered)" },
	{ junk_judge_mac, "fe:00:00:00:00:01", NULL, "made up by software (locally administered)" },
	{ junk_judge_mac, "01:00:5e:00:00:01", NULL, "the address of a group" },
	{ junk_judge_mac, "00:00:00:00:00:00", NULL, "the same digit throughout" },
	{ junk_judge_mac, "ff:ff:ff:ff:ff:ff", NULL, "the same digit throughout" },
	{ junk_judge_mac, "00:11:22:33:44:55", NULL, "a placeholder that many cards share" },
	{ junk_judge_mac, "80:00:02:08:fe:80:00:00:00:00:00:00:00:02:c9:03:00:0a:1b:2c", NULL,
		"not a hardware address" },
	{ junk_judge_mac, "3c-ec-ef-10-20-30", NULL, "not a hardware address" },
	/* machine ids */
	{ junk_judge_machine_id, "uninitialized\n", NULL, "not initialized yet" },
	{ junk_judge_machine_id, "88544b92092430bc5d3fbbffc12a2f04", NULL,
		"shipped in an image that many machines share" },
	{ junk_judge_machine_id, "d41d8cd98f00b204e9800998ecf8427e", NULL,
		"shipped in an image that many machines share" },
	{ junk_judge_machine_id, "00000000000000000000000000000000", NULL,
		"the same digit throughout" },
	{ junk_judge_machine_id, "6f1c3a9e5b7d4e208c4f1a2b3c4d5e6", NULL, "not a machine id" },
};

static void
each_value_is_written_in_one_way_or_does_not_count(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof JUDGED / sizeof *JUDGED; i++) {
		struct component component = component_none(FINGERPRINT_BOARD_SERIAL);

		JUDGED[i].judge(&component, JUDGED[i].text, strlen(JUDGED[i].text));
		if (JUDGED[i].value != NULL) {
			assert_int_equal(component.sight, COMPONENT_PRESENT);
			assert_string_equal(component.value, JUDGED[i].value);
			assert_null(component.cause);
		} else {
			assert_int_equal(component.sight, COMPONENT_JUNK);
			assert_string_equal(component.cause, JUDGED[i].cause);
			assert_int_equal(component.value_len, 0);
		}
	}
}

/* The device tree ends its texts with a zero; one in the middle makes it no text. */
static void
zero_bytes_end_a_text(void **state)
{
	struct component component = component_none(FINGERPRINT_BOARD_SERIAL);

	(void)state;
	junk_judge_serial(&component, "10000000a1b2c3d4\0", 17);
	assert_string_equal(component.value, "10000000a1b2c3d4");
	junk_judge_serial(&component, "1000\0a1b2", 9);
	assert_string_equal(component.cause, "not text");
	junk_judge_serial(&component, "\0\0\0\0", 4);
	assert_string_equal(component.cause, "empty");
}

static void
longest_value_fits_and_one_more_does_not(void **state)
{
	struct component component = component_none(FINGERPRINT_BOARD_SERIAL);
	char text[COMPONENT_VALUE_MAX + 1];

	(void)state;
	for (size_t i = 0; i < sizeof text; i++)
		text[i] = (char)('a' + i % 26);
	junk_judge_serial(&component, text, COMPONENT_VALUE_MAX);
	assert_int_equal(component.sight, COMPONENT_PRESENT);
	assert_int_equal(component.value_len, COMPONENT_VALUE_MAX);
	junk_judge_serial(&component, text, COMPONENT_VALUE_MAX + 1);
	assert_string_equal(component.cause, "too long");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_value_is_written_in_one_way_or_does_not_count),
		cmocka_unit_test(zero_bytes_end_a_text),
		cmocka_unit_test(longest_value_fits_and_one_more_does_not),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
