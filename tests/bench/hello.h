/* SPDX-License-Identifier: ISC */
#ifndef BENCH_HELLO_H
#define BENCH_HELLO_H

/*
 * The bare limit of `skerryd`: a hello-world of the same libmicrohttpd, one thread and epoll as there, for
 * wrk to call (http.sh). Both answer until they are killed.
 *
 *	bench hello PORT        the library's own loop, as its examples have it
 *	bench hello PORT kept   the daemon's HTTP with one kept answer of as many bytes, and nothing behind it
 */
int hello_bench(int argc, char **argv);

#endif
