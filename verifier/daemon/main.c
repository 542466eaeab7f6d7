/* SPDX-License-Identifier: ISC */
/* skerryd: licenses and seats for everything on the site. */
int
main(void)
{
	return 2;
}
