package org.sidestep.machine.ia32;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.sidestep.machine.BootConfiguration;
import org.sidestep.machine.BootSource;
import org.sidestep.machine.CpuModel;
import org.sidestep.machine.Limits;
import org.sidestep.machine.Lines;
import org.sidestep.machine.Machine;
import org.sidestep.machine.ia32.StateFields.Place;
import org.sidestep.plugin.Configured;
import org.sidestep.plugin.Parameters;

/**
 * No field is forgotten in saving and restoring. Each place in a machine that can hold another value is given one; a
 * snapshot must keep it, and going back to a snapshot from before must undo it. What need not be kept is named, with why.
 */
class SavedStateTest {

    /** Class.field, and why a snapshot need not keep it (nor what lies behind it). */
    private static final Map<String, String> EXCEPTIONS = new LinkedHashMap<>();

    private static void except(String reason, String type, String... fields) {
        for (String field : fields) EXCEPTIONS.put(type + "." + field, reason);
    }

    static {
        String within = "only good within an instruction";
        String host = "the host's, no state of the machine";
        except(host, "Ia32Machine", "recordings", "debugger", "identity");
        except(host, "Board", "memory", "options", "firmware", "rom");
        except("how the chips are reached, made anew with them", "Board", "devices", "ports", "lines");
        except("how the chips are reached, made anew with them", "PicPair", "whenMaskWritten");
        except("how the chips are reached, made anew with them", "IoApic", "whenWritten");
        except(host, "Console", "serialListener", "debugListener");
        except(host, "Uart", "console");
        except(host, "DebugConsole", "console");
        except(host, "Vga", "memory");
        except(host, "Dma", "memory");
        except(host, "PciBus", "memory");
        except(host, "Disk", "image");
        except(host, "Cpu", "watches", "notices", "board", "identity");
        except(host, "Interpreter", "watches", "trail", "meter", "machine", "code", "reader", "ram");
        except(host, "Boundary", "request", "machine", "board", "limits");
        String own = "has a test of its own";
        EXCEPTIONS.put("Ram", own + ": RamTest");
        EXCEPTIONS.put("FaultLog", "what a person is told of how the machine got here");
        EXCEPTIONS.put("CodeCache", "decoded code; it is dropped where memory changes");
        except(own + ": RecordingTest", "Boundary", "inputs");
        except("follows from the other devices", "Board", "nextEvent");
        except("follows from the other devices", "LocalApic", "lint0");
        except("plugged in when the board is built", "AtaChannel", "drives");
        except("told once, when the machine is built", "Timing", "memoryEnd");
        String constant = "a data sheet, the same for every machine of a model";
        for (String sheet : List.of("Sheet", "P6Sheet", "NetBurstSheet")) EXCEPTIONS.put(sheet, constant);
        EXCEPTIONS.put("Memo", "what the clock remembers changes no result; MemoizedTimingTest");
        EXCEPTIONS.put("Novelty", "only decides what is remembered; MemoizedTimingTest");
        EXCEPTIONS.put("StateVector", "only good while a state is read or written");
        except(
                "between blocks there is none",
                "MemoizedTiming",
                "block",
                "deadline",
                "floor",
                "last",
                "slack",
                "state");
        except(
                "how it is engaged, and what it has remembered",
                "MemoizedTiming",
                "memoizes",
                "schedules",
                "longest",
                "longestWalk");
        except("only decides what is remembered; MemoizedTimingTest", "MemoizedTiming", "shortOf", "shortRoom");
        except("only good while a page is walked for", "PageWalk", "directoryRead", "tableRead");
        except("counts as far as something has been met; PipelineStateTest", "Outcomes", "entries");
        except("an instruction, which cannot be made up; InOrderPipelineTest", "Stages", "first");
        EXCEPTIONS.put("Debts", "added up before it is kept; MemoizedTimingTest");
        for (String core : List.of("Stages", "Scoreboard")) {
            except("added up before it is kept; MemoizedTimingTest", core, "lost");
        }
        for (String part : List.of("Memory", "MemoryHierarchy", "NetBurstMemory")) except(host, part, "listener");
        except("replaced, never changed in place; ExtendedPagingTest", "ExtendedWalk", "pointers");
        except("decoded code", "Interpreter", "last", "refused");
        except(host, "Interpreter", "translator", "hot", "translated");
        String planned = "set before the next instruction";
        except(
                planned,
                "Boundary",
                "single",
                "careful",
                "started",
                "delivered",
                "instructionDeadline",
                "heldShadow",
                "heldTrapShadow");
        except(planned, "Flow", "deadline", "stretch");
        except(planned, "Cpu", "system", "supervisor", "user", "next");
        except(within, "Flow", "iterations", "unfinished");
        except(within, "Cpu", "memory");
        except(within, "RegisterStack", "rounding", "stackFault", "overflow", "one");
        except(within, "Simd", "rounding", "before", "after");
        except("short cuts to the TLBs", "Mmu", "caches", "views", "checkedViews");
        except(host, "Mmu", "onMiss", "ram", "code");
        except(
                "follows from the descriptor",
                "SegmentRegister",
                "base",
                "limit",
                "big",
                "flat",
                "readable",
                "writable",
                "readEnd",
                "writeEnd");
        except("only the flags that follow from it count; flagsComeBackAsValues", "Flags", "zero", "sign", "carries");
    }

