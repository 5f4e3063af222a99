// Finds the case of an enum by its raw value. Swift's own function is the only one that makes text
// of a literal without knowing whether that is ASCII; where all know, the compiler leaves that
// argument out of three thousand calls, which are 14 KB. (Text of another literal says so itself.)
// Source: swift/stdlib/public/core/StringSwitch.swift, StaticString.swift.

#include <stdint.h>

#define SWIFT(name) __asm__(name) __attribute__((swiftcall))

struct text {
  uint64_t word;
  void *object;
};

struct literal {
  const char *start;
  uint64_t count;
  uint8_t flags;
};

struct literals {
  void *header[2];
  uint64_t count, capacity;
  struct literal all[];
};

struct text text_of_literal(const char *start, uint64_t count, _Bool ascii)
    SWIFT("$eSS21_builtinStringLiteral17utf8CodeUnitCount7isASCIISSBp_BwBi1_tcfC");
_Bool equal(struct text left, struct text right) SWIFT("$eSS2eeoiySbSS_SStFZ");
int64_t find_case(const struct literals *cases, struct text text)
    SWIFT("$es21_findStringSwitchCase5cases6stringSiSays06StaticB0VG_SStF");

// Minus one if there is none, as Swift's own.
int64_t find_case(const struct literals *cases, struct text text) {
  for (uint64_t index = 0; index < cases->count; index++) {
    const struct literal *one = &cases->all[index];
    if (equal(text_of_literal(one->start, one->count, 1), text)) return (int64_t)index;
  }
  return -1;
}
