/* SPDX-License-Identifier: ISC */
#ifndef KEYS_QR_H
#define KEYS_QR_H

/* A QR code (ISO/IEC 18004). The only file that includes qrcodegen.h. */

#include <stdbool.h>

enum {
	QR_QUIET = 4, /* light modules around it, as the standard wants */
	/* The largest that a telephone still reads as part of a page from an office printer. */
	QR_VERSION_MAX = 30,
	/* The largest there is: on a screen, or a sheet of its own. */
	QR_VERSION_LARGEST = 40,
	QR_LARGEST_CHARS = 4296 /* of digits, capitals and $%*+-./: at the lowest level */
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
/* The same up to QR_VERSION_LARGEST, with as much as may be dirty as its size permits. */
bool qr_make_large(const char *text, struct qr *ret_qr);
void qr_free(struct qr *qr);

/* True where the module is dark; false outside too. */
bool qr_dark(const struct qr *qr, int x, int y);

#endif
