/* SPDX-License-Identifier: ISC */
/* Odd machines: each file of each capture replaced by what should not be there; circles; crowds. */
#include <fcntl.h>
#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>
#include <cmocka.h>

#include "tests/unit/fixture_machine.h"

static const char *const NAMES[] = { "bare-metal", "cloud-nitro", "cloud-virtio", "cloud-xen",
	"kvm", "vmware", "container", "raspberry", "junk-board", "laptop", "none-readable" };

enum { FILES_MAX = 128, PATH_MAX_LEN = 256, GARBAGE_MAX = 9000, GIB = 1 << 30 };

/* --- the files of a capture ------------------------------------------------------------------ */

static char files[FILES_MAX][PATH_MAX_LEN];
static size_t files_len, root_len;

static int
note_file(const char *path, const struct stat *status, int type, struct FTW *where)
{
	(void)status;
	(void)where;
	if (type != FTW_F && type != FTW_SL)
		return 0;
	assert_true(files_len < FILES_MAX);
	snprintf(files[files_len++], PATH_MAX_LEN, "%s", path + root_len);
	return 0;
}

static void
list_files(const struct machine *machine)
{
	files_len = 0;
	root_len = strlen(machine->root);
	assert_int_equal(nftw(machine->root, note_file, 16, FTW_PHYS), 0);
	assert_true(files_len > 0);
}

/* --- what takes their place ------------------------------------------------------------------ */

static uint32_t seed = 1;

static uint32_t
next_number(void)
{
	seed = seed * 1664525 + 1013904223;
	return seed >> 8;
}

static void
put_garbage(const struct machine *machine, const char *path)
{
	static char garbage[GARBAGE_MAX];
	size_t len = next_number() % sizeof garbage;

	for (size_t i = 0; i < len; i++)
		garbage[i] = (char)next_number();
	machine_write(machine, path, garbage, len);
}

/* Printable, but in no form that anybody expects. */
static void
put_words(const struct machine *machine, const char *path)
{
	static const char SIGNS[] = "0123456789abcdefxX:=-/ \t\n\"'.%sID";
	char words[GARBAGE_MAX];
	size_t len = next_number() % sizeof words;

	for (size_t i = 0; i < len; i++)
		words[i] = SIGNS[next_number() % (sizeof SIGNS - 1)];
	machine_write(machine, path, words, len);
}

static void
put_nothing(const struct machine *machine, const char *path)
{
	machine_write(machine, path, "", 0);
}

static void
put_zeros(const struct machine *machine, const char *path)
{
	machine_write(machine, path, "", 0);
	assert_int_equal(truncate(machine_place(machine, path), GIB), 0);
}

static void
put_fifo(const struct machine *machine, const char *path)
{
	machine_delete(machine, path);
	assert_int_equal(mkfifo(machine_place(machine, path), 0644), 0);
}

static void
put_folder(const struct machine *machine, const char *path)
{
	machine_delete(machine, path);
	assert_int_equal(mkdir(machine_place(machine, path), 0755), 0);
}

static void
put_circle(const struct machine *machine, const char *path)
{
	machine_link(machine, path, path);
}

static void
put_way_out(const struct machine *machine, const char *path)
{
	machine_link(machine, path, "/../../../../../../../../../../etc/passwd");
}

static void (*const REPLACEMENTS[])(const struct machine *, const char *) = { put_garbage,
	put_words, put_nothing, put_zeros, put_fifo, put_folder, put_circle, put_way_out,
	machine_delete };

/* --- what holds in any case ------------------------------------------------------------------ */

static void
assert_sound(const struct components *components)
{
	bool seen[FINGERPRINT_TYPE_LAST + 1] = { false };

	assert_true(components->len <= COMPONENTS_MAX);
	for (size_t i = 0; i < components->len; i++) {
		const struct component *c = &components->list[i];

		assert_in_range(c->type, 1, FINGERPRINT_TYPE_LAST);
		assert_true(i == 0 || components->list[i - 1].type <= c->type);
		seen[c->type] = true;
		assert_int_equal(strlen(c->value), c->value_len);
		assert_true((c->sight == COMPONENT_PRESENT) == (c->value_len > 0));
		assert_true((c->sight == COMPONENT_PRESENT) == (c->cause == NULL));
		for (size_t k = 0; k < c->value_len; k++)
			assert_in_range(c->value[k], ' ', '~');
	}
	for (unsigned type = 1; type <= FINGERPRINT_TYPE_LAST; type++)
		assert_true(seen[type]);
}

