/* SPDX-License-Identifier: ISC */
#include "components_firmware.h"

#include <string.h>

#include "junk.h"
#include "root_values.h"
#include "small_file.h"

#define HYPERVISOR_UUID "/sys/hypervisor/uuid"
#define DEVICE_TREE_SERIAL "/proc/device-tree/serial-number"

enum { TEXT_MAX = 256 };

/* The original, else what the service at boot read of it. */
static enum skerry_err
read_for_root_alone(const char *root, const char *path, char ret_text[TEXT_MAX], size_t *ret_len)
{
	struct root_values values;
	const char *value;
	size_t value_len;
	enum skerry_err err = small_file_read(root, path, ret_text, TEXT_MAX, ret_len);

	if (err != SKERRY_ERR_FILE_PERMISSION)
		return err;
	root_values_read(root, &values);
	if (!root_values_find(&values, path, &value, &value_len) || value_len > TEXT_MAX)
		return err;
	memcpy(ret_text, value, value_len);
	*ret_len = value_len;
	return SKERRY_OK;
}

static void
set_unreadable(struct component *component, enum skerry_err err)
{
	component_set_unreadable(
		component, err, err == SKERRY_ERR_FILE_PERMISSION ? "only root may read it" : NULL);
}

static void
collect_uuid(const char *root, struct component *component)
{
	char text[TEXT_MAX];
	size_t len;
	enum skerry_err err = read_for_root_alone(root, ROOT_VALUES_PRODUCT_UUID, text, &len);

	if (err == SKERRY_ERR_FILE_MISSING)
		err = small_file_read(root, HYPERVISOR_UUID, text, sizeof text, &len);
	if (err == SKERRY_OK)
		junk_judge_uuid(component, text, len);
	else
		set_unreadable(component, err);
}

/* The letters and digits alone. */
static size_t
squeeze(const char *text, char ret_text[COMPONENT_VALUE_MAX + 1])
{
	size_t len = 0;

	for (; *text != '\0'; text++)
		if ((*text >= '0' && *text <= '9') || (*text >= 'a' && *text <= 'z'))
			ret_text[len++] = *text;
	ret_text[len] = '\0';
	return len;
}

/* Some clouds write the one into the other; what is one fact should not weigh twice. */
static bool
repeats(const struct component *serial, const struct component *uuid)
{
	char long_text[COMPONENT_VALUE_MAX + 1], short_text[COMPONENT_VALUE_MAX + 1];

	if (serial->sight != COMPONENT_PRESENT || uuid->sight != COMPONENT_PRESENT)
		return false;
	squeeze(serial->value, long_text);
	squeeze(uuid->value, short_text);
	return strstr(long_text, short_text) != NULL;
}

static void
collect_serial(const char *root, struct component *component)
{
	char text[TEXT_MAX];
	size_t len;
	enum skerry_err err = read_for_root_alone(root, ROOT_VALUES_BOARD_SERIAL, text, &len);

	if (err == SKERRY_ERR_FILE_MISSING)
		err = small_file_read(root, DEVICE_TREE_SERIAL, text, sizeof text, &len);
	if (err == SKERRY_OK)
		junk_judge_serial(component, text, len);
	else
		set_unreadable(component, err);
}

void
components_collect_firmware(const char *root, struct components *components)
{
	struct component uuid = component_none(FINGERPRINT_PRODUCT_UUID),
			 serial = component_none(FINGERPRINT_BOARD_SERIAL);

	collect_uuid(root, &uuid);
	collect_serial(root, &serial);
	if (repeats(&serial, &uuid))
		component_set_junk(&serial, "repeats the product UUID");
	components_add(components, &uuid);
	components_add(components, &serial);
}
