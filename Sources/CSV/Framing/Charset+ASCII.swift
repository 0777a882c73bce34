import Bytes

extension Charset {
    /// Whether bytes below 0x80 mean the same as in ASCII.
    var keepsASCII: Bool {
        switch self {
        case .utf16LittleEndian, .utf16BigEndian: false
        default: true
        }
    }
}
