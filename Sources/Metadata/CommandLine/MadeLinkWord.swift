import Addresses
import Bytes
import Configuration

/// A `vlan=`, `bond=` or `bridge=` of the kernel command line: a link that is made.
///
///     vlan=<name>:<device>                        <name> = vlan0005 | vlan5 | eth0.0005 | eth0.5
///     bond=[<name>[:<ports>[:<options>[:<mtu>]]]]                nothing: bond0:eth0,eth1
///     bridge=[<name>:<ports>]                                    nothing: br0:eth0
///     <ports>   = <device>[,<device>]...
///     <options> = <option>=<value>[,<option>=<value>]...         nothing: mode=balance-rr
///
/// The identifier of a VLAN is the number at the end of its name. Options have the names and values
/// of bonding.rst, the addresses of `arp_ip_target` with semicolons between them; a bond that
/// watches neither carriers nor neighbours is given `miimon=100`. A bridge gets no spanning tree,
/// with which its ports would be silent for half a minute. Source: dracut.cmdline(7), "Network".
struct MadeLinkWord {
  let name: InterfaceName
  var kind: LinkConfiguration.Kind
  /// What carries a VLAN.
  var parent: CommandLineDevice = .any
  var ports: [CommandLineDevice] = []
  var parameters: [LinkParameter] = []
  var mtu: UInt32?

  /// `nil` after an error in `notes`.
  init?(vlan value: String, _ notes: inout WordNotes) {
    var fields = (colonFields(value) ?? [])[...]
    guard let name = fields.popFirst().flatMap({ InterfaceName($0) }),
      let parent = CommandLineDevice.take(from: &fields), parent != .any, fields.isEmpty
    else {
      notes.expected("<name>:<device>", "vlan", value)
      return nil
    }
    let letters = name.text.utf8.lastIndex { !(0x30...0x39).contains($0) }
    let digits = letters.map { name.text.utf8[$0...].dropFirst() } ?? name.text.utf8[...]
    guard let id = decimal(digits), (1...4094).contains(id) else {
      notes.expected("a name that ends in a number from 1 to 4094", "name", name.text)
      return nil
    }
    self.name = name
    self.parent = parent
    // The name of the parent is known when all words are.
    kind = .vlan(parent: "", id: UInt16(id))
  }

  /// `nil` after an error in `notes`.
  init?(bond value: String, _ notes: inout WordNotes) {
    guard let fields = Self.fields(value, most: 4, "bond0", &notes),
      let name = Self.name(fields[0], &notes),
      let ports = Self.ports(fields.count > 1 ? fields[1] : "eth0,eth1", &notes)
    else { return nil }
    self.name = name
    self.ports = ports
    kind = .bond
    if fields.count > 3, !fields[3].isEmpty {
      mtu = notes.mtu(fields[3])
      if mtu == nil { return nil }
    }
    guard readOptions(fields.count > 2 ? fields[2] : "", &notes) else { return nil }
  }

  /// `nil` after an error in `notes`.
  init?(bridge value: String, _ notes: inout WordNotes) {
    guard let fields = Self.fields(value, most: 2, "br0:eth0", &notes),
      let name = Self.name(fields[0], &notes),
      let ports = Self.ports(fields.count > 1 ? fields[1] : "", &notes)
    else { return nil }
    self.name = name
    self.ports = ports
    kind = .bridge
    parameters = [LinkParameter(.stp, .number(0))]
  }

  /// One to `most` fields; `nothing` stands for no value.
  private static func fields(
    _ value: String, most: Int, _ nothing: String, _ notes: inout WordNotes
  ) -> [String]? {
    guard let fields = colonFields(value.isEmpty ? nothing : value) else {
      notes.error("a bracket has no partner")
      return nil
    }
    if fields.count > most {
      notes.error("too many fields: \(quoted(fields[most]))")
      return nil
    }
    return fields
  }

  private static func name(_ text: String, _ notes: inout WordNotes) -> InterfaceName? {
    let name = InterfaceName(text)
    if name == nil { notes.expected("an interface name of 1 to 15 bytes", "name", text) }
    return name
  }

  private static func ports(_ text: String, _ notes: inout WordNotes) -> [CommandLineDevice]? {
    let ports = commaFields(text).map { CommandLineDevice($0) ?? .any }
    if ports.contains(.any) {
      notes.expected("interface names or hardware addresses with dashes", "ports", text)
      return nil
    }
    return ports
  }

  private mutating func readOptions(_ text: String, _ notes: inout WordNotes) -> Bool {
    var hasMode = false
    var isWatched = false
    for option in commaFields(text) where !option.isEmpty {
      let equals = option.utf8.firstIndex(of: UInt8(ascii: "=")) ?? option.endIndex
      let name = String(option[..<equals])
      guard let key = LinkParameter.Key(spelled: name, of: .bond) else {
        notes.warn("the option \(quoted(name)) is not done by guestagent")
        continue
      }
      let value = option[equals...].utf8.dropFirst().map {
        $0 == UInt8(ascii: ";") ? UInt8(ascii: ",") : $0
      }
      guard let parameter = LinkParameter(key, text: String(decoding: value, as: UTF8.self)) else {
        notes.expected(LinkParameter.expected(key), "options", option)
        return false
      }
      set(parameter)
      hasMode = hasMode || key == .mode
      isWatched = isWatched || key == .miiMonitorInterval || key == .arpInterval
    }
    if !hasMode { set(LinkParameter(.mode, .number(0))) }
    if !isWatched { set(LinkParameter(.miiMonitorInterval, .number(100))) }
    for fault in bondFaults(parameters).reversed() {
      let key = parameters.remove(at: fault.index).key
      if let message = fault.message { notes.warn("\(key.kernelName) \(message): it is left out") }
    }
    return true
  }

  /// The last value of a key counts.
  private mutating func set(_ parameter: LinkParameter) {
    if let place = parameters.firstIndex(where: { $0.key == parameter.key }) {
      parameters[place] = parameter
    } else {
      parameters.append(parameter)
    }
  }
}
