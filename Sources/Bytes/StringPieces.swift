extension DefaultStringInterpolation {
  /// What stands between the pieces of a composed String is handed over as it lies in the program:
  /// the standard library has a String made, and given back, at each of many hundred places.
  @inline(never)
  public mutating func appendLiteral(_ literal: StaticString) {
    write(literal.description)
  }

  /// In place of the standard library's own, which would be preferred to the above.
  @_disfavoredOverload
  @inline(never)
  public mutating func appendLiteral(_ literal: String) {
    write(literal)
  }
}
