/*
 * System calls, through the links of the kernel interface page. Nothing but what a call returns is known behind it: ECX, EDX and
 * flags are clobbered. EBP cannot be an operand of the compiler's, so calls that use it save it.
 */
#ifndef L4_SYSCALL_H
#define L4_SYSCALL_H

#include <l4/kip.h>
#include <l4/message.h>

/* Jumps to the stubs in the order of the links, 8 bytes each, which crt0 aims: a direct call is what processors predict best. */
#define L4_CALL(n) "call l4_stubs+8*" #n "\n\t"
#define L4_SPACE_CONTROL L4_CALL(0)
#define L4_THREAD_CONTROL L4_CALL(1)
#define L4_MEMORY_CONTROL L4_CALL(3)
#define L4_IPC L4_CALL(4)
#define L4_LIPC L4_CALL(5)
#define L4_UNMAP L4_CALL(6)
#define L4_EXCHANGE_REGISTERS L4_CALL(7)
#define L4_SYSTEM_CLOCK L4_CALL(8)
#define L4_THREAD_SWITCH L4_CALL(9)
#define L4_SCHEDULE L4_CALL(10)

/* MR1 and MR2 arrive in registers alone. */
#define L4_IPC_THROUGH(link, receives)                                                                                 \
    L4_Word_t *utcb = L4_Utcb();                                                                                       \
    L4_Word_t sender, tag, mr1, mr2, edx;                                                                              \
    __asm__ volatile("pushl %%ebp\n\t" link "movl %%ebp, %%ecx\n\t"                                                    \
                     "popl %%ebp"                                                                                      \
                     : "=a"(sender), "=S"(tag), "=b"(mr1), "=c"(mr2), "=d"(edx), "+D"(utcb)                            \
                     : "a"(to.raw), "d"(from_specifier.raw), "c"(timeouts), "S"(utcb[0])                               \
                     : "memory", "cc");                                                                                \
    if (from) from->raw = sender;                                                                                      \
    if (receives) {                                                                                                    \
        utcb[0] = tag;                                                                                                 \
        utcb[1] = mr1;                                                                                                 \
        utcb[2] = mr2;                                                                                                 \
    }                                                                                                                  \
    return (L4_MsgTag_t){tag}

/* Sends the message registers to `to`, then receives from `from_specifier`; either may be nil. `from` may be 0. */
L4_INLINE L4_MsgTag_t L4_Ipc(
        L4_ThreadId_t to, L4_ThreadId_t from_specifier, L4_Word_t timeouts, L4_ThreadId_t *from) {
    L4_IPC_THROUGH(L4_IPC, from_specifier.raw);
}

/* The same between threads of one address space, by their local ids. */
L4_INLINE L4_MsgTag_t L4_Lipc(
        L4_ThreadId_t to, L4_ThreadId_t from_specifier, L4_Word_t timeouts, L4_ThreadId_t *from) {
    L4_IPC_THROUGH(L4_LIPC, from_specifier.raw);
}

/* Without timeouts. */

L4_INLINE L4_MsgTag_t L4_Send(L4_ThreadId_t to) {
    return L4_Ipc(to, L4_nilthread, 0, 0);
}

L4_INLINE L4_MsgTag_t L4_Receive(L4_ThreadId_t from_specifier) {
    const L4_ThreadId_t to = L4_nilthread;
    const L4_Word_t timeouts = 0;
    L4_ThreadId_t *const from = 0;
    L4_IPC_THROUGH(L4_IPC, 1);
}

L4_INLINE L4_MsgTag_t L4_Wait(L4_ThreadId_t *from) {
    return L4_Ipc(L4_nilthread, L4_anythread, 0, from);
}

L4_INLINE L4_MsgTag_t L4_Call(L4_ThreadId_t to) {
    const L4_ThreadId_t from_specifier = to;
    const L4_Word_t timeouts = 0;
    L4_ThreadId_t *const from = 0;
    L4_IPC_THROUGH(L4_IPC, 1);
}

L4_INLINE L4_MsgTag_t L4_Lcall(L4_ThreadId_t to) {
    const L4_ThreadId_t from_specifier = to;
    const L4_Word_t timeouts = 0;
    L4_ThreadId_t *const from = 0;
    L4_IPC_THROUGH(L4_LIPC, 1);
}

/* The answer is lost if `to` does not wait for it. */
L4_INLINE L4_MsgTag_t L4_ReplyWait(L4_ThreadId_t to, L4_ThreadId_t *from) {
    return L4_Ipc(to, L4_anythread, L4_Timeouts(L4_ZeroTime, L4_Never), from);
}

/* Of privileged calls the result is 1, or 0 with L4_ErrorCode(). */

L4_INLINE L4_Word_t L4_ThreadControl(
        L4_ThreadId_t dest, L4_ThreadId_t space, L4_ThreadId_t scheduler, L4_ThreadId_t pager, L4_Word_t utcb) {
    L4_Word_t result;
    L4_Word_t ecx = pager.raw, edx = scheduler.raw, esi = space.raw;
    __asm__ volatile(L4_THREAD_CONTROL
                     : "=a"(result), "+c"(ecx), "+d"(edx), "+S"(esi), "+D"(utcb)
                     : "a"(dest.raw)
                     : "ebx", "memory", "cc");
    return result;
}

