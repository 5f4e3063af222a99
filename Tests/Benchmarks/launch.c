// launch NAMESPACE PROGRAM [ARGUMENT...]: runs the program in the network namespace (and with its
// view of /sys, as `ip netns exec` does) and prints what the run alone took: nanoseconds from
// before vfork to after wait, peak resident KiB, exit status.
//
// A child starts out with its parent's peak memory only if it shares or copies the parent's pages
// until exec; this program is static and smaller than all that it measures.
#define _GNU_SOURCE
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

int main(int count, char **words) {
  if (count < 3) return 100;
  char path[256];
  snprintf(path, sizeof path, "/run/netns/%s", words[1]);
  int place = open(path, O_RDONLY | O_CLOEXEC);
  if (place < 0 || setns(place, CLONE_NEWNET) != 0) return 101;
  if (unshare(CLONE_NEWNS) != 0 || mount("", "/", "none", MS_SLAVE | MS_REC, NULL) != 0 ||
      mount("sysfs", "/sys", "sysfs", 0, NULL) != 0)
    return 102;
  int quiet = open("/dev/null", O_WRONLY | O_CLOEXEC);

  struct timespec before, after;
  struct rusage usage;
  int status;
  clock_gettime(CLOCK_MONOTONIC, &before);
  pid_t child = vfork();
  if (child == 0) {
    dup2(quiet, 1);
    execve(words[2], words + 2, environ);
    _exit(127);
  }
  wait4(child, &status, 0, &usage);
  clock_gettime(CLOCK_MONOTONIC, &after);
  printf("%lld %ld %d\n",
         (after.tv_sec - before.tv_sec) * 1000000000LL + after.tv_nsec - before.tv_nsec,
         usage.ru_maxrss, WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
  return 0;
}
