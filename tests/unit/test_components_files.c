/* SPDX-License-Identifier: ISC */
/* The files below the collectors: small ones, links, directories, lines, mounts, root's values. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "tests/unit/fixture_machine.h"
#include "verifier/gather/mounts.h"
#include "verifier/gather/permanent_address.h"
#include "verifier/gather/root_values.h"
#include "verifier/gather/small_directory.h"
#include "verifier/gather/small_file.h"
#include "verifier/gather/text_line.h"

static struct machine machine;

static int
set_up(void **state)
{
	(void)state;
	machine_set_up(&machine, NULL);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	machine_remove(&machine);
	return 0;
}

/* --- small files ----------------------------------------------------------------------------- */

static void
whole_file_or_its_start(void **state)
{
	char bytes[4] = "";
	size_t len = 77;

	(void)state;
	machine_say(&machine, "/a", "1234");
	assert_int_equal(small_file_read(machine.root, "/a", bytes, 4, &len), SKERRY_OK);
	assert_int_equal(len, 4);
	assert_memory_equal(bytes, "1234", 4);
	len = 77;
	assert_int_equal(small_file_read(machine.root, "/a", bytes, 3, &len), SKERRY_ERR_NO_SPACE);
	assert_int_equal(len, 77);
	assert_int_equal(small_file_read_start(machine.root, "/a", bytes, 3, &len), SKERRY_OK);
	assert_int_equal(len, 3);
	machine_say(&machine, "/a", "");
	assert_int_equal(small_file_read_start(machine.root, "/a", bytes, 3, &len), SKERRY_OK);
	assert_int_equal(len, 0);
}

static void
links_lead_within_the_tree(void **state)
{
	char bytes[64], target[64];
	size_t len;

	(void)state;
	machine_say(&machine, "/b/file", "inside");
	machine_link(&machine, "/absolute", "/b/file");
	machine_link(&machine, "/up", "../../../../b/file");
	machine_link(&machine, "/out", "/etc/passwd");
	machine_link(&machine, "/circle", "circle");
	assert_int_equal(
		small_file_read(machine.root, "/absolute", bytes, sizeof bytes, &len), SKERRY_OK);
	assert_memory_equal(bytes, "inside", len);
	assert_int_equal(
		small_file_read(machine.root, "/up", bytes, sizeof bytes, &len), SKERRY_OK);
	assert_int_equal(small_file_read(machine.root, "/out", bytes, sizeof bytes, &len),
		SKERRY_ERR_FILE_MISSING);
	assert_int_equal(small_file_read(machine.root, "/circle", bytes, sizeof bytes, &len),
		SKERRY_ERR_FILE_NOT_REGULAR);

	assert_int_equal(
		small_file_read_link(machine.root, "/absolute", target, sizeof target), SKERRY_OK);
	assert_string_equal(target, "/b/file");
	assert_int_equal(
		small_file_read_link(machine.root, "/absolute", target, 7), SKERRY_ERR_NO_SPACE);
	assert_int_equal(small_file_read_link(machine.root, "/absolute", target, 8), SKERRY_OK);
	assert_int_equal(small_file_read_link(machine.root, "/b/file", target, sizeof target),
		SKERRY_ERR_FILE_NOT_REGULAR);
	assert_int_equal(small_file_read_link(machine.root, "/none", target, sizeof target),
		SKERRY_ERR_FILE_MISSING);
	assert_int_equal(
		small_file_read_link("/", "/proc/self/exe", target, 1), SKERRY_ERR_NO_SPACE);
	assert_int_equal(small_file_read_link("/", "/proc/self/stat", target, sizeof target),
		SKERRY_ERR_FILE_NOT_REGULAR);

	assert_true(small_file_exists(machine.root, "/b"));
	assert_true(small_file_exists(machine.root, "/up"));
	assert_false(small_file_exists(machine.root, "/out"));
	assert_false(small_file_exists("/none/such", "/b"));
}

