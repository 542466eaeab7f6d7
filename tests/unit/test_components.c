/* SPDX-License-Identifier: ISC */
/* Components: machine-id, what the caller passes, the list and its limits, hashes. */
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

static enum skerry_err
collect(const struct tree *tree, const char *const *custom, size_t custom_len,
	struct components *ret_components)
{
	const struct components_query query = {
		.root = tree->root, .custom = custom, .custom_len = custom_len
	};

	return components_collect(&query, ret_components);
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
		assert_int_equal(collect(tree, NULL, 0, &components), SKERRY_OK);
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

	assert_int_equal(collect(tree, NULL, 0, &components), SKERRY_OK);
	assert_int_equal(components.list[0].sight, COMPONENT_UNREADABLE);
	assert_int_equal(components.list[0].err, SKERRY_ERR_FILE_MISSING);
	assert_string_equal(components.list[0].cause, "not there");

	memset(long_text, 'a', sizeof long_text);
	write_machine_id(tree, long_text, sizeof long_text);
	assert_int_equal(collect(tree, NULL, 0, &components), SKERRY_OK);
	assert_int_equal(components.list[0].sight, COMPONENT_UNREADABLE);
	assert_int_equal(components.list[0].err, SKERRY_ERR_NO_SPACE);

	unlink(tree->machine_id);
	assert_int_equal(mkdir(tree->machine_id, 0700), 0);
	assert_int_equal(collect(tree, NULL, 0, &components), SKERRY_OK);
	assert_int_equal(components.list[0].err, SKERRY_ERR_FILE_NOT_REGULAR);
	rmdir(tree->machine_id);

	/* A FIFO that nobody writes to must not be waited for. */
	assert_int_equal(mkfifo(tree->machine_id, 0600), 0);
	assert_int_equal(collect(tree, NULL, 0, &components), SKERRY_OK);
	assert_int_equal(components.list[0].err, SKERRY_ERR_FILE_NOT_REGULAR);
}

/* ".." and absolute links stay inside the tree. */
static void
links_do_not_leave_the_tree(void **state)
{
	const struct tree *tree = *state;
	struct components components;

	assert_int_equal(symlink("/../../../../../../etc/hostname", tree->machine_id), 0);
	assert_int_equal(collect(tree, NULL, 0, &components), SKERRY_OK);
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

	assert_int_equal(collect(tree, two, 2, &components), SKERRY_OK);
	assert_string_equal(find(&components, FINGERPRINT_CUSTOM)->value, "container-7");
	assert_string_equal(find(&components, FINGERPRINT_CUSTOM)[1].value, "volume-9");

	assert_int_equal(collect(tree, NULL, 0, &components), SKERRY_OK);
	assert_int_equal(find(&components, FINGERPRINT_CUSTOM)->sight, COMPONENT_UNREADABLE);

	memset(long_value, 'x', sizeof long_value);
	long_value[COMPONENT_VALUE_MAX + 1] = '\0';
	assert_int_equal(collect(tree, longest, 1, &components), SKERRY_ERR_ARGUMENT);
	long_value[COMPONENT_VALUE_MAX] = '\0';
	assert_int_equal(collect(tree, longest, 1, &components), SKERRY_OK);
	assert_int_equal(collect(tree, empty, 1, &components), SKERRY_ERR_ARGUMENT);
	assert_int_equal(collect(tree, none, 1, &components), SKERRY_ERR_ARGUMENT);
	for (size_t i = 0; i < COMPONENTS_CUSTOM_MAX + 1; i++)
		many[i] = "same";
	assert_int_equal(
		collect(tree, many, COMPONENTS_CUSTOM_MAX + 1, &components), SKERRY_ERR_ARGUMENT);
}

/* --- install path ---------------------------------------------------------------------------- */

static const struct {
	const char *path, *value; /* value NULL: refused */
} PATHS[] = {
	{ "/opt/hms", "/opt/hms" },
	{ "/opt//hms///", "/opt/hms" },
	{ "/", "/" },
	{ "///", "/" },
	{ "/Opt/HMS", "/Opt/HMS" },
	{ "opt/hms", NULL },
	{ "", NULL },
};

