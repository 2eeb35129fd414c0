/* SPDX-License-Identifier: GPL-2.0-or-later */
/* I/O of LACP: frames and log lines. */
#include "daemon/protocol/lacp_speaker.h"

#include <errno.h>
#include <string.h>

#include "core/deadline.h"
#include "daemon/bonds.h"
#include "daemon/log.h"

/*
 * Maximum number of frames read from a socket per interval; it is paused for the rest of the
 * interval. A partner sends one LACPDU a second, at worst a handful at once. A flood thus
 * costs at most 3200 frames per second and socket, and does not starve other bonds.
 */
#define FRAMES_MAX 64
#define PERIOD_MS 20

static void receive(struct ebondd *daemon, struct managed_bond *bond, struct port *port,
		    enum lacp_sender sender)
{
	uint64_t now_ms = loop_now_ms();
	struct lacp_sockets *sockets = &port->lacp;
	uint8_t frame[LACP_RECEIVE_MAX];

	if (now_ms >= sockets->since_ms[sender] + PERIOD_MS) {
		sockets->since_ms[sender] = now_ms;
		sockets->taken[sender] = 0;
	}
	for (; sockets->taken[sender] < FRAMES_MAX; sockets->taken[sender]++) {
		int length = lacp_sockets_read(sockets, sender, frame);

		if (length < 0)
			return;
		if (length > 0)
			bond_in_frame(bond->core, port->ifindex, frame, (size_t)length, now_ms);
		bond->lacp_received = true;
	}
	sockets->resume_ms[sender] = sockets->since_ms[sender] + PERIOD_MS;
	loop_unwatch(daemon->loop, sockets->fd[sender]);
}

static void on_readable(int fd, void *data)
{
	struct ebondd *daemon = data;

	for (size_t i = 0; i < daemon->bond_count; i++)
		for (size_t j = 0; j < daemon->bonds[i]->port_count; j++)
			for (enum lacp_sender sender = 0; sender < LACP_SENDERS; sender++)
				if (daemon->bonds[i]->ports[j].lacp.fd[sender] == fd)
					receive(daemon, daemon->bonds[i],
						&daemon->bonds[i]->ports[j], sender);
}

void lacp_stop(struct ebondd *daemon, struct port *port)
{
	for (enum lacp_sender sender = 0; sender < LACP_SENDERS; sender++)
		if (port->lacp.fd[sender] >= 0 && !port->lacp.resume_ms[sender])
			loop_unwatch(daemon->loop, port->lacp.fd[sender]);
	lacp_sockets_close(&port->lacp);
}

static void start(struct ebondd *daemon, const struct managed_bond *bond, struct port *port)
{
	int err = lacp_sockets_open(&port->lacp, port->ifindex);

	for (enum lacp_sender sender = 0; sender < LACP_SENDERS && !err; sender++)
		err = loop_watch(daemon->loop, port->lacp.fd[sender], on_readable, daemon);
	if (!err)
		return;
	lacp_stop(daemon, port);
	port->lacp.failed = true;
	log_error(bond->name, "port %s: cannot open LACP sockets (%s): it stays without a partner",
		  port->name, strerror(-err));
}

static void follow_sockets(struct ebondd *daemon, struct managed_bond *bond)
{
	bool wanted = bond_get_lacp(bond->core);

	for (size_t i = 0; i < bond->port_count; i++) {
		struct port *port = &bond->ports[i];

		if (wanted && !lacp_sockets_is_open(&port->lacp) && !port->lacp.failed)
			start(daemon, bond, port);
		if (wanted)
			continue;
		if (lacp_sockets_is_open(&port->lacp))
			lacp_stop(daemon, port);
		port->lacp.failed = false; /* retry when it is needed again */
	}
}

/* Passes the partner to lacp_sockets_tune(). */
static void tune(struct port *port, const struct lacp_port_view *view)
{
	uint8_t partner[8];

	memcpy(partner, view->partner.system, LACP_MAC_SIZE);
	partner[6] = (uint8_t)(view->partner.port >> 8);
	partner[7] = (uint8_t)view->partner.port;
	lacp_sockets_tune(&port->lacp, view->has_partner ? partner : NULL);
}

/* Requests saving the state if more than timers and counters changed. */
static void note_partners(struct ebondd *daemon, struct managed_bond *bond)
{
	const struct lacp *lacp = bond_get_lacp(bond->core);
	struct lacp_port_view view;

	for (size_t i = 0; lacp && i < bond->port_count; i++) {
		struct port *port = &bond->ports[i];

		if (!lacp_port_by_id(lacp, port->ifindex, &view))
			continue;
		tune(port, &view);
		if (view.partner.state == port->lacp.partner_state)
			continue;
		port->lacp.partner_state = view.partner.state;
		daemon->state_changed = true;
	}
}

static void send_frame(struct managed_bond *bond, const struct lacp_effect *effect)
{
	struct port *port = bond_port_indexed(bond, effect->port);
	int err =
		port ? lacp_sockets_send(&port->lacp, port->ifindex, effect->frame, LACP_FRAME_SIZE)
		     : 0;

	/* not worth logging: a link went down, or the lack of sockets was logged before */
	if (err && err != -EBADF && err != -ENETDOWN && err != -ENXIO && err != -ENODEV)
		log_warning(bond->name, "port %s: cannot send a LACPDU (%s)", port->name,
			    strerror(-err));
}

void lacp_carry_out(struct ebondd *daemon, struct managed_bond *bond, uint64_t now_ms)
{
	const struct lacp_effects *effects = bond_get_lacp_effects(bond->core);

	/* Not in other modes: the last LACPDUs need the sockets that are open. */
	if (bond_get_lacp(bond->core))
		follow_sockets(daemon, bond);
	for (size_t i = 0; effects && i < effects->count; i++) {
		const struct lacp_effect *effect = &effects->list[i];

		lacp_log(&bond->lacp_log, bond->name, bond->core, effect, now_ms);
		if (effect->kind == LACP_FX_SEND)
			send_frame(bond, effect);
		else if (effect->kind != LACP_FX_ALARM)
			daemon->state_changed = true;
	}
}

/* Resumes paused sockets; returns when the next pause ends. */
static uint64_t resume(struct ebondd *daemon, struct port *port, uint64_t now_ms)
{
	bool rested = port->lacp.resume_ms[0] || port->lacp.resume_ms[1];
	uint64_t next_ms = UINT64_MAX;

	if (rested)
		lacp_sockets_count_drops(&port->lacp);
	for (enum lacp_sender sender = 0; sender < LACP_SENDERS; sender++) {
		uint64_t *resume_ms = &port->lacp.resume_ms[sender];

		if (!*resume_ms)
			continue;
		if (now_ms >= *resume_ms &&
		    loop_watch(daemon->loop, port->lacp.fd[sender], on_readable, daemon) == 0)
			*resume_ms = 0;
		else if (now_ms >= *resume_ms)
			*resume_ms = now_ms + PERIOD_MS;
		if (*resume_ms && *resume_ms < next_ms)
			next_ms = *resume_ms;
	}
	return next_ms;
}

uint64_t lacp_turn(struct ebondd *daemon, struct managed_bond *bond, uint64_t now_ms)
{
	uint64_t next_ms = UINT64_MAX;

	follow_sockets(daemon, bond);
	if (bond->lacp_received)
		note_partners(daemon, bond);
	bond->lacp_received = false;
	for (size_t i = 0; i < bond->port_count; i++)
		earliest(&next_ms, resume(daemon, &bond->ports[i], now_ms));
	return next_ms;
}
