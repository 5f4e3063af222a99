"""How a running systemd-resolved gets to read its drop-in: by one message to systemd, without any
program."""

import socket
import struct
import subprocess
import threading

import pytest

from lab import inside
from test_guest_files import RESOLVED
from test_seed_plan import SEED

# Of a D-Bus message: D-Bus Specification, "Message Types", "Header Fields".
CALL, ANSWER, ERROR, SIGNAL = 1, 2, 3, 4


def padded(data, size):
  return data + b"\0" * (-len(data) % size)


def size(message):
  body, _, fields = struct.unpack("<III", message[4:16])
  return 16 + (fields + 7) // 8 * 8 + body


def parse(message):
  """Type, header fields by number and the strings of the body."""
  fields, at, end = {}, 16, 16 + struct.unpack("<I", message[12:16])[0]

  def text(at):
    at = (at + 3) // 4 * 4
    length = struct.unpack("<I", message[at:at + 4])[0]
    return message[at + 4:at + 4 + length].decode(), at + 5 + length

  while at < end:
    at = (at + 7) // 8 * 8
    code, kind = message[at], chr(message[at + 2])
    if kind in "so":
      fields[code], at = text(at + 4)
    else:
      assert kind == "g"
      length = message[at + 4]
      fields[code], at = message[at + 5:at + 5 + length].decode(), at + 6 + length
  at, words = (end + 7) // 8 * 8, []
  for kind in fields.get(8, ""):
    assert kind == "s"
    word, at = text(at)
    words.append(word)
  assert at == len(message)
  return message[1], fields, words


def message(kind, *fields, body=b""):
  head = b""
  for code, signature, value in fields:
    head = padded(head, 8) + bytes([code, 1]) + signature + b"\0" + value
  start = struct.pack("<4BIII", ord("l"), kind, 1, 1, len(body), 7, len(head))
  return padded(start + head, 8) + body


def answer(kind):
  return message(kind, (5, b"u", struct.pack("<I", 1)))


class Systemd(threading.Thread):
  """As much of it as one message needs; answers with `bytes`."""

  def __init__(self, path, answers):
    super().__init__(daemon=True)
    self.answers = answers
    self.heard = []
    self.socket = socket.socket(socket.AF_UNIX)
    self.socket.bind(str(path))
    self.socket.listen()
    self.start()

  def run(self):
    while True:
      try:
        client, _ = self.socket.accept()
      except OSError:
        return
      with client:
        self.serve(client)

  def serve(self, client):
    data = b""
    while not data.endswith(b"BEGIN\r\n"):
      data += client.recv(4096)
    self.heard.append(data)
    client.sendall(b"OK 0123456789abcdef0123456789abcdef\r\n")
    data = b""
    while len(data) < 16 or len(data) < size(data):
      part = client.recv(4096)
      if not part:
        return
      data += part
    self.heard.append(parse(data))
    for part in self.answers:
      client.sendall(part)
    client.recv(1)


@pytest.fixture
def running(lab, tmp_path):
  """The running guest itself with such a systemd, its /etc and /run made up."""
  folders = {name: tmp_path / name for name in ("etc", "run")}
  (folders["run"] / "systemd/resolve").mkdir(parents=True)
  (folders["run"] / "systemd/resolve/resolv.conf").write_text("nameserver 127.0.0.53\n")
  folders["etc"].mkdir()
  (folders["etc"] / "resolv.conf").symlink_to("/run/systemd/resolve/resolv.conf")
  servers = []

  def apply(*answers, listens=True):
    if listens:
      servers.append(Systemd(folders["run"] / "systemd/private", answers))
    script = 'mount --bind "$0" /run && mount --bind "$1" /etc && shift && exec "$@"'
    ended = subprocess.run(
      [*inside(lab.guest), "unshare", "--mount", "sh", "-c", script, str(folders["run"]),
       str(folders["etc"]), "strace", "-f", "-o", str(tmp_path / "calls"), "-e",
       "trace=execve,fork,vfork,clone,clone3",
       *lab.command("apply", "--metadata", SEED, root=False)],
      capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL)
    heard = servers[0].heard if servers else []
    return ended, heard, folders["run"], (tmp_path / "calls").read_text()

  yield apply
  for server in servers:
    server.socket.close()


def test_systemd_hears_one_message_and_no_program_is_started(running):
  signal = message(SIGNAL, (1, b"o", struct.pack("<I", 1) + b"/\0"), body=b"12345678" * 4)
  ended, heard, run, calls = running(signal[:20], signal[20:] + signal, answer(ANSWER))
  assert (ended.returncode, ended.stderr) == (0, ""), ended
  # What `systemctl --no-block try-restart systemd-resolved.service` says, field by field.
  assert heard == [b"\0AUTH EXTERNAL 30\r\nBEGIN\r\n", (CALL, {
    1: "/org/freedesktop/systemd1", 2: "org.freedesktop.systemd1.Manager", 3: "TryRestartUnit",
    6: "org.freedesktop.systemd1", 8: "ss"}, ["systemd-resolved.service", "replace"])]
  assert (run / "systemd/resolved.conf.d/guestagent.conf").read_text() == RESOLVED
  started = [line for line in calls.splitlines() if "(" in line]
  assert len(started) == 1 and "execve(" in started[0]


@pytest.mark.parametrize("answers, why", [
  ([answer(ERROR)], "Protocol error"),
  ([b"l" + b"\xff" * 40], "Protocol error"),
  ([b"B" + answer(ANSWER)[1:]], "Protocol error"),
])
def test_a_refusal_is_told(running, answers, why):
  ended, heard, _, _ = running(*answers)
  assert ended.returncode == 1
  assert [line for line in ended.stderr.splitlines() if "resolved.service" in line] == [
    line for line in ended.stderr.splitlines()
    if line.endswith(f"cannot have systemd restart systemd-resolved.service: {why}")] != []
  assert len(heard) == 2


def test_no_systemd_is_told(running):
  ended, _, _, _ = running(listens=False)
  assert ended.returncode == 1
  assert "cannot have systemd restart systemd-resolved.service: No such file or directory" in (
    ended.stderr)
