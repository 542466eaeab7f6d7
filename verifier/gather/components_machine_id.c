/* SPDX-License-Identifier: ISC */
#include "components_machine_id.h"

#include <string.h>

#include "junk.h"
#include "small_file.h"

#define MACHINE_ID "/etc/machine-id"

enum { TEXT_MAX = 256 };

/* What Docker, Podman and Kubernetes leave in their containers. */
static const char *const CONTAINER_SIGNS[] = { "/.dockerenv", "/run/.containerenv",
	"/run/secrets/kubernetes.io" };

static bool
is_container(const char *root)
{
	for (size_t i = 0; i < sizeof CONTAINER_SIGNS / sizeof *CONTAINER_SIGNS; i++)
		if (small_file_exists(root, CONTAINER_SIGNS[i]))
			return true;
	return false;
}

/* A good id that is not this machine's, or not for long; NULL for the others. */
static const char *
cause_of_place(const char *root, const struct mounts *mounts)
{
	struct mount mount;

	if (mounts_find(mounts, MACHINE_ID, &mount))
		return strcmp(mount.type, "tmpfs") == 0 ? "made anew at each boot" : NULL;
	return is_container(root) ? "that of a container's image" : NULL;
}

void
components_collect_machine_id(
	const char *root, const struct mounts *mounts, struct components *components)
{
	struct component component = component_none(FINGERPRINT_MACHINE_ID);
	char text[TEXT_MAX];
	const char *cause;
	size_t len;
	enum skerry_err err = small_file_read(root, MACHINE_ID, text, sizeof text, &len);

	if (err == SKERRY_OK)
		junk_judge_machine_id(&component, text, len);
	else
		component_set_unreadable(&component, err, NULL);
	cause = component.sight == COMPONENT_PRESENT ? cause_of_place(root, mounts) : NULL;
	if (cause != NULL)
		component_set_junk(&component, cause);
	components_add(components, &component);
}
