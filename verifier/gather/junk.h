/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_GATHER_JUNK_H
#define VERIFIER_GATHER_JUNK_H

/*
 * What a machine says of itself, in the one way of writing it, and whether it tells that machine
 * from others: firmware that nobody filled in says "To Be Filled By O.E.M." on each board, and a
 * copied image brings along the machine-id of its maker. Pure.
 *
 * Normalized means: ASCII letters in lower case; no blanks, line ends or zero bytes at either end;
 * inside, each run of blanks is one space. Other bytes than printable ASCII make it no text.
 */

#include "component_list.h"

/* Each takes what was read, and makes the row present, with the normalized value, or junk. */
void junk_judge_serial(struct component *component, const char *text, size_t text_len);
/* 8-4-4-4-12 hexadecimal digits. */
void junk_judge_uuid(struct component *component, const char *text, size_t text_len);
/* machine-id(5): 32 hexadecimal digits; images ship it empty or as "uninitialized". */
void junk_judge_machine_id(struct component *component, const char *text, size_t text_len);
/* aa:bb:cc:dd:ee:ff; one that software made up (locally administered) does not count. */
void junk_judge_mac(struct component *component, const char *text, size_t text_len);
/* A processor or a system: normalized, but many machines have the same one, and that is all right. */
void junk_judge_kind(struct component *component, const char *text, size_t text_len);

#endif