    private static Ia32Machine machine(CpuModel model) {
        Ia32MachineProvider provider = new Ia32MachineProvider();
        BootConfiguration configuration = new BootConfiguration(
                new BootSource.Firmware(),
                Optional.of(new BootSource.Image("floppy", new byte[1440 << 10])),
                Optional.of(new BootSource.Image("cd", new byte[64 << 10])),
                List.of(new BootSource.Image("disk", new byte[1 << 20])),
                new Lines(octet -> {}, octet -> {}, Map.of()),
                false,
                false);
        Parameters parameters = Parameters.of(provider, Map.of("memory", 2));
        Ia32Machine machine = (Ia32Machine) provider.boot(parameters, configuration, Configured.defaults(model));
        machine.run(Limits.instructions(20_000));
        return machine;
    }

    static Stream<CpuModel> models() {
        return ServiceLoader.load(CpuModel.class).stream().map(ServiceLoader.Provider::get);
    }

    private static CpuModel model(String id) {
        return models().filter(model -> model.id().equals(id)).findFirst().orElseThrow();
    }

    @Test
    void everyFieldOfProcessorAndDevicesIsSavedAndRestored() {
        check(machine(model("unit")), place -> !isOfClock(place));
    }

    @ParameterizedTest
    @MethodSource("models")
    void everyFieldOfTheClockIsSavedAndRestored(CpuModel model) {
        check(machine(model), SavedStateTest::isOfClock);
    }

    private static boolean isOfClock(Place place) {
        return place.way().size() > 1
                && place.way().get(1) instanceof Field field
                && field.getName().equals("timing");
    }

    private static void check(Ia32Machine machine, Predicate<Place> wanted) {
        Machine.Snapshot before = machine.snapshot();
        machine.restore(before);
        List<Place> places = StateFields.below(machine, EXCEPTIONS.keySet()).places().stream()
                .filter(wanted)
                .toList();
        assertThat(places).isNotEmpty();
        Set<String> faults = new TreeSet<>();
        for (Place place : places)
            fault(machine, before, place).ifPresent(fault -> faults.add(place.name() + ": " + fault));
        assertThat(faults).as("of %d places", places.size()).isEmpty();
    }

    /** What is wrong with a place, if anything. */
    private static Optional<String> fault(Ia32Machine machine, Machine.Snapshot before, Place place) {
        machine.restore(before);
        String original = place.content();
        int choices = StateFields.others(place.get(), type(place)).size();
        List<String> problems = new ArrayList<>();
        for (int choice = 0; choice < choices; choice++) {
            machine.restore(before);
            try {
                Optional<String> fault = tried(machine, before, place, original, choice);
                if (fault.isEmpty()) return fault;
                problems.add(fault.get());
            } catch (RuntimeException e) {
                problems.add(e.toString());
            }
        }
        return Optional.of(problems.isEmpty() ? "cannot be given another value " + place : problems.get(0));
    }

    private static Class<?> type(Place place) {
        Object last = place.way().get(place.way().size() - 1);
        return last instanceof Field field ? field.getType() : Object.class;
    }

    private static Optional<String> tried(
            Ia32Machine machine, Machine.Snapshot before, Place place, String original, int choice) {
        Object old = place.get();
        Object value = StateFields.others(old, type(place)).get(choice);
        if (value != old) place.set(value);
        String changed = place.content();
        if (changed.equals(original)) return Optional.of("cannot be changed " + place);
        Machine.Snapshot after = machine.snapshot();
        machine.restore(before);
        if (!place.content().equals(original)) return Optional.of("is not restored " + place);
        machine.restore(after);
        if (!place.content().equals(changed)) return Optional.of("is not saved " + place);
        return Optional.empty();
    }

    @Test
    void flagsComeBackAsValues() {
        Bare bare = new Bare();
        for (int flags = 0; flags < 0x1000; flags++) {
            bare.machine.debugger().setEflags(flags);
            Machine.Snapshot snapshot = bare.machine.snapshot();
            int expected = bare.machine.eflags();
            bare.machine.debugger().setEflags(~flags);
            bare.machine.restore(snapshot);
            assertThat(bare.machine.eflags()).isEqualTo(expected);
        }
    }

    @Test
    void everyExceptionNamesAFieldThatExists() {
        Set<String> all = new TreeSet<>();
        models().map(SavedStateTest::machine)
                .forEach(machine -> all.addAll(
                        StateFields.below(machine, EXCEPTIONS.keySet()).seen()));
        Set<String> unknown = new TreeSet<>(EXCEPTIONS.keySet());
        unknown.removeAll(all);
        assertThat(unknown).isEmpty();
    }
}
