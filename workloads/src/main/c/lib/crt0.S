/* Where a root task begins: with nothing but its image and a UTCB. */
        .globl  _start
        .text
_start: movl    $l4_stack_end, %esp
        xorl    %ebp, %ebp
        call    l4_begin
        call    main
        pushl   %eax
        call    l4_exit

/* A page of its own: what is written there would make the processor fetch the code anew. */
        .section .stubs, "aw", @progbits
        .globl  l4_stubs
l4_stubs:
        .rept   11
        .byte   0xE9
        .long   0
        .align  8
        .endr

        .bss
        .align  16
        .space  4096
l4_stack_end:
        .section .note.GNU-stack, "", @progbits
