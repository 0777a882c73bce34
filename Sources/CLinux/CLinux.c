#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <malloc.h>
#include <signal.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
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

long waybill_send(int socket, const void *bytes, unsigned long count, int passed) {
    struct iovec part = {(void *)bytes, count};
    union {
        char room[CMSG_SPACE(sizeof(int))];
        struct cmsghdr header;
    } control;
    memset(&control, 0, sizeof control);
    struct msghdr message;
    memset(&message, 0, sizeof message);
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    if (passed >= 0) {
        message.msg_control = control.room;
        message.msg_controllen = sizeof control.room;
        struct cmsghdr *header = CMSG_FIRSTHDR(&message);
        header->cmsg_level = SOL_SOCKET;
        header->cmsg_type = SCM_RIGHTS;
        header->cmsg_len = CMSG_LEN(sizeof(int));
        memcpy(CMSG_DATA(header), &passed, sizeof(int));
    }
    return sendmsg(socket, &message, MSG_NOSIGNAL);
}

long waybill_receive(int socket, void *bytes, unsigned long count, int *passed) {
    struct iovec part = {bytes, count};
    union {
        char room[CMSG_SPACE(sizeof(int))];
        struct cmsghdr header;
    } control;
    struct msghdr message;
    memset(&message, 0, sizeof message);
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = control.room;
    message.msg_controllen = sizeof control.room;
    *passed = -1;
    long received = recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
    if (received < 0) return -1;
    for (struct cmsghdr *header = CMSG_FIRSTHDR(&message); header; header = CMSG_NXTHDR(&message, header)) {
        if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS) continue;
        if (header->cmsg_len != CMSG_LEN(sizeof(int))) continue;
        memcpy(passed, CMSG_DATA(header), sizeof(int));
    }
    return received;
}

static int limit(int what, unsigned long most) {
    struct rlimit bounds = {most, most};
    return setrlimit(what, &bounds);
}

int waybill_confine(unsigned long memory, unsigned long seconds) {
    if (limit(RLIMIT_CORE, 0) != 0 || limit(RLIMIT_FSIZE, 0) != 0 || limit(RLIMIT_AS, memory) != 0 ||
        limit(RLIMIT_CPU, seconds) != 0 || limit(RLIMIT_NOFILE, 64) != 0)
        return -1;
    signal(SIGPIPE, SIG_IGN);
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return -1;
    return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

int waybill_pipe(int ends[2]) { return pipe2(ends, O_CLOEXEC); }

int waybill_spawn(const char *program, int channel) {
    posix_spawn_file_actions_t actions;
    int result = posix_spawn_file_actions_init(&actions);
    if (result != 0) {
        errno = result;
        return -1;
    }
    // First of all: `channel` may be one of the numbers that are taken next.
    result = posix_spawn_file_actions_adddup2(&actions, channel, 3);
    for (int number = 0; number < 3 && result == 0; number++)
        result = posix_spawn_file_actions_addopen(&actions, number, "/dev/null", O_RDWR, 0);
    if (result == 0) result = posix_spawn_file_actions_addclosefrom_np(&actions, 4);
    char path[4096] = "LD_LIBRARY_PATH=";
    const char *libraries = getenv("LD_LIBRARY_PATH");
    if (libraries) strncat(path, libraries, sizeof path - strlen(path) - 1);
    char *const arguments[] = {(char *)program, NULL};
    char *const environment[] = {path, "SWIFT_BACKTRACE=enable=no", NULL};
    pid_t process = -1;
    if (result == 0) result = posix_spawn(&process, program, &actions, NULL, arguments, environment);
    posix_spawn_file_actions_destroy(&actions);
    if (result != 0) {
        errno = result;
        return -1;
    }
    return process;
}
