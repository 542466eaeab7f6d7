/* SPDX-License-Identifier: ISC */
/*
 * To preload, for scenarios that type a hundred passphrases: deriving a key from one costs a millisecond instead of most of a
 * second. What it derives is another key, so all programs of a scenario have it or none. tests/scenario/10-key-files.sh
 * and the unit tests pay the price as it is.
 */
#include <dlfcn.h>
#include <stddef.h>

enum {
	OPERATIONS_MIN = 1,
	MEMORY_MIN = 8192
}; /* crypto_pwhash_argon2id_OPSLIMIT_MIN, _MEMLIMIT_MIN */

typedef int derive(unsigned char *, unsigned long long, const char *, unsigned long long,
	const unsigned char *, unsigned long long, size_t, int);

__attribute__((visibility("default"))) derive crypto_pwhash;

int
crypto_pwhash(unsigned char *out, unsigned long long out_len, const char *passphrase,
	unsigned long long passphrase_len, const unsigned char *salt, unsigned long long operations,
	size_t memory, int algorithm)
{
	derive *real = (derive *)dlsym(RTLD_NEXT, "crypto_pwhash");

	(void)operations;
	(void)memory;
	return real(out, out_len, passphrase, passphrase_len, salt, OPERATIONS_MIN, MEMORY_MIN,
		algorithm);
}
