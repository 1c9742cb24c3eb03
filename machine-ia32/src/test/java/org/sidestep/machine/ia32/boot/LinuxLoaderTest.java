package org.sidestep.machine.ia32.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.sidestep.machine.BadImage;
import org.sidestep.machine.BootConfiguration;
import org.sidestep.machine.BootSource;
import org.sidestep.machine.BootSource.Image;
import org.sidestep.machine.Limits;
import org.sidestep.machine.Lines;
import org.sidestep.machine.Stop;
import org.sidestep.machine.ia32.Ia32MachineProvider;
import org.sidestep.machine.ia32.timing.unit.UnitModel;
import org.sidestep.plugin.Configured;
import org.sidestep.plugin.Parameters;

class LinuxLoaderTest {
    private static final int MEMORY = 4 << 20;
    private static final int SETUP = 0x10000;
    private static final int DISK_SIZE = 5000;

    /** Behind the header: al = the first character of the command line; leaves through the exit port. */
    // spotless:off
    private static final int[] CODE = {
        0x66, 0xA1, 0x28, 0x02, // mov eax,[228h]
        0x66, 0xC1, 0xE8, 0x04, // shr eax,4
        0x8E, 0xC0,             // mov es,ax
        0x26, 0xA0, 0x00, 0x00, // mov al,es:[0]
        0xE6, 0xF4,             // out f4h,al
    };
    // spotless:on

    private final ByteBuffer kernel = kernel();

    @Test
    void thePartsGoWhereTheProtocolSays() {
        List<LinuxLoader.Piece> pieces = LinuxLoader.pieces(linux("quiet"), MEMORY);

        int diskAt = MEMORY - DISK_SIZE & ~0xFFF;
        assertThat(pieces)
                .extracting(LinuxLoader.Piece::address)
                .containsExactly(diskAt, SETUP, 0x1E000, 0x100000, 0x7C00);
        assertThat(pieces.get(2).bytes()).asString().isEqualTo("quiet\0");
        assertThat(pieces.get(3).bytes()).hasSize(3000).startsWith('k');
        ByteBuffer setup = ByteBuffer.wrap(pieces.get(1).bytes()).order(ByteOrder.LITTLE_ENDIAN);
        assertThat(setup.limit()).isEqualTo(3 * 512);
        assertThat(setup.getInt(0x218)).isEqualTo(diskAt);
        assertThat(setup.getInt(0x21C)).isEqualTo(DISK_SIZE);
        assertThat(setup.getInt(0x228)).isEqualTo(0x1E000);
        assertThat(setup.get(0x210)).as("type of loader").isEqualTo((byte) 0xFF);
        assertThat(setup.get(0x211)).as("loaded high, heap usable").isEqualTo((byte) 0x81);
    }

    @Test
    void theInitialDiskStaysBelowItsLimit() {
        kernel.putInt(0x22C, 0x2FFFFF);
        assertThat(LinuxLoader.pieces(linux(""), MEMORY).get(0).address()).isEqualTo(0x300000 - DISK_SIZE & ~0xFFF);
    }

    @Test
    void whatDoesNotFitIsRefused() {
        kernel.putInt(0x260, 0x2FF000);
        assertRefused("together with its initial RAM disk");
        kernel.putInt(0x260, MEMORY);
        assertRefused("needs memory up to 0x500000");
        kernel.putInt(0x260, 0).putInt(0x238, 3);
        assertRefused("at most 3 characters");
    }

    @Test
    void oldAndTruncatedKernelsAreRefused() {
        kernel.put(0x1F1, (byte) 0xFF);
        assertRefused("truncated");
        kernel.put(0x211, (byte) 0);
        assertRefused("boot it from a disk");
        kernel.putInt(0x202, 0);
        assertRefused("no Linux kernel");
    }

    @Test
    void theFirmwareStartsTheSetupCode() {
        Ia32MachineProvider provider = new Ia32MachineProvider();
        Lines lines = new Lines(octet -> {}, octet -> {}, Map.of());
        var configuration =
                new BootConfiguration(linux("M"), Optional.empty(), Optional.empty(), List.of(), lines, false, false);
        var machine = provider.boot(
                Parameters.of(provider, Map.of("memory", 4)), configuration, Configured.of(new UnitModel(), Map.of()));

        Stop stop = machine.run(Limits.cycles(1_000_000));

        assertThat(stop.kind()).isEqualTo(Stop.Kind.EXIT);
        assertThat(stop.code()).isEqualTo('M');
        assertThat(machine.peekPhysical(0x100000, 1)).containsExactly('k');
    }

    private void assertRefused(String message) {
        assertThatThrownBy(() -> LinuxLoader.pieces(linux("quiet"), MEMORY))
                .isInstanceOf(BadImage.class)
                .hasMessageContaining(message);
    }

    private BootSource.Linux linux(String commandLine) {
        return new BootSource.Linux(
                new Image("vmlinuz", kernel.array()),
                commandLine,
                Optional.of(new Image("initrd", new byte[DISK_SIZE])));
    }

    /** A boot sector, two sectors of setup code, and the rest, of the letter k. */
    private static ByteBuffer kernel() {
        ByteBuffer file = ByteBuffer.allocate(3 * 512 + 3000).order(ByteOrder.LITTLE_ENDIAN);
        file.put(0x1F1, (byte) 2).putShort(0x200, (short) 0x66EB);
        file.put(0x202, "HdrS".getBytes(StandardCharsets.US_ASCII)).putShort(0x206, (short) 0x020A);
        file.put(0x211, (byte) 1).putInt(0x22C, 0x37FFFFFF).putInt(0x238, 2047);
        for (int i = 0; i < CODE.length; i++) file.put(0x268 + i, (byte) CODE[i]);
        for (int i = 3 * 512; i < file.limit(); i++) file.put(i, (byte) 'k');
        return file;
    }
}
