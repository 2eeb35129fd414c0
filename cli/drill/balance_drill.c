/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `ebond test balance`: samples the counters of a bond's ports twice and compares. */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cli/answer_text.h"
#include "cli/client/client.h"
#include "cli/client/links.h"
#include "cli/client/say.h"
#include "cli/drill/drills.h"
#include "lib/json.h"
#include "lib/protocol.h"

enum way { SENT, RECEIVED, WAYS };

struct amount {
	uint64_t bytes, packets;
};

struct row {
	const char *port;
	bool usable;   /* usable before and after: it could have carried a share */
	uint64_t mbps; /* 0: unknown */
	struct amount way[WAYS];
};

struct balance {
	const char *bond, *mode, *policy;
	const json_t *uneven; /* what the daemon says of an imbalance that no move can mend */
	double seconds;
	size_t count, usable;
	struct row *rows;
	struct amount total[WAYS];
};

static uint64_t counter(const json_t *link, const char *key)
{
	return (uint64_t)json_number(json_object_get(link, "ebond"), key);
}

/* Counters of an interface only increase; a new one of the same name began at 0. */
static uint64_t growth(const json_t *before, const json_t *after, const char *key)
{
	uint64_t old = counter(before, key), new = counter(after, key);

	return new > old ? new - old : 0;
}

static bool is_same_port(const json_t *before, const json_t *after, const char *bond)
{
	return before && link_is_port(before, bond) &&
	       json_integer_value(json_object_get(before, "ifindex")) ==
		       json_integer_value(json_object_get(after, "ifindex"));
}

static void add_row(struct balance *balance, const json_t *before, const json_t *after)
{
	struct row *row = &balance->rows[balance->count++];

	row->port = link_name(after);
	row->usable = link_is_usable(before) && link_is_usable(after);
	row->mbps = link_mbps(after);
	row->way[SENT].bytes = growth(before, after, "tx_bytes");
	row->way[SENT].packets = growth(before, after, "tx_packets");
	row->way[RECEIVED].bytes = growth(before, after, "rx_bytes");
	row->way[RECEIVED].packets = growth(before, after, "rx_packets");
	balance->usable += row->usable;
	for (int way = 0; way < WAYS; way++) {
		balance->total[way].bytes += row->way[way].bytes;
		balance->total[way].packets += row->way[way].packets;
	}
}

static double share(const struct balance *balance, const struct row *row, enum way way)
{
	uint64_t total = balance->total[way].bytes;

	return total ? (double)row->way[way].bytes / (double)total : 0;
}

/*
 * R. Jain's fairness index of the usable ports' bytes: (sum x)^2 / (n sum x^2),
 * 1 when all have the same, 1/n when one has all. 0: there was no traffic.
 */
static double jain(const struct balance *balance, enum way way)
{
	double sum = 0, squares = 0;

	for (size_t i = 0; i < balance->count; i++) {
		double bytes = (double)balance->rows[i].way[way].bytes;

		if (!balance->rows[i].usable)
			continue;
		sum += bytes;
		squares += bytes * bytes;
	}
	return squares > 0 ? sum * sum / ((double)balance->usable * squares) : 0;
}

/* How full @row's link was with what it sent, from 0 to 1. */
static double fill(const struct balance *balance, const struct row *row)
{
	return (double)row->way[SENT].bytes * 8 / 1e6 / balance->seconds / (double)row->mbps;
}

/*
 * How near the usable ports came to sending as much as their speeds allow: when the fullest is
 * full, the others could have carried more. What all sent, relative to their speeds, over what
 * the fullest sent, relative to its own; *@ret_fullest is that one. 0: nothing to be said of it.
 */
static double optimum_share(const struct balance *balance, const struct row **ret_fullest)
{
	double bytes = 0, mbps = 0;

	*ret_fullest = NULL;
	if (strcmp(balance->mode, "active-backup") == 0 || strcmp(balance->mode, "broadcast") == 0)
		return 0;
	for (size_t i = 0; i < balance->count; i++) {
		const struct row *row = &balance->rows[i];

		if (!row->usable)
			continue;
		if (!row->mbps)
			return 0;
		bytes += (double)row->way[SENT].bytes;
		mbps += (double)row->mbps;
		if (!*ret_fullest || fill(balance, row) > fill(balance, *ret_fullest))
			*ret_fullest = row;
	}
	if (balance->usable < 2 || bytes == 0)
		return 0;
	return bytes * 8 / 1e6 / balance->seconds / mbps / fill(balance, *ret_fullest);
}

/* "12.3 MB", in decimal units like link speeds. */
static void bytes_text(uint64_t bytes, char *buf, size_t size)
{
	static const char *const units[] = {"kB", "MB", "GB", "TB"};
	double value = (double)bytes / 1000;
	size_t unit = 0;

	for (; value >= 999.95 && unit + 1 < sizeof(units) / sizeof(units[0]); unit++)
		value /= 1000;
	if (bytes < 1000)
		snprintf(buf, size, "%ju B", (uintmax_t)bytes);
	else
		snprintf(buf, size, "%.1f %s", value, units[unit]);
}

static void print_row(const struct balance *balance, const struct row *row, int width)
{
	printf("    %-*s", width, row->port);
	for (int way = 0; way < WAYS; way++) {
		char text[32];

		bytes_text(row->way[way].bytes, text, sizeof(text));
		printf("  %9s  %9ju  %5.1f %%", text, (uintmax_t)row->way[way].packets,
		       100 * share(balance, row, way));
	}
	puts(row->usable ? "" : "  was not usable all the time");
}

