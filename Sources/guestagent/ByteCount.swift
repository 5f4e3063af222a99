/// Bytes as people read them: `976 MiB`, `7.5 GiB`; units of 1024, three digits or so.
func readable(_ bytes: UInt64) -> String {
  let units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"]
  var unit = 0
  var size = bytes
  var rest: UInt64 = 0
  while size >= 1024, unit < units.count - 1 {
    rest = size % 1024
    size /= 1024
    unit += 1
  }
  // Never rounded up: what is said to be there is there.
  guard unit > 0, size < 100 else { return "\(size) \(units[unit])" }
  return "\(size).\(rest * 10 / 1024) \(units[unit])"
}
