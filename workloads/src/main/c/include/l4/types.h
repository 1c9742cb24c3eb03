/* Words, thread ids, times and fpages of L4 X.2 on IA-32, as in the X.2 reference manual. */
#ifndef L4_TYPES_H
#define L4_TYPES_H

typedef unsigned int L4_Word_t;
typedef unsigned long long L4_Word64_t;

#define L4_INLINE static inline __attribute__((always_inline, unused))

/* Thread ids: global (number, version) or local (the address of MR0 in the same address space). */

typedef struct {
    L4_Word_t raw;
} L4_ThreadId_t;

#define L4_nilthread ((L4_ThreadId_t){0})
#define L4_anythread ((L4_ThreadId_t){~0u})
#define L4_anylocalthread ((L4_ThreadId_t){0xFFFFFFC0u})

L4_INLINE L4_ThreadId_t L4_GlobalId(L4_Word_t number, L4_Word_t version) {
    return (L4_ThreadId_t){number << 14 | version};
}

L4_INLINE L4_Word_t L4_ThreadNo(L4_ThreadId_t id) {
    return id.raw >> 14;
}

L4_INLINE int L4_IsThreadEqual(L4_ThreadId_t a, L4_ThreadId_t b) {
    return a.raw == b.raw;
}

L4_INLINE int L4_IsNilThread(L4_ThreadId_t id) {
    return id.raw == 0;
}

/* Times: m * 2^e microseconds, never (0), or at once. */

typedef struct {
    L4_Word_t raw;
} L4_Time_t;

#define L4_Never ((L4_Time_t){0})
#define L4_ZeroTime ((L4_Time_t){0x400})

/* The shortest time that is no shorter than so many microseconds. */
L4_INLINE L4_Time_t L4_TimePeriod(L4_Word_t microseconds) {
    L4_Word_t exponent = 0;
    L4_Word_t mantissa = microseconds;
    if (microseconds == 0) return L4_ZeroTime;
    while (mantissa > 0x3FF) {
        mantissa = (mantissa >> 1) + (mantissa & 1);
        exponent++;
    }
    return (L4_Time_t){exponent << 10 | mantissa};
}

/* Both of an Ipc. */
L4_INLINE L4_Word_t L4_Timeouts(L4_Time_t send, L4_Time_t receive) {
    return send.raw << 16 | receive.raw;
}

/* Fpages: an aligned power of two of addresses, with rights. */

typedef struct {
    L4_Word_t raw;
} L4_Fpage_t;

#define L4_eXecutable 1u
#define L4_Writable 2u
#define L4_Readable 4u
#define L4_FullyAccessible 7u

#define L4_Nilpage ((L4_Fpage_t){0})
#define L4_CompleteAddressSpace ((L4_Fpage_t){0x10})

L4_INLINE L4_Fpage_t L4_FpageLog2(L4_Word_t base, L4_Word_t log2size, L4_Word_t rights) {
    return (L4_Fpage_t){(base & -(1u << log2size)) | log2size << 4 | rights};
}

/* Ports, 2^log2size of them. */
L4_INLINE L4_Fpage_t L4_IoFpageLog2(L4_Word_t port, L4_Word_t log2size, L4_Word_t rights) {
    return (L4_Fpage_t){port << 16 | log2size << 10 | 2u << 4 | rights};
}

L4_INLINE L4_Word_t L4_Address(L4_Fpage_t fpage) {
    return fpage.raw & ~0x3FFu;
}

L4_INLINE L4_Word_t L4_SizeLog2(L4_Fpage_t fpage) {
    return fpage.raw >> 4 & 0x3F;
}

#endif
