package org.sidestep.verify.x2;

import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.ECX;
import static org.sidestep.isa.Reg32.EDI;
import static org.sidestep.isa.Reg32.EDX;
import static org.sidestep.isa.Reg32.ESI;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.sidestep.isa.Reg32;
import org.sidestep.x2.MapItem;
import org.sidestep.x2.MessageTag;
import org.sidestep.x2.ThreadId;

/** Adds to a random program a thread that raises an exception, and one that handles it. */
final class ExceptionAuthor {

    private final SplittableRandom random;
    private final Player player;
    private final ProgramAuthor author;
    private final MessageAuthor messages;

    ExceptionAuthor(SplittableRandom random, Player player, ProgramAuthor author, MessageAuthor messages) {
        this.random = random;
        this.player = player;
        this.author = author;
        this.messages = messages;
    }

    /** The client raises an exception, and the server handles it, now and then not at once. */
    void write(Map<Party, List<Step>> scripts, Party client, Party server) {
        boolean undefined = random.nextBoolean();
        Map<Reg32, Integer> registers = new TreeMap<>();
        for (Reg32 register : ScriptedThreads.REGISTERS) registers.put(register, random.nextInt());
        Step raised = new Step(
                undefined ? Step.Action.UNDEFINED : Step.Action.PRIVILEGED,
                registers,
                List.of(),
                List.of(),
                undefined ? "executes what there is not" : "executes what it must not");
        scripts.get(client).add(raised.handledBy(author.id(client, server), server.name()));
        List<Step> steps = scripts.get(server);
        steps.add(author.ipc(server, null, author.fromSpecifier(server, client), client, author.patience()));
        if (random.nextInt(4) == 0) steps.add(answer(server, client, List.of(), client.globalId()));
        String over = undefined ? ScriptedThreads.UNDEFINED_OVER : ScriptedThreads.PRIVILEGED_OVER;
        steps.add(answer(server, client, registersOf(client, over), ThreadId.NIL));
    }

    /** The registers, all or the first of them, with which a thread that has raised an exception is to go on. */
    private List<Integer> registersOf(Party of, String over) {
        int kind = random.nextInt(8);
        String place = kind == 0 ? ScriptedThreads.ENTRY : kind < 3 ? ScriptedThreads.RETURNED : over;
        int stack = kind < 3 ? of.block() : Exceptions.stack(of);
        List<Integer> values = random.ints(Exceptions.registerCount()).boxed().toList();
        List<Integer> words = Exceptions.answer(player.address(place), random.nextInt(), stack, values);
        if (kind == 3) return words.subList(0, 1 + random.nextInt(words.size()));
        while (kind == 4 && words.size() < ScriptedThreads.WORDS) words.add(random.nextInt());
        return words;
    }

    /** The last two words may be a map item: of an answer to an exception they are words like others. */
    private Step answer(Party self, Party to, List<Integer> words, int next) {
        boolean maps = words.size() >= 4 && random.nextInt(4) == 0;
        List<Integer> sent = new ArrayList<>(maps ? words.subList(0, words.size() - MapItem.WORDS) : words);
        if (maps) sent.addAll(List.of(messages.windowPage() | MapItem.MAP, messages.fpage() | random.nextInt(8)));
        int typed = maps ? MapItem.WORDS : 0;
        Map<Reg32, Integer> registers = new TreeMap<>(Map.of(EAX, author.id(self, to), EDX, next, EDI, self.localId()));
        registers.put(ESI, MessageTag.of(random.nextInt(1 << 16), sent.size() - typed, typed));
        registers.put(ECX, author.patience());
        Step.Action action = random.nextBoolean() ? Step.Action.LIPC : Step.Action.IPC;
        Step step = new Step(action, registers, sent, List.of(0), "answers " + to.name());
        return random.nextInt(8) > 0 ? step : author.inAnothersName(step, self, author.other(self));
    }
}
