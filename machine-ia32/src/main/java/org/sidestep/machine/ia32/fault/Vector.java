package org.sidestep.machine.ia32.fault;

import org.sidestep.isa.ExceptionText;

/** Exception vectors (SDM vol. 3, table 6-1). */
public final class Vector {
    public static final int DE = 0;
    public static final int DB = 1;
    public static final int NMI = 2;
    public static final int BP = 3;
    public static final int OF = 4;
    public static final int BR = 5;
    public static final int UD = 6;
    public static final int NM = 7;
    public static final int DF = 8;
    public static final int TS = 10;
    public static final int NP = 11;
    public static final int SS = 12;
    public static final int GP = 13;
    public static final int PF = 14;
    public static final int MF = 16;
    public static final int AC = 17;
    public static final int XF = 19;

    private Vector() {}

    /** The manual's name of an exception. */
    public static String name(int vector) {
        return ExceptionText.name(vector);
    }
}
