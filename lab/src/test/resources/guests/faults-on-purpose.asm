; takes #GP for a selector beyond the GDT and IRQ 0, handles both as it should, again and again
bits 32
org 0x100000
mbh: dd 0x1BADB002, 0x10000, -(0x1BADB002+0x10000), mbh, 0x100000, 0, 0, start
start: mov esp, 0x9F000
lgdt [gd]
jmp 8:.c
.c: mov ax,16
mov ds,ax
mov es,ax
mov ss,ax
mov eax, gp
mov [idt+13*8], ax
mov word [idt+13*8+2], 8
mov byte [idt+13*8+5], 0x8E
shr eax,16
mov [idt+13*8+6], ax
mov eax, tick
mov [idt+0x20*8], ax
mov word [idt+0x20*8+2], 8
mov byte [idt+0x20*8+5], 0x8E
shr eax,16
mov [idt+0x20*8+6], ax
lidt [id]
mov al, 0x11
out 0x20, al
mov al, 0x20
out 0x21, al
mov al, 4
out 0x21, al
mov al, 1
out 0x21, al
mov al, 0xFE
out 0x21, al
sti
.l: mov ax, 0x1234
mov fs, ax
jmp .l
gp: add esp, 4
add dword [esp], 2
iretd
tick: push eax
mov al, 0x20
out 0x20, al
pop eax
iretd
id: dw 2047
 dd idt
gdt: dq 0, 0x00CF9A000000FFFF, 0x00CF92000000FFFF
gd: dw 23
 dd gdt
align 8
idt: times 512 dd 0
