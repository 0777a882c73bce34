import Bytes
import Glibc
public import Ledger

/// A record's own bytes, out of the archive: for a person who asked, with a reason.
public enum OriginalBytes {
    /// Bytes `offset..<offset + length` of the content at `place` in the site's archive.
    public static func read(
        _ site: Site, place: String, offset: Int64, length: Int
    ) throws -> [UInt8] {
        let file = unsafe open(site.paths.state + "/archive/" + place, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw SystemError.last("open") }
        guard lseek(file, Int(offset), SEEK_SET) == Int(offset) else {
            close(file)
            throw SystemError.last("lseek")
        }
        var source = FileSource(adopting: file)
        var bytes: [UInt8] = []
        while bytes.count < length {
            if try source.read(into: &bytes, count: min(1 << 20, length - bytes.count)) == 0 {
                break
            }
        }
        return bytes
    }

    /// The bytes of a record whose life is known.
    public static func read(_ site: Site, _ life: RecordLife) throws -> [UInt8] {
        try read(site, place: life.receipt.archive, offset: life.offset, length: life.length)
    }
}
