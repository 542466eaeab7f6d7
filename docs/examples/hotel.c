/* SPDX-License-Identifier: ISC */
/*
 * A product that pins its vendor's root and asks what it may do. Made and run by
 * tests/scenario/38-embedding.sh:
 *
 *	xxd -i < vendor.manifest > vendor_manifest.inc
 *	cc hotel.c $(pkg-config --cflags --libs skerry) -o hotel && ./hotel hotel.license
 */
#include <stdio.h>
#include <stdlib.h>

#include <skerry.h>

/* Compiled in: whoever swaps the files on disk for those of another vendor gets nothing. */
static const unsigned char VENDOR_MANIFEST[] = {
#include "vendor_manifest.inc"
};

static unsigned char license[65536];

int
main(int argc, char **argv)
{
	struct skerry_config config = SKERRY_CONFIG_INIT;
	struct skerry_failure failure;
	struct skerry *skerry;
	char message[SKERRY_MESSAGE_MAX];
	int64_t rooms = 0;
	FILE *file = argc == 2 ? fopen(argv[1], "rb") : NULL;

	if (file == NULL) {
		fprintf(stderr, "usage: %s hotel.license\n", argv[0]);
		return EXIT_FAILURE;
	}
	config.trust = VENDOR_MANIFEST;
	config.trust_len = sizeof VENDOR_MANIFEST;
	config.product = "hotelhub/hms";
	config.license = license;
	config.license_len = fread(license, 1, sizeof license, file);
	fclose(file);
	if (skerry_open(&config, &skerry, &failure) != SKERRY_OK) {
		fprintf(stderr, "%s: %s\n", argv[1], failure.message);
		return EXIT_FAILURE;
	}
	skerry_message(skerry, message, sizeof message);
	puts(message);
	if (skerry_feature(skerry, "channel_manager") == SKERRY_OK)
		puts("The channel manager starts.");
	if (skerry_limit(skerry, "max_rooms", &rooms) == SKERRY_OK)
		printf("%lld rooms may be let.\n", (long long)rooms);
	skerry_close(skerry);
	return EXIT_SUCCESS;
}
