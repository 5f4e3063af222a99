// Embedded Swift compares text by canonical equivalence and walks it by what a reader takes for one
// character, for which its library brings 50 KB of tables. Here names are what the kernel takes
// them for, strings of bytes: two spellings of one letter are two mount points. These functions in
// place of the tables say that every scalar stands for itself, so that text is equal if its
// scalars are.
// Source: swift/stdlib/public/stubs/Unicode, UnicodeNormalization.cpp and UnicodeGrapheme.cpp.

#include <stdint.h>

// No combining class, nothing to decompose or to compose.
uint16_t _swift_stdlib_getNormData(uint32_t scalar) {
  (void)scalar;
  return 0;
}

uint32_t _swift_stdlib_getDecompositionEntry(uint32_t scalar) {
  (void)scalar;
  return 0;
}

const uint8_t *const _swift_stdlib_nfd_decompositions = 0;

uint32_t _swift_stdlib_getComposition(uint32_t first, uint32_t second) {
  (void)first, (void)second;
  return UINT32_MAX;
}

// "Any" property: a boundary on both sides.
uint8_t _swift_stdlib_getGraphemeBreakProperty(uint32_t scalar) {
  (void)scalar;
  return 0xFF;
}

_Bool _swift_stdlib_isExtendedPictographic(uint32_t scalar) {
  (void)scalar;
  return 0;
}

_Bool _swift_stdlib_isInCB_Consonant(uint32_t scalar) {
  (void)scalar;
  return 0;
}
