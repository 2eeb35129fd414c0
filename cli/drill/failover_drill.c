/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `ebond test failover`: each usable port down and up again, under a steady ping. */
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
#include "cli/drill/drills.h"
#include "cli/drill/failover_report.h"
#include "cli/drill/failover_target.h"
#include "cli/drill/puller.h"
#include "lib/cleanup.h"
#include "lib/json.h"
#include "lib/protocol.h"

/* The ping before the first port is pulled. */
#define BASELINE_MS 1000
/* A port is gone, or back, at least so long; then it must have been quiet for STEADY_MS. */
#define PHASE_MS 1000
#define STEADY_MS 500
/* The longest wait for answers, and for a port to be usable again (updelay, a switch's learning).
 */
#define PATIENCE_MS 15000
#define RETURN_PATIENCE_MS 60000
/* How often the daemon is asked whether the port is usable again. */
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

/* Lets @time_ms pass, less when a signal asks to stop: then test->interrupted is set. */
static void wait_ms(struct test *test, uint64_t time_ms)
{
	struct pollfd signals = {.fd = test->signal_fd, .events = POLLIN};
	uint64_t end_ms = monotonic_ms() + time_ms;

	for (uint64_t now_ms; !test->interrupted && (now_ms = monotonic_ms()) < end_ms;)
		if (poll(&signals, 1, (int)(end_ms - now_ms)) > 0)
			test->interrupted = true;
}

/* How a port is; nothing of it when nobody can say. */
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

/* A phase's common end: answers come steadily, or patience is over. */
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

/* Returns whether to go on with the next port; if not, the report says why. */
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
		report->stopped = "the port was not usable again in a minute";
	else if (err)
		report->stopped = "a port could not be set down or up";
	else if (!port->pulled.recovered || !port->put_back.recovered)
		report->stopped = "answers did not come back";
	return !report->stopped;
}

/* With the words of the command line; the daemon is the one to say what they mean. */
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
static bool has_consent(const struct failover_wish *wish, size_t ports)
{
	char answer[16];

	if (wish->yes)
		return true;
	if (!isatty(STDIN_FILENO) || !isatty(STDERR_FILENO)) {
		say_error("test failover: takes ports of %s out of use: say --yes to agree",
			  wish->bond);
		return false;
	}
	fprintf(stderr,
		"Each of the %zu usable ports of %s will be set down and up again, for some\n"
		"seconds each. What they carry may be interrupted. Go on? [y/N] ",
		ports, wish->bond);
	if (fgets(answer, sizeof(answer), stdin) &&
	    (strcmp(answer, "y\n") == 0 || strcmp(answer, "yes\n") == 0))
		return true;
	say_error("test failover: nothing was done");
	return false;
}

/* From here on a signal only asks to stop. */
static int watch_signals(struct test *test)
{
	sigset_t signals;

	sigemptyset(&signals);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGHUP);
	/* A reader of the output that goes away must not end this with a port down. */
	signal(SIGPIPE, SIG_IGN);
	if (sigprocmask(SIG_BLOCK, &signals, NULL) < 0)
		return -errno;
	test->signal_fd = signalfd(-1, &signals, SFD_CLOEXEC);
	return test->signal_fd < 0 ? -errno : 0;
}

static int open_test(struct test *test, const struct failover_wish *wish)
{
	const char *via = wish->via ?: wish->bond;
	int err = watch_signals(test);

	/* Before the ping: a process with threads is no good one to fork. */
	err = err ?: puller_open(&test->puller);
	if (err) {
		say_error("test failover: no process can be started: %s", strerror(-err));
		return err;
	}
	err = echo_open(test->report.target, via, &test->echo);
	if (err == -EINVAL)
		say_error("%s: is not an address: use a numeric one, such as 192.0.2.1",
			  test->report.target);
	else if (err)
		say_error("pinging %s from %s: %s: see 'ip address show dev %s' and 'ip route'",
			  test->report.target, via, strerror(-err), via);
	return err;
}

/* Nobody knows a gap who has no answers to begin with. */
static int measure_baseline(struct test *test)
{
	struct failover *report = &test->report;

	/* The first may have to wait for the address to be resolved. */
	wait_ms(test, BASELINE_MS / 2);
	echo_clear(test->echo);
	wait_ms(test, BASELINE_MS);
	report->baseline = echo_result(test->echo);
	if (test->interrupted)
		return -EINTR;
	if (report->baseline.lost * 2 >= report->baseline.sent) {
		say_error("%s: answered %u of %u pings: nothing was pulled: use --target to name a "
			  "host "
			  "that replies",
			  report->target, report->baseline.sent - report->baseline.lost,
			  report->baseline.sent);
		return -EHOSTUNREACH;
	}
	return 0;
}

/* The usable ports; *ret_indexes are their interface indexes, the caller's to free. */
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

static int run(struct test *test, const struct failover_wish *wish, const uint32_t *indexes,
	       const char *active)
{
	struct failover *report = &test->report;
	int err = open_test(test, wish);

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

int test_failover(const struct failover_wish *wish)
{
	_cleanup_(test) struct test test = {.signal_fd = -EBADF};
	struct failover *report = &test.report;
	_cleanup_json_ json_t *reply = NULL;
	_cleanup_free_ uint32_t *indexes = NULL;
	char target[INET_ADDRSTRLEN];
	const json_t *links, *bond;
	int code = links_of_bond(wish->bond, &reply, &links);

	if (code != CONTROL_DONE)
		return code;
	if (geteuid() != 0) {
		say_error("test failover: setting ports down needs root: run it as root");
		return CONTROL_REFUSED;
	}
	bond = links_find(links, wish->bond);
	report->bond = wish->bond;
	report->json = wish->json;
	report->mode = link_option(bond, "mode");
	report->one_flow = strcmp(report->mode, "active-backup") &&
			   strcmp(report->mode, "balance-rr") && strcmp(report->mode, "broadcast");
	if (collect_ports(report, links, &indexes) < 0 || report->count < 2) {
		say_error("%s: %zu usable port%s: a failover needs two: see 'ebond show %s'",
			  wish->bond, report->count, report->count == 1 ? "" : "s", wish->bond);
		return CONTROL_REFUSED;
	}
	report->target = wish->target ?: target;
	if (!wish->target && !failover_target(bond, wish->via ?: wish->bond, target)) {
		say_error("%s: no gateway is reached through it: name an address that answers "
			  "with --target",
			  wish->via ?: wish->bond);
		return CONTROL_REFUSED;
	}
	if (!has_consent(wish, report->count))
		return CONTROL_REFUSED;
	return run(&test, wish, indexes, link_option(bond, "active_slave"));
}
