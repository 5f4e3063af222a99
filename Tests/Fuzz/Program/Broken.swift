import Counting

/// Ends the run: a property does not hold. In an optimised build a failed precondition would say
/// nothing.
func broken(_ what: String) -> Never {
  counting_broken(what)
}

func expect(_ holds: Bool, _ what: @autoclosure () -> String) {
  if !holds { broken(what()) }
}
