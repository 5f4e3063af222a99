// When the network of a booting guest came to be. Started before whoever configures it, it listens
// to the kernel's routes, addresses and neighbours, and once the default route and the permanent
// neighbour are both there, writes seconds since the kernel's start, a line each, to the file
// named:
//   address6 SECONDS   (if it came before the rest)
//   route SECONDS
//   neighbor SECONDS
// Forks once it listens, so that a unit of Type=forking holds the others back until then.
//
// Sources: rtnetlink(7), netlink(7).

#include <linux/neighbour.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { ADDRESS6, ROUTE, NEIGHBOR, KINDS };
static const char *const names[KINDS] = {"address6", "route", "neighbor"};

static void fail(const char *what) {
  perror(what);
  exit(1);
}

static double seconds_since_boot(void) {
  struct timespec now;
  clock_gettime(CLOCK_BOOTTIME, &now);
  return now.tv_sec + now.tv_nsec / 1e9;
}

// Which of the things that are waited for the message tells of; KINDS if none.
static int kind(struct nlmsghdr *message) {
  void *body = NLMSG_DATA(message);
  if (message->nlmsg_type == RTM_NEWADDR) {
    struct ifaddrmsg *address = body;
    if (address->ifa_family == AF_INET6 && address->ifa_scope == RT_SCOPE_UNIVERSE) return ADDRESS6;
  } else if (message->nlmsg_type == RTM_NEWROUTE) {
    struct rtmsg *route = body;
    if (route->rtm_family == AF_INET && route->rtm_dst_len == 0 && route->rtm_type == RTN_UNICAST)
      return ROUTE;
  } else if (message->nlmsg_type == RTM_NEWNEIGH) {
    struct ndmsg *neighbor = body;
    if (neighbor->ndm_family == AF_INET && neighbor->ndm_state & NUD_PERMANENT) return NEIGHBOR;
  }
  return KINDS;
}

int main(int count, char **words) {
  if (count != 2) return 2;
  struct sockaddr_nl name = {
      .nl_family = AF_NETLINK,
      .nl_groups = RTMGRP_IPV6_IFADDR | RTMGRP_IPV4_ROUTE | RTMGRP_NEIGH};
  int line = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
  if (line < 0 || bind(line, (struct sockaddr *)&name, sizeof name) < 0) fail("netlink");
  if (daemon(0, 0) < 0) fail("daemon");

  double came[KINDS] = {0};
  static char buffer[65536] __attribute__((aligned(NLMSG_ALIGNTO)));
  while (came[ROUTE] == 0 || came[NEIGHBOR] == 0) {
    ssize_t length = recv(line, buffer, sizeof buffer, 0);
    if (length < 0) fail("recv");
    unsigned int left = length;
    for (struct nlmsghdr *message = (void *)buffer; NLMSG_OK(message, left);
         message = NLMSG_NEXT(message, left)) {
      int which = kind(message);
      if (which != KINDS && came[which] == 0) came[which] = seconds_since_boot();
    }
  }
  FILE *file = fopen(words[1], "w");
  if (!file) fail(words[1]);
  for (int which = 0; which < KINDS; which++)
    if (came[which] != 0) fprintf(file, "%s %.3f\n", names[which], came[which]);
  return fclose(file) == 0 ? 0 : 1;
}
