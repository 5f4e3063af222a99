#include <stddef.h>
#include <sys/auxv.h>

// Seeds hash tables, nothing else. The kernel gives every process 16 random bytes (getauxval(3),
// AT_RANDOM): no system call, and none that, as glibc's, waits at boot until the random pool is
// ready.
void arc4random_buf(void *buffer, size_t count) {
  const char *random = (const char *)getauxval(AT_RANDOM);
  static unsigned int next;
  for (size_t position = 0; position < count; position++)
    ((char *)buffer)[position] = random ? random[next++ % 16] : 0;
}
