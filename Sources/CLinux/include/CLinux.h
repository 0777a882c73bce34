/// Linux system calls that Swift's Glibc module does not show.
#ifndef WAYBILL_CLINUX_H
#define WAYBILL_CLINUX_H

/// renameat2(2) with RENAME_NOREPLACE: 0, or -1 with errno; EEXIST when the target is taken.
int waybill_rename_exclusively(int folder, const char *name, int target_folder, const char *target);

/// openat2(2) with RESOLVE_BENEATH, NO_SYMLINKS and NO_MAGICLINKS: a descriptor, or -1 with errno.
int waybill_open_beneath(int folder, const char *name, int flags);

/// sync_file_range(2) with SYNC_FILE_RANGE_WRITE: asks the kernel to begin writing what the file has
/// in memory, and waits for nothing: 0, or -1 with errno. It makes nothing durable.
int waybill_begin_writeback(int descriptor);

/// syncfs(2): 0, or -1 with errno.
int waybill_sync_filesystem(int descriptor);

/// fstatfs(2): bytes free to an unprivileged user, or -1 with errno.
long long waybill_free_bytes(int descriptor);

/// flock(2) LOCK_EX | LOCK_NB: 0, or -1 with errno (EWOULDBLOCK when somebody else holds it).
int waybill_lock(int descriptor);

/// copy_file_range(2) from and to the present positions: bytes copied, 0 at the end, or -1 with
/// errno; EXDEV, EINVAL and EOPNOTSUPP where the kernel cannot.
long long waybill_copy(int from, int to, unsigned long long count);

/// mallopt(3): memory that was freed is kept for the next page of a file, up to 64 MiB, and is not
/// given back to the kernel, which would clear it anew for each. To be called before any thread runs.
void waybill_keep_freed_memory(void);

#endif
