package org.sidestep.machine.ia32.timing;

import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.sidestep.plugin.Parameter;
import org.sidestep.plugin.Parameters;

/** What costs a processor time beside its instructions. Each can be made perfect by the switch {@code ablate.<name>}. */
public enum Mechanism {
    // spotless:off
    TLB("page walks cost nothing and touch no cache; misses are still counted"),
    L1("every access hits the first-level cache"),
    L2("every access that misses the first level hits the second"),
    BTB("all branches but returns are predicted right"),
    RAS("all returns are predicted right"),
    MISPREDICT("the right path follows a mispredicted branch at once"),
    STORE_FORWARDING("a load waits only for the data of a buffered store, never for its address or for the cache"),
    PARTIAL("reading a partially written register or flags costs nothing"),
    SERIALISE("serialising instructions, port accesses among them, cost their micro-ops alone"),
    TRAP("a change of privilege level costs nothing beyond waiting for what came before"),
    CR3("loading CR3 costs nothing beyond waiting for what came before; it still flushes the TLBs"),
    DECODE("fetch and decoding keep up with everything behind them; taken branches still end a fetch block"),
    AGI("a register can form an address as soon as it is written"),
    PAIRING("nothing goes to the V pipe: what pairing gains, not what it costs");
    // spotless:on

    /** Those of a processor that executes out of order. */
    public static final Set<Mechanism> OUT_OF_ORDER = EnumSet.range(TLB, DECODE);

    private final String effect;

    Mechanism(String effect) {
        this.effect = effect;
    }

    public String id() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The switches of a model that has these mechanisms. */
    public static List<Parameter> switches(Set<Mechanism> mechanisms) {
        return mechanisms.stream()
                .map(mechanism -> Parameter.ablation(mechanism.id(), mechanism.effect))
                .toList();
    }

    /** Those that are made perfect. */
    public static Set<Mechanism> ablated(Parameters parameters) {
        Set<Mechanism> ablated = EnumSet.noneOf(Mechanism.class);
        for (Mechanism mechanism : values()) {
            String name = Parameter.ABLATE + mechanism.id();
            if (parameters.has(name) && parameters.flag(name)) ablated.add(mechanism);
        }
        return ablated;
    }
}
