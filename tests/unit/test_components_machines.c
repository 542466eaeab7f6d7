/* SPDX-License-Identifier: ISC */
/* Captured machines: what each shows to root and to others, and what a license still recognizes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "tests/unit/fixture_machine.h"
#include "verifier/gather/components_network.h"
#include "verifier/gather/root_values.h"

#define NOT_GIVEN "install_path unreadable: not given\ncustom unreadable: not given\n"
#define MADE_UP "junk: made up by software (locally administered)\n"
#define SHARED "junk: a placeholder that many machines share\n"
#define ROOT_ALONE                                                                                 \
	"product_uuid unreadable: only root may read it\n"                                         \
	"board_serial unreadable: only root may read it\n"

struct sight {
	const char *name, *root, *user; /* user NULL: the same */
};

#define BARE_METAL_REST                                                                            \
	"disk_serial sda present phyf123400a1240agn\n"                                             \
	"mac eno1 present b0:7b:25:10:20:30\n"                                                     \
	"mac eno2 present b0:7b:25:10:20:31\n"                                                     \
	"cpu_model present intel(r) xeon(r) e-2336 cpu @ 2.90ghz\n"                                \
	"os present debian 12\n" NOT_GIVEN
#define CLOUD_NITRO_REST                                                                           \
	"disk_serial nvme0n1 present vol0a1b2c3d4e5f60718\n"                                       \
	"mac ens5 " MADE_UP "cpu_model present intel(r) xeon(r) platinum 8259cl cpu @ 2.50ghz\n"   \
	"os present amzn 2023\n" NOT_GIVEN
#define CLOUD_VIRTIO_REST                                                                          \
	"disk_serial sda " SHARED "mac ens4 " MADE_UP                                              \
	"cpu_model present intel(r) xeon(r) cpu @ 2.20ghz\n"                                       \
	"os present ubuntu 22\n" NOT_GIVEN
#define KVM_REST                                                                                   \
	"board_serial unreadable: not there\n"                                                     \
	"disk_serial vda junk: empty\n"                                                            \
	"mac enp1s0 " MADE_UP "cpu_model present qemu virtual cpu version 2.5+\n"                  \
	"os present opensuse-leap 15\n" NOT_GIVEN
#define VMWARE_REST                                                                                \
	"disk_serial sda unreadable: the disk tells none\n"                                        \
	"mac ens192 " MADE_UP "cpu_model present intel(r) xeon(r) gold 6248r cpu @ 3.00ghz\n"      \
	"os present debian 12\n" NOT_GIVEN
#define JUNK_BOARD_REST                                                                            \
	"disk_serial sda junk: the same character throughout\n"                                    \
	"mac enp1s0 junk: a placeholder that many cards share\n"                                   \
	"cpu_model present intel(r) celeron(r) j4125 cpu @ 2.00ghz\n"                              \
	"os present arch\n" NOT_GIVEN
#define LAPTOP_REST                                                                                \
	"disk_serial nvme0n1 present s6xans0t123456\n"                                             \
	"mac wlp0s20f3 present f4:7b:09:2b:3c:4d\n"                                                \
	"mac enp0s20f0u1u4 junk: comes and goes: a dock or an adapter\n"                           \
	"cpu_model present 13th gen intel(r) core(tm) i5-1335u\n"                                  \
	"os present fedora 40\n" NOT_GIVEN

