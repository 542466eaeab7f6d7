/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_SHOW_COMPONENTS_VIEW_H
#define VERIFIER_SHOW_COMPONENTS_VIEW_H

/* What a machine shows of itself, for a technician and for scripts. Values are never told. */

#include <stdio.h>

#include "formats/json.h"
#include "verifier/gather/components.h"

/* Component, where from, state, usual weight, why it does not count. */
void components_view_table(FILE *out, const struct components *components);

/* An array of type, from, value (the state), weight, cause, hash. */
void components_view_json(
	struct json *j, const struct components *components, const uint8_t salt[LICENSE_SALT_LEN]);

/* An array of their names, for a set of MATCH_TYPE_BIT. */
void components_view_types_json(struct json *j, unsigned types);

#endif
