/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_DAEMON_CONFIG_STAYS_H
#define VERIFIER_DAEMON_CONFIG_STAYS_H

/* What of another configuration counts only when skerryd is started again: what is open stays as it was opened. */

#include "config.h"
#include "log.h"

/* Tells each key that has another value now than at the start. */
void config_stays_tell(struct log *log, const struct config *first, const struct config *next);

#endif
