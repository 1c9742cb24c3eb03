package org.example.rotating;

import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.EBX;
import static org.sidestep.isa.Reg32.EDI;

import java.util.List;
import java.util.stream.IntStream;
import org.sidestep.plugin.Parameter;
import org.sidestep.workload.UserProgram;
import org.sidestep.workload.Workload;
import org.sidestep.workload.l4.AddressSpace;
import org.sidestep.workload.l4.Scenario;
import org.sidestep.workload.l4.UserThread;
import org.sidestep.x2.MessageTag;
import org.sidestep.x2.SystemCall;
import org.sidestep.x2.Time;
import org.sidestep.x2.Utcb;

/** A client that calls several servers of its space in turn: no two successive calls have the same partner. */
public final class RotatingCalls implements Workload {

    @Override
    public String id() {
        return "rotating-calls";
    }

    @Override
    public String summary() {
        return "a client calls several servers of its space in turn";
    }

    @Override
    public List<Parameter> parameters() {
        return Scenario.parameters(1000, Parameter.integer("servers", 3, 1, 8, "how many servers"));
    }

    @Override
    public void build(UserProgram program) {
        new Rotation(program).emit();
    }

    private static final class Rotation extends Scenario {
        private static final int TAG = MessageTag.of(0, 1);

        private final AddressSpace space = root.space("servers");
        private final UserThread client = root.thread("C", space);
        private final List<UserThread> servers = IntStream.range(0, parameters.integer("servers"))
                .mapToObj(n -> root.thread("S" + n, space))
                .toList();

        Rotation(UserProgram program) {
            super(program);
        }

        @Override
        public void emit() {
            client();
            servers.forEach(this::server);
            measure(List.of(client));
            measureRound("oneway", List.of(client), 2 * servers.size());
            emitWrong();
            root.emit();
        }

        private void client() {
            sequence(client);
            start(client);
            becomeContext(client);
            check(client, this::round);
            rounds(client, this::round, this::done);
        }

        /** Each server gets the client's sequence number, and says what it is not. */
        private void round() {
            for (UserThread server : servers) {
                mov(EAX, at(sequenceOf(client)));
                mov(Utcb.mr(EDI, 1), EAX);
                call(server);
                received(client, "received." + server.name());
                expectMessage(client, server.localId(), TAG);
                not(EBX);
                expect(EBX, at(sequenceOf(client)), "MR1");
                advance(sequenceOf(client));
            }
        }

        private void server(UserThread self) {
            start(self);
            receiveFirst(self, client.localId());
            serve(self, checkedRounds(), () -> {
                expectMessage(self, client.localId(), TAG);
                expect(EBX, at(sequenceOf(client)), "MR1");
                not(EBX);
                mov(Utcb.mr(EDI, 1), EBX);
                call(client);
            });
        }

        private void call(UserThread partner) {
            ipc(SystemCall.LIPC, partner.localId(), partner.localId(), Time.NEVER, TAG);
        }
    }
}
