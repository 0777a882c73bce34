import Bytes
import CLinux
import Glibc

/// Renaming within folders that are held open.
enum Rename {
    /// Renames without ever overwriting: `renameat2` with `RENAME_NOREPLACE`.
    static func exclusively(
        _ name: String, to target: String, in folder: Descriptor
    ) throws(SystemError) {
        let result = unsafe waybill_rename_exclusively(
            folder.number, name, folder.number, target)
        guard result == 0 else { throw .last("renameat2") }
    }

    /// Moves `name` into another folder; a name that is taken there gets a number behind it.
    static func freely(
        _ name: [UInt8], from folder: Descriptor, to other: Descriptor
    ) throws(SystemError) {
        for attempt in 0..<10_000 {
            let target = attempt == 0 ? name : name + Array(".\(attempt)".utf8)
            let result = unsafe waybill_rename_exclusively(
                folder.number, name.cString, other.number, target.cString)
            if result == 0 || errno == ENOENT { return }
            if errno != EEXIST { throw .last("renameat2") }
        }
        throw SystemError(call: "renameat2", code: EEXIST)
    }
}
