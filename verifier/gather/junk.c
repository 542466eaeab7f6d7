/* SPDX-License-Identifier: ISC */
#include "junk.h"

#include <string.h>

enum { MACHINE_ID_LEN = 32, SERIAL_MIN = 4 };

/* What is in place of a serial number, normalized; as one character repeated it needs no entry. */
static const char *const SERIALS[] = { "$(default_string)", "0123456789", "012345678901",
	"0123456789ab", "0123456789abcdef", "012345678", "01234567", "1234", "12345", "123456",
	"1234567", "12345678", "123456789", "1234567890", "123456789000", "a1234567",
	"asset-1234567890", "base board serial number", "board serial", "board serial number",
	"bss-0123456789", "chassis serial number", "default", "default string", "default_string",
	"empty", "eval", "fill by oem", "filled by oem", "iatpass", "invalid", "mb-1234567890",
	"mbserial", "n/a", "nb-0123456789", "nb-1234567890", "no serial", "none", "not applicable",
	"not available", "not present", "not set", "not specified", "null", "(null)",
	"(null string)", "o.e.m.", "oem", "oem serial", "oem_serial", "oem-serial", "reserved",
	"sample", "serial", "serial number", "serial_number", "serialnumber", "sn-12345",
	"sn-1234567890", "ssn-0123456789", "sys-1234567890", "sys-9876543210",
	"system serial number", "systemserialnumb", "system_serial", "test", "tbd", "to be filled",
	"to be filled by o.e.m", "to be filled by o.e.m.", "to be filled by oem",
	"type2 - board serial number", "undefined", "unknown", "unspecified", "x.x",
	/* virtual disks and machines: the same in each of them */
	"beaf11", "beaf15", "nvme_card", "nvme_card-pd", "vmware nvme_0000", "drive-scsi0",
	"drive-virtio-disk0", "drive-scsi0-0-0-0", "persistent-disk-0" };

/* Emulated disks are numbered from 1 in each machine: qm00001, qm00002, ... */
static const char *const SERIAL_BEGINNINGS[] = { "qm000", "vmware virtual" };

static const char *const UUIDS[] = { "00020003-0004-0005-0006-000700080009",
	"03000200-0400-0500-0006-000700080009", "03020100-0504-0706-0809-0a0b0c0d0e0f",
	"00010203-0405-0607-0809-0a0b0c0d0e0f", "01010101-0101-0101-0101-010101010101",
	"01234567-89ab-cdef-0123-456789abcdef", "11111111-2222-3333-4444-555555555555",
	"12345678-1234-1234-1234-123456789012", "12345678-1234-5678-1234-567812345678",
	"12345678-1234-5678-90ab-cddeefaabbcc", "12345678-90ab-cdef-1234-567890abcdef",
	"fefefefe-fefe-fefe-fefe-fefefefefefe",
	/* a maker's boards without a number of their own */
	"4c4c4544-0000-2010-8020-80c04f202020", "6ab5b300-538d-1014-9fb5-b0684d007b53" };

static const char *const MACHINE_IDS[] = { "00000000000000000000000000000001",
	/* the MD5 sum of nothing, which scripts write */
	"d41d8cd98f00b204e9800998ecf8427e",
	/* shipped in container images of Debian 11 */
	"85f94e57ab75f80918cab17d001eac85", "88544b92092430bc5d3fbbffc12a2f04" };

/* Left by who made a card or an example without a number of its own. */
static const char *const MACS[] = { "00:00:00:00:00:01", "00:01:02:03:04:05", "00:10:20:30:40:50",
	"00:11:22:33:44:55", "00:12:34:56:78:90", "00:12:34:56:78:9a", "00:20:18:20:18:20",
	"00:e0:4c:36:00:00", "00:e0:4c:36:00:01", "00:e0:4c:68:00:01", "00:e0:4c:68:00:02",
	"00:e0:99:e0:99:e0", "44:45:53:54:42:00", "20:41:53:59:4e:ff" };

#define COUNT(list) (sizeof(list) / sizeof *(list))

static bool
is_one_of(const char *const *list, size_t list_len, const char *text)
{
	for (size_t i = 0; i < list_len; i++)
		if (strcmp(list[i], text) == 0)
			return true;
	return false;
}

