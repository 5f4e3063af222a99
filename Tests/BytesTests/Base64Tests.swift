import Bytes
import Testing

@Suite struct Base64Tests {
  // RFC 4648, section 10.
  @Test(arguments: [
    ("", ""), ("Zg==", "f"), ("Zm8=", "fo"), ("Zm9v", "foo"), ("Zm9vYg==", "foob"),
    ("Zm9vYmE=", "fooba"), ("Zm9vYmFy", "foobar"),
    ("Zm9vYg", "foob"), ("Zm9vYmE", "fooba"), ("Zm9v\n YmFy\r\n", "foobar"), (" \t", ""),
  ])
  func `base64 is read with or without its padding, white space passed over`(
    text: String, bytes: String
  ) throws {
    #expect(try [UInt8](base64: text.utf8) == [UInt8](bytes.utf8))
  }

  @Test func `every digit has its value`() throws {
    let text = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    let bytes = try [UInt8](base64: text.utf8)
    // Three octets of each four digits, the digits counting from 0 to 63.
    let digits = stride(from: 0, to: 48, by: 3).flatMap { place -> [UInt8] in
      let (a, b, c) = (bytes[place], bytes[place + 1], bytes[place + 2])
      return [a >> 2, (a & 3) << 4 | b >> 4, (b & 15) << 2 | c >> 6, c & 63]
    }
    #expect(digits == [UInt8](0..<64))
  }

  @Test(arguments: [
    ("Zm9v-w==", .urlAlphabet(0x2D), "base64: \"-\" is of the alphabet for URLs, expected the standard one"),
    ("_m9v", .urlAlphabet(0x5F), "base64: \"_\" is of the alphabet for URLs, expected the standard one"),
    ("Zm9v!", .notADigit(0x21), "base64: \"!\" is no digit of it"),
    ("Zm9\u{1}", .notADigit(1), "base64: byte 1 is no digit of it"),
    ("Zm9vY", .cutOff, "base64: it is cut off"),
    ("Z", .cutOff, "base64: it is cut off"),
    ("Zg=", .padding, "base64: its end is not marked by the right number of \"=\""),
    ("Zm8==", .padding, "base64: its end is not marked by the right number of \"=\""),
    ("Zm9v=", .padding, "base64: its end is not marked by the right number of \"=\""),
    ("Zg==Zg==", .padding, "base64: its end is not marked by the right number of \"=\""),
    ("=", .padding, "base64: its end is not marked by the right number of \"=\""),
  ] as [(String, Base64Error, String)])
  func `what is not base64 is refused`(text: String, error: Base64Error, message: String) {
    #expect(throws: error) { try [UInt8](base64: text.utf8) }
    #expect(error.description == message)
  }
}
