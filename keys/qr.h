/* SPDX-License-Identifier: ISC */
#ifndef KEYS_QR_H
#define KEYS_QR_H

/* A QR code (ISO/IEC 18004). The only file that includes qrcodegen.h. */

#include <stdbool.h>

enum {
	QR_QUIET = 4, /* light modules around it, as the standard wants */
	/* The largest that a telephone still reads from an office printer's paper, or off a screen. */
	QR_VERSION_MAX = 30
};

struct qr {
	unsigned char *modules; /* qrcodegen's own form */
	int size;               /* modules on each side, without the quiet zone */
};

/*
 * Encodes `text`; qr_free ends it. With `sturdy` a quarter of it may be dirty, else a fourteenth.
 * False when it does not fit QR_VERSION_MAX, or without memory.
 */
bool qr_make(const char *text, bool sturdy, struct qr *ret_qr);
void qr_free(struct qr *qr);

/* True where the module is dark; false outside too. */
bool qr_dark(const struct qr *qr, int x, int y);

#endif
