/* SPDX-License-Identifier: ISC */
#include "remember_key.h"

#include <string.h>

#include "typed_key.h"
#include "verifier/state/key_masks.h"

enum skerry_err
remember_key(const struct site *site, const struct reply *reply, const char *keys)
{
	char masked[LICENSE_KEY_MAX + 1];
	enum skerry_err err = SKERRY_OK;

	if (strchr(keys, ' ') != NULL ||
		!typed_key_mask(&site->trust->manifest, reply->brand, keys, masked))
		return SKERRY_OK;
	for (size_t i = 0; i < reply->results_len && err == SKERRY_OK; i++) {
		const struct reply_result *result = &reply->results[i];

		/* That a license goes on is told of all that the site has, whatever it asked for. */
		if (result->code == REPLY_OK && result->license.len > 0 && result->told.len == 0)
			err = key_masks_put(site->memory->store, reply->brand, result->license,
				masked, reply->issued_at);
	}
	return err;
}
