/// The text of a finding, put together of pieces as a String is. String's own way is copied to
/// each place where one is composed, a hundred bytes and more for a piece; here it is one call,
/// and what stands between the pieces is handed over as it lies in the program.
public struct Message: ExpressibleByStringInterpolation, Equatable, Sendable {
  public let text: String

  @inline(never)
  public init(stringLiteral text: StaticString) {
    self.text = text.description
  }

  @inline(never)
  public init(stringInterpolation pieces: Pieces) {
    text = pieces.text
  }

  public struct Pieces: StringInterpolationProtocol {
    fileprivate var text = ""

    @inline(never)
    public init(literalCapacity: Int, interpolationCount: Int) {}

    @inline(never)
    public mutating func appendLiteral(_ literal: StaticString) {
      text += literal.description
    }

    @inline(never)
    public mutating func appendInterpolation(_ piece: String) {
      text += piece
    }

    @inline(never)
    public mutating func appendInterpolation(_ piece: some CustomStringConvertible) {
      text += piece.description
    }
  }
}
