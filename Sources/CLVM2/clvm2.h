#include <lvm2cmd.h>
#include <stdlib.h>
