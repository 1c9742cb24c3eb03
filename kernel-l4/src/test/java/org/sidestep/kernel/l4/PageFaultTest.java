package org.sidestep.kernel.l4;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sidestep.isa.Condition.NZ;
import static org.sidestep.isa.Reg32.*;

import org.junit.jupiter.api.Test;
import org.sidestep.asm.Label;
import org.sidestep.isa.Imm;
import org.sidestep.isa.Mem;
import org.sidestep.isa.Reg32;
import org.sidestep.kernel.l4.layout.MemoryMap;
import org.sidestep.kernel.l4.layout.SpaceLayout;
import org.sidestep.kernel.l4.layout.Threads;
import org.sidestep.workload.UserProgram;
import org.sidestep.x2.MapItem;
import org.sidestep.x2.SystemCall;
import org.sidestep.x2.ThreadId;
import org.sidestep.x2.Utcb;

/** Page faults go to the pager as messages; its map items make the page appear. */
class PageFaultTest {

    private static final int FRESH = 0x20000000;

    /** The root task is the pager of a thread in a space of its own. */
    private abstract static class Pager extends RootTask {

        final Label child = label("child");

        Pager(UserProgram program) {
            super(program);
        }

        /** Serves all faults up to the child's first message, which says that it is about to begin. */
        final void begin() {
            spawnApart(THREAD, child);
            servePageFaults();
        }

        /** The child's side of {@link #begin}. */
        final void childBegins() {
            here(child);
            mov(EAX, kept("touched"));
            ipc(ROOT, ThreadId.NIL, 0);
        }

        final void receiveFault(String name) {
            ipc(ThreadId.NIL, THREAD, 0);
            keep(name + ".tag", ESI);
            keep(name + ".address", EBX);
            keep(name + ".ip", EBP);
        }

        /** Maps {@code fpage}; then waits for the child's next message. */
        final void map(int sendBase, int fpage) {
            setMessage(1, new Imm(sendBase | 8));
            setMessage(2, new Imm(fpage));
            ipc(THREAD, ThreadId.NIL, MapItem.TAG);
        }

        /** A page of the root task's own that begins with a known word. */
        final int page(int n, int word) {
            int page = 0x02000000 + n * MemoryMap.PAGE;
            mov(Mem.absolute(page).dword(), word);
            return page;
        }
    }

    @Test
    void thePagerSeesAddressInstructionAndKindOfAccess() {
        TestKernel kernel = TestKernel.run(program -> new Pager(program) {
            @Override
            void main() {
                begin();
                int page = page(0, 0x12345678);
                receiveFault("read");
                map(FRESH, fpage(page, 12, 4));
                receiveFault("write");
                map(FRESH, fpage(page, 12, 6));
                ipc(ThreadId.NIL, THREAD, 0);
                mov(EAX, Mem.absolute(page + 4).dword());
                keep("seen", EAX);
            }

            @Override
            void others() {
                childBegins();
                here("reads");
                mov(EAX, Mem.absolute(FRESH).dword());
                keep("read", EAX);
                mov(EAX, 77);
                here("writes");
                mov(Mem.absolute(FRESH + 4).dword(), EAX);
                ipc(ROOT, ThreadId.NIL, 0);
            }
        });
        assertThat(kernel.kept("read.tag")).isEqualTo(0xFFE4 << 16 | 2);
        assertThat(kernel.kept("read.address")).isEqualTo(FRESH);
        assertThat(kernel.kept("read.ip")).isEqualTo(kernel.image().program().address("reads"));
        assertThat(kernel.kept("read")).isEqualTo(0x12345678);
        assertThat(kernel.kept("write.tag"))
                .as("the first mapping was read-only")
                .isEqualTo(0xFFE2 << 16 | 2);
        assertThat(kernel.kept("write.address")).isEqualTo(FRESH + 4);
        assertThat(kernel.kept("write.ip")).isEqualTo(kernel.image().program().address("writes"));
        assertThat(kernel.kept("seen")).as("shared memory").isEqualTo(77);
    }

