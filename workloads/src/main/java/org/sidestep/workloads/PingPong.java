package org.sidestep.workloads;

import java.util.List;
import org.sidestep.plugin.Parameter;
import org.sidestep.plugin.Parameters;
import org.sidestep.workload.UserProgram;
import org.sidestep.workload.Workload;
import org.sidestep.workload.l4.Scenario;
import org.sidestep.x2.SystemCall;

/** Two threads that call each other: what one IPC costs. */
public final class PingPong implements Workload {

    @Override
    public String id() {
        return "ping-pong";
    }

    @Override
    public String summary() {
        return "threads A and B call each other, inside one address space or between two";
    }

    @Override
    public List<Parameter> parameters() {
        return Scenario.parameters(
                1000,
                Parameter.choice("space", "A and B inside one address space, or in one each", "intra", "inter"),
                Parameter.integer("words", 0, 0, 63, "untyped words in each message"),
                Parameter.choice("call", "the system call inside one space; between spaces always ipc", "lipc", "ipc"),
                Parameter.choice("ids", "how partners in one space name each other", "local", "global"));
    }

    @Override
    public void build(UserProgram program) {
        Parameters parameters = program.parameters();
        boolean intra = parameters.choice("space").equals("intra");
        boolean local = intra && parameters.choice("call").equals("lipc");
        boolean globalIds = !intra || parameters.choice("ids").equals("global");
        new Pair(program, intra, local ? SystemCall.LIPC : SystemCall.IPC, globalIds).emit();
    }
}
