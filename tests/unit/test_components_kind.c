/* SPDX-License-Identifier: ISC */
/* Processor and system: of each architecture and distribution what stays the same through updates. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "tests/unit/fixture_machine.h"
#include "verifier/gather/components_kind.h"

#define ARM "CPU implementer\t: 0x41\nCPU architecture: 8\nCPU variant\t: 0x0\nCPU part\t: 0xd08\n"

static const struct {
	const char *cpuinfo, *model, *value; /* model: of the device tree; value NULL: junk */
} PROCESSORS[] = {
	{ "processor\t: 0\nmodel\t\t: 85\nmodel name\t: Intel(R)  Atom(TM)\n", NULL,
		"intel(r) atom(tm)" },
	{ "processor\t: 0\nmodel name\t: A\n\nprocessor\t: 1\nmodel name\t: B\n", NULL, "a" },
	/* A board of ARM is the same to 32-bit programs, which are told a model, and to others. */
	{ "processor\t: 0\n" ARM, "Raspberry Pi 4 Model B Rev 1.1",
		"raspberry pi 4 model b rev 1.1" },
	{ "processor\t: 0\nmodel name\t: ARMv8 Processor rev 3 (v8l)\n" ARM,
		"Raspberry Pi 4 Model B Rev 1.1", "raspberry pi 4 model b rev 1.1" },
	{ "processor\t: 0\nmodel name\t: ARMv8 Processor rev 3 (v8l)\n" ARM, NULL,
		"arm 0x41 0xd08" },
	{ ARM, "\xff\xff", "arm 0x41 0xd08" },
	{ "CPU implementer\t: 0x41\n", NULL, NULL },
	{ "CPU implementer\t: 0x41\nCPU part\t: "
	  "0123456789012345678901234567890123456789012345678901234567890123456789\n",
		NULL, NULL },
	{ "processor\t: 0\ncpu\t\t: POWER9, altivec supported\n", NULL,
		"power9, altivec supported" },
	{ "processor\t: 0\nhart\t\t: 1\nisa\t\t: rv64imafdc\nuarch\t\t: sifive,u74-mc\n", NULL,
		"sifive,u74-mc" },
	{ "vendor_id       : IBM/S390\n# processors    : 2\n", NULL, "ibm/s390" },
	{ "model name\t:\n", NULL, NULL },
	{ "processor\t: 0\n", NULL, NULL },
	{ "", NULL, NULL },
};

static const struct {
	const char *release, *value;
} SYSTEMS[] = {
	{ "ID=debian\nVERSION_ID=\"12\"\n", "debian 12" },
	{ "VERSION_ID=\"12.9\"\nID=debian\n", "debian 12" },
	{ "ID=\"rhel\"\nVERSION_ID='9.4'\n", "rhel 9" },
	{ "ID=alpine\nVERSION_ID=3.19.1\n", "alpine 3" },
	{ "ID=arch\nBUILD_ID=rolling\n", "arch" },
	{ "ID=Debian\r\nVERSION_ID=12\r\n", "debian 12" },
	{ "ID_LIKE=debian\nVERSION_ID=12\n", NULL },
	{ "ID=\nVERSION_ID=12\n", NULL },
	{ "ID=\"\"\n", NULL },
	{ "NAME=\"Some Linux\"\n", NULL },
	{ "ID=0123456789012345678901234567890123456789012345678901234567890123456789\n", NULL },
	{ "", NULL },
};

static void
assert_value(const struct components *components, const char *value)
{
	assert_int_equal(components->len, 1);
	if (value == NULL) {
		assert_int_equal(components->list[0].sight, COMPONENT_JUNK);
		return;
	}
	assert_int_equal(components->list[0].sight, COMPONENT_PRESENT);
	assert_string_equal(components->list[0].value, value);
}

static void
processor_is_known_on_each_architecture(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof PROCESSORS / sizeof *PROCESSORS; i++) {
		struct components components = { .len = 0 };
		struct machine machine;

		machine_set_up(&machine, NULL);
		machine_say(&machine, "/proc/cpuinfo", PROCESSORS[i].cpuinfo);
		if (PROCESSORS[i].model != NULL)
			machine_say(&machine, "/proc/device-tree/model", PROCESSORS[i].model);
		components_collect_processor(machine.root, &components);
		machine_remove(&machine);
		assert_value(&components, PROCESSORS[i].value);
	}
}

static void
system_is_its_name_and_major_version(void **state)
{
	static const char *const FILES[] = { "/etc/os-release", "/usr/lib/os-release" };

	(void)state;
	for (size_t i = 0; i < sizeof SYSTEMS / sizeof *SYSTEMS; i++)
		for (size_t f = 0; f < sizeof FILES / sizeof *FILES; f++) {
			struct components components = { .len = 0 };
			struct machine machine;

			machine_set_up(&machine, NULL);
			machine_say(&machine, FILES[f], SYSTEMS[i].release);
			components_collect_system(machine.root, &components);
			machine_remove(&machine);
			assert_value(&components, SYSTEMS[i].value);
		}
}

/* The first processors of a big machine are enough. */
static void
long_table_of_processors_is_read_at_its_front(void **state)
{
	struct components components = { .len = 0 };
	static char text[1 << 16];
	struct machine machine;
	size_t len = 0;

	(void)state;
	while (len + 128 < sizeof text)
		len += (size_t)snprintf(text + len, sizeof text - len,
			"processor\t: 7\nmodel name\t: Epyc\nflags\t\t: fpu vme de\n\n");
	machine_set_up(&machine, NULL);
	machine_write(&machine, "/proc/cpuinfo", text, len);
	components_collect_processor(machine.root, &components);
	machine_remove(&machine);
	assert_value(&components, "epyc");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(processor_is_known_on_each_architecture),
		cmocka_unit_test(system_is_its_name_and_major_version),
		cmocka_unit_test(long_table_of_processors_is_read_at_its_front),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
