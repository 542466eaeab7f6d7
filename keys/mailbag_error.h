/* SPDX-License-Identifier: ISC */
#ifndef KEYS_MAILBAG_ERROR_H
#define KEYS_MAILBAG_ERROR_H

#include "formats/skerry_error.h"

/* What errno says, in the words of mailbag.h. */
enum skerry_err mailbag_error(void);

#endif
