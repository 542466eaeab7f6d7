/* SPDX-License-Identifier: ISC */
#include "components_network.h"

#include <stdio.h>
#include <string.h>

#include "below_root.h"
#include "junk.h"
#include "permanent_address.h"
#include "root_values.h"
#include "small_directory.h"
#include "small_file.h"

#define CARDS "/sys/class/net"

enum {
	PATH_MAX_LEN = 256,
	NAME_MAX_LEN = 15, /* the kernel's own limit */
	TEXT_MAX = 64,
	PARENTS_MAX = 10 /* a dock's card hangs behind some hubs */
};

/* An attribute of a card, such as "type"; without its line end. */
static enum skerry_err
read_attribute(const char *root, const char *card, const char *name, char ret_text[TEXT_MAX])
{
	char path[PATH_MAX_LEN];
	size_t len;
	enum skerry_err err;

	snprintf(path, sizeof path, CARDS "/%s/%s", card, name);
	err = small_file_read(root, path, ret_text, TEXT_MAX - 1, &len);
	if (err != SKERRY_OK)
		return err;
	while (len > 0 && (ret_text[len - 1] == '\n' || ret_text[len - 1] == ' '))
		len--;
	ret_text[len] = '\0';
	return SKERRY_OK;
}

static bool
attribute_is(const char *root, const char *card, const char *name, const char *value)
{
	char text[TEXT_MAX];

	return read_attribute(root, card, name, text) == SKERRY_OK && strcmp(text, value) == 0;
}

/* Ethernet and wireless cards with a device of some bus behind them. */
static bool
is_hardware(const char *root, const char *card)
{
	char path[PATH_MAX_LEN], target[PATH_MAX_LEN];

	snprintf(path, sizeof path, CARDS "/%s", card);
	if (small_file_read_link(root, path, target, sizeof target) == SKERRY_OK &&
		strstr(target, "/virtual/") != NULL)
		return false;
	snprintf(path, sizeof path, CARDS "/%s/device", card);
	return small_file_exists(root, path) && attribute_is(root, card, "type", "1");
}

/* The port of the card, or one on the way to it, is one that a person plugs things into. */
static bool
is_removable(const char *root, const char *card)
{
	char name[PATH_MAX_LEN] = "device/";

	for (unsigned i = 0; i < PARENTS_MAX; i++) {
		size_t len = strlen(name);

		snprintf(name + len, sizeof name - len, "removable");
		if (attribute_is(root, card, name, "removable"))
			return true;
		snprintf(name + len, sizeof name - len, "../");
	}
	return false;
}

/* SKERRY_OK, or what keeps the permanent address from being known. */
static enum skerry_err
read_address(const char *root, const char *card, char ret_text[TEXT_MAX])
{
	char changed[TEXT_MAX];
	enum skerry_err err = read_attribute(root, card, "address", ret_text);

	/* 0 is the kernel's NET_ADDR_PERM; kernels before 3.8 do not tell. */
	if (err != SKERRY_OK ||
		read_attribute(root, card, "addr_assign_type", changed) != SKERRY_OK ||
		strcmp(changed, "0") == 0)
		return err;
	if (read_attribute(root, card, "bonding_slave/perm_hwaddr", ret_text) == SKERRY_OK)
		return SKERRY_OK;
	if (below_root_is_machine(root) && permanent_address_read(card, ret_text))
		return SKERRY_OK;
	/* 1 is NET_ADDR_RANDOM: the card has none of its own. Its present one is locally administered. */
	return strcmp(changed, "1") == 0 ? SKERRY_OK : SKERRY_ERR_NOT_FOUND;
}

static void
judge_card(const char *root, const char *card, struct component *component)
{
	char text[TEXT_MAX];
	enum skerry_err err = read_address(root, card, text);

	if (err == SKERRY_ERR_NOT_FOUND)
		component_set_unreadable(component, err,
			"the address was changed, and the permanent one is not told");
	else if (err != SKERRY_OK)
		component_set_unreadable(component, err, NULL);
	else
		junk_judge_mac(component, text, strlen(text));
	if (component->sight == COMPONENT_PRESENT && is_removable(root, card))
		component_set_junk(component, "comes and goes: a dock or an adapter");
}

/* A daemon that is given no network sees none of its cards: those that root saw at boot. */
static void
add_noted(const char *root, struct components *components, size_t first)
{
	struct root_values values;
	char name[COMPONENT_FROM_MAX + 1];
	const char *value;
	size_t value_len, at = 0;

	root_values_read(root, &values);
	while (root_values_next_card(&values, &at, name, &value, &value_len)) {
		struct component card = component_none(FINGERPRINT_MAC);

		component_set_from(&card, name);
		junk_judge_mac(&card, value, value_len);
		components_add_ranked(components, first, COMPONENTS_CARDS_MAX, &card);
	}
}

void
components_collect_cards(const char *root, struct components *components)
{
	struct component card = component_none(FINGERPRINT_MAC);
	struct small_directory cards;
	size_t first = components->len;
	const char *name;
	enum skerry_err err = small_directory_open(root, CARDS, &cards);

	while (err == SKERRY_OK && (name = small_directory_next(&cards)) != NULL) {
		if (strlen(name) > NAME_MAX_LEN || !is_hardware(root, name))
			continue;
		component_set_from(&card, name);
		judge_card(root, name, &card);
		components_add_ranked(components, first, COMPONENTS_CARDS_MAX, &card);
	}
	if (err == SKERRY_OK)
		small_directory_close(&cards);
	if (components->len == first)
		add_noted(root, components, first);
	if (components->len > first)
		return;
	component_set_unreadable(&card, err == SKERRY_OK ? SKERRY_ERR_FILE_MISSING : err,
		err == SKERRY_OK || err == SKERRY_ERR_FILE_MISSING ? "no network card is seen"
								   : NULL);
	components_add(components, &card);
}
