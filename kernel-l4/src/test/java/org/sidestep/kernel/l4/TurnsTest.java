package org.sidestep.kernel.l4;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sidestep.isa.Condition.B;
import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.EBX;
import static org.sidestep.isa.Reg32.ECX;
import static org.sidestep.isa.Reg32.EDI;
import static org.sidestep.isa.Reg32.EDX;
import static org.sidestep.isa.Reg32.ESI;

import java.util.Arrays;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sidestep.asm.Label;
import org.sidestep.isa.Cr;
import org.sidestep.isa.Imm;
import org.sidestep.isa.Mem;
import org.sidestep.isa.Reg16;
import org.sidestep.isa.Reg8;
import org.sidestep.kernel.l4.layout.MemoryMap;
import org.sidestep.kernel.l4.memory.PageBits;
import org.sidestep.machine.Machine;
import org.sidestep.machine.Observer;
import org.sidestep.testkit.Booted;
import org.sidestep.workload.UserProgram;
import org.sidestep.x2.Fpage;
import org.sidestep.x2.IpcError;
import org.sidestep.x2.MapItem;
import org.sidestep.x2.MemoryAttribute;
import org.sidestep.x2.SystemCall;
import org.sidestep.x2.ThreadId;
import org.sidestep.x2.Utcb;

/** What takes long is done in turns: how long interrupts wait, as docs/kernel.md quotes it, and that all of it is done. */
class TurnsTest {

    private static final int OWN = Family.OWN;
    private static final int OWN_LARGE = 0x02800000;
    private static final int FRESH = 0x20000000;
    private static final int PAGE = Fpage.PAGE_SIZE;
    private static final int PAGES = MemoryMap.LARGE_PAGE / PAGE;
    private static final int FLUSH = 0x40;
    private static final int ALL = Fpage.ALL_RIGHTS;

    /** Where a small page has been mapped, so that others come as small ones. */
    private static final int TARGET = 0x40000000;
    /** As many as a message holds. */
    private static final int ITEMS = 5;

    /** Cycles; docs/kernel.md quotes them. */
    private static final long LONGEST_MAPPING = 9_000;

    private static final long LONGEST_NEW_TABLE = 25_000;
    private static final long LONGEST_UNMAP = 7_000;
    private static final long LONGEST_PORTS = 16_000;
    /** Of 64 pages. */
    private static final long LONGEST_ATTRIBUTES = 18_000;

    private static final long LONGEST_DELETION = 25_000;
    private static final long LONGEST_END = 25_000;

    /** How long interrupts had to wait, at most, between the labels {@code measure} and {@code measured}. */
    private static final class Stays implements Observer {

        private long since;
        private boolean measures;
        private long longest;
        private int turns;

        void watch(Booted cell) {
            cell.machine().observe(this);
            cell.machine().watch(cell.address("measure"), (machine, at) -> measures = true);
            cell.machine().watch(cell.address("measured"), (machine, at) -> measures = false);
            cell.machine().watch(cell.address("transfer.step"), (machine, at) -> lets(machine));
        }

        @Override
        public void privilegeChanged(Machine machine, int from, int to, int vector) {
            if (to == 0) since = machine.cycles();
            else lets(machine);
        }

        /** Lets interrupts in. */
        private void lets(Machine machine) {
            if (!measures) return;
            turns++;
            longest = Math.max(longest, machine.cycles() - since);
            since = machine.cycles();
        }
    }

    /** Of one kernel, how long interrupts wait; and the other one comes to the same. */
    private static TestKernel run(Stays stays, Function<UserProgram, RootTask> root) {
        TestKernel.run(root);
        return TestKernel.watched(stays::watch, root);
    }

    private static int page(int address, int rights) {
        return Fpage.ofLog2(address, 12, rights);
    }

    /** Maps its first page to the child, at one place after the other. */
    private abstract static class Mapper extends Family {

        Mapper(UserProgram program) {
            super(program);
        }

