/* SPDX-License-Identifier: ISC */
#ifndef BENCH_HOSTILE_H
#define BENCH_HOSTILE_H

#include <stddef.h>

/*
 * `bench hostile STATE DESK DIR`: how long a site and a desk spend on a stick that holds one trick, each of
 * threats.md's. DIR is made, STATE is a site that trusts the DESK; both are used up.
 */
int hostile_bench(int argc, char **argv);

/*
 * Either reader, from hostile_site.c and hostile_desk.c, since a site and a desk have types of the same
 * name: opens what lies there, looks at the stick in `dir` once, closes. Each look says how many files it
 * refused.
 */
void hostile_site_open(const char *path);
size_t hostile_site_look(const char *dir);
const char *hostile_site_reason(void); /* of the last one that it refused; "" */
void hostile_site_close(void);
void hostile_desk_open(const char *path);
size_t hostile_desk_look(const char *dir);
/* A document of that type, signed by the desk. Ends the bench where there is no room. */
size_t hostile_desk_sign(const char *type, const unsigned char *payload, size_t payload_len,
	unsigned char *ret_bytes, size_t room);
void hostile_desk_close(void);

#endif