static void
anything_may_stand_in_place_of_any_file(void **state)
{
	(void)state;
	for (size_t n = 0; n < sizeof NAMES / sizeof *NAMES; n++) {
		struct components components;
		struct machine machine;

		machine_set_up(&machine, NAMES[n]);
		list_files(&machine);
		machine_remove(&machine);
		for (size_t r = 0; r < sizeof REPLACEMENTS / sizeof *REPLACEMENTS; r++) {
			/* One after the other, until nothing is as it was. */
			machine_set_up(&machine, NAMES[n]);
			for (size_t i = 0; i < files_len; i++) {
				REPLACEMENTS[r](&machine, files[i]);
				machine_collect(&machine, &components);
				assert_sound(&components);
			}
			machine_remove(&machine);
		}
	}
}

/* Opening some devices does something. A captured tree's are not opened. */
static void
device_in_a_tree_is_no_file(void **state)
{
	struct components components;
	struct machine machine;

	(void)state;
	machine_set_up(&machine, "bare-metal");
	machine_delete(&machine, "/etc/machine-id");
	if (mknod(machine_place(&machine, "/etc/machine-id"), S_IFCHR | 0644, makedev(1, 5)) != 0) {
		machine_remove(&machine);
		print_message("skipped: only root makes devices\n");
		return;
	}
	machine_collect(&machine, &components);
	assert_int_equal(components.list[0].sight, COMPONENT_UNREADABLE);
	assert_string_equal(components.list[0].cause, "not a file");
	machine_remove(&machine);
}

static const struct component *
find(const struct components *components, unsigned type)
{
	for (size_t i = 0; i < components->len; i++)
		if (components->list[i].type == type)
			return &components->list[i];
	return NULL;
}

/* --- disks ----------------------------------------------------------------------------------- */

#define BLOCK "/sys/devices/virtual/block/"

static void
add_layer(const struct machine *machine, const char *name, const char *below)
{
	char path[PATH_MAX_LEN], target[PATH_MAX_LEN];

	snprintf(path, sizeof path, "/sys/class/block/%s", name);
	snprintf(target, sizeof target, "../../devices/virtual/block/%s", name);
	machine_link(machine, path, target);
	snprintf(path, sizeof path, BLOCK "%s/slaves/%s", name, below);
	snprintf(target, sizeof target, "../../%s", below);
	machine_link(machine, path, target);
}

static void
layers_in_a_circle_end(void **state)
{
	struct components components;
	struct machine machine;

	(void)state;
	machine_set_up(&machine, "bare-metal");
	machine_delete(&machine, BLOCK "dm-0/slaves/sda2");
	for (char a = '0'; a < '6'; a++)
		for (char b = '0'; b < '6'; b++) {
			const char upper[] = { 'd', 'm', '-', a, '\0' },
				   lower[] = { 'd', 'm', '-', b, '\0' };

			add_layer(&machine, upper, lower);
		}
	machine_collect(&machine, &components);
	assert_sound(&components);
	assert_int_equal(find(&components, FINGERPRINT_DISK_SERIAL)->sight, COMPONENT_UNREADABLE);
	machine_remove(&machine);
}

