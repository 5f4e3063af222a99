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
  /// Neither share nor cap, behind a volume.
  case notSetting(String)
  case unknownWord(String, nearest: String?)
  /// A volume, the reserve, or a setting of one volume.
  case givenTwice(String)
  /// Others of the same policy have a share.
  case shareMissing(GrowthPolicy.Target)
  /// `none` beside something else.
  case noneWithOthers
  /// A reserve beside no volume.
  case reserveAlone
  /// More than `GrowthPolicyBuilder.limit`.
  case tooManyVolumes
}

extension GrowthPolicyError: CustomStringConvertible {
  public var description: String {
    let (start, text, end) = parts
    return start + (text.map(quoted) ?? "") + end
  }

  /// What stands before the user's text, the text, and what follows it.
  private var parts: (String, String?, String) {
    switch self {
    case .empty: ("expected none or volumes, found nothing", nil, "")
    case .emptyItem: ("expected a volume or reserve=<size> at each side of a comma", nil, "")
    case .emptyPart(let item): ("", item, " has nothing at one side of a colon")
    case .danglingEscape(let item):
      ("the backslash at the end of ", item, " escapes nothing")
    case .notTarget(let text):
      ("expected a mount point, <group>/<volume> or a device, found ", text, "")
    case .notShare(let text): ("expected a share from 1% to 100%, found ", text, "")
    case .notSize(let text): ("expected a size such as 20G, found ", text, "")
    case .sizeTooLarge(let text): ("the size ", text, " is more than 64 bits hold")
    case .noVolume(let setting): ("", setting, " belongs to no volume: expected one before it")
    case .notSetting(let text):
      ("expected a share, max=<size> or a comma after a volume, found ", text, "")
    case .unknownWord(let word, let nearest):
      (
        "unknown word ", word,
        nearest.map { "; did you mean \"\($0)\"?" }
          ?? "; expected none, a volume or reserve=<size>"
      )
    case .givenTwice(let word): ("", word, " is given twice")
    case .shareMissing(let target):
      (
        "", target.description,
        " has no share, though another volume has: expected one for each or for none"
      )
    case .noneWithOthers: ("expected nothing beside none", nil, "")
    case .reserveAlone:
      ("a reserve alone names no volume: expected one that grows beside it", nil, "")
    case .tooManyVolumes: ("more than 100 volumes", nil, "")
    }
  }
}