static void
names_of_a_directory_are_told_up_to_a_bound(void **state)
{
	enum { FILES = 150 };
	struct small_directory directory;
	bool seen[FILES] = { false };
	const char *name;
	char path[64];
	unsigned number;

	(void)state;
	for (unsigned i = 0; i < FILES; i++) {
		snprintf(path, sizeof path, "/many/a-name-of-some-length-%03u", i);
		machine_say(&machine, path, "");
	}
	assert_int_equal(small_directory_open(machine.root, "/many", &directory), SKERRY_OK);
	while ((name = small_directory_next(&directory)) != NULL) {
		assert_int_equal(sscanf(name, "a-name-of-some-length-%3u", &number), 1);
		assert_false(seen[number]);
		seen[number] = true;
	}
	small_directory_close(&directory);
	for (unsigned i = 0; i < FILES; i++)
		assert_true(seen[i]);
	assert_int_equal(small_directory_open(machine.root, "/many", &directory), SKERRY_OK);
	directory.names = SMALL_DIRECTORY_NAMES_MAX - 1;
	assert_non_null(small_directory_next(&directory));
	assert_null(small_directory_next(&directory));
	small_directory_close(&directory);
	assert_int_equal(
		small_directory_open(machine.root, "/none", &directory), SKERRY_ERR_FILE_MISSING);
	assert_int_equal(
		small_directory_open(machine.root, "/many/a-name-of-some-length-000", &directory),
		SKERRY_ERR_FILE_MISSING);
}

/* --- lines ----------------------------------------------------------------------------------- */

static const struct {
	const char *text, *name;
	char sign;
	const char *value; /* NULL: none */
} LINES[] = {
	{ "ID=debian\nVERSION_ID=12\n", "ID", '=', "debian" },
	{ "VERSION_ID=12\nID=debian", "ID", '=', "debian" },
	{ "ID=a\nID=b\n", "ID", '=', "a" },
	{ "ID=\n", "ID", '=', "" },
	{ "ID=\"open suse\"\n", "ID", '=', "open suse" },
	{ "ID='x'\n", "ID", '=', "x" },
	{ "ID=\"\n", "ID", '=', "\"" },
	{ "ID=\"x'\n", "ID", '=', "\"x'" },
	{ "model name\t: Xeon \r\n", "model name", ':', "Xeon" },
	{ "model\t: 85\nmodel name\t: Xeon\n", "model name", ':', "Xeon" },
	{ "model name\n", "model name", ':', NULL },
	{ "# ID=debian\n", "ID", '=', NULL },
	{ "", "ID", '=', NULL },
	{ "I", "ID", '=', NULL },
};

static void
first_line_of_that_name_is_found(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof LINES / sizeof *LINES; i++) {
		const char *value = NULL;
		size_t len = 0;
		bool found = text_line_find(LINES[i].text, strlen(LINES[i].text), LINES[i].name,
			LINES[i].sign, &value, &len);

		assert_int_equal(found, LINES[i].value != NULL);
		if (!found)
			continue;
		text_line_unquote(&value, &len);
		assert_int_equal(len, strlen(LINES[i].value));
		assert_memory_equal(value, LINES[i].value, len);
	}
}

/* --- mounts ---------------------------------------------------------------------------------- */

static const struct {
	const char *text, *device, *type, *source; /* device NULL: none at "/" */
} MOUNT_TABLES[] = {
	{ "27 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw\n", "8:1", "ext4", "/dev/sda1" },
	{ "27 1 8:1 / / rw - ext4 /dev/sda1 rw\n", "8:1", "ext4", "/dev/sda1" },
	{ "27 1 8:1 / / rw shared:1 master:2 - xfs /dev/sda1 rw\n", "8:1", "xfs", "/dev/sda1" },
	{ "1 1 0:2 / / rw - rootfs rootfs rw\n27 1 8:1 / / rw - ext4 /dev/sda1 rw\n", "8:1", "ext4",
		"/dev/sda1" },
	{ "27 1 0:33 /@ / rw - btrfs /dev/sda2 rw\n30 27 8:3 / /var rw - ext4 /dev/sda3 rw\n",
		"0:33", "btrfs", "/dev/sda2" },
	{ "30 27 8:3 / /boot rw - ext4 /dev/sda3 rw\n", NULL, NULL, NULL },
	{ "27 1 8:1 / / rw - ext4 /dev/sda1 rw", NULL, NULL, NULL }, /* cut off */
	{ "27 1 8:1 / / rw shared:1 ext4 /dev/sda1 rw\n", NULL, NULL, NULL },
	{ "27 1 8:1 / / rw -\n", NULL, NULL, NULL },
	{ "27 1\n\n \n", NULL, NULL, NULL },
	{ "", NULL, NULL, NULL },
};

