import Addresses
import Bytes
import Check
import Configuration

/// An item of `routing-policy`; `from` or `to` is needed:
///
///     from: <address>[/<length>]   to: <address>[/<length>]
///     table: <n>                   without it, main
///     priority: <n>   mark: <n>   type-of-service: <n>
///
/// A rule that asks for more (`iif`, `oif`, `type`) would fit too much without it: it is left out.
/// Source: netplan, `handle_ip_rules` of src/parse.c.
extension YAMLReader {
  mutating func rules(_ value: YAMLNode, of link: String) -> [RuleConfiguration] {
    guard let items = items(value, "routing-policy") else { return [] }
    var rules: [RuleConfiguration] = []
    var places: [String: Int] = [:]
    for item in items {
      let errors = diagnostics.errors.count
      guard let rule = rule(item), diagnostics.errors.count == errors else { continue }
      if places.updateValue(rules.count, forKey: rule.description) == nil {
        note(.rule, of: link, at: item)
        rules.append(rule)
      } else {
        warn(item, "routing-policy: this rule is given twice")
      }
    }
    return rules
  }

  private mutating func rule(_ item: YAMLNode) -> RuleConfiguration? {
    guard let entries = entries(item, "routing-policy") else { return nil }
    var rule = RuleConfiguration(table: mainTable)
    var from: YAMLNode?
    var to: YAMLNode?
    var isDone = true
    for entry in entries {
      let key = document.text(entry.key)
      let value = entry.value
      if document.isNull(value) {
        warn(entry.key, "\(quoted(key)) has no value")
        continue
      }
      switch Word(key) {
      case "from":
        rule.from = network(value, key)
        from = value
      case "to":
        rule.to = network(value, key)
        to = value
      case "table": rule.table = number(value, key, in: 1...UInt32.max) ?? mainTable
      case "priority": rule.priority = number(value, key, in: 0...UInt32.max)
      case "mark": rule.mark = number(value, key, in: 0...UInt32.max)
      case "type-of-service":
        // The two low bits are those of explicit congestion notification (RFC 3168).
        guard let type = decimal(document.text(value).utf8), type <= 252, type & 3 == 0 else {
          refuse(value, key, expected: "a multiple of 4 from 0 to 252")
          continue
        }
        rule.typeOfService = UInt8(clamping: type)
      case "iif", "oif", "type":
        warn(entry.key, "\(quoted(key)) is not done by guestagent: the rule is left out")
        isDone = false
      default:
        warnUnknown(
          entry.key, known: wordList("from to table priority mark type-of-service"))
      }
    }
    if from == nil, to == nil {
      error(item, "routing-policy: \"from\" or \"to\" is missing")
    } else if let from = rule.from, let other = rule.to, from.family != other.family, let to {
      error(to, "to: network of the wrong family: \(other) beside from \(from)")
    }
    return isDone ? rule : nil
  }
}

/// `RT_TABLE_MAIN` of rtnetlink(7).
private let mainTable: UInt32 = 254