static const struct sight MACHINES_SEEN[] = {
	{ "bare-metal",
		"machine_id present 6f1c3a9e5b7d4e208c4f1a2b3c4d5e6f\n"
		"product_uuid present 4c4c4544-0051-3410-8051-b5c04f375931\n"
		"board_serial present /7q4qy71/cnfcp0092b00a1/\n" BARE_METAL_REST,
		"machine_id present 6f1c3a9e5b7d4e208c4f1a2b3c4d5e6f\n" ROOT_ALONE
			BARE_METAL_REST },
	{ "cloud-nitro",
		"machine_id present ec2a11b2c3d4e5f60718293a4b5c6d7e\n"
		"product_uuid present ec2e1916-9099-7caf-fd21-0a1b2c3d4e5f\n"
		"board_serial " SHARED CLOUD_NITRO_REST,
		"machine_id present ec2a11b2c3d4e5f60718293a4b5c6d7e\n" ROOT_ALONE
			CLOUD_NITRO_REST },
	{ "cloud-virtio",
		"machine_id present 9f8e7d6c5b4a39281706a5b4c3d2e1f0\n"
		"product_uuid present 9f8e7d6c-5b4a-3928-1706-a5b4c3d2e1f0\n"
		"board_serial junk: repeats the product UUID\n" CLOUD_VIRTIO_REST,
		"machine_id present 9f8e7d6c5b4a39281706a5b4c3d2e1f0\n" ROOT_ALONE
			CLOUD_VIRTIO_REST },
	{ "cloud-xen",
		"machine_id present 0c1d2e3f4a5b6c7d8e9f0a1b2c3d4e5f\n"
		"product_uuid present ec2d3f4a-5b6c-7d8e-9f0a-1b2c3d4e5f60\n"
		"board_serial unreadable: not there\n"
		"disk_serial xvda unreadable: the disk tells none\n"
		"mac eth0 present 00:16:3e:5a:6b:7c\n"
		"cpu_model present intel(r) xeon(r) cpu e5-2676 v3 @ 2.40ghz\n"
		"os present alpine 3\n" NOT_GIVEN,
		NULL },
	{ "kvm",
		"machine_id present 1a2b3c4d5e6f708192a3b4c5d6e7f809\n"
		"product_uuid present 2b3c4d5e-6f70-4192-a3b4-c5d6e7f8091a\n" KVM_REST,
		"machine_id present 1a2b3c4d5e6f708192a3b4c5d6e7f809\n"
		"product_uuid unreadable: only root may read it\n" KVM_REST },
	{ "vmware",
		"machine_id present 3c4d5e6f708192a3b4c5d6e7f8091a2b\n"
		"product_uuid present 564d3c4d-5e6f-7081-92a3-b4c5d6e7f809\n"
		"board_serial " SHARED VMWARE_REST,
		"machine_id present 3c4d5e6f708192a3b4c5d6e7f8091a2b\n" ROOT_ALONE VMWARE_REST },
	{ "container",
		"machine_id unreadable: not there\n"
		"product_uuid unreadable: not there\n"
		"board_serial unreadable: not there\n"
		"disk_serial unreadable: no disk is seen behind the root file system\n"
		"mac unreadable: no network card is seen\n"
		"cpu_model present intel(r) xeon(r) gold 6248r cpu @ 3.00ghz\n"
		"os present debian 12\n" NOT_GIVEN,
		NULL },
	{ "raspberry",
		"machine_id present 5e6f708192a3b4c5d6e7f8091a2b3c4d\n"
		"product_uuid unreadable: not there\n"
		"board_serial present 10000000a1b2c3d4\n"
		"disk_serial mmcblk0 present 035344534333324780a1b2c3d4013a00\n"
		"mac eth0 present dc:a6:32:1a:2b:3c\n"
		"mac wlan0 present dc:a6:32:1a:2b:3d\n"
		"cpu_model present raspberry pi 4 model b rev 1.1\n"
		"os present debian 12\n" NOT_GIVEN,
		NULL },
	{ "junk-board",
		"machine_id junk: not initialized yet\n"
		"product_uuid " SHARED "board_serial " SHARED JUNK_BOARD_REST,
		"machine_id junk: not initialized yet\n" ROOT_ALONE JUNK_BOARD_REST },
	{ "laptop",
		"machine_id present 708192a3b4c5d6e7f8091a2b3c4d5e6f\n"
		"product_uuid present c5d6e7f8-091a-4b3c-8d5e-6f708192a3b4\n"
		"board_serial present l1hf0a200b1\n" LAPTOP_REST,
		"machine_id present 708192a3b4c5d6e7f8091a2b3c4d5e6f\n" ROOT_ALONE LAPTOP_REST },
	{ "none-readable",
		"machine_id present 8192a3b4c5d6e7f8091a2b3c4d5e6f70\n"
		"product_uuid present d6e7f809-1a2b-4c4d-9e6f-708192a3b4c5\n"
		"board_serial present czc1234abc\n"
		"disk_serial sda present wd-wcc6y0abc123\n"
		"mac eno1 present 48:9e:bd:4d:5e:6f\n"
		"cpu_model present intel(r) core(tm) i3-10100 cpu @ 3.60ghz\n"
		"os present debian 12\n" NOT_GIVEN,
		"machine_id unreadable: no permission to read it\n" ROOT_ALONE
		"disk_serial unreadable: no permission to read it\n"
		"mac unreadable: no permission to read it\n"
		"cpu_model unreadable: no permission to read it\n"
		"os unreadable: no permission to read it\n" NOT_GIVEN },
};

