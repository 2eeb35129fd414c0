/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Parses, prints, loads and stores one option's value.
 */
#include "lang/options_list.h"
#include "lang/options_private.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "lang/names.h"
#include "lib/mac.h"

int64_t option_load(const struct option_spec *spec, const void *options)
{
	const uint8_t *at = (const uint8_t *)options + spec->offset;
	uint16_t u16;
	uint32_t u32;

	switch (spec->size) {
	case 1:
		return *at;
	case 2:
		memcpy(&u16, at, sizeof(u16));
		return u16;
	case 4:
		memcpy(&u32, at, sizeof(u32));
		return spec->min < 0 ? (int64_t)(int32_t)u32 : (int64_t)u32;
	}
	return spec->initial;
}

void option_store(const struct option_spec *spec, void *options, int64_t value)
{
	uint8_t *at = (uint8_t *)options + spec->offset;
	uint16_t u16 = (uint16_t)value;
	uint32_t u32 = (uint32_t)value;

	switch (spec->size) {
	case 1:
		*at = (uint8_t)value;
		break;
	case 2:
		memcpy(at, &u16, sizeof(u16));
		break;
	case 4:
		memcpy(at, &u32, sizeof(u32));
		break;
	}
}

void option_reset(const struct option_spec *spec, void *options)
{
	if (spec->type == OPTION_NUMBER || spec->type == OPTION_WORD)
		option_store(spec, options, spec->initial);
	else
		memset((uint8_t *)options + spec->offset, 0, spec->size);
}

