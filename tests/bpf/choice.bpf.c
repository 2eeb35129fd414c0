// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Exposes the packet path's choice of a port: built from the same headers as
 * the packet path, it returns the port instead of redirecting to it, because
 * bpf_prog_test_run_opts() does not report a redirect's target.
 *
 * The caller sets skb->cb, see choice.h. The last tag pushed ends up in the
 * packet's metadata, where the kernel keeps the outermost one.
 */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#include "bpf/pick.h"
#include "tests/bpf/choice.h"

char _license[] SEC("license") = "GPL";

SEC("tc")
int ebond_choice(struct __sk_buff *skb)
{
	__u32 tags = skb->cb[CHOICE_CB_TAGS];
	__u32 first = skb->cb[CHOICE_CB_TAG], second = skb->cb[CHOICE_CB_TAG + 1];

	if (bpf_skb_change_tail(skb, skb->cb[CHOICE_CB_LEN], 0))
		return CHOICE_FAILED;
	if (tags > 0 && bpf_skb_vlan_push(skb, bpf_htons(first >> 16), first & 0xffff))
		return CHOICE_FAILED;
	if (tags > 1 && bpf_skb_vlan_push(skb, bpf_htons(second >> 16), second & 0xffff))
		return CHOICE_FAILED;
	return pick_port(skb, newest_table(), config.mode);
}
