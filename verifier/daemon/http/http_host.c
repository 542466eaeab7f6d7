/* SPDX-License-Identifier: ISC */
#include "http_host.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { HOST_MAX = 255 };

/* RFC 3986: unreserved, sub-delims, percent escapes, and what a port and an IP literal need. */
static bool
is_host_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       (c != '\0' && strchr("-._~!$&'()*+,;=%:[]", c) != NULL);
}

bool
http_host_is_formed(const char *host, size_t host_len)
{
	for (size_t i = 0; i < host_len; i++)
		if (!is_host_char(host[i]))
			return false;
	return host_len <= HOST_MAX;
}

bool
http_host_is_loopback(const struct sockaddr_storage *address)
{
	const struct sockaddr_in *v4 = (const struct sockaddr_in *)address;
	const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)address;

	if (address->ss_family == AF_INET)
		return ntohl(v4->sin_addr.s_addr) >> 24 == 127;
	if (address->ss_family != AF_INET6)
		return false;
	return IN6_IS_ADDR_LOOPBACK(&v6->sin6_addr) ||
	       (IN6_IS_ADDR_V4MAPPED(&v6->sin6_addr) && v6->sin6_addr.s6_addr[12] == 127);
}

/* Both as IPv6, IPv4 mapped. */
static struct in6_addr
address_of(const struct sockaddr_storage *address)
{
	struct in6_addr mapped = { .s6_addr = { [10] = 0xff, [11] = 0xff } };

	if (address->ss_family == AF_INET6)
		return ((const struct sockaddr_in6 *)address)->sin6_addr;
	memcpy(mapped.s6_addr + 12, &((const struct sockaddr_in *)address)->sin_addr, 4);
	return mapped;
}

static bool
literal_of(const char *name, bool in_brackets, struct sockaddr_storage *ret_address)
{
	struct sockaddr_in6 v6 = { .sin6_family = AF_INET6 };
	struct sockaddr_in v4 = { .sin_family = AF_INET };

	memset(ret_address, 0, sizeof *ret_address);
	if (in_brackets && inet_pton(AF_INET6, name, &v6.sin6_addr) == 1) {
		memcpy(ret_address, &v6, sizeof v6);
		return true;
	}
	if (!in_brackets && inet_pton(AF_INET, name, &v4.sin_addr) == 1) {
		memcpy(ret_address, &v4, sizeof v4);
		return true;
	}
	return false;
}

/* The host without its port and its last dot. False where that is no host with a port. */
static bool
take_name(const char *host, size_t host_len, char ret_name[HOST_MAX + 1], bool *ret_in_brackets)
{
	const char *bracket = host_len > 0 && host[0] == '[' ? memchr(host, ']', host_len) : NULL;
	const char *start = bracket != NULL ? host + 1 : host;
	const char *after = bracket != NULL ? bracket + 1 : memchr(host, ':', host_len);
	const char *end = host + host_len;
	size_t len;

	if (after == NULL)
		after = end;
	len = (size_t)((bracket != NULL ? bracket : after) - start);
	if (after < end && (*after != ':' || end - after > 6))
		return false;
	for (const char *digit = after + 1; digit < end; digit++)
		if (*digit < '0' || *digit > '9')
			return false;
	if (bracket == NULL && len > 1 && start[len - 1] == '.')
		len--;
	if (len == 0 || len > HOST_MAX)
		return false;
	memcpy(ret_name, start, len);
	ret_name[len] = '\0';
	*ret_in_brackets = bracket != NULL;
	return true;
}

/* "server" for a machine called "server.hotel.example", too, and "server.local". */
static bool
is_machine(const char *name, const char *hostname)
{
	size_t label_len = strcspn(hostname, ".");

	if (label_len == 0)
		return false;
	if (strcasecmp(name, hostname) == 0)
		return true;
	return strncasecmp(name, hostname, label_len) == 0 &&
	       (name[label_len] == '\0' || strcasecmp(name + label_len, ".local") == 0);
}

bool
http_host_is_ours(const char *host, size_t host_len, const struct sockaddr_storage *local,
	const struct http_names *names)
{
	bool on_loopback = http_host_is_loopback(local), in_brackets;
	struct sockaddr_storage literal;
	char name[HOST_MAX + 1];

	if (!take_name(host, host_len, name, &in_brackets))
		return false;
	if (literal_of(name, in_brackets, &literal)) {
		struct in6_addr said = address_of(&literal), is = address_of(local);

		return memcmp(&said, &is, sizeof said) == 0 ||
		       (on_loopback && http_host_is_loopback(&literal));
	}
	if (on_loopback && strcasecmp(name, "localhost") == 0)
		return true;
	for (size_t i = 0; i < names->names_len; i++)
		if (strcasecmp(name, names->names[i]) == 0)
			return true;
	return is_machine(name, names->hostname);
}

bool
http_host_read_address(const char *text, struct sockaddr_storage *ret_address, socklen_t *ret_len)
{
	const char *colon = strrchr(text, ':');
	char name[HOST_MAX + 1];
	bool in_brackets;
	unsigned long port;

	if (colon == NULL || colon[1] == '\0' ||
		!take_name(text, strlen(text), name, &in_brackets) ||
		colon != text + strlen(name) + (in_brackets ? 2 : 0) ||
		!literal_of(name, in_brackets, ret_address))
		return false;
	/* Up to five digits: take_name has looked. */
	port = strtoul(colon + 1, NULL, 10);
	if (in_brackets)
		((struct sockaddr_in6 *)ret_address)->sin6_port = htons((uint16_t)port);
	else
		((struct sockaddr_in *)ret_address)->sin_port = htons((uint16_t)port);
	*ret_len = in_brackets ? sizeof(struct sockaddr_in6) : sizeof(struct sockaddr_in);
	return port <= UINT16_MAX;
}
