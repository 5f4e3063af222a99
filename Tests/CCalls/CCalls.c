#include "CCalls.h"

#include <errno.h>
#include <stddef.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

int clinux_filter_calls(unsigned groups);
int prctl(int, ...);
long syscall(long, ...);

// A call of no harm in itself, but for what it would be a call of.
static long of_32_bits(void) {
  long result = -ENOSYS;
#ifdef __x86_64__
  __asm__ volatile("int $0x80" : "=a"(result) : "a"(20L) : "memory");
#endif
  return result;
}

static int outcome(unsigned groups, long number, const long *arguments, int is_of_32_bits) {
  pid_t child = fork();
  if (child == 0) {
    prctl(38 /* PR_SET_NO_NEW_PRIVS */, 1L, 0L, 0L, 0L);
    if (clinux_filter_calls(groups) != 0) _exit(255);
    long result = is_of_32_bits ? of_32_bits()
                                : syscall(number, arguments[0], arguments[1], arguments[2], 0L, 0L, 0L);
    int error = is_of_32_bits ? (int)-result : errno;
    // A fork that succeeds has two ends; the other must not say anything.
    if (number == SYS_clone && result == 0) _exit(0);
    _exit(result < 0 ? error : 0);
  }
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {}
  return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

int ccalls_outcome(unsigned groups, long number, long first, long second, long third) {
  return outcome(groups, number, (long[]){first, second, third}, 0);
}

int ccalls_outcome_of_x32(unsigned groups) {
  return outcome(groups, 0x40000000 | SYS_getpid, (long[]){0, 0, 0}, 0);
}

int ccalls_outcome_of_32_bits(unsigned groups) {
  return outcome(groups, SYS_getpid, (long[]){0, 0, 0}, 1);
}
