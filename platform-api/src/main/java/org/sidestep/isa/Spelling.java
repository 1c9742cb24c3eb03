package org.sidestep.isa;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A mnemonic as a programmer writes it, where it differs from the row's: {@code movsd} is the row {@code movs} at operand
 * size 4 with its operands left out, {@code jz} is {@code je}.
 *
 * @param mnemonic the row's mnemonic
 * @param size operand size in bytes that the spelling fixes, or 0
 * @param implicit whether the operands are implied
 */
public record Spelling(String mnemonic, int size, boolean implicit) {

    private static final Map<String, Spelling> SPECIAL = special();

    /**
     * The meaning of a written mnemonic; most mean themselves. MOVSD and CMPSD with operands are of SSE2.
     *
     * @param bare whether it is written without operands
     */
    public static Spelling of(String written, boolean bare) {
        Spelling special = SPECIAL.get(written);
        boolean own = special == null
                || special.implicit && !bare && !InstructionTable.rows(written).isEmpty();
        return own ? new Spelling(written, 0, false) : special;
    }

    private static Map<String, Spelling> special() {
        Map<String, Spelling> map = new LinkedHashMap<>();
        for (String string : new String[] {"movs", "cmps", "stos", "lods", "scas", "ins", "outs"}) {
            map.put(string + "b", new Spelling(string, 1, true));
            map.put(string + "w", new Spelling(string, 2, true));
            map.put(string + "d", new Spelling(string, 4, true));
        }
        map.put("xlat", new Spelling("xlat", 0, true));
        map.put("xlatb", new Spelling("xlat", 0, true));
        for (String stack :
                new String[] {"push", "pop", "pusha", "popa", "pushf", "popf", "iret", "ret", "retf", "enter", "leave"
                }) {
            map.put(stack + "w", new Spelling(stack, 2, false));
        }
        for (String wide : new String[] {"pusha", "popa", "pushf", "popf", "iret"}) {
            map.put(wide + "d", new Spelling(wide, 4, false));
        }
        map.put("cbw", new Spelling("cwde", 2, false));
        map.put("cwde", new Spelling("cwde", 4, false));
        map.put("cdq", new Spelling("cdq", 4, false));
        map.put("cwd", new Spelling("cdq", 2, false));
        map.put("icebp", new Spelling("int1", 0, false));
        map.put("loopz", new Spelling("loope", 0, false));
        map.put("loopnz", new Spelling("loopne", 0, false));
        map.put("sal", new Spelling("shl", 0, false));
        conditionSynonyms(map);
        return map;
    }

    private static void conditionSynonyms(Map<String, Spelling> map) {
        String[] synonyms = {
            "c b", "nae b", "nc ae", "nb ae", "z e", "nz ne", "na be", "nbe a", "pe p", "po np", "nge l", "nl ge",
            "ng le", "nle g"
        };
        for (String pair : synonyms) {
            String[] name = pair.split(" ");
            for (String family : new String[] {"j", "set", "cmov"}) {
                map.put(family + name[0], new Spelling(family + name[1], 0, false));
            }
        }
    }
}
