/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ebondd: one daemon per network namespace. Parses its command line, opens its
 * resources, takes over running bonds, and runs the loop.
 */
#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <bpf/libbpf.h>

#include "core/deadline.h"
#include "daemon/background.h"
#include "daemon/bonds.h"
#include "daemon/claim.h"
#include "daemon/run_effects.h"
#include "daemon/rundirs.h"
#include "daemon/kernel/events.h"
#include "daemon/kernel/nft.h"
#include "daemon/kernel/packet.h"
#include "daemon/kernel/steering.h"
#include "daemon/load.h"
#include "daemon/log.h"
#include "daemon/moved_port.h"
#include "daemon/port_filters.h"
#include "daemon/privileges.h"
#include "daemon/protocol/balancing.h"
#include "daemon/protocol/lacp_speaker.h"
#include "daemon/protocol/neighbours.h"
#include "daemon/protocol/probes.h"
#include "daemon/service/apply.h"
#include "daemon/service/await.h"
#include "daemon/service/procfiles.h"
#include "daemon/service/server.h"
#include "daemon/service/state.h"
#include "daemon/service/takeover.h"
#include "daemon/sweep.h"
#include "daemon/world.h"
#include "lib/cleanup.h"
#include "lib/rundir.h"

/* Applied when a daemon starts in the foreground, as the system's service. */
#define CONFIG_FILE "/etc/ebond/ebond.conf"

/* How often it is seen whether the run directory is still there. */
#define RUN_DIRECTORY_MS 500

struct command_line {
	bool background;
	bool teardown;
	bool hook_given;
	const char *config;   /* --config, or NULL */
	const char *proc_dir; /* --proc-dir, or NULL */
	enum hook_kind hook;
	bool kind_given;
	enum pair_kind kind;
};

/* What is open while the daemon runs. */
struct resources {
	struct ebondd daemon;
	struct server *server;
	struct events *events;
	struct procfiles *procfiles;
	const struct command_line *line;
	int lock_fd, claim_fd, signal_fd;
	uint64_t directory_due_ms; /* to see whether the run directory is there */
};

static const char usage[] =
	"usage: ebondd [--foreground | --auto] [--config FILE] [--hook tcx|clsact]\n"
	"              [--kind netkit|veth] [--proc-dir DIR] [--teardown]\n"
	"  --foreground    stay in the foreground, log to stderr (the default)\n"
	"  --auto          run in the background, log to a file; exit with the last bond\n"
	"  --config FILE   apply this file first; with --foreground: " CONFIG_FILE "\n"
	"  --hook KIND     where programs are attached: tcx (Linux 6.6) or clsact\n"
	"  --kind KIND     what new bonds are made of: netkit (Linux 6.10) or veth\n"
	"  --proc-dir DIR  where a file per bond has the text of 'ebond proc' (/run/ebond/proc,\n"
	"                  in other network namespaces one of its own), or none\n"
	"  --teardown      when stopped by a signal, delete the bonds and restore their ports\n"
	"  --version, --help\n";

static int parse_hook(const char *word, struct command_line *line)
{
	line->hook_given = true;
	line->hook = HOOK_TCX;
	if (strcmp(word, hook_word(HOOK_CLSACT)) == 0)
		line->hook = HOOK_CLSACT;
	else if (strcmp(word, hook_word(HOOK_TCX)) != 0)
		return -EINVAL;
	return 0;
}

/* Returns -1 to continue, or the exit code. */
static int parse_command_line(int argc, char **argv, struct command_line *line)
{
	static const struct option options[] = {
		{"foreground", no_argument, NULL, 'f'}, {"auto", no_argument, NULL, 'a'},
		{"hook", required_argument, NULL, 'k'}, {"config", required_argument, NULL, 'c'},
		{"kind", required_argument, NULL, 'd'}, {"proc-dir", required_argument, NULL, 'p'},
		{"teardown", no_argument, NULL, 't'},	{"version", no_argument, NULL, 'v'},
		{"help", no_argument, NULL, 'h'},	{}};
	int option;

	while ((option = getopt_long(argc, argv, "", options, NULL)) >= 0) {
		switch (option) {
		case 'f':
			line->background = false;
			break;
		case 'a':
			line->background = true;
			break;
		case 'c':
			line->config = optarg;
			break;
		case 'p':
			line->proc_dir = optarg;
			break;
		case 't':
			line->teardown = true;
			break;
		case 'k':
			if (parse_hook(optarg, line) == 0)
				break;
			fprintf(stderr, "ebondd: --hook %s: must be tcx or clsact\n", optarg);
			return 2;
		case 'd':
			line->kind_given = true;
			if (pair_kind_parse(optarg, &line->kind))
				break;
			fprintf(stderr, "ebondd: --kind %s: must be netkit or veth\n", optarg);
			return 2;
		case 'v':
			puts("ebondd " EBOND_VERSION);
			return 0;
		case 'h':
			fputs(usage, stdout);
			return 0;
		default:
			fputs(usage, stderr);
			return 2;
		}
	}
	if (optind == argc)
		return -1;
	fprintf(stderr, "ebondd: %s: unexpected argument: see 'ebondd --help'\n", argv[optind]);
	return 2;
}

