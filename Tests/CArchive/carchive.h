// ISO 9660 images as bsdtar reads them.
#include <archive.h>
#include <archive_entry.h>
#include <locale.h>
