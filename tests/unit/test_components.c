/* SPDX-License-Identifier: ISC */
/* Components: what counts, what is junk and what cannot be read, from captured trees; hashes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "keys/hash.h"
#include "keys/random.h"
#include "verifier/gather/components.h"

static const char GOOD_ID[] = "0123456789abcdef0123456789abcdef";
static const uint8_t SALT[LICENSE_SALT_LEN] = "salt of the test";

/* --- a captured tree ------------------------------------------------------------------------- */

struct tree {
	char root[64], etc[80], machine_id[96];
};

static int
make_tree(void **state)
{
	struct tree *tree = calloc(1, sizeof *tree);

	assert_non_null(tree);
	strcpy(tree->root, "/tmp/skerry-test-tree-XXXXXX");
	assert_non_null(mkdtemp(tree->root));
	snprintf(tree->etc, sizeof tree->etc, "%s/etc", tree->root);
	snprintf(tree->machine_id, sizeof tree->machine_id, "%s/machine-id", tree->etc);
	assert_int_equal(mkdir(tree->etc, 0700), 0);
	*state = tree;
	return random_start() == SKERRY_OK ? 0 : -1;
}

static int
remove_tree(void **state)
{
	struct tree *tree = *state;

	unlink(tree->machine_id);
	rmdir(tree->machine_id);
	rmdir(tree->etc);
	rmdir(tree->root);
	free(tree);
	return 0;
}

static void
write_machine_id(const struct tree *tree, const char *text, size_t len)
{
	FILE *file = fopen(tree->machine_id, "wb");

	assert_non_null(file);
	assert_int_equal(fwrite(text, 1, len, file), len);
	fclose(file);
}

static const struct component *
find(const struct components *components, unsigned type)
{
	for (size_t i = 0; i < components->len; i++)
		if (components->list[i].type == type)
			return &components->list[i];
	return NULL;
}

/* --- machine-id ------------------------------------------------------------------------------ */

static const struct {
	const char *text;
	enum component_sight sight;
	const char *value;
} MACHINE_IDS[] = {
	{ "0123456789abcdef0123456789abcdef\n", COMPONENT_PRESENT, GOOD_ID },
	{ "0123456789abcdef0123456789abcdef", COMPONENT_PRESENT, GOOD_ID },
	{ "0123456789ABCDEF0123456789abcdef \r\n", COMPONENT_PRESENT, GOOD_ID },
	{ "", COMPONENT_JUNK, NULL },
	{ "\n", COMPONENT_JUNK, NULL },
	{ "uninitialized\n", COMPONENT_JUNK, NULL },
	{ "00000000000000000000000000000000\n", COMPONENT_JUNK, NULL },
	{ "ffffffffffffffffffffffffffffffff\n", COMPONENT_JUNK, NULL },
	{ "0123456789abcdef0123456789abcde\n", COMPONENT_JUNK, NULL },
	{ "0123456789abcdef0123456789abcdef0\n", COMPONENT_JUNK, NULL },
	{ "0123456789abcdef0123456789abcdeg\n", COMPONENT_JUNK, NULL },
	{ "01234567-89ab-cdef-0123-456789abcdef\n", COMPONENT_JUNK, NULL },
};

static void
machine_id_counts_only_when_it_tells_machines_apart(void **state)
{
	const struct tree *tree = *state;

	for (size_t i = 0; i < sizeof MACHINE_IDS / sizeof *MACHINE_IDS; i++) {
		struct components components;
		const struct component *id;

		write_machine_id(tree, MACHINE_IDS[i].text, strlen(MACHINE_IDS[i].text));
		assert_int_equal(components_collect(tree->root, NULL, 0, &components), SKERRY_OK);
		id = find(&components, FINGERPRINT_MACHINE_ID);
		assert_non_null(id);
		assert_int_equal(id->sight, MACHINE_IDS[i].sight);
		if (MACHINE_IDS[i].value != NULL)
			assert_string_equal(id->value, MACHINE_IDS[i].value);
		else
			assert_non_null(id->cause);
	}
}

