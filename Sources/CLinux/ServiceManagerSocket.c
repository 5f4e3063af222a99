// The two things that systemd is told, byte by byte.
// Source: D-Bus Specification, "Authentication Protocol" and "Message Protocol"; the call is
// TryRestartUnit() of org.freedesktop.systemd1(5).

#include "CLinux.h"

// A zero, and that we are user 0, whom the kernel vouches for.
static const char hello[] = "\0AUTH EXTERNAL 30\r\nBEGIN\r\n";

// Little-endian, each value at a multiple of its size; a text is its length, its letters, a zero.
//
//     offset  size  field
//          0     1  byte order, 'l'
//          1     1  type, 1: a call
//          2     1  flags
//          3     1  version
//          4     4  bytes of the body
//          8     4  serial number
//         12     4  bytes of the fields, without the zeros behind the last
//         16        fields at multiples of 8: code, signature, value; then the body at one
static const char restart[] =
  "l\001\000\001,\000\000\000\001\000\000\000\240\000\000\000"
  "\001\001o\000\031\000\000\000/org/freedesktop/systemd1\000\000\000\000\000\000\000"
  "\002\001s\000 \000\000\000org.freedesktop.systemd1.Manager\000\000\000\000\000\000\000\000"
  "\003\001s\000\016\000\000\000TryRestartUnit\000\000"
  "\006\001s\000\030\000\000\000org.freedesktop.systemd1\000\000\000\000\000\000\000\000"
  "\010\001g\000\002ss\000"
  "\030\000\000\000systemd-resolved.service\000\000\000\000\007\000\000\000replace\000";

int clinux_send_message(int socket, enum clinux_message message) {
  const char *bytes = message == CLINUX_HELLO ? hello : restart;
  const long count = (message == CLINUX_HELLO ? sizeof hello : sizeof restart) - 1;
  long sent;
  do sent = send(socket, bytes, count, MSG_NOSIGNAL);
  while (sent < 0 && errno == EINTR);
  return sent == count ? 0 : -1;
}