enum { MACHINES_LEN = sizeof MACHINES_SEEN / sizeof *MACHINES_SEEN, TEXT_MAX = 4096 };

static const char *
describe(const struct components *components)
{
	static const char *const SIGHTS[] = { [COMPONENT_PRESENT] = "present",
		[COMPONENT_UNREADABLE] = "unreadable",
		[COMPONENT_JUNK] = "junk" };
	static char text[TEXT_MAX];
	size_t len = 0;

	for (size_t i = 0; i < components->len; i++) {
		const struct component *c = &components->list[i];

		assert_int_equal(strlen(c->value), c->value_len);
		assert_true((c->sight == COMPONENT_UNREADABLE) == (c->err != SKERRY_OK));
		len += (size_t)snprintf(text + len, sizeof text - len, "%s%s%s %s%s%s\n",
			fingerprint_type_name(c->type), c->from[0] == '\0' ? "" : " ", c->from,
			SIGHTS[c->sight], c->cause == NULL ? " " : ": ",
			c->cause == NULL ? c->value : c->cause);
		assert_true(len < sizeof text);
	}
	return text;
}

static void
each_machine_shows_exactly_this(void **state)
{
	(void)state;
	for (size_t i = 0; i < MACHINES_LEN; i++) {
		const struct sight *seen = &MACHINES_SEEN[i];
		struct components components;
		struct machine machine;

		machine_set_up(&machine, seen->name);
		machine_collect(&machine, &components);
		assert_string_equal(describe(&components), seen->root);
		machine_lock(&machine);
		machine_collect_as_user(&machine, &components);
		assert_string_equal(
			describe(&components), seen->user == NULL ? seen->root : seen->user);
		machine_remove(&machine);
	}
}

/* --- the service at boot --------------------------------------------------------------------- */

static void
write_values(const struct machine *machine)
{
	struct components cards = { .len = 0 };
	struct root_values values;

	components_collect_cards(machine->root, &cards);
	assert_int_equal(root_values_collect(machine->root, &cards, &values), SKERRY_OK);
	machine_write(machine, ROOT_VALUES_PATH, values.text, values.len);
	assert_int_equal(chmod(machine_place(machine, ROOT_VALUES_PATH), 0644), 0);
}

/* The machine's cards as a line; the rest of it plays no part. */
static void
describe_cards(const struct machine *machine, char *ret_line, size_t line_max)
{
	struct components cards = { .len = 0 };
	size_t len = 0;

	ret_line[0] = '\0';
	components_collect_cards(machine->root, &cards);
	for (size_t i = 0; i < cards.len && len < line_max; i++)
		if (cards.list[i].sight == COMPONENT_PRESENT)
			len += (size_t)snprintf(ret_line + len, line_max - len, "%s=%s ",
				cards.list[i].from, cards.list[i].value);
}

static void
hide_cards(const struct machine *machine)
{
	char hidden[4096];

	snprintf(hidden, sizeof hidden, "%s", machine_place(machine, "/sys/class/hidden"));
	rename(machine_place(machine, "/sys/class/net"), hidden);
}

static void
a_daemon_without_network_knows_the_cards_of_this_boot(void **state)
{
	size_t compared = 0;

	(void)state;
	for (size_t i = 0; i < MACHINES_LEN; i++) {
		char seen[1024], known[1024];
		struct machine machine;

		if (strcmp(MACHINES_SEEN[i].name, "none-readable") == 0)
			continue;
		machine_set_up(&machine, MACHINES_SEEN[i].name);
		write_values(&machine);
		describe_cards(&machine, seen, sizeof seen);
		/* As in a network namespace of its own. */
		hide_cards(&machine);
		describe_cards(&machine, known, sizeof known);
		assert_string_equal(known, seen);
		compared += seen[0] != '\0';
		/* Noted at another boot, it says nothing. */
		machine_say(&machine, "/proc/sys/kernel/random/boot_id",
			"00000000-0000-4000-8000-000000000000\n");
		describe_cards(&machine, known, sizeof known);
		assert_string_equal(known, "");
		machine_remove(&machine);
	}
	assert_true(compared > 2);
}

