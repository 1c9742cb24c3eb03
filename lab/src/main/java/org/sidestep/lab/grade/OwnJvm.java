package org.sidestep.lab.grade;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The command line in a Java machine of its own, in which a plugin may loop, throw, exit or flood the memory. Time is limited only
 * so that grading ends: what a plugin's code may cost is said in cycles, by the experiment.
 */
final class OwnJvm implements Host {

    /** Of what it says, for the message. */
    private static final int REMEMBERED = 1 << 16;

    private final int megabytes;
    private final Duration longest;

    OwnJvm(int megabytes, Duration longest) {
        this.megabytes = megabytes;
        this.longest = longest;
    }

    @Override
    public Ended run(Path directory, List<String> arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + megabytes + "m",
                "-XX:MaxMetaspaceSize=256m",
                "-XX:MaxDirectMemorySize=64m",
                "-XX:+UseSerialGC",
                "-XX:+ExitOnOutOfMemoryError"));
        command.addAll(asLaunched());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), "org.sidestep.lab.cli.Main"));
        command.addAll(arguments);
        try {
            Process process = new ProcessBuilder(command)
                    .directory(directory.toFile())
                    .redirectErrorStream(true)
                    .start();
            try {
                return ended(process);
            } finally {
                kill(process);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** The loaded classes that this Java machine began with, and when it compiles, as the launcher says it. */
    private static List<String> asLaunched() {
        return ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(option -> option.startsWith("-XX:SharedArchiveFile=")
                        || option.startsWith("-XX:Tier")
                        || option.equals("-Xshare:auto")
                        || option.equals("-Xlog:disable"))
                .toList();
    }

    private Ended ended(Process process) throws IOException, InterruptedException {
        process.getOutputStream().close();
        StringBuffer said = new StringBuffer();
        Thread listener = new Thread(() -> listen(process, said), "what a submission says");
        listener.setDaemon(true);
        listener.start();
        boolean ended = process.waitFor(longest.toMillis(), TimeUnit.MILLISECONDS);
        kill(process);
        process.waitFor();
        listener.join(TimeUnit.SECONDS.toMillis(5));
        return new Ended(!ended, process.exitValue(), said.toString());
    }

    private static void kill(Process process) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }

    /** Reads all, so that nobody waits, and keeps the beginning. */
    private static void listen(Process process, StringBuffer said) {
        byte[] buffer = new byte[8192];
        try (InputStream in = process.getInputStream()) {
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                if (said.length() < REMEMBERED) said.append(new String(buffer, 0, count, StandardCharsets.UTF_8));
            }
        } catch (IOException e) {
            // It was stopped.
        }
    }
}
