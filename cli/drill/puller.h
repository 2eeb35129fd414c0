/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sets ports down and reliably up again: a separate process, which outlives the
 * command if that is killed and then sets up the port that it had set down.
 */
#pragma once

#include <stdint.h>

struct puller;

/* Starts the process. Returns 0 or a negative errno; puller_close() ends it. */
int puller_open(struct puller **ret_puller);

/* Sets the interface down, or up again. Returns 0 or a negative errno. */
int puller_pull(struct puller *puller, uint32_t ifindex);
int puller_put_back(struct puller *puller, uint32_t ifindex);

/* Sets everything up again, waits for that, and frees @puller. */
void puller_close(struct puller *puller);
