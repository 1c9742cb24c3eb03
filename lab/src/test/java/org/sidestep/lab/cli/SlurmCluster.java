package org.sidestep.lab.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Slurm with two nodes on this machine, for as long as a test runs. */
final class SlurmCluster implements AutoCloseable {

    private final Path directory;
    private final List<Process> daemons = new ArrayList<>();

    private SlurmCluster(Path directory) {
        this.directory = directory;
    }

    static SlurmCluster start(Path directory) throws Exception {
        SlurmCluster cluster = new SlurmCluster(directory);
        Files.writeString(directory.resolve("slurm.conf"), configuration(directory));
        cluster.daemon("slurmctld", "-D");
        for (String node : List.of("n1", "n2")) {
            Files.createDirectory(directory.resolve("spool-" + node));
            cluster.daemon("slurmd", "-D", "-N", node);
        }
        while (!cluster.run("sinfo", "--noheader", "-o", "%D %t").contains("2 idle")) Thread.sleep(200);
        return cluster;
    }

    private static String configuration(Path directory) throws IOException {
        String host = InetAddress.getLocalHost().getHostName();
        return String.join(
                        "\n",
                        "ClusterName=test",
                        "SlurmctldHost=HOST(127.0.0.1)",
                        "SlurmctldPort=" + freePort(),
                        "SlurmUser=root",
                        "AuthType=auth/none",
                        "CredType=cred/none",
                        "MpiDefault=none",
                        "ProctrackType=proctrack/linuxproc",
                        "TaskPlugin=task/none",
                        "SelectType=select/cons_tres",
                        "SelectTypeParameters=CR_Core",
                        "ReturnToService=2",
                        "SwitchType=switch/none",
                        "AccountingStorageType=accounting_storage/none",
                        "JobAcctGatherType=jobacct_gather/none",
                        "StateSaveLocation=" + directory.resolve("state"),
                        "SlurmdSpoolDir=" + directory + "/spool-%n",
                        "SlurmctldPidFile=" + directory.resolve("ctld.pid"),
                        "SlurmdPidFile=" + directory + "/d-%n.pid",
                        "KillWait=2",
                        "SchedulerParameters=sched_interval=2",
                        "NodeName=n1 NodeHostname=HOST NodeAddr=127.0.0.1 Port=" + freePort() + " CPUs=2",
                        "NodeName=n2 NodeHostname=HOST NodeAddr=127.0.0.1 Port=" + freePort() + " CPUs=2",
                        "PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP",
                        "")
                .replace("HOST(", host + "(")
                .replace("=HOST", "=" + host);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private void daemon(String... command) throws IOException {
        Path log = directory.resolve(command[0] + "-" + daemons.size() + ".log");
        daemons.add(builder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start());
    }

    private ProcessBuilder builder(String... command) {
        ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
        builder.environment().putAll(Release.shortRuns());
        builder.environment().put("SLURM_CONF", directory.resolve("slurm.conf").toString());
        return builder;
    }

    /** What a command says. */
    String run(String... command) throws Exception {
        Process process = builder(command).redirectErrorStream(true).start();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    void awaitEmptyQueue() throws Exception {
        while (true) {
            String queue = run("squeue", "--noheader");
            assertThat(queue).doesNotContain("error");
            if (queue.isBlank()) return;
            Thread.sleep(200);
        }
    }

    @Override
    public void close() throws InterruptedException {
        for (int i = daemons.size() - 1; i >= 0; i--) daemons.get(i).destroy();
        for (Process daemon : daemons) daemon.waitFor();
    }
}