static void
install_path_is_absolute_and_tidied(void **state)
{
	const struct tree *tree = *state;
	struct components_query query = { .root = tree->root };
	struct components components;
	char long_path[COMPONENT_VALUE_MAX + 2];

	for (size_t i = 0; i < sizeof PATHS / sizeof *PATHS; i++) {
		query.install_path = PATHS[i].path;
		if (PATHS[i].value == NULL) {
			assert_int_equal(
				components_collect(&query, &components), SKERRY_ERR_ARGUMENT);
			continue;
		}
		assert_int_equal(components_collect(&query, &components), SKERRY_OK);
		assert_string_equal(
			find(&components, FINGERPRINT_INSTALL_PATH)->value, PATHS[i].value);
	}
	memset(long_path, 'x', sizeof long_path);
	long_path[0] = '/';
	long_path[COMPONENT_VALUE_MAX + 1] = '\0';
	query.install_path = long_path;
	assert_int_equal(components_collect(&query, &components), SKERRY_ERR_ARGUMENT);
	long_path[COMPONENT_VALUE_MAX] = '\0';
	assert_int_equal(components_collect(&query, &components), SKERRY_OK);
	assert_int_equal(
		find(&components, FINGERPRINT_INSTALL_PATH)->value_len, COMPONENT_VALUE_MAX);
	query.install_path = NULL;
	assert_int_equal(components_collect(&query, &components), SKERRY_OK);
	assert_string_equal(find(&components, FINGERPRINT_INSTALL_PATH)->cause, "not given");
}

/* --- hashes ---------------------------------------------------------------------------------- */

static void
hashes_are_in_order_and_equal_ones_once(void **state)
{
	const struct tree *tree = *state;
	const char *custom[] = { "b", "a", "b", "c", "a" };
	uint8_t hashes[LICENSE_COMPONENTS_MAX][LICENSE_COMPONENT_HASH_MAX];
	struct fingerprint_component list[LICENSE_COMPONENTS_MAX];
	struct components components;
	size_t len;

	write_machine_id(tree, GOOD_ID, strlen(GOOD_ID));
	assert_int_equal(collect(tree, custom, 5, &components), SKERRY_OK);
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
	uint8_t hashes[LICENSE_COMPONENTS_MAX][LICENSE_COMPONENT_HASH_MAX];
	struct fingerprint_component list[LICENSE_COMPONENTS_MAX];
	struct license license = { .salt = { SALT, sizeof SALT }, .threshold = 1 };
	struct components components;
	enum match_sight sights[LICENSE_COMPONENTS_MAX];

	write_machine_id(tree, GOOD_ID, strlen(GOOD_ID));
	assert_int_equal(collect(tree, custom, 2, &components), SKERRY_OK);
	license.components_len = components_hash(&components, SALT, hashes, list);
	for (size_t i = 0; i < license.components_len; i++)
		license.components[i] = (struct license_component){ list[i].type, 1, list[i].hash };
	components_compare(&components, &license, sights);
	for (size_t i = 0; i < license.components_len; i++)
		assert_int_equal(sights[i], MATCH_SAME);

	/* Another machine id, one of the two custom values gone. */
	write_machine_id(tree, "fedcba9876543210fedcba9876543210", 32);
	assert_int_equal(collect(tree, other, 1, &components), SKERRY_OK);
	components_compare(&components, &license, sights);
	assert_int_equal(sights[0], MATCH_DIFFERS);
	assert_int_equal((sights[1] == MATCH_SAME) + (sights[2] == MATCH_SAME), 1);
	assert_int_equal((sights[1] == MATCH_DIFFERS) + (sights[2] == MATCH_DIFFERS), 1);

	/* Junk says nothing about the machine, neither for nor against it. */
	write_machine_id(tree, "", 0);
	assert_int_equal(collect(tree, NULL, 0, &components), SKERRY_OK);
	components_compare(&components, &license, sights);
	for (size_t i = 0; i < license.components_len; i++)
		assert_int_equal(sights[i], MATCH_UNREADABLE);

	/* The same value under another salt is another hash. */
	write_machine_id(tree, GOOD_ID, strlen(GOOD_ID));
	assert_int_equal(collect(tree, custom, 2, &components), SKERRY_OK);
	license.salt.data = (const uint8_t *)"another salt....";
	components_compare(&components, &license, sights);
	assert_int_equal(sights[0], MATCH_DIFFERS);
}

/* --- many of one type ------------------------------------------------------------------------ */

static void
add_present(struct components *components, unsigned type, const char *value)
{
	struct component component = component_none(type);

	component_set_present(&component, value, strlen(value));
	components_add(components, &component);
}