/* libbpf's warnings go to the log; its other messages are dropped. */
static int log_libbpf(enum libbpf_print_level level, const char *format, va_list arguments)
{
	char line[512];

	if (level != LIBBPF_WARN)
		return 0;
	vsnprintf(line, sizeof(line), format, arguments);
	line[strcspn(line, "\n")] = '\0';
	log_warning("ebondd", "%s", line);
	return 0;
}

/* The file to apply, or NULL: a daemon started by `ebond` has no default. */
static const char *config_file(const struct command_line *line)
{
	return line->config || line->background ? line->config : CONFIG_FILE;
}

static void reload(struct resources *all)
{
	const char *path = config_file(all->line);

	if (!path) {
		log_notice("ebondd", "SIGHUP: nothing to do: no configuration file (--config)");
		return;
	}
	log_notice("ebondd", "SIGHUP: applying %s", path);
	apply_file(&all->daemon, path, false, false);
}

static void on_signal(int fd, void *data)
{
	struct resources *all = data;
	struct ebondd *daemon = &all->daemon;
	struct signalfd_siginfo info;

	if (read(fd, &info, sizeof(info)) != sizeof(info))
		return;
	if (info.ssi_signo == SIGHUP) {
		reload(all);
		return;
	}
	log_notice("ebondd", "stopped by signal %u%s", info.ssi_signo,
		   daemon->teardown_on_stop ? ": deleting the bonds" : ": the bonds keep running");
	loop_stop(daemon->loop);
}

static void on_events(int fd, void *data)
{
	(void)fd;
	events_read(data);
}

static void on_nft_events(int fd, void *data)
{
	struct ebondd *daemon = data;

	(void)fd;
	nft_events_read(daemon->nft);
	port_filters_changed(daemon);
}

/* Whether the lock that we hold is still that of the run directory. */
static bool has_run_directory(const struct resources *all)
{
	char path[RUNDIR_PATH_MAX];
	struct stat held, present;

	return rundir_file(path, sizeof(path), RUNDIR_LOCK) == 0 && stat(path, &present) == 0 &&
	       fstat(all->lock_fd, &held) == 0 && held.st_ino == present.st_ino &&
	       held.st_dev == present.st_dev;
}

/* A run directory that somebody removed: without it no command would find us any more. */
static void restore_run_directory(struct resources *all)
{
	int fd = background_lock();
	int err = fd < 0 && fd != -EWOULDBLOCK ? fd : rundirs_take();

	/* A second daemon may have it for a moment: until it finds that we serve. */
	if (fd >= 0) {
		close_fd(all->lock_fd);
		all->lock_fd = fd;
	}
	if (!err && !rundir_is_served())
		err = server_reopen(all->server);
	if (err) {
		log_error("ebondd", "the run directory was removed and cannot be made again (%s)",
			  strerror(-err));
		return;
	}
	if (all->line->background)
		background_redirect();
	log_warning("ebondd", "the run directory was removed: made again");
	procfiles_close(all->procfiles);
	all->procfiles = NULL;
	procfiles_open(all->line->proc_dir, &all->procfiles);
	all->daemon.state_changed = all->daemon.text_changed = true;
}

static uint64_t run_directory_turn(struct resources *all, uint64_t now_ms)
{
	if (all->directory_due_ms <= now_ms) {
		if (!has_run_directory(all))
			restore_run_directory(all);
		all->directory_due_ms = now_ms + RUN_DIRECTORY_MS;
	}
	return all->directory_due_ms;
}

static uint64_t turn(uint64_t now_ms, void *data)
{
	struct resources *all = data;
	struct ebondd *daemon = &all->daemon;
	uint64_t next_ms = server_turn(all->server, now_ms);

	earliest(&next_ms, run_directory_turn(all, now_ms));
	earliest(&next_ms, sweep_turn(daemon, now_ms));
	for (size_t i = 0; i < daemon->bond_count; i++) {
		struct managed_bond *bond = daemon->bonds[i];

		earliest(&next_ms, probes_turn(daemon, bond, now_ms));
		earliest(&next_ms, lacp_turn(daemon, bond, now_ms));
		earliest(&next_ms, balance_turn(bond, now_ms));
		earliest(&next_ms, load_turn(bond, now_ms));
		earliest(&next_ms, neighbours_turn(daemon, bond, now_ms));
		if (bond->touched || bond_next_deadline(bond->core) <= now_ms)
			effects_run(daemon, bond, now_ms);
		earliest(&next_ms, bond_next_deadline(bond->core));
	}
	earliest(&next_ms, state_turn(daemon, now_ms));
	earliest(&next_ms, procfiles_turn(daemon, all->procfiles, now_ms));
	if (daemon->exit_when_empty && daemon->has_served && !daemon->bond_count) {
		log_notice("ebondd", "no bonds left: exiting");
		loop_stop(daemon->loop);
	}
	return next_ms;
}

