#include <errno.h>
#include <libudev.h>