/* A RAID shows each of its disks, the first ones by their numbers where there are many. */
static void
disks_below_a_raid_are_offered(void **state)
{
	struct components components;
	const struct component *disk;
	struct machine machine;
	char path[PATH_MAX_LEN], name[] = "vda", serial[] = "RAIDDISK-9";

	(void)state;
	machine_set_up(&machine, "bare-metal");
	machine_delete(&machine, BLOCK "dm-0/slaves/sda2");
	for (int i = 0; i < 6; i++) {
		name[2] = (char)('a' + i);
		serial[9] = (char)('9' - i);
		add_layer(&machine, "dm-0", name);
		snprintf(path, sizeof path, BLOCK "%s/serial", name);
		machine_say(&machine, path, serial);
		add_layer(&machine, name, "none");
		snprintf(path, sizeof path, BLOCK "%s/slaves/none", name);
		machine_delete(&machine, path);
	}
	machine_collect(&machine, &components);
	assert_sound(&components);
	disk = find(&components, FINGERPRINT_DISK_SERIAL);
	for (int i = 0; i < COMPONENTS_DISKS_MAX; i++) {
		serial[9] = (char)('4' + i);
		assert_int_equal(disk[i].type, FINGERPRINT_DISK_SERIAL);
		assert_int_equal(strncasecmp(disk[i].value, serial, sizeof serial), 0);
	}
	assert_string_equal(disk[0].from, "vdf");
	assert_int_not_equal(disk[COMPONENTS_DISKS_MAX].type, FINGERPRINT_DISK_SERIAL);
	machine_remove(&machine);
}

#define SATA "/sys/devices/pci0000:00/0000:00:17.0/ata1/host0/target0:0:0/0:0:0:0/"
#define ZERO_PAGE "\0\200\0\0100000000000"
#define EMULATED_PAGE "\0\200\0\007QM00001"

static const struct {
	const char *page;
	size_t page_len;
	const char *wwid, *value; /* value NULL: no serial number that counts */
} DISKS[] = {
	{ "\0\200\0\012 WD-123456", 14, "naa.50014ee2b1c2d3e4\n", "wd-123456" },
	/* More is promised than there is, less, nothing, another page. */
	{ "\0\200\377\377WD-123456", 13, NULL, "wd-123456" },
	{ "\0\200\0\004WD-123456", 13, NULL, "wd-1" },
	{ "\0\200\0\0", 4, NULL, NULL },
	{ "\0\200\0", 3, NULL, NULL },
	{ "\0\203\0\011WD-123456", 13, NULL, NULL },
	{ "\0\200\0\0", 4, "t10.ATA disk 1234\n", "t10.ata disk 1234" },
	/* A placeholder gives way to a registered id, not to one that repeats it. */
	{ ZERO_PAGE, sizeof ZERO_PAGE - 1, "naa.50014ee2b1c2d3e4\n", "naa.50014ee2b1c2d3e4" },
	{ ZERO_PAGE, sizeof ZERO_PAGE - 1, "naa.\n", NULL },
	{ EMULATED_PAGE, sizeof EMULATED_PAGE - 1, "t10.ATA     QEMU HARDDISK    QM00001\n", NULL },
	{ EMULATED_PAGE, sizeof EMULATED_PAGE - 1, NULL, NULL },
};

static void
disk_is_known_by_what_is_most_its_own(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof DISKS / sizeof *DISKS; i++) {
		struct components components;
		const struct component *disk;
		struct machine machine;

		machine_set_up(&machine, "bare-metal");
		machine_write(&machine, SATA "vpd_pg80", DISKS[i].page, DISKS[i].page_len);
		machine_delete(&machine, SATA "wwid");
		if (DISKS[i].wwid != NULL)
			machine_say(&machine, SATA "wwid", DISKS[i].wwid);
		machine_collect(&machine, &components);
		disk = find(&components, FINGERPRINT_DISK_SERIAL);
		assert_string_equal(disk->from, "sda");
		assert_int_equal(disk->sight == COMPONENT_PRESENT, DISKS[i].value != NULL);
		if (DISKS[i].value != NULL)
			assert_string_equal(disk->value, DISKS[i].value);
		machine_remove(&machine);
	}
}

/* --- crowds ---------------------------------------------------------------------------------- */

