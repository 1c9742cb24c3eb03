package org.sidestep.lab.debug;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.sidestep.experiment.Axis;
import org.sidestep.experiment.Cell;
import org.sidestep.testkit.TestCell;

/** What the server answers, whoever asks. */
@Timeout(120)
class GdbServerTest {

    private static final List<String> BEGINNINGS = List.of(
            "?",
            "q",
            "qXfer:features:read:target.xml:",
            "qXfer:threads:read::",
            "qRcmd,",
            "Q",
            "H",
            "Hg",
            "T",
            "g",
            "p",
            "P",
            "m",
            "M",
            "X",
            "Z0,",
            "z0,",
            "Z2,",
            "z2,",
            "vCont;",
            "vCont?",
            "vFile:open:",
            "vFile:pread:3,",
            "vFile:fstat:",
            "s",
            "bs",
            "b",
            "",
            "y");
    private static final String MORE = "0123456789abcdef,;:=-x~";

    private interface Asking {
        void ask(Socket socket) throws IOException;
    }

    private static void serve(Asking asking) throws Exception {
        Cell cell = TestCell.defaults().with(Axis.IPC, "lazy").cell();
        try (GdbServer server = new GdbServer(DebugTarget.of(cell, cell.assemble()), 0)) {
            CompletableFuture<Void> served = CompletableFuture.runAsync(() -> {
                try {
                    server.serve();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            int port = Integer.parseInt(server.address().split(":")[1]);
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                socket.setSoTimeout(30_000);
                asking.ask(socket);
            }
            served.get(30, TimeUnit.SECONDS);
        }
    }

    /** Sends a packet and returns the content of the reply. */
    private static String ask(Socket socket, String content) throws IOException {
        int sum = content.chars().sum() & 0xFF;
        socket.getOutputStream()
                .write(String.format(Locale.ROOT, "$%s#%02x", content, sum).getBytes("ISO-8859-1"));
        while (true) {
            String reply = reply(socket, content);
            boolean printed = reply.startsWith("O") && !reply.equals("OK");
            if (!printed) return reply;
        }
    }

    private static String reply(Socket socket, String asked) throws IOException {
        StringBuilder reply = new StringBuilder();
        while (true) {
            int octet = socket.getInputStream().read();
            assertThat(octet).as("the server answers '%s'", asked).isNotNegative();
            if (octet == '#') break;
            reply.append((char) octet);
        }
        socket.getInputStream().readNBytes(2);
        return reply.substring(reply.indexOf("$") + 1);
    }

    @Test
    void whateverIsAskedIsAnswered() throws Exception {
        long seed = 20260101;
        Random random = new Random(seed);
        serve(socket -> {
            for (int i = 0; i < 3000; i++) {
                StringBuilder packet = new StringBuilder(BEGINNINGS.get(random.nextInt(BEGINNINGS.size())));
                for (int more = random.nextInt(14); more > 0; more--) {
                    packet.append(MORE.charAt(random.nextInt(MORE.length())));
                }
                ask(socket, packet.toString());
            }
            assertThat(ask(socket, "qAttached")).as("seed %d", seed).isEqualTo("1");
        });
    }

    @Test
    void aDamagedPacketIsAskedForAgain() throws Exception {
        serve(socket -> {
            socket.getOutputStream().write("noise$qAttached#00".getBytes("ISO-8859-1"));
            assertThat(socket.getInputStream().read()).isEqualTo('-');
            assertThat(ask(socket, "qAttached")).isEqualTo("1");
        });
    }

    @Test
    void lengthsBeyondAllMemoryAreCut() throws Exception {
        serve(socket -> {
            assertThat(ask(socket, "m100000,ffffffff")).hasSizeBetween(1000, GdbPackets.LONGEST);
            assertThat(ask(socket, "m100000,0")).isEmpty();
            assertThat(ask(socket, "qXfer:features:read:target.xml:0,ffffffff")).startsWith("m<?xml");
            assertThat(ask(socket, "Z2,0,ffffffff")).isEqualTo("E01");
        });
    }
}
