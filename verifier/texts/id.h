/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_TEXTS_ID_H
#define VERIFIER_TEXTS_ID_H

/* The catalogue in Indonesian (texts.h). */

#include "texts.h"

extern const struct texts TEXTS_ID;

#endif
