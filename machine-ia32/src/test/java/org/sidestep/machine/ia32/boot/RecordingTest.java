package org.sidestep.machine.ia32.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.sidestep.isa.Imm.imm;
import static org.sidestep.isa.Reg16.AX;
import static org.sidestep.isa.Reg16.CX;
import static org.sidestep.isa.Reg16.DI;
import static org.sidestep.isa.Reg16.DX;
import static org.sidestep.isa.Reg16.SI;
import static org.sidestep.isa.Reg8.AL;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sidestep.machine.BootConfiguration;
import org.sidestep.machine.BootSource;
import org.sidestep.machine.BootedMachine;
import org.sidestep.machine.CpuModel;
import org.sidestep.machine.Input;
import org.sidestep.machine.Limits;
import org.sidestep.machine.Lines;
import org.sidestep.machine.Machine;
import org.sidestep.machine.Moment;
import org.sidestep.machine.Recorder;
import org.sidestep.machine.Recording;
import org.sidestep.machine.StatePart;
import org.sidestep.machine.Stop;
import org.sidestep.machine.Watch;
import org.sidestep.machine.ia32.Ia32MachineProvider;
import org.sidestep.machine.ia32.timing.p6.P3Coppermine;
import org.sidestep.machine.ia32.timing.unit.UnitModel;
import org.sidestep.plugin.Configured;
import org.sidestep.plugin.Parameters;

/** A recording replays a run bit for bit, whatever stops and inspections there were in either. */
class RecordingTest {
    private static final int DATA = 0x3F8;
    private static final int LINE_STATUS = 0x3FD;
    private static final int SCRATCH = 0x8000;

    /** Waits for keys and serial characters, halted and not; echoes them and works on memory with long string instructions. */
    private static byte[] guest() {
        return new BootSector() {
            @Override
            void main() {
                here("again");
                op("sti");
                op("hlt");
                mov(AX, 0x0100);
                op("int", imm(0x16));
                je(label("none"));
                mov(AX, 0);
                op("int", imm(0x16));
                op("out", imm(0xE9), AL);
                here("none");
                mov(DX, LINE_STATUS);
                op("in", AL, DX);
                test(AL, imm(1));
                je(label("work"));
                mov(DX, DATA);
                op("in", AL, DX);
                op("out", imm(0xE9), AL);
                here("work");
                mov(SI, LOAD);
                mov(DI, SCRATCH);
                mov(CX, 700);
                op("rep movsb");
                jmp(label("again"));
            }
        }.image(1440 << 10, new byte[0]);
    }

    private static BootedMachine machine(String model) {
        Ia32MachineProvider provider = new Ia32MachineProvider();
        BootConfiguration configuration = new BootConfiguration(
                new BootSource.Firmware(),
                Optional.of(new BootSource.Image("floppy", guest())),
                Optional.empty(),
                List.of(),
                new Lines(octet -> {}, octet -> {}, Map.of()),
                false,
                false);
        Configured<CpuModel> cpu = model.equals("unit")
                ? Configured.of(new UnitModel(), Map.of("mhz", 1))
                : Configured.defaults(new P3Coppermine());
        return provider.boot(Parameters.of(provider, Map.of("memory", 2)), configuration, cpu);
    }

    @ParameterizedTest
    @CsvSource({"unit,1", "unit,2", "unit,3", "p3-coppermine,4"})
    void aBootWithKeysSerialInputAndInterruptsReplaysBitForBit(String model, long seed) {
        Random random = new Random(seed);
        BootedMachine recorded = machine(model);
        Recorder recorder = recorded.record();
        for (int i = 0; i < 60; i++) {
            runSomehow(recorded, random);
            disturb(recorded, random);
        }
        Recording recording = recorder.finish();
        assertThat(recording.entries()).hasSizeGreaterThan(40);
        assertThat(recorded.console()).containsPattern("[a-z]").containsPattern("[A-Z]");

        BootedMachine whole = machine(model);
        whole.replay(Recording.parse(recording.text()));
        assertThat(whole.run(Limits.cycles(Long.MAX_VALUE)))
                .isEqualTo(new Stop(Stop.Kind.REQUEST, 0, "the recording ends"));
        assertSame(whole, recorded, recording);

        BootedMachine inPieces = machine(model);
        inPieces.replay(recording);
        while (runSomehow(inPieces, random).kind() != Stop.Kind.REQUEST)
            inPieces.debugger().hash();
        assertSame(inPieces, recorded, recording);
    }

