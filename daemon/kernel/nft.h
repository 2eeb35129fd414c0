/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * nftables at the ingress of interfaces: family netdev. Its chains come after tc, so they do not
 * see what ebond_rx redirects itself; but ebond's own chain may come after them.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include <net/if.h>

struct nft;

/* Longest text of a chain below, with the terminating 0. */
#define NFT_CHAIN_TEXT_MAX 128

/* Opens the sockets. Returns 0 or a negative errno. */
int nft_open(struct nft **ret_nft);
void nft_close(struct nft *nft);

/* For the loop to watch: readable when a ruleset changes. */
int nft_events_fd(const struct nft *nft);

/* Reads all pending events; never blocks. */
void nft_events_read(struct nft *nft);

/*
 * Calls @each for every chain and interface it is at: "nft chain netdev TABLE CHAIN", or NULL if
 * the chain is our own. Returns 0, or a negative errno: a kernel without nftables has -EINVAL.
 */
int nft_ingress_chains(struct nft *nft,
		       void (*each)(const char *ifname, const char *chain, void *data), void *data);

/*
 * Replaces our own chain at the ingress of @ifname, the last one there, which sends what it gets
 * to the interface @to, unless its priority says otherwise (bpf/shared.h). From Linux 6.9 no other
 * program can flush it, and it stays when this process ends; before, both is true of any chain.
 * Returns 0 or a negative errno: -ENOENT without CONFIG_NFT_FWD_NETDEV or CONFIG_NFT_DUP_NETDEV.
 */
int nft_collect(struct nft *nft, const char *ifname, uint32_t ifindex, uint32_t to);

/* Removes that chain, if it is there; with the last one the table. */
void nft_collect_stop(struct nft *nft, uint32_t ifindex);

/* Removes all that an earlier daemon left. */
void nft_collect_clear(struct nft *nft);
