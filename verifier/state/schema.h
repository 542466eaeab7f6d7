/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_STATE_SCHEMA_H
#define VERIFIER_STATE_SCHEMA_H

/* The tables of site.db (schema.sql). */

#include "keys/store.h"

enum { SITE_SCHEMA_VERSION = 1 };

extern const struct store_schema SITE_SCHEMA;

#endif
