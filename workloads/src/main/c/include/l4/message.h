/* The virtual registers of the running thread, in its UTCB, and the messages in them. */
#ifndef L4_MESSAGE_H
#define L4_MESSAGE_H

#include <l4/types.h>

/* The running thread's UTCB: its local id, and the address of MR0. */
L4_INLINE L4_Word_t *L4_Utcb(void) {
    L4_Word_t *utcb;
    __asm__ volatile("movl %%gs:0, %0" : "=r"(utcb));
    return utcb;
}

/* Words below MR0. */
enum {
    L4_TCR_ERROR_CODE = -9,
    L4_TCR_XFER_TIMEOUTS = -8,
    L4_TCR_ACTUAL_SENDER = -6,
    L4_TCR_EXCEPTION_HANDLER = -11,
    L4_TCR_PAGER = -12,
    L4_TCR_USER_DEFINED_HANDLE = -13,
    L4_TCR_MY_GLOBAL_ID = -15,
    L4_TCR_BR0 = -16
};

L4_INLINE L4_ThreadId_t L4_Myself(void) {
    return (L4_ThreadId_t){L4_Utcb()[L4_TCR_MY_GLOBAL_ID]};
}

L4_INLINE L4_ThreadId_t L4_MyLocalId(void) {
    return (L4_ThreadId_t){(L4_Word_t)L4_Utcb()};
}

L4_INLINE L4_Word_t L4_ErrorCode(void) {
    return L4_Utcb()[L4_TCR_ERROR_CODE];
}

L4_INLINE void L4_Set_Pager(L4_ThreadId_t pager) {
    L4_Utcb()[L4_TCR_PAGER] = pager.raw;
}

L4_INLINE void L4_Set_ExceptionHandler(L4_ThreadId_t handler) {
    L4_Utcb()[L4_TCR_EXCEPTION_HANDLER] = handler.raw;
}

L4_INLINE void L4_Set_XferTimeouts(L4_Word_t timeouts) {
    L4_Utcb()[L4_TCR_XFER_TIMEOUTS] = timeouts;
}

/* Message registers 0 to 63, buffer registers 0 to 32. */

L4_INLINE void L4_LoadMR(int i, L4_Word_t word) {
    L4_Utcb()[i] = word;
}

L4_INLINE L4_Word_t L4_StoreMR(int i) {
    return L4_Utcb()[i];
}

L4_INLINE void L4_LoadBR(int i, L4_Word_t word) {
    L4_Utcb()[L4_TCR_BR0 - i] = word;
}

/* BR0: what a receiver takes beside words. */
L4_INLINE void L4_Accept(L4_Fpage_t window, int strings) {
    L4_LoadBR(0, (window.raw & ~0xFu) | (strings ? 1 : 0));
}

/* Tags: MR0. */

typedef struct {
    L4_Word_t raw;
} L4_MsgTag_t;

/* So many untyped words, and so many words of typed items behind them. */
L4_INLINE L4_MsgTag_t L4_Tag(L4_Word_t label, L4_Word_t untyped, L4_Word_t typed) {
    return (L4_MsgTag_t){label << 16 | typed << 6 | untyped};
}

L4_INLINE void L4_Set_MsgTag(L4_MsgTag_t tag) {
    L4_LoadMR(0, tag.raw);
}

L4_INLINE L4_Word_t L4_Label(L4_MsgTag_t tag) {
    return tag.raw >> 16;
}

L4_INLINE L4_Word_t L4_UntypedWords(L4_MsgTag_t tag) {
    return tag.raw & 0x3F;
}

L4_INLINE L4_Word_t L4_TypedWords(L4_MsgTag_t tag) {
    return tag.raw >> 6 & 0x3F;
}

L4_INLINE int L4_IpcFailed(L4_MsgTag_t tag) {
    return tag.raw >> 15 & 1;
}

/* Labels of messages that the kernel sends, or that its servers know. */
#define L4_PAGE_FAULT 0xFFE0u /* | rights wanted; MR1 address, MR2 IP */
#define L4_PREEMPTION 0xFFD0u
#define L4_EXCEPTION 0xFFB0u
#define L4_SIGMA0 0xFFA0u /* MR1 fpage wanted, MR2 attribute */

/* Typed items, two words each; they follow the untyped words. */

L4_INLINE void L4_LoadMapItem(int i, L4_Fpage_t fpage, L4_Word_t send_base) {
    L4_LoadMR(i, (send_base & ~0x3FFu) | 0x8);
    L4_LoadMR(i + 1, fpage.raw);
}

L4_INLINE void L4_LoadGrantItem(int i, L4_Fpage_t fpage, L4_Word_t send_base) {
    L4_LoadMR(i, (send_base & ~0x3FFu) | 0xA);
    L4_LoadMR(i + 1, fpage.raw);
}

L4_INLINE void L4_LoadStringItem(int i, const void *string, L4_Word_t bytes) {
    L4_LoadMR(i, bytes << 10);
    L4_LoadMR(i + 1, (L4_Word_t)string);
}

/* Where a string is received: buffer registers from BR1. */
L4_INLINE void L4_LoadStringBuffer(int i, void *buffer, L4_Word_t bytes) {
    L4_LoadBR(i, bytes << 10);
    L4_LoadBR(i + 1, (L4_Word_t)buffer);
}

#endif
