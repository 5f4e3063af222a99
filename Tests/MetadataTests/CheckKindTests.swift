import Metadata
import Testing

@Suite struct CheckKindTests {
  @Test(arguments: [
    ("network-config", .networkConfig),
    ("/srv/vm6/network-config.yaml", .networkConfig),
    ("a/meta-data", .metaData),
    ("user-data.txt", .userData),
    ("openstack/latest/network_data.json", .networkData),
    ("meta_data.json", .openStackMetaData),
    ("/etc/guestagent.yaml", .localFile),
    ("/proc/cmdline", .commandLine),
    ("meta-data2", nil),
    ("50-cloud-init.yaml", nil),
    ("network-config/", .networkConfig),
    ("", nil),
  ] as [(String, MetadataKind?)])
  func `the name says what a file is`(path: String, kind: MetadataKind?) {
    #expect(MetadataKind(path: path) == kind)
  }

  @Test(arguments: [
    ("network:\n  ethernets: {}\n", .networkConfig),
    ("version: 1\nconfig: []\n", .networkConfig),
    ("ethernets: {eth0: {}}\n", .networkConfig),
    ("renderer: networkd\nversion: 2\n", .networkConfig),
    ("{\"links\": [], \"networks\": []}", .networkData),
    ("{\"hostname\": \"vm6\", \"uuid\": \"1\"}", .openStackMetaData),
    ("instance-id: vm6\n", .metaData),
    ("#cloud-config\nhostname: vm6\n", .userData),
    ("#!/bin/sh\n", .userData),
    ("grow: none\n", .localFile),
    ("BOOT_IMAGE=/vmlinuz root=/dev/vda1 ro\n", .commandLine),
    ("ro ip=192.0.2.10::192.0.2.1:26::eth0:none", .commandLine),
    ("guestagent.grow=none", .commandLine),
    ("hostname: vm6\n", nil),
    ("Dear reader,\n", nil),
    ("", nil),
    ("\0\u{1}", nil),
    ("[1, 2]", nil),
  ] as [(String, MetadataKind?)])
  func `what a file says tells what it is where its name does not`(
    text: String, kind: MetadataKind?
  ) {
    #expect(MetadataKind(content: [UInt8](text.utf8)) == kind)
  }
}
