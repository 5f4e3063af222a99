// What the Swift importer cannot bring in by itself, and nothing else: variadic calls, errno,
// function-like macros, and the few libc functions that pure rooms share. No logic, no policy.
#pragma once

#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

// errno is a macro around a function call.
static inline int clinux_errno(void) { return errno; }

// open(2) is variadic.
static inline int clinux_open(const char *path, int flags, mode_t mode) {
  return open(path, flags, mode);
}
