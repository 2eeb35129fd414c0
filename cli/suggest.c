/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds the closest word by edit distance: see suggest.h. */
#include "cli/suggest.h"

#include <stdbool.h>
#include <string.h>

/* Longer words are not considered. */
#define WORD_MAX 32
#define DISTANCE_MAX 2

static size_t min(size_t a, size_t b)
{
	return a < b ? a : b;
}

/*
 * Optimal string alignment distance: Damerau-Levenshtein, with each letter
 * transposed at most once. d[i][j] is that of the first i and j letters.
 */
static size_t distance(const char *a, size_t a_len, const char *b, size_t b_len)
{
	size_t d[WORD_MAX + 1][WORD_MAX + 1];

	for (size_t i = 0; i <= a_len; i++)
		d[i][0] = i;
	for (size_t j = 0; j <= b_len; j++)
		d[0][j] = j;
	for (size_t i = 1; i <= a_len; i++) {
		for (size_t j = 1; j <= b_len; j++) {
			bool differ = a[i - 1] != b[j - 1];

			d[i][j] = min(min(d[i - 1][j], d[i][j - 1]) + 1, d[i - 1][j - 1] + differ);
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
				d[i][j] = min(d[i][j], d[i - 2][j - 2] + 1);
		}
	}
	return d[a_len][b_len];
}

const char *suggest(const char *typed, const char *const *words, size_t count)
{
	size_t length = strlen(typed), best = DISTANCE_MAX + 1;
	const char *ret = NULL;

	if (length < 2 || length > WORD_MAX)
		return NULL;
	for (size_t i = 0; i < count; i++) {
		size_t word_length = strlen(words[i]), far;

		if (word_length > WORD_MAX)
			continue;
		far = distance(typed, length, words[i], word_length);
		if (!strncmp(typed, words[i], min(length, word_length)))
			far = min(far, DISTANCE_MAX);
		else if (far * 2 >= length)
			continue;
		if (far < best) {
			best = far;
			ret = words[i];
		}
	}
	return ret;
}