L4_INLINE L4_Word_t L4_SpaceControl(
        L4_ThreadId_t space, L4_Word_t control, L4_Fpage_t kip_area, L4_Fpage_t utcb_area, L4_ThreadId_t redirector) {
    L4_Word_t result;
    L4_Word_t edx = kip_area.raw, esi = utcb_area.raw, edi = redirector.raw;
    __asm__ volatile(L4_SPACE_CONTROL
                     : "=a"(result), "+c"(control), "+d"(edx), "+S"(esi), "+D"(edi)
                     : "a"(space.raw)
                     : "ebx", "memory", "cc");
    return result;
}

/* What ExchangeRegisters takes and returns. */
typedef struct {
    L4_Word_t control, sp, ip, flags, handle;
    L4_ThreadId_t pager;
} L4_Registers_t;

#define L4_EXREGS_HALT 0x001
#define L4_EXREGS_ABORT_RECEIVE 0x002
#define L4_EXREGS_ABORT_SEND 0x004
#define L4_EXREGS_SP 0x008
#define L4_EXREGS_IP 0x010
#define L4_EXREGS_FLAGS 0x020
#define L4_EXREGS_HANDLE 0x040
#define L4_EXREGS_PAGER 0x080
#define L4_EXREGS_SET_HALT 0x100

/* Replaces what control says, returns the other id of `dest`; in `registers` what was there before, but for the flags. */
L4_INLINE L4_ThreadId_t L4_ExchangeRegisters(L4_ThreadId_t dest, L4_Registers_t *registers) {
    L4_Word_t result;
    struct {
        L4_Word_t handle, pager;
    } more = {registers->handle, registers->pager.raw};
    L4_Word_t ebx = (L4_Word_t)&more, edi = registers->flags;
    __asm__ volatile("pushl %%ebp\n\t"
                     "movl 4(%%ebx), %%ebp\n\t"
                     "movl (%%ebx), %%ebx\n\t" L4_EXCHANGE_REGISTERS
                     "xchgl %%ebp, (%%esp)\n\t"
                     "popl %%edi"
                     : "=a"(result), "+c"(registers->control), "+d"(registers->sp), "+S"(registers->ip), "+b"(ebx),
                       "+D"(edi)
                     : "a"(dest.raw)
                     : "memory", "cc");
    registers->handle = ebx;
    registers->pager.raw = edi;
    return (L4_ThreadId_t){result};
}

/* Lets an active thread that has not begun, or waits, go on at another place. */
L4_INLINE void L4_Start(L4_ThreadId_t thread, L4_Word_t sp, L4_Word_t ip) {
    L4_Registers_t registers = {
        L4_EXREGS_SET_HALT | L4_EXREGS_IP | L4_EXREGS_SP | L4_EXREGS_ABORT_SEND | L4_EXREGS_ABORT_RECEIVE, sp, ip, 0, 0,
        L4_nilthread};
    L4_ExchangeRegisters(thread, &registers);
}

L4_INLINE void L4_ThreadSwitch(L4_ThreadId_t dest) {
    L4_Word_t eax = dest.raw;
    __asm__ volatile(L4_THREAD_SWITCH : "+a"(eax) : : "ebx", "ecx", "edx", "esi", "edi", "memory", "cc");
}

/* -1 leaves a value as it is. Returns the state of the thread, 0 for an error. */
L4_INLINE L4_Word_t L4_Schedule(
        L4_ThreadId_t dest, L4_Word_t time, L4_Word_t processor, L4_Word_t priority, L4_Word_t preemption) {
    L4_Word_t result;
    __asm__ volatile(L4_SCHEDULE
                     : "=a"(result), "+d"(time), "+S"(processor), "+c"(priority), "+D"(preemption)
                     : "a"(dest.raw)
                     : "ebx", "memory", "cc");
    return result;
}

/* Microseconds. */
L4_INLINE L4_Word64_t L4_SystemClock(void) {
    L4_Word64_t clock;
    __asm__ volatile(L4_SYSTEM_CLOCK : "=A"(clock) : : "ebx", "ecx", "esi", "edi", "memory", "cc");
    return clock;
}

/* The fpages in MR0 to MRn lose the rights that they name; they come back with what has been done to them. */
L4_INLINE void L4_Unmap(L4_Word_t last, int flush) {
    L4_Word_t *utcb = L4_Utcb();
    L4_Word_t eax = last | (flush ? 0x40 : 0), esi = utcb[0];
    __asm__ volatile(L4_UNMAP : "+a"(eax), "+S"(esi), "+D"(utcb) : : "ebx", "ecx", "edx", "memory", "cc");
    utcb[0] = esi;
}

L4_INLINE L4_Word_t L4_MemoryControl(L4_Word_t last, const L4_Word_t attributes[4]) {
    L4_Word_t *utcb = L4_Utcb();
    L4_Word_t result;
    L4_Word_t ebx = (L4_Word_t)(attributes + 2), ecx = attributes[0], edx = attributes[1], esi = utcb[0];
    __asm__ volatile("pushl %%ebp\n\t"
                     "movl 4(%%ebx), %%ebp\n\t"
                     "movl (%%ebx), %%ebx\n\t" L4_MEMORY_CONTROL "popl %%ebp"
                     : "=a"(result), "+b"(ebx), "+c"(ecx), "+d"(edx), "+S"(esi), "+D"(utcb)
                     : "a"(last)
                     : "memory", "cc");
    return result;
}

/* A place in the code that an experiment can measure from or to: a symbol. Once in a program. */
#define L4_PROBE(name) __asm__ volatile(".globl " #name "\n" #name ":" : : : "memory")

#endif