static void
what_root_read_at_boot_serves_everybody(void **state)
{
	(void)state;
	for (size_t i = 0; i < MACHINES_LEN; i++) {
		const struct sight *seen = &MACHINES_SEEN[i];
		struct components components;
		struct machine machine;

		if (strcmp(seen->name, "none-readable") == 0)
			continue;
		machine_set_up(&machine, seen->name);
		write_values(&machine);
		machine_lock(&machine);
		machine_collect_as_user(&machine, &components);
		assert_string_equal(describe(&components), seen->root);
		machine_remove(&machine);
	}
}

static const char LAST_BOOT[] =
	"skerry-components 1\nboot_id=00000000-0000-4000-8000-000000000001\n"
	"/sys/class/dmi/id/product_uuid=4c4c4544-0051-3410-8051-b5c04f375931\n";
static const char NO_BOOT[] =
	"skerry-components "
	"1\n/sys/class/dmi/id/product_uuid=4c4c4544-0051-3410-8051-b5c04f375931\n";
static const char LATER_FORM[] =
	"skerry-components 2\nboot_id=5f0c7a52-3c1e-4a7b-9d52-0e6a1b2c3d4e\n"
	"/sys/class/dmi/id/product_uuid=4c4c4544-0051-3410-8051-b5c04f375931\n";
static const char SHORT_BOOT[] =
	"skerry-components 1\nboot_id=5f0c7a52\n"
	"/sys/class/dmi/id/product_uuid=4c4c4544-0051-3410-8051-b5c04f375931\n";

static void
values_of_another_boot_or_writer_are_not_used(void **state)
{
	static const char *const REFUSED[] = { LAST_BOOT, NO_BOOT, LATER_FORM, SHORT_BOOT, "",
		"\n" };
	const char *expected = MACHINES_SEEN[0].user;
	struct components components;
	struct machine machine;
	char long_text[ROOT_VALUES_MAX + 1];

	(void)state;
	machine_set_up(&machine, "bare-metal");
	machine_lock(&machine);
	for (size_t i = 0; i < sizeof REFUSED / sizeof *REFUSED; i++) {
		machine_say(&machine, ROOT_VALUES_PATH, REFUSED[i]);
		machine_collect_as_user(&machine, &components);
		assert_string_equal(describe(&components), expected);
	}
	memset(long_text, 'x', sizeof long_text);
	machine_write(&machine, ROOT_VALUES_PATH, long_text, sizeof long_text);
	machine_collect_as_user(&machine, &components);
	assert_string_equal(describe(&components), expected);
	/* Somebody else's file: only root can give one away. */
	if (geteuid() == 0) {
		chmod(machine_place(&machine, "/sys/devices/virtual/dmi/id/product_uuid"), 0644);
		chmod(machine_place(&machine, "/sys/devices/virtual/dmi/id/board_serial"), 0644);
		write_values(&machine);
		machine_lock(&machine);
		assert_int_equal(chown(machine_place(&machine, ROOT_VALUES_PATH), 1, 1), 0);
		machine_collect_as_user(&machine, &components);
		assert_string_equal(describe(&components), expected);
		/* And it is used once it is root's again. */
		assert_int_equal(chown(machine_place(&machine, ROOT_VALUES_PATH), 0, 0), 0);
		machine_collect_as_user(&machine, &components);
		assert_string_equal(describe(&components), MACHINES_SEEN[0].root);
	}
	machine_remove(&machine);
}

/* --- what a license recognizes --------------------------------------------------------------- */

static enum evaluate_match
match(const struct license *license, const struct components *components)
{
	enum match_sight sights[LICENSE_COMPONENTS_MAX];

	components_compare(components, license, sights);
	return match_machine(license, sights, NULL);
}