    private static void assertSame(BootedMachine replayed, BootedMachine recorded, Recording recording) {
        assertThat(replayed.console()).isEqualTo(recorded.console());
        assertThat(replayed.report()).isEqualTo(recorded.report());
        assertThat(replayed.cycles()).isEqualTo(recorded.cycles());
        assertThat(replayed.counters()).isEqualTo(recorded.counters());
        for (StatePart part : StatePart.values()) {
            long hash = recorded.debugger().hash(Set.of(part));
            assertThat(replayed.debugger().hash(Set.of(part))).as("%s", part).isEqualTo(hash);
        }
        assertThat(replayed.debugger().hash()).isEqualTo(recording.result());
    }

    /** Stops come in every way there is. */
    private static Stop runSomehow(Machine machine, Random random) {
        return switch (random.nextInt(4)) {
            case 0 -> machine.run(Limits.cycles(machine.cycles() + random.nextInt(100_000)));
            case 1 -> machine.run(Limits.instructions(machine.instructions() + random.nextInt(1000)));
            case 2 -> machine.step();
            default -> {
                try (Watch watch = machine.debugger().breakpoint(BootSector.LOAD + random.nextInt(64))) {
                    yield machine.run(Limits.cycles(machine.cycles() + random.nextInt(100_000)));
                }
            }
        };
    }

    private static void disturb(BootedMachine machine, Random random) {
        byte[] text = {(byte) ('a' + random.nextInt(26)), (byte) ('a' + random.nextInt(26))};
        byte[] capitals = new String(text, StandardCharsets.US_ASCII)
                .toUpperCase(Locale.ROOT)
                .getBytes(StandardCharsets.US_ASCII);
        switch (random.nextInt(4)) {
            case 0 -> machine.press(text);
            case 1 -> machine.type(capitals);
            case 2 -> machine.interruptAt(machine.instructions() + random.nextInt(200), 0);
            default -> machine.interruptAt(machine.instructions() + random.nextInt(3), random.nextInt(2));
        }
    }

    @Test
    void aSnapshotKeepsTheInputsThatAreStillToCome() {
        BootedMachine recorded = machine("unit");
        Recorder recorder = recorded.record();
        recorded.run(Limits.cycles(300_000));
        recorded.press("q".getBytes(StandardCharsets.US_ASCII));
        recorded.run(Limits.cycles(600_000));
        Recording recording = recorder.finish();
        BootedMachine again = machine("unit");
        again.replay(recording);
        again.run(Limits.cycles(200_000));
        Machine.Snapshot snapshot = again.snapshot();
        again.run(Limits.cycles(Long.MAX_VALUE));
        again.restore(snapshot);
        again.run(Limits.cycles(Long.MAX_VALUE));
        assertSame(again, recorded, recording);
    }

    @Test
    void aRecordingOfSomethingElseIsRefused() {
        Recorder recorder = machine("unit").record();
        Recording recording = recorder.finish();
        assertThatThrownBy(() -> machine("p3-coppermine").replay(recording))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("another machine");
    }

    @Test
    void textAndRecordingAreTheSame() {
        Recording recording = new Recording(
                -2,
                List.of(
                        new Recording.Entry(new Moment(1, 2, 3), Input.Keys.of(new byte[] {'l', 's', 10})),
                        new Recording.Entry(new Moment(4, 5, 6), Input.Serial.of(new byte[] {-1})),
                        new Recording.Entry(Moment.atInstruction(7), new Input.Pulse(15))),
                new Moment(8, 9, 10),
                255);
        String text = "sidestep recording 1\nstart fffffffffffffffe\nat 1 2 3 keys 6c730a\nat 4 5 6 serial ff\n"
                + "at 7 0 0 pulse 15\nend 8 9 10 00000000000000ff\n";
        assertThat(recording.text()).isEqualTo(text);
        assertThat(Recording.parse(text)).isEqualTo(recording);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1|",
                "1|x",
                "2|sidestep recording 1;at 1 2 3 keys 00;end 1 2 3 00",
                "2|sidestep recording 1;start 1g",
                "3|sidestep recording 1;start 1;at 1 2 keys 00",
                "3|sidestep recording 1;start 1;at 1 2 3 knees 00",
                "3|sidestep recording 1;start 1;at 1 2 3 keys 0",
                "3|sidestep recording 1;start 1;at 1 2 -3 pulse 1",
                "3|sidestep recording 1;start 1;at 1 2 3 pulse 16",
                "3|sidestep recording 1;start 1;end 1 2 3 0;end 1 2 3 0",
                "2|sidestep recording 1;start 1",
            })
    void textThatIsNoRecordingIsRefusedWithItsLine(String faulty) {
        String[] parts = faulty.split("\\|", -1);
        assertThatThrownBy(() -> Recording.parse(parts[1].replace(';', '\n')))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("line " + parts[0] + ":");
    }
}
