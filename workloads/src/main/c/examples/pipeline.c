/*
 * A pipeline of three stages, each in an address space of its own: numbers are made, squared, and added. The root task is their
 * pager: it maps them the image, page by page, as they touch it. Ends with code 6 if the sum is wrong.
 */
#include <l4/console.h>
#include <l4/syscall.h>

enum { STAGES = 3, ITEMS = 100, PAGE = 4096 };

static L4_ThreadId_t root, stage[STAGES];
static L4_Word_t stacks[STAGES][1024] __attribute__((aligned(4096)));

extern char l4_image_begin[], l4_image_end[];

static void send_word(L4_ThreadId_t to, L4_Word_t word) {
    L4_LoadMR(1, word);
    L4_Set_MsgTag(L4_Tag(0, 1, 0));
    L4_Send(to);
}

static L4_Word_t receive_word(L4_ThreadId_t from) {
    L4_Receive(from);
    return L4_StoreMR(1);
}

static void __attribute__((noreturn)) sleep_for_ever(void) {
    for (;;) L4_Receive(L4_MyLocalId());
}

static void make(void) {
    for (L4_Word_t i = 1; i <= ITEMS; i++) send_word(stage[1], i);
    sleep_for_ever();
}

static void square(void) {
    for (;;) {
        L4_Word_t item = receive_word(stage[0]);
        send_word(stage[2], item * item);
    }
}

static void add(void) {
    L4_Word_t sum = 0;
    for (int i = 0; i < ITEMS; i++) sum += receive_word(stage[1]);
    send_word(root, sum);
    sleep_for_ever();
}

static void (*const work[STAGES])(void) = {make, square, add};

/* A thread in an address space of its own, which has interface page and UTCBs where we have ours. */
static int create(int n) {
    L4_Word_t kip = (L4_Word_t)L4_KernelInterface();
    L4_Word_t utcb = L4_MyLocalId().raw & -PAGE;
    L4_ThreadId_t id = stage[n];
    return L4_ThreadControl(id, id, root, L4_nilthread, -1u) &&
           L4_SpaceControl(id, 0, L4_FpageLog2(kip, 12, 0), L4_FpageLog2(utcb, 12, 0), L4_nilthread) &&
           L4_ThreadControl(id, id, root, root, utcb);
}

static void start(int n) {
    L4_LoadMR(1, (L4_Word_t)work[n]);
    L4_LoadMR(2, (L4_Word_t)(stacks[n] + 1020));
    L4_Set_MsgTag(L4_Tag(0, 2, 0));
    L4_Send(stage[n]);
}

/* Answers page faults until somebody sends a word that is no fault. */
static L4_Word_t serve(void) {
    L4_ThreadId_t client;
    L4_MsgTag_t tag = L4_Wait(&client);
    for (;;) {
        L4_Word_t word = L4_StoreMR(1);
        if ((L4_Label(tag) & 0xFFF8) != L4_PAGE_FAULT) return word;
        L4_Word_t page = word & -PAGE;
        int ours = page >= (L4_Word_t)l4_image_begin && page < (L4_Word_t)l4_image_end;
        L4_LoadMapItem(1, ours ? L4_FpageLog2(page, 12, L4_FullyAccessible) : L4_Nilpage, page);
        L4_Set_MsgTag(L4_Tag(0, 0, 2));
        tag = L4_ReplyWait(client, &client);
    }
}

int main(void) {
    root = L4_Myself();
    for (int n = 0; n < STAGES; n++) stage[n] = L4_GlobalId(L4_ThreadNo(root) + 1 + n, 1);
    for (int n = 0; n < STAGES; n++) {
        if (!create(n)) return 1;
    }
    for (int n = STAGES - 1; n >= 0; n--) start(n);
    L4_Word_t sum = serve();
    l4_print("pipeline: sum = ");
    l4_print_number(sum);
    l4_print("\r\n");
    return sum == ITEMS * (ITEMS + 1) * (2 * ITEMS + 1) / 6 ? 0 : 6;
}
