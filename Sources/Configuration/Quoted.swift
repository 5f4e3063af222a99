/// The user's text as messages show it: in quotes, characters that a terminal would obey written
/// as `\u{1b}`, and cut after 64 characters.
public func quoted(_ text: String) -> String {
  var shown = "\""
  var count = 0
  for scalar in text.unicodeScalars {
    guard count < 64 else {
      shown += "..."
      break
    }
    count += 1
    if isPrintable(scalar.value) {
      shown.unicodeScalars.append(scalar)
    } else {
      shown += "\\u{" + String(scalar.value, radix: 16) + "}"
    }
  }
  return shown + "\""
}

/// Neither a control character nor one that breaks lines or turns the direction of writing.
public func isPrintable(_ scalar: UInt32) -> Bool {
  switch scalar {
  case 0..<0x20, 0x7F..<0xA0, 0x200E...0x200F, 0x2028...0x202E, 0x2066...0x2069, 0xFEFF: false
  default: true
  }
}