static bool
begins_like_one_of(const char *const *list, size_t list_len, const char *text)
{
	for (size_t i = 0; i < list_len; i++)
		if (strncmp(list[i], text, strlen(list[i])) == 0)
			return true;
	return false;
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static char
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* In place of a value: NULL, or why there is none. `ret_value` is terminated. */
static const char *
normalize(const char *text, size_t len, char ret_value[COMPONENT_VALUE_MAX + 1], size_t *ret_len)
{
	size_t out = 0;

	while (len > 0 && (is_blank(text[len - 1]) || text[len - 1] == '\0'))
		len--;
	for (size_t i = 0; i < len; i++) {
		if (is_blank(text[i])) {
			if (out == 0 || ret_value[out - 1] == ' ')
				continue;
		} else if (text[i] < ' ' || text[i] > '~') {
			return "not text";
		}
		if (out == COMPONENT_VALUE_MAX)
			return "too long";
		ret_value[out++] = is_blank(text[i]) ? ' ' : lower(text[i]);
	}
	ret_value[out] = '\0';
	*ret_len = out;
	return out == 0 ? "empty" : NULL;
}

/* Signs between the characters do not make them different ones. */
static bool
one_character_repeated(const char *text)
{
	char first = '\0';

	for (; *text != '\0'; text++) {
		if (*text == '-' || *text == ':' || *text == ' ' || *text == '.')
			continue;
		if (first == '\0')
			first = *text;
		if (*text != first)
			return false;
	}
	return true;
}

static bool
is_hex(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (!((text[i] >= '0' && text[i] <= '9') || (text[i] >= 'a' && text[i] <= 'f')))
			return false;
	return true;
}

/* Hexadecimal digits wherever the pattern has an x, and its own signs elsewhere. */
static bool
has_form(const char *text, size_t len, const char *pattern)
{
	if (len != strlen(pattern))
		return false;
	for (size_t i = 0; i < len; i++)
		if (pattern[i] == 'x' ? !is_hex(text + i, 1) : text[i] != pattern[i])
			return false;
	return true;
}

/* Why a normalized value does not count; NULL: it does. */
typedef const char *junk_cause(const char *value, size_t len);

static const char *
judge_serial(const char *value, size_t len)
{
	if (one_character_repeated(value))
		return "the same character throughout";
	if (len < SERIAL_MIN)
		return "too short to be one machine's";
	if (is_one_of(SERIALS, COUNT(SERIALS), value) ||
		begins_like_one_of(SERIAL_BEGINNINGS, COUNT(SERIAL_BEGINNINGS), value))
		return "a placeholder that many machines share";
	/* 00000000000000000001 numbers the disks of a virtual machine. */
	if (strspn(value, "0") + 2 >= len)
		return "a placeholder that many machines share";
	return NULL;
}

static const char *
judge_uuid(const char *value, size_t len)
{
	if (!has_form(value, len, "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx"))
		return "not a UUID";
	if (one_character_repeated(value))
		return "the same digit throughout";
	if (is_one_of(UUIDS, COUNT(UUIDS), value))
		return "a placeholder that many machines share";
	return NULL;
}

static const char *
judge_machine_id(const char *value, size_t len)
{
	if (strcmp(value, "uninitialized") == 0)
		return "not initialized yet";
	if (len != MACHINE_ID_LEN || !is_hex(value, len))
		return "not a machine id";
	if (one_character_repeated(value))
		return "the same digit throughout";
	if (is_one_of(MACHINE_IDS, COUNT(MACHINE_IDS), value))
		return "shipped in an image that many machines share";
	return NULL;
}

static unsigned
hex_digit(char c)
{
	return (unsigned)(c <= '9' ? c - '0' : c - 'a' + 10);
}

static const char *
judge_mac(const char *value, size_t len)
{
	if (!has_form(value, len, "xx:xx:xx:xx:xx:xx"))
		return "not a hardware address";
	if (one_character_repeated(value))
		return "the same digit throughout";
	/* IEEE 802: the two low bits of the first byte are "group" and "locally administered". */
	if ((hex_digit(value[1]) & 1) != 0)
		return "the address of a group";
	if ((hex_digit(value[1]) & 2) != 0)
		return "made up by software (locally administered)";
	if (is_one_of(MACS, COUNT(MACS), value))
		return "a placeholder that many cards share";
	return NULL;
}

static const char *
judge_kind(const char *value, size_t len)
{
	(void)value;
	(void)len;
	return NULL;
}

static void
judge(struct component *component, const char *text, size_t text_len, junk_cause *cause_of)
{
	char value[COMPONENT_VALUE_MAX + 1];
	size_t len = 0;
	const char *cause = normalize(text, text_len, value, &len);

	if (cause == NULL)
		cause = cause_of(value, len);
	if (cause != NULL)
		component_set_junk(component, cause);
	else
		component_set_present(component, value, len);
}

void
junk_judge_serial(struct component *component, const char *text, size_t text_len)
{
	judge(component, text, text_len, judge_serial);
}

void
junk_judge_uuid(struct component *component, const char *text, size_t text_len)
{
	judge(component, text, text_len, judge_uuid);
}

void
junk_judge_machine_id(struct component *component, const char *text, size_t text_len)
{
	judge(component, text, text_len, judge_machine_id);
}

void
junk_judge_mac(struct component *component, const char *text, size_t text_len)
{
	judge(component, text, text_len, judge_mac);
}

void
junk_judge_kind(struct component *component, const char *text, size_t text_len)
{
	judge(component, text, text_len, judge_kind);
}