/* Each present row stays, changes, or becomes unreadable: the weights decide, and nothing else. */
static void
every_subset_of_each_machine_is_judged_by_weight(void **state)
{
	(void)state;
	for (size_t m = 0; m < MACHINES_LEN; m++) {
		struct components whole, part;
		struct machine machine;
		struct license license;
		size_t combinations = 1;

		machine_set_up(&machine, MACHINES_SEEN[m].name);
		machine_collect(&machine, &whole);
		license = machine_license(&whole);
		for (size_t i = 0; i < license.components_len; i++)
			combinations *= 2;
		assert_int_equal(match(&license, &whole), EVALUATE_MATCH);
		for (size_t set = 0; set < combinations; set++) {
			unsigned same = 0;
			size_t present = 0;

			part = whole;
			for (size_t i = 0; i < part.len; i++) {
				if (part.list[i].sight != COMPONENT_PRESENT)
					continue;
				if (set >> present++ & 1)
					same += fingerprint_type_weight(part.list[i].type);
				else
					part.list[i].value[0] ^= 1;
			}
			assert_int_equal(present, license.components_len);
			assert_int_equal(match(&license, &part),
				same >= license.threshold ? EVALUATE_MATCH : EVALUATE_MISMATCH);
		}
		machine_remove(&machine);
	}
}

struct change {
	const char *path, *text;
};

#define CARD_1 "/sys/devices/pci0000:00/0000:00:1c.0/0000:02:00.0/net/eno1/address"
#define CARD_2 "/sys/devices/pci0000:00/0000:00:1c.0/0000:02:00.1/net/eno2/address"
#define DISK "/sys/devices/pci0000:00/0000:00:17.0/ata1/host0/target0:0:0/0:0:0:0/vpd_pg80"
#define DMI "/sys/devices/virtual/dmi/id/"
#define OTHER_ID "11112222333344445555666677778888\n"
#define OTHER_UUID "aaaabbbb-1111-4222-8333-444455556666\n"

static const struct {
	const char *story, *machine;
	struct change changes[6];
	enum evaluate_match match;
} STORIES[] = {
	{ "a new network card", "bare-metal", { { CARD_1, "a0:36:9f:00:00:01\n" } },
		EVALUATE_MATCH },
	{ "two new network cards", "bare-metal",
		{ { CARD_1, "a0:36:9f:00:00:01\n" }, { CARD_2, "a0:36:9f:00:00:02\n" } },
		EVALUATE_MATCH },
	{ "a new disk, the system copied", "bare-metal", { { DISK, "?" } }, EVALUATE_MATCH },
	{ "a new disk, the same system installed anew", "bare-metal",
		{ { DISK, "?" }, { "/etc/machine-id", OTHER_ID } }, EVALUATE_MATCH },
	{ "another system installed", "bare-metal",
		{ { "/etc/machine-id", OTHER_ID },
			{ "/etc/os-release", "ID=ubuntu\nVERSION_ID=24.04\n" } },
		EVALUATE_MATCH },
	{ "an update of the system", "bare-metal",
		{ { "/etc/os-release", "ID=debian\nVERSION_ID=\"12.9\"\n" } }, EVALUATE_MATCH },
	{ "a new board with its cards, the disk kept", "bare-metal",
		{ { DMI "product_uuid", OTHER_UUID }, { DMI "board_serial", "PF3XYZ12\n" },
			{ CARD_1, "a0:36:9f:00:00:01\n" }, { CARD_2, "a0:36:9f:00:00:02\n" } },
		EVALUATE_MISMATCH },
	{ "a copied disk in another machine", "bare-metal",
		{ { DMI "product_uuid", OTHER_UUID }, { DMI "board_serial", "PF3XYZ12\n" },
			{ CARD_1, "a0:36:9f:00:00:01\n" }, { CARD_2, "a0:36:9f:00:00:02\n" },
			{ DISK, "?" } },
		EVALUATE_MISMATCH },
	{ "a cloned virtual machine with another card", "cloud-xen",
		{ { "/sys/hypervisor/uuid", OTHER_UUID },
			{ "/sys/devices/vif-0/net/eth0/address", "00:16:3e:00:00:01\n" } },
		EVALUATE_MISMATCH },
	{ "a cloned virtual machine that shows no card and no disk", "vmware",
		{ { DMI "product_uuid", OTHER_UUID } }, EVALUATE_MISMATCH },
	{ "a virtual machine installed anew", "vmware", { { "/etc/machine-id", OTHER_ID } },
		EVALUATE_MATCH },
	{ "a virtual machine installed anew with a newer system", "vmware",
		{ { "/etc/machine-id", OTHER_ID },
			{ "/etc/os-release", "ID=debian\nVERSION_ID=\"13\"\n" } },
		EVALUATE_MATCH },
	{ "an SD card gone bad, the newest system on another one", "raspberry",
		{ { "/etc/machine-id", OTHER_ID },
			{ "/etc/os-release", "ID=debian\nVERSION_ID=\"13\"\n" },
			{ "/sys/devices/platform/emmc2bus/fe340000.mmc/mmc_host/mmc0/mmc0:aaaa/cid",
				"035344534333324780ffffffff013a00\n" } },
		EVALUATE_MATCH },
	{ "an SD card in another board", "raspberry",
		{ { "/sys/firmware/devicetree/base/serial-number", "10000000ffff0001" },
			{ "/sys/devices/platform/scb/fd580000.ethernet/net/eth0/address",
				"dc:a6:32:00:00:01\n" },
			{ "/sys/devices/platform/soc/fe300000.mmcnr/mmc_host/mmc1/mmc1:0001/"
			  "mmc1:0001:1/net/wlan0/address",
				"dc:a6:32:00:00:02\n" } },
		EVALUATE_MISMATCH },
};

