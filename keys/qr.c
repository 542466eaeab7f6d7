/* SPDX-License-Identifier: ISC */
#include "qr.h"

#include <qrcodegen/qrcodegen.h>
#include <stdlib.h>

enum { BUFFER_LEN = qrcodegen_BUFFER_LEN_FOR_VERSION(QR_VERSION_LARGEST) };

/* The level is raised where that takes no larger code. */
static bool
make(const char *text, enum qrcodegen_Ecc level, int version_max, struct qr *ret_qr)
{
	uint8_t *modules = malloc(BUFFER_LEN), *work = malloc(BUFFER_LEN);
	bool made = modules != NULL && work != NULL &&
		    qrcodegen_encodeText(text, work, modules, level, qrcodegen_VERSION_MIN,
			    version_max, qrcodegen_Mask_AUTO, true);

	free(work);
	if (!made) {
		free(modules);
		return false;
	}
	*ret_qr = (struct qr){ modules, qrcodegen_getSize(modules) };
	return true;
}

bool
qr_make(const char *text, bool sturdy, struct qr *ret_qr)
{
	return make(
		text, sturdy ? qrcodegen_Ecc_QUARTILE : qrcodegen_Ecc_LOW, QR_VERSION_MAX, ret_qr);
}

bool
qr_make_large(const char *text, struct qr *ret_qr)
{
	return make(text, qrcodegen_Ecc_LOW, QR_VERSION_LARGEST, ret_qr);
}

void
qr_free(struct qr *qr)
{
	free(qr->modules);
	*qr = (struct qr){ NULL, 0 };
}

bool
qr_dark(const struct qr *qr, int x, int y)
{
	return qrcodegen_getModule(qr->modules, x, y);
}
