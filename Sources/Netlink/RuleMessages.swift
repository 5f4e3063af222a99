import Addresses
import CMnl
import Configuration
import Network

extension Request {
  /// A rule of the routing policy that has a table looked up. Source: linux/fib_rules.h.
  mutating func start(_ type: Int, flags: Int32, _ sequence: UInt32, _ rule: RuleConfiguration) {
    var part = fib_rule_hdr()
    part.family = rule.family.number
    part.src_len = rule.from?.length ?? 0
    part.dst_len = rule.to?.length ?? 0
    part.tos = rule.typeOfService ?? 0
    // Table numbers above 255 only fit the attribute.
    part.table = rule.table < 256 ? UInt8(rule.table) : UInt8(RT_TABLE_UNSPEC.rawValue)
    part.action = UInt8(FR_ACT_TO_TBL)
    start(type, flags: flags, sequence: sequence, part)
    if let from = rule.from, from.length > 0 { add(Int(FRA_SRC), from.address) }
    if let to = rule.to, to.length > 0 { add(Int(FRA_DST), to.address) }
    if rule.table >= 256 { add(Int(FRA_TABLE), rule.table) }
    if let priority = rule.priority { add(Int(FRA_PRIORITY), priority) }
    if let mark = rule.mark { add(Int(FRA_FWMARK), mark) }
    add(Int(FRA_PROTOCOL), Ownership.mark)
  }
}

extension FoundRule {
  /// `nil` for one that asks for more than `RuleConfiguration` can say, or does something else.
  init?(_ message: Message) {
    guard let part = message.fixedPart(as: fib_rule_hdr.self),
      let family = part.family == UInt8(AF_INET)
        ? IPFamily.ipv4 : part.family == UInt8(AF_INET6) ? .ipv6 : nil,
      part.action == UInt8(FR_ACT_TO_TBL), part.flags & UInt32(FIB_RULE_INVERT) == 0
    else { return nil }
    var from = IPAddress.unspecified(family)
    var to = from
    var rule = RuleConfiguration(table: UInt32(part.table))
    // The kernel does not say it of the first rule of all.
    rule.priority = 0
    var mark: UInt8 = 0
    var isPlain = true
    message.forEachAttribute(after: fib_rule_hdr.self) { attribute in
      switch attribute.type {
      case Int(FRA_SRC): from = attribute.address ?? from
      case Int(FRA_DST): to = attribute.address ?? to
      case Int(FRA_TABLE): rule.table = attribute.number() ?? rule.table
      case Int(FRA_PRIORITY): rule.priority = attribute.number()
      case Int(FRA_FWMARK): rule.mark = attribute.number()
      case Int(FRA_FWMASK): isPlain = isPlain && attribute.number() == UInt32.max
      case Int(FRA_PROTOCOL): mark = attribute.number() ?? 0
      // Without a limit the kernel says -1.
      case Int(FRA_SUPPRESS_PREFIXLEN), Int(FRA_SUPPRESS_IFGROUP):
        isPlain = isPlain && attribute.number() == UInt32.max
      case Int(FRA_PAD): break
      default: isPlain = false
      }
    }
    guard isPlain, let source = IPPrefix(from, length: Int(part.src_len)),
      let destination = IPPrefix(to, length: Int(part.dst_len))
    else { return nil }
    if source.length > 0 { rule.from = source }
    if destination.length > 0 { rule.to = destination }
    // The kernel makes no difference between all packets and no word of them.
    if rule.from == nil, rule.to == nil { rule.from = .everything(family) }
    if part.tos != 0 { rule.typeOfService = part.tos }
    if rule.mark == 0 { rule.mark = nil }
    self.init(rule, mark: mark)
  }
}