static int watch_signals(struct resources *all)
{
	sigset_t signals;

	sigemptyset(&signals);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGHUP);
	if (sigprocmask(SIG_BLOCK, &signals, NULL) < 0)
		return -errno;
	signal(SIGPIPE, SIG_IGN);
	all->signal_fd = signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
	if (all->signal_fd < 0)
		return -errno;
	return loop_watch(all->daemon.loop, all->signal_fd, on_signal, all);
}

/* A bond needs four descriptors, for its programs, counters and flows; a port up to two. */
static void raise_limits(void)
{
	const rlim_t most = BONDS_MAX * 8 + LOOP_WATCHES_MAX;
	struct rlimit files = {most, most};

	if (setrlimit(RLIMIT_NOFILE, &files) < 0)
		log_warning("ebondd", "cannot raise the limit of open files (%s)", strerror(errno));
}

static int open_all(struct resources *all, const struct command_line *line, const char **ret_what)
{
	struct ebondd *daemon = &all->daemon;
	bool after_crash;
	int err;

	raise_limits();
	*ret_what = "its network namespace's cookie (Linux 5.14)";
	err = namespace_id_read(&daemon->netns);
	if (err)
		return err;
	daemon->hook = line->hook_given ? line->hook : hook_best();
	daemon->kind_given = line->kind_given;
	daemon->kind = line->kind;
	daemon->exit_when_empty = line->background;
	*ret_what = "the event loop";
	err = loop_new(&daemon->loop);
	err = err ?: watch_signals(all);
	if (err)
		return err;
	*ret_what = "the process for moved ports";
	daemon->moved_fd = moved_port_start();
	err = daemon->moved_fd < 0
		      ? daemon->moved_fd
		      : loop_watch(daemon->loop, daemon->moved_fd, moved_port_answered, daemon);
	if (err)
		return err;
	*ret_what = "rtnetlink";
	daemon->socket = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	daemon->sysfs_fd = steering_open();
	daemon->packet_socket = packet_open();
	if (daemon->packet_socket < 0)
		log_warning("ebondd",
			    "cannot open a packet socket (%s): does the kernel have CONFIG_PACKET? "
			    "Failovers are not announced: peers learn the new path from traffic",
			    strerror(-daemon->packet_socket));
	if (nft_open(&daemon->nft) == 0)
		loop_watch(daemon->loop, nft_events_fd(daemon->nft), on_nft_events, daemon);
	err = daemon->socket < 0 ? -errno : nl_open(&daemon->nl);
	err = err ?: events_open(&world_handlers, daemon, &all->events);
	err = err ?: loop_watch(daemon->loop, events_fd(all->events), on_events, all->events);
	if (err)
		return err;
	*ret_what = "the directory of --proc-dir";
	err = procfiles_open(line->proc_dir, &all->procfiles);
	if (err)
		return err;
	*ret_what = "the bonds left by the last daemon";
	err = takeover_all(daemon, &after_crash);
	if (err)
		return err;
	port_filters_open(daemon);
	rundirs_sweep();
	*ret_what = "reduced privileges";
	err = privileges_for_serving();
	if (err)
		return err;
	if (config_file(line))
		apply_file(daemon, config_file(line), !line->config, after_crash);
	*ret_what = "the control socket";
	return server_open(daemon, &all->server);
}

static void close_all(struct resources *all)
{
	struct ebondd *daemon = &all->daemon;

	/* The bonds' state is known only if the daemon has been serving. */
	daemon->stopping = true;
	if (all->server && daemon->bond_count)
		state_save(daemon);
	server_close(all->server);
	procfiles_close(all->procfiles);
	while (daemon->bond_count) {
		if (daemon->teardown_on_stop)
			bonds_delete(daemon, daemon->bonds[0], false);
		else
			bonds_forget(daemon, daemon->bonds[0]);
	}
	if (daemon->teardown_on_stop)
		state_save(daemon);
	await_list_free(daemon->awaited);
	events_close(all->events);
	nl_close(daemon->nl);
	nft_close(daemon->nft);
	close_fd(daemon->moved_fd);
	close_fd(daemon->socket);
	close_fd(daemon->sysfs_fd);
	close_fd(daemon->packet_socket);
	close_fd(all->signal_fd);
	close_fd(all->claim_fd);
	close_fd(all->lock_fd);
	loop_free(daemon->loop);
}