    @Test
    void theFaultingThreadKeepsItsRegistersFlagsAndMessageRegisters() {
        TestKernel kernel = TestKernel.run(program -> new Pager(program) {
            @Override
            void main() {
                begin();
                int page = page(0, 5);
                receiveFault("fault");
                map(FRESH, fpage(page, 12, 7));
                ipc(ThreadId.NIL, THREAD, 0);
            }

            @Override
            void others() {
                childBegins();
                loadOwnUtcb(EDI);
                for (int mr = 0; mr < 4; mr++) mov(EDI.at(4 * mr).dword(), 0x100 + mr);
                mov(EDI.at(Utcb.BR0), 0x200);
                mov(EDI.at(Utcb.ERROR_CODE), 0x300);
                mov(EAX, 1);
                mov(ECX, 2);
                mov(EDX, 3);
                mov(EBX, 4);
                mov(ESI, 6);
                mov(EBP, 7);
                op("stc");
                op("adc", EAX, Mem.absolute(FRESH).dword());
                keep("eax", EAX);
                keep("ecx", ECX);
                keep("edx", EDX);
                keep("ebx", EBX);
                keep("esi", ESI);
                keep("ebp", EBP);
                keep("esp", ESP);
                for (int mr = 0; mr < 4; mr++) {
                    mov(EAX, EDI.at(4 * mr));
                    keep("mr" + mr, EAX);
                }
                mov(EAX, EDI.at(Utcb.BR0));
                keep("br0", EAX);
                mov(EAX, EDI.at(Utcb.ERROR_CODE));
                keep("error", EAX);
                ipc(ROOT, ThreadId.NIL, 0);
            }
        });
        assertThat(kernel.kept("eax")).as("1 + 5 + carry").isEqualTo(7);
        String[] registers = {"ecx", "edx", "ebx", "esi", "ebp"};
        int[] values = {2, 3, 4, 6, 7};
        for (int i = 0; i < registers.length; i++)
            assertThat(kernel.kept(registers[i])).isEqualTo(values[i]);
        assertThat(kernel.kept("esp")).isEqualTo(kernel.image().program().address("stack.child"));
        for (int mr = 0; mr < 4; mr++) assertThat(kernel.kept("mr" + mr)).isEqualTo(0x100 + mr);
        assertThat(kernel.kept("br0")).isEqualTo(0x200);
        assertThat(kernel.kept("error")).isEqualTo(0x300);
    }

    @Test
    void anEmptyAnswerRetriesTheAccess() {
        TestKernel kernel = TestKernel.run(program -> new Pager(program) {
            @Override
            void main() {
                begin();
                int page = page(0, 5);
                receiveFault("first");
                ipc(THREAD, ThreadId.NIL, 0);
                receiveFault("second");
                map(FRESH, 0);
                receiveFault("third");
                map(FRESH, fpage(page, 12, 7));
                ipc(ThreadId.NIL, THREAD, 0);
            }

            @Override
            void others() {
                childBegins();
                mov(EAX, Mem.absolute(FRESH).dword());
                keep("read", EAX);
                ipc(ROOT, ThreadId.NIL, 0);
            }
        });
        for (String fault : new String[] {"first", "second", "third"}) {
            assertThat(kernel.kept(fault + ".address")).isEqualTo(FRESH);
        }
        assertThat(kernel.kept("read")).isEqualTo(5);
    }

