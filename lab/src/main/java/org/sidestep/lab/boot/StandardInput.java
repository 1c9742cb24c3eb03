package org.sidestep.lab.boot;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Standard input, byte by byte as it comes. A terminal is put into a mode that neither echoes nor waits for a line's end. */
public final class StandardInput implements Input {

    private final ByteArrayOutputStream typed = new ByteArrayOutputStream();
    private boolean ended;
    private final String terminalMode;

    public StandardInput() {
        terminalMode = stty("-g");
        if (!terminalMode.isEmpty()) stty("-icanon", "-echo", "min", "1");
        Thread reader = new Thread(this::read, "standard input");
        reader.setDaemon(true);
        reader.start();
    }

    private void read() {
        try {
            for (int octet = System.in.read(); octet >= 0; octet = System.in.read()) add(octet);
        } catch (IOException e) {
            // What cannot be read on has ended.
        }
        end();
    }

    private synchronized void add(int octet) {
        typed.write(octet);
        notifyAll();
    }

    private synchronized void end() {
        ended = true;
        notifyAll();
    }

    @Override
    public synchronized byte[] arrived() {
        byte[] bytes = typed.toByteArray();
        typed.reset();
        return bytes;
    }

    @Override
    public synchronized boolean await(long milliseconds) {
        try {
            if (typed.size() == 0 && !ended) wait(milliseconds);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
        return isLive();
    }

    @Override
    public synchronized boolean isLive() {
        return typed.size() > 0 || !ended;
    }

    @Override
    public void close() {
        if (!terminalMode.isEmpty()) stty(terminalMode);
    }

    /** Runs {@code stty} on standard input: what it says, or nothing if that is no terminal. */
    private static String stty(String... arguments) {
        List<String> command = new ArrayList<>(List.of("stty"));
        command.addAll(List.of(arguments));
        try {
            Process process = new ProcessBuilder(command)
                    .redirectInput(ProcessBuilder.Redirect.INHERIT)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            return process.waitFor() == 0 ? said.trim() : "";
        } catch (IOException e) {
            return "";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "";
        }
    }
}