static void print_optimum(const struct balance *balance)
{
	const struct row *fullest;
	double part = optimum_share(balance, &fullest);

	if (part > 0)
		printf("    sent %.2f of the optimum: the fullest port, %s, carried %.1f of %ju "
		       "Mbit/s, and would have carried %.1f by its speed\n",
		       part, fullest->port, fill(balance, fullest) * (double)fullest->mbps,
		       (uintmax_t)fullest->mbps,
		       fill(balance, fullest) * (double)fullest->mbps * part);
	if (json_is_string(balance->uneven))
		printf("    %s\n", printable((char[256]){0}, 256, balance->uneven));
}

static void print_text(const struct balance *balance)
{
	int width = 4;

	for (size_t i = 0; i < balance->count; i++)
		if ((int)strlen(balance->rows[i].port) > width)
			width = (int)strlen(balance->rows[i].port);
	printf("%s, %s%s%s, %.1f s\n", balance->bond, balance->mode, *balance->policy ? ", " : "",
	       balance->policy, balance->seconds);
	printf("    %-*s  %9s  %9s  %7s  %9s  %9s  %7s\n", width, "PORT", "SENT", "PACKETS",
	       "SHARE", "RECEIVED", "PACKETS", "SHARE");
	for (size_t i = 0; i < balance->count; i++)
		print_row(balance, &balance->rows[i], width);
	if (!balance->total[SENT].bytes && !balance->total[RECEIVED].bytes) {
		puts("    no traffic");
		return;
	}
	if (!balance->usable)
		return;
	printf("    Jain's index of bytes: sent %.3f, received %.3f "
	       "(1: even; %.3f: all on one of %zu usable ports)\n",
	       jain(balance, SENT), jain(balance, RECEIVED), 1 / (double)balance->usable,
	       balance->usable);
	print_optimum(balance);
	if (strcmp(balance->mode, "active-backup") == 0)
		puts("    active-backup uses one port at a time: do not expect an even spread");
}

static json_t *amount_json(const struct balance *balance, const struct row *row, enum way way)
{
	return json_pack("{s:I, s:I, s:f}", "bytes", (json_int_t)row->way[way].bytes, "packets",
			 (json_int_t)row->way[way].packets, "share", share(balance, row, way));
}

/* null if there was no traffic. */
static json_t *jain_json(const struct balance *balance, enum way way)
{
	double index = jain(balance, way);

	return index > 0 ? json_real(index) : json_null();
}

/* null if nothing can be said. */
static json_t *optimum_json(const struct balance *balance)
{
	const struct row *fullest;
	double part = optimum_share(balance, &fullest);

	return part > 0 ? json_pack("{s:f, s:s}", "share", part, "fullest", fullest->port)
			: json_null();
}

static void print_json(const struct balance *balance)
{
	_cleanup_json_ json_t *ports = json_array(), *object = NULL;

	for (size_t i = 0; i < balance->count; i++) {
		const struct row *row = &balance->rows[i];

		json_array_append_new(ports, json_pack("{s:s, s:b, s:o, s:o}", "port", row->port,
						       "usable", row->usable, "sent",
						       amount_json(balance, row, SENT), "received",
						       amount_json(balance, row, RECEIVED)));
	}
	object = json_pack("{s:s, s:s, s:f, s:O, s:{s:o, s:o}, s:o}", "bond", balance->bond, "mode",
			   balance->mode, "seconds", balance->seconds, "ports", ports, "jain",
			   "sent", jain_json(balance, SENT), "received",
			   jain_json(balance, RECEIVED), "optimum", optimum_json(balance));
	json_dumpf(object, stdout, JSON_COMPACT | JSON_REAL_PRECISION(6));
	putchar('\n');
}

static void look_on(int seconds)
{
	struct timespec pause = {.tv_sec = seconds};

	while (nanosleep(&pause, &pause) < 0 && errno == EINTR)
		;
}

int test_balance(const char *name, int seconds, bool json)
{
	_cleanup_json_ json_t *first = NULL, *second = NULL;
	_cleanup_free_ struct row *rows = NULL;
	const json_t *before, *after, *link;
	struct balance balance = {};
	uint64_t since_ms;
	const char *bond;
	size_t i;
	int code = links_of_bond(name, &first, &before);

	if (code != CONTROL_DONE)
		return code;
	balance.bond = bond = link_name(links_bond(before));
	since_ms = monotonic_ms();
	look_on(seconds);
	code = links_of_bond(bond, &second, &after);
	if (code != CONTROL_DONE)
		return code;
	balance.seconds = (double)(monotonic_ms() - since_ms) / 1000;
	balance.mode = link_option(links_find(after, bond), "mode");
	if (strcmp(balance.mode, "active-backup") && strcmp(balance.mode, "balance-rr"))
		balance.policy = link_option(links_find(after, bond), "xmit_hash_policy");
	else
		balance.policy = "";
	balance.uneven = json_object_get(
		json_object_get(json_object_get(links_find(after, bond), "ebond"), "placement"),
		"uneven");
	balance.rows = rows = calloc(json_array_size(after) + 1, sizeof(*rows));
	if (!rows) {
		say_error("test: no memory");
		return CONTROL_REFUSED;
	}
	json_array_foreach(after, i, link) {
		const json_t *old = links_find(before, link_name(link));

		if (link_is_port(link, bond) && is_same_port(old, link, bond))
			add_row(&balance, old, link);
		else if (link_is_port(link, bond))
			say_error("%s: attached during the test: not counted", link_name(link));
	}
	(json ? print_json : print_text)(&balance);
	return CONTROL_DONE;
}
