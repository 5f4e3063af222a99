/// What `case "<word>":` asks of a String, as a call: the comparison itself would be copied to
/// each of the hundreds of words that sources are made of.
@inline(never)
func ~= (word: String, text: String) -> Bool { word == text }
