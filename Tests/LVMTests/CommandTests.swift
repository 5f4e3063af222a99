import Testing

@testable import LVMCommands

@Test(arguments: [
  (["pvresize", "/dev/vda5"], "pvresize /dev/vda5"),
  (["lvextend", "--extents", "12", "vg0/root"], "lvextend --extents 12 vg0/root"),
  (["pvresize", "/dev/a b"], "pvresize '/dev/a b'"),
  (["pvresize", "#1"], "pvresize '#1'"),
  (["pvresize", ""], "pvresize ''"),
  (["pvresize", "it's"], "pvresize \"it's\""),
  (["lvs", "--config", "log{prefix=\"1 \"}"], "lvs --config 'log{prefix=\"1 \"}'"),
])
func `a command is written so that LVM splits it into the same words`(
  words: [String], line: String
) throws {
  #expect(try LVMCommandLine.line(words) == line)
}

@Test(arguments: ["a'b\"c", "one\ntwo"])
func `a word that LVM cannot be told is refused`(word: String) {
  #expect(throws: LVMError.word(word)) { try LVMCommandLine.line(["pvresize", word]) }
}

@Test func `a script has a line for each command, which marks its messages`() {
  let commands = [["pvresize", "/dev/vda5"], ["lvextend", "--extents", "9", "vg0/root"]]
  #expect(
    LVMCommandLine.script(commands, configuration: "") == """
      #!lvm
      pvresize /dev/vda5 --config 'log{prefix="1 "}'
      lvextend --extents 9 vg0/root --config 'log{prefix="2 "}'

      """)
}

/// The mark with its option has 27 bytes, `pvresize ` nine, and a blank stands between.
@Test(arguments: [(254 - 37, true), (254 - 36, false)])
func `a command too long for a line of a script makes none`(count: Int, fits: Bool) {
  let script = LVMCommandLine.script(
    [["pvresize", String(repeating: "v", count: count)]], configuration: "")
  #expect((script != nil) == fits)
}

@Test func `a command of too many words makes no script`() {
  let words = { [String](repeating: "v", count: $0) }
  #expect(LVMCommandLine.script([words(58)], configuration: "") != nil)
  #expect(LVMCommandLine.script([words(59)], configuration: "") == nil)
}

@Test func `messages lose their marks and tell the last command that spoke`() {
  let output = """
      WARNING: before
    1 Physical volume "/dev/vda5" changed
    1 1 physical volume(s) resized
    2   Insufficient free space

    9 lives
    """
  let messages = Messages([UInt8](output.utf8), commands: 2)
  #expect(
    messages.lines == [
      "WARNING: before", "Physical volume \"/dev/vda5\" changed", "1 physical volume(s) resized",
      "Insufficient free space", "9 lives",
    ])
  #expect(messages.lastCommand == 2)
}

@Test(arguments: [
  (.noProgram(searched: ["/sbin", "/bin"]), "no lvm program in /sbin, /bin"),
  (
    .failed(command: ["pvresize", "/dev/vda5"], status: 5, messages: ["one", "two"]),
    "lvm pvresize /dev/vda5 failed with status 5: one; two"
  ),
  (.failed(command: ["pvresize"], status: -1, messages: []), "lvm pvresize failed with status -1"),
  (.word("a'\"b"), "\"a'\"b\" cannot be written in a command of LVM"),
] as [(LVMError, String)])
func `a failure is told in a line`(error: LVMError, line: String) {
  #expect(error.description == line)
}
