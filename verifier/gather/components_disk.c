/* SPDX-License-Identifier: ISC */
#include "components_disk.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "junk.h"
#include "small_directory.h"
#include "small_file.h"

enum {
	PATH_MAX_LEN = 512,
	TEXT_MAX = 256,
	LAYERS_MAX = 6, /* LUKS on LVM on RAID on partitions is four */
	VISITS_MAX = 32,
	REGISTERED_MIN = 20 /* "eui." and 16 digits */
};

struct search {
	const char *root;
	struct components *components;
	size_t first;
	unsigned visits; /* bounds a tree of layers that leads in circles */
};

static const char *
last_part(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash == NULL ? path : slash + 1;
}

/* SCSI's page 0x80: four bytes, the last two of them the length, then the serial number. */
static bool
unwrap_vpd(const char *text, size_t len, const char **ret_serial, size_t *ret_len)
{
	size_t serial_len;

	if (len < 4 || (uint8_t)text[1] != 0x80)
		return false;
	serial_len = (size_t)(uint8_t)text[2] * 256 + (uint8_t)text[3];
	if (serial_len > len - 4)
		serial_len = len - 4;
	*ret_serial = text + 4;
	*ret_len = serial_len;
	return true;
}

/* In the order of what is most a disk's own. */
static const struct {
	const char *name;
	bool vpd;
} SOURCES[] = {
	{ "device/cid", false },     /* MMC */
	{ "serial", false },         /* virtio */
	{ "device/serial", false },  /* NVMe */
	{ "device/vpd_pg80", true }, /* SCSI, SATA, USB */
	{ "wwid", false },
	{ "device/wwid", false },
};

/* A world-wide id that its maker took from a registered range. The others repeat the serial number. */
static bool
is_registered(const char *text, size_t len)
{
	static const char *const BEGINNINGS[] = { "eui.", "naa.", "uuid." };

	for (size_t i = 0; i < sizeof BEGINNINGS / sizeof *BEGINNINGS; i++)
		if (len >= REGISTERED_MIN &&
			memcmp(text, BEGINNINGS[i], strlen(BEGINNINGS[i])) == 0)
			return true;
	return false;
}

static bool
is_placeholder(const struct component *component)
{
	return component->sight == COMPONENT_JUNK && strcmp(component->cause, "empty") != 0;
}

static void
judge_source(
	const struct search *search, const char *disk, size_t source, struct component *component)
{
	char path[PATH_MAX_LEN], text[TEXT_MAX];
	const char *serial = text;
	size_t len;
	enum skerry_err err;

	snprintf(path, sizeof path, "%s/%s", disk, SOURCES[source].name);
	err = small_file_read(search->root, path, text, sizeof text, &len);
	if (err == SKERRY_ERR_FILE_MISSING)
		return;
	if (err == SKERRY_OK && SOURCES[source].vpd && !unwrap_vpd(text, len, &serial, &len))
		return;
	if (is_placeholder(component) && !(err == SKERRY_OK && is_registered(serial, len)))
		return;
	if (err == SKERRY_OK)
		junk_judge_serial(component, serial, len);
	else
		component_set_unreadable(component, err, NULL);
}

static void
add_disk(struct search *search, const char *disk, const char *name)
{
	struct component component = component_none(FINGERPRINT_DISK_SERIAL);

	component_set_unreadable(&component, SKERRY_ERR_FILE_MISSING, "the disk tells none");
	component_set_from(&component, name);
	for (size_t i = 0; i < sizeof SOURCES / sizeof *SOURCES; i++)
		if (component.sight != COMPONENT_PRESENT)
			judge_source(search, disk, i, &component);
	components_add_ranked(search->components, search->first, COMPONENTS_DISKS_MAX, &component);
}

static void visit(struct search *search, const char *link, unsigned layer);

/* True where the device stands on others, which were visited. */
static bool
visit_layers(struct search *search, const char *link, unsigned layer)
{
	char path[PATH_MAX_LEN];
	struct small_directory slaves;
	const char *name;
	bool some = false;

	snprintf(path, sizeof path, "%s/slaves", link);
	if (layer == LAYERS_MAX || small_directory_open(search->root, path, &slaves) != SKERRY_OK)
		return false;
	while (search->visits < VISITS_MAX && (name = small_directory_next(&slaves)) != NULL) {
		if (strlen(name) > COMPONENT_FROM_MAX)
			continue;
		snprintf(path, sizeof path, "/sys/class/block/%s", name);
		visit(search, path, layer + 1);
		some = true;
	}
	small_directory_close(&slaves);
	return some;
}

/* `link` is a name of the device below /sys, such as /sys/dev/block/259:2. */
static void
visit(struct search *search, const char *link, unsigned layer)
{
	char target[PATH_MAX_LEN], path[PATH_MAX_LEN], *partition;

	search->visits++;
	if (small_file_read_link(search->root, link, target, sizeof target) != SKERRY_OK ||
		visit_layers(search, link, layer))
		return;
	snprintf(path, sizeof path, "%s/partition", link);
	if (!small_file_exists(search->root, path)) {
		add_disk(search, link, last_part(target));
		return;
	}
	/* A partition's folder is inside that of its disk. */
	partition = strrchr(target, '/');
	if (partition != NULL)
		*partition = '\0';
	snprintf(path, sizeof path, "%s/..", link);
	add_disk(search, path, last_part(target));
}

/* btrfs and others have numbers of their own; then the name of the device has to do. */
static bool
visit_source(struct search *search, const struct mount *mount)
{
	char path[PATH_MAX_LEN], target[PATH_MAX_LEN];
	const char *name = last_part(mount->source);

	if (strncmp(mount->source, "/dev/", 5) != 0)
		return false;
	/* /dev/mapper/root leads to ../dm-0. */
	if (small_file_read_link(search->root, mount->source, target, sizeof target) == SKERRY_OK)
		name = last_part(target);
	if (strlen(name) > COMPONENT_FROM_MAX)
		return false;
	snprintf(path, sizeof path, "/sys/class/block/%.*s", COMPONENT_FROM_MAX, name);
	visit(search, path, 0);
	return true;
}

static bool
search_disks(struct search *search, const struct mounts *mounts)
{
	struct mount mount;
	char path[PATH_MAX_LEN];

	if (!mounts_find(mounts, "/", &mount))
		return false;
	if (strncmp(mount.device, "0:", 2) == 0)
		return visit_source(search, &mount);
	snprintf(path, sizeof path, "/sys/dev/block/%s", mount.device);
	visit(search, path, 0);
	return true;
}

void
components_collect_disks(
	const char *root, const struct mounts *mounts, struct components *components)
{
	struct search search = { .root = root, .components = components, .first = components->len };
	struct component none = component_none(FINGERPRINT_DISK_SERIAL);

	if (mounts->err == SKERRY_OK || mounts->err == SKERRY_ERR_FILE_MISSING)
		component_set_unreadable(&none, SKERRY_ERR_FILE_MISSING,
			"no disk is seen behind the root file system");
	else
		component_set_unreadable(&none, mounts->err, NULL);
	if (!search_disks(&search, mounts) || components->len == search.first)
		components_add(components, &none);
}
