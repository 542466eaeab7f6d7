/* SPDX-License-Identifier: ISC */
#ifndef ISSUER_DESK_SCHEMA_H
#define ISSUER_DESK_SCHEMA_H

/* The tables of issuer.db (schema.sql), and what leads to them from older versions. */

#include "keys/store.h"

enum { DESK_SCHEMA_VERSION = 4 };

extern const struct store_schema DESK_SCHEMA;

#endif
