/* SPDX-License-Identifier: ISC */
#include "texts.h"

const struct letter_texts LETTER_TEXTS_EN = {
	.tag = "en",
	.months = { "January", "February", "March", "April", "May", "June", "July", "August",
		"September", "October", "November", "December" },
	.date = "{day} {month} {year}",

	.title = "{brand}: your license",
	.heading = "Your license",
	.dated = "Written on {date}",

	.key = "License key",
	.key_symbols = "0 is always the digit zero and 1 always the digit one; there is no letter "
		       "O, I, L or U. Capital and small letters are the same.",
	.key_symbols_prefix = "After {prefix}: 0 is always the digit zero and 1 always the digit "
			      "one; there is no letter O, I, L or U. Capital and small letters "
			      "are the same.",
	.key_keep = "Keep this page. Whoever has the key can ask for a license in your name.",
	.key_qr = "QR code of the license key",

	.bought = "What you have",
	.product = "Product",
	.valid = "Valid",
	.sites = "Sites",
	.includes = "Includes",
	.number = "No. {number}",
	.until = "until {date}",
	.forever = "without end",
	.maintenance = "new versions until {date}",
	.for_tenant = "for {tenant}",
	.seats = "{count} in use at once",
	.more = "and {count} more",

	.steps = "At the machine, step by step",
	.prepare = "Install {product}. Copy vendor.manifest, which came with it, to the machine. "
		   "Open a terminal in that folder, as administrator.",
	.trust = "Say once whose licenses this machine may believe.",
	.roots = "It names root keys; they must be these:",
	.starter = "Start at once, without waiting for us: this license is good until {date}.",
	.unbound = "Put in the license that came with this page.",
	.fingerprint = "Describe this machine for its own license.",
	.send = "Send site.fingerprint to {email}, or carry it on a stick. You get the file "
		"site.license back.",
	.send_to_nobody = "Send site.fingerprint to whoever sold you the license, or carry it on a "
			  "stick. You get the file site.license back.",
	.import = "Put it in. If the file you received has another name, type that name.",
	.status = "Look: it says \"active\", and until when.",

	.paper_starter = "The starter license on paper",
	.paper_license = "The license on paper",
	.paper = "File lost? Scan this code, save its text as {file}, and put that in:",
	.paper_qr = "QR code of the license",

	.call = "Whom to call",
	.telephone = "Telephone",
	.email = "E-mail",
	.web = "Web",
	.call_nobody = "Ask whoever sold you {product}.",
};
