/* SPDX-License-Identifier: ISC */
#include "folder_config.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* NULL stays NULL. *ret_copied is false without memory. */
static const char *
keep(struct folder_config *copy, const char *string, bool *ret_copied)
{
	char *kept = string == NULL ? NULL : strdup(string);

	if (kept != NULL)
		copy->strings[copy->strings_len++] = kept;
	*ret_copied = *ret_copied && (string == NULL || kept != NULL);
	return kept;
}

/* The process may go elsewhere afterwards. */
static enum skerry_err
make_absolute(const char *path, char **ret_path)
{
	char here[PATH_MAX] = "";
	size_t size;

	if (path[0] != '/' && getcwd(here, sizeof here) == NULL)
		return SKERRY_ERR_FILE_MISSING;
	size = strlen(here) + strlen(path) + 2;
	*ret_path = malloc(size);
	if (*ret_path == NULL)
		return SKERRY_ERR_NO_MEMORY;
	snprintf(*ret_path, size, "%s%s%s", here, here[0] == '\0' ? "" : "/", path);
	return SKERRY_OK;
}

static enum skerry_err
copy_pin(const struct skerry_config *config, struct folder_config *copy, size_t *ret_offset)
{
	enum skerry_err err;

	/* Unwrapping overwrites it. */
	copy->carrier = malloc(config->trust_len == 0 ? 1 : config->trust_len);
	if (copy->carrier == NULL)
		return SKERRY_ERR_NO_MEMORY;
	memcpy(copy->carrier, config->trust, config->trust_len);
	copy->pinned.documents = copy->documents;
	err = document_unwrap(copy->carrier, config->trust_len, copy->documents,
		&copy->pinned.documents_len, ret_offset);
	return err == SKERRY_OK ? pinned_check(&copy->pinned, ret_offset) : err;
}

enum skerry_err
folder_config_copy(
	const struct skerry_config *config, struct folder_config *ret_copy, size_t *ret_offset)
{
	struct folder_config *copy = ret_copy;
	bool copied = true;
	enum skerry_err err;

	memset(copy, 0, sizeof *copy);
	*ret_offset = 0;
	copy->query = (struct site_query){
		.product = keep(copy, config->product, &copied),
		.tenant = keep(copy, config->tenant, &copied),
		/* Leaving the domain out must not take the binding away. */
		.domain = keep(copy, config->domain == NULL ? "" : config->domain, &copied),
		.install_path = keep(copy, config->install_path, &copied),
		.custom = copy->custom,
		.custom_len = config->custom_len,
		.build_date = config->build_date,
	};
	for (size_t i = 0; i < config->custom_len; i++)
		copy->custom[i] = keep(copy, config->custom[i], &copied);
	if (!copied)
		return SKERRY_ERR_NO_MEMORY;
	err = make_absolute(config->state == NULL ? config->socket : config->state, &copy->path);
	return err == SKERRY_OK ? copy_pin(config, copy, ret_offset) : err;
}

void
folder_config_free(struct folder_config *copy)
{
	for (size_t i = 0; i < copy->strings_len; i++)
		free(copy->strings[i]);
	free(copy->path);
	free(copy->carrier);
	memset(copy, 0, sizeof *copy);
}
