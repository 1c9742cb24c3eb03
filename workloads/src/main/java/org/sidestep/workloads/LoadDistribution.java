package org.sidestep.workloads;

import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.EBP;
import static org.sidestep.isa.Reg32.EBX;
import static org.sidestep.isa.Reg32.ECX;
import static org.sidestep.isa.Reg32.EDI;

import java.util.List;
import java.util.stream.IntStream;
import org.sidestep.asm.Label;
import org.sidestep.isa.Imm;
import org.sidestep.plugin.Parameter;
import org.sidestep.workload.Observables.Order;
import org.sidestep.workload.UserProgram;
import org.sidestep.workload.Workload;
import org.sidestep.workload.l4.AddressSpace;
import org.sidestep.workload.l4.Scenario;
import org.sidestep.workload.l4.UserThread;
import org.sidestep.x2.MessageTag;
import org.sidestep.x2.SystemCall;
import org.sidestep.x2.ThreadId;
import org.sidestep.x2.Time;
import org.sidestep.x2.Utcb;

/**
 * A server whose distributor hands each request to a worker, which replies to the client. A request carries a word and the
 * client's global id; the reply carries the word's complement and the same id.
 */
public final class LoadDistribution implements Workload {

    @Override
    public String id() {
        return "load-distribution";
    }

    @Override
    public String summary() {
        return "clients call a server: its distributor hands each request to a worker, which replies to the client";
    }

    @Override
    public List<Parameter> parameters() {
        return Scenario.parameters(
                1000,
                Parameter.integer("clients", 2, 1, 4, "client threads, each in a space of its own"),
                Parameter.integer("workers", 2, 1, 8, "worker threads in the server's space"),
                Parameter.integer("work", 200, 0, 10_000_000, "cycles of work per request"),
                Scenario.timeslice());
    }

    @Override
    public void build(UserProgram program) {
        new ClientsAndServer(program).emit();
    }

    private static final class ClientsAndServer extends Scenario {
        private static final int TAG = MessageTag.of(0, 2);

        private final List<UserThread> clients;
        private final UserThread distributor;
        private final List<UserThread> workers;

        ClientsAndServer(UserProgram program) {
            super(program);
            root.timeslice(parameters.integer("timeslice"));
            clients = IntStream.range(0, parameters.integer("clients"))
                    .mapToObj(i -> String.valueOf((char) ('A' + i)))
                    .map(name -> root.loneThread(name, "client " + name))
                    .toList();
            AddressSpace server = root.space("server");
            distributor = root.thread("distributor", server);
            workers = IntStream.rangeClosed(1, parameters.integer("workers"))
                    .mapToObj(i -> root.thread("W" + i, server))
                    .toList();
        }

        @Override
        public void emit() {
            clients.forEach(this::client);
            distributor();
            workers.forEach(this::worker);
            measure(clients);
            if (clients.size() > 1) orders();
            measureHop("request", clients, List.of(distributor));
            measureHop("oneway", List.of(distributor), workers);
            measureHop("reply", workers, clients);
            emitWrong();
            root.emit();
        }

        /** Which client is first decides which worker serves it. */
        private void orders() {
            clients.forEach(client -> program.observe().order(client.name(), Order.ANY_SENDER));
            program.observe().order(distributor.name(), Order.BY_SENDER);
            workers.forEach(worker -> program.observe().order(worker.name(), Order.NONE));
        }

        private void client(UserThread self) {
            Label sequence = sequence(self);
            start(self);
            check(self, () -> round(self, sequence));
            meet(clients);
            prepare(self, sequence);
            rounds(self, () -> round(self, sequence), this::done);
        }

        private void prepare(UserThread self, Label sequence) {
            mov(EAX, at(sequence));
            mov(Utcb.mr(EDI, 1), EAX);
            mov(Utcb.mr(EDI, 2), self.globalId());
        }

        private void round(UserThread self, Label sequence) {
            if (checking()) prepare(self, sequence);
            sends(self);
            ipc(SystemCall.IPC, new Imm(distributor.globalId()), new Imm(ThreadId.ANY), Time.NEVER, TAG);
            received(self);
            expectSender(workers.stream()
                    .map(worker -> idOf(worker, self))
                    .distinct()
                    .toList());
            expectTag(self, TAG);
            expect(EBP, new Imm(self.globalId()), "MR2, the client's id");
            if (checking()) {
                not(EBX);
                expect(EBX, at(sequence), "MR1, the complement");
                advance(sequence);
            }
        }

        private void distributor() {
            Label turn = workers.size() > 1 ? workerRing() : null;
            start(distributor);
            receive(new Imm(ThreadId.ANY));
            becomeContext(distributor);
            serve(distributor, clients.size() * checkedRounds(), () -> distribute(turn));
        }

        private void distribute(Label turn) {
            if (!distributor.isContext()) expect(EAX, EBP, "the sender's id");
            expectRequest(distributor);
            pass();
            if (turn == null) mov(EAX, workers.get(0).localId());
            else nextWorker(turn);
            sends(distributor);
            forward(SystemCall.LIPC, EAX, new Imm(ThreadId.ANY), Time.NEVER);
        }

        private void expectRequest(UserThread self) {
            expectTag(self, TAG);
            expectSequence(EBP, clients, client -> new Imm(client.globalId()));
        }

        /** Workers take turns: each entry of the ring has a worker's local id and the address of the next entry. */
        private Label workerRing() {
            program.data();
            asm.align(4);
            List<Label> entries =
                    workers.stream().map(w -> label(w.name() + ".turn")).toList();
            for (int i = 0; i < workers.size(); i++) {
                here(entries.get(i));
                asm.word(workers.get(i).localId());
                asm.word(entries.get((i + 1) % entries.size()));
            }
            Label turn = here(distributor.name() + ".turn");
            asm.word(entries.get(0));
            program.code();
            return turn;
        }

        private void nextWorker(Label turn) {
            mov(ECX, at(turn));
            mov(EAX, ECX.at(0));
            mov(ECX, ECX.at(4));
            mov(at(turn), ECX);
        }

        private void worker(UserThread self) {
            start(self);
            receiveFirst(self, new Imm(ThreadId.ANY));
            serve(self, checkedRequests(self), () -> work(self));
        }

        /** How many checked requests come to a worker, as they take turns. */
        private int checkedRequests(UserThread worker) {
            int later = workers.size() - 1 - workers.indexOf(worker);
            return (clients.size() * checkedRounds() + later) / workers.size();
        }

        private void work(UserThread self) {
            expect(EAX, distributor.localId(), "the sender's id");
            expectRequest(self);
            work(parameters.integer("work"));
            not(EBX);
            becomeKernelThread(self);
            pass();
            sends(self);
            ipc(SystemCall.IPC, EBP, new Imm(ThreadId.ANY), Time.SEND_AT_ONCE, TAG);
            if (self.isContext()) handBack(self);
        }

        /** The kernel gave the next request to the worker's context: it is the distributor's. */
        private void handBack(UserThread self) {
            becomeContext(self);
            pass();
            forward(SystemCall.LIPC, distributor.localId(), distributor.localId(), Time.NEVER);
        }

        /** Puts the two words just received into the next message. */
        private void pass() {
            mov(Utcb.mr(EDI, 1), EBX);
            mov(Utcb.mr(EDI, 2), EBP);
        }
    }
}