        /** At {@code at}, which moves on. */
        final void mapOnce() {
            loadOwnUtcb(EDI);
            mov(EBX, kept("at"));
            mov(Utcb.mr(EDI, 1), EBX);
            mov(Utcb.mr(EDI, 2), page(OWN, ALL));
            add(kept("at"), PAGE);
            ipc(THREAD, ThreadId.NIL, MapItem.TAG);
        }
    }

    /** A page that is mapped at 2048 places, and each Unmap of it, in turns. */
    @Test
    void aLongUnmapLetsInterruptsIn() {
        Stays stays = new Stays();
        TestKernel kernel = run(stays, program -> new Mapper(program) {
            @Override
            void main() {
                settle();
                own(1);
                begin(THREAD, "child");
                mov(kept("at"), FRESH | MapItem.MAP);
                Label next = here(fresh("next"));
                mapOnce();
                cmp(kept("at"), (FRESH + 0x800000) | MapItem.MAP);
                j(B, next);
                here("measure");
                unmap("read", 0, page(OWN, 0));
                unmap("write", 0, page(OWN, Fpage.WRITE));
                op("rdtsc");
                mov(kept("before"), EAX);
                unmap("all", FLUSH, page(OWN, ALL));
                op("rdtsc");
                sub(EAX, kept("before"));
                keep("cycles", EAX);
                here("measured");
            }

            @Override
            void others() {
                acceptsEverything("child");
            }
        });
        assertThat(kernel.kept("all")).isEqualTo(page(OWN, 0));
        assertThat(kernel.measured("cycles") / 2048).as("cycles a page").isBetween(50, 90);
        assertThat(stays.longest).as("cycles").isLessThan(LONGEST_UNMAP);
    }

    /** Sends the same 4 MB as small pages again and again: each takes the place of one that the item before has mapped. */
    private abstract static class Sender extends Family {

        Sender(UserProgram program) {
            super(program);
        }

        /** Two pages of 4 MB, of which the child has a small part, so that it gets all of them as small pages. */
        final void prepare() {
            settle();
            requestLargePage(OWN_LARGE);
            requestLargePage(OWN_LARGE + MemoryMap.LARGE_PAGE);
            for (int n = 0; n < 2; n++) {
                mov(EAX, OWN_LARGE + n * MemoryMap.LARGE_PAGE);
                Label next = here(fresh("next"));
                lea(ECX, EAX.at(n));
                mov(EAX.at(0), ECX);
                add(EAX, PAGE);
                cmp(EAX, OWN_LARGE + (n + 1) * MemoryMap.LARGE_PAGE);
                j(B, next);
            }
            begin(THREAD, "child");
            send("part", THREAD, TARGET | MapItem.MAP, page(OWN_LARGE, ALL));
        }

        final void items(int items) {
            for (int n = 0; n < items; n++) {
                setMessage(2 * n + 1, new Imm(TARGET | MapItem.MAP));
                setMessage(2 * n + 2, new Imm(Fpage.ofLog2(OWN_LARGE + n % 2 * MemoryMap.LARGE_PAGE, 22, ALL)));
            }
        }

        /** How many of its pages hold what the {@code n}-th page of 4 MB has at the same place. */
        final void count(String name, int n) {
            mov(kept(name), 0);
            mov(EAX, TARGET);
            Label next = here(fresh("next"));
            lea(ECX, EAX.at(OWN_LARGE + n * MemoryMap.LARGE_PAGE + n - TARGET));
            Label other = fresh("other");
            cmp(EAX.at(0), ECX);
            jne(other);
            inc(kept(name));
            here(other);
            add(EAX, PAGE);
            cmp(EAX, TARGET + MemoryMap.LARGE_PAGE);
            j(B, next);
        }
    }

