"""What a process holds at one moment, from proc(5), in a guest or in this machine."""

import dataclasses
import pathlib

COLUMNS = ["seconds", "events", "quiet", "resident", "anonymous", "data", "descriptors", "threads",
           "children", "processor"]


@dataclasses.dataclass(frozen=True)
class Sample:
  """Sizes in KiB. `quiet`: at a moment at which all was as wanted and it slept.

  `resident` and `anonymous` are VmRSS and RssAnon, `data` is VmData: the heap, also the part that
  nothing was written to. `descriptors` are what each leads to. Children that have ended and were
  not waited for are `children`, too. `processor`: seconds used.
  """

  seconds: float
  events: int
  quiet: bool
  resident: int
  anonymous: int
  data: int
  descriptors: tuple
  threads: int
  children: tuple
  processor: float

  def row(self):
    """As a line of a table, its columns separated by tabs."""
    values = [f"{self.seconds:.3f}", self.events, int(self.quiet), self.resident, self.anonymous,
              self.data, len(self.descriptors), self.threads, len(self.children),
              f"{self.processor:.6f}"]
    return "\t".join(map(str, values))


def sample(seconds, events, quiet, status, schedstat, children, links):
  """From the texts of /proc/PID/status, /proc/PID/schedstat and /proc/PID/task/PID/children, and
  what the links in /proc/PID/fd name."""
  fields = dict(line.split(":", 1) for line in status.splitlines() if ":" in line)

  def number(name):
    return int(fields[name].split()[0])

  # A socket's or a pipe's number says nothing of what it is for.
  kinds = sorted(link if link.startswith("/") else link.split(":[")[0] for link in links)
  return Sample(
    seconds, events, quiet, number("VmRSS"), number("RssAnon"), number("VmData"), tuple(kinds),
    number("Threads"), tuple(children.split()), int(schedstat.split()[0]) / 1e9)


def sample_here(process, seconds, events, quiet):
  """Of a process of this machine."""
  place = pathlib.Path("/proc") / str(process)
  links = []
  for entry in (place / "fd").iterdir():
    try:
      links.append(str(entry.readlink()))
    except FileNotFoundError:
      pass  # Closed since.
  return sample(
    seconds, events, quiet, (place / "status").read_text(), (place / "schedstat").read_text(),
    (place / f"task/{process}/children").read_text(), links)
