/* Where a root task begins: with nothing but its image and a UTCB. */
        .globl  _start
        .text
_start: movl    $l4_stack_end, %esp
        xorl    %ebp, %ebp
        call    l4_begin
        call    main
        pushl   %eax
        call    l4_exit

        .bss
        .align  16
        .space  4096
l4_stack_end:
        .section .note.GNU-stack, "", @progbits
