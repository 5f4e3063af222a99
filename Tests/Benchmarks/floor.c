// The floor: the seven changes of the seed's plan, sent in one sendmsg and acknowledged one by one.
// It reads no metadata, looks at nothing and prints nothing; whoever does the work over rtnetlink
// cannot be faster by much. Exit status: the number of refused messages.
#include <arpa/inet.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

static char batch[1024];
static size_t used;
static unsigned int sent;

static void *begin(int type, int flags, size_t size) {
  struct nlmsghdr *header = (void *)(batch + used);
  header->nlmsg_len = NLMSG_LENGTH(size);
  header->nlmsg_type = type;
  header->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | flags;
  header->nlmsg_seq = ++sent;
  return NLMSG_DATA(header);
}

static void add(int type, const void *value, size_t size) {
  struct nlmsghdr *header = (void *)(batch + used);
  struct rtattr *attribute = (void *)((char *)header + NLMSG_ALIGN(header->nlmsg_len));
  attribute->rta_type = type;
  attribute->rta_len = RTA_LENGTH(size);
  memcpy(RTA_DATA(attribute), value, size);
  header->nlmsg_len = NLMSG_ALIGN(header->nlmsg_len) + RTA_ALIGN(attribute->rta_len);
}

static void end(void) {
  used += NLMSG_ALIGN(((struct nlmsghdr *)(batch + used))->nlmsg_len);
}

static const unsigned char mark = 103;
enum { CREATE = NLM_F_CREATE | NLM_F_EXCL };

static void address(int family, const char *text, int length, int link) {
  unsigned char octets[16];
  size_t size = family == AF_INET ? 4 : 16;
  struct ifaddrmsg *part = begin(RTM_NEWADDR, CREATE, sizeof *part);
  part->ifa_family = family;
  part->ifa_prefixlen = length;
  part->ifa_index = link;
  inet_pton(family, text, octets);
  add(IFA_LOCAL, octets, size);
  add(IFA_ADDRESS, octets, size);
  add(IFA_PROTO, &mark, 1);
  end();
}

static void route(const char *to, int length, const char *via, int link) {
  unsigned char octets[4];
  struct rtmsg *part = begin(RTM_NEWROUTE, CREATE, sizeof *part);
  part->rtm_family = AF_INET;
  part->rtm_dst_len = length;
  part->rtm_table = RT_TABLE_MAIN;
  part->rtm_protocol = mark;
  part->rtm_scope = via ? RT_SCOPE_UNIVERSE : RT_SCOPE_LINK;
  part->rtm_type = RTN_UNICAST;
  if (to) {
    inet_pton(AF_INET, to, octets);
    add(RTA_DST, octets, 4);
  }
  if (via) {
    inet_pton(AF_INET, via, octets);
    add(RTA_GATEWAY, octets, 4);
  }
  add(RTA_OIF, &link, 4);
  end();
}

int main(void) {
  int family_socket = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
  struct ifreq request = {.ifr_name = "eth0"};
  if (ioctl(family_socket, SIOCGIFINDEX, &request) != 0) return 100;
  int link = request.ifr_ifindex;

  struct ifinfomsg *up = begin(RTM_NEWLINK, 0, sizeof *up);
  up->ifi_index = link;
  up->ifi_flags = up->ifi_change = IFF_UP;
  end();
  address(AF_INET, "198.51.100.176", 32, link);
  address(AF_INET6, "2001:db8:3:47:198:51:100:176", 64, link);
  route("198.51.100.176", 29, NULL, link);
  route("192.0.2.0", 26, NULL, link);
  route(NULL, 0, "192.0.2.1", link);
  struct ndmsg *neighbor = begin(RTM_NEWNEIGH, NLM_F_CREATE | NLM_F_REPLACE, sizeof *neighbor);
  neighbor->ndm_family = AF_INET;
  neighbor->ndm_ifindex = link;
  neighbor->ndm_state = NUD_PERMANENT;
  unsigned char octets[4], mac[6] = {0x00, 0x00, 0x5e, 0x00, 0x01, 0x01};
  inet_pton(AF_INET, "192.0.2.1", octets);
  add(NDA_DST, octets, 4);
  add(NDA_LLADDR, mac, 6);
  add(NDA_PROTOCOL, &mark, 1);
  end();

  struct sockaddr_nl kernel = {.nl_family = AF_NETLINK};
  struct iovec out = {batch, used};
  struct msghdr message = {&kernel, sizeof kernel, &out, 1, NULL, 0, 0};
  if (sendmsg(family_socket, &message, 0) != (ssize_t)used) return 101;
  int refused = 0;
  for (unsigned int seen = 0; seen < sent;) {
    char answer[4096];
    int length = recv(family_socket, answer, sizeof answer, 0);
    if (length <= 0) return 102;
    for (struct nlmsghdr *header = (void *)answer; NLMSG_OK(header, length);
         header = NLMSG_NEXT(header, length)) {
      if (header->nlmsg_type != NLMSG_ERROR) continue;
      seen++;
      if (((struct nlmsgerr *)NLMSG_DATA(header))->error != 0) refused++;
    }
  }
  return refused;
}