    @Test
    void aMessageMapsAsMuchAsItLikesAndKeepsInterruptsOutForATurn() {
        Stays stays = new Stays();
        TestKernel kernel = run(stays, program -> new Sender(program) {
            @Override
            void main() {
                prepare();
                items(ITEMS);
                here("measure");
                attempt("much", () -> ipc(THREAD, ThreadId.NIL, ITEMS * MapItem.WORDS << 6));
                here("measured");
                await(THREAD);
            }

            @Override
            void others() {
                beginning("child");
                accept(ROOT, Fpage.COMPLETE);
                accept(ROOT, Fpage.COMPLETE);
                keep("tag", ESI);
                count("pages", 0);
                turn(ROOT);
                codeEnds();
            }
        });
        assertThat(kernel.kept("tag")).isEqualTo(ITEMS * MapItem.WORDS << 6);
        assertThat(kernel.kept("pages")).isEqualTo(PAGES);
        assertThat(stays.turns).isGreaterThan(ITEMS * PAGES / 32);
        assertThat(stays.longest).as("cycles").isLessThan(LONGEST_MAPPING);
    }

    /** The child has a part of its window in small pages, faults beside it, and gets all of it, again and again. */
    @Test
    void theAnswerToAPageFaultMapsAsMuchAsItLikesAndKeepsInterruptsOutForATurn() {
        Stays stays = new Stays();
        TestKernel kernel = run(stays, program -> new Sender(program) {
            @Override
            void main() {
                prepare();
                fault("first", THREAD);
                items(ITEMS);
                here("measure");
                attempt("much", () -> ipc(THREAD, ThreadId.NIL, ITEMS * MapItem.WORDS << 6));
                here("measured");
                ipc(ThreadId.NIL, THREAD, 0);
                keep("then", ESI);
            }

            @Override
            void others() {
                beginning("child");
                accept(ROOT, Fpage.COMPLETE);
                mov(EAX, Mem.absolute(TARGET + 5 * PAGE).dword());
                keep("value", EAX);
                count("pages", 0);
                turn(ROOT);
                codeEnds();
            }
        });
        assertThat(kernel.kept("first.address")).isEqualTo(TARGET + 5 * PAGE);
        assertThat(kernel.kept("value")).isEqualTo(OWN_LARGE + 5 * PAGE);
        assertThat(kernel.kept("then")).as("no further fault").isZero();
        assertThat(kernel.kept("pages")).isEqualTo(PAGES);
        assertThat(stays.turns).isGreaterThan(ITEMS * PAGES / 32);
        assertThat(stays.longest).as("cycles").isLessThan(LONGEST_MAPPING);
    }

    /** One table in a turn; and no more derived from a page that is granted than can be done in one. */
    @Test
    void aNewPageTableIsTheLastThingInATurnAndAGrantIsRefusedThatWouldTakeLonger() {
        int derived = 16;
        int tables = 4;
        Stays stays = new Stays();
        TestKernel kernel = run(stays, program -> new Mapper(program) {
            @Override
            void main() {
                settle();
                own(tables);
                begin(THREAD, "child");
                mov(kept("at"), TARGET | MapItem.MAP);
                for (int n = 0; n < derived; n++) mapOnce();
                for (int n = 0; n < tables; n++) {
                    int type = n == 0 ? MapItem.GRANT : MapItem.MAP;
                    setMessage(2 * n + 1, new Imm(FRESH + n * MemoryMap.LARGE_PAGE | type));
                    setMessage(2 * n + 2, new Imm(page(OWN + n * PAGE, n == 0 ? Fpage.READ : ALL)));
                }
                here("measure");
                attempt("many", () -> ipc(THREAD, ThreadId.NIL, tables * MapItem.WORDS << 6));
                here("measured");
                await(THREAD);
                own(1);
                mov(kept("at"), TARGET | MapItem.MAP);
                for (int n = 0; n <= derived; n++) mapOnce();
                send("grant", THREAD, FRESH | MapItem.GRANT, page(OWN, ALL));
            }

            @Override
            void others() {
                beginning("child");
                Label next = fresh("next");
                here(next);
                accept(ROOT, Fpage.COMPLETE);
                cmp(ESI, MapItem.TAG);
                je(next);
                test(ESI, CALL_FAILED);
                jnz(next);
                mov(kept("values"), 0);
                for (int n = 0; n < tables; n++) {
                    mov(EAX, Mem.absolute(FRESH + n * MemoryMap.LARGE_PAGE).dword());
                    add(kept("values"), EAX);
                }
                turn(ROOT);
                jmp(next);
                codeEnds();
            }
        });
        assertThat(kernel.kept("many.error")).isZero();
        assertThat(kernel.kept("values")).isEqualTo(tables);
        assertThat(kernel.kept("grant.error")).isEqualTo(IpcError.MESSAGE_OVERFLOW);
        assertThat(stays.longest).as("cycles").isLessThan(LONGEST_NEW_TABLE);
    }