static void
unreadable_machine_id_tells_its_cause(void **state)
{
	const struct tree *tree = *state;
	char long_text[300];
	struct components components;

	assert_int_equal(components_collect(tree->root, NULL, 0, &components), SKERRY_OK);
	assert_int_equal(components.list[0].sight, COMPONENT_UNREADABLE);
	assert_int_equal(components.list[0].err, SKERRY_ERR_FILE_MISSING);
	assert_string_equal(components.list[0].cause, "not there");

	memset(long_text, 'a', sizeof long_text);
	write_machine_id(tree, long_text, sizeof long_text);
	assert_int_equal(components_collect(tree->root, NULL, 0, &components), SKERRY_OK);
	assert_int_equal(components.list[0].sight, COMPONENT_UNREADABLE);
	assert_int_equal(components.list[0].err, SKERRY_ERR_NO_SPACE);

	unlink(tree->machine_id);
	assert_int_equal(mkdir(tree->machine_id, 0700), 0);
	assert_int_equal(components_collect(tree->root, NULL, 0, &components), SKERRY_OK);
	assert_int_equal(components.list[0].err, SKERRY_ERR_FILE_NOT_REGULAR);
	rmdir(tree->machine_id);

	/* A FIFO that nobody writes to must not be waited for. */
	assert_int_equal(mkfifo(tree->machine_id, 0600), 0);
	assert_int_equal(components_collect(tree->root, NULL, 0, &components), SKERRY_OK);
	assert_int_equal(components.list[0].err, SKERRY_ERR_FILE_NOT_REGULAR);
}

/* ".." and absolute links stay inside the tree. */
static void
links_do_not_leave_the_tree(void **state)
{
	const struct tree *tree = *state;
	struct components components;

	assert_int_equal(symlink("/../../../../../../etc/hostname", tree->machine_id), 0);
	assert_int_equal(components_collect(tree->root, NULL, 0, &components), SKERRY_OK);
	assert_int_equal(components.list[0].err, SKERRY_ERR_FILE_MISSING);
}

/* --- custom ---------------------------------------------------------------------------------- */

static void
custom_values_are_the_products_own(void **state)
{
	const struct tree *tree = *state;
	const char *two[] = { "container-7", "volume-9" };
	const char *empty[] = { "" }, *none[] = { NULL };
	const char *many[COMPONENTS_CUSTOM_MAX + 1];
	char long_value[COMPONENT_VALUE_MAX + 2];
	const char *longest[] = { long_value };
	struct components components;

	assert_int_equal(components_collect(tree->root, two, 2, &components), SKERRY_OK);
	assert_int_equal(components.len, 3);
	assert_string_equal(components.list[1].value, "container-7");
	assert_string_equal(components.list[2].value, "volume-9");

	assert_int_equal(components_collect(tree->root, NULL, 0, &components), SKERRY_OK);
	assert_int_equal(find(&components, FINGERPRINT_CUSTOM)->sight, COMPONENT_UNREADABLE);

	memset(long_value, 'x', sizeof long_value);
	long_value[COMPONENT_VALUE_MAX + 1] = '\0';
	assert_int_equal(
		components_collect(tree->root, longest, 1, &components), SKERRY_ERR_ARGUMENT);
	long_value[COMPONENT_VALUE_MAX] = '\0';
	assert_int_equal(components_collect(tree->root, longest, 1, &components), SKERRY_OK);
	assert_int_equal(
		components_collect(tree->root, empty, 1, &components), SKERRY_ERR_ARGUMENT);
	assert_int_equal(components_collect(tree->root, none, 1, &components), SKERRY_ERR_ARGUMENT);
	for (size_t i = 0; i < COMPONENTS_CUSTOM_MAX + 1; i++)
		many[i] = "same";
	assert_int_equal(
		components_collect(tree->root, many, COMPONENTS_CUSTOM_MAX + 1, &components),
		SKERRY_ERR_ARGUMENT);
}

/* --- hashes ---------------------------------------------------------------------------------- */

