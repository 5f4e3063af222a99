// ISO 9660 images as bsdtar reads them.
#include <archive.h>
#include <archive_entry.h>
#include <locale.h>

// A macro of several others, which is not imported.
enum { CARCHIVE_LC_ALL_MASK = LC_ALL_MASK };
