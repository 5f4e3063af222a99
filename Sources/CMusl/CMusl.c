// What the portable binary's other parts ask of libc and musl does not have: the arguments of main
// for all, the seed of Embedded Swift's hashing, and the checked variants that Debian's libmnl and
// libyaml were compiled against (LSB 5.0, "__fprintf_chk"; nothing of ours calls them, and the
// linker drops them again).

#include <errno.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/auxv.h>

// The linker puts this in front of libc's start (--wrap), which alone sees the arguments of main.
// Thread-local storage, and with it the stack protector, is not there yet.
int __real___libc_start_main(int (*main)(void), int count, char **vector, void (*init)(void),
                             void (*fini)(void), void (*loader)(void));
void clinux_keep_arguments(int count, char **vector);

__attribute__((no_stack_protector)) int __wrap___libc_start_main(
    int (*main)(void), int count, char **vector, void (*init)(void), void (*fini)(void),
    void (*loader)(void)) {
  clinux_keep_arguments(count, vector);
  return __real___libc_start_main(main, count, vector, init, fini, loader);
}

// Seeds hash tables, nothing else. The kernel gives every process 16 random bytes (getauxval(3),
// AT_RANDOM): no system call, and none that waits at boot until the random pool is ready.
void arc4random_buf(void *buffer, size_t count) {
  const char *random = (const char *)getauxval(AT_RANDOM);
  static unsigned int next;
  for (size_t position = 0; position < count; position++)
    ((char *)buffer)[position] = random ? random[next++ % 16] : 0;
}

// Embedded Swift asks for every object by alignment. musl serves that by a larger block, which
// costs time and memory for what malloc(3) aligns already.
int __real_posix_memalign(void **block, size_t alignment, size_t size);

int __wrap_posix_memalign(void **block, size_t alignment, size_t size) {
  if (alignment > _Alignof(max_align_t)) return __real_posix_memalign(block, alignment, size);
  *block = malloc(size);
  return *block ? 0 : ENOMEM;
}

int __fprintf_chk(FILE *stream, int level, const char *format, ...) {
  (void)level;
  va_list arguments;
  va_start(arguments, format);
  int count = vfprintf(stream, format, arguments);
  va_end(arguments);
  return count;
}

int __sprintf_chk(char *text, int level, size_t size, const char *format, ...) {
  (void)level;
  va_list arguments;
  va_start(arguments, format);
  int count = vsnprintf(text, size, format, arguments);
  va_end(arguments);
  if (count < 0 || (size_t)count >= size) abort();
  return count;
}
