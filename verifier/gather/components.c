/* SPDX-License-Identifier: ISC */
#include "components.h"

#include <string.h>

#include "keys/hash.h"
#include "small_file.h"

enum { MACHINE_ID_LEN = 32, TEXT_MAX = 256 };

static struct component *
add(struct components *components, unsigned type)
{
	struct component *component = &components->list[components->len++];

	memset(component, 0, sizeof *component);
	component->type = type;
	return component;
}

static void
set_junk(struct component *component, const char *cause)
{
	component->sight = COMPONENT_JUNK;
	component->cause = cause;
}

static void
set_unreadable(struct component *component, enum skerry_err err, const char *cause)
{
	component->sight = COMPONENT_UNREADABLE;
	component->err = err;
	component->cause = cause;
}

static void
set_present(struct component *component, const char *value, size_t value_len)
{
	component->sight = COMPONENT_PRESENT;
	memcpy(component->value, value, value_len);
	component->value_len = value_len;
}

static const char *
cause_of(enum skerry_err err)
{
	switch (err) {
	case SKERRY_ERR_FILE_MISSING:
		return "not there";
	case SKERRY_ERR_FILE_PERMISSION:
		return "no permission to read it";
	case SKERRY_ERR_FILE_NOT_REGULAR:
		return "not a file";
	case SKERRY_ERR_NO_SPACE:
		return "too long";
	default:
		return "cannot be read";
	}
}

static size_t
trimmed_len(const char *text, size_t len)
{
	while (len > 0 && (text[len - 1] == '\n' || text[len - 1] == '\r' || text[len - 1] == ' ' ||
				  text[len - 1] == '\t'))
		len--;
	return len;
}

/* Lower case; false for anything but hexadecimal digits. */
static bool
normalize_hex(char *text, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (text[i] >= 'A' && text[i] <= 'F')
			text[i] = (char)(text[i] - 'A' + 'a');
		else if (!((text[i] >= '0' && text[i] <= '9') ||
				 (text[i] >= 'a' && text[i] <= 'f')))
			return false;
	}
	return true;
}

static bool
one_character_repeated(const char *text, size_t len)
{
	for (size_t i = 1; i < len; i++)
		if (text[i] != text[0])
			return false;
	return true;
}

/* machine-id(5): 32 hexadecimal digits; images ship it empty or as "uninitialized". */
static void
collect_machine_id(struct components *components, const char *root)
{
	struct component *component = add(components, FINGERPRINT_MACHINE_ID);
	char text[TEXT_MAX];
	size_t len;
	enum skerry_err err = small_file_read(root, "/etc/machine-id", text, sizeof text, &len);

	if (err != SKERRY_OK) {
		set_unreadable(component, err, cause_of(err));
		return;
	}
	len = trimmed_len(text, len);
	if (len == 0)
		set_junk(component, "empty");
	else if (len == strlen("uninitialized") && memcmp(text, "uninitialized", len) == 0)
		set_junk(component, "not initialized yet");
	else if (len != MACHINE_ID_LEN || !normalize_hex(text, len))
		set_junk(component, "not a machine id");
	else if (one_character_repeated(text, len))
		set_junk(component, "the same digit throughout");
	else
		set_present(component, text, len);
}

enum skerry_err
components_collect(const char *root, const char *const *custom, size_t custom_len,
	struct components *ret_components)
{
	if (custom_len > COMPONENTS_CUSTOM_MAX)
		return SKERRY_ERR_ARGUMENT;
	for (size_t i = 0; i < custom_len; i++)
		if (custom[i] == NULL || custom[i][0] == '\0' ||
			strlen(custom[i]) > COMPONENT_VALUE_MAX)
			return SKERRY_ERR_ARGUMENT;
	ret_components->len = 0;
	collect_machine_id(ret_components, root);
	for (size_t i = 0; i < custom_len; i++)
		set_present(add(ret_components, FINGERPRINT_CUSTOM), custom[i], strlen(custom[i]));
	if (custom_len == 0)
		set_unreadable(add(ret_components, FINGERPRINT_CUSTOM), SKERRY_ERR_FILE_MISSING,
			"not given");
	return SKERRY_OK;
}

/* Of several values of one type (network cards) one is enough. */
static enum match_sight
sight_of(const struct components *components, const struct license *license,
	const struct license_component *wanted)
{
	enum match_sight sight = MATCH_UNREADABLE;

	for (size_t i = 0; i < components->len; i++) {
		const struct component *component = &components->list[i];
		uint8_t hash[LICENSE_COMPONENT_HASH_MAX];

		if (component->type != wanted->type || component->sight != COMPONENT_PRESENT)
			continue;
		hash_component(license->salt.data, component->type, component->value,
			component->value_len, hash, wanted->hash.len);
		if (memcmp(hash, wanted->hash.data, wanted->hash.len) == 0)
			return MATCH_SAME;
		sight = MATCH_DIFFERS;
	}
	return sight;
}

void
components_compare(const struct components *components, const struct license *license,
	enum match_sight ret_sights[LICENSE_COMPONENTS_MAX])
{
	for (size_t i = 0; i < license->components_len; i++)
		ret_sights[i] = sight_of(components, license, &license->components[i]);
}

static int
component_order(const struct fingerprint_component *a, const struct fingerprint_component *b)
{
	if (a->type != b->type)
		return a->type < b->type ? -1 : 1;
	return memcmp(a->hash.data, b->hash.data, a->hash.len);
}

size_t
components_hash(const struct components *components, const uint8_t salt[LICENSE_SALT_LEN],
	uint8_t ret_hashes[COMPONENTS_MAX][LICENSE_COMPONENT_HASH_MAX],
	struct fingerprint_component ret_list[COMPONENTS_MAX])
{
	size_t len = 0;

	for (size_t i = 0; i < components->len; i++) {
		const struct component *component = &components->list[i];
		struct fingerprint_component hashed = { .type = component->type,
			.hash = { ret_hashes[i], HASH_COMPONENT_LEN } };
		size_t at = len;

		if (component->sight != COMPONENT_PRESENT)
			continue;
		hash_component(salt, component->type, component->value, component->value_len,
			ret_hashes[i], HASH_COMPONENT_LEN);
		while (at > 0 && component_order(&hashed, &ret_list[at - 1]) < 0)
			at--;
		if (at > 0 && component_order(&hashed, &ret_list[at - 1]) == 0)
			continue;
		memmove(&ret_list[at + 1], &ret_list[at], (len - at) * sizeof *ret_list);
		ret_list[at] = hashed;
		len++;
	}
	return len;
}
