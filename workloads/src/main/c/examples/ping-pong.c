/*
 * Two threads of one address space that call each other: what one IPC costs in C.
 * An experiment times from `turn` to `turn`, two IPCs, between `measure_begin` and `measure_end`.
 */
#include <l4/console.h>
#include <l4/syscall.h>

/* How the threads call each other; -DIPC: by the general system call, and global ids. */
#ifdef IPC
#define CALL L4_Call
#define NAME L4_Myself
#else
#define CALL L4_Lcall
#define NAME L4_MyLocalId
#endif

enum { WARM_UP = 100 };

L4_Word_t rounds = 1000;

static L4_ThreadId_t ping, pong;
static L4_Word_t stack[256];

static void pong_main(void) {
    pong = NAME();
    L4_Receive(ping);
    for (;;) CALL(ping);
}

static void play(L4_Word_t turns) {
    while (turns--) CALL(pong);
}

static void __attribute__((noinline)) measured(L4_Word_t turns) {
    L4_PROBE(measure_begin);
    do {
        L4_PROBE(turn);
        CALL(pong);
    } while (--turns);
    L4_PROBE(measure_end);
}

/* A thread in this address space, with the UTCB behind ours. */
static L4_ThreadId_t start_pong(void) {
    L4_ThreadId_t id = L4_GlobalId(L4_ThreadNo(L4_Myself()) + 1, 1);
    L4_Word_t utcb = L4_MyLocalId().raw - L4_UtcbSize() / 2 + L4_UtcbSize();
    if (!L4_ThreadControl(id, L4_Myself(), L4_Myself(), L4_Myself(), utcb)) return L4_nilthread;
    L4_LoadMR(1, (L4_Word_t)pong_main);
    L4_LoadMR(2, (L4_Word_t)(stack + sizeof stack / sizeof *stack - 4));
    L4_Set_MsgTag(L4_Tag(0, 2, 0));
    L4_Send(id);
    return id;
}

int main(void) {
    ping = NAME();
    L4_ThreadId_t id = start_pong();
    if (L4_IsNilThread(id)) return 1;
    while (L4_IsNilThread(pong)) L4_ThreadSwitch(id);
    L4_Set_MsgTag(L4_Tag(0, 0, 0));
    play(WARM_UP);
    measured(rounds);
    l4_print("ping-pong: rounds = ");
    l4_print_number(rounds);
    l4_print("\r\n");
    return 0;
}
