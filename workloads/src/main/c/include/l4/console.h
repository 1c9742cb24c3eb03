/* Ports of the root task's address space: the serial console, and the end of the run. */
#ifndef L4_CONSOLE_H
#define L4_CONSOLE_H

#include <l4/types.h>

L4_INLINE void l4_out(L4_Word_t port, unsigned char byte) {
    __asm__ volatile("outb %0, %w1" : : "a"(byte), "Nd"(port));
}

L4_INLINE unsigned char l4_in(L4_Word_t port) {
    unsigned char byte;
    __asm__ volatile("inb %w1, %0" : "=a"(byte) : "Nd"(port));
    return byte;
}

/* Ends the run; 0 if all went as it should. */
void l4_exit(int code) __attribute__((noreturn));

void l4_print(const char *text);
void l4_print_number(L4_Word_t number);

#endif
