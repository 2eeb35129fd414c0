/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Prints the table of a bond's ports: see port_table.h. */
#include "cli/show/port_table.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "cli/answer_text.h"
#include "cli/client/links.h"
#include "lib/cleanup.h"

#define CELL_SIZE 32
#define REASON_SIZE 128

enum column {
	COLUMN_PORT,
	COLUMN_LINK,
	COLUMN_ROLE,
	COLUMN_SPEED,
	COLUMN_FAILURES,
	COLUMN_SINCE,
	COLUMN_RECEIVED,
	COLUMN_SENT,
	COLUMN_COUNT,
};

static const struct {
	const char *title;
	bool right; /* numbers are right-aligned */
} columns[COLUMN_COUNT] = {
	[COLUMN_PORT] = {"PORT", false},	[COLUMN_LINK] = {"LINK", false},
	[COLUMN_ROLE] = {"ROLE", false},	[COLUMN_SPEED] = {"SPEED", false},
	[COLUMN_FAILURES] = {"FAILURES", true}, [COLUMN_SINCE] = {"SINCE", true},
	[COLUMN_RECEIVED] = {"RECEIVED", true}, [COLUMN_SENT] = {"SENT", true},
};

struct row {
	char cell[COLUMN_COUNT][CELL_SIZE];
	char reason[REASON_SIZE]; /* the last column: no padding, as nothing follows */
};

static void duration_text(json_int_t duration_ms, char *buf, size_t size)
{
	long long s = duration_ms / 1000;

	if (s < 60)
		snprintf(buf, size, "%llds", s);
	else if (s < 3600)
		snprintf(buf, size, "%lldm%02llds", s / 60, s % 60);
	else if (s < 86400)
		snprintf(buf, size, "%lldh%02lldm", s / 3600, s / 60 % 60);
	else
		snprintf(buf, size, "%lldd%02lldh", s / 86400, s / 3600 % 24);
}

/* "1G full", "2.5G full", "100M half", "200M set" by speed_mbps, or "-" when unknown. */
static void speed_text(const json_t *port, char *buf, size_t size)
{
	const json_t *ebond = json_object_get(port, "ebond");
	const char *duplex = json_string_value(json_object_get(ebond, "duplex"));
	unsigned long long mbps = link_mbps(port);
	const char *space = " ";

	if (link_set_mbps(port))
		duplex = "set";
	if (!duplex || !strcmp(duplex, "unknown"))
		duplex = space = "";
	if (!mbps)
		snprintf(buf, size, "-");
	else if (mbps >= 1000 && mbps % 1000 == 0)
		snprintf(buf, size, "%lluG%s%s", mbps / 1000, space, duplex);
	else if (mbps >= 1000 && mbps % 100 == 0)
		snprintf(buf, size, "%llu.%lluG%s%s", mbps / 1000, mbps / 100 % 10, space, duplex);
	else
		snprintf(buf, size, "%lluM%s%s", mbps, space, duplex);
}

static void number_text(const json_t *value, char *buf, size_t size)
{
	if (json_is_integer(value))
		snprintf(buf, size, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
	else
		snprintf(buf, size, "?");
}

/* "GOING_BACK" as "going back"; DOWN stays in capitals to stand out. */
static void state_text(const json_t *value, char *buf, size_t size)
{
	printable(buf, size, value);
	if (!strcmp(buf, "DOWN"))
		return;
	for (char *c = buf; *c; c++)
		*c = *c == '_' ? ' ' : (char)tolower((unsigned char)*c);
}

/* Active or backup; with spill_threshold, the resulting role. */
static void role_text(const json_t *data, const json_t *ebond, char *buf, size_t size)
{
	const char *state = json_string_value(json_object_get(data, "state"));
	const char *spill = json_string_value(json_object_get(ebond, "spill"));

	if (spill && !strcmp(spill, "resting"))
		snprintf(buf, size, "resting");
	else if (spill && state && !strcmp(state, "BACKUP"))
		snprintf(buf, size, "joined");
	else
		state_text(json_object_get(data, "state"), buf, size);
}

static void fill_row(const json_t *port, struct row *ret_row)
{
	const json_t *ebond = json_object_get(port, "ebond");
	const json_t *data = json_object_get(json_object_get(port, "linkinfo"), "info_slave_data");
	char(*cell)[CELL_SIZE] = ret_row->cell;

	printable(cell[COLUMN_PORT], CELL_SIZE, json_object_get(port, "ifname"));
	state_text(json_object_get(data, "mii_status"), cell[COLUMN_LINK], CELL_SIZE);
	role_text(data, ebond, cell[COLUMN_ROLE], CELL_SIZE);
	speed_text(port, cell[COLUMN_SPEED], CELL_SIZE);
	number_text(json_object_get(data, "link_failure_count"), cell[COLUMN_FAILURES], CELL_SIZE);
	duration_text(json_integer_value(json_object_get(ebond, "link_ms")), cell[COLUMN_SINCE],
		      CELL_SIZE);
	number_text(json_object_get(ebond, "rx_packets"), cell[COLUMN_RECEIVED], CELL_SIZE);
	number_text(json_object_get(ebond, "tx_packets"), cell[COLUMN_SENT], CELL_SIZE);
	if (json_is_string(json_object_get(ebond, "reason")))
		printable(ret_row->reason, REASON_SIZE, json_object_get(ebond, "reason"));
}

/* The header is a row too. */
static struct row header_row(void)
{
	struct row row = {.reason = ""};

	for (int c = 0; c < COLUMN_COUNT; c++)
		snprintf(row.cell[c], CELL_SIZE, "%s", columns[c].title);
	return row;
}

static void print_row(const struct row *row, const int *width, FILE *out)
{
	fputs("   ", out);
	for (int c = 0; c < COLUMN_COUNT; c++)
		fprintf(out, " %*s%s", columns[c].right ? width[c] : -width[c], row->cell[c],
			c + 1 < COLUMN_COUNT ? " " : "");
	if (*row->reason)
		fprintf(out, "  %s", row->reason);
	putc('\n', out);
}

static void print_rows(const struct row *rows, size_t count, FILE *out)
{
	int width[COLUMN_COUNT] = {0};

	for (size_t i = 0; i < count; i++)
		for (int c = 0; c < COLUMN_COUNT; c++)
			if ((int)strlen(rows[i].cell[c]) > width[c])
				width[c] = (int)strlen(rows[i].cell[c]);
	for (size_t i = 0; i < count; i++)
		print_row(&rows[i], width, out);
}

bool port_table_print(const json_t *links, const char *bond, FILE *out)
{
	/* One more row for the header. */
	_cleanup_free_ struct row *rows = calloc(json_array_size(links) + 1, sizeof(*rows));
	size_t count = 1, i;
	const json_t *link;

	if (!rows || !bond)
		return false;
	rows[0] = header_row();
	json_array_foreach(links, i, link) {
		if (link_is_port(link, bond))
			fill_row(link, &rows[count++]);
	}
	if (count > 1)
		print_rows(rows, count, out);
	return count > 1;
}
