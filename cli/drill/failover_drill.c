/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `ebond test failover`: sets each usable port down and up again while pinging steadily. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "cli/client/client.h"
#include "cli/client/links.h"
#include "cli/client/request.h"
#include "cli/client/say.h"
#include "cli/consent.h"
#include "cli/drill/drills.h"
#include "cli/drill/failover_report.h"
#include "cli/drill/failover_target.h"
#include "cli/drill/puller.h"
#include "lib/cleanup.h"
#include "lib/json.h"
#include "lib/protocol.h"

/* How long to ping before the first port is set down. */
#define BASELINE_MS 1000
/* A port stays down, or up, for at least this long; then replies must be steady for STEADY_MS. */
#define PHASE_MS 1000
#define STEADY_MS 500
/* Maximum wait for replies, and for a port to be usable again (updelay, a switch's learning). */
#define PATIENCE_MS 15000
#define RETURN_PATIENCE_MS 60000
/* How often the daemon is polled for the port's state. */
#define ASK_MS 100

struct test {
	struct failover report;
	struct echo *echo;
	struct puller *puller;
	int signal_fd;
	bool interrupted;
};

static void cleanup_test(struct test *test)
{
	puller_close(test->puller);
	echo_close(test->echo);
	close_fd(test->signal_fd);
	free(test->report.ports);
}

/* Waits for @time_ms, or until a signal asks to stop: then test->interrupted is set. */
static void wait_ms(struct test *test, uint64_t time_ms)
{
	struct pollfd signals = {.fd = test->signal_fd, .events = POLLIN};
	uint64_t end_ms = monotonic_ms() + time_ms;

	for (uint64_t now_ms; !test->interrupted && (now_ms = monotonic_ms()) < end_ms;)
		if (poll(&signals, 1, (int)(end_ms - now_ms)) > 0)
			test->interrupted = true;
}

/* A port's state; all zero if it cannot be determined. */
struct port_now {
	bool usable, active;
	size_t usable_ports; /* of the bond */
};

static struct port_now look_at(const struct test *test, const char *port)
{
	_cleanup_json_ json_t *reply = NULL;
	const json_t *links, *link;

	if (request_quietly("show", &reply) < 0)
		return (struct port_now){};
	links = json_object_get(reply, "links");
	link = links_find(links, port);
	if (!link || !link_is_port(link, test->report.bond))
		return (struct port_now){};
	return (struct port_now){
		.usable = link_is_usable(link),
		.active = link_is_active(link),
		.usable_ports = links_usable(links, test->report.bond),
	};
}

/* Ends a phase: replies are steady again, or the maximum wait is over. */
static void finish_phase(struct test *test, struct failover_phase *phase)
{
	uint64_t patience_ms = monotonic_ms() + PATIENCE_MS;

	wait_ms(test, PHASE_MS);
	while (!echo_is_steady(test->echo, STEADY_MS) && monotonic_ms() < patience_ms &&
	       !test->interrupted)
		wait_ms(test, ECHO_INTERVAL_MS);
	phase->done = true;
	phase->recovered = echo_is_steady(test->echo, STEADY_MS);
	phase->ping = echo_result(test->echo);
}

static int pull(struct test *test, struct failover_port *port, uint32_t ifindex)
{
	int err;

	echo_clear(test->echo);
	wait_ms(test, STEADY_MS / 2);
	err = test->interrupted ? -EINTR : puller_pull(test->puller, ifindex);
	if (!err)
		finish_phase(test, &port->pulled);
	return err;
}

static int put_back(struct test *test, struct failover_port *port, uint32_t ifindex)
{
	uint64_t patience_ms = monotonic_ms() + RETURN_PATIENCE_MS;
	int err;

	echo_clear(test->echo);
	err = puller_put_back(test->puller, ifindex);
	while (!err && !test->interrupted && !look_at(test, port->name).usable) {
		if (monotonic_ms() > patience_ms)
			return -ETIMEDOUT;
		wait_ms(test, ASK_MS);
	}
	if (!err)
		finish_phase(test, &port->put_back);
	return err;
}

/* Returns whether to continue with the next port; if not, the report has the reason. */
static bool test_port(struct test *test, struct failover_port *port, uint32_t ifindex)
{
	struct failover *report = &test->report;
	struct port_now now = look_at(test, port->name);
	int err;

	if (!now.usable || now.usable_ports < 2) {
		report->stopped = "fewer than two ports are usable now";
		return false;
	}
	port->in_use = now.active;
	err = pull(test, port, ifindex);
	err = err ?: put_back(test, port, ifindex);
	failover_report_port(report, port);
	if (test->interrupted)
		report->stopped = "interrupted";
	else if (err == -ETIMEDOUT)
		report->stopped = "the port was not usable again within a minute";
	else if (err)
		report->stopped = "cannot set a port down or up";
	else if (!port->pulled.recovered || !port->put_back.recovered)
		report->stopped = "replies did not resume";
	return !report->stopped;
}

/* Passed on as typed: the daemon validates it. */
static void restore_active(const char *bond, const char *active)
{
	_cleanup_json_ json_t *now = NULL, *reply = NULL;
	const json_t *links;

	if (!*active || links_of_bond(bond, &now, &links) != CONTROL_DONE ||
	    strcmp(link_option(links_find(links, bond), "active_slave"), active) == 0)
		return;
	request("set", 3, (char *[]){(char *)bond, (char *)"active_slave", (char *)active},
		START_NEVER, &reply);
}

