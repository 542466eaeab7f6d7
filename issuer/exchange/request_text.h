/* SPDX-License-Identifier: ISC */
#ifndef ISSUER_EXCHANGE_REQUEST_TEXT_H
#define ISSUER_EXCHANGE_REQUEST_TEXT_H

/*
 * What a site says in words, on its way to people. What could act on a screen or turn other text around is
 * left out as a whole: nobody is helped by half of it.
 */

#include "formats/request.h"
#include "issuer/decide/entry.h"

/* The same text, or absent where it is no line to show (entry_is_name) or longer than `max` bytes. */
struct cbor_text request_text_plain(struct cbor_text text, size_t max);

/* The same, terminated; "" where it is absent. */
void request_text_copy(struct cbor_text text, char *ret_text, size_t text_max);

enum { REQUEST_TEXT_REPORT_MAX = 32 * 1024 };

/*
 * Usage, events and telemetry as JSON, terminated: {"usage":{...},"telemetry":{...},"events":[...]}, each
 * where there is some; "" where there is none. Without the events where that would be more than
 * REQUEST_TEXT_REPORT_MAX. Everything in it is escaped (json.h).
 */
void request_text_report(
	const struct request *request, char ret_report[REQUEST_TEXT_REPORT_MAX + 1]);

#endif
