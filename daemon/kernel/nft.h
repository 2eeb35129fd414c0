/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The chains that nftables has at the ingress of interfaces: family netdev. They come after tc, so
 * they do not see what ebond_rx takes.
 */
#pragma once

#include <net/if.h>

struct nft;

/* Longest text of a chain below, with the terminating 0. */
#define NFT_CHAIN_TEXT_MAX 128

/* Opens the socket. Returns 0 or a negative errno. */
int nft_open(struct nft **ret_nft);
void nft_close(struct nft *nft);

/*
 * Calls @each for every chain and interface it is at: "nft chain netdev TABLE CHAIN". Returns 0, or
 * a negative errno: a kernel without nftables has -EINVAL.
 */
int nft_ingress_chains(struct nft *nft,
		       void (*each)(const char *ifname, const char *chain, void *data), void *data);