static void
stories_end_as_told_at_the_usual_threshold(void **state)
{
	static const char NEW_DISK[] = "\0\200\0\012NEWDISK001";

	(void)state;
	for (size_t i = 0; i < sizeof STORIES / sizeof *STORIES; i++) {
		struct components components;
		struct machine machine;
		struct license license;
		enum evaluate_match got;

		machine_set_up(&machine, STORIES[i].machine);
		machine_collect(&machine, &components);
		license = machine_license(&components);
		for (size_t c = 0; c < 6 && STORIES[i].changes[c].path != NULL; c++) {
			const struct change *change = &STORIES[i].changes[c];

			if (strcmp(change->text, "?") == 0)
				machine_write(
					&machine, change->path, NEW_DISK, sizeof NEW_DISK - 1);
			else
				machine_say(&machine, change->path, change->text);
		}
		machine_collect(&machine, &components);
		got = match(&license, &components);
		if (got != STORIES[i].match)
			print_message("%s\n", STORIES[i].story);
		assert_int_equal(got, STORIES[i].match);
		machine_remove(&machine);
	}
}

/* Root's part missing leaves too little on a machine that was bound with it: not another machine. */
static void
unreadable_is_neither_match_nor_mismatch(void **state)
{
	struct components components;
	struct machine machine;
	struct license license;

	(void)state;
	machine_set_up(&machine, "none-readable");
	machine_collect(&machine, &components);
	license = machine_license(&components);
	machine_lock(&machine);
	machine_collect_as_user(&machine, &components);
	assert_int_equal(match(&license, &components), EVALUATE_TOO_FEW);
	machine_remove(&machine);
	/* Another machine says so by what it does show. */
	machine_set_up(&machine, "laptop");
	machine_collect(&machine, &components);
	assert_int_equal(match(&license, &components), EVALUATE_MISMATCH);
	machine_remove(&machine);
}

/* A member of a bond wears another card's address; what the bond noted is its own. */
static void
card_is_known_by_its_permanent_address(void **state)
{
	static const char NET[] = "/sys/devices/pci0000:00/0000:00:1c.0/0000:02:00.1/net/eno2/";
	struct components components;
	struct machine machine;
	char path[128];

	(void)state;
	machine_set_up(&machine, "bare-metal");
	snprintf(path, sizeof path, "%saddr_assign_type", NET);
	machine_say(&machine, path, "3\n");
	machine_say(&machine, CARD_2, "b0:7b:25:10:20:30\n");
	machine_collect(&machine, &components);
	assert_non_null(strstr(describe(&components),
		"mac eno2 unreadable: the address was changed, and the permanent one is not told"));
	snprintf(path, sizeof path, "%sbonding_slave/perm_hwaddr", NET);
	machine_say(&machine, path, "b0:7b:25:10:20:31\n");
	machine_collect(&machine, &components);
	assert_string_equal(describe(&components), MACHINES_SEEN[0].root);
	machine_remove(&machine);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_machine_shows_exactly_this),
		cmocka_unit_test(what_root_read_at_boot_serves_everybody),
		cmocka_unit_test(a_daemon_without_network_knows_the_cards_of_this_boot),
		cmocka_unit_test(values_of_another_boot_or_writer_are_not_used),
		cmocka_unit_test(every_subset_of_each_machine_is_judged_by_weight),
		cmocka_unit_test(stories_end_as_told_at_the_usual_threshold),
		cmocka_unit_test(unreadable_is_neither_match_nor_mismatch),
		cmocka_unit_test(card_is_known_by_its_permanent_address),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
