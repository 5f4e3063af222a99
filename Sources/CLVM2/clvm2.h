#include <lvm2cmd.h>
#include <stdlib.h>
#include <sys/stat.h>
