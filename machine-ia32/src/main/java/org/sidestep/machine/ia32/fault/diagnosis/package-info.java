/**
 * Names the mistake behind a run that has ended badly, for whoever writes a kernel. Each class knows the signs of one kind of
 * mistake and stays silent without them: a guest that takes faults on purpose is accused of nothing. Looked at only when a run
 * is over.
 */
package org.sidestep.machine.ia32.fault.diagnosis;
