/* SPDX-License-Identifier: ISC */
#include "components.h"

#include <string.h>

#include "components_disk.h"
#include "components_firmware.h"
#include "components_kind.h"
#include "components_machine_id.h"
#include "components_network.h"
#include "keys/hash.h"

/* --- what the caller passes ------------------------------------------------------------------ */

/* Without double slashes and the last one. */
static enum skerry_err
tidy_path(const char *path, char ret_path[COMPONENT_VALUE_MAX + 1], size_t *ret_len)
{
	size_t len = 0;

	if (*path != '/')
		return SKERRY_ERR_ARGUMENT;
	for (; *path != '\0'; path++) {
		if (*path == '/' && len > 0 && ret_path[len - 1] == '/')
			continue;
		if (len == COMPONENT_VALUE_MAX)
			return SKERRY_ERR_ARGUMENT;
		ret_path[len++] = *path;
	}
	while (len > 1 && ret_path[len - 1] == '/')
		len--;
	*ret_len = len;
	return SKERRY_OK;
}

static enum skerry_err
take_install_path(const char *path, struct component *component)
{
	char value[COMPONENT_VALUE_MAX + 1];
	size_t len;
	enum skerry_err err;

	if (path == NULL) {
		component_set_unreadable(component, SKERRY_ERR_FILE_MISSING, "not given");
		return SKERRY_OK;
	}
	err = tidy_path(path, value, &len);
	if (err == SKERRY_OK)
		component_set_present(component, value, len);
	return err;
}

static bool
are_good(const char *const *custom, size_t custom_len)
{
	if (custom_len > COMPONENTS_CUSTOM_MAX)
		return false;
	for (size_t i = 0; i < custom_len; i++)
		if (custom[i] == NULL || custom[i][0] == '\0' ||
			strlen(custom[i]) > COMPONENT_VALUE_MAX)
			return false;
	return true;
}

static void
take_custom(const char *const *custom, size_t custom_len, struct components *components)
{
	struct component component = component_none(FINGERPRINT_CUSTOM);

	for (size_t i = 0; i < custom_len; i++) {
		component_set_present(&component, custom[i], strlen(custom[i]));
		components_add(components, &component);
	}
	if (custom_len > 0)
		return;
	component_set_unreadable(&component, SKERRY_ERR_FILE_MISSING, "not given");
	components_add(components, &component);
}

/* --- collecting ------------------------------------------------------------------------------ */

enum skerry_err
components_check(const struct components_query *query)
{
	struct component install_path = component_none(FINGERPRINT_INSTALL_PATH);

	return are_good(query->custom, query->custom_len)
		       ? take_install_path(query->install_path, &install_path)
		       : SKERRY_ERR_ARGUMENT;
}

enum skerry_err
components_take(const struct components_query *query, struct components *ret_components)
{
	struct component install_path = component_none(FINGERPRINT_INSTALL_PATH);

	if (!are_good(query->custom, query->custom_len) ||
		take_install_path(query->install_path, &install_path) != SKERRY_OK)
		return SKERRY_ERR_ARGUMENT;
	ret_components->len = 0;
	components_add(ret_components, &install_path);
	take_custom(query->custom, query->custom_len, ret_components);
	return SKERRY_OK;
}

enum skerry_err
components_collect(const struct components_query *query, struct components *ret_components)
{
	struct component install_path = component_none(FINGERPRINT_INSTALL_PATH);
	struct mounts mounts;

	if (!are_good(query->custom, query->custom_len) ||
		take_install_path(query->install_path, &install_path) != SKERRY_OK)
		return SKERRY_ERR_ARGUMENT;
	ret_components->len = 0;
	mounts_read(query->root, &mounts);
	components_collect_machine_id(query->root, &mounts, ret_components);
	components_collect_firmware(query->root, ret_components);
	components_collect_disks(query->root, &mounts, ret_components);
	components_collect_cards(query->root, ret_components);
	components_collect_processor(query->root, ret_components);
	components_collect_system(query->root, ret_components);
	components_add(ret_components, &install_path);
	take_custom(query->custom, query->custom_len, ret_components);
	return SKERRY_OK;
}

static bool
is_kind(unsigned type)
{
	return type == FINGERPRINT_CPU_MODEL || type == FINGERPRINT_OS ||
	       type == FINGERPRINT_INSTALL_PATH;
}

