/* SPDX-License-Identifier: ISC */
#include "amount.h"

#include <string.h>

bool
amount_add(struct amount *amount, const char *price)
{
	size_t whole, places, at;
	unsigned carry = 0;

	if (price == NULL || !entry_is_price(price))
		return false;
	whole = strcspn(price, ".");
	places = price[whole] == '.' ? strlen(price + whole + 1) : 0;
	for (at = AMOUNT_PLACES - places; at < AMOUNT_DIGITS; at++) {
		size_t from_end = at + places - AMOUNT_PLACES; /* of the price's digits */
		unsigned digit = 0;

		if (from_end < places)
			digit = (unsigned)(price[whole + places - from_end] - '0');
		else if (from_end - places < whole)
			digit = (unsigned)(price[whole - 1 - (from_end - places)] - '0');
		else if (carry == 0)
			break;
		digit += amount->digits[at] + carry;
		amount->digits[at] = (uint8_t)(digit % 10);
		carry = digit / 10;
	}
	if (amount->places < places)
		amount->places = (uint8_t)places;
	return true;
}

void
amount_format(const struct amount *amount, char ret_text[AMOUNT_TEXT_MAX])
{
	size_t first = AMOUNT_DIGITS - 1;
	char *out = ret_text;

	while (first > AMOUNT_PLACES && amount->digits[first] == 0)
		first--;
	for (size_t i = first + 1; i > AMOUNT_PLACES; i--)
		*out++ = (char)('0' + amount->digits[i - 1]);
	if (amount->places > 0)
		*out++ = '.';
	for (size_t i = 0; i < amount->places; i++)
		*out++ = (char)('0' + amount->digits[AMOUNT_PLACES - 1 - i]);
	*out = '\0';
}
