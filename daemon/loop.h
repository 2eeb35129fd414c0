/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The event loop: the only place that waits or reads the clock. It handles file
 * descriptors and one deadline.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* The daemon's own descriptors, and up to two per port. */
#define LOOP_WATCHES_MAX 2048

struct loop;

/* Called when @fd is readable (or hung up). May unwatch any descriptor. */
typedef void (*loop_handler)(int fd, void *data);

/*
 * Called after each batch of events and when the deadline expires: does what is
 * due at @now_ms and returns the next deadline (UINT64_MAX: none).
 */
typedef uint64_t (*loop_turn)(uint64_t now_ms, void *data);

/* Returns 0 or a negative errno; *@ret_loop is owned by the caller. */
int loop_new(struct loop **ret_loop);
void loop_free(struct loop *loop);

/* Watches @fd for input; the loop does not own it. Returns 0 or a negative errno. */
int loop_watch(struct loop *loop, int fd, loop_handler handler, void *data);

/* Stops watching. Safe inside any handler. Unknown descriptors are ignored. */
void loop_unwatch(struct loop *loop, int fd);

/* Runs until loop_stop(). Returns 0 or a negative errno. */
int loop_run(struct loop *loop, loop_turn turn, void *data);
void loop_stop(struct loop *loop);

/* Milliseconds of CLOCK_MONOTONIC. */
uint64_t loop_now_ms(void);
