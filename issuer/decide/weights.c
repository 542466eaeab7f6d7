/* SPDX-License-Identifier: ISC */
#include "weights.h"

static const unsigned char WEIGHTS[FINGERPRINT_TYPE_LAST + 1] = {
	[FINGERPRINT_MACHINE_ID] = 3,
	[FINGERPRINT_PRODUCT_UUID] = 3,
	[FINGERPRINT_BOARD_SERIAL] = 3,
	[FINGERPRINT_DISK_SERIAL] = 2,
	[FINGERPRINT_MAC] = 2,
	[FINGERPRINT_CPU_MODEL] = 1,
	[FINGERPRINT_OS] = 1,
	[FINGERPRINT_INSTALL_PATH] = 1,
	[FINGERPRINT_CUSTOM] = 4,
};

unsigned
weights_of(unsigned type)
{
	unsigned weight = type <= FINGERPRINT_TYPE_LAST ? WEIGHTS[type] : 0;

	return weight == 0 ? 1 : weight;
}

unsigned
weights_sum(const struct fingerprint *fingerprint)
{
	unsigned sum = 0;

	for (size_t i = 0; i < fingerprint->components_len; i++)
		sum += weights_of(fingerprint->components[i].type);
	return sum;
}

unsigned
weights_default_threshold(const struct fingerprint *fingerprint)
{
	return weights_sum(fingerprint) / 2 + 1;
}

static bool
has(const struct fingerprint *fingerprint, const struct fingerprint_component *component)
{
	for (size_t i = 0; i < fingerprint->components_len; i++)
		if (fingerprint->components[i].type == component->type &&
			cbor_bytes_same(fingerprint->components[i].hash, component->hash))
			return true;
	return false;
}

bool
weights_same_machine(const struct fingerprint *before, const struct fingerprint *now)
{
	unsigned shared = 0;

	if (before->components_len == 0 || !cbor_bytes_same(before->salt, now->salt))
		return false;
	for (size_t i = 0; i < before->components_len; i++)
		if (has(now, &before->components[i]))
			shared += weights_of(before->components[i].type);
	return shared >= weights_default_threshold(before);
}
