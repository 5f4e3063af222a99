// What probes of their own sockets ask of the kernel, for the same reasons as in CLinux.h.
#pragma once

#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <netinet/ip_icmp.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>

// IPPROTO_ constants are an anonymous enum that C libraries write differently; the structs of
// addresses hold unions. `index`: of the link. An address of 4 or 16 bytes, port in host order.
static inline int clinux_packet_socket(int protocol, int index) {
  struct sockaddr_ll place = {
      .sll_family = AF_PACKET, .sll_protocol = htons(protocol), .sll_ifindex = index};
  int made = socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, htons(protocol));
  if (made >= 0 && bind(made, (struct sockaddr *)&place, sizeof place) != 0) {
    int error = errno;
    close(made);
    errno = error;
    return -1;
  }
  return made;
}

static inline int clinux_broadcast(int socket, int protocol, int index, const void *bytes,
                                   unsigned long count) {
  struct sockaddr_ll place = {.sll_family = AF_PACKET,
                              .sll_protocol = htons(protocol),
                              .sll_ifindex = index,
                              .sll_halen = 6,
                              .sll_addr = {255, 255, 255, 255, 255, 255}};
  return sendto(socket, bytes, count, 0, (struct sockaddr *)&place, sizeof place);
}

static inline socklen_t clinux_address(struct sockaddr_storage *place, const void *octets,
                                       int count, int port, unsigned scope) {
  memset(place, 0, sizeof *place);
  if (count == 4) {
    struct sockaddr_in *inet = (struct sockaddr_in *)place;
    inet->sin_family = AF_INET;
    inet->sin_port = htons(port);
    memcpy(&inet->sin_addr, octets, 4);
    return sizeof *inet;
  }
  struct sockaddr_in6 *inet6 = (struct sockaddr_in6 *)place;
  inet6->sin6_family = AF_INET6;
  inet6->sin6_port = htons(port);
  inet6->sin6_scope_id = scope;
  memcpy(&inet6->sin6_addr, octets, 16);
  return sizeof *inet6;
}

// `protocol`: 0 for UDP, 1 for ICMP of the family. Only what comes over the link, where one is
// named; hop limits of 255 out, and told in.
static inline int clinux_inet_socket(int family, int raw, const char *link) {
  int protocol = !raw ? IPPROTO_UDP : family == AF_INET ? IPPROTO_ICMP : IPPROTO_ICMPV6;
  int made = socket(family, (raw ? SOCK_RAW : SOCK_DGRAM) | SOCK_CLOEXEC | SOCK_NONBLOCK, protocol);
  int hops = 255, on = 1;
  if (made < 0) return made;
  if (link) setsockopt(made, SOL_SOCKET, SO_BINDTODEVICE, link, strlen(link));
  if (raw && family == AF_INET6) {
    setsockopt(made, IPPROTO_IPV6, IPV6_MULTICAST_HOPS, &hops, sizeof hops);
    setsockopt(made, IPPROTO_IPV6, IPV6_UNICAST_HOPS, &hops, sizeof hops);
    setsockopt(made, IPPROTO_IPV6, IPV6_RECVHOPLIMIT, &on, sizeof on);
  }
  return made;
}

static inline int clinux_send(int socket, const void *bytes, unsigned long count,
                              const struct sockaddr_storage *place, socklen_t size) {
  return sendto(socket, bytes, count, 0, (const struct sockaddr *)place, size);
}
static inline int clinux_bind(int socket, const struct sockaddr_storage *place, socklen_t size) {
  return bind(socket, (const struct sockaddr *)place, size);
}
static inline int clinux_connect(int socket, const struct sockaddr_storage *place, socklen_t size) {
  return connect(socket, (const struct sockaddr *)place, size);
}

// The control message of a hop limit is walked to by macros; -1: it was not told. `source`: the
// sender's address of 16 bytes, of IPv4 the first 4.
static inline int clinux_receive(int socket, void *bytes, unsigned long count, void *source,
                                 int *hops) {
  struct sockaddr_storage place = {0};
  struct iovec vector = {.iov_base = bytes, .iov_len = count};
  _Alignas(struct cmsghdr) char control[64];
  struct msghdr message = {.msg_name = &place,
                           .msg_namelen = sizeof place,
                           .msg_iov = &vector,
                           .msg_iovlen = 1,
                           .msg_control = control,
                           .msg_controllen = sizeof control};
  int received = recvmsg(socket, &message, 0);
  *hops = -1;
  if (received < 0) return received;
  if (place.ss_family == AF_INET) memcpy(source, &((struct sockaddr_in *)&place)->sin_addr, 4);
  if (place.ss_family == AF_INET6) memcpy(source, &((struct sockaddr_in6 *)&place)->sin6_addr, 16);
  for (struct cmsghdr *part = CMSG_FIRSTHDR(&message); part; part = CMSG_NXTHDR(&message, part))
    if (part->cmsg_level == IPPROTO_IPV6 && part->cmsg_type == IPV6_HOPLIMIT)
      memcpy(hops, CMSG_DATA(part), sizeof *hops);
  return received;
}