    @Test
    void aLargerFpageIsPlacedByItsSendBaseAndMapsAllItsPages() {
        TestKernel kernel = TestKernel.run(program -> new Pager(program) {
            @Override
            void main() {
                begin();
                int first = page(0, 10);
                page(1, 11);
                page(3, 13);
                receiveFault("fault");
                map(FRESH, fpage(first, 14, 7));
                receiveFault("hole");
                page(2, 12);
                map(FRESH, fpage(first, 14, 7));
                ipc(ThreadId.NIL, THREAD, 0);
            }

            @Override
            void others() {
                childBegins();
                for (int n : new int[] {3, 1, 0, 2}) {
                    mov(EAX, Mem.absolute(FRESH + n * MemoryMap.PAGE).dword());
                    keep("page" + n, EAX);
                }
                ipc(ROOT, ThreadId.NIL, 0);
            }
        });
        assertThat(kernel.kept("fault.address")).isEqualTo(FRESH + 3 * MemoryMap.PAGE);
        assertThat(kernel.kept("hole.address")).as("not mapped in the pager").isEqualTo(FRESH + 2 * MemoryMap.PAGE);
        for (int n = 0; n < 4; n++) assertThat(kernel.kept("page" + n)).isEqualTo(10 + n);
    }

    @Test
    void aFourMegabytePageOfSigma0IsMappedAsOneAndItsPartsAsSmallOnes() {
        TestKernel kernel = TestKernel.run(program -> new Pager(program) {
            @Override
            void main() {
                requestLargePage(0x03000000);
                begin();
                mov(Mem.absolute(0x03000000).dword(), 21);
                mov(Mem.absolute(0x03000000 + 0x3FF000).dword(), 22);
                receiveFault("large");
                map(FRESH, fpage(0x03000000, 22, 7));
                receiveFault("small");
                map(FRESH + 0x400000, fpage(0x03000000 + 0x3FF000, 12, 7));
                ipc(ThreadId.NIL, THREAD, 0);
            }

            @Override
            void others() {
                childBegins();
                mov(EAX, Mem.absolute(FRESH).dword());
                keep("first", EAX);
                mov(EAX, Mem.absolute(FRESH + 0x3FF000).dword());
                keep("last", EAX);
                mov(EAX, Mem.absolute(FRESH + 0x400000).dword());
                keep("part", EAX);
                ipc(ROOT, ThreadId.NIL, 0);
            }
        });
        assertThat(kernel.kept("first")).isEqualTo(21);
        assertThat(kernel.kept("last")).isEqualTo(22);
        assertThat(kernel.kept("part")).isEqualTo(22);
        assertThat(kernel.kept("small.address")).isEqualTo(FRESH + 0x400000);
    }

    @Test
    void noFpageCoversTheInterfacePageOrTheUtcbs() {
        TestKernel kernel = TestKernel.run(program -> new Pager(program) {
            @Override
            void main() {
                begin();
                int page = page(0, 5);
                receiveFault("fault");
                mov(EAX, page);
                setMessage(1, new Imm(MemoryMap.KIP | 8));
                setMessage(2, new Imm(fpage(page, 12, 7)));
                setMessage(3, new Imm(MemoryMap.UTCB_AREA + 0x1000 | 8));
                setMessage(4, new Imm(fpage(page, 12, 7)));
                setMessage(5, new Imm(8));
                setMessage(6, new Imm(fpage(MemoryMap.UTCB_AREA, 12, 7)));
                ipc(THREAD, ThreadId.NIL, 6 << 6);
                receiveFault("again");
                map(FRESH, fpage(page, 12, 7));
                receiveFault("utcb");
            }

            @Override
            void others() {
                childBegins();
                mov(EAX, Mem.absolute(FRESH).dword());
                op("lock nop");
                mov(EAX, EAX.at(0));
                keep("magic", EAX);
                mov(EAX, Mem.absolute(MemoryMap.UTCB_AREA + 0x1000).dword());
                exit(1);
            }
        });
        assertThat(kernel.kept("again.address"))
                .as("the pager's UTCBs cannot be sent")
                .isEqualTo(FRESH);
        assertThat(kernel.kept("magic")).isEqualTo(0x4BE6344C);
        assertThat(kernel.kept("utcb.address")).isEqualTo(MemoryMap.UTCB_AREA + 0x1000);
    }

