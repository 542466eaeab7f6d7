/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_SITE_HEAL_H
#define VERIFIER_SITE_HEAL_H

/* What the disk has damaged, while a site is opened: it comes back where the memory has it. */

#include "site.h"

/* A file that cannot be used; *ret_healed: another one lies there now. Errors of healing.h. */
enum skerry_err site_heal_file(struct site *site, const char *file, bool *ret_healed);

/* Loads the trust, each manifest as it came. Errors of documents_load_trust too. */
enum skerry_err site_heal_trust(struct site *site, struct site_failure *failure);

/* After the licenses were loaded: those that could not be used. */
enum skerry_err site_heal_licenses(struct site *site);

#endif
