/* What crt0 needs, and the console. */
#include <l4/console.h>
#include <l4/syscall.h>

enum { LINKS = 11, STUB = 8, JMP = 5 };

extern unsigned char l4_stubs[LINKS * STUB];
extern const volatile char l4_image_begin[], l4_image_end[];

/* Binds the system calls, and touches the image: sigma0 gives its pages to the root task's first thread, and to no other. */
void l4_begin(void) {
    const char *page = L4_KernelInterface();
    for (const volatile char *at = l4_image_begin; at < l4_image_end; at += 4096) (void)*at;
    for (int i = 0; i < LINKS; i++) {
        unsigned char *jump = l4_stubs + STUB * i;
        const char *stub = page + *(const L4_Word_t *)(page + L4_KIP_LINKS + 4 * i);
        *(L4_Word_t *)(jump + 1) = (L4_Word_t)stub - (L4_Word_t)(jump + JMP);
    }
}

void l4_exit(int code) {
    l4_out(0xF4, (unsigned char)code);
    for (;;) L4_Receive(L4_MyLocalId());
}

void l4_print(const char *text) {
    for (; *text; text++) {
        while (!(l4_in(0x3FD) & 0x20)) {
        }
        l4_out(0x3F8, (unsigned char)*text);
    }
}

void l4_print_number(L4_Word_t number) {
    char digits[11];
    char *at = digits + 10;
    *at = 0;
    do {
        *--at = (char)('0' + number % 10);
        number /= 10;
    } while (number);
    l4_print(at);
}
