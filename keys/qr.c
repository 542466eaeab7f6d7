/* SPDX-License-Identifier: ISC */
#include "qr.h"

#include <qrcodegen/qrcodegen.h>
#include <stdlib.h>

enum { BUFFER_LEN = qrcodegen_BUFFER_LEN_FOR_VERSION(QR_VERSION_MAX) };

bool
qr_make(const char *text, bool sturdy, struct qr *ret_qr)
{
	uint8_t *modules = malloc(BUFFER_LEN), *work = malloc(BUFFER_LEN);
	bool made = modules != NULL && work != NULL &&
		    qrcodegen_encodeText(text, work, modules,
			    sturdy ? qrcodegen_Ecc_QUARTILE : qrcodegen_Ecc_LOW,
			    qrcodegen_VERSION_MIN, QR_VERSION_MAX, qrcodegen_Mask_AUTO, true);

	free(work);
	if (!made) {
		free(modules);
		return false;
	}
	*ret_qr = (struct qr){ modules, qrcodegen_getSize(modules) };
	return true;
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
