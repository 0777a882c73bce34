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

/// sendmsg(2) with SCM_RIGHTS: sends `count` bytes, at least one, and beside the first of them an open
/// descriptor (-1: none). Bytes sent, or -1 with errno.
long waybill_send(int socket, const void *bytes, unsigned long count, int passed);

/// recvmsg(2): receives up to `count` bytes, and into `passed` the descriptor that came beside them,
/// close-on-exec, or -1. Bytes received, 0 when the other end closed, or -1 with errno.
long waybill_receive(int socket, void *bytes, unsigned long count, int *passed);

/// Gives up what a process that reads a stranger's bytes does not need: core files, writing files,
/// new privileges, being traced, outliving its parent, more than `memory` bytes of address space,
/// `seconds` of processor and 64 descriptors. 0, or -1 with errno.
int waybill_confine(unsigned long memory, unsigned long seconds);

/// pipe2(2) with O_CLOEXEC: the reading and the writing end: 0, or -1 with errno.
int waybill_pipe(int ends[2]);

/// posix_spawn(3): starts `program` with `channel` as its descriptor 3, nothing else open but what
/// /dev/null gives, and an environment that holds no more than LD_LIBRARY_PATH. Its process id, or -1
/// with errno.
int waybill_spawn(const char *program, int channel);

/// mallopt(3): memory that was freed is kept for the next page of a file, up to 64 MiB, and is not
/// given back to the kernel, which would clear it anew for each. To be called before any thread runs.
void waybill_keep_freed_memory(void);

#endif