/*
 * Two `ebond` at the same time start two daemons: the second waits until the first
 * one answers, and exits; or it takes the lock of one that is exiting.
 */
static int join_or_lock(bool *ret_joined)
{
	struct timespec pause = {.tv_nsec = 20 * 1000 * 1000};
	int fd = -EWOULDBLOCK;

	for (int tries = 0; tries < 500 && fd == -EWOULDBLOCK; tries++) {
		fd = background_lock();
		*ret_joined = fd == -EWOULDBLOCK && rundir_is_served();
		if (fd != -EWOULDBLOCK || *ret_joined)
			break;
		nanosleep(&pause, NULL);
	}
	return fd;
}

static void describe_lock_failure(int err, char failure[512])
{
	char path[RUNDIR_PATH_MAX] = "";

	rundir_path(path, sizeof(path));
	if (err == -EWOULDBLOCK)
		snprintf(failure, 512,
			 "ebondd: another ebondd serves this network namespace: see 'ebond show'");
	else if (err == -EPERM)
		snprintf(failure, 512,
			 "ebondd: run directory %.200s: it or its parent belongs to another user "
			 "or is writable by others: make both your own, mode 0755",
			 path);
	else
		snprintf(failure, 512,
			 "ebondd: cannot use run directory %.200s (%s): does it belong to root, "
			 "and does ebondd run as root?",
			 path, strerror(-err));
}

/* The lock file is not removed: otherwise two daemons could each lock a file of that name. */
static int serve(struct resources *all, const struct command_line *line, int report_fd,
		 char failure[512])
{
	char missing[PRIVILEGES_TEXT_MAX];
	const char *what = NULL;
	bool joined = false;
	pid_t holder = 0;
	int err = privileges_for_opening(missing);

	if (err) {
		snprintf(failure, 512, "ebondd: cannot give up capabilities: %s", strerror(-err));
		if (missing[0])
			snprintf(failure, 512,
				 "ebondd: lacks %s: run it as root; a container must grant them",
				 missing);
		return err;
	}
	all->lock_fd = line->background ? join_or_lock(&joined) : background_lock();
	if (joined) {
		background_report(report_fd, NULL);
		return 0;
	}
	if (all->lock_fd < 0) {
		describe_lock_failure(all->lock_fd, failure);
		return all->lock_fd;
	}
	err = rundirs_take();
	if (!err && line->background)
		err = background_redirect();
	err = err ?: claim_namespace(&all->claim_fd, &holder);
	if (err == -EADDRINUSE && line->background && rundir_is_served()) {
		background_report(report_fd, NULL);
		return 0;
	}
	if (err == -EADDRINUSE) {
		snprintf(failure, 512,
			 "ebondd: process %d, an ebondd with another run directory, serves this "
			 "network namespace: stop it, or use its EBOND_RUN_DIR",
			 (int)holder);
		return err;
	}
	err = err ?: open_all(all, line, &what);
	if (err) {
		snprintf(failure, 512, "ebondd: cannot set up %s: %s", what ?: "its log",
			 strerror(-err));
		return err;
	}
	all->daemon.teardown_on_stop = line->teardown;
	if (line->background)
		background_report(report_fd, NULL);
	background_notify_systemd();
	log_notice("ebondd", "version " EBOND_VERSION " is ready, programs on %s, %zu bonds",
		   hook_word(all->daemon.hook), all->daemon.bond_count);
	return loop_run(all->daemon.loop, turn, all);
}

int main(int argc, char **argv)
{
	struct command_line line = {};
	struct resources all = {
		.line = &line, .lock_fd = -EBADF, .claim_fd = -EBADF, .signal_fd = -EBADF};
	int report_fd = -EBADF, err, code = parse_command_line(argc, argv, &line);
	char failure[512] = "";

	if (code >= 0)
		return code;
	all.daemon.socket = all.daemon.sysfs_fd = -EBADF;
	all.daemon.packet_socket = all.daemon.moved_fd = -EBADF;
	setvbuf(stderr, NULL, _IOLBF, 0);
	libbpf_set_print(log_libbpf);
	if (line.background && (report_fd = background_fork()) < 0) {
		fprintf(stderr, "ebondd: cannot start a process: %s\n", strerror(-report_fd));
		return EXIT_FAILURE;
	}
	err = serve(&all, &line, report_fd, failure);
	if (failure[0] && line.background)
		background_report(report_fd, failure);
	else if (failure[0])
		fprintf(stderr, "%s\n", failure);
	close_all(&all);
	return err ? EXIT_FAILURE : EXIT_SUCCESS;
}
