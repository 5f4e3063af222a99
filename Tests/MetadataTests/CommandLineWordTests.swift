import Configuration
import Metadata
import Testing

/// What `next_arg` of the kernel's lib/cmdline.c makes of quotes, shown by the value of `ds=`.
@Suite struct CommandLineWordTests {
  @Test(arguments: [
    ("ds=a b", "a"), ("\tquiet\nds=a\u{B}b", "a"), ("ds=\"a b\"", "a b"), ("\"ds=a b\"", "a b"),
    ("ds=a\" \"b", "a\" \"b"), ("ds=\"a\"b", "a\"b"), ("ds=a\"b\"", "a\"b\""),
    ("ds=\"a b", "a b"), ("\"ds=a b", "a b"), ("ds=a\" b", "a\" b"),
    ("\"ds=\"a\"\"", "a\""), ("\"ds=\"a b\"", "a"), ("x\"y ds=no\" ds=a", "a"),
    ("ds=a=b", "a=b"), ("ds=\"", nil), ("\"ds=\"", nil), ("\"ds\"=a", nil), ("=ds=a", nil),
    ("ds=\\\"a b\\\"", "\\\"a b\\\""), ("\"\" ds=a", "a"), ("\"", nil),
    ("-- ds=a", nil), ("\"--\" ds=a", nil), ("--x ds=a", "a"),
  ] as [(String, String?)])
  func `words and quotes are the kernel's`(text: String, value: String?) {
    var diagnostics = Diagnostics()
    #expect(KernelCommandLine(text, diagnostics: &diagnostics).datasource == value)
    #expect(diagnostics == Diagnostics())
  }
}
