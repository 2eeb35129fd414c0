/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Prints the results of `ebond test failover`: see failover_report.h. */
#include "cli/drill/failover_report.h"

#include <stdio.h>
#include <string.h>

#include "lib/json.h"

#define PHASE_SIZE 64

static int name_width(const struct failover *failover)
{
	int width = 4;

	for (size_t i = 0; i < failover->count; i++)
		if ((int)strlen(failover->ports[i].name) > width)
			width = (int)strlen(failover->ports[i].name);
	return width;
}

void failover_report_begin(const struct failover *failover)
{
	if (failover->json)
		return;
	printf("%s, %s: ping %s every %d ms, %u of %u answered before the test\n", failover->bond,
	       failover->mode, failover->target, ECHO_INTERVAL_MS,
	       failover->baseline.sent - failover->baseline.lost, failover->baseline.sent);
	if (failover->one_flow)
		puts("    a ping is a single flow: only the port that carries it shows a gap");
	printf("    %-*s  %-32s  %s\n", name_width(failover), "PORT", "PULLED", "PUT BACK");
	fflush(stdout);
}

static void phase_text(const struct failover_phase *phase, char buf[PHASE_SIZE])
{
	const struct echo_result *ping = &phase->ping;

	if (!phase->done)
		snprintf(buf, PHASE_SIZE, "not tested");
	else if (!phase->recovered)
		snprintf(buf, PHASE_SIZE, "NO ANSWER for %.0f ms, %u of %u lost", ping->gap_ms,
			 ping->lost, ping->sent);
	else if (!ping->lost)
		snprintf(buf, PHASE_SIZE, "no gap, 0 of %u lost", ping->sent);
	else
		snprintf(buf, PHASE_SIZE, "gap %.0f ms, %u of %u lost", ping->gap_ms, ping->lost,
			 ping->sent);
}

void failover_report_port(const struct failover *failover, const struct failover_port *port)
{
	char pulled[PHASE_SIZE], put_back[PHASE_SIZE];

	if (failover->json)
		return;
	phase_text(&port->pulled, pulled);
	phase_text(&port->put_back, put_back);
	printf("    %-*s  %-32s  %s%s\n", name_width(failover), port->name, pulled, put_back,
	       port->in_use ? "" : "  (was not in use)");
	fflush(stdout);
}

/* Over all phases: the longest gap, and the resolution. */
static void worst(const struct failover *failover, double *ret_gap_ms, double *ret_coarse_ms)
{
	*ret_gap_ms = 0;
	*ret_coarse_ms = ECHO_INTERVAL_MS;
	for (size_t i = 0; i < 2 * failover->count; i++) {
		const struct failover_port *port = &failover->ports[i / 2];
		const struct failover_phase *phase = i % 2 ? &port->put_back : &port->pulled;

		if (phase->done && phase->ping.gap_ms > *ret_gap_ms)
			*ret_gap_ms = phase->ping.gap_ms;
		if (phase->done && phase->ping.coarse_ms > *ret_coarse_ms)
			*ret_coarse_ms = phase->ping.coarse_ms;
	}
}

/* null if not tested. */
static json_t *phase_json(const struct failover_phase *phase)
{
	if (!phase->done)
		return json_null();
	return json_pack("{s:f, s:I, s:I, s:b}", "gap_ms", phase->ping.gap_ms, "sent",
			 (json_int_t)phase->ping.sent, "lost", (json_int_t)phase->ping.lost,
			 "recovered", phase->recovered);
}

static void print_json(const struct failover *failover, double gap_ms, double coarse_ms)
{
	_cleanup_json_ json_t *ports = json_array(), *object = NULL;

	for (size_t i = 0; i < failover->count; i++) {
		const struct failover_port *port = &failover->ports[i];

		json_array_append_new(ports, json_pack("{s:s, s:b, s:o, s:o}", "port", port->name,
						       "in_use", port->in_use, "pulled",
						       phase_json(&port->pulled), "put_back",
						       phase_json(&port->put_back)));
	}
	object = json_pack("{s:s, s:s, s:s, s:i, s:{s:I, s:I}, s:O, s:f, s:f, s:s?}", "bond",
			   failover->bond, "mode", failover->mode, "target", failover->target,
			   "interval_ms", ECHO_INTERVAL_MS, "baseline", "sent",
			   (json_int_t)failover->baseline.sent, "lost",
			   (json_int_t)failover->baseline.lost, "ports", ports, "worst_gap_ms",
			   gap_ms, "resolution_ms", coarse_ms, "stopped", failover->stopped);
	json_dumpf(object, stdout, JSON_COMPACT | JSON_REAL_PRECISION(6));
	putchar('\n');
}

void failover_report_end(const struct failover *failover)
{
	double gap_ms, coarse_ms;

	worst(failover, &gap_ms, &coarse_ms);
	if (failover->json)
		print_json(failover, gap_ms, coarse_ms);
	else if (gap_ms > 0)
		printf("    worst gap %.0f ms, resolution %.0f ms\n", gap_ms, coarse_ms);
	else if (!failover->stopped)
		printf("    no gap of %.0f ms or more\n", coarse_ms);
	/* A machine too busy to ping cannot tell a gap from its own delay. */
	if (!failover->json && coarse_ms > 5 * ECHO_INTERVAL_MS)
		printf("    this machine was busy: %.0f ms passed between two pings\n", coarse_ms);
}
