/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Interface names, and suggestions for mistyped words. */
#include "lang/names.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "lang/config.h"

#define NAME_COMPARED 32

static bool is_valid(const char *name, size_t size)
{
	if (!*name || strlen(name) >= size || strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
		return false;
	for (; *name; name++)
		if (*name == '/' || *name == ':' || isspace((unsigned char)*name))
			return false;
	return true;
}

bool name_is_valid(const char *name)
{
	return is_valid(name, BOND_NAME_MAX);
}

static bool has_unsafe_character(const char *name)
{
	for (; *name; name++)
		if (*name == '%' || iscntrl((unsigned char)*name))
			return true;
	return false;
}

static int check(const char *name, size_t size, struct refusal *why)
{
	size_t length = strlen(name);

	if (length == 0 || length >= size)
		return refuse(why, -EINVAL,
			      "%.40s: an interface name has 1 to %zu characters, not %zu", name,
			      size - 1, length);
	if (!is_valid(name, size) || has_unsafe_character(name))
		return refuse(
			why, -EINVAL,
			"%s: an interface name is not '.' or '..' and has no '/', ':', '%%' or "
			"blank: choose another",
			name);
	return 0;
}

int name_check(const char *name, struct refusal *why)
{
	return check(name, BOND_NAME_MAX, why);
}

int name_check_alternative(const char *name, struct refusal *why)
{
	return check(name, CONFIG_PORT_NAME_MAX, why);
}

static size_t min3(size_t a, size_t b, size_t c)
{
	size_t least = a < b ? a : b;

	return least < c ? least : c;
}

/*
 * Letters to insert, delete or replace to turn @a into @b (Levenshtein distance);
 * only the first NAME_COMPARED of each are compared.
 */
static size_t edit_distance(const char *a, const char *b)
{
	size_t row[NAME_COMPARED + 1];
	size_t b_length = strnlen(b, NAME_COMPARED);

	for (size_t j = 0; j <= b_length; j++)
		row[j] = j;
	for (size_t i = 0; a[i] && i < NAME_COMPARED; i++) {
		size_t diagonal = row[0];

		row[0] = i + 1;
		for (size_t j = 0; j < b_length; j++) {
			size_t above = row[j + 1];

			row[j + 1] = min3(above + 1, row[j] + 1, diagonal + (a[i] != b[j]));
			diagonal = above;
		}
	}
	return row[b_length];
}

struct nearest nearest_to(const char *wanted)
{
	/* with up to a third of the letters wrong it is a typing error; beyond, another word */
	return (struct nearest){.wanted = wanted, .distance = strlen(wanted) / 3 + 1};
}

void nearest_consider(struct nearest *nearest, const char *name)
{
	size_t distance = edit_distance(nearest->wanted, name);

	if (distance >= nearest->distance)
		return;
	nearest->distance = distance;
	nearest->name = name;
}
