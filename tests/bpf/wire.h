/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Real interfaces for the packet path's tests, in a network namespace that ends
 * with the process: cables, raw sockets, programs on hooks. Any failure ends
 * the test with a message.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct bpf_program;

/* Where a program is attached; clsact is always available, tcx since Linux 6.6. */
enum hook { HOOK_CLSACT, HOOK_TCX };

/* A received frame. */
struct wire_frame {
	uint8_t bytes[70000];
	size_t size;
	bool has_tag; /* a VLAN tag in the metadata */
	uint16_t tpid, tci;
};

/* Moves the process into a new network namespace with the loopback up and IPv6 off. */
void wire_new_namespace(void);

/* Runs a command line; it must succeed. printf-style. */
void wire_run(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* A cable: two veth ends, up, with an MTU for jumbo frames, that do not answer ARP. */
void wire_cable(const char *end, const char *other_end);

/* The ifindex of @name. */
uint32_t wire_ifindex(const char *name);

/*
 * Attaches @program to @name's tc ingress, or egress (clsact only). False: the
 * hook is not available.
 */
bool wire_attach(const struct bpf_program *program, const char *name, enum hook hook, bool egress);

/* A raw socket on @name that sends and receives; frames that leave @name are not received. */
int wire_open(const char *name);

/* The same for frames of one ethertype, which the kernel hands over after programs have run. */
int wire_open_protocol(const char *name, uint16_t protocol);

/* Sends one frame out of the interface of @socket. */
void wire_send(int socket, const void *frame, size_t size);

/* The next frame received by @socket within @timeout_ms, or false. */
bool wire_receive(int socket, int timeout_ms, struct wire_frame *ret_frame);
