package org.sidestep.machine.ia32.timing.inorder;

/**
 * One row of {@link Clocks}.
 *
 * @param register cycles in the execution stage without a memory operand; {@code load} with one that is read,
 *     {@code modify} with one that is written
 * @param latency cycles until a floating-point result can be used; {@code busy} until the next operation can begin
 */
record Row(Pipe pipe, int register, int load, int modify, int latency, int busy) {

    /**
     * Reads the columns of the table.
     *
     * @param cycles {@code register load modify}; fewer if it costs the same everywhere
     */
    static Row integer(Pipe pipe, String cycles) {
        String[] column = cycles.split(" ");
        int register = Integer.parseInt(column[0]);
        int load = column.length > 1 ? Integer.parseInt(column[1]) : register;
        int modify = column.length > 2 ? Integer.parseInt(column[2]) : load;
        return new Row(pipe, register, load, modify, 0, 0);
    }

    static Row floating(Pipe pipe, int cycles, int latency, int busy) {
        return new Row(pipe, cycles, cycles, cycles, latency, busy);
    }
}
