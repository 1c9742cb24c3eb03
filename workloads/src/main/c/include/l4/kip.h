/* The kernel interface page: where it is, what it tells, and the boot information that it points to. */
#ifndef L4_KIP_H
#define L4_KIP_H

#include <l4/types.h>

/* Offsets of words. */
enum {
    L4_KIP_API_VERSION = 0x04,
    L4_KIP_ROOT_SERVER = 0x40, /* SP, IP, low, end */
    L4_KIP_MEMORY_INFO = 0x54,
    L4_KIP_UTCB_INFO = 0xA8,
    L4_KIP_BOOT_INFO = 0xB8,
    L4_KIP_THREAD_INFO = 0xC4,
    L4_KIP_LINKS = 0xD0
};

/* Its address in this address space. */
L4_INLINE const char *L4_KernelInterface(void) {
    const char *page;
    __asm__ volatile(".byte 0xF0, 0x90" : "=a"(page) : : "ecx", "edx", "esi");
    return page;
}

L4_INLINE L4_Word_t L4_KipWord(int offset) {
    return *(const L4_Word_t *)(L4_KernelInterface() + offset);
}

/* The smallest thread number that user level may have. sigma0 has it; the root task has it plus 2. */
L4_INLINE L4_Word_t L4_UserBase(void) {
    return L4_KipWord(L4_KIP_THREAD_INFO) >> 20;
}

L4_INLINE L4_ThreadId_t L4_Sigma0(void) {
    return L4_GlobalId(L4_UserBase(), 1);
}

/* Bytes between two UTCBs. */
L4_INLINE L4_Word_t L4_UtcbSize(void) {
    L4_Word_t info = L4_KipWord(L4_KIP_UTCB_INFO);
    return (info & 0x3FF) << (info >> 10 & 0x3F);
}

/* Boot information. */

typedef struct {
    L4_Word_t magic, version, size, first, count, reserved[3];
} L4_BootInfo_t;

typedef struct {
    L4_Word_t type, version, next, start, size, command_line;
} L4_BootModule_t;

#define L4_BOOT_INFO_MAGIC 0x14B0021Du
#define L4_BOOT_MODULE 1u

/* Module n, or 0 if there are not so many. */
L4_INLINE const L4_BootModule_t *L4_Module(L4_Word_t n) {
    const L4_BootInfo_t *info = (const L4_BootInfo_t *)L4_KipWord(L4_KIP_BOOT_INFO);
    if (!info || info->magic != L4_BOOT_INFO_MAGIC) return 0;
    const char *record = (const char *)info + info->first;
    for (L4_Word_t i = 0; i < info->count; i++) {
        const L4_BootModule_t *module = (const L4_BootModule_t *)record;
        if (module->type == L4_BOOT_MODULE && n-- == 0) return module;
        record += module->next;
    }
    return 0;
}

L4_INLINE const char *L4_ModuleCommandLine(const L4_BootModule_t *module) {
    return module->command_line ? (const char *)module + module->command_line : "";
}

#endif
