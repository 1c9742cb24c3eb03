package org.sidestep.kernel.l4.check;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.sidestep.isa.Cr;
import org.sidestep.kernel.Frame;
import org.sidestep.kernel.KernelImage;
import org.sidestep.kernel.KernelProvider;
import org.sidestep.kernel.KernelThreads;
import org.sidestep.kernel.PolicyHooks;
import org.sidestep.kernel.ThreadLayout;
import org.sidestep.kernel.ThreadLayout.State;
import org.sidestep.kernel.l4.assembly.Kernel;
import org.sidestep.layout.Field;
import org.sidestep.machine.Machine;
import org.sidestep.x2.ThreadId;
import org.sidestep.x2.Utcb;

/** The threads of this kernel, read from its thread control blocks. */
public final class ThreadsSeen implements KernelThreads {

    private static final int PAGING = 1 << 31;

    private static final List<Field> GENERAL =
            List.of(Frame.EDI, Frame.ESI, Frame.EBP, Frame.EBX, Frame.EDX, Frame.ECX, Frame.EAX);
    private static final List<Field> TRANSFER = List.of(Frame.EIP, Frame.CS, Frame.EFLAGS, Frame.ESP, Frame.SS);

    private final Machine machine;
    private final ThreadLayout thread;
    private final Field userIp;
    private final PolicyHooks policy;
    private final Structures structures;
    private final ThreadNames names;
    private final Diagnosis diagnosis;

    public ThreadsSeen(KernelProvider.Request request, KernelImage image, Machine machine) {
        this.machine = machine;
        Kernel kernel = new Kernel(request);
        thread = kernel.thread;
        userIp = kernel.tcb.transfer.userIp;
        policy = kernel.policy;
        structures = new Structures(machine, image.program(), kernel);
        names = new ThreadNames(structures, image.observables());
        diagnosis = new Diagnosis(request, image).attach(machine);
    }

    @Override
    public List<Seen> all() {
        // Before paging is on nothing is where the kernel will find it.
        if ((machine.control(Cr.CR0) & PAGING) == 0) return List.of();
        List<Seen> seen = new ArrayList<>();
        int current = structures.current();
        for (int tcb : structures.threads()) seen.add(seen(tcb, structures.state(tcb), tcb == current));
        return seen;
    }

    private Seen seen(int tcb, int state, boolean believed) {
        int number = structures.word(tcb, thread.globalId) >>> ThreadId.NUMBER_SHIFT;
        return new Seen(
                number,
                names.of(tcb),
                diagnosis.doing(tcb, state),
                believed,
                tcb,
                structures.word(tcb, thread.utcbAlias),
                structures.word(tcb, thread.pageDirectory),
                registers(tcb, state, believed));
    }

    /** One that user level may resume has its resume point alone, one that only the kernel can resume has a frame. */
    private Map<String, Integer> registers(int tcb, int state, boolean believed) {
        Map<String, Integer> registers = new LinkedHashMap<>();
        int utcb = structures.word(tcb, thread.utcbAlias);
        boolean published = policy.publishedResumePoint().isPresent()
                && utcb != 0
                && structures.word(utcb, policy.publishedPartner().orElseThrow()) != 0;
        if (published) {
            PolicyHooks.ResumePoint point = policy.publishedResumePoint().get();
            registers.put(Frame.EIP.name(), structures.word(utcb, point.ip()));
            registers.put(Frame.ESP.name(), structures.word(utcb, point.sp()));
            return registers;
        }
        if (believed) return registers;
        switch (state) {
            case State.WAITING -> {
                registers.put(Frame.EIP.name(), structures.word(tcb, thread.resumeIp));
                registers.put(Frame.ESP.name(), structures.word(tcb, thread.resumeSp));
            }
            case State.TRANSFER -> {
                registers.put(Frame.EIP.name(), structures.word(tcb, userIp));
                registers.put(Frame.ESP.name(), structures.frame(tcb, Frame.ESP));
            }
            case State.READY, State.WAITING_FRAME, State.SENDING -> {
                GENERAL.forEach(field -> registers.put(field.name(), structures.frame(tcb, field)));
                TRANSFER.forEach(field -> registers.put(field.name(), structures.frame(tcb, field)));
            }
            default -> {}
        }
        return registers;
    }

    @Override
    public List<Field> tcb() {
        return Stream.concat(thread.tcb.fields().stream(), Stream.of(thread.resumeSp, thread.resumeIp))
                .toList();
    }

    @Override
    public List<Field> utcb() {
        List<Field> fields = new ArrayList<>(Utcb.fields());
        fields.addAll(thread.utcb.fields());
        fields.sort(Comparator.comparingInt(Field::offset));
        return List.copyOf(fields);
    }
}
