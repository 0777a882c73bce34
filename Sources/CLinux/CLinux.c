#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <malloc.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <unistd.h>

int waybill_rename_exclusively(int folder, const char *name, int target_folder, const char *target) {
    return renameat2(folder, name, target_folder, target, RENAME_NOREPLACE);
}

int waybill_open_beneath(int folder, const char *name, int flags) {
    struct open_how how;
    memset(&how, 0, sizeof how);
    how.flags = (uint64_t)flags;
    how.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS;
    return (int)syscall(SYS_openat2, folder, name, &how, sizeof how);
}

int waybill_begin_writeback(int descriptor) {
    return sync_file_range(descriptor, 0, 0, SYNC_FILE_RANGE_WRITE);
}

int waybill_sync_filesystem(int descriptor) { return syncfs(descriptor); }

long long waybill_free_bytes(int descriptor) {
    struct statfs status;
    if (fstatfs(descriptor, &status) != 0) return -1;
    return (long long)status.f_bavail * (long long)status.f_bsize;
}

int waybill_lock(int descriptor) { return flock(descriptor, LOCK_EX | LOCK_NB); }

long long waybill_copy(int from, int to, unsigned long long count) {
    return (long long)copy_file_range(from, NULL, to, NULL, (size_t)count, 0);
}

void waybill_keep_freed_memory(void) {
    // The largest that glibc takes: 32 MiB.
    mallopt(M_MMAP_THRESHOLD, 4 * 1024 * 1024 * (int)sizeof(long));
    mallopt(M_TRIM_THRESHOLD, 64 * 1024 * 1024);
}
