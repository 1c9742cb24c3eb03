package org.sidestep.verify.x2;

import static org.sidestep.isa.Reg32.EDI;
import static org.sidestep.isa.Reg32.EDX;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.sidestep.isa.Reg32;
import org.sidestep.x2.Fpage;
import org.sidestep.x2.MapItem;
import org.sidestep.x2.StringItem;
import org.sidestep.x2.ThreadId;
import org.sidestep.x2.Time;

/** Adds to a random program a thread whose page faults another one serves: late, not enough, or never; in the middle of strings, too. */
final class PagerAuthor extends Additions {

    private static final int LENGTH = 24;
    private static final int LEAST_TIMEOUT = 500;
    private static final int MOST_TIMEOUT = 6000;

    private final Map<Party, Integer> pagers;

    PagerAuthor(
            SplittableRandom random, ProgramAuthor author, Map<Party, List<Step>> scripts, Map<Party, Integer> pagers) {
        super(random, author, scripts);
        this.pagers = pagers;
    }

    @Override
    void write() {
        Party client = any(parties);
        Party pager = author.other(client);
        pagers.put(client, pager.globalId());
        int times = 1 + random.nextInt(2);
        for (int i = 0; i < times; i++) {
            int page = author.messages.windowPage();
            if (parties.size() == 2 || random.nextInt(3) == 0) front(client, List.of(author.access(page)));
            else strings(client, pager, page);
            front(pager, service(pager, client, page));
        }
        if (random.nextInt(3) == 0) meddle(client);
    }

    /** A string from a page, or into it, beside which the next one may be missing, too. */
    private void strings(Party client, Party pager, int page) {
        Party partner = author.other(client);
        while (partner.equals(pager) && random.nextInt(8) > 0) partner = author.other(client);
        boolean sends = random.nextBoolean();
        Party sender = sends ? client : partner;
        Party receiver = sends ? partner : client;
        int place = page + (random.nextInt(3) > 0 ? 0 : Fpage.PAGE_SIZE - random.nextInt(LENGTH));
        int source = sends || random.nextInt(6) == 0 ? place : author.strings(sender);
        int target = sends && random.nextInt(6) > 0 ? author.placeOfBuffers(receiver) : place;
        List<Integer> items = List.of(StringItem.of(LENGTH, 1), source);
        front(sender, List.of(author.told(sender, receiver, items).transferring(timeouts())));
        Map<Reg32, Integer> from = new TreeMap<>(Map.of(EDX, sender.globalId(), EDI, receiver.localId()));
        List<Integer> buffers = List.of(Fpage.COMPLETE | StringItem.ACCEPTOR, StringItem.of(LENGTH, 1), target);
        String text = "Ipc with a string from " + sender.name();
        Step receives = new Step(Step.Action.IPC, from, List.of(), buffers, text);
        front(receiver, List.of(receives.transferring(timeouts())));
    }

    private int timeouts() {
        return Time.pair(timeout(), timeout());
    }

    private int timeout() {
        return switch (random.nextInt(8)) {
            case 0 -> Time.ZERO;
            case 1, 2, 3 -> Time.period(LEAST_TIMEOUT + random.nextInt(MOST_TIMEOUT));
            default -> Time.NEVER;
        };
    }

    /** What the pager does about a fault or two; now and then it does something to who has faulted before it answers. */
    private List<Step> service(Party pager, Party client, int page) {
        List<Step> steps = new ArrayList<>();
        int times = 1 + random.nextInt(2);
        for (int i = 0; i < times; i++) {
            int from = random.nextInt(4) == 0 ? ThreadId.ANY : client.globalId();
            steps.add(author.ipc(pager, null, from, client, author.patience()));
            if (random.nextInt(4) == 0) steps.add(sleep(pager, LEAST_TIMEOUT, MOST_TIMEOUT));
            if (random.nextInt(4) == 0) steps.add(breaksOff(pager, client));
            int at = page + i * Fpage.PAGE_SIZE * random.nextInt(2);
            int rights = random.nextInt(4) == 0 ? random.nextInt(8) : Fpage.ALL_RIGHTS;
            List<Integer> item =
                    List.of(at | MapItem.MAP, Fpage.of(author.messages.windowPage(), Fpage.PAGE_SIZE, rights));
            if (random.nextInt(5) > 0) steps.add(author.told(pager, client, random.nextInt(8) > 0 ? item : List.of()));
        }
        return steps;
    }

    /** Does something to a thread that may be in the middle of its fault, or to another. */
    private Step breaksOff(Party self, Party client) {
        Party target = random.nextInt(4) == 0 ? author.other(self) : client;
        return random.nextInt(3) > 0 ? author.threads.exchange(self, target) : author.threads.control(self, target);
    }

    /** Somebody else does so. */
    private void meddle(Party client) {
        Party meddler = author.other(client);
        List<Step> steps = new ArrayList<>();
        if (random.nextBoolean()) steps.add(sleep(meddler, LEAST_TIMEOUT, MOST_TIMEOUT));
        steps.add(breaksOff(meddler, client));
        front(meddler, steps);
    }

    /** Mostly at the beginning of what a party does, where nothing can have gone wrong. */
    private void front(Party party, List<Step> added) {
        List<Step> steps = scripts.get(party);
        steps.addAll(random.nextInt(3) > 0 ? 0 : random.nextInt(steps.size() + 1), added);
    }
}
