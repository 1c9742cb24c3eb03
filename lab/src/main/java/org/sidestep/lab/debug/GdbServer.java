package org.sidestep.lab.debug;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.sidestep.lab.BadInput;
import org.sidestep.lab.debug.Execution.Halt;
import org.sidestep.lab.debug.Execution.Watched;
import org.sidestep.machine.DataAccess;
import org.sidestep.machine.NotMapped;

/**
 * Lets one gdb debug a machine, over the loopback: nobody from outside reaches it. gdb finds symbols, registers and threads by
 * itself, and goes back with its {@code reverse-} commands; {@code monitor} has what the console shows.
 */
public final class GdbServer implements AutoCloseable {

    private static final String OK = "OK";
    private static final String UNKNOWN = "";
    private static final String REFUSED = "E01";
    private static final String NOT_MAPPED = "E14";
    private static final String SIGTRAP = "05";
    private static final String SIGINT = "02";

    private final DebugTarget target;
    private final GdbRegisters registers;
    private final GdbFiles files;
    private final Inspection inspection;
    private final ServerSocket server;
    private GdbPackets packets;
    private int selected;
    private Halt last = Halt.of(Halt.Reason.STEP);

    /**
     * Begins to listen.
     *
     * @param port 0 for any that is free
     * @throws BadInput if the port is taken
     */
    public GdbServer(DebugTarget target, int port) {
        this.target = target;
        registers = new GdbRegisters(target);
        files = new GdbFiles(target.elf());
        inspection = new Inspection(target);
        try {
            server = new ServerSocket(port, 1, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new BadInput(
                    String.format(
                            Locale.ROOT, "--port=%d: nobody can listen there: %s; take another", port, e.getMessage()),
                    e);
        }
    }

    /** What gdb is to be given behind {@code target remote}. */
    public String address() {
        return server.getInetAddress().getHostAddress() + ":" + server.getLocalPort();
    }

    /** Waits for a gdb and serves it until it leaves. */
    public void serve() throws IOException {
        try (Socket gdb = server.accept()) {
            gdb.setTcpNoDelay(true);
            packets = new GdbPackets(
                    new BufferedInputStream(gdb.getInputStream()), new BufferedOutputStream(gdb.getOutputStream()));
            while (true) {
                Optional<byte[]> packet = packets.next();
                if (packet.isEmpty() || !answer(packet.get())) return;
            }
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }

    /** False when gdb leaves. */
    private boolean answer(byte[] content) throws IOException {
        String packet = new String(content, StandardCharsets.ISO_8859_1);
        if (packet.equals("k") || packet.startsWith("vKill")) return false;
        if (packet.startsWith("D")) {
            packets.send(OK);
            return false;
        }
        packets.send(reply(packet, content));
        if (packet.equals("QStartNoAckMode")) packets.withoutAcknowledgement();
        return true;
    }

    private byte[] reply(String packet, byte[] content) throws IOException {
        try {
            if (packet.startsWith("vFile:")) return files.reply(packet);
            if (packet.startsWith("qXfer:")) return transfer(packet);
            return text(packet, content).getBytes(StandardCharsets.ISO_8859_1);
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            // What is no number, or ends too early.
            return REFUSED.getBytes(StandardCharsets.ISO_8859_1);
        }
    }

    private String text(String packet, byte[] content) throws IOException {
        return switch (packet.isEmpty() ? ' ' : packet.charAt(0)) {
            case '?' -> stopped();
            case 'q' -> query(packet);
            case 'Q' -> packet.equals("QStartNoAckMode") ? OK : UNKNOWN;
            case 'H' -> select(packet);
            case 'T' -> target.threads().find(hex(packet.substring(1))).isPresent() ? OK : REFUSED;
            case 'g' -> registers.all(thread());
            case 'p' -> register(hex(packet.substring(1)));
            case 'P' -> setRegister(packet);
            case 'm' -> memory(packet);
            case 'M' -> setMemory(packet, HexFormat.of().parseHex(packet.substring(packet.indexOf(':') + 1)));
            case 'X' -> setMemory(packet, GdbPackets.rest(content, packet.indexOf(':') + 1));
            case 'Z', 'z' -> point(packet);
            case 's', 'c' -> move(packet);
            case 'v' -> resume(packet);
            case 'b' -> move(packet);
            default -> UNKNOWN;
        };
    }

    private String query(String packet) {
        if (packet.startsWith("qSupported")) {
            return String.format(Locale.ROOT, "PacketSize=%x", GdbPackets.LONGEST)
                    + ";QStartNoAckMode+;qXfer:features:read+;qXfer:threads:read+;qXfer:exec-file:read+"
                    + ";ReverseStep+;ReverseContinue+;swbreak+;hwbreak+;vContSupported+";
        }
        if (packet.equals("qC")) {
            return String.format(Locale.ROOT, "QC%x", target.threads().running().number());
        }
        if (packet.equals("qAttached")) return "1";
        if (packet.startsWith("qRcmd,")) return monitor(packet);
        return packet.startsWith("qSymbol") ? OK : UNKNOWN;
    }

    /** A command of the console that changes nothing. */
    private String monitor(String packet) {
        byte[] command = HexFormat.of().parseHex(packet.substring("qRcmd,".length()));
        List<String> words =
                List.of(new String(command, StandardCharsets.UTF_8).strip().split("\\s+"));
        try {
            return GdbPackets.hex(DebugConsole.inspect(inspection, words)
                    .orElse("monitor has: where, registers, memory, code, threads, utcb, tcb; gdb has the rest\n"));
        } catch (BadInput e) {
            return GdbPackets.hex(e.getMessage() + "\n");
        }
    }

    /** {@code qXfer:object:read:annex:offset,length}. */
    private byte[] transfer(String packet) {
        String[] words = packet.split(":");
        String whole = switch (words.length == 5 && words[2].equals("read") ? words[1] : "") {
            case "features" -> registers.description();
            case "threads" -> threads();
            case "exec-file" -> GdbFiles.NAME;
            default -> "";
        };
        if (whole.isEmpty()) return new byte[0];
        byte[] bytes = whole.getBytes(StandardCharsets.UTF_8);
        String[] range = words[4].split(",");
        int from = count(range[0], bytes.length);
        int to = Math.min(from + count(range[1], GdbPackets.LONGEST / 4), bytes.length);
        String head = to == bytes.length ? "l" : "m";
        return (head + new String(bytes, from, to - from, StandardCharsets.ISO_8859_1))
                .getBytes(StandardCharsets.ISO_8859_1);
    }

    private String threads() {
        StringBuilder text = new StringBuilder("<?xml version=\"1.0\"?>\n<threads>\n");
        for (Threads.Each each : target.threads().all()) {
            text.append(String.format(
                    Locale.ROOT,
                    "<thread id=\"%x\" name=\"%s\">%s</thread>\n",
                    each.number(),
                    escaped(each.name()),
                    escaped(each.doing())));
        }
        return text.append("</threads>\n").toString();
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace("\"", "&quot;");
    }

    /** {@code Hg} chooses whose registers and memory are meant; the machine is one, so it runs as a whole. */
    private String select(String packet) {
        if (packet.charAt(1) != 'g') return OK;
        String id = packet.substring(2);
        selected = id.equals("-1") ? 0 : hex(id);
        return selected == 0 || target.threads().find(selected).isPresent() ? OK : REFUSED;
    }

    private Threads.Each thread() {
        return target.threads().find(selected).orElseGet(target.threads()::running);
    }

    private String register(int number) {
        return registers.exists(number) ? registers.one(thread(), number) : REFUSED;
    }

    private String setRegister(String packet) {
        int equals = packet.indexOf('=');
        int number = hex(packet.substring(1, equals));
        byte[] value = HexFormat.of().parseHex(packet.substring(equals + 1));
        boolean done = thread().runs() && registers.exists(number) && registers.write(number, value);
        return done ? OK : REFUSED;
    }

    private String memory(String packet) {
        String[] range = packet.substring(1).split(",");
        int length = count(range[1], GdbPackets.LONGEST / 2);
        byte[] bytes = target.threads().memory(thread(), hex(range[0]), length);
        return bytes.length == 0 && length > 0 ? NOT_MAPPED : GdbPackets.hex(bytes);
    }

    private String setMemory(String packet, byte[] bytes) {
        String[] range = packet.substring(1, packet.indexOf(':')).split(",");
        if (!thread().runs()) return REFUSED;
        if (hex(range[1]) != bytes.length) return REFUSED;
        if (bytes.length == 0) return OK;
        try {
            target.machine().debugger().poke(hex(range[0]), bytes);
        } catch (NotMapped e) {
            return NOT_MAPPED;
        }
        target.changed();
        return OK;
    }

    /** {@code Z type,address,kind}: of 0 and 1 stop before an instruction, of 2 to 4 behind an access. */
    private String point(String packet) {
        String[] words = packet.substring(1).split("[,;]");
        int address = hex(words[1]);
        boolean set = packet.charAt(0) == 'Z';
        switch (words[0]) {
            case "0", "1" -> {
                if (set) target.execution().setBreakpoint(address);
                else target.execution().removeBreakpoint(address);
            }
            case "2", "3", "4" -> {
                Watched watched = new Watched(address, hex(words[2]), kind(words[0]));
                if (watched.length() < 1) return REFUSED;
                if (set) target.execution().setWatch(watched);
                else target.execution().removeWatch(watched);
            }
            default -> {
                return UNKNOWN;
            }
        }
        return OK;
    }

    private static DataAccess.Kind kind(String type) {
        return switch (type) {
            case "2" -> DataAccess.Kind.WRITE;
            case "3" -> DataAccess.Kind.READ;
            default -> DataAccess.Kind.ACCESS;
        };
    }

    private String resume(String packet) throws IOException {
        if (packet.equals("vCont?")) return "vCont;c;C;s;S";
        if (!packet.startsWith("vCont;")) return UNKNOWN;
        return move(packet.substring("vCont;".length()));
    }

    private String move(String how) throws IOException {
        Execution execution = target.execution();
        last = switch (how.substring(0, how.startsWith("b") ? 2 : 1)) {
            case "s", "S" -> execution.step();
            case "bs" -> execution.back();
            case "bc" -> execution.reverse(packets::interrupted);
            case "c", "C" -> execution.resume(packets::interrupted);
            default -> throw new IllegalArgumentException(how);
        };
        // From here on gdb means the thread that the reply names.
        selected = 0;
        String printed = target.printed();
        if (last.reason() == Halt.Reason.END) printed += last.end() + "; reverse-stepi and reverse-continue go back\n";
        for (int at = 0; at < printed.length(); at += GdbPackets.LONGEST / 4) {
            String part = printed.substring(at, Math.min(printed.length(), at + GdbPackets.LONGEST / 4));
            packets.send("O" + GdbPackets.hex(part));
        }
        return stopped();
    }

    /** Why the machine stands, and which thread runs. */
    private String stopped() {
        String why = switch (last.reason()) {
            case STEP, INTERRUPTED -> "";
            case BREAKPOINT -> "swbreak:;";
            case WATCH -> watched(last.watched().orElseThrow());
            case END -> "replaylog:end;";
            case BEGIN -> "replaylog:begin;";
        };
        String signal = last.reason() == Halt.Reason.INTERRUPTED ? SIGINT : SIGTRAP;
        return String.format(
                Locale.ROOT,
                "T%sthread:%x;%s",
                signal,
                target.threads().running().number(),
                why);
    }

    private static String watched(Watched data) {
        String kind = switch (data.kind()) {
            case WRITE -> "watch";
            case READ -> "rwatch";
            case ACCESS -> "awatch";
        };
        return String.format(Locale.ROOT, "%s:%x;", kind, data.address());
    }

    /** A count, or the most there can be. */
    private static int count(String digits, int most) {
        return (int) Long.min(Integer.toUnsignedLong(hex(digits)), most);
    }

    private static int hex(String digits) {
        return HexFormat.fromHexDigits(digits);
    }
}
