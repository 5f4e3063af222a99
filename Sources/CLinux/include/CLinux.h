// What the Swift importer cannot bring in by itself, and nothing else: variadic calls, errno,
// function-like macros, unions. No logic, no policy.
#pragma once

#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <linux/blkpg.h>
#include <linux/ethtool.h>
#include <linux/fs.h>
#include <linux/sockios.h>
#include <linux/if.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/un.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

// Swift calls these without `unsafe`: they read texts up to their zero byte, fill structs and
// numbers of the size that their type says, and keep no pointer.
#define CLINUX_SAFE __attribute__((swift_attr("safe")))

// errno is a macro around a function call.
static inline int clinux_errno(void) { return errno; }
// readdir(3) tells an error by errno alone.
static inline void clinux_clear_errno(void) { errno = 0; }

// Hidden behind _GNU_SOURCE, which would change structs that other modules see.
extern char **environ;
long syscall(long, ...);

// open(2) is variadic.
CLINUX_SAFE static inline int clinux_open(const char *path, int flags, mode_t mode) {
  return open(path, flags, mode);
}

static inline int clinux_openat(int directory, const char *name, int flags, mode_t mode) {
  return openat(directory, name, flags, mode);
}
// O_PATH is hidden behind _GNU_SOURCE.
enum : int { CLINUX_O_PATH = 010000000 };

// S_IFMT tests are function-like macros.
static inline int clinux_is_directory(mode_t mode) { return S_ISDIR(mode); }
static inline int clinux_is_symlink(mode_t mode) { return S_ISLNK(mode); }
static inline int clinux_is_regular(mode_t mode) { return S_ISREG(mode); }
static inline int clinux_is_block_device(mode_t mode) { return S_ISBLK(mode); }

// `stat` is a struct and a function of one name.
CLINUX_SAFE static inline int clinux_stat(int directory, const char *name, struct stat *result,
                                          int flags) {
  return fstatat(directory, name, result, flags);
}
CLINUX_SAFE static inline int clinux_fstat(int descriptor, struct stat *result) {
  return fstat(descriptor, result);
}

// `flock` is a struct and a function of one name.
static inline int clinux_flock(int descriptor, int operation) {
  return flock(descriptor, operation);
}

// ioctl(2) is variadic and takes any pointer; its requests are made by function-like macros.
CLINUX_SAFE static inline int clinux_device_size(int descriptor, __u64 *bytes) {
  return ioctl(descriptor, BLKGETSIZE64, bytes);
}
CLINUX_SAFE static inline int clinux_sector_size(int descriptor, int *bytes) {
  return ioctl(descriptor, BLKSSZGET, bytes);
}
CLINUX_SAFE static inline int clinux_resize_partition(int descriptor,
                                                      struct blkpg_partition *wanted) {
  struct blkpg_ioctl_arg argument = {
      .op = BLKPG_RESIZE_PARTITION, .datalen = sizeof *wanted, .data = wanted};
  return ioctl(descriptor, BLKPG, &argument);
}

// poll(2) of one descriptor: its events that are there, 0: none in time, -1.
CLINUX_SAFE static inline int clinux_poll(int descriptor, short events, int milliseconds) {
  struct pollfd entry = {.fd = descriptor, .events = events};
  int result = poll(&entry, 1, milliseconds);
  return result > 0 ? entry.revents : result;
}

// What these fill is a word or two.
CLINUX_SAFE static inline long long clinux_nanoseconds(clockid_t clock) {
  struct timespec time = {0};
  clock_gettime(clock, &time);
  return time.tv_sec * 1000000000LL + time.tv_nsec;
}
CLINUX_SAFE static inline pid_t clinux_waitpid(pid_t process, int *status, int options) {
  return waitpid(process, status, options);
}

// fnmatch(3) without flags.
CLINUX_SAFE static inline int clinux_fits(const char *pattern, const char *text) {
  return fnmatch(pattern, text, 0) == 0;
}

// inet_pton(3) fills a union; the two numbers are in network byte order.
struct clinux_ipv6 {
  __u64 high, low;
  int is_valid;
};
CLINUX_SAFE static inline struct clinux_ipv6 clinux_ipv6(const char *text) {
  struct clinux_ipv6 address = {0};
  __u64 octets[2] = {0};
  address.is_valid = inet_pton(AF_INET6, text, octets) == 1;
  address.high = octets[0];
  address.low = octets[1];
  return address;
}

// The name in a directory entry is an array that Swift would import as a tuple of 256.
static inline const char *clinux_entry_name(const struct dirent *entry) { return entry->d_name; }

// SIOCETHTOOL takes a union with a pointer in it. ETHTOOL_GDRVINFO: the driver's name, 32 bytes.
static inline int clinux_driver_name(int socket, const char *link, char *name) {
  struct ethtool_drvinfo info = {.cmd = ETHTOOL_GDRVINFO};
  struct ifreq request = {.ifr_data = (void *)&info};
  strncpy(request.ifr_name, link, IFNAMSIZ - 1);
  int result = ioctl(socket, SIOCETHTOOL, &request);
  memcpy(name, info.driver, sizeof info.driver);
  return result;
}

// The environment is a global variable that strict concurrency would refuse.
static inline char **clinux_environment(void) { return environ; }

// WIFEXITED and WEXITSTATUS are function-like macros; -1: ended by a signal.
static inline int clinux_exit_status(int status) {
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

// Hidden behind _GNU_SOURCE, too.
int posix_spawn_file_actions_addchdir_np(posix_spawn_file_actions_t *actions, const char *path);

// memfd_create(2) is hidden behind _GNU_SOURCE. Close-on-exec.
CLINUX_SAFE static inline int clinux_memory_file(const char *name) {
  return syscall(SYS_memfd_create, name, 1U);
}

// Called by a constructor, or before it by whoever starts the program.
void clinux_keep_arguments(int count, char **vector);

// Without memory Swift has no way on: an end with a word, and the exit status 1 unless another was
// told.
_Noreturn void clinux_out_of_memory(void);
void clinux_fail_with(int status);

// strdup(3) that always returns a copy: a list of words must not end before its end.
char *clinux_copy(const char *text);

// recvmmsg(2) and its struct are hidden behind _GNU_SOURCE. No time-out.
struct clinux_datagram {
  struct msghdr header;
  unsigned int length;
};
static inline int clinux_receive_many(int socket, struct clinux_datagram *datagrams,
                                      unsigned int count, int flags) {
  return syscall(SYS_recvmmsg, socket, datagrams, count, flags, NULL);
}
enum { CLINUX_MSG_WAITFORONE = 0x10000 };

// The arguments of main, the program's name first.
int clinux_argument_count(void);
const char *clinux_argument(int index);

#include "CLinuxFileSystems.h"
#include "CLinuxLastWords.h"
#include "CLinuxPrivileges.h"
#include "CLinuxProbes.h"