bool
components_identify(const struct components *components)
{
	for (size_t i = 0; i < components->len; i++)
		if (components->list[i].sight == COMPONENT_PRESENT &&
			!is_kind(components->list[i].type))
			return true;
	return false;
}

/* --- comparing ------------------------------------------------------------------------------- */

static enum match_sight
sight_of(const struct components *components, const struct license *license,
	const struct license_component *wanted)
{
	bool some_differ = false, some_unreadable = false;

	for (size_t i = 0; i < components->len; i++) {
		const struct component *component = &components->list[i];
		uint8_t hash[LICENSE_COMPONENT_HASH_MAX];

		if (component->type != wanted->type)
			continue;
		some_unreadable |= component->sight == COMPONENT_UNREADABLE;
		if (component->sight != COMPONENT_PRESENT)
			continue;
		hash_component(license->salt.data, component->type, component->value,
			component->value_len, hash, wanted->hash.len);
		if (memcmp(hash, wanted->hash.data, wanted->hash.len) == 0)
			return MATCH_SAME;
		some_differ = true;
	}
	return some_differ && !some_unreadable ? MATCH_DIFFERS : MATCH_UNREADABLE;
}

void
components_compare(const struct components *components, const struct license *license,
	enum match_sight ret_sights[LICENSE_COMPONENTS_MAX])
{
	for (size_t i = 0; i < license->components_len; i++)
		ret_sights[i] = sight_of(components, license, &license->components[i]);
}

/* --- hashing --------------------------------------------------------------------------------- */

static size_t
count_present(const struct components *components)
{
	size_t present = 0;

	for (size_t i = 0; i < components->len; i++)
		present += components->list[i].sight == COMPONENT_PRESENT;
	return present;
}

/* Leaves out up to `excess` rows of a type from its end, but for its first. Returns what remains. */
static size_t
leave_out(const struct components *components, unsigned type, size_t excess,
	bool left_out[COMPONENTS_MAX])
{
	for (size_t i = components->len; i-- > 1 && excess > 0;)
		if (components->list[i].type == type && components->list[i - 1].type == type &&
			components->list[i].sight == COMPONENT_PRESENT) {
			left_out[i] = true;
			excess--;
		}
	return excess;
}

static int
component_order(const struct fingerprint_component *a, const struct fingerprint_component *b)
{
	if (a->type != b->type)
		return a->type < b->type ? -1 : 1;
	return memcmp(a->hash.data, b->hash.data, a->hash.len);
}

/* In order; equal ones once. */
static void
insert(struct fingerprint_component *list, size_t *len, const struct fingerprint_component *hashed)
{
	size_t at = *len;

	while (at > 0 && component_order(hashed, &list[at - 1]) < 0)
		at--;
	if (at > 0 && component_order(hashed, &list[at - 1]) == 0)
		return;
	memmove(&list[at + 1], &list[at], (*len - at) * sizeof *list);
	list[at] = *hashed;
	(*len)++;
}

size_t
components_hash(const struct components *components, const uint8_t salt[LICENSE_SALT_LEN],
	uint8_t ret_hashes[LICENSE_COMPONENTS_MAX][LICENSE_COMPONENT_HASH_MAX],
	struct fingerprint_component ret_list[LICENSE_COMPONENTS_MAX])
{
	_Static_assert(COMPONENTS_SINGLE + 2 + COMPONENTS_CUSTOM_MAX <= LICENSE_COMPONENTS_MAX,
		"one disk, one card and all that there is one of have room");
	bool left_out[COMPONENTS_MAX] = { false };
	size_t present = count_present(components), len = 0, hashes_len = 0, excess = 0;

	if (present > LICENSE_COMPONENTS_MAX)
		excess = present - LICENSE_COMPONENTS_MAX;
	excess = leave_out(components, FINGERPRINT_MAC, excess, left_out);
	leave_out(components, FINGERPRINT_DISK_SERIAL, excess, left_out);
	for (size_t i = 0; i < components->len; i++) {
		const struct component *component = &components->list[i];
		struct fingerprint_component hashed = { .type = component->type };

		if (component->sight != COMPONENT_PRESENT || left_out[i])
			continue;
		hashed.hash = (struct cbor_bytes){ ret_hashes[hashes_len], HASH_COMPONENT_LEN };
		hash_component(salt, component->type, component->value, component->value_len,
			ret_hashes[hashes_len++], HASH_COMPONENT_LEN);
		insert(ret_list, &len, &hashed);
	}
	return len;
}
