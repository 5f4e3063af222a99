#include <stddef.h>
#include <stdlib.h>

_Noreturn void clinux_out_of_memory(void);

// Embedded Swift asks for every object by alignment (the linker calls this in place of
// posix_memalign(3)), and takes what it gets without a look. musl serves alignment by a larger
// block, which costs time and memory for what malloc(3) aligns already.
int __wrap_posix_memalign(void **block, size_t alignment, size_t size) {
  *block = alignment > _Alignof(max_align_t) ? aligned_alloc(alignment, size) : malloc(size);
  if (!*block) clinux_out_of_memory();
  return 0;
}
