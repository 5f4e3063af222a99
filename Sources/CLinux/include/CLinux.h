// What the Swift importer cannot bring in by itself, and nothing else: variadic calls, errno,
// function-like macros, unions. No logic, no policy.
#pragma once

#include "CLinuxFileSystems.h"

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

// errno is a macro around a function call.
static inline int clinux_errno(void) { return errno; }
// readdir(3) tells an error by errno alone.
static inline void clinux_clear_errno(void) { errno = 0; }

// Hidden behind _GNU_SOURCE, which would change structs that other modules see.
extern char **environ;
long syscall(long, ...);

// open(2) is variadic.
static inline int clinux_open(const char *path, int flags, mode_t mode) {
  return open(path, flags, mode);
}

// S_IFMT tests are function-like macros.
static inline int clinux_is_directory(mode_t mode) { return S_ISDIR(mode); }
static inline int clinux_is_symlink(mode_t mode) { return S_ISLNK(mode); }
static inline int clinux_is_regular(mode_t mode) { return S_ISREG(mode); }
static inline int clinux_is_block_device(mode_t mode) { return S_ISBLK(mode); }

// `stat` is a struct and a function of one name.
static inline int clinux_stat(const char *path, struct stat *result) { return stat(path, result); }
static inline int clinux_lstat(const char *path, struct stat *result) {
  return lstat(path, result);
}
static inline int clinux_fstat(int descriptor, struct stat *result) {
  return fstat(descriptor, result);
}

// `flock` is a struct and a function of one name.
static inline int clinux_flock(int descriptor, int operation) {
  return flock(descriptor, operation);
}

// ioctl(2) is variadic, and its requests are made by function-like macros.
static inline int clinux_ioctl(int descriptor, unsigned long request, void *argument) {
  return ioctl(descriptor, request, argument);
}
enum : unsigned long {
  CLINUX_BLKGETSIZE64 = BLKGETSIZE64,
  CLINUX_BLKPG = BLKPG,
  CLINUX_BLKSSZGET = BLKSSZGET,
};

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

// memfd_create(2) is hidden behind _GNU_SOURCE. Close-on-exec.
static inline int clinux_memory_file(const char *name) {
  return syscall(SYS_memfd_create, name, 1U);
}

// Called by a constructor, or before it by whoever starts the program.
void clinux_keep_arguments(int count, char **vector);

// Without memory Swift has no way on: an end with a word, and 1 as exit status unless told otherwise.
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

#include "CLinuxProbes.h"
