// SPDX-License-Identifier: GPL-2.0
/*
 * Ethernet frames, byte by byte. The lab's bridge in Dom0 is 10.0.0.1; a hostile frontend uses
 * 10.0.0.66.
 */
#include "net.h"

#include <string.h>

static const uint8_t our_address[4] = { 10, 0, 0, 66 };
static const uint8_t dom0_address[4] = { 10, 0, 0, 1 };

#define IP_HEADER 20u
#define ARP_LENGTH 42u
#define ICMP_HEADER 8u
#define IP6_HEADER 40u
#define TCP_HEADER 20u
#define UDP_HEADER 8u

static void put16(uint8_t *at, uint16_t value)
{
	at[0] = value >> 8;
	at[1] = value;
}

static uint16_t checksum(const uint8_t *bytes, unsigned int length)
{
	uint32_t sum = 0;

	for (unsigned int i = 0; i < length; i++)
		sum += i & 1 ? bytes[i] : bytes[i] << 8;
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return ~sum;
}

static uint8_t *ethernet(const struct net *net, unsigned int page, const uint8_t *to, uint16_t type)
{
	uint8_t *frame = page_at(net->frames, page);

	memset(frame, 0, PAGE);
	memcpy(frame, to, 6);
	memcpy(frame + 6, net->mac, 6);
	put16(frame + 12, type);
	return frame + ETH_HEADER;
}

/* Use an EtherType for experiments, so that no host answers. */
unsigned int frame_plain(const struct net *net, unsigned int page, unsigned int length)
{
	uint8_t *payload = ethernet(net, page, net->peer, 0x88b5);

	if (length > ETH_HEADER)
		memset(payload, 0x5a, length - ETH_HEADER);
	return length;
}

static uint8_t *arp_packet(const struct net *net, unsigned int page, const uint8_t *to,
			   uint8_t operation)
{
	static const uint8_t head[7] = { 0, 1, 8, 0, 6, 4, 0 };
	uint8_t *arp = ethernet(net, page, to, 0x0806);

	memcpy(arp, head, sizeof(head));
	arp[7] = operation;
	memcpy(arp + 8, net->mac, 6);
	memcpy(arp + 14, our_address, 4);
	memcpy(arp + 24, dom0_address, 4);
	return arp;
}

unsigned int frame_arp(const struct net *net, unsigned int page)
{
	static const uint8_t broadcast[6] = { 255, 255, 255, 255, 255, 255 };

	arp_packet(net, page, broadcast, 1);
	return ETH_MIN;
}

/*
 * Confirm our entry in Dom0's neighbour table. After five seconds Dom0 asks for an entry that was
 * not confirmed. The frontend does not answer, and Dom0 then sends nothing more.
 */
unsigned int frame_arp_reply(const struct net *net, unsigned int page)
{
	memcpy(arp_packet(net, page, net->peer, 2) + 18, net->peer, 6);
	return ETH_MIN;
}

bool frame_is_arp_reply(const uint8_t *frame, unsigned int length, uint8_t *sender)
{
	static const uint8_t head[10] = { 8, 6, 0, 1, 8, 0, 6, 4, 0, 2 };

	if (length < ARP_LENGTH || memcmp(frame + 12, head, sizeof(head)) ||
	    memcmp(frame + 28, dom0_address, 4))
		return false;
	memcpy(sender, frame + 22, 6);
	return true;
}

static uint8_t *ip(const struct net *net, unsigned int page, uint8_t protocol, unsigned int payload)
{
	uint8_t *header = ethernet(net, page, net->peer, 0x0800);

	header[0] = 0x45;
	put16(header + 2, IP_HEADER + payload);
	header[8] = 64;
	header[9] = protocol;
	memcpy(header + 12, our_address, 4);
	memcpy(header + 16, dom0_address, 4);
	put16(header + 10, checksum(header, IP_HEADER));
	return header + IP_HEADER;
}

unsigned int frame_ping(const struct net *net, unsigned int page, unsigned int payload)
{
	uint8_t *icmp = ip(net, page, 1, ICMP_HEADER + payload);

	icmp[0] = 8;
	put16(icmp + 2, checksum(icmp, ICMP_HEADER + payload));
	return ETH_HEADER + IP_HEADER + ICMP_HEADER + payload;
}

/* Without a checksum, which UDP allows. */
unsigned int frame_udp(const struct net *net, unsigned int page, uint16_t port,
		       unsigned int payload)
{
	uint8_t *udp = ip(net, page, 17, UDP_HEADER + payload);

	put16(udp, 4000);
	put16(udp + 2, port);
	put16(udp + 4, UDP_HEADER + payload);
	return ETH_HEADER + IP_HEADER + UDP_HEADER + payload;
}

/* An acknowledgment for a connection that no host has. The backend has to fill in its checksum. */
static void put_tcp(uint8_t *tcp)
{
	put16(tcp, 4000);
	put16(tcp + 2, 9);
	tcp[12] = TCP_HEADER / 4 << 4;
	tcp[13] = 0x10;
	put16(tcp + 14, 1024);
}

/* Between two addresses that do not exist. */
unsigned int frame_tcp6(const struct net *net, unsigned int page, unsigned int payload)
{
	uint8_t *header = ethernet(net, page, net->peer, 0x86dd);

	header[0] = 0x60;
	put16(header + 4, TCP_HEADER + payload);
	header[6] = 6;
	header[7] = 64;
	header[8] = 0xfd;
	header[24] = 0xfd;
	header[23] = 66;
	header[39] = 67;
	put_tcp(header + IP6_HEADER);
	return ETH_HEADER + IP6_HEADER + TCP_HEADER + payload;
}

unsigned int frame_tcp(const struct net *net, unsigned int page, unsigned int payload)
{
	put_tcp(ip(net, page, 6, TCP_HEADER + payload));
	return ETH_HEADER + IP_HEADER + TCP_HEADER + payload;
}

/* To a network behind Dom0, with any length in the IP header. */
unsigned int frame_tcp_routed(const struct net *net, unsigned int page, unsigned int payload,
			      uint16_t ip_length)
{
	static const uint8_t routed_address[4] = { 10, 77, 0, 1 };
	unsigned int length = frame_tcp(net, page, payload);
	uint8_t *header = page_at(net->frames, page) + ETH_HEADER;

	put16(header + 2, ip_length);
	memcpy(header + 16, routed_address, 4);
	put16(header + 10, 0);
	put16(header + 10, checksum(header, IP_HEADER));
	return length;
}

/* The @number-th of several segments of one flow, all with the same headers otherwise. */
unsigned int frame_tcp_segment(const struct net *net, unsigned int page, unsigned int payload,
			       unsigned int number)
{
	unsigned int length = frame_tcp_routed(net, page, payload,
					       IP_HEADER + TCP_HEADER + payload);
	uint8_t *header = page_at(net->frames, page) + ETH_HEADER;

	header[6] = 0x40;	/* DF: the identification does not count */
	put16(header + 10, 0);
	put16(header + 10, checksum(header, IP_HEADER));
	put16(header + IP_HEADER + 6, number * payload);
	return length;
}
