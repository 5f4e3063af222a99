// What fnmatch(3) asks of wide characters, for ASCII alone: interface and driver names are that,
// and in the C locale, in which the program runs, nothing beyond is a letter. musl's own functions
// bring 12 KB of tables for all of Unicode.
// Source: POSIX.1-2017, "iswctype", "towupper", and chapter 7.3.1, "LC_CTYPE".

#include <string.h>
#include <wctype.h>

static const char *const names[] = {"alnum", "alpha", "blank", "cntrl", "digit", "graph",
                                    "lower", "print", "punct", "space", "upper", "xdigit"};

wctype_t wctype(const char *name) {
  for (size_t place = 0; place < sizeof names / sizeof *names; place++)
    if (strcmp(names[place], name) == 0) return place + 1;
  return 0;
}

int iswctype(wint_t character, wctype_t type) {
  const int c = (int)character;
  if (character > 0x7E) return 0;
  const int digit = c >= '0' && c <= '9';
  const int upper = c >= 'A' && c <= 'Z';
  const int lower = c >= 'a' && c <= 'z';
  switch (type) {
    case 1: return upper || lower || digit;
    case 2: return upper || lower;
    case 3: return c == ' ' || c == '\t';
    case 4: return c < ' ';
    case 5: return digit;
    case 6: return c > ' ';
    case 7: return lower;
    case 8: return c >= ' ';
    case 9: return c > ' ' && !upper && !lower && !digit;
    case 10: return c == ' ' || (c >= '\t' && c <= '\r');
    case 11: return upper;
    case 12: return digit || (c >= 'A' && c <= 'F') || (c >= 'a' && c <= 'f');
    default: return 0;
  }
}

wint_t towlower(wint_t character) {
  return character >= 'A' && character <= 'Z' ? character + ('a' - 'A') : character;
}

wint_t towupper(wint_t character) {
  return character >= 'a' && character <= 'z' ? character - ('a' - 'A') : character;
}