/* The ends of many containers, and a router with more cards than are kept. */
static void
crowd_of_cards_leaves_the_lowest_addresses(void **state)
{
	struct components components;
	const struct component *card;
	struct machine machine;
	char path[PATH_MAX_LEN], text[PATH_MAX_LEN];

	(void)state;
	machine_set_up(&machine, NULL);
	for (unsigned i = 0; i < 300; i++) {
		snprintf(path, sizeof path, "/sys/class/net/veth%u", i);
		snprintf(text, sizeof text, "../../devices/virtual/net/veth%u", i);
		machine_link(&machine, path, text);
	}
	for (unsigned i = 0; i < 12; i++) {
		snprintf(path, sizeof path, "/sys/class/net/eth%u/device/modalias", i);
		machine_say(&machine, path, "pci");
		snprintf(path, sizeof path, "/sys/class/net/eth%u/type", i);
		machine_say(&machine, path, "1\n");
		snprintf(path, sizeof path, "/sys/class/net/eth%u/address", i);
		snprintf(text, sizeof text, "00:16:3E:00:00:%02X\n", 99 - i);
		machine_say(&machine, path, text);
	}
	machine_collect(&machine, &components);
	assert_sound(&components);
	card = find(&components, FINGERPRINT_MAC);
	for (unsigned i = 0; i < COMPONENTS_CARDS_MAX; i++) {
		snprintf(text, sizeof text, "00:16:3e:00:00:%02x", 88 + i);
		assert_int_equal(card[i].type, FINGERPRINT_MAC);
		assert_string_equal(card[i].value, text);
	}
	assert_int_not_equal(card[COMPONENTS_CARDS_MAX].type, FINGERPRINT_MAC);
	machine_remove(&machine);
}

/* --- machine-id in odd places ---------------------------------------------------------------- */

#define MOUNT_OF_ROOT "27 1 0:52 / / rw - overlay overlay rw\n"
#define HOST_ID "28 27 8:1 /etc/machine-id /etc/machine-id ro - ext4 /dev/sda1 rw\n"
#define TRANSIENT_ID "28 27 0:25 /machine-id /etc/machine-id ro,relatime - tmpfs tmpfs rw\n"

static const struct {
	const char *sign, *mounts, *cause; /* cause NULL: present */
} PLACES[] = {
	{ "/etc/hostname", MOUNT_OF_ROOT, NULL },
	{ "/.dockerenv", MOUNT_OF_ROOT, "that of a container's image" },
	{ "/run/.containerenv", MOUNT_OF_ROOT, "that of a container's image" },
	{ "/run/secrets/kubernetes.io/serviceaccount/token", MOUNT_OF_ROOT,
		"that of a container's image" },
	{ "/.dockerenv", MOUNT_OF_ROOT HOST_ID, NULL },
	{ "/etc/hostname", MOUNT_OF_ROOT TRANSIENT_ID, "made anew at each boot" },
};

static void
machine_id_of_an_image_or_of_one_boot_does_not_count(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof PLACES / sizeof *PLACES; i++) {
		struct components components;
		struct machine machine;

		machine_set_up(&machine, NULL);
		machine_say(&machine, "/etc/machine-id", "6f1c3a9e5b7d4e208c4f1a2b3c4d5e6f\n");
		machine_say(&machine, PLACES[i].sign, "");
		machine_say(&machine, "/proc/self/mountinfo", PLACES[i].mounts);
		machine_collect(&machine, &components);
		if (PLACES[i].cause == NULL) {
			assert_int_equal(components.list[0].sight, COMPONENT_PRESENT);
		} else {
			assert_int_equal(components.list[0].sight, COMPONENT_JUNK);
			assert_string_equal(components.list[0].cause, PLACES[i].cause);
		}
		machine_remove(&machine);
	}
}

/* Whatever machine runs this test. */
static void
machine_itself_shows_the_same_twice(void **state)
{
	const struct components_query query = { .root = "/" };
	struct components first, second;

	(void)state;
	assert_int_equal(components_collect(&query, &first), SKERRY_OK);
	assert_int_equal(components_collect(&query, &second), SKERRY_OK);
	assert_sound(&first);
	assert_int_equal(first.len, second.len);
	for (size_t i = 0; i < first.len; i++)
		assert_string_equal(first.list[i].value, second.list[i].value);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(anything_may_stand_in_place_of_any_file),
		cmocka_unit_test(device_in_a_tree_is_no_file),
		cmocka_unit_test(layers_in_a_circle_end),
		cmocka_unit_test(disk_is_known_by_what_is_most_its_own),
		cmocka_unit_test(disks_below_a_raid_are_offered),
		cmocka_unit_test(crowd_of_cards_leaves_the_lowest_addresses),
		cmocka_unit_test(machine_id_of_an_image_or_of_one_boot_does_not_count),
		cmocka_unit_test(machine_itself_shows_the_same_twice),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