/* One of each and eight custom values are sixteen; further cards and disks stay out, the last first. */
static void
more_than_a_license_holds_leaves_out_cards_and_disks(void **state)
{
	static const unsigned FULL[] = { 1, 2, 3, 4, 4, 4, 4, 5, 5, 5, 5, 5, 5, 6, 7, 8, 9, 9, 9, 9,
		9, 9, 9, 9 };
	uint8_t hashes[LICENSE_COMPONENTS_MAX][LICENSE_COMPONENT_HASH_MAX];
	struct fingerprint_component list[LICENSE_COMPONENTS_MAX];
	struct components components = { .len = 0 };
	unsigned counts[FINGERPRINT_TYPE_LAST + 1] = { 0 };
	struct license license = { .salt = { SALT, sizeof SALT }, .threshold = 1 };
	enum match_sight sights[LICENSE_COMPONENTS_MAX];

	(void)state;
	assert_int_equal(sizeof FULL / sizeof *FULL, COMPONENTS_MAX);
	for (size_t i = 0; i < COMPONENTS_MAX; i++) {
		char value[16];

		snprintf(value, sizeof value, "value-%zu", i);
		add_present(&components, FULL[i], value);
	}
	assert_int_equal(components_hash(&components, SALT, hashes, list), LICENSE_COMPONENTS_MAX);
	for (size_t i = 0; i < LICENSE_COMPONENTS_MAX; i++)
		counts[list[i].type]++;
	for (unsigned type = 1; type < FINGERPRINT_CUSTOM; type++)
		assert_int_equal(counts[type], 1);
	assert_int_equal(counts[FINGERPRINT_CUSTOM], 8);

	/* Without the custom values there is room for all. */
	components.len = COMPONENTS_MAX - COMPONENTS_CUSTOM_MAX;
	license.components_len = components_hash(&components, SALT, hashes, list);
	assert_int_equal(license.components_len, LICENSE_COMPONENTS_MAX);
	for (size_t i = 0; i < license.components_len; i++)
		license.components[i] = (struct license_component){ list[i].type, 1, list[i].hash };
	components_compare(&components, &license, sights);
	for (size_t i = 0; i < license.components_len; i++)
		assert_int_equal(sights[i], MATCH_SAME);
}

/* One card that cannot be read could be the one that is wanted. */
static void
unreadable_one_of_several_leaves_it_open(void **state)
{
	static const uint8_t HASH[LICENSE_COMPONENT_HASH_MIN] = { 1 };
	struct license license = { .salt = { SALT, sizeof SALT }, .components_len = 1 };
	struct components components = { .len = 0 };
	struct component unreadable = component_none(FINGERPRINT_MAC);
	enum match_sight sights[LICENSE_COMPONENTS_MAX];

	(void)state;
	license.components[0] =
		(struct license_component){ FINGERPRINT_MAC, 1, { HASH, sizeof HASH } };
	add_present(&components, FINGERPRINT_MAC, "00:16:3e:00:00:01");
	components_compare(&components, &license, sights);
	assert_int_equal(sights[0], MATCH_DIFFERS);
	components_add(&components, &unreadable);
	components_compare(&components, &license, sights);
	assert_int_equal(sights[0], MATCH_UNREADABLE);
}

static void
best_rows_stay_in_an_order_of_their_own(void **state)
{
	static const char *const VALUES[] = { "m", "c", "x", "a", "c", "b", "z" };
	struct components components = { .len = 0 };
	struct component row = component_none(FINGERPRINT_MAC);

	(void)state;
	add_present(&components, FINGERPRINT_MACHINE_ID, "id");
	component_set_junk(&row, "junk");
	components_add_ranked(&components, 1, 4, &row);
	for (size_t i = 0; i < sizeof VALUES / sizeof *VALUES; i++) {
		component_set_present(&row, VALUES[i], 1);
		components_add_ranked(&components, 1, 4, &row);
		assert_true(components.len <= 5);
	}
	assert_int_equal(components.len, 5);
	assert_string_equal(components.list[1].value, "a");
	assert_string_equal(components.list[2].value, "b");
	assert_string_equal(components.list[3].value, "c");
	assert_string_equal(components.list[4].value, "m");
	component_set_unreadable(&row, SKERRY_ERR_IO, NULL);
	components_add_ranked(&components, 1, 4, &row);
	assert_string_equal(components.list[4].value, "m");
}

static void
kind_of_machine_identifies_nothing(void **state)
{
	struct components components = { .len = 0 };

	(void)state;
	add_present(&components, FINGERPRINT_CPU_MODEL, "cpu");
	add_present(&components, FINGERPRINT_OS, "debian 12");
	add_present(&components, FINGERPRINT_INSTALL_PATH, "/opt/hms");
	assert_false(components_identify(&components));
	add_present(&components, FINGERPRINT_CUSTOM, "volume-9");
	assert_true(components_identify(&components));
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
		WITH_TREE(install_path_is_absolute_and_tidied),
		WITH_TREE(hashes_are_in_order_and_equal_ones_once),
		WITH_TREE(comparing_finds_same_different_and_unreadable),
		cmocka_unit_test(more_than_a_license_holds_leaves_out_cards_and_disks),
		cmocka_unit_test(unreadable_one_of_several_leaves_it_open),
		cmocka_unit_test(best_rows_stay_in_an_order_of_their_own),
		cmocka_unit_test(kind_of_machine_identifies_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