    @Test
    void faultsOnKernelMemoryGoToThePagerToo() {
        TestKernel kernel = TestKernel.run(program -> new Pager(program) {
            @Override
            void main() {
                begin();
                receiveFault("fault");
                int page = page(0, 5);
                map(0xF0400000, fpage(page, 12, 7));
                receiveFault("again");
            }

            @Override
            void others() {
                childBegins();
                mov(EAX, Mem.absolute(0xF0400000).dword());
                exit(1);
            }
        });
        assertThat(kernel.kept("fault.address")).isEqualTo(0xF0400000);
        assertThat(kernel.kept("again.address")).isEqualTo(0xF0400000);
    }

    /** The kernel's memory for page tables is promised space by space. */
    private abstract static class Greedy extends Pager {

        static final int LARGE_PAGE_SHIFT = 22;

        Greedy(UserProgram program) {
            super(program);
        }

        /** Maps a page for each fault of the child, until none comes for 2 ms; keeps how many came. */
        final void serve(String name) {
            Label next = fresh("serve");
            Label done = fresh("done");
            int page = page(0, 5);
            here(next);
            mov(EAX, ThreadId.NIL);
            mov(EDX, THREAD);
            mov(ECX, 2 << 10 | 500);
            xor(ESI, ESI);
            loadOwnUtcb(EDI);
            systemCall(SystemCall.IPC);
            test(ESI, CALL_FAILED);
            exitIf(NZ, done, "no more faults");
            inc(kept(name));
            or(EBX, 8);
            mov(EDI.at(4), EBX);
            setMessage(2, new Imm(fpage(page, 12, 7)));
            ipc(THREAD, ThreadId.NIL, MapItem.TAG);
            jmp(next);
            here(done);
        }

        final void keepState(String name, int id) {
            mov(EAX, id);
            for (Reg32 unchanged : new Reg32[] {EDX, ESI, ECX, EDI}) mov(unchanged, -1);
            systemCall(SystemCall.SCHEDULE);
            keep(name, EAX);
        }

        /** Reads a word in each 4 MB from {@link #FRESH} on, for ever. */
        final void touchEverything() {
            Label next = fresh("touch");
            mov(EBX, FRESH);
            here(next);
            mov(EAX, EBX.at(0));
            add(EBX, 1 << LARGE_PAGE_SHIFT);
            jmp(next);
        }
    }

    @Test
    void whoHasUsedUpItsSpacesPageTablesIsStoppedAndItsPartnersAreTold() {
        TestKernel kernel = TestKernel.run(program -> new Greedy(program) {
            @Override
            void main() {
                begin();
                spawn(id(70), 1, label("waiter"));
                serve("tables");
                keepState("state", THREAD);
                phase("until the waiter has had its turn");
                mov(EAX, ThreadId.NIL);
                mov(EDX, ROOT);
                mov(ECX, 2 << 10 | 500);
                xor(ESI, ESI);
                loadOwnUtcb(EDI);
                systemCall(SystemCall.IPC);
            }

            @Override
            void others() {
                childBegins();
                touchEverything();
                here("waiter");
                ipc(ThreadId.NIL, THREAD, 0);
                loadErrorCode(EAX);
                keep("told", EAX);
                ipc(ThreadId.NIL, localId(1), 0);
            }
        });
        assertThat(kernel.kept("state")).as("dead").isEqualTo(1);
        assertThat(kernel.kept("tables"))
                .as("all but those of UTCBs, interface page, code and data, and the one that failed")
                .isBetween(SpaceLayout.TABLES - 5, SpaceLayout.TABLES - 1);
        assertThat(kernel.kept("told")).as("no partner, in the receive phase").isEqualTo(2 << 1 | 1);
    }

