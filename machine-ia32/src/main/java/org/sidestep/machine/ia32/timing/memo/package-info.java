/**
 * A memo of what blocks do to a pipeline ({@code MemoizedTiming}): a pipeline's state at a block's border, what the block
 * met, and the state and time that this led to. Knows no family; a family supplies the {@code Core} that schedules.
 */
package org.sidestep.machine.ia32.timing.memo;
