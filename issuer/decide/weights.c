/* SPDX-License-Identifier: ISC */
#include "weights.h"

unsigned
weights_of(unsigned type)
{
	return fingerprint_type_weight(type);
}

unsigned
weights_sum(const struct fingerprint *fingerprint)
{
	unsigned sum = 0;

	for (size_t i = 0; i < fingerprint->components_len; i++)
		sum += weights_of(fingerprint->components[i].type);
	return sum;
}

/* What the copy of a machine on the same kind of host has as well. */
static unsigned
copied_weight(const struct fingerprint *fingerprint)
{
	unsigned sum = 0;

	for (size_t i = 0; i < fingerprint->components_len; i++)
		switch (fingerprint->components[i].type) {
		case FINGERPRINT_MACHINE_ID:
		case FINGERPRINT_CPU_MODEL:
		case FINGERPRINT_OS:
		case FINGERPRINT_INSTALL_PATH:
			sum += weights_of(fingerprint->components[i].type);
			break;
		default:
			break;
		}
	return sum;
}

unsigned
weights_default_threshold(const struct fingerprint *fingerprint)
{
	unsigned sum = weights_sum(fingerprint), half = sum / 2 + 1;
	unsigned copied = copied_weight(fingerprint);

	return copied < sum && copied + 1 > half ? copied + 1 : half;
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