    @Test
    void aMessageThatNeedsMorePageTablesThanTheReceiverHasLeftFails() {
        TestKernel kernel = TestKernel.run(program -> new RootTask(program) {
            @Override
            void main() {
                spawnApart(THREAD, label("child"));
                servePageFaults();
            }

            @Override
            void others() {
                Label next = label("next");
                here("child");
                mov(kept("window"), FRESH);
                here(next);
                loadOwnUtcb(EDI);
                mov(EAX, kept("window"));
                add(EAX, 12 << 4);
                mov(EDI.at(Utcb.BR0), EAX);
                setMessage(1, new Imm(0x02600000 | 12 << 4));
                setMessage(2, new Imm(0));
                ipc(Threads.SIGMA0, Threads.SIGMA0, 0xFFA0 << 16 | 2);
                add(kept("window"), MemoryMap.LARGE_PAGE);
                test(ESI, CALL_FAILED);
                jz(next);
                loadErrorCode(EAX);
                keep("error", EAX);
                ipc(ROOT, ThreadId.NIL, 0);
            }
        });
        assertThat(kernel.kept("error")).as("overflow, in the receive phase").isEqualTo(4 << 1 | 1);
        assertThat((kernel.kept("window") - FRESH) / MemoryMap.LARGE_PAGE).isBetween(5, SpaceLayout.TABLES);
    }

    @Test
    void whatASpaceWasPromisedIsThereWhenNoOtherSpaceCanBeMade() {
        TestKernel kernel = TestKernel.run(program -> new Greedy(program) {
            @Override
            void main() {
                begin();
                exhaust();
                serve("tables");
                threadControl(id(100), ThreadId.NIL, ThreadId.NIL, ThreadId.NIL, -1);
                attempt("room", () -> threadControl(id(100), id(100), ROOT, ThreadId.NIL, -1));
            }

            /** Makes spaces until there is no memory for more. */
            private void exhaust() {
                mov(EBX, id(100));
                here("exhaust");
                mov(EAX, EBX);
                mov(ESI, EBX);
                mov(EDX, ROOT);
                xor(ECX, ECX);
                mov(EDI, -1);
                systemCall(SystemCall.THREAD_CONTROL);
                inc(kept("spaces"));
                add(EBX, 1 << ThreadId.NUMBER_SHIFT);
                test(EAX, EAX);
                jnz(label("exhaust"));
                loadErrorCode(EAX);
                keep("error", EAX);
            }

            @Override
            void others() {
                childBegins();
                touchEverything();
            }
        });
        assertThat(kernel.kept("error")).isEqualTo(8);
        assertThat(kernel.kept("spaces")).as("spaces").isBetween(85, 100);
        assertThat(kernel.kept("tables")).isBetween(SpaceLayout.TABLES - 5, SpaceLayout.TABLES - 1);
        assertThat(kernel.kept("room"))
                .as("what a deleted space had is free again")
                .isEqualTo(1);
    }

    @Test
    void aFaultWithoutPagerStopsThatThreadOnly() {
        TestKernel kernel = TestKernel.run(program -> new RootTask(program) {
            private final Label second = label("second");

            @Override
            void main() {
                spawn(THREAD, 1, second);
                ipc(ThreadId.NIL, THREAD, 0);
                mov(EAX, THREAD);
                systemCall(SystemCall.THREAD_SWITCH);
                mov(EAX, THREAD);
                mov(EDX, -1);
                mov(ESI, -1);
                mov(ECX, -1);
                mov(EDI, -1);
                systemCall(SystemCall.SCHEDULE);
                keep("state", EAX);
                ipc(THREAD, ThreadId.NIL, 0);
                keep("send", ESI);
            }

            @Override
            void others() {
                here(second);
                loadOwnUtcb(EDI);
                mov(EDI.at(Utcb.PAGER), ThreadId.NIL);
                ipc(ROOT, ThreadId.NIL, 0);
                mov(EAX, Mem.absolute(FRESH).dword());
                exit(1);
            }
        });
        assertThat(kernel.kept("state")).as("dead").isEqualTo(1);
    }
}