bool option_equal(const struct option_spec *spec, const void *a, const void *b)
{
	/* the unused part of a value is zero */
	return memcmp((const uint8_t *)a + spec->offset, (const uint8_t *)b + spec->offset,
		      spec->size) == 0;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

bool option_trim(const char *text, char word[static OPTION_VALUE_MAX])
{
	size_t length;

	while (is_blank(*text))
		text++;
	length = strlen(text);
	while (length && is_blank(text[length - 1]))
		length--;
	if (length >= OPTION_VALUE_MAX)
		return false;
	memcpy(word, text, length);
	word[length] = '\0';
	return true;
}

/* Decimal, optionally signed. Saturates: the limits are outside of any option's range. */
static int parse_number(const char *word, int64_t *ret_value)
{
	bool negative = *word == '-';
	int64_t value = 0;

	if (negative)
		word++;
	if (!*word)
		return -EINVAL;
	for (; *word; word++) {
		if (*word < '0' || *word > '9')
			return -EINVAL;
		if (value < INT64_MAX / 10 - 1)
			value = value * 10 + (*word - '0');
	}
	*ret_value = negative ? -value : value;
	return 0;
}

/* "layer2, layer3+4 or layer2+3" */
static void list_words(const struct option_spec *spec, char *text, size_t size)
{
	size_t used = 0;

	text[0] = '\0';
	for (const char *const *word = spec->words; *word && used < size; word++) {
		const char *gap = word == spec->words ? "" : word[1] ? ", " : " or ";

		used += (size_t)snprintf(text + used, size - used, "%s%s", gap, *word);
	}
}

static int refuse_value(const struct option_spec *spec, const char *word, const char *fault,
			struct refusal *why)
{
	char accepted[160];

	if (spec->type == OPTION_WORD)
		list_words(spec, accepted, sizeof(accepted));
	else
		snprintf(accepted, sizeof(accepted), "a number from %lld to %lld%s%s",
			 (long long)spec->min, (long long)spec->max, spec->unit ? " " : "",
			 spec->unit ? spec->unit : "");
	return refuse(why, -EINVAL, "%s '%.48s': %s: use %s", spec->name, word, fault, accepted);
}

/* A system's address is never a group address. */
static int parse_mac(const struct option_spec *spec, const char *word, void *options,
		     struct refusal *why)
{
	uint8_t mac[MAC_LENGTH];

	if (!mac_parse(word, mac))
		return refuse(why, -EINVAL,
			      "%s '%.48s': not an Ethernet address: use for example "
			      "02:00:00:00:00:01",
			      spec->name, word);
	if (mac[0] & 1)
		return refuse(why, -EINVAL,
			      "%s %s: a group address: use one whose first byte is even",
			      spec->name, word);
	memcpy((uint8_t *)options + spec->offset, mac, sizeof(mac));
	return 0;
}

static void print_mac(const struct option_spec *spec, const void *options, char *text, size_t size)
{
	char mac[MAC_TEXT_SIZE];

	snprintf(text, size, "%s", mac_format((const uint8_t *)options + spec->offset, mac));
}

static int parse_port(const struct option_spec *spec, const char *word, void *options,
		      struct refusal *why)
{
	char *at = (char *)options + spec->offset;

	if (!*word || strcmp(word, "none") == 0 ||
	    (spec->words && strcmp(word, spec->words[0]) == 0)) {
		option_reset(spec, options);
		return 0;
	}
	if (!name_is_valid(word))
		return refuse(why, -EINVAL,
			      "%s '%.48s': not an interface name: use 1 to %d characters without "
			      "blank, '/' or ':', or none",
			      spec->name, word, BOND_NAME_MAX - 1);
	memset(at, 0, spec->size);
	memcpy(at, word, strlen(word) + 1);
	return 0;
}

/* The index of @word among the row's words, or -1. */
static int64_t find_word(const struct option_spec *spec, const char *word)
{
	for (size_t i = 0; spec->words && spec->words[i]; i++)
		if (strcmp(spec->words[i], word) == 0)
			return (int64_t)i;
	return -1;
}

/*
 * "minval" and "maxval": the driver accepts these words for the limits of a
 * range, for a bond's numbers that are not flags.
 */
static bool find_end(const struct option_spec *spec, const char *word, int64_t *ret_value)
{
	if (spec->type != OPTION_NUMBER || spec->per_port || spec->max == 1)
		return false;
	if (strcmp(word, "maxval") == 0)
		*ret_value = spec->max;
	else if (spec->min > 0 && strcmp(word, "minval") == 0)
		*ret_value = spec->min;
	else
		return false;
	return true;
}

static int parse_plain(const struct option_spec *spec, const char *word, void *options,
		       struct refusal *why)
{
	int64_t value = find_word(spec, word);

	if (value < 0 && !find_end(spec, word, &value) && parse_number(word, &value) < 0)
		return refuse_value(spec, word,
				    spec->type == OPTION_WORD ? "unknown value" : "not a number",
				    why);
	if (value < spec->min || value > spec->max)
		return refuse_value(spec, word, "out of range", why);
	option_store(spec, options, value);
	return 0;
}

int option_parse(const struct option_spec *spec, const char *text, void *options,
		 struct refusal *why)
{
	char word[OPTION_VALUE_MAX];

	if (!option_trim(text, word))
		return refuse_value(spec, "...", "too long", why);
	if (strcmp(word, "default") == 0) {
		option_reset(spec, options);
		return 0;
	}
	switch (spec->type) {
	case OPTION_PORT:
		return parse_port(spec, word, options, why);
	case OPTION_IP4S:
	case OPTION_IP6S:
		return option_parse_list(spec, word, options, why);
	case OPTION_RATE:
		return option_parse_rate(spec, word, options, why);
	case OPTION_MAC:
		return parse_mac(spec, word, options, why);
	case OPTION_NUMBER:
	case OPTION_WORD:
		break;
	}
	return parse_plain(spec, word, options, why);
}

void option_print(const struct option_spec *spec, const void *options, char *text, size_t size)
{
	const char *at;

	switch (spec->type) {
	case OPTION_PORT:
		at = (const char *)options + spec->offset;
		snprintf(text, size, "%s", !*at && spec->words ? spec->words[0] : at);
		return;
	case OPTION_WORD:
		snprintf(text, size, "%s", spec->words[option_load(spec, options)]);
		return;
	case OPTION_NUMBER:
		snprintf(text, size, "%lld", (long long)option_load(spec, options));
		return;
	case OPTION_IP4S:
	case OPTION_IP6S:
		option_print_list(spec, options, text, size);
		return;
	case OPTION_RATE:
		option_print_rate(spec, options, text, size);
		return;
	case OPTION_MAC:
		print_mac(spec, options, text, size);
		return;
	}
}