    /** A space with ports flushes them, all of them many times in one call. */
    @Test
    void eachFpageOfPortsThatIsFlushedIsATurn() {
        int all = Fpage.ofPorts(0, 16, ALL);
        int fpages = 6;
        Stays stays = new Stays();
        TestKernel kernel = run(stays, program -> new Family(program) {
            @Override
            void main() {
                settle();
                begin(THREAD, "child");
                send("ports", THREAD, MapItem.MAP, all);
                await(THREAD);
            }

            @Override
            void others() {
                beginning("child");
                accept(ROOT, Fpage.COMPLETE);
                keep("tag", ESI);
                op("out", new Imm(0x80), Reg8.AL);
                int[] each = new int[fpages];
                Arrays.fill(each, all);
                here("measure");
                unmap("flushed", FLUSH, each);
                here("measured");
                turn(ROOT);
                codeEnds();
            }
        });
        assertThat(kernel.kept("tag")).isEqualTo(MapItem.TAG);
        assertThat(stays.longest).as("cycles").isLessThan(LONGEST_PORTS);
        assertThat(stays.turns).isGreaterThanOrEqualTo(fpages);
    }

    /** All of them, part by part; before that, the receiver's bitmap has to be made. */
    @ParameterizedTest
    @CsvSource({"true, 40000", "false, 4000"})
    void whoGivesManyPortsLetsInterruptsIn(boolean first, long longest) {
        Stays stays = new Stays();
        TestKernel kernel = run(stays, program -> new Family(program) {
            @Override
            void main() {
                settle();
                begin(THREAD, "child");
                if (!first) send("before", THREAD, MapItem.MAP, Fpage.ofPorts(0x80, 0, ALL));
                here("measure");
                send("ports", THREAD, MapItem.MAP, Fpage.ofPorts(0, 16, ALL));
                here("measured");
                await(THREAD);
            }

            @Override
            void others() {
                beginning("child");
                if (!first) accept(ROOT, Fpage.COMPLETE);
                accept(ROOT, Fpage.COMPLETE);
                keep("tag", ESI);
                for (int port : new int[] {0x80, 0x3FFF, 0x4000, 0xFFFE}) {
                    mov(EDX, port);
                    op("out", Reg16.DX, Reg8.AL);
                }
                turn(ROOT);
                codeEnds();
            }
        });
        assertThat(kernel.kept("ports.error")).isZero();
        assertThat(kernel.kept("tag")).isEqualTo(MapItem.TAG);
        assertThat(stays.longest).as("cycles").isBetween(longest * 4 / 5, longest);
        assertThat(stays.turns).isGreaterThanOrEqualTo(8);
    }

