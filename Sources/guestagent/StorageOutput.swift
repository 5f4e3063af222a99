import Agent
import Bytes
import Growth
import Linux

extension Output {
  /// The tree in at most 80 columns: object, size, what it is, how full, and what could be had.
  mutating func print(_ tree: StorageTree) {
    let color = System.isTerminal(1)
    for node in tree.nodes {
      let object = String(repeating: "  ", count: node.depth) + node.object
      let size = readable(node.bytes)
      let indent = max(1, 30 - object.utf8.count - size.utf8.count)
      var text = object + String(repeating: " ", count: indent) + size + "  " + node.role
      if let free = node.free { text += ", \(readable(free)) free" }
      if let percent = node.fileSystem?.percentInUse {
        text = padded(text, 54) + Self.bar(percent)
      }
      if node.gain > 0 {
        let gain = "+\(readable(node.gain))"
        text = padded(text, 70) + (color ? "\u{1B}[33m\(gain)\u{1B}[0m" : gain)
      }
      line(text)
    }
  }

  /// Ten cells, of which those in use are filled, and the percentage.
  private static func bar(_ percent: UInt64) -> String {
    let filled = Int((percent + 5) / 10)
    let number = "\(percent)%"
    return "[" + String(repeating: "#", count: filled) + String(repeating: "-", count: 10 - filled)
      + "]" + String(repeating: " ", count: 4 - number.utf8.count + 1) + number
  }
}

extension FileSystemFound {
  /// As df(1) has it, of what the unprivileged can use; rounded down.
  fileprivate var percentInUse: UInt64? {
    capacity == 0 ? nil : percentage(used, of: used +| available)
  }
}

extension JSON {
  /// The nodes in their order, each with its depth.
  init(_ tree: StorageTree) {
    self = .array(tree.nodes.map { node in
      .object { members in
        members["depth"] = .number(UInt64(node.depth))
        members["object"] = .string(node.object)
        members["role"] = .string(node.role)
        members["bytes"] = .number(node.bytes)
        members["free"] = node.free.map { .number($0) }
        members["capacity"] = node.fileSystem.map { .number($0.capacity) }
        members["used"] = node.fileSystem.map { .number($0.used) }
        members["available"] = node.fileSystem.map { .number($0.available) }
        members["gain"] = .number(node.gain)
      }
    })
  }
}
