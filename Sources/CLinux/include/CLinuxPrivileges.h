// What giving up privileges asks of the kernel, for the same reasons as in CLinux.h.
#pragma once

#include <linux/capability.h>
#include <sys/prctl.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

// Which system calls are left: a set of these, see CallFilter.c.
enum {
  // Reads files and disks, writes to what is open already.
  CLINUX_CALLS_READ = 1,
  // Asks the kernel and hears from it, by sockets.
  CLINUX_CALLS_LOOK = 2,
  // Makes, replaces and removes files; opens files for writing.
  CLINUX_CALLS_CHANGE = 4,
  // Lives on: signals as events, a child.
  CLINUX_CALLS_STAY = 8,
  // Sends packets of its own.
  CLINUX_CALLS_PROBE = 16,
  // All but what no growth of storage needs: LVM and what it starts run under it, too.
  CLINUX_CALLS_GROW = 32,
};

// From now on this process and what it starts may make only these calls; 0, or -1 and errno.
int clinux_filter_calls(unsigned groups);

// prctl(2) is variadic.
static inline int clinux_no_new_privileges(void) { return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); }
static inline int clinux_unbind_capability(int number) {
  return prctl(PR_CAPBSET_DROP, number, 0, 0, 0);
}

// capget(2) and capset(2) have no functions in glibc; their sets are pairs of 32 bits.
static inline int clinux_permitted_capabilities(unsigned long *permitted) {
  struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
  struct __user_cap_data_struct sets[2] = {0};
  int result = syscall(SYS_capget, &header, sets);
  *permitted = sets[0].permitted | (unsigned long)sets[1].permitted << 32;
  return result;
}
static inline int clinux_set_capabilities(unsigned long kept) {
  struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
  struct __user_cap_data_struct sets[2] = {0};
  for (int half = 0; half < 2; half++)
    sets[half].permitted = sets[half].effective = (unsigned)(kept >> 32 * half);
  return syscall(SYS_capset, &header, sets);
}

// close_range(2) is younger than many a distribution's headers. All from this one on.
static inline int clinux_close_from(int descriptor) {
#ifndef SYS_close_range
#define SYS_close_range 436
#endif
  return syscall(SYS_close_range, (unsigned)descriptor, ~0U, 0U);
}

// The path in an address of AF_UNIX is an array that Swift would import as a tuple of 108.
static inline int clinux_connect_path(int socket, const unsigned char *path) {
  struct sockaddr_un place = {.sun_family = AF_UNIX};
  strncpy(place.sun_path, (const char *)path, sizeof place.sun_path - 1);
  return connect(socket, (struct sockaddr *)&place, sizeof place);
}

// What is said to systemd, see ServiceManagerSocket.c; 0, or -1 and errno.
enum clinux_message { CLINUX_HELLO, CLINUX_RESTART };
int clinux_send_message(int socket, enum clinux_message message);