    /** 64 pages each; the page tables are looked at behind the last turn. */
    @Test
    void eachFpageOfMemoryControlIsATurn() {
        int fpages = 5;
        int pages = 64;
        Stays stays = new Stays();
        TestKernel kernel = run(stays, program -> new Family(program) {
            @Override
            void main() {
                own(fpages * pages + 1);
                for (int n = 1; n < fpages; n++) setMessage(n, new Imm(Fpage.ofLog2(OWN + n * pages * PAGE, 18, 1)));
                here("measure");
                attempt("uncached", () -> {
                    mov(EAX, fpages - 1);
                    mov(ESI, Fpage.ofLog2(OWN, 18, 1));
                    mov(EDX, MemoryAttribute.UNCACHEABLE);
                    systemCall(SystemCall.MEMORY_CONTROL);
                });
                here("measured");
                for (int n = 0; n < fpages; n++)
                    inc(Mem.absolute(OWN + n * pages * PAGE).dword());
            }
        });
        assertThat(kernel.kept("uncached")).isEqualTo(1);
        for (int n = 0; n < fpages * pages; n++) {
            assertThat(uncached(kernel, OWN + n * PAGE)).as("page %d", n).isTrue();
        }
        assertThat(uncached(kernel, OWN + fpages * pages * PAGE)).isFalse();
        assertThat(stays.longest).as("cycles").isLessThan(LONGEST_ATTRIBUTES);
        assertThat(stays.turns).isGreaterThanOrEqualTo(fpages);
    }

    /** Whether the page of the space that ran last is not cached. */
    private static boolean uncached(TestKernel kernel, int linear) {
        Machine machine = kernel.booted().machine();
        int table = machine.peekPhysical(machine.control(Cr.CR3) + 4 * (linear >>> 22)) & -PAGE;
        return (machine.peekPhysical(table + 4 * (linear >>> 12 & 0x3FF)) & PageBits.UNCACHED) == PageBits.UNCACHED;
    }

    /** The last thread of a space that has many pages, in several tables, some handed on. */
    @Test
    void theEndOfASpaceLetsInterruptsIn() {
        Stays stays = new Stays();
        TestKernel kernel = run(stays, program -> new Sender(program) {
            @Override
            void main() {
                prepare();
                items(1);
                attempt("much", () -> ipc(THREAD, ThreadId.NIL, MapItem.TAG));
                mov(kept("at"), FRESH | MapItem.MAP);
                own(1);
                Label next = here(fresh("next"));
                loadOwnUtcb(EDI);
                mov(EBX, kept("at"));
                mov(Utcb.mr(EDI, 1), EBX);
                mov(Utcb.mr(EDI, 2), page(OWN, ALL));
                add(kept("at"), MemoryMap.LARGE_PAGE);
                ipc(THREAD, ThreadId.NIL, MapItem.TAG);
                cmp(kept("at"), (FRESH + 4 * MemoryMap.LARGE_PAGE) | MapItem.MAP);
                j(B, next);
                here("measure");
                attempt("deleted", () -> threadControl(THREAD, ThreadId.NIL, ThreadId.NIL, ThreadId.NIL, -1));
                here("measured");
            }

            @Override
            void others() {
                acceptsEverything("child");
            }
        });
        assertThat(kernel.kept("deleted")).isEqualTo(1);
        assertThat(stays.turns).isGreaterThan(PAGES / 64);
        assertThat(stays.longest).as("cycles").isLessThan(LONGEST_END);
    }

    /** The kernel looks at the threads there are for those that wait for this one. */
    @Test
    void howLongTheDeletionOfAThreadKeepsInterruptsOutIsBounded() {
        Stays stays = new Stays();
        TestKernel kernel = run(stays, program -> new Family(program) {
            @Override
            void main() {
                here("measure");
                threadControl(THREAD, ROOT, ROOT, ThreadId.NIL, utcb(1));
                attempt("deleted", () -> threadControl(THREAD, ThreadId.NIL, ThreadId.NIL, ThreadId.NIL, -1));
                here("measured");
            }
        });
        assertThat(kernel.kept("deleted")).isEqualTo(1);
        assertThat(stays.longest).as("cycles").isLessThan(LONGEST_DELETION);
    }
}
