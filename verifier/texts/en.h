/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_TEXTS_EN_H
#define VERIFIER_TEXTS_EN_H

/* The catalogue in English (texts.h). */

#include "texts.h"

extern const struct texts TEXTS_EN;

#endif