static void
last_mount_on_a_path_is_the_one_that_is_seen(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof MOUNT_TABLES / sizeof *MOUNT_TABLES; i++) {
		struct mounts mounts;
		struct mount mount;

		machine_say(&machine, "/proc/self/mountinfo", MOUNT_TABLES[i].text);
		mounts_read(machine.root, &mounts);
		assert_int_equal(mounts.err, SKERRY_OK);
		assert_int_equal(mounts_find(&mounts, "/", &mount), MOUNT_TABLES[i].device != NULL);
		if (MOUNT_TABLES[i].device == NULL)
			continue;
		assert_string_equal(mount.device, MOUNT_TABLES[i].device);
		assert_string_equal(mount.type, MOUNT_TABLES[i].type);
		assert_string_equal(mount.source, MOUNT_TABLES[i].source);
	}
}

/* --- root's values --------------------------------------------------------------------------- */

#define UUID_FILE "/sys/class/dmi/id/product_uuid"
#define SERIAL_FILE "/sys/class/dmi/id/board_serial"
#define BOOT_FILE "/proc/sys/kernel/random/boot_id"
#define BOOT "5f0c7a52-3c1e-4a7b-9d52-0e6a1b2c3d4e\n"

static const struct components none;

static void
values_are_kept_as_they_are_in_one_line_each(void **state)
{
	struct root_values values;
	char longest[256];

	(void)state;
	assert_int_equal(
		root_values_collect(machine.root, &none, &values), SKERRY_ERR_FILE_MISSING);
	machine_say(&machine, BOOT_FILE, "5f0c\n");
	assert_int_equal(root_values_collect(machine.root, &none, &values), SKERRY_ERR_IO);
	machine_say(&machine, BOOT_FILE, BOOT);
	assert_int_equal(root_values_collect(machine.root, &none, &values), SKERRY_OK);
	values.text[values.len] = '\0';
	assert_string_equal(values.text, "skerry-components 1\nboot_id=" BOOT);

	machine_say(&machine, UUID_FILE, " 2B3C \"x\"\nboot_id=other\n");
	machine_say(&machine, SERIAL_FILE, "PF\x1b[2J\n");
	assert_int_equal(root_values_collect(machine.root, &none, &values), SKERRY_OK);
	values.text[values.len] = '\0';
	assert_string_equal(values.text,
		"skerry-components 1\nboot_id=" BOOT UUID_FILE "= 2B3C \"x\"\n" SERIAL_FILE "=\n");

	memset(longest, 'x', sizeof longest);
	machine_write(&machine, UUID_FILE, longest, sizeof longest);
	machine_write(&machine, SERIAL_FILE, longest, sizeof longest);
	assert_int_equal(root_values_collect(machine.root, &none, &values), SKERRY_OK);
	assert_true(values.len < ROOT_VALUES_MAX);
}

static void
who_is_not_root_collects_nothing_for_others(void **state)
{
	struct machine locked;
	struct root_values values = { .len = 77 };
	bool was_root;

	(void)state;
	machine_set_up(&locked, "laptop");
	machine_lock(&locked);
	was_root = machine_leave_root();
	assert_int_equal(
		root_values_collect(locked.root, &none, &values), SKERRY_ERR_FILE_PERMISSION);
	machine_return_to_root(was_root);
	assert_int_equal(values.len, 77);
	machine_remove(&locked);
}

/* --- cards ----------------------------------------------------------------------------------- */

static void
no_card_has_no_permanent_address(void **state)
{
	char text[PERMANENT_ADDRESS_TEXT];

	(void)state;
	assert_false(permanent_address_read("", text));
	assert_false(permanent_address_read("none-such", text));
	assert_false(permanent_address_read("lo", text));
	assert_false(permanent_address_read("a-name-that-is-too-long-for-a-card", text));
}

#define WITH_TREE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_TREE(whole_file_or_its_start),
		WITH_TREE(links_lead_within_the_tree),
		WITH_TREE(names_of_a_directory_are_told_up_to_a_bound),
		cmocka_unit_test(first_line_of_that_name_is_found),
		WITH_TREE(last_mount_on_a_path_is_the_one_that_is_seen),
		WITH_TREE(values_are_kept_as_they_are_in_one_line_each),
		cmocka_unit_test(who_is_not_root_collects_nothing_for_others),
		cmocka_unit_test(no_card_has_no_permanent_address),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
