/* SPDX-License-Identifier: ISC */
#ifndef FORMATS_REQUEST_REPORT_H
#define FORMATS_REQUEST_REPORT_H

/*
 * What a request reports of its site: licenses and versions held, clock, journal, what happened there.
 * Labels 12 to 26 of the private map (request.h lists them); request.c reads and writes all others.
 */

#include "claims.h"
#include "request.h"

/* Reads the value of the label at hand; one that is no report is passed over or refused. */
void request_report_read(
	struct cbor_reader *r, const struct claims *claims, struct request *request);

/* Writes the labels and values of all that there is to report. */
void request_report_put(
	struct cbor_writer *w, struct cbor_map_out *map, const struct request *request);

/* Whether no list is longer than its array; the writer looks first. */
bool request_report_fits(const struct request *request);

#endif
