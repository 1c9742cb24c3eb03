/*
 * Three devices, each driven by a thread of its own: serial line, keyboard and clock. What is typed is written on the serial line, until
 * Enter. An interrupt is a message, whose sender is the interrupt's thread; an answer, when the device has been served, lets the next one
 * come. Ends with code 6 if the clock has not ticked meanwhile.
 */
#include <l4/console.h>
#include <l4/syscall.h>

enum { SERIAL, KEYBOARD, CLOCK, DRIVERS };
enum { STACK = 256, RELEASED = 0x80, ENTER = 0x1C };

static const L4_Word_t irqs[DRIVERS] = {4, 1, 8};

static L4_ThreadId_t root, driver[DRIVERS];
static L4_Word_t stacks[DRIVERS][STACK];
static volatile L4_Word_t ticks;

/* By scan code. */
static const char keys[] = "__1234567890-=__qwertyuiop[]__asdfghjkl;'`_\\zxcvbnm,./___ ";

/* Gives the calling thread its interrupt. */
static L4_ThreadId_t drive(int n) {
    L4_ThreadId_t irq = L4_GlobalId(irqs[n], 1);
    if (!L4_ThreadControl(irq, irq, L4_nilthread, L4_Myself(), -1u)) l4_exit(1);
    return irq;
}

static void answer(L4_ThreadId_t to) {
    L4_Set_MsgTag(L4_Tag(0, 0, 0));
    L4_Send(to);
}

/* The line asks for each character; who has sent it is told when it is on its way. */
static void serial(void) {
    L4_ThreadId_t irq = drive(SERIAL);
    l4_out(0x3FC, 0x0B);
    l4_out(0x3F9, 0x02);
    for (;;) {
        L4_Receive(irq);
        (void)l4_in(0x3FA);
        L4_Receive(root);
        l4_out(0x3F8, (unsigned char)L4_StoreMR(1));
        answer(root);
        answer(irq);
    }
}

static void keyboard(void) {
    L4_ThreadId_t irq = drive(KEYBOARD);
    for (;;) {
        L4_Receive(irq);
        unsigned char code = l4_in(0x60);
        answer(irq);
        if (code & RELEASED) continue;
        L4_LoadMR(1, code);
        L4_Set_MsgTag(L4_Tag(0, 1, 0));
        L4_Send(root);
    }
}

static unsigned char clock_in(unsigned char at) {
    l4_out(0x70, at);
    return l4_in(0x71);
}

static void clock_out(unsigned char at, unsigned char byte) {
    l4_out(0x70, at);
    l4_out(0x71, byte);
}

/* 1024 times a second; there is no other before the clock has been asked which it was. */
static void count(void) {
    L4_ThreadId_t irq = drive(CLOCK);
    clock_out(0x0A, 0x26);
    clock_out(0x0B, clock_in(0x0B) | 0x40);
    for (;;) {
        L4_Receive(irq);
        (void)clock_in(0x0C);
        ticks++;
        answer(irq);
    }
}

static void (*const work[DRIVERS])(void) = {serial, keyboard, count};

/* A thread in this address space, with one of the UTCBs behind ours. */
static int start(int n) {
    L4_ThreadId_t id = driver[n] = L4_GlobalId(L4_ThreadNo(root) + 1 + n, 1);
    L4_Word_t utcb = L4_MyLocalId().raw - L4_UtcbSize() / 2 + (n + 1) * L4_UtcbSize();
    if (!L4_ThreadControl(id, root, root, root, utcb)) return 0;
    L4_LoadMR(1, (L4_Word_t)work[n]);
    L4_LoadMR(2, (L4_Word_t)(stacks[n] + STACK - 4));
    L4_Set_MsgTag(L4_Tag(0, 2, 0));
    return !L4_IpcFailed(L4_Send(id));
}

static void put(char character) {
    L4_LoadMR(1, (L4_Word_t)character);
    L4_Set_MsgTag(L4_Tag(0, 1, 0));
    L4_Call(driver[SERIAL]);
}

static void print(const char *text) {
    while (*text) put(*text++);
}

static L4_Word_t key(void) {
    L4_Receive(driver[KEYBOARD]);
    return L4_StoreMR(1);
}

int main(void) {
    root = L4_Myself();
    for (int n = 0; n < DRIVERS; n++) {
        if (!start(n)) return 1;
    }
    print("type: ");
    for (L4_Word_t code; (code = key()) != ENTER;) put(code < sizeof keys - 1 ? keys[code] : '_');
    print(ticks ? "\r\ndrivers: the clock ticks\r\n" : "\r\ndrivers: no clock\r\n");
    return ticks ? 0 : 6;
}