/* Asks on the terminal. Returns whether the operator agrees. */
static bool has_consent(const struct failover_args *args, size_t ports)
{
	char question[256];

	if (args->yes)
		return true;
	if (!consent_can_be_asked()) {
		say_error("test failover: sets ports of %s down in turn: confirm with --yes",
			  args->bond);
		return false;
	}
	snprintf(question, sizeof(question),
		 "Each of the %zu usable ports of %s will be set down and up again, for "
		 "some\nseconds each. This may interrupt traffic. Continue?",
		 ports, args->bond);
	if (consent_ask(question))
		return true;
	say_error("test failover: nothing was done");
	return false;
}

/* From here on, signals only request a stop. */
static int watch_signals(struct test *test)
{
	sigset_t signals;

	sigemptyset(&signals);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGHUP);
	/* SIGPIPE must not end this process while a port is down. */
	signal(SIGPIPE, SIG_IGN);
	if (sigprocmask(SIG_BLOCK, &signals, NULL) < 0)
		return -errno;
	test->signal_fd = signalfd(-1, &signals, SFD_CLOEXEC);
	return test->signal_fd < 0 ? -errno : 0;
}

static int open_test(struct test *test, const struct failover_args *args)
{
	const char *via = args->via ?: args->bond;
	int err = watch_signals(test);

	/* Before the ping: a process with threads should not fork. */
	err = err ?: puller_open(&test->puller);
	if (err) {
		say_error("test failover: cannot start a process: %s", strerror(-err));
		return err;
	}
	err = echo_open(test->report.target, via, &test->echo);
	if (err == -EINVAL)
		say_error("%s: not an address: use a numeric one, such as 192.0.2.1",
			  test->report.target);
	else if (err)
		say_error("pinging %s from %s: %s: see 'ip address show dev %s' and 'ip route'",
			  test->report.target, via, strerror(-err), via);
	return err;
}

/* Without replies to begin with, gaps cannot be measured. */
static int measure_baseline(struct test *test)
{
	struct failover *report = &test->report;

	/* The first request may have to wait for address resolution. */
	wait_ms(test, BASELINE_MS / 2);
	echo_clear(test->echo);
	wait_ms(test, BASELINE_MS);
	report->baseline = echo_result(test->echo);
	if (test->interrupted)
		return -EINTR;
	if (report->baseline.lost * 2 >= report->baseline.sent) {
		say_error("%s: answered %u of %u pings: no port was set down: use --target to name "
			  "a host that replies",
			  report->target, report->baseline.sent - report->baseline.lost,
			  report->baseline.sent);
		return -EHOSTUNREACH;
	}
	return 0;
}

/* The usable ports; *ret_indexes are their interface indexes, freed by the caller. */
static int collect_ports(struct failover *report, const json_t *links, uint32_t **ret_indexes)
{
	size_t count = json_array_size(links) + 1, i;
	_cleanup_free_ uint32_t *indexes = calloc(count, sizeof(*indexes));
	const json_t *link;

	report->ports = calloc(count, sizeof(*report->ports));
	if (!report->ports || !indexes)
		return -ENOMEM;
	json_array_foreach(links, i, link) {
		if (!link_is_port(link, report->bond) || !link_is_usable(link))
			continue;
		report->ports[report->count] = (struct failover_port){.name = link_name(link)};
		indexes[report->count++] =
			(uint32_t)json_integer_value(json_object_get(link, "ifindex"));
	}
	*ret_indexes = TAKE_PTR(indexes);
	return 0;
}

static int run(struct test *test, const struct failover_args *args, const uint32_t *indexes,
	       const char *active)
{
	struct failover *report = &test->report;
	int err = open_test(test, args);

	err = err ?: measure_baseline(test);
	if (err)
		return CONTROL_REFUSED;
	failover_report_begin(report);
	for (size_t i = 0; i < report->count; i++)
		if (!test_port(test, &report->ports[i], indexes[i]))
			break;
	puller_close(TAKE_PTR(test->puller));
	restore_active(report->bond, active);
	failover_report_end(report);
	if (!report->stopped)
		return CONTROL_DONE;
	say_error("test failover: stopped: %s; all ports are up again", report->stopped);
	return CONTROL_REFUSED;
}

int test_failover(const struct failover_args *asked)
{
	struct failover_args args = *asked;
	_cleanup_(test) struct test test = {.signal_fd = -EBADF};
	struct failover *report = &test.report;
	_cleanup_json_ json_t *reply = NULL;
	_cleanup_free_ uint32_t *indexes = NULL;
	char target[INET_ADDRSTRLEN];
	const json_t *links, *bond;
	int code = links_of_bond(args.bond, &reply, &links);

	if (code != CONTROL_DONE)
		return code;
	if (geteuid() != 0) {
		say_error("test failover: setting ports down needs root: run as root");
		return CONTROL_REFUSED;
	}
	bond = links_bond(links);
	report->bond = args.bond = link_name(bond);
	report->json = args.json;
	report->mode = link_option(bond, "mode");
	report->one_flow = strcmp(report->mode, "active-backup") &&
			   strcmp(report->mode, "balance-rr") && strcmp(report->mode, "broadcast");
	if (collect_ports(report, links, &indexes) < 0 || report->count < 2) {
		say_error("%s: %zu usable port%s: failover needs two: see 'ebond show %s'",
			  args.bond, report->count, report->count == 1 ? "" : "s", args.bond);
		return CONTROL_REFUSED;
	}
	report->target = args.target ?: target;
	if (!args.target && !failover_target(bond, args.via ?: args.bond, target)) {
		say_error("%s: no gateway found: use --target to name an address that replies",
			  args.via ?: args.bond);
		return CONTROL_REFUSED;
	}
	if (!has_consent(&args, report->count))
		return CONTROL_REFUSED;
	return run(&test, &args, indexes, link_option(bond, "active_slave"));
}