static void
hashes_are_in_order_and_equal_ones_once(void **state)
{
	const struct tree *tree = *state;
	const char *custom[] = { "b", "a", "b", "c", "a" };
	uint8_t hashes[COMPONENTS_MAX][LICENSE_COMPONENT_HASH_MAX];
	struct fingerprint_component list[COMPONENTS_MAX];
	struct components components;
	size_t len;

	write_machine_id(tree, GOOD_ID, strlen(GOOD_ID));
	assert_int_equal(components_collect(tree->root, custom, 5, &components), SKERRY_OK);
	len = components_hash(&components, SALT, hashes, list);
	assert_int_equal(len, 4);
	assert_int_equal(list[0].type, FINGERPRINT_MACHINE_ID);
	for (size_t i = 1; i < len; i++) {
		assert_int_equal(list[i].type, FINGERPRINT_CUSTOM);
		assert_int_equal(list[i].hash.len, HASH_COMPONENT_LEN);
		if (i > 1)
			assert_true(memcmp(list[i - 1].hash.data, list[i].hash.data,
					    HASH_COMPONENT_LEN) < 0);
	}
}

/* The license that a fingerprint leads to fits this machine, and tells which part does not. */
static void
comparing_finds_same_different_and_unreadable(void **state)
{
	const struct tree *tree = *state;
	const char *custom[] = { "container-7", "volume-9" }, *other[] = { "volume-9" };
	uint8_t hashes[COMPONENTS_MAX][LICENSE_COMPONENT_HASH_MAX];
	struct fingerprint_component list[COMPONENTS_MAX];
	struct license license = { .salt = { SALT, sizeof SALT }, .threshold = 1 };
	struct components components;
	enum match_sight sights[LICENSE_COMPONENTS_MAX];

	write_machine_id(tree, GOOD_ID, strlen(GOOD_ID));
	assert_int_equal(components_collect(tree->root, custom, 2, &components), SKERRY_OK);
	license.components_len = components_hash(&components, SALT, hashes, list);
	for (size_t i = 0; i < license.components_len; i++)
		license.components[i] = (struct license_component){ list[i].type, 1, list[i].hash };
	components_compare(&components, &license, sights);
	for (size_t i = 0; i < license.components_len; i++)
		assert_int_equal(sights[i], MATCH_SAME);

	/* Another machine id, one of the two custom values gone. */
	write_machine_id(tree, "fedcba9876543210fedcba9876543210", 32);
	assert_int_equal(components_collect(tree->root, other, 1, &components), SKERRY_OK);
	components_compare(&components, &license, sights);
	assert_int_equal(sights[0], MATCH_DIFFERS);
	assert_int_equal((sights[1] == MATCH_SAME) + (sights[2] == MATCH_SAME), 1);
	assert_int_equal((sights[1] == MATCH_DIFFERS) + (sights[2] == MATCH_DIFFERS), 1);

	/* Junk says nothing about the machine, neither for nor against it. */
	write_machine_id(tree, "", 0);
	assert_int_equal(components_collect(tree->root, NULL, 0, &components), SKERRY_OK);
	components_compare(&components, &license, sights);
	for (size_t i = 0; i < license.components_len; i++)
		assert_int_equal(sights[i], MATCH_UNREADABLE);

	/* The same value under another salt is another hash. */
	write_machine_id(tree, GOOD_ID, strlen(GOOD_ID));
	assert_int_equal(components_collect(tree->root, custom, 2, &components), SKERRY_OK);
	license.salt.data = (const uint8_t *)"another salt....";
	components_compare(&components, &license, sights);
	assert_int_equal(sights[0], MATCH_DIFFERS);
}

#define WITH_TREE(test) cmocka_unit_test_setup_teardown(test, make_tree, remove_tree)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_TREE(machine_id_counts_only_when_it_tells_machines_apart),
		WITH_TREE(unreadable_machine_id_tells_its_cause),
		WITH_TREE(links_do_not_leave_the_tree),
		WITH_TREE(custom_values_are_the_products_own),
		WITH_TREE(hashes_are_in_order_and_equal_ones_once),
		WITH_TREE(comparing_finds_same_different_and_unreadable),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
