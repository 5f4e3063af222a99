#include "Counting.h"

#include <errno.h>
#include <malloc.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* libFuzzer's own thread allocates nothing, so that none of this needs a lock. */
static int is_counting;
static int64_t memory, memory_peak, memory_limit;
static uint64_t work, work_limit;

void counting_begin(int64_t memory_allowed, uint64_t work_allowed) {
  memory = memory_peak = 0;
  memory_limit = memory_allowed;
  work = 0;
  work_limit = work_allowed;
  is_counting = 1;
}

struct counting_taken counting_end(void) {
  is_counting = 0;
  return (struct counting_taken){memory_peak, work};
}

_Noreturn void counting_broken(const char *what) {
  static const char prefix[] = "fuzz: broken property: ";
  is_counting = 0;
  if (write(2, prefix, sizeof prefix - 1) < 0 || write(2, what, strlen(what)) < 0 ||
      write(2, "\n", 1) < 0)
    _exit(1);
  abort();
}

/* Every edge of the instrumented code calls the original, which does nothing: all rooms, libyaml
 * and zlib, but neither the standard library nor this harness. It is a measure of work that no
 * other load of the machine changes, and that ends a loop where it turns too often. */
void __wrap___sanitizer_cov_trace_pc_guard(uint32_t *guard) {
  (void)guard;
  if (++work > work_limit && is_counting) counting_broken("more work than its input allows");
}

/* libFuzzer's own ends the program: it takes its coverage from the counters beside the guards. */
void __wrap___sanitizer_cov_trace_pc_guard_init(uint32_t *start, uint32_t *end) {
  (void)start;
  (void)end;
}

/* libFuzzer learns values to try from comparisons of four and of eight bytes; those of fewer serve
 * its value profile alone, which is off, and were an eighth of the time. */
void __wrap___sanitizer_cov_trace_cmp1(uint8_t one, uint8_t other) { (void)one, (void)other; }
void __wrap___sanitizer_cov_trace_cmp2(uint16_t one, uint16_t other) { (void)one, (void)other; }
void __wrap___sanitizer_cov_trace_const_cmp1(uint8_t one, uint8_t other) {
  (void)one, (void)other;
}
void __wrap___sanitizer_cov_trace_const_cmp2(uint16_t one, uint16_t other) {
  (void)one, (void)other;
}

static void allocated(int64_t count) {
  memory += count;
  if (memory <= memory_peak) return;
  memory_peak = memory;
  if (memory_peak > memory_limit) counting_broken("more memory than its input allows");
}

#if __has_feature(address_sanitizer)

void __sanitizer_install_malloc_and_free_hooks(
    void (*)(const volatile void *, size_t), void (*)(const volatile void *));
size_t __sanitizer_get_allocated_size(const volatile void *);

static void on_malloc(const volatile void *pointer, size_t count) {
  (void)pointer;
  if (is_counting) allocated((int64_t)count);
}

static void on_free(const volatile void *pointer) {
  if (is_counting && pointer) memory -= (int64_t)__sanitizer_get_allocated_size(pointer);
}

__attribute__((constructor)) static void hook(void) {
  __sanitizer_install_malloc_and_free_hooks(on_malloc, on_free);
}

#else

/* In place of glibc's own, which are called by these names. What is asked for is counted before it
 * is had, so that a size of all memory is found and not only refused. */
void *__libc_malloc(size_t);
void *__libc_calloc(size_t, size_t);
void *__libc_realloc(void *, size_t);
void *__libc_memalign(size_t, size_t);
void __libc_free(void *);

/* Memory of an input is kept for the next one: giving it back takes longer than most parsers. */
__attribute__((constructor)) static void keep_memory(void) {
  mallopt(M_MMAP_THRESHOLD, 32 << 20);
  mallopt(M_TRIM_THRESHOLD, 256 << 20);
}

static void asked(size_t count) {
  if (is_counting && count > (size_t)memory_limit)
    counting_broken("one allocation of more memory than its input allows");
}

static void *had(void *pointer) {
  if (is_counting && pointer) allocated((int64_t)malloc_usable_size(pointer));
  return pointer;
}

static void gone(void *pointer) {
  if (is_counting && pointer) memory -= (int64_t)malloc_usable_size(pointer);
}

void *malloc(size_t count) {
  asked(count);
  return had(__libc_malloc(count));
}

void *calloc(size_t members, size_t size) {
  size_t count;
  if (__builtin_mul_overflow(members, size, &count)) count = SIZE_MAX;
  asked(count);
  return had(__libc_calloc(members, size));
}

void *realloc(void *pointer, size_t count) {
  asked(count);
  gone(pointer);
  return had(__libc_realloc(pointer, count));
}

void free(void *pointer) {
  gone(pointer);
  __libc_free(pointer);
}

void *memalign(size_t alignment, size_t count) {
  asked(count);
  return had(__libc_memalign(alignment, count));
}

void *aligned_alloc(size_t alignment, size_t count) { return memalign(alignment, count); }

int posix_memalign(void **pointer, size_t alignment, size_t count) {
  *pointer = memalign(alignment, count);
  return *pointer ? 0 : ENOMEM;
}

#endif
