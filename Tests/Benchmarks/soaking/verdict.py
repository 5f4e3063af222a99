"""Whether samples of a process are those of one that keeps nothing of what it has lived through.

Moments are compared at which it has nothing to do and all is as wanted, so that whatever it holds
more than at an earlier one it holds for nothing. Before the first of them each kind of event has
come once, so that buffers have their sizes and every path has been taken.
"""

# What a heap may still rise by while kinds of events meet that have not met before, in KiB: sixteen
# pages. One lost pointer's worth, 16 bytes, at each of 10,000 events would be 100 KiB between the
# thirds.
SLACK = 64
# The processor's share that `watch` keeps to in the long run (ProcessorShare.swift), and what it
# may have saved up, in seconds.
SHARE, SAVED = 0.2, 0.1
# Quiet moments, of which a third is to be compared with another.
FEWEST = 3
# Of the time that an event takes. It would rise with whatever is kept and gone through.
SLOWER, SECONDS, MANY = 2, 0.005, 200


def complaints(samples, is_emulated=False):
  """What is wrong, a sentence each; none: nothing. Under emulation an event takes more of the
  processor when the machine outside is busy, so that this is not compared."""
  quiet = [sample for sample in samples if sample.quiet]
  if len(quiet) < FEWEST:
    return [f"{len(quiet)} quiet moments are too few to compare"]
  return [*_held(quiet), *_grown(quiet), *_used(quiet, is_emulated)]


def _held(quiet):
  first, found = quiet[0], []
  for sample in quiet[1:]:
    for name in ["descriptors", "threads", "children"]:
      before, now = getattr(first, name), getattr(sample, name)
      if now != before:
        found.append(f"{name} after {sample.events} events: {now}, at the start: {before}")
    if found:
      break
  # The one that starts growth.
  if len(first.children) > 1 or first.threads != 1:
    found.append(f"at the start: threads {first.threads}, children {first.children}")
  return found


def thirds(quiet):
  """The first and the last third of the quiet moments."""
  count = max(1, len(quiet) // 3)
  return quiet[:count], quiet[-count:]


def _grown(quiet):
  first, last = thirds(quiet)
  found = []
  for name in ["anonymous", "data"]:
    before, after = (max(getattr(sample, name) for sample in part) for part in (first, last))
    if after > before + SLACK:
      found.append(f"{name} memory: {after} KiB at most in the last third, {before} in the first")
  return found


def _used(quiet, is_emulated):
  took = quiet[-1].seconds - quiet[0].seconds
  used = quiet[-1].processor - quiet[0].processor
  found = []
  if used > SHARE * took + SAVED:
    found.append(f"{used:.2f} s of the processor in {took:.0f} s")
  half = quiet[len(quiet) // 2]
  before, after = per_event(quiet[0], half), per_event(half, quiet[-1])
  # Kinds of events differ: few say nothing.
  events = min(half.events - quiet[0].events, quiet[-1].events - half.events)
  if not is_emulated and events >= MANY and after > SLOWER * before + SECONDS:
    found.append(f"an event takes {after * 1e3:.1f} ms of the processor in the last half,"
                 f" {before * 1e3:.1f} in the first")
  return found


def per_event(start, end):
  """Seconds of the processor for each event between two samples."""
  return (end.processor - start.processor) / max(1, end.events - start.events)


def slope(quiet, name):
  """By how much a size rises in an hour, by least squares."""
  times, sizes = [s.seconds for s in quiet], [getattr(s, name) for s in quiet]
  middle, mean = sum(times) / len(times), sum(sizes) / len(sizes)
  spread = sum((time - middle) ** 2 for time in times)
  rise = sum((time - middle) * (size - mean) for time, size in zip(times, sizes))
  return 3600 * rise / spread if spread else 0.0


def table(samples):
  """The quiet moments' figures, as lines: a start, a middle, an end and the greatest of all."""
  quiet = [sample for sample in samples if sample.quiet]
  if not quiet:
    return []
  # Of a short run a slope says nothing.
  is_long = quiet[-1].seconds - quiet[0].seconds > 600
  lines = [f"{'':16}{'start':>9}{'middle':>9}{'end':>9}{'greatest':>10}"
           + (f"{'an hour':>11}" if is_long else "")]
  rows = {"resident": "resident KiB", "anonymous": "anonymous KiB", "data": "data KiB"}
  chosen = [quiet[0], quiet[len(quiet) // 2], quiet[-1]]
  for name, title in rows.items():
    lines.append(
      f"{title:16}" + "".join(f"{getattr(sample, name):9}" for sample in chosen)
      + f"{max(getattr(sample, name) for sample in samples):10}"
      + (f"{slope(quiet, name):+11.1f}" if is_long else ""))
  for name in ["descriptors", "threads", "children"]:
    def count(sample):
      value = getattr(sample, name)
      return value if name == "threads" else len(value)
    lines.append(f"{name:16}" + "".join(f"{count(sample):9}" for sample in chosen)
                 + f"{max(map(count, samples)):10}")
  took, used = quiet[-1].seconds - quiet[0].seconds, quiet[-1].processor - quiet[0].processor
  lines.append(
    f"processor: {used:.2f} s in {took:.0f} s, {per_event(quiet[0], quiet[-1]) * 1e3:.2f} ms"
    " an event")
  return lines
