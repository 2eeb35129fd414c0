/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The parts of nft.h: nft.c (sockets, what there is) and nft_collect.c (chains of our own). */
#pragma once

#include <libmnl/libmnl.h>

#include "daemon/kernel/nft.h"

#define NFT_BUFFER_BYTES 32768

/* The table of our own chains. */
#define NFT_OWN_TABLE "ebond"

struct nft {
	struct mnl_socket *socket; /* owns our table, where the kernel lets it */
	struct mnl_socket *events;
	unsigned int sequence;
	char buffer[NFT_BUFFER_BYTES];
};
