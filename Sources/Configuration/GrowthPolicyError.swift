/// Why a text is no growth policy.
public enum GrowthPolicyError: Error, Equatable, Sendable {
  /// Nothing is said at all.
  case empty
  /// Nothing stands between two commas, or beside one.
  case emptyItem
  /// Nothing stands beside a colon of this item.
  case emptyPart(String)
  case danglingEscape(String)
  case notTarget(String)
  case notShare(String)
  case notSize(String)
  /// More bytes than 64 bits hold.
  case sizeTooLarge(String)
  /// A share or a cap with no volume before it.
  case noVolume(String)
  case notSetting(String, of: GrowthPolicy.Target)
  case unknownWord(String, nearest: String?)
  case givenTwice(String)
  case settingTwice(String, of: GrowthPolicy.Target)
  /// Others of the same policy have a share.
  case shareMissing(GrowthPolicy.Target)
  /// `none` beside something else.
  case noneWithOthers
  /// A reserve beside no volume.
  case reserveAlone
  case tooManyVolumes
}

extension GrowthPolicyError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .empty: "expected none or volumes, found nothing"
    case .emptyItem: "expected a volume or reserve=<size> at each side of a comma"
    case .emptyPart(let item): "\(quoted(item)) has nothing at one side of a colon"
    case .danglingEscape(let item): "the backslash at the end of \(quoted(item)) escapes nothing"
    case .notTarget(let text):
      "expected a mount point, <group>/<volume> or a device, found \(quoted(text))"
    case .notShare(let text): "expected a share from 1% to 100%, found \(quoted(text))"
    case .notSize(let text): "expected a size such as 20G, found \(quoted(text))"
    case .sizeTooLarge(let text): "the size \(quoted(text)) is more than 64 bits hold"
    case .noVolume(let setting):
      "\(quoted(setting)) belongs to no volume: expected <volume>:\(shown(setting))"
    case .notSetting(let text, let target):
      "expected a share, max=<size> or a comma after \(quoted(target.description)), "
        + "found \(quoted(text))"
    case .unknownWord(let word, let nearest):
      "unknown word \(quoted(word))"
        + (nearest.map { "; did you mean \(quoted($0))?" }
          ?? "; expected none, a volume or reserve=<size>")
    case .givenTwice(let word): "\(quoted(word)) is given twice"
    case .settingTwice(let setting, let target):
      "\(setting) of \(quoted(target.description)) is given twice"
    case .shareMissing(let target):
      "\(quoted(target.description)) has no share, though another volume has: "
        + "expected one for each or for none"
    case .noneWithOthers: "expected nothing beside none"
    case .reserveAlone: "a reserve alone names no volume: expected one that grows beside it"
    case .tooManyVolumes: "more than \(GrowthPolicyBuilder.limit) volumes"
    }
  }

  /// As `quoted` shows it, without the quotes.
  private func shown(_ text: String) -> String { String(quoted(text).dropFirst().dropLast()) }
}
